"""KPI indicators: the rows under the indicator header (一级指标, 二级指标, 三级指标 …), levels filled down, targets parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from ..clean import Target, compact, normalise_operator, parse_number, parse_target, target_from_parts, unwrap
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from .words import INDICATOR_COLUMNS, LABELS, header_cells, labels_block, match, register_columns

LEVELS = ("level1", "level2", "level3")
#: A target of the year that stands beside one of the whole term of a project (实施期, 中期).
OF_THE_YEAR = re.compile(r"年度|本年|当年|全年")
_TOTAL = re.compile(r"^(?:总分|合计|总计|自评总分|总得分|综合得分)$")
_LEVEL1 = re.compile(r"(?:产出|效益|成本|满意度|投入|过程|管理).*指标$")
#: Labels of rows below the indicators that are none: grade, reasons, measures, who filled the form in.
_AFTERWORD = re.compile(r"等次|等级|评价结论|自评结论|原因(?:分析|说明)|改进(?:措施|建议)|应用方案|存在(?:的)?问题|^(?:项目)?(?:负责人|联系人|填表人|填报人|审核人)|^联系电话|^其他(?:需要)?说明")


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator row; `target` is parsed from `target_raw`."""

    row: int
    page: int
    level1: str
    level2: str
    level3: str
    description: str
    target_raw: str
    target: Target
    actual_raw: str
    actual_value: Decimal | None
    weight: str
    score: str
    note: str
    basis: str
    block: int = 1


class Block(NamedTuple):
    """One of the sets of indicators that stand side by side: what its columns hold, and its first level where that is printed over it."""

    roles: dict[int, str]
    level1: str = ""


def read_indicators(table: LogicalTable, header: int, rows: range | None = None) -> tuple[tuple[Indicator, ...], str]:
    """The indicator rows under the header (or only those of `rows`) and the printed total score."""
    blocks, last = blocks_under(table, header)
    out: list[Indicator] = []
    total = ""
    upper = [{"level1": block.level1} for block in blocks]
    for row in rows or range(last + 1, table.rows):
        if row in table.repeats:
            continue
        labels = [compact(cell.text) for cell in table.row_cells(row) if cell.text]
        if any(_TOTAL.match(label) for label in labels[:2]):
            total = total or total_score(table, row, blocks[0].roles)
            continue
        if (labels and _AFTERWORD.search(labels[0])) or announces_goal(table, row) or repeats_header(table, row):
            continue
        for number, block in enumerate(blocks):
            indicator = read_indicator(row, cells_of(table, row, block.roles), upper[number])
            if indicator:
                out.append(replace(indicator, block=number + 1))
    return tuple(out), total


def cells_of(table: LogicalTable, row: int, roles: dict[int, str]) -> dict[str, Cell]:
    """A row's cell for each key; of several columns with one key the first that is filled."""
    cells: dict[str, Cell] = {}
    for column, key in roles.items():
        found = table.grid.get((row, column))
        if found and (key not in cells or not cells[key].text):
            cells[key] = found
    for key in ("level1", "level2"):
        cells |= named_below(table, row, key, cells.get(key))
    return cells


def blocks_under(table: LogicalTable, header: int) -> tuple[list[Block], int]:
    """The sets of indicators under a header, of which there is mostly one, and the header's last row."""
    cells = header_cells(table, header)
    last = header + max((cell.row_span for cell in cells if match(INDICATOR_COLUMNS, cell.text).startswith("level")), default=1) - 1
    return first_levels_above(table, header) or sets_of_columns(table, header, last), last


def sets_of_columns(table: LogicalTable, header: int, last: int) -> list[Block]:
    """What each column holds, by its lowest header cell.

    Two sets of indicators may stand side by side (中期目标 | 年度目标), each with its own names and targets; the levels that are printed
    once for both belong to both. Of two targets of one indicator that of the year comes first.
    """
    claimed = set(register_columns(table, header).values())
    sets: list[dict[int, str]] = [{}]
    taken: dict[str, int] = {}
    for column in range(table.columns):
        lowest, top = table.grid.get((last, column)), table.grid.get((header, column))
        if lowest is None or top is None or labels_block(table, top) or column in claimed:
            continue
        key = match(INDICATOR_COLUMNS, lowest.text) or match(INDICATOR_COLUMNS, top.text)
        if key in LEVELS and taken.get(key, lowest.column) != lowest.column and {"level3", "target"} <= set(taken):
            sets.append({})
            taken = {}
        if key == "weight" and key in taken and taken[key] < taken.get("level3", -1) < column:
            # one weight for each level (一级指标 分值 二级指标 分值 三级指标 分值): the indicator's own is the last
            sets[-1] = {at: role for at, role in sets[-1].items() if role != key}
            taken[key] = lowest.column
        if key and taken.setdefault(key, lowest.column) == lowest.column:
            sets[-1][column] = key
        elif key == "target" and OF_THE_YEAR.search(compact(lowest.text)):
            sets[-1] = {column: key} | sets[-1]
    whole = [roles for roles in sets if {"level3", "target"} <= set(roles.values())] or sets[:1]
    upper = {column: key for column, key in whole[0].items() if key in LEVELS[:2]}
    return [Block({column: key for column, key in upper.items() if key not in roles.values()} | roles) for roles in whole]


def first_levels_above(table: LogicalTable, header: int) -> list[Block]:
    """Sets of indicators beside each other, one for each first level, which is printed over its 三级指标 and 指标值; [] if not so."""
    out: list[Block] = []
    for column in range(table.columns):
        cell, above = table.grid.get((header, column)), table.grid.get((header - 1, column))
        if cell is None or cell.column != column or above is None or not _LEVEL1.match(compact(above.text)):
            continue
        key = match(INDICATOR_COLUMNS, cell.text)
        if key == "level1":
            return []
        if key == "level3":
            out.append(Block({column: key}, unwrap(above.text)))
        elif key and out and unwrap(above.text) == out[-1].level1:
            out[-1].roles[column] = key
    return out if len(out) > 1 else []


def named_below(table: LogicalTable, row: int, key: str, cell: Cell | None) -> dict[str, Cell]:
    """The level cell of a row whose own is empty at a page's end: a merged cell that the break cut may print its text below it."""
    if cell is None or cell.text or cell.row != row or cell.row + cell.row_span >= table.rows:
        return {}
    below_it = next(r for r in range(row + cell.row_span, table.rows + 1) if r not in table.repeats)
    following = table.grid.get((below_it, cell.column))
    if following is None or following.page == cell.page or not following.text:
        return {}
    return {key: replace(following, row=row)}


def announces_goal(table: LogicalTable, row: int) -> bool:
    """Whether a row between indicators states the next goal (年度目标2：…), which has indicators of its own."""
    cells = [cell for cell in table.row_cells(row) if cell.text]
    return len(cells) <= 2 and bool(cells) and match(LABELS, cells[0].text) == "goal"


def repeats_header(table: LogicalTable, row: int) -> bool:
    """Whether a row prints the indicator header again."""
    keys = [match(INDICATOR_COLUMNS, cell.text) for cell in table.row_cells(row) if cell.text]
    return len([key for key in keys if key]) >= 3


def total_score(table: LogicalTable, row: int, roles: dict[int, str]) -> str:
    """The figure of the total row in the score column, else its last figure."""
    numbers = [cell for cell in table.row_cells(row) if parse_number(cell.text) is not None]
    scores = [cell for cell in numbers if roles.get(cell.column) == "score"]
    chosen = scores or numbers[-1:]
    return unwrap(chosen[0].text) if chosen else ""


def read_indicator(row: int, cells: dict[str, Cell], upper: dict[str, str]) -> Indicator | None:
    """One indicator from the cells of its row; levels go on from the row above. None when the row names none."""

    def text(key: str) -> str:
        cell = cells.get(key)
        return unwrap(cell.text) if cell and cell.row == row else ""

    for key in ("level1", "level2"):
        cell = cells.get(key)
        if cell and cell.text:
            if key == "level1" and unwrap(cell.text) != upper.get(key):
                upper["level2"] = ""
            upper[key] = unwrap(cell.text)
    if not any(text(key) for key in ("level3", "target", "actual", "weight", "score")):
        return None
    operator, nature = text("operator"), ""
    if operator and operator != "定性" and not normalise_operator(operator):
        operator, nature = "", operator
    if "operator" in cells and "unit" in cells:
        raw, target = target_from_parts(operator, text("target"), text("unit"))
    else:
        raw = text("target") + (text("unit") if parse_number(text("target")) is not None else "")
        raw = operator + raw
        target = parse_target(raw)
    start = next(cells[key] for key in ("level3", "target", "actual", "weight", "score") if text(key))
    actual = text("actual")
    return Indicator(
        row, start.page, upper.get("level1", ""), upper.get("level2", ""), text("level3"), text("description") or nature, raw, target,
        actual, parse_number(actual), text("weight"), text("score"), text("note"), text("basis"),
    )  # fmt: skip

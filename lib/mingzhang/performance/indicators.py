"""Indicators: the rows under the indicator header (一级指标, 二级指标, 三级指标 …), levels filled down, targets and
results parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from ..clean import compact, parse_number, unwrap
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from .body import roles_of
from .model import Figure, Indicator
from .parts import part
from .targets import TEXT, Target, normalise_operator, parse_target, target_from_parts
from .words import LEVELS, header_cells, is_level, labels_block, match, register_columns, repeats_header, word

#: What an indicator row states of itself; a row without any of them is none.
STATED = ("level3", "target", "actual", "weight", "score")
#: Words that an operator column prints where the target is no number.
_NO_OPERATOR = re.compile(r"定性|文字描述|其他|文本")
#: A name and its target in one cell: 新装路灯≥200盏.
_NAME_AND_TARGET = re.compile(r"([^\d≥≤<>=＞＜＝]{2,}?)[:：]?((?:[≥≤<>=＞＜＝]+|不[低高少超][于过]|达到)?\d.*)")
#: The points of a level or an indicator behind its name: 产出指标（50分）.
_POINTS = re.compile(r"[(（](\d{1,3}(?:\.\d+)?)分[)）]$")


class Block(NamedTuple):
    """One of the sets of indicators that stand side by side: what its columns hold, its first level where that is
    printed over it, and whether it is of the whole term beside a set of the year."""

    roles: dict[int, str]
    level1: str = ""
    term: bool = False


class Read(NamedTuple):
    """What stands under an indicator header: the indicators, the total score, and the points of the execution rate
    where a row gives them."""

    indicators: tuple[Indicator, ...]
    total: Figure | None = None
    execution: Mapping[str, Figure] = {}


def read_indicators(table: LogicalTable, header: int, rows: Iterable[int] | None = None) -> Read:
    """What stands in the rows under the header, or only in `rows`."""
    blocks, last = blocks_under(table, header)
    out: list[Indicator] = []
    total: Figure | None = None
    execution: dict[str, Figure] = {}
    upper = [{"level1": block.level1} for block in blocks]
    for row in rows or range(last + 1, table.rows):
        cells = table.row_cells(row)
        if row in table.repeats or repeats_header(cells) or is_numbered(cells):
            continue
        labels = [compact(cell.text).rstrip(":") for cell in cells if cell.text]
        if any(word("rows", "total").match(label) for label in labels[:2]):
            total = total or total_score(cells, blocks[0].roles)
            continue
        if labels and word("rows", "execution").match(labels[0]) and spans_levels(cells[0], blocks[0].roles):
            execution = {key: figure(cell) for key, cell in cells_of(table, row, blocks[0].roles).items()
                if key in ("weight", "score")}
            continue
        if (labels and word("rows", "afterword").search(labels[0])) or is_other_part(table, row, blocks[0].roles):
            continue
        if band := band_of(cells, blocks[0].roles):
            upper = [{"level1": band} for _ in blocks]
            continue
        for number, block in enumerate(blocks):
            indicator = read_indicator(row, cells_of(table, row, block.roles), upper[number])
            if indicator:
                out.append(replace(indicator, block=number + 1, term=block.term))
    return Read(tuple(out), total, execution)


def spans_levels(cell: Cell, roles: Mapping[int, str]) -> bool:
    """Whether a cell is merged over all the columns that name an indicator."""
    named = [column for column, key in roles.items() if key in LEVELS]
    return cell.column <= min(named) and max(named) < cell.column + cell.column_span


def band_of(cells: Sequence[Cell], roles: Mapping[int, str]) -> str:
    """The first level that a row prints alone, over all columns of its indicators ("产出指标（50分）"); "" for any
    other row."""
    filled = [cell for cell in cells if cell.text]
    if len(filled) != 1 or not spans_levels(filled[0], roles) or filled[0].column_span < len(roles):
        return ""
    name = _POINTS.sub("", unwrap(filled[0].text))
    return name if word("rows", "level1").match(compact(name)) else ""


def is_numbered(cells: Iterable[Cell]) -> bool:
    """Whether a row only counts the columns: 1 2 3 …"""
    texts = [compact(cell.text) for cell in cells if cell.text]
    return (len(texts) >= 3 and all(text.isdigit() for text in texts)
        and [int(text) - int(texts[0]) for text in texts] == list(range(len(texts))))


def is_other_part(table: LogicalTable, row: int, roles: Mapping[int, str]) -> bool:
    """Whether a row below the header is of another part (a goal, funds, a label with its value): its first cell stands
    where levels do."""
    cells = [cell for cell in table.row_cells(row) if cell.text]
    first = min((column for column, key in roles.items() if key in LEVELS), default=0)
    if not cells or cells[0].column > first:
        return False
    key = match("labels", cells[0].text)
    return bool(key) and (len(cells) <= 2 or part(cells) in ("head", "opening")) and cells[0].row_span == 1


def cells_of(table: LogicalTable, row: int, roles: Mapping[int, str]) -> dict[str, Cell]:
    """A row's cell for each key; of several columns with one key the first that is filled."""
    cells: dict[str, Cell] = {}
    for column, key in roles.items():
        found = table.grid.get((row, column))
        if found and (key not in cells or not cells[key].text):
            cells[key] = found
    for key in LEVELS[:2]:
        cells |= named_below(table, row, key, cells.get(key))
    return cells


def blocks_under(table: LogicalTable, header: int) -> tuple[list[Block], int]:
    """The sets of indicators under a header, of which there is mostly one, and the header's last row."""
    cells = header_cells(table, header)
    last = header + max((cell.row_span for cell in cells if match("indicators", cell.text).startswith("level")),
        default=1) - 1
    if any(is_level(cell.text) for cell in table.row_cells(header)):
        last = header - 1  # none is printed
    return first_levels_above(table, header) or sets_of_columns(table, header, last), last


def sets_of_columns(table: LogicalTable, header: int, last: int) -> list[Block]:
    """What each column holds, by its lowest header cell.

    Two sets of indicators may stand side by side (中期目标 | 年度目标), each with its own names and targets; the levels
    that are printed once for both belong to both. Of two targets of one indicator that of the year comes first.
    """
    claimed = set(register_columns(table, header).values())
    sets: list[dict[int, str]] = [{}]
    taken: dict[str, int] = {}
    for column in range(table.columns):
        lowest, top = table.grid.get((last, column)), table.grid.get((header, column))
        if last < header or lowest is None or top is None or labels_block(table, top) or column in claimed:
            continue
        key = match("indicators", lowest.text) or match("indicators", top.text)
        if key in LEVELS and taken.get(key, lowest.column) != lowest.column and {"level3", "target"} <= set(taken):
            sets.append({})
            taken = {}
        if key == "weight" and key in taken and taken[key] < taken.get("level3", -1) < column:
            # one weight for each level (一级指标 分值 二级指标 分值 三级指标 分值): the indicator's own is the last
            sets[-1] = {at: role for at, role in sets[-1].items() if role != key}
            taken[key] = lowest.column
        if key and taken.setdefault(key, lowest.column) == lowest.column:
            sets[-1][column] = key
        elif key == "target" and word("fund", "year").search(compact(lowest.text)):
            sets[-1] = {column: key} | sets[-1]
    whole = [roles for roles in sets if {"level3", "target"} <= set(roles.values())]
    if not whole or not {"level1", "level2"} & set(sets[0].values()):
        rows = [row for row in range(last + 1, table.rows) if row not in table.repeats
            and part(table.row_cells(row)) not in ("total", "close")]
        found = roles_of(table, rows, (whole or sets)[0] | dict.fromkeys(claimed, ""))
        whole = [{column: key for column, key in found.items() if key}, *whole[1:]]
    upper = {column: key for column, key in whole[0].items() if key in LEVELS[:2]}
    return [
        Block({column: key for column, key in upper.items() if key not in roles.values()} | roles, "", len(whole) > 1
        and is_of_term(table, header, roles))
        for roles in whole
    ]


def is_of_term(table: LogicalTable, header: int, roles: Mapping[int, str]) -> bool:
    """Whether the goal above a set of indicators is that of the whole term (实施期目标)."""
    column = next(column for column, key in roles.items() if key == "level3")
    goal = next((text for row in range(header - 1, -1, -1) if match("labels", text := table.text(row, column))
        == "goal"), "")
    return bool(word("fund", "term").search(compact(goal)))


def first_levels_above(table: LogicalTable, header: int) -> list[Block]:
    """Sets of indicators beside each other, one for each first level, which is printed over its 三级指标 and 指标值; []
    if not so."""
    out: list[Block] = []
    for column in range(table.columns):
        cell, above = table.grid.get((header, column)), table.grid.get((header - 1, column))
        if (cell is None or cell.column != column or above is None
                or not word("rows", "level1").match(compact(above.text))):
            continue
        key = match("indicators", cell.text)
        if key == "level1":
            return []
        if key == "level3":
            out.append(Block({column: key}, unwrap(above.text)))
        elif key and out and unwrap(above.text) == out[-1].level1:
            out[-1].roles[column] = key
    return out if len(out) > 1 else []


def named_below(table: LogicalTable, row: int, key: str, cell: Cell | None) -> dict[str, Cell]:
    """The level cell of a row whose own is empty at a page's end: a merged cell that the break cut may print its text
    below it."""
    if cell is None or cell.text or cell.row + cell.row_span >= table.rows:
        return {}
    below_it = next(r for r in range(cell.row + cell.row_span, table.rows + 1) if r not in table.repeats)
    following = table.grid.get((below_it, cell.column))
    above = table.grid.get((cell.row - 1, cell.column))
    blank = (
        above is not None and not above.text
        and above.page == cell.page  # blank cells below each other are none that a break cuts
    )
    if blank or following is None or following.page == cell.page or not following.text:
        return {}
    return {key: replace(following, row=row)}


def total_score(cells: Iterable[Cell], roles: Mapping[int, str]) -> Figure | None:
    """The figure of the total row in the score column, else its last figure; the sum of the weights is none."""
    weights = () if "score" in roles.values() else [column for column, key in roles.items() if key == "weight"]
    numbers = [cell for cell in cells if parse_number(cell.text) is not None and cell.column not in weights]
    chosen = [cell for cell in numbers if roles.get(cell.column) == "score"] or numbers[-1:]
    return figure(chosen[0]) if chosen else None


def figure(cell: Cell) -> Figure:
    """A cell of points or per cent."""
    return Figure(unwrap(cell.text), points(cell.text), cell.row, cell.column, cell.page)


def points(text: str) -> Decimal | None:
    """A number of points: "12", "（12分）", "12分"."""
    return parse_number(re.sub(r"^[(（]?([\d.]+)分[)）]?$", r"\1", compact(text)))


def read_indicator(row: int, cells: Mapping[str, Cell], upper: dict[str, str]) -> Indicator | None:
    """One indicator from the cells of its row; levels go on from the row above. None when the row names none."""

    def text(key: str) -> str:
        cell = cells.get(key)
        return unwrap(cell.text) if cell and cell.row == row else ""

    for key in LEVELS[:2]:
        cell = cells.get(key)
        if cell and cell.text:
            name = _POINTS.sub("", unwrap(cell.text))
            if key == "level1" and name != upper.get(key):
                upper["level2"] = ""
            upper[key] = name
    stated = [key for key in STATED if text(key)]
    if "level3" in cells and cells["level3"] is cells.get("target"):
        return None  # a remark over all columns
    if not stated or all(word("rows", "blank").match(one := compact(text(key)))
            or word("rows", "left_over").fullmatch(one) for key in stated):
        return None
    name = text("level3")
    if "level3" not in cells and (both := _NAME_AND_TARGET.fullmatch(text("target"))):
        name, cells = both[1], {**cells, "target": replace(cells["target"], text=both[2])}
    raw, target, nature = stated_target(text("operator"), text("target"), text("unit"),
        {"operator", "unit"} <= cells.keys())
    actual = text("actual")
    behind = _POINTS.search(name)
    return Indicator(
        row, cells[stated[0]].page, upper.get("level1", ""), upper.get("level2", ""), _POINTS.sub("", name),
        text("description") or nature,
        raw, target, actual, parse_target(actual) if actual else TEXT,
        points(text("weight") or (behind[1] if behind else "")), points(text("score")),
        text("note"), text("basis"),
        columns=({"weight": cells["level3"].column} if behind else {})
        | {key: cell.column for key, cell in cells.items() if cell.row == row},
    )


def stated_target(operator: str, value: str, unit: str, apart: bool) -> tuple[str, Target, str]:
    """The target as printed, parsed, and the nature of the indicator where the operator's column names that
    ("计划指标").

    `apart` says that the form has a column for the operator and one for the unit.
    """
    nature = ""
    if operator and not normalise_operator(operator) and not _NO_OPERATOR.search(operator):
        operator, nature = "", operator
    if apart:
        return *target_from_parts(operator, value, unit), nature
    raw = operator + value + (unit if parse_number(value) is not None else "")
    return raw, parse_target(raw), nature



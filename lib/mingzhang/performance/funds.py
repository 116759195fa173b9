"""KPI funds: the money of a performance table: rows of figures under a header, or label and figure side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..clean import compact, unwrap
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from .words import FUND_COLUMNS, FUND_ITEM, LABELS, below, match, names_fund, right_of

_PERIOD = re.compile(r"^(?:\d{1,2}月底?|第?[一二三四1-4]季度|\d{1,2}月末?)$")
#: The label of what was spent, beside that of the budget: "预算数：3,000.00 | 执行数：2,980.00"; the labels below it are of its column.
_SPENT = re.compile(r"^(?:全年|实际|预算)?(?:执行数|支出数)(?:\(.*\))?[:：]?$")
_MONEY = re.compile(r"^([\d,.]+)(?:万?元)?$")


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund row of a performance table, its figures as printed."""

    item: str
    row: int
    page: int
    values: dict[str, str]
    other: dict[str, str]


def read_funds(table: LogicalTable, header: int) -> Iterator[Fund]:
    """The fund rows above the indicators: under a header of fund columns, or label and figure side by side."""
    top = fund_header(table, header)
    if top is not None:
        yield from fund_rows(table, top, header)
    else:
        yield from fund_pairs(table, header)


def fund_header(table: LogicalTable, header: int) -> int | None:
    """The row that names at least two fund columns, or one with several figures below."""
    for row in range(header):
        named = [cell for cell in table.row_cells(row) if cell.text and not holds_words(table, cell)]
        keys = {match(FUND_COLUMNS, cell.text) for cell in named} - {""}
        if len(keys - {"weight", "score"}) >= 2:
            return row
    return None


def holds_words(table: LogicalTable, cell: Cell) -> bool:
    """Whether words stand below a header cell: it heads the names of the rows ("年度预算数" over "其中：财政资金"), not figures."""
    under = below(table, cell)
    return under is not None and bool(re.search(r"[\u4e00-\u9fff]{2}", under.text))


def fund_keys(table: LogicalTable, top: int) -> dict[int, tuple[str, str]]:
    """The columns under a fund header, each with its key ("" where the contract has none) and its printed header."""
    printed = {
        column: cell
        for column in range(table.columns)
        if (cell := table.grid.get((top, column))) and cell.column == column and cell.text
    }
    keys: dict[int, str] = {}
    for key, pattern in FUND_COLUMNS:
        found = next((c for c, cell in printed.items() if c not in keys and re.search(pattern, compact(cell.text))
                      and not holds_words(table, cell)), None)  # fmt: skip
        if found is not None and key not in keys.values():
            keys[found] = key
    return {column: (keys.get(column, ""), unwrap(cell.text)) for column, cell in printed.items()}


def fund_rows(table: LogicalTable, top: int, header: int) -> Iterator[Fund]:
    """Rows of figures under a fund header; columns that the contract does not name keep their printed header."""
    names = fund_keys(table, top)
    first = min(column for column, (key, _) in names.items() if key)
    for row in range(top + 1, header):
        if row in table.repeats:
            continue
        labels = [cell for cell in table.row_cells(row) if cell.column < first and cell.text]
        figures = {
            column: unwrap(cell.text)
            for column in names
            if column >= first and (cell := table.grid.get((row, column))) and cell.row == row and cell.column == column
        }
        item = next((unwrap(cell.text) for cell in reversed(labels) if not match(LABELS, cell.text)), "")
        if any(match(LABELS, cell.text) for cell in table.row_cells(row)):
            break
        if not item or not figures:
            continue
        values, other = {}, {}
        for column, text in figures.items():
            key, header_text = names[column]
            if key:
                values[key] = text
            elif text:
                other[header_text] = text
        yield Fund(item, row, next(c.page for c in labels), values, other)


def fund_pairs(table: LogicalTable, header: int) -> Iterator[Fund]:
    """Label and figure side by side; a payment plan by period belongs to the first of them, what was spent to the budget beside it."""
    matrix = fund_matrix(table, header)
    if matrix:
        yield from matrix
        return
    plan = payment_plan(table, header)
    spent = {cell.column for cell in table.cells if cell.row < header and _SPENT.match(compact(cell.text))}
    out: list[Fund] = []
    for cell in table.cells:
        executed = cell.column in spent
        if cell.row >= header or not cell.text or holds_value(table, cell) or not (names_fund(cell.text) or _SPENT.match(compact(cell.text))):
            continue
        figure = figure_of(table, cell, header)
        if figure is None:
            continue
        if executed and out and out[-1].row == cell.row:
            out[-1].values["executed"] = unwrap(figure.text)
            continue
        key = "executed" if executed else "annual_budget"
        out.append(Fund(unwrap(cell.text), cell.row, cell.page, {key: unwrap(figure.text)}, plan))
        plan = {}
    yield from out


def holds_value(table: LogicalTable, cell: Cell) -> bool:
    """Whether a cell is what the label beside it announces: a project called 政府投资审计经费 is no label of a fund."""
    beside = table.grid.get((cell.row, cell.column - 1))
    if beside is None or match(LABELS, beside.text) not in ("project", "unit_name", "project_code", "competent_dept", "implementing_unit"):
        return False
    return right_of(table, beside) is cell


def figure_of(table: LogicalTable, cell: Cell, header: int) -> Cell | None:
    """The cell with the figure that belongs to a fund label: beside it, or below it where several labels stand side by side.

    An empty cell counts beside a label that is sure to name a fund, since a form prints 其他资金 without a figure.
    """
    beside = right_of(table, cell)
    under = table.grid.get((cell.row + cell.row_span, cell.column))
    if beside is not None and _MONEY.match(compact(beside.text)):
        return beside
    if beside is not None and not beside.text:
        return beside if FUND_ITEM.search(compact(cell.text).rstrip(":")) else None
    if under is None or under.row >= header or under.column_span != cell.column_span or not _MONEY.match(compact(under.text)):
        return None
    return under if beside is None or names_fund(beside.text) else None


def fund_matrix(table: LogicalTable, header: int) -> list[Fund]:
    """Whole-unit tables: blocks "支出结构 | 资金总额 | 其中：财政资金 | 投入计划", possibly two side by side."""
    for row in range(header):
        starts = [cell for cell in table.row_cells(row) if re.search(r"支出结构|资金(?:结构|来源|性质)|^任务名称$", compact(cell.text))]
        if starts and any(re.search(r"资金总额|金额|总额", compact(cell.text)) for cell in table.row_cells(row)):
            return list(matrix_rows(table, row + starts[0].row_span - 1, starts, header))
    return []


def matrix_rows(table: LogicalTable, top: int, starts: Sequence[Cell], header: int) -> Iterator[Fund]:
    """The rows of each block of a fund matrix, block by block."""
    ends = [cell.column for cell in starts[1:]] + [table.columns]
    for start, end in zip(starts, ends, strict=True):
        heads = [
            cell for column in range(start.column + start.column_span, end)
            if (cell := table.grid.get((top, column))) and cell.column == column and cell.text
        ]  # fmt: skip
        for row in range(top + 1, header):
            label = table.grid.get((row, start.column))
            if label is None or label.row != row or label.column != start.column or not label.text:
                break
            if any(match(LABELS, cell.text) for cell in table.row_cells(row)):
                break
            texts = {unwrap(h.text): table.text(row, h.column) for h in heads if h.column >= label.column + label.column_span}
            total = next((k for k in texts if re.search(r"总额|合计|金额", k)), "")
            other = {k: v for k, v in texts.items() if k != total and v}
            yield Fund(unwrap(label.text), row, label.page, {"annual_budget": texts.get(total, "")}, other)


def payment_plan(table: LogicalTable, header: int) -> dict[str, str]:
    """The payment plan: a row of periods with a row of figures under it."""
    for row in range(header - 1):
        periods = [cell for cell in table.row_cells(row) if _PERIOD.match(compact(cell.text))]
        if len(periods) >= 2:
            return {unwrap(p.text): figure for p in periods if (figure := table.text(row + 1, p.column))}
    return {}

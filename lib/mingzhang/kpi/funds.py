"""KPI funds: the money of a performance table: rows of figures under a header, or label and figure side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..clean import compact, unwrap
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from .words import FUND_COLUMNS, FUND_ITEM, LABELS, match, right_of

_PERIOD = re.compile(r"^(?:\d{1,2}月底?|第?[一二三四1-4]季度|\d{1,2}月末?)$")
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
        keys = {match(FUND_COLUMNS, cell.text) for cell in table.row_cells(row) if cell.text} - {""}
        if len(keys - {"weight", "score"}) >= 2:
            return row
    return None


def fund_rows(table: LogicalTable, top: int, header: int) -> Iterator[Fund]:
    """Rows of figures under a fund header; columns that the contract does not name keep their printed header."""
    printed = {
        column: unwrap(cell.text)
        for column in range(table.columns)
        if (cell := table.grid.get((top, column))) and cell.column == column and cell.text
    }
    taken: dict[str, int] = {}
    for key, pattern in FUND_COLUMNS:
        found = next((c for c, text in printed.items() if c not in taken.values() and re.search(pattern, compact(text))), None)
        if found is not None:
            taken.setdefault(key, found)
    keys = {column: key for key, column in taken.items()}
    names = {column: (keys.get(column, ""), text) for column, text in printed.items()}
    first = min(column for column, (key, _) in names.items() if key)
    for row in range(top + 1, header):
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
    """Label and figure side by side; a payment plan by period belongs to the first of them."""
    matrix = fund_matrix(table, header)
    if matrix:
        yield from matrix
        return
    plan = payment_plan(table, header)
    for cell in table.cells:
        if cell.row >= header or not cell.text or not FUND_ITEM.search(compact(cell.text).rstrip(":")):
            continue
        if len(compact(cell.text)) > 20 or match(LABELS, cell.text):
            continue
        beside = right_of(table, cell)
        if beside is None or (beside.text and not _MONEY.match(compact(beside.text))):
            continue
        yield Fund(unwrap(cell.text), cell.row, cell.page, {"annual_budget": unwrap(beside.text)}, plan)
        plan = {}


def fund_matrix(table: LogicalTable, header: int) -> list[Fund]:
    """Whole-unit tables: blocks "支出结构 | 资金总额 | 其中：财政资金 | 投入计划", possibly two side by side."""
    for row in range(header):
        starts = [cell for cell in table.row_cells(row) if re.search(r"支出结构|资金(?:结构|来源|性质)|^任务名称$", compact(cell.text))]
        if starts and any(re.search(r"资金总额|金额|总额", compact(cell.text)) for cell in table.row_cells(row)):
            return list(matrix_rows(table, row, starts, header))
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
            texts = {unwrap(h.text): table.text(row, h.column) for h in heads}
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

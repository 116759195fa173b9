"""Printed: picking the printed figures that answer a question out of one document's amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from ..dataset.printed import AmountRow

#: Measures of a column that holds the whole of a row, where a form has several the first of these.
TOTALS = ("total", "income", "final", "budget", "general_public", "amount")

_MONEY = "万元"


def of_form(cells: Iterable[AmountRow], form: str) -> list[AmountRow]:
    """The money of a form, of the document's first table of that form that prints any (a second one details the
    first)."""
    chosen = (cell for cell in cells if cell.form == form and cell.unit == _MONEY)
    tables = (list(table) for _, table in groupby(chosen, key=lambda cell: cell.table_id))
    return next((table for table in tables if not of_projects(table)), [])


def of_projects(table: Iterable[AmountRow]) -> bool:
    """Whether a table of expenditure lists projects alone (项目支出表): it details what others sum."""
    return all(row.item == "project" and row.form.endswith("expenditure") for row in table)


def pick(cells: Iterable[AmountRow], preferred: Sequence[str]) -> list[AmountRow]:
    """One figure a printed row: of its columns the one whose measure comes first in `preferred` (leftmost where two
    have it)."""
    best: dict[tuple[str, int, str, str], tuple[int, int, int, AmountRow]] = {}
    for place, cell in enumerate(cells):
        if cell.measure in preferred:
            line = (cell.table_id, cell.row, cell.code, cell.name)
            ranked = (preferred.index(cell.measure), cell.column_index, place, cell)
            best[line] = min(best.get(line, ranked), ranked, key=lambda one: one[:3])
    return [cell for *_, cell in sorted(best.values(), key=lambda one: one[2])]


def total_row(cells: Iterable[AmountRow]) -> list[AmountRow]:
    """The cells of each table's first printed total (合计), or of the only row of a table that has but one."""
    tables: dict[str, list[AmountRow]] = {}
    for cell in cells:
        tables.setdefault(cell.table_id, []).append(cell)
    out: list[AmountRow] = []
    for table in tables.values():
        alone = len({cell.row for cell in table}) == 1
        totals = [cell for cell in table if alone or cell.row_role == "total"]
        first = min((cell.row for cell in totals), default=None)
        out += [cell for cell in totals if cell.row == first]
    return out


def deepest(cells: Sequence[AmountRow]) -> list[AmountRow]:
    """The cells whose code is not the beginning of another one's: together they are the whole, each yuan once."""
    codes = {cell.code for cell in cells}
    parents = {code[:length] for code in codes for length in (3, 5) if length < len(code)}
    return [cell for cell in cells if cell.code and cell.code not in parents]


def whole_of(cells: Iterable[AmountRow]) -> Decimal | None:
    """The amount of the first total, None where no total is printed."""
    return next((cell.amount for cell in total_row(cells)), None)


def sum_of(cells: Iterable[AmountRow]) -> Decimal:
    """The sum of the cells' amounts."""
    return sum((cell.amount for cell in cells), Decimal())

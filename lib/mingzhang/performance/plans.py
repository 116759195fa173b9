"""Plans: the payment plan of a form, by quarters or months, beside each other or below."""

from __future__ import annotations

from ..clean import compact, unwrap
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from .model import Plan
from .money import Money
from .words import right_of, word


def payment_plan(table: LogicalTable, header: int, money: Money) -> Plan | None:
    """The payment plan: a row of periods with a row of figures under it, or a column of periods with one beside it."""
    for row in range(header - 1):
        cells = table.row_cells(row)
        periods = [cell for cell in cells if word("fund", "period").match(compact(cell.text))]
        if len(periods) >= 2:
            percent = any("%" in compact(cell.text) for cell in cells if cell not in periods)
            under = [(unwrap(p.text), cell) for p in periods if (cell := table.grid.get((row + 1, p.column)))
                and cell.text]
            return Plan(tuple((name, money.figure("annual_budget", cell)) for name, cell in under), percent)
    upright = periods_below(table, header)
    found = [(unwrap(cell.text), beside) for cell in upright if (beside := right_of(table, cell)) and beside.text]
    return (Plan(tuple((name, money.figure("annual_budget", cell)) for name, cell in found), False) if len(found) > 1
        else None)


def periods_below(table: LogicalTable, header: int) -> list[Cell]:
    """The periods of a payment plan that stand below each other."""
    found = [cell for cell in table.cells if cell.row < header and word("fund", "period").match(compact(cell.text))]
    return found if len(found) > 1 and len({cell.column for cell in found}) == 1 else []


def plan_rows(table: LogicalTable, header: int) -> range:
    """The rows of an upright payment plan with its head and its sum, whose figures are no funds of their own."""
    upright = periods_below(table, header)
    if not upright:
        return range(0)
    after = upright[-1].row + 1
    label = table.grid.get((after, upright[-1].column))
    return range(upright[0].row - 1, after + bool(label and word("rows", "total").match(compact(label.text))))

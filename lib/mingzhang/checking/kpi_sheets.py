"""KPI sheets: one project of a performance table with the places of its figures in the ledger, money in 万元, points
and per cent as printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..address import Address
from ..performance.model import Figure, Fund, Indicator, Project
from ..table import Table
from .ledger import Ledger, Place


@dataclass
class KpiSheet:
    """A project of a performance table; `funds` and `indicators` are those of the project with the places of their
    figures by key."""

    table: Table
    project: Project
    ledger: Ledger
    funds: list[tuple[Fund, dict[str, int]]]
    indicators: list[tuple[Indicator, dict[str, int]]]

    def value(self, place: int | None) -> Decimal | None:
        """The printed value of a place."""
        units = self.ledger.values[place] if place is not None else None
        return None if units is None else self.ledger.decimal(units)

    def enter(self, one: Figure | None, label: str) -> int | None:
        """The place of a figure, entered into the ledger."""
        if one is None:
            return None
        quantum = max(int(Decimal("0.01").scaleb(self.ledger.exponent)), 1)
        address = Address(self.table.table_id, one.row, one.column)
        return self.ledger.add(Place(str(address), self.table.table_id, one.row, one.column, one.page, label, quantum),
            one.value)

    def cell(self, row: int, column: int) -> str:
        return str(Address(self.table.table_id, row, column))


def numbers_in(table: Table) -> Iterator[Decimal]:
    """The figures of a performance table."""
    for project in table.projects:
        figures = [one for fund in project.funds for kind in (fund.figures, fund.other) for one in kind.values()]
        yield from (one.value for one in (*figures, project.total, project.register_total) if one
            and one.value is not None)
        yield from (value for one in project.indicators for value in (one.weight, one.score) if value is not None)


def read_kpi(table: Table, project: Project, ledger: Ledger) -> KpiSheet:
    """The accountant's view of one project of a performance table; its places are entered into the ledger."""
    sheet = KpiSheet(table, project, ledger, [], [])
    for fund in project.funds:
        figures = {**fund.figures, **fund.other, **fund.numbered}
        # a rate may stand in one cell with its points ("97.50%/9.75"): the points, which are summed, have the place
        keys = sorted(figures, key=lambda key: key == "execution_rate")
        places = {key: sheet.enter(figures[key], f"{fund.item}/{key}") for key in keys}
        sheet.funds.append((fund, {key: place for key, place in places.items() if place is not None}))
    for one in project.indicators:
        points = {key: Figure("", getattr(one, key), one.row, one.columns[key], one.page) for key in ("weight", "score")
            if key in one.columns}
        sheet.indicators.append((one,
            {key: place for key, of in points.items() if (place := sheet.enter(of, key)) is not None}))
    return sheet

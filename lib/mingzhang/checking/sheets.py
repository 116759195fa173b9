"""Sheets: a fiscal table as an accountant reads it: lines, columns of money and where they cross, even if empty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from .. import forms
from ..address import Address
from ..reading.columns import Column
from ..reading.layout import LEAST_DECIMALS, Layout
from ..reading.lines import Line
from ..table import Table
from .ledger import Ledger, Place

#: A sum of money at the edge of a label.
GLUED = re.compile(r"^\d[\d,]*\.\d{2}(?=[^\d%])|(?<=[\u4e00-\u9fff])\d[\d,]*\.\d{2}$")

#: Two headers in one cell: "财政拨款收入上级补助收入".
TWO_HEADS = re.compile(r"(收入|支出).*\1$")


@dataclass
class Sheet:
    """A fiscal table with its lines and money columns; `fund`: which money. Lines of a summary have the codes they
    mean."""

    table: Table
    ledger: Ledger
    layout: Layout
    lines: list[Line]
    columns: list[Column]
    _cells: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def form(self) -> str:
        return self.table.account

    @property
    def name(self) -> str:
        return forms.BY_KEY[self.form].name

    @property
    def fund(self) -> str:
        return self.layout.fund

    def place(self, row: int, column: int) -> int | None:
        """The number of the place at a row and column, None where no cell begins."""
        return self._cells.get((row, column))

    def number(self, row: int, column: int) -> int | None:
        """The figure printed at a row and column, in units of the ledger."""
        place = self.place(row, column)
        return None if place is None else self.ledger.values[place]

    @cached_property
    def is_empty(self) -> bool:
        """Whether the table prints no figure at all."""
        return not any(self.ledger.values[place] is not None for place in self._cells.values())

    @cached_property
    def is_glued(self) -> bool:
        """Whether cells were not told apart: a figure is inside a label, two headers in one cell or over columns."""
        heads = Counter((column.panel, column.path, column.variant) for column in self.columns if column.path)
        return (any(GLUED.search(line.name) for line in self.lines) or max(heads.values(), default=0) > 1
                or any(TWO_HEADS.search(word) for _, path, _ in heads for word in path))

    def panel_columns(self, panel: int) -> list[Column]:
        return [column for column in self.columns if column.panel == panel]


def read_sheet(table: Table, ledger: Ledger) -> Sheet:
    """The accountant's view of a fiscal table; its places are entered into the ledger."""
    layout = table.layout
    assert layout is not None
    lines = [replace(line, code=line.code or line.meant) for line in layout.lines]
    sheet = Sheet(table, ledger, layout, lines, list(layout.values))
    empty = min((fact.precision for fact in layout.facts if fact.unit == "万元"),
                default=Decimal(1).scaleb(-LEAST_DECIMALS))
    for line in lines:
        for column in (column for column in layout.columns
                       if column.panel == line.panel and (column.adds or column.measure == "change")):
            at = (line.row, column.index)
            cell, fact = table.grid.grid.get(at), layout.by_place.get(at)
            if cell is None or (cell.row, cell.column) != at or (fact and fact.unit != "万元"):
                continue
            label = "/".join(filter(None, (line.code or line.name, *column.words[-1:])))
            quantum = max(int((fact.precision if fact else empty).scaleb(ledger.exponent)), 1)
            place = Place(str(Address(table.table_id, *at)), table.table_id, *at, cell.page, label, quantum)
            sheet._cells[at] = ledger.add(place, fact.amount if fact else None)
    return sheet


def fiscal(tables: Iterable[Table]) -> list[Table]:
    """The tables that identities may be asked of."""
    return [table for table in tables
            if table.layout and table.form not in forms.KPI_FORMS and (table.facts or table.is_empty)]


def amounts_of(tables: Iterable[Table]) -> list[Decimal]:
    """Every sum of money that the tables print."""
    return [fact.amount for table in tables for fact in table.facts if fact.unit == "万元"]

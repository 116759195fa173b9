"""KPI sheets: a performance table as an accountant reads it: where its funds, weights and scores stand.

Money is entered into the ledger in 万元, points and per cent as they are printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ..clean import compact, in_wan_yuan, parse_number, unwrap
from ..performance.funds import Fund, fund_header, fund_keys
from ..performance.indicators import Indicator, blocks_under
from ..performance.tables import Project
from ..performance.words import indicator_header
from ..reading.extract import Cell
from ..table import Table
from .ledger import Ledger, Place

_WITH_UNIT = re.compile(r"^([\d,.]+)(万元|元)$")
#: Keys of fund columns that hold points or per cent.
_POINTS = frozenset({"weight", "score", "execution_rate"})
_FORMULA = re.compile(r"([①-⑳])(?:=([①-⑳](?:[+\-/][①-⑳])*))?$")


@dataclass
class FundLine:
    """A fund row with the places of its figures, by key (the contract's name, or the printed header), and by circled number."""

    fund: Fund
    places: dict[str, int] = field(default_factory=dict)
    numbered: dict[str, int] = field(default_factory=dict)


@dataclass
class Scored:
    """An indicator with the places of its weight and score (None where the table has no such column)."""

    indicator: Indicator
    weight: int | None
    score: int | None


@dataclass
class KpiSheet:
    """A performance table: its fund lines, indicators, total score, and the formulas that its fund header prints."""

    table: Table
    project: Project
    ledger: Ledger
    funds: list[FundLine]
    indicators: list[Scored]
    total: int | None
    formulas: dict[str, str]

    def value(self, place: int | None) -> Decimal | None:
        """The printed value of a place."""
        units = self.ledger.values[place] if place is not None else None
        return None if units is None else Decimal(units).scaleb(-self.ledger.exponent)


def numbers_in(table: Table) -> Iterator[Decimal]:
    """Every number that a performance table prints, in 万元 where it is money: what the ledger's precision must hold."""
    unit = table.unit or "万元"
    for one in table.grid.cells:
        value = money(one.text, unit)
        if value is not None and len(compact(one.text)) < 20:
            yield value


def money(text: str, unit: str) -> Decimal | None:
    """A sum of money in 万元: the number with its own unit, else in the table's unit."""
    found = _WITH_UNIT.match(compact(text))
    if found:
        value = parse_number(found.group(1))
        return None if value is None else in_wan_yuan(value, found.group(2))
    value = parse_number(text)
    return None if value is None else in_wan_yuan(value, unit)


def read_kpi(table: Table, project: Project, ledger: Ledger) -> KpiSheet:
    """The accountant's view of one project of a performance table; its places are entered into the ledger."""
    header = indicator_header(table.grid)
    top = table.grid.rows if header is None else header
    columns, formulas = fund_columns(table, top)
    unit = table.unit or "万元"
    funds = [fund_line(table, ledger, fund, columns, unit) for fund in project.funds]
    blocks = indicator_columns(table, header) if header is not None else [{}]
    indicators = [
        Scored(one, *(points(table, ledger, one.row, blocks[one.block - 1].get(key)) for key in ("weight", "score")))
        for one in project.indicators
    ]
    return KpiSheet(table, project, ledger, funds, indicators, total_place(table, project, ledger, blocks[0]), formulas)


def enter(table: Table, ledger: Ledger, cell: Cell, label: str, value: Decimal | None) -> int:
    quantum = max(int(Decimal("0.01").scaleb(ledger.exponent)), 1)
    place = Place(f"{table.table_id}/r{cell.row}c{cell.column}", table.table_id, cell.row, cell.column, cell.page, label, quantum)
    return ledger.add(place, value)


def fund_columns(table: Table, top: int) -> tuple[dict[int, tuple[str, str]], dict[str, str]]:
    """The columns of a fund block under a header: key and circled number of each, and the formulas between the numbers."""
    row = fund_header(table.grid, top)
    if row is None:
        return {}, {}
    columns, formulas = {}, {}
    for column, (key, text) in fund_keys(table.grid, row).items():
        number = _FORMULA.search(unwrap(text)) or _FORMULA.search(circled(table, row, column))
        columns[column] = (key or compact(text), number.group(1) if number else "")
        if number and number.group(2):
            formulas[number.group(1)] = number.group(2)
    return columns, formulas


def circled(table: Table, row: int, column: int) -> str:
    """The header text with its circled numbers kept (compacting turns ① into 1)."""
    return re.sub(r"\s", "", table.grid.text(row, column)).replace("－", "-").replace("＝", "=").replace("＋", "+").replace("／", "/")


def fund_line(table: Table, ledger: Ledger, fund: Fund, columns: dict[int, tuple[str, str]], unit: str) -> FundLine:
    """A fund row with its places: under the header's columns, or the cell that prints each figure beside its label."""
    line = FundLine(fund)
    if columns:
        for column, (key, number) in columns.items():
            cell = table.grid.grid.get((fund.row, column))
            if cell is None or (cell.row, cell.column) != (fund.row, column):
                continue
            value = parse_number(cell.text) if key in _POINTS or "率" in key else money(cell.text, unit)
            line.places[key] = enter(table, ledger, cell, f"{fund.item}/{key}", value)
            if number:
                line.numbered[number] = line.places[key]
        return line
    label = next((c for c in table.grid.row_cells(fund.row) if unwrap(c.text) == fund.item), None)
    start = label.column if label else -1
    for key, text in (*fund.values.items(), *fund.other.items()):
        cell = next((c for c in table.grid.row_cells(fund.row) if c.column > start and unwrap(c.text) == text), None)
        if cell is not None:
            line.places[key] = enter(table, ledger, cell, f"{fund.item}/{key}", money(text, unit))
            start = cell.column
    return line


def indicator_columns(table: Table, header: int) -> list[dict[str, list[int]]]:
    """The columns of each key, for each set of indicators."""
    blocks, _ = blocks_under(table.grid, header)
    return [{key: [column for column, other in roles.items() if other == key] for key in roles.values()} for roles, _ in blocks]


def points(table: Table, ledger: Ledger, row: int, columns: list[int] | None) -> int | None:
    """The place of a weight or score in a row."""
    for column in columns or ():
        cell = table.grid.grid.get((row, column))
        if cell and cell.row == row and cell.column == column:
            return enter(table, ledger, cell, "points", parse_number(cell.text))
    return None


def total_place(table: Table, project: Project, ledger: Ledger, roles: dict[str, list[int]]) -> int | None:
    """The place of the total score: in the row labelled 总分, in the score column or the last cell that prints a number."""
    for cell in table.grid.cells:
        if re.fullmatch(r"总分|合计|总计|自评总分|总得分|综合得分", compact(cell.text)) and "score" in roles:
            numbers = [c for c in table.grid.row_cells(cell.row) if c.column > cell.column and parse_number(c.text) is not None]
            if cell.row < min((one.row for one in project.indicators), default=0):
                continue
            scored = [c for c in numbers if c.column in roles["score"]]
            chosen = scored or numbers[-1:]
            if chosen:
                return enter(table, ledger, chosen[0], "总分", parse_number(chosen[0].text))
    return None

"""Layout: the one reading of a fiscal, staffing or asset table: its columns, its lines, and one fact for each printed
number.

Everything after the reading (checks, dataset, studies, pictures) takes this and never parses a printed text again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from .. import forms, vocabulary
from ..clean import compact, in_wan_yuan, money_unit, parse_quantity, unwrap
from .columns import ITEMS, Column, Context, fund_of, read_columns, side_of, stage_of, understood, version_of
from .columns import WORDS as COLUMN_WORDS
from .header import DEEPEST_HEADER, first_data_row, numbering_rows
from .lines import WORDS, Line, by_function, read_lines
from .stitch import LogicalTable

#: Units of money.
MONEY = ("元", "千元", "万元", "百万元", "亿元")
ROW_UNITS = vocabulary.patterns("rows", "units")
#: A sum in a larger unit than 元 is given to two decimals, though a spreadsheet may print it without its trailing
#: zeros.
LEAST_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Fact:
    """One printed number: where it stands and what it says; `path` is the printed header over it, joined by "/".

    `amount` is in 万元 if `unit` is, else in `unit` (人, 平方米, % …); `precision` is one unit of the last place to
    which it is known. `reading` is printed, or inferred where the form or the unit of its table is nowhere printed.
    """

    row: int
    column: int
    page: int
    side: str
    code: str
    level: int | None
    agency_code: str
    name: str
    row_role: str
    measure: str
    path: str
    stage: str
    fund: str
    item: str
    amount: Decimal
    unit: str
    raw: str
    precision: Decimal
    reading: str = "printed"


class Frame(NamedTuple):
    """The rows, columns and lines of a table as they are printed: the first data row, the rows that hold no data,
    columns and lines.
    """

    first_row: int
    skipped: frozenset[int]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Layout:
    """How a table is read: its first data row, the rows that hold no data (`skipped`), columns, lines and facts.

    `form` is the form that it is read as, `unit` the unit of its money, `fund` which money the whole table is about
    (all where it does not say). `inferred` names what is nowhere printed and was concluded from the rest of the
    document: unit, form.
    """

    form: str
    first_row: int
    skipped: frozenset[int]
    unit: str
    fund: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    facts: tuple[Fact, ...] = field(repr=False)
    context: Context = field(default=Context(), repr=False)
    inferred: frozenset[str] = frozenset()

    @cached_property
    def values(self) -> tuple[Column, ...]:
        """The columns of money that identities may add up."""
        return tuple(column for column in self.columns if column.adds)

    @cached_property
    def by_place(self) -> dict[tuple[int, int], Fact]:
        """The facts by row and column."""
        return {(fact.row, fact.column): fact for fact in self.facts}


def read_frame(table: LogicalTable) -> Frame:
    """What stands in a table, before it is known which form it is."""
    first = first_data_row(table)
    skipped = numbering_rows(table, first)
    columns = read_columns(table, first, skipped)
    return Frame(first, skipped, columns, read_lines(table, columns, first, skipped))


def read_layout(table: LogicalTable, frame: Frame, form: str, context: Context, unit: str,
                inferred: frozenset[str] = frozenset()) -> Layout:
    """The reading of a table of a form whose money is in `unit`, in a document of that kind and year."""
    kind = forms.of_title(form, table.title)
    # That of the standard form is taken where the title says nothing; 财政拨款 alone is narrowed by a form of
    # 政府性基金, say, alone.
    fund = fund_of([table.title], kind.fund if kind.fund != "general_public" else "") or kind.fund or "all"
    if any(COLUMN_WORDS["whole_year"].search(compact(note)) for note in table.notes):
        context = replace(context, budget="adjusted_budget")
    columns = understood(frame.columns, kind, fund, unit, context)
    lines = by_function(frame.lines) if form in forms.SUMMARIES else frame.lines
    found = tuple(facts(table, kind, columns, lines, context))
    doubted = {"万元"} if inferred == {"unit"} else {one.unit for one in found} if inferred else set()
    found = tuple(replace(one, reading="inferred") if one.unit in doubted else one for one in found)
    return Layout(form, frame.first_row, frame.skipped, unit, fund, columns, lines, found, context, inferred)


def declared_unit(table: LogicalTable) -> str:
    """The unit of money that a table declares in its header or in a line inside its grid; "" if it declares none."""
    texts = (cell.text for row in range(min(table.rows, DEEPEST_HEADER)) for cell in table.row_cells(row))
    return next((unit for text in texts if (unit := money_unit(text))), "")


def facts(table: LogicalTable, form: forms.Form, columns: tuple[Column, ...], lines: tuple[Line, ...],
          context: Context) -> Iterator[Fact]:
    """One fact for each number printed in a value column, in reading order; where both sides stand under each other a
    line that does not tell its side is of the side above it.
    """
    told: dict[int, str] = {}
    for line in lines:
        for column in columns:
            at = (line.row, column.index)
            cell = table.grid.get(at)
            mine = (
                column.role == "value"
                and column.panel == line.panel
                and cell is not None
                and (cell.row, cell.column) == at
            )
            if mine and cell and (found := parse_quantity(cell.text)):
                side = told[line.panel] = side_of(form, column.path, line.name) or told.get(line.panel, "")
                yield fact(form, column, line, side, cell.page, unwrap(cell.text), found, context)


def fact(form: forms.Form, column: Column, line: Line, side: str, page: int, raw: str, found: tuple[Decimal, str],
         context: Context) -> Fact:
    """The fact for one number and the unit behind it, from its column and its line."""
    value, own = found
    unit = "%" if raw.endswith("%") else own or unit_of(column.unit, line, form.key == "three_public")
    decimals = len(re.sub(r"[^\d.]", "", raw).partition(".")[2])
    precision = Decimal(1).scaleb(-max(decimals, LEAST_DECIMALS if unit.endswith("元") and unit != "元" else 0))
    if unit.endswith("元"):
        value, precision, unit = in_wan_yuan(value, unit), in_wan_yuan(precision, unit), "万元"
    return Fact(line.row, column.index, page, side, line.code, line.level, line.agency_code, line.name, line.role,
                column.measure, "/".join(column.path), stage(column, line, context), fund(form, column, line),
                item(form, column, line), value, unit, raw, precision)


def stage(column: Column, line: Line, context: Context) -> str:
    """The stage of a figure: that of its column, unless the row is a version or a year (2024年预算数) and the columns
    are items.
    """
    name = compact(line.name)
    if not line.code and len(name) <= 12 and version_of(name) and not column.variant and WORDS["version"].match(name):
        return stage_of(name, context, context.year)
    return column.stage


def fund(form: forms.Form, column: Column, line: Line) -> str:
    """The money of a figure: its column's; in a table of revenue or in a summary a row may name it more closely."""
    if (
        column.fund in ("all", "appropriation")
        and (form.key in forms.SUMMARIES or form.side == "revenue")
        and not line.code
        and column.side != "expenditure"
    ):
        return fund_of([line.name], column.fund)
    return column.fund


def item(form: forms.Form, column: Column, line: Line) -> str:
    """What a figure measures: by its column, else by its row's name where rows are items and no code says what they
    are.
    """
    if line.key in ("change", "share") and not line.code:
        return line.key
    plain = form.item or "total"
    if unit_of(column.unit, line, form.key == "three_public") != column.unit != "piece":
        return "count"
    if column.item != plain or line.code or form.key not in forms.BY_ROW:
        return column.item
    found = ITEMS.get(line.key, plain)
    return found if form.key == "three_public" or not found.startswith("three_public") else plain


def unit_of(unit: str, line: Line, counts: bool) -> str:
    """The unit of a number in a column of `unit`: where rows may be counts a row may be one (团组数), or name the unit
    of pieces ("房屋（平方米）").
    """
    name = compact(line.name)
    if line.unit and (unit == "piece" or (line.unit in MONEY and unit.endswith("元"))):
        return line.unit
    if unit == "piece":
        match = WORDS["unit"].search(name)
        return match.group(1) if match else "个"
    return (counts and not line.code and unit.endswith("元") and vocabulary.first(ROW_UNITS, name)) or unit

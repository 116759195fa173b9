"""Identities: the equations that a table must keep by its own layout: columns, codes, numbered lines, totals.

What the equations are called and say is declared in `rules.WITHIN`.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..reading.columns import WORDS, Column
from ..reading.lines import Line
from . import comparing
from .identity import Identity, head, identity, label
from .labels import by_label
from .rules import DETAIL_COLUMNS
from .sheets import Sheet

#: Last header words of a column that adds up the columns beside it.
TOTAL_COLUMN = WORDS["total"]


def within(sheet: Sheet) -> Iterator[Identity]:
    """Every identity of one table."""
    if sheet.is_empty:
        return
    yield from across_columns(sheet)
    summary = sheet.form in ("income_expenditure_summary", "appropriation_summary")
    if not summary and any(line.code for line in sheet.lines):
        yield from by_code(sheet, "code")
        yield from personnel_totals(sheet)
    elif not summary and sum(bool(line.agency_code) for line in sheet.lines) > 1:
        yield from by_code(sheet, "agency_code")
    else:
        for panel in sorted({line.panel for line in sheet.lines}):
            yield from by_label(sheet, panel)


# --- columns ---------------------------------------------------------------------------------------------------------


@dataclass
class Header:
    """A header cell: its column if it is the lowest, and the header cells under it."""

    name: str = ""
    column: Column | None = None
    below: dict[str, Header] = field(default_factory=dict)


def across_columns(sheet: Sheet) -> Iterator[Identity]:
    """合计 and 小计 against the columns beside them, on every line."""
    sums: list[tuple[Column, list[Column]]] = []
    for panel in sorted({column.panel for column in sheet.columns}):
        columns = sheet.panel_columns(panel)
        for variant in sorted({column.variant for column in columns}):
            sums.extend(column_sums(header_tree(c for c in columns if c.variant == variant)))
    flow = flow_columns(sheet)
    for column, (later, earlier) in comparing.changes(sheet):
        for line in sheet.lines:
            place, first, second = (sheet.place(line.row, one.index) for one in (column, later, earlier))
            if line.panel == column.panel and place is not None and first is not None and second is not None:
                statement = (f"{label(line)}: {'/'.join(column.path)} = "
                             f"{'/'.join(later.path)} - {'/'.join(earlier.path)}")
                yield Identity("row-change", "row", statement, ((1, place),), ((1, first), (-1, second)))
    for line in sheet.lines:
        for total, parts in sums:
            if total.panel == line.panel:
                statement = f"{label(line)}: {head(total)} = {' + '.join(head(part) for part in parts)}"
                yield from identity("row-parts", statement, sheet.place(line.row, total.index),
                                    [sheet.place(line.row, part.index) for part in parts])
        if flow:
            places = [sheet.place(line.row, column.index) for column in flow]
            if all(place is not None for place in places):
                start, income, spent, end = places
                yield Identity("row-flow", "row",
                               f"{label(line)}: {' + '.join(map(head, flow[:2]))} = {' + '.join(map(head, flow[2:]))}",
                               ((1, start or 0), (1, income or 0)), ((1, spent or 0), (1, end or 0)))


def header_tree(columns: Iterable[Column]) -> Header:
    """The header over the columns as a tree; 其中 is no cell of its own."""
    root = Header()
    for column in columns:
        node = root
        for part in [p for p in column.words if not re.fullmatch(r"其中[:：]?", p)] or ["合计"]:
            node = node.below.setdefault(part, Header(part))
        node.column = column
    return root


def column_sums(node: Header) -> Iterator[tuple[Column, list[Column]]]:
    """Each adding column under a header with the columns that it adds up."""
    totals = [one for one in node.below.values() if one.column and not one.below and TOTAL_COLUMN.search(one.name)]
    others = [one for one in node.below.values() if one not in totals and not re.match(r"其中", one.name)]
    if len(totals) == 1 and totals[0].column and others:
        keys = {one.column.key.rpartition("/")[2] for one in others if one.column}
        dropped = {detail for whole, details in DETAIL_COLUMNS.items() if whole in keys for detail in details}
        kept = [one for one in others if not (one.column and one.column.key.rpartition("/")[2] in dropped)]
        yield totals[0].column, [column for one in kept for column in standing_for(one)]
    for one in node.below.values():
        yield from column_sums(one)


def standing_for(node: Header) -> list[Column]:
    """The column that stands for a header in a sum: its own, its 小计, else all the columns under it."""
    if node.column:
        return [node.column]
    for one in node.below.values():
        if one.column and TOTAL_COLUMN.search(one.name):
            return [one.column]
    return [column for one in node.below.values() if not re.match(r"其中", one.name) for column in standing_for(one)]


def flow_columns(sheet: Sheet) -> list[Column]:
    """Opening balance, income, spending and closing balance, where a table prints all four as columns."""
    keys = {column.key.split("/")[0]: column for column in reversed(sheet.columns)}
    wanted = ("carried_forward_in", "income", "total", "carried_forward_out")
    return [keys[key] for key in wanted] if all(key in keys for key in wanted) else []


# --- codes -----------------------------------------------------------------------------------------------------------


def by_code(sheet: Sheet, kind: str) -> Iterator[Identity]:
    """Each code against the codes below it, and the total line against the highest ones, in every column of money.

    Panels side by side continue one list; their columns are taken in order. Where every unit of a department lists its
    own codes, a unit's line is the sum of its highest codes, and the total that of the units.
    """
    lines = [line for line in sheet.lines if getattr(line, kind)]
    units = list(dict.fromkeys(line.agency_code for line in lines)) if repeats(lines, kind) else []
    groups = [[line for line in lines if line.agency_code == unit] for unit in units] or [lines]
    width = min(len(sheet.panel_columns(panel)) for panel in {line.panel for line in lines})
    heads: list[Line] = []
    for unit, group in zip(units or [""], groups, strict=True):
        if repeats(group, kind):
            return
        roots = yield from code_tree(sheet, group, kind, width)
        head_line = next((line for line in sheet.lines
                          if unit and line.agency_code == unit and not getattr(line, kind)), None)
        if head_line:
            yield from totalled(sheet, head_line, roots, "total-codes", width)
        heads += [head_line] if head_line else roots
    total = next((line for line in sheet.lines if line.role == "total" and not getattr(line, kind)), None)
    if total:
        yield from totalled(sheet, total, heads, "total-codes", width)


def repeats(lines: Sequence[Line], kind: str) -> bool:
    """Whether a code stands on more than one line."""
    return len({getattr(line, kind) for line in lines}) < len(lines)


def code_tree(sheet: Sheet, lines: Sequence[Line], kind: str, width: int) -> Generator[Identity, None, list[Line]]:
    """Each code against the codes one step below it; the highest ones are returned."""
    codes = {getattr(line, kind): line for line in lines}
    children: dict[str, list[Line]] = {code: [] for code in codes}
    roots: list[Line] = []
    for code, line in codes.items():
        parent = next((code[:size] for size in range(len(code) - 1, 2, -1) if code[:size] in codes), None)
        (children[parent] if parent else roots).append(line)
    for code, below in children.items():
        yield from totalled(sheet, codes[code], below, "code-parts" if kind == "code" else "unit-parts", width)
    return roots


def totalled(sheet: Sheet, whole: Line, parts: Sequence[Line], rule: str, width: int) -> Iterator[Identity]:
    """A line against the lines that it adds up, in each column."""
    names = " + ".join(line.code or line.agency_code or line.name for line in parts)
    for number in range(width if parts else 0):
        statement = f"{label(whole)} {heading(sheet, whole, number)} = {names}"
        yield from identity(rule, statement, cell(sheet, whole, number), [cell(sheet, line, number) for line in parts])


def cell(sheet: Sheet, line: Line, number: int) -> int | None:
    """The place of a line in the n-th money column of its panel."""
    columns = sheet.panel_columns(line.panel)
    return sheet.place(line.row, columns[number].index) if number < len(columns) else None


def heading(sheet: Sheet, line: Line, number: int) -> str:
    columns = sheet.panel_columns(line.panel)
    return head(columns[number]) if number < len(columns) else ""


def personnel_totals(sheet: Sheet) -> Iterator[Identity]:
    """人员经费合计 and 公用经费合计 against the economic 类 that they add up."""
    classes = [line for line in sheet.lines if re.fullmatch(r"3\d\d", line.code)]
    for key, mine in (("basic_personnel", True), ("basic_public", False)):
        total = next((line for line in sheet.lines if line.key == key and line.role == "subtotal"), None)
        parts = [line for line in classes if (line.code in ("301", "303")) == mine]
        if total and parts:
            place = next((p for c in sheet.columns
                          if (p := sheet.place(total.row, c.index)) is not None and c.panel == total.panel), None)
            statement = f"{total.name} = {' + '.join(line.code for line in parts)}"
            yield from identity("personnel-total", statement, place, [cell(sheet, line, 0) for line in parts])

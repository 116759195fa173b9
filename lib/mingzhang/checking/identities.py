"""Identities: the equations that a table must keep by its own layout: columns, codes, numbered lines, totals.

An `Identity` is a signed sum of places that must be zero. What the equations are called and say is declared in `rules.WITHIN`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..reading.columns import WORDS, Column
from ..reading.lines import Line
from . import comparing
from .ledger import Ledger
from .records import Result
from .rules import DETAIL_COLUMNS, DETAIL_LINES, NESTED_BY_COLUMN, WITHIN
from .sheets import Sheet

#: Last header words of a column that adds up the columns beside it.
TOTAL_COLUMN = WORDS["total"]

@dataclass(frozen=True, slots=True)
class Identity:
    """`left` compared with `right` + `constant`, each a signed sum of places; `op` is =, >= or ~ as in `rules`."""

    rule: str
    scope: str
    statement: str
    left: tuple[tuple[int, int], ...]
    right: tuple[tuple[int, int], ...]
    op: str = "="
    constant: int = 0

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(place for _, place in (*self.left, *self.right))

    @property
    def terms(self) -> tuple[tuple[int, int], ...]:
        """All terms on one side: their signed sum must be zero."""
        return (*self.left, *((-sign, place) for sign, place in self.right))


#: The older name of a rule's result, until its users have changed.
Finding = Result


class Outcome(NamedTuple):
    """An identity confronted with figures, in units of the ledger (the tolerance doubled, to stay whole)."""

    left: int
    right: int
    difference: int
    twice_tolerance: int
    status: str


def outcome(one: Identity, ledger: Ledger) -> Outcome | None:
    """An identity with the figures of a ledger; None where it says nothing about them (nothing is printed, or no more is claimed)."""
    values = ledger.values
    printed = [place for place in one.places if values[place] is not None]
    if not printed or (one.op == ">=" and all(values[place] is None for _, place in one.left)):
        return None
    left = sum(sign * (values[place] or 0) for sign, place in one.left)
    right = sum(sign * (values[place] or 0) for sign, place in one.right) + one.constant
    twice = sum(ledger.places[place].quantum for place in printed)
    miss = min(left - right, 0) if one.op == ">=" else left - right
    status = "pass" if miss == 0 else "rounding" if 2 * abs(miss) <= twice else "fail"
    if one.op == "~" and status == "fail":
        return None
    return Outcome(left, right, left - right, twice, status)


def identity(rule: str, statement: str, total: int | None, parts: Iterable[int | None], op: str = "=") -> Iterator[Identity]:
    """The identity "total = parts" if its total and at least one part have a place."""
    found = tuple((1, part) for part in parts if part is not None)
    if total is not None and found:
        yield Identity(rule, WITHIN[rule].scope, statement, ((1, total),), found, op)


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
                statement = f"{label(line)}: {'/'.join(column.path)} = {'/'.join(later.path)} - {'/'.join(earlier.path)}"
                yield Identity("row-change", "row", statement, ((1, place),), ((1, first), (-1, second)))
    for line in sheet.lines:
        for total, parts in sums:
            if total.panel == line.panel:
                statement = f"{label(line)}: {head(total)} = {' + '.join(head(part) for part in parts)}"
                yield from identity("row-parts", statement, sheet.place(line.row, total.index),
                                    [sheet.place(line.row, part.index) for part in parts])  # fmt: skip
        if flow:
            places = [sheet.place(line.row, column.index) for column in flow]
            if all(place is not None for place in places):
                start, income, spent, end = places
                yield Identity("row-flow", "row", f"{label(line)}: {' + '.join(map(head, flow[:2]))} = {' + '.join(map(head, flow[2:]))}",
                               ((1, start or 0), (1, income or 0)), ((1, spent or 0), (1, end or 0)))  # fmt: skip


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


def head(column: Column) -> str:
    return "/".join(column.words) or "合计"


def label(line: Line) -> str:
    return " ".join(part for part in (line.code or line.agency_code, line.name) if part) or f"row {line.row}"


# --- codes -----------------------------------------------------------------------------------------------------------


def by_code(sheet: Sheet, kind: str) -> Iterator[Identity]:
    """Each code against the codes below it, and the total line against the highest ones, in every column of money.

    Panels side by side continue one list; their columns are taken in order. Where every unit of a department lists its own codes, a
    unit's line is the sum of its highest codes, and the total that of the units.
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
        head_line = next((line for line in sheet.lines if unit and line.agency_code == unit and not getattr(line, kind)), None)
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
            place = next((p for c in sheet.columns if (p := sheet.place(total.row, c.index)) is not None and c.panel == total.panel), None)
            statement = f"{total.name} = {' + '.join(line.code for line in parts)}"
            yield from identity("personnel-total", statement, place, [cell(sheet, line, 0) for line in parts])


# --- labels ----------------------------------------------------------------------------------------------------------


@dataclass
class Entry:
    """A line with the lines that are nested under it."""

    line: Line
    below: list[Entry] = field(default_factory=list)


def by_label(sheet: Sheet, panel: int) -> Iterator[Identity]:
    """The identities of a panel without codes of its own: nested lines, 小计, 本年合计 and totals."""
    columns = sheet.panel_columns(panel)
    lines = [line for line in sheet.lines if line.panel == panel and line.name]
    adding = [line for line in lines if (line.key in ("total", "this_year") or line.role == "subtotal")
              and any(sheet.place(line.row, column.index) is not None for column in columns)]  # fmt: skip
    if any(line.name == "小计" for line in lines):
        yield from by_group(sheet, lines, columns)
        return
    before, after = sections(lines)
    by_column = sheet.form in NESTED_BY_COLUMN
    if by_column:
        figures = {line.row for line in sheet.lines for column in columns if sheet.number(line.row, column.index) is not None}
        before = [line for line in sheet.lines if line.panel == panel and (line in before or line in after or
                  (not line.name and line.row in figures and line.row > lines[0].row))]  # fmt: skip
    roots = nested_by_column(before) if by_column else nested(before)
    extras = [] if by_column else nested(after)
    roots, extras = without_headings(sheet, roots), without_headings(sheet, extras)
    last = max((line.row for line in before), default=-1)
    for line in sheet.lines:  # a figure on a line without a name still counts in the totals
        if line.panel == panel and not line.name and lines and adding and line.row > lines[0].row and not by_column:
            (roots if line.row <= last or not after else extras).append(Entry(line))
    for column in columns:
        for entry in every([*roots, *extras]):
            yield from under(sheet, entry, column)
        yield from totals(sheet, adding, roots, extras, column)


def sections(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines up to 本年合计 and those after it, without the lines that add up."""
    cut = next((i for i, line in enumerate(lines) if line.key == "this_year"), len(lines))
    if not any(line.role == "item" for line in lines[:cut]):
        cut = len(lines)
    plain = [line for line in lines if line.role in ("item", "memo") and line.key not in ("total", "this_year")]
    rows = {line.row for line in lines[:cut]}
    return [line for line in plain if line.row in rows], [line for line in plain if line.row not in rows]


def nested(lines: Sequence[Line]) -> list[Entry]:
    """The lines nested by how their labels are numbered; 其中 begins the details of the line before it."""
    roots: list[Entry] = []
    stack: list[tuple[str, Entry]] = []
    for line in lines:
        kind, entry = line.style or "plain", Entry(line)
        memo = f"memo {kind}"
        if line.memo and stack:
            while any(k == memo for k, _ in stack) and stack[-1][0] != memo:
                stack.pop()
            if stack[-1][0] == memo:
                stack.pop()
            kind = memo
        elif stack and stack[-1][0] == memo:
            stack.pop()
            kind = memo
        elif stack and line.key in DETAIL_LINES.get(stack[0][1].line.key, ()) and stack[0][0] == kind:
            stack[0][1].below.append(entry)
            continue
        elif any(k == kind for k, _ in stack):
            while stack.pop()[0] != kind:
                pass
        (stack[-1][1].below if stack else roots).append(entry)
        stack.append((kind, entry))
    return roots


def nested_by_column(lines: Sequence[Line]) -> list[Entry]:
    """The lines nested by the column in which their label stands, the leftmost outermost."""
    roots: list[Entry] = []
    stack: list[Entry] = []
    for number, line in enumerate(lines):
        if not line.name:  # its name was lost at a page break: it stands above what follows
            line = replace(line, depth=lines[number + 1].depth - 1 if number + 1 < len(lines) else line.depth)
        while stack and stack[-1].line.depth >= line.depth:
            stack.pop()
        entry = Entry(line)
        (stack[-1].below if stack else roots).append(entry)
        stack.append(entry)
    return roots


def without_headings(sheet: Sheet, entries: list[Entry]) -> list[Entry]:
    """The entries with those that are mere headings (none of them prints a figure) replaced by what stands under them."""
    parents = [entry for entry in entries if entry.below]
    printed = [entry for entry in parents if any(
        (place := sheet.place(entry.line.row, c.index)) is not None and sheet.ledger.values[place] is not None
        for c in sheet.panel_columns(entry.line.panel)
    )]  # fmt: skip
    if not parents or printed:
        return entries
    return [one for entry in entries for one in (entry.below or [entry])]


def every(entries: Sequence[Entry]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        yield from every(entry.below)


def under(sheet: Sheet, entry: Entry, column: Column) -> Iterator[Identity]:
    """A line against the lines nested under it."""
    if not entry.below:
        return
    parts = [sheet.place(one.line.row, column.index) for one in entry.below]
    share = entry.below[0].line.memo and len(entry.below) == 1
    rule, op = ("label-share", ">=") if share else ("label-parts", "=")
    statement = f"{entry.line.name} {op} {' + '.join(one.line.name for one in entry.below)}"
    yield from identity(rule, statement, sheet.place(entry.line.row, column.index), parts, op)


def totals(
    sheet: Sheet, adding: Sequence[Line], roots: Sequence[Entry], extras: Sequence[Entry], column: Column
) -> Iterator[Identity]:
    """本年合计 = the lines above it; 总计 = 本年合计 + what follows it; a 小计 of “三公” = its three items."""

    def places(entries: Iterable[Entry]) -> list[int | None]:
        return [sheet.place(entry.line.row, column.index) for entry in entries]

    year = next((line for line in adding if line.key == "this_year"), None)
    total = next((line for line in reversed(adding) if line.key == "total"), None)
    if year is None and total is None:
        year = borrowed(sheet, column, "this_year")
        total = None if year else borrowed(sheet, column, "total")
        if year or total:
            yield from identity("total-year", f"{(year or total).name} = lines above it by function", adding_place(sheet, year or total),  # type: ignore[union-attr,arg-type]
                                places(roots))  # fmt: skip
        return
    if year:
        yield from identity("total-year", f"{year.name} {head(column)} = lines above it", sheet.place(year.row, column.index), places(roots))
    for line in adding:
        if line.key == "three_public":
            items = [entry for entry in roots if entry.line.key.startswith("three_public")]
            yield from identity("total-lines", f"{line.name} {head(column)} = its items", sheet.place(line.row, column.index), places(items))
    if total:
        start = [sheet.place(year.row, column.index)] if year and extras else []
        parts = [*start, *places(extras)] if start else places(roots) if not year else [sheet.place(year.row, column.index)]
        yield from identity("total-lines", f"{total.name} {head(column)} = lines that it adds up", sheet.place(total.row, column.index), parts)


def borrowed(sheet: Sheet, column: Column, key: str) -> Line | None:
    """The adding line of another panel on the same side, for a panel that prints none (the side is laid out twice)."""
    if not column.side:
        return None
    panels = {c.panel for c in sheet.columns if c.side == column.side} - {column.panel}
    return next((line for line in sheet.lines if line.panel in panels and line.key == key), None)


def adding_place(sheet: Sheet, line: Line) -> int | None:
    columns = sheet.panel_columns(line.panel)
    return sheet.place(line.row, columns[0].index) if columns else None


def by_group(sheet: Sheet, lines: Sequence[Line], columns: Sequence[Column]) -> Iterator[Identity]:
    """Groups gathered by a merged label, each with its 小计; the total adds up the groups."""
    groups = Counter(line.group for line in lines if line.name == "小计" and line.group is not None)
    total = next((line for line in lines if line.key == "total"), None)
    for column in columns:
        subtotals = []
        for group in groups:
            inside = [line for line in lines if line.group == group]
            subtotal = next(line for line in inside if line.name == "小计")
            place = sheet.place(subtotal.row, column.index)
            subtotals.append(place)
            parts = [sheet.place(line.row, column.index) for line in inside if line is not subtotal and not line.memo]
            yield from identity("total-lines", f"小计 (row {subtotal.row}) = its lines", place, parts)
        if total:
            yield from identity("total-lines", f"{total.name} = 小计 of the groups", sheet.place(total.row, column.index), subtotals)

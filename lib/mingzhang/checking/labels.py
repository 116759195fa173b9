"""Labels: the equations of a panel without codes: lines nested by the numbers of their labels, 小计, 本年合计, 总计."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..reading.columns import Column
from ..reading.lines import Line
from .identity import Identity, head, identity
from .rules import DETAIL_LINES, NESTED_BY_COLUMN
from .sheets import Sheet


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
              and any(sheet.place(line.row, column.index) is not None for column in columns)]
    if any(line.name == "小计" for line in lines):
        yield from by_group(sheet, lines, columns)
        return
    before, after = sections(lines)
    by_column = sheet.form in NESTED_BY_COLUMN
    if by_column:
        figures = {line.row for line in sheet.lines
                   for column in columns if sheet.number(line.row, column.index) is not None}
        before = [line for line in sheet.lines if line.panel == panel and (line in before or line in after or
                  (not line.name and lines and line.row in figures and line.row > lines[0].row))]
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
        elif stack and stack[-1][0] == memo and details(stack[-2:], line):
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


def details(above: Sequence[tuple[str, Entry]], line: Line) -> bool:
    """Whether a line goes on with the details of the line above: all do, unless it is declared which ones it has."""
    declared = DETAIL_LINES.get(above[0][1].line.key) if len(above) > 1 else None
    return not (declared and line.key) or line.key in declared


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
    """The entries with mere headings (none of them prints a figure) replaced by what stands under them."""
    parents = [entry for entry in entries if entry.below]
    printed = [entry for entry in parents if any(
        (place := sheet.place(entry.line.row, c.index)) is not None and sheet.ledger.values[place] is not None
        for c in sheet.panel_columns(entry.line.panel)
    )]
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


def totals(sheet: Sheet, adding: Sequence[Line], roots: Sequence[Entry], extras: Sequence[Entry],
           column: Column) -> Iterator[Identity]:
    """本年合计 = the lines above it; 总计 = 本年合计 + what follows it; a 小计 of “三公” = its three items."""

    def places(entries: Iterable[Entry]) -> list[int | None]:
        return [sheet.place(entry.line.row, column.index) for entry in entries]

    year = next((line for line in adding if line.key == "this_year"), None)
    total = next((line for line in reversed(adding) if line.key == "total"), None)
    if year is None and total is None:
        year = borrowed(sheet, column, "this_year")
        total = None if year else borrowed(sheet, column, "total")
        if year or total:
            yield from identity("total-year",
                                f"{(year or total).name} = lines above it by function",  # type: ignore[union-attr]
                                adding_place(sheet, year or total), places(roots))  # type: ignore[arg-type]
        return
    if year:
        yield from identity("total-year", f"{year.name} {head(column)} = lines above it",
                            sheet.place(year.row, column.index), places(roots))
    for line in adding:
        if line.key == "three_public":
            items = [entry for entry in roots if entry.line.key.startswith("three_public")]
            yield from identity("total-lines", f"{line.name} {head(column)} = its items",
                                sheet.place(line.row, column.index), places(items))
    if total:
        start = [sheet.place(year.row, column.index)] if year and extras else []
        parts = ([*start, *places(extras)] if start else places(roots) if not year
                 else [sheet.place(year.row, column.index)])
        yield from identity("total-lines", f"{total.name} {head(column)} = lines that it adds up",
                            sheet.place(total.row, column.index), parts)


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
            yield from identity("total-lines", f"{total.name} = 小计 of the groups",
                                sheet.place(total.row, column.index), subtotals)

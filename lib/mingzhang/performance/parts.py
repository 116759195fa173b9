"""Parts: a performance form is known by its parts (head, funds, goals, indicator header, indicators, total, signature),
not by titles or pages.

The rows of successive page tables are one stream. `goes_on` says whether the next page's table belongs to the form that
is open; `forms_of` cuts a logical table where a new form begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from ..clean import compact, parse_number
from ..reading.captions import CAPTION_END, is_furniture
from ..reading.extract import Cell, PageTable
from ..reading.stitch import Grammar, LogicalTable, captioned
from .words import HEAD, is_level, label_and_value, match, names_fund, names_levels, plain_item, word

#: A title inside the grid is followed by the head of its form within so many rows.
NEAR = 4


def part(cells: Sequence[Cell]) -> str:
    """What a row is of a form: header (of indicators), head, goal, funds (their header), fund, total, close (below the
    indicators), caption, opening (it names the project), or "" if not told."""
    return part_of(tuple(cell.text for cell in cells))


@lru_cache(8_192)
def part_of(texts: tuple[str, ...]) -> str:
    """What a row of these texts is."""
    filled = [text for text in texts if text]
    if not filled:
        return ""
    if names_levels(filled):
        return "header"
    first = compact(filled[0])
    if opens(texts):
        return "opening"
    if len(filled) == 1 and (is_furniture(filled[0]) or CAPTION_END.search(first)):
        return "caption"
    if word("rows", "total").match(first.rstrip(":：")):
        return "total"
    if word("rows", "afterword").search(first):
        return "close"
    if match("labels", first) in HEAD:
        return "head"
    if any(match("labels", text) in ("goal", "actual_result") for text in filled[:2]):
        return "goal"
    if len({match("funds", text) for text in filled} - {"", "weight", "score"}) >= 2:
        return "funds"
    return "fund" if any(names_fund(text) or label_and_value(text)[0] for text in filled[:2]) else ""


def opens(texts: Sequence[str]) -> bool:
    """Whether a row names the project (or the agency of a whole-agency form) beside its label."""
    keys = [match("labels", text) if text else "" for text in texts]
    for at, (key, beside) in enumerate(zip(keys, texts[1:], strict=False)):
        if key not in ("project", "unit_name") or word("fund", "matrix").search(compact(texts[at])):
            continue
        if keys[at + 1] or match("indicators", beside) or heads_money(beside):
            continue
        if beside and (key == "project" or (at == 0 and "project" not in keys)):
            return True
    return match("labels", label_and_value(texts[0])[0] or "-") == "project"


def heads_money(text: str) -> bool:
    """Whether a cell beside a label is the next header cell of a register ("项目名称 | 资金总额"), not a name that ends
    with 经费."""
    return len(plain_item(text)) <= 8 and bool(word("fund", "head").search(plain_item(text)))


def rows_of(table: PageTable) -> list[list[Cell]]:
    """The cells that begin in each row of a page table."""
    rows: list[list[Cell]] = [[] for _ in range(table.rows)]
    for cell in sorted(table.cells, key=lambda one: one.column):
        rows[cell.row].append(cell)
    return rows


def goes_on(before: Sequence[PageTable], table: PageTable, titled: bool) -> bool | None:
    """Whether a page table goes on with the performance form that is open in `before`; None where the parts do not
    tell.

    `titled` says that a title of its own stands above it.
    """
    form = open_form(before)
    header = "header" in form
    coming = [part(row) for row in rows_of(table)]
    same = [row for row in range(min(2, table.rows, before[0].rows)) if texts(table, row) == texts(before[0], row)]
    if "opening" in coming[:1] and same[:1] == [0] and (not header or (len(same) > 1 and coming[1] == "header")):
        return None  # a list or register repeats its header, in which a project's name stands beside other heads
    # a list of agencies (单位名称) opens like a form, and its figures look like funds: only a goal or indicators tell
    begun = "opening" in form and ("goal" in form or {"goal", "header"} & set(coming))
    if not header and not begun:
        return True if "opening" in coming[:NEAR] and set(form) <= {"caption", ""} and "caption" in form else None
    head = next((at for at, one in enumerate(coming) if one not in ("caption", "")), len(coming))
    lead = coming[: coming.index("header")] if "header" in coming else coming[: head + 1]
    if "opening" in lead[:NEAR]:
        return set(form) <= {"opening", "head", "caption", ""}  # the head of the form itself goes on
    if "header" in coming and not header:
        return True
    if titled or (head < len(coming) and coming[head] in ("opening", "head")):
        return None
    return None if "total" in form and coming[head : head + 1] == ["header"] else True


def texts(table: PageTable, row: int) -> list[str]:
    """What a row of a page table prints."""
    return [compact(cell.text) for cell in rows_of(table)[row]]


def open_form(before: Sequence[PageTable]) -> list[str]:
    """The parts of the form that is open at the end of the tables of successive pages."""
    seen = [part(row) for one in before for row in rows_of(one)]
    return seen[max((at for at, one in enumerate(seen) if one == "opening"), default=0) :]


def repeated(before: Sequence[PageTable], table: PageTable) -> int:
    """How many rows at the top of a page table print the indicator header of `before` again, titles above it included.
    """
    parts = [part(row) for row in rows_of(table)[:NEAR]] if "header" in open_form(before) else []
    if "header" not in parts or any(one not in ("caption", "header") for one in parts[: parts.index("header")]):
        return 0
    at = parts.index("header")
    rows = rows_of(table)[at]
    return at + max((cell.row_span for cell in rows if match("indicators", cell.text).startswith("level")), default=1)


#: Parts that are one row each, which no page break cuts in two.
WHOLE = frozenset({"opening", "head", "header", "total", "caption", "funds", "fund"})


def whole(before: Sequence[PageTable], table: PageTable, repeated: int) -> str:
    """Whether the first row of a page table below its repeated header is a row of its own ("row"; "body" under a header
    of funds), not the rest of the row above the break ("")."""
    if not {"opening", "header"} & set(open_form(before)):
        return ""  # no performance form is open
    upper, lower = (one_row(rows) for rows in (rows_of(before[-1])[-1:], rows_of(table)[repeated : repeated + 1]))
    if upper == "funds" and lower != "funds":
        return "body"
    return "row" if upper in WHOLE or lower in {*WHOLE, "goal", "close"} else ""


def one_row(rows: Sequence[Sequence[Cell]]) -> str:
    """The part that a row is; money without a figure may be the rest of a sentence."""
    kind = part(rows[0]) if rows else ""
    return ("" if kind == "fund"
        and all(parse_number(label_and_value(cell.text)[1] or cell.text) is None for cell in rows[0]) else kind)


def forms_of(table: LogicalTable) -> Iterator[LogicalTable]:
    """A logical table cut into its forms, each with its own rows, title and unit; a table of one form, or of another
    kind, as it is."""
    starts = beginnings(table)
    for start, end in pairwise([*starts, table.rows]):
        yield from by_column(table if len(starts) == 1 else cut(table, start, end))


def by_column(table: LogicalTable) -> Iterator[LogicalTable]:
    """A form with a column for each of several projects, beside labels that hold for all, cut into one for each; any
    other as it is."""
    row = next((row for row in range(min(table.rows, NEAR)) if part(table.row_cells(row)) == "opening"), None)
    label, names = (cells[0], cells[1:]) if row is not None and (cells := table.row_cells(row)) else (None, [])
    if (label is None or match("labels", label.text) != "project" or len(names) < 2
            or not all(cell.text for cell in names)):
        yield table
        return
    below = [is_label(cell.text) for cell in table.cells if cell.row > label.row and cell.column == label.column]
    if (sum(below) < max(3, len(below) / 2)
            or any(is_label(cell.text) for cell in table.cells if cell.column >= names[0].column)):
        yield table
        return
    for name in names:
        own = range(name.column, name.column + name.column_span)
        cells = [cell for cell in table.cells if cell.column < names[0].column
            or (cell.column < own.stop and own.start < cell.column + cell.column_span)]
        clipped = [cell if cell.column < names[0].column
            else replace(cell, column=names[0].column + max(cell.column - own.start, 0),
                   column_span=min(cell.column + cell.column_span, own.stop) - max(cell.column, own.start))
                   for cell in cells]
        yield cut(replace(table, cells=tuple(clipped)), 0, table.rows)


def is_label(text: str) -> bool:
    """Whether a cell announces what stands beside it."""
    return bool(match("labels", text)) or names_fund(text) or is_level(text)


def beginnings(table: LogicalTable) -> list[int]:
    """The rows in which a form begins: where a project is named, or a title printed, below the indicators of the form
    before."""
    parts = ["" if row in table.repeats else part(table.row_cells(row)) for row in range(table.rows)]
    starts, seen, named = [0], False, False
    for row, one in enumerate(parts):
        if one == "header":
            seen = True
        title = one == "caption" and "opening" in parts[row : row + NEAR] and "header" not in parts[row : row + NEAR]
        if seen and (title or (one == "opening" and (named or "header" in parts[row:]))):
            start = row
            while parts[start - 1] in ("head", "caption") and start - 1 > starts[-1]:
                start -= 1
            starts.append(start)
            seen = False
        named = named or one == "opening"
    return starts


def cut(table: LogicalTable, start: int, end: int) -> LogicalTable:
    """The rows from `start` to `end` as a table of their own, without column borders that they do not use."""
    cells = [cell for cell in table.cells if start <= cell.row < end]
    used = sorted({at for cell in cells for at in (cell.column, cell.column + cell.column_span)})
    number = {column: index for index, column in enumerate(used)}
    moved = tuple(
        replace(cell, row=cell.row - start, row_span=min(cell.row_span, end - cell.row), column=number[cell.column],
                column_span=number[cell.column + cell.column_span] - number[cell.column])
        for cell in cells
    )
    pages = tuple(dict.fromkeys(cell.page for cell in cells))
    engines = tuple(engine for page, engine in zip(table.pages, table.engines, strict=True) if page in pages)
    own = replace(table, rows=end - start, columns=len(used) - 1, cells=moved, pages=pages, engines=engines, captions=0,
                  repeats=frozenset(row - start for row in table.repeats if start <= row < end and start),
                  notes=table.notes if end == table.rows else ())
    inside = captioned(replace(own, title="", unit=""))
    return replace(inside, title=inside.title or table.title, unit=inside.unit or table.unit)


#: What stitching asks of the grammar.
GRAMMAR = Grammar(goes_on, repeated, whole)

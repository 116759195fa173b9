"""Stitch: the tables of single pages become logical tables.

A table that goes on over a page break is one table, with or without a repeated header; a row or a merged cell that the
break cuts in two is one again. Every cell keeps the page and the box where it is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

from ..clean import compact, money_unit, unwrap
from .breaks import mend_break
from .captions import (
    CAPTION_END,
    CONTINUED,
    TITLE_END,
    caption_at_foot,
    is_footer,
    is_furniture,
    middle,
    notes_of,
    plain_title,
    running_key,
    running_lines,
    title_of,
    titles,
    unit_above,
    unmarked,
)
from .extract import Cell, PageTable
from .pages import Box, Line, Page
from .repeating import (
    SAME_BORDER,
    borders_agree,
    caption_text,
    cut_at_titles,
    framed_caption,
    is_form_per_page,
    repeated_rows,
    same_width,
    starts_like_header,
    titled,
)

#: Two grids no further apart than this (points), with equal borders, are one table drawn in two pieces.
SAME_TABLE_GAP = 4.0


@dataclass(frozen=True)
class LogicalTable:
    """A table as a reader sees it: one grid over all its pages, with what is printed around it.

    `headings` are the lines above the table from the previous table on (or from the top of its page), `notes` those
    below it. `repeats` are the rows that only repeat the header after a page break, `captions` counts the rows at the
    top that hold a title or a unit line drawn inside the grid.
    """

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    title: str
    headings: tuple[str, ...]
    notes: tuple[str, ...]
    unit: str
    pages: tuple[int, ...]
    engines: tuple[str, ...]
    repeats: frozenset[int] = field(default_factory=frozenset)
    captions: int = 0

    @cached_property
    def grid(self) -> dict[tuple[int, int], Cell]:
        """Every grid place with the cell that covers it."""
        return {
            (row, column): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }

    def text(self, row: int, column: int) -> str:
        """The text of the cell that covers a grid place, without its wraps."""
        cell = self.grid.get((row, column))
        return unwrap(cell.text) if cell else ""

    def row_cells(self, row: int) -> list[Cell]:
        """The cells that begin in a row, from left to right."""
        return self._by_row.get(row, [])

    @cached_property
    def _by_row(self) -> dict[int, list[Cell]]:
        rows: dict[int, list[Cell]] = {}
        for cell in self.cells:
            rows.setdefault(cell.row, []).append(cell)
        return rows


@dataclass(frozen=True, slots=True)
class Piece:
    """A page table with the lines above and below it on its page; `foot` are those that end the page before a first
    one.
    """

    table: PageTable
    above: tuple[Line, ...]
    below: tuple[Line, ...]
    first: bool
    last: bool
    foot: tuple[Line, ...] = ()


class Grammar(NamedTuple):
    """What a kind of form knows of its own parts: whether a page table goes on with the ones before (None: not told;
    the last argument says that a title stands above it), how many of its rows repeat their header, and whether the row
    below these is one of its own ("row", or "body" for the first under a header; "" if it may be the rest of one).
    """

    goes_on: Callable[[Sequence[PageTable], PageTable, bool], bool | None] = lambda before, table, titled: None
    repeated: Callable[[Sequence[PageTable], PageTable], int] = lambda before, table: 0
    whole: Callable[[Sequence[PageTable], PageTable, int], str] = lambda before, table, repeated: ""


#: No kind of form that knows of its own parts.
UNTOLD = Grammar()


def stitch(pages: Sequence[tuple[Page, Sequence[PageTable]]], grammar: Grammar = UNTOLD) -> list[LogicalTable]:
    """The logical tables of a document, in printed order; `pages` are all of its pages, those without tables too."""
    out: list[list[Piece]] = []
    for piece in pieces(pages):
        if out and continues(out[-1], piece, grammar):
            out[-1].append(piece)
            continue
        if (
            piece.foot
            and not titles(piece.above)
            and (titles(piece.foot) or all(is_furniture(line.text) for line in piece.above))
        ):
            piece = replace(piece, above=piece.foot + piece.above)
        if out and not piece.first and all(is_furniture(line.text) for line in piece.above):
            # One title over two tables: nothing stands between them that could name the second.
            piece = replace(piece, above=out[-1][0].above + piece.above)
        out.append([piece])
    return [assemble(parts, grammar) for parts in out]


def pieces(pages: Sequence[tuple[Page, Sequence[PageTable]]]) -> Iterator[Piece]:
    """Each page table with the lines that stand between it and its neighbours, running heads and feet left out."""
    running = running_lines(page.lines for page, _ in pages)
    foot: tuple[Line, ...] = ()
    for page, tables in pages:
        tables = join_split(tables)
        outside = [
            line for line in page.lines
            if not any(within(line, table.box) for table in tables)
            and (not running or running_key(line) not in running)
        ]
        for index, table in enumerate(tables):
            top = tables[index - 1].box.bottom if index else float("-inf")
            end = tables[index + 1].box.top if index + 1 < len(tables) else float("inf")
            above = tuple(line for line in outside if top < middle(line) <= table.box.top)
            below = tuple(line for line in outside if table.box.bottom <= middle(line) < end and not is_footer(line))
            yield Piece(table, tuple(line for line in above if not is_footer(line)), below, index == 0,
                        index == len(tables) - 1, () if index else foot)
        foot = caption_at_foot([line for line in outside if not tables or middle(line) >= tables[-1].box.bottom])


def join_split(tables: Sequence[PageTable]) -> list[PageTable]:
    """Join grids of a page that touch and have the same outer borders: one table that was drawn in two pieces, unless
    the lower one begins with a title.
    """
    out: list[PageTable] = []
    for table in chain.from_iterable(map(cut_at_titles, tables)):
        before = out[-1] if out else None
        if (
            before
            and 0 <= table.box.top - before.box.bottom <= SAME_TABLE_GAP
            and abs(table.box.x0 - before.box.x0) <= SAME_BORDER
            and abs(table.box.x1 - before.box.x1) <= SAME_BORDER
            and not titled("".join(cell.text for cell in table.cells if cell.row == 0))
        ):
            columns, (ours, theirs) = union_borders(before.xs, table.xs)
            upper, shifted = regrid(before, ours), regrid(table, theirs, before.rows)
            box = Box(before.box.x0, before.box.top, table.box.x1, table.box.bottom)
            out[-1] = replace(
                before,
                rows=before.rows + table.rows,
                columns=columns - 1,
                cells=upper + shifted,
                box=box,
                xs=tuple(x for _, x in sorted({at: x for xs in (theirs, ours) for x, at in xs.items()}.items())),
            )
        else:
            out.append(table)
    return out


def within(line: Line, box: Box) -> bool:
    return box.top <= middle(line) <= box.bottom and box.x0 - 2 <= (line.box.x0 + line.box.x1) / 2 <= box.x1 + 2


def continues(parts: Sequence[Piece], piece: Piece, grammar: Grammar = UNTOLD) -> bool:
    """Whether a page table goes on with the table of `parts`."""
    before = parts[-1]
    if not (piece.first and before.last and piece.table.page == before.table.page + 1):
        return False
    if any(not is_furniture(line.text) and not runs_over(line, before.table) for line in before.below):
        return False
    head = parts[0]
    running = {unmarked(line.text) for line in head.above}
    own = {unmarked(line.text) for line in piece.above if not is_furniture(line.text)} - running - {""}
    if same_width(before.table, piece.table):
        told = grammar.goes_on([part.table for part in parts], piece.table, bool(own))
        if told is not None:
            return told
    if own or not borders_agree(before.table, piece.table):
        return False
    repeated = repeated_rows(head.table, piece.table)
    if any(CONTINUED.search(compact(line.text)) for line in piece.above):
        return True
    inner = caption_text(piece.table)
    if inner and inner != caption_text(head.table):
        return False
    if titles(piece.above) or inner:
        if is_form_per_page(head.table):
            return not is_form_per_page(piece.table)
        return bool(repeated)
    return bool(repeated) or not starts_like_header(head.table, piece.table)


def runs_over(line: Line, table: PageTable) -> bool:
    """Whether a table's lowest line is text of a merged cell cut by the page break: in one column, at the border."""
    inside = any(left - 1 <= line.box.x0 and line.box.x1 <= right + 1 for left, right in pairwise(table.xs))
    return inside and line.box.top - table.box.bottom < SAME_BORDER


# --- assembling the pieces -------------------------------------------------------------------------------------------


def union_borders(*borders: Sequence[float]) -> tuple[int, list[dict[float, int]]]:
    """How many column borders several grids have together, and for each grid the number of each of its borders.

    Borders of two grids within `SAME_BORDER` are one (of two that are near the same one the nearer); those of one grid
    never are.
    """
    known: list[float] = []
    same: list[dict[float, float]] = []
    for xs in sorted(borders, key=len, reverse=True):
        nearest = {x: min(known, key=lambda other: abs(other - x)) for x in xs} if known else {}
        owner = {
            at: min((x for x in nearest if nearest[x] == at), key=lambda x: abs(x - at)) for at in nearest.values()
        }
        same.append(
            {
                x: at if (at := nearest.get(x)) is not None and owner[at] == x and abs(at - x) <= SAME_BORDER else x
                for x in xs
            }
        )
        known = sorted({*known, *same[-1].values()})
    number = {x: index for index, x in enumerate(known)}
    found = {tuple(xs): {x: number[at] for x, at in xs.items()} for xs in same}
    return len(known), [found[tuple(xs)] for xs in borders]


def regrid(table: PageTable, number: Mapping[float, int], down: int = 0) -> tuple[Cell, ...]:
    """The cells of a page table with their columns counted by the numbers of its borders, `down` rows further down."""
    index = [number[x] for x in table.xs]
    if not down and index == list(range(table.columns + 1)):
        return table.cells
    return tuple(
        replace(
            cell, row=cell.row + down, column=index[cell.column],
            column_span=index[cell.column + cell.column_span] - index[cell.column],
        )
        for cell in table.cells
    )


def assemble(parts: Sequence[Piece], grammar: Grammar = UNTOLD) -> LogicalTable:
    """One logical table from its pieces."""
    columns, numbers = union_borders(*(part.table.xs for part in parts))
    head = parts[0]
    cells: list[Cell] = []
    rows = 0
    repeats: set[int] = set()
    for at, (part, number) in enumerate(zip(parts, numbers, strict=True)):
        tables = [one.table for one in parts[:at]]
        repeated = max(repeated_rows(head.table, part.table), grammar.repeated(tables, part.table)) if at else 0
        fresh = list(regrid(part.table, number, rows))
        repeats.update(range(rows, rows + repeated))
        if part is not head:
            cells, fresh, dropped = mend_break(cells, fresh, rows, repeated,
                                               grammar.whole(tables, part.table, repeated))
            rows -= dropped
        cells.extend(fresh)
        rows += part.table.rows
    unit = next((found for part in parts if (found := unit_above(part.above))), "")
    below = parts[-1].below
    return captioned(LogicalTable(
        rows, columns - 1, tuple(sorted(cells, key=lambda c: (c.row, c.column))), title_of(head.above, head.table.box),
        tuple(unwrap(line.text) for line in head.above), notes_of(below), unit,
        tuple(part.table.page for part in parts), tuple(part.table.engine for part in parts), frozenset(repeats),
    ))


def captioned(table: LogicalTable) -> LogicalTable:
    """The table with the title and unit that stand inside its grid, where they are drawn there."""
    row, title, unit = 0, table.title, table.unit
    while row < table.rows - 1:
        texts = [cell.text for cell in table.row_cells(row) if cell.text]
        if len(texts) == 1 and "\n" in texts[0] and (framed := framed_caption(texts[0])):
            title = title if titles_agree(title) else plain_title(framed[0])
            unit, row = unit or framed[1], row + 1
            continue
        words = compact("".join(texts))
        alone = len(texts) == 1
        if alone and CAPTION_END.search(words) and not money_unit(words):
            title = title if titles_agree(title) else plain_title(unwrap(texts[0]))
        elif texts and not (all(is_furniture(text) for text in texts) and (alone or any(map(money_unit, texts)))):
            break
        else:
            unit = unit or next((found for text in texts if (found := money_unit(text))), "")
        row += 1
    return replace(table, title=title, unit=unit, captions=row)


def titles_agree(title: str) -> bool:
    """Whether what was found over the grid reads like a table's title, so that a title inside it is not needed."""
    return bool(TITLE_END.search(compact(title)))

"""Extract: Camelot's grid for a ruled page, with every character placed into its cell by its own position.

Camelot finds the grid (engine "vector" on the rules that the page pass has already read; "combined", which also looks
at the rendered page, where that grid does not hold). Its own text placement is not used: it places whole text runs by
their boxes, and both runs that cross a border and fonts that declare lines far taller than their glyphs put text into
the wrong cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .borders import brought_together
from .dividing import CUT, split_columns, split_rows
from .figures import FIGURE
from .gaps import gap_rules
from .grids import Grid, grids
from .pages import Box, Char, Page, join_chars, lines_of, looks_tabular
from .placing import cells_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell of a table: its place in the grid, its text (a newline where a line wraps) and its box.

    `stored` is the number that a workbook keeps where its cell displays it rounded, else ""; `origin` says where a cell
    stands that is on no printed page (表1!C9; table 2, row 5).
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int
    box: Box
    stored: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class PageTable:
    """The part of a table that stands on one page: a grid of cells, every grid place covered by exactly one cell."""

    page: int
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    box: Box
    xs: tuple[float, ...]
    engine: str


def page_tables(path: Path, page: Page) -> list[PageTable]:
    """The tables of a page, top to bottom, their text placed.

    Camelot's vector grid is taken where it holds; where it does not, its combined engine is asked too and the grid with
    fewer flaws is taken. A text-only repair follows: rows that no rule divides are cut between their figures.
    """
    engine, found = "vector", grids(path, page, "vector")
    worst = flaws(page, found)
    if (worst or not found) and page.is_ruled:
        drawn_apart = grids(path, page, "vector", brought_together(page.rules))
        if drawn_apart and (not found or flaws(page, drawn_apart) < worst):
            found, worst = drawn_apart, flaws(page, drawn_apart)
    if (worst or not found) and (undrawn := gap_rules(page)):
        by_gaps = grids(path, page, "vector", [*page.rules, *undrawn])
        if by_gaps and (not found or flaws(page, by_gaps) < worst):
            found, worst = by_gaps, flaws(page, by_gaps)
    if worst and not page.turn and not page.guesses:
        other = grids(path, page, "combined")
        if flaws(page, other) < worst:
            engine, found = "combined", other
    filled = (fill(page, split_rows(page, grid), engine) for grid in found)
    return [table for table in filled if table]


def flaws(page: Page, found: Sequence[Grid]) -> int:
    """How many signs say that the grids are not the ones printed: 0 when they hold.

    Counted are glyphs that a border cuts, figures that stand beside a grid in the height of its rows, and figures in
    columns that no grid encloses.
    """
    if not found and not looks_tabular(page):
        return 0
    cut = sum(cut_glyphs(page.chars, grid) for grid in found)
    loose = 0
    for line in page.lines:
        if FIGURE.fullmatch(line.text):
            x, y = (line.box.x0 + line.box.x1) / 2, (line.box.top + line.box.bottom) / 2
            beside = any(grid.ys[0] < y < grid.ys[-1] for grid in found)
            inside = any(grid.ys[0] <= y <= grid.ys[-1] and grid.xs[0] <= x <= grid.xs[-1] for grid in found)
            loose += not inside and (beside or not found)
    return cut + loose


def cut_glyphs(chars: Sequence[Char], grid: Grid) -> int:
    """How many glyphs reach over a border between two cells by more than `CUT` of their width on both sides."""
    owner = grid.owner
    count = 0
    for char in chars:
        if not (grid.xs[0] < char.x < grid.xs[-1] and grid.ys[0] < char.y < grid.ys[-1]):
            continue
        width = char.x1 - char.x0
        column = bisect_right(grid.xs, char.x) - 1
        row = bisect_right(grid.ys, char.y) - 1
        for border, beyond in ((grid.xs[column], column - 1), (grid.xs[column + 1], column + 1)):
            over = min(border - char.x0, char.x1 - border)
            if over > CUT * width and 0 <= beyond < len(grid.xs) - 1 and owner[row, column] != owner[row, beyond]:
                count += 1
    return count


def fill(page: Page, grid: Grid, engine: str) -> PageTable | None:
    """Place the page's characters into the cells of a grid; None when the grid holds no text or only one cell."""
    placed: list[list[Char]] = [[] for _ in grid.spans]
    for char, cell in zip(page.chars, cells_of(page.chars, grid), strict=True):
        if cell is not None:
            placed[cell].append(char)
    divided = split_columns(grid, placed)
    if divided != grid:
        return fill(page, split_rows(page, divided), engine)
    if len(grid.spans) < 2 or not any(placed):
        return None
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    cells = tuple(
        Cell(
            r,
            c,
            h,
            w,
            "\n".join(join_chars(line) for line in lines_of(placed[i])),
            page.number,
            page.place(Box(grid.xs[c], grid.ys[r], grid.xs[c + w], grid.ys[r + h])),
        )
        for i, (r, c, h, w) in enumerate(grid.spans)
    )
    return PageTable(page.number, rows, columns, cells, Box(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]), grid.xs,
                     engine)

"""Extract: Camelot's grid for a ruled page, with every character placed into its cell by its own position.

Camelot finds the grid (engine "vector" on the rules that the page pass has already read; "combined", which also looks at the
rendered page, where that grid does not hold). Its own text placement is not used: it places whole text runs by their boxes, and
both runs that cross a border and fonts that declare lines far taller than their glyphs put text into the wrong cell.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from camelot.parsers import Lattice
from playa.miner import LTLine

from .pages import Box, Char, Page, Rule, join_chars, looks_tabular, rows_of

#: A glyph that reaches further than this share of its width over a column border is cut by it.
CUT = 0.3
#: A character this far outside a grid (points) still belongs to its outermost cell.
MARGIN = 1.5


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell of a table: its place in the grid, its text (a newline where a line wraps) and its box."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int
    box: Box


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


class RuledLines(Lattice):
    """Camelot's lattice parser for rules that have been read already; text is placed afterwards, so none is needed."""

    def _document_has_no_text(self) -> bool:
        return False

    def _reject_table(self, table: object) -> bool:
        return False


def camelot_tables(path: Path, page: Page, engine: str) -> list[Any]:
    """Camelot's tables (grid only) of one page, from top to bottom."""
    parser = RuledLines(engine=engine)
    layout = [as_ltline(rule, page.height) for rule in page.rules]
    parser.prepare_page_parse(str(path), layout, (page.width, page.height), page.number, [], [], [], "", {})
    return sorted(parser.extract_tables(), key=lambda table: -table._bbox[3])


def as_ltline(rule: Rule, height: float) -> LTLine:
    """The rule as the layout object that Camelot reads (y upwards)."""
    line = LTLine()
    line.x0, line.x1 = rule.x0, rule.x1
    line.y0, line.y1 = height - rule.y1, height - rule.y0
    line.stroke = True
    return line


def page_tables(path: Path, page: Page) -> list[PageTable]:
    """The tables of a page, top to bottom, their text placed.

    Camelot's vector grid is taken where it holds; where it does not, its combined engine is asked too and the grid with fewer flaws
    is taken. A text-only repair follows: rows that no rule divides are cut between their figures.
    """
    engine, found = "vector", grids(path, page, "vector")
    worst = flaws(page, found)
    if worst and not page.turn:
        other = grids(path, page, "combined")
        if flaws(page, other) < worst:
            engine, found = "combined", other
    filled = (fill(page, split_rows(page, grid), engine) for grid in found)
    return [table for table in filled if table]


@dataclass(frozen=True, slots=True)
class Grid:
    """Row and column borders and the merged cells between them (row, column, row_span, column_span)."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    spans: tuple[tuple[int, int, int, int], ...]

    @property
    def owner(self) -> dict[tuple[int, int], int]:
        """The index of the merged cell that covers each grid place."""
        return {
            (r, c): index
            for index, (row, column, high, wide) in enumerate(self.spans)
            for r in range(row, row + high)
            for c in range(column, column + wide)
        }


def grids(path: Path, page: Page, engine: str) -> list[Grid]:
    """The grids that Camelot finds on a page, in points from the top left corner."""
    out = []
    for table in camelot_tables(path, page, engine):
        xs = (table.cols[0][0], *(right for _, right in table.cols))
        ys = (page.height - table.rows[0][0], *(page.height - low for _, low in table.rows))
        out.append(Grid(xs, ys, tuple(merged(table.cells))))
    return out


def merged(cells: Sequence[Sequence[Any]]) -> Iterator[tuple[int, int, int, int]]:
    """The rectangles of grid places that no border divides, in reading order."""
    rows, columns = len(cells), len(cells[0])
    free = [[True] * columns for _ in range(rows)]

    def wall_right(row: int, column: int) -> bool:
        return column + 1 >= columns or bool(cells[row][column].right or cells[row][column + 1].left)

    def wall_below(row: int, column: int) -> bool:
        return bool(cells[row][column].bottom or cells[row + 1][column].top)

    for row in range(rows):
        for column in range(columns):
            if not free[row][column]:
                continue
            right = column
            while not wall_right(row, right) and free[row][right + 1]:
                right += 1
            low = row
            span = range(column, right + 1)
            while low + 1 < rows and all(
                free[low + 1][c] and not wall_below(low, c) and (wall_right(low + 1, c) == (c == right)) for c in span
            ):
                low += 1
            for r in range(row, low + 1):
                free[r][column : right + 1] = [False] * (right + 1 - column)
            yield row, column, low - row + 1, right - column + 1


# --- does the grid hold? ---------------------------------------------------------------------------------------------

_FIGURE = re.compile(r"-?\d[\d,]*\.\d{2}")


def flaws(page: Page, found: Sequence[Grid]) -> int:
    """How many signs say that the grids are not the ones printed: 0 when they hold.

    Counted are glyphs that a border cuts, figures that stand beside a grid in the height of its rows, and figures in columns that no
    grid encloses.
    """
    if not found and not looks_tabular(page):
        return 0
    cut = sum(cut_glyphs(page.chars, grid) for grid in found)
    loose = 0
    for line in page.lines:
        if _FIGURE.fullmatch(line.text):
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


def split_rows(page: Page, grid: Grid) -> Grid:
    """Cut grid rows that hold several printed rows which no rule divides: where each column of figures has one below the other."""
    borders: list[float] = []
    for row in range(len(grid.ys) - 1):
        borders += row_cuts(page, grid, row)
    if not borders:
        return grid
    ys = tuple(sorted([*grid.ys, *borders]))
    spans = []
    for row, column, high, wide in grid.spans:
        top, low = ys.index(grid.ys[row]), ys.index(grid.ys[row + high])
        if high == 1 and low - top > 1:
            spans += [(r, column, 1, wide) for r in range(top, low)]
        else:
            spans.append((top, column, low - top, wide))
    return Grid(grid.xs, ys, tuple(sorted(spans)))


def row_cuts(page: Page, grid: Grid, row: int) -> list[float]:
    """The heights at which a grid row is to be cut: between the figures of a cell that holds nothing but whole figures."""
    top, low = grid.ys[row], grid.ys[row + 1]
    baselines: list[list[float]] = []
    for r, column, high, wide in grid.spans:
        if r != row or high > 1:
            continue
        inside = [c for c in page.chars if top < c.y < low and grid.xs[column] <= c.x < grid.xs[column + wide]]
        lines = rows_of(inside)
        if len(lines) > 1 and all(_FIGURE.fullmatch(join_chars(line)) for line in lines):
            baselines.append([line[0].baseline for line in lines])
    if not baselines:
        return []
    anchors = max(baselines, key=len)
    height = min(b - a for a, b in itertools.pairwise(anchors))
    size = 0.35 * height
    return [(a + b) / 2 - size for a, b in itertools.pairwise(anchors)]


# --- text into cells -------------------------------------------------------------------------------------------------


def fill(page: Page, grid: Grid, engine: str) -> PageTable | None:
    """Place the page's characters into the cells of a grid; None when the grid holds no text or only one cell."""
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    owner = grid.owner
    placed: list[list[Char]] = [[] for _ in grid.spans]
    for char in page.chars:
        if not (grid.xs[0] - MARGIN <= char.x <= grid.xs[-1] + MARGIN and grid.ys[0] <= char.y <= grid.ys[-1]):
            continue
        c = min(max(bisect_right(grid.xs, char.x) - 1, 0), columns - 1)
        r = min(max(bisect_right(grid.ys, char.y) - 1, 0), rows - 1)
        placed[owner[r, c]].append(char)
    if len(grid.spans) < 2 or not any(placed):
        return None
    cells = tuple(
        Cell(r, c, h, w, "\n".join(join_chars(row) for row in rows_of(placed[i])), page.number,
             page.place(Box(grid.xs[c], grid.ys[r], grid.xs[c + w], grid.ys[r + h])))
        for i, (r, c, h, w) in enumerate(grid.spans)
    )
    return PageTable(page.number, rows, columns, cells, Box(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]), grid.xs, engine)

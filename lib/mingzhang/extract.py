"""Extract: Camelot's grid for a ruled page, with every character placed into its cell by its own position.

Camelot finds the grid (engine "vector" on the rules that the page pass has already read; "combined", which also looks at the
rendered page, where that grid does not hold). Its own text placement is not used: it places whole text runs by their boxes, and
both runs that cross a border and fonts that declare lines far taller than their glyphs put text into the wrong cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from camelot.parsers import Lattice
from playa.miner import LTLine

from .pages import Box, Char, Page, Rule, join_chars, rows_of

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


def camelot_tables(path: Path, page: Page, engine: str) -> list[object]:
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
    """The tables of a ruled page, top to bottom, their text placed."""
    found = grids(path, page, "vector")
    if not found or not all(holds(page, grid) for grid in found):
        pass
    return [t for g in found if (t := fill(page, g, "vector"))]


@dataclass(frozen=True, slots=True)
class Grid:
    """Row and column borders and the merged cells between them (row, column, row_span, column_span)."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    spans: tuple[tuple[int, int, int, int], ...]


def grids(path: Path, page: Page, engine: str) -> list[Grid]:
    """The grids that Camelot finds on a page, in points from the top left corner."""
    out = []
    for table in camelot_tables(path, page, engine):
        xs = tuple([table.cols[0][0], *(right for _, right in table.cols)])
        ys = tuple([page.height - table.rows[0][0], *(page.height - low for _, low in table.rows)])
        out.append(Grid(xs, ys, tuple(merged(table.cells))))
    return out


def merged(cells: Sequence[Sequence[object]]) -> Iterable[tuple[int, int, int, int]]:
    """The rectangles of grid places that no border divides, in reading order."""
    rows, columns = len(cells), len(cells[0])
    taken = [[False] * columns for _ in range(rows)]
    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            right = column
            while right + 1 < columns and not taken[row][right + 1] and not border_right(cells, row, right):
                right += 1
            low = row
            while low + 1 < rows and not any(
                border_below(cells, low, c) or taken[low + 1][c] for c in range(column, right + 1)
            ) and not any(not border_right(cells, low + 1, c) for c in (column - 1, right) if 0 <= c < columns - 1)\
              and all(not border_right(cells, low + 1, c) for c in range(column, right)):
                low += 1
            for r in range(row, low + 1):
                for c in range(column, right + 1):
                    taken[r][c] = True
            yield row, column, low - row + 1, right - column + 1


def border_right(cells, row, column) -> bool:
    return cells[row][column].right or cells[row][column + 1].left


def border_below(cells, row, column) -> bool:
    return cells[row][column].bottom or cells[row + 1][column].top


def holds(page, grid):
    return True


def fill(page: Page, grid: Grid, engine: str) -> PageTable | None:
    """Place the page's characters into the cells of a grid; None when the grid holds no text or only one cell."""
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    owner = {}
    for index, (row, column, high, wide) in enumerate(grid.spans):
        for r in range(row, row + high):
            for c in range(column, column + wide):
                owner[r, c] = index
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

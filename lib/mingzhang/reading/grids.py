"""Grids: the grid of each table of a page, as Camelot finds it in the page's rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .borders import SLIVER, open_body, open_sides
from .figures import FIGURE
from .lattice import camelot_tables, refuse_crowd
from .pages import Page, Rule


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


def grids(path: Path, page: Page, engine: str, drawn: Sequence[Rule] | None = None) -> list[Grid]:
    """The grids that Camelot finds on a page (in its rules, or in those `drawn`), in points from the top left corner.

    Raises `UnreadableDocument` for more rules than a printed table can have.
    """
    refuse_crowd(page.rules)
    out = []
    ruled = page.rules if drawn is None else drawn
    figures = sorted((line.box.top + line.box.bottom) / 2 for line in page.lines if FIGURE.fullmatch(line.text))
    rules = [*ruled, *open_sides(ruled), *open_body(ruled, figures)]
    for table in camelot_tables(path, page, rules, engine):
        xs = (table.cols[0][0], *(right for _, right in table.cols))
        ys = (page.height - table.rows[0][0], *(page.height - low for _, low in table.rows))
        out.append(without_slivers(Grid(xs, ys, tuple(merged(table.cells)))))
    return out


def without_slivers(grid: Grid) -> Grid:
    """The grid without rows and columns too thin for a glyph, which a double frame leaves; their neighbours take the
    place.
    """
    ys, row_of = thick(grid.ys)
    xs, column_of = thick(grid.xs)
    if len(ys) == len(grid.ys) and len(xs) == len(grid.xs):
        return grid
    spans = [(row_of[r], column_of[c], row_of[r + high] - row_of[r], column_of[c + wide] - column_of[c]) for r, c, high,
             wide in grid.spans]
    return Grid(xs, ys, tuple(span for span in spans if span[2] and span[3]))


def thick(borders: Sequence[float]) -> tuple[tuple[float, ...], list[int]]:
    """The borders at least `SLIVER` apart, the outer ones always, and the new index of each old one."""
    kept = [borders[0]]
    index = [0]
    for border in borders[1:]:
        if border - kept[-1] >= SLIVER:
            kept.append(border)
        elif len(kept) > 1:
            kept[-1] = border
        index.append(len(kept) - 1)
    return tuple(kept), index


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

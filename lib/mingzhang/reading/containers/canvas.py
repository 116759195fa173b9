"""Canvas: a page that is set from cells and lines of text, so that all later steps see it as they see a printed page.

Coordinates are points from the top left corner, as on a printed page. Where there is none they come from the widths of
columns and the heights of rows, or are simply counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, product

from ..extract import Cell, PageTable
from ..pages import Box, Char, Page

#: The size of the letters in which everything is set (points), and the distance of two lines.
SIZE, LEADING = 10.0, 16.0


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid: place, span, the text displayed, the stored one where it differs, and where it stands."""

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    text: str = ""
    stored: str = ""
    origin: str = ""


@dataclass
class Canvas:
    """A page that is being set: lines of text and tables, from top to bottom."""

    number: int
    engine: str
    width: float = 595.0
    bottom: float = LEADING
    chars: list[Char] = field(default_factory=list)
    tables: list[PageTable] = field(default_factory=list)

    def line(self, text: str, x: float = LEADING, top: float | None = None) -> None:
        """Set a text as one line; without `top` below all that is set already."""
        at = self.bottom if top is None else top
        for char in text:
            wide = SIZE if ord(char) > 0x2E7F else SIZE / 2
            if not char.isspace():
                self.chars.append(Char(char, at + SIZE, x, at + 1, x + wide, at + SIZE))
            x += wide
        self.width = max(self.width, x + LEADING)
        self.bottom = max(self.bottom, at + LEADING)

    def grid(self, cells: Sequence[GridCell], xs: Sequence[float], ys: Sequence[float]) -> None:
        """Set a table whose column and row borders are given; every grid place is covered by one cell."""
        placed = tuple(
            Cell(one.row, one.column, one.row_span, one.column_span, one.text, self.number,
                 Box(xs[one.column], ys[one.row], xs[one.column + one.column_span], ys[one.row + one.row_span]),
                 one.stored, one.origin)
            for one in cells
        )
        box = Box(xs[0], ys[0], xs[-1], ys[-1])
        self.tables.append(PageTable(self.number, len(ys) - 1, len(xs) - 1, placed, box, tuple(xs), self.engine))
        self.width, self.bottom = max(self.width, xs[-1] + LEADING), max(self.bottom, ys[-1] + LEADING)

    def counted_grid(self, cells: Sequence[GridCell]) -> None:
        """Set a table of which only the cells are known, in columns and rows of one size."""
        columns = max(one.column + one.column_span for one in cells)
        rows = max(one.row + one.row_span for one in cells)
        wide = max((self.width - 2 * LEADING) / columns, 4 * SIZE)
        texts = [[one.text for one in cells if one.row == row] for row in range(rows)]
        tall = [LEADING * max((1 + text.count("\n") for text in row), default=1) for row in texts]
        table = len(self.tables) + 1
        cells = [replace(one, origin=f"table {table}, row {one.row + 1}") for one in cells]
        self.grid(whole(cells, rows, columns), borders(LEADING, [wide] * columns), borders(self.bottom, tall))

    @property
    def page(self) -> tuple[Page, tuple[PageTable, ...]]:
        """The page as it was set, with its tables."""
        return Page(self.number, self.width, self.bottom, self.chars, (), has_content=False), tuple(self.tables)


def borders(start: float, sizes: Iterable[float]) -> list[float]:
    """The borders of columns or rows of these sizes, one after the other."""
    return list(accumulate(sizes, initial=start))


def whole(cells: Sequence[GridCell], rows: int, columns: int) -> list[GridCell]:
    """The cells in printed order, overlapping ones cut back, with an empty one at every place that none covers."""
    taken: set[tuple[int, int]] = set()
    out = []
    for one in sorted(cells, key=lambda cell: (cell.row, cell.column)):
        places = set(product(range(one.row, one.row + one.row_span), range(one.column, one.column + one.column_span)))
        if places & taken:
            one = replace(one, row_span=1, column_span=1)
            places = {(one.row, one.column)}
        if not places & taken:
            out.append(one)
            taken |= places
    out += [GridCell(r, c) for r in range(rows) for c in range(columns) if (r, c) not in taken]
    return sorted(out, key=lambda cell: (cell.row, cell.column))

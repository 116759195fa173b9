"""Guesses: which recognised text stands in which cell, and tables that go on from one picture to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..extract import PageTable
from ..pages import Guess, Page
from ..stitch import LogicalTable

#: Borders are the same on two pages if they stand at the same share of the table's width within this.
SAME_SHARE = 0.012

Place = tuple[int, int]


def guesses_in(grid: LogicalTable, pages: Mapping[int, Page]) -> dict[Place, list[Guess]]:
    """The cells (row, column) of a table in which something was recognised, with it."""
    out: dict[Place, list[Guess]] = {}
    for cell in grid.cells:
        x0, top, x1, bottom = cell.box
        found = [one for one in (pages[cell.page].guesses if cell.page in pages else ())
                 if x0 <= (one.box.x0 + one.box.x1) / 2 <= x1 and top <= (one.box.top + one.box.bottom) / 2 <= bottom]
        if found:
            out[cell.row, cell.column] = found
    return out


def aligned(pages: Sequence[tuple[Page, tuple[PageTable, ...]]]) -> list[tuple[Page, tuple[PageTable, ...]]]:
    """The pages, a recognised one's first table with the column borders of the last before if both are divided alike.

    Two pictures of one table are never of quite the same size.
    """
    out: list[tuple[Page, tuple[PageTable, ...]]] = []
    before: PageTable | None = None
    for page, tables in pages:
        if page.guesses and before and tables and divided_alike(before.xs, tables[0].xs):
            box = tables[0].box._replace(x0=before.box.x0, x1=before.box.x1)
            tables = (replace(tables[0], xs=before.xs, box=box), *tables[1:])
        before = tables[-1] if tables else before
        out.append((page, tables))
    return out


def divided_alike(one: Sequence[float], two: Sequence[float]) -> bool:
    """Whether two tables have as many columns, which take the same shares of their widths."""
    shares = [[(x - xs[0]) / (xs[-1] - xs[0]) for x in xs] for xs in (one, two)]
    return len(one) == len(two) and all(abs(a - b) <= SAME_SHARE for a, b in zip(*shares, strict=True))

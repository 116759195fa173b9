"""Dividing: cells that hold several rows or columns of print, where a table draws no rules between them."""

from __future__ import annotations

import itertools
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ..clean import compact
from ..forms import OWN_ROW
from .figures import CODE, DIGITS, FIGURE, WHOLE
from .grids import Grid
from .pages import Char, Page, join_chars, rows_of

#: A glyph that reaches further than this share of its width over a column border is cut by it.
CUT = 0.3
#: Baselines closer than this (points) belong to one printed row.
SAME_ROW = 4.0
#: The middle of a glyph stands this share of the row pitch above its baseline.
GLYPH_MIDDLE = 0.2
#: Bound against hostile files: a cell with more characters than this is not divided.
MAX_DIVIDED = 5_000


def split_rows(page: Page, grid: Grid) -> Grid:
    """Cut grid rows that hold several printed rows which no rule divides: where each column of figures has one below
    the other.
    """
    borders = [cut for columns in row_columns(page, grid) for cut in row_cuts(columns)]
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


def split_columns(grid: Grid, placed: Sequence[Sequence[Char]]) -> Grid:
    """Divide cells that reach over several columns of the grid and hold figures of more than one of them: a body
    without the vertical rules that its header has. `placed` are the characters of each merged cell.
    """
    spans: list[tuple[int, int, int, int]] = []
    for (row, column, high, wide), chars in zip(grid.spans, placed, strict=True):
        cuts = (
            column_cuts(chars, grid.xs[column : column + wide + 1])
            if wide > 1 and 1 < len(chars) <= MAX_DIVIDED
            else []
        )
        ends = [column, *(column + cut for cut in cuts), column + wide]
        spans += [(row, left, high, right - left) for left, right in itertools.pairwise(ends)]
    return grid if len(spans) == len(grid.spans) else Grid(grid.xs, grid.ys, tuple(sorted(spans)))


def column_cuts(chars: Sequence[Char], xs: Sequence[float]) -> list[int]:
    """Which of the borders `xs` divide the characters of one cell: those that cut no glyph, if figures stand in two
    places between them.
    """
    free = [i for i in range(1, len(xs) - 1) if not any(c.x0 + CUT < xs[i] < c.x1 - CUT for c in chars)]
    columns: dict[int, list[Char]] = {}
    for char in chars:
        columns.setdefault(bisect_right([xs[i] for i in free], char.x), []).append(char)
    texts = ([join_chars(line) for line in rows_of(inside)] for inside in columns.values())
    figures = sum(
        all(DIGITS.fullmatch(text) for text in lines) and any(map(FIGURE.fullmatch, lines)) for lines in texts
    )
    return free if figures > 1 else []


def row_columns(page: Page, grid: Grid) -> Iterator[list[list[list[Char]]]]:
    """For each grid row with text the printed lines of its cells, cells that reach over several rows left out."""
    chars: dict[int, list[Char]] = {}
    for char in page.chars:
        row = bisect_left(grid.ys, char.y) - 1
        if 0 <= row < len(grid.ys) - 1 and char.y < grid.ys[row + 1]:
            chars.setdefault(row, []).append(char)
    spans: dict[int, dict[int, int]] = {}
    for number, (row, column, high, wide) in enumerate(grid.spans):
        if high == 1 and row in chars:
            spans.setdefault(row, {}).update(dict.fromkeys(range(column, column + wide), number))
    for row, places in spans.items():
        cells: dict[int, list[Char]] = {}
        for char in chars[row]:
            owner = places.get(bisect_right(grid.xs, char.x) - 1)
            if owner is not None:
                cells.setdefault(owner, []).append(char)
        yield [rows_of(inside) for inside in cells.values()]


def row_cuts(columns: Sequence[Sequence[Sequence[Char]]]) -> list[float]:
    """The heights at which a grid row is to be cut into printed rows; none when its cells hold one row each.

    The proof that rows are fused is a cell with several whole figures (or codes) below each other. Then every height at
    which a figure or code stands is a row, and so is a line of text that is far from all of them.
    """
    figures = [lines for lines in columns if lines and all(DIGITS.fullmatch(join_chars(line)) for line in lines)]
    if not is_fused([[join_chars(line) for line in lines] for lines in figures]):
        return []
    # Columns whose every line is a whole figure show where the rows are; digits that wrap in narrower ones do not.
    whole = [lines for lines in figures if all(WHOLE.fullmatch(join_chars(line)) for line in lines)]
    named = [line[0].baseline for lines in columns for line in lines if OWN_ROW.search(compact(join_chars(line)))]
    anchors = merge_near([*(line[0].baseline for lines in whole or figures for line in lines), *named])
    if len(anchors) < 2:
        return []
    pitch = statistics.median(b - a for a, b in itertools.pairwise(anchors))
    words = merge_near(line[0].baseline for lines in columns for line in lines)
    anchors = merge_near([*anchors, *(b for b in words if min(abs(b - a) for a in anchors) > 0.75 * pitch)])
    return [(a + b) / 2 - GLYPH_MIDDLE * (b - a) for a, b in itertools.pairwise(anchors)]


def is_fused(columns: Sequence[Sequence[str]]) -> bool:
    """Whether columns of digit lines prove several printed rows: whole figures or codes below each other.

    Digits that only wrap in a narrow column ("1050.0" over "0") prove nothing.
    """
    for lines in columns:
        whole = [line for line in lines if FIGURE.fullmatch(line)]
        codes = [line for line in lines if CODE.fullmatch(line)]
        nested = len(codes) > 1 and len(codes) == len(lines) and codes[1].startswith(codes[0])
        if nested or (len(whole) > 1 and len(whole) >= len(lines) - 1):
            return True
    # Whole numbers of different length: a wrapped number fills every line but its last.
    uneven = [
        len(lines)
        for lines in columns
        if len(lines) >= 3 and all(map(str.isdigit, lines)) and len({len(x) for x in lines[:-1]}) > 1
    ]
    return len(uneven) >= 1


def merge_near(heights: Iterable[float]) -> list[float]:
    """Heights in order, those within one printed row taken once."""
    out: list[float] = []
    for height in sorted(heights):
        if not out or height - out[-1] > SAME_ROW:
            out.append(height)
    return out

"""Placing: each character into its cell, by its own position and by the run of text that it belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from .grids import Grid
from .pages import Char

#: A character this far outside a grid (points) still belongs to its outermost cell.
MARGIN = 1.5
#: Text this near (points) to a border is aligned to it.
ALIGNED = 6.0
#: A glyph that reaches further than this share of its width over a border shows that its text may have left its cell.
OVER = 0.1
#: Glyphs of one text run are no further apart than this share of their size, beside punctuation (a part of its square)
#: than that one.
RUN_APART, PUNCTUATION_APART = 0.25, 0.9
PUNCTUATION = frozenset("（）()，。、；：“”《》〈〉【】")
#: Glyphs that stand on or below the baseline: it, not their middle, says in which row they are.
LOW = frozenset(".,，。、_")


def cells_of(chars: Sequence[Char], grid: Grid) -> list[int | None]:
    """For each character the merged cell in which it stands, by its middle; None outside the grid.

    A run of text that a border cuts through a glyph has left its cell: all of it goes to the cell where it belongs.
    """
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    owner, xs, ys = grid.owner, grid.xs, grid.ys
    out: list[int | None] = []
    cut: list[int] = []
    for index, char in enumerate(chars):
        x = (char.x0 + char.x1) / 2
        y = char.baseline - 1.0 if char.text in LOW else (char.top + char.bottom) / 2
        if not (xs[0] - MARGIN <= x <= xs[-1] + MARGIN and ys[0] <= y <= ys[-1]):
            out.append(None)
            continue
        c = min(max(bisect_right(xs, x) - 1, 0), columns - 1)
        r = min(max(bisect_right(ys, y) - 1, 0), rows - 1)
        out.append(owner[r, c])
        reach = OVER * (char.x1 - char.x0)
        if (xs[c] - char.x0 > reach and c and owner[r, c - 1] != owner[r, c]) or (
            char.x1 - xs[c + 1] > reach and c + 1 < columns and owner[r, c + 1] != owner[r, c]
        ):
            cut.append(index)
    done = 0
    for index in cut:
        if index < done:
            continue
        run = run_around(chars, index)
        done = run.stop
        home = home_of([(chars[i], cell) for i in run if (cell := out[i]) is not None], grid)
        for i in run:
            out[i] = home
    return out


def run_around(chars: Sequence[Char], index: int) -> range:
    """The characters drawn one after the other, on one baseline and side by side, around the one at `index`."""
    first = last = index
    while first and follows(chars[first - 1], chars[first]):
        first -= 1
    while last + 1 < len(chars) and follows(chars[last], chars[last + 1]):
        last += 1
    return range(first, last + 1)


def follows(one: Char, two: Char) -> bool:
    """Whether the second character goes on with the text of the first: close, or within the square of punctuation."""
    size = max(one.bottom - one.top, two.bottom - two.top, one.x1 - one.x0, two.x1 - two.x0)
    near = PUNCTUATION_APART if one.text in PUNCTUATION or two.text in PUNCTUATION else RUN_APART
    return abs(one.baseline - two.baseline) <= 0.5 and -0.3 * size <= two.x0 - one.x1 <= near * size


def home_of(run: Sequence[tuple[Char, int]], grid: Grid) -> int:
    """The cell to which a run belongs that stands in several: of whose border it keeps clear by no more than `ALIGNED`,
    else the most.
    """
    (first, start), (last, end) = run[0], run[-1]
    left = grid.xs[grid.spans[start][1]]
    _, column, _, wide = grid.spans[end]
    right = grid.xs[column + wide]
    starts, ends = 0 <= first.x0 - left <= ALIGNED, 0 <= right - last.x1 <= ALIGNED
    if starts != ends:
        return start if starts else end
    figures = last.text.isdigit()
    if starts:
        return end if figures else start
    counts = [cell for _, cell in run]
    return max(set(counts), key=counts.count)

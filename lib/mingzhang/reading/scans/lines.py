"""Lines: where a straight picture has ruling lines (Camelot's image side finds them) and lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np

from ..grids import Grid
from ..pages import Rule
from .images import Picture

#: A stroke is darker than its surroundings by this much (of 255).
DARKER = 24
#: No shorter strokes (pixels) are ruling lines, across and down: a word's longest stroke is shorter.
ACROSS, DOWN = 44, 32
#: Ruling lines whose ends are no further apart than this (pixels) meet; a short one, which may be a stroke of a large
#: character, is not made longer by more than one part in so many.
REACH, STRETCHED = 9, 12
#: No table is smaller than this (pixels) both ways; a large character is.
SMALLEST = 180
#: Specks of fewer pixels than this are no ink; a line of text has no less ink and is no higher than this (pixels).
SPECK, LEAST_INK, HIGHEST = 5, 14, 110
#: The height of a line of text where a page shows none (pixels).
USUAL = 26
#: Lower than half a line and no further than this (pixels) from the border of its cell, it is a rest cut off there.
CUT_OFF = 5
#: A gap wider than this share of the height divides a line.
GAP = 1.6
#: Nothing is printed in this share of a page along its edges; pictures show the table on which it lies, and its shadow.
EDGE = 0.03
#: A page has no more lines outside its tables than this: a photograph has.
MOST_LINES = 500


class Span(NamedTuple):
    """A line of text on a picture, and the place that holds it: left, top, right, bottom (pixels)."""

    x0: int
    y0: int
    x1: int
    y1: int
    place: tuple[float, float, float, float]


def ink_and_rules(picture: Picture) -> tuple[Picture, list[Rule]]:
    """The ink of a straight, evenly lit picture (0 or 255) without its ruling lines, and these (pixels)."""
    from camelot.image_processing import adaptive_threshold, find_lines

    _, strokes = adaptive_threshold(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), blocksize=25, c=-DARKER)
    joined = cv2.dilate(strokes, np.ones((2, 2), np.uint8))
    high, wide = picture.shape
    rules: list[Rule] = []
    mask = np.zeros_like(strokes)
    for direction, size, least in (("horizontal", wide, ACROSS), ("vertical", high, DOWN)):
        found, lines = find_lines(joined, direction=direction, line_scale=max(size // least, 1))
        mask |= found
        rules += [Rule(*map(float, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))) for x0, y0, x1, y1 in lines]
    table = in_tables(mask)
    strokes[cv2.dilate(mask & table, np.ones((5, 5), np.uint8)) > 0] = 0
    return strokes, list(
        snapped([rule for rule in rules if table[int(rule.y0 + rule.y1) // 2, int(rule.x0 + rule.x1) // 2]])
    )


def in_tables(mask: Picture) -> Picture:
    """Where lines that hang together are as large as a table (255), not as a large character."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    large = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1) >= SMALLEST
    large[0] = False
    return (255 * large[labels]).astype(np.uint8)


def snapped(rules: Sequence[Rule]) -> Iterator[Rule]:
    """The rules that meet two of the other direction, as no stroke of a character does, their ends set on those."""
    for rule in rules:
        flat = rule.horizontal
        at, start, end = (rule.y0, rule.x0, rule.x1) if flat else (rule.x0, rule.y0, rule.y1)
        others = [one for one in rules if one.horizontal != flat]
        spans = [(one.x0, one.y0, one.y1) if flat else (one.y0, one.x0, one.x1) for one in others]
        ends = near_ends(start, end, [where for where, low, high in spans if low - REACH <= at <= high + REACH])
        if ends:
            yield Rule(ends[0], at, ends[1], at) if flat else Rule(at, ends[0], at, ends[1])


def near_ends(start: float, end: float, met: Sequence[float]) -> tuple[float, float] | None:
    """The ends of a rule set on the rules near them; None for a rule that meets fewer than two."""
    reach = min(REACH, (end - start) / STRETCHED)
    inside = [at for at in met if start - reach <= at <= end + reach]
    if len(inside) < 2:
        return None
    first, last = min(inside), max(inside)
    return first if first - start <= reach else start, last if end - last <= reach else end


def without_specks(ink: Picture) -> Picture:
    """The ink without what is too small for a stroke or a point; the pieces of a faint stroke count as one."""
    _, labels = cv2.connectedComponents(cv2.dilate(ink, np.ones((3, 3), np.uint8)))
    small = np.bincount(labels[ink > 0], minlength=int(labels.max()) + 1) < SPECK
    return np.where(small[labels], 0, ink).astype(np.uint8)


def lines_in(ink: Picture, grid: Grid) -> Iterator[Span]:
    """The lines of text in each cell of a grid (pixels)."""
    for row, column, high, wide in grid.spans:
        place = grid.xs[column], grid.ys[row], grid.xs[column + wide], grid.ys[row + high]
        x0, y0, x1, y1 = (max(round(at), 0) for at in (place[0] + 2, place[1] + 2, place[2] - 2, place[3] - 2))
        part = ink[y0:y1, x0:x1]
        if part.size == 0 or np.count_nonzero(part) < LEAST_INK:
            continue
        for top, bottom in joined_runs(runs(part.any(1))):
            if bottom - top < USUAL / 2 and (top < CUT_OFF or bottom > part.shape[0] - CUT_OFF):
                continue
            strip = part[top:bottom]
            if bottom - top <= HIGHEST and np.count_nonzero(strip) >= LEAST_INK:
                size = max(bottom - top, USUAL / 2)
                for left, right in runs(strip.any(0), round(GAP * size)):
                    if np.count_nonzero(strip[:, left:right]) >= LEAST_INK:
                        yield Span(x0 + left, y0 + top, x0 + right, y0 + bottom, place)


def lines_outside(ink: Picture, grids: Sequence[Grid]) -> Iterator[Span]:
    """The lines of text outside all grids."""
    rest = np.zeros_like(ink)
    edge = (slice(round(EDGE * ink.shape[0]), -round(EDGE * ink.shape[0])),
            slice(round(EDGE * ink.shape[1]), -round(EDGE * ink.shape[1])))
    rest[edge] = ink[edge]
    for grid in grids:
        rest[max(int(grid.ys[0]) - 3, 0) : int(grid.ys[-1]) + 3, max(int(grid.xs[0]) - 3, 0) : int(grid.xs[-1]) + 3] = 0
    blocks = cv2.dilate(rest, np.ones((3, USUAL), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(blocks)
    boxes = [(x, y, x + wide, y + high) for x, y, wide, high, _ in stats[1:].tolist()
             if SPECK < high <= HIGHEST and wide > USUAL]
    if len(boxes) > MOST_LINES:
        return
    for left, top, right, bottom in boxes:
        part = rest[top:bottom, left:right]
        across, down = np.flatnonzero(part.any(0)), np.flatnonzero(part.any(1))
        if np.count_nonzero(part) >= LEAST_INK and down.size:
            x0, y0 = left + int(across[0]), top + int(down[0])
            x1, y1 = left + int(across[-1]) + 1, top + int(down[-1]) + 1
            yield Span(x0, y0, x1, y1, (x0, y0, x1, y1))


def runs(filled: Any, gap: int = 1) -> list[tuple[int, int]]:
    """The stretches of a row of truth values that are true, those no further apart than `gap` as one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], filled, [False])).astype(np.int8)))
    out: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if out and start - out[-1][1] <= gap:
            out[-1] = out[-1][0], end
        else:
            out.append((start, end))
    return out


def joined_runs(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Lines of text from stretches of ink below each other: what is too low for one is a part of its neighbour (二)."""
    out: list[tuple[int, int]] = []
    for start, end in found:
        if out:
            low = min(out[-1][1] - out[-1][0], end - start) < 0.6 * USUAL
            if low and start - out[-1][1] < 0.45 * USUAL and end - out[-1][0] < 1.5 * USUAL:
                out[-1] = out[-1][0], end
                continue
        out.append((start, end))
    return out

"""Gaps: the vertical borders of a table that is drawn with horizontal rules alone.

Headings that stand in the middle of their cells tell where these end: the first begins at the frame, each next where
the last one ends, and the last must end at the frame again. Where they do not, a border goes where no text stands from
top to bottom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .borders import joined_pieces
from .pages import Box, Char, Line, Page, Rule, bounds, join_chars, rows_of

#: A gap narrower than this (points) parts no columns; a rule shorter than these is none of a table's frame, or of its
#: header.
LEAST_GAP, LEAST_RULE, LEAST_PART = 2.5, 150.0, 20.0
#: So large a share of the body's lines may reach over a gap, as a total's label over code and name does.
CROSSING = 0.15
#: Lines of one heading stand no further apart than one of these shares of their height; its middle is known to so many
#: points.
WRAPPED, MIDDLE = (0.7, 0.35), 3.0
#: Characters whose glyph fills the right or the left half of its width.
OPENING, CLOSING = "（《“【〔", "）》”】〕，、。：；"
_FIGURE = re.compile(r"-?[\d,]+(?:\.\d+)?%?")
#: One that no column number (栏次) is.
_DECIMALS = re.compile(r"-?[\d,]+[.,]\d+%?")


class Row(NamedTuple):
    """Headings beside each other: the heights between which their cells stand and the borders of these, the outer ones
    too; `head` if a heading over them all stands above.
    """

    top: float
    low: float
    xs: tuple[float, ...]
    head: bool = False


class Band(NamedTuple):
    """What stands between two rules of a frame; `rows` are its rows of headings where these tell their cells."""

    top: float
    low: float
    lines: list[Line]
    rows: tuple[Row, ...] = ()

    @property
    def figured(self) -> bool:
        return any(_FIGURE.fullmatch(line.text) for line in self.lines)


def gap_rules(page: Page) -> list[Rule]:
    """The rules of a page's tables with horizontal rules alone: what is drawn, and the borders that are not."""
    drawn = [
        rule for rule in joined_pieces(rule for rule in page.rules if rule.horizontal) if rule.x1 - rule.x0 > LEAST_PART
    ]
    texts = [Line(join_chars(run), bounds(run)) for row in rows_of(page.chars) for run in runs(row)]
    out: list[Rule] = []
    for frame in frames([rule for rule in drawn if rule.x1 - rule.x0 > LEAST_RULE]):
        left, right = frame[0].x0, frame[0].x1
        lines = [line for line in texts if left - 3 < line.box.x0 < right]
        bands = [
            Band(up.y0, low.y0, [line for line in lines if up.y0 < middle(line) < low.y0])
            for up, low in pairwise(frame)
        ]
        parts = [rule for rule in drawn if rule not in frame and frame[0].y0 < rule.y0 < frame[-1].y0]
        undrawn = list(borders(bands, parts, left, right))
        if undrawn:
            out += [*frame, *parts, *undrawn]
    return out


def runs(row: Sequence[Char]) -> Iterator[list[Char]]:
    """A printed row in the pieces that a gap parts; the blank half of a bracket or a stop is none."""
    start = 0
    for index, (before, char) in enumerate(pairwise(row), 1):
        blank = 0.6 * (char.bottom - char.top) * ((before.text in CLOSING) + (char.text in OPENING))
        if char.x0 - before.x1 > LEAST_GAP + blank:
            yield list(row[start:index])
            start = index
    yield list(row[start:])


def frames(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Rules of one length under each other, top to bottom: the frame of a table."""
    groups: dict[tuple[int, int], list[Rule]] = {}
    for rule in rules:
        key = next(
            (key for key in groups if abs(key[0] - rule.x0) < 4 and abs(key[1] - rule.x1) < 4),
            (round(rule.x0), round(rule.x1)),
        )
        groups.setdefault(key, []).append(rule)
    for group in groups.values():
        if len(group) > 2:
            yield sorted(group, key=lambda rule: rule.y0)


def borders(bands: Sequence[Band], parts: Sequence[Rule], left: float, right: float) -> Iterator[Rule]:
    """The rules that a frame lacks, from band to band; `parts` are its shorter rules, each under the head of a group of
    columns.
    """
    body = [line for band in bands if band.figured for line in band.lines]
    if sum(bool(_FIGURE.fullmatch(line.text)) for line in body) < 2:
        return
    depth = next(index for index, band in enumerate(bands) if band.figured)
    free, texts = list(gaps(body)), [line for band in bands if not band.figured for line in band.lines]
    head = [band._replace(rows=next((rows for apart in WRAPPED if (rows := rows_of_headings(
        list(headings(band.lines, apart)), parts, (left, right), (band.top, band.low)))), ()))
        for band in bands[:depth]]
    outside = (left, min(line.box.x0 for line in body)), (max(line.box.x1 for line in body), right)
    told = [x for row in (head[-1].rows if head else ()) for x in row.xs[1:-1]]
    known = [place for x in told if (place := within(x, [*free, *outside])) is not None]
    if not known or len(known) < len(told):
        known, head = [clear(start, end, texts) for start, end in free], list(bands[:depth])
    for x in known:
        for band in (*head, *bands[depth:]):
            for row in band.rows:
                if any(abs(x - border) < MIDDLE + 1 for border in row.xs):
                    yield Rule(x, row.top, x, row.low)
            under = [rule.y0 for rule in parts if rule.x0 + 3 < x < rule.x1 - 3 and band.top < rule.y0 < band.low]
            top = max(under, default=band.top)
            if not band.rows and not any(crosses(line, x) for line in band.lines if top < middle(line)):
                yield Rule(x, top, x, band.low)
    yield from (Rule(row.xs[0], row.top, row.xs[-1], row.top) for band in head for row in band.rows if row.head)


def rows_of_headings(found: Sequence[Box], parts: Sequence[Rule], across: tuple[float, float],
                     down: tuple[float, float], head: bool = False) -> tuple[Row, ...]:
    """The rows of headings between two borders and two heights, the lower ones after those under which they stand; none
    where the headings do not stand in the middle of their cells.
    """
    for height in sorted({mid(box) for box in found}):
        over = sorted((box for box in found if mid(box) < height + MIDDLE), key=lambda box: box.x0)
        if not (xs := cells(over, *across)):
            continue
        rows: list[tuple[Row, ...]] = [(Row(*down, xs, head),)]
        for box, (start, end) in zip(over, pairwise(xs), strict=True):
            below = [one for one in found if one not in over and start < (one.x0 + one.x1) / 2 < end]
            if below:
                half = (box.bottom + min(one.top for one in below)) / 2
                cut = next((rule.y0 for rule in parts if box.bottom - 1 < rule.y0 < max(map(mid, below))
                            and rule.x0 - 3 < (start + end) / 2 < rule.x1 + 3), half)
                rows.append(rows_of_headings(below, parts, (start, end), (cut, down[1]), True))
        if all(rows):
            return tuple(row for under in rows for row in under)
    return ()


def headings(lines: Sequence[Line], apart: float) -> Iterator[Box]:
    """The boxes of headings, lines that stand no further `apart` taken together."""
    left = sorted(map(square, lines), key=lambda box: box.top)
    while left:
        box = left.pop(0)
        for other in tuple(left):
            near = other.top - box.bottom < apart * (other.bottom - other.top)
            if near and min(box.x1, other.x1) > max(box.x0, other.x0):
                left.remove(other)
                box = Box(min(box.x0, other.x0), box.top, max(box.x1, other.x1), max(box.bottom, other.bottom))
        yield box


def square(line: Line) -> Box:
    """The box of a line with the blank halves of a bracket at its ends, which a typesetter counts."""
    half = (line.box.bottom - line.box.top) / 2
    x0, x1 = line.box.x0 - half * (line.text[0] in OPENING), line.box.x1 + half * (line.text[-1] in CLOSING)
    return line.box._replace(x0=x0, x1=x1)


def cells(found: Sequence[Box], left: float, right: float) -> tuple[float, ...]:
    """The borders of the cells in whose middle the headings stand, the frame's at both ends; () if they do not."""
    xs = [left]
    for box in found:
        xs.append(box.x0 + box.x1 - xs[-1])
        if not xs[-2] - 1 < box.x0 < box.x1 < xs[-1] + 1:
            return ()
    return (*xs[:-1], right) if len(xs) > 1 and abs(xs[-1] - right) <= MIDDLE + 0.5 * len(found) else ()


def gaps(body: Sequence[Line]) -> Iterator[tuple[float, float]]:
    """Where no figure and next to no other line of the body stands, between the leftmost and the rightmost text."""
    rows = len({round(middle(line)) for line in body})
    weight = [rows if _DECIMALS.fullmatch(line.text) else 1 for line in body]
    ends = sorted(end for line, many in zip(body, weight, strict=True)
                  for end in ((line.box.x0, many), (line.box.x1, -many)))
    allowed = CROSSING * rows
    depth, started = 0, None
    for x, step in [*ends, (ends[-1][0], rows)]:
        if started is not None and depth <= allowed < depth + step:
            if x - started >= LEAST_GAP:
                yield started, x
            started = None
        elif depth + step <= allowed < depth:
            started = x
        depth += step


def within(x: float, spaces: Sequence[tuple[float, float]]) -> float | None:
    """The place in a space next to `x`, None if that is not where a heading's cell may end."""
    near = min((min(max(x, start + 0.5), end - 0.5) for start, end in spaces), key=lambda place: abs(place - x))
    return near if abs(near - x) <= MIDDLE else None


def clear(start: float, end: float, texts: Sequence[Line]) -> float:
    """The middle of the widest part of a gap that the fewest of the texts around it reach over."""
    edges = sorted({start, end, *(x for line in texts for x in (line.box.x0, line.box.x1) if start < x < end)})
    low, high = min(
        pairwise(edges), key=lambda part: (sum(crosses(line, sum(part) / 2) for line in texts), part[0] - part[1])
    )
    return (low + high) / 2


def crosses(line: Line, x: float) -> bool:
    return line.box.x0 + 1 < x < line.box.x1 - 1


def middle(line: Line) -> float:
    return mid(line.box)


def mid(box: Box) -> float:
    return (box.top + box.bottom) / 2

"""Gaps: the vertical borders of a table that is drawn with horizontal rules alone, where no text stands from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .borders import joined_pieces
from .pages import Line, Page, Rule

#: A gap narrower than this (points) parts no columns; a rule shorter than these is none of a table's frame, or of its header.
LEAST_GAP, LEAST_RULE, LEAST_PART = 4.0, 150.0, 20.0
#: So large a share of the body's lines may reach over a gap, as a total's label over code and name does.
CROSSING = 0.15
#: Positions tried between the ends of a gap, as shares of its width.
_TRIED = (0.5, 0.25, 0.75, 0.1, 0.9)
_FIGURE = re.compile(r"-?[\d,]+(?:\.\d+)?%?")


def gap_rules(page: Page) -> list[Rule]:
    """The rules of a page's tables with horizontal rules alone: what is drawn, and vertical borders in the gaps of the text."""
    drawn = [rule for rule in joined_pieces(rule for rule in page.rules if rule.horizontal) if rule.x1 - rule.x0 > LEAST_PART]
    out: list[Rule] = []
    for frame in frames([rule for rule in drawn if rule.x1 - rule.x0 > LEAST_RULE]):
        lines = [line for line in page.lines if frame[0].y0 < middle(line) < frame[-1].y0 and frame[0].x0 - 3 < line.box.x0 < frame[0].x1]
        parts = [rule for rule in drawn if rule not in frame and frame[0].y0 < rule.y0 < frame[-1].y0]
        upright = list(borders(frame, parts, lines))
        if upright:
            out += [*frame, *parts, *upright]
    return out


def frames(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Rules of one length under each other, top to bottom: the frame of a table."""
    groups: dict[tuple[int, int], list[Rule]] = {}
    for rule in rules:
        key = next((key for key in groups if abs(key[0] - rule.x0) < 4 and abs(key[1] - rule.x1) < 4), (round(rule.x0), round(rule.x1)))
        groups.setdefault(key, []).append(rule)
    for group in groups.values():
        if len(group) > 2:
            yield sorted(group, key=lambda rule: rule.y0)


def borders(frame: Sequence[Rule], parts: Sequence[Rule], lines: Sequence[Line]) -> Iterator[Rule]:
    """Vertical rules in the gaps of the bands that print figures, from band to band where no text stands in their way.

    `parts` are shorter horizontal rules: one under the head of a group of columns, which no border divides.
    """
    bands = [[line for line in lines if above.y0 < middle(line) < below.y0] for above, below in pairwise(frame)]
    body = [line for band in bands if any(_FIGURE.fullmatch(line.text) for line in band) for line in band]
    if sum(bool(_FIGURE.fullmatch(line.text)) for line in body) < 2:
        return
    head = [line for band in bands if band and not any(line in body for line in band) for line in band]
    for left, right in gaps(body):
        x = min((left + share * (right - left) for share in _TRIED), key=lambda x: sum(crosses(line, x) for line in head))
        for above, below in pairwise(frame):
            under = [rule.y0 for rule in parts if rule.x0 + 3 < x < rule.x1 - 3 and above.y0 < rule.y0 < below.y0]
            top = max(under, default=above.y0)
            if not any(crosses(line, x) for line in lines if top < middle(line) < below.y0):
                yield Rule(x, top, x, below.y0)


def gaps(body: Sequence[Line]) -> Iterator[tuple[float, float]]:
    """Where next to no line of the body stands, between the leftmost and the rightmost text."""
    ends = sorted([(line.box.x0, 1) for line in body] + [(line.box.x1, -1) for line in body])
    allowed = CROSSING * len({round(middle(line)) for line in body})
    depth, started = 0, None
    for x, step in ends:
        if started is not None and depth <= allowed < depth + step:
            if x - started >= LEAST_GAP:
                yield started, x
            started = None
        elif depth + step <= allowed < depth:
            started = x
        depth += step


def crosses(line: Line, x: float) -> bool:
    return line.box.x0 + 1 < x < line.box.x1 - 1


def middle(line: Line) -> float:
    return (line.box.top + line.box.bottom) / 2

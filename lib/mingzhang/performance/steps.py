"""Steps: is there one rule for the points of the execution rate? A rising step function over all tables of a document.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple


class Steps(NamedTuple):
    """A rising step function: for each level of points, the lowest and highest rate that it explains; and what it does
    not.

    `exceptions` are the places (in the given order) of the points off the function.
    """

    levels: tuple[Decimal, ...]
    spans: tuple[tuple[Decimal, Decimal], ...]
    exceptions: tuple[int, ...]


def infer_steps(points: Sequence[tuple[Decimal, Decimal]]) -> Steps:
    """The rising step function from rates to points that explains the most of `points` (rate, points given).

    The longest chain in which points do not fall as the rate rises; at one rate only one level counts. Exact, O(n²).
    Of equally good chains the one with fewer steps, then the first.
    """
    order = sorted(range(len(points)), key=lambda k: points[k])
    groups: dict[tuple[Decimal, Decimal], list[int]] = {}
    for k in order:
        groups.setdefault(points[k], []).append(k)
    keys = list(groups)
    best: list[tuple[int, int, int]] = []  # explained so far, minus the steps, the group before
    for k, (rate, score) in enumerate(keys):
        options = [(0, 0, -1)]
        for j in range(k):
            if keys[j][0] < rate and keys[j][1] <= score:
                options.append((best[j][0], best[j][1] - (keys[j][1] != score), j))
        explained, steps, before = max(options, key=lambda one: (one[0], one[1], -one[2]))
        best.append((explained + len(groups[keys[k]]), steps, before))
    chain = []
    at = max(range(len(keys)), key=lambda k: best[k][:2], default=-1)
    while at >= 0:
        chain.append(at)
        at = best[at][2]
    kept = [keys[k] for k in reversed(chain)]
    levels = tuple(dict.fromkeys(score for _, score in kept))
    spans = tuple((min(r for r, s in kept if s == one), max(r for r, s in kept if s == one)) for one in levels)
    explained_places = {place for key in kept for place in groups[key]}
    return Steps(levels, spans, tuple(k for k in range(len(points)) if k not in explained_places))

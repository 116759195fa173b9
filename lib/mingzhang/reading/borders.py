"""Borders: rules that a table lacks or draws apart. Open sides, bodies without upright rules, cells boxed singly."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from .pages import Rule

#: Rows and columns thinner than this (points) hold no text.
SLIVER = 3.0


def open_sides(rules: Sequence[Rule]) -> Iterator[Rule]:
    """The left and right borders that a table drawn without them lacks: at the ends of its equally long horizontal
    rules.

    Only where a vertical rule crosses them, so that a line above and one below running text enclose nothing.
    """
    groups: dict[tuple[int, int], list[Rule]] = {}
    for rule in rules:
        if rule.horizontal and rule.x1 - rule.x0 > 100:
            groups.setdefault((round(rule.x0 / 2), round(rule.x1 / 2)), []).append(rule)
    upright = list(joined_pieces(rule for rule in rules if not rule.horizontal))
    for group in groups.values():
        for run in tied(sorted(group, key=lambda rule: rule.y0), upright):
            x0, x1, top, low = run[0].x0, run[0].x1, run[0].y0, run[-1].y0
            for x in (x0, x1):
                if not any(abs(rule.x0 - x) < 3 and rule.y1 > top and rule.y0 < low for rule in upright):
                    yield Rule(x, top, x, low)


def open_body(rules: Sequence[Rule], figures: Sequence[float]) -> Iterator[Rule]:
    """The left and right borders of a body without vertical rules, under the header that has them.

    From the lowest vertical rules down over the horizontal ones of the header's width, as long as figures stand between
    one and the next (`figures` are the heights at which they stand, in order).
    """
    end = max((rule.y1 for rule in rules if not rule.horizontal), default=0.0)
    across = sorted(
        joined_pieces(rule for rule in rules if rule.horizontal and rule.y0 > end - 3), key=lambda rule: rule.y0
    )
    if not across or across[-1].y0 < end + SLIVER:
        return
    head = max((rule for rule in across if rule.y0 < end + 3), key=lambda rule: rule.x1 - rule.x0, default=None)
    low = end
    for rule in across:
        if head and abs(rule.x0 - head.x0) < 3 and abs(rule.x1 - head.x1) < 3 and rule.y0 > low:
            if bisect_left(figures, low) == bisect_left(figures, rule.y0):
                break
            low = rule.y0
    if head and low > end + SLIVER:
        yield Rule(head.x0, end, head.x0, low)
        yield Rule(head.x1, end, head.x1, low)


def joined_pieces(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Rules that all run the same way, those drawn in touching pieces as one."""
    last: Rule | None = None
    for rule in sorted(
        rules, key=lambda rule: (round(rule.y0), rule.x0) if rule.horizontal else (round(rule.x0), rule.y0)
    ):
        if last and rule.horizontal and abs(rule.y0 - last.y0) <= 1 and rule.x0 - last.x1 <= 2:
            last = Rule(last.x0, last.y0, max(last.x1, rule.x1), last.y0)
            continue
        if last and not rule.horizontal and abs(rule.x0 - last.x0) <= 1 and rule.y0 - last.y1 <= 2:
            last = Rule(last.x0, last.y0, last.x0, max(last.y1, rule.y1))
            continue
        if last:
            yield last
        last = rule
    if last:
        yield last


def tied(group: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Runs of two or more horizontal rules, each tied to the next by a vertical rule inside their length."""
    run: list[Rule] = []
    for rule in group:
        joined = run and any(
            rule.x0 + 5 < v.x0 < rule.x1 - 5 and v.y0 <= run[-1].y0 + 2 and v.y1 >= rule.y0 - 2 for v in upright
        )
        if run and not joined:
            if len(run) > 1:
                yield run
            run = []
        run.append(rule)
    if len(run) > 1:
        yield run


def brought_together(rules: Sequence[Rule]) -> list[Rule]:
    """The rules of cells that are boxed one by one, a gap between each two (HTML's separate borders), as those of one
    grid.
    """
    xs = snapped(value for rule in rules for value in (rule.x0, rule.x1))
    ys = snapped(value for rule in rules for value in (rule.y0, rule.y1))
    moved = (Rule(xs[rule.x0], ys[rule.y0], xs[rule.x1], ys[rule.y1]) for rule in rules)
    return [rule for rule in moved if rule.x0 != rule.x1 or rule.y0 != rule.y1]


def snapped(values: Iterable[float]) -> dict[float, float]:
    """Each value with the first one of those that lie within `SLIVER` of each other."""
    out: dict[float, float] = {}
    start = float("-inf")
    for value in sorted(set(values)):
        if value - start > SLIVER:
            start = value
        out[value] = start
    return out

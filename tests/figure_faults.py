"""What makes a figure unfit to be published: characters without a glyph, texts that lie on each other, texts that are cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

#: Pixels by which two labels may come over each other, or over the edge, before it counts.
_TOUCH = 1.0


def texts(figure: Figure) -> list[Text]:
    """The texts that a figure shows: visible, not empty, and no tick label of a tick out of view."""
    figure.draw_without_rendering()
    hidden = {id(text) for axes in figure.axes for text in _unseen(axes)}
    found = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    return [text for text in found if text.get_visible() and text.get_text().strip() and id(text) not in hidden]


def _unseen(axes: Axes) -> Iterator[Text]:
    """Texts of an axes that are not drawn: its ticks out of view, or all that it has when it or its axis is off."""
    if not axes.get_visible():
        yield from (text for text in axes.findobj(Text) if isinstance(text, Text))
        return
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        slack = (high - low) * 1e-9
        if not (axes.axison and axis.get_visible()):
            yield from (axis.label, axis.get_offset_text())
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            drawn = axes.axison and axis.get_visible() and low - slack <= float(tick.get_loc()) <= high + slack
            if not drawn:
                yield from (tick.label1, tick.label2)


def missing_glyphs(figure: Figure) -> list[str]:
    """Characters that a figure's texts need and their fonts have not, in order of appearance."""
    return _missing(texts(figure))


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that lie on each other by more than a pixel either way."""
    return _overlaps(texts(figure))


def cut_off(figure: Figure) -> list[str]:
    """Texts that reach past the figure's edge, or past the axes that clip them."""
    return _cut(texts(figure), figure)


def faults(figure: Figure) -> list[str]:
    """What is wrong with a figure's texts, a sentence each; empty when it can be published."""
    shown = texts(figure)
    lost = _missing(shown)
    return [
        *([f"the font has no glyph for {' '.join(lost)}"] if lost else []),
        *(f"{one!r} lies on {other!r}" for one, other in _overlaps(shown)),
        *(f"{text!r} is cut off" for text in _cut(shown, figure)),
    ]


def _missing(shown: Iterable[Text]) -> list[str]:
    lost: dict[str, None] = {}
    for text in shown:
        known = _characters(font_manager.findfont(text.get_fontproperties()))
        lost.update((char, None) for char in text.get_text() if not char.isspace() and ord(char) not in known)
    return list(lost)


@cache
def _characters(path: str) -> frozenset[int]:
    return frozenset(FT2Font(path).get_charmap())


def _overlaps(shown: Iterable[Text]) -> list[tuple[str, str]]:
    boxes = [(text.get_text(), text.get_window_extent()) for text in shown]
    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > _TOUCH and min(a.y1, b.y1) - max(a.y0, b.y0) > _TOUCH
    ]


def _cut(shown: Iterable[Text], figure: Figure) -> list[str]:
    out = []
    for text in shown:
        box, clip = text.get_window_extent(), text.get_clip_box() if text.get_clip_on() else None
        room = figure.bbox if clip is None else clip
        if min(box.x0 - room.x0, box.y0 - room.y0, room.x1 - box.x1, room.y1 - box.y1) < -_TOUCH:
            out.append(text.get_text())
    return out

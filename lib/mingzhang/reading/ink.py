"""Ink: what of a page's content is seen. White on white, transparent and slanted print is drawn but in no table."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pypdfium2.raw as raw

from .pages import Char

#: A colour whose every channel is at least this (of 255) is white: a white rule shows only on a coloured ground.
WHITE = 250
#: Text with every channel at least this (of 255), or less opaque than this, off coloured ground, is a watermark (水印).
PALE, FAINT = 180, 128
#: Less opacity (of 255) than this shows nothing.
CLEAR = 8
#: Text further than this (radians) from a quarter turn is slanted: a watermark, or the writing around a seal (印章).
SLANT = math.radians(8)
QUARTER = math.pi / 2
#: A watermark is looked for at every so many characters; none is shorter.
SAMPLE = 4
#: An invisible layer of text (OCR) is looked for at every so many characters.
LAYER_SAMPLE = 16
#: Side of the raster that says where the ground is coloured (cells), at most.
RASTER = 800
#: How far from a rule (points) the ground is looked at on either side.
BESIDE = 1.5

Colour = tuple[int, int, int, int]


class Paint:
    """Reads colours through pdfium, with one set of variables for all calls."""

    def __init__(self) -> None:
        self._values = [ctypes.c_uint() for _ in range(4)]
        self._refs = [ctypes.byref(value) for value in self._values]

    def of(self, getter: Any, *item: object) -> Colour:
        """Red, green, blue and opacity as the pdfium function `getter(*item, R, G, B, A)` tells them; else black."""
        if not getter(*item, *self._refs):
            return 0, 0, 0, 255
        red, green, blue, opacity = self._values
        return red.value, green.value, blue.value, opacity.value


def is_white(colour: Colour) -> bool:
    return min(colour[:3]) >= WHITE


@dataclass
class Ground:
    """Where a page is coloured, as a raster of about one point a cell, made when the first coloured area comes."""

    width: float
    height: float
    raster: np.ndarray | None = field(default=None, repr=False)
    scale: float = field(init=False)

    def __post_init__(self) -> None:
        self.scale = min(1.0, RASTER / max(self.width, self.height))

    def paint(self, x0: float, y0: float, x1: float, y1: float, shown: bool) -> None:
        """Cover a rectangle with colour, or with white."""
        if self.raster is None:
            if not shown:
                return
            self.raster = np.zeros((math.ceil(self.height * self.scale) + 1, math.ceil(self.width * self.scale) + 1),
                                   bool)
        left, right = self._cell(x0, 1), self._cell(x1, 1)
        self.raster[self._cell(y0, 0) : self._cell(y1, 0) + 1, left : right + 1] = shown

    def _cell(self, at: float, axis: int) -> int:
        assert self.raster is not None
        return int(min(max(0.0, at * self.scale), self.raster.shape[axis] - 1.0))

    def coloured(self, x: float, y: float) -> bool:
        """Whether the ground at a point is coloured."""
        return self.raster is not None and bool(self.raster[self._cell(y, 0), self._cell(x, 1)])

    def shows_white(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Whether a white rule shows: the ground on either side of its middle is coloured."""
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        across, down = (0.0, BESIDE) if x1 - x0 >= y1 - y0 else (BESIDE, 0.0)
        return self.coloured(x - across, y - down) or self.coloured(x + across, y + down)


def is_slanted(textpage: raw.FPDF_TEXTPAGE, index: int) -> bool:
    """Whether a character's line runs neither along nor across the page; an oblique glyph on it is not slanted."""
    if not off_axis(raw.FPDFText_GetCharAngle(textpage, index)):
        return False
    m = raw.FS_MATRIX()
    return bool(raw.FPDFText_GetMatrix(textpage, index, m)) and off_axis(math.atan2(m.b, m.a))


def off_axis(angle: float) -> bool:
    return angle != 0 and math.isfinite(angle) and abs(angle - QUARTER * round(angle / QUARTER)) > SLANT


def seen_chars(textpage: raw.FPDF_TEXTPAGE, chars: list[Char], indexes: Sequence[int], ground: Ground) -> list[Char]:
    """The characters that are part of the printed text; `indexes` are their numbers on the text page.

    Left out are slanted ones, pale or white ones on a white ground, and invisible ones (an OCR layer) where visible
    ones stand. Only a sample is looked at where nothing of the kind is found.
    """
    paint = Paint()
    if all_plain(textpage, indexes, paint):
        return chars
    kinds = [odd(textpage, index, paint) for index in indexes]
    places = {place for char, kind in zip(chars, kinds, strict=True) if not kind for place in around(char.x, char.y)}
    return [
        char
        for char, kind in zip(chars, kinds, strict=True)
        if not kind
        or (kind == "pale" and ground.coloured(char.x, char.y))
        or (kind == "unseen" and spot(char.x, char.y) not in places)
    ]


def all_plain(textpage: raw.FPDF_TEXTPAGE, indexes: Sequence[int], paint: Paint) -> bool:
    """Whether a sample of the characters shows only upright, dark, visible text, as it does on nearly every page."""
    colour = raw.FPDFText_GetFillColor
    return not (
        any(is_slanted(textpage, index) or is_pale(paint.of(colour, textpage, index)) for index in indexes[::SAMPLE])
        or any(render_mode(textpage, index) == raw.FPDF_TEXTRENDERMODE_INVISIBLE for index in indexes[::LAYER_SAMPLE])
    )


def render_mode(textpage: raw.FPDF_TEXTPAGE, index: int) -> int:
    """How a character is drawn: filled, outlined, invisibly …"""
    drawn = raw.FPDFText_GetTextObject(textpage, index)
    return raw.FPDFTextObj_GetTextRenderMode(drawn) if drawn else raw.FPDF_TEXTRENDERMODE_FILL


def odd(textpage: raw.FPDF_TEXTPAGE, index: int, paint: Paint) -> str:
    """What sets a character apart from printed text: "slanted", "pale", "unseen" (drawn invisibly); "" for nothing."""
    if is_slanted(textpage, index):
        return "slanted"
    mode = render_mode(textpage, index)
    if mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return "unseen"
    pale = is_pale(paint.of(raw.FPDFText_GetFillColor, textpage, index))
    if pale and mode in OUTLINED:
        pale = is_pale(paint.of(raw.FPDFText_GetStrokeColor, textpage, index))
    return "pale" if pale else ""


#: Ways of drawing text that stroke the outlines of its glyphs.
OUTLINED = (raw.FPDF_TEXTRENDERMODE_STROKE, raw.FPDF_TEXTRENDERMODE_FILL_STROKE)


def is_pale(colour: Colour) -> bool:
    """Whether text of this colour is hardly seen on white."""
    return colour[3] < FAINT or min(colour[:3]) >= PALE


def spot(x: float, y: float) -> tuple[int, int]:
    """The five points of the page's width and height in which a glyph's middle lies."""
    return (int(x // 5), int(y // 5)) if math.isfinite(x + y) else (-1, -1)


def around(x: float, y: float) -> list[tuple[int, int]]:
    """The spot of a glyph's middle and those around it."""
    column, row = spot(x, y)
    return [(column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]

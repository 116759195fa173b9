"""Picture: parts of published pages as one small, crisp image with cells marked; its caption, notes and legend are HTML
beside it.

Boxes are PDF points from the top left corner of the page turned so that its text reads upright (`leaves.Upright` turns
those of the page as displayed). The image has two pixels a point, so that it stays sharp on a high-density screen, and
a palette of few colours, so that a notebook stays small. The same input gives the same bytes.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw
from PIL.PngImagePlugin import PngInfo

from ..reading.pages import Box
from .fonts import SCALE, font, px
from .leaves import INK, PAPER, Leaf, leaves
from .pages import template

#: Colours of the stored image.
COLOURS = 64
#: Points of white between the image's parts, and around a table (sideways, up and down).
GAP, BLEED = 8.0, (6.0, 1.0)
#: Parts of one page that are closer than this (points) become one.
JOIN = 30.0
#: A mark wider than this (points) is a row or a line of text, not a figure's cell.
WIDE_MARK = 150.0
#: In a narrower one than this, a number would cover the print.
NARROW_MARK = 52.0
#: Points of a mark's number.
NUMBER_SIZE = 7.5

Colour = tuple[int, int, int]
#: One entry of a legend: tint, outline, meaning.
Swatch = tuple[Colour | None, Colour | None, str]
SOFT = (90, 90, 90)
#: Outline and tint of a marked cell; both keep black text readable, and the outline shows without colour vision.
MARK, TINT = (196, 62, 0), (255, 236, 170)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a page. `number` (0: none) ties it to a line of the notes; `outline` None draws only the tint."""

    page: int
    box: Box
    number: int = 0
    tint: Colour | None = TINT
    outline: Colour | None = MARK
    width: float = 1.6


@dataclass(frozen=True, slots=True)
class Strip:
    """A part of a page that is shown."""

    page: int
    box: Box


@dataclass(frozen=True)
class Panel:
    """What is shown of one document: strips of its pages in reading order, and what is marked on them."""

    pdf: Path
    strips: tuple[Strip, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Picture:
    """Page parts with marked cells. Jupyter shows `html`, which enlarges the image at a click; `image` is the PIL
    image.

    `caption` are the lines under it, `notes` those beside it, `legend` tint, outline and meaning of its marks.
    """

    panels: tuple[Panel, ...]
    caption: tuple[str, ...]
    notes: tuple[str, ...] = ()
    legend: tuple[Swatch, ...] = ()

    @cached_property
    def image(self) -> Image.Image:
        """The drawn image, RGB, two pixels a point."""
        return stack([part for panel in self.panels for part in panel_images(panel)], GAP)

    @cached_property
    def png(self) -> bytes:
        """The image as a palette PNG that carries its caption as description."""
        out, told = io.BytesIO(), PngInfo()
        told.add_itxt("Description", self.alt)
        small = self.image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        small.save(out, "PNG", optimize=False, compress_level=9, bits=6, pnginfo=told)
        return out.getvalue()

    @property
    def html(self) -> str:
        """The image in a figure with its caption, notes and legend."""
        width = self.image.width // SCALE
        return template("picture.html").render(picture=self, width=width,
                                               data=base64.b64encode(self.png).decode("ascii"))

    @property
    def alt(self) -> str:
        """What a screen reader says instead of the image."""
        return "; ".join(line for line in (*self.caption, *self.notes) if line)

    def save(self, path: str | Path) -> None:
        """Write the PNG."""
        Path(path).write_bytes(self.png)

    def __repr__(self) -> str:
        return "\n".join((*self.caption, *self.notes))

    def _repr_html_(self) -> str:
        return self.html


# --- layout ----------------------------------------------------------------------------------------------------------


def strips_of(page: int, frame: Box, spans: Iterable[tuple[float, float]]) -> tuple[Strip, ...]:
    """The parts of a page between the sides of `frame` that hold the vertical spans; neighbouring spans become one."""
    x, y = BLEED
    joined: list[tuple[float, float]] = []
    for top, bottom in sorted(spans):
        if joined and top - joined[-1][1] < JOIN:
            joined[-1] = (joined[-1][0], max(joined[-1][1], bottom))
        else:
            joined.append((top, bottom))
    return tuple(Strip(page, Box(frame.x0 - x, top - y, frame.x1 + x, bottom + y)) for top, bottom in joined)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around boxes (at least one)."""
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return Box(min(x0), min(top), max(x1), max(bottom))


# --- drawing ---------------------------------------------------------------------------------------------------------


def stack(parts: Sequence[Image.Image], gap: float) -> Image.Image:
    """Images under each other."""
    height = sum(part.height for part in parts) + px(gap) * (len(parts) - 1)
    out = Image.new("RGB", (max(part.width for part in parts), height), PAPER)
    y = 0
    for part in parts:
        out.paste(part, (0, y))
        y += part.height + px(gap)
    return out


def panel_images(panel: Panel) -> list[Image.Image]:
    """The strips of a panel, rendered and marked; a torn edge where rows between two strips of a page are left out."""
    images: list[Image.Image] = []
    with leaves(panel.pdf) as leaf:
        for number in dict.fromkeys(strip.page for strip in panel.strips):
            marks = [mark for mark in panel.marks if mark.page == number]
            images += [part(leaf(number), strip.box, marks) for strip in panel.strips if strip.page == number]
    torn = [tear(image) if one.page == two.page else image
            for image, (one, two) in zip(images, pairwise(panel.strips), strict=False)]
    return [*torn, images[-1]]


def tear(image: Image.Image) -> Image.Image:
    """The image with a dotted line under it: rows of the page follow that are not shown."""
    out = Image.new("RGB", (image.width, image.height + px(7)), PAPER)
    out.paste(image, (0, 0))
    pen = ImageDraw.Draw(out)
    for x in range(px(4), image.width, px(7)):
        pen.ellipse([x, image.height + px(5), x + px(1.5), image.height + px(6.5)], fill=SOFT)
    return out


def part(leaf: Leaf, box: Box, marks: Sequence[Mark]) -> Image.Image:
    """The part of a page in `box`, with the marks that lie in it."""
    seen = Box(max(box.x0, 0), max(box.top, 0), min(box.x1, leaf.width), min(box.bottom, leaf.height))
    placed = [replace(mark, box=moved(mark.box, -seen.x0, -seen.top)) for mark in marks]
    return marked(leaf.part(seen),
                  [mark for mark in placed if overlaps(mark.box, seen.x1 - seen.x0, seen.bottom - seen.top)])


def moved(box: Box, x: float, y: float) -> Box:
    return Box(box.x0 + x, box.top + y, box.x1 + x, box.bottom + y)


def overlaps(box: Box, width: float, height: float) -> bool:
    return box.x1 > 0 and box.x0 < width and box.bottom > 0 and box.top < height


def marked(image: Image.Image, marks: Sequence[Mark]) -> Image.Image:
    """The image with marks on it: tints under the print, outlines and numbers over it."""
    tints = Image.new("RGB", image.size, PAPER)
    pen = ImageDraw.Draw(tints)
    for mark in marks:
        if mark.tint:
            pen.rectangle(corners(mark.box), fill=mark.tint)
    out = ImageChops.multiply(image, tints)
    pen = ImageDraw.Draw(out)
    for mark in marks:
        if mark.outline:
            pen.rectangle(corners(mark.box), outline=mark.outline, width=px(mark.width))
        if mark.number:
            badge(pen, mark)
    return out


def corners(box: Box) -> list[int]:
    """The pixel corners of a box, in order even for a box turned inside out."""
    return [*map(px, (min(box.x0, box.x1), min(box.top, box.bottom), max(box.x0, box.x1), max(box.top, box.bottom)))]


def badge(pen: ImageDraw.ImageDraw, mark: Mark) -> None:
    """The mark's number on a disc: in a cell's left end, on the edge of a whole row, on a narrow cell's corner."""
    text = str(mark.number)
    radius = 5.5 if len(text) == 1 else 7.0
    wide = mark.box.x1 - mark.box.x0
    inside = radius + 1.5 if NARROW_MARK < wide < WIDE_MARK else 0.0
    y = mark.box.top if wide <= NARROW_MARK else min(mark.box.top + 11, (mark.box.top + mark.box.bottom) / 2)
    x, y = max(mark.box.x0 + inside, radius), max(y, radius)
    pen.ellipse([*map(px, (x - radius, y - radius, x + radius, y + radius))], fill=mark.outline or INK)
    pen.text((px(x), px(y)), text, fill=PAPER, font=font(NUMBER_SIZE), anchor="mm")

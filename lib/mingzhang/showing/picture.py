"""Picture: parts of published pages as one small, crisp image, with cells marked and a caption under it.

Boxes are PDF points from the top left corner of the page turned so that its text reads upright (`leaves.Upright` turns those of the
page as displayed). The image has two pixels a point, so that it stays sharp
on a high-density screen, and a palette of few colours, so that a notebook stays small. The same input gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw

from ..reading.pages import Box
from .fonts import SCALE, TEXT_SIZE, font, px, wrap
from .leaves import INK, PAPER, Leaf, leaves

#: Colours of the stored image.
COLOURS = 64
#: Points of white around the image, between its parts, and around a table (sideways, up and down).
MARGIN, GAP, BLEED = 10.0, 8.0, (6.0, 1.0)
#: Parts of one page that are closer than this (points) become one.
JOIN = 30.0
#: The notes stand to the right of the page where both fit into this width (points), else below it.
WIDEST = 900.0
NOTE_WIDTH = 300.0
#: A mark wider than this (points) is a row or a line of text, not a figure's cell.
WIDE_MARK = 150.0
#: In a narrower one than this, a number would cover the print.
NARROW_MARK = 52.0
LINE_HEIGHT = 14.0

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
    heading: str = ""


@dataclass(frozen=True)
class Picture:
    """Page parts with marked cells. Shown by Jupyter as a PNG; `image` is the PIL image.

    `caption` are the lines under it, `notes` those beside it, `legend` tint, outline and meaning of its marks.
    """

    panels: tuple[Panel, ...]
    caption: tuple[str, ...]
    notes: tuple[str, ...] = ()
    legend: tuple[Swatch, ...] = ()

    @cached_property
    def image(self) -> Image.Image:
        """The drawn image, RGB, two pixels a point."""
        return draw(self)

    @cached_property
    def png(self) -> bytes:
        """The image as a palette PNG."""
        out = io.BytesIO()
        small = self.image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        small.save(out, "PNG", optimize=False, compress_level=9, bits=6)
        return out.getvalue()

    @property
    def alt(self) -> str:
        """What a screen reader says instead of the image."""
        return "; ".join(line for line in (*self.caption, *self.notes) if line)

    def save(self, path: str | Path) -> None:
        """Write the PNG."""
        Path(path).write_bytes(self.png)

    def __repr__(self) -> str:
        return "\n".join((*self.caption, *self.notes))

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        width, height = self.image.size
        return self.png, {"width": width // SCALE, "height": height // SCALE, "alt": self.alt}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = self._repr_png_()
        return {"image/png": data, "text/plain": repr(self)}, {"image/png": metadata}


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


def text_block(lines: Sequence[str], width: float, colour: Colour = INK) -> Image.Image:
    """Lines of text on white, wrapped to `width` points; the first line is darkest."""
    wrapped = [(part, colour if index == 0 else SOFT) for index, line in enumerate(lines) for part in wrap(line, width)]
    block = Image.new("RGB", (px(width), px(LINE_HEIGHT * len(wrapped) + 2)), PAPER)
    pen = ImageDraw.Draw(block)
    for index, (part, shade) in enumerate(wrapped):
        pen.text((0, px(index * LINE_HEIGHT)), part, fill=shade, font=font(TEXT_SIZE))
    return block


def legend_block(items: Sequence[Swatch], width: float) -> Image.Image:
    """A swatch and its meaning each, in as many lines as it takes."""
    block = Image.new("RGB", (px(width), px(LINE_HEIGHT * len(items))), PAPER)
    pen = ImageDraw.Draw(block)
    x = y = 0.0
    for tint, outline, text in items:
        room = 18 + font(TEXT_SIZE).getlength(text) / SCALE
        if x and x + room > width:
            x, y = 0.0, y + LINE_HEIGHT
        box = Box(x + 1, y + 3, x + 13, y + 11)
        pen.rectangle(corners(box), fill=tint or PAPER, outline=outline or SOFT, width=px(1) if outline else 1)
        pen.text((px(x + 16), px(y)), text, fill=SOFT, font=font(TEXT_SIZE))
        x += room + 10
    return block.crop((0, 0, block.width, px(y + LINE_HEIGHT)))


def draw(picture: Picture) -> Image.Image:
    """All panels under each other, the notes beside or below them, the caption at the bottom."""
    parts: list[Image.Image] = []
    for panel in picture.panels:
        if panel.heading:
            parts.append(text_block([panel.heading], max(widest(panel), NOTE_WIDTH)))
        parts.extend(panel_images(panel))
    pages = stack(parts, GAP)
    wide = pages.width / SCALE
    if picture.notes and wide + GAP * 2 + NOTE_WIDTH <= WIDEST:
        notes = text_block(picture.notes, NOTE_WIDTH)
        pages = beside(pages, notes)
    elif picture.notes:
        pages = stack([pages, text_block(picture.notes, wide)], GAP)
    caption = [text_block(picture.caption, max(pages.width / SCALE, NOTE_WIDTH))] if picture.caption else []
    legend = [legend_block(picture.legend, max(pages.width / SCALE, NOTE_WIDTH))] if picture.legend else []
    return framed(stack([pages, *legend, *caption], GAP))


def widest(panel: Panel) -> float:
    return max((strip.box.x1 - strip.box.x0 for strip in panel.strips), default=NOTE_WIDTH)


def stack(parts: Sequence[Image.Image], gap: float) -> Image.Image:
    out = Image.new("RGB", (max(p.width for p in parts), sum(p.height for p in parts) + px(gap) * (len(parts) - 1)), PAPER)
    y = 0
    for part in parts:
        out.paste(part, (0, y))
        y += part.height + px(gap)
    return out


def beside(left: Image.Image, right: Image.Image) -> Image.Image:
    gap = px(GAP * 2)
    out = Image.new("RGB", (left.width + gap + right.width, max(left.height, right.height)), PAPER)
    out.paste(left, (0, 0))
    out.paste(right, (left.width + gap, 0))
    return out


def framed(image: Image.Image) -> Image.Image:
    out = Image.new("RGB", (image.width + 2 * px(MARGIN), image.height + 2 * px(MARGIN)), PAPER)
    out.paste(image, (px(MARGIN), px(MARGIN)))
    return out


def panel_images(panel: Panel) -> list[Image.Image]:
    """The strips of a panel, rendered, marked and joined: a torn edge where rows between two strips of a page are left out."""
    images: list[Image.Image] = []
    with leaves(panel.pdf) as leaf:
        for number in dict.fromkeys(strip.page for strip in panel.strips):
            marks = [mark for mark in panel.marks if mark.page == number]
            images += [part(leaf(number), strip.box, marks) for strip in panel.strips if strip.page == number]
    torn = [tear(image) if one.page == two.page else image
            for image, (one, two) in zip(images, pairwise(panel.strips), strict=False)]  # fmt: skip
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
    return marked(leaf.part(seen), [mark for mark in placed if overlaps(mark.box, seen.x1 - seen.x0, seen.bottom - seen.top)])


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
    """The mark's number on a disc: in a cell's left end, which figures set to the right leave free, on the edge of a whole row, on a narrow cell's corner."""
    text = str(mark.number)
    radius = 5.5 if len(text) == 1 else 7.0
    wide = mark.box.x1 - mark.box.x0
    inside = radius + 1.5 if NARROW_MARK < wide < WIDE_MARK else 0.0
    y = mark.box.top if wide <= NARROW_MARK else min(mark.box.top + 11, (mark.box.top + mark.box.bottom) / 2)
    x, y = max(mark.box.x0 + inside, radius), max(y, radius)
    pen.ellipse([*map(px, (x - radius, y - radius, x + radius, y + radius))], fill=mark.outline or INK)
    pen.text((px(x), px(y)), text, fill=PAPER, font=font(7.5), anchor="mm")

"""Leaves: the pages of a document as they are shown: of a PDF as printed, of a sheet, Word file or web page drawn.

Both are turned so that their text reads upright. What has no printed page is drawn where its reader set it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from ..reading.containers.canvas import SIZE
from ..reading.containers.kinds import container_of, read_container
from ..reading.extract import PageTable
from ..reading.pages import Box, Page
from ..reading.pdf import open_pdf, upright_turn
from .fonts import SCALE, font, px, wrap

#: Colours of letters, paper and the lines around drawn cells; white inside a cell, and the smallest letters (points).
INK, PAPER, LINE = (25, 25, 25), (255, 255, 255), (150, 150, 150)
INSET, SMALLEST = 2.0, 5.0

Drawn = tuple[Page, tuple[PageTable, ...]]


@dataclass(frozen=True)
class Leaf:
    """A page to be shown: its clockwise quarter turns to upright, its size then (points), a part as a picture."""

    turn: int
    width: float
    height: float
    part: Callable[[Box], Image.Image]


@contextlib.contextmanager
def leaves(path: Path) -> Iterator[Callable[[int], Leaf]]:
    """What gives a page of a document by its number, while the document is open."""
    if drawn := drawn_pages(path, path.stat().st_mtime_ns):
        yield lambda number: drawn_leaf(drawn[number])
        return
    document = open_pdf(path)
    try:
        yield lambda number: printed_leaf(document[number - 1])
    finally:
        document.close()


@lru_cache(maxsize=4)
def drawn_pages(path: Path, changed: int) -> dict[int, Drawn]:
    """The pages of a sheet, Word file or web page by number, read again where the file changes; none of a PDF."""
    kind = container_of(path)
    return {} if kind == "pdf" else {page.number: (page, tables) for page, tables in read_container(path, kind)[0]}


def address_of(path: Path, number: int, box: Box) -> str:
    """Where the cell in a box stands in a workbook (表1!C9), Word file or web page; "" of a PDF."""
    page = drawn_pages(path, path.stat().st_mtime_ns).get(number)
    return next((cell.origin for table in (page[1] if page else ()) for cell in table.cells if cell.box == box), "")


def printed_leaf(page: pdfium.PdfPage) -> Leaf:
    """A page of a PDF, turned as most of its text asks."""
    textpage = page.get_textpage()
    try:
        turn = upright_turn(textpage.raw, page.get_rotation() // 90)
    finally:
        textpage.close()
    width, height = page.get_size()[:: -1 if turn % 2 else 1]

    def part(box: Box) -> Image.Image:
        crop = (box.x0, height - box.bottom, width - box.x1, box.top)
        return page.render(scale=SCALE, rotation=90 * turn, crop=crop, rev_byteorder=True).to_pil().convert("RGB")

    return Leaf(turn, width, height, part)


def drawn_leaf(drawn: Drawn) -> Leaf:
    """A page of a sheet, Word file or web page: its lines of text and its cells."""
    page, tables = drawn

    def part(box: Box) -> Image.Image:
        image = Image.new("RGB", (px(box.x1 - box.x0), px(box.bottom - box.top)), PAPER)
        pen = ImageDraw.Draw(image)
        for char in page.chars:
            pen.text((px(char.x0 - box.x0), px(char.top - box.top)), char.text, fill=INK, font=font(SIZE))
        for cell in (cell for table in tables for cell in table.cells):
            x0, top, x1, bottom = (edge - start for edge, start in zip(cell.box, (box.x0, box.top) * 2, strict=True))
            pen.rectangle([px(x0), px(top), px(x1), px(bottom)], outline=LINE)
            size, lines = fitting(cell.text, x1 - x0 - 2 * INSET, bottom - top)
            # what does not fit is cut off, as a spreadsheet cuts it off
            for number, line in enumerate(lines[: max(int((bottom - top) / (1.3 * size)), 1)]):
                pen.text((px(x0 + INSET), px(top + number * 1.3 * size)), line, fill=INK, font=font(size))
        return image

    return Leaf(0, page.width, page.height, part)


def fitting(text: str, width: float, height: float) -> tuple[float, list[str]]:
    """The largest size (points) in which a text fits into a cell, and its lines."""
    size = SIZE
    while (len(lines := wrap(text, max(width, size), size)) * 1.3 * size > height) and size > SMALLEST:
        size -= 1
    return size, lines


class Upright:
    """The upright pages of a document: their sizes, and where boxes of the page as displayed lie on them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[int, tuple[int, float, float]] = {}

    def of(self, number: int) -> tuple[int, float, float]:
        """Turn, width and height of a page."""
        if number not in self.known:
            with leaves(self.path) as leaf:
                one = leaf(number)
                self.known[number] = one.turn, one.width, one.height
        return self.known[number]

    def size(self, number: int) -> tuple[float, float]:
        return self.of(number)[1:]

    def box(self, number: int, box: Box) -> Box:
        turn, width, height = self.of(number)
        displayed = (height, width) if turn % 2 else (width, height)
        return Page(number, *displayed, (), (), -turn % 4).place(box)

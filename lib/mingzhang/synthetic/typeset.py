"""Typeset: sheets to a PDF, and on which page each cell came to stand.

Lines are broken, rows made high enough and pages filled here, with the font's own widths, so that wraps, cut rows and cut merged
cells fall where a word processor would put them. Lengths are points; y counts from the top of the (upright) page.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .layout import Printed, Sheet
from .styles import Typography

FONT = "NotoSansSC"
A4 = (595.3, 841.9)
#: A line's height in font sizes.
LEADING = 1.3
GREY = 0.85


@lru_cache(1)
def font() -> Any:
    """The CJK font that zhplot carries, registered with reportlab; raises ImportError when either is missing."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    found = find_spec("zhplot")
    if found is None or not found.origin:
        raise ImportError("synthetic documents need the font of the zhplot package")
    pdfmetrics.registerFont(TTFont(FONT, str(Path(found.origin).parent / "fonts" / "NotoSansSC-Regular.ttf")))
    return pdfmetrics.getFont(FONT)


@lru_cache(50_000)
def advance(char: str) -> float:
    """The width of a character in font sizes."""
    return font().stringWidth(char, 1000) / 1000


def text_width(text: str, size: float) -> float:
    return sum(map(advance, text)) * size


@lru_cache(100_000)
def wrap(text: str, width: float, size: float) -> tuple[str, ...]:
    """The lines of a text in a cell: Chinese breaks anywhere, a Latin word or number only where it must."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for token in tokens(paragraph):
            wide = text_width(token, size)
            if line and used + wide > width:
                lines.append(line)
                line, used = "", 0.0
            if wide <= width:
                line, used = line + token, used + wide
                continue
            for char in token:
                step = advance(char) * size
                if line and used + step > width:
                    lines.append(line)
                    line, used = "", 0.0
                line, used = line + char, used + step
        lines.append(line)
    return tuple(lines)


def tokens(text: str) -> Iterator[str]:
    """The pieces between which a line may break."""
    word = ""
    for char in text:
        if char.isascii() and not char.isspace():
            word += char
            continue
        if word:
            yield word
            word = ""
        yield char
    if word:
        yield word


# --- fragments: what of a sheet stands on one page -------------------------------------------------------------------


@dataclass(slots=True)
class Block:
    """A cell as it is placed: its box on a page and the lines in it."""

    x0: float
    top: float
    x1: float
    bottom: float
    lines: tuple[str, ...]
    align: str
    header: bool
    fiscal: bool


@dataclass(slots=True)
class Paper:
    """One page in the making."""

    blocks: list[list[Block]] = field(default_factory=list)
    texts: list[tuple[float, float, float, str, str]] = field(default_factory=list)
    image: Any = None


@dataclass(frozen=True, slots=True)
class Typeset:
    """The PDF, and for each sheet the page (1-based) of each of its cells by (row, column); pages of each sheet."""

    pdf: bytes
    cell_pages: tuple[dict[tuple[int, int], int], ...]
    sheet_pages: tuple[tuple[int, int], ...]
    scanned: tuple[int, ...] = ()


class Setter:
    """Fills pages with sheets."""

    def __init__(self, style: Typography) -> None:
        self.style = style
        width, height = A4 if style.height > 800 else (A4[0], style.height)
        self.width, self.height = (height, width) if style.landscape else (width, height)
        self.left, self.right = style.margin, self.width - style.margin
        self.top, self.bottom = style.margin, self.height - style.margin
        self.pages: list[Paper] = []
        self.y = self.bottom
        self.cell_pages: list[dict[tuple[int, int], int]] = []
        self.sheet_pages: list[tuple[int, int]] = []

    # -- pages and lines of text

    def new_page(self) -> None:
        self.pages.append(Paper())
        self.y = self.top

    def line(self, text: str, size: float, align: str = "left") -> None:
        """Print a line across the page, wrapped, and move down."""
        for part in wrap(text, self.right - self.left, size):
            x = {"left": self.left, "center": (self.left + self.right) / 2, "right": self.right}[align]
            self.pages[-1].texts.append((x, self.y + size, size, align, part))
            self.y += size * 1.5

    def pair(self, left: str, right: str, size: float) -> None:
        """Print two texts on one line, at the left and the right margin."""
        if left or right:
            for x, align, text in ((self.left, "left", left), (self.right, "right", right)):
                if text:
                    self.pages[-1].texts.append((x, self.y + size, size, align, text))
            self.y += size * 1.7

    # -- sheets

    def add(self, sheet: Sheet) -> None:
        """Typeset a sheet with its title and notes, on a new page unless the style sets tables together and it fits."""
        style = self.style
        xs = self.columns(sheet)
        heights = self.row_heights(sheet, xs)
        head = 70.0 + (20 if sheet.heading else 0)
        if not self.pages or not style.together or self.y + head + sum(heights) + 30 > self.bottom:
            self.new_page()
        else:
            self.y += 18
        self.captions(sheet, sheet.title, first=True)
        first_page = len(self.pages)
        self.cell_pages.append({})
        self.body(sheet, xs, heights)
        last_page = len(self.pages)
        self.y += 4
        for note in sheet.notes:
            if self.y + 20 > self.bottom:
                self.new_page()
            self.line(note, style.size)
        self.sheet_pages.append((first_page, last_page))

    def scan(self, sheet: Sheet) -> int:
        """Add a page that is only the picture of a sheet, as a scanned page is; its number."""
        alone = Setter(self.style)
        alone.add(sheet)
        self.new_page()
        self.pages[-1].image = picture(alone.finish("").pdf)
        self.y = self.bottom
        return len(self.pages)

    def captions(self, sheet: Sheet, title: str, first: bool) -> None:
        """What stands above a grid: section heading, form number, title, body and unit."""
        style = self.style
        if sheet.heading and first:
            self.line(sheet.heading, style.size + 3)
        if sheet.number:
            self.line(sheet.number, style.size)
        if sheet.title and not sheet.title_inside:
            self.line(title, style.size + 6, "center")
        unit = f"单位：{sheet.unit}" if sheet.unit and not sheet.unit_inside else ""
        self.pair(sheet.body, unit, style.size)

    def columns(self, sheet: Sheet) -> list[float]:
        """The column borders over the width between the margins."""
        total = sum(sheet.widths)
        xs = [self.left]
        for width in sheet.widths:
            xs.append(xs[-1] + (self.right - self.left) * width / total)
        return xs

    def lines_of(self, cell: Printed, xs: Sequence[float]) -> tuple[str, ...]:
        room = xs[cell.column + cell.column_span] - xs[cell.column] - 2 * self.style.pad
        return wrap(cell.text, round(room, 2), self.style.size) if cell.text else ()

    def row_heights(self, sheet: Sheet, xs: Sequence[float]) -> list[float]:
        """Row heights: single-row cells first, then the last row of a merged cell grows until its text fits."""
        style = self.style
        leading = style.size * LEADING
        heights = [leading + 2 * style.row_pad] * sheet.rows
        for cell in sorted(sheet.cells, key=lambda c: c.row_span):
            need = len(self.lines_of(cell, xs)) * leading + 2 * style.row_pad
            have = sum(heights[cell.row:cell.row + cell.row_span])
            if need > have:
                heights[cell.row + cell.row_span - 1] += need - have
        return heights

    def body(self, sheet: Sheet, xs: Sequence[float], heights: Sequence[float]) -> None:
        """Place the rows; begin a new page where they do not fit, repeating what the style repeats."""
        style = self.style
        leading = style.size * LEADING
        rest = [list(self.lines_of(cell, xs)) for cell in sheet.cells]
        row, above = 0, 0.0
        while row < sheet.rows:
            room = self.bottom - self.y
            end, used = row, 0.0
            while end < sheet.rows and used + heights[end] - (above if end == row else 0) <= room:
                used += heights[end] - (above if end == row else 0)
                end += 1
            cut = 0.0
            if end < sheet.rows and end > sheet.header_rows and style.breaks == "cut":
                lines = int((room - used - 2 * style.row_pad) // leading)
                total = int((heights[end] - (above if end == row else 0) - 2 * style.row_pad) // leading + 0.5)
                cut = lines * leading + 2 * style.row_pad if 0 < lines < total else 0.0
            if end == row and not cut:
                if above or room < self.bottom - self.top - 160:
                    self.next_page(sheet, xs, heights, row)
                    continue
                end, used = row + 1, heights[row] - above
            self.fragment(sheet, xs, heights, rest, (row, end), above, cut)
            row, above = end, (above if end == row else 0.0) + (cut - 2 * style.row_pad if cut else 0.0)
            if row < sheet.rows:
                self.next_page(sheet, xs, heights, row)

    def next_page(self, sheet: Sheet, xs: Sequence[float], heights: Sequence[float], row: int) -> None:
        style = self.style
        self.new_page()
        if style.continuation in ("title", "marked"):
            self.captions(sheet, sheet.title + ("（续）" if style.continuation == "marked" else ""), first=False)
        if style.continuation != "none" and row >= sheet.header_rows > 0:
            depth = sheet.header_rows
            cells = [cell for cell in sheet.cells if cell.row < depth]
            cells = [cell._replace(row_span=min(cell.row_span, depth - cell.row)) for cell in cells]
            rest = [list(self.lines_of(cell, xs)) for cell in cells]
            blocks = self.blocks(cells, xs, heights, rest, (0, depth), 0.0, 0.0, depth)
            self.pages[-1].blocks.append(blocks)
            self.y += sum(heights[:depth])

    def fragment(
        self, sheet: Sheet, xs: Sequence[float], heights: Sequence[float], rest: list[list[str]], rows: tuple[int, int],
        above: float, cut: float,
    ) -> None:  # fmt: skip
        """Put rows [first, last) on the page, the first without the part `above` that the page before has, and the part
        `cut` of the row `last`."""
        page = self.pages[-1]
        blocks = self.blocks(sheet.cells, xs, heights, rest, rows, above, cut, sheet.header_rows, self.cell_pages[-1])
        if page.blocks and self.y > self.top and abs(page.blocks[-1][0].x0 - xs[0]) < 0.01 and self.joins(page):
            page.blocks[-1].extend(blocks)
        else:
            page.blocks.append(blocks)
        first, last = rows
        self.y += sum(heights[first:last]) - above + cut

    def joins(self, page: Paper) -> bool:
        """Whether the last grid of the page ends where the next rows begin (a repeated header and its rows)."""
        return abs(max(block.bottom for block in page.blocks[-1]) - self.y) < 0.01

    def blocks(
        self, cells: Sequence[Printed], xs: Sequence[float], heights: Sequence[float], rest: list[list[str]],
        rows: tuple[int, int], above: float, cut: float, header_rows: int, pages: dict[tuple[int, int], int] | None = None,
    ) -> list[Block]:  # fmt: skip
        """The cells, or the parts of cells, in rows [first, last) and the cut part of row `last`, with the lines that fit."""
        first, last = rows
        ys = {first: self.y}
        for row in range(first, last):
            ys[row + 1] = ys[row] + heights[row] - (above if row == first else 0)
        if cut:
            ys[last + 1] = ys[last] + cut
            last += 1
        leading = self.style.size * LEADING
        out = []
        for index, cell in enumerate(cells):
            low, high = max(cell.row, first), min(cell.row + cell.row_span, last)
            if low >= high:
                continue
            top, bottom = ys[low], ys[high]
            goes_on = cell.row + cell.row_span > high or (cut and high == last)
            fit = int((bottom - top - 2 * self.style.row_pad) // leading + 0.01) if goes_on else len(rest[index])
            lines, rest[index][:] = tuple(rest[index][:fit]), rest[index][fit:]
            if pages is not None and lines:
                pages.setdefault((cell.row, cell.column), len(self.pages))
            out.append(Block(xs[cell.column], top, xs[cell.column + cell.column_span], bottom, lines, cell.align,
                             cell.row < header_rows, header_rows > 0))  # fmt: skip
        return out

    # -- drawing

    def finish(self, title: str) -> Typeset:
        """Draw every page."""
        font()
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        rl_config.useA85 = 0

        buffer = io.BytesIO()
        style = self.style
        turned = bool(style.turn) and self.width > self.height
        size = (self.height, self.width) if turned else (self.width, self.height)
        canvas = Canvas(buffer, pagesize=size, invariant=1, pageCompression=1)
        canvas.setTitle(title)
        for number, paper in enumerate(self.pages, 1):
            if turned:
                if style.turn == "rotate":
                    canvas.setPageRotation(90)
                    canvas.transform(0, 1, -1, 0, self.height, 0)
                else:
                    canvas.transform(0, 1, -1, 0, self.height, 0)
            else:
                canvas.setPageRotation(0)
            Drawing(canvas, style, self.width, self.height).page(paper, number)
            canvas.showPage()
        canvas.save()
        return Typeset(buffer.getvalue(), tuple(self.cell_pages), tuple(self.sheet_pages),
                       tuple(number for number, paper in enumerate(self.pages, 1) if paper.image is not None))


@dataclass(slots=True)
class Drawing:
    """Draws one page on a reportlab canvas."""

    canvas: Any
    style: Typography
    width: float
    height: float

    def page(self, paper: Paper, number: int) -> None:
        if paper.image is not None:
            self.canvas.drawImage(paper.image, 0, 0, self.width, self.height)
            return
        for grid in paper.blocks:
            self.grid(grid)
        text = self.canvas.beginText()
        size = 0.0
        for x, y, line_size, align, line in self.lines(paper, number):
            if line_size != size:
                size = line_size
                text.setFont(FONT, size)
            wide = text_width(line, size) if align != "left" else 0.0
            text.setTextOrigin(x - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[align], self.height - y)
            text.textOut(line)
        self.canvas.drawText(text)

    def lines(self, paper: Paper, number: int) -> Iterator[tuple[float, float, float, str, str]]:
        """Every printed line: x, baseline, size, alignment, text."""
        yield from paper.texts
        size, pad = self.style.size, self.style.pad
        leading = size * LEADING
        for grid in paper.blocks:
            for block in grid:
                y = (block.top + block.bottom - len(block.lines) * leading) / 2 + size
                x = {"left": block.x0 + pad, "center": (block.x0 + block.x1) / 2, "right": block.x1 - pad}[block.align]
                for line in block.lines:
                    yield x, y, size, block.align, line
                    y += leading
        if self.style.page_number:
            yield self.width / 2, self.height - self.style.margin / 2, 9.0, "center", self.style.page_number.format(number)

    def grid(self, grid: Sequence[Block]) -> None:
        """The rules of a grid, in the way of the style."""
        canvas, style = self.canvas, self.style
        if style.header_fill:
            canvas.setFillGray(GREY)
            for block in grid:
                if block.header:
                    canvas.rect(block.x0, self.height - block.bottom, block.x1 - block.x0, block.bottom - block.top, 0, 1)
            canvas.setFillGray(0)
        canvas.setLineWidth(style.line_width)
        canvas.setDash([2, 1.5] if style.rules == "dashed" else [])
        if style.rules == "rects":
            for block in grid:
                canvas.rect(block.x0, self.height - block.bottom, block.x1 - block.x0, block.bottom - block.top)
        edges = self.edges(grid)
        if style.rules in ("lines", "dashed"):
            edges = merge(edges)
        if style.rules == "filled":
            half = style.line_width / 2
            for x0, y0, x1, y1 in edges:
                canvas.rect(x0 - half, self.height - y1 - half, x1 - x0 + 2 * half, y1 - y0 + 2 * half, 0, 1)
        elif style.rules != "rects":
            canvas.lines([(x0, self.height - y0, x1, self.height - y1) for x0, y0, x1, y1 in edges])
        if style.double_frame:
            box = frame(grid)
            canvas.rect(box[0] - 2, self.height - box[3] - 2, box[2] - box[0] + 4, box[3] - box[1] + 4)

    def edges(self, grid: Sequence[Block]) -> list[tuple[float, float, float, float]]:
        """The borders of the cells (x0, y0, x1, y1), each once, without those that the style leaves out."""
        x0, top, x1, bottom = frame(grid)
        body = min((block.top for block in grid if not block.header), default=bottom)
        ruled = self.style.body_rules or not any(block.fiscal for block in grid)
        out = set()
        for b in grid:
            for y in (b.top, b.bottom):
                if ruled or not body < y < bottom:
                    out.add((b.x0, y, b.x1, y))
            for x in (b.x0, b.x1):
                if not self.style.open_sides or x not in (x0, x1):
                    out.add((x, b.top, x, b.bottom))
        return sorted(out)


def picture(pdf: bytes) -> Any:
    """The first page of a PDF as a grey picture that reportlab can draw."""
    import pypdfium2 as pdfium
    from reportlab.lib.utils import ImageReader

    with pdfium.PdfDocument(pdf) as document:
        return ImageReader(document[0].render(scale=1.0, grayscale=True).to_pil())


def frame(grid: Sequence[Block]) -> tuple[float, float, float, float]:
    return min(b.x0 for b in grid), min(b.top for b in grid), max(b.x1 for b in grid), max(b.bottom for b in grid)


def merge(edges: Sequence[tuple[float, float, float, float]]) -> list[tuple[float, float, float, float]]:
    """Borders that touch and run on as one line."""
    out: list[tuple[float, float, float, float]] = []
    for horizontal in (True, False):
        fixed, low, high = (1, 0, 2) if horizontal else (0, 1, 3)
        chosen = sorted((e for e in edges if (e[1] == e[3]) == horizontal), key=lambda e: (e[fixed], e[low]))
        for edge in chosen:
            last = out[-1] if out else None
            if last and (last[1] == last[3]) == horizontal and last[fixed] == edge[fixed] and edge[low] <= last[high] + 0.01:
                joined = list(last)
                joined[high] = max(last[high], edge[high])
                out[-1] = (joined[0], joined[1], joined[2], joined[3])
            else:
                out.append(edge)
    return out

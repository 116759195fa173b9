"""Drawing: placed cells and lines of text onto a reportlab canvas, ruled in the way of the style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .fonts import FONT, text_width
from .styles import Typography

#: A line's height in font sizes.
LEADING = 1.3
#: The fill of a header that is set off.
GREY = 0.85

#: A rule: x0, y0, x1, y1.
Edge = tuple[float, float, float, float]


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
            yield self.width / 2, self.height - self.style.margin / 2, 9.0, "center", self.style.page_number.format(
                number)

    def grid(self, grid: Sequence[Block]) -> None:
        """The rules of a grid, in the way of the style."""
        canvas, style = self.canvas, self.style
        if style.header_fill:
            canvas.setFillGray(GREY)
            for block in grid:
                if block.header:
                    canvas.rect(block.x0, self.height - block.bottom, block.x1 - block.x0, block.bottom - block.top, 0,
                        1)
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

    def edges(self, grid: Sequence[Block]) -> list[Edge]:
        """The borders of the cells (x0, y0, x1, y1), each once, without those that the style leaves out."""
        x0, _, x1, bottom = frame(grid)
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


def frame(grid: Sequence[Block]) -> Edge:
    return min(b.x0 for b in grid), min(b.top for b in grid), max(b.x1 for b in grid), max(b.bottom for b in grid)


def merge(edges: Sequence[Edge]) -> list[Edge]:
    """Borders that touch and run on as one line."""
    out: list[Edge] = []
    for horizontal in (True, False):
        fixed, low, high = (1, 0, 2) if horizontal else (0, 1, 3)
        chosen = sorted((e for e in edges if (e[1] == e[3]) == horizontal), key=lambda e: (e[fixed], e[low]))
        for edge in chosen:
            last = out[-1] if out else None
            if (last and (last[1] == last[3]) == horizontal and last[fixed] == edge[fixed]
                    and edge[low] <= last[high] + 0.01):
                joined = list(last)
                joined[high] = max(last[high], edge[high])
                out[-1] = (joined[0], joined[1], joined[2], joined[3])
            else:
                out.append(edge)
    return out

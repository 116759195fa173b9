"""Typeset: sheets to a PDF, and on which page each cell came to stand.

Lines are broken, rows made high enough and pages filled here, with the font's own widths, so that wraps, cut rows and
cut merged cells fall where a word processor would put them. Lengths are points; y counts from the top of the (upright)
page.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from .drawing import LEADING, Block, Drawing, Paper, picture
from .fonts import font, wrap
from .layout import Printed, Sheet
from .styles import Typography

A4 = (595.3, 841.9)


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
        row, above, rows = 0, 0.0, sheet.rows
        while row < rows:
            room = self.bottom - self.y
            end, used = row, 0.0
            while end < rows and used + heights[end] - (above if end == row else 0) <= room:
                used += heights[end] - (above if end == row else 0)
                end += 1
            cut = 0.0
            if end < rows and end > sheet.header_rows and style.breaks == "cut":
                lines = int((room - used - 2 * style.row_pad) / leading)
                total = int((heights[end] - (above if end == row else 0) - 2 * style.row_pad) / leading + 0.5)
                cut = lines * leading + 2 * style.row_pad if 0 < lines < total else 0.0
            if end == row and not cut:
                if above or room < self.bottom - self.top - 160:
                    self.next_page(sheet, xs, heights, row)
                    continue
                end, used = row + 1, heights[row] - above
            self.fragment(sheet, xs, heights, rest, (row, end), above, cut)
            row, above = end, (above if end == row else 0.0) + (cut - 2 * style.row_pad if cut else 0.0)
            if row < rows:
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
    ) -> None:
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
        rows: tuple[int, int], above: float, cut: float, header_rows: int, pages: dict[tuple[int, int], int]
        | None = None,
    ) -> list[Block]:
        """The cells, or the parts of cells, in rows [first, last) and the cut part of row `last`, with the lines that
        fit."""
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
            fit = int((bottom - top - 2 * self.style.row_pad) / leading + 0.01) if goes_on else len(rest[index])
            lines, rest[index][:] = tuple(rest[index][:fit]), rest[index][fit:]
            if pages is not None and lines:
                pages.setdefault((cell.row, cell.column), len(self.pages))
            out.append(Block(xs[cell.column], top, xs[cell.column + cell.column_span], bottom, lines, cell.align,
                             cell.row < header_rows, header_rows > 0))
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
        # reportlab takes the size of a page with /Rotate as it is displayed.
        size = (self.height, self.width) if turned and style.turn != "rotate" else (self.width, self.height)
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

"""Small PDFs, each drawn with one trap in it: ruled grids with merged cells, and text at exact places.

All coordinates are PDF points from the page's top left corner, as in `mingzhang.reading.pages`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

#: In a row of texts: this place is covered by the cell to its left, or by the one above it.
LEFT, UP = "<", "^"

#: A4, landscape.
WIDTH, HEIGHT = 842.0, 595.0
X, SIZE = 60.0, 9.0

Rows = Sequence[Sequence[str]]


@cache
def font(tall: bool = False) -> str:
    """The name of a registered CJK font (the one that the charts use).

    A `tall` one declares lines 2.85 times as tall as its glyphs, as the Noto fonts do that office programs embed.
    """
    spec = find_spec("zhplot")
    assert spec is not None
    assert spec.origin is not None
    (file,) = Path(spec.origin).parent.rglob("NotoSansSC-Regular.ttf")
    made = TTFont("NotoTall" if tall else "Noto", file)
    if tall:
        # another face name, else reportlab takes the two for one font
        made.face.name += b"-Tall"
        made.face.ascent, made.face.descent = 1807, -1046
    pdfmetrics.registerFont(made)
    return made.fontName


class Sheet:
    """A PDF that is being drawn, page after page.

    What is drawn always stands upright on a page of `WIDTH` by `HEIGHT`; `turn` turns it clockwise by that angle, page and all,
    and `rotation` sets /Rotate, by which a viewer turns the page once more. `bold` draws every glyph twice, so far apart. `filled`
    draws the rules as thin rectangles. `tall` takes the font whose lines are declared far too tall. `encrypt` is a password.
    """

    width, height = WIDTH, HEIGHT

    def __init__(
        self, bold: float = 0.0, filled: bool = False, tall: bool = False, turn: int = 0, rotation: int = 0,
        encrypt: str | None = None,
    ) -> None:
        self.bold, self.filled, self.font = bold, filled, font(tall)
        self._turn, self._rotation = turn, rotation
        self._out = io.BytesIO()
        # reportlab takes the size as displayed and swaps it by /Rotate
        size = (WIDTH, HEIGHT) if (turn + rotation) % 180 == 0 else (HEIGHT, WIDTH)
        self.canvas = Canvas(self._out, pagesize=size, invariant=1, encrypt=encrypt)
        self._start()

    def _start(self) -> None:
        self.canvas.setPageRotation(self._rotation)
        self.canvas.translate(*{0: (0, 0), 90: (0, WIDTH), 180: (WIDTH, HEIGHT), 270: (HEIGHT, 0)}[self._turn])
        self.canvas.rotate(-self._turn)
        self.canvas.setLineWidth(0.5)

    def next_page(self) -> Sheet:
        self.canvas.showPage()
        self._start()
        return self

    def bytes(self) -> bytes:
        self.canvas.save()
        return self._out.getvalue()

    def save(self, path: Path) -> Path:
        path.write_bytes(self.bytes())
        return path

    # --- text and rules

    def text(self, x: float, baseline: float, words: str, size: float = SIZE, align: str = "left") -> Sheet:
        """Draw a text in one run; `x` is its left end, its middle or its right end."""
        draw = {"left": "drawString", "middle": "drawCentredString", "right": "drawRightString"}[align]
        self.canvas.setFont(self.font, size)
        for shift in (0.0, self.bold) if self.bold else (0.0,):
            getattr(self.canvas, draw)(x + shift, self.height - baseline, words)
        return self

    def title(self, words: str, top: float = 40.0, unit: str = "单位：万元") -> Sheet:
        """A title in the middle of the page, and under it at the right the unit, 28 points of height in all."""
        self.text(self.width / 2, top + 10, words, 14, "middle")
        return self.text(self.width - X, top + 25, unit, align="right") if unit else self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Sheet:
        if self.filled:
            thick = 0.6
            self.canvas.rect(
                min(x0, x1) - thick / 2, self.height - max(y0, y1) - thick / 2,
                abs(x1 - x0) + thick, abs(y1 - y0) + thick, stroke=0, fill=1,
            )
        else:
            self.canvas.line(x0, self.height - y0, x1, self.height - y1)
        return self

    def picture(self, top: float = 70.0, side: float = 200.0) -> Sheet:
        """A grey picture, as a scanned page holds one."""
        from PIL import Image

        image = ImageReader(Image.new("L", (8, 8), 128))
        self.canvas.drawImage(image, X, self.height - top - side, side, side)
        return self

    # --- tables

    def pictured_table(self, rows: Rows, widths: Sequence[float], top: float = 70.0, height: float = 20.0) -> None:
        """A table whose rules are part of a picture that lies under the page; its texts are text."""
        from PIL import Image, ImageDraw

        image = Image.new("L", (int(3 * WIDTH), int(3 * HEIGHT)), 255)
        pen = ImageDraw.Draw(image)
        xs = [X, *(X + w for w in accumulate(widths))]
        ys = [top + height * n for n in range(len(rows) + 1)]
        for y in ys:
            pen.line([3 * xs[0], 3 * y, 3 * xs[-1], 3 * y], fill=0, width=3)
        for x in xs:
            pen.line([3 * x, 3 * ys[0], 3 * x, 3 * ys[-1]], fill=0, width=3)
        self.canvas.drawImage(ImageReader(image), 0, 0, WIDTH, HEIGHT)
        self.table(rows, widths, top, height, ruled=lambda *_: False)

    def table(
        self, rows: Rows, widths: Sequence[float], top: float = 70.0, heights: float | Sequence[float] = 20.0,
        x: float = X, size: float = SIZE, ruled: Callable[[str, int, int], bool] | None = None, leading: float = 10.0,
        texts: bool = True,
    ) -> float:
        """Draw a ruled grid with its texts; return its lower border.

        A text may hold newlines, where it wraps; `LEFT` and `UP` mark places that a merged cell covers. `ruled(side, row,
        column)` says whether the rule on the "top", "bottom", "left" or "right" of a grid place is drawn (all are, if not given).
        """
        assert all(len(row) == len(widths) for row in rows), "a row is not as long as the grid is wide"
        tall = [heights] * len(rows) if isinstance(heights, int | float) else list(heights)
        xs = [x, *(x + w for w in accumulate(widths))]
        ys = [top, *(top + h for h in accumulate(tall))]
        for r, row in enumerate(rows):
            for c, words in enumerate(row):
                below = r + 1 < len(rows) and rows[r + 1][c] == UP
                beside = c + 1 < len(row) and row[c + 1] == LEFT
                sides = {
                    "top": (r == 0, xs[c], ys[r], xs[c + 1], ys[r]),
                    "left": (c == 0, xs[c], ys[r], xs[c], ys[r + 1]),
                    "bottom": (not below, xs[c], ys[r + 1], xs[c + 1], ys[r + 1]),
                    "right": (not beside and not inside_block(rows, r, c), xs[c + 1], ys[r], xs[c + 1], ys[r + 1]),
                }
                for side, (wanted, *ends) in sides.items():
                    if wanted and (ruled is None or ruled(side, r, c)):
                        self.rule(*ends)
                if texts and words not in (LEFT, UP, ""):
                    low, right = extent(rows, r, c)
                    self.cell(words, (xs[c], ys[r], xs[right], ys[low]), size, leading)
        return ys[-1]

    def cell(self, words: str, box: tuple[float, float, float, float], size: float = SIZE, leading: float = 10.0) -> None:
        """Draw a cell's lines in the middle of its box."""
        x0, top, x1, bottom = box
        lines = words.split("\n")
        first = (top + bottom - leading * (len(lines) - 1)) / 2 + 0.37 * size
        for number, line in enumerate(lines):
            self.text((x0 + x1) / 2, first + number * leading, line, size, "middle")


def extent(rows: Rows, row: int, column: int) -> tuple[int, int]:
    """One past the last row and column of the merged cell that begins at a grid place."""
    right = column + 1
    while right < len(rows[row]) and rows[row][right] == LEFT:
        right += 1
    low = row + 1
    while low < len(rows) and rows[low][column] == UP:
        low += 1
    return low, right


def inside_block(rows: Rows, row: int, column: int) -> bool:
    """Whether the place to the right belongs to the same cell, merged over rows and columns (`UP` over `LEFT`)."""
    top = row
    while rows[top][column] == UP:
        top -= 1
    return top != row and column + 1 < len(rows[row]) and rows[row][column + 1] == UP and rows[top][column + 1] == LEFT


def facts(document: object) -> set[tuple[str, ...]]:
    """The amounts of a read document as (code, name, header path, amount in 万元) texts, for comparing."""
    frame = document.amounts  # type: ignore[attr-defined]
    assert not frame.duplicated(["amount_id"]).any()
    return {
        (row.code, row.name, row.column, format(row.amount, "f"))
        for row in frame[["code", "name", "column", "amount"]].itertuples(index=False, name="Fact")
    }


def cells(document: object, table: int = 0) -> dict[tuple[int, int], str]:
    """The texts of a table's grid places that begin a cell, wraps kept."""
    grid = document.tables[table].grid  # type: ignore[attr-defined]
    return {(cell.row, cell.column): cell.text for cell in grid.cells}


def table_texts(document: object, table: int = 0) -> list[list[str]]:
    """A table as rows of texts, a merged cell's text in its first place."""
    return document.tables[table].df.to_numpy().tolist()  # type: ignore[attr-defined]


def flat(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Rows as they are drawn, as they ought to be read: merged places empty, wraps removed."""
    return [["" if words in (LEFT, UP) else words.replace("\n", "") for words in row] for row in rows]

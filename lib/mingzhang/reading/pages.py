"""Pages: what a page is once it has been read. Its characters and ruling lines as plain data, and its text as lines.

All coordinates are PDF points from the top left corner of the page. Nothing here decides what is a table;
`Page.is_ruled` only says where it is worth asking Camelot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

#: Characters whose baselines differ by no more than this (points) from one to the next stand on one line.
SAME_LINE = 2.0
#: A gap wider than this share of the character height separates two runs of one line.
RUN_GAP = 1.2
#: A page is garbled if more than this share, and so many, of its different characters are none that is printed here.
GARBLED, MIN_GARBLED = 0.2, 5
#: Fewer rules than this cannot enclose two cells: one between them, with the lines above and below.
MIN_RULES = 3


class Char(NamedTuple):
    """One printed character: its glyph's box and the baseline on which it stands."""

    text: str
    baseline: float
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def x(self) -> float:
        """The middle of the glyph, by which it is placed into a column."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """The middle of the glyph, by which it is placed into a row."""
        return (self.top + self.bottom) / 2


class Rule(NamedTuple):
    """One straight ruling line, horizontal (y0 == y1) or vertical (x0 == x1)."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        return self.y0 == self.y1


class Box(NamedTuple):
    """A rectangle in PDF points from the page's top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Line:
    """Characters that stand on one baseline without a wide gap between them."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Guess:
    """A text recognised in a picture: box on the displayed page, its weakest character's score, other readings and
    costs."""

    text: str
    box: Box
    score: float
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Page:
    """The content of one page, turned so that its text reads upright.

    `turn` is the clockwise quarter turns that made it upright; `place` takes a box back to the page as displayed.
    `pictures` are the boxes of the pictures on it, `guesses` what was recognised in them; `back` is the projection
    (nine numbers, row by row) that takes a straightened page back to the page as displayed.
    """

    number: int
    width: float
    height: float
    chars: Sequence[Char]
    rules: Sequence[Rule]
    turn: int = 0
    truncated: bool = False
    has_content: bool = True
    pictures: Sequence[Box] = ()
    guesses: Sequence[Guess] = ()
    back: tuple[float, ...] = ()

    @property
    def is_ruled(self) -> bool:
        """Whether there are enough lines in both directions to enclose a table."""
        horizontal = sum(rule.horizontal for rule in self.rules)
        return horizontal >= 2 and horizontal < len(self.rules) and len(self.rules) >= MIN_RULES

    @property
    def is_garbled(self) -> bool:
        """Whether the text is not what is printed: a font that does not tell which characters its glyphs are."""
        different = {char.text for char in self.chars}
        strange = sum(map(is_strange, different))
        return strange >= MIN_GARBLED and strange > GARBLED * len(different)

    @cached_property
    def lines(self) -> list[Line]:
        """The page's text as lines, top to bottom, left to right; wide gaps split a line into runs."""
        return [Line(join_chars(run), bounds(run)) for row in rows_of(self.chars) for run in split_runs(row)]

    @cached_property
    def text(self) -> str:
        """The page's text, a newline after each printed row."""
        return "\n".join(join_chars(row) for row in rows_of(self.chars))

    def place(self, box: Box) -> Box:
        """Take a box from the upright page to the page as displayed."""
        if self.back:
            return projected(self.back, box)
        x0, top, x1, bottom = box
        width, height = self.width, self.height
        match self.turn % 4:
            case 1:
                return Box(top, width - x1, bottom, width - x0)
            case 2:
                return Box(width - x1, height - bottom, width - x0, height - top)
            case 3:
                return Box(height - bottom, x0, height - top, x1)
        return box


def projected(matrix: Sequence[float], box: Box) -> Box:
    """The box around a box after a projection."""
    a, b, c, d, e, f, g, h, i = matrix
    corners = [(x, y, g * x + h * y + i) for x in (box.x0, box.x1) for y in (box.top, box.bottom)]
    xs = [(a * x + b * y + c) / scale for x, y, scale in corners]
    ys = [(d * x + e * y + f) / scale for x, y, scale in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def is_strange(text: str) -> bool:
    """Whether a character is a marked Latin letter, of private use or a replacement: what glyph numbers are taken
    for."""
    return ("\x80" <= text <= "\u024f" and text not in "·×÷±°§²³") or "\ue000" <= text <= "\uf8ff" or text >= "\ufff0"


def looks_tabular(page: Page) -> bool:
    """Whether figures stand in columns: several printed rows with two or more separate numbers each."""
    rows: dict[int, int] = {}
    for line in page.lines:
        if _FIGURE.fullmatch(line.text):
            rows[round(line.box.bottom)] = rows.get(round(line.box.bottom), 0) + 1
    return sum(count >= 2 for count in rows.values()) >= 4


_FIGURE = re.compile(r"[\d,]+\.\d{2}")


def bounds(chars: Sequence[Char]) -> Box:
    """The smallest box around the characters."""
    return Box(min(c.x0 for c in chars), min(c.top for c in chars), max(c.x1 for c in chars),
               max(c.bottom for c in chars))


def rows_of(chars: Sequence[Char]) -> list[list[Char]]:
    """Group characters into printed rows by the height at which they stand, each row from left to right."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: c.baseline):
        if rows and char.baseline - rows[-1][-1].baseline <= SAME_LINE:
            rows[-1].append(char)
        else:
            rows.append([char])
    for row in rows:
        row.sort(key=lambda c: c.x0)
    return rows


def lines_of(chars: Sequence[Char]) -> list[list[Char]]:
    """The lines of one cell, `chars` in the order in which they are drawn: printed rows, or the lines of text that runs
    upwards (the first at the left) or downwards (the first at the right).
    """
    lines: list[list[Char]] = []
    up, down = 0, 0
    for char in chars:
        before = lines[-1][-1] if lines else None
        if before and min(before.x1, char.x1) > max(before.x0, char.x0) and before.baseline != char.baseline:
            lines[-1].append(char)
            up, down = up + (char.baseline < before.baseline), down + (char.baseline > before.baseline)
        else:
            lines.append([char])
    back = [(one[-1].baseline - two[0].baseline) * (1 if down > up else -1) for one, two in pairwise(lines)]
    turned = (up > down or len(lines) > 1) and all(way > SAME_LINE for way in back)
    if not turned or 2 * (up + down) < len(chars):
        return rows_of(chars)
    return sorted(lines, key=lambda line: line[0].x0, reverse=down > up)


def split_runs(row: Sequence[Char]) -> Iterator[list[Char]]:
    """Split a row of characters where the gap is wider than a character."""
    run: list[Char] = []
    for char in row:
        if run:
            size = max(char.bottom - char.top, char.x1 - char.x0, run[-1].x1 - run[-1].x0, 4.0)
            if char.x0 - run[-1].x1 > RUN_GAP * size:
                yield run
                run = []
        run.append(char)
    if run:
        yield run


def join_chars(row: Sequence[Char]) -> str:
    """The text of a row of characters; a space where two Latin words stand apart, none beside Chinese."""
    out: list[str] = []
    before: Char | None = None
    for char in row:
        if before is not None and before.text.isascii() and char.text.isascii():
            size = max(char.bottom - char.top, before.bottom - before.top, 4.0)
            if char.x0 - before.x1 > 0.25 * size and before.text.isalpha() and char.text.isalpha():
                out.append(" ")
        out.append(char.text)
        before = char
    return "".join(out)

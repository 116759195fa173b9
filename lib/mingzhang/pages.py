"""Pages: one cheap pass through pdfium that reads what every later step needs of a page.

A page becomes plain data: its characters with their origins and its ruling lines, both in PDF points from the top left
corner of the page as it is displayed. Nothing here decides what is a table; `Page.is_ruled` only says where it is worth
asking Camelot.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from .errors import UnreadableDocument

#: Characters whose baselines differ by no more than this (points) from one to the next stand on one line.
SAME_LINE = 2.0
#: A gap wider than this share of the character height separates two runs of one line.
RUN_GAP = 1.2
#: Filled shapes no thicker than this (points) are drawn rules; the same value that Camelot uses.
THIN = 1.5
#: A line counts as horizontal or vertical when it strays less than this (points).
STRAIGHT = 1.0
#: Fewer rules than this cannot enclose two cells: one between them, with the lines above and below.
MIN_RULES = 3
#: Bounds against hostile files: objects, characters and nesting beyond these are not read (a problem is recorded).
MAX_OBJECTS = 200_000
MAX_CHARS = 200_000
MAX_NESTING = 8
#: Bytes at a file's beginning and end that are looked at to say why it cannot be opened.
PEEKED = 1_000_000


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


@dataclass(frozen=True)
class Page:
    """The content of one page, turned so that its text reads upright.

    `turn` is the clockwise quarter turns that made it upright; `place` takes a box back to the page as displayed.
    """

    number: int
    width: float
    height: float
    chars: Sequence[Char]
    rules: Sequence[Rule]
    turn: int = 0
    truncated: bool = False
    has_content: bool = True

    @property
    def is_ruled(self) -> bool:
        """Whether there are enough lines in both directions to enclose a table."""
        horizontal = sum(rule.horizontal for rule in self.rules)
        return horizontal >= 2 and horizontal < len(self.rules) and len(self.rules) >= MIN_RULES

    @cached_property
    def lines(self) -> list[Line]:
        """The page's text as lines, top to bottom, left to right; wide gaps split a line into runs."""
        return [
            Line(join_chars(run), bounds(run)) for row in rows_of(self.chars) for run in split_runs(row)
        ]

    @cached_property
    def text(self) -> str:
        """The page's text, a newline after each printed row."""
        return "\n".join(join_chars(row) for row in rows_of(self.chars))

    def place(self, box: Box) -> Box:
        """Take a box from the upright page to the page as displayed."""
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
    return Box(
        min(c.x0 for c in chars), min(c.top for c in chars), max(c.x1 for c in chars), max(c.bottom for c in chars)
    )


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


# --- reading through pdfium ------------------------------------------------------------------------------------------

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def compose(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that applies `first`, then `then` (PDF row-vector convention)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def view_matrix(box: tuple[float, float, float, float], turns: int) -> tuple[Matrix, float, float]:
    """From PDF user space to points from the top left corner after `turns` clockwise quarter turns; width, height."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    match turns % 4:
        case 1:
            return (0.0, 1.0, 1.0, 0.0, -bottom, -left), high, wide
        case 2:
            return (-1.0, 0.0, 0.0, 1.0, right, -bottom), wide, high
        case 3:
            return (0.0, -1.0, -1.0, 0.0, top, right), high, wide
    return (1.0, 0.0, 0.0, -1.0, -left, top), wide, high


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """Open a PDF; raise `UnreadableDocument` with a plain reason when pdfium cannot."""
    try:
        with path.open("rb") as handle:
            head = handle.read(1024)
    except OSError as error:
        raise UnreadableDocument(f"cannot be read ({error.strerror or error})") from error
    if not head:
        raise UnreadableDocument("the file is empty")
    if b"%PDF-" not in head:
        raise UnreadableDocument("not a PDF (no %PDF- header)")
    try:
        document = pdfium.PdfDocument(path)
        count = len(document)
    except pdfium.PdfiumError as error:
        raise UnreadableDocument(why_closed(path)) from error
    if not count:
        raise UnreadableDocument("the document has no pages")
    return document


def why_closed(path: Path) -> str:
    """Why pdfium cannot open a file, read off the file itself: pdfium's last error may be that of the file before."""
    body = head_of(path) + b"\n" + tail(path)
    if re.search(rb"/Type\s*/Pages\b[^>]*/Count\s+0\b|/Count\s+0\b[^>]*/Type\s*/Pages\b", body):
        return "the document has no pages"
    if b"/Encrypt" in body:
        return "encrypted: a password is needed to open it"
    return "damaged or truncated: pdfium cannot open it"


def head_of(path: Path) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as handle:
        return handle.read(PEEKED)


def tail(path: Path) -> bytes:
    """The last bytes of a file, where a PDF keeps its trailer."""
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - PEEKED))
        return handle.read()


def read_page(document: pdfium.PdfDocument, number: int) -> Page:
    """Read page `number` (1-based): characters and rules, upright. Raises `UnreadableDocument` if pdfium cannot."""
    try:
        page = document[number - 1]
    except (pdfium.PdfiumError, IndexError) as error:
        raise UnreadableDocument("pdfium cannot load the page") from error
    box = page.get_bbox()
    if not all(math.isfinite(v) and abs(v) < 1e6 for v in box) or box[2] <= box[0] or box[3] <= box[1]:
        raise UnreadableDocument(f"the page box {box} is not usable")
    rotation = page.get_rotation() // 90
    textpage = page.get_textpage()
    try:
        turn = upright_turn(textpage.raw, rotation)
        matrix, width, height = view_matrix(box, rotation + turn)
        chars, more_chars = read_chars(textpage.raw, matrix)
        rules, more_rules = read_rules(page.raw, matrix)
        has_content = draws(page.raw)
    finally:
        textpage.close()
        page.close()
    return Page(number, width, height, chars, rules, turn, more_chars or more_rules, has_content)


def draws(page: raw.FPDF_PAGE) -> bool:
    """Whether a page shows a picture or a form, so that it is not simply blank when it has no text."""
    kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_SHADING)
    count = min(raw.FPDFPage_CountObjects(page), 2_000)
    return any(raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, index)) in kinds for index in range(count))


def upright_turn(textpage: raw.FPDF_TEXTPAGE, rotation: int) -> int:
    """Quarter turns still needed, after the page's own rotation, for most of its text to read upright."""
    count = min(raw.FPDFText_CountChars(textpage), 400)
    votes = [0, 0, 0, 0]
    for index in range(0, count, 4):
        if raw.FPDFText_GetUnicode(textpage, index) > 32:
            angle = raw.FPDFText_GetCharAngle(textpage, index)
            votes[round(angle / (math.pi / 2)) % 4] += 1
    # pdfium counts the angle clockwise, as it counts a page's rotation
    if not any(votes):
        return 0
    return (-votes.index(max(votes)) - rotation) % 4


def read_chars(textpage: raw.FPDF_TEXTPAGE, matrix: Matrix) -> tuple[list[Char], bool]:
    """The visible characters of a text page, and whether there were more than `MAX_CHARS`."""
    a, b, c, d, e, f = matrix
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = [ctypes.byref(v) for v in (left, right, bottom, top)]
    origin_x, origin_y = ctypes.c_double(), ctypes.c_double()
    at_x, at_y = ctypes.byref(origin_x), ctypes.byref(origin_y)
    unicode_of, box_of, origin_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetCharBox, raw.FPDFText_GetCharOrigin
    count = raw.FPDFText_CountChars(textpage)
    chars: list[Char] = []
    for index in range(min(count, MAX_CHARS)):
        code = unicode_of(textpage, index)
        if code <= 32 or code in SKIPPED:
            continue
        if not box_of(textpage, index, *box) or not origin_of(textpage, index, at_x, at_y):
            continue
        w, r, u, v = left.value, right.value, bottom.value, top.value
        p, q = a * w + c * u + e, b * w + d * u + f
        s, t = a * r + c * v + e, b * r + d * v + f
        x0, x1 = (p, s) if p <= s else (s, p)
        y0, y1 = (q, t) if q <= t else (t, q)
        chars.append(Char(printed(code), b * origin_x.value + d * origin_y.value + f, x0, y0, x1, y1))
    return chars, count > MAX_CHARS


#: Characters that print nothing: blanks other than the space, the soft hyphen, control characters, marks that turn the direction of
#: writing (text must not read otherwise than it is printed), the byte order mark, tags, and what pdfium puts where it has no text.
SKIPPED = frozenset([*range(0x7F, 0xA1), 0xAD, 0x61C, 0x1680, 0x180E, *range(0x2000, 0x2010), *range(0x2028, 0x2030),
                     *range(0x205F, 0x2070), 0x3000, 0xFEFF, *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF,
                     *range(0xE0000, 0xE0080)])  # fmt: skip


def printed(code: int) -> str:
    """The character for a code point; radicals and compatibility ideographs become the character they look like."""
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
        import unicodedata

        return unicodedata.normalize("NFKC", chr(code))
    return chr(code) if code < 0xD800 or 0xDFFF < code <= sys.maxunicode else "\N{REPLACEMENT CHARACTER}"


def read_rules(page: raw.FPDF_PAGE, matrix: Matrix) -> tuple[list[Rule], bool]:
    """The straight horizontal and vertical strokes and thin filled shapes of a page; whether some were left out."""
    budget = [MAX_OBJECTS]
    rules: list[Rule] = []
    for index in range(raw.FPDFPage_CountObjects(page)):
        collect_rules(raw.FPDFPage_GetObject(page, index), matrix, rules, budget, 0)
        if budget[0] <= 0:
            break
    return rules, budget[0] <= 0


def object_matrix(item: raw.FPDF_PAGEOBJECT) -> Matrix:
    m = raw.FS_MATRIX()
    return (m.a, m.b, m.c, m.d, m.e, m.f) if raw.FPDFPageObj_GetMatrix(item, m) else IDENTITY


def collect_rules(
    item: raw.FPDF_PAGEOBJECT, matrix: Matrix, rules: list[Rule], budget: list[int], depth: int
) -> None:
    """Append the rules that a page object draws; descend into form objects."""
    budget[0] -= 1
    if budget[0] <= 0:
        return
    kind = raw.FPDFPageObj_GetType(item)
    if kind == raw.FPDF_PAGEOBJ_PATH:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        if fill.value or stroke.value:
            full = compose(object_matrix(item), matrix)
            for outline in outlines(item, full, budget):
                rules.extend(strokes(outline) if stroke.value else filled(outline))
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_NESTING:
        full = compose(object_matrix(item), matrix)
        for index in range(raw.FPDFFormObj_CountObjects(item)):
            collect_rules(raw.FPDFFormObj_GetObject(item, index), full, rules, budget, depth + 1)
            if budget[0] <= 0:
                return


def outlines(item: raw.FPDF_PAGEOBJECT, matrix: Matrix, budget: list[int]) -> Iterator[list[tuple[float, float]]]:
    """The subpaths of a path as points on the page; a curve ends its subpath, since no rule is curved."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    px, py = ctypes.byref(x), ctypes.byref(y)
    points: list[tuple[float, float]] = []
    curved = False
    count = raw.FPDFPath_CountSegments(item)
    for index in range(min(count, budget[0])):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1 and not curved:
                yield points
            points, curved = [], False
        elif kind == raw.FPDF_SEGMENT_BEZIERTO:
            curved = True
        raw.FPDFPathSegment_GetPoint(segment, px, py)
        points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if raw.FPDFPathSegment_GetClose(segment) and points[0] != points[-1]:
            points.append(points[0])
    budget[0] -= count
    if len(points) > 1 and not curved:
        yield points


def strokes(points: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    """The straight horizontal and vertical pieces of a stroked outline."""
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        rule = straight(x0, y0, x1, y1)
        if rule:
            yield rule


def filled(points: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    """A filled outline that is thin enough to have been drawn as a rule: its middle line."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if min(x1 - x0, y1 - y0) <= THIN < max(x1 - x0, y1 - y0):
        if x1 - x0 >= y1 - y0:
            yield Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
        else:
            yield Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)


def straight(x0: float, y0: float, x1: float, y1: float) -> Rule | None:
    """The rule between two points if it runs along an axis and stays on a page of sane size."""
    if not all(-1e5 < v < 1e5 for v in (x0, y0, x1, y1)):
        return None
    if abs(y1 - y0) <= STRAIGHT and x1 != x0:
        return Rule(min(x0, x1), y0, max(x0, x1), y0)
    if abs(x1 - x0) <= STRAIGHT and y1 != y0:
        return Rule(x0, min(y0, y1), x0, max(y0, y1))
    return None

"""PDF: one cheap pass through pdfium that reads what later steps need of a page, turned so that its text is upright."""

from __future__ import annotations

import ctypes
import math
import re
import sys
import unicodedata
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ..errors import UnreadableDocument
from .ink import Ground, seen_chars
from .pages import Box, Char, Page
from .ruling import Matrix, read_rules

#: Bound against hostile files: characters beyond these are not read (a problem is recorded).
MAX_CHARS = 200_000
#: Bytes at a file's beginning and end that are looked at to say why it cannot be opened.
PEEKED = 1_000_000


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
        ground = Ground(width, height)
        rules, more_rules = read_rules(page.raw, matrix, ground)
        chars, more_chars = read_chars(textpage.raw, matrix, ground)
        has_content, pictures = draws(page.raw), pictures_on(page.raw, matrix, width, height)
    finally:
        textpage.close()
        page.close()
    return Page(number, width, height, chars, rules, turn, more_chars or more_rules, has_content, pictures)


def draws(page: raw.FPDF_PAGE) -> bool:
    """Whether a page shows a picture or a form, so that it is not simply blank when it has no text."""
    kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_SHADING)
    count = min(raw.FPDFPage_CountObjects(page), 2_000)
    return any(raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, index)) in kinds for index in range(count))


def pictures_on(page: raw.FPDF_PAGE, matrix: Matrix, width: float, height: float) -> list[Box]:
    """The boxes of the pictures on a page, cut to the page."""
    boxes = []
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(min(raw.FPDFPage_CountObjects(page), 2_000)):
        item = raw.FPDFPage_GetObject(page, index)
        if (raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_IMAGE
            and raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)):
            ends = [transformed(matrix, *corner) for corner in ((left.value, bottom.value), (right.value, top.value))]
            (x0, x1), (y0, y1) = (sorted(axis) for axis in zip(*ends, strict=True))
            boxes.append(Box(max(x0, 0.0), max(y0, 0.0), min(x1, width), min(y1, height)))
    return boxes


def transformed(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """A point of PDF user space on the page."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


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


#: pdfium's function that gives the text object of a character, here as a bare address, which is quick to compare.
TEXT_OBJECT = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p,
                               ctypes.c_int)(ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value or 0)
#: A glyph whose middle stands no further than this (points) outside the clip of its text is seen.
CLIP_MARGIN = 0.5
#: Bounds against hostile files: a clip of more paths or points than this hides nothing.
CLIP_PATHS, CLIP_POINTS = 16, 1_000
#: A rectangle has no more points than this.
CORNERS = 5


class Clips:
    """Tells which characters of a text page are clipped away.

    A spreadsheet writes the whole text of a cell and clips it: what a neighbour or the page's end covers is in the file
    all the same.
    """

    def __init__(self, textpage: raw.FPDF_TEXTPAGE) -> None:
        self._textpage = textpage
        self._object = 0
        self._window: Box | None = None
        self._x, self._y = ctypes.c_float(), ctypes.c_float()
        self._at = ctypes.byref(self._x), ctypes.byref(self._y)
        self._boxes: dict[tuple[float, ...], Box] = {}

    def hide(self, index: int, x: float, y: float) -> bool:
        """Whether the character whose glyph has its middle at `x`, `y` (the page's own coordinates) is clipped away."""
        found = TEXT_OBJECT(self._textpage, index) or 0
        if found != self._object:
            self._object, self._window = found, self._window_of(found)
        window = self._window
        if window is None or (window.x0 <= x <= window.x1 and window.top <= y <= window.bottom):
            return False
        return self._in_own_bounds(x, y)

    def _window_of(self, address: int) -> Box | None:
        """The part of the page in which a text object is seen (smaller coordinates first); None if nothing clips it."""
        if not address:
            return None
        clip = raw.FPDFPageObj_GetClipPath(ctypes.cast(address, raw.FPDF_PAGEOBJECT))
        paths = raw.FPDFClipPath_CountPaths(clip)
        boxes = [box for index in range(paths) if (box := self._box_of(clip, index))] if paths <= CLIP_PATHS else []
        if not boxes:
            return None
        x0, top, x1, bottom = zip(*boxes, strict=True)
        return Box(max(x0) - CLIP_MARGIN, max(top) - CLIP_MARGIN, min(x1) + CLIP_MARGIN, min(bottom) + CLIP_MARGIN)

    def _box_of(self, clip: raw.FPDF_CLIPPATH, index: int) -> Box | None:
        """The box around one path of a clip; None for an empty path.

        Nearly all are rectangles, and one clip serves many objects: two opposite corners tell it again.
        """
        count = raw.FPDFClipPath_CountPathSegments(clip, index)
        if not 0 < count <= CLIP_POINTS:
            return None
        key = (count, *self._point(clip, index, 0), *self._point(clip, index, min(2, count - 1)))
        if count <= CORNERS and key in self._boxes:
            return self._boxes[key]
        xs, ys = zip(*(self._point(clip, index, number) for number in range(count)), strict=True)
        box = self._boxes[key] = Box(min(xs), min(ys), max(xs), max(ys))
        return box

    def _point(self, clip: raw.FPDF_CLIPPATH, index: int, number: int) -> tuple[float, float]:
        raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, index, number), *self._at)
        return self._x.value, self._y.value

    def _in_own_bounds(self, x: float, y: float) -> bool:
        """Whether a glyph is where its text object says: in a form (a drawing in the page) both have other
        coordinates."""
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not raw.FPDFPageObj_GetBounds(ctypes.cast(self._object, raw.FPDF_PAGEOBJECT), left, bottom, right, top):
            return False
        beside, under = (left.value - CLIP_MARGIN <= x <= right.value + CLIP_MARGIN,
                         bottom.value - CLIP_MARGIN <= y <= top.value + CLIP_MARGIN)
        return beside and under


def read_chars(textpage: raw.FPDF_TEXTPAGE, matrix: Matrix, ground: Ground) -> tuple[list[Char], bool]:
    """The visible characters of a text page drawn on `ground`, and whether there were more than `MAX_CHARS`."""
    a, b, c, d, e, f = matrix
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = [ctypes.byref(v) for v in (left, right, bottom, top)]
    origin_x, origin_y = ctypes.c_double(), ctypes.c_double()
    at_x, at_y = ctypes.byref(origin_x), ctypes.byref(origin_y)
    unicode_of, box_of, origin_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetCharBox, raw.FPDFText_GetCharOrigin
    count = raw.FPDFText_CountChars(textpage)
    chars: list[Char] = []
    indexes: list[int] = []
    hidden = Clips(textpage).hide
    for index in range(min(count, MAX_CHARS)):
        code = unicode_of(textpage, index)
        if code <= 32 or code in SKIPPED:
            continue
        if not box_of(textpage, index, *box) or not origin_of(textpage, index, at_x, at_y):
            continue
        w, r, u, v = left.value, right.value, bottom.value, top.value
        if hidden(index, (w + r) / 2, (u + v) / 2):
            continue
        p, q = a * w + c * u + e, b * w + d * u + f
        s, t = a * r + c * v + e, b * r + d * v + f
        x0, x1 = (p, s) if p <= s else (s, p)
        y0, y1 = (q, t) if q <= t else (t, q)
        if x1 < 0 or x0 > ground.width or y1 < 0 or y0 > ground.height:
            continue  # cropped away
        chars.append(Char(printed(code), b * origin_x.value + d * origin_y.value + f, x0, y0, x1, y1))
        indexes.append(index)
    return seen_chars(textpage, chars, indexes, ground), count > MAX_CHARS


#: Characters that print nothing: blanks other than the space, control characters, marks that turn the direction of
#: writing (text must not read otherwise than it is printed), the byte order mark, tags, and pdfium's sign for no text.
SKIPPED = frozenset([*range(0x7F, 0xA1), 0x61C, 0x1680, 0x180E, *range(0x2000, 0x2010), *range(0x2028, 0x2030),
                     *range(0x205F, 0x2070), 0x3000, 0xFEFF, *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF,
                     *range(0xE0000, 0xE0080)])


#: What fonts name the glyph of the hyphen when it is the minus of a figure: the soft hyphen (drawn, it is printed),
#: the hyphen and the one that does not break.
HYPHENS = frozenset({0xAD, 0x2010, 0x2011})


def printed(code: int) -> str:
    """The character for a code point; radicals, compatibility ideographs and hyphens become what they look like."""
    if code in HYPHENS:
        return "-"
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
        return unicodedata.normalize("NFKC", chr(code))
    return chr(code) if code < 0xD800 or 0xDFFF < code <= sys.maxunicode else "\N{REPLACEMENT CHARACTER}"

"""Narrative: the running text of a document as paragraphs, each under the headings that stand above it.

A printed row is one baseline, however wide its gaps; a paragraph is put together from its rows over line and page
breaks by the indentation of its first row, by its enumerator and by where sentences end. Page numbers, table text and
the titles that stand over tables are left out.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ..reading.pages import Box, Char, Page, join_chars, rows_of

#: A first row stands at least this many character widths to the right of the text's left edge.
INDENT = 0.85
#: A centred row stands in from both edges of the text by more than this many character widths.
INSET = 2.5
#: A row that ends this many character widths before the right edge did not have to end there.
SHORT = 5.0
#: A row that ends this many character widths before the right edge ends its paragraph, whatever stands at its end.
VERY_SHORT = 16.0
#: A title is printed at least this much larger than the body.
TITLE_SIZE = 1.1
#: A title's middle strays no further than this share of the page's width from the middle of the page.
CENTRED = 0.03
#: Points above a table within which a centred row is the table's title.
OVER_TABLE = 56.0
#: Points by which a character may stick out of a table's side and still be part of the table.
TABLE_MARGIN = 2.0
#: Characters of a row that is prose for certain, and how many such rows tell a page's margins.
PROSE, LEAST_PROSE = 15, 4
#: A page with fewer rows does not continue a table of contents.
LEAST_CONTENTS = 5
#: Longest enumerated line that can be a heading (characters).
HEADING_LENGTH = 48

#: What stands before a heading or a list item; the place in this list is its level in the path of headings.
ENUMERATORS = (
    re.compile(r"第[一二三四五六七八九十\d]{1,3}部分"),
    re.compile(r"[一二三四五六七八九十]{1,3}、"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"\d{1,2}(?:、|[.．](?!\d)|[.．](?=\d{4}年))"),
    re.compile(r"[（(]\d{1,2}[）)]"),
    re.compile(r"[①-⑳]"),
)
_PAGE_NUMBER = re.compile(r"[-—–－~·]*(?:第?\d{1,4}页?)(?:[,，]?[/／共]+\d{1,4}页?)?[-—–－~·]*")
_SENTENCE_END = "。！？；;：:"
_TABLE_TITLE = re.compile(r"表(?:[（(].*[）)])?$")
_CONTENTS = re.compile(r"…{3,}|\.{6,}|·{6,}")
#: Opening marks whose ink fills only the right half of their square.
_OPENING = "（“‘《〈【〔「『"
_WIDE = str.maketrans("０１２３４５６７８９％", "0123456789%")
_FIGURE = re.compile(r"\d[\d,.]*(?:[万亿千]?元|万|%|[辆台套个家项批分])")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text: its enumerator's level (None without one) and the headings above it.

    `starts` says from which offset of `text` on the text stands on which page.
    """

    text: str
    starts: tuple[tuple[int, int], ...]
    section: tuple[str, ...] = ()
    level: int | None = None

    def page(self, offset: int) -> int:
        """The page on which the character at an offset is printed."""
        return self.starts[bisect_right(self.starts, (offset, 1 << 30)) - 1][1]

    @property
    def body(self) -> int:
        """Where the text begins after its enumerator."""
        return 0 if self.level is None else ENUMERATORS[self.level].match(self.text).end()  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row of text: where it begins and ends, the width `em` of its characters, and what it looks like.

    `missing` is how many character widths it ends before the right edge of the text.
    """

    text: str
    page: int
    x0: float
    x1: float
    baseline: float
    em: float
    centred: bool
    title: bool
    indented: bool
    missing: float
    after_table: bool


def paragraphs(pages: Iterable[tuple[Page, Sequence[Box]]]) -> list[Paragraph]:
    """The paragraphs of a document, from its pages and the boxes of the tables on each (upright page coordinates)."""
    return list(sectioned(joined(list(text_rows(list(pages))))))


# --- rows ------------------------------------------------------------------------------------------------------------


def text_rows(pages: Sequence[tuple[Page, Sequence[Box]]]) -> Iterator[Row]:
    """The rows of running text, in reading order."""
    printed = without_contents([(page, boxes, list(plain_rows(page, boxes))) for page, boxes in pages])
    body = typical([size_of(row) for _, _, rows in printed for row in rows if len(row) > PROSE], 12.0)
    margins = {page.number: (page.width, edges_of(rows)) for page, _, rows in printed if is_prose(rows)}
    after_table = False
    for page, boxes, rows in printed:
        left, right = margins_of(page, rows, margins)
        above = -1.0
        for chars in rows:
            baseline = chars[0].baseline
            after_table = after_table or any(above < box.bottom <= baseline for box in boxes)
            em = em_of(chars)
            x0 = left_of(chars)
            text = join_chars(chars).translate(_WIDE)
            level = enumerator(text)
            middle = (x0 + chars[-1].x1) / 2
            centred = abs(middle - page.width / 2) < CENTRED * page.width and text[-1] not in _SENTENCE_END
            larger = size_of(chars) > TITLE_SIZE * body and not re.search("[，。；]", text)
            inset = centred and min(x0 - left, right - chars[-1].x1) > INSET * em
            if (level != 0 and (inset or (centred and larger))
                and (over_table(baseline, boxes) or _TABLE_TITLE.search(text))):
                after_table = True
            else:
                title = (level is None and centred and larger) or (level == 0 and inset)
                indented = x0 - left > INDENT * em
                missing = (right - chars[-1].x1) / max(em, 1.0)
                yield Row(text, page.number, x0, chars[-1].x1, baseline, em, inset, title, indented, missing,
                          after_table)
                after_table = False
            above = baseline
        after_table = after_table or any(box.bottom > above for box in boxes)


Printed = tuple[Page, Sequence[Box], list[list[Char]]]


def without_contents(printed: Sequence[Printed]) -> list[Printed]:
    """The pages without the table of contents: after 目录, or only names of parts, up to prose or a line of it
    repeated."""
    out: list[Printed] = []
    seen: set[str] = set()
    inside = False
    for page, boxes, rows in printed:
        texts = [re.sub(r"\s|\d+$", "", join_chars(row)) for row in rows]
        inside = inside and len(texts) > LEAST_CONTENTS and not any("。" in text for text in texts)
        names_parts = sum(enumerator(text) == 0 for text in texts) > 1 and not any("。" in text for text in texts)
        kept = []
        for row, text in zip(rows, texts, strict=True):
            if inside and (text in seen or "。" in text):
                inside = False
            inside = inside or text == "目录" or (names_parts and text not in seen and enumerator(text) == 0)
            if inside:
                seen.add(text)
            else:
                kept.append(row)
        out.append((page, boxes, kept))
    return out


def is_prose(rows: Sequence[Sequence[Char]]) -> bool:
    """Whether a page holds enough long rows to tell the edges of its text."""
    return sum(len(row) > PROSE for row in rows) >= LEAST_PROSE


def margins_of(page: Page, rows: Sequence[Sequence[Char]],
               margins: Mapping[int, tuple[float, tuple[float, float]]]) -> tuple[float, float]:
    """The edges of a page's text: where it holds little, those of the nearest page of its width that holds more."""
    left, right = edges_of(rows)
    like = [number for number, (width, _) in margins.items() if abs(width - page.width) < 1]
    if page.number in like or not like:
        return left, right
    usual = margins[min(like, key=lambda number: abs(number - page.number))][1]
    return min(left, usual[0]), max(right, usual[1])


def edges_of(rows: Sequence[Sequence[Char]]) -> tuple[float, float]:
    """The left and right edge of the rows of a page."""
    return min((left_of(row) for row in rows), default=0.0), max((row[-1].x1 for row in rows), default=0.0)


def plain_rows(page: Page, boxes: Sequence[Box]) -> Iterator[list[Char]]:
    """The printed rows of a page outside its tables, without the page number and what lies off the page."""
    chars = [char for char in page.chars if 0 <= char.y <= page.height and not any(holds(box, char) for box in boxes)]
    for row in rows_of(chars):
        outer = not 0.1 * page.height < row[0].baseline < 0.9 * page.height
        text = join_chars(row)
        if not (outer and _PAGE_NUMBER.fullmatch(text)) and not _CONTENTS.search(text):
            yield row


def holds(box: Box, char: Char) -> bool:
    """Whether a character stands in a table's box."""
    return (box.x0 - TABLE_MARGIN <= char.x <= box.x1 + TABLE_MARGIN and box.top <= char.y <= box.bottom)


def over_table(baseline: float, boxes: Sequence[Box]) -> bool:
    """Whether a table begins close below."""
    return any(0 < box.top - baseline < OVER_TABLE for box in boxes)


def em_of(row: Sequence[Char]) -> float:
    """The width of a character of a row: the usual step from one Chinese character to the next if not spaced out."""
    steps = [two.x - one.x for one, two in itertools.pairwise(row) if not (one.text + two.text).isascii()]
    size = size_of(row)
    return min(typical(steps, size), 1.2 * size)


def size_of(row: Sequence[Char]) -> float:
    """The height of the tallest glyph of a row."""
    return max((char.bottom - char.top for char in row), default=12.0)


def left_of(row: Sequence[Char]) -> float:
    """Where a row begins; an opening bracket begins half a character before its ink."""
    return row[0].x0 - (0.6 * em_of(row) if row[0].text in _OPENING else 0.0)


def typical(values: Sequence[float], default: float) -> float:
    """The median, or the default where there is nothing to take it of."""
    return median(values) if values else default


# --- paragraphs ------------------------------------------------------------------------------------------------------


def joined(rows: Sequence[Row]) -> Iterator[tuple[list[Row], int | None]]:
    """The rows of each paragraph, and the level of its enumerator."""
    part: list[Row] = []
    for row in rows:
        if part and begins(part, row):
            yield part, enumerator(part[0].text)
            part = []
        part.append(row)
    if part:
        yield part, enumerator(part[0].text)


def begins(part: Sequence[Row], row: Row) -> bool:
    """Whether a row begins a new paragraph after the rows of `part`."""
    last = part[-1]
    if row.title or last.title:
        near = row.page == last.page and row.baseline - last.baseline < 2.6 * last.em
        return not (last.title and near and row.centred and enumerator(row.text) is None)
    if row.after_table or row.indented or last.missing > VERY_SHORT:
        return True
    over = last.text[-1] in _SENTENCE_END or is_heading("".join(r.text for r in part))
    if enumerator(row.text) is not None:
        return over or last.missing > SHORT
    return over and last.missing > SHORT


def enumerator(text: str) -> int | None:
    """The level of the enumerator with which a text begins, None without one."""
    return next((level for level, pattern in enumerate(ENUMERATORS) if pattern.match(text)), None)


#: The end of a sentence that says that nothing changed: short and enumerated, it is a statement all the same.
_SAME = re.compile(r"(?:持平|一致|相等|相同|无增减变化|无变化)$")


def is_heading(text: str) -> bool:
    """Whether a text is a heading: enumerated, short, one phrase, and no figure in it."""
    inner = text.rstrip("。：:")
    return (
        enumerator(text) is not None
        and len(text) <= HEADING_LENGTH
        and not re.search(r"[，。；,;]", inner)
        and not text.endswith("其中：")
        and not _FIGURE.search(inner)
        and not (text.endswith("。") and _SAME.search(inner))
    )


def sectioned(parts: Iterable[tuple[list[Row], int | None]]) -> Iterator[Paragraph]:
    """The paragraphs with the path of headings above them; neither a heading nor the cover's title is a paragraph."""
    path: list[tuple[int, str]] = []
    first = 0
    for rows, level in parts:
        first = first or rows[0].page
        text = "".join(row.text for row in rows)
        if rows[0].title:
            path = [(0, text)] if rows[0].page > first or level == 0 else []
            continue
        starts = starts_of(rows)
        for at, end in run_in(text):
            part = text[at:end]
            level = enumerator(part)
            if level is not None:
                path = [(above, heading) for above, heading in path if above < level]
            if level is not None and is_heading(part):
                path.append((level, part.rstrip("。：:")))
            else:
                pages = starts_from(starts, at)
                yield Paragraph(part, pages, tuple(heading for _, heading in path), level)


#: A heading that runs into its text, "五、支出决算情况说明。2024年…", at the beginning or after another sentence.
_RUN_IN = re.compile(
    r"(?:^|(?<=。))(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])[^。，；：]{2,40}?"
    r"(?:情况|说明|概况|职[责能]|设置|构成|事项|规模|结构|变化|用途)。(?=.)"
)


def run_in(text: str) -> Iterator[tuple[int, int]]:
    """Where the headings that run into a text and what stands between them begin and end."""
    cuts = sorted({0, len(text),
                   *(at for m in _RUN_IN.finditer(text) if not _FIGURE.search(m.group()) for at in m.span())})
    return itertools.pairwise(cuts)


def starts_from(starts: Sequence[tuple[int, int]], offset: int) -> tuple[tuple[int, int], ...]:
    """From which offset on a text that begins at an offset of another stands on which page."""
    page = max((at, page) for at, page in starts if at <= offset)[1]
    return (0, page), *((at - offset, page) for at, page in starts if at > offset)


def starts_of(rows: Sequence[Row]) -> tuple[tuple[int, int], ...]:
    """From which offset of the joined rows on the text stands on which page."""
    starts: list[tuple[int, int]] = []
    offset = 0
    for row in rows:
        if not starts or starts[-1][1] != row.page:
            starts.append((offset, row.page))
        offset += len(row.text)
    return tuple(starts)

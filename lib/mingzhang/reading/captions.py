"""Captions: what is printed around a table. Its title, its notes, and the lines that are neither."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from .. import vocabulary
from ..clean import compact, line_unit, parse_number, unwrap
from .pages import Box, Line

_FURNITURE = vocabulary.patterns("captions", "furniture")
LINES = dict(vocabulary.patterns("captions", "lines"))
#: A line that stands at one height on this many pages belongs to the pages, not to a table.
LEAST_RUNNING = 3
TITLE_END, CAPTION_END, CONTINUED = LINES["title_end"], LINES["caption_end"], LINES["continued"]


def is_footer(line: Line) -> bool:
    return bool(LINES["footer"].fullmatch(compact(line.text)))


def is_furniture(text: str) -> bool:
    """Whether a line names only the form number, the filling body, the unit or the year."""
    words = compact(text)
    return any(expression.fullmatch(words) for _, expression in _FURNITURE)


def unmarked(text: str) -> str:
    """A line as it would stand on the table's first page: without a mark that the table goes on."""
    return CONTINUED.sub(lambda found: "表" if found.group().startswith("表") else "", compact(text))


def running_lines(pages: Iterable[Sequence[Line]]) -> frozenset[tuple[str, int]]:
    """The lines printed at the same height at the top or bottom of three or more pages (the body's name, the document's
    title).

    A table's title that is repeated on its pages is none, nor is what stands there for one table (unit, form number).
    """
    found: Counter[tuple[str, int]] = Counter()
    for lines in pages:
        rows = printed_rows(lines)
        found.update({running_key(line) for row in (*rows[:2], *rows[-2:]) for line in row if may_run(line.text)})
    return frozenset(key for key, pages_with in found.items() if pages_with >= LEAST_RUNNING)


def running_key(line: Line) -> tuple[str, int]:
    """A line's words without the page number beside them, and the height at which it stands."""
    return re.sub(r"^\d{1,3}|\d{1,3}$", "", compact(line.text)), round(line.box.bottom / 2)


def may_run(text: str) -> bool:
    words = compact(text)
    return len(words) > 3 and not CAPTION_END.search(words) and not is_furniture(words) and parse_number(words) is None


def printed_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines grouped by the height at which they stand, top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: (item.box.bottom, item.box.x0)):
        if rows and abs(line.box.bottom - rows[-1][-1].box.bottom) < 4 and line.box.top < rows[-1][-1].box.bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda item: item.box.x0) for row in rows]


def titles(lines: Sequence[Line]) -> list[str]:
    """The lines that read as the title of a table, wrapped titles joined."""
    out = []
    texts = title_candidates(lines)
    for index, (text, _) in enumerate(texts):
        if TITLE_END.search(compact(text)):
            out.append(joined_title(texts, index))
    return out


def caption_at_foot(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The last lines of a page that name a table printed on the next one: a title, or a short heading, with what
    belongs to it.
    """
    found: list[Line] = []
    named = False
    for row in reversed(printed_rows([line for line in lines if not is_footer(line)])):
        words = compact("".join(line.text for line in row))
        named = bool(TITLE_END.search(words) or LINES["heading"].search(words)) and not re.search(
            r"[。；;：:，,]$", words
        )
        if not named and not all(is_furniture(line.text) for line in row):
            break
        found[:0] = row
        if named:
            break
    return tuple(found) if named else ()


def title_candidates(lines: Sequence[Line]) -> list[tuple[str, Line]]:
    """The printed rows that are not furniture, as text with their first line."""
    out = []
    for row in printed_rows(lines):
        kept = [line for line in row if not is_furniture(line.text)]
        text = "".join(line.text for line in kept)
        if kept and not is_furniture(text):
            out.append((unwrap(text), kept[0]))
    return out


def joined_title(texts: Sequence[tuple[str, Line]], index: int) -> str:
    """The title that ends at `index`, with the rows above it that it wraps."""
    text, line = texts[index]
    while index:
        above, line_above = texts[index - 1]
        size, size_above = line.box.bottom - line.box.top, line_above.box.bottom - line_above.box.top
        same_size = abs(size - size_above) <= 0.25 * max(size, size_above)
        near = line.box.top - line_above.box.bottom <= 1.3 * max(size, size_above)
        if not (same_size and near) or TITLE_END.search(compact(above)) or LINES["note"].search(compact(above)):
            break
        if LINES["heading"].search(compact(text)) or re.search(r"[。；：:]$", above):
            break
        if line_above.box.x1 - line_above.box.x0 < 0.8 * (line.box.x1 - line.box.x0):
            break
        text, line, index = above + text, line_above, index - 1
    return text


def title_of(lines: Sequence[Line], box: Box) -> str:
    """The title of the table below the lines.

    It is the nearest line that ends like a title; else a line centred over the table; else the nearest heading.
    """
    found = titles(lines)
    if found:
        return plain_title(found[-1])
    texts = [(text, line) for text, line in title_candidates(lines) if not LINES["note"].search(compact(text))]
    for text, line in reversed(texts):
        centred = abs((line.box.x0 + line.box.x1) - (box.x0 + box.x1)) < 24 and line.box.x0 > box.x0 + 40
        if centred and not re.search(r"[。；;：:，,]$", text) and not LINES["heading"].search(compact(text)):
            return plain_title(text)
    for index in range(len(texts) - 1, -1, -1):
        text = texts[index][0]
        if LINES["heading"].search(compact(text)) and not re.search(r"[。；;]$", text):
            if text.count("（") > text.count("）") and index + 1 < len(texts):
                text += texts[index + 1][0]
            return plain_title(text)
    return ""


def unit_above(lines: Sequence[Line]) -> str:
    """The unit of money that the lines over a table declare, the nearest first, "" without one; a wrap may cut it
    ("单位：万", "元").
    """
    texts = [line.text for row in printed_rows(lines) for line in row]
    for index in range(len(texts) - 1, -1, -1):
        before = compact(texts[index - 1]) if index else ""
        if unit := line_unit(before + texts[index] if LINES["unit_cut"].search(before) else texts[index]):
            return unit
    return ""


def plain_title(text: str) -> str:
    """The title without the number of its section or form."""
    return LINES["title_number"].sub("", text)


def notes_of(below: Sequence[Line]) -> tuple[str, ...]:
    """The notes under a table: from the first line that starts like one, to the next heading."""
    out: list[str] = []
    for row in printed_rows(below):
        text = unwrap("".join(line.text for line in row))
        body = compact(text)
        if not out and not (LINES["note"].search(body) or LINES["empty_statement"].search(body)):
            if LINES["heading"].search(body) or (len(out) == 0 and TITLE_END.search(body)):
                break
            continue
        if out and ((LINES["heading"].search(body) and not re.match(r"\d", body)) or TITLE_END.search(body)):
            break
        out.append(text)
    return tuple(out)


def middle(line: Line) -> float:
    return (line.box.top + line.box.bottom) / 2

"""Wide: a sheet wider than its paper, whose right columns a spreadsheet prints on later pages, is one sheet again.

Such pages have the same row borders, and their sides tell: the outer ones are ruled from top to bottom, the ones where
the paper ended are open wherever a merged cell goes on. A sheet that is longer than a page too prints all pages of its
left columns first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from math import inf
from pathlib import Path
from typing import NamedTuple

from .borders import joined_pieces
from .dividing import split_rows
from .extract import Cell, PageTable, fill
from .grids import grids
from .pages import Box, Char, Page, Rule
from .stitch import LogicalTable

#: Rules no further apart than this (points) are the same.
SAME = 2.0
#: A side is closed if more than this share of it is ruled.
CLOSED = 0.8
#: A rule shorter than this share of the longest says nothing of a frame.
SHORT = 0.25
#: How far from its cell (points) a comment may stand.
LEADER = 10.0
#: Fewer row borders than this do not tell that two pages have the same rows.
FEWEST = 4
#: A sheet of more pages than this below each other is no form.
DEEPEST = 20


class Frame(NamedTuple):
    """What the rules of a page enclose, its row borders, and whether its sides are ruled from top to bottom."""

    box: Box
    ys: tuple[float, ...]
    left: bool
    right: bool

    def same_rows(self, other: Frame | None) -> bool:
        """Whether another page has the same rows in the same place: those of merged cells are among the finer ones."""
        if other is None or abs(self.box.x0 - other.box.x0) > SAME:
            return False
        few, many = sorted((self.ys, other.ys), key=len)
        return all(any(abs(one - two) <= SAME for two in many) for one in few)


class Part(NamedTuple):
    """A page of a wide sheet: where its frame stands, and how far right of that in the sheet."""

    page: Page
    box: Box
    right: float


def frame_of(page: Page) -> Frame | None:
    """The frame of a page; None for one that has no rows."""
    level = [rule for rule in page.rules if rule.horizontal]
    longest = max((rule.x1 - rule.x0 for rule in level), default=0.0)
    level = [rule for rule in level if rule.x1 - rule.x0 > SHORT * longest]
    ys: list[float] = []
    for y in sorted(rule.y0 for rule in level):
        if not ys or y - ys[-1] > SAME:
            ys.append(y)
    if len(ys) < 2:
        return None
    box = Box(min(rule.x0 for rule in level), ys[0], max(rule.x1 for rule in level), ys[-1])
    return Frame(box, tuple(ys), *(is_ruled(page, x, ys) for x in (box.x0, box.x1)))


def notes_on(page: Page) -> list[Box]:
    """The boxes of comments that a spreadsheet draws over cells: small rectangles at whose corners no other rule
    ends."""
    sides: dict[tuple[int, int], list[Rule]] = {}
    for rule in page.rules:
        if not rule.horizontal and rule.y1 - rule.y0 < page.height / 4:
            sides.setdefault((round(rule.y0), round(rule.y1)), []).append(rule)
    left = min((rule.x0 for rule in page.rules), default=0.0) + SAME  # where the table begins
    ends = [(x, y) for rule in page.rules for x, y in ((rule.x0, rule.y0), (rule.x1, rule.y1))]

    def meeting(box: Box) -> list[int]:
        return [sum(abs(x - other) < 1 and abs(y - end) < 1 for other, end in ends) for x in (box.x0, box.x1)
                for y in (box.top, box.bottom)]

    boxes = [Box(one.x0, one.y0, two.x0, one.y1) for group in sides.values() for one in group
             for two in group if left < one.x0 < two.x0]
    if not any(holds(box, char) for box in boxes for char in page.chars[-1:]):
        return []  # comments are drawn last
    return [box for box in boxes if min(found := meeting(box)) == 2 and sum(found) <= 9]  # a leader may meet a corner


def holds(box: Box, char: Char) -> bool:
    """Whether the middle of a glyph lies in a box."""
    return box.x0 <= char.x <= box.x1 and box.top <= char.y <= box.bottom


def without_notes(page: Page) -> Page:
    """A page without its comments: their boxes, leaders and glyphs, which are drawn after all others."""
    notes = notes_on(page)
    end = len(page.chars)
    while end and any(holds(box, page.chars[end - 1]) for box in notes):
        end -= 1
    if end == len(page.chars):
        return page
    rules = [rule
             for rule in page.rules
             if not any(box.x0 - LEADER <= rule.x0 and rule.x1 <= box.x1 + 1 and box.top - 1 <= rule.y0
                        and rule.y1 <= box.bottom + 1 for box in notes)]
    return replace(page, chars=page.chars[:end], rules=rules)


def is_ruled(page: Page, x: float, ys: Sequence[float]) -> bool:
    """Whether a side is ruled from top to bottom; a spreadsheet leaves out a row or two (a title, a shaded cell)."""
    upright = [rule for rule in page.rules if not rule.horizontal and abs(rule.x0 - x) <= SAME]
    drawn = (low - top for top, low in pairwise(ys) if any(rule.y0 <= (top + low) / 2 <= rule.y1 for rule in upright))
    return sum(drawn) > CLOSED * (ys[-1] - ys[0])


def sheets(pages: Sequence[Page]) -> Iterator[list[list[Part]]]:
    """The wide sheets of a document: for each its rows of pages, each page with its place in the sheet."""
    if not any(frame and frame.left and not frame.right for frame in map(frame_of, pages)):
        return
    pages = [without_notes(page) for page in pages]
    frames = [frame_of(page) for page in pages]
    at = 0
    while at < len(pages):
        deep, wide = extent(frames, at)
        if wide > 1:
            boxes = [frame.box for column in range(wide) if (frame := frames[at + deep * column])]
            right = [0.0, *accumulate(one.x1 - two.x0 for one, two in pairwise(boxes))]
            rows = [[pages[at + row + deep * column] for column in range(wide)] for row in range(deep)]
            whole = [[uncut(page, at_top=row == 0, at_end=row == deep - 1) for page in beside]
                     for row, beside in enumerate(rows)]
            yield [[Part(*one) for one in zip(beside, boxes, right, strict=True)] for beside in whole]
        at += deep * wide


def uncut(page: Page, at_top: bool, at_end: bool) -> Page:
    """A page of a sheet without the glyphs that run over its upper or lower end out of a cell that the break cuts."""
    frame = frame_of(page)
    if frame is None:
        return page
    top, low = (-inf if at_top else frame.ys[0]), (inf if at_end else frame.ys[-1])
    return replace(page, chars=[char for char in page.chars if top <= char.y <= low])


def extent(frames: Sequence[Frame | None], at: int) -> tuple[int, int]:
    """How many pages a sheet that begins with a page has one below another and side by side; (1, 1): one page."""
    first = frames[at]
    if first is None or len(first.ys) < FEWEST or not first.left or first.right:
        return 1, 1
    for deep in range(1, min(DEEPEST, len(frames) - at)):
        wide = 1
        while ((last := at + deep * wide) < len(frames) and (one := frames[last]) and first.same_rows(one)
               and not one.left):
            wide += 1
            if one.right:
                break
        rows = [(frames[at + row], [frames[at + row + deep * column] for column in range(wide)])
                for row in range(1, deep) if at + row + deep * (wide - 1) < len(frames)]
        whole = wide > 1 and len(rows) == deep - 1 and (end := frames[at + deep * (wide - 1)]) is not None and end.right
        # a page of empty cells may have no rules
        if (whole
            and all(one is not None and all(other is None or one.same_rows(other) for other in others)
                    for one, others in rows)):
            return deep, wide
    return 1, 1


def joined(parts: Sequence[Part]) -> Page:
    """Pages beside each other as one page, numbered like the first.

    A glyph on a cut is printed on both pages, but counts once; one that runs out of its cell over the end of the paper
    stays in it.
    """
    chars: list[Char] = []
    seen: set[tuple[str, int, int]] = set()
    for page, box, right in parts:
        for char in page.chars:
            over = max(box.x0 - char.x, 0.0) or min(box.x1 - char.x, 0.0)
            moved = right + (over if abs(over) <= char.x1 - char.x0 else 0.0)
            place = [(char.text, round(char.x + right + dx), round(char.y + dy)) for dx in (-1, 0, 1)
                     for dy in (-1, 0, 1)]
            if not over or not seen & set(place):
                chars.append(char._replace(x0=char.x0 + moved, x1=char.x1 + moved))
            seen.add(place[4])
    rules = [
        rule._replace(x0=max(rule.x0, one.box.x0) + one.right, x1=min(rule.x1, one.box.x1) + one.right) for one in parts
        for rule in one.page.rules
        if rule.x0 <= one.box.x1 and rule.x1 >= one.box.x0
    ]
    rules = [*joined_pieces(rule for rule in rules if rule.horizontal),
             *(rule for rule in rules if not rule.horizontal)]
    first, end = parts[0].page, parts[-1]
    return replace(first, width=end.right + end.page.width, chars=chars, rules=rules, turn=0, pictures=(), guesses=(),
                   back=())


def read_sheets(
    path: Path, pages: Sequence[tuple[Page, Sequence[PageTable]]]
) -> tuple[list[tuple[Page, Sequence[PageTable]]], dict[int, list[Part]]]:
    """The pages of a document with the wide sheets read whole, and the parts of each of these by its page number."""
    rows = {row[0].page.number: row for sheet in sheets([page for page, _ in pages]) for row in sheet}
    later = {part.page.number for row in rows.values() for part in row[1:]}
    out: list[tuple[Page, Sequence[PageTable]]] = []
    for page, found in pages:
        if page.number in rows:
            whole = joined(rows[page.number])
            tables = (fill(whole, split_rows(whole, grid), "vector") for grid in grids(path, whole, "vector"))
            out.append((whole, [table for table in tables if table]))
        elif page.number not in later:
            out.append((page, found))
    return out, rows


def placed(table: LogicalTable, parts: Mapping[int, list[Part]]) -> LogicalTable:
    """A table with each cell of a wide sheet on the page and at the place where it is printed."""
    if not parts.keys() & set(table.pages):
        return table
    cells = tuple(put(cell, parts[cell.page]) if cell.page in parts else cell for cell in table.cells)
    of = dict(zip(table.pages, table.engines, strict=True))
    engines = {part.page.number: of[page] for page in table.pages for part in parts.get(page, ())} | of
    return replace(table, cells=cells, pages=tuple(sorted(engines)),
                   engines=tuple(engines[page] for page in sorted(engines)))


def put(cell: Cell, parts: Sequence[Part]) -> Cell:
    """A cell on the page that prints the most of it."""
    def shown(one: Part) -> float:
        return min(cell.box.x1, one.box.x1 + one.right) - max(cell.box.x0, one.box.x0 + one.right)

    one = max(parts, key=shown)
    box = Box(max(cell.box.x0 - one.right, one.box.x0), cell.box.top, min(cell.box.x1 - one.right, one.box.x1),
              cell.box.bottom)
    return replace(cell, page=one.page.number, box=one.page.place(box))

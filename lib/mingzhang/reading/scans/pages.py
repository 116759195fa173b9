"""Pages: a page that is a picture, or has pictures of tables on it, with the characters and rules seen there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium

from ...errors import UnreadableDocument
from ..grids import Grid, grids
from ..pages import Box, Char, Guess, Page, Rule, projected
from .images import Picture, evenly_lit, rendered, straightening, turn_matrix, warped
from .lines import USUAL, Span, ink_and_rules, lines_in, lines_outside, without_specks
from .recognise import Reading, recogniser

#: A text outside the tables, and a single character in one, counts from this score of its weakest character on.
LEAST_SCORE = 0.4
#: So many lines tell which way up a page is, if they are read with this mean score.
SAMPLE, SURE = 6, 0.6
#: Of each no more than this (times its height) is looked at.
LOOK = 5
#: A picture beside text is read if it has no less than this width and height (points).
WIDE, HIGH = 120, 30
#: A picture that covers no less than this share of a page is read even without a table in it.
WHOLE = 0.5
#: White above and below a line of text (a share of its height), and beside it (pixels).
MARGIN, BESIDE = 0.17, 4


def needs_recognising(page: Page) -> bool:
    """Whether a page shows pictures that may hold text, where it has no text of its own."""
    return bool(page.has_content and not page.chars) or bool(lone_pictures(page))


def lone_pictures(page: Page) -> list[Box]:
    """The pictures of a page that are large enough for a table and on which no text is printed."""
    return [
        box for box in page.pictures
        if box.x1 - box.x0 >= WIDE and box.bottom - box.top >= HIGH
        and not any(box.x0 < char.x < box.x1 and box.top < char.y < box.bottom for char in page.chars)
    ]


def recognised_page(path: Path, document: pdfium.PdfDocument, page: Page) -> Page:
    """The page with the text of its pictures. Raises `UnreadableDocument` if no text is recognised in them."""
    sheet = document[page.number - 1]
    try:
        picture, scale = rendered(sheet)
    finally:
        sheet.close()
    if not page.chars:
        return whole_page(path, page, picture, scale)
    for box in lone_pictures(page):
        page = with_picture(path, page, box, picture, scale)
    return page


def whole_page(path: Path, page: Page, picture: Picture, scale: float) -> Page:
    """A page that is one picture, turned and straightened."""
    lit = evenly_lit(picture)
    turns = upright(lit)
    turned = np.ascontiguousarray(np.rot90(lit, turns))
    matrix = straightening(turned)
    found = seen(path, page.number, warped(turned, matrix), scale)
    if found is None:
        raise UnreadableDocument("a picture in which no text was recognised")
    chars, rules, guesses, size = found
    forth = turn_matrix(turns, lit.shape[1], lit.shape[0])
    forth = forth if matrix is None else matrix @ forth
    back = np.diag([1 / scale, 1 / scale, 1]) @ np.linalg.inv(forth) @ np.diag([scale, scale, 1])
    flat = tuple(back.ravel().tolist())
    placed = tuple(replace(guess, box=projected(flat, guess.box)) for guess in guesses)
    return Page(page.number, size[0], size[1], chars, rules, guesses=placed, back=flat)


def with_picture(path: Path, page: Page, box: Box, picture: Picture, scale: float) -> Page:
    """A page of text with what one picture on it shows, if it holds a table or covers most of the page."""
    left, top, right, bottom = (max(round(at * scale), 0) for at in box)
    part = evenly_lit(np.ascontiguousarray(np.rot90(picture, -page.turn)[top:bottom, left:right]))
    whole = (box.x1 - box.x0) * (box.bottom - box.top) >= WHOLE * page.width * page.height
    found = seen(path, page.number, warped(part, straightening(part)), scale, not whole)
    if found is None:
        return page
    right_by, down_by = left / scale, top / scale
    chars = [Char(one.text, one.baseline + down_by, *moved(Box(*one[2:]), right_by, down_by)) for one in found[0]]
    rules = [Rule(*moved(Box(*rule), right_by, down_by)) for rule in found[1]]
    guesses = tuple(replace(one, box=page.place(moved(one.box, right_by, down_by))) for one in found[2])
    return replace(page, chars=[*page.chars, *chars], rules=[*page.rules, *rules], guesses=(*page.guesses, *guesses))


def moved(box: Box, right: float, down: float) -> Box:
    """A box moved (points)."""
    return Box(box.x0 + right, box.top + down, box.x1 + right, box.bottom + down)


#: Characters, rules, guesses, and width and height (points).
Seen = tuple[list[Char], list[Rule], list[Guess], tuple[float, float]]


def seen(path: Path, number: int, picture: Picture, scale: float, table_only: bool = False) -> Seen | None:
    """What a straight picture shows; None for nothing, or for no table though one is asked for."""
    ink, rules = ink_and_rules(picture)
    printed = [Rule(*(at / scale for at in rule)) for rule in rules]
    size = picture.shape[1] / scale, picture.shape[0] / scale
    blank = Page(number, *size, [], printed)
    found = [in_pixels(grid, scale) for grid in grids(path, blank, "vector")] if blank.is_ruled else []
    if table_only and not found:
        return None
    ink = without_specks(ink)
    spans = [span for grid in found for span in lines_in(ink, grid)]
    inside = len(spans)
    spans += lines_outside(ink, found)
    readings = recogniser().read([cut(picture, span) for span in spans])
    chars: list[Char] = []
    guesses: list[Guess] = []
    for place, (span, reading) in enumerate(zip(spans, readings, strict=True)):
        if reading.text.strip() and (reading.score >= LEAST_SCORE or (place < inside and len(reading.text) > 1)):
            chars += placed_chars(span, reading, scale)
            guesses.append(Guess(reading.text, Box(*(at / scale for at in span[:4])), reading.score, reading.others))
    return (chars, printed, guesses, size) if chars else None


def in_pixels(grid: Grid, scale: float) -> Grid:
    return Grid(tuple(x * scale for x in grid.xs), tuple(y * scale for y in grid.ys), grid.spans)


def cut(picture: Picture, span: Span) -> Picture:
    """The picture of a line, no lower than a usual one, with some white around it also where its cell ends."""
    high = max(span.y1 - span.y0, USUAL) * (1 + 2 * MARGIN)
    middle = (span.y0 + span.y1) / 2
    top, bottom = math.floor(middle - high / 2), math.ceil(middle + high / 2)
    free = span.place == span[:4]
    limit = (span.y0 - 3, span.y1 + 3) if free else (round(span.place[1]) + 2, round(span.place[3]) - 2)
    inner_top, inner_bottom = max(top, min(limit[0], span.y0), 0), min(bottom, max(limit[1], span.y1))
    part = picture[inner_top:inner_bottom, max(span.x0 - BESIDE, 0) : span.x1 + BESIDE]
    return cv2.copyMakeBorder(part, inner_top - top, bottom - inner_bottom, 0, 0, cv2.BORDER_CONSTANT, value=255)


def placed_chars(span: Span, reading: Reading, scale: float) -> Iterable[Char]:
    """The characters of a line, spread as they were read, within the place in which they must stay; a blank is none."""
    wide, high = span.x1 - span.x0 + 2 * BESIDE, span.y1 - span.y0
    size = max(min(high, 1.3 * USUAL), 0.7 * USUAL) if high < 2 * USUAL else high
    middle = (span.y0 + span.y1) / 2
    left, right = span.place[0] + 1, span.place[2] - 1
    centres = [min(max(span.x0 - BESIDE + place * wide, left + 1), right - 1) for place in reading.places]
    for number, (text, x) in enumerate(zip(reading.text, centres, strict=True)):
        if text.isspace():
            continue
        near = [abs(x - other) for other in centres[max(number - 1, 0) : number + 2] if other != x]
        half = min([size / (4 if text.isascii() else 2), *(0.49 * gap for gap in near)])
        x0, x1 = max(x - half, left), min(x + half, right)
        yield Char(text, (middle + 0.36 * size) / scale, x0 / scale, (middle - size / 2) / scale, x1 / scale,
                   (middle + size / 2) / scale)


def upright(picture: Picture) -> int:
    """How many counterclockwise quarter turns a picture needs: the way in which a sample of its lines reads best."""
    scores: dict[int, float] = {}
    for turns in (0, 1, 3, 2):
        turned = np.ascontiguousarray(np.rot90(picture, turns))
        ink = without_specks(ink_and_rules(turned)[0])
        spans = [span for span in lines_outside(ink, []) if span.x1 - span.x0 > 3 * (span.y1 - span.y0)]
        spans = sorted(spans, key=lambda span: span.x0 - span.x1)[:: max(len(spans) // SAMPLE, 1)][:SAMPLE]
        readings = recogniser().read([cut(turned, span)[:, : LOOK * (span.y1 - span.y0)] for span in spans])
        scores[turns] = sum(reading.score for reading in readings) / SAMPLE
        if scores[turns] >= SURE:
            return turns
    return max(scores, key=lambda turns: scores[turns])

"""Ruling: the straight lines that a page draws, be they strokes, outlines of boxes or thin filled shapes."""

from __future__ import annotations

import ctypes
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2.raw as raw

from .ink import CLEAR, Ground, Paint, is_white
from .pages import Rule

#: Filled shapes no thicker than this (points) are drawn rules; a spreadsheet's medium border (中粗) is 1.5 to 2 points.
THIN = 2.2
#: Dots no further apart than this (points), so many of them in a row, are a dotted rule.
DOTS_APART, DOTS = 4.0, 8
#: A line counts as horizontal or vertical when it strays less than this (points).
STRAIGHT = 1.0
#: Bounds against hostile files: objects and nesting beyond these are not read (a problem is recorded).
MAX_OBJECTS = 200_000
MAX_NESTING = 8

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def compose(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that applies `first`, then `then` (PDF row-vector convention)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


@dataclass
class Drawing:
    """What is gathered from the objects of a page in the order in which they are drawn."""

    ground: Ground
    rules: list[Rule] = field(default_factory=list)
    white: list[Rule] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    budget: list[int] = field(default_factory=lambda: [MAX_OBJECTS])
    paint: Paint = field(default_factory=Paint)


def read_rules(page: raw.FPDF_PAGE, matrix: Matrix, ground: Ground) -> tuple[list[Rule], bool]:
    """The straight horizontal and vertical rules of a page that a reader sees; whether some were left out.

    Marks on `ground` where the page is coloured.
    """
    drawing = Drawing(ground)
    for index in range(raw.FPDFPage_CountObjects(page)):
        collect_rules(raw.FPDFPage_GetObject(page, index), matrix, drawing, 0)
        if drawing.budget[0] <= 0:
            break
    drawing.rules.extend(dotted(drawing.dots))
    across = {rule.horizontal for rule in drawing.rules}
    # White rules between lines that run one way only are the borders of the other way.
    rules = drawing.rules + drawing.white if len(across) == 1 else drawing.rules
    return [rule for rule in rules if on_page(rule, ground)], drawing.budget[0] <= 0


def on_page(rule: Rule, ground: Ground) -> bool:
    """Whether a rule reaches onto the page, and is not cropped away whole."""
    return rule.x1 >= 0 and rule.x0 <= ground.width and rule.y1 >= 0 and rule.y0 <= ground.height


def object_matrix(item: raw.FPDF_PAGEOBJECT) -> Matrix:
    m = raw.FS_MATRIX()
    return (m.a, m.b, m.c, m.d, m.e, m.f) if raw.FPDFPageObj_GetMatrix(item, m) else IDENTITY


def collect_rules(item: raw.FPDF_PAGEOBJECT, matrix: Matrix, drawing: Drawing, depth: int) -> None:
    """Gather the rules that a page object draws; descend into form objects."""
    budget = drawing.budget
    budget[0] -= 1
    if budget[0] <= 0:
        return
    kind = raw.FPDFPageObj_GetType(item)
    if kind == raw.FPDF_PAGEOBJ_PATH:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        if fill.value or stroke.value:
            collect_path(item, compose(object_matrix(item), matrix), drawing, bool(fill.value), bool(stroke.value))
    elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
        picture_ground(item, matrix, drawing.ground)
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_NESTING:
        full = compose(object_matrix(item), matrix)
        for index in range(raw.FPDFFormObj_CountObjects(item)):
            collect_rules(raw.FPDFFormObj_GetObject(item, index), full, drawing, depth + 1)
            if budget[0] <= 0:
                return


def collect_path(item: raw.FPDF_PAGEOBJECT, matrix: Matrix, drawing: Drawing, fill: bool, stroke: bool) -> None:
    """Gather a path's rules and colour the ground that it fills; white rules count where the ground is coloured."""
    inside = drawing.paint.of(raw.FPDFPageObj_GetFillColor, item) if fill else None
    edge = drawing.paint.of(raw.FPDFPageObj_GetStrokeColor, item) if stroke else inside
    seen = edge is not None and edge[3] >= CLEAR
    white = edge is not None and is_white(edge)
    for outline in outlines(item, matrix, drawing.budget):
        if inside and inside[3] >= CLEAR:
            shade(outline, drawing.ground, not is_white(inside))
        if seen and not white and not stroke:
            drawing.dots.extend(dot(outline))
        if seen:
            found = strokes(outline) if stroke else filled(outline)
            for rule in found:
                shows = not white or drawing.ground.shows_white(*rule)
                (drawing.rules if shows else drawing.white).append(rule)


def picture_ground(item: raw.FPDF_PAGEOBJECT, matrix: Matrix, ground: Ground) -> None:
    """Take the ground under a picture or a shading for coloured."""
    a, b, c, d, e, f = matrix
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        ends = [(a * x + c * y + e, b * x + d * y + f)
                for x, y in ((left.value, bottom.value), (right.value, top.value))]
        shade(ends, ground, True)


def shade(points: Sequence[tuple[float, float]], ground: Ground, coloured: bool) -> None:
    """Colour the ground under a filled outline, unless it is thin enough to be a rule."""
    if not coloured and ground.raster is None:
        return
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if min(x1 - x0, y1 - y0) > THIN:
        ground.paint(x0, y0, x1, y1, coloured)


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


def dot(points: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The middle of a filled outline that is thin both ways: a dot of a dotted rule."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    if max(xs) - min(xs) <= THIN and max(ys) - min(ys) <= THIN:
        yield (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def dotted(dots: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    """The rules that dots make: close to one another in a row or in a column."""
    for axis in (0, 1):
        chain: list[tuple[float, float]] = []
        for place in [*sorted(dots, key=lambda p: (round(2 * p[1 - axis]), p[axis])), (math.inf, math.inf)]:
            near = (chain and abs(place[1 - axis] - chain[-1][1 - axis]) <= 0.5
                    and place[axis] - chain[-1][axis] <= DOTS_APART)
            if chain and not near:
                if len(chain) >= DOTS:
                    (x0, y0), (x1, y1) = chain[0], chain[-1]
                    yield Rule(x0, y0, x1, y0) if axis == 0 else Rule(x0, y0, x0, y1)
                chain = []
            chain.append(place)


def straight(x0: float, y0: float, x1: float, y1: float) -> Rule | None:
    """The rule between two points if it runs along an axis and stays on a page of sane size."""
    if not all(-1e5 < v < 1e5 for v in (x0, y0, x1, y1)):
        return None
    if abs(y1 - y0) <= STRAIGHT and x1 != x0:
        return Rule(min(x0, x1), y0, max(x0, x1), y0)
    if abs(x1 - x0) <= STRAIGHT and y1 != y0:
        return Rule(x0, min(y0, y1), x0, max(y0, y1))
    return None

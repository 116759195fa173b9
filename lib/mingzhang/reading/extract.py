"""Extract: Camelot's grid for a ruled page, with every character placed into its cell by its own position.

Camelot finds the grid (engine "vector" on the rules that the page pass has already read; "combined", which also looks at the
rendered page, where that grid does not hold). Its own text placement is not used: it places whole text runs by their boxes, and
both runs that cross a border and fonts that declare lines far taller than their glyphs put text into the wrong cell.
"""

from __future__ import annotations

import itertools
import re
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..clean import compact
from ..forms import OWN_ROW
from .lattice import camelot_tables, refuse_crowd
from .pages import Box, Char, Page, Rule, join_chars, looks_tabular, rows_of

#: A glyph that reaches further than this share of its width over a column border is cut by it.
CUT = 0.3
#: Rows and columns thinner than this (points) hold no text.
SLIVER = 3.0
#: Baselines closer than this (points) belong to one printed row.
SAME_ROW = 4.0
#: The middle of a glyph stands this share of the row pitch above its baseline.
GLYPH_MIDDLE = 0.2
#: Text this near (points) to a border is aligned to it.
ALIGNED = 6.0
#: A glyph that reaches further than this share of its width over a border shows that its text may have left its cell.
OVER = 0.1
#: Glyphs of one text run are no further apart than this share of their size, beside punctuation (a part of its square) than that one.
RUN_APART, PUNCTUATION_APART = 0.25, 0.9
PUNCTUATION = frozenset("（）()，。、；：“”《》〈〉【】")
#: Glyphs that stand on or below the baseline: it, not their middle, says in which row they are.
LOW = frozenset(".,，。、_")
#: Bound against hostile files: a cell with more characters than this is not divided.
MAX_DIVIDED = 5_000
#: A character this far outside a grid (points) still belongs to its outermost cell.
MARGIN = 1.5


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell of a table: its place in the grid, its text (a newline where a line wraps) and its box."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class PageTable:
    """The part of a table that stands on one page: a grid of cells, every grid place covered by exactly one cell."""

    page: int
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    box: Box
    xs: tuple[float, ...]
    engine: str


def open_sides(rules: Sequence[Rule]) -> Iterator[Rule]:
    """The left and right borders that a table drawn without them lacks: at the ends of its equally long horizontal rules.

    Only where a vertical rule crosses them, so that a line above and one below running text enclose nothing.
    """
    groups: dict[tuple[int, int], list[Rule]] = {}
    for rule in rules:
        if rule.horizontal and rule.x1 - rule.x0 > 100:
            groups.setdefault((round(rule.x0 / 2), round(rule.x1 / 2)), []).append(rule)
    upright = list(joined_pieces(rule for rule in rules if not rule.horizontal))
    for group in groups.values():
        for run in tied(sorted(group, key=lambda rule: rule.y0), upright):
            x0, x1, top, low = run[0].x0, run[0].x1, run[0].y0, run[-1].y0
            for x in (x0, x1):
                if not any(abs(rule.x0 - x) < 3 and rule.y1 > top and rule.y0 < low for rule in upright):
                    yield Rule(x, top, x, low)


def open_body(rules: Sequence[Rule], figures: Sequence[float]) -> Iterator[Rule]:
    """The left and right borders of a body without vertical rules, under the header that has them.

    From the lowest vertical rules down over the horizontal ones of the header's width, as long as figures stand between one and the
    next (`figures` are the heights at which they stand, in order).
    """
    end = max((rule.y1 for rule in rules if not rule.horizontal), default=0.0)
    across = sorted(joined_pieces(rule for rule in rules if rule.horizontal and rule.y0 > end - 3), key=lambda rule: rule.y0)
    if not across or across[-1].y0 < end + SLIVER:
        return
    head = max((rule for rule in across if rule.y0 < end + 3), key=lambda rule: rule.x1 - rule.x0, default=None)
    low = end
    for rule in across:
        if head and abs(rule.x0 - head.x0) < 3 and abs(rule.x1 - head.x1) < 3 and rule.y0 > low:
            if bisect_left(figures, low) == bisect_left(figures, rule.y0):
                break
            low = rule.y0
    if head and low > end + SLIVER:
        yield Rule(head.x0, end, head.x0, low)
        yield Rule(head.x1, end, head.x1, low)


def joined_pieces(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Rules that all run the same way, those drawn in touching pieces as one."""
    last: Rule | None = None
    for rule in sorted(rules, key=lambda rule: (round(rule.y0), rule.x0) if rule.horizontal else (round(rule.x0), rule.y0)):
        if last and rule.horizontal and abs(rule.y0 - last.y0) <= 1 and rule.x0 - last.x1 <= 2:
            last = Rule(last.x0, last.y0, max(last.x1, rule.x1), last.y0)
            continue
        if last and not rule.horizontal and abs(rule.x0 - last.x0) <= 1 and rule.y0 - last.y1 <= 2:
            last = Rule(last.x0, last.y0, last.x0, max(last.y1, rule.y1))
            continue
        if last:
            yield last
        last = rule
    if last:
        yield last


def tied(group: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Runs of two or more horizontal rules, each tied to the next by a vertical rule inside their length."""
    run: list[Rule] = []
    for rule in group:
        joined = run and any(
            rule.x0 + 5 < v.x0 < rule.x1 - 5 and v.y0 <= run[-1].y0 + 2 and v.y1 >= rule.y0 - 2 for v in upright
        )
        if run and not joined:
            if len(run) > 1:
                yield run
            run = []
        run.append(rule)
    if len(run) > 1:
        yield run


def page_tables(path: Path, page: Page) -> list[PageTable]:
    """The tables of a page, top to bottom, their text placed.

    Camelot's vector grid is taken where it holds; where it does not, its combined engine is asked too and the grid with fewer flaws
    is taken. A text-only repair follows: rows that no rule divides are cut between their figures.
    """
    engine, found = "vector", grids(path, page, "vector")
    worst = flaws(page, found)
    if (worst or not found) and page.is_ruled:
        drawn_apart = grids(path, page, "vector", brought_together(page.rules))
        if drawn_apart and (not found or flaws(page, drawn_apart) < worst):
            found, worst = drawn_apart, flaws(page, drawn_apart)
    if worst and not page.turn:
        other = grids(path, page, "combined")
        if flaws(page, other) < worst:
            engine, found = "combined", other
    filled = (fill(page, split_rows(page, grid), engine) for grid in found)
    return [table for table in filled if table]


@dataclass(frozen=True, slots=True)
class Grid:
    """Row and column borders and the merged cells between them (row, column, row_span, column_span)."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    spans: tuple[tuple[int, int, int, int], ...]

    @property
    def owner(self) -> dict[tuple[int, int], int]:
        """The index of the merged cell that covers each grid place."""
        return {
            (r, c): index
            for index, (row, column, high, wide) in enumerate(self.spans)
            for r in range(row, row + high)
            for c in range(column, column + wide)
        }


def brought_together(rules: Sequence[Rule]) -> list[Rule]:
    """The rules of cells that are boxed one by one, a gap between each two (HTML's separate borders), as those of one grid."""
    xs = snapped(value for rule in rules for value in (rule.x0, rule.x1))
    ys = snapped(value for rule in rules for value in (rule.y0, rule.y1))
    moved = (Rule(xs[rule.x0], ys[rule.y0], xs[rule.x1], ys[rule.y1]) for rule in rules)
    return [rule for rule in moved if rule.x0 != rule.x1 or rule.y0 != rule.y1]


def snapped(values: Iterable[float]) -> dict[float, float]:
    """Each value with the first one of those that lie within `SLIVER` of each other."""
    out: dict[float, float] = {}
    start = float("-inf")
    for value in sorted(set(values)):
        if value - start > SLIVER:
            start = value
        out[value] = start
    return out


def grids(path: Path, page: Page, engine: str, drawn: Sequence[Rule] | None = None) -> list[Grid]:
    """The grids that Camelot finds on a page (in its rules, or in those `drawn`), in points from the top left corner.

    Raises `UnreadableDocument` for more rules than a printed table can have.
    """
    refuse_crowd(page.rules)
    out = []
    ruled = page.rules if drawn is None else drawn
    figures = sorted((line.box.top + line.box.bottom) / 2 for line in page.lines if _FIGURE.fullmatch(line.text))
    rules = [*ruled, *open_sides(ruled), *open_body(ruled, figures)]
    for table in camelot_tables(path, page, rules, engine):
        xs = (table.cols[0][0], *(right for _, right in table.cols))
        ys = (page.height - table.rows[0][0], *(page.height - low for _, low in table.rows))
        out.append(without_slivers(Grid(xs, ys, tuple(merged(table.cells)))))
    return out


def without_slivers(grid: Grid) -> Grid:
    """The grid without rows and columns too thin for a glyph, which a double frame leaves; their neighbours take the place."""
    ys, row_of = thick(grid.ys)
    xs, column_of = thick(grid.xs)
    if len(ys) == len(grid.ys) and len(xs) == len(grid.xs):
        return grid
    spans = [
        (row_of[r], column_of[c], row_of[r + high] - row_of[r], column_of[c + wide] - column_of[c])
        for r, c, high, wide in grid.spans
    ]
    return Grid(xs, ys, tuple(span for span in spans if span[2] and span[3]))


def thick(borders: Sequence[float]) -> tuple[tuple[float, ...], list[int]]:
    """The borders at least `SLIVER` apart, the outer ones always, and the new index of each old one."""
    kept = [borders[0]]
    index = [0]
    for border in borders[1:]:
        if border - kept[-1] >= SLIVER:
            kept.append(border)
        elif len(kept) > 1:
            kept[-1] = border
        index.append(len(kept) - 1)
    return tuple(kept), index


def merged(cells: Sequence[Sequence[Any]]) -> Iterator[tuple[int, int, int, int]]:
    """The rectangles of grid places that no border divides, in reading order."""
    rows, columns = len(cells), len(cells[0])
    free = [[True] * columns for _ in range(rows)]

    def wall_right(row: int, column: int) -> bool:
        return column + 1 >= columns or bool(cells[row][column].right or cells[row][column + 1].left)

    def wall_below(row: int, column: int) -> bool:
        return bool(cells[row][column].bottom or cells[row + 1][column].top)

    for row in range(rows):
        for column in range(columns):
            if not free[row][column]:
                continue
            right = column
            while not wall_right(row, right) and free[row][right + 1]:
                right += 1
            low = row
            span = range(column, right + 1)
            while low + 1 < rows and all(
                free[low + 1][c] and not wall_below(low, c) and (wall_right(low + 1, c) == (c == right)) for c in span
            ):
                low += 1
            for r in range(row, low + 1):
                free[r][column : right + 1] = [False] * (right + 1 - column)
            yield row, column, low - row + 1, right - column + 1


# --- does the grid hold? ---------------------------------------------------------------------------------------------

_FIGURE = re.compile(r"-?\d[\d,]*\.\d{2}|-?\d{1,3}(?:,\d{3})+")
_DIGITS = re.compile(r"-?[\d,.]+%?")
_CODE = re.compile(r"\d{3}|\d{5}|\d{7}")
_WHOLE = re.compile(rf"{_FIGURE.pattern}|{_CODE.pattern}|\d{{1,2}}")


def flaws(page: Page, found: Sequence[Grid]) -> int:
    """How many signs say that the grids are not the ones printed: 0 when they hold.

    Counted are glyphs that a border cuts, figures that stand beside a grid in the height of its rows, and figures in columns that no
    grid encloses.
    """
    if not found and not looks_tabular(page):
        return 0
    cut = sum(cut_glyphs(page.chars, grid) for grid in found)
    loose = 0
    for line in page.lines:
        if _FIGURE.fullmatch(line.text):
            x, y = (line.box.x0 + line.box.x1) / 2, (line.box.top + line.box.bottom) / 2
            beside = any(grid.ys[0] < y < grid.ys[-1] for grid in found)
            inside = any(grid.ys[0] <= y <= grid.ys[-1] and grid.xs[0] <= x <= grid.xs[-1] for grid in found)
            loose += not inside and (beside or not found)
    return cut + loose


def cut_glyphs(chars: Sequence[Char], grid: Grid) -> int:
    """How many glyphs reach over a border between two cells by more than `CUT` of their width on both sides."""
    owner = grid.owner
    count = 0
    for char in chars:
        if not (grid.xs[0] < char.x < grid.xs[-1] and grid.ys[0] < char.y < grid.ys[-1]):
            continue
        width = char.x1 - char.x0
        column = bisect_right(grid.xs, char.x) - 1
        row = bisect_right(grid.ys, char.y) - 1
        for border, beyond in ((grid.xs[column], column - 1), (grid.xs[column + 1], column + 1)):
            over = min(border - char.x0, char.x1 - border)
            if over > CUT * width and 0 <= beyond < len(grid.xs) - 1 and owner[row, column] != owner[row, beyond]:
                count += 1
    return count


def split_rows(page: Page, grid: Grid) -> Grid:
    """Cut grid rows that hold several printed rows which no rule divides: where each column of figures has one below the other."""
    borders = [cut for columns in row_columns(page, grid) for cut in row_cuts(columns)]
    if not borders:
        return grid
    ys = tuple(sorted([*grid.ys, *borders]))
    spans = []
    for row, column, high, wide in grid.spans:
        top, low = ys.index(grid.ys[row]), ys.index(grid.ys[row + high])
        if high == 1 and low - top > 1:
            spans += [(r, column, 1, wide) for r in range(top, low)]
        else:
            spans.append((top, column, low - top, wide))
    return Grid(grid.xs, ys, tuple(sorted(spans)))


def split_columns(grid: Grid, placed: Sequence[Sequence[Char]]) -> Grid:
    """Divide cells that reach over several columns of the grid and hold figures of more than one of them: a body without the
    vertical rules that its header has. `placed` are the characters of each merged cell.
    """
    spans: list[tuple[int, int, int, int]] = []
    for (row, column, high, wide), chars in zip(grid.spans, placed, strict=True):
        cuts = column_cuts(chars, grid.xs[column : column + wide + 1]) if wide > 1 and 1 < len(chars) <= MAX_DIVIDED else []
        ends = [column, *(column + cut for cut in cuts), column + wide]
        spans += [(row, left, high, right - left) for left, right in itertools.pairwise(ends)]
    return grid if len(spans) == len(grid.spans) else Grid(grid.xs, grid.ys, tuple(sorted(spans)))


def column_cuts(chars: Sequence[Char], xs: Sequence[float]) -> list[int]:
    """Which of the borders `xs` divide the characters of one cell: those that cut no glyph, if figures stand in two places between them."""
    free = [i for i in range(1, len(xs) - 1) if not any(c.x0 + CUT < xs[i] < c.x1 - CUT for c in chars)]
    columns: dict[int, list[Char]] = {}
    for char in chars:
        columns.setdefault(bisect_right([xs[i] for i in free], char.x), []).append(char)
    texts = ([join_chars(line) for line in rows_of(inside)] for inside in columns.values())
    figures = sum(all(_DIGITS.fullmatch(text) for text in lines) and any(map(_FIGURE.fullmatch, lines)) for lines in texts)
    return free if figures > 1 else []


def row_columns(page: Page, grid: Grid) -> Iterator[list[list[list[Char]]]]:
    """For each grid row with text the printed lines of its cells, cells that reach over several rows left out."""
    chars: dict[int, list[Char]] = {}
    for char in page.chars:
        row = bisect_left(grid.ys, char.y) - 1
        if 0 <= row < len(grid.ys) - 1 and char.y < grid.ys[row + 1]:
            chars.setdefault(row, []).append(char)
    spans: dict[int, dict[int, int]] = {}
    for number, (row, column, high, wide) in enumerate(grid.spans):
        if high == 1 and row in chars:
            spans.setdefault(row, {}).update(dict.fromkeys(range(column, column + wide), number))
    for row, places in spans.items():
        cells: dict[int, list[Char]] = {}
        for char in chars[row]:
            owner = places.get(bisect_right(grid.xs, char.x) - 1)
            if owner is not None:
                cells.setdefault(owner, []).append(char)
        yield [rows_of(inside) for inside in cells.values()]


def row_cuts(columns: Sequence[Sequence[Sequence[Char]]]) -> list[float]:
    """The heights at which a grid row is to be cut into printed rows; none when its cells hold one row each.

    The proof that rows are fused is a cell with several whole figures (or codes) below each other. Then every height at which a
    figure or code stands is a row, and so is a line of text that is far from all of them.
    """
    figures = [lines for lines in columns if lines and all(_DIGITS.fullmatch(join_chars(line)) for line in lines)]
    if not is_fused([[join_chars(line) for line in lines] for lines in figures]):
        return []
    # Columns whose every line is a whole figure show where the rows are; digits that wrap in narrower ones do not.
    whole = [lines for lines in figures if all(_WHOLE.fullmatch(join_chars(line)) for line in lines)]
    named = [line[0].baseline for lines in columns for line in lines if OWN_ROW.search(compact(join_chars(line)))]
    anchors = merge_near([*(line[0].baseline for lines in whole or figures for line in lines), *named])
    if len(anchors) < 2:
        return []
    pitch = statistics.median(b - a for a, b in itertools.pairwise(anchors))
    words = merge_near(line[0].baseline for lines in columns for line in lines)
    anchors = merge_near([*anchors, *(b for b in words if min(abs(b - a) for a in anchors) > 0.75 * pitch)])
    return [(a + b) / 2 - GLYPH_MIDDLE * (b - a) for a, b in itertools.pairwise(anchors)]


def is_fused(columns: Sequence[Sequence[str]]) -> bool:
    """Whether columns of digit lines prove several printed rows: whole figures or codes below each other.

    Digits that only wrap in a narrow column ("1050.0" over "0") prove nothing.
    """
    for lines in columns:
        whole = [line for line in lines if _FIGURE.fullmatch(line)]
        codes = [line for line in lines if _CODE.fullmatch(line)]
        nested = len(codes) > 1 and len(codes) == len(lines) and codes[1].startswith(codes[0])
        if nested or (len(whole) > 1 and len(whole) >= len(lines) - 1):
            return True
    # Whole numbers of different length: a wrapped number fills every line but its last.
    uneven = [len(lines) for lines in columns if len(lines) >= 3 and all(map(str.isdigit, lines)) and len({len(x) for x in lines[:-1]}) > 1]
    return len(uneven) >= 1


def merge_near(heights: Iterable[float]) -> list[float]:
    """Heights in order, those within one printed row taken once."""
    out: list[float] = []
    for height in sorted(heights):
        if not out or height - out[-1] > SAME_ROW:
            out.append(height)
    return out


# --- text into cells -------------------------------------------------------------------------------------------------


def fill(page: Page, grid: Grid, engine: str) -> PageTable | None:
    """Place the page's characters into the cells of a grid; None when the grid holds no text or only one cell."""
    placed: list[list[Char]] = [[] for _ in grid.spans]
    for char, cell in zip(page.chars, cells_of(page.chars, grid), strict=True):
        if cell is not None:
            placed[cell].append(char)
    divided = split_columns(grid, placed)
    if divided != grid:
        return fill(page, split_rows(page, divided), engine)
    if len(grid.spans) < 2 or not any(placed):
        return None
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    cells = tuple(
        Cell(r, c, h, w, "\n".join(join_chars(row) for row in rows_of(placed[i])), page.number,
             page.place(Box(grid.xs[c], grid.ys[r], grid.xs[c + w], grid.ys[r + h])))
        for i, (r, c, h, w) in enumerate(grid.spans)
    )
    return PageTable(page.number, rows, columns, cells, Box(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]), grid.xs, engine)


def cells_of(chars: Sequence[Char], grid: Grid) -> list[int | None]:
    """For each character the merged cell in which it stands, by its middle; None outside the grid.

    A run of text that a border cuts through a glyph has left its cell: all of it goes to the cell where it belongs.
    """
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    owner, xs, ys = grid.owner, grid.xs, grid.ys
    out: list[int | None] = []
    cut: list[int] = []
    for index, char in enumerate(chars):
        x = (char.x0 + char.x1) / 2
        y = char.baseline - 1.0 if char.text in LOW else (char.top + char.bottom) / 2
        if not (xs[0] - MARGIN <= x <= xs[-1] + MARGIN and ys[0] <= y <= ys[-1]):
            out.append(None)
            continue
        c = min(max(bisect_right(xs, x) - 1, 0), columns - 1)
        r = min(max(bisect_right(ys, y) - 1, 0), rows - 1)
        out.append(owner[r, c])
        reach = OVER * (char.x1 - char.x0)
        if (xs[c] - char.x0 > reach and c and owner[r, c - 1] != owner[r, c]) or (
            char.x1 - xs[c + 1] > reach and c + 1 < columns and owner[r, c + 1] != owner[r, c]
        ):
            cut.append(index)
    done = 0
    for index in cut:
        if index < done:
            continue
        run = run_around(chars, index)
        done = run.stop
        home = home_of([(chars[i], cell) for i in run if (cell := out[i]) is not None], grid)
        for i in run:
            out[i] = home
    return out


def run_around(chars: Sequence[Char], index: int) -> range:
    """The characters drawn one after the other, on one baseline and side by side, around the one at `index`."""
    first = last = index
    while first and follows(chars[first - 1], chars[first]):
        first -= 1
    while last + 1 < len(chars) and follows(chars[last], chars[last + 1]):
        last += 1
    return range(first, last + 1)


def follows(one: Char, two: Char) -> bool:
    """Whether the second character goes on with the text of the first: close, or within the square of punctuation."""
    size = max(one.bottom - one.top, two.bottom - two.top, one.x1 - one.x0, two.x1 - two.x0)
    near = PUNCTUATION_APART if one.text in PUNCTUATION or two.text in PUNCTUATION else RUN_APART
    return abs(one.baseline - two.baseline) <= 0.5 and -0.3 * size <= two.x0 - one.x1 <= near * size


def home_of(run: Sequence[tuple[Char, int]], grid: Grid) -> int:
    """The cell to which a run belongs that stands in several: of whose border it keeps clear by no more than `ALIGNED`, else the most."""
    (first, start), (last, end) = run[0], run[-1]
    left = grid.xs[grid.spans[start][1]]
    _, column, _, wide = grid.spans[end]
    right = grid.xs[column + wide]
    starts, ends = 0 <= first.x0 - left <= ALIGNED, 0 <= right - last.x1 <= ALIGNED
    if starts != ends:
        return start if starts else end
    figures = last.text.isdigit()
    if starts:
        return end if figures else start
    counts = [cell for _, cell in run]
    return max(set(counts), key=counts.count)

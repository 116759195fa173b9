"""Crops: the parts of pages that show spots: a table's header and the marked rows, or the rows of text around marked
words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..reading.pages import Box
from .leaves import Upright
from .origin import Origin
from .picture import Mark, Panel, Strip, strips_of, union
from .spots import Spot

#: Points of the page shown above and below a marked cell.
CONTEXT = 34.0
#: Of more cells than these, less of the rows around them is shown.
FEW = 4
#: Tint of the row's labels and the column's header, beside the marked cell.
GUIDE = (222, 234, 250)


def panels_of(spots: Sequence[Spot], origin: Origin, numbers: Sequence[int] = ()) -> tuple[Panel, ...]:
    """A panel for each document: for each table its header and the marked rows; for running text the rows around it."""
    numbers = numbers or (range(1, len(spots) + 1) if len(spots) > 1 else (0,))
    out = []
    for doc_id in dict.fromkeys(spot.doc_id for spot in spots):
        mine = [(number, spot) for number, spot in zip(numbers, spots, strict=True) if spot.doc_id == doc_id]
        pdf = origin.pdf(doc_id)
        strips: list[Strip] = []
        marks: list[Mark] = []
        for table_id in dict.fromkeys(spot.table_id for _, spot in mine):
            here = [(number, spot) for number, spot in mine if spot.table_id == table_id]
            found = table_strips(placed_cells(table_id, pdf, origin), here) if table_id else text_strips(pdf, here)
            strips.extend(found[0])
            marks.extend(found[1])
        out.append(Panel(pdf, tuple(dict.fromkeys(strips)), tuple(marks)))
    return tuple(out)


class Placed(NamedTuple):
    """A cell of cells.csv with its box on the upright page."""

    row: int
    column: int
    column_span: int
    text: str
    page: int
    box: Box


def placed_cells(table_id: str, pdf: Path, origin: Origin) -> list[Placed]:
    """The cells of a table."""
    upright = Upright(pdf)
    return [
        Placed(c.row, c.column, c.column_span, c.text, c.page, upright.box(c.page, Box(c.x0, c.top, c.x1, c.bottom)))
        for c in origin.select("cells", "table_id", table_id).itertuples(index=False)
    ]


def table_strips(cells: Sequence[Placed], spots: Sequence[tuple[int, Spot]]) -> tuple[list[Strip], list[Mark]]:
    """The strips and marks of one table: the header, and the marked rows with the rows around them."""
    at = {(cell.row, cell.column): cell for cell in cells}
    pages = {page: [cell for cell in cells if cell.page == page] for page in dict.fromkeys(cell.page for cell in cells)}
    frames = {page: union(cell.box for cell in here) for page, here in pages.items()}
    spans: dict[int, list[tuple[float, float]]] = {page: [] for page in pages}
    marks: list[Mark] = []
    for number, spot in spots:
        if not spot.cells:
            page = next(iter(pages))
            spans[page].append((frames[page].top, frames[page].bottom))
            continue
        for page in dict.fromkeys(at[place].page for place in spot.cells):
            box = union(at[place].box for place in spot.cells if at[place].page == page)
            marks.append(Mark(page, box, number))
            spans[page].append(around(box, pages[page], CONTEXT if len(spots) <= FEW else CONTEXT / 2))
            head = header_cells(cells, spot.header, page)
            if head:
                spans[head[0].page].append((min(c.box.top for c in head), max(c.box.bottom for c in head)))
            if len(spots) == 1:
                column = spot.cells[0][1] if len(spot.cells) == 1 else -1
                guides = [c for c in head if c.column <= column < c.column + c.column_span]
                guides += [at[place] for place in spot.guides if at[place].page == page]
                marks.extend(Mark(c.page, c.box, 0, GUIDE, None) for c in guides)
    return [strip for page in pages for strip in strips_of(page, frames[page], spans[page])], marks


def around(box: Box, cells: Sequence[Placed], context: float) -> tuple[float, float]:
    """The part of a page that shows a cell with the whole rows that lie within `context` points of it."""
    top = min((c.box.top for c in cells if box.top - context <= c.box.top), default=box.top)
    bottom = max((c.box.bottom for c in cells if c.box.bottom <= box.bottom + context), default=box.bottom)
    return min(top, box.top), max(bottom, box.bottom)


def header_cells(cells: Sequence[Placed], header: range, page: int) -> list[Placed]:
    """The cells of the header for a page: as repeated on it, else where the header stands first."""
    head = [cell for cell in cells if cell.row in header]
    texts = {tuple(cell.text for cell in head if cell.row == row) for row in header}
    first = min(cell.row for cell in cells if cell.page == page)
    top = [[c for c in cells if c.page == page and c.row == row] for row in range(first, first + len(header))]
    return [cell for row in top if tuple(c.text for c in row) in texts for cell in row] or head


def text_strips(pdf: Path, spots: Sequence[tuple[int, Spot]]) -> tuple[list[Strip], list[Mark]]:
    """The strips and marks of running text; a whole page where nothing on it is marked."""
    upright = Upright(pdf)
    strips: list[Strip] = []
    marks: list[Mark] = []
    for number, spot in spots:
        for page in sorted({spot.page, *(page for page, _ in spot.boxes)}):
            width, height = upright.size(page)
            boxes = [box for at, box in spot.boxes if at == page]
            marks.extend(Mark(page, box, number if box is boxes[0] else 0, outline=None) for box in boxes)
            marks.extend(Mark(page, box) for at, box in spot.words if at == page)
            area = union(boxes) if boxes else Box(0, 0, width, height)
            spans = [(max(area.top - CONTEXT, 0), min(area.bottom + CONTEXT, height))]
            strips.extend(strips_of(page, Box(0, 0, width, height), spans))
    return strips, marks

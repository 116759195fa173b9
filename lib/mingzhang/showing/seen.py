"""Seen: what the extractor saw of a table, drawn on the published page: grid, merged cells, header, row roles, figures.

The first place to look when a figure is missing or stands under the wrong heading: `mz.read(pdf).tables[3].show()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import MingzhangError
from ..reading.pages import Box
from .leaves import Upright
from .picture import Colour, Mark, Panel, Picture, Swatch, strips_of, union

if TYPE_CHECKING:
    from ..reading.extract import Cell
    from ..table import Table

HEADER: Colour = (214, 229, 250)
IGNORED: Colour = (226, 226, 226)
#: Tints of the rows by what was made of them.
ROWS: dict[str, Colour] = {
    "total": (255, 222, 150), "subtotal": (255, 240, 200), "memo": (236, 222, 250),
    "indicator": (222, 244, 222), "fund": (255, 240, 200),
}
TINTS = ((HEADER, "header"), (IGNORED, "no data: numbering, repeated header"), (ROWS["total"], "total"),
         (ROWS["subtotal"], "subtotal or fund row"), (ROWS["memo"], "memo (其中)"), (ROWS["indicator"], "indicator"))
GRID: Colour = (60, 110, 190)
MERGED: Colour = (150, 40, 160)
FIGURE: Colour = (0, 120, 60)
OUTLINES = ((GRID, "cell"), (MERGED, "merged cell"), (FIGURE, "figure in the data"))


def show_table(table: Table, pages: int = 3) -> Picture:
    """The first pages of a table with what was recognised drawn on it. Raises `MingzhangError` without its PDF."""
    if table.path is None:
        raise MingzhangError(f"{table.table_id}: it is not known which PDF this table was read from")
    shown = list(dict.fromkeys(cell.page for cell in table.grid.cells))
    cells = [cell for cell in table.grid.cells if cell.page in shown[:pages]]
    kinds = row_kinds(table)
    upright = Upright(table.path)
    boxes = [upright.box(cell.page, cell.box) for cell in cells]
    marks = [mark_of(cell, box, kinds.get(cell.row, ""), is_figure(table, cell)) for cell,
             box in zip(cells, boxes, strict=True)]
    frames = {page: union(box for cell, box in zip(cells, boxes, strict=True) if cell.page == page)
              for page in shown[:pages]}
    strips = [strip for page, box in frames.items() for strip in strips_of(page, box, [(box.top, box.bottom)])]
    caption = [
        f"{table.table_id} {table.title} ({table.form})",
        f"{table.grid.rows} rows, {table.grid.columns} columns, unit {table.unit or 'not printed'}, "
        f"{recognised(table)}",
        *described_columns(table),
    ]
    if len(shown) > pages:
        caption.append(f"pages {shown[0]}–{shown[pages - 1]} of {shown[0]}–{shown[-1]}; all of them: "
                       f"show(pages={len(shown)})")
    drawn = {(mark.tint, mark.outline) for mark in marks}
    tints, outlines = {tint for tint, _ in drawn}, {outline for _, outline in drawn}
    legend: list[Swatch] = [(tint, None, text) for tint, text in TINTS if tint in tints]
    legend += [(None, outline, text) for outline, text in OUTLINES if outline in outlines]
    return Picture((Panel(table.path, tuple(strips), tuple(marks)),), tuple(caption), legend=tuple(legend))


def recognised(table: Table) -> str:
    """How much was made of a table."""
    if table.projects:
        indicators, funds = (sum(len(getattr(project, name)) for project in table.projects)
                             for name in ("indicators", "funds"))
        return f"{indicators} indicators, {funds} fund rows" + (f", {len(table.projects)} projects"
                                                                if len(table.projects) > 1 else "")
    return f"{len(table.facts)} figures"


def mark_of(cell: Cell, box: Box, kind: str, figure: bool) -> Mark:
    """How a cell is drawn."""
    inner = Box(box.x0 + 0.7, box.top + 0.7, box.x1 - 0.7, box.bottom - 0.7)
    merged = cell.row_span > 1 or cell.column_span > 1
    outline = FIGURE if figure else MERGED if merged else GRID
    return Mark(cell.page, inner, 0, tint_of(kind), outline, width=1.2 if figure or merged else 0.6)


def tint_of(kind: str) -> Colour | None:
    return {"header": HEADER, "ignored": IGNORED, **ROWS}.get(kind)


def is_figure(table: Table, cell: Cell) -> bool:
    """Whether the cell's number became a row of amounts.csv."""
    return any((fact.row, fact.column) == (cell.row, cell.column) for fact in table.facts)


def row_kinds(table: Table) -> dict[int, str]:
    """What each row was taken for (header, ignored, total, subtotal, memo, indicator, fund); others are left out."""
    if table.projects:
        kinds: dict[int, str] = {}
        for project in table.projects:
            lines = {"indicator": [i.row for i in project.indicators], "fund": [fund.row for fund in project.funds]}
            for kind, rows in lines.items():
                kinds |= dict.fromkeys(rows, kind)
                if rows and min(rows) - 1 not in kinds:
                    kinds[min(rows) - 1] = "header"
        return kinds
    if table.layout is None or not table.facts:
        return dict.fromkeys(table.grid.repeats, "ignored")
    kinds = {fact.row: fact.row_role for fact in table.facts if fact.row_role != "item"}
    kinds |= dict.fromkeys(range(table.layout.first_row), "header")
    return kinds | dict.fromkeys(table.layout.skipped, "ignored")


def described_columns(table: Table) -> Iterator[str]:
    """One line a column of a table for figures: its role, and the measure of its figures."""
    if table.layout is None or not table.facts:
        return
    for column in table.layout.columns:
        meant = " ".join(filter(None, (column.role, column.measure, column.stage, column.fund)))
        yield f"column {column.index}: {meant} ({'/'.join(column.path)})"

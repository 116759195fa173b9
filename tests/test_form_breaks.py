"""Performance forms broken over two pages at every row: the same projects, funds and indicators, wherever merged texts
are printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import mingzhang as mz
from mingzhang.performance.model import Project
from mingzhang.performance.parts import GRAMMAR, forms_of
from mingzhang.performance.tables import read_projects
from mingzhang.reading.extract import Cell, PageTable
from mingzhang.reading.pages import Box, Page
from mingzhang.reading.stitch import LogicalTable, stitch

RAW = Path(__file__).parent.parent / "data" / "raw"


def said(project: Project) -> tuple[object, ...]:
    """What was read of a project, without places."""
    funds = [(one.block, one.item, {key: figure.raw for key, figure in one.figures.items()}) for one in project.funds]
    rows = [
        (one.level1, one.level2, one.level3, one.target_raw, one.actual_raw, one.weight, one.score, one.note, one.basis)
        for one in project.indicators
    ]
    return (
        project.project, project.project_code, project.competent_dept, project.implementing_unit, project.goal,
        project.actual_result,
        project.total_score, funds, rows,
    )


def page_table(table: LogicalTable, number: int, cells: list[Cell]) -> PageTable:
    """Cells of a table's columns as the table of a page of their own."""
    first, last = min(cell.row for cell in cells), max(cell.row + cell.row_span for cell in cells)
    moved = tuple(replace(cell, row=cell.row - first, page=number) for cell in cells)
    sides = {(at, x) for cell in table.cells for at,
        x in ((cell.column, cell.box.x0), (cell.column + cell.column_span, cell.box.x1))}
    xs = tuple(min(x for at, x in sides if at == column) for column in range(table.columns + 1))
    return PageTable(number, last - first, table.columns, moved, Box(xs[0], 80.0, xs[-1], 500.0), xs, "vector")


def broken(table: LogicalTable, row: int, upper: bool) -> Iterator[PageTable]:
    """The table cut before a row; texts of merged cells that the cut divides stand above it (`upper`) or below."""
    cut = [cell for cell in table.cells if cell.row < row < cell.row + cell.row_span]
    above = [cell for cell in table.cells if cell.row + cell.row_span <= row]
    below = [cell for cell in table.cells if cell.row >= row]
    above += [replace(cell, row_span=row - cell.row, text=cell.text if upper else "") for cell in cut]
    below += [replace(cell, row=row, row_span=cell.row + cell.row_span - row, text="" if upper else cell.text)
        for cell in cut]
    order = sorted(above, key=lambda c: (c.row, c.column)), sorted(below, key=lambda c: (c.row, c.column))
    return (page_table(table, number, cells) for number, cells in enumerate(order, 1))


def blank(number: int) -> Page:
    """A page on which nothing stands beside its table."""
    return Page(number, 595.0, 842.0, (), ())


def read_again(table: LogicalTable, pieces: list[PageTable]) -> list[tuple[object, ...]]:
    """What is read of page tables as successive pages of a document, under the title and headings of the table that
    they were."""
    grids = stitch([(blank(piece.page), [piece]) for piece in pieces], GRAMMAR)
    around = {"title": table.title, "unit": table.unit, "headings": table.headings}
    return [said(project) for grid in grids for form in forms_of(grid)
        for project in read_projects(replace(form, **around))]


LONG = ("fengrun-2024-budget", "xiamen-2024-budget", "fuzhou-2024-final")


@pytest.mark.parametrize("stem",
    ["gulou-2024-budget", "licheng-2021-final", *(pytest.param(stem, marks=pytest.mark.slow) for stem in LONG)])
def test_a_form_broken_at_any_row_is_the_same_form(stem: str) -> None:
    lost: Counter[str] = Counter()
    tried = 0
    tables = [table for table in mz.read(RAW / f"{stem}.pdf").tables if table.projects]
    for table in tables[:: 1 + len(tables) // 15]:
        expected = [said(project) for project in table.projects]
        for row in range(1, table.grid.rows) if not table.grid.repeats else ():
            for upper in (True, False):
                tried += 1
                if read_again(table.grid, list(broken(table.grid, row, upper))) != expected:
                    lost[f"{table.table_id} row {row} {'upper' if upper else 'lower'}"] += 1
    assert tried >= 10
    assert not lost

"""Performance forms of a dozen provinces (tools/synthetic/provinces.toml): what is filled in is what is read, broken
anywhere, titled or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from drawing import HEIGHT, LEFT, UP, WIDTH, Sheet
from test_form_breaks import blank, broken

import mingzhang as mz
from mingzhang.performance.model import Project
from mingzhang.performance.parts import GRAMMAR, forms_of
from mingzhang.performance.tables import read_projects
from mingzhang.reading.extract import Cell
from mingzhang.reading.pages import Box
from mingzhang.reading.stitch import LogicalTable, stitch

pytest.importorskip("reportlab", reason="synthetic documents need reportlab (the extra `synthetic`)")

from synthetic import make_accounts
from synthetic.provinces import FORMS, Filled, filled

DEPT, UNIT = "甲市文化局", "甲市图书馆"
SIDE, LINE = 70.0, 20.0


def form(name: str, seed: int = 3) -> Filled:
    project = replace(make_accounts(seed).projects[0], goal="完成年度任务8项。", result="已完成8项。")
    return filled(name, project, DEPT, UNIT)


def table_of(rows: Sequence[Sequence[str]]) -> LogicalTable:
    """Rows of texts as a logical table."""
    cells = []
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text in (LEFT, UP):
                continue
            wide = next((n for n in range(1, len(texts) - column) if texts[column + n] != LEFT), len(texts) - column)
            high = next((n for n in range(1, len(rows) - row) if rows[row + n][column] != UP), len(rows) - row)
            box = Box(column * SIDE, row * LINE, (column + wide) * SIDE, (row + high) * LINE)
            cells.append(Cell(row, column, high, wide, text, 1, box))
    return LogicalTable(len(rows), len(rows[0]), tuple(cells), "绩效表", (), (), "", (1,), ("vector",))


def agrees(project: Project, truth: Filled) -> bool:
    """Whether what was read of a form is what was filled in."""
    said = truth.said
    head = [project.project == said["project"], project.goal == said["goal"], project.implementing_unit
        == said.get("unit", "")]
    head += [project.competent_dept == said.get("dept", ""), project.actual_result == said.get("result", "")]
    head += [str(project.total_score or "") == said.get("total", ""), project.project_code == said.get("code", "")]
    items = [fund for fund in project.funds if any(fund.item == item for item, _ in truth.funds)]
    funds = len(items) == len(truth.funds) and all(
        fund.item == item and all(fund.value(key) == value for key, value in figures.items())
        for fund, (item, figures) in zip(items, truth.funds, strict=True)
    )
    rows = [
        {
            "level1": one.level1, "level2": one.level2, "level3": one.level3, "target": one.target_raw,
            "actual": one.actual_raw,
            "weight": str(one.weight), "score": str(one.score), "note": one.note,
        }
        for one in project.indicators
    ]
    wanted = [{key: text for key, text in one.items() if key in rows[0]} for one in truth.indicators] if rows else []
    return all(head) and funds and [{key: one[key] for key in wanted[0]} for one in rows] == wanted


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_is_read_however_a_page_breaks_it(name: str) -> None:
    truth = form(name)
    table = table_of(truth.rows)
    lost = []
    for row in range(table.rows):
        # which row a text of two rows belongs to cannot be told where a break leaves one on each side
        halved = any(cell.row_span == 2 and cell.row + 1 == row for cell in table.cells)
        for upper in (True,) if halved or not row else (True, False):
            pieces = list(broken(table, row, upper)) if row else [None]
            grids = stitch([(blank(one.page), [one]) for one in pieces if one], GRAMMAR) if row else [table]
            found = [project for grid in grids for one in forms_of(grid)
                for project in read_projects(replace(one, title="绩效表"))]
            if len(found) != 1 or not agrees(found[0], truth):
                lost.append((row, upper))
    assert table.rows > 8
    assert not lost


@pytest.mark.parametrize("titled", [True, False])
def test_forms_in_sequence(tmp_path: Path, titled: bool) -> None:
    """One form of each kind, a page each, all of other widths; with a title and page number, or with neither but on the
    first page."""
    truths = [form(name, 5) for name in sorted(FORMS)]
    sheet = Sheet()
    for number, truth in enumerate(truths):
        if titled or not number:
            sheet.title("2026年度项目支出绩效表", 10)
        if titled:
            sheet.text(WIDTH / 2, HEIGHT - 12, f"- {number + 7} -", 8, "middle")
        wide = len(truth.rows[0])
        sheet.table(truth.rows, [(WIDTH - 80) / wide] * wide, 45, [24.0] * len(truth.rows), 40, 6.0, leading=7.0)
        sheet.next_page()
    found = [one for table in mz.read(sheet.save(tmp_path / "a.pdf")).tables for one in table.projects]
    assert len(found) == len(truths)
    assert [name for name, one, truth in zip(sorted(FORMS), found, truths, strict=True) if not agrees(one, truth)] == []

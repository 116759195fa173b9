"""A sheet wider than its paper: the columns that a spreadsheet prints on later pages belong beside the first ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import LEFT, UP, Sheet, X

import mingzhang as mz

#: Rows of a form; in the first ones a merged cell runs from the second column over the end of the paper.
FORM = [
    ["项目编码：", "440306", LEFT, "项目名称：", "社区图书馆"],
    ["年度目标：", "新增图书2000册", LEFT, LEFT, LEFT],
    ["项目总金额（万元）：", "90.00", LEFT, "本年度项目金额（万元）：", "30.00"],
    ["一级指标", "二级指标", "三级指标", "目标值", "指标解释"],
    ["产出", "数量", "新增图书", "≥2000册", "采购合同"],
    [UP, "质量", "图书完好率", "≥98%", "抽查"],
    ["满意度", "服务对象满意度", "读者满意度", "≥90%", "问卷"],
]
WIDTHS = [140, 120, 120, 130, 120]


def draw(sheet: Sheet, rows: range, columns: range, top: float = 60.0) -> None:
    """Draw some rows and columns of the form on a page of its own; sides at which the paper ends are ruled only under the merged cells."""
    cut = [[FORM[row][column] for column in columns] for row in rows]
    bare = [["" if (words == UP and not row) or (words == LEFT and not column) else words for column, words in enumerate(line)] for row, line in enumerate(cut)]

    def ruled(side: str, row: int, column: int) -> bool:
        line, at = FORM[rows[row]], columns[column]
        merged = (side == "right" and at + 1 < len(line) and line[at + 1] == LEFT) or (side == "left" and line[at] == LEFT)
        return not merged

    sheet.table(bare, [WIDTHS[column] for column in columns], top=top, heights=60, ruled=ruled)


@pytest.mark.parametrize("blocks", [[range(7)], [range(6), range(6, 7)]])
def test_right_columns_on_later_pages_belong_beside_the_first(tmp_path: Path, blocks: list[range]) -> None:
    sheet = Sheet()
    parts = [(rows, columns) for columns in (range(2), range(2, 5)) for rows in blocks]
    for number, (rows, columns) in enumerate(parts):
        draw(sheet.next_page() if number else sheet, rows, columns)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))

    (project,) = [project for table in document.tables for project in table.projects]
    assert (project.project, project.project_code, project.goal) == ("社区图书馆", "440306", "新增图书2000册")
    assert [(one.level1, one.level3, one.target_raw) for one in project.indicators] == [
        ("产出", "新增图书", "≥2000册"), ("产出", "图书完好率", "≥98%"), ("满意度", "读者满意度", "≥90%"),
    ]
    assert [str(fund.annual_budget) for fund in project.funds] == ["90.00", "30.00"]
    pages = {cell.text: cell.page for table in document.tables for cell in table.grid.cells}
    assert pages["一级指标"] == 1
    assert pages["三级指标"] == 1 + len(blocks)
    assert document.status == "ok"


def test_successive_forms_with_the_same_rows_stay_apart(tmp_path: Path) -> None:
    sheet = Sheet()
    for number, name in enumerate(("甲项目", "乙项目")):
        page = sheet.next_page() if number else sheet
        page.table([["项目名称", name, LEFT], ["一级指标", "三级指标", "目标值"], ["产出指标", "数量", "≥1个"]], [150, 150, 150], top=60, heights=60)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))

    assert [project.project for table in document.tables for project in table.projects] == ["甲项目", "乙项目"]


def test_a_comment_over_the_cells_is_no_part_of_them(tmp_path: Path) -> None:
    sheet = Sheet()
    for number, columns in enumerate((range(2), range(2, 5))):
        draw(sheet.next_page() if number else sheet, range(7), columns)
    left, top = X + WIDTHS[2] + 40, 65.0
    for ends in ((left, top, left + 70, top), (left, top + 40, left + 70, top + 40), (left, top, left, top + 40), (left + 70, top, left + 70, top + 40)):
        sheet.rule(*ends)
    sheet.text(left + 4, top + 36, "无需填写")
    document = mz.read(sheet.save(tmp_path / "a.pdf"))

    (table,) = document.tables
    assert table.projects[0].project == "社区图书馆"
    assert not any("无需填写" in cell.text for cell in table.grid.cells)

"""Parts of performance forms as provinces print them: a name above the form, levels in bands, two figures in a cell, an upright plan."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from drawing import LEFT, UP, Rows, Sheet, X

import mingzhang as mz
from mingzhang.checking.checks import check_document
from mingzhang.performance.model import Project

HEAD = [["一级指标", "二级指标", "三级指标", "年度指标值", "分值"], ["产出指标", "数量指标", "新增图书", "≥2000册", "50"]]


def read(tmp_path: Path, rows: Rows, widths: list[float], above: str = "项目支出绩效目标表") -> list[Project]:
    sheet = Sheet()
    for number, line in enumerate(above.split("\n")):
        sheet.text(X, 40 + 14 * number, line)
    sheet.table(rows, widths, top=90)
    return [one for table in mz.read(sheet.save(tmp_path / "a.pdf")).tables for one in table.projects]


@pytest.mark.parametrize("label", ["项目名称：", "（一）项目名称：", "2.项目名称："])
def test_the_name_above_a_form_is_its_projects(tmp_path: Path, label: str) -> None:
    rows = [["主管部门", "甲市文化局", LEFT, "实施单位", "甲市图书馆"], *HEAD]
    (project,) = read(tmp_path, rows, [90, 90, 120, 90, 120], f"项目支出绩效目标表\n{label}社区图书馆")
    assert (project.project, project.implementing_unit, len(project.indicators)) == ("社区图书馆", "甲市图书馆", 1)


def test_a_first_level_in_a_band_over_its_rows(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "社区图书馆", LEFT, LEFT], ["二级指标", "三级指标", "年度指标值", "分值"], ["产出指标（50分）", LEFT, LEFT, LEFT],
        ["数量指标", "新增图书", "≥2000册", "50"], ["满意度指标（10分）", LEFT, LEFT, LEFT], ["服务对象满意度指标", "读者满意度", "≥90%", "10"],
    ]  # fmt: skip
    (project,) = read(tmp_path, rows, [120, 150, 120, 90])
    assert [(one.level1, one.level2, one.level3) for one in project.indicators] == [
        ("产出指标", "数量指标", "新增图书"), ("满意度指标", "服务对象满意度指标", "读者满意度"),
    ]  # fmt: skip


def test_execution_rate_and_score_in_one_cell(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "社区图书馆", LEFT, LEFT, LEFT], ["资金来源", "全年预算数", "全年执行数", "分值", "执行率／得分"],
        ["年度资金总额", "100.00", "97.50", "10", "97.50%／9.75"], *HEAD,
    ]  # fmt: skip
    (project,) = read(tmp_path, rows, [110, 90, 110, 90, 110])
    (fund,) = project.funds
    assert (fund.execution_rate, fund.score) == (Decimal("97.50"), Decimal("9.75"))


def test_points_beside_the_rate_in_one_cell_count_in_the_total(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "社区图书馆", LEFT, LEFT, LEFT], ["资金来源", "全年预算数", "全年执行数", "分值", "执行率／得分"],
        ["年度资金总额", "100.00", "97.50", "10", "97.50%／9.75"], ["一级指标", "三级指标", "年度指标值", "实际完成值", "得分"],
        ["产出指标", "新增图书", "≥2000册", "2000册", "90"], ["总分", LEFT, LEFT, LEFT, "99.75"],
    ]  # fmt: skip
    sheet = Sheet().title("项目支出绩效自评表")
    sheet.table(rows, [110, 90, 110, 90, 110], top=90)
    statuses = {one.rule: one.status for one in check_document(mz.read(sheet.save(tmp_path / "a.pdf")))}
    assert statuses["kpi-total"] == "pass"
    assert "fail" not in statuses.values()


def test_an_upright_payment_plan_is_no_row_of_funds(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "社区图书馆", LEFT, LEFT, LEFT], ["资金情况（万元）", "项目总金额", "300.00", "本年度金额", "100.00"],
        [UP, "其中：财政资金", "80.00", "其他资金", "20.00"], ["季度用款计划", "季度", LEFT, "用款计划（万元）", "占年度金额比例（%）"],
        [UP, "第一季度", LEFT, "40.00", "40.0"], [UP, "第二季度", LEFT, "60.00", "60.0"], [UP, "合计", LEFT, "100.00", "100.0"], *HEAD,
    ]  # fmt: skip
    (project,) = read(tmp_path, rows, [110, 110, 100, 120, 130])
    assert [(one.block, one.item.rstrip("："), one.annual_budget) for one in project.funds] == [
        ("total", "项目总金额", Decimal("300.00")), ("year", "本年度金额", Decimal("100.00")),
        ("year", "其中：财政资金", Decimal("80.00")), ("year", "其他资金", Decimal("20.00")),
    ]  # fmt: skip
    assert not [one for one in check_document(mz.read(tmp_path / "a.pdf")) if one.rule == "kpi-plan" and one.status == "fail"]
    assert project.plan is not None
    assert [(name, one.value) for name, one in project.plan.periods] == [("第一季度", Decimal("40.00")), ("第二季度", Decimal("60.00"))]


def test_a_register_whose_header_names_projects_and_money_goes_on(tmp_path: Path) -> None:
    head = [["单位名称", "项目名称", "预算资金", LEFT, "绩效指标", LEFT, LEFT, LEFT], [UP, UP, "合计", "财政拨款", "一级指标", "二级指标", "三级指标", "指标值"]]
    widths = [80, 90, 70, 70, 80, 90, 100, 80]
    first = [["甲馆", "甲项目", "10.00", "10.00", "产出指标", "数量指标", "图书", "≥1册"], ["", "", "", "", "", "", "阅览座位", "≥2个"]]
    second = [["乙馆", "乙项目", "20.00", "20.00", "产出指标", "数量指标", "讲座", "≥3场"], [UP, UP, UP, UP, "效益指标", "社会效益指标", "读者", "≥4人"]]
    sheet = Sheet().title("项目绩效目标情况表")
    bottom = sheet.table([*head, *first], widths, x=40)
    # the text of a merged cell that the break cuts runs over its end
    sheet.text(40 + 320 + 125, bottom + 3, "数量指标", 6, "middle")
    sheet.next_page().table([*head, *second], widths, top=40, x=40)
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    assert [(one.project, one.implementing_unit, [two.level3 for two in one.indicators]) for one in table.projects] == [
        ("甲项目", "甲馆", ["图书"]), ("乙项目", "乙馆", ["阅览座位", "讲座", "读者"]),
    ]  # fmt: skip
    assert [one.funds[0].item for one in table.projects] == ["合计", "合计"]


def test_a_column_of_money_whose_rows_have_labels_is_no_fund_of_its_own(tmp_path: Path) -> None:
    rows = [
        ["项目名称", LEFT, "社区图书馆", LEFT, LEFT], ["项目总预算", LEFT, "300.00", "项目当年预算", "100.00"],
        ["项目资金来源", "来源项目", LEFT, "金额", LEFT], [UP, "一般公共预算财政拨款", LEFT, "80.00", LEFT], [UP, "其他资金", LEFT, "20.00", LEFT],
        ["一级指标", "二级指标", "三级指标", "半年（程）目标值", "全年（程）目标值"], ["产出指标", "数量指标", "新增图书", "≥900册", "≥2000册"],
    ]  # fmt: skip
    (project,) = read(tmp_path, rows, [90, 90, 120, 110, 110])
    assert [(one.block, one.item, one.annual_budget) for one in project.funds] == [
        ("total", "项目总预算", Decimal("300.00")), ("year", "项目当年预算", Decimal("100.00")),
        ("year", "一般公共预算财政拨款", Decimal("80.00")), ("year", "其他资金", Decimal("20.00")),
    ]  # fmt: skip
    assert [one.target_raw for one in project.indicators] == ["≥2000册"]

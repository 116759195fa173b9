"""Parts of performance forms as provinces print them: a name above the form, levels in bands, two figures in a cell, an
upright plan."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from drawing import LEFT, UP, Rows, Sheet, X

import mingzhang as mz
from mingzhang.checking.checks import check_document
from mingzhang.performance.model import Project

HEAD = [["一级指标", "二级指标", "三级指标", "年度指标值", "分值"],
    ["产出指标", "数量指标", "新增图书", "≥2000册", "50"]]


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
        ["项目名称", "社区图书馆", LEFT, LEFT], ["二级指标", "三级指标", "年度指标值", "分值"],
        ["产出指标（50分）", LEFT, LEFT, LEFT],
        ["数量指标", "新增图书", "≥2000册", "50"], ["满意度指标（10分）", LEFT, LEFT, LEFT],
        ["服务对象满意度指标", "读者满意度", "≥90%", "10"],
    ]
    (project,) = read(tmp_path, rows, [120, 150, 120, 90])
    assert [(one.level1, one.level2, one.level3) for one in project.indicators] == [
        ("产出指标", "数量指标", "新增图书"), ("满意度指标", "服务对象满意度指标", "读者满意度"),
    ]


def test_execution_rate_and_score_in_one_cell(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "社区图书馆", LEFT, LEFT, LEFT], ["资金来源", "全年预算数", "全年执行数", "分值", "执行率／得分"],
        ["年度资金总额", "100.00", "97.50", "10", "97.50%／9.75"], *HEAD,
    ]
    (project,) = read(tmp_path, rows, [110, 90, 110, 90, 110])
    (fund,) = project.funds
    assert (fund.execution_rate, fund.score) == (Decimal("97.50"), Decimal("9.75"))


def test_points_beside_the_rate_in_one_cell_count_in_the_total(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "社区图书馆", LEFT, LEFT, LEFT], ["资金来源", "全年预算数", "全年执行数", "分值", "执行率／得分"],
        ["年度资金总额", "100.00", "97.50", "10", "97.50%／9.75"],
        ["一级指标", "三级指标", "年度指标值", "实际完成值", "得分"],
        ["产出指标", "新增图书", "≥2000册", "2000册", "90"], ["总分", LEFT, LEFT, LEFT, "99.75"],
    ]
    sheet = Sheet().title("项目支出绩效自评表")
    sheet.table(rows, [110, 90, 110, 90, 110], top=90)
    statuses = {one.rule: one.status for one in check_document(mz.read(sheet.save(tmp_path / "a.pdf")))}
    assert statuses["kpi-total"] == "pass"
    assert "fail" not in statuses.values()


def test_an_upright_payment_plan_is_no_row_of_funds(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "社区图书馆", LEFT, LEFT, LEFT],
        ["资金情况（万元）", "项目总金额", "300.00", "本年度金额", "100.00"],
        [UP, "其中：财政资金", "80.00", "其他资金", "20.00"],
        ["季度用款计划", "季度", LEFT, "用款计划（万元）", "占年度金额比例（%）"],
        [UP, "第一季度", LEFT, "40.00", "40.0"], [UP, "第二季度", LEFT, "60.00", "60.0"],
        [UP, "合计", LEFT, "100.00", "100.0"], *HEAD,
    ]
    (project,) = read(tmp_path, rows, [110, 110, 100, 120, 130])
    assert [(one.block, one.item.rstrip("："), one.annual_budget) for one in project.funds] == [
        ("total", "项目总金额", Decimal("300.00")), ("year", "本年度金额", Decimal("100.00")),
        ("year", "其中：财政资金", Decimal("80.00")), ("year", "其他资金", Decimal("20.00")),
    ]
    assert not [one for one in check_document(mz.read(tmp_path / "a.pdf")) if one.rule == "kpi-plan" and one.status
            == "fail"]
    assert project.plan is not None
    assert [(name, one.value) for name, one in project.plan.periods] == [("第一季度", Decimal("40.00")),
            ("第二季度", Decimal("60.00"))]


def test_a_register_whose_header_names_projects_and_money_goes_on(tmp_path: Path) -> None:
    head = [["单位名称", "项目名称", "预算资金", LEFT, "绩效指标", LEFT, LEFT, LEFT],
        [UP, UP, "合计", "财政拨款", "一级指标", "二级指标", "三级指标", "指标值"]]
    widths = [80, 90, 70, 70, 80, 90, 100, 80]
    first = [["甲馆", "甲项目", "10.00", "10.00", "产出指标", "数量指标", "图书", "≥1册"],
        ["", "", "", "", "", "", "阅览座位", "≥2个"]]
    second = [["乙馆", "乙项目", "20.00", "20.00", "产出指标", "数量指标", "讲座", "≥3场"],
        [UP, UP, UP, UP, "效益指标", "社会效益指标", "读者", "≥4人"]]
    sheet = Sheet().title("项目绩效目标情况表")
    bottom = sheet.table([*head, *first], widths, x=40)
    # the text of a merged cell that the break cuts runs over its end
    sheet.text(40 + 320 + 125, bottom + 3, "数量指标", 6, "middle")
    sheet.next_page().table([*head, *second], widths, top=40, x=40)
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    assert [(one.project, one.implementing_unit, [two.level3 for two in one.indicators]) for one in table.projects] == [
        ("甲项目", "甲馆", ["图书"]), ("乙项目", "乙馆", ["阅览座位", "讲座", "读者"]),
    ]
    assert [one.funds[0].item for one in table.projects] == ["合计", "合计"]


def test_a_column_of_money_whose_rows_have_labels_is_no_fund_of_its_own(tmp_path: Path) -> None:
    rows = [
        ["项目名称", LEFT, "社区图书馆", LEFT, LEFT], ["项目总预算", LEFT, "300.00", "项目当年预算", "100.00"],
        ["项目资金来源", "来源项目", LEFT, "金额", LEFT], [UP, "一般公共预算财政拨款", LEFT, "80.00", LEFT],
        [UP, "其他资金", LEFT, "20.00", LEFT],
        ["一级指标", "二级指标", "三级指标", "半年（程）目标值", "全年（程）目标值"],
        ["产出指标", "数量指标", "新增图书", "≥900册", "≥2000册"],
    ]
    (project,) = read(tmp_path, rows, [90, 90, 120, 110, 110])
    assert [(one.block, one.item, one.annual_budget) for one in project.funds] == [
        ("total", "项目总预算", Decimal("300.00")), ("year", "项目当年预算", Decimal("100.00")),
        ("year", "一般公共预算财政拨款", Decimal("80.00")), ("year", "其他资金", Decimal("20.00")),
    ]
    assert [one.target_raw for one in project.indicators] == ["≥2000册"]


def test_a_tree_of_units_projects_and_levels(tmp_path: Path) -> None:
    """Each name, level and indicator on a row of its own, nothing merged; a branch may begin on one page and bear on
    the next."""
    head = ["单位名称、项目名称", "项目年度绩效目标", "一级指标", "二级指标", "三级指标", "指标值"]
    first = [["甲馆"], ["甲项目", "办好展览"], ["", "", "产出指标"], ["", "", "", "数量指标"],
        ["", "", "", "", "展览", "3场"], ["", "", "效益指标"]]
    second = [["", "", "", "社会效益指标"], ["", "", "", "", "观众", "9000人"], ["乙项目", "修书"],
        ["", "", "产出指标"], ["", "", "", "质量指标"],
              ["", "", "", "", "合格率", "100%"]]
    sheet = Sheet().title("部门项目支出绩效目标表")
    bottom = [[*row, *[""] * (6 - len(row))] for row in (*first, *second)]
    sheet.table([head, *bottom[: len(first)]], [100, 120, 80, 90, 100, 80])
    sheet.next_page().table([head, *bottom[len(first) :]], [100, 120, 80, 90, 100, 80], top=40)
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    assert [(one.project, one.implementing_unit, one.goal)
            for one in table.projects] == [("甲项目", "甲馆", "办好展览"), ("乙项目", "甲馆", "修书")]
    assert [(i.level1, i.level2, i.level3) for one in table.projects for i in one.indicators] == [
        ("产出指标", "数量指标", "展览"), ("效益指标", "社会效益指标", "观众"), ("产出指标", "质量指标", "合格率"),
    ]


def test_projects_in_columns_beside_common_labels(tmp_path: Path) -> None:
    rows = [
        ["项目名称", LEFT, LEFT, "甲项目", "乙项目"], ["实施单位", LEFT, LEFT, "甲馆", "乙馆"],
        ["资金总额", LEFT, LEFT, "10.00", "20.00"],
        ["一级指标", "二级指标", "三级指标", "指标值", "指标值"], ["产出指标", "数量指标", "图书", "≥100册", "≥300册"],
        [UP, "质量指标", "合格率", "100%", "95%"],
    ]
    found = read(tmp_path, rows, [90, 90, 90, 110, 110])
    assert [(one.project, one.implementing_unit, one.funds[0].annual_budget, [i.target_raw for i in one.indicators])
            for one in found] == [
        ("甲项目", "甲馆", Decimal(10), ["≥100册", "100%"]), ("乙项目", "乙馆", Decimal(20), ["≥300册", "95%"]),
    ]


def test_a_project_printed_again_on_each_page_is_one(tmp_path: Path) -> None:
    head = ["项目名称（项目编码）", "资金总额", "年度目标", "一级", "二级", "三级指标", "指标值"]
    body = [["甲项目（513425260000011872301）", "10.00", "办好展览", "产出", "数量", "展览", "3场"],
        [UP, UP, UP, "效益", "社会效益", "观众", "9000人"]]
    sheet = Sheet().title("项目绩效目标汇总表")
    widths = [190, 70, 90, 70, 80, 90, 80]
    sheet.table([head, *body], widths)
    sheet.next_page().table([head, [*body[0][:3], "满意度", "服务对象满意度", "观众满意度", "≥90%"]], widths, top=40)
    ((project,),) = [table.projects for table in mz.read(sheet.save(tmp_path / "a.pdf")).tables]
    assert (project.project, project.project_code, len(project.funds)) == ("甲项目", "513425260000011872301", 1)
    assert [one.level3 for one in project.indicators] == ["展览", "观众", "观众满意度"]


def test_leftovers_of_a_template_are_no_indicators(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "社区图书馆", LEFT, LEFT], ["年度目标", "目标1：新增图书。\n目标2：\n……", LEFT, LEFT],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "指标1：新增图书", "≥2000册"], [UP, UP, "指标2：", ""], [UP, UP, "……", ""],
        ["说明", "请在此处说明发现的问题。", LEFT, LEFT],
    ]
    sheet = Sheet().title("项目支出绩效目标表")
    sheet.table(rows, [110, 110, 130, 100], 90, [20, 44, *[20] * 5])
    ((project,),) = [table.projects for table in mz.read(sheet.save(tmp_path / "a.pdf")).tables]
    assert (project.goal, [one.level3 for one in project.indicators]) == ("新增图书。", ["指标1：新增图书"])


def test_a_goal_in_parts_with_its_results(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "社区图书馆", LEFT, LEFT], ["年度总体目标", "预期目标", "实际完成情况", LEFT],
        [UP, "1.新增图书。", "1.已新增。", LEFT],
        [UP, "2.举办讲座。", "2.已举办。", LEFT], ["一级指标", "三级指标", "年度指标值", "实际完成值"],
        ["产出指标", "讲座", "3场", "3场"],
    ]
    (project,) = read(tmp_path, rows, [110, 130, 110, 100])
    assert (project.goal, project.actual_result) == ("1.新增图书。\n2.举办讲座。".replace("\n", ""),
            "1.已新增。2.已举办。")


PRICED = [["项目名称", "奶业补助", LEFT, LEFT], ["资金总额", "230.00", "财政拨款", "230.00"],
    ["年度目标", "整治排污口完成整治96个", LEFT, LEFT]]
INDICATORS = ["一级指标", "二级指标", "三级指标", "指标值"]


@pytest.mark.parametrize(("price", "cows", "rule"),
    [("＝5000元", "＝460头", ""), ("＝50000元", "＝460头", "kpi-cost"), ("≤900元", "＝460头", "")])
def test_a_cost_of_one_piece_times_the_pieces(tmp_path: Path, price: str, cows: str, rule: str) -> None:
    rows = [*PRICED[:2], INDICATORS, ["产出指标", "数量指标", "引进奶牛", cows],
        ["成本指标", "经济成本指标", "每头奶牛补助", price]]
    sheet = Sheet().title("项目支出绩效目标表")
    sheet.table(rows, [110, 110, 110, 110], top=90)
    failed = [one for one in check_document(mz.read(sheet.save(tmp_path / "a.pdf"))) if one.status == "fail"]
    assert [one.rule for one in failed] == ([rule] if rule else [])


def test_transposed_digits_in_a_clause_of_the_goal(tmp_path: Path) -> None:
    rows = [
        *PRICED[:2], ["年度目标", "排查入海排污口230个、完成整治96个", LEFT, LEFT], INDICATORS,
        ["产出指标", "数量指标", "排查入海排污口", "≥230个"], [UP, UP, "整治入海排污口", "＝69个"],
    ]
    sheet = Sheet().title("项目支出绩效目标表")
    sheet.table(rows, [110, 110, 110, 110], top=90)
    (failed,) = [one for one in check_document(mz.read(sheet.save(tmp_path / "a.pdf"))) if one.status == "fail"]
    assert (failed.rule, failed.said.printed if failed.said else "") == ("kpi-goal", "＝69个")


def failing(path: Path) -> list[tuple[str, str]]:
    """The rules of performance tables that a document breaks, with what they say."""
    return [(one.rule, one.statement) for one in check_document(mz.read(path)) if one.status == "fail"]


def test_targets_of_the_whole_term_are_not_held_against_the_goal_of_the_year(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "河道治理", *[LEFT] * 5], ["总体目标", "实施期目标", LEFT, LEFT, "年度目标", LEFT, LEFT],
        [UP, "治理河道62公里", LEFT, LEFT, "治理河道24公里", LEFT, LEFT],
        ["一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "治理河道", "≥62公里", "数量指标", "治理河道", "≥24公里"],
    ]
    sheet = Sheet().title("2025年项目支出绩效目标表")
    sheet.table(rows, [90] * 7)
    path = sheet.save(tmp_path / "a.pdf")
    assert [one.term for table in mz.read(path).tables for one in table.projects[0].indicators] == [True, False]
    assert failing(path) == []


def test_a_sum_by_levels_is_judged_where_sibling_forms_add_up(tmp_path: Path) -> None:
    sheet = Sheet()
    for number, (total, central, county) in enumerate([("30.00", "20.00", "10.00"), ("50.00", "40.00", "10.00"),
                                                       ("75.00", "44.00", "13.00")]):
        rows = [["项目名称", f"道路{number}", LEFT, LEFT], ["资金总额", total, LEFT, LEFT],
            ["中央资金", central, LEFT, LEFT],
                ["县级资金", county, LEFT, LEFT], INDICATORS,
                ["产出指标", "数量指标", "硬化道路", "≥9公里"]]
        sheet.title("项目支出绩效目标表").table(rows, [110, 110, 110, 110], top=90)
        sheet.next_page()
    ((rule, _),) = failing(sheet.save(tmp_path / "a.pdf"))
    assert rule == "kpi-fund-total"

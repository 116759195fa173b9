"""Forms of other provinces, each drawn from what it prints: the words and layouts that a new province brings.

A table is written as text: a row a line, cells divided by |, "<" covered by the cell to the left, "^" by the one above.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import Sheet, facts

import mingzhang as mz
from mingzhang import forms
from mingzhang.clean import line_unit
from mingzhang.narrative.wording import read_phrase
from mingzhang.performance.model import Project
from mingzhang.performance.words import match
from mingzhang.reading.captions import is_furniture

WIDE = 720.0


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def drawn(folder: Path, title: str, text: str, unit: str = "") -> mz.Document:
    """The document of one page with one table."""
    table = rows(text)
    sheet = Sheet().title(title, unit=unit)
    sheet.table(table, [WIDE / len(table[0])] * len(table[0]))
    return mz.read(sheet.save(folder / "a.pdf"))


def project_of(folder: Path, title: str, text: str) -> Project:
    """The project of a performance table."""
    (table,) = drawn(folder, title, text).tables
    assert table.form in forms.KPI_FORMS
    (project,) = table.projects
    return project


def funds(project: Project) -> list[tuple[str, dict[str, str]]]:
    return [(fund.item, {key: one.raw for key, one in fund.figures.items() if one.raw}) for fund in project.funds]


def indicators(project: Project) -> list[tuple[str, ...]]:
    points = [("" if one.weight is None else str(one.weight), "" if one.score is None else str(one.score)) for one in project.indicators]
    return [(one.level1, one.level2, one.level3, one.target_raw, one.actual_raw, *pair) for one, pair in zip(project.indicators, points, strict=True)]


# --- performance tables ----------------------------------------------------------------------------------------------


def test_self_evaluation_with_adjusted_figures(tmp_path: Path) -> None:
    """Chongqing: total score in the head, adjusted budget and goal in brackets, weight and score of the execution rate."""
    project = project_of(tmp_path, "2023年度项目绩效自评表", """
        项目名称|食品安全监管|<|项目编码|50000023T000003312345|<|自评总分（分）|96.5
        主管部门|某某局|<|财政归口处室|行政处|<|项目经办人|张三
        项目资金（万元）|年初预算数|全年（调整）预算数|全年执行数|执行率（%）|<|执行率权重|执行率得分
        年度总金额|500.00|480.00|470.00|97.92|<|10|9.79
        当年绩效目标|年初绩效目标|<|全年（调整）绩效目标|<|<|全年目标实际完成情况|<
        ^|甲目标。|<|乙目标。|<|<|已完成。|<
        绩效指标|指标名称|计量单位|指标性质|年初指标值|全年完成值|指标权重|指标得分
        ^|抽检批次|批|≥|1000|1100|40|40
    """)
    assert (project.project_code, str(project.total_score), project.actual_result) == ("50000023T000003312345", "96.5", "已完成。")
    assert project.goal == "甲目标。"
    assert funds(project) == [("年度总金额", {
        "initial_budget": "500.00", "annual_budget": "480.00", "executed": "470.00", "weight": "10", "execution_rate": "97.92",
        "score": "9.79",
    })]
    assert indicators(project) == [("", "", "抽检批次", "≥1000批", "1100", "40", "40")]


def test_self_evaluation_with_lettered_columns(tmp_path: Path) -> None:
    """Hubei: letters in brackets behind the header words, a numbered goal with its points, reasons below the total."""
    project = project_of(tmp_path, "2023年度食品安全监管项目自评表", """
        单位名称|某某局|<|填报日期：2024年3月10日|<|<
        项目名称|食品安全监管项目|<|<|<|<
        预算执行情况（万元）（20分）||预算数（A）|执行数（B）|执行率（B/A）|得分（20分*执行率）
        ^|年度财政资金总额|600.00|590.00|98.33%|19.67
        年度目标1：（80分）|加强食品安全监管|<|<|<|<
        一级指标|二级指标|三级指标|年初目标值（A）|实际完成值（B）|得分
        产出指标|数量指标|抽检批次|2000批次|2100批次|80
        总分|99.67|<|<|<|<
        偏差大或目标未完成原因分析|无|<|<|<|<
    """)
    assert (project.goal, str(project.total_score)) == ("加强食品安全监管", "99.67")
    assert indicators(project) == [("产出指标", "数量指标", "抽检批次", "2000批次", "2100批次", "", "80")]


def test_fund_header_over_row_names(tmp_path: Path) -> None:
    """Sichuan: 年度预算数（万元） heads the names of the rows, not figures."""
    project = project_of(tmp_path, "部门预算项目支出绩效自评表", """
        项目名称|监督抽检经费|<|<|<|<|<|<
        主管部门|某某局|<|<|实施单位（盖章）|<|某某局机关|<
        项目基本情况|1.项目年度目标完成情况|项目年度目标|<|<|年度目标完成情况|<|<
        ^|^|完成抽检任务。|<|<|已完成。|<|<
        预算执行情况（10分）|年度预算数（万元）|年初预算|调整后预算数|预算执行数|预算执行率|权重|得分
        ^|总额|300.00|280.00|279.50|99.82%|10|10
        ^|其中：财政资金|300.00|280.00|279.50|99.82%|/|/
        绩效指标|一级指标|二级指标|三级指标|指标性质|指标值|度量单位|完成值
        ^|产出指标|数量指标|抽检批次|≥|3000|批次|3120
    """)
    assert (project.goal, project.actual_result, project.implementing_unit) == ("完成抽检任务。", "已完成。", "某某局机关")
    assert [(item, values["annual_budget"]) for item, values in funds(project)] == [("总额", "280.00"), ("其中：财政资金", "280.00")]


def test_whole_body_with_its_tasks(tmp_path: Path) -> None:
    """Shaanxi: tasks with their money under a header of two rows; 任务名称 names no project."""
    project = project_of(tmp_path, "部门整体支出绩效目标表", """
        部门（单位）名称|<|某某局|<|<|<
        年度主要任务|任务名称|主要内容|预算金额（万元）|<|<
        ^|^|^|总额|财政拨款|其他资金
        ^|人员经费|保障人员工资|1,200.00|1,200.00|
        ^|金额合计|<|1,200.00|1,200.00|
        年度履职目标|完成全年工作任务。|<|<|<|<
        年度绩效指标|一级指标|二级指标|指标内容|<|指标值
        ^|产出指标|数量指标|印发公报|<|≥12期
    """)
    assert (project.project, project.goal) == ("某某局", "完成全年工作任务。")
    assert funds(project) == [
        ("人员经费", {"annual_budget": "1,200.00"}), ("金额合计", {"annual_budget": "1,200.00"}), ("财政拨款", {"annual_budget": "1,200.00"}), ("其他资金", {}),
    ]
    assert indicators(project) == [("产出指标", "数量指标", "印发公报", "≥12期", "", "", "")]


def test_figures_below_their_labels_and_beside_them(tmp_path: Path) -> None:
    project = project_of(tmp_path, "部门整体支出绩效目标表", """
        部门名称|某某局|<|<|<
        年度部门整体支出预算|资金总额|财政拨款|其他资金|<
        ^|2,310.55|2,300.55|10.00|<
        在职人员总数|115|<|其中：公用经费|500
        年度总体目标|完成各项任务。|<|<|<
        一级指标|二级指标|三级指标|指标值|备注
        产出指标|数量指标|报表|≥30套|
    """)
    assert funds(project) == [
        ("资金总额", {"annual_budget": "2,310.55"}), ("财政拨款", {"annual_budget": "2,300.55"}),
        ("其他资金", {"annual_budget": "10.00"}), ("其中：公用经费", {"annual_budget": "500"}),
    ]


def test_spent_beside_the_budget(tmp_path: Path) -> None:
    """The transfers' older form: 预算数 and 执行数 as labels side by side."""
    project = project_of(tmp_path, "项目支出绩效自评表", """
        项目名称|地质灾害防治|<|<|<
        预算执行情况（万元）|预算数：|3,000.00|执行数：|2,980.00
        ^|其中：财政拨款|2,900.00|其中：财政拨款|2,880.00
        一级指标|二级指标|三级指标|指标值|实际完成值
        产出指标|数量指标|治理工程数|≥20处|20处
    """)
    assert funds(project) == [
        ("预算数：", {"annual_budget": "3,000.00", "executed": "2,980.00"}),
        ("其中：财政拨款", {"annual_budget": "2,900.00", "executed": "2,880.00"}),
    ]


def test_goals_with_indicators_of_their_own(tmp_path: Path) -> None:
    """Hubei: a goal between two blocks of indicators is none of them."""
    project = project_of(tmp_path, "部门整体绩效目标申报表", """
        部门名称|某某厅|<|<|<
        整体绩效总目标|推动发展。|<|<|<
        长期目标1：|提升能力|<|<|<
        一级指标|二级指标|三级指标|指标值|指标值确定依据
        产出指标|数量指标|监测点数|≥100个|规划
        年度目标1：|提升能力|<|<|<
        一级指标|二级指标|三级指标|指标值|指标值确定依据
        产出指标|数量指标|监测点数|≥90个|计划
    """)
    assert project.goal == "推动发展。"
    assert [one[3] for one in indicators(project)] == ["≥100个", "≥90个"]


def test_weights_of_every_level(tmp_path: Path) -> None:
    """Hunan: 分值 behind each level; an indicator's weight is the one behind its own name."""
    project = project_of(tmp_path, "部门整体支出绩效自评指标计分表", """
        一级指标|分值|二级指标|分值|三级指标|分值|评价标准|得分
        投入|10|预算配置|10|在职人员控制率|5|以100%为标准|5
        ^|^|^|^|“三公经费”变动率|5|≤0得满分|4
        过程|90|预算执行|90|预算完成率|90|100%计满分|88
        总分|100||||||97
    """)
    assert [(one[2], one[5], one[6]) for one in indicators(project)] == [
        ("在职人员控制率", "5", "5"), ("“三公经费”变动率", "5", "4"), ("预算完成率", "90", "88"),
    ]
    assert str(project.total_score) == "97"


@pytest.mark.parametrize("name", ["项目名称", "项目支出名称", "单位名称、项目名称", "单位（项目）名称", "专项（项目）名称", "二级项目名称"])
def test_register_with_a_merged_header(tmp_path: Path, name: str) -> None:
    (table,) = drawn(tmp_path, "项目支出绩效目标表", f"""
        {name}|资金总额|<|实施期绩效目标|绩效指标|<|<|<
        ^|金额|其中：财政资金|^|一级指标|二级指标|三级指标|指标值
        抽样调查|210.00|200.00|完成调查。|产出指标|数量指标|样本量|≥3200户
        ^|^|^|^|效益指标|社会效益指标|决策服务|提升
        人口监测|35.00|35.00|开展监测。|产出指标|数量指标|小区数|≥110个
    """).tables
    assert [(one.project, one.goal, len(one.indicators)) for one in table.projects] == [("抽样调查", "完成调查。", 2), ("人口监测", "开展监测。", 1)]
    assert funds(table.projects[0]) == [("资金总额", {"annual_budget": "210.00"}), ("其中：财政资金", {"annual_budget": "200.00"})]


def test_first_levels_side_by_side(tmp_path: Path) -> None:
    """Henan: a register with 三级指标 and 指标值 under each first level; a body over its projects is no project."""
    (table,) = drawn(tmp_path, "2024年部门预算项目绩效目标表", """
        单位编码（项目编码）|单位（项目）名称|资金总额|绩效目标|<|<|<
        ^|^|^|成本指标|<|产出指标|<
        ^|^|^|三级指标|指标值|三级指标|指标值
        410001|某某局|30.00||||
        41000024000001|年鉴编印|30.00|印刷成本|≤30万元|印刷册数|≥1000册
        ^|^|^|||印刷合格率|100%
    """).tables
    (project,) = table.projects
    assert (project.project, project.project_code) == ("年鉴编印", "41000024000001")
    assert [(one[0], one[2], one[3]) for one in indicators(project)] == [
        ("成本指标", "印刷成本", "≤30万元"), ("产出指标", "印刷册数", "≥1000册"), ("产出指标", "印刷合格率", "100%"),
    ]


def test_register_cut_by_a_page_break_in_a_merged_cell(tmp_path: Path) -> None:
    """A spreadsheet prints the text of a merged cell once, on whichever page its middle stands; the header is repeated."""
    head = rows("单位名称|项目名称|预算数|年度目标|一级指标|二级指标|三级指标|指标值")
    first = rows("""
        |甲项目|7.50|完成甲。|产出指标|数量指标|任务甲|≥1项
        ^|^|^|^|效益指标|社会效益指标|影响甲|良好
        ^||||产出指标|数量指标|任务乙|≥2项
    """)
    second = rows("""
        某某局|乙项目|8.50|完成乙。|效益指标|社会效益指标|影响乙|良好
        ^|^|^|^|满意度指标|服务对象满意度指标|满意乙|≥90%
        ^|丙项目|9.50|完成丙。|产出指标|数量指标|任务丙|≥3项
    """)
    widths = [WIDE / 8] * 8
    sheet = Sheet().title("部门预算项目绩效目标表", unit="单位：万元")
    sheet.table([*head, *first], widths, top=400)
    sheet.next_page().title("部门预算项目绩效目标表", unit="单位：万元")
    sheet.table([*head, *second], widths)
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    assert [(one.project, one.goal, [f.figures["annual_budget"].raw for f in one.funds], len(one.indicators)) for one in table.projects] == [
        ("甲项目", "完成甲。", ["7.50"], 2), ("乙项目", "完成乙。", ["8.50"], 3), ("丙项目", "完成丙。", ["9.50"], 1),
    ]
    assert {one.implementing_unit for one in table.projects} == {"某某局"}


def test_clipped_text_is_not_read(tmp_path: Path) -> None:
    """A spreadsheet writes the whole text of a cell and clips it at the neighbour's border and the end of the page."""
    sheet = Sheet().title("部门支出总表")
    sheet.table(rows("科目编码|科目名称|合计\n201|办公|9.00"), [100, 100, 200])
    path = sheet.canvas.beginPath()
    path.rect(160, sheet.height - 110, 100, 20)
    sheet.canvas.saveState()
    sheet.canvas.clipPath(path, stroke=0, fill=0)
    sheet.text(225, 104, "厅及相关机构事务支出123")
    sheet.canvas.restoreState()
    sheet.text(400, sheet.height + 40, "页外的字")
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    ((code, _, column, amount),) = facts(document)
    assert (code, column, amount) == ("201", "合计", "9.00")
    assert "页外" not in document.content[0].text


# --- fiscal tables ---------------------------------------------------------------------------------------------------


def test_codes_of_bodies_are_no_figures(tmp_path: Path) -> None:
    document = drawn(tmp_path, "收入总表", """
        部门（单位）代码|部门（单位）名称|合计|本年收入|<
        ^|^|^|小计|一般公共预算
        042|某某厅|90.00|80.00|70.00
        042001|某某厅本级|90.00|80.00|70.00
    """, "单位：万元")
    assert {fact[1] for fact in facts(document)} == {"某某厅", "某某厅本级"}
    assert len(document.amounts) == 6


@pytest.mark.parametrize(
    ("title", "header", "row", "name"),
    [
        ("项目支出表", "项目类别|项目代码|项目名称|项目单位|合计|一般公共预算", "特定目标类|42000024|水质监测|某某中心|9.00|9.00", "水质监测"),
        ("政府采购预算表", "预算项目|采购项目|采购目录|计量单位|数量|合计", "公用经费|复印纸采购|办公用品|批|1|9.00", "复印纸采购"),
        ("项目支出情况表", "单位名称|项目名称|项目类别|是否采购|合计|其他资金", "某某局|河道清淤|延续|是|9.00|9.00", "河道清淤"),
        ("政府购买服务预算表", "购买服务项目|购买内容|直接受益对象|购买方式|合计|其他资金", "法律顾问|咨询|群众|招标|9.00|9.00", "法律顾问"),
        ("政府购买服务预算表", "购买服务项目名称|一级目录|二级目录|三级目录|合计|其他资金", "法律顾问|辅助性服务|法律服务|咨询|9.00|9.00", "法律顾问"),
    ],
)
def test_a_row_is_named_by_what_it_is_about(tmp_path: Path, title: str, header: str, row: str, name: str) -> None:
    document = drawn(tmp_path, title, f"{header}\n{row}\n合计|<|<|<||9.00" if "数量" not in header else f"{header}\n{row}", "单位：万元")
    assert name in set(document.amounts["name"])
    assert not {"某某中心", "办公用品", "咨询"} & set(document.amounts["name"])


def test_economic_class_beside_the_functional_one(tmp_path: Path) -> None:
    """Yunnan: a table of basic expenditure by economic class, the functional class beside it."""
    document = drawn(tmp_path, "部门基本支出预算表", """
        单位名称|项目名称|功能科目编码|功能科目名称|部门经济科目编码|部门经济科目名称|总计|一般公共预算
        某某局|人员工资|2010501|行政运行|30101|基本工资|7.00|7.00
        某某局|人员工资|2010501|行政运行|30102|津贴补贴|2.00|2.00
    """, "单位：万元")
    assert set(document.amounts["code"]) == {"30101", "30102"}
    assert set(document.amounts["name"]) == {"基本工资", "津贴补贴"}


def test_title_and_unit_framed_in_one_cell(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.table(rows("""
        ||||
        科目编码|科目名称|合计|基本支出|项目支出
        201|一般公共服务支出|9.00|7.00|2.00
    """)[1:], [100, 220, 120, 120, 120], top=100)
    sheet.text(400, 75, "部门支出总表", 14, "middle")
    sheet.text(735, 92, "单位：元", 9, "right")
    for x in (60.0, 740.0):
        sheet.rule(x, 60, x, 100)
    sheet.rule(60, 60, 740, 60)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert document.catalogue[["form", "title", "amount_unit"]].to_numpy().tolist() == [["expenditure", "部门支出总表", "元"]]
    assert len(document.amounts) == 3


def test_cells_boxed_one_by_one(tmp_path: Path) -> None:
    """HTML's separate borders: every cell has a box of its own, a gap between each two."""
    table = rows("""
        科目编码|科目名称|合计
        201|一般公共服务支出|9.00
        20103|办公厅事务|7.00
    """)
    sheet = Sheet().title("部门支出总表")
    for i, row in enumerate(table):
        for j, text in enumerate(row):
            x0, y0, x1, y1 = 62 + 200 * j, 82 + 22 * i, 260 + 200 * j, 102 + 22 * i
            for rule in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
                sheet.rule(*rule)
            sheet.text(x0 + 4, y1 - 6, text)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert facts(document) == {("201", "一般公共服务支出", "合计", "9.00"), ("20103", "办公厅事务", "合计", "7.00")}


def test_table_goes_on_between_running_head_and_foot(tmp_path: Path) -> None:
    """A head and a foot on every page stand between the parts of a table that begins in the middle of a page."""
    head = [["科目编码", "科目名称", "合计"]]
    body = [[f"2010{n}", f"某某事务{n}", f"{n}.00"] for n in range(101, 131)]
    sheet = Sheet()

    def furnish(page: int) -> None:
        sheet.text(421, 30, "某某省某某厅2024年度部门预算公开", align="middle")
        sheet.text(421, 580, f"第 {page} 页，共 3 页", align="middle")

    furnish(1)
    sheet.text(60, 60, "一、部门概况")
    sheet.title("部门支出总表", top=300)
    sheet.table([*head, *body[:10]], [100, 300, 200], top=340)
    for page, part in ((2, body[10:20]), (3, body[20:])):
        sheet.next_page()
        furnish(page)
        sheet.table(part, [100, 300, 200], top=50)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert document.catalogue[["form", "page_first", "page_last"]].to_numpy().tolist() == [["expenditure", 1, 3]]
    assert len(document.amounts) == 30


def test_codes_with_points_and_codes_merged_over_rows(tmp_path: Path) -> None:
    pointed = drawn(tmp_path, "部门支出表", """
        科目编码|科目名称|合计|基本支出
        201|一般公共服务支出|9.00|8.00
        201.05|统计信息事务|9.00|8.00
        201.05.01|行政运行|9.00|8.00
    """, "单位：万元")
    assert list(pointed.amounts["code"]) == ["201", "201", "20105", "20105", "2010501", "2010501"]
    merged = drawn(tmp_path, "部门支出表", """
        科目编码|<|<|科目名称|合计
        类|款|项|^|^
        201|05|01|行政运行|9.00
        ^|^|02|一般行政管理事务|8.00
        ^|36|99|其他支出|7.00
        合计|<|<|<|24.00
    """, "单位：万元")
    assert list(merged.amounts["code"]) == ["2010501", "2010502", "2013699", ""]


def test_nothing_printed_as_a_word_is_no_name(tmp_path: Path) -> None:
    """A township writes 无 where it has no such income; the column of money names no row."""
    document = drawn(tmp_path, "部门收入总体情况表", """
        序号|部门（单位）|合计|一般公共预算|政府性基金预算|其他收入
        1|某某镇人民政府|9.00|8.00|无|1.00
        2|某某镇便民服务中心|5.00|5.00|无|/
    """, "单位：万元")
    assert set(document.amounts["name"]) == {"某某镇人民政府", "某某镇便民服务中心"}
    assert len(document.amounts) == 5


def test_unit_of_count_between_the_figures(tmp_path: Path) -> None:
    """数量 stands before 计量单位: the money behind it still is of the thing bought."""
    document = drawn(tmp_path, "政府采购预算表", """
        序号|采购项目名称|采购数量|计量单位|预算单价|预算金额
        1|办公电脑|20|台|0.50|10.00
    """, "单位：万元")
    assert facts(document) == {("", "办公电脑", column, amount) for column, amount in
                               (("采购数量", "20"), ("预算单价", "0.50"), ("预算金额", "10.00"))}


def test_letters_that_number_the_columns(tmp_path: Path) -> None:
    document = drawn(tmp_path, "2024年地方政府债务限额及余额情况表", """
        地区|债务限额|<|<
        ^|小计|一般债务|专项债务
        公式|A=B+C|B|C
        某某县|25.31|10.11|15.20
    """, "单位：亿元")
    assert set(document.amounts["column"]) == {"债务限额/小计", "债务限额/一般债务", "债务限额/专项债务"}


def test_title_with_its_unit_in_brackets(tmp_path: Path) -> None:
    document = drawn(tmp_path, "2024年“三公”经费预算表（单位：元）", "项目|金额\n合计|125,000\n公务接待费|25,000")
    (table,) = document.tables
    assert (table.form, table.title) == ("three_public", "2024年“三公”经费预算表（单位：元）")
    assert set(document.amounts["amount"].map(str)) == {"12.5000", "2.5000"}


def test_a_list_of_scores_without_indicators(tmp_path: Path) -> None:
    (table,) = drawn(tmp_path, "2023年度项目支出绩效自评结果汇总表", """
        序号|项目名称|主管部门|实施单位|年初预算数|全年预算数|全年执行数|执行率|自评得分
        1|食品抽检|某某局|某某局本级|100.00|110.00|108.00|98.18%|97.50
        2|药品监管|某某局|某某中心|50.00|50.00|50.00|100%|99.00
        合计|<|<|<|150.00|160.00|158.00|98.75%|
    """).tables
    assert table.form == "kpi_self_eval"
    assert [(p.project, p.implementing_unit, str(p.total_score)) for p in table.projects] == [
        ("食品抽检", "某某局本级", "97.50"), ("药品监管", "某某中心", "99.00"),
    ]
    assert {key: one.raw for key, one in table.projects[0].funds[0].figures.items()} == {
        "initial_budget": "100.00", "annual_budget": "110.00", "executed": "108.00", "execution_rate": "98.18%",
    }


def test_the_body_before_the_project_of_a_register(tmp_path: Path) -> None:
    project = project_of(tmp_path, "项目支出绩效目标汇总表", """
        序号|单位|项目名称|预算（万元）|绩效目标|一级指标|二级指标|三级指标|指标值
        1|某某局|马拉松|11.50|办好赛事。|产出指标|数量指标|举办赛事|≥1场
        ^|^|^|^|^|满意度指标|服务对象满意度|参赛者满意度|≥95%
    """)
    assert (project.project, project.implementing_unit, project.goal) == ("马拉松", "某某局", "办好赛事。")


def test_a_project_called_a_fund_is_no_fund(tmp_path: Path) -> None:
    project = project_of(tmp_path, "项目支出绩效目标表", """
        单位名称|某某局|<|项目名称|投资审计经费
        预算金额（万元）|年度资金总额|180.00|其中：财政拨款|180.00
        绩效目标|完成审计。|<|<|<
        一级指标|二级指标|三级指标|指标性质|指标值
        产出指标|数量指标|审计项目|≥|20个
    """)
    assert [item for item, _ in funds(project)] == ["年度资金总额", "其中：财政拨款"]


def test_scores_beside_the_indicators_of_a_register(tmp_path: Path) -> None:
    """自评得分 and 完成情况 in the rows of indicators are theirs, not the project's."""
    project = project_of(tmp_path, "项目支出绩效自评汇总表", """
        项目名称|项目单位|预算数|一级指标|二级指标|三级指标|指标值|完成情况|分值|自评得分
        马拉松|某某局|11.50|产出指标|数量指标|举办赛事|≥1场|2场|50|49
        ^|^|^|满意度指标|服务对象满意度|参赛者满意度|≥95%|96%|10|10
    """)
    assert indicators(project) == [
        ("产出指标", "数量指标", "举办赛事", "≥1场", "2场", "50", "49"),
        ("满意度指标", "服务对象满意度", "参赛者满意度", "≥95%", "96%", "10", "10"),
    ]


def test_header_row_repeated_between_fund_header_and_funds(tmp_path: Path) -> None:
    head = rows("项目名称|信息化建设|<|<|<")
    body = rows("""
        主管部门|某某局|实施单位|某某中心|<
        项目资金（万元）|年初预算数|全年预算数|全年执行数|得分
    """)
    rest = rows("""
        年度资金总额|88.80|88.80|88.80|10
        年度总体目标|年初设定目标|<|全年完成情况|<
        ^|保障系统运行。|<|已全部完成。|<
        一级指标|二级指标|三级指标|年度指标值|全年实际值
        产出指标|数量指标|系统数|≥3个|3个
    """)
    sheet = Sheet()
    sheet.title("项目支出绩效自评表", top=430)
    sheet.table([*head, *body], [144] * 5, top=460)
    sheet.next_page()
    sheet.table([*head, *rest], [144] * 5, top=40)
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    (project,) = table.projects
    assert funds(project) == [("年度资金总额", {"initial_budget": "88.80", "annual_budget": "88.80", "executed": "88.80", "score": "10"})]
    assert (project.goal, project.actual_result) == ("保障系统运行。", "已全部完成。")


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "title"),
    [
        ("three_public", "因公出国（境）费、公务接待费、公务用车购置及运行费支出表"), ("fixed_assets", "新增资产配置表"),
        ("general_public_expenditure", "一般公共预算财政拨款收入支出决算表"), ("appropriation_summary", "财政拨款收入支出决算总表"),
        ("government_fund", "政府基金预算支出表"), ("state_capital", "国资预算支出表"), ("procurement", "部门集中采购预算表"),
        ("general_public_expenditure", "一般公共预算当年拨款情况表"), ("fixed_assets", "资产购置预算表"), ("staffing", "部门构成情况表"),
        ("other", "财政专户管理资金支出表"), ("other", "政府购买服务预算表"),
        ("staffing", "部门基本情况表"), ("other", "部门综合预算专项业务经费支出表"),
        ("economic_classification", "一般公共预算支出情况表（按政府预算支出经济分类科目）"),
    ],
)
def test_titles(form: str, title: str) -> None:
    assert forms.recognise(title, [], "", False) == form


@pytest.mark.parametrize(("form", "title"), [
    ("kpi_self_eval", "财政支出项目绩效评价指标评分表"), ("kpi_overall_self_eval", "部门整体支出绩效评价指标评分表"), ("kpi_target", "项目支出绩效目标表"),
    ("kpi_overall_self_eval", "部门整体支出绩效评价表"), ("kpi_overall_target", "部门整体绩效目标公开表"),
])
def test_titles_of_performance_tables(form: str, title: str) -> None:
    assert forms.recognise(title, [], "", True) == form


@pytest.mark.parametrize("text", ["省级预算公开04表", "部门公开表2", "GK01表", "填报单位（盖章）：某某局", "部门编码及名称：[101]某某局", "（万元）"])
def test_furniture(text: str) -> None:
    assert is_furniture(text)


@pytest.mark.parametrize(("measure", "path"), [
    ("change", "比上年增减/增减%"), ("change", "比上年增加"), ("state_capital", "国有资本经营收入"), ("general_public", "公共预算拨款"),
    ("three_public_vehicle_running", "公务用车运行费用"), ("three_public_vehicle_purchase", "公务用车购置支出"), ("three_public_reception", "公务接待"),
    ("basic_personnel", "人员类支出"), ("adjusted_budget", "调整后预算"), ("remitted_by_affiliates", "下级单位上缴收入"),
])
def test_measures(measure: str, path: str) -> None:
    assert forms.measure_of(path) == measure


@pytest.mark.parametrize(("kind", "key", "labels"), [
    ("labels", "project", "子项目名称 转移支付（项目）名称 任务（项目）名称"),
    ("labels", "competent_dept", "一级预算部门 区主管部门 归口管理部门"),
    ("labels", "implementing_unit", "二级预算单位 用款单位 项目责任单位 实施（使用）单位"),
    ("labels", "goal", "绩效目标概述 本年度绩效目标"),
    ("labels", "actual_result", "全年完成情况 年度总体目标完成情况 年度绩效目标完成情况 年底实际完成情况"),
    ("labels", "total_score", "自评分 项目自评得分 评价总分"),
    ("indicators", "target", "年初设定指标值 2024年目标值 计划完成值 年度绩效指标值 预设指标值"),
    ("indicators", "actual", "指标完成值 年度完成情况 实际完成数 全年完成指标值"),
    ("indicators", "weight", "满分 赋分 权重分值"), ("indicators", "score", "自评分 实际得分 评价得分"),
    ("indicators", "operator", "符号 指标值符号 比较符号"), ("indicators", "unit", "指标值单位 目标值单位"),
    ("indicators", "note", "扣分原因 存在问题及改进措施 差异原因分析及改进措施"), ("indicators", "basis", "评分细则 评价要点 扣分标准"),
    ("funds", "executed", "实际支出 决算数 执行金额 实际支出额"), ("funds", "execution_rate", "全年执行率 资金执行率 预算完成率"),
])
def test_labels(kind: tuple[tuple[str, str], ...], key: str, labels: str) -> None:
    assert {label: match(kind, label) for label in labels.split()} == dict.fromkeys(labels.split(), key)


@pytest.mark.parametrize(("phrase", "subject", "code"), [
    ("3.2080505机关事业单位基本养老保险缴费支出", "机关事业单位基本养老保险缴费支出", "2080505"), ("的机关运行经费", "机关运行经费", ""),
])
def test_what_a_phrase_names(phrase: str, subject: str, code: str) -> None:
    found = read_phrase(phrase)
    assert (found.subject, found.code) == (subject, code)


@pytest.mark.parametrize(("text", "unit"), [("单位/万元", "万元"), ("金额：元", "元"), ("（千元）", "千元"), ("资金来源", "")])
def test_units_over_a_table(text: str, unit: str) -> None:
    assert line_unit(text) == unit

"""What the figures of fiscal tables are: form, stage, fund, item, unit and role, on tables as other provinces print them.

A table is written as text: a row a line, cells divided by |, "<" covered by the cell to the left, "^" by the one above.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from mingzhang.reading.extract import Cell
from mingzhang.reading.pages import Box
from mingzhang.reading.stitch import LogicalTable
from mingzhang.sources import Source
from mingzhang.table import Table, recognised


def grid(title: str, text: str, unit: str = "万元") -> LogicalTable:
    """A logical table from its printed rows."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    spans: dict[tuple[int, int], list[int]] = {}
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            at = owner[r, c - 1] if cell == "<" else owner[r - 1, c] if cell == "^" else (r, c)
            owner[r, c] = at
            last = spans.setdefault(at, [r, c])
            last[:] = [max(last[0], r), max(last[1], c)]
    cells = tuple(
        Cell(r, c, last[0] - r + 1, last[1] - c + 1, rows[r][c], 1, Box(c * 50.0, r * 10.0, c * 50.0 + 50, r * 10.0 + 10))
        for (r, c), last in spans.items()
    )
    return LogicalTable(len(rows), len(rows[0]), cells, title, (title,), (), unit, (1,), ("vector",))


def read(*grids: LogicalTable, kind: str = "budget", year: str = "2024") -> tuple[Table, ...]:
    """The tables of a document of that kind and year."""
    return tuple(recognised(Source("doc", Path("doc.pdf"), fiscal_year=year, kind=kind), grids))


def axes(table: Table, *names: str) -> dict[str, tuple[str, ...]]:
    """The named fields of each figure, by the figure as printed."""
    return {fact.raw: tuple(str(getattr(fact, name)) for name in names) for fact in table.facts}


# --- stage -----------------------------------------------------------------------------------------------------------


def test_the_year_before_beside_this_year() -> None:
    (table,) = read(grid("一般公共预算支出表", """
        功能分类科目|<|2023年执行数|2024年预算数|<|<|2024年预算数比2023年执行数|<
        科目编码|科目名称|^|小计|基本支出|项目支出|增减额|增减%
        205|教育支出|100.00|110.00|60.00|50.00|10.00|10.5
    """))
    assert axes(table, "stage", "item", "measure", "unit") == {
        "100.00": ("prior_year_final", "total", "final", "万元"), "110.00": ("initial_budget", "total", "total", "万元"),
        "60.00": ("initial_budget", "basic", "basic", "万元"), "50.00": ("initial_budget", "project", "project", "万元"),
        "10.00": ("initial_budget", "change", "change", "万元"), "10.5": ("initial_budget", "change", "change", "%"),
    }


@pytest.mark.parametrize(("header", "kind", "stage"), [
    ("年初预算数", "final_accounts", "initial_budget"), ("全年预算数", "final_accounts", "adjusted_budget"),
    ("调整预算数", "final_accounts", "adjusted_budget"), ("决算数", "final_accounts", "final"), ("预算数", "final_accounts", "initial_budget"),
    ("2023年决算数", "final_accounts", "prior_year_final"), ("上年决算数", "final_accounts", "prior_year_final"),
    ("上年预算数", "budget", "prior_year_budget"), ("2023年预算", "budget", "prior_year_budget"), ("2024年预算", "budget", "initial_budget"),
    ("一般公共预算财政拨款", "final_accounts", "final"), ("上年结转", "budget", "initial_budget"), ("上年结转和结余", "final_accounts", "final"),
    ("2023年执行数", "budget", "prior_year_final"), ("上年预计执行数", "budget", "prior_year_final"), ("合计", "budget", "initial_budget"),
])
def test_stages(header: str, kind: str, stage: str) -> None:
    (table,) = read(grid("支出表", f"""
        科目编码|科目名称|{header}|2024年合计
        205|教育支出|100.00|7.00
    """), kind=kind)
    assert axes(table, "stage")["100.00"] == (stage,)


def test_one_year_over_all_columns_is_the_tables_own() -> None:
    """A title or header with last year's number left in it does not make the figures last year's."""
    (table,) = read(grid("2023年支出预算表", """
        科目编码|科目名称|2023年预算数|<
        ^|^|基本支出|项目支出
        205|教育支出|60.00|50.00
    """))
    assert axes(table, "stage") == {"60.00": ("initial_budget",), "50.00": ("initial_budget",)}


@pytest.mark.parametrize(
    ("title", "fund"),
    [("“三公”经费支出预算表", "general_public"), ("一般公共预算“三公”经费支出表", "general_public"), ("财政拨款“三公”经费支出表", "appropriation")],
)
def test_the_money_of_the_three_public_expenses(title: str, fund: str) -> None:
    """Where the title names none it is that of the standard form."""
    (table,) = read(grid(title, """
        合计|因公出国（境）费|公务接待费
        5.00|2.00|3.00
    """))
    assert {fact.fund for fact in table.facts} == {fund}


def test_people_are_a_headcount_whatever_their_column_is_called() -> None:
    (table,) = read(grid("机构人员情况表", """
        单位名称|编制数|实有在职|退休
        某局|12|11|4
    """))
    assert axes(table, "item", "unit") == dict.fromkeys(("12", "11", "4"), ("headcount", "人"))


def test_budget_and_final_account_of_the_three_public_expenses() -> None:
    (table,) = read(grid("财政拨款“三公”经费支出决算表", """
        预算数|<|<|决算数|<|<
        合计|因公出国（境）费|公务接待费|合计|因公出国（境）费|公务接待费
        5.00|2.00|3.00|4.00|1.50|2.50
    """), kind="final_accounts")
    assert axes(table, "stage", "fund", "item") == {
        "5.00": ("initial_budget", "appropriation", "three_public_total"), "2.00": ("initial_budget", "appropriation", "three_public_abroad"),
        "3.00": ("initial_budget", "appropriation", "three_public_reception"), "4.00": ("final", "appropriation", "three_public_total"),
        "1.50": ("final", "appropriation", "three_public_abroad"), "2.50": ("final", "appropriation", "three_public_reception"),
    }


def test_three_public_expenses_with_a_year_a_row() -> None:
    (table,) = read(grid("一般公共预算“三公”经费支出表", """
        年度|“三公”经费合计|因公出国（境）费|公务用车购置及运行费|<|<|公务接待费
        ^|^|^|小计|公务用车购置费|公务用车运行费|^
        2023年预算数|9.00|1.00|5.00|0.00|5.50|3.00
        2024年预算数|8.00|0.50|5.10|0.10|5.20|2.50
    """))
    found = axes(table, "stage", "item")
    assert (found["9.00"], found["8.00"]) == (("prior_year_budget", "three_public_total"), ("initial_budget", "three_public_total"))
    assert (found["5.50"], found["5.20"]) == (
        ("prior_year_budget", "three_public_vehicle_running"), ("initial_budget", "three_public_vehicle_running"),
    )


def test_three_public_expenses_with_an_item_a_row() -> None:
    """团组 and 人次 are counts between the rows of money; the total over 会议费 and 培训费 is not that of the three."""
    (table,) = read(grid("“三公”经费及相关信息统计表", """
        项目|预算数|决算数
        一、“三公”经费支出合计|9.00|8.00
        1.因公出国（境）费|1.00|0.50
        2.公务用车购置及运行维护费|5.00|5.10
        （1）公务用车购置费|0.00|0.10
        （2）公务用车运行维护费|4.00|4.10
        3.公务接待费|3.00|2.50
        因公出国（境）团组数（个）||3
        国内公务接待批次（个）||45
        国内公务接待人次（人）||345
        公务用车保有量（辆）||2
    """), kind="final_accounts")
    found = axes(table, "stage", "item", "unit")
    assert found["9.00"] == ("initial_budget", "three_public_total", "万元")
    assert found["8.00"] == ("final", "three_public_total", "万元")
    assert found["5.10"] == ("final", "three_public_vehicle", "万元")
    assert found["4.10"] == ("final", "three_public_vehicle_running", "万元")
    assert [found[raw][2] for raw in ("3", "45", "345", "2")] == ["个", "批次", "人次", "辆"]


@pytest.mark.parametrize(("note", "stage"), [
    ("", "initial_budget"), ("注：本表反映“三公”经费支出预决算情况，其中预算数为“三公”经费年初预算数。", "initial_budget"),
    ("注：预算数为“三公”经费全年预算数，反映按规定程序调整后的预算数。", "adjusted_budget"),
])
def test_a_note_says_which_budget_the_column_holds(note: str, stage: str) -> None:
    table = grid("财政拨款“三公”经费支出决算表", """
        预算数|<|<|决算数|<|<
        合计|因公出国（境）费|公务接待费|合计|因公出国（境）费|公务接待费
        3.00|1.00|2.00|2.50|0.90|1.60
    """)
    (table,) = read(replace(table, notes=(note,) if note else ()), kind="final_accounts")
    assert [fact.stage for fact in table.facts] == [stage] * 3 + ["final"] * 3


def test_a_row_of_changes_is_no_row_of_money() -> None:
    (table,) = read(grid("一般公共预算“三公”经费预算情况表", """
        年度|合计|因公出国（境）费|公务接待费
        2023年预算数|3.00|1.00|2.00
        2024年预算数|3.50|1.10|2.40
        增减额|0.50|0.10|0.40
    """))
    assert [(fact.stage, fact.item) for fact in table.facts][3:] == [
        ("initial_budget", item) for item in ("three_public_total", "three_public_abroad", "three_public_reception", *["change"] * 3)
    ]


@pytest.mark.parametrize(("title", "form", "item"), [
    ("项目支出表", "expenditure", "project"), ("一般公共预算项目支出表", "general_public_expenditure", "project"),
    ("部门专项业务经费支出表", "expenditure", "project"), ("基本支出和项目支出预算表", "expenditure", "total"),
])
def test_a_list_of_projects_is_expenditure_on_projects(title: str, form: str, item: str) -> None:
    (table,) = read(grid(title, "科目编码|名称|金额\n2050101|校舍维修|10.00\n2050101|图书购置|10.00"))
    assert (table.form, [fact.item for fact in table.facts]) == (form, [item] * 2)
    assert table.account == ("other" if item == "project" else form)  # no rule takes a list for 支出表


def test_a_summary_with_one_side_under_the_other() -> None:
    (table,) = read(grid("部门预算收支总表", """
        项目|2023年预算数|2024年预算数|增减|<
        ^|^|^|金额|%
        一、本年收入|90.00|101.00|11.00|12.22
        二、上年结转|5.00|4.00|-1.00|-20.00
        收入总计|95.00|105.00|10.00|10.53
        一、基本支出|60.00|65.00|5.00|8.33
        1.人员经费|50.00|55.50|5.50|11.00
        支出总计|95.00|105.00|10.00|10.53
    """))
    sides = ["revenue"] * 3 + ["expenditure"] * 3
    assert [fact.side for fact in table.facts] == [side for side in sides for _ in range(4)]
    assert {fact.item for fact in table.facts if fact.path.startswith("增减")} == {"change"}


def test_the_first_line_without_a_label_is_the_total_of_units_too() -> None:
    (table,) = read(grid("支出总表", """
        单位代码|单位名称|科目编码|科目名称|合计|项目支出|<
        ^|^|^|^|^|当年财政拨款|上年结转
        ||||30.00|20.00|10.00
        101|某局|||30.00|20.00|10.00
        101|某局|2010301|行政运行|30.00|20.00|10.00
    """))
    assert [fact.row_role for fact in table.facts[::3]] == ["total", "subtotal", "item"]
    assert [(fact.fund, fact.item) for fact in table.facts[:2]] == [("all", "total"), ("appropriation", "project")]


def test_flows_by_use_keep_apart_what_is_carried_over() -> None:
    (table,) = read(grid("一般公共预算财政拨款收入支出决算表", """
        科目编码|科目名称|年初结转和结余|<|本年收入|<|本年支出|<|<|年末结转和结余
        ^|^|合计|项目支出结转|合计|项目支出|合计|其他运转类项目|特定目标类项目|^
        201|一般公共服务支出|￥1.00|0.60|10.00|4.00|9.00|1.50|1.60|2.00
    """), kind="final_accounts")
    assert [(fact.amount, fact.item) for fact in table.facts[:2]] == [(1, "carried_forward_in"), (Decimal("0.60"), "carried_forward_in")]
    assert [fact.item for fact in table.facts[2:]] == ["total", "project", "total", "project", "project", "carried_forward_out"]


@pytest.mark.parametrize(("label", "code", "name"), [
    ("20801-人力资源和社会保障管理事务", "20801", "人力资源和社会保障管理事务"), ("20101人大事务", "20101", "人大事务"),
    ("30401 家庭生活补助", "30401", "家庭生活补助"), ("205人培训", "", "205人培训"),
])
def test_a_code_before_a_name_that_begins_like_a_unit(label: str, code: str, name: str) -> None:
    (table,) = read(grid("支出决算表", f"项目|合计\n{label}|3.00\n合计|3.00"))
    assert [(fact.code, fact.name) for fact in table.facts][:1] == [(code, name)]


# --- fund ------------------------------------------------------------------------------------------------------------


def test_funds_by_column_and_row() -> None:
    income, summary = read(grid("收入总表", """
        合计|上年结转|财政拨款收入|<|<|财政专户管理资金|事业收入|上级补助收入|其他收入
        ^|^|小计|一般公共预算|政府性基金预算|^|^|^|^
        99.00|9.00|50.00|40.00|10.00|11.00|12.00|13.00|14.00
    """), grid("收支总表", """
        收入|<|支出|<
        项目|预算数|项目|预算数
        一、一般公共预算拨款收入|1.00|一、教育支出|5.00
        二、政府性基金预算拨款收入|2.00|二、卫生健康支出|6.00
        三、事业收入|3.00|三、住房保障支出|7.00
        收入总计|18.00|支出总计|18.01
    """))
    assert [fund for (fund,) in axes(income, "fund").values()] == [
        "all", "all", "appropriation", "general_public", "government_fund", "special_account", "institution", "other", "other",
    ]
    found = axes(summary, "fund")
    assert [found[raw][0] for raw in ("1.00", "2.00", "3.00", "18.00", "5.00")] == [
        "general_public", "government_fund", "institution", "all", "all",
    ]


def test_appropriated_and_general_public_expenditure_share_no_form() -> None:
    body = """
        科目编码|科目名称|合计|基本支出|项目支出
        205|教育支出|110.00|60.00|50.00
    """
    economic = """
        科目编码|科目名称|合计|人员经费|公用经费
        301|工资福利支出|60.00|60.00|
    """
    found = read(grid("财政拨款支出表", body), grid("财政拨款基本支出表", economic), grid("一般公共预算支出表", body),
                 grid("一般公共预算基本支出表", economic))
    assert [(table.form, table.layout.fund) for table in found if table.layout] == [
        ("appropriation_expenditure", "appropriation"), ("appropriation_basic_economic", "appropriation"),
        ("general_public_expenditure", "general_public"), ("basic_expenditure_economic", "general_public"),
    ]


# --- form ------------------------------------------------------------------------------------------------------------

FUNCTIONS = "205|教育支出|110.00|60.00|50.00"
BODIES = {
    "income_expenditure_summary": """
        收入|<|支出|<
        项目|预算数|项目|预算数
        一、财政拨款收入|1.00|一、教育支出|5.00
        二、事业收入|4.00||
        收入总计|5.00|支出总计|5.00
    """,
    "income": """
        科目编码|科目名称|合计|财政拨款收入|事业收入
        205|教育支出|110.00|60.00|50.00
    """,
    "expenditure": f"""
        科目编码|科目名称|合计|基本支出|项目支出
        {FUNCTIONS}
    """,
    "appropriation_summary": """
        收入|<|支出|<|<|<
        项目|预算数|项目|合计|一般公共预算|政府性基金预算
        一、一般公共预算拨款|1.00|一、教育支出|5.00|5.00|
        收入总计|5.00|支出总计|5.00|5.00|
    """,
    "general_public_expenditure": f"""
        科目编码|科目名称|合计|基本支出|项目支出
        {FUNCTIONS}
    """,
    "basic_expenditure_economic": """
        科目编码|科目名称|合计|人员经费|公用经费
        301|工资福利支出|60.00|60.00|
    """,
    "three_public": """
        合计|因公出国（境）费|公务用车购置及运行费|公务接待费
        5.00|1.00|1.00|3.00
    """,
    "government_fund": """
        科目编码|科目名称|合计|基本支出|项目支出
        212|城乡社区支出|110.00|60.00|50.00
        21208|国有土地使用权出让收入安排的支出|110.00|60.00|50.00
    """,
}


def test_bodies_say_the_form_where_no_title_does() -> None:
    """公开表N over every table, their real titles nowhere."""
    found = read(*(grid(f"公开表{number}", text) for number, text in enumerate(BODIES.values(), start=1)))
    assert [table.form for table in found] == list(BODIES)
    assert {fact.reading for table in found for fact in table.facts} == {"inferred"}


@pytest.mark.parametrize(("title", "body", "form"), [
    ("收入决算表", "expenditure", "expenditure"), ("支出决算表", "income", "income"),
    ("一般公共预算基本支出表", "general_public_expenditure", "general_public_expenditure"),
    ("部门支出总表", "income_expenditure_summary", "income_expenditure_summary"), ("财政拨款收支总表", "expenditure", "appropriation_expenditure"),
    ("一般公共预算支出表", "expenditure", "general_public_expenditure"), ("财政拨款支出表", "expenditure", "appropriation_expenditure"),
])
def test_a_body_contradicts_its_title(title: str, body: str, form: str) -> None:
    (table,) = read(grid(title, BODIES[body]))
    assert table.form == form


# --- rows and units --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("printed", "code"), [
    ("205-教育支出", "205"), ("[20501]教育管理事务", "20501"), ("2050101行政运行", "2050101"), ("205.01 教育管理事务", "20501"),
    ("300万元以上项目", ""), ("201人", ""),
])
def test_codes_glued_to_names(printed: str, code: str) -> None:
    (table,) = read(grid("支出表", f"""
        科目|合计|基本支出|项目支出
        {printed}|110.00|60.00|50.00
    """))
    assert axes(table, "code")["110.00"] == (code,)


def test_a_project_is_named_by_its_own_name() -> None:
    (table,) = read(grid("项目支出表", """
        单位编码|单位名称|科目编码|科目名称|项目名称|合计
        311001|某某局|2050102|一般行政管理事务|校舍维修|10.00
        311001|某某局|2050102|一般行政管理事务|课桌采购|20.00
    """))
    assert axes(table, "name", "code", "agency_code") == {
        "10.00": ("校舍维修", "2050102", "311001"), "20.00": ("课桌采购", "2050102", "311001"),
    }


def test_precision_is_each_cells_own() -> None:
    (table,) = read(grid("支出表", """
        科目编码|科目名称|合计|基本支出
        205|教育支出|1,200|1,200.55
    """, "元"))
    assert [(fact.amount, fact.precision) for fact in table.facts] == [
        (Decimal("0.1200"), Decimal("0.0001")), (Decimal("0.120055"), Decimal("0.000001")),
    ]


def test_units_of_cells_columns_and_tables() -> None:
    (table,) = read(grid("支出表", """
        科目编码|科目名称|合计（元）|基本支出|占比（%）
        205|教育支出|1200000|120.00万元|45.3
    """))
    assert axes(table, "amount", "unit") == {"1200000": ("120.0000", "万元"), "120.00万元": ("120.00", "万元"), "45.3": ("45.3", "%")}


def test_a_unit_printed_nowhere_is_inferred_and_said_to_be() -> None:
    """The unit of the document's other tables is taken; the other unit stays as a cheap reading, that of a printed one as a dear one."""
    body = """
        科目编码|科目名称|合计|基本支出
        205|教育支出|1200000|1100000
    """
    one, two = read(grid("支出表", body, "元"), grid("一般公共预算支出表", body, ""))
    assert {(fact.amount, fact.reading) for fact in two.facts} == {(Decimal(120), "inferred"), (Decimal(110), "inferred")}
    assert {fact.reading for fact in one.facts} == {"printed"}
    (cheap,), (dear,) = two.readings, one.readings
    assert (cheap.kind, cheap.what) == (dear.kind, dear.what) == ("unit", "万元")
    assert cheap.cost < dear.cost
    assert [fact.amount for fact in two.read_as(cheap).facts] == [Decimal(1200000), Decimal(1100000)]


def test_rows_without_a_name_may_detail_the_row_above() -> None:
    (table,) = read(grid("政府采购预算表", """
        采购项目|数量|金额
        合计||30.00
        台式电脑|5|30.00
        |2|10.00
        |3|20.00
    """))
    reading = next(one for one in table.readings if one.kind == "rows")
    assert table.layout is not None
    assert [line.role for line in table.layout.lines] == ["total", "item", "item", "item"]
    reread = table.read_as(reading).layout
    assert reread is not None
    assert [line.role for line in reread.lines] == ["total", "item", "memo", "memo"]


def test_lines_that_add_others_up_without_a_word() -> None:
    """The only line of a table laid out by columns; the agency's own line over its codes; units over their codes."""
    three, agency, units = read(grid("“三公”经费支出表", BODIES["three_public"]), grid("支出表", """
        科目编码|科目名称|合计|基本支出|项目支出
        |某某局|30.00|10.00|20.00
        205|教育支出|20.00|5.00|15.00
        208|社会保障和就业支出|10.00|5.00|5.00
    """), grid("支出表", """
        单位编码|科目编码|名称|合计|基本支出|项目支出
        ||合计|30.00|10.00|20.00
        311001||某某局（本级）|20.00|5.00|15.00
        311001|205|教育支出|20.00|5.00|15.00
        311002||某某中心|10.00|5.00|5.00
        311002|205|教育支出|10.00|5.00|5.00
    """))
    assert [[line.role for line in table.layout.lines] for table in (three, agency, units) if table.layout] == [
        ["total"], ["total", "item", "item"], ["total", "subtotal", "item", "subtotal", "item"],
    ]


@pytest.mark.parametrize("swapped", [False, True])
def test_the_departments_economic_class_beside_the_governments(swapped: bool) -> None:
    """部门预算 and 政府预算 classes side by side in either order: the department's counts."""
    heads = ["部门预算支出经济分类科目|<", "政府预算支出经济分类科目|<"]
    codes = ["30101|基本工资", "50101|工资奖金津补贴"]
    one, two = (1, 0) if swapped else (0, 1)
    (table,) = read(grid("一般公共预算基本支出表", f"""
        {heads[one]}|{heads[two]}|金额
        科目编码|科目名称|科目编码|科目名称|^
        {codes[one]}|{codes[two]}|60.00
    """))
    assert axes(table, "code", "name") == {"60.00": ("30101", "基本工资")}


def test_funds_under_a_balance_carried_over_are_its_details() -> None:
    (table,) = read(grid("财政拨款收支总表", """
        收入|<|支出|<
        项目|金额|项目|金额
        一、一般公共预算财政拨款|86.00|一、教育支出|80.00
        二、政府性基金预算财政拨款|4.00|二、国有资本经营预算支出|13.00
        年初财政拨款结转和结余|3.00||
        一般公共预算财政拨款|2.00||
        政府性基金预算财政拨款|1.00||
        总计|93.00|总计|93.00
    """), kind="final_accounts")
    found = axes(table, "row_role", "fund", "item")
    assert [found[raw] for raw in ("86.00", "3.00", "2.00", "1.00", "13.00")] == [
        ("item", "general_public", "total"), ("item", "appropriation", "carried_forward_in"), ("memo", "general_public", "carried_forward_in"),
        ("memo", "government_fund", "carried_forward_in"), ("item", "appropriation", "total"),
    ]


def test_a_column_of_units_and_a_catalogue_of_letters() -> None:
    assets, procurement = read(grid("国有资产占有使用情况表", """
        资产名称|计量单位|数量
        房屋建筑面积|平方米|4,860.5
        公务用车|辆|5
    """, ""), grid("政府采购（资产配置、购买服务）预算表", """
        采购项目|采购目录|类别|数量|实施采购金额
        合计||||38.50
        办公设备购置|A02|货物|1|38.50
    """))
    assert axes(assets, "unit") == {"4,860.5": ("平方米",), "5": ("辆",)}
    assert procurement.form == "procurement"
    assert axes(procurement, "name") == {"38.50": ("办公设备购置",), "1": ("办公设备购置",)}


def test_appropriation_under_the_general_public_budget() -> None:
    (table,) = read(grid("收入总表", """
        科目编码|科目名称|合计|公共预算拨款|<|政府性基金
        ^|^|^|小计|其中：|^
        ^|^|^|^|本级财政拨款|^
        205|教育支出|5.00|4.00|3.00|1.00
    """))
    assert [fund for (fund,) in axes(table, "fund").values()] == ["all", "general_public", "general_public", "government_fund"]


@pytest.mark.parametrize(("header", "words"), [
    ("合计|其中：基本支出|项目支出", [("合计",), ("基本支出",), ("项目支出",)]),
    ("合计|基本支出|其中：人员经费|项目支出", [("合计",), ("基本支出",), ("其中:人员经费",), ("项目支出",)]),
    ("合计|其中：财政拨款", [("合计",), ("其中:财政拨款",)]),
])
def test_a_list_of_parts_is_told_from_a_detail(header: str, words: list[tuple[str, ...]]) -> None:
    (table,) = read(grid("支出表", f"""
        科目编码|科目名称|{header}
        205|教育支出|{"|".join(f"{n}.00" for n in range(len(words)))}
    """))
    assert table.layout is not None
    assert [column.words for column in table.layout.values] == words
    assert [column.item for column in table.layout.values][1] in ("basic", "total")


def test_rows_are_named_by_what_they_are_not_by_their_kind() -> None:
    procurement, income = read(grid("政府采购预算表", """
        采购品目名称|类型|采购金额
        合计||36.10
        便携式计算机|货物|12.60
    """), grid("收入总表", """
        单位编码|单位名称|总计|上年结转
        合计||81.40|45.50
        119001|某某办公室|55.79|45.50
    """))
    assert axes(procurement, "name") == {"36.10": ("合计",), "12.60": ("便携式计算机",)}
    assert axes(income, "name", "row_role")["81.40"] == ("合计", "total")

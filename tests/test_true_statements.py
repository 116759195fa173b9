"""True sentences accuse nobody, however they are worded; the same sentences with one thing wrong are found."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_checks import table

from mingzhang.document import Document
from mingzhang.narrative.paragraphs import Paragraph, enumerator
from mingzhang.sources import Source
from mingzhang.table import Table

HEAD = "科目编码|科目名称|合计|基本支出|项目支出"
GENERAL = """208|社会保障和就业支出|210.40|210.40|
20805|行政事业单位养老支出|210.40|210.40|
2080501|行政单位离退休|113.60|113.60|
2080505|机关事业单位基本养老保险缴费支出|96.80|96.80|
213|农林水支出|1724.10|889.60|834.50
21303|水利|1724.10|889.60|834.50
2130301|行政运行|849.60|849.60|
2130304|水利行业业务管理|380.00|40.00|340.00
2130305|水利工程建设|300.00||300.00
2130314|防汛|194.50||194.50"""
FUND = "212|城乡社区支出|120.00||120.00\n21208|国有土地使用权出让收入安排的支出|120.00||120.00"
SUMMARY = """收入|收入|支出|支出
项目|预算数|项目|预算数
一、一般公共预算拨款收入|1860.50|一、社会保障和就业支出|210.40
二、政府性基金预算拨款收入|120.00|二、城乡社区支出|120.00
三、事业收入|45.50|三、农林水支出|1769.60
本年收入合计|2026.00|本年支出合计|2100.00
上年结转|74.00|结转下年|
收入总计|2100.00|支出总计|2100.00"""
APPROPRIATED = """收入|收入|支出|支出
项目|预算数|项目|预算数
一、本年收入|1980.50|一、本年支出|2054.50
（一）一般公共预算拨款|1860.50|（一）社会保障和就业支出|210.40
（二）政府性基金预算拨款|120.00|（二）城乡社区支出|120.00
二、上年结转|74.00|（三）农林水支出|1724.10
收入总计|2054.50|支出总计|2054.50"""
THREE_PUBLIC = """项目|2023年预算数|2024年预算数
合计|20.10|18.60
因公出国（境）费|0.00|0.00
公务用车购置及运行费|13.40|12.40
其中：公务用车购置费|0.00|0.00
公务用车运行费|13.40|12.40
公务接待费|6.70|6.20"""
FORMS = {
    "income_expenditure_summary": ("部门收支总表", SUMMARY),
    "expenditure": ("部门支出总表", f"{HEAD}\n|合计|2100.00|1145.50|954.50\n{FUND}\n" + GENERAL.replace("1724.10|889.60", "1769.60|935.10").replace(
        "2130301|行政运行|849.60|849.60", "2130301|行政运行|895.10|895.10")),
    "appropriation_summary": ("财政拨款收支总表", APPROPRIATED),
    "general_public_expenditure": ("一般公共预算支出表", f"{HEAD}\n|合计|1934.50|1100.00|834.50\n{GENERAL}"),
    "three_public": ("一般公共预算“三公”经费支出表", THREE_PUBLIC),
    "government_fund": ("政府性基金预算支出表", f"{HEAD}\n|合计|120.00||120.00\n{FUND}"),
}


@pytest.fixture(scope="module")
def tables() -> tuple[Table, ...]:
    return tuple(table(number, form, title, [line.split("|") for line in text.split("\n")])
                 for number, (form, (title, text)) in enumerate(FORMS.items(), 1))


def accused(tables: tuple[Table, ...], heading: str, *texts: str) -> list[tuple[str, str, str]]:
    """Severity, what is printed and what it should be, of what is found in a budget, notes and missing tables left out."""
    source = Source("doc", Path("doc.pdf"), title="青河县水务局2024年部门预算", org="青河县水务局", fiscal_year="2024", kind="budget")
    whole = Document(source, len(tables), tables, (), "", "ok")
    whole.__dict__["paragraphs"] = tuple(Paragraph(text, ((0, 1),), (heading,), enumerator(text)) for text in texts)
    return [(one.severity, one.printed, one.expected) for one in whole.audit.findings if one.severity in ("error", "likely") and one.kind != "presence"]


def test_the_account_is_consistent(tables: tuple[Table, ...]) -> None:
    """“三公” lines without numbers: 公务接待费 is none of the details of 公务用车."""
    assert accused(tables, "一、有关情况", "本部门按照国家有关规定编制并公开上述内容。") == []


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        # 当年 leaves out what was carried over, 财政拨款 is of all funds
        ("三、一般公共预算当年拨款情况说明", "2024年一般公共预算当年拨款1,860.50万元，比2023年执行数增加60.50万元。"),
        ("二、支出预算", "财政拨款支出2,054.50万元，其中一般公共预算1,934.50万元、政府性基金预算120.00万元。"),
        # the base of a comparison stands in the sentence, of this or another thing
        ("六、“三公”经费", "2024年“三公”经费预算18.60万元，较上年20.10万元减少1.50万元，下降7.46%。"),
        ("二、支出预算", "2024年支出预算2,100.00万元，较2023年预算1,965.00万元增加135.00万元，增长6.87%；剔除一次性因素后同口径增长2.10%。"),
        ("二、支出预算", "2024年支出预算2,100.00万元，较上年增加135.00万元，较上年执行数下降3.00%。"),
        # the stage of a whole is that of its parts; spent or budgeted, the text does not say
        ("六、“三公”经费", "2023年“三公”经费支出决算15.20万元，其中：公务用车运行费11.00万元，公务接待费4.20万元。"),
        ("六、“三公”经费", "2023年“三公”经费预算20.10万元，实际支出15.20万元，其中公务接待费4.20万元，公务用车运行费11.00万元。"),
        # a part of the body, another body
        ("六、“三公”经费", "局本级“三公”经费预算10.36万元，其中公务用车运行费8.00万元、公务接待费2.36万元；县水保站“三公”经费预算8.24万元。"),
        # what follows a list may be of the whole
        ("七、机关运行经费", "机关运行经费预算200.00万元，其中办公费182.60万元、办公设备购置17.40万元，较2023年预算数191.50万元增加8.50万元，增长4.44%。"),
        # project money of a class, money of a fund
        ("二、支出预算", "一般公共预算项目支出834.50万元，其中：水利工程建设300.00万元、水利行业业务管理340.00万元、防汛194.50万元。"),
        ("二、支出预算", "政府性基金预算年初结转0万元，本年收入120.00万元，本年支出120.00万元，其中基本支出0万元，项目支出120.00万元。"),
        # a detail is no rewording of its whole
        ("六、“三公”经费", "公务用车购置及运行费减少1.00万元，降低7.46%（其中：公务用车购置费增加0万元；公务用车运行费减少1.00万元）。"),
        # another reason, another whole, another year, another part of a fund
        ("二、支出预算", "会议费较上年增加1.20万元，增长8.78%。决算数小于预算数的主要原因是厉行节约。"),
        ("二、人员情况", "人员编制118人，其中行政编制72人、事业编制46人；实有人员112人，其他人员3人。"),
        ("三、政府性基金", "2023年无政府性基金预算支出，2024年政府性基金预算支出120.00万元。"),
        ("三、政府性基金", "局本级没有政府性基金预算支出。本部门没有政府性基金预算基本支出。"),
        ("二、有关说明", "2025年“三公”经费预算比2024年预算再下降5%。"),
        # a subject that names its stage; shares of a list; 外事 is no domestic reception; the one of two budgets that a table prints
        ("六、“三公”经费", "“三公”经费预算18.60万元，上年决算15.20万元，其中：公务接待费预算6.20万元、上年决算4.20万元。"),
        ("二、收入", "其他收入100.00万元，包括：学费收入60.00万元、住宿费收入40.00万元，分别占其他收入的60.00%、40.00%。"),
        ("二、支出预算", "水利行业业务管理（项）380.00万元，其中基本支出40.00万元、项目支出340.00万元；上年为370.00万元，增加10.00万元，增长2.70%。"),
        # what another year had not is no year of the next figure
        ("六、“三公”经费", "公务用车购置费0.00万元，2023年预算无此项支出；公务用车运行费12.40万元，比2023年预算减少1.00万元。"),
        # what is far more than the last of a list is no part of it
        ("二、项目", "全年引进项目47个，其中已建成项目21个、在建项目21个、拟建项目5个，包括工业平台6个、文旅平台10个、服务平台31个。"),
        # slips that are none
        ("一、收入", "收入预算增加的主要原因："),
        ("一、收入", "根据二〇〇六年机构改革方案，联系人：张**，电话0591-8******1。"),
        ("一、收入", "公务用车购置按照规定（含车辆购置税，"),
    ],
)
def test_a_true_sentence_accuses_nobody(tables: tuple[Table, ...], heading: str, text: str) -> None:
    assert accused(tables, heading, text, "牌照费）执行，本部门按照国家有关规定编制并公开。") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一般公共预算支出1,943.50万元。", [("error", "1,943.50万元", "1934.50万元")]),
        # a sum that another line prints may be of that
        ("一般公共预算支出2,054.50万元。", [("likely", "2,054.50万元", "1934.50万元")]),
        ("涉及一般公共预算项目资金1934.50元。", [("error", "1934.50元", "1934.50万元")]),
        ("一般公共预算基本支出1,100.00万元，其中：人员经费1,000.00万元，公用经费100.00元。", [("error", "100.00元", "100.00万元")]),
        # one digit in one part, or in the whole
        ("设备购置90.10万元，包括打印机45.20万元，服务器94.90万元。", [("error", "94.90万元", "44.90万元")]),
        ("设备购置99.10万元，包括打印机45.20万元，服务器44.90万元。", [("likely", "99.10万元", "90.10万元")]),
        ("一般公共预算安排“三公”经费16.80万元。", [("error", "16.80万元", "18.60万元")]),
        ("其他收入100.00万元，包括：学费收入60.00万元、住宿费收入40.00万元，分别占其他收入的65.00%、40.00%。", [("error", "65.00%", "60.00%")]),
        ("会议费2.60万元，与上年持平，较上年减少3.20万元。", [("likely", "持平、减少3.20万元", "")]),
        ("接待9批次、62人次，其中：所属单位3批次、71人次。", [("likely", "71人次", "")]),
        ("支出预算2,100.00万元，比上年减少135.00万元，增长6.04%。", [("error", "减少135.00万元、增长6.04%", "")]),
    ],
)
def test_one_thing_wrong_is_found(tables: tuple[Table, ...], text: str, found: list[tuple[str, str, str]]) -> None:
    assert accused(tables, "一、有关情况", text) == found


def test_headers_in_one_cell_put_a_table_in_doubt() -> None:
    for head, found in (("财政拨款收入事业收入", []), ("财政拨款收入", [("error", "20.00", "30.00")])):
        rows = [f"科目编码|科目名称|本年收入合计|{head}|其他收入", "|合计|30.00|20.00|", "205|教育支出|30.00|30.00|", "206|科学技术支出|||"]
        one = table(1, "income", "收入决算表", [row.split("|") for row in rows])
        assert accused((one,), "一、收入", "本部门按照国家有关规定编制。") == found

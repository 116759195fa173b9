"""The narrative against itself and against the tables, slips of the wording, and what is not there: each drawn into a small PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import Sheet

from mingzhang.checking import wording
from mingzhang.checking.checks import check_document
from mingzhang.checking.records import Check
from mingzhang.document import Document, read_document
from mingzhang.sources import Source

HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
BODY = [
    ["208", "社会保障和就业支出", "106.18", "106.18", ""],
    ["20805", "行政事业单位养老支出", "106.18", "106.18", ""],
    ["2080501", "行政单位离退休", "100.00", "100.00", ""],
    ["2080505", "机关事业单位基本养老保险缴费支出", "6.18", "6.18", ""],
    ["", "合计", "106.18", "106.18", ""],
]
WIDTHS = [70, 260, 90, 90, 90]
#: Characters of a printed line.
LINE = 50


def disclosure(path: Path, paragraphs: Sequence[str], kind: str = "budget", rows: Sequence[Sequence[str]] = BODY, form: str = "一般公共预算支出表") -> Document:
    """A page of text, each paragraph two characters indented, and a page with one table."""
    sheet = Sheet()
    baseline = 60.0
    for text in paragraphs:
        lines = [text[: LINE - 2], *(text[at : at + LINE] for at in range(LINE - 2, len(text), LINE))]
        for number, line in enumerate(lines):
            sheet.text(60 if number else 84, baseline, line, 12)
            baseline += 20
    sheet.next_page().title(f"2024年{form}")
    sheet.table([HEAD, *rows], WIDTHS)
    title = "2024年度部门决算" if kind == "final_accounts" else "2024年部门预算"
    return read_document(Source("d", sheet.save(path / "a.pdf"), title=title, org="某某市第三司法局", fiscal_year="2024", kind=kind))


def failed(document: Document, *rules: str) -> list[tuple[str, str, str]]:
    """Status, what is printed and what it should be, of the checks that do not hold."""
    found = [check for check in check_document(document) if check.rule in rules and check.status in ("fail", "doubt", "rounding")]
    return [(check.status, *said(check)) for check in found]


def said(check: Check) -> tuple[str, str]:
    return (check.said.printed, check.said.expected) if check.said else ("", "")


PENSION = "1.社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）。"
FILL = "本部门按照国家有关规定编制并公开上述内容，有关情况已经向社会说明，欢迎监督。"


@pytest.mark.parametrize(
    ("kind", "sentence", "found"),
    [
        # the table prints the year's money only: what was budgeted, and the year before, are not compared with it
        ("final_accounts", "年初预算为9.00万元，支出决算为6.18万元，完成年初预算的68.67%。", []),
        ("budget", "2023年预算执行数为5.00万元，2024年预算安排6.18万元，比2023年预算执行数增加23.60%。", []),
        ("budget", "2024年预算安排6.81万元。", [("fail", "6.81万元", "6.18万元")]),
        # text that cuts digits off is rounding
        ("budget", "2024年预算安排6.17万元。", [("rounding", "6.17万元", "6.18万元")]),
    ],
)
def test_the_figure_of_the_stage_that_is_stated(tmp_path: Path, kind: str, sentence: str, found: list[tuple[str, str, str]]) -> None:
    heading = "一、一般公共预算财政拨款支出情况"
    document = disclosure(tmp_path, [heading, PENSION + sentence, FILL], kind)
    assert failed(document, "narrative-amount", "narrative-completion", "narrative-percentage") == found


@pytest.mark.parametrize(
    ("kind", "sentence", "rule", "found"),
    [
        ("final_accounts", "公务接待费年初预算为0万元，全年预算为4.00万元，支出决算为3.00万元，完成年初预算的75.00%。", "narrative-completion",
         [("fail", "75.00%", "")]),
        ("final_accounts", "公务接待费支出决算为3.00万元，年初预算为0万元，完成年初预算的0.00%。", "narrative-completion", [("doubt", "0.00%", "")]),
        ("budget", "公务接待费预算5.00万元，比上年增加5.00万元，增长100.00%。", "narrative-percentage", [("doubt", "100.00%", "")]),
        ("budget", "公务接待费预算5.00万元，比上年增加1.00万元，增长20.00%。", "narrative-percentage", [("fail", "20.00%", "25.00%")]),
        ("budget", "公务接待费预算0万元，比2023年预算增加1.00万元。", "narrative-change", [("fail", "增加1.00万元", "")]),
        ("budget", "公务接待费预算5.00万元，比2024年预算增加1.00万元。", "narrative-year", [("fail", "2024年预算", "2023")]),
        ("final_accounts", "公务接待费支出决算5.00万元，比2024年预算增加1.00万元。", "narrative-year", []),
        ("budget", "公务接待费2024年预算5.00万元，较2023年年初预算数4.00万元增加1.00万元，增长25.00%。", "narrative-percentage", []),
        ("budget", "政府采购支出总额20.00万元，其中：货物支出5.00万元、服务支出6.00万元、工程支出8.00万元。", "narrative-sum",
         [("fail", "20.00万元", "19.00万元")]),
        ("budget", "共有车辆9辆，其中执法执勤用车5辆、其他用车3辆。", "narrative-sum", [("fail", "9辆", "8辆")]),
        ("budget", "人员编制118人，其中行政编制72人、事业编制46人；实有人员112人，其中行政70人、事业42人。", "narrative-sum", []),
        ("budget", "公务接待费5.00万元，比上年增加1.00万元，主要原因是厉行节约，压减开支。", "narrative-reason", [("fail", "1.00万元", "")]),
    ],
)
def test_a_statement_against_itself(tmp_path: Path, kind: str, sentence: str, rule: str, found: list[tuple[str, str, str]]) -> None:
    assert failed(disclosure(tmp_path, ["一、有关情况", sentence, FILL], kind), rule) == found


@pytest.mark.parametrize(
    ("sentence", "rule", "found"),
    [
        # the right sum in the wrong direction
        ("2023年公务接待费6.00万元，2024年预算5.00万元，比上年增加1.00万元。", "narrative-direction", [("fail", "增加1.00万元", "减少1.00万元")]),
        ("2023年公务接待费6.00万元，2024年预算5.00万元，比上年减少1.00万元。", "narrative-direction", []),
        # all parts of a whole: a share of another whole among them; parts that are not all
        ("人员经费占基本支出的93.61%；公用经费占基本支出的3.81%。", "narrative-share", [("fail", "3.81%", "100%")]),
        ("人员经费占基本支出的93.61%；公用经费占基本支出的6.39%。", "narrative-share", []),
        ("人员经费占基本支出的93.61%。", "narrative-share", []),
        # a share with one decimal is rounded as it is printed
        ("收入预算86.00万元，其中：事业收入10.01万元，占收入预算的11.6%。", "narrative-share", []),
        # the one share that is not of the sum of the list
        ("教育支出（类）支出70.00万元，占70.00%；卫生健康支出（类）支出10.00万元，占30.00%；其他支出（类）支出20.00万元，占20.00%。",
         "narrative-share", [("fail", "30.00%", "10.00%")]),
        # a rate, and a change by its parts, in the wrong direction
        ("2023年支出预算为100.00万元，2024年支出预算95.00万元，比2023年增长5.00%。", "narrative-direction", [("fail", "增长5.00%", "下降5.00%")]),
        ("支出较2023年预算减少87.01万元，其中基本支出增加41.01万元，项目支出增加46.00万元。", "narrative-direction",
         [("fail", "减少87.01万元", "增加87.01万元")]),
        # money for nothing; a count of something else (外宾) says nothing of it
        ("公务用车购置费17.30万元，购置公务用车0辆。", "narrative-count", [("fail", "0辆", "")]),
        ("公务接待费0.39万元，国内公务接待5批次；接待外宾0批次。", "narrative-count", []),
    ],
)
def test_statements_beside_each_other(tmp_path: Path, sentence: str, rule: str, found: list[tuple[str, str, str]]) -> None:
    assert failed(disclosure(tmp_path, ["一、有关情况", sentence, FILL]), rule) == found


def test_a_heading_that_runs_into_its_text_is_a_heading(tmp_path: Path) -> None:
    """Without it the money of the funds is compared with the table of all money."""
    text = "八、政府性基金预算支出情况说明。（一）总体情况。2024年支出118.65万元。"
    (part,) = [part for part in disclosure(tmp_path, [text, FILL]).paragraphs if "118" in part.text]
    assert (part.section, part.page(0)) == (("八、政府性基金预算支出情况说明", "（一）总体情况"), 1)
    assert part.text.startswith("2024年支出118.65万元。")


def test_the_item_of_a_list_that_is_not_ended(tmp_path: Path) -> None:
    items = [f"{number}.行政单位离退休{number}0.00万元，用于发放补助{{}}" for number in range(1, 5)]
    for end, found in (("", [("fail", "助", "助。")]), ("。", [])):
        texts = [text.format(end if number == 2 else "。") for number, text in enumerate(items)]
        assert failed(disclosure(tmp_path, ["一、支出情况", *texts, FILL]), "wording") == found


def test_one_thing_has_one_value(tmp_path: Path) -> None:
    """One digit from the table's figure, elsewhere in the text; another amount of the same name is no slip."""
    heading, texts = "一、一般公共预算支出情况", ["二、其他情况", "法律援助项目安排150.00万元（其中行政事业单位养老项目合计{}万元）。", FILL]
    for value, found in (("106.78", [("fail", "106.78万元", "106.18万元")]), ("106.18", []), ("42.50", [])):
        document = disclosure(tmp_path, [heading, "（一）行政事业单位养老支出106.18万元。", *(text.format(value) for text in texts)])
        assert failed(document, "narrative-twice") == found


def test_a_section_has_the_name_of_the_tables(tmp_path: Path) -> None:
    """社会保障和就业支出 is a 类, and printed as the 款."""
    wrong = PENSION.replace("行政事业单位养老支出（款）", "社会保障和就业支出（款）")
    for text, found in ((wrong, [("fail", "社会保障和就业支出", "行政事业单位养老支出")]), (PENSION, [])):
        assert failed(disclosure(tmp_path, ["一、一般公共预算支出情况", text + "2024年预算安排6.18万元。", FILL]), "narrative-name") == found


def test_a_table_compares_with_the_year_before(tmp_path: Path) -> None:
    for year, found in (("2022", [("fail", "2022年", "2023年")]), ("2023", [])):
        sheet = Sheet().title("2024年“三公”经费支出表")
        sheet.table([["项目", f"{year}年预算数", "2024年预算数"], ["公务接待费", "1.00", "2.00"], ["合计", "1.00", "2.00"]], [200, 120, 120])
        document = read_document(Source("d", sheet.save(tmp_path / "y.pdf"), title="2024年部门预算", org="某局", fiscal_year="2024", kind="budget"))
        assert failed(document, "heading-year") == found


def test_counts_are_those_of_the_table(tmp_path: Path) -> None:
    for said, found in (("47", [("fail", "47批次", "41批次")]), ("41", [])):
        sheet = Sheet().text(84, 60, "一、“三公”经费情况", 12).text(84, 80, f"2024年国内公务接待{said}批次，公务接待费4.29万元。", 12)
        sheet.next_page().title("2024年“三公”经费支出决算表")
        sheet.table([["项目", "决算数"], ["“三公”经费合计", "4.29"], ["公务接待费", "4.29"], ["国内公务接待批次（个）", "41"]], [300, 120])
        source = Source("d", sheet.save(tmp_path / "c.pdf"), title="2024年度部门决算", org="某局", fiscal_year="2024", kind="final_accounts")
        assert failed(read_document(source), "narrative-count") == found


def test_a_class_has_the_code_and_the_name_of_the_tables(tmp_path: Path) -> None:
    texts = ["一、一般公共预算支出情况", "（一）201131—行政单位离退休100.00万元。", "（二）2080501—机关事业单位基本养老保险缴费支出6.18万元。", FILL]
    assert {expected for _, _, expected in failed(disclosure(tmp_path, texts), "narrative-code")} == {"2080501", "2080505"}
    texts = ["一、一般公共预算支出情况", "1.社会保障和就业支出（类）行政事业单位养老支出（款）退休人员活动（项）100.00万元。", FILL]
    assert [expected for _, _, expected in failed(disclosure(tmp_path, texts), "narrative-name")] == ["行政单位离退休"]


def test_purpose_copied_from_another_class(tmp_path: Path) -> None:
    texts = [PENSION + "主要用于：行政单位离退休支出。", PENSION.replace("机关事业单位基本养老保险缴费支出", "行政单位离退休").replace("1.", "2.") + "主要用于：离退休人员。", FILL]
    assert failed(disclosure(tmp_path, texts), "wording-copied") == [("fail", "行政单位离退休支出", "机关事业单位基本养老保险缴费支出")]


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("安排的支出。。主要", ["。。"]), ("主要原因是。", ["主要原因是"]), ("比上年增加（减少）1万元", ["增加（减少）"]), ("较上一度增加", ["上一度"]),
        ("卫生健康支出（类）", []), ("医疗卫生与计划生育支出（类）", ["医疗卫生与计划生育支出"]), ("增长13.95。", ["增长13.95"]), ("增长13.95%。", []),
        ("主要原因是：人员变动。", []), ("完善（修订）制度", []), ("重大项目项目库", []), ("扶持企业企业研发", ["企业企业"]), ("……等；。", ["；。"]),
    ],
)
def test_slips_of_the_wording(words: str, printed: list[str]) -> None:
    assert [one.printed for one in wording.declared(wording.Text(words, 1, True), 2024)] == printed


def test_superseded_only_since_the_year() -> None:
    assert not list(wording.declared(wording.Text("医疗卫生与计划生育支出", 1, True), 2018))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("开展“检查”、优秀案例”活动，取得成效。", ["”"]), ("平均得分99分（其中，优秀1个，良好2个。", ["（"]), ("1）按期完成；2）保证质量，符合要求。", []),
        ("某某市第二司法局按期完成。", []), ("某某市第三司发局按期完成，情况良好。", ["某某市第三司发局"]),
    ],
)
def test_marks_and_names(tmp_path: Path, text: str, printed: list[str]) -> None:
    found = failed(disclosure(tmp_path, [text, FILL]), "wording", "wording-name")
    assert [mark for _, mark, _ in found] == printed


def test_what_the_text_denies(tmp_path: Path) -> None:
    denied = "本部门2024年没有使用政府性基金预算拨款安排的支出。"
    document = disclosure(tmp_path, ["一、政府性基金情况", denied, FILL], form="政府性基金预算支出表")
    assert [status for status, _, _ in failed(document, "empty-claimed")] == ["fail"]
    conditional = "无政府性基金预算拨款安排的支出的，仍公开空表。"
    assert failed(disclosure(tmp_path, ["一、政府性基金情况", conditional, FILL], form="政府性基金预算支出表"), "empty-claimed") == []


def test_an_empty_table_is_excused_only_if_the_text_states_no_money(tmp_path: Path) -> None:
    empty = [["", "", "", "", ""], ["", "", "", "", ""]]
    stated = disclosure(tmp_path, ["一、政府性基金情况", "政府性基金预算支出12.00万元。", FILL], rows=empty, form="政府性基金预算支出表")
    assert failed(stated, "empty-explained") == [("fail", "", "12.00万元")]
    none = disclosure(tmp_path, ["一、政府性基金情况", "本部门没有政府性基金预算支出。", FILL], rows=empty, form="政府性基金预算支出表")
    assert failed(none, "empty-explained") == []


@pytest.mark.parametrize(("scanned", "status"), [(False, "fail"), (True, "doubt")])
def test_a_table_whose_figures_were_not_read_is_not_missing(tmp_path: Path, scanned: bool, status: str) -> None:
    """Of the standard tables four are there; where another page is a picture, one of the others may stand on it."""
    sheet = Sheet()
    for title in ("支出决算表", "一般公共预算财政拨款支出决算表", "财政拨款“三公”经费支出决算表", "政府性基金预算财政拨款支出决算表"):
        sheet.title(f"2024年{title}")
        sheet.table([HEAD, *BODY], WIDTHS)
        sheet.next_page()
    if scanned:
        sheet.picture()
    else:
        sheet.text(60, 60, FILL, 12)
    document = read_document(Source("d", sheet.save(tmp_path / "a.pdf"), title="2024年度部门决算", org="某局", fiscal_year="2024", kind="final_accounts"))
    found = {check.status for check in check_document(document) if check.rule == "table-present" and check.status != "pass"}
    assert found == {status}


def test_a_code_has_one_name(tmp_path: Path) -> None:
    sheet = Sheet()
    for title, name in (("收入预算表", "教育支出"), ("支出预算表", "教育等支出"), ("一般公共预算支出表", "教育支出")):
        sheet.title(f"2024年{title}")
        sheet.table([HEAD, ["205", name, "106.18", "106.18", ""], ["", "合计", "106.18", "106.18", ""]], WIDTHS)
        sheet.next_page()
    document = read_document(Source("d", sheet.save(tmp_path / "a.pdf"), title="2024年部门预算", org="某局", fiscal_year="2024", kind="budget"))
    assert failed(document, "code-name") == [("fail", "教育等支出", "教育支出")]

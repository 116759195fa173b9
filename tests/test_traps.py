"""The traps of published tables: each drawn into a small PDF of its own, and each read as a reader reads it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import camelot
import pytest
from drawing import HEIGHT, LEFT, SIZE, UP, WIDTH, Sheet, X, facts, flat, table_texts
from reportlab.pdfbase.pdfmetrics import stringWidth

import mingzhang as mz

HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
BODY = [
    ["201", "一般公共服务支出", "1,524.23", "1,000.00", "524.23"],
    ["20103", "政府办公厅（室）及相关机构事务", "1,524.23", "1,000.00", "524.23"],
    ["2010301", "行政运行", "1,000.00", "1,000.00", ""],
    ["2010302", "一般行政管理事务", "524.23", "", "524.23"],
]
WIDTHS = [70, 220, 90, 90, 90]
TITLE = "2024年部门支出预算表"


def expected(
    rows: Sequence[Sequence[str]], columns: Sequence[str] = tuple(HEAD[2:]), labels: int = 2
) -> set[tuple[str, ...]]:
    """The facts that rows of code, name and figures hold."""
    return {
        (row[0] if labels == 2 else "", row[labels - 1], column, figure.replace(",", ""))
        for row in rows
        for column, figure in zip(columns, row[labels:], strict=True)
        if figure
    }


def camelot_rows(path: Path) -> list[list[str]]:
    """What Camelot alone makes of the first table: its own placement of the text."""
    return camelot.read_pdf(str(path), engine="vector", pages="1")[0].df.to_numpy().tolist()


def one_table(document: mz.Document, form: str = "expenditure") -> mz.Table:
    """The only table of a document, which has the form that is asked for."""
    assert document.catalogue["form"].tolist() == [form]
    return document.tables[0]


# --- text into cells -------------------------------------------------------------------------------------------------


def test_text_of_two_cells_in_one_run(tmp_path: Path) -> None:
    sheet = Sheet().title("2024年收支预算总表")
    sheet.table(
        [["收入", LEFT, "支出", LEFT], ["项目", "预算数", "项目", "预算数"],
         ["一、财政拨款收入", "", "", "500.00"], ["二、其他收入", "", "", "24.23"],
         ["收入总计", "548.46", "支出总计", "524.23"]],
        [200, 100, 200, 100],
    )
    for baseline, amount, name in ((123.5, "524.23", "一、一般公共服务支出"), (143.5, "24.23", "二、教育支出")):
        # the name begins at the border between the two cells
        sheet.text(X + 301 - stringWidth(f"{amount} ", sheet.font, SIZE), baseline, f"{amount} {name}")
    path = sheet.save(tmp_path / "a.pdf")
    assert any("24.23" in text and "支出" in text for row in camelot_rows(path) for text in row), "no trap: not fused"

    assert facts(mz.read(path)) == {
        ("", "一、财政拨款收入", "收入/预算数", "524.23"), ("", "二、其他收入", "收入/预算数", "24.23"),
        ("", "一、一般公共服务支出", "支出/预算数", "500.00"), ("", "二、教育支出", "支出/预算数", "24.23"),
        ("", "收入总计", "收入/预算数", "548.46"), ("", "支出总计", "支出/预算数", "524.23"),
    }


@pytest.mark.parametrize("tall", [False, True])
def test_font_that_declares_lines_taller_than_its_glyphs(tmp_path: Path, tall: bool) -> None:
    rows = [HEAD, *([code, f"{name[:6]}\n{name[6:]}", *figures] for code, name, *figures in BODY[:2]), *BODY[2:]]
    sheet = Sheet(tall=tall).title(TITLE)
    sheet.table(rows, [70, 100, 60, 60, 60], heights=18.0, size=8.0, leading=8.5)
    path = sheet.save(tmp_path / "a.pdf")
    alone = [[text.replace("\n", "") for text in row] for row in camelot_rows(path)]
    assert (alone != flat(rows)) is tall, "no trap: Camelot's own placement does not depend on what the font declares"

    document = mz.read(path)
    assert table_texts(document) == flat(rows)
    assert facts(document) == expected(BODY)


def test_digits_wrapped_in_narrow_columns(tmp_path: Path) -> None:
    rows = [
        ["201", "一般公共服\n务支出", "1050.0\n0", "10,24\n5.25", "24.75"],
        ["20103\n02", "一般行政管\n理事务", "1050.0\n0", "0.0\n0", "12345.\n67"],
        ["2010\n399", "其他支出", "-105\n0.00", "100.5\n0", ""],
        ["2\n05", "教育支出", "1\n2\n3", "1,435\n,500.0\n0", "7"],
    ]
    sheet = Sheet().title(TITLE)
    sheet.table([["科目编\n码", "科目名称", "合计", "基本支\n出", "项目支\n出"], *rows], [36, 60, 36, 36, 36], heights=34.0)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert one_table(document).grid.rows == 5
    assert facts(document) == expected(flat(rows))


@pytest.mark.parametrize("apart", [0.1, 0.2, 0.5])
def test_glyphs_drawn_twice_to_look_bold(tmp_path: Path, apart: float) -> None:
    sheet = Sheet(bold=apart).title(TITLE)
    sheet.table([HEAD, *BODY], WIDTHS)
    path = sheet.save(tmp_path / "a.pdf")
    assert camelot_rows(path) != [HEAD, *BODY], "no trap: Camelot reads every glyph once"

    document = mz.read(path)
    assert one_table(document).title == TITLE
    assert table_texts(document) == [HEAD, *BODY]
    assert facts(document) == expected(BODY)


def test_figures_of_equal_digits_are_not_taken_for_bold_print(tmp_path: Path) -> None:
    rows = [["201", "一般公共服务支出", "1,111.11", "1,000.00", "111.11"], ["205", "教育支出", "2,222.22", "", "2,222.22"]]
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *rows], WIDTHS)
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(rows)


# --- rules -----------------------------------------------------------------------------------------------------------


def test_rules_drawn_as_thin_filled_rectangles(tmp_path: Path) -> None:
    sheet = Sheet(filled=True).title(TITLE)
    sheet.table([HEAD, *BODY], WIDTHS)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert one_table(document).grid.engines == ("vector",)
    assert facts(document) == expected(BODY)


@pytest.mark.parametrize("columns", [2, 5])
def test_open_left_and_right_borders(tmp_path: Path, columns: int) -> None:
    """With two columns a single vertical rule is left, and where it crosses the others is too little for Camelot."""
    rows = [["科目名称", "合计"], *(row[1:3] for row in BODY[1:3])] if columns == 2 else [HEAD, *BODY]
    widths = WIDTHS[1:3] if columns == 2 else WIDTHS
    sheet = Sheet().title(TITLE)
    end = sheet.table(rows, widths, ruled=lambda *_: False)
    for number in range(len(rows) + 1):
        sheet.rule(X, 70 + 20 * number, X + sum(widths), 70 + 20 * number)
    for number in range(1, columns):
        sheet.rule(X + sum(widths[:number]), 70, X + sum(widths[:number]), end)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document)
    assert table_texts(document) == rows
    assert facts(document) == expected(rows[1:], rows[0][columns // 2 :], labels=columns // 2)


def test_rules_in_a_picture(tmp_path: Path) -> None:
    """Rules that are no drawing objects: only the rendered page shows them."""
    sheet = Sheet()
    sheet.pictured_table([HEAD, *BODY], WIDTHS)
    sheet.title(TITLE)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert one_table(document).grid.engines == ("combined",)
    assert facts(document) == expected(BODY)


NO_RULES = {
    "figures in every row": [*BODY, ["", "合计", "1,524.23", "1,000.00", "524.23"]],
    "wrapped names": [[code, f"{name[:4]}\n{name[4:]}", *figures] for code, name, *figures in BODY],
    "rows with a name alone": [BODY[0], ["205", "教育支出", "", "", ""], *BODY[1:]],
    "whole numbers": [["201", "一般公共服务支出", "15", "10", "5"], ["20103", "政府办公厅", "15", "10", "5"], ["2010301", "行政运行", "9", "9", ""],
                      ["2010302", "其他支出", "6", "1", "5"]],
}


@pytest.mark.parametrize("what", NO_RULES)
def test_body_rows_without_rules_between_them(tmp_path: Path, what: str) -> None:
    rows = NO_RULES[what]

    def ruled(side: str, row: int, column: int) -> bool:
        return side in ("left", "right") or row in (0, len(rows))

    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *rows], WIDTHS, ruled=ruled, heights=[20.0, *(26.0 if "\n" in row[1] else 16.0 for row in rows)])
    path = sheet.save(tmp_path / "a.pdf")
    assert len(camelot_rows(path)) == 2, "no trap: Camelot finds the rows"

    document = mz.read(path)
    one_table(document)
    assert facts(document) == expected(flat(rows))


def test_two_panels_without_rules_between_their_rows(tmp_path: Path) -> None:
    def ruled(side: str, row: int, column: int) -> bool:
        return side in ("left", "right") or row in (0, 1, 4)

    sheet = Sheet().title("2024年收支预算总表")
    sheet.table(
        [["收入", LEFT, "支出", LEFT], ["项目", "预算数", "项目", "预算数"],
         ["一、财政拨款收入", "10.00", "一、教育支出", "10.00"], ["二、其他收入", "", "二、卫生健康支出", ""],
         ["收入总计", "10.00", "支出总计", "10.00"]],
        [150, 80, 150, 80], ruled=ruled, heights=16.0,
    )
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document, "income_expenditure_summary")
    assert facts(document) == {
        ("", "一、财政拨款收入", "收入/预算数", "10.00"), ("", "收入总计", "收入/预算数", "10.00"),
        ("", "一、教育支出", "支出/预算数", "10.00"), ("", "支出总计", "支出/预算数", "10.00"),
    }


def test_title_drawn_as_first_row_of_the_grid(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.table([["2024年财政拨款收支预算总表", *[LEFT] * 3],
                 ["收入", LEFT, "支出", LEFT], ["项目", "预算数", "项目", "预算数"],
                 ["一、一般公共预算", "10.00", "一、教育支出", "10.00"],
                 ["收入总计", "10.00", "支出总计", "10.00"]], [160, 100, 160, 100])
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    table = one_table(document, "appropriation_summary")
    assert table.title == "2024年财政拨款收支预算总表"
    assert {(name, column) for _, name, column, _ in facts(document)} == {
        ("一、一般公共预算", "收入/预算数"), ("一、教育支出", "支出/预算数"),
        ("收入总计", "收入/预算数"), ("支出总计", "支出/预算数"),
    }


@pytest.mark.parametrize("place", ["row of its own", "beside the body's name", "beside blank cells"])
def test_unit_drawn_inside_the_grid(tmp_path: Path, place: str) -> None:
    line = {
        "row of its own": ["单位：元", LEFT, LEFT, LEFT, LEFT],
        "beside the body's name": ["部门：某某市教育局", LEFT, LEFT, "单位：元", LEFT],
        "beside blank cells": ["", "", "", "", "单位：元"],
    }[place]
    sheet = Sheet()
    sheet.table([[TITLE, *[LEFT] * 4], line, HEAD, ["205", "教育支出", "120,000.50", "100,000.00", "20,000.50"]], WIDTHS)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    table = one_table(document)
    assert (table.title, table.unit) == (TITLE, "元")
    assert facts(document) == expected([["205", "教育支出", "12.000050", "10.000000", "2.000050"]])


# --- page breaks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("repeated", ["nothing", "header", "title and header", "marked title and header", "marked title"])
def test_continuation_page(tmp_path: Path, repeated: str) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *BODY[:2]], WIDTHS, top=480)
    sheet.next_page()
    mark = "（续）" if "marked" in repeated else ""
    if "title" in repeated:
        sheet.title(TITLE + mark)
    rows = [HEAD, *BODY[2:]] if "header" in repeated else BODY[2:]
    sheet.table(rows, WIDTHS, top=70)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    table = one_table(document)
    assert (table.title, table.grid.pages) == (TITLE, (1, 2))
    assert facts(document) == expected(BODY)
    assert document.amounts.set_index("code")["page"].to_dict() == {"201": 1, "20103": 1, "2010301": 2, "2010302": 2}


def test_same_header_under_another_title_is_another_table(tmp_path: Path) -> None:
    """The counterpart of the test above: what may not be stitched."""
    sheet = Sheet().title("2024年一般公共预算支出表")
    sheet.table([HEAD, *BODY[:2]], WIDTHS, top=480)
    sheet.next_page().title("2024年政府性基金预算支出表")
    sheet.table([HEAD, *BODY[2:]], WIDTHS, top=70)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert document.catalogue["form"].tolist() == ["general_public_expenditure", "government_fund"]


CUT_ROWS = {
    "name": (["2010302", "一般行政管理事务及其他相关的\n政府办公厅（室）机构事务", "524.23", "", "524.23"], {1}),
    "name over three lines": (["2010302", "一般行政管理事务及其他相关的\n政府办公厅（室）机构的各项的\n管理事务", "524.23", "", "524.23"], {1}),
    "name and code": (["20103\n02", "一般行政管理事务及其他相关的\n政府办公厅（室）机构事务", "524.23", "", "524.23"], {0, 1}),
    "name and figures": (["2010302", "一般行政管理事务及其他相关的\n政府办公厅（室）机构事务", "12345.6\n7", "", "12345.6\n7"], {1, 2, 4}),
    "figures alone": (["2010302", "一般行政管理事务", "1,112,345.\n67", "", "12345.6\n7"], {2, 4}),
}


@pytest.mark.parametrize("what", CUT_ROWS)
def test_row_cut_by_the_page_break(tmp_path: Path, what: str) -> None:
    row, cut = CUT_ROWS[what]
    upper = [text.split("\n", 1)[0] if column in cut else text for column, text in enumerate(row)]
    lower = [text.split("\n", 1)[1] if column in cut else "" for column, text in enumerate(row)]
    widths = [40, 135, 50, 50, 50]
    last = ["205", "教育支出", "100.00", "100.00", ""]
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *([c, n[:8], *f] for c, n, *f in BODY[:2]), upper], widths, top=470)
    sheet.next_page()
    sheet.table([lower, last], widths, top=40, heights=[24, 16])
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document)
    whole = [text.replace("\n", "") for text in row]
    assert facts(document) == expected([*([c, n[:8], *f] for c, n, *f in BODY[:2]), whole, last])
    assert (document.amounts[document.amounts["code"] == "2010302"]["page"] == 1).all()


@pytest.mark.parametrize("first", [["", "其他支出", "3.00", "", "3.00"], ["", "合计", "3.00", "3.00", ""], ["206", "科学技术支出", "", "", ""]])
def test_whole_row_after_the_page_break_stays_a_row(tmp_path: Path, first: list[str]) -> None:
    """The counterpart of the test above: what may not be joined."""
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *BODY], WIDTHS, top=470)
    sheet.next_page()
    sheet.table([first, ["207", "文化支出", "1.00", "1.00", ""]], WIDTHS, top=40)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert facts(document) == expected([*BODY, first, ["207", "文化支出", "1.00", "1.00", ""]])
    assert one_table(document).grid.rows == 7


@pytest.mark.parametrize("deep", [False, True])
def test_row_cut_under_a_repeated_header(tmp_path: Path, deep: bool) -> None:
    head = [["科目编码", "科目名称", "本年支出", LEFT, LEFT], [UP, UP, *HEAD[2:]]] if deep else [HEAD]
    widths = [70, 135, 70, 70, 70]
    upper, lower = "一般行政管理事务及其他相关的", "政府办公厅（室）机构事务"
    last = ["205", "教育支出", "100.00", "100.00", ""]
    sheet = Sheet().title(TITLE)
    sheet.table([*head, *BODY[2:3], ["2010302", upper, "524.23", "", "524.23"]], widths, top=470)
    sheet.next_page()
    sheet.table([*head, ["", lower, "", "", ""], last], widths, top=40)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document)
    columns = [f"本年支出/{column}" if deep else column for column in HEAD[2:]]
    assert facts(document) == expected([BODY[2], ["2010302", upper + lower, "524.23", "", "524.23"], last], columns)


@pytest.mark.parametrize("header", ["once", "repeated"])
@pytest.mark.parametrize("text_on", ["first page", "second page"])
def test_merged_cell_cut_by_the_page_break(tmp_path: Path, text_on: str, header: str) -> None:
    head = ["一级指标", "二级指标", "三级指标", "指标值", "分值"]
    upper, lower = ("产出指标", "") if text_on == "first page" else ("", "产出指标")
    sheet = Sheet().title("2024年项目绩效目标表", unit="")
    sheet.table(
        [["项目名称", "校舍维修", LEFT, LEFT, LEFT], head,
         [upper, "数量指标", "维修面积", "≥300平方米", "20"], [UP, "质量指标", "合格率", "=100%", "20"]],
        [90] * 5, top=480,
    )
    sheet.next_page()
    sheet.table(
        [*([head] if header == "repeated" else []),
         [lower, "质量指标", "返工率", "≤5%", "10"], [UP, "时效指标", "完成时间", "2024年12月底前", "10"],
         ["效益指标", "社会效益", "受益学生", "≥900人", "30"]],
        [90] * 5, top=40,
    )
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document, "kpi_target")
    columns = ["level1", "level2", "level3", "target_raw", "page"]
    assert document.indicators[columns].to_numpy().tolist() == [
        ["产出指标", "数量指标", "维修面积", "≥300平方米", 1], ["产出指标", "质量指标", "合格率", "=100%", 1],
        ["产出指标", "质量指标", "返工率", "≤5%", 2], ["产出指标", "时效指标", "完成时间", "2024年12月底前", 2],
        ["效益指标", "社会效益", "受益学生", "≥900人", 2],
    ]


@pytest.mark.parametrize("level1", ["once", "for each"])
def test_two_sets_of_indicators_side_by_side(tmp_path: Path, level1: str) -> None:
    """The central form of a project of several years: 中期目标 and 年度目标, each with names and targets of its own."""
    again = ["一级指标"] if level1 == "for each" else []
    first, second = (["产出指标"], ["效益指标"]) if again else ([], [])
    wide = 7 + len(again)
    rows = [
        ["项目名称", "校舍维修", *[LEFT] * (wide - 2)],
        ["一级指标", "二级指标", "三级指标", "指标值", *again, "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "维修校舍", "≥30所", *first, "数量指标", "维修校舍", "≥10所"],
        [UP, "质量指标", "合格率", "=100%", *([UP] if again else []), "时效指标", "完工时间", "12月底前"],
        ["效益指标", "社会效益", "受益学生", "≥9000人", *second, "", "", ""],
    ]
    sheet = Sheet().title("2024年项目支出绩效目标表", unit="")
    sheet.table(rows, [80] * wide)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    columns = ["level1", "level2", "level3", "target_raw"]
    assert document.indicators[columns].to_numpy().tolist() == [
        ["产出指标", "数量指标", "维修校舍", "≥30所"], ["产出指标", "数量指标", "维修校舍", "≥10所"],
        ["产出指标", "质量指标", "合格率", "=100%"], ["产出指标", "时效指标", "完工时间", "12月底前"],
        ["效益指标", "社会效益", "受益学生", "≥9000人"],
    ]
    ids = document.indicators["indicator_id"].tolist()
    assert [key.rpartition("/")[2] for key in ids] == ["r2", "r2b2", "r3", "r3b2", "r4"]


def test_target_of_the_year_beside_that_of_the_whole_term(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "校舍维修", LEFT, LEFT, LEFT], ["一级指标", "二级指标", "三级指标", "实施期指标值", "年度指标值"],
        ["产出指标", "数量指标", "维修校舍", "≥30所", "≥10所"], [UP, "质量指标", "合格率", "=100%", ""],
    ]
    sheet = Sheet().title("2024年项目支出绩效目标表", unit="")
    sheet.table(rows, [100] * 5)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert document.indicators["target_raw"].tolist() == ["≥10所", "=100%"]


@pytest.mark.parametrize("text_on", ["first page", "second page"])
def test_merged_label_cut_by_the_page_break(tmp_path: Path, text_on: str) -> None:
    upper, lower = ("某某局机关", "") if text_on == "first page" else ("", "某某局机关")
    last = ["205", "教育支出", "1.00", "1.00", ""]
    sheet = Sheet().title(TITLE)
    sheet.table([["单位名称", *HEAD], [upper, *BODY[0]], [UP, *BODY[1]]], [60, *WIDTHS], top=480)
    sheet.next_page()
    sheet.table([[lower, *BODY[2]], [UP, *BODY[3]], ["某某中心", *last]], [60, *WIDTHS], top=40)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert facts(document) == expected([*BODY, last])
    labels = [(cell.row, cell.row_span, cell.text) for cell in one_table(document).grid.cells if cell.column == 0]
    assert labels == [(0, 1, "单位名称"), (1, 4, "某某局机关"), (5, 1, "某某中心")]


# --- several tables --------------------------------------------------------------------------------------------------


def test_two_tables_on_a_page(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    end = sheet.table([HEAD, *BODY], WIDTHS)
    sheet.title("2024年部门收入预算表", top=end + 20, unit="单位：元")
    sheet.table([["科目编码", "科目名称", "财政拨款收入"], ["201", "一般公共服务", "15,000.00"]], [70, 220, 120], top=end + 50)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert document.catalogue[["form", "title", "amount_unit"]].to_numpy().tolist() == [
        ["expenditure", TITLE, "万元"], ["income", "2024年部门收入预算表", "元"],
    ]
    assert facts(document) == expected(BODY) | {("201", "一般公共服务", "财政拨款收入", "1.500000")}


def test_table_that_ends_on_a_page_where_another_begins(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *BODY[:2]], WIDTHS, top=480)
    sheet.next_page()
    end = sheet.table(BODY[2:], WIDTHS, top=40)
    sheet.title("2024年政府性基金预算支出表", top=end + 20)
    sheet.table([HEAD, ["212", "城乡社区支出", "7.00", "", "7.00"]], WIDTHS, top=end + 50)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert document.catalogue[["form", "page_first", "page_last"]].to_numpy().tolist() == [
        ["expenditure", 1, 2], ["government_fund", 2, 2],
    ]
    assert facts(document) == expected([*BODY, ["212", "城乡社区支出", "7.00", "", "7.00"]])


@pytest.mark.parametrize("gap", [0, 3])
def test_two_tables_that_touch_each_with_its_title_in_the_grid(tmp_path: Path, gap: int) -> None:
    sheet = Sheet()
    end = sheet.table([[TITLE, *[LEFT] * 4], HEAD, *BODY], WIDTHS)
    other = [["2024年部门收入预算表", LEFT, LEFT], ["科目编码", "科目名称", "财政拨款收入"], ["201", "一般公共服务", "15.00"]]
    sheet.table(other, [70, 220, 270], top=end + gap)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert document.catalogue["form"].tolist() == ["expenditure", "income"]
    assert {("201", "一般公共服务", "财政拨款收入", "15.00")} < facts(document)


def test_one_title_over_two_tables(tmp_path: Path) -> None:
    sheet = Sheet().title("2024年部门收支预算总表")
    end = sheet.table([["收入", LEFT], ["项目", "预算数"], ["一、财政拨款收入", "30.00"], ["收入总计", "30.00"]], [200, 100])
    sheet.table([["支出", LEFT, LEFT], ["项目", "基本支出", "项目支出"], ["一、教育支出", "20.00", "10.00"]], [200, 100, 90], top=end + 30)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert document.catalogue["form"].tolist() == ["income_expenditure_summary"] * 2
    assert {(name, side) for name, side in document.amounts[["name", "side"]].itertuples(index=False)} == {
        ("一、财政拨款收入", "revenue"), ("收入总计", "revenue"), ("一、教育支出", "expenditure"),
    }
    assert facts(document) == {
        ("", "一、财政拨款收入", "收入/预算数", "30.00"), ("", "收入总计", "收入/预算数", "30.00"),
        ("", "一、教育支出", "支出/基本支出", "20.00"), ("", "一、教育支出", "支出/项目支出", "10.00"),
    }


@pytest.mark.parametrize(
    "body",
    [[[""] * 5] * 3, [["", "合计", "", "", ""], [""] * 5], [["", "无", "", "", ""]], [["无", *[LEFT] * 4]]],
    ids=["blank rows", "blank total", "none", "none in a merged row"],
)
def test_empty_table(tmp_path: Path, body: list[list[str]]) -> None:
    sheet = Sheet().title("2024年政府性基金预算支出表")
    end = sheet.table([HEAD, *body], WIDTHS)
    sheet.text(X, end + 14, "注：本部门2024年没有政府性基金预算安排的支出。")
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    table = one_table(document, "government_fund")
    assert document.catalogue["is_empty"].tolist() == [True]
    assert facts(document) == set()
    assert (document.status, table.grid.rows) == ("ok", len(body) + 1)


# --- headers, codes, rows --------------------------------------------------------------------------------------------


def test_three_panels_side_by_side(tmp_path: Path) -> None:
    sheet = Sheet().title("2024年财政拨款收支预算总表")
    sheet.table(
        [["收入", LEFT, "支出（按功能分类）", LEFT, "支出（按经济分类）", LEFT],
         ["项目", "预算数", "项目", "预算数", "项目", "预算数"],
         ["一、一般公共预算", "90.00", "一、教育支出", "60.00", "一、工资福利支出", "70.00"],
         ["二、政府性基金", "", "二、卫生健康支出", "30.00", "二、商品和服务支出", "20.00"],
         ["本年收入合计", "90.00", "本年支出合计", "90.00", "本年支出合计", "90.00"]],
        [120, 60, 130, 60, 130, 60],
    )
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document, "appropriation_summary")
    middle, right = "支出（按功能分类）/预算数", "支出（按经济分类）/预算数"
    assert facts(document) == {
        ("", "一、一般公共预算", "收入/预算数", "90.00"), ("", "本年收入合计", "收入/预算数", "90.00"),
        ("", "一、教育支出", middle, "60.00"), ("", "二、卫生健康支出", middle, "30.00"), ("", "本年支出合计", middle, "90.00"),
        ("", "一、工资福利支出", right, "70.00"), ("", "二、商品和服务支出", right, "20.00"), ("", "本年支出合计", right, "90.00"),
    }
    sides = document.amounts.groupby("side")["amount"].count().to_dict()
    assert sides == {"revenue": 2, "expenditure": 6}


CODES = {
    "one cell": ([["2010601", LEFT, LEFT], ["20106", LEFT, LEFT], ["30102", LEFT, LEFT]], ["2010601", "20106", "30102"]),
    "split": ([["201", "06", "01"], ["201", "06", ""], ["301", "02", ""]], ["2010601", "20106", "30102"]),
    "split, not padded": ([["201", "6", "1"], ["201", "6", ""], ["301", "2", ""]], ["2010601", "20106", "30102"]),
    "split, parents once": ([["201", "", ""], ["", "06", ""], ["", "", "01"]], ["201", "20106", "2010601"]),
}


@pytest.mark.parametrize("how", CODES)
def test_codes_in_one_cell_and_in_three(tmp_path: Path, how: str) -> None:
    printed, codes = CODES[how]
    names = ["甲类事务", "乙类事务", "丙类事务"]
    rows = [[*code, name, f"{n}1.00", f"{n}0.00", "1.00"] for n, (code, name) in enumerate(zip(printed, names, strict=True), 1)]
    sheet = Sheet().title(TITLE)
    sheet.table(
        [["科目编码", LEFT, LEFT, "科目名称", "合计", "基本支出", "项目支出"], ["类", "款", "项", UP, UP, UP, UP], *rows],
        [30, 30, 30, 150, 80, 80, 80],
    )
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document)
    found = document.amounts[document.amounts["column"] == "合计"]
    assert found[["code", "name"]].to_numpy().tolist() == [list(pair) for pair in zip(codes, names, strict=True)]
    assert found["level"].tolist() == [{3: 1, 5: 2, 7: 3}[len(code)] for code in codes]
    assert len(document.amounts) == 9


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_deep_header_with_merged_parents(tmp_path: Path, depth: int) -> None:
    deep = [
        ["科目名称", "合计", "本年支出", LEFT, LEFT, LEFT, LEFT],
        [UP, UP, "小计", "基本支出", LEFT, LEFT, "项目支出"],
        [UP, UP, UP, "小计", "人员经费", LEFT, UP],
        [UP, UP, UP, UP, "在职人员", "离退休人员", UP],
    ]
    full = ["本年支出/小计", "本年支出/基本支出/小计", "本年支出/基本支出/人员经费/在职人员", "本年支出/基本支出/人员经费/离退休人员", "本年支出/项目支出"]
    if depth == 3:
        deep = deep[:3]
        deep[2][4:6] = ["人员经费", "公用经费"]
        full[2:4] = ["本年支出/基本支出/人员经费", "本年支出/基本支出/公用经费"]
    if depth == 2:
        deep = deep[:2]
        deep[1][3:6] = ["人员经费", "公用经费", "其他"]
        full[1:4] = ["本年支出/人员经费", "本年支出/公用经费", "本年支出/其他"]
    paths = ["合计", *full]
    figures = [f"{n}.{n}{n}" for n in range(1, 7)]
    sheet = Sheet().title(TITLE)
    sheet.table([*deep, ["教育支出", *figures]], [150, 70, 70, 70, 90, 90, 80])
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document)
    assert facts(document) == {("", "教育支出", path, figure) for path, figure in zip(paths, figures, strict=True)}


@pytest.mark.parametrize(
    "numbering",
    [["栏次", LEFT, "1", "2", "3"], ["栏次", LEFT, "1=2+3", "2", "3"], ["**", "**", "1", "2", "3"], ["1", "2", "3", "4", "5"], ["甲", "乙", "1", "2", "3"]],
    ids=" ".join,
)
def test_row_of_column_numbers_holds_no_values(tmp_path: Path, numbering: list[str]) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, numbering, *BODY], WIDTHS)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert facts(document) == expected(BODY)


def test_totals_in_the_row_of_the_code_parts(tmp_path: Path) -> None:
    sheet = Sheet().title("支出决算表")
    sheet.table(
        [["项目", LEFT, LEFT, LEFT, "本年支出合计", "基本支出", "项目支出"],
         ["支出功能分类科目编码", LEFT, LEFT, "科目名称", UP, UP, UP],
         ["类", "款", "项", "栏次", "1", "2", "3"],
         [UP, UP, UP, "合计", "1,524.23", "1,000.00", "524.23"],
         ["201", LEFT, LEFT, "一般公共服务支出", "1,524.23", "1,000.00", "524.23"]],
        [30, 30, 30, 190, 90, 90, 90],
    )
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document)
    names = [("", "合计"), ("201", "一般公共服务支出")]
    columns = [("本年支出合计", "1524.23"), ("基本支出", "1000.00"), ("项目支出", "524.23")]
    assert facts(document) == {(*name, *column) for name in names for column in columns}
    roles = document.amounts.groupby("row_role")["name"].unique().map(list).to_dict()
    assert roles == {"total": ["合计"], "item": ["一般公共服务支出"]}


@pytest.mark.parametrize("above", [["支出功能分类科目编码", LEFT, LEFT, "科目名称"], ["项目", LEFT, LEFT, LEFT]], ids=["codes and names", "one header"])
def test_totals_right_beside_the_code_parts(tmp_path: Path, above: list[str]) -> None:
    sheet = Sheet().title("支出决算表")
    sheet.table(
        [[*above, "本年支出合计", "基本支出", "项目支出"],
         ["类", "款", "项", "合计", "1,524.23", "1,000.00", "524.23"],
         ["201", LEFT, LEFT, "一般公共服务支出", "1,524.23", "1,000.00", "524.23"],
         ["201", "03", "01", "行政运行", "1,000.00", "1,000.00", ""]],
        [40, 40, 40, 190, 90, 90, 90],
    )
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    one_table(document)
    rows = [["", "合计", "1,524.23", "1,000.00", "524.23"], ["201", "一般公共服务支出", "1,524.23", "1,000.00", "524.23"],
            ["2010301", "行政运行", "1,000.00", "1,000.00", ""]]
    assert facts(document) == expected(rows, ["本年支出合计", "基本支出", "项目支出"])


def test_lowest_header_words_in_the_row_of_the_totals(tmp_path: Path) -> None:
    sheet = Sheet().title("支出决算表")
    sheet.table(
        [["科目编码", LEFT, LEFT, "科目名称", "合计", "基本支出", LEFT], ["类", "款", "项", "合计", "9.00", "人员经费", "公用经费"],
         ["201", "03", "01", "行政运行", "9.00", "7.00", "2.00"]],
        [40, 40, 40, 190, 90, 90, 90],
    )
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert facts(document) == {
        ("", "合计", "合计", "9.00"), ("2010301", "行政运行", "合计", "9.00"),
        ("2010301", "行政运行", "基本支出/人员经费", "7.00"), ("2010301", "行政运行", "基本支出/公用经费", "2.00"),
    }


@pytest.mark.parametrize(("unit", "shift"), [("元", -4), ("千元", -1), ("万元", 0), ("亿元", 4)])
def test_amounts_in_another_unit_than_wan_yuan(tmp_path: Path, unit: str, shift: int) -> None:
    printed = ["1,234,567,890.13", "0.01", "-7.00"]
    sheet = Sheet().title(TITLE, unit=f"金额单位：{unit}")
    sheet.table([HEAD, ["201", "一般公共服务支出", *printed]], WIDTHS)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert one_table(document).unit == unit
    assert document.amounts["raw"].tolist() == printed
    assert document.amounts["unit"].unique().tolist() == ["万元"]
    exact = [Decimal(text.replace(",", "")).scaleb(shift) for text in printed]
    assert document.amounts["amount"].tolist() == exact
    assert all(isinstance(value, Decimal) for value in document.amounts["amount"])


def test_rows_with_a_name_alone_or_figures_alone(tmp_path: Path) -> None:
    rows = [
        ["201", "一般公共服务支出", "", "", ""],
        ["", "", "524.23", "500.00", "24.23"],
        ["205", "教育支出", "5.00", "5.00", ""],
        ["", "其中：", "", "", ""],
        ["", "", "", "", "7.00"],
    ]
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *rows], WIDTHS)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert table_texts(document) == [HEAD, *rows]
    assert facts(document) == expected(rows)


@pytest.mark.parametrize("first", ["一、基本支出", "合计", "其中：在职人员"])
def test_first_row_with_a_name_alone_is_no_header(tmp_path: Path, first: str) -> None:
    rows = [["", first, "", "", ""], ["301", "工资福利支出", "9.00", "9.00", ""]]
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *rows], WIDTHS)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert facts(document) == expected(rows)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_page_without_text_layer_among_good_ones(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *BODY], WIDTHS)
    sheet.next_page().picture()
    sheet.next_page().title("2024年部门收入预算表")
    sheet.table([["科目名称", "财政拨款收入"], ["教育支出", "3.00"]], [200, 100])
    document = mz.read(sheet.save(tmp_path / "scan.pdf"))
    assert document.status == "partial"
    assert [(problem.doc_id, problem.page) for problem in document.problems] == [("scan", 2)]
    assert "no text was recognised" in document.problems[0].reason
    assert facts(document) == expected(BODY) | {("", "教育支出", "财政拨款收入", "3.00")}


def test_blank_page_is_no_problem(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *BODY], WIDTHS)
    sheet.next_page().next_page().title("2024年部门收入预算表")
    sheet.table([["科目名称", "财政拨款收入"], ["教育支出", "3.00"]], [200, 100])
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert (document.status, document.problems, document.pages) == ("ok", (), 3)
    assert document.catalogue["page_first"].tolist() == [1, 3]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_rotated_pages_and_rotated_text(tmp_path: Path, rotation: int, turn: int) -> None:
    """Content drawn `turn` degrees clockwise from upright, on a page that is displayed `rotation` degrees clockwise."""
    upright = Sheet().title(TITLE)
    upright.table([HEAD, *BODY], WIDTHS)
    plain = mz.read(upright.save(tmp_path / "plain.pdf"))

    sheet = Sheet(turn=turn, rotation=rotation)
    sheet.title(TITLE)
    sheet.table([HEAD, *BODY], WIDTHS)
    document = mz.read(sheet.save(tmp_path / "turned.pdf"))

    assert one_table(document).title == TITLE
    assert table_texts(document) == [HEAD, *BODY]
    assert facts(document) == expected(BODY)
    for cell, straight in zip(document.tables[0].grid.cells, plain.tables[0].grid.cells, strict=True):
        assert cell.box == pytest.approx(displayed(straight.box, (turn + rotation) % 360), abs=0.2)


def displayed(box: tuple[float, ...], angle: int) -> tuple[float, ...]:
    """Where a box of the upright page stands when the page is shown turned clockwise by an angle."""
    x0, top, x1, bottom = box
    return {
        0: (x0, top, x1, bottom),
        90: (HEIGHT - bottom, x0, HEIGHT - top, x1),
        180: (WIDTH - x1, HEIGHT - bottom, WIDTH - x0, HEIGHT - top),
        270: (top, WIDTH - x1, bottom, WIDTH - x0),
    }[angle]


@pytest.mark.parametrize("angle", [90, -90])
@pytest.mark.parametrize("words", ["一般公共预算", "一般公共预\n算财政拨款"])
def test_headings_that_are_turned_read_as_they_are_written(tmp_path: Path, angle: int, words: str) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table([["科目编码", "科目名称", "合计", ""], ["205", "教育支出", "12.00", "12.00"]], WIDTHS[:4], heights=[90, 20])
    x, middle = X + sum(WIDTHS[:3]) + WIDTHS[3] / 2, HEIGHT - 115
    sheet.canvas.setFont(sheet.font, 9)
    for number, line in enumerate(words.split("\n")):
        sheet.canvas.saveState()
        sheet.canvas.translate(x + (12 * number if angle > 0 else -12 * number), middle)
        sheet.canvas.rotate(angle)
        sheet.canvas.drawCentredString(0, 0, line)
        sheet.canvas.restoreState()
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    assert table.grid.text(0, 3) == words.replace("\n", "")


# --- provenance ------------------------------------------------------------------------------------------------------


def test_every_cell_keeps_the_box_where_it_is_printed(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *BODY], WIDTHS)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    boxes = {(cell.row, cell.column): cell.box for cell in document.tables[0].grid.cells}
    assert len(boxes) == 25
    assert boxes[0, 0] == pytest.approx((X, 70, X + 70, 90), abs=1)
    assert boxes[1, 2] == pytest.approx((X + 290, 90, X + 380, 110), abs=1)
    assert boxes[4, 4] == pytest.approx((X + 470, 150, X + 560, 170), abs=1)

"""What a page break or a narrow text box does to a table: the unit, the title and the header are what they would be
without it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from drawing import HEIGHT, LEFT, UP, WIDTH, Sheet, X, facts
from hypothesis import given
from hypothesis import strategies as st

import mingzhang as mz
from mingzhang.reading.stitch import union_borders

HEAD = [
    ["科目编码", "科目名称", "本年支出合计", LEFT, LEFT],
    [UP, UP, "小计", "基本支出", "项目支出"],
]
BODY = [
    ["合计", LEFT, "1,524.23", "1,000.00", "524.23"],
    ["201", "一般公共服务支出", "1,524.23", "1,000.00", "524.23"],
    ["20103", "政府办公厅（室）及相关机构事务", "1,524.23", "1,000.00", "524.23"],
    ["2010301", "行政运行", "1,000.00", "1,000.00", ""],
    ["2010302", "一般行政管理事务", "524.23", "", "524.23"],
]
WIDTHS = [70, 220, 90, 90, 90]
TITLE = "2024年部门支出预算表"


def whole(tmp_path: Path) -> set[tuple[str, ...]]:
    """The facts of the table when no page break cuts it."""
    sheet = Sheet().title(TITLE)
    sheet.table([*HEAD, *BODY], WIDTHS)
    return facts(mz.read(sheet.save(tmp_path / "whole.pdf")))


@pytest.mark.parametrize("lines",
    [("单位：万", "元"), ("单位：", "万元"), ("金额单位：人民币万", "元"), ("单位：万元",)])
def test_unit_that_wraps(tmp_path: Path, lines: tuple[str, ...]) -> None:
    sheet = Sheet().title(TITLE, unit="")
    sheet.text(X, 65, "部门：某市财政局")
    for number, words in enumerate(lines):
        sheet.text(WIDTH - X, 62 + 11 * number, words, align="right")
    sheet.table([*HEAD, *BODY], WIDTHS, top=90)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))

    assert document.tables[0].unit == "万元"
    assert document.amounts["amount"].max() == Decimal("1524.23")


@pytest.mark.parametrize("before", ["prose", "table"])
def test_title_at_the_foot_of_the_page_before(tmp_path: Path, before: str) -> None:
    sheet = Sheet()
    if before == "prose":
        sheet.text(X, 100, "本部门2024年预算如下，收支平衡。")
    else:
        sheet.title("2024年部门收入预算表")
        sheet.table([["项目", "金额"], ["合计", "1,524.23"], ["一、财政拨款收入", "1,524.23"]], [200, 100])
    sheet.text(WIDTH / 2, HEIGHT - 60, TITLE, 14, "middle")
    sheet.text(WIDTH - X, HEIGHT - 40, "单位：万元", align="right")
    sheet.next_page().table([*HEAD, *BODY], WIDTHS, top=40)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))

    table = document.tables[-1]
    assert (table.title, table.form, table.unit) == (TITLE, "expenditure", "万元")


@pytest.mark.parametrize("cut", [1, 2])
def test_header_alone_on_the_page_before(tmp_path: Path, cut: int) -> None:
    expected = whole(tmp_path)
    rows = [*HEAD, *BODY]
    sheet = Sheet().title(TITLE, top=HEIGHT - 120)
    head = rows[:cut]
    sheet.table(head, WIDTHS, top=HEIGHT - 90)
    rest = [["" if words == UP and not index else words for words in row] for index, row in enumerate(rows[cut:])]
    sheet.next_page().table(rest, WIDTHS, top=40)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))

    assert len(document.tables) == 1
    assert facts(document) == expected


def test_a_group_that_opens_a_page_is_not_named_by_the_blank_cell_above(tmp_path: Path) -> None:
    """The last group's labels are blank cells merged over its rows; the next group begins on the next page, header
    repeated."""
    head = ["专项名称", "经济科目", "采购物品名称", "采购组织形式", "总计"]
    sheet = Sheet().title("政府采购支出表")
    sheet.table(
        [head, ["合计", "", "", "", "777.00"], ["日常公用", "会议费", "", "", "62.20"],
        ["", "", "会议服务", "分散采购", "5.50"],
         [UP, UP, "住宿服务", "分散采购", "56.70"]],
        [90] * 5, top=440,
    )
    sheet.next_page()
    sheet.table([head, ["全委会", "会议费", "", "", "714.80"], ["", "", "会议服务", "分散采购", "714.80"]], [90] * 5,
        top=40)
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    assert [(fact.name, fact.raw) for fact in table.facts] == [
        ("合计", "777.00"), ("日常公用", "62.20"), ("会议服务", "5.50"), ("住宿服务", "56.70"), ("全委会", "714.80"),
        ("会议服务", "714.80"),
    ]
    assert table.grid.text(3, 0) == ""


@given(st.lists(st.tuples(st.floats(0, 5), st.lists(st.floats(3, 60), min_size=1, max_size=9)), min_size=1, max_size=4))
def test_borders_of_one_page_stay_apart(pages: list[tuple[float, list[float]]]) -> None:
    borders = [[start + sum(gaps[:n]) for n in range(len(gaps) + 1)] for start, gaps in pages]
    count, numbers = union_borders(*borders)
    for xs, number in zip(borders, numbers, strict=True):
        found = [number[x] for x in xs]
        assert found == sorted(set(found))
        assert max(found) < count


def test_columns_that_lie_close_give_one_cell_each(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    widths = [70, 217, 3.2, 90, 90, 90]
    for _ in range(2):
        sheet.table([[row[0], row[1], "", *row[2:]]
            for row in [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], *BODY[1:]]], widths)
        sheet.next_page()
    document = mz.read(sheet.save(tmp_path / "a.pdf"))

    keys = [(cell.row, cell.column) for table in document.tables for cell in table.grid.cells]
    assert len(keys) == len(set(keys))
    assert document.status == "ok"


@pytest.mark.parametrize("inner", ["every row", "header only"])
def test_table_without_vertical_rules(tmp_path: Path, inner: str) -> None:
    expected = whole(tmp_path)
    sheet = Sheet().title(TITLE)

    def ruled(side: str, row: int, _: int) -> bool:
        return side in ("top", "bottom") and (inner == "every row" or row < len(HEAD) or row == len(HEAD)
            + len(BODY) - 1 or (side == "top" and row == 0))

    sheet.table([*HEAD, *BODY], WIDTHS, ruled=ruled)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))

    assert facts(document) == expected

"""Tables drawn with horizontal rules alone: headings in the middle of their cells tell the borders that nobody drew."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import pytest
from drawing import LEFT, UP, Rows, Sheet, X

import mingzhang as mz
from mingzhang.reading.gaps import cells
from mingzhang.reading.pages import Box

ROW = 16.0


def three_lines(
    sheet: Sheet, head: Rows, body: Rows, widths: list[float], labels: set[int], band: bool = True, top: float = 70.0
) -> None:
    """A table with rules between rows alone: headings in the middle, labels at the left, figures at the right of their cells.

    With `band` no rule stands between the rows of the header either.
    """
    xs = [X, *(X + width for width in accumulate(widths))]
    tall = [ROW + 8 * max(words.count("\n") for words in row) for row in head]
    sheet.table(
        head, widths, top, tall, size=8, ruled=lambda side, row, column: side == "top" and (row == 0 or not band)
    )
    low = top + sum(tall)
    for row in body:
        sheet.rule(xs[0], low, xs[-1], low)
        for column, words in enumerate(row):
            at, align = (xs[column] + 2, "left") if column in labels else (xs[column + 1] - 2, "right")
            sheet.text(at, low + 11, words, 8, align)
        low += ROW
    sheet.rule(xs[0], low, xs[-1], low)


@pytest.mark.parametrize("band", [True, False])
def test_figures_close_to_the_label_of_the_next_panel(tmp_path: Path, band: bool) -> None:
    """Two columns that almost touch; 收入 and 支出 stand over three columns each, with no rule under them or with one."""
    head = [["收入", LEFT, LEFT, "支出", LEFT], ["项目", "行次", "金额", "项目", "金额"]]
    body = [
        ["一、一般公共预算财政拨款收入", "1", "30261.73", "一、一般公共服务支出", "117.06"],
        ["二、事业收入", "2", "485.78", "二、教育支出", "30630.45"],
        ["本年收入合计", "3", "30747.51", "本年支出合计", "30747.51"],
    ]
    sheet = Sheet().title("收入支出决算总表")
    three_lines(sheet, head, body, [150, 30, 70, 150, 90], {0, 3}, band)
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    found = [(fact.name, fact.path, fact.raw) for fact in table.facts]
    assert found == [
        (row[at], path, row[at + by])
        for row in body
        for at, by, path in ((0, 2, "收入/金额"), (3, 1, "支出/金额"))
    ]


def test_headings_that_wrap_close_to_each_other_over_two_rows(tmp_path: Path) -> None:
    """Headings of four columns fill their cells; one stands over three of them, and one column prints nothing."""
    head = [
        ["科目名称", "合计", "财政拨款", LEFT, LEFT, "其他收入"],
        [UP, UP, "一般公共预算拨\n款收入", "政府性基金预算\n拨款收入", "国有资本经营预\n算拨款收入", UP],
    ]
    body = [
        ["合计", "5,230.11", "5,189.61", "22.18", "", "18.32"],
        ["204 公共安全支出", "5,212.79", "5,189.61", "22.18", "", "1.00"],
        ["  20406 司法", "17.32", "0.00", "0.00", "", "17.32"],
    ]
    sheet = Sheet().title("部门收入总体情况表")
    three_lines(sheet, head, body, [160, 80, 61, 61, 61, 80], {0})
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    paths = ["合计", "财政拨款/一般公共预算拨款收入", "财政拨款/政府性基金预算拨款收入", "", "其他收入"]
    assert [(fact.path, fact.raw) for fact in table.facts] == [
        (p, raw) for row in body for p, raw in zip(paths, row[1:], strict=True) if raw
    ]
    assert [line.code for line in table.layout.lines] == ["", "204", "20406"]


def test_headings_in_three_rows_over_one_another(tmp_path: Path) -> None:
    """The official form of the “三公” expenses: 预算数 and 决算数 over six columns each, three of them under a heading
    of their own."""
    names = ["合计", "因公出国（境）\n费", "小计", "公务用车购置费", "公务用车运行维\n护费", "公务接待费"]
    head = [
        ["预算数", *[LEFT] * 5, "决算数", *[LEFT] * 5],
        [*names[:2], "公务用车购置及运行维护费", LEFT, LEFT, names[5]] * 2,
        [UP, UP, *names[2:5], UP] * 2,
    ]
    body = [["409.00", "230.00", "141.00", "36.00", "105.00", "38.00", "355.05", "212.35", "114.84", "35.20", "79.64", "27.86"]]
    sheet = Sheet().title("财政拨款“三公”经费支出决算表")
    three_lines(sheet, head, body, [62] * 12, set())
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    vehicles, plain = "公务用车购置及运行维护费", [name.replace("\n", "") for name in names]
    paths = [*plain[:2], *(f"{vehicles}/{name}" for name in plain[2:5]), plain[5]]
    assert [fact.path for fact in table.facts] == [f"{stage}/{path}" for stage in ("预算数", "决算数") for path in paths]
    assert [fact.raw for fact in table.facts] == body[0]


def test_columns_that_print_next_to_nothing_keep_their_borders(tmp_path: Path) -> None:
    """Of many lines few fill the last columns, and column numbers stand where no figure does."""
    head = [["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "其他支出"]]
    body = [["", "栏次", *"123456"], ["", "合计", "200.00", "198.00", "", "", "2.00", ""]]
    body += [[str(2050200 + n), f"科目{n}", "10.00", "10.00", "", "", "", ""] for n in range(1, 20)]
    body += [["2050220", "科目20", "10.00", "8.00", "", "", "2.00", ""]]
    sheet = Sheet().title("支出决算表")
    three_lines(sheet, head, body, [80, 160, 90, 80, 80, 80, 70, 70], {0, 1})
    (table,) = mz.read(sheet.save(tmp_path / "a.pdf")).tables
    assert [(fact.path, fact.raw) for fact in table.facts] == [
        (name, raw) for row in body[1:] for name, raw in zip(head[0][2:], row[2:], strict=True) if raw
    ]


def test_cells_are_told_only_where_the_last_one_ends_at_the_frame() -> None:
    boxes = [Box(20, 0, 40, 8), Box(70, 0, 90, 8), Box(115, 0, 135, 8)]
    assert cells(boxes, 0, 150) == (0, 60, 100, 150)
    assert cells(boxes, 0, 190) == ()
    assert cells([*boxes[:2], Box(70, 0, 90, 8)], 0, 150) == ()


def test_ruled_running_text_is_no_table(tmp_path: Path) -> None:
    sheet = Sheet()
    for number in range(5):
        sheet.rule(X, 80 + 30 * number, 780, 80 + 30 * number)
        sheet.text(
            X,
            100 + 30 * number,
            f"{number + 1}、本单位2024年度收入总计1,234.56万元，支出总计1,234.56万元，与上年相比增加12.34万元。",
        )
    assert mz.read(sheet.save(tmp_path / "a.pdf")).tables == ()

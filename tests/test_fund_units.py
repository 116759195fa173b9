"""Money printed in 元 under a label that says 万元: read so where the document proves it, told where it does not, else left alone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Border, Side

import mingzhang as mz
from mingzhang.building.rows import rows_of
from mingzhang.performance.units import digits, sums_in

LINE = Side(style="thin")
FRAME = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
Grid = Sequence[Sequence[object]]


def form(money: object, ceiling: str, words: str = "按合同据实支付", label: str = "本年度项目金额（万元）：", cost: str = "总成本") -> Grid:
    """A target form as Shenzhen prints it, its money under a label of 万元."""
    return [
        ["二级项目支出绩效目标申报表", "", "", "", ""],
        ["项目编码：", "440306", "项目名称：", "某街道保洁服务", ""],
        ["申请单位：", "某街道办事处", label, money, ""],
        ["测算依据：", words, "", "", ""],
        ["年度目标：", "保障辖区整洁", "", "", ""],
        ["一级指标", "二级指标", "三级指标", "目标值", "指标解释"],
        ["产出", "数量", "保洁次数", "不少于50次", "保洁次数"],
        ["", "成本", cost, ceiling, cost],
        ["满意度", "服务对象满意度", "居民满意度", "≥90%", "居民满意度"],
    ]


BUDGET: Grid = [
    ["部门收支总表", "", "", ""],
    ["单位：万元", "", "", ""],
    ["收入", "", "支出", ""],
    ["项目", "预算数", "项目", "预算数"],
    ["一、一般公共预算拨款收入", "246.81", "一、一般公共服务支出", "246.81"],
    ["收入总计", "246.81", "支出总计", "246.81"],
]


def read(path: Path, *sheets: Grid) -> mz.Document:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"{number}")
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(at, column, value).border = FRAME
    book.save(path / "forms.xlsx")
    return mz.read(path / "forms.xlsx")


def sums(document: mz.Document) -> list[Decimal | None]:
    return [fund.annual_budget for table in document.tables for one in table.projects for fund in one.funds]


def told(document: mz.Document) -> list[str]:
    return [one.reason for one in document.problems if "printed in 元" in one.reason or "implausible" in one.reason]


@pytest.mark.parametrize(
    "sheet",
    [
        form(480000, "不超过48万元"),
        form(246800, "合格", words="购买保洁服务，合同价24.68万元。"),
        form("8,000,000.00", "不超过800万"),
        form(886000, "合格", words="1、厨师厨工服务28万；2、保安服务35.88万；3、保洁服务24.72万"),
    ],
)
def test_a_figure_in_yuan_is_read_so_where_its_own_form_proves_it(tmp_path: Path, sheet: Grid) -> None:
    document = read(tmp_path, sheet)
    (value,) = sums(document)
    assert value == Decimal(str(sheet[2][3]).replace(",", "")) / 10_000
    assert len(told(document)) == 1
    assert document.status == "ok"
    (fund,) = rows_of(document)["kpi_funds"]
    assert (fund.unit, fund.annual_budget) == ("元", value)
    assert str(sheet[2][3]) in fund.raw


def test_a_table_of_the_same_document_proves_it(tmp_path: Path) -> None:
    document = read(tmp_path, BUDGET, form(2468100, "合格"))
    assert sums(document) == [Decimal("246.81")]
    assert "another table" in told(document)[0]


def test_three_proven_forms_hold_for_those_beside_them(tmp_path: Path) -> None:
    proven = [form(480000, "≤48万元"), form(150000, "≤15万元"), form(73300, "≤7.33万元")]
    document = read(tmp_path, *proven, form(230000, "合格"), form(0, "合格"), form(12, "合格"))
    assert sums(document) == [48, 15, Decimal("7.33"), 23, 0, 12]  # 12 is smaller than any figure that is proven
    assert len(told(document)) == 4


@pytest.mark.parametrize(
    "sheets",
    [
        [form(480000, "≤5000元/人", words="每人补助48万元")],  # the price of one piece
        [form(5000, "≤5000元")],  # the same digits in 元: the slip may be the indicator's
        [form(50000, "≤5万元", cost="宣传成本")],  # a part, of one digit
        [form(48, "≤48元")],
        [form("480000万元", "≤48万元")],  # the cell says its unit
        [form(480000, "≤48万元", label="本年度项目金额（元）：")],  # so does the label
        [form(480000, "≤48万元"), form("12345.60", "≤12345.6万元")],  # the form beside it is in 万元
        [form(20000, "≤95%")],  # large, and nothing more
    ],
)
def test_what_proves_nothing_changes_nothing(tmp_path: Path, sheets: list[Grid]) -> None:
    document = read(tmp_path, *sheets)
    printed = {"480000万元": Decimal(480000)}
    expected = [Decimal(48) if "（元）" in str(one[2][2]) else printed.get(str(one[2][3])) or Decimal(str(one[2][3])) for one in sheets]
    assert sums(document) == expected
    assert not [one for one in told(document) if "printed in 元" in one]


def test_what_no_one_believes_is_told_but_stays(tmp_path: Path) -> None:
    document = read(tmp_path, form(4800000, "合格"))
    assert sums(document) == [4800000]
    assert told(document) == [f"{document.tables[0].table_id}: 4800000 is implausible in 万元, but nothing proves another unit"]
    assert document.status == "ok"


def test_published_forms_stay_as_they_are() -> None:
    raw = Path(__file__).parents[1] / "data" / "raw"
    document = mz.read(raw / "gulou-2024-budget.pdf")
    assert not told(document)
    assert not any(one.unit for table in document.tables for one in table.projects)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("食堂生鲜干货53.63万元，饮用水1,1.37万元", ["53.63", "11.37", "65.00"]),
        ("厨师28万；培训30万人，补助5万元/人，每人发放2万元", ["28"]),
        ("总额1.2亿元，保险3000元", ["12000"]),
    ],
)
def test_sums_with_their_units(text: str, expected: list[str]) -> None:
    assert sums_in(text) == [Decimal(one) for one in expected]


def test_a_sum_in_yuan_is_a_hint_only() -> None:
    assert sums_in("总额1.2亿元，保险3000元", small=True) == [Decimal("0.3")]
    assert [digits(Decimal(one)) for one in ("480000", "24.680", "5")] == [2, 4, 1]

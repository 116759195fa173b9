"""The parsers of printed strings: what they must read, what they must refuse, and that they invert what prints."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.clean import (
    code_level,
    compact,
    in_wan_yuan,
    money_unit,
    parse_code,
    parse_number,
    unwrap,
)
from mingzhang.dataset.load import escape, unescape

amounts = st.integers(-(10**12), 10**12).map(lambda n: Decimal(n).scaleb(-2))
WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


@given(amounts)
def test_a_printed_number_is_read_back(value):
    plain, grouped = f"{value:.2f}", f"{value:,.2f}"
    wrapped = "\n".join(grouped[i : i + 3] for i in range(0, len(grouped), 3))
    for text in (plain, grouped, f" {grouped} ", wrapped, grouped.translate(WIDE)):
        assert parse_number(text) == value
    if value > 0:
        assert parse_number(f"({grouped})") == parse_number(f"（{grouped}）") == -value


@pytest.mark.parametrize("text", ["", "—", "-", "无", "合计", "1.2.3", "12,34", "2024年", "①", "3个", "1,234,5", "≥5", "10/10"])
def test_what_is_not_one_number_is_refused(text):
    assert parse_number(text) is None


def test_an_empty_cell_is_not_zero():
    assert parse_number("") is None
    assert parse_number("0.00") == 0


@given(st.integers(0, 10**15))
def test_yuan_become_wan_yuan_exactly(yuan):
    assert in_wan_yuan(Decimal(yuan), "元") * 10_000 == yuan
    assert in_wan_yuan(Decimal(yuan), "万元") == yuan
    assert in_wan_yuan(Decimal(yuan), "亿元") == yuan * 10_000


@given(st.integers(200, 399), st.integers(0, 99), st.integers(0, 99))
def test_split_codes_are_joined(first, second, third):
    whole = f"{first}{second:02d}{third:02d}"
    assert parse_code(whole) == whole
    assert parse_code(str(first), f"{second:02d}", f"{third:02d}") == whole
    assert parse_code(str(first), str(second), str(third)) == whole
    assert (code_level(str(first)), code_level(whole[:5]), code_level(whole)) == (1, 2, 3)


def test_a_label_is_no_code():
    assert parse_code("合计") == parse_code("类", "款") == parse_code("") == ""


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"), ("金额单位: 元", "元"), ("单 位：万 元", "万元"), ("价值（金额单位：万元）", "万元"), ("项目资金（元）", "元"),
        ("单位：福州市", ""), ("单位名称", ""), ("", ""), ("单位：亿元", "亿元"),
    ],
)
def test_units_of_money(line, unit):
    assert money_unit(line) == unit


def test_wraps_and_layout_blanks_go_and_latin_words_stay_apart():
    assert unwrap("支持中小企业发展和管\n理支出") == "支持中小企业发展和管理支出"
    assert unwrap("合 　计") == "合计"
    assert unwrap("PC\nserver") == "PC server"
    assert unwrap("1050.0\n0") == "1050.00"
    assert compact("（ 一 ）") == "(一)"


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=20))
def test_escaping_is_undone_and_leaves_no_formula(text):
    assert unescape(escape(text)) == text
    assert escape(text)[:1] not in tuple("=+-@\t")

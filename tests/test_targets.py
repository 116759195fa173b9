"""Targets: the number in a printed target, read back in every way of printing it; and what holds none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.performance.targets import TEXT, Target, parse_target, target_from_parts

OPERATORS = {
    "=": "eq", "＝": "eq", "约": "eq", "≥": "ge", ">=": "ge", "≧": "ge", "》": "ge", "不低于": "ge", "至少": "ge", "≤": "le", "不超过": "le", "≦": "le",
    ">": "gt", "大于": "gt", "<": "lt", "小于": "lt",
}
UNITS = ["家", "%", "万元", "亿元", "个月", "平方米", "人次", "万人次", "元/人", "项", "台（套）"]
VALUES = st.decimals(0, 10**9, places=2, allow_nan=False)


@given(st.sampled_from(sorted(OPERATORS)), VALUES, st.sampled_from(["", "辆(标准车)", "万吨标准煤", *UNITS]))
def test_a_printed_target_is_read_back(operator: str, value: Decimal, unit: str) -> None:
    expected = Target(OPERATORS[operator], value, None, unit)
    assert parse_target(f"{operator}{value}{unit}") == parse_target(f"{operator} {value:,} {unit}") == expected
    assert target_from_parts(operator, str(value), unit) == (f"{operator}{value}{unit}", expected)


@given(st.sampled_from(["总成本", "群众满意度", "培训", "完成", "每年开展"]), st.sampled_from(sorted(OPERATORS)), VALUES, st.sampled_from(UNITS[:-1]))
def test_a_number_within_a_wording_is_read(words: str, operator: str, value: Decimal, unit: str) -> None:
    assert parse_target(f"{words}{operator}{value}{unit}") == Target(OPERATORS[operator], value, None, unit)


@given(VALUES, VALUES, st.sampled_from(["-", "~", "—", "至"]), st.sampled_from(UNITS))
def test_a_range_is_read_back(one: Decimal, two: Decimal, dash: str, unit: str) -> None:
    low, high = min(one, two), max(one, two)
    expected = Target("between", low, high, unit) if low < high else TEXT
    assert parse_target(f"{low}{dash}{high}{unit}") == expected


@given(VALUES, st.sampled_from(UNITS[:-1]), st.sampled_from([("以上", "ge"), ("及以上", "ge"), ("以内", "le"), ("以下", "le"), ("左右", "eq")]))
def test_a_word_behind_the_unit_gives_the_direction(value: Decimal, unit: str, closing: tuple[str, str]) -> None:
    assert parse_target(f"{value}{unit}{closing[0]}") == Target(closing[1], value, None, unit)


@pytest.mark.parametrize(
    ("text", "operator", "value", "unit"),
    [
        ("总成本不超过0.3万元", "le", "0.3", "万元"), ("约6.6万人次", "eq", "6.6", "万人次"), ("完成95%", "eq", "95", "%"), ("》90%", "ge", "90", "%"),
        ("8项以上", "ge", "8", "项"), ("7座", "eq", "7", "座"), ("≥13459.00(平方米)", "ge", "13459.00", "平方米"), ("≥4288.49m²", "ge", "4288.49", "m²"),
        ("开展至少1次团体心理治疗", "ge", "1", "次"), ("不少于5次的社区法治宣传活动", "ge", "5", "次"), ("100%完成", "eq", "100", "%"),
        ("1.8万元/年", "eq", "1.8", "万元/年"), ("≤30日", "le", "30", "日"), ("<2012.05", "lt", "2012.05", ""), ("不低于1900.00", "ge", "1900.00", ""), ("≤1/10000", "le", "1", "/10000"), ("≤12/10万", "le", "12", "/10万"), ("10个工作日内", "le", "10", "个工作日"), ("50.00", "eq", "50.00", ""),
    ],
)
def test_targets_that_are_numbers(text: str, operator: str, value: str, unit: str) -> None:
    assert parse_target(text) == Target(operator, Decimal(value), None, unit)


@pytest.mark.parametrize("text", [
    "提高", "2024年12月底前", "12月底", "按时限要求上报", "", "5家，3个", "每月5日前", "2023/11/30", "2023-11-30", "2023.11前", "2023.11", "30日", "达到国家3A级标准", "5G网络",
    "慰问人数不少于100人,宣传用品不少于20000份", "≥XX%",
])
def test_targets_that_are_not(text: str) -> None:
    assert parse_target(text) == TEXT

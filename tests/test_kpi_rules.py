"""Rules of single indicators: what breaks them, and what looks like it and does not."""

from __future__ import annotations

import pytest

from mingzhang.checking.kpi_faults import goal_faults, target_faults
from mingzhang.performance.model import Indicator, Project
from mingzhang.performance.targets import parse_target


def indicator(name: str, target: str, actual: str = "") -> Indicator:
    return Indicator(1, 1, level3=name, target_raw=target, target=parse_target(target), actual_raw=actual,
        actual=parse_target(actual))


@pytest.mark.parametrize(
    ("name", "target", "actual", "expected"),
    [
        ("补助资金发放时限", "≤30头", "", ["kpi-unit"]),
        ("补助资金发放时限", "≤30个工作日", "", []),
        ("补助资金发放时限", "≤30天", "", []),
        ("整改工期", "≤2年", "", []),
        ("完工时间", "2025年11月底前", "2026年10月24日", ["kpi-deadline"]),
        ("完工时间", "2025年11月底前", "2025年12月24日", []),
        ("完工时间", "2026年11月底前", "2026年10月24日", ["kpi-deadline"]),  # the target, not the result
        ("完工时间", "11月底前", "2026年10月24日", []),
    ],
)
def test_units_and_days(name: str, target: str, actual: str, expected: list[str]) -> None:
    assert [rule for rule, *_ in target_faults(indicator(name, target, actual), 2025)] == expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [("改造农村户厕827户", ["kpi-result"]), ("改造农村户厕872户", []), ("改造农村户厕827座", []),
    ("新建农村公路827户", [])],
)
def test_a_result_without_a_unit_is_in_that_of_its_target(result: str, expected: list[str]) -> None:
    project = Project(1, actual_result=result, indicators=(indicator("改造农村户厕", "≥860户", "872"),))
    assert [rule for rule, *_ in goal_faults(project)] == expected

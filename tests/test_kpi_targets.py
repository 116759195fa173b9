"""The design of indicators: each criterion on wordings as they are printed, and on what must not trip it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingzhang.clean import parse_number
from mingzhang.dataset.performance import FundRow, IndicatorRow
from mingzhang.performance import design as targets
from mingzhang.performance.money import Money
from mingzhang.performance.targets import parse_target
from mingzhang.studies import kpi_targets as studies


def indicator(name: str = "参展企业数", target: str = "≥5家", level2: str = "数量指标", **fields: Any) -> IndicatorRow:
    """An indicator as kpi_indicators has it, its target parsed."""
    parsed = parse_target(target)
    row: dict[str, Any] = {
        "indicator_id": "d/p01/r1", "project_id": "d/p01", "level1": "产出指标", "level2": level2, "level3": name,
        "description": "", "target_raw": target, "target_operator": parsed.operator, "target_value": parsed.value,
        "target_unit": parsed.unit, "actual_raw": "", "actual_value": None, "weight": None, "score": None, "note": "",
        "basis": "", "page": 1,
    }
    return IndicatorRow(**{**row, **fields})


def fund(item: str = "年度资金总额", initial: str = "", annual: str = "", executed: str = "", **points: str) -> FundRow:
    """A fund row with its figures in 万元."""
    money = {"initial_budget": initial, "annual_budget": annual, "executed": executed}
    figures = {name: Money("万元").amount(text) for name, text in money.items()} | {name: parse_number(text) for name, text in points.items()}
    return FundRow(project_id="d/p01", block="year", item=item, page=1, row=1, **figures)


@pytest.mark.parametrize(
    ("level1", "level2", "expected"),
    [
        ("产出指标", "数量指标", "quantity"), ("产出指标", "成本指标", "cost"), ("成本指标", "社会成本指标", "cost"),
        ("效益指标", "经济效益指标", "economic"), ("效益指标", "可持续影响指标", "sustained"), ("效益指标", "", "benefit"),
        ("满意度指标", "服务对象满意度指标", "satisfaction"), ("推动全市信息化建设", "", "other"),
    ],
)
def test_level(level1: str, level2: str, expected: str) -> None:
    assert targets.level(indicator(level1=level1, level2=level2)) == expected


def test_levels_missing_counts_any_benefit_and_names_what_is_not_there() -> None:
    rows = [indicator(), indicator(level1="效益指标", level2="社会效益指标")]
    assert targets.levels_missing(rows) == ["quality", "timeliness", "cost", "satisfaction"]
    assert targets.levels_missing([]) == list(targets.EXPECTED)
    assert targets.levels_missing([indicator(level1="推动全市信息化建设", level2="")]) == []


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"execution": 10, "output": 40, "cost": 10, "benefit": 30, "satisfaction": 10}, "2020"),
        ({"execution": 10, "output": 50, "benefit": 30, "satisfaction": 10}, "2020"),
        ({"execution": 10, "output": 40, "cost": 20, "benefit": 20, "satisfaction": 10}, "2021"),
        ({"execution": 10, "output": 45, "cost": 10, "benefit": 25, "satisfaction": 10}, "other"),
        ({"output": 50, "benefit": 40, "satisfaction": 10}, "other"),
        ({}, ""),
    ],
)
def test_weight_standard(weights: dict[str, int], expected: str) -> None:
    assert targets.weight_standard({group: Decimal(value) for group, value in weights.items()}) == expected


def test_weights_by_group_leaves_out_what_prints_none() -> None:
    rows = [indicator(weight=Decimal("7.5")), indicator(weight=Decimal("2.5")), indicator(level2="成本指标")]
    assert targets.weights_by_group(rows, Decimal(10)) == {"execution": Decimal(10), "output": Decimal(10)}
    assert targets.weights_by_group([indicator()], None) == {}


@pytest.mark.parametrize(
    ("text", "kind", "unit", "measurable"),
    [
        ("≥250家", "number", "count", True), ("=100%", "number", "percent", True), ("≥95百分比", "number", "percent", True),
        ("≤176万元", "number", "money", True), ("1.8万元/年", "number", "money", True), ("≤3个月", "number", "time", True),
        ("≤30日", "number", "time", True), ("≥1000万", "number", "incomplete", False), ("≥260亿", "number", "incomplete", False),
        ("=11", "number", "none", False), ("50.00", "number", "none", False), ("≥4.5万个", "number", "count", True),
        ("2024年12月底前", "deadline", "none", True), ("年底前", "deadline", "none", True),
        ("每月上报监测数据", "wording", "none", False), ("按时限要求上报", "wording", "none", False), ("提高", "wording", "none", False),
        ("", "none", "none", False),
    ],
)
def test_measurable(text: str, kind: str, unit: str, measurable: bool) -> None:
    row = indicator("技术支持", target=text)
    assert (targets.target_kind(row), targets.unit_kind(row.target_unit), targets.is_measurable(row)) == (kind, unit, measurable)


@pytest.mark.parametrize(
    ("name", "target", "measurable"),
    [("参展企业数", "=11", True), ("资金使用率", "50.00", True), ("年度投资额", "≥260亿", True), ("响应", "半小时内", True),
     ("对经济的影响", "≥95%", False), ("奖补质量", "≥95%", False), ("合格率", "≥95%", True), ("环境质量", "≥3次", True)],
)
def test_a_name_may_tell_the_unit_and_a_percentage_needs_what_can_be_counted(name: str, target: str, measurable: bool) -> None:
    assert targets.is_measurable(indicator(name, target)) is measurable


@pytest.mark.parametrize(
    ("name", "target", "bound"),
    [("资金拨付时间", "年底前", True), ("受理", "30日内", True), ("2024年项目数", "≥2个", True), ("运维成本", "1.8万元/年", True),
     ("资金拨付及时率", "=100%", False), ("参展企业数", "≥20家", False)],
)
def test_time_bound_in_its_own_words(name: str, target: str, bound: bool) -> None:
    assert targets.is_time_bound(indicator(name, target)) is bound
    cited = indicator("参展企业数", description="按《2021年工作方案》（2021年3号）年度任务取值")
    assert not targets.is_time_bound(cited)


def test_a_bare_wan_is_money_only_where_the_wording_is_of_money() -> None:
    assert targets.money_unit_of(indicator("活动成本", "≤200万")) == "万元"
    assert targets.money_unit_of(indicator("直播观看", "≥200万")) == ""
    assert targets.money_unit_of(indicator("年度投资额", "≥260亿")) == "亿元"
    assert targets.money_unit_of(indicator("基础数据库数据条数", "=20亿条")) == ""


@pytest.mark.parametrize("name", ["对经济的影响", "对可持续发展的影响", "奖补质量", "提高工作效率", "社会效益", "受益对象满意度", "资金拨付（下达、结算）及时率"])
def test_generic_wording(name: str) -> None:
    assert targets.is_generic(indicator(name))


@pytest.mark.parametrize("name", ["服务企业数量", "参展企业数量", "年节能量", "提高企业研发投入占比", "规上工业增加值增长率", "企业满意度", "奖补标准执行准确率", "数量" * 500 + "企业", ""])
def test_a_wording_that_names_a_thing_is_not_generic(name: str) -> None:
    assert not targets.is_generic(indicator(name))


def test_similarity_tells_a_variant_from_another_indicator() -> None:
    table = studies.similarity(["新认定首台（套）产品数", "新认定首台(套)产品数", "资金拨付及时率"]).toarray()
    assert table[0, 1] == pytest.approx(1)
    assert table[0, 2] == pytest.approx(0)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="奖补资金成本控制率数企业", min_size=1, max_size=8), min_size=1, max_size=6))
def test_similarity_is_symmetric_and_a_wording_is_like_itself(names: list[str]) -> None:
    table = studies.similarity(names).toarray()
    assert np.allclose(table, table.T)
    assert np.allclose(np.diag(table), 1)
    assert table.min() >= 0
    assert table.max() <= 1 + 1e-6


def test_reuse_counts_other_projects_only() -> None:
    names, projects = ["成本控制率", "成本控制率", "成本控制率", "项目成本控制率", "参展企业数"], list("aabcd")
    assert studies.reuse(names, projects) == [(1, 2), (1, 2), (1, 2), (0, 2), (0, 0)]
    assert studies.reuse(names, projects, threshold=0.99) == [(1, 1), (1, 1), (1, 1), (0, 0), (0, 0)]
    assert studies.reuse([], []) == []
    assert studies.reuse(["", ""], ["a", "b"]) == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("专家主题演讲人次", True), ("参展企业数", True), ("覆盖行业数量", True), ("服务业增加值增长率", False), ("待遇落实率", True), ("合作意向数量", False), ("服务水平", False), ("软木画销售额", False), ("孵化软件数", False)],
)
def test_activity_filed_as_effect(name: str, expected: bool) -> None:
    assert targets.is_activity_as_effect(indicator(name, level1="效益指标", level2="社会效益指标")) is expected
    assert not targets.is_activity_as_effect(indicator(name))


@pytest.mark.parametrize(
    ("target", "ceiling", "floor"),
    [("=100%", True, False), ("≥100%", True, False), ("≤100%", False, False), ("≥95%", False, False), ("≥1个", False, True), ("≥2个", False, False), ("=1场", False, False),
     ("≥0%", False, True), ("≤0次", False, False), ("≥1%", False, False), ("≥1年", False, False), ("≥1万吨", False, False)],
)
def test_ceilings_and_floors(target: str, ceiling: bool, floor: bool) -> None:
    row = indicator(target=target)
    assert (targets.is_ceiling(row), targets.is_floor(row)) == (ceiling, floor)


@pytest.mark.parametrize(
    ("target", "total", "expected"),
    [
        ("≤176万元", fund(initial="176.00", annual="180.00"), "sum"),
        ("≤4.0449万元", fund(annual="4.04"), "sum"),
        ("≤2.35万元", fund(annual="2.34"), ""),
        ("≤21.8213万", fund(initial="0.00", annual="0.00", executed="21.82"), "sum"),
        ("≤198.67万元", fund(annual="200.00", executed="198.67"), ""),
        ("≤1800元", fund(annual="0.18"), "sum"),
        ("≤12500万元", fund(annual="12,500.00万元"), "sum"),
        ("≤100%", None, "rate"),
        ("≤95%", None, ""),
        ("≤176万元", None, ""),
        ("≤0万元", fund(annual="0.00"), ""),
        ("年底前", fund(annual="1.00"), ""),
    ],
)
def test_cost_that_restates_the_budget(target: str, total: FundRow | None, expected: str) -> None:
    assert targets.restates_budget(indicator("活动成本", target, "经济成本指标"), total) == expected


def test_the_whole_money_of_a_table() -> None:
    rows = [fund("其中：当年财政拨款", annual="1.00"), fund("年度资金总额", annual="2.00")]
    assert targets.fund_total(rows) is rows[1]
    assert targets.fund_total(rows[:1]) is rows[0]
    assert targets.fund_total([]) is None


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("", "empty"), ("1.目标内容1", "placeholder"), ("48", "figure"), ("人才扶持", "name"),
        ("1.按时发放到位2.按要求数额发放到位", "payout"), ("1.资金按规定时间拨付2.资金按规定数额拨付", "payout"),
        ("根据有关文件精神，足额发放2022年退休教师待遇补差经费。", "payout"),
        ("兑现以前年度奖补资金，更好的完成上级下达的任务目标。", "goal"), ("及时发放人员经费，做好维稳工作。", "goal"),
        ("1.中小企业监测不低于40家2.月报上报率不低于80%", "goal"), ("推广应用散装水泥", "goal"),
    ],
)
def test_goal_kind(goal: str, expected: str) -> None:
    assert targets.goal_kind(goal, "人才扶持") == expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [("48", "figure"), ("1381.66万元。", "figure"), ("已完成", "bare"), ("", "empty"), ("已完成方案编制印发工作", "text"), ("培育小巨人7家", "text")],
)
def test_result_kind(result: str, expected: str) -> None:
    assert targets.result_kind(result) == expected

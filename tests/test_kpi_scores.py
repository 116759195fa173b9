"""Results, points and totals; and every flag against a list of the documents' errors that was read off the rendered pages."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_kpi_targets import fund, indicator

from mingzhang.clean import parse_number
from mingzhang.dataset.load import read_csv
from mingzhang.dataset.performance import FundRow, IndicatorRow, ProjectRow
from mingzhang.dataset.quality import ProjectQualityRow, QualityRow
from mingzhang.performance import scoring as scores
from mingzhang.performance.steps import Steps, infer_steps
from mingzhang.performance.sums import funds_state
from mingzhang.studies import kpi_scores, stats
from mingzhang.studies.kpi_quality import quality_rows

REPO = Path(__file__).resolve().parent.parent
LIST = Path(__file__).resolve().parent / "golden" / "kpi_flags"


def scored(target: str, actual: str, weight: str = "10", score: str | None = None, name: str = "参展企业数", **fields: Any) -> IndicatorRow:
    """An indicator with a result, weight and points."""
    return indicator(
        name, target, actual_raw=actual, actual_value=Decimal(actual) if actual.replace(".", "").isdigit() else None,
        weight=Decimal(weight), score=None if score is None else Decimal(score), **fields,
    )


# --- results ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "actual", "value", "other"),
    [
        ("≤176万元", "1759999.92", "175.999992", True), ("≥8000万元", "99407400", "9940.7400", True), ("≥9万元", "16000", "16000", True),
        ("≥100万元", "66262", "66262", False), ("≤176万元", "1759999.92元", "175.999992", True), ("≤176万元", "170万元", "170", False), ("≤176万元", "5元/年", "0.0005", True),
        ("≥5家", "5000", "5000", False), ("≥5家", "7家", "7", False), ("≤12万元", "0", "0", False), ("≥2亿元", "20000", "2.0000", True),
    ],
)
def test_result_in_the_targets_unit(target: str, actual: str, value: str, other: bool) -> None:
    assert scores.result_of(scored(target, actual, name="销售额")) == (Decimal(value), other)


@pytest.mark.parametrize(
    ("name", "target", "actual", "expected"),
    [("服务对象满意率", "≥85%", "128", True), ("合格率", "=100%", "100", False), ("投资增长率", "≥5%", "125.6", False), ("任务完成率", "≥95%", "104", False),
     ("验收通过率", "≥105%", "", True), ("参展企业数", "≥5家", "128", False)],
)
def test_above_the_maximum(name: str, target: str, actual: str, expected: bool) -> None:
    assert scores.is_above_maximum(scored(target, actual, name=name)) is expected


COST = {"level2": "经济成本指标"}


@pytest.mark.parametrize(
    ("target", "actual", "fields", "outcome", "part", "points"),
    [
        ("≥250家", "519", {}, "met", "2.076", "10"),
        ("≥250家", "247", {}, "missed", "0.988", "9.88"),
        ("≤90天", "15", {}, "met", "6", "10"),
        ("≤30日", "36", {}, "missed", "0.8333", "8.3333"),
        ("≤0次", "0", {}, "met", "1", "10"),
        ("≤0次", "2", {}, "missed", "0", "0"),
        ("≤10%", "0", {}, "met", None, "10"),
        ("≥0%", "24.2", {}, "met", None, "10"),
        ("≥1个", "0", {}, "missed", "0", "0"),
        (">600人", "600", {}, "missed", "1", "10"),
        ("=3家", "7", {}, "met", "2.3333", "10"),
        ("=2天", "1", {}, "missed", "0.5", "5"),
        ("=1400万元", "1073.18", COST, "missed", "0.7666", "7.6656"),
        ("=1400万元", "1500", COST, "missed", "0.9333", "9.3333"),
        ("=1400万元", "1400", COST, "met", "1", "10"),
        ("提高", "已提高", {}, "in_words", None, None),
        ("≥5家", "", {}, "no_result", None, None),
    ],
)
def test_outcome_attainment_points(target: str, actual: str, fields: dict[str, str], outcome: str, part: str | None, points: str | None) -> None:
    row = scored(target, actual, **fields)
    value = scores.result_of(row).value
    assert scores.outcome(row, value) == outcome
    for found, wanted in ((scores.attainment(row, value), part), (scores.rule_points(row, value), points)):
        assert (found is None) == (wanted is None)
        assert wanted is None or float(found or 0) == pytest.approx(float(wanted), abs=5e-5)


@given(
    operator=st.sampled_from(["ge", "le", "gt", "lt", "eq"]),
    target=st.decimals("0.01", "10000", places=2),
    actual=st.decimals("0", "10000", places=2),
    weight=st.decimals("0", "30", places=1),
)
def test_points_lie_between_nothing_and_the_weight_and_are_full_only_on_target(operator: str, target: Decimal, actual: Decimal, weight: Decimal) -> None:
    row = replace(scored("≥1家", "1"), target_operator=operator, target_value=target, weight=weight)
    points, part = scores.rule_points(row, actual), scores.attainment(row, actual)
    assert points is not None
    assert 0 <= points <= weight
    if part is not None:
        assert (part >= 1) == (scores.outcome(row, actual) == "met" or actual == target)
        assert points == weight * min(part, Decimal(1))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (scored("≥40项", "27", "3", "2.03"), "agrees"), (scored("≥40项", "27", "3", "2.02"), "agrees"), (scored("≥40项", "27", "3", "2.04"), "deviates"),
        (scored("≥150个", "6", "10", "10"), "deviates"), (scored("≥5家", "5", "10", "9"), "deviates"), (scored("=100%", "0", "10"), "missing"),
        (scored("=100%", "", "10"), "untestable"), (scored("提高", "已提高", "10", "8"), "untestable"),
    ],
)
def test_score_state(row: IndicatorRow, expected: str) -> None:
    assert scores.score_state(row, row.actual_value) == expected


@pytest.mark.parametrize(
    ("row", "asked", "expected"),
    [
        (scored("≥5家", "5", "10", "10"), True, "not_due"), (scored("≥5家", "4", "10", "8"), True, "missing"), (scored("≥5家", "4", "10", "8"), False, "not_asked"),
        (scored("≥5家", "4", "10", "8", note="企业升规意愿减弱"), True, "present"), (scored("≥5家", "4", "10", "8", note="无"), True, "missing"),
        (scored("≥5家", "4", "10", "8", note="无偏差。"), True, "missing"), (scored("≥5家", "5", "10", "9", note="—"), True, "missing"),
        (scored("=100%", "100", "10", None), True, "missing"),
    ],
)
def test_explanation(row: IndicatorRow, asked: bool, expected: str) -> None:
    assert scores.explanation(row, row.actual_value, asked) == expected


def test_cost_against_what_was_spent() -> None:
    row = scored("≤4.0449万元", "0", level2="经济成本指标")
    assert scores.is_cost_off_spending(row, Decimal(0), fund(annual="4.04", executed="4.04"))
    assert not scores.is_cost_off_spending(row, Decimal("4.0449"), fund(annual="4.04", executed="4.04"))
    assert not scores.is_cost_off_spending(row, Decimal(0), fund(annual="4.04", executed=""))
    assert not scores.is_cost_off_spending(row, Decimal(0), fund(annual="9.00", executed="4.04"))  # a unit cost, not the whole


PRINTED = st.text(alphabet="≥≤=<>0123456789.,%-+万亿元年月日家个率满意提高无/ 增", max_size=14)


@settings(deadline=None, max_examples=60)  # pandera takes its time
@given(name=PRINTED, target=PRINTED, actual=PRINTED, level2=PRINTED, money=st.tuples(PRINTED, PRINTED, PRINTED), weight=st.none() | st.decimals("0", "100", places=2))
def test_whatever_is_printed_gives_rows_that_keep_the_schema(name: str, target: str, actual: str, level2: str, money: tuple[str, str, str], weight: Decimal | None) -> None:
    row = indicator(name, target, level2, actual_raw=actual, actual_value=parse_number(actual), weight=weight, score=weight)
    project = ProjectRow(
        project_id="d/p01", doc_id="d", table_id="d/t01", form="kpi_self_eval", project=name, goal=target, actual_result=actual,
        total_score=weight, page=1,
    )
    made = quality_rows({"kpi_projects": [project], "kpi_funds": [fund("合计", *money)], "kpi_indicators": [row]})
    for spec in (QualityRow.resource, ProjectQualityRow.resource):
        spec.schema.validate(spec.frame(made[spec.name]))


# --- money, totals, steps --------------------------------------------------------------------------------------------


def test_execution_and_its_printed_rate() -> None:
    good = scores.execution([fund(initial="1.00", annual="80.00", executed="76.50", weight="10", execution_rate="95.63", score="10")])
    assert (good.rate, good.rate_state, good.weight, good.score) == (Decimal("95.625"), "agrees", 10, 10)
    assert scores.execution([fund(annual="80.00", executed="76.50", execution_rate="95.60")]).rate_state == "deviates"
    nothing = scores.execution([fund(initial="90.23", annual="0.00", executed="89.73", execution_rate="0.00")])
    assert (nothing.without_budget, nothing.rate_state) == (True, "untestable")
    assert scores.execution([fund(initial="108.00", executed="46.54")]).rate == Decimal("46.54") / 108 * 100
    assert scores.execution([]) == scores.Execution()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([fund("其中：当年财政拨款", annual="9.00"), fund("其他资金", annual="1.00")], "agrees"),
        ([fund("其中：当年财政拨款", annual="9.00"), fund("其他资金", annual="2.00")], "deviates"),
        ([fund("其中：财政拨款数", annual="9.00")], "agrees"), ([fund("其中：财政拨款数", annual="11.00")], "deviates"),
        ([fund("财政资金小计", annual="10.00"), fund("①中央财政资金", annual="10.00"), fund("其他资金小计", annual="0.00")], "agrees"),
        ([], "untestable"),
    ],
)
def test_parts_of_the_money(parts: list[Any], expected: str) -> None:
    assert funds_state([fund(annual="10.00"), *parts]) == expected


def test_totals_and_grades() -> None:
    points = [Decimal("4.94"), None, Decimal(10)]
    assert scores.total_of(points, Decimal(7)) == Decimal("21.94")
    assert scores.total_of([None], Decimal(7)) is None
    assert scores.state_of_sum(Decimal("21.94"), Decimal("21.94")) == "agrees"
    assert scores.state_of_sum(Decimal("21.95"), Decimal("21.94")) == "deviates"
    assert scores.state_of_sum(None, Decimal(1)) == "untestable"
    assert [scores.grade(Decimal(one)) for one in ("90", "89.99", "79", "59.9")] == ["优", "良", "中", "差"]


def test_steps_are_found_with_what_they_do_not_explain() -> None:
    points = [(Decimal(rate), Decimal(given)) for rate, given in ((0, 0), (58, 0), (71, 5), (76, 5), (85, 10), (87, 7), (93, 7), (95, 10), (97, 7), (100, 10), (100, 10))]
    steps = infer_steps(points)
    assert steps.levels == (0, 5, 7, 10)
    assert steps.spans[2] == (87, 93)
    assert [points[k] for k in steps.exceptions] == [(85, 10), (97, 7)]
    assert infer_steps([]) == Steps((), (), ())


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4)), max_size=25))
def test_steps_rise_and_explain_at_least_the_commonest_score(pairs: list[tuple[int, int]]) -> None:
    points = [(Decimal(rate), Decimal(given)) for rate, given in pairs]
    steps = infer_steps(points)
    kept = sorted(point for k, point in enumerate(points) if k not in steps.exceptions)
    assert all(low[1] <= high[1] and (low[0] < high[0] or low[1] == high[1]) for low, high in itertools.pairwise(kept))
    if points:
        assert len(kept) >= max(Counter(given for _, given in points).values())


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 10)), max_size=25))
def test_a_rule_that_is_kept_leaves_no_exception(pairs: list[tuple[int, int]]) -> None:
    points = [(Decimal(rate), Decimal(10 if rate >= 80 else 5 if rate >= 60 else 0)) for rate, _ in pairs]
    assert not infer_steps(points).exceptions


@given(st.decimals("0", "30", places=2), st.decimals("0", "50", places=2), st.decimals("0", "5", places=1), st.decimals("0", "5", places=1))
def test_a_wider_band_never_costs_more(score: Decimal, part: Decimal, one: Decimal, other: Decimal) -> None:
    narrow, wide = kpi_scores.banded_points(score, part, min(one, other)), kpi_scores.banded_points(score, part, max(one, other))
    assert 0 <= narrow <= wide <= score
    assert kpi_scores.banded_points(score, None, one) == score


def test_totals_after_a_band() -> None:
    given = {"a": Decimal(100), "b": Decimal(90)}
    parts = [("a", Decimal(20), Decimal(4)), ("a", Decimal(10), Decimal(1)), ("b", None, Decimal(9)), ("c", Decimal(1), Decimal(9))]
    assert kpi_scores.banded_totals(given, parts, Decimal(1)) == {"a": Decimal("90.00"), "b": Decimal("90.00")}


def test_statistics_against_known_values() -> None:
    median = stats.bootstrap_median([1, 2, 3, 4, 100])
    assert median.value == 3
    assert 1 <= median.low <= 3 <= median.high <= 100
    assert stats.bootstrap_median([1, 2, 3, 4, 100]) == median
    flags = pd.Series([True, False, True])
    table = stats.tally(flags, pd.Series(["a", "a", "b"]))
    assert table[["hits", "n"]].to_numpy().tolist() == [[1, 2], [1, 1]]
    assert stats.tally(flags).loc["all", "share"] == pytest.approx(2 / 3)
    for call in (lambda: stats.bootstrap_median([]), lambda: stats.clustered(flags[:0], flags[:0])):
        with pytest.raises(ValueError):  # noqa: PT011
            call()


# --- the documents' errors, read by eye ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def flagged() -> dict[str, list[dict[str, Any]]]:
    """The quality rows of every document of data/clean, with doc_id and level3, as dictionaries."""
    clean = REPO / "data" / "clean"
    specs = [record.resource for record in (ProjectRow, FundRow, IndicatorRow)]
    frames = {spec.name: read_csv(clean / f"{spec.name}.csv", spec) for spec in specs}
    names = dict(zip(frames["kpi_indicators"]["indicator_id"], frames["kpi_indicators"]["level3"], strict=True))
    raw = dict(zip(frames["kpi_indicators"]["indicator_id"], frames["kpi_indicators"]["target_raw"], strict=True))
    out: dict[str, list[dict[str, Any]]] = {"indicators": [], "projects": []}
    for doc_id in frames["kpi_projects"]["doc_id"].unique():
        made = quality_rows({
            spec.name: spec.records(frames[spec.name][frames[spec.name]["project_id"].str.startswith(f"{doc_id}/")]) for spec in specs
        })
        for kind, spec in (("indicators", QualityRow.resource), ("projects", ProjectQualityRow.resource)):
            out[kind] += [{"doc_id": doc_id, **dict(zip(spec.columns, spec.values(row), strict=True))} for row in made[spec.name]]
    for row in out["indicators"]:
        row.update(level3=names[row["indicator_id"]], target_raw=raw[row["indicator_id"]])
    points = [row for row in out["projects"] if row["execution_rate"] is not None and row["execution_score"] is not None]
    off = infer_steps([(row["execution_rate"], row["execution_score"]) for row in points]).exceptions
    for place in off:
        points[place]["off_steps"] = True
    return out


INDICATOR_FLAGS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "unit_mismatch": lambda row: row["unit_mismatch"],
    "above_maximum": lambda row: row["above_maximum"],
    "score_deviates": lambda row: row["score_state"] == "deviates",
    "score_missing": lambda row: row["score_state"] == "missing",
    "off_exact": lambda row: row["off_exact"],
    "on_open_bound": lambda row: row["target_raw"][0] in "<>" and row["on_target"],
    "missed": lambda row: row["outcome"] == "missed",
    "explanation_missing": lambda row: row["explanation"] == "missing",
    "not_measurable": lambda row: row["target_kind"] == "wording",
    "deadline": lambda row: row["target_kind"] == "deadline",
    "no_unit": lambda row: row["target_kind"] == "number" and row["unit_kind"] == "none",
    "unit_incomplete": lambda row: row["unit_kind"] == "incomplete",
    "restates_budget": lambda row: row["restates_budget"] == "sum",
    "cost_off_spending": lambda row: row["cost_off_spending"],
}
PROJECT_FLAGS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "executed_without_budget": lambda row: row["spent_without_budget"],
    "execution_points_off_steps": lambda row: row.get("off_steps", False),
    "goal_not_a_goal": lambda row: row["goal_kind"] != "goal",
    "result_not_a_result": lambda row: row["result_kind"] not in ("", "text"),
    "weights_off_100": lambda row: row["weights_state"] == "deviates",  # looked for on all tables, none found
    "total_deviates": lambda row: row["total_state"] == "deviates",  # looked for on all tables, none found
    "rate_deviates": lambda row: row["rate_state"] == "deviates",  # looked for on all tables, none found
    "funds_deviate": lambda row: row["funds_state"] == "deviates",  # looked for on all tables, none found
}


def listed(kind: str, flag: str) -> Iterator[tuple[str, ...]]:
    """What was read off the pages under a flag; what the page leaves open is not asked for."""
    with (LIST / f"{kind}.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["flag"] == flag and row["certain"] == "yes":
                yield tuple(row[name] for name in ("doc_id", "page", "level3") if name in row)


@pytest.mark.parametrize(("kind", "flag"), [("indicators", flag) for flag in INDICATOR_FLAGS] + [("projects", flag) for flag in PROJECT_FLAGS])
def test_flag_against_the_list_read_by_eye(flagged: dict[str, list[dict[str, Any]]], kind: str, flag: str) -> None:
    test = {**INDICATOR_FLAGS, **PROJECT_FLAGS}[flag]
    names = ("doc_id", "page", "level3") if kind == "indicators" else ("doc_id", "page")
    found = Counter(tuple(str(row[name]) for name in names) for row in flagged[kind] if test(row))
    wanted = Counter(listed(kind, flag))
    both = (found & wanted).total()
    recall = both / wanted.total() if wanted else 1
    precision = both / found.total() if found else 1
    assert min(recall, precision) >= 0.95, f"lost {sorted((wanted - found).elements())}, extra {sorted((found - wanted).elements())}"


def test_every_listed_flag_is_measured() -> None:
    for kind, flags in (("indicators", INDICATOR_FLAGS), ("projects", PROJECT_FLAGS)):
        with (LIST / f"{kind}.csv").open(encoding="utf-8", newline="") as handle:
            assert {row["flag"] for row in csv.DictReader(handle)} <= set(flags)


def test_printed_totals_and_recomputed_ones(flagged: dict[str, list[dict[str, Any]]]) -> None:
    printed = [row for row in flagged["projects"] if row["total_score"] is not None]
    assert len(printed) == 58
    assert all(row["total_recomputed"] == row["total_score"] for row in printed)

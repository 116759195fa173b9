"""Faults of performance tables that are no sums: a target, a cost, a score or a figure of the goal against what stands
beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..clean import compact, in_wan_yuan
from ..performance import design, scoring
from ..performance.goals import Quantity, quantities_of, same_thing
from ..performance.model import Fund, Indicator, Project
from ..performance.targets import Target
from ..vocabulary import pattern, toml

WORDS = {name: pattern(text, f"kpi_rules.toml [words] {name}") for name, text in toml("kpi_rules")["words"].items()}
#: A result so many times its target calls for an explanation.
FAR = 25
#: A rule that a figure breaks: the rule, what is printed, what is expected, its severity ("" for that of the rule).
Fault = tuple[str, object, object, str]


def target_faults(one: Indicator, year: int | None) -> Iterator[Fault]:
    """Faults of a target or result by itself: placeholder, unit, above 100 %, deadline, far above target."""
    name, unit, target = compact(one.level3), one.target_unit, compact(one.target_raw)
    if WORDS["placeholder"].search(target) or (one.target_operator == "text" and WORDS["name_only"].fullmatch(target)):
        yield "kpi-placeholder", one.target_raw, "", ""
    kind = design.unit_kind(unit)
    if unit == "百分比":
        yield "kpi-unit", one.target_raw, "%", "likely"
    elif (WORDS["share"].search(name) and not WORDS["no_share"].search(name) and one.target_value is not None
            and kind in ("time", "count")):
        if not re.fullmatch(r"分|度|级|倍|‰|成|星", unit):
            yield "kpi-unit", one.target_raw, "%", ""
    elif WORDS["limit"].search(name) and kind == "percent":
        yield "kpi-unit", one.target_raw, "天", "likely"
    elif (WORDS["time"].search(name)
            and (kind == "money" or (WORDS["limit"].search(name) and WORDS["things"].fullmatch(compact(unit))))):
        yield "kpi-unit", one.target_raw, "天", ""
    elif WORDS["counted"].search(name) and kind == "percent":
        yield "kpi-unit", one.target_raw, "个", "likely"
    if scoring.is_above_maximum(one):
        value = max(figure for figure in (one.target_value, one.actual_value) if figure is not None)
        yield "kpi-percentage", f"{value}%", "100%", ""
    elif kind == "percent" and "执行率" in name and (one.actual_value or 0) > 150:
        yield "kpi-percentage", one.actual_raw, "100%", "likely"
    stated, done = WORDS["deadline"].search(target), WORDS["day"].match(compact(one.actual_raw))
    if stated and done and year and one.target_operator == "text" and int(stated[1]) == year < int(done[1]):
        yield "kpi-deadline", one.actual_raw, year, ""
    if stated and year and not one.term and one.target_operator == "text" and int(stated[1]) != year:
        yield "kpi-deadline", one.target_raw, year, ""
    result = scoring.result_of(one)
    if result.other_unit and one.actual.unit == "":
        yield "kpi-actual-unit", one.actual_raw, one.target_raw, "" if result.value != one.actual_value else "likely"
    elif is_far(one, result.value) and not scoring.explains(one.note):
        yield "kpi-overshoot", one.actual_raw, one.target_raw, ""


def is_far(one: Indicator, value: Decimal | None) -> bool:
    """Whether a result is many times a target that asks for more."""
    return bool(value and one.target_value and one.target_value > 0 and one.target_operator in ("ge", "gt", "eq")
        and value >= FAR * one.target_value)


def cost_faults(one: Indicator, project: Project, total: Fund | None) -> Iterator[Fault]:
    """A ceiling of cost that is a power of ten away from the project's money, or above all of it; costs of one piece
    are left out."""
    unit = design.money_unit_of(one)
    budget = ((total.annual_budget if total and total.annual_budget is not None else total.initial_budget) if total
        else None)
    if (design.level(one) != "cost" or not unit or not budget or not one.target_value
            or one.target_operator not in ("le", "lt", "eq")):
        return
    if WORDS["piece"].search(compact(one.level3) + one.target_unit):
        yield from piece_faults(one, project, in_wan_yuan(one.target_value, unit))
        return
    value, shown = in_wan_yuan(one.target_value, unit), f"{budget}万元"
    counts = [other.target_value for other in project.indicators if other.target_value
        and design.unit_kind(other.target_unit) == "count"]
    if any(abs(value * count / budget - 1) < Decimal("0.01") for count in counts if count > 1):
        return
    ratio = value / budget
    if ratio in (Decimal("0.01"), Decimal("0.1"), 10, 100, 1000, 10000):
        yield "kpi-cost", one.target_raw, shown, ""
    elif (value > max(sum_ or 0 for fund in project.funds for sum_ in (fund.initial_budget, fund.annual_budget))
            and ratio > Decimal("1.05")):
        yield "kpi-cost-above", one.target_raw, shown, "" if any(fund.block == "total"
            for fund in project.funds) else "likely"


def piece_faults(one: Indicator, project: Project, price: Decimal) -> Iterator[Fault]:
    """A cost of one piece times the pieces against the project's money: a power of ten away from a sum, or above all of
    it.

    A ceiling is not what each piece costs, so that the latter is no more than a note.
    """
    named = WORDS["piece_unit"].search(compact(one.level3) + "/" + one.target_unit)
    sums = [value for fund in project.funds for value in (fund.initial_budget, fund.annual_budget) if value]
    year = design.fund_total([fund for fund in project.funds if fund.block == "year"])
    counts = [
        other for other in project.indicators if named and other.target_value and design.level(other) == "quantity"
        and compact(other.target_unit).lstrip("万亿").startswith(named[1] or named[2])
    ]
    if len(counts) != 1 or not year or not year.annual_budget or not (count := counts[0].target_value):
        return
    cost = price * count * {"万": 10**4, "亿": 10**8}.get(counts[0].target_unit[:1], 1)
    shown = f"{one.target_raw}×{counts[0].target_raw}，{year.annual_budget}万元"
    if any(abs(cost / year.annual_budget / Decimal(10) ** power - 1) < Decimal("0.01")
            for power in (-3, -2, -1, 1, 2, 3, 4)):
        yield "kpi-cost", one.target_raw, shown, ""
    elif cost > 2 * max(sums):
        yield "kpi-cost-above", one.target_raw, shown, "note"


def score_faults(one: Indicator, asked: bool) -> Iterator[Fault]:
    """A score against weight, target and result; a target met without full points is a fault where nothing explains it.
    """
    value = scoring.result_of(one).value
    state, met = scoring.score_state(one, value), scoring.outcome(one, value)
    due = scoring.rule_points(one, value)
    shown = f"目标{one.target_raw}，完成{one.actual_raw}，分值{one.weight}，得分{one.score}"
    if state == "missing":
        yield "kpi-score-missing", one.actual_raw, one.weight, ""
    elif state != "deviates" or one.weight is None or one.score is None or due is None or one.score > one.weight:
        return
    elif met == "met":
        if not scoring.explains(one.note) and not scoring.result_of(one).other_unit:
            yield "kpi-met-points", shown, one.weight, ""
    elif one.score == one.weight:
        yield "kpi-missed-points", shown, round(due, 2), ""
    elif abs(one.score - due) >= 1:
        yield "kpi-score-rule", shown, round(due, 2), ""


def twofold(project: Project) -> Iterator[tuple[str, Indicator, str, str, str]]:
    """Indicators of one name and unit that stand twice in a table with different targets."""
    first: dict[tuple[str, str, str], Indicator] = {}
    for one in project.indicators:
        other = first.setdefault((compact(one.level3), one.target_unit, one.target_operator), one)
        if (one.level3 and one.block == other.block and one.target_value is not None
                and other.target_value != one.target_value):
            yield "kpi-twice", one, one.target_raw, other.target_raw, ""


def stated_of(one: Indicator, key: str) -> Target:
    """The target or the result of an indicator; a result without a unit ("872" beside "≥860户") is in that of its
    target."""
    own: Target = getattr(one, key)
    return own if own.unit else own._replace(unit=one.target.unit)


def transposed(one: Indicator, own: Target, stated: Sequence[Quantity]) -> list[Quantity]:
    """The figure of a clause that shares no more than its verb with an indicator, but has the digits of that in another
    order."""
    digits = sorted(str(own.value.normalize())) if own.value is not None else []
    return [
        q for q in stated if len(digits) > 1 and q.unit == compact(own.unit) and q.value != own.value
        and sorted(str(q.value.normalize())) == digits and len(q.before) > 1 and q.before[-2:] in compact(one.level3)
    ]


def is_stated(one: Indicator, key: str, quantity: Quantity) -> bool:
    """Whether an indicator states a figure of a sentence, and is of what the sentence says there."""
    return (stated_of(one, key)[1::2] == (quantity.value, quantity.unit)
        and same_thing(one.level3, quantity, WORDS["tail"]))


def goal_faults(project: Project) -> Iterator[tuple[str, Indicator, str, str, str]]:
    """Figures of the goal, and of the result in words, that are not those of the indicator of the same thing."""
    for rule, text, key in (("kpi-goal", project.goal, "target"), ("kpi-result", project.actual_result, "actual")):
        stated = quantities_of(text)
        for one in project.indicators:
            own = stated_of(one, key)
            if own.value is None or own.high is not None or one.term:
                continue
            # a figure that is another indicator's is left out
            free = [q for q in stated
                if not any(is_stated(other, key, q) for other in project.indicators if other is not one)]
            named = [q for q in free if same_thing(one.level3, q, WORDS["tail"])]
            found = named or transposed(one, own, free)
            kinds = {quantity: {design.unit_kind(quantity.unit), design.unit_kind(own.unit)} for quantity in found}
            told = any(rule == "kpi-unit" for rule, *_ in target_faults(one, None))
            if odd := next((q for q in found if not told and q.value == own.value
                    and kinds[q] in ({"percent", "count"}, {"percent", "time"})), None):
                yield "kpi-unit", one, getattr(one, f"{key}_raw"), odd.unit, ""
            values = {quantity.value for quantity in found if quantity.unit == compact(own.unit)}
            if len(values) != 1 or own.value in values:
                continue
            value, printed = values.pop(), getattr(one, f"{key}_raw")
            swapped = (sorted(str(value.normalize())) == sorted(str(own.value.normalize()))
                or value.scaleb(1) == own.value or own.value.scaleb(1) == value)
            if own.unit != getattr(one, key).unit and not swapped:
                continue  # a unit that is not printed is enough for transposed digits only
            stricter = key == "target" and ((own.operator in ("ge", "gt") and own.value > value)
                or (own.operator in ("le", "lt") and own.value < value))
            near = stricter and abs(own.value / value - 1) < Decimal("0.2")
            severity = "" if swapped and named else "note" if near and not swapped else "likely"
            yield rule, one, printed, f"{value}{own.unit}", severity

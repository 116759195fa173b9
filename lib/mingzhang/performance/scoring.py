"""Scoring: results against targets on one scale, and points given against the published rule.

The rule (财预〔2020〕10号): a quantitative indicator that reaches its target takes its full weight; one that misses
scores in proportion of completion; a result far above target calls for an explanation, and where the target was set
clearly too low points come off by the degree of deviation; grades are 优 from 90, 良 from 80, 中 from 60, 差 below.

Conventions, where the rule leaves room - The operator gives the direction. "=" means that the target is to be reached:
less is a miss in proportion, more is a result
  above target; for a cost both sides are a miss.
- A result that equals an open bound (">600", 600) misses the target, and its share of completion is 1: full points all
the same. - Attainment is result / target, or target / result where less is better; 1 is on target on either side. None
where it has no
  value (a target or a result of zero).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from ..clean import compact, in_wan_yuan
from .design import HALF_CENT, Money, Stated, fund_total, level, money_unit, money_unit_of, restates_budget, unit_kind
from .steps import infer_steps as infer_steps
from .targets import parse_target

GRADES = ((90, "优"), (80, "良"), (60, "中"), (0, "差"))


# --- the result on the target's scale --------------------------------------------------------------------------------

#: A result that is this many times the target (or this part of it) is in another unit: neighbouring units of money lie
#: 1,000 (千元) or 10,000 (元, 万元, 亿元) apart; converted by the latter, which are the ones in use.
OTHER_UNIT = 1000
_CONVERSIONS = tuple(Decimal(1).scaleb(power) for power in (-4, 4, -8, 8))
#: Names of shares of a whole, which end at 100 %; a rate of growth or of execution has no such end.
_SHARE = re.compile(r"(?:率|度|性|面|占比|比重|比例)$|占.*(?:比重|比例)")
_NO_END = re.compile(
    r"增|涨|降|升|变化|提高|完成率|控制率|执行率|实现率|支出率|产能利用率|利润|收益|回报|周转|负债|投入产出")


class Result(NamedTuple):
    """A printed result as a number in the target's unit; `other_unit` where it was evidently printed in another."""

    value: Decimal | None
    other_unit: bool = False


def result_of(indicator: Stated) -> Result:
    """The result in the target's unit. An unlikely ratio of money is flagged, and converted where that makes it a
    likely one.

    "1759999.92" against "≤176万元" is 175.999992. "16000" against "≥9万元" stays 16000, flagged: no unit explains it.
    """
    value = indicator.actual_value
    unit = money_unit_of(indicator)
    printed = parse_target(indicator.actual_raw)
    value = value if value is not None else printed.value
    other = money_unit(printed.unit)
    if value is not None and unit and other and other != unit:
        return Result(in_unit(value, other, unit), True)
    if value is not None and printed.unit and (power := thousands(printed.unit, indicator.target_unit)):
        return Result(value.scaleb(power))
    target = indicator.target_value
    if value is None or not target or target < 0 or value <= 0 or not unit:
        return Result(value)
    ratio = value / target
    if Decimal(1) / OTHER_UNIT < ratio < OTHER_UNIT:
        return Result(value)
    likely = [factor for factor in _CONVERSIONS if Decimal("0.5") <= ratio * factor <= 2]
    return Result(value * likely[0] if likely else value, True)


def thousands(printed: str, wanted: str) -> int:
    """By what power of ten a count in one unit must be scaled to another: 2184期 against 万期 by -4; 0 where the units
    do not tell."""
    powers = {"": 0, "万": 4, "亿": 8}
    (one, thing), (two, other) = ((unit[:1], unit[1:]) if unit[:1] in ("万", "亿") else ("", unit)
        for unit in (compact(printed), compact(wanted)))
    return powers[one] - powers[two] if thing and thing == other else 0


def in_unit(value: Decimal, unit: str, wanted: str) -> Decimal:
    """A sum of money from one unit to another, exact."""
    return in_wan_yuan(value, unit) / in_wan_yuan(Decimal(1), wanted)


def is_share(indicator: Stated) -> bool:
    """Whether the indicator is a share of a whole in percent, so that nothing above 100 can be."""
    name = compact(indicator.level3)
    if unit_kind(indicator.target_unit) != "percent" or _NO_END.search(name):
        return False
    return bool(_SHARE.search(name)) or level(indicator) == "satisfaction"


def is_above_maximum(indicator: Stated) -> bool:
    """A target or a result of more than 100 % of a whole."""
    figures = (indicator.target_value, indicator.actual_value)
    return is_share(indicator) and any(figure is not None and figure > 100 for figure in figures)


# --- met or missed, by how much --------------------------------------------------------------------------------------


def direction(indicator: Stated) -> str:
    """up (more is better), down (less is better), exact (a cost that is to be just so), "" for a target in words."""
    sign = indicator.target_operator
    if sign in ("ge", "gt", "between"):
        return "up"
    if sign in ("le", "lt"):
        return "down"
    if sign == "eq":
        return "exact" if level(indicator) == "cost" else "up"
    return ""


def outcome(indicator: Stated, value: Decimal | None) -> str:
    """met, missed, no_result, or in_words (the target or the result is not a number)."""
    target, sign = indicator.target_value, indicator.target_operator
    if not compact(indicator.actual_raw):
        return "no_result"
    if target is None or value is None:
        return "in_words"
    if direction(indicator) == "exact":
        return "met" if value == target else "missed"
    met = {"ge": value >= target, "eq": value >= target, "gt": value > target, "le": value <= target,
        "lt": value < target}.get(sign, value >= target)
    return "met" if met else "missed"


def attainment(indicator: Stated, value: Decimal | None) -> Decimal | None:
    """Result against target, 1 is on target and more is better; see the module's conventions. 0 where nothing was
    reached."""
    target, way = indicator.target_value, direction(indicator)
    if target is None or value is None or not way or target < 0 or value < 0:
        return None
    if target == value:
        return Decimal(1)
    if way == "down" or (way == "exact" and value > target):
        return target / value if value else None
    return value / target if target else None


def is_off_exact(indicator: Stated, value: Decimal | None) -> bool:
    """Whether a result differs from a target that prints "=" (a bare number is no promise of exactness)."""
    says_so = indicator.target_operator == "eq" and compact(indicator.target_raw).startswith(("=", "等于"))
    return says_so and value is not None and value != indicator.target_value


# --- points by the rule ----------------------------------------------------------------------------------------------


def rule_points(indicator: Stated, value: Decimal | None) -> Decimal | None:
    """The points that the published rule gives, unrounded; None where weight, number or proportion is wanting."""
    state = outcome(indicator, value)
    if indicator.weight is None or state not in ("met", "missed"):
        return None
    if state == "met":
        return indicator.weight
    part = attainment(indicator, value)
    if part is None:
        return Decimal(0) if value is not None and value < 0 else None
    return indicator.weight * min(part, Decimal(1))


def score_state(indicator: Stated, value: Decimal | None) -> str:
    """agrees (to half a hundredth), deviates, missing (no points printed where the row carries weight), untestable."""
    if indicator.weight is None or (indicator.score is None and not compact(indicator.actual_raw)):
        return "untestable"
    if indicator.score is None:
        return "missing"
    points = rule_points(indicator, value)
    if points is None:
        return "untestable"
    return "agrees" if abs(indicator.score - points) <= HALF_CENT else "deviates"


_SAYS_NOTHING = re.compile(r"(?:无|没有|未|零)?(?:偏差)?|[-—/\\]+|无偏差.*完成|完成")


def explains(note: str) -> bool:
    """Whether a note says anything: 无, 无偏差, — and an empty cell do not."""
    return not _SAYS_NOTHING.fullmatch(compact(note).strip("。.;；"))


def explanation(indicator: Stated, value: Decimal | None, asked: bool) -> str:
    """not_due; present or missing where the target is missed or points are off; not_asked where the form has no place
    for it."""
    off = indicator.weight is not None and indicator.score is not None and indicator.score < indicator.weight
    due = outcome(indicator, value) == "missed" or off or score_state(indicator, value) == "missing"
    if not due:
        return "not_due"
    if not asked:
        return "not_asked"
    return "present" if explains(indicator.note) else "missing"


def is_cost_off_spending(indicator: Stated, value: Decimal | None, total: Money | None) -> bool:
    """A cost indicator on the project's whole money whose result is not the sum that the same table says was spent."""
    unit = money_unit_of(indicator)
    spent = total.executed if total else None
    if value is None or spent is None or level(indicator) != "cost" or restates_budget(indicator, total) != "sum":
        return False
    return abs(in_wan_yuan(value, unit) - spent) > HALF_CENT


# --- execution, totals, grades ---------------------------------------------------------------------------------------


class Execution(NamedTuple):
    """The whole money of a table: budget, sum spent (万元), printed and computed rate (%), weight and points given."""

    budget: Decimal | None = None
    spent: Decimal | None = None
    printed_rate: Decimal | None = None
    rate: Decimal | None = None
    weight: Decimal | None = None
    score: Decimal | None = None

    @property
    def without_budget(self) -> bool:
        """Money was spent where the table prints a budget of 0.00."""
        return self.budget == 0 and bool(self.spent)

    @property
    def rate_state(self) -> str:
        """agrees, deviates (printed rate against spent / budget, to 0.01 points) or untestable."""
        if self.rate is None or self.printed_rate is None:
            return "untestable"
        return "agrees" if abs(self.rate - self.printed_rate) <= HALF_CENT else "deviates"


def execution(funds: Sequence[Money]) -> Execution:
    """Execution from the fund rows: against the annual budget, or the initial one where the form prints no annual."""
    total = fund_total(funds)
    if total is None:
        return Execution()
    annual = total.annual_budget
    budget = annual if annual is not None else total.initial_budget
    spent = total.executed
    rate = spent / budget * 100 if spent is not None and budget else None
    return Execution(budget, spent, total.execution_rate, rate, total.weight, total.score)


#: Sums of weights of forms that do not print the points of the execution rate (10 or 20 of 100).
PLAIN_SUMS = (Decimal(100), Decimal(90), Decimal(80))


def whole_of_weights(found: Decimal, printed: bool) -> Decimal:
    """What the weights of a form must add up to: 100; where no points of the execution rate are `printed`, what these
    may have left of it."""
    return next((one for one in PLAIN_SUMS if one == found and not printed), PLAIN_SUMS[0])


def total_of(scores: Iterable[Decimal | None], execution_score: Decimal | None) -> Decimal | None:
    """The sum of the printed points, missing ones as nothing; None where no indicator has any."""
    given = [score for score in scores if score is not None]
    return sum(given, Decimal(0)) + (execution_score or Decimal(0)) if given else None


def state_of_sum(printed: Decimal | None, computed: Decimal | None) -> str:
    """agrees, deviates (by more than half a hundredth) or untestable."""
    if printed is None or computed is None:
        return "untestable"
    return "agrees" if abs(printed - computed) <= HALF_CENT else "deviates"


def grade(total: Decimal | None) -> str:
    """优, 良, 中, 差 by the published bounds; "" without a total."""
    return "" if total is None else next(name for bound, name in GRADES if total >= bound or bound == 0)

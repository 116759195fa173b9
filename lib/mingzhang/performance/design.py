"""Design: is an indicator fit for its purpose? One criterion a function, each with the rule that it rests on.

References - 财预〔2020〕10号 (项目支出绩效评价管理办法): self-evaluations weigh execution 10, output 50 (cost counted
within it), benefit 30,
  satisfaction 10; indicators are to be specific, measurable and to bear on the goal.
- 财预〔2021〕101号 (核心绩效目标和指标设置及取值指引): cost 20, output 40, benefit 20, satisfaction 10, execution 10; a
target is a number
  wherever it can be; satisfaction and cost indicators where the project has a public and a cost.
- SMART: specific, measurable, achievable, relevant, time-bound.

The functions take the rows of kpi_indicators, kpi_funds and kpi_projects or what is read of a form, and know nothing of
files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ..clean import compact, in_wan_yuan
from .words import code, plain_item, word

if TYPE_CHECKING:  # the dataset's rows stand above this room; only their names are taken
    from ..dataset.performance import FundRow, IndicatorRow
    from .model import Fund, Indicator

#: Money is printed to 0.01 万元; two sums that differ by no more than half of that are the same sum.
HALF_CENT = Decimal("0.005")


#: An indicator and a fund row, as they are read or as the dataset has them: their columns have the same names.
Stated: TypeAlias = "Indicator | IndicatorRow"
Money: TypeAlias = "Fund | FundRow"
Sum = TypeVar("Sum", bound="Fund | FundRow")

# --- complete: levels and weights ------------------------------------------------------------------------------------

#: Level of an indicator by the words of its 二级指标, else of its 一级指标; the first that matches counts.
LEVELS: tuple[tuple[str, str], ...] = (
    ("satisfaction", "满意"), ("cost", "成本"), ("quantity", "数量"), ("quality", "质量"), ("timeliness", "时效|进度"),
    ("economic", "经济效益"), ("social", "社会效益"), ("ecological", "生态效益|环境效益"), ("sustained", "可持续"),
    ("benefit", "效益|影响|效果"), ("output", "产出"),
)
#: The part of the weights that a level belongs to.
GROUPS: dict[str, str] = {
    "quantity": "output", "quality": "output", "timeliness": "output", "output": "output", "cost": "cost",
    "economic": "benefit", "social": "benefit", "ecological": "benefit", "sustained": "benefit", "benefit": "benefit",
    "satisfaction": "satisfaction", "other": "other",
}
#: What a complete set has (财预〔2021〕101号); any of the benefit levels counts as benefit.
EXPECTED = ("quantity", "quality", "timeliness", "cost", "benefit", "satisfaction")
#: Weights by group that the two notices set; the first counts cost within output.
STANDARDS: dict[str, dict[str, int]] = {
    "2020": {"execution": 10, "output": 50, "benefit": 30, "satisfaction": 10},
    "2021": {"execution": 10, "cost": 20, "output": 40, "benefit": 20, "satisfaction": 10},
}


def level(indicator: Stated) -> str:
    """The level of an indicator as the form states it, `other` when it names none (a whole unit's tasks)."""
    for text in (compact(indicator.level2), compact(indicator.level1)):
        for key, pattern in LEVELS:
            if re.search(pattern, text):
                return key
    return "other"


def levels_missing(indicators: Iterable[Stated]) -> list[str]:
    """The expected levels that a set of indicators lacks, in the order of `EXPECTED` (complete: 财预〔2021〕101号).

    None are missing where the form states no levels at all (a whole unit's tasks): what they are is not to be told.
    """
    found = {level(one) for one in indicators}
    if found == {"other"}:
        return []
    found |= {GROUPS[one] for one in found} & {"benefit"}
    return [one for one in EXPECTED if one not in found]


def weights_by_group(indicators: Iterable[Stated], execution: Decimal | None) -> dict[str, Decimal]:
    """Points by group, execution included; groups without printed weights are left out."""
    out: dict[str, Decimal] = {} if execution is None else {"execution": execution}
    for one in indicators:
        if one.weight is not None:
            group = GROUPS[level(one)]
            out[group] = out.get(group, Decimal(0)) + one.weight
    return out


def weight_standard(weights: Mapping[str, Decimal]) -> str:
    """Which notice the weights follow: 2020 (cost within output), 2021, other; "" when the form prints none."""
    given = {group: value for group, value in weights.items() if value}
    if not given:
        return ""
    if given == STANDARDS["2021"]:
        return "2021"
    merged = {group: value for group, value in given.items() if group != "cost"}
    merged["output"] = given.get("output", Decimal(0)) + given.get("cost", Decimal(0))
    return "2020" if merged == STANDARDS["2020"] else "other"


# --- measurable ------------------------------------------------------------------------------------------------------

_DEADLINE = re.compile(r"\d{4}年|\d{1,2}月|年底|年末|年内|月底|月末|季末|\d日前")
_TIME = re.compile(r"(?:年|个?月|日|天|周|小时|分钟|工作日|季度)(?:内|/.*)?")
_MONEY = re.compile(r"(?P<unit>百万元|千元|万元|亿元|元)(?:/.*)?")
_PERCENT = re.compile(r"%|‰|百分比|个?百分点")


def target_kind(indicator: Stated) -> str:
    """number, deadline (a date in words), wording (提高, 按要求 …) or none: 财预〔2021〕101号 asks for a number
    wherever it can be had."""
    if indicator.target_operator != "text":
        return "number"
    text = compact(indicator.target_raw)
    if not text:
        return "none"
    return "deadline" if _DEADLINE.search(text) else "wording"


def unit_kind(unit: str) -> str:
    """none, incomplete (a bare 万 or 亿: of what?), percent, money, time or count."""
    text = compact(unit)
    if not text:
        return "none"
    if text in ("万", "亿"):
        return "incomplete"
    for kind, pattern in (("percent", _PERCENT), ("money", _MONEY), ("time", _TIME)):
        if pattern.fullmatch(text):
            return kind
    return "count"


def is_measurable(indicator: Stated) -> bool:
    """Measurable (SMART): the target is a number with a unit, printed or told by the name, or a date, of what can be
    counted: a percentage of an influence or of quality cannot."""
    name, kind, unit = compact(indicator.level3), target_kind(indicator), unit_kind(indicator.target_unit)
    if kind != "number":
        return kind == "deadline" or bool(code("measurable", "number").search(compact(indicator.target_raw)))
    if unit == "percent" or (unit == "none" and name.endswith("率")):
        return not code("measurable", "uncountable").search(name)
    told = f"{name};{compact(indicator.description)}"
    return (unit not in ("none", "incomplete")
        or bool(money_unit_of(indicator) or code("measurable", "unit").search(told)))


def money_unit(unit: str) -> str:
    """The unit of money in a printed unit ("万元/年" is 万元), or ""."""
    found = _MONEY.fullmatch(compact(unit))
    return found["unit"] if found else ""


def money_unit_of(indicator: Stated) -> str:
    """The unit of a target of money (元, 万元, 亿元 …), "" if it is not one; a bare 万 or 亿 counts where the wording
    is of money."""
    text = compact(indicator.target_unit)
    if unit := money_unit(text):
        return unit
    is_money = level(indicator) == "cost" or re.search(r"额|收入|产值|投资|资金|成本|费用|奖励|补助", indicator.level3)
    return text + "元" if text in ("万", "亿") and is_money else ""


# --- specific --------------------------------------------------------------------------------------------------------


def is_generic(indicator: Stated) -> bool:
    """Specific (SMART): whether the indicator's name is made of words alone that would fit any project."""
    name = compact(indicator.level3)
    return bool(name) and not code("generic", "words").sub("", name)


# --- time-bound ------------------------------------------------------------------------------------------------------


def is_time_bound(indicator: Stated) -> bool:
    """Time-bound (SMART): whether name, description or target says by when, how fast, how often or over which period.
    """
    name, description, target = (compact(text) for text in
                                 (indicator.level3, indicator.description, indicator.target_raw))
    told = re.sub(r"《[^》]*》|\d+号|(?:19|20)\d\d年", "", description)
    return bool(code("time", "bound").search(f"{name};{told};{target}")
        or code("time", "year").search(f"{name};{target}"))


# --- outcome or output -----------------------------------------------------------------------------------------------


def is_effect(indicator: Stated) -> bool:
    """Whether the form files the indicator under an effect (benefit or satisfaction) rather than output or cost."""
    return GROUPS[level(indicator)] in ("benefit", "satisfaction")


def is_activity_as_effect(indicator: Stated) -> bool:
    """Relevant (SMART): a benefit indicator whose wording counts an activity or its reach ("参展企业数")."""
    name = compact(indicator.level3)
    if GROUPS[level(indicator)] != "benefit" or not code("activity", "does").search(name):
        return False
    return bool(code("activity", "own").search(name)) or not code("activity", "effect").search(name)


# --- achievable: targets that cannot fail or cannot be passed --------------------------------------------------------


def is_ceiling(indicator: Stated) -> bool:
    """"=100%" and ">=100%": nothing lies above, so the indicator can only show failure."""
    percent = unit_kind(indicator.target_unit) == "percent"
    return percent and indicator.target_operator in ("eq", "ge") and indicator.target_value == 100


def is_floor(indicator: Stated) -> bool:
    """">=1" of a thing that is counted, ">=0": the least that can be asked for. An exact "=1" is not one."""
    value, kind = indicator.target_value, unit_kind(indicator.target_unit)
    if value is None or indicator.target_operator not in ("ge", "gt"):
        return False
    return (value <= 0
        or (value <= 1 and kind == "count" and "万" not in indicator.target_unit and "亿" not in indicator.target_unit))


# --- cost indicators that restate the budget -------------------------------------------------------------------------

def fund_total(funds: Sequence[Sum]) -> Sum | None:
    """The row that states a project's whole money; the first row where none says so."""
    return next((fund for fund in funds if word("fund", "whole").search(plain_item(fund.item))), funds[0] if funds
        else None)


def restates_budget(indicator: Stated, total: Money | None) -> str:
    """Whether a target only repeats the money given: sum (the project's own total), rate (cost within 100 %), ""
    (neither).

    Compared with the initial and the annual budget to half of 0.01 万元; with what was spent only where both budgets
    are 0.00 or empty. Such a target measures that no more was spent than was given (财预〔2021〕101号 asks for unit
    costs).
    """
    if indicator.target_value is None:
        return ""
    unit = money_unit_of(indicator)
    if unit and total and indicator.target_value:
        budgets = [total.initial_budget, total.annual_budget]
        if not any(budgets):
            budgets.append(total.executed)
        value = in_wan_yuan(indicator.target_value, unit)
        return "sum" if any(one and abs(one - value) <= HALF_CENT for one in budgets) else ""
    is_rate = level(indicator) == "cost" and unit_kind(indicator.target_unit) == "percent"
    return "rate" if is_rate and indicator.target_operator in ("le", "eq") and indicator.target_value == 100 else ""


# --- goals and results in words --------------------------------------------------------------------------------------

_PLACEHOLDER = re.compile(r"(?:\d+[.、])?(?:目标|指标)(?:内容)?\d*|[xX×*]{2,}|无|略|同上|/|—|-")
_FIGURE = re.compile(r"[\d.,%]+(?:[万亿千百]*元|家|个|项|人|场)?[。.]?")
_PAYS = re.compile(r"拨付|发放|兑现|支付|下达(?!的)|拨款|付款|补差")
_PREAMBLE = re.compile(r"^(?:根据|按照|依据|贯彻落实|为贯彻).*(?:精神|要求|规定|通知|文件)$")
_BARE_RESULT = re.compile(
    r"(?:已|全部|基本|均已?|正常|按时|如期)*(?:完成|达成|达到)(?:目标|任务|指标|预期目标)?[。.]?|良好|正常|是")


def goal_kind(goal: str, project: str) -> str:
    """goal; or what stands in its place: empty, placeholder (目标内容1), figure, name (the project's name again),
    payout.

    A payout is a goal every clause of which only says that the money is paid: an input, not a goal (财预〔2020〕10号).
    """
    text = compact(goal)
    if not text:
        return "empty"
    if _PLACEHOLDER.fullmatch(text):
        return "placeholder"
    if _FIGURE.fullmatch(text):
        return "figure"
    if text == compact(project):
        return "name"
    clauses = [re.sub(r"^\d+[.、]", "", one) for one in re.split(r"[。;；,，]|(?<!\d)(?=\d[.、](?!\d))", text)]
    clauses = [one for one in clauses if one and not _PREAMBLE.match(one)]
    return "payout" if clauses and all(_PAYS.search(one) for one in clauses) else "goal"


def result_kind(result: str) -> str:
    """text; or what stands in its place: empty, figure ("48", "1381.66万元。"), bare (已完成)."""
    text = compact(result)
    if not text:
        return "empty"
    if _FIGURE.fullmatch(text):
        return "figure"
    return "bare" if _BARE_RESULT.fullmatch(text) else "text"

"""Rules of performance tables: funds, weights, scores, units, goals; with the regulation that each rests on.

财预〔2020〕10号: an indicator that meets its target takes its full weight, one that misses it scores in proportion of completion; weights sum
to 100, the execution rate of the budget among them. What a rule says, and the finding of one that is broken, is declared in kpi_rules.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from ..clean import compact, in_wan_yuan
from ..performance import design, scoring
from ..performance.goals import Quantity, quantities_of, same_thing
from ..performance.model import Fund, Indicator, Project
from ..performance.targets import Target
from ..performance.words import plain_item, word
from ..vocabulary import pattern, toml
from .formulas import find, read_term
from .identity import Identity
from .kpi_sheets import KpiSheet
from .records import Result
from .rules import Rule
from .sheets import Sheet

_DECLARED = {name: entry for name, entry in toml("kpi_rules").items() if name != "words"}
RULES: dict[str, Rule] = {name: Rule(name, "kpi", entry["says"]) for name, entry in _DECLARED.items()}
WORDS = {name: pattern(text, f"kpi_rules.toml [words] {name}") for name, text in toml("kpi_rules")["words"].items()}
#: A result so many times its target calls for an explanation.
FAR = 25


# --- sums ------------------------------------------------------------------------------------------------------------


def within(sheet: KpiSheet) -> Iterator[Identity]:
    """The equations of one performance table."""
    yield from score_sums(sheet)
    yield from fund_sums(sheet, scoring.sums_of(sheet.project.funds))
    for fund, places in sheet.funds:
        for number, formula in sheet.project.formulas.items():
            yield from printed_sum(fund, places, number, formula)
    if sheet.funds and "executed" in (first := sheet.funds[0][1]) and sheet.value(first["executed"]) is not None and "annual_budget" in first:
        yield identity("kpi-spent", f"{sheet.funds[0][0].item}: annual budget >= executed", [first["annual_budget"]], [first["executed"]], ">=")
    for one, places in sheet.indicators:
        if sheet.value(places.get("score")) is not None and "weight" in places:
            yield identity("kpi-score-limit", f"{one.level3}: weight >= score", [places["weight"]], [places["score"]], ">=")


def identity(rule: str, statement: str, left: Iterable[int], right: Iterable[int], op: str = "=", constant: int = 0) -> Identity:
    return Identity(rule, "kpi", statement, tuple((1, place) for place in left), tuple((1, place) for place in right), op, constant)


def score_sums(sheet: KpiSheet) -> Iterator[Identity]:
    """The sums of weights and of scores; the execution rate of the first fund row counts where it is scored.

    A form that gives its execution rate points without a cell of their own ("（10分）"), or says nothing of it, sums to what they leave.
    """
    first = sheet.funds[0][1] if sheet.funds else {}
    own_weight = sheet.value(first.get("weight")) is not None
    weights, scores = ([places[key] for _, places in sheet.indicators if sheet.value(places.get(key)) is not None] for key in ("weight", "score"))
    if weights:
        own = [first["weight"]] if own_weight else []
        found = sum((sheet.value(place) or Decimal(0) for place in (*weights, *own)), Decimal(0))
        if own and found - (sheet.value(own[0]) or 0) == 100:
            own, found = [], Decimal(100)  # the indicators alone make up 100
        whole = scoring.whole_of_weights(found, bool(own))
        yield identity("kpi-weights", f"Σ weights{' + weight of the execution rate' if own else ''} = {whole}", [*weights, *own], [], "=",
                       sheet.ledger.units(whole))  # fmt: skip
    total = sheet.enter(sheet.project.total, "总分")
    rate = [first["score"]] if sheet.value(first.get("score")) is not None else []
    if total is not None and scores and (rate or not own_weight):
        yield identity("kpi-total", "total score = Σ scores + score of the execution rate", [total], [*scores, *rate])


def fund_sums(sheet: KpiSheet, found: Iterable[scoring.Parts[Fund]]) -> Iterator[Identity]:
    """Sums of money of a form in each column."""
    places = {id(fund): own for fund, own in sheet.funds}
    for whole, parts, most in found:
        rule, op = ("kpi-fund-share", ">=") if most else ("kpi-fund-total", "=")
        for key in scoring.COLUMNS:
            own = [places[id(fund)][key] for fund in parts if key in places[id(fund)]]
            if key in places[id(whole)] and any(sheet.value(place) is not None for place in own):
                statement = f"{whole.item}/{key} {op} {' + '.join(fund.item for fund in parts)}"
                yield identity(rule, statement, [places[id(whole)][key]], own, op)


def shared_sums(sheets: Sequence[KpiSheet]) -> Iterator[Identity]:
    """The sums of forms whose sources are levels of government, where most forms of the document with the same rows add up."""
    groups: dict[tuple[str, ...], list[tuple[KpiSheet, scoring.Parts[Fund], bool]]] = {}
    for sheet in sheets:
        found = scoring.by_levels(sheet.project.funds)
        sums = [found] if found else list(scoring.sums_of(sheet.project.funds))
        for one in sums[:1]:
            names = tuple(plain_item(fund.item) for fund in (one.whole, *one.parts))
            groups.setdefault(names, []).append((sheet, one, not found))
    for group in groups.values():
        proven = sum(scoring.adds_up(one.whole, one.parts) for _, one, known in group if known)
        for sheet, one, known in group:
            if not known and ((proven > 1 and proven > len(group) / 2) or (proven and is_transposed(one))):
                yield from fund_sums(sheet, [one])


def is_transposed(sums: scoring.Parts[Fund]) -> bool:
    """Whether a sum has the digits of its parts' sum in another order."""
    whole, parts = sums.whole.annual_budget or 0, sum(fund.annual_budget or 0 for fund in sums.parts)
    return whole != parts and sorted(f"{whole:.6f}") == sorted(f"{parts:.6f}")


def printed_sum(fund: Fund, places: dict[str, int], number: str, formula: str) -> Iterator[Identity]:
    """The sum that the header prints in circled numbers ("④=①+②-③")."""
    names = re.findall(r"[①-⑳]", formula)
    if names and "/" not in formula and all(name in places for name in (number, *names)):
        signs = [1, *(1 if sign == "+" else -1 for sign in re.findall(r"[+-]", formula))]
        parts = tuple((sign, places[name]) for sign, name in zip(signs, names, strict=True))
        yield Identity("kpi-fund-formula", "kpi", f"{fund.item}: {number} = {formula}", ((1, places[number]),), parts)


def across(sheets: Sequence[KpiSheet], accounts: Sequence[Sheet], kind: str) -> Iterator[Identity]:
    """Registers against their projects; the funds of performance tables against the accounts of the same document."""
    yield from shared_sums(sheets)
    variant, key = ("final", "executed") if kind == "final_accounts" else ("budget", "annual_budget")
    for sheet in sheets:
        if (total := sheet.enter(sheet.project.register_total, "合计")) is not None:
            mine = [places["annual_budget"] for other in sheets if other.table is sheet.table for _, places in other.funds[:1] if "annual_budget" in places]
            yield identity("kpi-register", "合计 = Σ projects of the register", [total], mine)
        blocks = {block: [places for fund, places in sheet.funds if fund.block == block and "annual_budget" in places] for block in ("total", "year")}
        if blocks["total"] and blocks["year"]:
            whole, year = (blocks[block][0]["annual_budget"] for block in ("total", "year"))
            yield identity("kpi-year", f"{sheet.project.project}: money of the whole term >= that of the year", [whole], [year], ">=")
    summary, spending = (next((s for s in accounts if s.form == form and not s.is_empty), None) for form in ("income_expenditure_summary", "expenditure"))
    single = []
    for sheet in sheets:
        if not sheet.table.form.startswith("kpi_overall"):
            single += [places[key] for _, places in sheet.funds[:1] if key in places]
            continue
        funds = next((p[key] for fund, p in sheet.funds if word("fund", "whole").search(plain_item(fund.item)) and key in p), None)
        total = find(summary, read_term("summary.expenditure[this_year|total]"), variant) if summary else None
        if funds is not None and total is not None and summary:
            yield identity("kpi-accounts", f"{sheet.table.title}: {key} of the whole body = {summary.table.title} 支出", [funds], [total])
    project = find(spending, read_term("expenditure.project"), variant) if spending else None
    if single and project is not None:
        yield identity("kpi-budgets", f"Σ {key} of the projects ~ project expenditure", single, [project], "~")


# --- what is no sum --------------------------------------------------------------------------------------------------


def said(
    sheet: KpiSheet, rule: str, name: str, printed: object, expected: object = "", at: Sequence[str] = (), page: int = 0,
    holds: bool | None = False, left: Decimal | None = None, right: Decimal | None = None, tolerance: Decimal = Decimal(0), severity: str = "",
) -> Result:  # fmt: skip
    """The outcome of a rule of one performance table, with the finding that it becomes if it does not hold."""
    entry, project = _DECLARED[rule], sheet.project.project
    words = {"name": f"{project}/{name}" if project and project != name else name, "printed": printed, "expected": expected}
    return Result(
        rule, "kpi", f"{words['name']}: {printed}" + (f" | {expected}" if expected != "" else ""), left, right, tolerance, holds, tuple(at),
        (page or sheet.project.page,), kind=entry["kind"], severity=severity or entry["severity"], printed=str(printed), expected=str(expected),
        en=entry.get("en", "").format(**words), zh=entry.get("zh", "").format(**words),
    )  # fmt: skip


def findings(sheet: KpiSheet, year: int | None = None) -> Iterator[Result]:
    """The rules of one table that are no sums; `year` is the fiscal year of its document, if known."""
    for fund, places in sheet.funds:
        yield from rates(sheet, fund, places)
    yield from plan(sheet)
    if design.goal_kind(sheet.project.goal, sheet.project.project) == "placeholder":
        yield said(sheet, "kpi-placeholder", "绩效目标", compact(sheet.project.goal))
    total = design.fund_total([fund for fund in sheet.project.funds if fund.block == "year"])
    asked = any(one.note for one in sheet.project.indicators)
    scored = any(one.score is not None for one in sheet.project.indicators)
    for one in sheet.project.indicators:
        at = [sheet.cell(one.row, one.columns[key]) for key in ("target", "actual") if key in one.columns]
        for rule, printed, expected, severity in (*target_faults(one, year), *cost_faults(one, sheet.project, total), *(score_faults(one, asked) if scored else ())):
            yield said(sheet, rule, one.level3 or one.level2, printed, expected, at, one.page, severity=severity)
        if scored and one.weight is not None and one.score is not None and not any(True for _ in score_faults(one, asked)):
            state = scoring.score_state(one, scoring.result_of(one).value)
            yield said(sheet, "kpi-score-rule", one.level3, one.target_raw, one.actual_raw, at, one.page, {"agrees": True}.get(state))
    for rule, one, printed, expected, severity in (*goal_faults(sheet.project), *twofold(sheet.project)):
        yield said(sheet, rule, one.level3, printed, expected, [sheet.cell(one.row, one.columns.get("target", 0))], one.page, severity=severity)


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
    elif WORDS["share"].search(name) and not WORDS["no_share"].search(name) and one.target_value is not None and kind in ("time", "count"):
        if not re.fullmatch(r"分|度|级|倍|‰|成|星", unit):
            yield "kpi-unit", one.target_raw, "%", ""
    elif WORDS["limit"].search(name) and kind == "percent":
        yield "kpi-unit", one.target_raw, "天", "likely"
    elif WORDS["time"].search(name) and (kind == "money" or (WORDS["limit"].search(name) and WORDS["things"].fullmatch(compact(unit)))):
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
    return bool(value and one.target_value and one.target_value > 0 and one.target_operator in ("ge", "gt", "eq") and value >= FAR * one.target_value)


def cost_faults(one: Indicator, project: Project, total: Fund | None) -> Iterator[Fault]:
    """A ceiling of cost that is a power of ten away from the project's money, or above all of it; costs of one piece are left out."""
    unit = design.money_unit_of(one)
    budget = (total.annual_budget if total and total.annual_budget is not None else total.initial_budget) if total else None
    if design.level(one) != "cost" or not unit or not budget or not one.target_value or one.target_operator not in ("le", "lt", "eq"):
        return
    if WORDS["piece"].search(compact(one.level3) + one.target_unit):
        yield from piece_faults(one, project, in_wan_yuan(one.target_value, unit))
        return
    value, shown = in_wan_yuan(one.target_value, unit), f"{budget}万元"
    counts = [other.target_value for other in project.indicators if other.target_value and design.unit_kind(other.target_unit) == "count"]
    if any(abs(value * count / budget - 1) < Decimal("0.01") for count in counts if count > 1):
        return
    ratio = value / budget
    if ratio in (Decimal("0.01"), Decimal("0.1"), 10, 100, 1000, 10000):
        yield "kpi-cost", one.target_raw, shown, ""
    elif value > max(sum_ or 0 for fund in project.funds for sum_ in (fund.initial_budget, fund.annual_budget)) and ratio > Decimal("1.05"):
        yield "kpi-cost-above", one.target_raw, shown, "" if any(fund.block == "total" for fund in project.funds) else "likely"


def piece_faults(one: Indicator, project: Project, price: Decimal) -> Iterator[Fault]:
    """A cost of one piece times the pieces against the project's money: a power of ten away from a sum, or above all of it.

    A ceiling is not what each piece costs, so that the latter is no more than a note.
    """
    named = WORDS["piece_unit"].search(compact(one.level3) + "/" + one.target_unit)
    sums = [value for fund in project.funds for value in (fund.initial_budget, fund.annual_budget) if value]
    year = design.fund_total([fund for fund in project.funds if fund.block == "year"])
    counts = [
        other for other in project.indicators if named and other.target_value and design.level(other) == "quantity"
        and compact(other.target_unit).lstrip("万亿").startswith(named[1] or named[2])
    ]  # fmt: skip
    if len(counts) != 1 or not year or not year.annual_budget or not (count := counts[0].target_value):
        return
    cost = price * count * {"万": 10**4, "亿": 10**8}.get(counts[0].target_unit[:1], 1)
    shown = f"{one.target_raw}×{counts[0].target_raw}，{year.annual_budget}万元"
    if any(abs(cost / year.annual_budget / Decimal(10) ** power - 1) < Decimal("0.01") for power in (-3, -2, -1, 1, 2, 3, 4)):
        yield "kpi-cost", one.target_raw, shown, ""
    elif cost > 2 * max(sums):
        yield "kpi-cost-above", one.target_raw, shown, "note"


def score_faults(one: Indicator, asked: bool) -> Iterator[Fault]:
    """A score against weight, target and result; a target met without full points is a fault where nothing explains it."""
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
        if one.level3 and one.block == other.block and one.target_value is not None and other.target_value != one.target_value:
            yield "kpi-twice", one, one.target_raw, other.target_raw, ""


def stated_of(one: Indicator, key: str) -> Target:
    """The target or the result of an indicator; a result without a unit ("872" beside "≥860户") is in that of its target."""
    own: Target = getattr(one, key)
    return own if own.unit else own._replace(unit=one.target.unit)


def transposed(one: Indicator, own: Target, stated: Sequence[Quantity]) -> list[Quantity]:
    """The figure of a clause that shares no more than its verb with an indicator, but has the digits of that in another order."""
    digits = sorted(str(own.value.normalize())) if own.value is not None else []
    return [
        q for q in stated if len(digits) > 1 and q.unit == compact(own.unit) and q.value != own.value
        and sorted(str(q.value.normalize())) == digits and len(q.before) > 1 and q.before[-2:] in compact(one.level3)
    ]  # fmt: skip


def is_stated(one: Indicator, key: str, quantity: Quantity) -> bool:
    """Whether an indicator states a figure of a sentence, and is of what the sentence says there."""
    return stated_of(one, key)[1::2] == (quantity.value, quantity.unit) and same_thing(one.level3, quantity, WORDS["tail"])


def goal_faults(project: Project) -> Iterator[tuple[str, Indicator, str, str, str]]:
    """Figures of the goal, and of the result in words, that are not those of the indicator of the same thing."""
    for rule, text, key in (("kpi-goal", project.goal, "target"), ("kpi-result", project.actual_result, "actual")):
        stated = quantities_of(text)
        for one in project.indicators:
            own = stated_of(one, key)
            if own.value is None or own.high is not None or one.term:
                continue
            # a figure that is another indicator's is left out
            free = [q for q in stated if not any(is_stated(other, key, q) for other in project.indicators if other is not one)]
            found = [q for q in free if same_thing(one.level3, q, WORDS["tail"])] or transposed(one, own, free)
            kinds = {quantity: {design.unit_kind(quantity.unit), design.unit_kind(own.unit)} for quantity in found}
            told = any(rule == "kpi-unit" for rule, *_ in target_faults(one, None))
            if odd := next((q for q in found if not told and q.value == own.value and kinds[q] in ({"percent", "count"}, {"percent", "time"})), None):
                yield "kpi-unit", one, getattr(one, f"{key}_raw"), odd.unit, ""
            values = {quantity.value for quantity in found if quantity.unit == compact(own.unit)}
            if len(values) != 1 or own.value in values:
                continue
            value, printed = values.pop(), getattr(one, f"{key}_raw")
            swapped = sorted(str(value.normalize())) == sorted(str(own.value.normalize())) or value.scaleb(1) == own.value or own.value.scaleb(1) == value
            if own.unit != getattr(one, key).unit and not swapped:
                continue  # a unit that is not printed is enough for transposed digits only
            stricter = key == "target" and ((own.operator in ("ge", "gt") and own.value > value) or (own.operator in ("le", "lt") and own.value < value))
            yield rule, one, printed, f"{value}{own.unit}", "" if swapped else "note" if stricter and abs(own.value / value - 1) < Decimal("0.2") else "likely"


def rates(sheet: KpiSheet, fund: Fund, places: dict[str, int]) -> Iterator[Result]:
    """The execution rate against executed / annual budget, an executed amount that is not printed, and quotients of the header."""
    printed, executed = fund.execution_rate, fund.executed
    annual = fund.annual_budget if "annual_budget" in places else fund.initial_budget
    at = [sheet.ledger.places[places[key]].id for key in ("execution_rate", "executed", "annual_budget", "initial_budget") if key in places][:3]
    if fund is sheet.project.funds[0] and executed is None and "executed" in places and printed is not None and annual is not None:
        yield said(sheet, "kpi-executed-missing", fund.item, f"执行率{printed}%，预算数{annual}", "", at, fund.page)
    if printed is not None and executed is not None and annual and not sheet.project.formulas.keys() - {"score"}:
        yield quotient(sheet, "kpi-rate", fund, printed, executed, annual, at)
    if "score" in sheet.project.formulas and printed is not None and fund.weight and fund.score is not None:
        rate = executed / annual * 100 if executed is not None and annual else printed
        due, at = fund.weight * rate / 100, [sheet.ledger.places[places["score"]].id]
        yield said(sheet, "kpi-rate-score", fund.item, fund.score, round(due, 2), at, fund.page, None, fund.score, due, Decimal("0.05"))
    for number, formula in sheet.project.formulas.items():
        found = re.fullmatch(r"([①-⑳])/([①-⑳])", formula)
        if not found or any(name not in fund.numbered for name in (number, *found.groups())):
            continue
        left, part, whole = (fund.numbered[name].value for name in (number, *found.groups()))
        if left is not None and part is not None and whole:
            at = [sheet.ledger.places[places[name]].id for name in (number, *found.groups())]
            yield quotient(sheet, "kpi-fund-formula", fund, left, part, whole, at)


def quotient(sheet: KpiSheet, rule: str, fund: Fund, printed: Decimal, part: Decimal, whole: Decimal, at: Sequence[str]) -> Result:
    """A printed percentage against the quotient of two figures, each printed to 0.01."""
    half = Decimal("0.005")
    coarse = Decimal(1).scaleb(int(printed.as_tuple().exponent)) / 2
    tolerance = max(half, coarse) + 100 * (half / abs(whole) + abs(part) * half / whole**2) + Decimal("0.000001")
    due = part / whole * 100
    return said(sheet, rule, fund.item, f"{printed}%", f"{round(due, 2)}%", at, fund.page, None, printed, due, tolerance)


def plan(sheet: KpiSheet) -> Iterator[Result]:
    """The payment plan: cumulative sums that end at the budget (at 100 under a heading in per cent), or instalments that add up to it."""
    found, funds = sheet.project.plan, [fund for fund in sheet.project.funds if fund.block == "year"]
    budget = funds[0].annual_budget if funds else None
    values = [one.value for _, one in found.periods if one.value is not None] if found else []
    if not found or not values or not budget:
        return
    shares = any("%" in one.raw for _, one in found.periods) or (found.percent and values[-1] in (100, 1) and values[-1] != budget)
    rising = all(a <= b for a, b in pairwise(values))
    whole = Decimal(100) if shares and values[-1] != 1 else Decimal(1) if shares else budget
    reached = sum(values, Decimal(0)) if sum(values) == whole or not rising else values[-1]
    at = [sheet.cell(one.row, one.column) for _, one in found.periods]
    if found.percent and not shares and max(values) <= budget:
        yield said(sheet, "kpi-plan-unit", funds[0].item, " ".join(one.raw for _, one in found.periods), "%", at, funds[0].page)
    yield said(sheet, "kpi-plan", funds[0].item, reached, whole, at, funds[0].page, None, reached, whole)


def rate_points(sheets: Sequence[KpiSheet]) -> Iterator[Result]:
    """Execution rates and their points over all tables of a document: the fewest tables that break the order are named."""
    found = [(fund.execution_rate, fund.score, sheet) for sheet in sheets for fund in sheet.project.funds[:1] if fund.execution_rate and fund.score is not None and fund.executed is not None]
    steps = scoring.infer_steps([(rate, points) for rate, points, _ in found])
    for number, (rate, points, sheet) in enumerate(found):
        off = number in steps.exceptions
        other = next((o for k, o in enumerate(found) if off and k not in steps.exceptions and (o[0] - rate) * (o[1] - points) < 0), None)
        against = f"执行率{other[0]}%得{other[1]}分（第{other[2].project.page}页）" if other else ""
        yield said(sheet, "kpi-rate-points", "预算执行率", f"执行率{rate}%得{points}分", against, (), 0, not off, points, other[1] if other else None)

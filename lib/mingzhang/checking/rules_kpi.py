"""Rules of performance tables: funds, weights, scores; with the regulation that each rests on.

财预〔2020〕10号: an indicator that meets its target takes its full weight, one that misses it scores in proportion of completion;
weights sum to 100, the execution rate of the budget among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from ..clean import compact, parse_number
from .formulas import find, read_term
from .identities import Finding, Identity
from .kpi_sheets import FundLine, KpiSheet, Scored
from .rules import Rule
from .sheets import Sheet

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("kpi-weights", "kpi", "Σ weights of the indicators + weight of the execution rate = 100"),
        Rule("kpi-total", "kpi", "total score = Σ scores of the indicators + score of the execution rate"),
        Rule("kpi-score-limit", "kpi", "weight >= score"),
        Rule("kpi-score-missing", "kpi", "an indicator with a weight has a score"),
        Rule("kpi-score-rule", "kpi", "score = weight where the target is met, weight × completion where it is not"),
        Rule("kpi-actual-unit", "kpi", "the result is in the unit of the target"),
        Rule("kpi-percentage", "kpi", "a share or a satisfaction rate is at most 100 %"),
        Rule("kpi-fund-total", "kpi", "资金总额 = its sources"),
        Rule("kpi-fund-share", "kpi", "资金总额 >= the source that details it"),
        Rule("kpi-fund-formula", "kpi", "the formula printed in the header of the fund column"),
        Rule("kpi-spent", "kpi", "annual budget >= executed"),
        Rule("kpi-executed-missing", "kpi", "an annual budget or an execution rate has its executed amount"),
        Rule("kpi-rate", "kpi", "execution rate = executed / annual budget"),
        Rule("kpi-rate-points", "kpi", "a higher execution rate has at least the points of a lower one"),
        Rule("kpi-plan", "kpi", "the payment plan ends at the budget"),
        Rule("kpi-accounts", "kpi", "funds of the whole body = total expenditure of its accounts"),
        Rule("kpi-budgets", "kpi", "Σ budgets of the projects ~ project expenditure"),
    )
}
_WHOLE = re.compile(r"资金总额|^合计$|^预算资金|^预算数$|^预算总?额$|^总计$")
_SOURCE = re.compile(r"财政拨款|财政资金|其他资金|结转|结余|自有|单位资金|社会资金|专户|支出$|专项$|经费$|项目$")
_LEVEL = re.compile(r"中央|省级?|市级?|区级?|县级?|上级|本级|地方")
#: A result whose ten-thousandth is this close to a target in 万元 is printed in 元.
SAME_SUM = Decimal("0.02")
_TEN_THOUSAND = 10_000


def within(sheet: KpiSheet) -> Iterator[Identity]:
    """The equations of one performance table."""
    yield from score_sums(sheet)
    yield from fund_sums(sheet)
    for line in sheet.funds:
        yield from printed_formulas(sheet, line)
        annual, executed = line.places.get("annual_budget"), line.places.get("executed")
        if line is sheet.funds[0] and annual is not None and executed is not None and sheet.ledger.values[annual] is not None:
            yield Identity("kpi-spent", "kpi", f"{line.fund.item}: annual budget >= executed", ((1, annual),), ((1, executed),), ">=")
    for one in sheet.indicators:
        if one.weight is not None and one.score is not None and sheet.ledger.values[one.score] is not None:
            yield Identity("kpi-score-limit", "kpi", f"{one.indicator.level3}: weight >= score", ((1, one.weight),), ((1, one.score),), ">=")


def score_sums(sheet: KpiSheet) -> Iterator[Identity]:
    """The sums of weights and of scores; the execution rate of the first fund row counts where it is scored."""
    hundred = sheet.ledger.units(Decimal(100))
    first = sheet.funds[0].places if sheet.funds else {}
    rate_weight, rate_score = first.get("weight"), first.get("score")
    weights = [one.weight for one in sheet.indicators if one.weight is not None]
    scores = [one.score for one in sheet.indicators if one.score is not None]
    printed = [place for place in weights if sheet.ledger.values[place] is not None]
    if printed:
        parts = tuple((1, place) for place in (*weights, *([rate_weight] if rate_weight is not None else [])))
        yield Identity("kpi-weights", "kpi", "Σ weights + weight of the execution rate = 100", parts, (), "=", hundred)
    if sheet.total is not None and any(sheet.ledger.values[place] is not None for place in scores):
        parts = tuple((1, place) for place in (*scores, *([rate_score] if rate_score is not None else [])))
        yield Identity("kpi-total", "kpi", "total score = Σ scores + score of the execution rate", ((1, sheet.total),), parts)


def fund_sums(sheet: KpiSheet) -> Iterator[Identity]:
    """The total of the funds against its sources, and each 小计 against the rows under it."""
    lines = [line for line in sheet.funds if line.places]
    total = next((line for line in lines if _WHOLE.search(plain(line))), None)
    if total is None:
        return
    rest = [line for line in lines if line is not total]
    groups: list[tuple[FundLine, list[FundLine]]] = []
    subtotals = [line for line in rest if plain(line).endswith("小计")]
    if subtotals:
        starts = [rest.index(line) for line in subtotals]
        for start, end in pairwise([*starts, len(rest)]):
            groups.append((rest[start], rest[start + 1 : end]))
        rest = subtotals
    elif any(_LEVEL.search(plain(line)) for line in rest) or not all(_SOURCE.search(plain(line)) for line in rest):
        return
    groups.append((total, rest))
    for whole, parts in groups:
        for key in ("initial_budget", "annual_budget", "executed"):
            place = whole.places.get(key)
            found = tuple((1, line.places[key]) for line in parts if key in line.places)
            if place is None or not found or all(sheet.ledger.values[p] is None for _, p in found):
                continue
            rule, op = ("kpi-fund-share", ">=") if len(found) == 1 and whole is total and "其中" in parts[0].fund.item else ("kpi-fund-total", "=")
            yield Identity(rule, "kpi", f"{whole.fund.item}/{key} {op} {' + '.join(line.fund.item for line in parts)}", ((1, place),), found, op)


def across(sheets: Sequence[KpiSheet], accounts: Sequence[Sheet], kind: str) -> Iterator[Identity]:
    """The funds of performance tables against the accounts of the same document."""
    variant = "final" if kind == "final_accounts" else "initial_budget"
    summary = next((s for s in accounts if s.form == "income_expenditure_summary" and not s.is_empty), None)
    spending = next((s for s in accounts if s.form == "expenditure" and not s.is_empty), None)
    key = "executed" if kind == "final_accounts" else "annual_budget"
    for sheet in sheets:
        if summary is None or not sheet.table.form.startswith("kpi_overall"):
            continue
        funds = next((line.places[key] for line in sheet.funds if _WHOLE.search(plain(line)) and key in line.places), None)
        total = find(summary, read_term("summary.expenditure[this_year|total]"), variant)
        if funds is not None and total is not None:
            yield Identity("kpi-accounts", "kpi", f"{sheet.table.title}: {key} of the whole body = {summary.table.title} 支出",
                           ((1, funds),), ((1, total),))  # fmt: skip
    firsts = [line.places[key] for sheet in sheets if not sheet.table.form.startswith("kpi_overall")
              for line in sheet.funds[:1] if key in line.places]  # fmt: skip
    project = find(spending, read_term("expenditure.project"), variant) if spending else None
    if firsts and project is not None:
        yield Identity("kpi-budgets", "kpi", f"Σ {key} of the projects ~ project expenditure", tuple((1, p) for p in firsts), ((1, project),), "~")


def plain(line: FundLine) -> str:
    return compact(line.fund.item).rstrip(":").removeprefix("其中:")


def printed_formulas(sheet: KpiSheet, line: FundLine) -> Iterator[Identity]:
    """The sums that the header prints in circled numbers ("④=①+②-③")."""
    for number, formula in sheet.formulas.items():
        names = re.findall(r"[①-⑳]", formula)
        if "/" in formula or number not in line.numbered or not all(name in line.numbered for name in names):
            continue
        signs = [1, *(1 if sign == "+" else -1 for sign in re.findall(r"[+-]", formula))]
        parts = tuple((sign, line.numbered[name]) for sign, name in zip(signs, names, strict=True))
        yield Identity("kpi-fund-formula", "kpi", f"{line.fund.item}: {number} = {formula}", ((1, line.numbered[number]),), parts)


# --- what is no sum --------------------------------------------------------------------------------------------------


def finding(
    sheet: KpiSheet, rule: str, statement: str, left: Decimal | None, right: Decimal | None, places: Sequence[int | None],
    tolerance: Decimal = Decimal(0), holds: bool | None = None,
) -> Finding:  # fmt: skip
    """The outcome of a rule of one performance table, with the cells that it is about."""
    cells = [sheet.ledger.places[place] for place in places if place is not None]
    pages = tuple(dict.fromkeys(cell.page for cell in cells)) or (sheet.project.page,)
    name = f"{sheet.project.project}: {statement}" if sheet.project.project else statement
    return Finding(rule, "kpi", name, left, right, tolerance, holds, tuple(cell.id for cell in cells), pages)


def findings(sheet: KpiSheet) -> Iterator[Finding]:
    """The rules of one table that are no sums: rates, missing figures, scores against targets."""
    for line in sheet.funds:
        yield from rate(sheet, line)
        yield from printed_ratios(sheet, line)
        yield from plan(sheet, line)
    scored = any(sheet.value(one.score) is not None for one in sheet.indicators)
    for one in sheet.indicators if scored else ():
        yield from score(sheet, one)


def rate(sheet: KpiSheet, line: FundLine) -> Iterator[Finding]:
    """The execution rate against executed / annual budget, and an executed amount that is not printed."""
    places = [line.places.get(key) for key in ("execution_rate", "executed", "annual_budget")]
    printed, executed, annual = (sheet.value(place) for place in places)
    if line is sheet.funds[0] and executed is None and places[1] is not None and printed is not None and annual is not None:
        yield finding(sheet, "kpi-executed-missing", f"{line.fund.item}: executed is not printed (rate {printed}, annual budget {annual})",
                      None, None, places, holds=False)  # fmt: skip
    if "执行" not in "".join(sheet.formulas) and printed is not None and executed is not None and annual:
        yield finding(sheet, "kpi-rate", f"{line.fund.item}: {printed} % = {executed} / {annual}", printed, executed / annual * 100, places,
                      ratio_tolerance(executed, annual))  # fmt: skip


def ratio_tolerance(part: Decimal, whole: Decimal) -> Decimal:
    """How far a percentage printed to 0.01 may be from the quotient of two figures printed to 0.01."""
    half = Decimal("0.005")
    return half + 100 * (half / abs(whole) + abs(part) * half / whole**2) + Decimal("0.000001")


def printed_ratios(sheet: KpiSheet, line: FundLine) -> Iterator[Finding]:
    """The quotients that the header prints ("⑧=⑦/⑤"), in per cent; the execution rate has its own rule."""
    for number, formula in sheet.formulas.items():
        found = re.fullmatch(r"([①-⑳])/([①-⑳])", formula)
        if not found or any(name not in line.numbered for name in (number, *found.groups())):
            continue
        if line.numbered[number] == line.places.get("execution_rate"):
            continue
        places = [line.numbered[name] for name in (number, *found.groups())]
        left, part, whole = (sheet.value(place) for place in places)
        if left is not None and part is not None and whole:
            yield finding(sheet, "kpi-fund-formula", f"{line.fund.item}: {number} = {formula}", left, part / whole * 100, places, ratio_tolerance(part, whole))


def plan(sheet: KpiSheet, line: FundLine) -> Iterator[Finding]:
    """The payment plan: cumulative sums that end at the budget, or instalments that add up to it."""
    periods = [(name, text) for name, text in line.fund.other.items() if re.match(r"\d{1,2}月|第?[一二三四1-4]季", name)]
    budget = parse_number(line.fund.values.get("annual_budget", ""))
    sums = [value for _, text in periods if (value := parse_number(text)) is not None]
    if sums and budget is not None:
        rising = all(a <= b for a, b in pairwise(sums))
        reached = sums[-1] if rising and sums[-1] == budget else sum(sums, Decimal(0)) if sum(sums) == budget else sums[-1]
        yield finding(sheet, "kpi-plan", f"{line.fund.item}: payment plan {' '.join(f'{n} {t}' for n, t in periods)} ends at the budget",
                      reached, budget, [line.places.get("annual_budget")])  # fmt: skip


def score(sheet: KpiSheet, one: Scored) -> Iterator[Finding]:
    """A score against the target, the result and the weight."""
    indicator, weight, points = one.indicator, sheet.value(one.weight), sheet.value(one.score)
    places = [one.weight, one.score]
    name, target, actual = indicator.level3, indicator.target, indicator.actual_value
    if weight and points is None and one.score is not None:
        yield finding(sheet, "kpi-score-missing", f"{name}: weight {weight}, no score", weight, None, places, holds=False)
    if actual is not None and target.unit == "%" and actual > 100 and re.search(r"满意", name + indicator.level2):
        yield finding(sheet, "kpi-percentage", f"{name}: {actual} %", actual, Decimal(100), places, holds=False)
    if target.value is None or actual is None or not target.value:
        return
    slipped = "万元" in target.unit and abs(actual / _TEN_THOUSAND / target.value - 1) <= SAME_SUM
    if slipped and not indicator.actual_raw.endswith("元"):
        yield finding(sheet, "kpi-actual-unit", f"{name}: result {actual}, target {indicator.target_raw}: 元 for {target.unit}", actual, target.value,
                      places, holds=False)  # fmt: skip
        return
    if weight is None or points is None:
        return
    met = target_met(target.operator, actual, target.value)
    share = min(abs(actual / target.value), abs(target.value / actual) if actual else Decimal(0)) if target.value else Decimal(0)
    due = weight if met else weight * min(share, Decimal(1))
    holds = None if met else True if points < weight else None
    yield finding(sheet, "kpi-score-rule", f"{name}: target {indicator.target_raw}, result {indicator.actual_raw}, weight {weight}, score {points}",
                  points, due, places, Decimal("0.05"), holds)  # fmt: skip


def target_met(operator: str, actual: Decimal, target: Decimal) -> bool:
    """Whether a result meets a target; "=" is met by more, too, since published forms use it for plain quantities."""
    return {"<=": actual <= target, "<": actual < target, ">": actual > target}.get(operator, actual >= target)


def rate_points(sheets: Sequence[KpiSheet]) -> Iterator[Finding]:
    """Execution rates and their points over all tables of a document: the fewest tables that break the order are named."""
    found: list[tuple[Decimal, Decimal, KpiSheet]] = []
    for sheet in sheets:
        first = sheet.funds[0].places if sheet.funds else {}
        share, points = sheet.value(first.get("execution_rate")), sheet.value(first.get("score"))
        if share is not None and points is not None and sheet.value(first.get("executed")) is not None and share:
            found.append((share, points, sheet))
    found.sort(key=lambda item: (item[0], item[1]))
    kept = longest_rising([points for _, points, _ in found])
    for number, (share, points, sheet) in enumerate(found):
        places = [sheet.funds[0].places.get("execution_rate"), sheet.funds[0].places.get("score")]
        if number in kept:
            yield finding(sheet, "kpi-rate-points", f"rate {share} %, {points} points: in order", points, points, places, holds=True)
            continue
        other = next((o for i, o in enumerate(found) if i in kept and (o[0] - share) * (o[1] - points) < 0), None)
        against = f", but {other[0]} % has {other[1]} (p. {other[2].project.page})" if other else ""
        yield finding(sheet, "kpi-rate-points", f"rate {share} % has {points} points{against}", points, other[1] if other else None, places, holds=False)


def longest_rising(values: Sequence[Decimal]) -> set[int]:
    """The numbers of a longest subsequence that never falls."""
    best: list[list[int]] = []
    longest: list[int] = []
    for i, value in enumerate(values):
        chain: list[int] = []
        for before in best:
            if values[before[-1]] <= value and len(before) > len(chain):
                chain = before
        best.append([*chain, i])
        longest = max(longest, best[-1], key=len)
    return set(longest)

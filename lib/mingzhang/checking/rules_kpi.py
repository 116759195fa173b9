"""Rules of performance tables: funds, weights, scores, units, goals; with the regulation that each rests on.

财预〔2020〕10号: an indicator that meets its target takes its full weight, one that misses it scores in proportion of
completion; weights sum to 100, the execution rate of the budget among them. What a rule says, and the finding of one
that is broken, is declared in kpi_rules.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from ..clean import compact
from ..performance import design, scoring, sums
from ..performance.model import Fund
from ..performance.steps import infer_steps
from ..performance.words import plain_item, word
from ..vocabulary import toml
from .formulas import find, read_term
from .identity import Identity
from .kpi_faults import cost_faults, goal_faults, score_faults, target_faults, twofold
from .kpi_sheets import KpiSheet
from .records import Result
from .rules import Rule
from .sheets import Sheet

_DECLARED = {name: entry for name, entry in toml("kpi_rules").items() if name != "words"}
RULES: dict[str, Rule] = {name: Rule(name, "kpi", entry["says"]) for name, entry in _DECLARED.items()}

# --- sums ------------------------------------------------------------------------------------------------------------


def within(sheet: KpiSheet) -> Iterator[Identity]:
    """The equations of one performance table."""
    yield from score_sums(sheet)
    yield from fund_sums(sheet, sums.sums_of(sheet.project.funds))
    for fund, places in sheet.funds:
        for number, formula in sheet.project.formulas.items():
            yield from printed_sum(fund, places, number, formula)
    if (sheet.funds and "executed" in (first := sheet.funds[0][1]) and sheet.value(first["executed"]) is not None
            and "annual_budget" in first):
        yield identity("kpi-spent", f"{sheet.funds[0][0].item}: annual budget >= executed", [first["annual_budget"]],
            [first["executed"]], ">=")
    for one, places in sheet.indicators:
        if sheet.value(places.get("score")) is not None and "weight" in places:
            yield identity("kpi-score-limit", f"{one.level3}: weight >= score", [places["weight"]], [places["score"]],
                ">=")


def identity(rule: str, statement: str, left: Iterable[int], right: Iterable[int], op: str = "=",
        constant: int = 0) -> Identity:
    return Identity(rule, "kpi", statement, tuple((1, place) for place in left), tuple((1, place) for place in right),
        op, constant)


def score_sums(sheet: KpiSheet) -> Iterator[Identity]:
    """The sums of weights and of scores; the execution rate of the first fund row counts where it is scored.

    A form that gives its execution rate points without a cell of their own ("（10分）"), or says nothing of it, sums to
    what they leave.
    """
    first = sheet.funds[0][1] if sheet.funds else {}
    own_weight = sheet.value(first.get("weight")) is not None
    weights, scores = ([places[key] for _, places in sheet.indicators if sheet.value(places.get(key)) is not None]
        for key in ("weight", "score"))
    if weights:
        own = [first["weight"]] if own_weight else []
        found = sum((sheet.value(place) or Decimal(0) for place in (*weights, *own)), Decimal(0))
        if own and found - (sheet.value(own[0]) or 0) == 100:
            own, found = [], Decimal(100)  # the indicators alone make up 100
        whole = scoring.whole_of_weights(found, bool(own))
        yield identity("kpi-weights", f"Σ weights{' + weight of the execution rate' if own else ''} = {whole}",
                       [*weights, *own], [], "=", sheet.ledger.units(whole))
    total = sheet.enter(sheet.project.total, "总分")
    rate = [first["score"]] if sheet.value(first.get("score")) is not None else []
    if total is not None and scores and (rate or not own_weight):
        yield identity("kpi-total", "total score = Σ scores + score of the execution rate", [total], [*scores, *rate])


def fund_sums(sheet: KpiSheet, found: Iterable[sums.Parts[Fund]]) -> Iterator[Identity]:
    """Sums of money of a form in each column."""
    places = {id(fund): own for fund, own in sheet.funds}
    for whole, parts, most in found:
        rule, op = ("kpi-fund-share", ">=") if most else ("kpi-fund-total", "=")
        for key in sums.COLUMNS:
            own = [places[id(fund)][key] for fund in parts if key in places[id(fund)]]
            if key in places[id(whole)] and any(sheet.value(place) is not None for place in own):
                statement = f"{whole.item}/{key} {op} {' + '.join(fund.item for fund in parts)}"
                yield identity(rule, statement, [places[id(whole)][key]], own, op)


def shared_sums(sheets: Sequence[KpiSheet]) -> Iterator[Identity]:
    """The sums of forms whose sources are levels of government, where most forms of the document with the same rows add
    up."""
    groups: dict[tuple[str, ...], list[tuple[KpiSheet, sums.Parts[Fund], bool]]] = {}
    for sheet in sheets:
        found = sums.by_levels(sheet.project.funds)
        claims = [found] if found else list(sums.sums_of(sheet.project.funds))
        for one in claims[:1]:
            names = tuple(plain_item(fund.item) for fund in (one.whole, *one.parts))
            groups.setdefault(names, []).append((sheet, one, not found))
    for group in groups.values():
        proven = sum(sums.adds_up(one.whole, one.parts) for _, one, known in group if known)
        for sheet, one, known in group:
            if not known and ((proven > 1 and proven > len(group) / 2) or (proven and is_transposed(one))):
                yield from fund_sums(sheet, [one])


def is_transposed(claim: sums.Parts[Fund]) -> bool:
    """Whether a sum has the digits of its parts' sum in another order."""
    whole, parts = claim.whole.annual_budget or 0, sum(fund.annual_budget or 0 for fund in claim.parts)
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
            mine = [places["annual_budget"] for other in sheets if other.table is sheet.table for _,
                places in other.funds[:1] if "annual_budget" in places]
            yield identity("kpi-register", "合计 = Σ projects of the register", [total], mine)
        blocks = {block: [places for fund, places in sheet.funds if fund.block == block and "annual_budget" in places]
            for block in ("total", "year")}
        if blocks["total"] and blocks["year"]:
            whole, year = (blocks[block][0]["annual_budget"] for block in ("total", "year"))
            yield identity("kpi-year", f"{sheet.project.project}: money of the whole term >= that of the year", [whole],
                [year], ">=")
    summary, spending = (next((s for s in accounts if s.form == form and not s.is_empty), None)
        for form in ("income_expenditure_summary", "expenditure"))
    single = []
    for sheet in sheets:
        if not sheet.table.form.startswith("kpi_overall"):
            single += [places[key] for _, places in sheet.funds[:1] if key in places]
            continue
        funds = next((p[key] for fund, p in sheet.funds if word("fund", "whole").search(plain_item(fund.item))
            and key in p), None)
        total = find(summary, read_term("summary.expenditure[this_year|total]"), variant) if summary else None
        if funds is not None and total is not None and summary:
            yield identity("kpi-accounts", f"{sheet.table.title}: {key} of the whole body = {summary.table.title} 支出",
                [funds], [total])
    project = find(spending, read_term("expenditure.project"), variant) if spending else None
    if single and project is not None:
        yield identity("kpi-budgets", f"Σ {key} of the projects ~ project expenditure", single, [project], "~")


# --- what is no sum --------------------------------------------------------------------------------------------------


def said(sheet: KpiSheet, rule: str, name: str, printed: object, expected: object = "", at: Sequence[str] = (),
         page: int = 0, holds: bool | None = False, left: Decimal | None = None, right: Decimal | None = None,
         tolerance: Decimal = Decimal(0), severity: str = "") -> Result:
    """The outcome of a rule of one performance table, with the finding that it becomes if it does not hold."""
    entry, project = _DECLARED[rule], sheet.project.project
    words = {"name": f"{project}/{name}" if project and project != name else name, "printed": printed,
        "expected": expected}
    return Result(rule, "kpi", f"{words['name']}: {printed}" + (f" | {expected}" if expected != "" else ""), left,
                  right, tolerance, holds, tuple(at), (page or sheet.project.page,), kind=entry["kind"],
                  severity=severity or entry["severity"], printed=str(printed), expected=str(expected),
                  en=entry.get("en", "").format(**words), zh=entry.get("zh", "").format(**words))


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
        for rule, printed, expected, severity in (*target_faults(one, year), *cost_faults(one, sheet.project, total),
                *(score_faults(one, asked) if scored else ())):
            yield said(sheet, rule, one.level3 or one.level2, printed, expected, at, one.page, severity=severity)
        if (scored and one.weight is not None and one.score is not None
                and not any(True for _ in score_faults(one, asked))):
            state = scoring.score_state(one, scoring.result_of(one).value)
            yield said(sheet, "kpi-score-rule", one.level3, one.target_raw, one.actual_raw, at, one.page,
                {"agrees": True}.get(state))
    for rule, one, printed, expected, severity in (*goal_faults(sheet.project), *twofold(sheet.project)):
        yield said(sheet, rule, one.level3, printed, expected, [sheet.cell(one.row, one.columns.get("target", 0))],
            one.page, severity=severity)


def rates(sheet: KpiSheet, fund: Fund, places: dict[str, int]) -> Iterator[Result]:
    """The execution rate against executed / annual budget, an executed amount that is not printed, and quotients of the
    header."""
    printed, executed = fund.execution_rate, fund.executed
    annual = fund.annual_budget if "annual_budget" in places else fund.initial_budget
    at = [sheet.ledger.places[places[key]].id
        for key in ("execution_rate", "executed", "annual_budget", "initial_budget") if key in places][:3]
    if (fund is sheet.project.funds[0] and executed is None and "executed" in places and printed is not None
            and annual is not None):
        yield said(sheet, "kpi-executed-missing", fund.item, f"执行率{printed}%，预算数{annual}", "", at, fund.page)
    if printed is not None and executed is not None and annual and not sheet.project.formulas.keys() - {"score"}:
        yield quotient(sheet, "kpi-rate", fund, printed, executed, annual, at)
    if "score" in sheet.project.formulas and printed is not None and fund.weight and fund.score is not None:
        rate = executed / annual * 100 if executed is not None and annual else printed
        due, at = fund.weight * rate / 100, [sheet.ledger.places[places["score"]].id]
        yield said(sheet, "kpi-rate-score", fund.item, fund.score, round(due, 2), at, fund.page, None, fund.score, due,
            Decimal("0.05"))
    for number, formula in sheet.project.formulas.items():
        found = re.fullmatch(r"([①-⑳])/([①-⑳])", formula)
        if not found or any(name not in fund.numbered for name in (number, *found.groups())):
            continue
        left, part, whole = (fund.numbered[name].value for name in (number, *found.groups()))
        if left is not None and part is not None and whole:
            at = [sheet.ledger.places[places[name]].id for name in (number, *found.groups())]
            yield quotient(sheet, "kpi-fund-formula", fund, left, part, whole, at)


def quotient(sheet: KpiSheet, rule: str, fund: Fund, printed: Decimal, part: Decimal, whole: Decimal,
        at: Sequence[str]) -> Result:
    """A printed percentage against the quotient of two figures, each printed to 0.01."""
    half = Decimal("0.005")
    coarse = Decimal(1).scaleb(int(printed.as_tuple().exponent)) / 2
    tolerance = max(half, coarse) + 100 * (half / abs(whole) + abs(part) * half / whole**2) + Decimal("0.000001")
    due = part / whole * 100
    return said(sheet, rule, fund.item, f"{printed}%", f"{round(due, 2)}%", at, fund.page, None, printed, due,
        tolerance)


def plan(sheet: KpiSheet) -> Iterator[Result]:
    """The payment plan: cumulative sums that end at the budget (at 100 under a heading in per cent), or instalments
    that add up to it."""
    found, funds = sheet.project.plan, [fund for fund in sheet.project.funds if fund.block == "year"]
    budget = funds[0].annual_budget if funds else None
    values = [one.value for _, one in found.periods if one.value is not None] if found else []
    if not found or not values or not budget:
        return
    shares = (any("%" in one.raw for _, one in found.periods)
        or (found.percent and values[-1] in (100, 1) and values[-1] != budget))
    rising = all(a <= b for a, b in pairwise(values))
    whole = Decimal(100) if shares and values[-1] != 1 else Decimal(1) if shares else budget
    reached = sum(values, Decimal(0)) if sum(values) == whole or not rising else values[-1]
    at = [sheet.cell(one.row, one.column) for _, one in found.periods]
    if found.percent and not shares and max(values) <= budget:
        yield said(sheet, "kpi-plan-unit", funds[0].item, " ".join(one.raw for _, one in found.periods), "%", at,
            funds[0].page)
    yield said(sheet, "kpi-plan", funds[0].item, reached, whole, at, funds[0].page, None, reached, whole)


def rate_points(sheets: Sequence[KpiSheet]) -> Iterator[Result]:
    """Execution rates and their points over all tables of a document: the fewest tables that break the order are named.
    """
    found = [(fund.execution_rate, fund.score, sheet) for sheet in sheets for fund in sheet.project.funds[:1]
        if fund.execution_rate and fund.score is not None and fund.executed is not None]
    steps = infer_steps([(rate, points) for rate, points, _ in found])
    for number, (rate, points, sheet) in enumerate(found):
        off = number in steps.exceptions
        other = next((o for k, o in enumerate(found) if off and k not in steps.exceptions
            and (o[0] - rate) * (o[1] - points) < 0), None)
        against = f"执行率{other[0]}%得{other[1]}分（第{other[2].project.page}页）" if other else ""
        yield said(sheet, "kpi-rate-points", "预算执行率", f"执行率{rate}%得{points}分", against, (), 0, not off,
            points, other[1] if other else None)

"""Rules of the narrative: its figures against the tables, and its statements against themselves.

A statement is a group of claims on one subject: an amount, what it was budgeted at, how it changed. A percentage that is cut off
instead of rounded differs by less than 0.01 and is no failure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from ..clean import compact, in_wan_yuan
from ..document import Document
from ..forms import key_of
from ..narrative.claims import Claim
from ..narrative.wording import CHANGES, COMPARISONS
from .formulas import find, read_term, sheets_of
from .identities import Finding
from .rules import Rule
from .sheets import Sheet

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("narrative-amount", "narrative", "an amount in the text = the figure of the table"),
        Rule("narrative-code", "narrative", "a code in the text is a code of the classification"),
        Rule("narrative-year", "narrative", "a figure of this year is not called another year's"),
        Rule("narrative-direction", "narrative", "大于, 小于, 增加, 减少 agree with the figures"),
        Rule("narrative-change", "narrative", "change = amount - what it is compared with"),
        Rule("narrative-percentage", "narrative", "percentage = change / (amount - change)"),
        Rule("narrative-completion", "narrative", "rate of completion = final / budget"),
        Rule("narrative-share", "narrative", "share = part / whole"),
    )
}
#: What a subject means in the tables: pattern of the subject, pattern of its whole or section, terms as in `rules` (first found counts).
SUBJECTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"^(?:收入支出|收支|收、支)(?:决算|预算)?总计$", r"", ("summary.revenue[total]",)),
    (r"^财政拨款(?:收入支出|收支|收、支)(?:决算|预算)?总计$", r"", ("appropriation.revenue[total]",)),
    (r"^(?:本年)?收入(?:合计)?$", r"", ("summary.revenue[this_year|total]",)),
    (r"^(?:本年)?支出(?:合计)?$", r"", ("summary.expenditure[this_year|total]",)),
    (r"^一般公共预算(?:财政)?拨款支出$", r"", ("general_public[total]",)),
    (r"^一般公共预算(?:财政)?拨款基本支出$", r"", ("basic[total]", "general_public.basic")),
    (r"^人员经费$", r"一般公共预算.*基本支出", ("basic.basic_personnel", "basic[basic_personnel]")),
    (r"^(?:日常)?公用经费$", r"一般公共预算.*基本支出", ("basic.basic_public", "basic[basic_public]")),
    (r"^基本支出$", r"^(?:本年)?支出", ("expenditure.basic",)),
    (r"^项目支出$", r"^(?:本年)?支出", ("expenditure.project",)),
    (r"^年初结转和结余$", r"", ("summary.revenue[carried_forward_in]",)),
    (r"^年末结转和结余$", r"", ("summary.expenditure[carried_forward_out]",)),
    (r"“?三公”?经费", r"三公", ("three_public<three_public>", "three_public[total]")),
    (r"^因公出国(?:（境）|\(境\))?(?:费用?|经费)?$", r"三公", ("three_public<three_public_abroad>",)),
    (r"^公务用车购置(?:及|和)运行(?:维护)?费$", r"三公", ("three_public<three_public_vehicle>",)),
    (r"^公务用车购置费?(?:支出)?$", r"三公", ("three_public<three_public_vehicle_purchase>",)),
    (r"^公务用车运行(?:维护)?费?(?:支出)?$", r"三公", ("three_public<three_public_vehicle_running>",)),
    (r"^公务接待费$", r"三公", ("three_public<three_public_reception>",)),
)  # fmt: skip
_BUDGET = re.compile(r"预算(?!执行)|预算数")
_LAST_YEAR = re.compile(r"上一?年|上一?度|去年|\d{4}年|往年|同期")
_CLOSING = re.compile(r"截[至止](\d{4})年(?:度?末|底|12月31日)")
_HALF = Decimal("0.005")


def findings(document: Document, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """The outcome of every rule of the narrative."""
    claims = document.claims
    tables = [sheet for sheet in sheets if not sheet.is_empty]
    groups: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.group].append(claim)
    spoken = Spoken(claims)
    for group in groups.values():
        yield from statement(group, spoken)
        yield from shares(group, spoken)
    for claim in claims:
        if claim.kind == "amount" and claim.role != "reason":
            yield from against_tables(document, claim, tables)
    if document.source.fiscal_year:
        yield from compared_years(claims, int(document.source.fiscal_year))
        if document.source.kind == "final_accounts":
            yield from closing_dates(claims, document.source.fiscal_year)


def compared_years(claims: Sequence[Claim], year: int) -> Iterator[Finding]:
    """A change is measured against the year before, or within the year; each sentence once."""
    for claim in {one.sentence: one for one in claims if one.kind in ("change", "pct_change") and one.role != "reason"}.values():
        for said in map(int, _AGAINST_YEAR.findall(claim.against)):
            fine = said in (year - 1, year)
            yield outcome("narrative-year", claim, f"compared with {said}, the document is of {year}", None, None, holds=fine)


def closing_dates(claims: Sequence[Claim], year: str) -> Iterator[Finding]:
    """Final accounts state holdings at the end of their own year; each sentence once."""
    for sentence, claim in {claim.sentence: claim for claim in claims}.items():
        for said in _CLOSING.findall(sentence):
            yield outcome("narrative-year", claim, f"as of the end of {said}, accounts of {year}", None, None, holds=said == year)


_AGAINST_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")


class Spoken:
    """The amounts that the text states, by subject, to look up what a statement leaves out."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.amounts: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            if claim.kind == "amount" and not _BUDGET.search(claim.measure) and claim.role != "reason":
                self.amounts[plain(claim.subject)].append(claim)

    def of(self, subject: str, near: Claim) -> Claim | None:
        """The last amount of a subject stated no later than a claim, in its section first."""
        found = [one for one in self.amounts.get(plain(subject), ()) if one.group <= near.group]
        same = [one for one in found if one.section.split("/")[:2] == near.section.split("/")[:2]]
        return (same or found or [None])[-1]  # type: ignore[list-item]


def plain(subject: str) -> str:
    """A subject without blanks, quotes and 本年, for comparing."""
    return re.sub(r"[“”\"\s]|^本年", "", subject)


def outcome(
    rule: str, claim: Claim, statement: str, left: Decimal | None, right: Decimal | None, tolerance: Decimal = Decimal(0),
    holds: bool | None = None, cells: Sequence[str] = (),
) -> Finding:  # fmt: skip
    text = f"{claim.subject}: {statement} — “{claim.sentence[:80]}”"
    return Finding(rule, "narrative", text, left, right, tolerance, holds, tuple(cells), (claim.page,))


def money(claim: Claim) -> Decimal | None:
    """The sum of a claim in 万元."""
    unit = {"万": "万元"}.get(claim.unit, claim.unit)
    if claim.value is None or unit not in ("元", "千元", "万元", "百万元", "亿元"):
        return None
    return in_wan_yuan(claim.value, unit)


def half_digit(claim: Claim) -> Decimal:
    """Half of the last digit that a claim prints, in 万元."""
    number = re.search(r"[\d,.]+", claim.raw)
    decimals = len(number.group().partition(".")[2]) if number else 2
    unit = {"万": "万元", "": "万元"}.get(claim.unit, claim.unit)
    return in_wan_yuan(Decimal("0.5").scaleb(-decimals), unit)


def cut_off(claim: Claim) -> Decimal:
    """One unit of the last digit that a percentage prints: what cutting it off instead of rounding may take away."""
    number = re.search(r"[\d.]+", claim.raw)
    return Decimal(1).scaleb(-len(number.group().partition(".")[2])) * Decimal("1.01") if number else Decimal("0.0101")


# --- a statement against itself --------------------------------------------------------------------------------------


def statement(group: Sequence[Claim], spoken: Spoken) -> Iterator[Finding]:
    """Amount, budget, change, percentage and direction of one statement."""
    amounts = [claim for claim in group if claim.kind == "amount" and money(claim) is not None]
    budget = next((claim for claim in amounts if _BUDGET.search(claim.measure)), None)
    final = next((claim for claim in amounts if not _BUDGET.search(claim.measure)), None)
    if final is None and group[0].role != "reason":
        final = spoken.of(group[0].subject, group[0])
    changes = [claim for claim in group if claim.kind == "change"]
    for claim in changes:
        yield from change_against_budget(claim, final, budget)
    for one, two in pairwise(group):
        if one.kind == "change" and two.kind == "pct_change" and one.value and one.role != "reason":
            yield from percentage(one, two, final)
    yield from between_years(group, amounts)
    said = next((claim for claim in changes if claim.value is not None and not _BUDGET.search(claim.against)), None)
    for claim in changes:
        if claim.value is None and claim.direction in CHANGES and said is not None and said.value:
            same = (CHANGES[claim.direction] > 0) == (said.value > 0)
            yield outcome("narrative-direction", claim, f"“{claim.direction}” of a change of {said.value}", None, None, holds=same)
    for claim in group:
        if claim.kind == "share" and claim.direction == "完成" and claim.value is not None and budget and final:
            due, whole = money(final), money(budget)
            if due is not None and whole and final.group == budget.group:
                yield outcome("narrative-completion", claim, f"{claim.value} % = {due} / {whole}", claim.value, due / whole * 100,
                              cut_off(claim) + 100 * _HALF * (1 / whole + abs(due) / whole**2))  # fmt: skip


def between_years(group: Sequence[Claim], amounts: Sequence[Claim]) -> Iterator[Finding]:
    """A percentage or 持平 between the figures that one statement gives for two years."""
    dated = {claim.year: claim for claim in amounts if claim.year and claim.measure}
    if len(dated) != 2:
        return
    old, new = (dated[year] for year in sorted(dated))
    before, after = money(old), money(new)
    if not before or after is None:
        return
    for claim in group:
        if old.year not in claim.against or claim.value is None or claim.role == "reason":
            continue
        if claim.kind == "pct_change" and claim.unit == "%":
            slack = cut_off(claim) + 100 * (half_digit(new) / before + abs(after) * half_digit(old) / before**2)
            yield outcome("narrative-percentage", claim, f"{claim.value} % from {before} to {after}", claim.value, (after - before) / before * 100, slack)
        elif claim.kind == "change" and claim.value == 0 and not claim.unit:
            yield outcome("narrative-direction", claim, f"“{claim.direction}”, {before} and {after}", before, after, half_digit(old) + half_digit(new))


def change_against_budget(claim: Claim, final: Claim | None, budget: Claim | None) -> Iterator[Finding]:
    """A change or a direction against the budget, where the statement gives both sums."""
    if budget is None or final is None or final.group != budget.group or not _BUDGET.search(claim.against) or _LAST_YEAR.search(claim.against):
        return
    one, two = money(final), money(budget)
    if one is None or two is None:
        return
    if claim.value is None and claim.direction in COMPARISONS:
        sign = (one > two) - (one < two)
        yield outcome("narrative-direction", claim, f"“{claim.direction}”, final {one}, budget {two}", one, two, holds=sign == COMPARISONS[claim.direction])
    elif claim.value == 0 and not claim.unit:
        yield outcome("narrative-direction", claim, f"“{claim.direction}”, final {one}, budget {two}", one, two, Decimal("0.01"))
    elif (value := money(claim)) is not None:
        yield outcome("narrative-change", claim, f"{value} = {one} - {two}", value, one - two, half_digit(claim) + 2 * _HALF)


def percentage(change: Claim, rate: Claim, final: Claim | None) -> Iterator[Finding]:
    """A change with its percentage: the directions agree, and the previous amount gives the percentage."""
    if rate.value is None or change.value is None or rate.unit not in ("%", ""):
        return
    if rate.value and (change.value > 0) != (rate.value > 0):
        yield outcome("narrative-direction", rate, f"“{change.direction}” {abs(change.value)}, “{rate.direction}” {abs(rate.value)} %",
                      None, None, holds=False)  # fmt: skip
        return
    moved, amount = money(change), money(final) if final else None
    if moved is None or amount is None or _BUDGET.search(change.against):
        return
    before = amount - moved
    if before > 0:
        slack = cut_off(rate) + 100 * (half_digit(change) / before + abs(moved) * (half_digit(change) + _HALF) / before**2)
        yield outcome("narrative-percentage", rate, f"{rate.value} % = {moved} / ({amount} - {moved})", rate.value, moved / before * 100, slack)


def shares(group: Sequence[Claim], spoken: Spoken) -> Iterator[Finding]:
    """A share against the amounts of its part and its whole."""
    part = next((claim for claim in group if claim.kind == "amount" and not _BUDGET.search(claim.measure) and money(claim) is not None), None)
    for claim in group:
        if claim.kind != "share" or claim.direction != "占" or claim.value is None or part is None or claim.role == "reason":
            continue
        whole = spoken.of(claim.against, claim) or (spoken.of(claim.parent, claim) if plain(claim.parent).endswith(plain(claim.against)) else None)
        one, two = money(part), money(whole) if whole else None
        if one is not None and two:
            yield outcome("narrative-share", claim, f"{claim.value} % = {one} / {two}", claim.value, one / two * 100,
                          cut_off(claim) + 100 * (half_digit(part) / two + abs(one) * _HALF / two**2))  # fmt: skip


# --- against the tables ----------------------------------------------------------------------------------------------


def against_tables(document: Document, claim: Claim, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """An amount against the figure that the tables print for its subject or code."""
    year = document.source.fiscal_year
    value = money(claim)
    if claim.code and len(claim.code) not in (3, 5, 7):
        yield outcome("narrative-code", claim, f"{claim.code} has {len(claim.code)} digits", None, None, holds=False)
    if value is None or (_BUDGET.search(claim.measure) and document.source.kind == "final_accounts"):
        return
    place, sheet = table_figure(claim, sheets, document.source.kind)
    if place is None or sheet is None:
        return
    ledger = sheet.ledger
    printed = ledger.decimal(ledger.number(place))
    cells = [ledger.places[place].id]
    off = abs(value - printed)
    slack = half_digit(claim) + Decimal(ledger.places[place].quantum).scaleb(-ledger.exponent) / 2
    if claim.year and year and claim.year != year:
        if value and off <= slack and (not claim.measure or ("决算" in claim.measure and document.source.kind == "final_accounts")):
            yield outcome("narrative-year", claim, f"{value} is the figure of {year}, the text says {claim.year}", None, None, holds=False, cells=cells)
        return
    name = f"{sheet.table.title} [{ledger.places[place].label}]"
    yield outcome("narrative-amount", claim, f"{value} = {name} {printed}", value, printed, slack, cells=cells)


def table_figure(claim: Claim, sheets: Sequence[Sheet], kind: str) -> tuple[int | None, Sheet | None]:
    """The place that prints what a claim states, with its table."""
    variant = "final" if kind == "final_accounts" else "initial_budget"
    about = f"{claim.parent} {claim.section}"
    if claim.code or claim.path:
        form = "general_public" if re.search(r"一般公共预算|财政拨款", about) else "expenditure"
        code = claim.code or code_of_path(claim.path, sheets)
        texts: tuple[str, ...] = (f"{form}[{code}].all",) if code else ()
    else:
        texts = next(
            (terms for subject, whole, terms in SUBJECTS if re.search(subject, plain_name(claim.subject)) and fits(whole, claim)), ()
        )
        if not texts and plain(claim.parent) in ("收入", "收入合计"):
            key = key_of(claim.subject)
            texts = (f"summary.revenue[{key}]",) if key not in ("amount", "total") else ()
    for text in texts:
        term = read_term(text)
        for sheet in sheets_of(sheets, term.form):
            place = find(sheet, term, variant)
            if place is not None:
                return place, sheet
    return None, None


def fits(whole: str, claim: Claim) -> bool:
    """Whether the whole or the section of a claim is what an entry of `SUBJECTS` asks for."""
    if not whole:
        return not claim.parent or plain(claim.parent) == plain(claim.subject)
    return bool(re.search(whole, plain(claim.parent)) or re.search(whole, claim.section))


def plain_name(subject: str) -> str:
    return compact(subject).replace("(境)", "（境）")


def code_of_path(path: str, sheets: Sequence[Sheet]) -> str:
    """The code of 类/款/项 names: the one line of a functional table whose name and whose parents' names they are."""
    names = [compact(name) for name in path.split("/")]
    found: set[str] = set()
    for sheet in sheets:
        if sheet.form not in ("general_public_expenditure", "expenditure"):
            continue
        by_code = {line.code: compact(line.name) for line in sheet.lines if line.code}
        for code, name in by_code.items():
            parents = [by_code.get(code[:size], "") for size in (3, 5) if size < len(code)]
            if len(code) == 1 + 2 * len(names) and name == names[-1] and alike(parents, names[:-1]):
                found.add(code)
    return found.pop() if len(found) == 1 else ""


def alike(printed: Sequence[str], named: Sequence[str]) -> bool:
    """Whether at least the 类 of two paths is the same (the 款 is often named wrongly)."""
    return not named or (bool(printed) and printed[0] == named[0])

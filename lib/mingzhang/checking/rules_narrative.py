"""Rules of the narrative: its statements against themselves and against the tables.

A statement is a group of claims on one subject: an amount, what it was budgeted at or was in the year before, how it changed, what share
it is. Where several figures may be meant (two tables, two stages), a claim that agrees with one of them holds; what agrees with none is
told with the first. A percentage that is cut off instead of rounded is no failure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ..clean import in_wan_yuan
from ..document import Document
from ..narrative.claims import Claim
from ..narrative.wording import CHANGES, COMPARISONS
from ..vocabulary import patterns, within
from .lookup import BUDGETS, Figure, Printed, only, plain
from .records import Result
from .rules import Rule

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("narrative-amount", "narrative", "an amount in the text = the figure of the table"),
        Rule("narrative-code", "narrative", "a code in the text is a code of the classification, and of the tables"),
        Rule("narrative-name", "narrative", "a class in the text has the name that the tables print"),
        Rule("narrative-year", "narrative", "a figure is called that of its own year, a comparison is with another year"),
        Rule("narrative-direction", "narrative", "大于, 小于, 增加, 减少, 持平 agree with the figures and with the reason"),
        Rule("narrative-change", "narrative", "change = amount - what it is compared with"),
        Rule("narrative-percentage", "narrative", "percentage = change / what it is compared with, which is not zero"),
        Rule("narrative-completion", "narrative", "rate of completion = final / the budget that it names, which is not zero"),
        Rule("narrative-share", "narrative", "share = part / whole; a rate of the whole lies between those of its parts"),
        Rule("narrative-sum", "narrative", "the parts that a text lists add up to their whole, their changes to its change"),
        Rule("narrative-list", "narrative", "what a text lists as contents of an expenditure has money in its table"),
    )
}
_WORDS = dict(patterns("narrative", "checks"))
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Value:
    """A sum in 万元 that is stated or printed, half of its last digit, and where it stands."""

    amount: Decimal
    half: Decimal
    cells: tuple[str, ...] = ()

    def minus(self, other: Value) -> Value:
        return Value(self.amount - other.amount, self.half + other.half, self.cells + other.cells)

    def percent_of(self, whole: Value) -> Value:
        """The quotient in per cent; its half is what the printed precision of both leaves open."""
        slack = self.half / whole.amount + abs(self.amount) * whole.half / whole.amount**2
        return Value(self.amount / whole.amount * 100, abs(100 * slack), self.cells + whole.cells)


def value_of(claim: Claim) -> Value | None:
    """The sum that a claim states, None for another figure."""
    if claim.value is None or claim.unit not in ("元", "千元", "万元", "百万元", "亿元"):
        return None
    return Value(in_wan_yuan(claim.value, claim.unit), in_wan_yuan(Decimal("0.5").scaleb(-decimals(claim)), claim.unit))


def decimals(claim: Claim) -> int:
    number = re.search(r"[\d,.]+", claim.raw)
    return len(number.group().partition(".")[2]) if number else 2


def printed_value(figure: Figure) -> Value:
    return Value(figure.amount, figure.half, (figure.id,))


@dataclass(frozen=True)
class Statement:
    """The claims on one subject, with the figures that the text and the tables give for it."""

    claims: Sequence[Claim]
    printed: Printed
    spoken: Spoken

    @cached_property
    def amounts(self) -> list[tuple[Claim, Value, str]]:
        """The stated sums with their stages."""
        return [(c, v, self.printed.stage(c)) for c in self.claims if c.kind == "amount" and c.role != "reason" and (v := value_of(c))]

    def stated(self, *stages: str) -> list[Value]:
        return [value for _, value, stage in self.amounts if stage in stages or any(one == "prior" and stage.startswith(one) for one in stages)]

    def tables(self, stage: str) -> list[Value]:
        """What the tables print for the subject at a stage."""
        return [printed_value(figure) for figure in self.printed.of(self.claims[0], stage)]

    @cached_property
    def current(self) -> list[Value]:
        """The sums of the document's own stage: stated here or before, or printed in a table."""
        own = self.printed.own
        return self.stated(own) or self.spoken.of(self.claims[0].subject, self.claims[0]) or self.tables(own)

    def bases(self, claim: Claim) -> list[Value]:
        """What a change, a comparison or a rate is measured against, as stated or else as printed."""
        own, budget = self.printed.own, bool(_WORDS["budget"].search(claim.against))
        if own == "final" and budget and not _WORDS["last_year"].search(claim.against):
            wanted = [stage for stage in BUDGETS if _WORDS[stage].search(claim.against)] or ["budget", *BUDGETS]
            wanted = [*wanted, "budget"]
            return self.stated(*wanted) or [value for stage in wanted[:1] for value in self.tables(stage)]
        return self.stated("prior") or self.tables("prior_year_budget" if budget and "执行" not in claim.against else "prior_year_final")


class Spoken:
    """The amounts of the document's own stage that the text states, by subject, to look up what a statement leaves out."""

    def __init__(self, claims: Sequence[Claim], printed: Printed) -> None:
        self.amounts: dict[str, list[tuple[Claim, Value]]] = defaultdict(list)
        for claim in claims:
            if claim.kind == "amount" and claim.role != "reason" and printed.stage(claim) == printed.own and (value := value_of(claim)):
                self.amounts[plain(claim.subject)].append((claim, value))

    def of(self, subject: str, near: Claim) -> list[Value]:
        """The last amount of a subject stated no later than a claim, in its section first."""
        found = [(one, value) for one, value in self.amounts.get(plain(subject), ()) if one.group <= near.group]
        same = [pair for pair in found if pair[0].section.split("/")[:2] == near.section.split("/")[:2]]
        return [value for _, value in (same or found)[-1:]]


def findings(document: Document) -> Iterator[Result]:
    """The outcome of every rule of the narrative."""
    printed = Printed(document)
    claims = document.claims
    groups: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.group].append(claim)
    spoken = Spoken(claims, printed)
    statements = [Statement(group, printed, spoken) for group in groups.values()]
    for statement in statements:
        if statement.claims[0].role != "reason":
            yield from against_itself(statement)
            yield from against_tables(statement)
    yield from named_classes(claims, printed)
    yield from sums(statements)
    yield from years(claims, printed)


def told(
    rule: str, claim: Claim, how: str, left: Decimal | None = None, right: Decimal | None = None, tolerance: Decimal = _ZERO,
    holds: bool | None = None, cells: Sequence[str] = (), severity: str = "", kind: str = "", expected: str = "", cause: str = "",
) -> Result:  # fmt: skip
    """A rule's result on a claim, with the sentences of the finding that it gives where it does not hold (narrative.toml, sentences)."""
    said = within("narrative", f"sentences.{rule}")
    should = expected or ("" if right is None else f"{round(right, 2):f}{claim.unit}")
    words = {"subject": claim.subject, "printed": claim.raw, "expected": should, "how": how, "page": claim.page}
    return Result(
        rule, "narrative", f"{claim.subject}: {how} — “{claim.sentence[:80]}”", left, right, tolerance, holds, tuple(cells), (claim.page,),
        kind=kind or said["kind"], severity=severity, printed=claim.raw, expected=should, en=said["en"].format(**words),
        zh=said["zh"].format(**words), cause=cause,
    )  # fmt: skip


def compared(rule: str, claim: Claim, value: Decimal, candidates: Iterable[tuple[Value, str]], slack: Decimal) -> Iterator[Result]:
    """A stated value against what it may be: the candidate that it comes closest to decides, the first is what is expected."""
    found = list(candidates)
    if found:
        best = min(found, key=lambda pair: max(abs(value - pair[0].amount) - pair[0].half - slack, _ZERO))
        fits = abs(value - best[0].amount) <= best[0].half + slack
        right, how = best if fits else found[0]
        yield told(rule, claim, how, value, right.amount, right.half + slack, cells=right.cells)


# --- a statement against itself --------------------------------------------------------------------------------------


def against_itself(one: Statement) -> Iterator[Result]:
    """Changes, rates, directions and shares of one statement."""
    moved: Value | None = None
    for claim in one.claims:
        value = value_of(claim)
        if claim.kind == "change":
            moved = value if claim.value else None
            yield from change(one, claim, value)
        elif claim.kind == "pct_change" and claim.value is not None and claim.unit in ("%", ""):
            yield from percentage(one, claim, moved)
        elif claim.kind == "share" and claim.value is not None and claim.unit == "%":
            yield from (completion if claim.direction == "完成" else share)(one, claim)
    said = next((c for c in one.claims if c.kind == "change" and c.value and not _WORDS["budget"].search(c.against)), None)
    for claim in one.claims:
        if said and said.value and claim.kind == "change" and claim.value is None and claim.direction in CHANGES:
            same = (CHANGES[claim.direction] > 0) == (said.value > 0)
            yield told("narrative-direction", claim, f"“{claim.direction}” of a change of {said.value}", holds=same)


def change(one: Statement, claim: Claim, value: Value | None) -> Iterator[Result]:
    """A change is the difference of the amounts, a direction its sign; nothing can have been less than nothing."""
    pairs = [(now, base) for now in one.current for base in one.bases(claim)]
    if value is None and claim.value is None and claim.direction in COMPARISONS | CHANGES and pairs:
        sign = (COMPARISONS | CHANGES)[claim.direction]
        fits = [(n, b) for n, b in pairs if sign == (n.amount > b.amount) - (n.amount < b.amount)]
        now, base = (fits or pairs)[0]
        yield told("narrative-direction", claim, f"“{claim.direction}” of {now.amount} against {base.amount}", holds=bool(fits))
    elif claim.value == 0 and not claim.unit:
        yield from compared("narrative-direction", claim, _ZERO, ((n.minus(b), f"“{claim.direction}” of {n.amount} and {b.amount}") for n, b in pairs), _ZERO)
    elif value is not None:
        yield from compared("narrative-change", claim, value.amount, ((n.minus(b), f"{n.amount} - {b.amount}") for n, b in pairs), value.half)
        now = one.current[:1]
        if not pairs and now and value.amount > now[0].amount + now[0].half + value.half and not now[0].amount:
            yield told("narrative-change", claim, f"{now[0].amount} cannot be {value.amount} more than anything", holds=False)


def percentage(one: Statement, claim: Claim, moved: Value | None) -> Iterator[Result]:
    """A rate of change by the stated change, or by the two amounts."""
    rate = claim.value or _ZERO
    if moved and rate and (moved.amount > 0) != (rate > 0):
        yield told("narrative-direction", claim, f"a change of {moved.amount} and one of {rate} %", holds=False)
        return
    bases = [(moved, now.minus(moved), now) for now in one.current] if moved else []
    bases = bases or [(now.minus(base), base, now) for now in one.current for base in one.bases(claim)]
    known = [(change, base, now) for change, base, now in bases if base.amount > base.half]
    if bases and not known and all(abs(base.amount) <= base.half for _, base, _ in bases) and rate:
        yield told("narrative-percentage", claim, f"{rate} % of a base of zero", holds=False, severity="note", kind="implausible")
    options = ((change.percent_of(Value(base.amount, base.half if not moved else moved.half)), f"{change.amount} / {base.amount}")
               for change, base, _ in known)  # fmt: skip
    yield from compared("narrative-percentage", claim, rate, options, cut_off(claim))


def completion(one: Statement, claim: Claim) -> Iterator[Result]:
    """A rate of completion by the budget that it names."""
    bases = one.bases(claim)
    rate = claim.value or _ZERO
    known = [(now, base) for now in one.current for base in bases if base.amount]
    if bases and not known:
        other = next((now.percent_of(base) for now in one.current for base in one.stated("budget", *BUDGETS) if base.amount), None)
        told_of = f"{rate} % of a budget of zero"
        if other and abs(other.amount - rate) <= other.half + cut_off(claim):
            yield told("narrative-completion", claim, f"{told_of}; it is the rate of the other budget", holds=False)
        else:
            yield told("narrative-completion", claim, told_of, holds=False, severity="note", kind="implausible")
    options = ((now.percent_of(base), f"{now.amount} / {base.amount}") for now, base in known)
    yield from compared("narrative-completion", claim, rate, options, cut_off(claim))


def share(one: Statement, claim: Claim) -> Iterator[Result]:
    """A share by its part and its whole, where both are known."""
    if claim.direction != "占":
        return
    near = one.claims[0]
    wholes = one.spoken.of(claim.against, near)
    if not wholes and plain(claim.parent).endswith(plain(claim.against)):
        wholes = one.spoken.of(claim.parent, near)
    options = ((now.percent_of(whole), f"{now.amount} / {whole.amount}") for now in one.current for whole in wholes if whole.amount)
    yield from compared("narrative-share", claim, claim.value or _ZERO, options, cut_off(claim))


def cut_off(claim: Claim) -> Decimal:
    """One unit of the last digit that a percentage prints: what cutting it off instead of rounding may take away."""
    return Decimal(1).scaleb(-decimals(claim)) * Decimal("1.01")


# --- against the tables ----------------------------------------------------------------------------------------------


def against_tables(one: Statement) -> Iterator[Result]:
    """Each stated amount against what the tables print for its subject at its stage."""
    for claim, value, stage in one.amounts:
        figures = one.printed.of(claim, stage) if stage else []
        if not figures:
            yield from another_years(one, claim, value, stage)
            continue
        fits = [f for f in figures if abs(f.amount - value.amount) <= f.half + value.half]
        expected = (fits or figures)[0]
        severity = "" if fits or only(figures) is not None else "likely"
        yield told("narrative-amount", claim, f"{expected.title} [{expected.code or expected.name}]", value.amount, expected.amount,
                   expected.half + value.half, cells=(expected.id,), severity=severity)  # fmt: skip


def another_years(one: Statement, claim: Claim, value: Value, stage: str) -> Iterator[Result]:
    """A figure of the document's own year that the text gives another year."""
    if not claim.year.isdigit() or stage == one.printed.own or not value.amount or any(one.stated(one.printed.own)):
        return
    own = one.printed.of(claim, one.printed.own)
    same = [f for f in own if f.amount == value.amount]
    if same and (not claim.measure or ("决算" in claim.measure) == (one.printed.own == "final")):
        yield told("narrative-year", claim, f"{value.amount} is the figure of {one.printed.year}, the text says {claim.year}", holds=False,
                   cells=(same[0].id,))  # fmt: skip


def named_classes(claims: Sequence[Claim], printed: Printed) -> Iterator[Result]:
    """Codes and names of classes against those of the tables; each statement once."""
    if not printed.names:
        return
    for claim in {one.group: one for one in reversed(claims) if one.kind == "amount" and (one.code or one.path)}.values():
        name = plain(claim.subject)
        if claim.code and claim.code not in printed.names:
            meant = [code for code, listed in printed.names.items() if listed == name and only_at(printed, code, claim)]
            if len(claim.code) not in (3, 5, 7) or meant:
                yield told("narrative-code", claim, f"{claim.code}, in the tables {meant[0] if meant else 'no code'}", holds=False,
                           expected=meant[0] if meant else "")  # fmt: skip
        elif claim.path and not claim.code and not printed.code_of(claim.path):
            size = 3 + 2 * claim.path.count("/")
            meant = [code for code, listed in printed.names.items() if len(code) == size and listed != name and only_at(printed, code, claim)]
            if len(meant) == 1 and name not in printed.names.values():
                yield told("narrative-name", claim, f"{claim.subject}, in the tables {meant[0]} {printed.names[meant[0]]}", holds=False,
                           expected=printed.names[meant[0]])  # fmt: skip


def only_at(printed: Printed, code: str, claim: Claim) -> bool:
    """Whether the tables print a claim's amount for a code."""
    value = value_of(claim)
    return bool(value and value.amount) and any(f.code == code and abs(f.amount - value.amount) <= f.half + value.half for f in printed.figures if value)


# --- lists -----------------------------------------------------------------------------------------------------------


def sums(statements: Sequence[Statement]) -> Iterator[Result]:
    """Parts that a text lists against their whole; the changes of all parts against the change of the whole."""
    parts: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for one in statements:
        if one.claims[0].parent and one.claims[0].role == "part" and one.stated(one.printed.own):
            parts[one.claims[0].section, one.claims[0].parent].append(one)
    for (section, parent), listed in parts.items():
        whole = next((one for one in statements if one.claims[0].section == section and one.claims[0].subject == parent), None)
        if whole is None or not whole.stated(whole.printed.own) or len(listed) < 2:
            continue
        total = whole.stated(whole.printed.own)[0]
        values = [one.stated(one.printed.own)[0] for one in listed]
        added = Value(sum((v.amount for v in values), _ZERO), sum((v.half for v in values), total.half))
        exact = sum(bool(_WORDS["complete"].search(plain(one.claims[0].subject))) for one in listed) == len(listed)
        near = abs(added.amount - total.amount) <= added.half
        if near or exact:
            yield told("narrative-sum", whole.claims[0], " + ".join(str(v.amount) for v in values), total.amount, added.amount, added.half)
        moves = [value for one in listed for c in one.claims if c.kind == "change" and (value := value_of(c))]
        move = next((value for c in whole.claims if c.kind == "change" and (value := value_of(c))), None)
        if near and move and len(moves) == len(listed):
            together = sum((v.amount for v in moves), _ZERO)
            yield told("narrative-sum", whole.claims[0], f"the changes of its {len(moves)} parts", move.amount, together,
                       sum((v.half for v in moves), move.half), severity="likely")  # fmt: skip


# --- years -----------------------------------------------------------------------------------------------------------


def years(claims: Sequence[Claim], printed: Printed) -> Iterator[Result]:
    """A change is measured against another year's figure or, in accounts, against the budget; holdings are those of the year's end."""
    if not printed.year:
        return
    seen = set()
    for claim in claims:
        place = (claim.sentence, claim.subject)
        if claim.kind not in ("change", "pct_change") or claim.role == "reason" or place in seen:
            continue
        for said in map(int, _WORDS["year"].findall(claim.against)):
            seen.add(place)
            own_budget = said == printed.year and printed.own == "initial_budget"
            yield told("narrative-year", claim, f"compared with {said}, the document is of {printed.year}",
                       holds=said == printed.year - 1 or (said == printed.year and not own_budget), expected=str(printed.year - 1),
                       severity="" if own_budget or said > printed.year else "likely")  # fmt: skip
    for sentence, claim in {claim.sentence: claim for claim in claims}.items():
        for said in map(int, _WORDS["closing"].findall(sentence)):
            if printed.own == "final":
                yield told("narrative-year", claim, f"as of the end of {said}, accounts of {printed.year}", holds=said == printed.year,
                           expected=str(printed.year))  # fmt: skip

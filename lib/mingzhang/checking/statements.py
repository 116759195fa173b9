"""Statements: the claims on one subject with the figures for it in text and tables, and how a rule tells its result."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from ..clean import in_wan_yuan
from ..narrative.claims import Claim
from ..vocabulary import patterns, within
from .lookup import BUDGETS, Figure, Printed, key
from .records import Result

WORDS = dict(patterns("narrative", "checks"))
ZERO = Decimal(0)
#: Smaller sums (万元) are alike by chance.
LEAST_TOLD = Decimal(10)
#: Rules of which all that one statement breaks is one finding.
ONE_CAUSE = ("narrative-direction",)


@dataclass(frozen=True)
class Value:
    """A sum in 万元, stated or printed, half of its last digit, where it stands, and whether it is surely the one."""

    amount: Decimal
    half: Decimal
    cells: tuple[str, ...] = ()
    sure: bool = True

    def minus(self, other: Value) -> Value:
        return Value(self.amount - other.amount, self.half + other.half, self.cells + other.cells,
                     self.sure and other.sure)

    def is_opposite(self, other: Value) -> bool:
        """Whether two changes are the same but for their sign."""
        return self.amount * other.amount < 0 and abs(self.amount + other.amount) <= self.half + other.half

    def percent_of(self, whole: Value) -> Value:
        """The quotient in per cent; its half is what the printed precision of both leaves open."""
        slack = self.half / whole.amount + abs(self.amount) * whole.half / whole.amount**2
        return Value(self.amount / whole.amount * 100, abs(100 * slack), self.cells + whole.cells,
                     self.sure and whole.sure)


def value_of(claim: Claim) -> Value | None:
    """The sum that a claim states, None for another figure."""
    if claim.value is None or claim.unit not in ("元", "千元", "万元", "百万元", "亿元"):
        return None
    return Value(in_wan_yuan(claim.value, claim.unit), in_wan_yuan(Decimal("0.5").scaleb(-decimals(claim)), claim.unit))


def total_of(values: Iterable[Value]) -> Value:
    """The sum of sums."""
    listed = list(values)
    return Value(sum((v.amount for v in listed), ZERO), sum((v.half for v in listed), ZERO))


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
        return [(c, v, self.printed.stage(c))
                for c in self.claims if c.kind == "amount" and c.role != "reason" and (v := value_of(c))]

    def stated(self, *stages: str) -> list[Value]:
        return [value for _, value, stage in self.amounts
                if stage in stages or any(one == "prior" and stage.startswith(one) for one in stages)]

    def tables(self, stage: str) -> list[Value]:
        """What the tables print for the subject at a stage."""
        first = self.claims[0]
        return [] if self.printed.is_narrowed(first) else [printed_value(f) for f in self.printed.of(first, stage)]

    @cached_property
    def whole(self) -> list[Value]:
        """The sums of the whole, where what follows a list of its parts may be of the last part or of the whole."""
        first = self.claims[0]
        return self.spoken.of(first.parent, first, self.printed.own) if self.spoken.ends_list(first) else []

    @cached_property
    def current(self) -> list[Value]:
        """The sums of the document's own stage: stated here or else before, and printed in the tables."""
        own = self.printed.own
        return (self.stated(own) or self.spoken.of(self.claims[0].subject, self.claims[0], own)) + self.tables(own)

    def bases(self, claim: Claim) -> list[Value]:
        """What a change, a comparison or a rate is measured against, as stated or else as printed."""
        own, budget = self.printed.own, bool(WORDS["budget"].search(claim.against))
        if own == "final" and budget and not WORDS["last_year"].search(claim.against):
            wanted = [stage for stage in BUDGETS if WORDS[stage].search(claim.against)] or [*BUDGETS]
            return self.stated(*wanted, "budget") or self.tables(wanted[0])
        stated = self.stated("prior") or self.spoken.of(claim.subject, claim, "prior", ahead=2)
        if stated or own == "final" or budget:
            return stated or self.tables("prior_year_budget" if budget and "执行" not in claim.against
                                         else "prior_year_final")
        # 上年 of a budget is what its table compares with: the year's budget as well as what was carried out of it
        return self.tables("prior_year_final") or [replace(one, sure=False) for one in self.tables("prior_year_budget")]


class Spoken:
    """The amounts that the text states, by subject, to look up what a statement leaves out."""

    def __init__(self, claims: Sequence[Claim], printed: Printed) -> None:
        self.amounts: dict[str, list[tuple[Claim, Value, str]]] = defaultdict(list)
        self.lists: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in claims:
            if claim.role == "part":
                self.lists[claim.sentence, claim.parent].append(claim)
            if claim.kind == "amount" and claim.role != "reason" and (value := value_of(claim)):
                self.amounts[key(claim.subject)].append((claim, value, printed.stage(claim)))

    def ends_list(self, claim: Claim) -> bool:
        """Whether a part is the last of a list whose other parts did not change."""
        others = [one for one in self.lists.get((claim.sentence, claim.parent), ()) if one.group != claim.group]
        return bool(others) and all(one.group < claim.group and "change" not in one.kind for one in others)

    def of(self, subject: str, near: Claim, stage: str, ahead: int = 0) -> list[Value]:
        """The last amount of a subject at a stage (or one so begun) before a claim or just after it, its section
        first."""
        found = [(one, value) for one, value, at in self.amounts.get(key(subject), ())
                 if at.startswith(stage) and one.group <= near.group + ahead]
        same = [pair for pair in found if pair[0].section.split("/")[:2] == near.section.split("/")[:2]]
        return [value for _, value in (same if ahead else same or found)[-1:]]


def cut_off(claim: Claim) -> Decimal:
    """One unit of the last digit that a percentage prints: what cutting it off instead of rounding may take away."""
    return Decimal(1).scaleb(-decimals(claim)) * Decimal("1.01")


# --- results ---------------------------------------------------------------------------------------------------------


def told(rule: str, claim: Claim, how: str, left: Decimal | None = None, right: Decimal | None = None,
         tolerance: Decimal = ZERO, holds: bool | None = None, cells: Sequence[str] = (), severity: str = "",
         kind: str = "", printed: str = "", expected: str = "", en: str = "", zh: str = "",
         pages: Sequence[int] = ()) -> Result:
    """A rule's result on a claim, with the finding's sentences where it does not hold (narrative.toml, sentences).

    `how` says what was compared, in figures or in English; then `zh` is the Chinese for it, `en` the English where no
    figures tell it.
    """
    said = within("narrative", f"sentences.{rule}")
    unit = "万元" if claim.unit.endswith("元") else claim.unit
    should = expected or ("" if right is None else f"{round(right, 2):f}{unit}")
    words = {"subject": claim.subject, "printed": claim.raw, "expected": should, "how": how, "page": claim.page}
    return Result(rule, "narrative", f"{claim.subject}: {how} — “{claim.sentence[:80]}”", left, right, tolerance, holds,
                  tuple(cells), tuple(dict.fromkeys((claim.page, *pages))),
                  status="doubt" if severity == "note" and holds is False else "", kind=kind or said["kind"],
                  severity=severity, printed=printed or claim.raw, expected=should,
                  cause=f"{rule} {claim.group}" if rule in ONE_CAUSE else "",
                  en=f"{claim.subject}: {en}." if en else said["en"].format(**words),
                  zh=f"{claim.subject}：{zh}。" if zh else said["zh"].format(**words))


def compared(rule: str, claim: Claim, value: Decimal, candidates: Iterable[tuple[Value, str]],
             slack: Decimal) -> Iterator[Result]:
    """A stated value against what it may be: the closest candidate decides, the first is what is expected."""
    found = list(candidates)
    if found:
        best = min(found, key=lambda pair: max(abs(value - pair[0].amount) - pair[0].half - slack, ZERO))
        fits = abs(value - best[0].amount) <= best[0].half + slack
        right, how = best if fits else found[0]
        rounded = (claim.unit == "%"
                   and abs(value - right.amount) <= right.half + Decimal("0.5").scaleb(-decimals(claim)))
        yield told(rule, claim, how, value, right.amount, right.half + slack, cells=right.cells,
                   severity="" if right.sure else "likely", holds=rounded or None)

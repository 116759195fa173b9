"""Rules of what the text states twice, in words, counts, shares or beside a table (vocabulary/narrative.toml)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from ..disclosure import Disclosure
from ..narrative.claims import Claim
from ..narrative.wording import OPPOSITE
from ..vocabulary import within
from .lookup import Printed, bare, key, plain
from .records import Result
from .slips import MISTYPED, slip_between
from .statements import LEAST_TOLD, WORDS, ZERO, Statement, Value, cut_off, told, total_of, value_of

_COUNTED = within("narrative", "counted").values()
_WHOLES = within("narrative", "wholes").values()
#: Headings and wholes that change what a subject is of.
_OTHER = re.compile("名词|上年|去年|外|参加|组织")


def findings(document: Disclosure, statements: Sequence[Statement], printed: Printed) -> Iterator[Result]:
    """The outcome of every rule of this module."""
    yield from counts(document.claims)
    yield from counted(document, statements, printed)
    yield from shares(document.claims)
    yield from listed_shares(statements, printed)
    yield from moves(document.claims)
    yield from the_same(document, printed)
    yield from twice(statements, printed)
    yield from goals(document)


# --- counts ----------------------------------------------------------------------------------------------------------


def counts(claims: Sequence[Claim]) -> Iterator[Result]:
    """The counts of all parts (the last is 其他) add up to the whole's, of some are no more; far more are no parts of
    it."""
    by_sentence: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.kind == "count" and claim.value is not None and claim.role != "reason":
            by_sentence[claim.sentence, claim.unit].append(claim)
    for (_, unit), listed in by_sentence.items():
        for whole in listed:
            parents = {claim.parent for claim in listed if claim.parent != whole.subject}
            parts = [one for one in listed
                     if one.parent == whole.subject and one is not whole and one.subject not in parents]
            added = list(accumulate(claim.value or ZERO for claim in parts))
            together = whole.value if whole.value in added[1:] else sum(added[-1:], ZERO)  # others may follow the list
            complete = any(claim.subject.startswith("其他") for claim in parts)
            if whole.value is None or (together > 2 * whole.value and not complete):
                continue
            for part in parts:
                if part.value is not None and part.value > whole.value and "其中" in part.sentence:
                    how = f"more than {whole.subject}, {whole.raw}"
                    yield told("narrative-count", part, how, holds=False, severity="likely", kind="text_vs_text",
                               en=how, zh=f"大于{whole.subject}{whole.raw}")
            if len(parts) > 1 and (complete or together > whole.value):
                how = " + ".join(str(claim.value) for claim in parts)
                severity = "" if complete else "likely"
                yield told("narrative-sum", whole, how, whole.value, together, severity=severity,
                           expected=f"{together}{unit}")


def counted(document: Disclosure, statements: Sequence[Statement], printed: Printed) -> Iterator[Result]:
    """Counts against the lines of the tables that count the same, and against the money that was spent on it."""
    lines = [(fact, bare(fact.name), f"{table.table_id}/r{fact.row}c{fact.column}")
             for table in document.tables
             for fact in table.facts if fact.unit != "万元" and fact.stage == printed.own]
    for claim in document.claims:
        said = f"{plain(claim.subject)}|{claim.unit}"
        entry = next((one for one in _COUNTED if claim.kind == "count" and re.search(one["claim"], said)), None)
        if (entry is None or claim.value is None or claim.role == "reason"
            or _OTHER.search(f"{said}{claim.year}{claim.section}{before(claim)}")):
            continue
        like = [(fact, at) for fact, name, at in lines if re.search(entry["row"], name) and not _OTHER.search(name)]
        if len(like) == 1:
            fact, at = like[0]
            yield told("narrative-count", claim, f"{fact.name}: {fact.amount}", claim.value, fact.amount, cells=(at,),
                       expected=f"{fact.amount}{claim.unit}")
        money = next((value for one in statements if one.claims[0].section == claim.section and "amount" in entry
                      and re.search(entry["amount"], plain(one.claims[0].subject))
                      for value in one.stated(printed.own)), None)
        if money and (money.amount > 0) != (claim.value > 0):
            yield told("narrative-count", claim, f"{money.amount} and {claim.raw}", holds=False, severity="likely",
                       kind="text_vs_text", zh=f"支出{money.amount}万元与{claim.raw}矛盾")


def before(claim: Claim) -> str:
    """What stands before a claim in its part of the sentence."""
    return re.split("[；;]", claim.sentence.partition(claim.raw)[0])[-1]


def shares(claims: Sequence[Claim]) -> Iterator[Result]:
    """The shares of all declared parts of a whole are a hundred per cent."""
    for entry in _WHOLES:
        found: dict[tuple[str, str], dict[int, Claim]] = defaultdict(dict)
        for claim in claims:
            number = next((i for i, part in enumerate(entry["parts"])
                           if re.search(f"{part}|等{part.strip('^')}", plain(claim.subject))), None)
            if (claim.kind == "share" and claim.direction == "占" and claim.value and number is not None
                and re.search(entry["of"], claim.against)):
                found[claim.section, claim.against].setdefault(number, claim)
        for parts in found.values():
            if len(parts) == len(entry["parts"]):
                together = sum((claim.value or ZERO for claim in parts.values()), ZERO)
                how = " + ".join(claim.raw for claim in parts.values())
                slack = sum((cut_off(claim) for claim in parts.values()), ZERO)
                yield told("narrative-share", list(parts.values())[-1], how, together, Decimal(100), slack,
                           expected="100%", zh=f"各项占比{how}合计不为100%")


def listed_shares(statements: Sequence[Statement], printed: Printed) -> Iterator[Result]:
    """The share of an item of a list, by the sum of its items, where the other shares are those of this sum."""
    lists: dict[tuple[str, str], list[tuple[Claim, Value]]] = defaultdict(list)
    for one in statements:
        value = next(iter(one.stated(printed.own)), None)
        claim = next((claim for claim in one.claims
                      if claim.kind == "share" and claim.direction == "占" and claim.value is not None), None)
        if claim and value and not claim.against:
            lists[claim.sentence, claim.section].append((claim, value))
    for listed in lists.values():
        whole = total_of([value for _, value in listed])
        shares = [(claim, value.percent_of(whole), f"{value.amount} / {whole.amount}")
                  for claim, value in listed if whole.amount]
        wrong = [one for one in shares if abs((one[0].value or ZERO) - one[1].amount) > one[1].half + cut_off(one[0])]
        if len(wrong) == 1 and len(shares) > 2:
            claim, due, how = wrong[0]
            yield told("narrative-share", claim, how, claim.value, due.amount, due.half + cut_off(claim))


def moves(claims: Sequence[Claim]) -> Iterator[Result]:
    """A change whose direction is not that of the changes of its parts, which add up to it otherwise."""
    changes = [(claim, value) for claim in claims
               if claim.kind == "change" and claim.role != "reason" and claim.value and (value := value_of(claim))]
    for claim, value in changes:
        parts = [other for one, other in changes if one.parent == claim.subject and one.section == claim.section]
        if len(parts) > 1 and value.is_opposite(together := total_of(parts)):
            opposite = OPPOSITE[claim.direction]
            yield told("narrative-direction", claim, f"the changes of its parts, {together.amount}", holds=False,
                       printed=claim.direction + claim.raw, expected=opposite + claim.raw,
                       zh=f"“{claim.direction}”与各分项增减额之和{together.amount}不符，应为“{opposite}”")


# --- the same thing twice --------------------------------------------------------------------------------------------


def the_same(document: Disclosure, printed: Printed) -> Iterator[Result]:
    """An amount of which the text says that it is the same as a line of the economic table."""
    for part in document.paragraphs:
        if said := WORDS["same_as"].search(part.text):
            of = [f for f in printed.figures if f.form == "basic_expenditure_economic" and f.stage == printed.own
                  and f.name == said["line"] and f.code]
            claim = next((c for c in document.claims
                          if c.section == "/".join(part.section) and c.kind == "amount" and c.role == "main"), None)
            value = value_of(claim) if claim else None
            if claim and value and of:
                yield told("narrative-same", claim, f"{of[0].title} [{of[0].name}]", value.amount, of[0].amount,
                           value.half + of[0].half, cells=(of[0].id,), severity="likely")


def twice(statements: Sequence[Statement], printed: Printed) -> Iterator[Result]:
    """A subject with a value that no table prints, one digit from the value that it has elsewhere in the text."""
    known = {figure.amount for figure in printed.figures}
    stated: dict[tuple[str, str], list[tuple[Claim, Decimal]]] = defaultdict(list)
    for one in statements:
        for claim, value, stage in one.amounts:
            if (not claim.year or stage == printed.own) and value.amount >= LEAST_TOLD:
                stated[re.sub("(?:项目|支出|经费|合计|总计)*$", "", key(claim.subject)), stage].append(
                    (claim, value.amount))
    for listed in stated.values():
        for claim, amount in listed:
            other = next((value for one, value in listed if one.sentence != claim.sentence and value in known
                          and slip_between(amount, value) in MISTYPED), None)
            if other is not None and amount not in known:
                yield told("narrative-twice", claim, "elsewhere in the text", amount, other, severity="likely",
                           expected=f"{other}{claim.unit}")


def goals(document: Disclosure) -> Iterator[Result]:
    """The money of the projects whose goals the text counts, against the sum of as many forms."""
    projects = [project for table in document.tables if table.form == "kpi_target" for project in table.projects]
    budgets = [next((fund.annual_budget for fund in one.funds if fund.block == "year" and fund.annual_budget), None)
               for one in projects]
    for counted, claim in zip(document.claims, document.claims[1:], strict=False):
        value = value_of(claim)
        if (WORDS["goals"].search(counted.subject) and counted.value == len(projects) and value
            and claim.sentence == counted.sentence):
            sums = [amount for amount in budgets if amount is not None]
            if len(sums) == len(projects):
                yield told("narrative-goals", claim, f"{len(sums)} forms", value.amount, sum(sums, ZERO),
                           value.half * 2 * len(sums), severity="likely")

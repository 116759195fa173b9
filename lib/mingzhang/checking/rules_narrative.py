"""Rules of the narrative: its statements against themselves and against the tables.

A statement is a group of claims on one subject: an amount, what it was budgeted at or was in the year before, how it
changed, what share it is. Where several figures may be meant (two tables, two stages), a claim that agrees with one of
them holds; what agrees with none is told with the first. A percentage that is cut off instead of rounded is no failure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from ..classification import alike, normal
from ..disclosure import Disclosure
from ..narrative.claims import Claim
from ..narrative.wording import CHANGES, COMPARISONS, OPPOSITE
from . import rules_lists, rules_stated
from .lookup import BUDGETS, Figure, Printed, certain, plain
from .records import Result
from .slips import slip_between
from .statements import LEAST_TOLD, WORDS, ZERO, Spoken, Statement, Value, compared, cut_off, told, value_of

#: Numbers of fewer digits than these may be printed in 元 and in 万元 by chance.
LEAST_UNLIKE = 1000


def findings(document: Disclosure) -> Iterator[Result]:
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
    yield from units(claims, printed)
    yield from rules_lists.findings(document, statements)
    yield from rules_stated.findings(document, statements, printed)
    yield from years(claims, printed)


# --- a statement against itself --------------------------------------------------------------------------------------


def against_itself(one: Statement) -> Iterator[Result]:
    """Changes, rates, directions and shares of one statement."""
    moved: Claim | None = None
    for claim in one.claims:
        if claim.year.isdigit() and one.printed.year and int(claim.year) != one.printed.year:
            continue  # what is compared is of another year
        if claim.kind == "change":
            moved = claim if claim.value else None
            yield from change(one, claim, value_of(claim))
        elif claim.kind == "pct_change" and claim.value is not None and claim.unit in ("%", ""):
            yield from percentage(one, claim, moved if moved and claim.against in ("", moved.against) else None)
        elif claim.kind == "share" and claim.value is not None and claim.unit == "%":
            yield from (completion if claim.direction == "完成" else share)(one, claim)
    said = next((c for c in one.claims if c.kind == "change" and c.value and not WORDS["budget"].search(c.against)),
                None)
    moves = [claim for claim in one.claims if claim.kind == "change" and claim.value is not None]
    for still, moving in pairwise(moves):
        one_base = (still.against, still.sentence) == (moving.against, moving.sentence)
        if moving.value and one_base and not (still.value or still.unit):
            yield told("narrative-direction", moving, f"“{still.direction}” in the same sentence", holds=False,
                       severity="likely", printed=f"{still.direction}、{moving.direction}{moving.raw}",
                       zh=f"与同一句中“{still.direction}”矛盾")
    for claim in one.claims:
        if said and said.value and claim.kind == "change" and claim.value is None and claim.direction in CHANGES:
            same = (CHANGES[claim.direction] > 0) == (said.value > 0)
            yield told("narrative-direction", claim, f"“{claim.direction}” of a change of {said.value}", holds=same,
                       zh=f"“{claim.direction}”与增减额{said.value}矛盾")


def change(one: Statement, claim: Claim, value: Value | None) -> Iterator[Result]:
    """A change is the difference of the amounts, a direction its sign; nothing can have been less than nothing."""
    pairs = [(present, base) for present in one.current + one.whole for base in one.bases(claim)]
    if one.whole:
        pairs = [(replace(present, sure=False), base) for present, base in pairs]
    if value is None and claim.value is None and claim.direction in COMPARISONS | CHANGES and pairs:
        sign = (COMPARISONS | CHANGES)[claim.direction]
        fits = [(n, b) for n, b in pairs if sign == (n.amount > b.amount) - (n.amount < b.amount)]
        present, base = (fits or pairs)[0]
        yield told("narrative-direction", claim, f"“{claim.direction}” of {present.amount} against {base.amount}",
                   holds=bool(fits), severity="" if present.sure and base.sure else "likely",
                   zh=f"“{claim.direction}”与{present.amount}、{base.amount}不符")
    elif claim.value == 0 and not claim.unit:
        same = ((n.minus(b), f"“{claim.direction}”, {n.amount} - {b.amount}") for n, b in pairs)
        yield from compared("narrative-direction", claim, ZERO, same, ZERO)
    elif value is not None:
        moves = [(n.minus(b), f"{n.amount} - {b.amount}") for n, b in pairs]
        opposite = next((OPPOSITE[claim.direction] for move, _ in moves if value.is_opposite(move)), "")
        if opposite and not any(abs(value.amount - move.amount) <= value.half + move.half for move, _ in moves):
            yield told("narrative-direction", claim, f"“{claim.direction}” of {moves[0][1]} = {moves[0][0].amount}",
                       holds=False, severity="likely" if one.whole else "", printed=claim.direction + claim.raw,
                       expected=opposite + claim.raw, zh=f"“{claim.direction}”与{moves[0][1]}不符，应为“{opposite}”")
            return
        yield from compared("narrative-change", claim, value.amount, moves, value.half)
        now = max(one.current + one.whole, key=lambda current: current.amount, default=None)
        if not pairs and now and now.amount >= 0 and value.amount > now.amount + now.half + value.half:
            severity = "likely" if now.amount and claim.role == "part" else ""  # after a list: perhaps of the whole
            said = f"{now.amount} cannot be {value.amount} more than anything"
            yield told("narrative-change", claim, said, holds=False, severity=severity, en=said,
                       printed=claim.direction + claim.raw,
                       zh=f"本年数为{now.amount}万元，不可能增加{value.amount}万元")


def percentage(one: Statement, claim: Claim, change: Claim | None) -> Iterator[Result]:
    """A rate of change by the stated change, or by the two amounts."""
    rate, moved = claim.value or ZERO, value_of(change) if change else None
    if change and moved and rate and (moved.amount > 0) != (rate > 0):
        yield told("narrative-direction", claim, f"a change of {moved.amount} and one of {rate} %", holds=False,
                   printed=f"{change.direction}{change.raw}、{claim.direction}{claim.raw}",
                   zh=f"增减额{moved.amount}与增减率{rate}%方向相反")
        return
    wholes = one.spoken.of(claim.parent, claim, one.printed.own) if claim.role == "part" else []  # perhaps it changed
    bases = [(moved, now.minus(moved), now) for now in one.current + wholes] if moved else []
    bases = bases or [(now.minus(base), base, now) for now in one.current for base in one.bases(claim)]
    known = [(change, base, now) for change, base, now in bases if base.amount > base.half]
    if bases and not known and all(abs(base.amount) <= base.half for _, base, _ in bases) and rate:
        yield told("narrative-percentage", claim, f"{rate} % of a base of zero", holds=False, severity="note",
                   kind="implausible", zh=f"基数为零，{claim.raw}无意义")
    options = [(change.percent_of(base), f"{change.amount} / {base.amount}") for change, base, _ in known]
    stated = Value(rate, cut_off(claim))
    if claim.direction and any(stated.is_opposite(option) for option, _ in options):
        opposite = OPPOSITE[claim.direction]
        yield told("narrative-direction", claim, f"“{claim.direction}”, {options[0][1]}", holds=False,
                   expected=opposite + claim.raw, printed=claim.direction + claim.raw,
                   zh=f"“{claim.direction}”与{options[0][1]}不符，应为“{opposite}”")
        return
    yield from compared("narrative-percentage", claim, rate, options, cut_off(claim))


def completion(one: Statement, claim: Claim) -> Iterator[Result]:
    """A rate of completion by the budget that it names."""
    bases = one.bases(claim if WORDS["budget"].search(claim.against) else replace(claim, against="预算"))
    rate = claim.value or ZERO
    known = [(now, base) for now in one.current for base in bases if base.amount]
    if bases and not known:
        other = next((now.percent_of(base) for now in one.current
                      for base in one.stated("budget", *BUDGETS) if base.amount), None)
        told_of = f"{rate} % of a budget of zero"
        if other and abs(other.amount - rate) <= other.half + cut_off(claim):
            yield told("narrative-completion", claim, f"{told_of}; it is the rate of the other budget", holds=False,
                       zh=f"{claim.against}为零，{claim.raw}是另一预算数的完成率")
        else:
            yield told("narrative-completion", claim, told_of, holds=False, severity="note", kind="implausible",
                       zh=f"预算数为零，{claim.raw}无意义")
    options = ((now.percent_of(base), f"{now.amount} / {base.amount}") for now, base in known)
    yield from compared("narrative-completion", claim, rate, options, cut_off(claim))


def share(one: Statement, claim: Claim) -> Iterator[Result]:
    """A share by its part and its whole, where both are known."""
    if claim.direction != "占":
        return
    near = one.claims[0]
    own = one.printed.own
    wholes = one.spoken.of(claim.against, near, own)
    if plain(claim.parent).endswith(plain(claim.against)):
        wholes = one.spoken.of(claim.parent, near, own) + wholes
    options = ((now.percent_of(whole), f"{now.amount} / {whole.amount}") for now in one.current
               for whole in wholes if whole.amount)
    yield from compared("narrative-share", claim, claim.value or ZERO, options, cut_off(claim))


# --- against the tables ----------------------------------------------------------------------------------------------


def against_tables(one: Statement) -> Iterator[Result]:
    """Each stated amount against what the tables print for its subject at its stage."""
    for claim, value, stage in one.amounts:
        figures = one.printed.of(claim, stage) if stage else []
        if not figures:
            yield from another_years(one, claim, value, stage)
            continue
        fits = [f for f in figures if abs(f.amount - value.amount) <= f.half + 2 * value.half]  # text cuts off
        if not fits and (one.printed.is_narrowed(claim) or is_other_budget(one, stage, figures)):
            continue
        expected = (fits or figures)[0]
        yield told("narrative-amount", claim, f"{expected.title} [{expected.code or expected.name}]", value.amount,
                   expected.amount, expected.half + 2 * value.half, cells=(expected.id,), pages=(expected.page,),
                   severity="" if fits else doubt_of(one.printed, value.amount, figures, stage))


def is_other_budget(one: Statement, stage: str, figures: Sequence[Figure]) -> bool:
    """Whether a table that prints one budget prints the other one that the text states, of the year's two."""
    others = [value for _, value, other in one.amounts if {stage, other} == set(BUDGETS)]
    return any(abs(f.amount - value.amount) <= f.half + value.half for f in figures for value in others)


def doubt_of(printed: Printed, amount: Decimal, figures: Sequence[Figure], stage: str) -> str:
    """How surely an amount is meant to be one of these figures: a sum that is printed elsewhere may be of that."""
    if stage == "prior_year":  # budgeted or spent, the text does not say
        return "likely"
    elsewhere = amount >= LEAST_TOLD and amount in printed.known
    if certain(figures):
        return "likely" if elsewhere else ""
    return "note" if elsewhere else "" if any(slip_between(amount, f.amount) for f in figures) else "likely"


def units(claims: Sequence[Claim], printed: Printed) -> Iterator[Result]:
    """Sums in 元 whose digits a table prints in 万元, and the reverse."""
    for claim in claims:
        value = value_of(claim)
        if value is None or claim.value is None or claim.value < LEAST_UNLIKE or value.amount in printed.known:
            continue
        meant = {"元": claim.value, "万元": value.amount.scaleb(-4)}.get(claim.unit)
        figure = next((f for f in printed.figures if f.amount == meant), None)
        if figure:
            yield told("narrative-unit", claim, f"{figure.title} [{figure.code or figure.name}]", holds=False,
                       expected=f"{figure.amount}万元", cells=(figure.id,), pages=(figure.page,))


def another_years(one: Statement, claim: Claim, value: Value, stage: str) -> Iterator[Result]:
    """A figure of the document's own year that the text gives another year."""
    if not claim.year.isdigit() or stage == one.printed.own or not value.amount or any(one.stated(one.printed.own)):
        return
    own = one.printed.of(claim, one.printed.own)
    same = [f for f in own if f.amount == value.amount]
    if same and (not claim.measure or ("决算" in claim.measure) == (one.printed.own == "final")):
        yield told("narrative-year", claim,
                   f"{value.amount} is the figure of {one.printed.year}, the text says {claim.year}", holds=False,
                   cells=(same[0].id,), zh=f"{value.amount}万元为{one.printed.year}年数，文中写为{claim.year}年")


def named_classes(claims: Sequence[Claim], printed: Printed) -> Iterator[Result]:
    """Codes and names of classes against those of the tables; each statement once."""
    if not printed.names:
        return
    for claim in {one.group: one
                  for one in reversed(claims) if one.kind == "amount" and (one.code or one.path)}.values():
        name = plain(claim.subject)
        if claim.code and claim.code not in printed.names:
            meant = [code for code, listed in printed.names.items() if listed == name and only_at(printed, code, claim)]
            if len(claim.code) not in (3, 5, 7) or meant:
                yield told("narrative-code", replace(claim, raw=claim.code),
                           f"{claim.code}, in the tables {meant[0] if meant else 'no code'}", holds=False,
                           expected=meant[0] if meant else "",
                           zh=f"文中科目编码{claim.code}有误" + (f"，表中为{meant[0]}" if meant else ""))
        elif claim.code and claim.code in printed.names and normal(printed.names[claim.code]) != normal(name):
            meant = [code for code, listed in printed.names.items() if normal(listed) == normal(name)]
            if len(meant) == 1:
                yield told("narrative-code", replace(claim, raw=claim.code), f"{claim.code}, in the tables {meant[0]}",
                           holds=False, expected=meant[0], zh=f"文中科目编码{claim.code}，表中为{meant[0]}")
        elif claim.path.count("/") == 2 and not claim.code and (code := printed.code_of(claim.path)):
            said, listed = claim.path.split("/")[1], printed.names.get(code[:5], "")
            others = {normal(name) for name in printed.names.values()} - {normal(listed)}
            if listed and (normal(said) in others or not alike(normal(said), normal(listed))):
                yield told("narrative-name", replace(claim, raw=said, subject=said), "", holds=False, expected=listed,
                           severity="" if only_at(printed, code, claim) else "likely")
        elif claim.path and not claim.code and not printed.code_of(claim.path):
            size = 3 + 2 * claim.path.count("/")
            meant = [code for code, listed in printed.names.items()
                     if len(code) == size and listed != name and only_at(printed, code, claim)]
            if len(meant) == 1 and "/" in claim.path and normal(name) not in map(normal, printed.names.values()):
                listed = printed.names[meant[0]]
                yield told("narrative-name", replace(claim, raw=claim.subject),
                           f"{claim.subject}, in the tables {meant[0]} {listed}", holds=False, expected=listed,
                           severity="likely" if alike(normal(name), normal(listed)) else "")


def only_at(printed: Printed, code: str, claim: Claim) -> bool:
    """Whether the tables print a claim's amount for a code."""
    value = value_of(claim)
    return (bool(value and value.amount)
            and any(f.code == code and abs(f.amount - value.amount) <= f.half + value.half
                    for f in printed.figures if value))


# --- years -----------------------------------------------------------------------------------------------------------


def years(claims: Sequence[Claim], printed: Printed) -> Iterator[Result]:
    """A change is against another year or, in accounts, against the budget; holdings are those of the year's end."""
    if not printed.year:
        return
    seen = set()
    for claim in claims:
        place = (claim.sentence, claim.subject)
        if claim.kind not in ("change", "pct_change") or claim.role == "reason" or place in seen:
            continue
        for said in map(int, WORDS["year"].findall(claim.against)):
            seen.add(place)
            stated_of = {int(one.year) for one in claims
                         if one.group == claim.group and one.year.isdigit() and is_of_last_year(one, printed)}
            own_budget = said == printed.year and printed.own == "initial_budget"
            if str(printed.year + 1) in claim.sentence.replace(claim.against, ""):
                continue  # an outlook
            yield told("narrative-year", claim, f"compared with {said}, the document is of {printed.year}",
                       holds=said == printed.year - 1 or (said == printed.year and not own_budget),
                       expected=str(printed.year - 1),
                       printed=claim.against, severity="" if own_budget or said > printed.year or said in stated_of
                       else "likely", zh=f"与{said}年比较，文件年度为{printed.year}年")
    for sentence, claim in {claim.sentence: claim for claim in claims}.items():
        for said in map(int, WORDS["closing"].findall(sentence)):
            if printed.own == "final":
                yield told("narrative-year", claim, f"as of the end of {said}, accounts of {printed.year}",
                           holds=said == printed.year, severity="likely" if str(printed.year) in sentence else "",
                           printed=f"{said}年末", expected=str(printed.year),
                           zh=f"截至日为{said}年末，决算年度为{printed.year}年")


def is_of_last_year(claim: Claim, printed: Printed) -> bool:
    """Whether a stated amount is what the tables print for the year before, whatever year the text gives it."""
    value, last = value_of(claim), replace(claim, year=str((printed.year or 0) - 1))
    return bool(value) and any(f.amount == value.amount for f in printed.of(last, printed.stage(last)) if value)

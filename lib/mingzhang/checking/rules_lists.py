"""Rules of lists in the text: parts and whole, shares, procurement, contents of an expenditure, reasons given."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ..classification import normal
from ..disclosure import Disclosure
from ..narrative.claims import Claim
from ..vocabulary import within
from .lookup import Figure, Printed, plain
from .records import Result
from .slips import MISTYPED, slip_between
from .statements import LEAST_TOLD, WORDS, ZERO, Statement, Value, compared, cut_off, told, total_of, value_of

#: Of a longer list some part is always one digit from where it would add up.
MOST_LISTED = 6


def findings(document: Disclosure, statements: Sequence[Statement]) -> Iterator[Result]:
    """The outcome of every rule of lists."""
    yield from sums(statements)
    yield from wholes(statements)
    yield from procurement(document.claims)
    yield from reasons(document)
    if statements:
        yield from contents(document, statements[0].printed)


# --- parts and wholes ------------------------------------------------------------------------------------------------


def own(one: Statement) -> Value | None:
    """The sum of the document's own stage that a statement gives."""
    return next(iter(one.stated(one.printed.own)), None)


def sums(statements: Sequence[Statement]) -> Iterator[Result]:
    """Parts that add up to their whole within their printed digits; then their changes add up to its change."""
    parts: dict[tuple[str, str], list[tuple[Statement, Value]]] = defaultdict(list)
    for one in statements:
        first = one.claims[0]
        if first.parent and first.role == "part" and (value := own(one)):
            parts[first.section, first.parent].append((one, value))
    for (section, parent), listed in parts.items():
        whole = next((one for one in statements
                      if one.claims[0].section == section and one.claims[0].subject == parent), None)
        total = own(whole) if whole else None
        if whole is None or total is None or len(listed) < 2:
            continue
        added = total_of(value for _, value in listed)
        if abs(added.amount - total.amount) > added.half + total.half:
            yield from mistyped(whole, listed, total.amount, added.amount)
            continue
        how = " + ".join(str(value.amount) for _, value in listed)
        yield told("narrative-sum", whole.claims[0], how, total.amount, added.amount, added.half + total.half)
        moves = [value for one, _ in listed for c in one.claims if c.kind == "change" and (value := value_of(c))]
        move = next(((c, value) for c in whole.claims if c.kind == "change" and (value := value_of(c))), None)
        if move and len(moves) == len(listed):
            together = total_of(moves)
            yield told("narrative-sum", move[0], f"the changes of its {len(moves)} parts", move[1].amount,
                       together.amount, together.half + move[1].half, severity="likely",
                       zh=f"增减额{move[1].amount}与{len(moves)}项增减额之和{together.amount}不符")


def mistyped(whole: Statement, listed: Sequence[tuple[Statement, Value]], total: Decimal,
             added: Decimal) -> Iterator[Result]:
    """Parts that add up to their whole once one digit is put right, in one of them or in the whole."""
    claim = whole.claims[0]
    declared = any(re.search(entry["of"], plain(claim.subject)) for entry in within("narrative", "wholes").values())
    if declared or len(listed) > MOST_LISTED:
        return  # told by `wholes`, or alike by chance
    how = " + ".join(str(value.amount) for _, value in listed)
    slipped = [(next(c for c in one.claims if value_of(c) == value), due) for one, value in listed
               if (due := value.amount + total - added) > 0 and slip_between(value.amount, due) in MISTYPED]
    if slip_between(total, added) in MISTYPED or len(slipped) > 1:
        yield told("narrative-sum", claim, how, holds=False, expected=f"{added}万元", severity="likely")
    elif slipped:
        part, due = slipped[0]
        yield told("narrative-sum", part, how, holds=False, expected=f"{due}万元",
                   severity="" if due >= LEAST_TOLD else "likely")


def wholes(statements: Sequence[Statement]) -> Iterator[Result]:
    """The parts of declared wholes where a list gives them all: their sum against the whole, each share against the
    sum."""
    for entry in within("narrative", "wholes").values():
        lists: dict[tuple[str, str], list[dict[int, Statement]]] = defaultdict(list)
        for one in statements:
            first = one.claims[0]
            number = next((i for i, expression in enumerate(entry["parts"])
                           if re.search(expression, plain(first.subject))), None)
            if re.search(entry["of"], plain(first.parent)) and number is not None and own(one):
                runs = lists[first.section, first.parent]
                if not runs or number in runs[-1]:
                    runs.append({})
                runs[-1][number] = one
        for (section, parent), runs in lists.items():
            named = [one for one in statements if one.claims[0].section == section and one.claims[0].subject == parent]
            for run in runs:
                if len(run) == len(entry["parts"]):
                    yield from of_whole(list(run.values()), named)


def of_whole(run: Sequence[Statement], named: Sequence[Statement]) -> Iterator[Result]:
    """All parts of a whole against it, and their shares; a part said in 元 that is one of 万元 is what is wrong."""
    parts = [(one, value) for one in run if (value := own(one))]
    added = total_of(value for _, value in parts)
    how = " + ".join(str(value.amount) for _, value in parts)
    for whole in named[:1]:
        if total := own(whole):
            slipped = next(((one, value) for one, value in parts if value.amount and
                            abs(added.amount + 9_999 * value.amount - total.amount) <= added.half + total.half), None)
            if slipped:
                claim = next(c for c in slipped[0].claims if value_of(c) == slipped[1])
                yield told("narrative-sum", claim, how, holds=False, expected=claim.raw.replace("元", "万元"))
            else:
                yield told("narrative-sum", whole.claims[0], how, total.amount, added.amount, added.half + total.half)
    for one in run:
        value = own(one)
        for claim in one.claims:
            if (claim.kind == "share" and claim.direction == "占" and claim.value is not None and value and added.amount
                and not named):
                share = [(value.percent_of(added), f"{value.amount} / ({how})")]
                yield from compared("narrative-share", claim, claim.value, share, cut_off(claim))


def procurement(claims: Sequence[Claim]) -> Iterator[Result]:
    """What goes to small and medium firms is no more than the whole, also over parts; its rate lies between theirs."""
    by_section: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if "采购" in claim.section.rpartition("/")[2] or "采购" in claim.subject:
            by_section[claim.section].append(claim)
    for listed in by_section.values():
        amounts = [(claim, value) for claim in listed if claim.kind == "amount" and (value := value_of(claim))]
        total = next((value for claim, value in amounts
                      if WORDS["procurement"].search(claim.subject) and not claim.parent), None)
        small = [(claim, value) for claim, value in amounts if WORDS["small"].search(claim.subject)]
        for claim, value in small if total else ():
            if total and value.amount > total.amount + total.half + value.half:
                yield told("narrative-procurement", claim, f"more than the whole procurement of {total.amount}",
                           holds=False, zh=f"{claim.raw}大于政府采购总额{total.amount}万元")
        awarded = [(claim, value) for claim, value in small if WORDS["awarded"].search(claim.subject)]
        together = total_of(value for _, value in awarded)
        if total and len(awarded) > 1 and together.amount > total.amount + total.half + together.half:
            how = (f"{' + '.join(str(value.amount) for _, value in awarded)} "
                   f"is more than the whole procurement of {total.amount}")
            yield told("narrative-procurement", awarded[-1][0], how, holds=False,
                       zh=f"授予中小企业合计{together.amount}万元，大于政府采购总额{total.amount}万元")
        rates = [claim for claim in listed
                 if claim.kind == "share" and WORDS["small"].search(claim.subject) and claim.value is not None]
        kinds = [claim for claim in rates if WORDS["kind_of_procurement"].search(claim.against)]
        whole = next((claim for claim in rates if claim not in kinds and "微企业" not in claim.subject), None)
        if (whole and len(kinds) == 3 and whole.value
            and all((claim.value or 0) + cut_off(claim) < whole.value for claim in kinds)):
            how = (f"{whole.raw} of the whole "
                   f"and no more than {max(claim.value or ZERO for claim in kinds)} % of any part")
            yield told("narrative-procurement", replace(kinds[-1], raw=whole.raw), how, holds=False,
                       zh=f"总体占比{whole.raw}，货物、工程、服务占比均低于该数")


# --- contents and reasons --------------------------------------------------------------------------------------------


def contents(document: Disclosure, printed: Printed) -> Iterator[Result]:
    """What the text lists as contents of 人员经费 and 公用经费 against the lines of the economic table."""
    lines = {normal(f.name): f for f in printed.figures
             if f.form == "basic_expenditure_economic" and len(f.code) == 5 and f.stage == printed.own}
    if not lines:
        return
    for claim in document.claims:
        if (claim.kind == "amount" and re.search(r"^人员经费|公用经费", plain(claim.subject))
            and "基本支出" in f"{claim.section}{claim.parent}"):
            after = claim.sentence.partition(claim.raw)[2].partition("；")[0]
            found = WORDS["list"].search(after)
            named = ([word for word in WORDS["joined"].split(found["items"]) if word and not re.search(r"\d", word)]
                     if found else [])
            missing = [word for word in named if not has_money(normal(WORDS["no_item"].sub("", word)), lines)]
            if named:
                said = "、".join(missing) or f"{len(named)} items"
                yield told("narrative-list", replace(claim, raw=said), said, holds=not missing, severity="likely")


def has_money(name: str, lines: dict[str, Figure]) -> bool:
    """Whether the table has a line of a name, or one that the name shortens or lengthens, with money."""
    like = [line for listed, line in lines.items() if name and (name in listed or listed in name)]
    return any(line.amount for line in like)


def reasons(document: Disclosure) -> Iterator[Result]:
    """Thrift given as the reason of an increase, and an increase alone as the reason of a decrease."""
    changes = [claim for claim in document.claims if claim.kind == "change" and claim.value and claim.role != "reason"]
    for claim in {claim.sentence: claim for claim in reversed(changes)}.values():
        part = next((part.text for part in document.paragraphs if claim.sentence in part.text), "")
        after = part.partition(claim.sentence)[2][:120]
        tail = (claim.sentence.partition(claim.raw)[2]
                + (after if "原因" in after.partition("。")[0] and "原因" not in claim.sentence else ""))
        found = re.search(r"主要(?:原因)?[是为]?[：:]?(?P<words>[^。]*)", tail)
        words = found["words"] if found else ""
        more, less = WORDS["more"].search(words), WORDS["thrift"].search(words)
        others = WORDS["fallen"].search(tail[: found.start()]) if found else None  # whose reason it is
        if (claim.value or 0) > 0 and less and not more and not others:
            yield told("narrative-reason", claim, f"an increase, for which the reason is “{words[:30]}”", holds=False,
                       severity="likely", zh=f"增加的原因写作“{words[:30]}”")



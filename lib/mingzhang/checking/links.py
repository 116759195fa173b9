"""Links: what documents say of each other. The same figure printed in two of them must be the same figure.

A budget prints last year's figures, final accounts print the budget, a department's accounts hold its units', and a disclosure may be
published twice. All of these meet in the long table of figures (`studies.fiscal`): under one key the figures of all documents stand
together. A link that is not certain is not made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from ..dataset.printed import AmountRow, ChangeRow, DocumentRow
from ..dataset.verdicts import CheckRow
from ..studies.fiscal import Key, Source, belief, same_figure

#: What the rules of this module say, by the id that checks carry.
STATEMENTS = {
    "link-prior-year": "the figure of {year} beside that of the next year = the one that the document of {year} prints",
    "link-version": "the same figure in two publications of the same accounts",
    "link-stage": "the budget that final accounts print = the budget as published",
    "link-unit": "a department's figure >= that of one of its units",
    "link-stated-change": "a stated change implies last year's figure = the one that last year's document prints",
}
#: A sum of money in yuan is this many ten-thousandths of one in 万元.
_YUAN = 4


def links(documents: Sequence[DocumentRow], sources: Sequence[Source], changes: Sequence[ChangeRow]) -> Iterator[CheckRow]:
    """The checks between the documents of one agency: `sources` are its figures, `changes` what its narratives state."""
    by_id = {row.doc_id: row for row in documents}
    figures = {key: best_by_document(found) for key, found in same_figure(sources)}
    number: dict[str, int] = {}

    def check(rule: str, left: AmountRow, right: AmountRow, statement: str, value: Decimal | None = None, whole: bool = False) -> CheckRow:
        number[left.doc_id] = number.get(left.doc_id, 0) + 1
        printed = left.amount if value is None else value
        difference = printed - right.amount
        tolerance = half(left.amount) + half(right.amount) + (half(printed) if value is not None else 0)
        missed = difference < -tolerance if whole else abs(difference) > tolerance
        status = ("pass" if not difference or (whole and difference > 0) else "rounding") if not missed else "fail"
        return CheckRow(
            check_id=f"{left.doc_id}/x{number[left.doc_id]:03d}", rule=rule, doc_id=left.doc_id, scope="cross_document", statement=statement,
            left=printed, right=right.amount, difference=difference, tolerance=tolerance, status=doubtful(status, by_id, left, right, rule),
            amount_ids=f"{left.amount_id} {right.amount_id}", pages=str(left.page),
        )  # fmt: skip

    for key, found in figures.items():
        for one, two in pairwise(sorted(found.values(), key=lambda row: (row.fiscal_year or 0, row.kind == "final_accounts", row.doc_id))):
            rule = rule_of(by_id[one.doc_id], by_id[two.doc_id])
            yield check(rule, two, one, worded(rule, key, two, one))
        for two in found.values() if key.scope == "unit" else ():
            for one in figures.get(key._replace(scope="department"), {}).values():
                yield check("link-unit", one, two, worded("link-unit", key, one, two), whole=True)
    yield from (check("link-stated-change", this, before, text, value) for this, before, text, value in stated(figures, changes))


def best_by_document(found: Sequence[Source]) -> dict[str, AmountRow]:
    """The best source of a figure in each document that prints it."""
    best: dict[str, AmountRow] = {}
    for one in sorted(found, key=belief):
        best.setdefault(one.amount.doc_id, one.amount)
    return best


def rule_of(one: DocumentRow, two: DocumentRow) -> str:
    """Why two documents print the same figure."""
    if one.fiscal_year != two.fiscal_year:
        return "link-prior-year"
    return "link-version" if one.kind == two.kind else "link-stage"


def worded(rule: str, key: Key, one: AmountRow, two: AmountRow) -> str:
    """What a check says: its rule, the figure, and the two documents."""
    name = f"{key.code} {one.name}".strip()
    return f"{STATEMENTS[rule].format(year=key.fiscal_year)}: {name} ({key.fund}, {key.item}), {one.doc_id} p. {one.page} and {two.doc_id} p. {two.page}"


def half(amount: Decimal) -> Decimal:
    """Half a unit of the last printed place of a figure."""
    exponent = amount.as_tuple().exponent
    return Decimal(5).scaleb(min(exponent, 0) - 1) if isinstance(exponent, int) else Decimal(0)


def doubtful(status: str, documents: dict[str, DocumentRow], one: AmountRow, two: AmountRow, rule: str) -> str:
    """A difference that a restated base, an inferred reading or an unknown scope may explain is in doubt, not a failure."""
    sure = one.reading == two.reading == "printed" and documents[one.doc_id].scope and documents[two.doc_id].scope
    restated = rule == "link-prior-year" and one.stage == "prior_year_budget"
    return "doubt" if status == "fail" and (restated or not sure) else status


def stated(
    figures: dict[Key, dict[str, AmountRow]], changes: Sequence[ChangeRow]
) -> Iterator[tuple[AmountRow, AmountRow, str, Decimal]]:
    """For each stated change whose amount a table prints: that figure, last year's own, the statement and the implied amount.

    Where several figures equal the amount the change is about one of them: it is linked only where last year's agree, or one of them is met.
    """
    for change in changes:
        if change.amount is None:
            continue
        rivals: list[tuple[AmountRow, AmountRow, Decimal]] = []
        for key, found in figures.items():
            this = found.get(change.doc_id)
            shift = 0 if this and this.amount == change.amount else -_YUAN
            if this is None or this.amount != change.amount.scaleb(shift) or (change.code and change.code != key.code):
                continue
            implied = (change.amount - change.change).scaleb(shift)
            before = figures.get(key._replace(fiscal_year=key.fiscal_year - 1), {})
            rivals += [(this, row, implied) for row in before.values() if row.doc_id != change.doc_id]
        met = [one for one in rivals if abs(one[1].amount - one[2]) <= half(one[1].amount) + half(one[2])]
        for this, before_row, implied in met[:1] or (rivals[:1] if len({row.amount for _, row, _ in rivals}) == 1 else []):
            text = f"{STATEMENTS['link-stated-change']}: {change.subject}, {change.doc_id} p. {change.page} and {before_row.doc_id} p. {before_row.page}"
            yield replace(this, page=change.page), before_row, text, implied

"""Links: what documents say of each other. The same figure printed in two of them must be the same figure.

A budget prints last year's figures, final accounts print the budget, a department's accounts hold its units', and a
disclosure may be published twice. All of these meet in the long table of figures (`studies.fiscal`): under one key the
figures of all documents stand together. A link that is not certain is not made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from .. import vocabulary
from ..classification import SAME, alike, normal
from ..dataset.printed import AmountRow, DocumentRow
from ..dataset.studied import ChangeRow
from ..dataset.verdicts import CheckRow, FindingRow
from ..studies.fiscal import Key, Source, belief, same_figure

#: A sum of money in yuan is this many ten-thousandths of one in 万元.
_YUAN = 4
#: A difference accuses only where so many other figures of the two documents agree, and nearly all of them.
LEAST_AGREEING, SHARE_AGREEING = 3, Decimal("0.9")

Figures = Mapping[Key, Mapping[str, AmountRow]]


@dataclass(frozen=True, slots=True)
class Link:
    """Two figures that should be one: `left` (`value`, or its own amount) and `right`, of which `left` may be the
    whole.
    """

    rule: str
    key: Key
    left: AmountRow
    right: AmountRow
    value: Decimal
    subject: str = ""

    @property
    def difference(self) -> Decimal:
        return self.value - self.right.amount

    @property
    def tolerance(self) -> Decimal:
        """Half a unit of the last place of each printed figure."""
        own = half(self.left.amount) + half(self.right.amount)
        return own + (half(self.value) if self.rule == "link-stated-change" else 0)

    @property
    def status(self) -> str:
        """pass, rounding, fail, or doubt where an inferred reading, an unknown scope or a restated budget may explain a
        difference.
        """
        part = self.rule == "link-unit"
        if not self.difference or (part and self.difference > 0):
            return "pass"
        if abs(self.difference) <= self.tolerance:
            return "rounding"
        restated = self.rule == "link-prior-year" and self.left.stage == "prior_year_budget"
        return ("doubt" if restated or not self.key.scope or {self.left.reading,
                                                              self.right.reading} != {"printed"} else "fail")

    def words(self, language: str) -> str:
        name = self.subject or f"{self.key.code} {self.right.name}".strip() + f" ({self.key.fund}, {self.key.item})"
        one, two = (f"{row.doc_id} p. {row.page}" for row in (self.left, self.right))
        template = vocabulary.toml("links")[self.rule][language]
        return template.format(figure=name, year=self.key.fiscal_year, left=self.value, right=self.right.amount,
                               one=one, two=two)


def links(documents: Sequence[DocumentRow], sources: Sequence[Source], changes: Sequence[ChangeRow]) -> Iterator[Link]:
    """The links between the documents of one agency: `sources` are its figures, `changes` what its narratives state."""
    by_id = {row.doc_id: row for row in documents}
    figures = {key: best_by_document(found) for key, found in same_figure(sources)}
    for key, found in figures.items():
        order = sorted(found.values(), key=lambda row: (row.fiscal_year or 0, row.kind == "final_accounts", row.doc_id))
        for one, two in pairwise(order):
            if key.code and not alike(normal(one.name), normal(two.name), SAME):
                continue  # the code has another meaning in the other year
            yield Link(rule_of(by_id[one.doc_id], by_id[two.doc_id]), key, two, one, two.amount)
        for unit in order if key.scope == "unit" else ():
            for whole in figures.get(key._replace(scope="department"), {}).values():
                if whole.doc_id not in found:
                    yield Link("link-unit", key, whole, unit, whole.amount)
    yield from stated(figures, changes)


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


def half(amount: Decimal) -> Decimal:
    """Half a unit of the last printed place of a figure."""
    exponent = amount.as_tuple().exponent
    return Decimal(5).scaleb(min(exponent, 0) - 1) if isinstance(exponent, int) else Decimal(0)


def stated(figures: Figures, changes: Sequence[ChangeRow]) -> Iterator[Link]:
    """For each stated change whose amount a table prints: that figure against last year's own, by the amount that the
    change implies.

    Where several figures equal the amount the change may be about any of them: it is linked to the one that is met, or
    else only where last year's figures agree.
    """
    for change in changes:
        rivals = [
            link for key, found in figures.items() for link in implied(figures, key, found.get(change.doc_id), change)
        ]
        met = [link for link in rivals if link.status in ("pass", "rounding")]
        if met or len({link.right.amount for link in rivals}) == 1:
            yield (met or rivals)[0]


def implied(figures: Figures, key: Key, this: AmountRow | None, change: ChangeRow) -> Iterator[Link]:
    """The links of a stated change to last year's figures, if it is about the figure of a key."""
    if this is None or change.amount is None or not (change.amount or change.code):
        return  # so many figures print a 0 that it tells nothing without a code
    if this.amount not in (change.amount, change.amount.scaleb(-_YUAN)):
        return
    if change.code and change.code != key.code:
        return
    value = (change.amount - change.change).scaleb(0 if this.amount == change.amount else -_YUAN)
    before = key._replace(fiscal_year=key.fiscal_year - 1)
    for row in figures.get(before, {}).values():
        if row.doc_id != change.doc_id and (not key.code or alike(normal(row.name), normal(this.name), SAME)):
            yield Link("link-stated-change", before, this, row, value, change.subject)


# --- rows of the dataset ---------------------------------------------------------------------------------------------


def link_rows(found: Sequence[Link]) -> tuple[list[CheckRow], list[FindingRow]]:
    """The checks of the links, numbered by document, and a finding for each two figures that are not one."""
    numbers: Counter[str] = Counter()
    agreeing = Counter((link.left.doc_id, link.right.doc_id, link.status in ("pass", "rounding")) for link in found)
    checks: list[CheckRow] = []
    broken: dict[tuple[object, ...], list[tuple[Link, CheckRow]]] = {}
    for link in found:
        doc_id = link.left.doc_id
        numbers[doc_id] += 1
        checks.append(CheckRow(
            check_id=f"{doc_id}/x{numbers[doc_id]:03d}", rule=link.rule, doc_id=doc_id, scope="cross_document",
            statement=link.words("en"), left=link.value, right=link.right.amount, difference=link.difference,
            tolerance=link.tolerance, status=link.status, pages=str(link.left.page),
            amount_ids=f"{link.left.amount_id} {link.right.amount_id}",
        ))
        if link.status in ("fail", "doubt"):
            broken.setdefault((doc_id, link.right.doc_id, link.value, link.right.amount), []).append((link, checks[-1]))
    return checks, [finding(number, same, agreeing) for number, same in enumerate(broken.values(), start=1)]


def finding(number: int, same: Sequence[tuple[Link, CheckRow]],
            agreeing: Mapping[tuple[str, str, bool], int]) -> FindingRow:
    """The finding of all links that miss in the same two figures: an error only where the two documents agree
    otherwise.
    """
    link, check = same[0]
    held, missed = (agreeing.get((check.doc_id, link.right.doc_id, met), 0) for met in (True, False))
    sure = link.status == "fail" and held >= LEAST_AGREEING and held >= SHARE_AGREEING * (held + missed)
    return FindingRow(finding_id=f"{check.doc_id}/fx{number:03d}", doc_id=check.doc_id, kind="cross_document",
                      pages=check.pages, severity="error" if sure else "likely" if link.status == "fail" else "note",
                      printed=str(link.value), expected=str(link.right.amount), sentence_en=link.words("en"),
                      sentence_zh=link.words("zh"), check_ids=" ".join(one.check_id for _, one in same),
                      amount_ids=" ".join(dict.fromkeys(" ".join(one.amount_ids for _, one in same).split())))

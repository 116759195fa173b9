"""Checks: the one engine that confronts a document with the rules and says of each whether it holds.

An `Account` is a document as numbers: the places of every figure and the identities between them. It does not depend on what the
figures are, so that it can be confronted again and again with changed ones (see tools/fault_injection.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from .. import forms
from ..document import Document
from . import formulas, identities, rules, rules_kpi, rules_narrative, rules_presence, wording
from .identities import Identity
from .kpi_sheets import KpiSheet, numbers_in, read_kpi
from .ledger import Ledger, exponent_for
from .records import Check, Result
from .sheets import Sheet, read_sheet

#: Forms whose lines may be nested in ways that no rule foresees.
LOOSE_FORMS = identities.NESTED_BY_COLUMN
LOOSE_RULES = frozenset({"label-parts", "label-share", "total-lines"})
#: One wrong figure breaks up to three sums (of which it is a part, of which it is the whole, a total); two may be wrong.
MOST_BROKEN = 6
#: A quotient that rounds to the printed percentage agrees with it.
EXACT = Decimal("0.005")


class Outcome(NamedTuple):
    """An identity confronted with figures, in units of the ledger (the tolerance doubled, to stay whole)."""

    left: int
    right: int
    difference: int
    twice_tolerance: int
    status: str


@dataclass
class Account:
    """A document as places, tables and identities."""

    document: Document
    ledger: Ledger
    sheets: list[Sheet]
    kpis: list[KpiSheet]
    identities: list[Identity]
    loose: frozenset[str]


def account(document: Document) -> Account:
    """Enter the figures of a document into a ledger and find the identities that they must keep."""
    fiscal = [table for table in document.tables if table.form not in forms.KPI_FORMS and (table.facts or table.is_empty)]
    scored = [(table, project) for table in document.tables for project in table.projects]
    amounts = [fact.amount for table in fiscal for fact in table.facts if fact.unit == "万元"]
    for table in dict.fromkeys(id(t) for t, _ in scored):
        amounts.extend(numbers_in(next(t for t, _ in scored if id(t) == table)))
    ledger = Ledger(exponent_for(amounts))
    sheets = [read_sheet(table, ledger) for table in fiscal]
    kpis = [read_kpi(table, project, ledger) for table, project in scored]
    found = [one for sheet in sheets for one in identities.within(sheet)]
    found.extend(formulas.across(sheets, document.source.kind))
    found.extend(one for kpi in kpis for one in rules_kpi.within(kpi))
    found.extend(rules_kpi.across(kpis, sheets, document.source.kind))
    loose = frozenset(sheet.table.table_id for sheet in sheets if sheet.form in LOOSE_FORMS)
    return Account(document, ledger, sheets, kpis, distinct(found), loose)


def distinct(found: Iterable[Identity]) -> list[Identity]:
    """The identities, each set of terms once."""
    seen: dict[object, Identity] = {}
    for one in found:
        seen.setdefault((frozenset(one.terms), one.op, one.constant), one)
    return list(seen.values())


# --- confronting -----------------------------------------------------------------------------------------------------


def outcome(one: Identity, ledger: Ledger) -> Outcome | None:
    """An identity with the figures of a ledger; None where it says nothing about them (nothing is printed, or no more is claimed)."""
    values = ledger.values
    printed = [place for place in one.places if values[place] is not None]
    if not printed or (one.op == ">=" and all(values[place] is None for _, place in one.left)):
        return None
    left = sum(sign * (values[place] or 0) for sign, place in one.left)
    right = sum(sign * (values[place] or 0) for sign, place in one.right) + one.constant
    twice = sum(ledger.places[place].quantum for place in printed)
    miss = min(left - right, 0) if one.op == ">=" else left - right
    status = "pass" if miss == 0 else "rounding" if 2 * abs(miss) <= twice else "fail"
    if one.op == "~" and status == "fail":
        return None
    return Outcome(left, right, left - right, twice, status)


def check_document(document: Document) -> list[Check]:
    """Every check of a document."""
    return confront(account(document))


def confront(books: Account) -> list[Check]:
    """Every check of an account: identities, the rules that are no sums, and what could not be asked."""
    return list(numbered(books.document.doc_id, (*sums(books), *others(books), *unasked(books))))


def numbered(doc_id: str, rows: Iterable[Check]) -> Iterator[Check]:
    """The checks with their ids: document, rule and number within the rule."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.rule] += 1
        yield replace(row, check_id=f"{doc_id}/{row.rule}-{counts[row.rule]:03d}")


def outcomes(books: Account) -> list[Outcome | None]:
    """The outcome of every identity of an account, in its order; those of tables whose nesting was not understood are untestable."""
    found = [outcome(one, books.ledger) for one in books.identities]
    unclear = not_understood(books, found)
    if not unclear:
        return found
    return [
        result._replace(status="untestable") if result and result.status == "fail" and loose_table(books, one) in unclear else result
        for one, result in zip(books.identities, found, strict=True)
    ]


def sums(books: Account) -> Iterator[Check]:
    """One row for each identity that says something about the printed figures."""
    ledger = books.ledger
    for one, result in zip(books.identities, outcomes(books), strict=True):
        if result is None:
            continue
        places = [ledger.places[place] for place in one.places]
        yield Check(
            "", one.rule, books.document.doc_id, one.scope, one.statement, ledger.decimal(result.left), ledger.decimal(result.right),
            ledger.decimal(result.difference), Decimal(result.twice_tolerance).scaleb(-ledger.exponent) / 2, result.status,
            tuple(place.id for place in places), tuple(dict.fromkeys(place.page for place in places)),
        )  # fmt: skip


def not_understood(books: Account, found: Sequence[Outcome | None]) -> set[str]:
    """The tables of loose forms of which more nested sums fail than one wrong figure breaks: their nesting was not understood."""
    failed = Counter(
        table for one, result in zip(books.identities, found, strict=True)
        if result and result.status == "fail" and (table := loose_table(books, one))
    )  # fmt: skip
    return {table for table, count in failed.items() if count > MOST_BROKEN}


def loose_table(books: Account, one: Identity) -> str:
    """The table of an identity, if it is one of a loose form's nested sums."""
    table = books.ledger.places[one.places[0]].table_id
    return table if one.rule in LOOSE_RULES and table in books.loose else ""


def others(books: Account) -> Iterator[Check]:
    """The rules that are no sums: performance tables, presence, narrative."""
    found: list[Result] = [one for kpi in books.kpis for one in rules_kpi.findings(kpi)]
    found.extend(rules_kpi.rate_points(books.kpis))
    found.extend(rules_presence.findings(books.document, books.sheets))
    found.extend(rules_narrative.findings(books.document))
    found.extend(wording.findings(books.document))
    for one in found:
        yield row_of(books.document.doc_id, one)


def row_of(doc_id: str, one: Result) -> Check:
    """The outcome of a rule that is no sum as a row."""
    difference = one.left - one.right if one.left is not None and one.right is not None else None
    status = "untestable" if one.holds is None else "pass" if one.holds else "fail"
    if one.status:
        status = one.status
    elif one.holds is None and difference is not None:
        status = "pass" if abs(difference) <= EXACT else "rounding" if abs(difference) <= one.tolerance else "fail"
    left, right, difference = (None if x is None else short(x) for x in (one.left, one.right, difference))
    return Check("", one.rule, doc_id, one.scope, one.statement, left, right, difference, short(one.tolerance), status, one.cells,
                 one.pages, one)  # fmt: skip


def short(value: Decimal) -> Decimal:
    """A quotient to four decimals, other values as they are, without trailing zeros beyond two."""
    rounded = round(value, 4)
    return round(rounded, 2) if rounded == round(rounded, 2) else rounded


def unasked(books: Account) -> Iterator[Check]:
    """The declared rules across tables of which this document's forms print nothing, one row each."""
    asked = {one.rule for one in books.identities}
    if not books.sheets:
        return
    for rule in rules.ACROSS:
        if rule.id not in asked:
            why = f" (where {', '.join(rule.when)})" if rule.when else ""
            yield Check("", rule.id, books.document.doc_id, rule.scope, rule.formula + why, None, None, None, None, "untestable", (), ())

"""Checks: the one engine that confronts a document with the rules and says of each whether it holds.

An `Account` is a document as numbers: the places of every figure and the identities between them. It does not depend on
what the figures are, so that it can be confronted again and again with changed ones (see tools/fault_injection.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from ..disclosure import Disclosure
from . import comparing, formulas, rules, rules_kpi, rules_narrative, rules_presence, wording
from .codes import misprinted
from .identity import Identity, Outcome, outcome
from .kpi_sheets import KpiSheet, numbers_in, read_kpi
from .ledger import Ledger, exponent_for
from .records import Check, Result
from .sheets import Sheet, amounts_of, fiscal, read_sheet

#: Rules that follow how lines are nested, which no rule foresees in every form.
NESTED_RULES = frozenset({"label-parts", "label-share", "total-lines"})
#: Rules that rest on conditions, which a document may not print.
CONDITIONAL = frozenset(rule.id for rule in rules.ACROSS if rule.when)
#: One wrong figure breaks up to three sums (as a part, as the whole, in a total); two may be wrong.
MOST_BROKEN = 7
#: So many failures of one family, more than hold, are no accident.
FEW = 3
#: A quotient that rounds to the printed percentage agrees with it.
EXACT = Decimal("0.005")


@dataclass
class Account:
    """A document as places, tables and identities."""

    document: Disclosure
    ledger: Ledger
    sheets: list[Sheet]
    kpis: list[KpiSheet]
    identities: list[Identity]
    codes: list[Result]


@dataclass(frozen=True)
class Confronted:
    """An account with the outcome of each identity (None: nothing printed), and every check of the document.

    `check_of` gives the id of the check of each identity that says something.
    """

    books: Account
    outcomes: list[Outcome | None]
    checks: tuple[Check, ...]
    check_of: dict[int, str]


def account(document: Disclosure) -> Account:
    """Enter the figures of a document into a ledger and find the identities that they must keep."""
    tables = fiscal(document.tables)
    scored = [(table, project) for table in document.tables for project in table.projects]
    amounts = amounts_of(tables)
    for table in dict.fromkeys(id(t) for t, _ in scored):
        amounts.extend(numbers_in(next(t for t, _ in scored if id(t) == table)))
    ledger = Ledger(exponent_for(amounts))
    sheets = [read_sheet(table, ledger) for table in tables]
    codes = misprinted(sheets)
    kpis = [read_kpi(table, project, ledger) for table, project in scored]
    found = list(formulas.identities_of(sheets, document.source.kind))
    found.extend(one for kpi in kpis for one in rules_kpi.within(kpi))
    found.extend(rules_kpi.across(kpis, sheets, document.source.kind))
    return Account(document, ledger, sheets, kpis, distinct(found), codes)


def distinct(found: Iterable[Identity]) -> list[Identity]:
    """The identities, each set of terms once."""
    seen: dict[object, Identity] = {}
    for one in found:
        seen.setdefault((frozenset(one.terms), one.op, one.constant), one)
    return list(seen.values())


# --- confronting -----------------------------------------------------------------------------------------------------


def outcomes(books: Account) -> list[Outcome | None]:
    """The outcome of every identity of an account, in its order.

    Where more identities of one family fail than hold, the reading is in doubt, not the figures: what the columns of a
    table are, how its lines are nested, or whether two tables are about the same money. What else fails in such a table
    is in doubt with it.
    """
    found = [outcome(one, books.ledger) for one in books.identities]
    places = books.ledger.places
    tables = [sorted({places[place].table_id for place in one.places}) for one in books.identities]
    keys = [family(books, one, about) for one, about in zip(books.identities, tables, strict=True)]
    said = [(key, result.status)
            for key, result in zip(keys, found, strict=True) if result and (result.left or result.right)]
    failed = Counter(key for key, status in said if status == "fail")
    held = Counter(key for key, status in said if status != "fail")
    doubtful = {key for key, count in failed.items() if count > held[key] and count >= key.least}
    unclear = ({key.tables[0] for key in doubtful if len(key.tables) == 1}
               | {s.table.table_id for s in books.sheets if s.is_glued})
    return [
        result._replace(status="doubt")
        if result and result.status == "fail" and (key in doubtful or unclear & set(about)) else result
        for key, about, result in zip(keys, tables, found, strict=True)
    ]


class Family(NamedTuple):
    """Identities that fail together if a reading is wrong: of a rule or two tables; `least` and more than hold do."""

    tables: tuple[str, ...]
    what: str
    least: int


def family(books: Account, one: Identity, tables: Sequence[str]) -> Family:
    """The family of an identity; the columns count where they are what may be misread."""
    if one.scope == "cross_table":
        return Family(tuple(tables), "", 1 if one.rule in CONDITIONAL else FEW)
    columns = str([books.ledger.places[place].column for place in one.places]) if one.scope == "row" else ""
    strict = (one.rule in NESTED_RULES
              and tables[0] not in {s.table.table_id for s in books.sheets if s.form in rules.NESTED_BY_COLUMN})
    return Family(tuple(tables), one.rule + columns, MOST_BROKEN if strict else FEW)


def check_document(document: Disclosure) -> list[Check]:
    """Every check of a document."""
    return list(confront(account(document)).checks)


def confront(books: Account) -> Confronted:
    """An account confronted with its figures: identities, the rules that are no sums, and what could not be asked."""
    found = outcomes(books)
    doc_id = books.document.doc_id
    checks = tuple(numbered(doc_id,
                            (*sums(books, found), *(row_of(doc_id, one) for one in others(books)), *unasked(books))))
    speaking = [number for number, result in enumerate(found) if result]
    return Confronted(books, found, checks, dict(zip(speaking, (check.check_id for check in checks), strict=False)))


def numbered(doc_id: str, rows: Iterable[Check]) -> Iterator[Check]:
    """The checks with their ids: document, rule and number within the rule."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.rule] += 1
        yield replace(row, check_id=f"{doc_id}/{row.rule}-{counts[row.rule]:03d}")


def sums(books: Account, found: Sequence[Outcome | None]) -> Iterator[Check]:
    """One row for each identity that says something about the printed figures."""
    ledger = books.ledger
    for one, result in zip(books.identities, found, strict=True):
        if result is None:
            continue
        places = [ledger.places[place] for place in one.places]
        yield Check("", one.rule, books.document.doc_id, one.scope, one.statement, ledger.decimal(result.left),
                    ledger.decimal(result.right), ledger.decimal(result.difference),
                    Decimal(result.twice_tolerance).scaleb(-ledger.exponent) / 2, result.status,
                    tuple(place.id for place in places), tuple(dict.fromkeys(place.page for place in places)))


def others(books: Account) -> Iterator[Result]:
    """The rules that are no sums: performance tables, presence, narrative."""
    year = int(books.document.source.fiscal_year) if books.document.source.fiscal_year.isdigit() else None
    yield from (one for kpi in books.kpis for one in rules_kpi.findings(kpi, year))
    yield from rules_kpi.rate_points(books.kpis)
    yield from books.codes
    yield from (one for sheet in books.sheets for one in comparing.rates(sheet))
    yield from rules_presence.findings(books.document, books.sheets)
    yield from rules_narrative.findings(books.document)
    yield from wording.findings(books.document)


def row_of(doc_id: str, one: Result) -> Check:
    """The outcome of a rule other than a sum, as a row."""
    difference = one.left - one.right if one.left is not None and one.right is not None else None
    status = one.status or ("untestable" if one.holds is None else "pass" if one.holds else "fail")
    if not one.status and one.holds is None and difference is not None:
        status = "pass" if abs(difference) <= EXACT else "rounding" if abs(difference) <= one.tolerance else "fail"
    left, right, difference = (None if x is None else short(x) for x in (one.left, one.right, difference))
    return Check("", one.rule, doc_id, one.scope, one.statement, left, right, difference, short(one.tolerance), status,
                 one.cells, one.pages, one)


def short(value: Decimal) -> Decimal:
    """A quotient to four decimals, other values as they are, without trailing zeros beyond two."""
    rounded = round(value, 4)
    return round(rounded, 2) if rounded == round(rounded, 2) else rounded


def unasked(books: Account) -> Iterator[Check]:
    """The declared rules across tables of which this document's forms print nothing, one row each."""
    asked = {one.rule for one in books.identities}
    for rule in rules.ACROSS if books.sheets else ():
        if rule.id not in asked:
            said = f"{rule.formula}: not asked, {formulas.why_not(rule, books.sheets)}"
            yield Check("", rule.id, books.document.doc_id, rule.scope, said, None, None, None, None, "untestable", (),
                        ())

"""Coverage: how many independent identities confirm each printed figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..address import Address
from .checks import Confronted

#: From this number on no finer distinction is made.
MANY = 3


def coverage(confronted: Confronted) -> dict[str, int]:
    """For each figure of the fiscal tables the number of distinct identities that hold and contain it.

    Identities over the same cells count once. Of those that only ask "at least" or that need not hold, equality
    confirms. The narrative confirms the figures that it states.
    """
    books, ledger = confronted.books, confronted.books.ledger
    amounts = (str(Address(sheet.table.table_id, fact.row, fact.column)) for sheet in books.sheets
               for fact in sheet.table.facts)
    confirmed: dict[str, set[frozenset[int] | str]] = {amount: set() for amount in amounts}
    for one, result in zip(books.identities, confronted.outcomes, strict=True):
        if result and 2 * abs(result.difference) <= result.twice_tolerance:
            for place in one.places:
                if ledger.places[place].id in confirmed and ledger.values[place] is not None:
                    confirmed[ledger.places[place].id].add(frozenset(one.places))
    for check in confronted.checks:
        if check.scope == "narrative" and check.status in ("pass", "rounding"):
            for amount in check.amount_ids:
                if amount in confirmed:
                    confirmed[amount].add(check.check_id)
    return {amount: len(found) for amount, found in confirmed.items()}


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    """The share of figures confirmed by 0, 1, 2 and 3 or more identities."""
    total = len(counts) or 1
    bins = Counter(min(count, MANY) for count in counts.values())
    return {("3+" if n == MANY else str(n)): bins[n] / total for n in range(MANY + 1)}

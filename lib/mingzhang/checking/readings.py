"""Readings: before the publisher is accused, the identities judge how its tables were read.

Where several identities of a table fail and nearly all hold after one change of its reading (its unit, its form, what
its nameless rows are, which column is of which year), the reading was wrong. The change with the best balance of
contradictions, confirmations and cost is taken, and told.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ..table import Reading, Table
from .formulas import identities_of
from .identity import Identity, outcome
from .ledger import Ledger, exponent_for
from .sheets import amounts_of, fiscal, read_sheet

#: Seconds that the search may take for one document.
TIME_LIMIT = 1.0
#: A reading is questioned if so many identities of its table fail; one that is taken leaves no more than this share of
#: them.
LEAST_FAILURES, MOST_LEFT = 2, 0.25
#: What an identity that holds counts for, against one that fails.
CONFIRMATION = 0.5


class Verdict(NamedTuple):
    """How the tables of a document agree: the failures that each table has a part in, all failures, and what holds."""

    failed: Counter[str]
    failures: int
    held: int

    @property
    def contradiction(self) -> float:
        return self.failures - CONFIRMATION * self.held


def settled(tables: Sequence[Table], kind: str, limit: float = TIME_LIMIT) -> tuple[tuple[Table, ...], list[str]]:
    """The tables of a document (`kind` as in the contract) as the identities bear them out, and what was changed."""
    start = time.monotonic()
    told: list[str] = []
    present, verdict = tuple(tables), confronted(tables, kind)
    while verdict.failures >= LEAST_FAILURES:
        best: tuple[float, tuple[Table, ...], Verdict, Table, Reading] | None = None
        for number, table in enumerate(present):
            before = verdict.failed[table.table_id]
            for reading in table.readings if before >= LEAST_FAILURES and table.layout else ():
                if time.monotonic() - start > limit:
                    return present, told
                trial = (*present[:number], table.read_as(reading), *present[number + 1 :])
                after = confronted(trial, kind)
                gain = verdict.contradiction - after.contradiction - reading.cost
                if after.failed[table.table_id] <= MOST_LEFT * before and gain > (best[0] if best else 0):
                    best = gain, trial, after, table, reading
        if best is None:
            break
        _, present, after, table, reading = best
        said = f"{table.table_id} (page {table.grid.pages[0]}) is read with {reading.kind} {reading.what}"
        told.append(f"{said}: {verdict.failures - after.failures} more identities fail otherwise")
        verdict = after
    return present, told


def confronted(tables: Sequence[Table], kind: str) -> Verdict:
    """The identities of the fiscal tables of a document, asked."""
    ledger, identities = entered(tables, kind)
    failed: Counter[str] = Counter()
    failures = held = 0
    for one in identities:
        result = outcome(one, ledger)
        if result is None or not (result.left or result.right):
            continue
        if result.status == "fail":
            failures += 1
            failed.update({ledger.places[place].table_id for place in one.places})
        else:
            held += 1
    return Verdict(failed, failures, held)


def entered(tables: Sequence[Table], kind: str) -> tuple[Ledger, list[Identity]]:
    """The figures of the fiscal tables of a document, and the identities between them."""
    found = fiscal(tables)
    ledger = Ledger(exponent_for(amounts_of(found)))
    return ledger, list(identities_of([read_sheet(table, ledger) for table in found], kind))

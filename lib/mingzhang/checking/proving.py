"""Proving: what was recognised is confronted with the identities; where they fail, the cheapest mending reading counts.

A publisher's own contradiction stays: other readings come from doubt in the picture alone, and a clear figure has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from ..address import Address
from ..clean import in_wan_yuan, parse_number
from ..reading.pages import Guess, Page
from ..reading.scans.guesses import guesses_in
from ..reading.stitch import LogicalTable
from ..sources import Source
from ..table import Table, recognised
from .identity import Identity, outcome
from .ledger import Ledger
from .readings import entered, settled

#: What another reading may cost that makes one identity hold, and one that makes several hold.
ONE, SEVERAL = 4.0, 9.0
#: No more readings than this are changed in a document.
MOST_CHANGES = 500
#: How a figure was read that was not printed as text.
DOUBTED = ("recognised", "corrected")


class Change(NamedTuple):
    """Another reading of one place of the ledger: its value and text, and what it costs."""

    cost: float
    place: int
    value: int
    text: str


def proved(tables: Sequence[Table], pages: Sequence[Page], source: Source) -> tuple[tuple[Table, ...], str]:
    """The tables, doubtful figures read as the identities ask and all recognised ones marked, and what was done."""
    seen = {page.number: page for page in pages if page.guesses}
    found = {
        Address(table.table_id, *place): guesses
        for table in tables
        for place, guesses in guesses_in(table.grid, seen).items()
    }
    ledger, identities = entered(tables, source.kind)
    texts = {
        ledger.places[place].id: text
        for place, text in corrected(identities, ledger, changes(tables, found, ledger)).items()
    }
    if texts:
        grids = [reread(table.table_id, table.grid, texts) for table in tables]
        tables, _ = settled(tuple(recognised(source, grids)), source.kind)
        ledger, identities = entered(tables, source.kind)
    held = {ledger.places[place].id for one in identities if confirms(one, ledger) for place in one.places}
    tables = tuple(marked(table, found, texts) for table in tables)
    figures = [
        str(Address(table.table_id, fact.row, fact.column))
        for table in tables
        for fact in table.facts
        if fact.reading in DOUBTED
    ]
    return tables, (
        f"{told_pages(sorted(seen))} of {len(pages)} recognised in pictures; of {len(figures)} figures there "
        f"{len(texts)} were corrected by identities, {sum(one not in held for one in figures)} are confirmed by none"
    )


def confirms(one: Identity, ledger: Ledger) -> bool:
    """Whether an identity holds as printed."""
    result = outcome(one, ledger)
    return result is not None and 2 * abs(result.difference) <= result.twice_tolerance


def told_pages(numbers: Sequence[int]) -> str:
    """Page numbers in words: "pages 1-3, 5"."""
    starts = [one for one in numbers if one - 1 not in numbers]
    ends = [one for one in numbers if one + 1 not in numbers]
    listed = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))
    return f"page{'s' * (len(numbers) > 1)} {listed}"


def changes(tables: Sequence[Table], found: Mapping[Address, list[Guess]], ledger: Ledger) -> dict[int, list[Change]]:
    """The other readings of each place of the ledger whose cell holds one recognised text."""
    units = {table.table_id: table.layout.unit for table in tables if table.layout}
    out: dict[int, list[Change]] = {}
    for at, guesses in found.items():
        place = ledger.index.get(str(at))
        if place is None or len(guesses) != 1 or at.table_id not in units:
            continue
        values = ((text, cost, parse_number(text)) for text, cost in guesses[0].others)
        out[place] = [
            Change(cost, place, ledger.units(in_wan_yuan(value, units[at.table_id])), text)
            for text, cost, value in values if value is not None and money_like(value)
        ]
    return out


def money_like(value: Decimal) -> bool:
    """Whether a reading has no more decimals than a sum of money is printed with."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -6


def corrected(identities: Sequence[Identity], ledger: Ledger, others: Mapping[int, Sequence[Change]]) -> dict[int, str]:
    """The text of each place read otherwise as that mends identities and breaks none; the ledger has its value then."""
    sums = {(frozenset(one.terms), one.constant): one for one in identities if one.op == "="}.values()
    around: dict[int, list[Identity]] = defaultdict(list)
    for one in sums:
        for place in set(one.places):
            around[place].append(one)
    texts: dict[int, str] = {}
    open_sums = [one for one in sums if misses(one, ledger)]
    while open_sums and len(texts) < MOST_CHANGES:
        places = sorted({place for one in open_sums for place in one.places} & set(others) - set(texts))
        mended = {one: mends(one, around[place], ledger) for place in places for one in others[place]}
        ranked = [(one.cost / n, one) for one, n in mended.items() if n and one.cost <= (ONE if n == 1 else SEVERAL)]
        if not ranked:
            break
        chosen = min(ranked)[1]
        ledger.values[chosen.place] = chosen.value
        texts[chosen.place] = chosen.text
        open_sums = [one for one in open_sums if misses(one, ledger)]
    return texts


def misses(one: Identity, ledger: Ledger) -> bool:
    """Whether figures are printed for an identity and do not keep it to the last digit."""
    printed = any(ledger.values[place] is not None for place in one.places)
    return printed and sum(sign * ledger.number(place) for sign, place in one.terms) != one.constant


def mends(change: Change, sums: Sequence[Identity], ledger: Ledger) -> int:
    """How many identities a change makes hold; 0 if it breaks one."""
    before = [misses(one, ledger) for one in sums]
    kept, ledger.values[change.place] = ledger.values[change.place], change.value
    after = [misses(one, ledger) for one in sums]
    ledger.values[change.place] = kept
    pairs = list(zip(before, after, strict=True))
    return 0 if (False, True) in pairs else pairs.count((True, False))


def reread(table_id: str, grid: LogicalTable, texts: Mapping[str, str]) -> LogicalTable:
    """A table with other texts in some cells."""
    cells = (
        replace(cell, text=texts.get(str(Address(table_id, cell.row, cell.column)), cell.text)) for cell in grid.cells
    )
    return replace(grid, cells=tuple(cells))


def marked(table: Table, found: Mapping[Address, object], texts: Mapping[str, str]) -> Table:
    """A table whose figures say that they were recognised or corrected."""
    if not table.layout:
        return table
    facts = []
    for fact in table.facts:
        at = Address(table.table_id, fact.row, fact.column)
        facts.append(replace(fact, reading="corrected" if str(at) in texts else "recognised") if at in found else fact)
    return replace(table, layout=replace(table.layout, facts=tuple(facts)))

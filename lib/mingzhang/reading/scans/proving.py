"""Proving: what was recognised is confronted with the identities; where they fail, the cheapest other reading that mends them is taken.

A publisher's own contradiction stays: other readings come from doubt in the picture alone, and a clear figure has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ...address import Address
from ...clean import in_wan_yuan, parse_number
from ...errors import Problem
from ..extract import PageTable
from ..pages import Guess, Page
from ..stitch import LogicalTable

if TYPE_CHECKING:
    from ...checking.identities import Identity
    from ...checking.ledger import Ledger
    from ...disclosure import Disclosure
    from ...table import Table

#: What another reading may cost that makes one identity hold, and one that makes several hold.
ONE, SEVERAL = 4.0, 9.0
#: Borders are the same on two pages if they stand at the same share of the table's width within this.
SAME_SHARE = 0.012
#: No more readings than this are changed in a document.
MOST_CHANGES = 500

class Change(NamedTuple):
    """Another reading of one place of the ledger: its value and text, and what it costs."""

    cost: float
    place: int
    value: int
    text: str


def aligned(pages: Sequence[tuple[Page, tuple[PageTable, ...]]]) -> list[tuple[Page, tuple[PageTable, ...]]]:
    """The pages, the first table of a recognised one with the column borders of the last table before it where both are divided alike.

    Two pictures of one table are never of quite the same size.
    """
    out: list[tuple[Page, tuple[PageTable, ...]]] = []
    before: PageTable | None = None
    for page, tables in pages:
        if page.guesses and before and tables and divided_alike(before.xs, tables[0].xs):
            box = tables[0].box._replace(x0=before.box.x0, x1=before.box.x1)
            tables = (replace(tables[0], xs=before.xs, box=box), *tables[1:])
        before = tables[-1] if tables else before
        out.append((page, tables))
    return out


def divided_alike(one: Sequence[float], two: Sequence[float]) -> bool:
    """Whether two tables have as many columns, which take the same shares of their widths."""
    shares = [[(x - xs[0]) / (xs[-1] - xs[0]) for x in xs] for xs in (one, two)]
    return len(one) == len(two) and all(abs(a - b) <= SAME_SHARE for a, b in zip(*shares, strict=True))


def proved(document: Disclosure) -> Disclosure:
    """A document with recognised pages: its doubtful figures read as the identities ask, and all of them marked."""
    from ...checking.checks import account, confront
    from ...checking.coverage import coverage
    from ...checking.readings import settled
    from ...table import recognised

    pages = {page.number: page for page in document.content if page.guesses}
    found = {at: guesses for table in document.tables for at, guesses in guesses_in(table, pages)}
    books = account(document)
    others = changes(document.tables, found, books.ledger)
    texts = {books.ledger.places[place].id: text for place, text in corrected(books.identities, books.ledger, others).items()}
    grids = [reread(table.table_id, table.grid, texts) for table in document.tables]
    tables = settled(tuple(recognised(document.source, grids)), document.source.kind)[0] if texts else document.tables
    result = replace(document, container="scan", tables=tuple(marked(table, found, texts) for table in tables))
    proof = coverage(confront(account(result)))
    open_figures = sum(not proof.get(str(Address(table.table_id, fact.row, fact.column))) for table in result.tables for fact in table.facts
                       if fact.reading in ("recognised", "corrected"))  # fmt: skip
    figures = sum(fact.reading in ("recognised", "corrected") for table in result.tables for fact in table.facts)
    told = f"{told_pages(sorted(pages))} of {document.pages} recognised in pictures; of {figures} figures there {len(texts)} were corrected by identities, {open_figures} are confirmed by none"
    return replace(result, problems=(*result.problems, Problem(document.doc_id, None, told)))


def told_pages(numbers: Sequence[int]) -> str:
    """Page numbers in words: "pages 1-3, 5"."""
    starts = [one for one in numbers if one - 1 not in numbers]
    ends = [one for one in numbers if one + 1 not in numbers]
    return "pages " + ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


def guesses_in(table: Table, pages: Mapping[int, Page]) -> Iterator[tuple[Address, list[Guess]]]:
    """The cells of a table in which something was recognised, with it."""
    for cell in table.grid.cells:
        page = pages.get(cell.page)
        x0, top, x1, bottom = cell.box
        found = [
            one for one in (page.guesses if page else ())
            if x0 <= (one.box.x0 + one.box.x1) / 2 <= x1 and top <= (one.box.top + one.box.bottom) / 2 <= bottom
        ]  # fmt: skip
        if found:
            yield Address(table.table_id, cell.row, cell.column), found


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
        ]  # fmt: skip
    return out


def money_like(value: Decimal) -> bool:
    """Whether a reading has no more decimals than a sum of money is printed with."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -6


def corrected(identities: Sequence[Identity], ledger: Ledger, others: Mapping[int, Sequence[Change]]) -> dict[int, str]:
    """The text of each place that is read otherwise because that mends identities and breaks none; the ledger then has its value."""
    sums = [one for one in identities if one.op == "="]
    around: dict[int, list[Identity]] = defaultdict(list)
    for one in sums:
        for place in set(one.places):
            around[place].append(one)
    texts: dict[int, str] = {}
    open_sums = [one for one in sums if misses(one, ledger)]
    while open_sums and len(texts) < MOST_CHANGES:
        places = sorted({place for one in open_sums for place in one.places} & set(others) - set(texts))
        ranked = [(one.cost / mended, one) for place in places for one in others[place]
                  if (mended := mends(one, around[place], ledger)) and one.cost <= (ONE if mended == 1 else SEVERAL)]  # fmt: skip
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
    cells = (replace(cell, text=texts.get(str(Address(table_id, cell.row, cell.column)), cell.text)) for cell in grid.cells)
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

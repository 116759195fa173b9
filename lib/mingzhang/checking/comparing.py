"""Comparing columns: 增减额 and 增减率 against the two columns that they compare.

Forms do not agree on which columns these are (the budget or the final figure of the year before), nor always say. The
pair that most rows bear out is taken; a table of which no pair is borne out says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations

from ..reading.columns import Column
from .records import Result
from .sheets import Sheet

#: So many rows with a figure, and so large a share of them, must bear a pair of columns out.
LEAST_ROWS, LEAST_SHARE = 3, Decimal("0.7")

Pair = tuple[Column, Column]


def changes(sheet: Sheet) -> Iterator[tuple[Column, Pair]]:
    """Each column of changes in money with the columns (later, earlier) whose difference it is."""
    for column in sheet.layout.columns:
        if column.measure == "change" and column.unit.endswith("元"):
            best = borne_out(sheet, column, sheet.panel_columns(column.panel))
            if best:
                yield column, best


def borne_out(sheet: Sheet, change: Column, columns: Sequence[Column]) -> Pair | None:
    """The pair of columns of whose rows most agree with the printed changes."""
    rows = [line.row for line in sheet.lines if line.panel == change.panel and sheet.number(line.row, change.index)]
    scores: dict[int, Pair] = {}
    for later, earlier in permutations(columns, 2):
        right = sum(differs(sheet, row, later, earlier) == sheet.number(row, change.index) for row in rows)
        scores.setdefault(right, (later, earlier))
    best = max(scores, default=0)
    return scores[best] if len(rows) >= LEAST_ROWS and best >= LEAST_SHARE * len(rows) else None


def differs(sheet: Sheet, row: int, later: Column, earlier: Column) -> int:
    """By how much two columns of a row differ."""
    return (sheet.number(row, later.index) or 0) - (sheet.number(row, earlier.index) or 0)


def rates(sheet: Sheet) -> Iterator[Result]:
    """Each printed rate (增减率, 完成预算的%) against the two columns whose rate most of its rows bear out."""
    for column in sheet.layout.columns:
        if column.role != "value" or column.unit != "%":
            continue
        rows = [line.row for line in sheet.lines
                if line.panel == column.panel and (line.row, column.index) in sheet.layout.by_place]
        for later, earlier in permutations(sheet.panel_columns(column.panel), 2):
            for whole in (False, True):
                found = [one for row in rows if (one := rate(sheet, row, column, (later, earlier), whole))]
                right = sum(abs(one.left - one.right) <= one.tolerance
                            for one in found if one.left is not None and one.right is not None)
                if len(found) >= LEAST_ROWS and right >= LEAST_SHARE * len(found):
                    yield from found
                    return


def rate(sheet: Sheet, row: int, column: Column, pair: Pair, whole: bool) -> Result | None:
    """A printed rate of change (`whole`: of completion) against its two figures; cut off, not rounded, it agrees."""
    later, earlier = pair
    fact, before = sheet.layout.by_place[row, column.index], sheet.number(row, earlier.index)
    places = [place for one in (column, later, earlier) if (place := sheet.place(row, one.index)) is not None]
    if not before or len(places) < 2:
        return None
    spots = [sheet.ledger.places[place] for place in places]
    due = (Decimal(differs(sheet, row, later, earlier)) / before + whole) * 100
    slack = fact.precision + 100 * Decimal(sum(spot.quantum for spot in spots)) / abs(before)
    names = ["/".join(one.path) for one in pair]
    statement = (f"{fact.name}: {fact.raw} = {names[0]} / {names[1]}" if whole
                 else f"{fact.name}: {fact.raw} = ({names[0]} - {names[1]}) / {names[1]}")
    return Result("row-rate", "row", statement, fact.amount, due, slack, cells=tuple(spot.id for spot in spots),
                  pages=(fact.page,), kind="percentage", printed=fact.raw, expected=f"{due:.2f}%")

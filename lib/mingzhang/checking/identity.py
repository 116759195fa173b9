"""Identity: a signed sum of places that must be zero, and what it says of the figures in a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..reading.columns import Column
from ..reading.lines import Line
from .ledger import Ledger
from .rules import WITHIN


@dataclass(frozen=True, slots=True)
class Identity:
    """`left` compared with `right` + `constant`, each a signed sum of places; `op` is =, >= or ~ as in `rules`."""

    rule: str
    scope: str
    statement: str
    left: tuple[tuple[int, int], ...]
    right: tuple[tuple[int, int], ...]
    op: str = "="
    constant: int = 0

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(place for _, place in (*self.left, *self.right))

    @property
    def terms(self) -> tuple[tuple[int, int], ...]:
        """All terms on one side: their signed sum must be zero."""
        return (*self.left, *((-sign, place) for sign, place in self.right))


class Outcome(NamedTuple):
    """An identity confronted with figures, in units of the ledger (the tolerance doubled, to stay whole)."""

    left: int
    right: int
    difference: int
    twice_tolerance: int
    status: str


def outcome(one: Identity, ledger: Ledger) -> Outcome | None:
    """An identity with a ledger's figures; None where it says nothing of them (none printed, or no more claimed)."""
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


def identity(rule: str, statement: str, total: int | None, parts: Iterable[int | None],
             op: str = "=") -> Iterator[Identity]:
    """The identity "total = parts" if its total and at least one part have a place."""
    found = tuple((1, part) for part in parts if part is not None)
    if total is not None and found:
        yield Identity(rule, WITHIN[rule].scope, statement, ((1, total),), found, op)


def head(column: Column) -> str:
    return "/".join(column.words) or "合计"


def label(line: Line) -> str:
    return " ".join(part for part in (line.code or line.agency_code, line.name) if part) or f"row {line.row}"

"""System: the identities of an account as bounds on what its cells may change by, and how reliable each cell is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .checks import Account, Outcome, outcomes
from .identity import Identity
from .ledger import Ledger
from .records import Check

#: A document with no more than this share (or number) of sums off by rounding adds up its figures as printed.
EXACT_SHARE = 0.01
EXACT_FEW = 3
#: Rules that compare two accounts as wholes: a difference says nothing about a single cell.
NOT_LOCATED = frozenset({"kpi-accounts"})
#: An empty cell is likelier to be wrong than a printed figure.
EMPTY_WEIGHT = 0.8
#: How much each identity that a cell keeps adds to its weight, and how much at most.
PER_CONFIRMATION = 0.05
MOST_CONFIRMATION = 0.5


@dataclass(frozen=True, slots=True)
class Bound:
    """An identity as a bound on the changes of its cells: low <= Σ sign × change <= high, in units of the ledger."""

    identity: int
    terms: tuple[tuple[int, int], ...]
    low: float
    high: float


class System:
    """The identities of an account that bear on a location, their present residuals, and the weights of the cells."""

    def __init__(self, books: Account, found: Sequence[Outcome | None] = (), checks: Sequence[Check] = ()) -> None:
        """`found` are the outcomes of the identities, if known; `checks` may tell what the text says of a cell."""
        self.books = books
        self.found = found
        self.spoken: dict[int, list[int]] = defaultdict(list)
        for check in checks:
            if (check.scope == "narrative" and check.left is not None and check.right is not None
                and len(check.amount_ids) == 1):
                place = books.ledger.index.get(check.amount_ids[0])
                if place is not None and check.right == books.ledger.decimal(books.ledger.number(place)):
                    self.spoken[place].append(books.ledger.units(check.left))
        self.numbers = [i for i, one in enumerate(books.identities) if one.op == "=" and one.rule not in NOT_LOCATED]
        self.identities: list[Identity] = [books.identities[i] for i in self.numbers]
        self.ledger: Ledger = books.ledger
        self.alike = [len({self.ledger.places[place].quantum for place in one.places}) == 1 for one in self.identities]
        self.by_place: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(self.identities):
            for place in set(one.places):
                self.by_place[place].append(number)

    def confront(self) -> None:
        """Take the ledger's present figures; the outcomes that the system was made with count once."""
        found, self.found = self.found or outcomes(self.books), ()
        self.residual: list[int] = []
        self.slack: list[float] = []
        self.status: list[str] = []
        for number in self.numbers:
            result = found[number]
            self.residual.append(result.difference if result else 0)
            self.slack.append(result.twice_tolerance / 2 if result else 0.0)
            self.status.append(result.status if result and result.status != "doubt" else "")
        self.misses = [status == "fail" for status in self.status]
        asked = sum(bool(status) for status in self.status)
        self.exact = self.status.count("rounding") <= max(EXACT_SHARE * asked, EXACT_FEW)
        if self.exact:
            self.status = [
                "fail" if status == "rounding" and self.is_exact(number) else status
                for number, status in enumerate(self.status)
            ]

    def is_exact(self, number: int) -> bool:
        """Whether an identity must hold to the last digit: its figures are printed alike, and all sums are exact."""
        return self.exact and self.alike[number]

    def neighbours(self, place: int) -> list[int]:
        """The places one line or one column away."""
        steps = ((-1, 0), (1, 0), (0, -1), (0, 1))
        return [one for rows, columns in steps if (one := self.ledger.beside(place, rows, columns)) is not None]

    def bound(self, number: int, exact: bool) -> Bound:
        """An identity as a bound on changes: within rounding, or without any where its tables are exact."""
        slack = 0.0 if exact and self.is_exact(number) else self.slack[number]
        residual = self.residual[number]
        return Bound(number, self.identities[number].terms, -residual - slack, -residual + slack)

    def room(self, place: int, exact: bool, number: int) -> float:
        """How much rounding a figure in a now empty cell would add to an identity."""
        if self.ledger.values[place] is not None or (exact and self.is_exact(number)):
            return 0.0
        return self.ledger.places[place].quantum / 2

    def weight(self, place: int) -> float:
        """How reliable a cell is: 1 and more for every identity that it keeps; less for an empty one."""
        kept = sum(self.status[number] in ("pass", "rounding") for number in self.by_place[place])
        kept += 2 * sum(said == self.ledger.values[place] for said in self.spoken.get(place, ()))
        base = EMPTY_WEIGHT if self.ledger.values[place] is None else 1.0
        return base + min(PER_CONFIRMATION * kept, MOST_CONFIRMATION)


def components(system: System) -> list[list[int]]:
    """The broken identities, those together that share a cell, or cells of an identity of which nothing is printed."""
    broken = [number for number, status in enumerate(system.status) if status == "fail"]
    parent = {number: number for number in broken}

    def root(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    owner: dict[int, int] = {}
    for number in broken:
        for place in system.identities[number].places:
            if place in owner:
                parent[root(number)] = root(owner[place])
            owner[place] = number
    for number, status in enumerate(system.status):
        if not status:
            touched = [owner[place] for place in system.identities[number].places if place in owner]
            for one in touched[1:]:
                parent[root(one)] = root(touched[0])
    groups: dict[int, list[int]] = defaultdict(list)
    for number in broken:
        groups[root(number)].append(number)
    return list(groups.values())

"""Locate: which cell is wrong when identities break, and what it must have been.

Fellegi and Holt's principle: of all sets of cells whose change makes every identity hold, the one of least weight. One
wrong cell explains most failures and is looked for exactly; where no single cell does, a mixed integer programme
(HiGHS, through scipy) finds the set. All sums are whole numbers of the ledger's unit.

I. P. Fellegi, D. Holt, A Systematic Approach to Automatic Edit and Imputation, JASA 71 (1976) 17-35.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

from .checks import Account
from .programme import MOST_CELLS, ranges, solve
from .slips import ROUNDING_CREDIT, Slip, slip, slip_of
from .system import EMPTY_WEIGHT, PER_CONFIRMATION, System, components

#: Seconds that the search may take for one set of connected failures.
TIME_LIMIT = 2.0
#: No more sets of cells are compared.
MOST_SETS = 4
#: A set of connected failures with more cells than this is cut down to the cells of broken identities.
MOST_CANDIDATES = 400
#: With more sets of failures than this only pairs that explain two of them are looked for.
MOST_PAIR_SETS = 40
#: An explanation is the only one if the next is so much less likely.
MARGIN = 2 * PER_CONFIRMATION
#: A slip with no more credit than this (a negative sum of money) explains nothing while anything else does.
IMPLAUSIBLE = -1.0


@dataclass(frozen=True, slots=True)
class Correction:
    """What one cell must become: from `low` to `high`, most likely `value`, and the slip that explains the print."""

    place: int
    low: int
    high: int
    value: int
    slip: Slip

    @property
    def likely(self) -> int:
        """The likeliest value: the one that a slip explains, else the middle of the interval."""
        slipped = self.slip.value
        return slipped if slipped is not None and self.low <= slipped <= self.high else self.value


@dataclass(frozen=True, slots=True)
class Located:
    """One explanation of a set of connected failures: the cells to change; `unique` if no other set is as light."""

    broken: tuple[int, ...]
    corrections: tuple[Correction, ...]
    unique: bool
    weight: float
    note: str = ""
    others: tuple[tuple[Correction, ...], ...] = field(default=())
    spoken: bool = False

    @property
    def named(self) -> bool:
        """Whether the cells may be named: no other set explains as much, and two identities or the text say so."""
        return self.unique and bool(self.corrections) and (len(self.broken) > len(self.corrections) or self.spoken)


def locate(books: Account, system: System | None = None, limit: float = TIME_LIMIT) -> list[Located]:
    """The likeliest wrong cells of every set of connected failures."""
    system = system or System(books)
    system.confront()
    sets = components(system)
    out: list[Located] = []
    for numbers, exchanges in pairs(system, sets).items():
        whole = tuple(number for i in sorted(numbers) for number in sets[i])
        weight = sum(system.weight(one.place) for one in exchanges[0])
        out.append(Located(whole, exchanges[0], len(exchanges) == 1, weight, "", tuple(exchanges[1 : 1 + MOST_SETS])))
        sets = [[] if i in numbers else one for i, one in enumerate(sets)]
    for broken in sets:
        if broken:
            found = explain(system, broken, limit)
            if (any(system.misses[number] for number in broken)
                or any(one.slip.credit > ROUNDING_CREDIT for one in found.corrections)):
                out.append(found)
    return out


def explain(system: System, broken: Sequence[int], limit: float) -> Located:
    """The explanation of one set of connected failures: one cell where that is plausible, else several."""
    singles = sorted(single_cells(system, broken), key=lambda one: rank(system, (one,)))
    plausible = [one for one in singles if one.slip.credit > IMPLAUSIBLE]
    if not plausible:
        found = several_cells(system, broken, limit)
        if found.corrections or not singles:
            return found
    best, *others = plausible or singles
    rivals = [one for one in others if rank(system, (one,)) - rank(system, (best,)) < MARGIN]
    others_ = tuple((one,) for one in others)
    return Located(tuple(broken), (best,), not rivals, system.weight(best.place), "", others_,
                   best.slip.kind == "spoken")


def rank(system: System, corrections: Sequence[Correction]) -> float:
    """Lighter sets first; a slip that explains the figure counts for much, a value that no form prints against."""
    return sum(system.weight(one.place) - one.slip.credit for one in corrections)


# --- one cell --------------------------------------------------------------------------------------------------------


def single_cells(system: System, broken: Sequence[int]) -> Iterator[Correction]:
    """Every cell whose change alone makes the broken identities hold and breaks no other."""
    shared = set(system.identities[broken[0]].places)
    for number in broken[1:]:
        shared &= set(system.identities[number].places)
    for place in sorted(shared):
        found = interval(system, place, exact=True) or interval(system, place, exact=False)
        if found and not (system.ledger.values[place] is None and found[0] <= 0 <= found[1]):
            yield corrected(system, place, *found)


def interval(system: System, place: int, exact: bool) -> tuple[int, int] | None:
    """The values of one cell under which every identity that holds it holds; None if there are none."""
    low, high = -(10**18), 10**18
    for number in system.by_place[place]:
        bound, room = system.bound(number, exact), system.room(place, exact, number)
        sign = sum(s for s, p in bound.terms if p == place)
        if sign == 0:
            continue
        ends = sorted(((bound.low - room) / sign, (bound.high + room) / sign))
        low, high = max(low, ceil(ends[0])), min(high, floor(ends[1]))
        if low > high:
            return None
    value = system.ledger.number(place)
    return int(value + low), int(value + high)


def corrected(system: System, place: int, low: int, high: int) -> Correction:
    """A correction with its likeliest value: the middle of the interval on the table's printed grid, and its slip."""
    ledger = system.ledger
    quantum = ledger.places[place].quantum
    first, last = -(-low // quantum) * quantum, high // quantum * quantum
    value = (first + last) // (2 * quantum) * quantum if first <= last else (low + high) // 2
    told = next((one for one in system.spoken.get(place, ()) if low <= one <= high and one != ledger.values[place]),
                None)
    return Correction(place, low, high, value,
                      slip("spoken", told) if told is not None else slip_of(ledger, place, low, high, value))


# --- two cells, one slip ---------------------------------------------------------------------------------------------


def pairs(system: System, sets: Sequence[Sequence[int]]) -> dict[frozenset[int], list[tuple[Correction, ...]]]:
    """Two neighbouring cells whose figures stand in each other's place (one of them may be empty), by the sets of
    failures that this explains whole: a single set that no single cell explains, or two sets at once. Lightest pairs
    first."""
    owner = {number: i for i, one in enumerate(sets) for number in one}
    few = len(sets) < MOST_PAIR_SETS
    alone = [not few or any(one.slip.credit > IMPLAUSIBLE for one in single_cells(system, broken)) for broken in sets]
    found: dict[frozenset[int], list[tuple[Correction, ...]]] = defaultdict(list)
    cells = {place for broken in sets for number in broken for place in system.identities[number].places}
    for place in sorted(cells):
        for other in system.neighbours(place):
            touched = frozenset(owner[n] for p in (place, other) for n in system.by_place[p] if n in owner)
            if (other in cells and other < place) or (len(touched) == 1 and alone[min(touched)]):
                continue
            if set(exchange_mends(system, place, other)) == {n for j in touched for n in sets[j]}:
                found[touched].append(exchanged(system, place, other))
    out: dict[frozenset[int], list[tuple[Correction, ...]]] = {}
    for touched in sorted(found, key=lambda one: (-len(one), sorted(one))):
        if not any(touched & other for other in out):
            out[touched] = sorted(found[touched], key=lambda pair: rank(system, pair))
    return out


def exchange_mends(system: System, one: int, two: int) -> list[int]:
    """The broken identities that hold once two figures change places; none if another identity would break."""
    first, second = system.ledger.number(one), system.ledger.number(two)
    if first == second:
        return []
    mended = []
    for number in {*system.by_place[one], *system.by_place[two]}:
        bound = system.bound(number, exact=True)
        change = sum(sign * (second - first if place == one else first - second)
                     for sign, place in bound.terms if place in (one, two))
        if not bound.low <= change <= bound.high:
            return []
        if system.status[number] == "fail":
            mended.append(number)
    return mended


def exchanged(system: System, one: int, two: int) -> tuple[Correction, ...]:
    """The corrections that put two figures in each other's place."""
    values = system.ledger.values
    kind = "other_place" if values[one] is None or values[two] is None else "swapped"
    words = (f"the figure stands in {system.ledger.places[two if values[one] is None else one].label}"
             if kind == "other_place" else "two figures exchanged")
    out = []
    for place, other in ((one, two), (two, one)):
        due = system.ledger.number(other)
        out.append(Correction(place, due, due, due, Slip(kind, words, 0.4, due)))
    return tuple(out)


# --- several cells ---------------------------------------------------------------------------------------------------


def several_cells(system: System, broken: Sequence[int], limit: float) -> Located:
    """The lightest set of cells by a mixed integer programme, with the next ones for comparison."""
    start = time.monotonic()
    candidates, bounds = neighbourhood(system, broken)
    sets: list[tuple[float, tuple[Correction, ...]]] = []
    cuts: list[tuple[int, ...]] = []
    note = ""
    for exact in (True, False):
        limits = [system.bound(number, exact) for number in bounds]
        while len(sets) < MOST_SETS:
            left = limit - (time.monotonic() - start)
            if left <= 0:
                note = f"stopped after {limit:g} s"
                break
            chosen, optimal = solve(system, candidates, limits, exact, cuts, left)
            if chosen is None:
                note = note or ("" if optimal else f"stopped after {limit:g} s")
                break
            weight = sum(system.weight(place) for place in chosen)
            if sets and weight > sets[0][0] + EMPTY_WEIGHT / 2:
                break
            cuts.append(chosen)
            values = ranges(system, chosen, limits, exact)
            if values is not None:
                sets.append((weight, tuple(corrected(system, place, *values[place]) for place in chosen)))
        if sets:
            break
    if not sets:
        return Located(tuple(broken), (), False, 0.0,
                       note or f"no change of up to {MOST_CELLS} cells makes these identities hold")
    order = sorted(sets, key=lambda one: rank(system, one[1]))
    unique = len(order) == 1 or rank(system, order[1][1]) - rank(system, order[0][1]) >= MARGIN
    return Located(tuple(broken), order[0][1], unique and not note, order[0][0], note,
                   tuple(one for _, one in order[1:]))


def neighbourhood(system: System, broken: Sequence[int]) -> tuple[list[int], list[int]]:
    """The cells that may change (of broken identities and next to those) and every identity that holds one of them.

    The identities and cells of other sets of failures are left to those.
    """
    near = {place for number in broken for place in system.identities[number].places}
    foreign = {number for number, status in enumerate(system.status) if status == "fail"} - set(broken)
    taken = {place for number in foreign for place in system.identities[number].places}
    cells = (near
             | {place for one in near for number in system.by_place[one] for place in system.identities[number].places}
             - taken)
    if len(cells) > MOST_CANDIDATES:
        cells = near
    bounds = {number for place in cells for number in system.by_place[place]} - foreign
    return sorted(cells), sorted(bounds)

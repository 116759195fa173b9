"""Locate: which cell is wrong when identities break, and what it must have been.

Fellegi and Holt's principle: of all sets of cells whose change makes every identity hold, the one of least weight. One wrong cell
explains most failures and is looked for exactly; where no single cell does, a mixed integer programme (HiGHS, through scipy) finds
the set. All sums are whole numbers of the ledger's unit.

I. P. Fellegi, D. Holt, A Systematic Approach to Automatic Edit and Imputation, JASA 71 (1976) 17-35.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from .checks import Account, outcome
from .ledger import Ledger
from .slips import ROUNDING_CREDIT, Slip, slip_of

#: Seconds that the search may take for one set of connected failures.
TIME_LIMIT = 2.0
#: No more cells than this are ever said to be wrong together, nor more sets of cells compared.
MOST_CELLS = 12
MOST_SETS = 4
#: A set of connected failures with more cells than this is cut down to the cells of broken identities.
MOST_CANDIDATES = 400
#: A document of whose sums no more than this share (or number) is off by rounding adds up its figures as they are printed.
EXACT_SHARE = 0.01
EXACT_FEW = 3
#: How much each identity that a cell keeps adds to its weight, and how much at most.
PER_CONFIRMATION = 0.05
MOST_CONFIRMATION = 0.5
#: With more sets of failures than this only pairs that explain two of them are looked for.
MOST_PAIR_SETS = 40
#: A slip with no more credit than this (a negative sum of money) explains nothing while anything else does.
IMPLAUSIBLE = -1.0
#: Rules that compare two accounts as wholes: a difference says nothing about a single cell.
NOT_LOCATED = frozenset({"kpi-accounts"})
#: An empty cell is likelier to be wrong than a printed figure.
EMPTY_WEIGHT = 0.8


@dataclass(frozen=True, slots=True)
class Bound:
    """An identity as a bound on the changes of its cells: low <= Σ sign × change <= high, in units of the ledger."""

    identity: int
    terms: tuple[tuple[int, int], ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Correction:
    """What one cell must become: from `low` to `high`, most likely `value`, with the slip that explains the printed figure."""

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


class System:
    """The identities of an account that can bear on a location, their residuals with the present figures, and the cells' weights."""

    def __init__(self, books: Account) -> None:
        self.identities = [one for one in books.identities if one.op == "=" and one.rule not in NOT_LOCATED]
        self.ledger: Ledger = books.ledger
        self.alike = [len({self.ledger.places[place].quantum for place in one.places}) == 1 for one in self.identities]
        self.by_place: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(self.identities):
            for place in set(one.places):
                self.by_place[place].append(number)

    def confront(self) -> None:
        """Take the ledger's present figures."""
        self.residual: list[int] = []
        self.slack: list[float] = []
        self.status: list[str] = []
        for one in self.identities:
            result = outcome(one, self.ledger)
            self.residual.append(result.difference if result else 0)
            self.slack.append(result.twice_tolerance / 2 if result else 0.0)
            self.status.append(result.status if result else "")
        self.misses = [status == "fail" for status in self.status]
        asked = sum(bool(status) for status in self.status)
        self.exact = self.status.count("rounding") <= max(EXACT_SHARE * asked, EXACT_FEW)
        if self.exact:
            self.status = [
                "fail" if status == "rounding" and self.is_exact(number) else status for number, status in enumerate(self.status)
            ]

    def is_exact(self, number: int) -> bool:
        """Whether an identity must hold to the last digit: its figures are printed alike, in a document whose sums are exact."""
        return self.exact and self.alike[number]

    def neighbours(self, place: int) -> list[int]:
        """The places one line or one column away."""
        spot, index = self.ledger.places[place], self.ledger.index
        beside = ((-1, 0), (1, 0), (0, -1), (0, 1))
        ids = (f"{spot.table_id}/r{spot.row + row}c{spot.column + column}" for row, column in beside)
        return [index[one] for one in ids if one in index]

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
        base = EMPTY_WEIGHT if self.ledger.values[place] is None else 1.0
        return base + min(PER_CONFIRMATION * kept, MOST_CONFIRMATION)


def locate(books: Account, system: System | None = None, limit: float = TIME_LIMIT) -> list[Located]:
    """The likeliest wrong cells of every set of connected failures."""
    system = system or System(books)
    system.confront()
    sets = components(system)
    out: list[Located] = []
    for numbers, found in pairs(system, sets).items():
        broken = tuple(number for i in numbers for number in sets[i])
        weight = sum(system.weight(one.place) for one in found[0])
        out.append(Located(broken, found[0], len(found) == 1, weight, "", tuple(found[1 : 1 + MOST_SETS])))
        sets = [[] if i in numbers else one for i, one in enumerate(sets)]
    for broken in sets:
        if broken:
            found = explain(system, broken, limit)
            if any(system.misses[number] for number in broken) or any(one.slip.credit > ROUNDING_CREDIT for one in found.corrections):
                out.append(found)
    return out


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


def explain(system: System, broken: Sequence[int], limit: float) -> Located:
    """The explanation of one set of connected failures: one cell where that is plausible, else several."""
    singles = sorted(single_cells(system, broken), key=lambda one: rank(system, (one,)))
    plausible = [one for one in singles if one.slip.credit > IMPLAUSIBLE]
    if not plausible:
        found = several_cells(system, broken, limit)
        if found.corrections or not singles:
            return found
    best, *others = plausible or singles
    rivals = [one for one in others if abs(rank(system, (one,)) - rank(system, (best,))) < PER_CONFIRMATION / 2]
    return Located(tuple(broken), (best,), not rivals, system.weight(best.place), "", tuple((one,) for one in others))


def rank(system: System, corrections: Sequence[Correction]) -> float:
    """Lighter sets first; a slip that explains the printed figure counts for much, a value that no form would print against."""
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
    """A correction with its likeliest value: the middle of the interval on the grid that the table prints, and its slip."""
    ledger = system.ledger
    quantum = ledger.places[place].quantum
    first, last = -(-low // quantum) * quantum, high // quantum * quantum
    value = (first + last) // (2 * quantum) * quantum if first <= last else (low + high) // 2
    return Correction(place, low, high, value, slip_of(ledger, place, low, high, value))


# --- two cells, one slip ---------------------------------------------------------------------------------------------


def pairs(system: System, sets: Sequence[Sequence[int]]) -> dict[frozenset[int], list[tuple[Correction, ...]]]:
    """Two neighbouring cells whose figures stand in each other's place (one of them may be empty), by the sets of failures that
    this explains whole: a single set that no single cell explains, or two sets at once. Lightest pairs first."""
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
        change = sum(sign * (second - first if place == one else first - second) for sign, place in bound.terms if place in (one, two))
        if not bound.low <= change <= bound.high:
            return []
        if system.status[number] == "fail":
            mended.append(number)
    return mended


def exchanged(system: System, one: int, two: int) -> tuple[Correction, ...]:
    """The corrections that put two figures in each other's place."""
    values = system.ledger.values
    kind = "other_place" if values[one] is None or values[two] is None else "swapped"
    words = f"the figure stands in {system.ledger.places[two if values[one] is None else one].label}" if kind == "other_place" else "two figures exchanged"
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
        return Located(tuple(broken), (), False, 0.0, note or f"no change of up to {MOST_CELLS} cells makes these identities hold")
    order = sorted(sets, key=lambda one: rank(system, one[1]))
    unique = len(order) == 1 or rank(system, order[1][1]) - rank(system, order[0][1]) > PER_CONFIRMATION / 2
    return Located(tuple(broken), order[0][1], unique and not note, order[0][0], note, tuple(one for _, one in order[1:]))


def neighbourhood(system: System, broken: Sequence[int]) -> tuple[list[int], list[int]]:
    """The cells that may change (those of broken identities and their next neighbours) and every identity that holds one of them.

    The identities and cells of other sets of failures are left to those.
    """
    near = {place for number in broken for place in system.identities[number].places}
    foreign = {number for number, status in enumerate(system.status) if status == "fail"} - set(broken)
    taken = {place for number in foreign for place in system.identities[number].places}
    cells = near | {place for one in near for number in system.by_place[one] for place in system.identities[number].places} - taken
    if len(cells) > MOST_CANDIDATES:
        cells = near
    bounds = {number for place in cells for number in system.by_place[place]} - foreign
    return sorted(cells), sorted(bounds)


def solve(
    system: System, candidates: Sequence[int], bounds: Sequence[Bound], exact: bool, cuts: Sequence[tuple[int, ...]], limit: float
) -> tuple[tuple[int, ...] | None, bool]:
    """The lightest set of cells whose changes keep the bounds, apart from sets already found; whether the search was complete.

    Variables: a change and a yes or no for each candidate; changes are counted in units of the largest residual.
    """
    count = len(candidates)
    column = {place: i for i, place in enumerate(candidates)}
    scale = max(max(abs(bound.low), abs(bound.high)) for bound in bounds) or 1
    most = sum(abs(system.residual[bound.identity]) for bound in bounds if system.status[bound.identity] == "fail") / scale + 1
    rows: list[tuple[list[int], list[float], float, float]] = []
    for bound in bounds:
        inside = [(sign, column[place]) for sign, place in bound.terms if place in column]
        rooms = [(i, room / scale) for _, i in inside if (room := system.room(candidates[i], exact, bound.identity))]
        changes, signs = [i for _, i in inside], [float(sign) for sign, _ in inside]
        filled = [count + i for i, _ in rooms]
        rows.append(([*changes, *filled], [*signs, *(room for _, room in rooms)], bound.low / scale, np.inf))
        rows.append(([*changes, *filled], [*signs, *(-room for _, room in rooms)], -np.inf, bound.high / scale))
    for i in range(count):
        rows.append(([i, count + i], [1.0, -most], -np.inf, 0.0))
        least = -system.ledger.places[candidates[i]].quantum / scale if system.ledger.values[candidates[i]] is None else most
        rows.append(([i, count + i], [1.0, least], 0.0, np.inf))
    rows.append(([count + i for i in range(count)], [1.0] * count, 1.0, float(MOST_CELLS)))
    for cut in cuts:
        rows.append(([count + column[place] for place in cut], [1.0] * len(cut), -np.inf, len(cut) - 1.0))
    low = [floor_of(system, place) / scale for place in candidates]
    weights = [system.weight(place) for place in candidates]
    result = milp(
        c=np.array([0.0] * count + weights),
        constraints=constraint(rows, 2 * count),
        integrality=np.array([0] * count + [1] * count),
        bounds=Bounds(np.array([max(x, -most) for x in low] + [0.0] * count), np.array([most] * count + [1.0] * count)),
        options={"time_limit": limit, "mip_rel_gap": 0.0},
    )
    if result.x is None:
        return None, result.status == 2
    return tuple(candidates[i] for i in range(count) if result.x[count + i] > 0.5), True


def floor_of(system: System, place: int) -> float:
    """The least change of a cell: a figure that is not printed negative does not become negative."""
    value = system.ledger.number(place)
    return -np.inf if value < 0 else -float(value)


def constraint(rows: Iterable[tuple[list[int], list[float], float, float]], width: int) -> LinearConstraint:
    """Rows of columns, coefficients and ends as one sparse constraint."""
    data, index, starts, low, high = [], [], [0], [], []
    for columns, coefficients, least, most in rows:
        data.extend(coefficients)
        index.extend(columns)
        starts.append(len(data))
        low.append(least)
        high.append(most)
    return LinearConstraint(csr_array((data, index, starts), shape=(len(low), width)), np.array(low), np.array(high))


def ranges(system: System, chosen: Sequence[int], bounds: Sequence[Bound], exact: bool) -> dict[int, tuple[int, int]] | None:
    """The least and greatest value of each chosen cell when only these change; None if they cannot make the bounds hold."""
    column = {place: i for i, place in enumerate(chosen)}
    touched = [bound for bound in bounds if any(place in column for _, place in bound.terms) or bound.low > 0 or bound.high < 0]
    scale = max(max(abs(bound.low), abs(bound.high)) for bound in touched) or 1
    rows = []
    for bound in touched:
        inside = [(sign, column[place]) for sign, place in bound.terms if place in column]
        room = sum(system.room(place, exact, bound.identity) for _, place in bound.terms if place in column)
        low, high = (bound.low - room) / scale - 1e-9, (bound.high + room) / scale + 1e-9
        rows.append(([i for _, i in inside], [float(sign) for sign, _ in inside], low, high))
    limits = constraint(rows, len(chosen))
    least = Bounds(np.array([floor_of(system, place) / scale for place in chosen]), np.full(len(chosen), np.inf))
    out = {}
    for place, i in column.items():
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(chosen))
            goal[i] = sign
            result = milp(c=goal, constraints=limits, bounds=least)
            if result.x is None:
                return None
            ends.append(result.x[i] * scale)
        value = system.ledger.number(place)
        out[place] = (ceil(value + ends[0] - 1e-3), floor(value + ends[1] + 1e-3))
    return out

"""Programme: the mixed integer programmes (HiGHS, through scipy) behind `locate`: which cells change, and to what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from .system import Bound, System

#: No more cells than this are ever said to be wrong together.
MOST_CELLS = 12


def solve(system: System, candidates: Sequence[int], bounds: Sequence[Bound], exact: bool,
          cuts: Sequence[tuple[int, ...]], limit: float) -> tuple[tuple[int, ...] | None, bool]:
    """The lightest set of cells whose changes keep the bounds, none of those found; whether the search was complete.

    Variables: a change and a yes or no for each candidate; changes are counted in units of the largest residual.
    """
    count = len(candidates)
    column = {place: i for i, place in enumerate(candidates)}
    scale = max(max(abs(bound.low), abs(bound.high)) for bound in bounds) or 1
    most = (sum(abs(system.residual[bound.identity]) for bound in bounds if system.status[bound.identity] == "fail")
            / scale + 1)
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
        least = (-system.ledger.places[candidates[i]].quantum / scale if system.ledger.values[candidates[i]] is None
                 else most)
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


def ranges(system: System, chosen: Sequence[int], bounds: Sequence[Bound],
           exact: bool) -> dict[int, tuple[int, int]] | None:
    """The least and greatest value of each chosen cell if only these change; None if the bounds cannot hold so."""
    column = {place: i for i, place in enumerate(chosen)}
    touched = [bound for bound in bounds
               if any(place in column for _, place in bound.terms) or bound.low > 0 or bound.high < 0]
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

"""Fault injection: corrupt figures of documents that hold together; see if and where validation notices or restores.

    python tools/fault_injection.py DIR --trials 2000 --csv results.csv

For every kind of slip and every number k of wrong cells it reports, for figures that at least two identities cover and
for those that one covers, with 95 % Wilson intervals:

    detected   a check fails that did not fail before
    in set     every wrong cell is in the set of suspects
    first      every wrong cell is named first (k = 1: the cell that is named first is the wrong one)
    restored   the likeliest value that is named for every wrong cell is its true one

Deterministic: seeds are fixed by kind, k and trial.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mingzhang.checking.checks import Account, account
from mingzhang.checking.locate import locate
from mingzhang.checking.system import System
from mingzhang.document import read_document
from mingzhang.sources import find_sources

KS = (1, 2, 3, 5)
MOST_TRIES = 200

Change = dict[int, int | None]


@dataclass(frozen=True)
class Bench:
    """An account with its system, true figures, and places that may be corrupted, by coverage (2: two and more)."""

    books: Account
    system: System
    true: tuple[int | None, ...]
    covered: dict[int, list[int]]


# --- slips: each takes a bench, a place and a random source and gives the changed figures, or None if it cannot be ---


def digits_exchanged(bench: Bench, place: int, rng: random.Random) -> Change | None:
    quantum = bench.books.ledger.places[place].quantum
    digits = str((bench.true[place] or 0) // quantum)
    spots = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    if not spots:
        return None
    i = rng.choice(spots)
    return {place: int(digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]) * quantum}


def digit_dropped(bench: Bench, place: int, rng: random.Random) -> Change | None:
    quantum = bench.books.ledger.places[place].quantum
    digits = str((bench.true[place] or 0) // quantum)
    if len(digits) < 2:
        return None
    i = rng.randrange(len(digits))
    return {place: int(digits[:i] + digits[i + 1 :]) * quantum}


def point_moved(bench: Bench, place: int, rng: random.Random) -> Change | None:
    value, quantum = bench.true[place] or 0, bench.books.ledger.places[place].quantum
    factor = rng.choice((10, 100))
    if rng.random() < 0.5 and value % (factor * quantum) == 0:
        return {place: value // factor}
    return {place: value * factor}


def sign_changed(bench: Bench, place: int, rng: random.Random) -> Change | None:
    return {place: -(bench.true[place] or 0)}


def cells_swapped(bench: Bench, place: int, rng: random.Random) -> Change | None:
    others = [other for other in near(bench, place) if bench.true[other] not in (None, bench.true[place])]
    if not others:
        return None
    other = rng.choice(others)
    return {place: bench.true[other], other: bench.true[place]}


def one_off(bench: Bench, place: int, rng: random.Random) -> Change | None:
    """The figure stands one line or column off, in an empty cell; its own cell is empty."""
    empty = [other for other in near(bench, place) if bench.true[other] is None]
    if not empty:
        return None
    return {place: None, rng.choice(empty): bench.true[place]}


def emptied(bench: Bench, place: int, rng: random.Random) -> Change | None:
    return {place: None}


KINDS: dict[str, Callable[[Bench, int, random.Random], Change | None]] = {
    "digits exchanged": digits_exchanged, "digit dropped": digit_dropped, "point moved": point_moved,
    "sign": sign_changed, "cells swapped": cells_swapped, "one off": one_off, "emptied": emptied,
}


def near(bench: Bench, place: int) -> list[int]:
    """The places one line or one column from a place."""
    spot, index = bench.books.ledger.places[place], bench.books.ledger.index
    ids = [f"{spot.table_id}/r{spot.row + r}c{spot.column + c}" for r, c in ((-1, 0), (1, 0), (0, -1), (0, 1))]
    return [index[one] for one in ids if one in index]


# --- the bench -------------------------------------------------------------------------------------------------------


def benches(folder: Path) -> Iterator[Bench]:
    """A bench for each document of a folder whose figures hold together."""
    for source in find_sources(folder)[0]:
        books = account(read_document(source))
        system = System(books)
        system.confront()
        if not books.identities or "fail" in system.status:
            continue
        counts: dict[int, set[frozenset[int]]] = defaultdict(set)
        for number, one in enumerate(system.identities):
            if system.status[number]:
                for place in one.places:
                    counts[place].add(frozenset(one.places))
        true = tuple(books.ledger.values)
        covered: dict[int, list[int]] = {1: [], 2: []}
        for place, found in counts.items():
            if true[place]:
                covered[min(len(found), 2)].append(place)
        yield Bench(books, system, true, covered)


@dataclass(frozen=True)
class Trial:
    """The outcome of one trial."""

    detected: bool
    in_set: bool
    first: bool
    restored: bool


def run_trial(bench: Bench, change: Change) -> Trial:
    """Corrupt the figures, validate, and put the true ones back."""
    values = bench.books.ledger.values
    for place, value in change.items():
        values[place] = value
    found = locate(bench.books, bench.system)
    for place in change:
        values[place] = bench.true[place]
    wrong = set(change)
    first = {one.place: one for located in found for one in located.corrections}
    named = set(first) | {one.place for located in found for other in located.others for one in other}
    return Trial(
        bool(found), wrong <= named, wrong <= set(first),
        all(p in first and first[p].likely == (bench.true[p] or 0) for p in wrong),
    )


def corruption(bench: Bench, kind: str, coverage: int, k: int, rng: random.Random) -> Change | None:
    """k slips of a kind in different cells; only slips that change a figure count."""
    change: Change = {}
    places = bench.covered[coverage]
    for _ in range(MOST_TRIES):
        if not places:
            return None
        place = rng.choice(places)
        made = KINDS[kind](bench, place, rng)
        if made and not set(made) & set(change) and all((bench.true[p] or 0) != (v or 0) for p, v in made.items()):
            change |= made
            k -= 1
            if k == 0:
                return change
    return None


def wilson(hits: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """The Wilson score interval of a proportion."""
    if not count:
        return 0.0, 1.0
    p, n = hits / count, count
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def run(all_benches: Sequence[Bench], trials: int, ks: Sequence[int],
        kinds: Sequence[str]) -> Iterator[dict[str, object]]:
    """One row for each kind, k and coverage, trials spread over the documents."""
    for coverage in (2, 1):
        for k in ks:
            for kind in kinds:
                done: list[Trial] = []
                usable = [bench for bench in all_benches if bench.covered[coverage]]
                for number in range(trials):
                    rng = random.Random(f"{kind} {coverage} {k} {number}")
                    bench = usable[number % len(usable)]
                    change = corruption(bench, kind, coverage, k, rng)
                    if change:
                        done.append(run_trial(bench, change))
                yield row(kind, coverage, k, done)


def row(kind: str, coverage: int, k: int, done: Sequence[Trial]) -> dict[str, object]:
    """Shares with their intervals."""
    out: dict[str, object] = {"kind": kind, "identities": "2+" if coverage == 2 else "1", "k": k, "trials": len(done)}
    for name in ("detected", "in_set", "first", "restored"):
        hits = sum(getattr(trial, name) for trial in done)
        low, high = wilson(hits, len(done))
        out |= {name: round(hits / len(done), 4) if done else None, f"{name}_low": round(low, 4),
                f"{name}_high": round(high, 4)}
    return out


def main() -> int:
    options = argparse.ArgumentParser(description="What validation finds of planted errors.")
    options.add_argument("folder", type=Path, help="folder of published PDFs")
    options.add_argument("--trials", type=int, default=2000, help="trials for each kind, k and coverage (default 2000)")
    options.add_argument("--k", type=int, nargs="*", default=list(KS), help="numbers of wrong cells (default 1 2 3 5)")
    options.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS),
                         help="kinds of slips (default all)")
    options.add_argument("--csv", type=Path, help="write the results there as well")
    chosen = options.parse_args()
    ready = list(benches(chosen.folder))
    print(f"{len(ready)} documents that hold together, {sum(len(b.system.identities) for b in ready)} identities")
    rows = []
    for one in run(ready, chosen.trials, chosen.k, chosen.kinds):
        rows.append(one)
        shown = "  ".join(f"{name} {one[name]} [{one[name + '_low']}, {one[name + '_high']}]"
                          for name in ("detected", "in_set", "first", "restored"))
        print(f"{one['kind']:17} k={one['k']} identities {one['identities']:>2}  n={one['trials']}  {shown}",
              flush=True)
    if chosen.csv:
        with chosen.csv.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())

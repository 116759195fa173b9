"""Slips: how a printed figure may have come from the true one: digits exchanged, factor of ten, other cell, left
out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ..vocabulary import within
from .ledger import Ledger

#: How far (rows or columns) a figure may have slipped.
REACH = 3
_DECLARED = within("identities", "slips")
#: What an explanation by rounding counts for.
ROUNDING_CREDIT = _DECLARED["rounding"]["credit"]
#: Differences of this many last digits come of rounding.
NOTHING = 3


@dataclass(frozen=True, slots=True)
class Slip:
    """A kind of slip (the contract's `kind`), in words, and how much it speaks for a location."""

    kind: str
    words: str
    credit: float
    value: int | None = None


#: Slips of one digit, or of two that changed places.
MISTYPED = ("digit_wrong", "digits_exchanged")
NO_SLIP = Slip("other", "", 0.0)
#: What no form would print speaks against a location.
NEGATIVE = Slip("other", "would have to be negative", -2.0)
#: An empty cell that would hold next to nothing is right as it is.
NOTHING_LOST = -0.3


def slip(kind: str, value: int | None = None, **put: object) -> Slip:
    """A slip as `vocabulary/identities.toml` declares it."""
    declared = _DECLARED[kind]
    return Slip(kind, declared["en"].format(**put), declared["credit"], value)


def slip_of(ledger: Ledger, place: int, low: int, high: int, value: int) -> Slip:
    """The likeliest slip that leads from a value between `low` and `high` to the printed figure."""
    printed = ledger.values[place]
    quantum = ledger.places[place].quantum
    if high < 0 and (printed is None or (printed >= 0 and not low <= -printed <= high)):
        return NEGATIVE
    if printed is None:
        return slip("empty") if value > NOTHING * quantum else replace(slip("empty"), credit=NOTHING_LOST)
    if abs(value - printed) <= NOTHING * quantum:
        return slip("rounding")
    for one in candidates(printed, quantum, low, high):
        if one.value is not None and low <= one.value <= high:
            return one
    for step in range(1, REACH + 1):
        for rows, columns, where in ((-step, 0, "line above"), (step, 0, "line below"),
                                     (0, -step, "column to the left"), (0, step, "column to the right")):
            other = ledger.beside(place, rows, columns)
            if other is not None and ledger.values[other] == printed and printed:
                return slip("other_place", where=where)
    return NO_SLIP


def slip_between(printed: Decimal, true: Decimal) -> str:
    """The kind of slip that makes one figure of another, "" if none does."""
    places = max(0, *(-int(one.as_tuple().exponent) for one in (printed, true)))
    made, meant = (int(one.scaleb(places)) for one in (printed, true))
    return next((one.kind for one in candidates(made, 1, meant, meant) if one.value == meant), "")


def candidates(printed: int, quantum: int, low: int, high: int) -> Iterator[Slip]:
    """True values that common slips turn into the printed one."""
    for shift in (10, 100, 1000):
        if printed % shift == 0:
            yield slip("decimal_shift", printed // shift, factor=shift)
        yield slip("decimal_shift", printed * shift, factor=f"1/{shift}")
    if printed:
        yield slip("unit", round(printed / 10_000 / quantum) * quantum, factor="元 for 万元")
        yield slip("unit", printed * 10_000, factor="万元 for 元")
        yield slip("sign", -printed)
    digits, sign = str(abs(printed) // quantum), -1 if printed < 0 else 1
    for i in range(len(digits) - 1):
        swapped = digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]
        if swapped != digits:
            yield slip("digits_exchanged", sign * int(swapped) * quantum)
    if high - low <= 4 * quantum:
        for true in range(-(-low // quantum), high // quantum + 1):
            if kind := digit_slip(digits, str(abs(true))):
                yield slip(kind, true * quantum)


def digit_slip(printed: str, true: str) -> str:
    """How one digit makes the printed digits of the true ones: lost, added or wrong; "" if it does not."""
    if len(true) == len(printed) + 1 and any(true[:i] + true[i + 1 :] == printed for i in range(len(true))):
        return "digit_lost"
    if len(true) == len(printed) - 1 and any(printed[:i] + printed[i + 1 :] == true for i in range(len(printed))):
        return "digit_added"
    differ = sum(a != b for a, b in zip(true, printed, strict=False))
    return "digit_wrong" if len(true) == len(printed) > 2 and differ == 1 else ""

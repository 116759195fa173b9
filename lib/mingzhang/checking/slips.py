"""Slips: how a printed figure may have come from the true one: digits exchanged, a factor of ten, another cell's figure, left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .ledger import Ledger, Place

#: How far (rows or columns) a figure may have slipped.
REACH = 3
#: What an explanation by rounding counts for.
ROUNDING_CREDIT = 0.05
#: Differences of this many last digits come of rounding.
NOTHING = 3


@dataclass(frozen=True, slots=True)
class Slip:
    """A kind of slip (the contract's `kind`), in words, and how much it speaks for a location."""

    kind: str
    words: str
    credit: float
    value: int | None = None


NO_SLIP = Slip("other", "", 0.0)


def slip_of(ledger: Ledger, place: int, low: int, high: int, value: int) -> Slip:
    """The likeliest slip that leads from a value between `low` and `high` to the printed figure."""
    printed = ledger.values[place]
    spot = ledger.places[place]
    if printed is None:
        if high < 0:
            return Slip("other", "would have to be negative", -2.0)
        return Slip("empty", "empty", 0.2 if value > NOTHING * spot.quantum else -0.3)
    if high < 0 <= printed:
        return Slip("sign", "sign changed", 0.3, -printed) if low <= -printed <= high else Slip("other", "would have to be negative", -2.0)
    if abs(value - printed) <= NOTHING * spot.quantum:
        return Slip("rounding", "a matter of rounding", ROUNDING_CREDIT)
    for one in candidates(printed, spot, low, high):
        if one.value is not None and low <= one.value <= high:
            return one
    for other, how in beside(ledger, spot):
        if other == printed and printed:
            return Slip("other_place", f"the figure of the {how}", 0.25)
    return NO_SLIP


def candidates(printed: int, spot: Place, low: int, high: int) -> Iterator[Slip]:
    """True values that common slips turn into the printed one."""
    quantum = spot.quantum
    for shift in (10, 100, 1000):
        if printed % shift == 0:
            yield Slip("decimal_shift", f"shifted by a factor {shift}", 0.4, printed // shift)
        yield Slip("decimal_shift", f"shifted by a factor 1/{shift}", 0.4, printed * shift)
    if printed:
        yield Slip("unit", "元 for 万元", 0.4, round(printed / 10_000 / quantum) * quantum)
        yield Slip("unit", "万元 for 元", 0.4, printed * 10_000)
        yield Slip("sign", "sign changed", 0.4, -printed)
    digits = str(abs(printed) // quantum)
    sign = -1 if printed < 0 else 1
    for i in range(len(digits) - 1):
        swapped = digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]
        if swapped != digits:
            yield Slip("digits_exchanged", "digits exchanged", 0.4, sign * int(swapped) * quantum)
    if low == high or high - low <= 4 * quantum:
        for true in range(-(-low // quantum), high // quantum + 1):
            text = str(abs(true))
            if len(text) == len(digits) + 1 and any(text[:i] + text[i + 1 :] == digits for i in range(len(text))):
                yield Slip("digit_lost", "a digit lost", 0.4, true * quantum)
            if len(text) == len(digits) - 1 and any(digits[:i] + digits[i + 1 :] == text for i in range(len(digits))):
                yield Slip("digit_added", "a digit too many", 0.3, true * quantum)
            if len(text) == len(digits) > 2 and sum(a != b for a, b in zip(text, digits, strict=True)) == 1:
                yield Slip("digit_wrong", "one digit differs", 0.2, true * quantum)


def beside(ledger: Ledger, spot: Place) -> Iterator[tuple[int, str]]:
    """The figures printed near a place, and where."""
    for step in range(1, REACH + 1):
        for row, column, how in (
            (spot.row - step, spot.column, "line above"), (spot.row + step, spot.column, "line below"),
            (spot.row, spot.column - step, "column to the left"), (spot.row, spot.column + step, "column to the right"),
        ):  # fmt: skip
            number = ledger.index.get(f"{spot.table_id}/r{row}c{column}")
            if number is not None and (value := ledger.values[number]) is not None:
                yield value, how

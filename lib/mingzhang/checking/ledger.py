"""Ledger: every place of a document where a number stands or could stand, as whole numbers of one common unit.

The checks and the localization of errors work on a ledger alone: places with their printed values, in exact integers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ..address import Address

#: A sum of money is printed to 0.01 of its unit at the finest that a standard form asks for.
LEAST_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Place:
    """One cell that holds a number or could hold one. `quantum` is the last printed digit in units of the ledger."""

    id: str
    table_id: str
    row: int
    column: int
    page: int
    label: str
    quantum: int


@dataclass
class Ledger:
    """Places and their values in units of 10^-`exponent` 万元 (or points, or per cent); None where none is printed."""

    exponent: int
    places: list[Place] = field(default_factory=list)
    values: list[int | None] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)

    def add(self, place: Place, value: Decimal | None) -> int:
        """Enter a place (once) and return its number."""
        if place.id in self.index:
            return self.index[place.id]
        self.index[place.id] = len(self.places)
        self.places.append(place)
        self.values.append(None if value is None else self.units(value))
        return self.index[place.id]

    def beside(self, place: int, rows: int, columns: int) -> int | None:
        """The place so many rows and columns from another in its table, None if there is none."""
        spot = self.places[place]
        return self.index.get(str(Address(spot.table_id, spot.row + rows, spot.column + columns)))

    def units(self, value: Decimal) -> int:
        """A value in whole units of the ledger."""
        return int((value.scaleb(self.exponent)).to_integral_value())

    def decimal(self, units: int) -> Decimal:
        """Whole units back to a decimal, without trailing zeros beyond two decimals."""
        value = Decimal(units).scaleb(-self.exponent)
        short = value.quantize(Decimal("0.01"))
        return short if short == value else value.normalize()

    def number(self, place: int) -> int:
        """The value that a place counts for in a sum: nothing printed counts as zero."""
        return self.values[place] or 0


def exponent_for(amounts: Iterable[Decimal]) -> int:
    """How many decimals a ledger needs to hold the amounts exactly."""
    deepest = max((-exponent for amount in amounts if isinstance(exponent := amount.as_tuple().exponent, int)),
                  default=0)
    return max(LEAST_DECIMALS, deepest)

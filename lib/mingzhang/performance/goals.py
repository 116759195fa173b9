"""Goals: the figures that a goal or a result states in words, each with the clause in which it stands."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ..clean import compact
from .targets import operators, words

#: How much of an indicator's name must stand in a clause for the clause to be of the same thing (share of its bigrams).
SAME = 0.6


class Quantity(NamedTuple):
    """A figure of a sentence: value, unit, clause, and what stands before it in the clause."""

    value: Decimal
    unit: str
    clause: str
    before: str


@lru_cache(1_024)
def quantities_of(text: str) -> tuple[Quantity, ...]:
    """The figures with a unit of a text, dates and numbered points left out; a clause with several of one unit gives
    none of it."""
    out = []
    for clause in re.split(r"[,，。;；、：:]|(?<=\D)\d[.、](?!\d)", re.sub(r"(?<=\d),(?=\d{3})", "", compact(text))):
        found = [
            Quantity(Decimal(one[1]), one[2], clause, clause[: one.start()])
            for one in re.finditer(rf"(?<![\d.〔第])(\d+(?:\.\d+)?)({words('unit').pattern})", clause)
                    if not words("date").match(one[0])
        ]
        out += [one for one in found if sum(other.unit == one.unit for other in found) == 1]
    return tuple(out)


def same_thing(name: str, quantity: Quantity, tail: re.Pattern[str]) -> bool:
    """Whether a figure of a sentence is of what an indicator is called: most of the name stands in its clause, or the
    words before it in the name."""
    named = re.sub(rf"(?:{'|'.join(map(re.escape, operators()))})$", "", quantity.before)
    if len(named) >= 3 and named in compact(name):
        return True
    core = tail.sub("", compact(name)) or compact(name)
    grams = {core[at : at + 2] for at in range(len(core) - 1)}
    return bool(grams) and sum(gram in quantity.clause for gram in grams) / len(grams) >= SAME

"""Wording: sentences and titles that carry a finding, worded from the data; a comparison that does not hold is not
made."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..errors import MingzhangError
from .measures import percentage, share


class FalseStatement(MingzhangError):
    """A sentence was about to be printed that the data does not bear out; the message is the sentence."""


def said(holds: object, text: str, otherwise: str = "") -> str:
    """`text` where it holds, else `otherwise`. Raises `FalseStatement` where neither can be said."""
    if holds or otherwise:
        return text if holds else otherwise
    raise FalseStatement(text)


def counted(hits: int, n: int, places: int = 0) -> str:
    """A count as "17 of 18 (94%)"; without any cases "none of 0". All but one is never 100%: it takes more decimals."""
    if not n:
        return "none of 0"
    part = share(Decimal(int(hits)), Decimal(int(n)))
    while 0 < hits < n and Decimal(percentage(part, places)[:-1]) in (0, 100):
        places += 1
    return f"{hits} of {n} ({percentage(part, places)})"


def beside(certain: tuple[int, int], every: tuple[int, int]) -> str:
    """A count over certain rows, with the count over all rows beside it where the two differ."""
    one, two = counted(*certain), counted(*every)
    return one if tuple(certain) == tuple(every) else f"{one} on certain rows, {two} on all"


def spread(values: Iterable[Decimal], places: int = 1) -> str:
    """Shares as "12.0% to 15.0%", one share alone, or "no share" without any."""
    texts = [percentage(value, places) for value in sorted(values)]
    return " to ".join(dict.fromkeys((texts[0], texts[-1]))) if texts else "no share"

"""Sums: what the rows of a form's money claim to add up to, and whether they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple

from .design import HALF_CENT, Money, Sum
from .words import plain_item, word


class Parts(NamedTuple, Generic[Sum]):
    """A sum of money and the rows that make it up; `most`: it may only not exceed it ("其中：…" alone)."""

    whole: Sum
    parts: Sequence[Sum]
    most: bool


def sums_of(funds: Sequence[Sum]) -> Iterator[Parts[Sum]]:
    """The sums that the fund rows of a form claim: the whole by sources and by uses, and each 小计 by the rows under
    it."""
    for block in ("year", "total"):
        lines = [fund for fund in funds if fund.block == block
            and any(getattr(fund, key) is not None for key in COLUMNS)]
        at = next((at for at, fund in enumerate(lines) if word("fund", "whole").search(plain_item(fund.item))), None)
        if at is None:
            continue
        whole, rest = (lines[at], [fund for fund in lines[at + 1 :] if fund.row != lines[at].row or at == 0]
            or lines[:at])
        uses = [fund for fund in rest if word("fund", "use").search(plain_item(fund.item))]
        sources = [fund for fund in rest if fund not in uses]
        if uses and sources and all(word("fund", "origin").search(plain_item(fund.item)) for fund in sources):
            yield Parts(whole, uses, False)
            rest = sources
        starts = [number for number, fund in enumerate(rest) if plain_item(fund.item).endswith("小计")]
        for start, end in pairwise([*starts, len(rest)]):
            yield Parts(rest[start], rest[start + 1 : end], False)
        names = [plain_item(fund.item) for fund in rest]
        plain = not any(map(word("fund", "level").search, names)) and all(map(word("fund", "source").search, names))
        if starts or rest == lines[:at] or plain or adds_up(whole, rest):
            parts = [rest[start] for start in starts] or rest
            yield Parts(whole, parts, len(parts) == 1
                and ("其中" in parts[0].item or plain_item(parts[0].item).startswith("其他")))


def by_levels(funds: Sequence[Sum]) -> Parts[Sum] | None:
    """The money of the year and all rows below it, where these name levels of government: they may be sources or tell
    the same twice."""
    lines = [fund for fund in funds if fund.block == "year" and any(getattr(fund, key) is not None for key in COLUMNS)]
    if len(lines) < 3 or not word("fund", "whole").search(plain_item(lines[0].item)) or len(list(sums_of(funds))):
        return None
    return (Parts(lines[0], lines[1:], False)
        if any(word("fund", "level").search(plain_item(fund.item)) for fund in lines[1:]) else None)


def adds_up(whole: Money, rest: Sequence[Money]) -> bool:
    """Whether rows named by levels (中央资金, 地方资金) are all of a sum: in a column with several of them they make it
    up."""
    columns = [[getattr(fund, key) for fund in (whole, *rest)] for key in COLUMNS]
    return any(found[0] and sum(map(bool, found[1:])) > 1 and sum(filter(None, found[1:])) == found[0]
        for found in columns)


#: The columns of money of a fund row.
COLUMNS = ("initial_budget", "annual_budget", "executed")


def funds_state(funds: Sequence[Money]) -> str:
    """Whether the sums of a table's money hold in every column: agrees, deviates, untestable."""
    states = []
    for whole, parts, most in sums_of(funds):
        for key in COLUMNS:
            total, found = getattr(whole, key), [value for fund in parts if (value := getattr(fund, key)) is not None]
            if total is not None and found:
                off = sum(found) - total
                states.append(off <= HALF_CENT if most else abs(off) <= HALF_CENT * (len(found) + 1))
    return ("agrees" if all(states) else "deviates") if states else "untestable"

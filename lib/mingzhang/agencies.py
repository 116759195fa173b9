"""Agencies: which agency publishes a document: one stable id for all spellings of its name, its division, level, sector
and parent.

An agency that cannot be told for sure has no id: a wrong one is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from . import vocabulary
from .clean import compact

#: The division code of the central government.
CENTRAL = "100000"
#: Provinces whose districts stand directly below them.
MUNICIPALITIES = ("11", "12", "31", "50")


class Agency(NamedTuple):
    """An agency: `agency_id` is its division code and its short name ("350102-工业和信息化局"); `parent` the agency
    above, or "".
    """

    agency_id: str
    name: str
    division_code: str
    level: str
    sector: str
    parent: str


@cache
def divisions() -> dict[str, str]:
    """The names of provinces, cities and counties by their code (GB/T 2260)."""
    return {row["code"]: row["name"] for row in vocabulary.rows("divisions")}


@cache
def provinces() -> tuple[str, ...]:
    """The names of all provinces, autonomous regions and municipalities."""
    return tuple(name for code, name in divisions().items() if code.endswith("0000") and code != CENTRAL)


def identify(org: str, province: str = "", region: str = "") -> Agency | None:
    """The agency of a printed name; `province` and `region` are what else is known of the place. None where the place
    is not sure.
    """
    name = plain_name(org)
    if not name:
        return None
    code, short = located(name, province)
    place, _ = located(compact(province + region.removeprefix(province)), province)
    if place and (not code or place.startswith(significant(code))):
        code = place
    if not code and re.search(r"^国家|部$|总局$|^全国|^国务院", name):
        code = CENTRAL
    if not code or not short:
        return None
    found = dict(vocabulary.patterns("agencies", "parent"))["subordinate"].match(short)
    sector = vocabulary.first(vocabulary.patterns("agencies", "sectors"), short)
    parent = f"{code}-{found['parent']}" if found else ""
    return Agency(f"{code}-{short}", org, code, level_of(code, short), sector, parent)


def plain_name(org: str) -> str:
    """A printed name in the spelling by which names are compared."""
    name = compact(org)
    for rule in vocabulary.toml("agencies")["rewrite"]:
        name = re.sub(rule["find"], rule["put"], name)
    return name


def located(name: str, province: str = "") -> tuple[str, str]:
    """The code of the division that a name begins with, and the rest of the name; ("", name) if no division is sure."""
    start = next((code for code, known in divisions().items() if known == province and code.endswith("0000")), "")
    code, rest = start, name
    for length in (2, 4, 6):
        within = [
            (known, words)
            for known, words in named(length)
            if known.startswith(significant(code)) and rest.startswith(words)
        ]
        longest = max((len(words) for _, words in within), default=0)
        best = [known for known, words in within if len(words) == longest]
        if len(best) == 1 or (best and len({significant(one) for one in best}) == 1):
            code, rest = best[0], rest[longest:]
            if re.match(r"委|人大|政协", rest):
                # 省委, 区人大: the level is part of the short name
                rest = divisions()[code][-1] + rest
                break
        elif best:
            return "", name
    return code, rest


@cache
def named(length: int) -> tuple[tuple[str, str], ...]:
    """Codes and names of the divisions with so many significant digits."""
    return tuple(
        (code, name) for code, name in divisions().items() if code != CENTRAL and len(significant(code)) == length
    )


def significant(code: str) -> str:
    """The digits of a code that say something: two for a province, four for a city, six below."""
    return code if not code or not code.endswith("00") else code[:4] if not code.endswith("0000") else code[:2]


def level_of(code: str, short: str) -> str:
    """The administrative level: of the division, or township for a street office or a town."""
    if vocabulary.first(vocabulary.patterns("agencies", "levels"), short):
        return "township"
    if code == CENTRAL:
        return "central"
    digits = significant(code)
    if len(digits) < 6:
        return "provincial" if len(digits) == 2 else "municipal"
    return "district" if divisions()[code].endswith("区") else "county"


def place_names(code: str) -> tuple[str, str]:
    """Province, and what stands between it and the agency ("A市B区")."""
    names = divisions()
    digits = significant(code)
    city = "" if code[:2] in MUNICIPALITIES or len(digits) < 4 else names.get(f"{code[:4]}00", "")
    county = names[code] if len(digits) == 6 else ""
    return ("" if code == CENTRAL else names[f"{code[:2]}0000"]), city + county


def scope_of(org: str, title: str, lines: Sequence[str]) -> str:
    """department (部门, with its units) or unit (单位, 本级): by the name, the title, else by the first line that says
    so; "" if none does.
    """
    kinds = vocabulary.patterns("agencies", "scope")
    return next((found for text in (org, title, *lines) if (found := vocabulary.first(kinds, compact(text)))), "")

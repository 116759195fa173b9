"""Targets: the number in a printed target or result, with what compares it and its unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from ..clean import compact, parse_number, unwrap
from ..vocabulary import pattern, within

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_WIDE = str.maketrans("０１２３４５６７８９．％＞＜＝～−", "0123456789.%><=~-")
#: A wording longer than this behind a number is no unit, unless it begins with a known one.
LONGEST_UNIT = 8


class Target(NamedTuple):
    """The number of a target: `operator` eq, ge, le, gt, lt, between (`value` to `high`) or text (no number), and the
    printed unit."""

    operator: str
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""


TEXT = Target("text")


@cache
def operators(section: str = "operators") -> Mapping[str, str]:
    """The operator that each printed word stands for, the longest words first."""
    words = {word: key for key, found in within("targets", section).items() for word in found}
    return {word: words[word] for word in sorted(words, key=len, reverse=True)}


@cache
def words(name: str) -> re.Pattern[str]:
    """A declared expression of targets.toml."""
    return pattern(within("targets", "words")[name], f"targets.toml [words] {name}")


@cache
def _grammar() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A target whose number stands alone with operator and unit; and two numbers with a dash."""
    sign = "|".join(map(re.escape, operators()))
    alone = re.compile(rf"(?P<before>[^\d]*?)(?P<sign>{sign})?(?P<value>-?{_NUMBER})(?P<after>(?:/10+)?\D*)")
    both = re.compile(rf"(?P<low>{_NUMBER})(?P<unit>\D{{0,4}}?)(?:[-~—－–至到]|--)(?P<high>{_NUMBER})(?P<after>\D*)")
    return alone, both


@lru_cache(8_192)
def parse_target(text: str) -> Target:
    """Operator, number and unit of a printed target or result; `TEXT` where it holds no number, several, or a date.

    "≥250家" -> ge 250 家; "95%" -> eq 95 %; "3个月以内" -> le 3 个月; "总成本不超过0.3万元" -> le 0.3 万元; "1-2次" ->
    between 1 and 2 次; "2024年12月底前" and "提高" -> text.
    """
    body = re.sub(r"\s+", "", text).translate(_WIDE).rstrip("。.；;，,、")
    body = re.sub(r"(?<=\d)[(（]([^()（）\d]+)[)）]$", r"\1", body)
    if not re.search(r"\d", body) or words("date").search(body) or words("bare_date").search(body):
        return TEXT
    alone, both = _grammar()
    if span := both.fullmatch(body):
        low, high = (number(span[part]) for part in ("low", "high"))
        unit = span["after"] or span["unit"]
        return Target("between", low, high, unit) if low < high and span["unit"] in ("", unit) else TEXT
    found = alone.fullmatch(body)
    if not found or words("name").search(body):
        return TEXT
    before, operator = found["before"], operators().get(found["sign"] or "", "")
    unit, closing = trimmed(found["after"])
    known = words("unit").match(unit)
    if before or len(unit) > LONGEST_UNIT or unit.startswith("%"):
        if not known:
            return TEXT
        unit = known.group()
    if re.search(r"[,，;；。、<>=≥≤]", unit):
        return TEXT
    return Target(operator or closing or "eq", number(found["value"]), None, unit)


def trimmed(after: str) -> tuple[str, str]:
    """A unit without the word that closes it, and the operator of that word: "个月以内" -> 个月, le."""
    for word, key in operators("closing").items():
        if after.endswith(word) and (after != word or word != "内"):
            return after.removesuffix(word), key
    return after, ""


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def target_from_parts(operator: str, value: str, unit: str) -> tuple[str, Target]:
    """The target of a form that prints operator, value and unit in cells of their own: the three joined, and parsed."""
    raw = unwrap(operator) + unwrap(value) + unwrap(unit)
    found = parse_number(value)
    if found is None or (unwrap(operator) and not normalise_operator(operator)):
        return raw, TEXT
    return raw, Target(normalise_operator(operator) or "eq", found, None, unwrap(unit))


def normalise_operator(text: str) -> str:
    """The operator that a word or sign stands for, or ""."""
    return operators().get(compact(text), "")

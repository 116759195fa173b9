"""Numbers: what a spreadsheet displays of a stored value, by the number format of its cell."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

#: A spreadsheet displays so many digits of a number without a format.
GENERAL_DIGITS = 11
#: Numbers without a format are displayed as they are up to this many digits before the point; a code has no more.
LONGEST = 30
#: What a format holds besides placeholders: colours and conditions, the width of a character, fill characters.
_UNSEEN = re.compile(r"\[[^\]]*\]|_.|\*.")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_PLACEHOLDERS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?,*")
_DATE = re.compile(r"[ymdhs年月日]", re.IGNORECASE)


def shown(value: Any, code: str) -> str:
    """What a cell displays: its value under the number format `code` ("#,##0.00", "@", "General" …)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return date(value, code)
    if not isinstance(value, int | float):
        return str(value)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return str(value)
    sections = [_UNSEEN.sub("", section) for section in code.split(";")]
    if code.strip().lower() in ("general", "@", ""):
        return general(number)
    if number == 0 and len(sections) > 2:
        return formatted(number, sections[2])
    negative = number < 0 and len(sections) > 1
    return formatted(abs(number), sections[1]) if negative else formatted(number, sections[0])


def general(number: Decimal) -> str:
    """A number without a format: rounded to eleven digits; whole ones, which may be codes, in full."""
    if number == number.to_integral_value() and number.adjusted() < LONGEST:
        return f"{number.to_integral_value():f}"
    rounded = Decimal(f"{number:.{GENERAL_DIGITS}g}").normalize()
    return f"{rounded:f}"


def formatted(number: Decimal, section: str) -> str:
    """A number under one section of a format: decimals, thousands, per cent, and the words around it."""
    literals = [quoted[1] or quoted[2] or "" for quoted in _QUOTED.finditer(section)]
    bare = _QUOTED.sub("\0", section)
    found = _PLACEHOLDERS.search(bare)
    if found is None:
        return words(bare, literals) if bare.strip() not in ("", "General", "@") else general(number)
    pattern = found.group()
    before, after = bare[: found.start()], bare[found.end() :]
    scaled = number * 100 if "%" in bare else number
    scaled /= Decimal(1000) ** (len(pattern) - len(pattern.rstrip(",")))
    places = len(pattern.rstrip(",").partition(".")[2])
    rounded = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in pattern.rstrip(",") else f"{rounded:f}"
    if not rounded and "0" not in pattern:
        text = ""
    optional = len(pattern) - len(pattern.rstrip("#?"))
    if "." in text and optional:
        kept = len(text) - min(optional, len(text) - len(text.rstrip("0")))
        text = text[:kept].rstrip(".")
    return words(before, literals) + text + words(after, literals[before.count("\0") :])


def words(text: str, literals: list[str]) -> str:
    """Text around a number's placeholders, its quoted parts put back."""
    parts = iter(literals)
    return re.sub("\0", lambda _: next(parts, ""), text).replace("General", "").strip()


def date(value: Any, code: str) -> str:
    """A date as its format displays it: with 年 月 日 where the format has them, else year, month, day with dashes."""
    bare = _QUOTED.sub(lambda quoted: quoted[1] or quoted[2] or "", _UNSEEN.sub("", code)).lower()
    if isinstance(value, datetime.time) or not _DATE.search(bare):
        return str(value)
    if "年" in bare:
        return (
            f"{value.year}年" + (f"{value.month}月" if "m" in bare else "") + (f"{value.day}日" if "d" in bare else "")
        )
    return value.strftime("%Y-%m-%d" if "d" in bare else "%Y-%m")

"""Clean: printed strings to values. Numbers, codes, names, units.

Every function is pure and works on one string; a string that is not of the kind asked for gives None, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

#: Characters beside which a blank is layout, not text: Chinese and its punctuation.
_CJK = r"\u2e80-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef\u2018-\u201f\u2460-\u2473\u25a0-\u25ff\u2026\u2014"
_BLANK_BESIDE_CJK = re.compile(rf"(?<=[{_CJK}])[ \t]+|[ \t]+(?=[{_CJK}])")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+")
_CIRCLED = re.compile(r"[\u2460-\u24ff\u2776-\u2793]")
_DIGITS = re.compile(r"\d+")
#: No figure has more digits than these; a type of fixed size (decimal 38, 20) holds it, also in another unit of money.
_SANE = re.compile(r"[+-]?[\d,]{0,18}(?:\.\d{1,16})?")


@lru_cache(8_192)
def unwrap(text: str) -> str:
    """Join the lines of a cell; blanks beside Chinese characters are layout and go, between Latin words they stay."""
    joined = ""
    for line in text.replace("\u3000", " ").split("\n"):
        line = line.strip()
        latin_break = joined[-1:].isascii() and joined[-1:].isalpha() and line[:1].isascii() and line[:1].isalpha()
        joined += (" " if latin_break else "") + line
    return _BLANK_BESIDE_CJK.sub("", joined).strip()


@lru_cache(8_192)
def compact(text: str) -> str:
    """The text without any blank or wrap, with half-width brackets and colons: for comparing, never for showing."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@lru_cache(8_192)
def parse_number(text: str) -> Decimal | None:
    """The number that a cell prints: "1,234.50", "-3", "(2.00)" as negative; None for anything that is not one number.

    A sign of the yuan in front and a percent sign at the end are ignored; "—", "-", "无" and an empty cell are no
    numbers.
    """
    body = compact(text).replace("−", "-").replace("–", "-").replace("，", ",").removeprefix("¥").removesuffix("%")
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = body[1:-1]
    if not _NUMBER.fullmatch(body) or _CIRCLED.search(text) or not _SANE.fullmatch(body):
        return None
    value = Decimal(body.replace(",", ""))
    return -value if negative else value


_QUANTITY = re.compile(r"(.+?)(百万元|万元|千元|亿元|元|人次|人|辆|台|套|个|批次|批|平方米|次)")


def parse_quantity(text: str) -> tuple[Decimal, str] | None:
    """A cell's number and the unit behind it: "12.5万元" -> (12.5, "万元"), "1,234" -> (1234, ""); else None."""
    value = parse_number(text)
    found = _QUANTITY.fullmatch(compact(text)) if value is None else None
    if found:
        value = parse_number(found[1])
    return None if value is None else (value, found[2] if found else "")


def in_wan_yuan(value: Decimal, unit: str) -> Decimal:
    """A sum of money in 万元 (ten thousand yuan): exact for 元, 千元, 万元 and 亿元."""
    shift = {"元": -4, "千元": -1, "万元": 0, "百万元": 2, "亿元": 4}[unit]
    if not shift or not value:
        return value
    scaled = value.scaleb(shift)
    return scaled.quantize(Decimal(1)) if shift > 0 and scaled == scaled.to_integral() else scaled


#: The unit that a table prints above or in its header; the first match of the longest unit counts.
_UNIT_LINE = re.compile(r"(?:(?:金额)?单位[:：为/]?|^金额[:：])\s*(?:人民币)?(百万元|万元|千元|亿元|元)")
_UNIT_ALONE = re.compile(r"^[(（]?(百万元|万元|千元|亿元|元)[)）]?$")
_UNIT_IN_BRACKETS = re.compile(r"[(（](?:金额)?(?:单位[:：]?)?(百万元|万元|千元|亿元|元)[)）]")


def money_unit(text: str) -> str:
    """The unit of money that a line declares ("单位：万元", "价值（金额单位：元）"), or ""."""
    body = re.sub(r"\s+", "", text)
    match = _UNIT_LINE.search(body) or _UNIT_IN_BRACKETS.search(body)
    return match.group(1) if match else ""


def line_unit(text: str) -> str:
    """The unit of money that a line over a table declares: as `money_unit`, or the unit alone ("（万元）", "万元")."""
    return money_unit(text) or ("".join(_UNIT_ALONE.findall(re.sub(r"\s+", "", text))) if len(text) < 12 else "")


def parse_code(*parts: str) -> str:
    """A classification code from its printed parts: ("2011301",) or ("201", "13", "1"); "" when there is none.

    The second and third part of a split code are padded to two digits ("301", "2" is 30102).
    """
    digits = [compact(part) for part in parts]
    digits = [part for part in digits if part]
    if not digits or not all(_DIGITS.fullmatch(part) for part in digits):
        return ""
    return digits[0] + "".join(part.zfill(2) for part in digits[1:])


def code_level(code: str) -> int | None:
    """1 类, 2 款, 3 项 by the length of the code (3, 5, 7 digits); None for other lengths."""
    return {3: 1, 5: 2, 7: 3}.get(len(code))

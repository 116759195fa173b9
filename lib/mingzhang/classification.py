"""Classification: names of the codes of 政府收支分类科目, with their older spellings, and whether a printed name agrees
with a code.

The list (vocabulary/classification.csv) holds what disclosures commonly use, not the whole classification; a code that
is not listed is not judged. Source: 政府收支分类科目 as published by the Ministry of Finance for the years 2015 to
2025.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from . import vocabulary
from .clean import compact

#: Two normalised names that share less than this are different subjects.
LIKENESS = 0.5
#: Names of one code in two years that share less than this may be two subjects: a class took others in (2040405
#: 公诉和审判监督 of 2017).
SAME = 0.8
_ROWS = vocabulary.rows("classification")
#: Each code's name, its older spellings after it.
NAMES = {row["code"]: (row["name"], *filter(None, row["older_names"].split("|"))) for row in _ROWS}
#: 功能分类 类.
FUNCTIONAL = {
    row["code"]: NAMES[row["code"]] for row in _ROWS if row["classification"] == "functional" and len(row["code"]) == 3
}
#: Names of 项 that stand under the same two last digits in every 款 that has them.
COMMON_ITEMS = {"行政运行": "01", "一般行政管理事务": "02", "机关服务": "03"}
_FILLERS = re.compile(r"[、，,·“”\"'()（）《》\s]|支出|事务|等|与|和|及|的")


def normal(name: str) -> str:
    """A name without what its spellings differ in: blanks, marks, 支出, 事务, 等, 与, 和, 及."""
    words = re.sub(r"\([^()]*\)", "", compact(name)) or compact(name)
    return _FILLERS.sub("", words) or words


_CLASSES = {normal(name): code for code, names in FUNCTIONAL.items() for name in names}


def functional_class(name: str) -> str:
    """The code of the 类 whose name this is ("资源勘探信息等支出" -> "215"), "" if no 类 has it."""
    return _CLASSES.get(normal(name), "")


def agrees(code: str, name: str) -> bool | None:
    """Whether a printed name fits a code; None where the code is not listed or the name is empty."""
    listed = NAMES.get(code)
    words = normal(name)
    if len(code) == 7 and code.endswith(COMMON_ITEMS.get(compact(name), "none")):
        return True
    if not listed or not words:
        return None
    return any(alike(words, normal(one)) for one in listed)


def alike(one: str, two: str, likeness: float = LIKENESS) -> bool:
    """Whether two normalised names mean one subject: equal, one within the other, or mostly the same characters."""
    if one == two or one in two or two in one:
        return True
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= likeness

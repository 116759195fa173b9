"""Forms: what the standard disclosure forms are called and what their columns mean (vocabulary/forms.toml and
columns.toml).

Nothing in this module looks at a table; it only says what printed words mean. A new province's form is an edit of the
vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from . import vocabulary
from .clean import compact


@dataclass(frozen=True, slots=True)
class Form:
    """A standard form: its key, Chinese name, how it is recognised, and what its amounts are (see
    vocabulary/forms.toml).
    """

    key: str
    name: str
    title: re.Pattern[str]
    header: re.Pattern[str] | None = None
    side: str = ""
    fund: str = ""
    item: str = ""
    unit: str = ""


def declared(key: str, entry: dict[str, str]) -> Form:
    """A form of the vocabulary with its expressions compiled."""
    found = {
        name: vocabulary.pattern(entry[name], f"forms.toml {key}") for name in ("title", "header") if name in entry
    }
    return Form(key, **(entry | found))  # type: ignore[arg-type]


#: In the order in which titles are tried.
FORMS: tuple[Form, ...] = tuple(declared(key, entry) for key, entry in vocabulary.within("forms", "forms").items())
BY_KEY: dict[str, Form] = {form.key: form for form in FORMS}
#: Forms that hold performance indicators; forms with revenue and expenditure side by side; forms that may print no
#: figure without being empty.
KPI_FORMS = frozenset(form.key for form in FORMS if form.key.startswith("kpi_"))
SUMMARIES = frozenset({"income_expenditure_summary", "appropriation_summary"})
#: Forms whose rows, by their names, say what is measured (人员经费, 公务接待费) where no code does.
BY_ROW = SUMMARIES | {"three_public", "operating_cost", "basic_expenditure_economic", "appropriation_basic_economic",
                      "expenditure", "government_fund"}
TEXT_FORMS = frozenset({"staffing", "other"})
#: Every key of the contract, in its order.
FORM_KEYS: tuple[str, ...] = (
    "income_expenditure_summary", "income", "expenditure", "appropriation_summary", "general_public_expenditure",
    "appropriation_expenditure", "basic_expenditure_economic", "appropriation_basic_economic",
    "economic_classification", "three_public", "government_fund", "state_capital", "transfer_payment",
    "procurement", "fixed_assets", "staffing", "operating_cost", "kpi_target", "kpi_self_eval", "kpi_overall_target",
    "kpi_overall_self_eval", "other",
)

_TITLE = dict(vocabulary.patterns("forms", "words"))
_TITLE_ITEMS = vocabulary.patterns("forms", "items")
_ROLES = vocabulary.patterns("columns", "roles")
_UNITS = vocabulary.patterns("columns", "units")
#: The standard keys of measures with the words of a header path that mean them; the first match counts.
MEASURES = vocabulary.patterns("columns", "measures")
#: Keys of lines and columns by which the declared rules find them, narrower than the measures.
KEYS = vocabulary.patterns("rows", "keys")
OWN_ROW = dict(vocabulary.patterns("rows", "words"))["own_row"]
#: Measures that say no more than that a column holds a sum.
PLAIN_MEASURES = ("total", "amount", "budget", "final", "initial_budget", "adjusted_budget")
_BRACKETED_UNIT = re.compile(r"\((百万元|万元|千元|亿元|元|人|辆|台|套|个|平方米|%)[)、,]")


def recognise(title: str, headings: Iterable[str], header: str, indicators: bool) -> str:
    """The form key of a table from its title, else from the headings above it (nearest last), else from its header,
    else other.

    `indicators` says that the table has an indicator header (一级指标 …): then it is a performance table whatever its
    title says.
    """
    return (
        by_title(title, headings, indicators)
        or by_header(header, indicators)
        or ("kpi_target" if indicators else "other")
    )


def by_title(title: str, headings: Iterable[str], indicators: bool) -> str:
    """The form that a title says, else the nearest heading above it (the last), "" if none does."""
    for text in (title, *reversed(list(headings))):
        words = subject(text)
        named = bool(words) and (text == title or bool(_TITLE["heading"].search(words)))
        if found := next((form.key for form in of_kind(indicators) if named and form.title.search(words)), ""):
            return found
    return ""


def by_header(header: str, indicators: bool) -> str:
    """The form that the first rows of a table say, "" if they say none."""
    head = compact(header)
    return next((form.key for form in of_kind(indicators) if form.header and form.header.search(head)), "")


def of_kind(indicators: bool) -> list[Form]:
    """The performance forms or the others, in the order in which they are tried."""
    return [form for form in FORMS if indicators == (form.key in KPI_FORMS)]


def of_title(key: str, title: str) -> Form:
    """A form as a title narrows it: 项目支出 or 基本支出 in the title of a table of other kind says what its totals
    are, the latter also of which fund.
    """
    form = BY_KEY[key]
    item = vocabulary.first(_TITLE_ITEMS, compact(title)) if key in ("other", "economic_classification") else ""
    basic = BY_KEY["basic_expenditure_economic"]
    return replace(form, item=item, fund=basic.fund if item == basic.item else form.fund) if item else form


def subject(title: str) -> str:
    """The words of a title that name the form: numbering, year and the agency's own name taken off."""
    return _TITLE["agency"].sub("", _TITLE["number"].sub("", compact(title)))


def column_role(leaf: str) -> str:
    """What a column holds by its lowest header cell: serial, unit_code, code, attribute, name or ""."""
    return vocabulary.first(_ROLES, compact(leaf))


@lru_cache(4_096)
def measure_of(path: str) -> str:
    """The standard key of the measure that a header path names; "amount" when it says no more than that.

    The lowest header cell decides; its parents are asked only when it says no more than 小计, 合计 or 金额.
    """
    parts = compact(path).split("/")
    for depth in range(len(parts) - 1, -1, -1):
        for text in (parts[depth], "/".join(parts[depth:])):
            key = vocabulary.first(MEASURES, text)
            if key == "share" and vocabulary.first(MEASURES, "/".join(parts)) == "change":
                return "change"  # 增减/%
            if key and key not in PLAIN_MEASURES[:4]:
                return key
    return vocabulary.first(MEASURES, parts[-1]) or "amount"


def key_of(words: str) -> str:
    """The key that a header cell or a row's name stands for."""
    return vocabulary.first(KEYS, compact(words)) or measure_of(words)


def column_unit(path: str, money: str) -> str:
    """The unit of the numbers in a column: `money` unless its header says otherwise; "piece" where the row's name may
    say it.
    """
    words = compact(path)
    bracketed = _BRACKETED_UNIT.search(words + ")") if "(" in words else None
    return bracketed.group(1) if bracketed else vocabulary.first(_UNITS, words.split("/")[-1]) or money

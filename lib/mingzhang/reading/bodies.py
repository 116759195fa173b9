"""Bodies: which form a table is by what stands in it (its codes, its panels, the words of its header and rows), for
when its title errs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import vocabulary
from ..clean import compact
from .columns import Column
from .lines import Line

#: A title is believed unless the body is of another family than the form that it names.
FAMILIES = {
    "income_expenditure_summary": "summary", "appropriation_summary": "summary", "income": "income",
    "expenditure": "expenditure", "general_public_expenditure": "expenditure",
    "appropriation_expenditure": "expenditure", "basic_expenditure_economic": "economic",
    "appropriation_basic_economic": "economic", "economic_classification": "economic",
}
_EXPRESSIONS = ("header", "words", "lacks")
#: The declared bodies, their expressions compiled.
BODIES = tuple(
    {
        name: vocabulary.pattern(value, f"forms.toml bodies {name}") if name in _EXPRESSIONS else value
        for name, value in entry.items()
    }
    for entry in vocabulary.toml("forms")["bodies"]
)
_FUND_CODE = dict(vocabulary.patterns("forms", "words"))["fund_code"]
#: The form of expenditure by function for the money that a title names, where its words for the form are another
#: family's.
BY_FUND = {"general_public": "general_public_expenditure", "appropriation": "appropriation_expenditure"}


@dataclass(frozen=True, slots=True)
class Body:
    """What a table holds: the kind of its codes, the words of its value headers and of its rows, and whether it has two
    sides.
    """

    codes: str
    header: str
    words: str
    sides: bool


def body_of(columns: Sequence[Column], lines: Sequence[Line]) -> Body:
    """The body of a table whose columns and lines are read."""
    values = [column for column in columns if column.role == "value"]
    header = " ".join("/".join(map(compact, column.path)) for column in values)
    names = " ".join(compact(line.name) for line in lines)
    tops = [" ".join(map(compact, column.path[:1])) for column in columns if column.panel >= 0]
    sides = any("收入" in top and "支出" not in top for top in tops) and any(
        "支出" in top and "收入" not in top for top in tops
    )
    return Body(kind_of([line.code for line in lines if line.code]), header, f"{header} {names}",
                sides and len({c.panel for c in values}) > 1)


def kind_of(codes: Sequence[str]) -> str:
    """What most codes are: economic (3xx), fund (classes of 政府性基金), functional (2xx), or none."""
    if not codes:
        return "none"
    detailed = [code for code in codes if len(code) > 3]
    if detailed and all(_FUND_CODE.match(code) for code in detailed):
        return "fund"
    return "economic" if 2 * sum(code.startswith("3") for code in codes) > len(codes) else "functional"


def form_of(body: Body, seen: Collection[str]) -> str:
    """The form that a body says, "" if it says none; `seen` are the forms that stand before it in the document."""
    return next((str(entry["form"]) for entry in BODIES if says(entry, body, seen)), "")


def says(entry: Mapping[str, Any], body: Body, seen: Collection[str]) -> bool:
    """Whether a body is what an entry of the vocabulary describes."""
    return (
        entry.get("codes", body.codes) == body.codes and entry.get("sides", body.sides) == body.sides
        and entry.get("after", "") in (*seen, "") and not ("lacks" in entry and entry["lacks"].search(body.header))
        and all(entry[name].search(getattr(body, name)) for name in ("header", "words") if name in entry)
    )


def settled(titled: str, fund: str, body: Body, seen: Collection[str]) -> str:
    """The form of a table: what its title says ("" for nothing) unless its body is certainly of another family."""
    said = form_of(body, seen)
    if not titled or (titled == "other" and FAMILIES.get(said) == "summary"):
        return said or titled
    one, two = FAMILIES.get(titled), FAMILIES.get(said)
    if not one or not two or one == two:
        return titled
    if two == "expenditure":
        return BY_FUND.get(fund, said) if "项目支出" in body.header else titled
    return said if two == "summary" or (two == "income" and one == "expenditure") else titled

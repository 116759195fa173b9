"""Provinces: a project as the performance forms of provinces print it; the forms are data (provinces.toml), the truth
is what was filled in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from .accounts import Indicator, Project
from .performance import NOT_NUMERIC

FORMS: Mapping[str, Mapping[str, object]] = tomllib.loads(
    (Path(__file__).parent / "provinces.toml").read_text(encoding="utf-8")
)
LEFT, UP = "<", "^"


class Filled(NamedTuple):
    """A form as rows of texts (with `LEFT` and `UP` for covered places), and what it says."""

    rows: list[list[str]]
    said: dict[str, str]
    funds: list[tuple[str, dict[str, Decimal]]]
    indicators: list[dict[str, str]]


def money(value: int) -> str:
    return f"{Decimal(value) / 100:.2f}"


def filled(name: str, project: Project, dept: str, unit: str) -> Filled:
    """A form of `FORMS` filled in for a project."""
    values = {
        "project": project.name, "code": project.code, "dept": dept, "unit": unit, "goal": project.goal,
        "result": project.result, "initial": money(project.initial), "annual": money(project.annual),
        "executed": money(project.executed), "rate": f"{Decimal(project.executed) / project.annual * 100:.2f}",
        "fund_weight": str(project.fund_weight), "fund_score": str(project.fund_score), "total": str(project.score),
    }
    declared = str(FORMS[name]["rows"]).strip().splitlines()
    keys = set(re.findall(r"\{=?(\w+)\}", " ".join(declared)))
    indicators = [shown(one) for one in project.indicators]
    rows: list[list[str]] = []
    for line in declared:
        template = line.removeprefix("*").split("|")
        above: Mapping[str, str] = {}
        for one in indicators if line.startswith("*") else [{}]:
            rows.append(list(cells(template, values | one, above)))
            above = one
    funds = []
    for said in FORMS[name]["funds"]:  # type: ignore[attr-defined]
        item, _, figures = said.rpartition(":")
        funds.append((item, {key: Decimal(values[of]) for key, _, of in (f.partition("=") for f in figures.split())}))
    if "target" not in keys and "value" in keys:
        indicators = [one | {"target": one["operator"] + one["value"] + one["measure"]} for one in indicators]
    return Filled(rows, {key: values[key] for key in keys & values.keys()}, funds,
                  [{key: one[key] for key in one if key in keys or key == "target"} for one in indicators])


def shown(one: Indicator) -> dict[str, str]:
    """What an indicator prints, by key."""
    operator, value = (one.operator, one.value) if one.operator else (NOT_NUMERIC, one.wording)
    return {
        "level1": one.level1, "level2": one.level2, "level3": one.level3, "operator": operator, "value": value,
        "measure": one.unit, "target": f"{one.operator}{one.value}{one.unit}" if one.operator else one.wording,
        "actual": one.actual, "weight": str(one.weight), "score": str(one.score), "note": one.reason,
    }


def cells(template: list[str], values: Mapping[str, str], above: Mapping[str, str]) -> Iterator[str]:
    """The texts of a row; a merged level that is that of the row above is covered by it."""
    same = True
    for text in template:
        if merged := re.fullmatch(r"\{=(\w+)\}", text):
            same = same and above.get(merged[1]) == values[merged[1]]
            yield UP if same else values[merged[1]]
        else:
            yield re.sub(r"\{(\w+)\}", lambda key: values[key[1]], text)

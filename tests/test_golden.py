"""Everything that was read off the rendered pages by eye, against what the program reads.

tests/golden/DOC.*.csv hold tables, amounts, projects, funds and indicators as a person saw them. Blanks and width of brackets are
compared away (a printed blank between Chinese characters is layout); nothing else is.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import mingzhang as mz
from mingzhang.building.rows import rows_of
from mingzhang.clean import compact
from mingzhang.dataset.contract import RESOURCES

#: Operators as the golden files print them.
OPERATORS = {"=": "eq", ">=": "ge", "<=": "le", ">": "gt", "<": "lt"}
GOLDEN = Path(__file__).parent / "golden"
RAW = Path(__file__).parent.parent / "data" / "raw"
#: Documents whose golden amounts hold every figure, so that nothing may be found beside them.
COMPLETE = {"gulou-2024-budget", "licheng-2021-final", "fengrun-2024-budget"}
#: Documents whose golden projects, funds and indicators hold every row.
COMPLETE_KPI = COMPLETE | {"xiamen-2024-budget"}

Fact = tuple[str, ...]


def documents(kind: str) -> list[object]:
    """The documents with golden files of a kind, those that are not in data/raw marked `real`."""
    stems = sorted(path.name.split(".")[0] for path in GOLDEN.glob(f"*.{kind}.csv"))
    return [stem if (RAW / f"{stem}.pdf").exists() else pytest.param(stem, marks=pytest.mark.real) for stem in stems]


def golden(stem: str, kind: str) -> list[dict[str, str]]:
    with (GOLDEN / f"{stem}.{kind}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture
def found(request: pytest.FixtureRequest):
    """The rows that the program reads of a document, as dicts of texts by resource."""

    def rows(stem: str) -> dict[str, list[dict[str, object]]]:
        path = RAW / f"{stem}.pdf"
        return read_rows(path if path.exists() else request.getfixturevalue("real") / f"{stem}.pdf")

    return rows


@cache
def read_rows(path: Path) -> dict[str, list[dict[str, object]]]:
    rows = rows_of(mz.read(path))
    return {name: [dict(zip(RESOURCES[name].columns, RESOURCES[name].values(row), strict=True)) for row in found] for name, found in rows.items()}


def same(values: list[object]) -> Fact:
    return tuple(compact("" if value is None else str(value)) for value in values)


def lost_and_invented(expected: list[Fact], got: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    one, two = Counter(expected), Counter(got)
    return sorted((one - two).elements()), sorted((two - one).elements())


@pytest.mark.parametrize("stem", documents("tables"))
def test_tables(stem, found):
    """Every table of the document, its pages, form, title, unit and whether it is empty; nothing else is a table."""
    expected = [
        same([r["page_first"], r["page_last"], r["form"], r["title"], r["amount_unit"], r["is_empty"] == "true"])
        for r in golden(stem, "tables")
    ]
    got = [
        same([r["page_first"], r["page_last"], r["form"], r["title"], r["amount_unit"], bool(r["is_empty"])])
        for r in found(stem)["tables"]
    ]
    assert got == expected


@pytest.mark.parametrize("stem", documents("amounts"))
def test_amounts(stem, found):
    """Every figure with its page, form, side, code, name, header path and digits."""
    expected = [
        same([r["page"], r["form"], r["side"], r["code"], r["name"], r["column"], r["raw"]]) for r in golden(stem, "amounts")
    ]
    got = [
        same([r["page"], r["form"], r["side"], r["code"], r["name"], r["column"], r["raw"]]) for r in found(stem)["amounts"]
    ]
    lost, invented = lost_and_invented(expected, got)
    assert len(expected) >= 10
    assert not lost
    if stem in COMPLETE:
        assert not invented


@pytest.mark.parametrize("stem", documents("projects"))
def test_projects(stem, found):
    """Every performance table with project, code, bodies and total score."""
    names = ["page", "form", "project", "project_code", "competent_dept", "implementing_unit", "total_score"]
    expected = [same([r[name] for name in names]) for r in golden(stem, "projects")]
    assert [same([r[name] for name in names]) for r in found(stem)["kpi_projects"]] == expected


@pytest.mark.parametrize("stem", documents("funds"))
def test_funds(stem, found):
    """Every fund cell as printed, the form's other columns under their printed names."""
    names = ["initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score"]
    rows = found(stem)
    project = {r["project_id"]: r["project"] for r in rows["kpi_projects"]}
    expected = [same([r["page"], r["project"], r["item"], *(r[n] for n in names), r["other"]]) for r in golden(stem, "funds")]
    got = [
        same([r["page"], project[r["project_id"]], r["item"], *(printed.get(n, "") for n in names), joined(str(r["other"]))])
        for r in rows["kpi_funds"]
        if (printed := json.loads(str(r["raw"]))) is not None
    ]
    lost, invented = lost_and_invented(expected, got)
    assert not lost
    if stem in COMPLETE_KPI:
        assert not invented


def joined(other: str) -> str:
    return ";".join(f"{key}={value}" for key, value in json.loads(other or "{}").items())


@pytest.mark.parametrize("stem", documents("indicators"))
def test_indicators(stem, found):
    """Every indicator, its levels filled down, its target parsed."""
    names = [
        "level1", "level2", "level3", "description", "target_raw", "target_operator", "target_value", "target_unit",
        "actual_raw", "weight", "score", "note", "basis",
    ]
    rows = found(stem)
    project = {r["project_id"]: r["project"] for r in rows["kpi_projects"]}
    stated = [{**r, "target_operator": OPERATORS.get(r["target_operator"], r["target_operator"])} for r in golden(stem, "indicators")]
    expected = [same([r["page"], r["project"], *(r[n] for n in names)]) for r in stated]
    got = [same([r["page"], project[r["project_id"]], *(r[n] for n in names)]) for r in rows["kpi_indicators"]]
    lost, invented = lost_and_invented(expected, got)
    assert not lost
    if stem in COMPLETE_KPI:
        assert not invented

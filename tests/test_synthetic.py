"""Extraction after generation is the identity: what a synthetic disclosure prints is what is read from it, and nothing
else."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("reportlab", reason="synthetic documents need reportlab (the extra `synthetic`)")

from mingzhang.building.rows import rows_of
from mingzhang.clean import parse_number
from mingzhang.dataset.performance import FundRow
from mingzhang.document import read
from synthetic import STYLES, Style, Truth, generate, make_accounts, write_corpus
from synthetic.vocabulary import ABROAD, PURCHASE, RECEPTION, RUNNING

#: The contract's columns that a document's truth determines, by resource and the truth's list of it.
COMPARED = {
    "tables": ("page_first", "page_last", "form", "title", "amount_unit", "is_empty"),
    "amounts": ("page", "form", "side", "code", "level", "name", "column", "amount", "unit", "raw"),
    "kpi_projects": ("page", "form", "project", "project_code", "competent_dept", "implementing_unit", "goal",
    "actual_result",
                     "total_score"),
    "kpi_funds": ("page", "item", "initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score",
    "other"),
    "kpi_indicators": ("page", "level1", "level2", "level3", "description", "target_raw", "target_operator",
    "target_value",
                       "target_unit", "actual_raw", "weight", "score", "note", "basis"),
}
FIGURES = {"initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score"}
NUMERIC = {"total_score", "target_value", "weight", "score", "amount"}


def comparable(resource: str, column: str, value: Any) -> Any:
    """A value as the dataset holds it: figures as exact decimals (the truth states the printed text), texts as they
    are."""
    if column in NUMERIC and resource != "kpi_funds" and not isinstance(value, Decimal):
        return parse_number(value) if value else None
    return value.normalize() if isinstance(value, Decimal) else value


def stated(truth: Truth) -> dict[str, Counter]:
    """The truth as counted rows of the compared columns."""
    lists = {"tables": truth.tables, "amounts": truth.amounts, "kpi_projects": truth.projects, "kpi_funds": truth.funds,
             "kpi_indicators": truth.indicators}
    return {
        resource: Counter(tuple(norm(comparable(resource, c, getattr(row, c))) for c in COMPARED[resource])
        for row in rows)
        for resource, rows in lists.items()
    }


def norm(value: Any) -> Any:
    return value.normalize() if isinstance(value, Decimal) else value


def printed(row: Any, column: str) -> Any:
    """A column of a record; of a fund its printed figure."""
    figures = json.loads(row.raw) if isinstance(row, FundRow) else {}
    return figures.get(column, "") if isinstance(row, FundRow) and column in FIGURES else getattr(row, column)


def extracted(pdf: Path) -> dict[str, Counter]:
    """What is read from the PDF, as counted rows of the compared columns."""
    rows = rows_of(read(pdf))
    # what is recognised on a scanned page is in no list of the generator
    pictures = {row.table_id for row in rows["amounts"] if row.reading in ("recognised", "corrected")}
    rows = {name: [row for row in found if getattr(row, "table_id", "") not in pictures] for name,
        found in rows.items()}
    out = {}
    for resource, columns in COMPARED.items():
        out[resource] = Counter(tuple(norm(printed(row, column)) for column in columns) for row in rows[resource])
    return out


def assert_identity(style: Style | str, seed: int, folder: Path, **size: int) -> None:
    """Generate, extract, compare; the message shows the first rows that differ."""
    document = generate(seed, style, **size)
    pdf = folder / "document.pdf"
    pdf.write_bytes(document.pdf)
    expected, found = stated(document.truth), extracted(pdf)
    for resource in COMPARED:
        missing, extra = expected[resource] - found[resource], found[resource] - expected[resource]
        assert not missing | extra, (
            f"{resource} of {getattr(style, 'name', style)} seed {seed}: {missing.total()} of {expected[resource].total()} missing, "
            f"{extra.total()} too many\n  printed {list(missing)[:3]}\n  read    {list(extra)[:3]}"
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("style", sorted(STYLES))
def test_extraction_inverts_generation(style: str, seed: int, tmp_path: Path) -> None:
    assert_identity(style, seed, tmp_path)


#: Each trap alone, laid over a house style that does not have it by itself.
TRAPS: dict[str, dict[str, object]] = {
    "rows cut by the page break, low pages": {"breaks": "cut", "height": 470.0},
    "landscape": {"landscape": True},
    "stroked rectangles": {"rules": "rects"},
    "thin filled rectangles": {"rules": "filled"},
    "dashed rules": {"rules": "dashed"},
    "a stroke for each cell": {"rules": "segments"},
    "open left and right sides": {"open_sides": True},
    "double frame": {"double_frame": True},
    "grey header": {"header_fill": True},
    "hairlines": {"line_width": 0.1},
    "thick rules": {"line_width": 1.4},
    "digits wrapped in narrow columns": {"narrow": 0.5, "pad": 1.0},
    "no padding": {"pad": 0.3, "row_pad": 0.2},
    "large print": {"size": 11.0, "pad": 1.0},
    "small print": {"size": 6.0, "row_pad": 0.5, "pad": 1.0},
    "continued without header": {"continuation": "none", "height": 500.0},
    "continued with header": {"continuation": "header", "height": 500.0},
    "continued with title": {"continuation": "title", "height": 500.0},
    "continued with （续）": {"continuation": "marked", "height": 500.0},
    "rows cut by the page break": {"breaks": "cut", "height": 523.0, "size": 10.0},
    "two tables on a page": {"together": True},
    "page turned by /Rotate": {"landscape": True, "turn": "rotate"},
    "text drawn sideways": {"landscape": True, "turn": "sideways"},
    "title inside the grid": {"title_inside": True},
    "unit inside the grid": {"unit_inside": True},
    "title and unit inside the grid": {"title_inside": True, "unit_inside": True},
    "a scanned page": {"image_page": True},
}


@pytest.mark.parametrize("trap", sorted(TRAPS))
@pytest.mark.parametrize("base", ["plain_budget", "ministry_final"])
def test_each_trap_is_survived(trap: str, base: str, tmp_path: Path) -> None:
    style = replace(STYLES[base], type=replace(STYLES[base].type, **TRAPS[trap]))  # type: ignore[arg-type]
    assert_identity(style, 11, tmp_path, rows=9, projects=1)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    base=st.sampled_from(sorted(set(STYLES) - {"unruled_budget"})),
    seed=st.integers(0, 10**6),
    rows=st.integers(5, 16),
    changes=st.fixed_dictionaries(
        {},
        optional={
            "rules": st.sampled_from(["lines", "segments", "rects", "filled", "dashed"]),
            "line_width": st.sampled_from([0.2, 0.5, 0.8, 1.2]),
            "size": st.sampled_from([7.0, 8.0, 9.0, 10.0]),
            "pad": st.sampled_from([1.0, 2.0, 4.0]),
            "row_pad": st.sampled_from([0.5, 2.0, 4.0, 6.0]),
            "height": st.sampled_from([560.0, 700.0, 841.9]),
            "landscape": st.booleans(),
            "turn": st.sampled_from(["", "rotate", "sideways"]),
            "continuation": st.sampled_from(["none", "header", "title", "marked"]),
            "breaks": st.sampled_from(["whole", "cut"]),
            "together": st.booleans(),
            "header_fill": st.booleans(),
            "double_frame": st.booleans(),
            "open_sides": st.booleans(),
            "title_inside": st.booleans(),
            "unit_inside": st.booleans(),
        },
    ),
)
def test_extraction_inverts_generation_in_any_style(
    base: str, seed: int, rows: int, changes: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    style = replace(STYLES[base], type=replace(STYLES[base].type, **changes))  # type: ignore[arg-type]
    assert_identity(style, seed, tmp_path_factory.mktemp("any"), rows=rows, projects=1)


def test_scanned_page_is_a_problem(tmp_path: Path) -> None:
    document = generate(1, "dense_final")
    pdf = tmp_path / "scanned.pdf"
    pdf.write_bytes(document.pdf)
    (page,) = document.truth.scanned
    assert [problem.page for problem in read(pdf).problems if problem.page] == [page]


def test_measures_are_recognised(tmp_path: Path) -> None:
    """Where a column's key has one measure in the contract, its facts carry it."""
    for style in sorted(STYLES):
        document = generate(4, style)
        pdf = tmp_path / f"{style}.pdf"
        pdf.write_bytes(document.pdf)
        read_measures = {(row.form, row.column): row.measure for row in rows_of(read(pdf))["amounts"]}
        for amount in document.truth.amounts:
            if amount.measure:
                assert read_measures.get((amount.form, amount.column)) == amount.measure, (style, amount)


# --- the accounts themselves -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("kind", ["budget", "final_accounts"])
def test_accounts_are_consistent(kind: str, seed: int) -> None:
    accounts = make_accounts(seed, kind, rows=random.Random(seed).randrange(6, 30))
    assert accounts.income + accounts.carried_in == accounts.expenditure + accounts.carried_out
    assert sum(leaf.personnel for leaf in accounts.leaves) == sum(accounts.personnel.values())
    assert sum(leaf.public for leaf in accounts.leaves) == sum(accounts.public.values())
    assert all(value > 0 for value in [*accounts.personnel.values(), *accounts.public.values()])
    codes = {"abroad": ABROAD, "reception": RECEPTION, "running": RUNNING, "purchase": PURCHASE}
    assert accounts.three_public["total"] == sum(accounts.public[code] for code in codes.values())
    for leaf in accounts.leaves:
        assert 0 <= leaf.own <= leaf.project
        assert leaf.total > 0
        assert leaf.income > 0
    for project in accounts.projects:
        assert project.fund_weight + sum(item.weight for item in project.indicators) == 100
        assert project.executed <= project.annual
        assert project.score <= 100


@pytest.mark.parametrize("style", sorted(STYLES))
def test_printed_hierarchies_add_up(style: str) -> None:
    """In every table with codes the printed parents are the sums of their printed children, column by column."""
    truth = generate(5, style).truth
    sums: dict[tuple[int, str, str], Decimal] = {}
    for fact in truth.amounts:
        if fact.code and fact.unit == "万元":
            sums[fact.table, fact.column, fact.code] = fact.amount
    checked = 0
    for (table, column, code), amount in sums.items():
        children = [v for (t, c, k), v in sums.items() if (t, c) == (table, column) and k.startswith(code) and len(k)
            == len(code) + 2]
        if children:
            assert amount == sum(children), (table, column, code)
            checked += 1
    assert checked or STYLES[style].levels == "leaf"


# --- documents and corpora -------------------------------------------------------------------------------------------


def test_generation_is_deterministic() -> None:
    assert generate(7, "ministry_final").pdf == generate(7, "ministry_final").pdf
    assert generate(7, "ministry_final").truth != generate(8, "ministry_final").truth


def test_corpus_is_written_with_its_truth(tmp_path: Path) -> None:
    paths = list(write_corpus(tmp_path, len(STYLES), seed=100))
    assert [path.suffix for path in paths] == [".pdf"] * len(STYLES)
    with (tmp_path / "truth" / "amounts.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["doc_id"] for row in rows} == {path.stem for path in paths}
    assert set(COMPARED["amounts"]) <= set(rows[0])

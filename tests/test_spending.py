"""The study's tables, recomputed from the printed cells by another way, and the rules that keep money from being counted twice."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mingzhang as mz
from mingzhang.dataset.printed import AmountRow
from mingzhang.dataset.schema import by_document, records
from mingzhang.dataset.studied import SpendingRow
from mingzhang.studies import changes, flows, projects, spending

REPO = Path(__file__).resolve().parent.parent
CLEAN = REPO / "data" / "clean"
D = Decimal


@cache
def dataset() -> mz.Dataset:
    return mz.load(CLEAN)


@cache
def figures() -> dict[tuple[str, str, str], Any]:
    table = spending.spending(dataset().amounts)
    return {(row.doc_id, row.topic, row.key): row for row in table.itertuples()}


# --- the published cells, read with nothing of the library -----------------------------------------------------------


@cache
def sheets() -> dict[str, dict[int, list[tuple[int, str]]]]:
    """Every table's rows as (column, text without blanks), straight from cells.csv."""
    rows: dict[str, dict[int, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    with (CLEAN / "cells.csv").open(encoding="utf-8", newline="") as handle:
        for cell in csv.DictReader(handle):
            rows[cell["table_id"]][int(cell["row"])].append((int(cell["column"]), re.sub(r"\s", "", cell["text"]).lstrip("'")))
    return rows


def first_table(doc_id: str, form: str) -> str:
    with (CLEAN / "tables.csv").open(encoding="utf-8", newline="") as handle:
        return next(row["table_id"] for row in csv.DictReader(handle) if row["doc_id"] == doc_id and row["form"] == form)


def number(text: str) -> Decimal | None:
    return D(text.replace(",", "")) if re.fullmatch(r"-?[\d,]+\.\d+|\d{1,3}", text) else None


def printed(table_id: str, label: str, place: int) -> Decimal:
    """The `place`-th number (from 0) to the right of the cell that holds just `label`."""
    for row in sheets()[table_id].values():
        columns = [column for column, text in row if text == label]
        if columns:
            values = [value for column, text in sorted(row) if column > columns[0] and (value := number(text)) is not None]
            if len(values) > place:  # not the heading of the same name
                return values[place]
    raise AssertionError(f"{table_id}: no cell {label} with {place + 1} numbers to its right")


def ratio(part: Decimal, whole: Decimal, places: int = 6) -> Decimal:
    """A share by exact fractions, rounded half up."""
    scaled = Fraction(part) / Fraction(whole) * 10**places
    return D(int(scaled * 2 + 1) // 2).scaleb(-places)


EXPENDITURE_TOTALS = {
    "fengrun-2024-budget": "2305.27", "fuzhou-2024-final": "16094.58", "gulou-2024-budget": "524.23",
    "licheng-2021-final": "4194.40", "xiamen-2024-budget": "183372.34",
}


@pytest.mark.parametrize("doc_id", EXPENDITURE_TOTALS)
def test_every_function_from_the_printed_cells(doc_id: str) -> None:
    """Code, amount and share of every row of the 支出表: the first number beside a code of 3, 5 or 7 digits."""
    whole = D(EXPENDITURE_TOTALS[doc_id])
    expected = {}
    for row in sheets()[first_table(doc_id, "expenditure")].values():
        texts = [text for _, text in sorted(row)]
        code = "".join(text for text in texts[:3] if re.fullmatch(r"\d+", text))
        values = [value for text in texts if "." in text and (value := number(text)) is not None]
        code = next((text for text in texts if re.fullmatch(r"\d{3}(\d\d){0,2}", text)), code)
        if re.fullmatch(r"\d{3}(\d\d){0,2}", code) and values:
            expected[code] = (values[0], ratio(values[0], whole))
    got = {key: (row.amount, row.share) for (doc, topic, key), row in figures().items() if (doc, topic) == (doc_id, "function")}
    assert got == expected
    assert len(got) > 5


@pytest.mark.parametrize("doc_id", EXPENDITURE_TOTALS)
def test_purposes_share_out_the_whole_once(doc_id: str) -> None:
    parts = [row for (doc, topic, _), row in figures().items() if (doc, topic) == (doc_id, "purpose")]
    leaves = [key for row in parts for key in row.amount_ids.split()]
    assert len(leaves) == len(set(leaves)), "a row stands in two purposes"
    assert abs(sum(row.amount for row in parts) - D(EXPENDITURE_TOTALS[doc_id])) <= D("0.005") * (len(leaves) + 1)


@pytest.mark.parametrize(
    ("doc_id", "topic", "key", "label", "form", "place"),
    [
        ("fuzhou-2024-final", "revenue", "appropriation", "合计", "income", 1),
        ("fuzhou-2024-final", "revenue", "other", "合计", "income", 6),
        ("licheng-2021-final", "revenue", "appropriation", "合计", "income", 1),
        ("gulou-2024-budget", "revenue", "appropriation", "合计", "income", 1),
        ("xiamen-2024-budget", "revenue", "appropriation", "合计:", "income", 2),
        ("xiamen-2024-budget", "revenue", "other", "合计:", "income", 3),
        ("fengrun-2024-budget", "revenue", "appropriation", "合计", "income", 2),
        ("fengrun-2024-budget", "split", "personnel", "合计", "basic_expenditure_economic", 1),
        ("fengrun-2024-budget", "split", "public", "合计", "basic_expenditure_economic", 2),
        ("fengrun-2024-budget", "split", "project", "合计", "expenditure", 2),
        ("fuzhou-2024-final", "split", "personnel", "人员经费合计", "basic_expenditure_economic", 0),
        ("fuzhou-2024-final", "split", "public", "公用经费合计", "basic_expenditure_economic", 0),
        ("fuzhou-2024-final", "split", "project", "合计", "expenditure", 2),
        ("gulou-2024-budget", "split", "project", "合计", "expenditure", 2),
        ("licheng-2021-final", "split", "personnel", "人员经费合计", "basic_expenditure_economic", 0),
        ("licheng-2021-final", "split", "public", "公用经费合计", "basic_expenditure_economic", 0),
        ("licheng-2021-final", "split", "project", "合计", "expenditure", 2),
        ("xiamen-2024-budget", "split", "personnel", "合计：", "basic_expenditure_economic", 1),
        ("xiamen-2024-budget", "split", "public", "合计：", "basic_expenditure_economic", 2),
        ("fuzhou-2024-final", "three_public", "total", "合计", "three_public", 1),
        ("fuzhou-2024-final", "three_public", "abroad", "1.因公出国（境）费", "three_public", 1),
        ("fuzhou-2024-final", "three_public", "reception", "3.公务接待费", "three_public", 1),
        ("gulou-2024-budget", "three_public", "total", "合计", "three_public", 0),
        ("fengrun-2024-budget", "three_public", "total", "“三公”经费小计", "three_public", 0),
        ("licheng-2021-final", "economic", "30103", "奖金", "basic_expenditure_economic", 0),
        ("xiamen-2024-budget", "economic", "30226", "劳务费", "basic_expenditure_economic", 0),
        ("gulou-2024-budget", "economic", "30226", "劳务费", "basic_expenditure_economic", 0),
        ("gulou-2024-budget", "economic_all", "312", "对企业补助", "economic_classification", 0),
    ],
)
def test_figures_from_the_printed_cells(doc_id: str, topic: str, key: str, label: str, form: str, place: int) -> None:
    amount = printed(first_table(doc_id, form), label, place)
    row = figures()[doc_id, topic, key]
    assert row.amount == amount
    assert row.share == ratio(amount, row.whole)


def test_parts_that_no_single_cell_prints() -> None:
    got = figures()
    # both projects columns of a table that has one for each kind of funds
    assert got["xiamen-2024-budget", "split", "project"].amount == D("172987.85") + D("44.03")
    # basic expenditure of all funds less that of the general public budget
    assert got["fuzhou-2024-final", "split", "basic_other"].amount == D("3457.09") - D("3048.19") - D("237.31")
    # a form without columns for them: 301 and 303 are personnel, 302 and 310 public use
    assert got["gulou-2024-budget", "split", "personnel"].amount == D("101.99") + D("49.14")
    assert got["gulou-2024-budget", "split", "public"].amount == D("61.11") + D("8.00")


def test_heads_are_those_that_the_documents_state() -> None:
    assert {doc_id: spending.staff(cells) for doc_id, cells in by_document(records(AmountRow, dataset().amounts))} == {
        "fengrun-2024-budget": None, "fuzhou-2024-final": 75, "gulou-2024-budget": 4, "licheng-2021-final": 6 + 10 + 4, "xiamen-2024-budget": None,
    }
    row = figures()["gulou-2024-budget", "split", "public"]
    assert (row.staff, row.per_head) == (4, D("17.2775"))
    row = figures()["xiamen-2024-budget", "split", "public"]
    assert (row.staff, row.per_head) == (None, None)


def test_the_basis_of_shares_of_basic_expenditure() -> None:
    wholes = {doc: row.whole for (doc, topic, key), row in figures().items() if topic == "economic"}
    assert wholes == {
        "fengrun-2024-budget": D("1398.08"), "fuzhou-2024-final": D("3285.50"), "gulou-2024-budget": D("220.23"),
        "licheng-2021-final": D("478.07"), "xiamen-2024-budget": D("10340.46"),
    }


def test_flows_keep_the_printed_totals() -> None:
    amounts = dataset().amounts
    table = flows.flows(amounts[amounts["doc_id"] == "fuzhou-2024-final"])
    assert dict(zip(table["target"], table["target_printed"], strict=True))["unpublished"] == D("16094.58") - D("3285.50")
    for step, side in ((0, "source"), (1, "source"), (0, "target"), (2, "source")):
        rows = table[table["step"] == step]
        for key, group in rows.groupby(side):
            assert abs(group["amount"].sum() - group[f"{side}_printed"].iloc[0]) <= D("0.02"), (step, side, key)
    assert table.groupby("step")["amount"].sum().map(lambda total: abs(total - D("16094.58")) < D("0.05")).all()


# --- projects --------------------------------------------------------------------------------------------------------


def self_evaluations() -> dict[str, list[str]]:
    """The first fund row of each of the 56 self-evaluations, straight from kpi_funds.csv."""
    with (CLEAN / "kpi_funds.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["item"] == "年度资金总额"]
    return {row["project_id"]: [row["initial_budget"], row["annual_budget"], row["executed"]] for row in rows}


def test_projects_from_the_printed_rows() -> None:
    listed = projects.projects(dataset().kpi_projects, dataset().kpi_funds).set_index("project_id")
    printed_rows = self_evaluations()
    assert len(printed_rows) == 56
    for project_id, texts in printed_rows.items():
        row = listed.loc[project_id]
        initial, adjusted, executed = (D(text) if text else None for text in texts)
        assert (row["initial"], row["adjusted"], row["executed"]) == (initial, adjusted, executed)
        assert row["execution_rate"] == (ratio(executed, adjusted) if adjusted and executed is not None else None)
        assert row["unspent"] == (None if executed is None else adjusted - executed)
        assert row["added"] == adjusted - initial


def test_printed_rates_agree_with_computed_ones() -> None:
    listed = projects.projects(dataset().kpi_projects, dataset().kpi_funds)
    rated = listed[listed["execution_rate"].notna() & listed["rate_printed"].notna()]
    assert len(rated) > 40
    off = [row.project_id for row in rated.itertuples() if abs(100 * row.execution_rate - row.rate_printed) > D("0.005")]
    assert off == [], "printed to two places, so within half a unit of the second"


def test_concentration_from_the_printed_rows() -> None:
    budgets = sorted(D(texts[1]) for texts in self_evaluations().values() if D(texts[1]) > 0)
    total, n = sum(budgets), len(budgets)
    pairs = sum(abs(Fraction(a) - Fraction(b)) for a in budgets for b in budgets)
    table = projects.concentrations(dataset().amounts, projects.projects(dataset().kpi_projects, dataset().kpi_funds)).set_index("doc_id")
    row = table.loc["fuzhou-2024-final"]
    assert (row["projects"], row["without_budget"], row["total"], row["largest"]) == (n, 56 - n, total, budgets[-1])
    assert row["largest_share"] == ratio(budgets[-1], total)
    assert abs(Fraction(row["gini"]) - pairs / (2 * n * Fraction(total))) <= Fraction(1, 10**6)
    assert abs(Fraction(row["herfindahl"]) - sum((Fraction(b) / Fraction(total)) ** 2 for b in budgets)) <= Fraction(1, 10**6)
    assert table.loc["fengrun-2024-budget", "coverage"] == 1
    assert table.loc["xiamen-2024-budget", "coverage"] == 1


def test_restored_sums_are_named() -> None:
    listed = projects.projects(dataset().kpi_projects, dataset().kpi_funds)
    cells = pd.read_csv(REPO / "data" / "raw" / "restored.csv", dtype=str, keep_default_na=False)
    states = dict(zip(listed["project_id"], projects.restored(listed, cells), strict=True))
    assert states["fuzhou-2024-final/p14"] == "restored"  # 8900.00, by its rate
    assert states["fuzhou-2024-final/p02"] == "uncertain"  # one of three columns was lost
    assert states["fuzhou-2024-final/p18"] == ""


def test_changes_of_the_narrative() -> None:
    rows = changes.changes(dataset().claims)
    row = rows[(rows["doc_id"] == "fuzhou-2024-final") & (rows["code"] == "2150805")].iloc[0]
    assert (row["amount"], row["change"], row["before"], row["percent_stated"]) == (D("9558.69"), D("7288.00"), D("2270.69"), D("320.96"))
    assert row["percent_computed"] == D("320.96")
    assert "千兆城市奖补资金2410万元" in row["reason"]
    assert not rows["subject"].str.contains("千兆城市").any(), "an amount that is a reason is no change of its own"


# --- rules, on small tables ------------------------------------------------------------------------------------------


def amounts(*rows: tuple[str, str, str, str, str, str]) -> list[AmountRow]:
    """Rows (table, form, code, row role, measure, amount) of one document as amounts; rows of one code or role are one printed row."""
    lines: dict[tuple[str, str, str], int] = {}
    return [
        AmountRow(
            amount_id=f"d/{table}/{number}", doc_id="d", table_id=table, form=form, fiscal_year=2024, kind="budget", side="expenditure",
            code=code, level={3: 1, 5: 2, 7: 3}.get(len(code)), name=code or role, row_role=role, measure=measure, column=measure,
            amount=D(amount), unit="人" if measure == "headcount" else "万元", raw=amount,
            row=lines.setdefault((table, code, role), len(lines)), column_index=number, page=1,
        )
        for number, (table, form, code, role, measure, amount) in enumerate(rows)
    ]


def by_key(found: Iterable[SpendingRow]) -> dict[str, Decimal]:
    return {one.key: one.amount for one in found}


def test_a_second_table_of_a_form_is_not_added() -> None:
    table = amounts(
        ("t1", "expenditure", "", "total", "total", "10"), ("t1", "expenditure", "215", "item", "total", "10"),
        ("t2", "expenditure", "", "total", "total", "10"), ("t2", "expenditure", "215", "item", "total", "10"),
    )
    assert by_key(spending.functions(table)) == {"215": 10}


def test_appropriation_counts_once_beside_its_parts() -> None:
    table = amounts(
        ("t", "income", "", "total", "total", "100"), ("t", "income", "", "total", "appropriation", "90"),
        ("t", "income", "", "total", "general_public", "60"), ("t", "income", "", "total", "government_fund", "30"),
        ("t", "income", "", "total", "other_income", "10"),
    )
    assert by_key(spending.revenue(table)) == {"appropriation": 90, "other": 10}
    parts = [cell for cell in table if cell.measure != "appropriation"]
    assert by_key(spending.revenue(parts)) == {"appropriation": 90, "other": 10}


def test_a_whole_of_zero_has_no_shares() -> None:
    table = amounts(("t", "expenditure", "", "total", "total", "0"), ("t", "expenditure", "215", "item", "total", "0"))
    assert [one.share for one in spending.functions(table)] == [None]
    assert not list(spending.split(table))


def test_basic_expenditure_without_its_table_is_not_split() -> None:
    table = amounts(
        ("t", "expenditure", "", "total", "total", "10"), ("t", "expenditure", "", "total", "basic", "4"), ("t", "expenditure", "", "total", "project", "5"),
    )
    assert by_key(spending.split(table)) == {"basic_other": 4, "project": 5, "other": 1}


def test_only_the_deepest_rows_are_added() -> None:
    table = amounts(
        ("t", "expenditure", "", "total", "total", "10"), ("t", "expenditure", "215", "item", "total", "8"),
        ("t", "expenditure", "21508", "item", "total", "5"), ("t", "expenditure", "2150805", "item", "total", "5"),
        ("t", "expenditure", "21599", "item", "total", "3"), ("t", "expenditure", "201", "item", "total", "2"),
    )
    assert by_key(spending.purposes(table)) == {"enterprise": 5, "industry": 3, "administration": 2}


def test_staff_is_the_total_where_one_is_printed() -> None:
    units = [("t", "staffing", "", "item", "headcount", "6"), ("t", "staffing", "1", "item", "headcount", "4")]
    assert spending.staff(amounts(*units)) == 10
    assert spending.staff(amounts(*units, ("t", "staffing", "", "total", "headcount", "11"))) == 11
    assert spending.staff(amounts(("t", "expenditure", "", "total", "total", "1"))) is None


def test_an_empty_dataset_gives_empty_tables() -> None:
    nothing = dataset().amounts.iloc[:0]
    assert spending.spending(nothing).empty
    assert flows.flows(nothing).empty
    assert projects.concentrations(nothing, projects.projects(dataset().kpi_projects.iloc[:0], dataset().kpi_funds.iloc[:0])).empty
    assert changes.changes(dataset().claims.iloc[:0]).empty

"""The dataset on disk: types, keys, descriptors, and the copies that spreadsheets read."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import mingzhang as mz
from mingzhang.__main__ import main
from mingzhang.dataset.contract import RESOURCES
from mingzhang.dataset.load import BadDataset
from mingzhang.dataset.performance import IndicatorRow
from mingzhang.dataset.printed import AmountRow, ClaimRow
from mingzhang.dataset.schema import records
from mingzhang.showing.origin import NotInData, Origin

CLEAN = Path(__file__).parent.parent / "data" / "clean"

#: The contract of the design: file names and columns, in order, as other programs read them.
CONTRACT = {
    "agencies": "agency_id name variants division_code level sector parent",
    "documents": "doc_id title org province region admin_level fiscal_year kind source sha256 provenance pages status problems "
                 "agency_id scope version url published retrieved container",
    "tables": "table_id doc_id form title page_first page_last amount_unit rows columns is_empty engine",
    "cells": "table_id row column row_span column_span text page x0 top x1 bottom",
    "amounts": "amount_id doc_id table_id form fiscal_year kind side code level agency_code name row_role measure column stage fund item "
               "amount unit raw row column_index page reading proof",
    "fiscal": "fiscal_id agency_id fiscal_year scope stage fund classification code level name side item amount unit amount_id",
    "kpi_projects": "project_id doc_id table_id form project project_code competent_dept implementing_unit goal actual_result total_score page",
    "kpi_funds": "project_id block item initial_budget annual_budget executed weight execution_rate score unit raw other",
    "kpi_indicators": "indicator_id project_id level1 level2 level3 description target_raw target_operator target_value target_high target_unit "
                      "actual_raw actual_value weight score note basis page",
    "claims": "claim_id doc_id page section sentence subject code kind value unit",
    "checks": "check_id rule doc_id scope statement left right difference tolerance status amount_ids pages",
    "findings": "finding_id doc_id kind severity pages printed expected sentence_en sentence_zh check_ids amount_ids indicator_ids",
    "suspects": "amount_id published implied_low implied_high unique weight broken_checks kind explanation",
}


@pytest.fixture(scope="module")
def data() -> mz.Dataset:
    return mz.load(CLEAN)


@pytest.mark.parametrize("name", CONTRACT)
def test_columns_of_the_contract(name: str) -> None:
    with (CLEAN / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    columns = CONTRACT[name].split()
    assert header[: len(columns)] == columns
    assert header == list(RESOURCES[name].columns)


def test_types(data: mz.Dataset) -> None:
    assert all(type(amount) is Decimal for amount in data.amounts["amount"])
    assert str(data.amounts["page"].dtype) == "Int64"
    assert data.tables["is_empty"].dtype == "boolean"
    assert data.cells["x0"].dtype == "float64"
    assert isinstance(data.amounts["name"].dtype, pd.StringDtype)


def test_a_target_that_looks_like_a_formula_is_text_for_a_spreadsheet_and_itself_when_loaded(data: mz.Dataset, tmp_path: Path) -> None:
    raw = (CLEAN / "kpi_indicators.csv").read_text(encoding="utf-8")
    assert ",'=100%," in raw
    assert ",=100%," not in raw
    assert (data.kpi_indicators["target_raw"] == "=100%").any()
    assert main(["export", "--clean", str(CLEAN), str(tmp_path / "data.xlsx")]) == 0
    sheet = openpyxl.load_workbook(tmp_path / "data.xlsx", read_only=True)["kpi_indicators"]
    rows = list(sheet.iter_rows())
    column = [cell.value for cell in rows[0]].index("target_raw")
    cells = [row[column] for row in rows[1:]]
    assert any(cell.value == "=100%" and cell.data_type == "s" for cell in cells)
    assert not any(cell.data_type == "f" for row in rows for cell in row)


def test_descriptor_agrees_with_the_files() -> None:
    package = json.loads((CLEAN / "datapackage.json").read_text(encoding="utf-8"))
    assert [resource["name"] for resource in package["resources"]] == list(RESOURCES)
    for resource in package["resources"]:
        content = (CLEAN / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
        assert b"\r\n" not in content
        header = content.decode("utf-8").split("\n", 1)[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_dictionary_names_every_column() -> None:
    text = (CLEAN / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{column}` |" in text for spec in RESOURCES.values() for column in spec.columns)


def broken(tmp_path: Path, name: str, change: object) -> Path:
    """A copy of the dataset with one file changed."""
    shutil.copy(CLEAN / "datapackage.json", tmp_path)
    for path in CLEAN.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(change(text) if path.stem == name else text, encoding="utf-8", newline="\n")  # type: ignore[operator]
    return tmp_path


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("amounts", lambda t: t.replace(",万元,524.23,", ",万元,524.23,x", 1), "amounts"),
        ("amounts", lambda t: t.replace(",524.23,万元", ",524,23,万元", 1), "fields"),
        ("amounts", lambda t: t.replace(",524.23,万元", ",abc,万元", 1), "'abc' in column amount is not of type decimal"),
        ("tables", lambda t: t.replace("gulou-2024-budget/t02,gulou-2024-budget,", "gulou-2024-budget/t02,nobody,", 1), "tables.doc_id: 'nobody'"),
        ("documents", lambda t: t + t.splitlines()[1] + "\n", "documents"),
        ("documents", lambda t: t.replace("doc_id,title", "id,title", 1), "columns are"),
        ("amounts", lambda t: t.replace(",524.23,万元", ",Infinity,万元", 1), "'Infinity' in column amount"),
        ("amounts", lambda t: t.replace(",524.23,万元", ",５２４.23,万元", 1), "in column amount is not of type decimal"),
        ("claims", lambda t: re.sub(r"(/c0001,[^,]*),\d+,", r"\1,-4,", t, count=1), "claims: .*page"),
    ],
    ids=["bad integer", "too many fields", "not a number", "lost key", "key twice", "renamed column", "infinity", "full width", "page -4"],
)
def test_a_dataset_that_breaks_the_contract_is_refused(tmp_path: Path, name: str, change: object, words: str) -> None:
    with pytest.raises(BadDataset, match=words):
        mz.load(broken(tmp_path, name, change), verify=False)


def test_an_altered_figure_is_refused(tmp_path: Path) -> None:
    folder = broken(tmp_path, "amounts", lambda text: text.replace(",524.23,万元", ",525.23,万元", 1))
    with pytest.raises(BadDataset, match=r"amounts\.csv is not as the build wrote it"):
        mz.load(folder)
    assert len(mz.load(folder, verify=False).amounts) == len(mz.load(CLEAN).amounts)
    (folder / "datapackage.json").unlink()
    with pytest.raises(BadDataset, match=r"datapackage\.json"):
        mz.load(folder)


def test_the_descriptor_is_a_data_package_that_other_programs_check() -> None:
    frictionless = pytest.importorskip("frictionless", reason="the check of the descriptor needs frictionless (the extra `dev`)")
    report = frictionless.validate(CLEAN / "datapackage.json")
    assert report.valid, report.to_summary()


def test_no_dataset_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="python -m mingzhang build"):
        mz.load(tmp_path)


def test_records_of_a_frame_have_none_where_nothing_is_printed() -> None:
    data = mz.load(CLEAN)
    assert {type(one.level) for one in records(AmountRow, data.amounts)} == {int, type(None)}
    assert {type(one.target_value) for one in records(IndicatorRow, data.kpi_indicators)} == {Decimal, type(None)}
    assert {type(one.value) for one in records(ClaimRow, data.claims)} == {Decimal}


@pytest.mark.parametrize("source", ["../elsewhere/gulou-2024-budget.pdf", "/etc/passwd", "within/../../gulou-2024-budget.pdf"])
def test_a_dataset_names_no_file_outside_the_folder_of_its_documents(tmp_path: Path, source: str) -> None:
    folder = broken(tmp_path, "documents", lambda text: text.replace(",gulou-2024-budget.pdf,", f",{source},"))
    origin = Origin.of(mz.load(folder, verify=False), tmp_path / "raw")
    with pytest.raises(NotInData, match="does not lie in the folder"):
        origin.pdf("gulou-2024-budget")

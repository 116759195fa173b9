"""The panels of the first notebook, without a browser: the explorer and a PDF of one's own."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import drawing
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mingzhang as mz
from mingzhang.dataset.contract import RESOURCES
from mingzhang.dataset.load import to_text
from mingzhang.document import Document
from mingzhang.showing import explorer, own_pdf

RAW = Path(__file__).resolve().parent.parent / "data" / "raw"
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def document() -> Document:
    return mz.read(RAW / "gulou-2024-budget.pdf")


def test_the_explorer_shows_exactly_the_chosen_rows(document: Document) -> None:
    panel = explorer.explore(document)
    amounts = document.amounts
    for form in amounts["form"].unique():
        panel.form.value = form
        for measure in [value for _, value in panel.measure.options]:
            panel.measure.value = measure
            for level in (0, 1, 2, 3):
                panel.level.value = level
                wanted = amounts[(amounts["form"] == form) & (amounts["measure"] == measure)]
                wanted = wanted[(wanted["level"] == level).fillna(False)] if level else wanted
                assert list(panel.selection["amount_id"]) == list(wanted["amount_id"])
                assert panel.table.value.count("<tr>") == (min(len(wanted), explorer.LISTED) + 1 if len(wanted) else 0)
    assert set(amounts["form"]) == {value for _, value in panel.form.options}


def test_the_explorer_shows_where_a_row_is_printed(document: Document) -> None:
    panel = explorer.explore(document)
    panel.form.value, panel.measure.value = "expenditure", "total"
    label, key = panel.row.options[3]
    panel.row.value = key
    assert 'src="data:image/png;base64,' in panel.source.value
    raw = document.amounts.set_index("amount_id").loc[key, "raw"]
    assert label.endswith(raw)
    assert raw in re.search(r'alt="([^"]*)"', panel.source.value)[1]  # type: ignore[index]
    panel.level.value = 1
    assert panel.source.value == ""


def test_a_panel_has_plain_html_beside_its_widgets(document: Document) -> None:
    bundle = explorer.explore(document)._repr_mimebundle_()
    assert set(bundle) == {WIDGET, "text/html", "text/plain"}
    again = explorer.explore(document)._repr_mimebundle_()
    assert bundle["text/html"] == again["text/html"]
    assert bundle[WIDGET]["model_id"] not in bundle["text/html"] + bundle["text/plain"]


def test_own_pdf_says_what_was_recognised_and_what_not(tmp_path: Path) -> None:
    sheet = drawing.Sheet()
    sheet.title("支出预算表")
    sheet.table([["科目", "金额"], ["教育支出", "12.50"], ["合计", "12.50"]], [200, 120])
    sheet.next_page().title("联系名单", unit="")
    sheet.table([["甲", "乙"], ["丙", "丁"]], [200, 120])
    sheet.next_page().picture()
    panel = own_pdf.own_pdf(sheet.save(tmp_path / "own.pdf"))
    recognised, missing = panel.report.value.split("What was not recognised, and why:")
    assert "支出表 (expenditure)" in recognised
    assert "2 figures" in recognised
    assert "page 3: a picture in which no text was recognised" in missing
    assert "no standard form" in missing
    assert "own/t02 (page 2)" in missing
    panel.table.value = panel.table.options[1][1]
    assert "data:image/png" in panel.picture.value


def test_own_pdf_names_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    (tmp_path / "text.pdf").write_text("no PDF")
    panel = own_pdf.own_pdf(tmp_path / "text.pdf")
    assert "text.pdf: not a PDF" in panel.report.value
    assert panel.export.disabled
    panel.open(tmp_path / "missing.pdf")
    assert "missing.pdf: there is no such file" in panel.report.value
    panel.open(RAW / "licheng-2021-final.pdf")
    assert not panel.export.disabled


def test_a_folder_gives_a_line_for_each_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        sheet = drawing.Sheet().title("支出预算表")
        sheet.table([["科目", "金额"], ["教育支出", "12.50"], ["合计", "12.50"]], [200, 120])
        sheet.save(tmp_path / f"{name}.pdf")
    (tmp_path / "c.pdf").write_text("no PDF")
    panel = own_pdf.own_pdf(tmp_path)
    assert [line.split(":")[0] for line in panel.progress.value.split("<li>")[1:]] == ["a.pdf", "b.pdf", "c.pdf"]
    assert "c.pdf: not read" in panel.progress.value
    files = dict(own_pdf.exports(list(panel.documents.values())))
    lines = zipfile.ZipFile(io.BytesIO(files["2-documents-csv.zip"])).read("documents.csv").decode("utf-8").splitlines()
    assert len(lines) == 3


@pytest.mark.parametrize("name", ["../../evil.pdf", "C:\\temp\\evil.pdf", "/etc/evil.pdf", "..pdf", "福州 预算(1).pdf", "=cmd.pdf"])
def test_an_uploaded_name_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    panel = own_pdf.own_pdf()
    sheet = drawing.Sheet().title("支出预算表")
    sheet.table([["科目", "金额"], ["合计", "1.00"]], [200, 120])
    content = sheet.save(tmp_path / "a.pdf").read_bytes()
    panel.upload.value = ({"name": name, "type": "application/pdf", "size": len(content), "content": memoryview(content), "last_modified": datetime.now(UTC)},)
    assert panel.document is not None
    assert panel.document.source.path.parent == Path(panel._folder.name)
    assert [path.suffix for path in Path(panel._folder.name).iterdir()] == [".pdf"]


def test_exports_hold_what_was_read(document: Document) -> None:
    files = dict(own_pdf.exports([document]))
    archive = zipfile.ZipFile(io.BytesIO(files["gulou-2024-budget-csv.zip"]))
    assert set(archive.namelist()) == {f"{name}.csv" for name in RESOURCES} | {"README.md", "README.zh.md", "datapackage.json"}
    lines = archive.read("amounts.csv").decode("utf-8").splitlines()
    assert len(lines) == len(document.amounts) + 1
    assert files["gulou-2024-budget-csv.zip"] == dict(own_pdf.exports([document]))["gulou-2024-budget-csv.zip"]
    book = openpyxl.load_workbook(io.BytesIO(files["gulou-2024-budget.xlsx"]), read_only=True)
    assert book.sheetnames[0] == "dictionary"
    header, *rows = book["amounts"].iter_rows(values_only=True)
    assert [float(row[header.index("amount")]) for row in rows] == [float(to_text(value)) for value in document.amounts["amount"]]


@given(st.text(max_size=30))
def test_what_a_document_prints_is_never_markup(text: str) -> None:
    import pandas as pd

    made = explorer.html_table(pd.DataFrame({text: [text]}), text) + explorer.notice(text) + own_pdf.download(text, b"")
    assert "<" not in re.sub(r"</?(?:table|caption|thead|tbody|tr|th|td|p|a)\b[^<>]*>", "", made)

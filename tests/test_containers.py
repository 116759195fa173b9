"""Workbooks, Word files and web pages: the same tables give the same figures, whatever they are published as."""

from __future__ import annotations

import datetime
import io
import zipfile
from decimal import Decimal
from html import escape
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Border, Side

import mingzhang as mz
from mingzhang.errors import UnreadableDocument
from mingzhang.reading.containers.kinds import container_of
from mingzhang.reading.containers.numbers import shown
from mingzhang.showing.leaves import INK
from mingzhang.showing.picture import MARK, TINT

RAW = Path(__file__).parents[1] / "data" / "raw"
LINE = Side(style="thin")
FRAME = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)


def as_xlsx(document: mz.Document, path: Path) -> Path:
    """Each table of a document as a sheet, its headings and unit over it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, table in enumerate(document.tables):
        sheet = book.create_sheet(f"表{number + 1}")
        over = [*([document.source.title] if not number else []), table.title, f"单位：{table.unit}" if table.unit else ""]
        for row, words in enumerate(over, start=1):
            sheet.cell(row, 1, words)
        for cell in table.grid.cells:
            top, left = cell.row + 1 + len(over), cell.column + 1
            sheet.cell(top, left, cell.text)
            for row in range(top, top + cell.row_span):
                for column in range(left, left + cell.column_span):
                    sheet.cell(row, column).border = FRAME
            if cell.row_span > 1 or cell.column_span > 1:
                sheet.merge_cells(start_row=top, start_column=left, end_row=top + cell.row_span - 1, end_column=left + cell.column_span - 1)
    book.save(path)
    return path


def as_html(document: mz.Document, path: Path) -> Path:
    """Each table of a document as an HTML table under its title and unit."""
    parts = [f"<h1>{escape(document.source.title)}</h1>"]
    for table in document.tables:
        parts.append(f"<h2>{escape(table.title)}</h2><p>单位：{table.unit}</p>" if table.unit else f"<h2>{escape(table.title)}</h2>")
        rows = [
            "".join(
                f'<td rowspan="{c.row_span}" colspan="{c.column_span}">{escape(c.text).replace(chr(10), "<br>")}</td>'
                for c in table.grid.row_cells(row)
            )
            for row in range(table.grid.rows)
        ]
        parts.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    path.write_text(f"<html><body>{''.join(parts)}</body></html>", encoding="utf-8")
    return path


def as_docx(document: mz.Document, path: Path) -> Path:
    """Each table of a document as a Word table under its title and unit."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    def paragraphs(text: str) -> str:
        return "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))

    file = docx.Document()
    file.add_paragraph(document.source.title)
    for table in document.tables:
        file.add_paragraph(table.title)
        file.add_paragraph(f"单位：{table.unit}" if table.unit else "")
        rows = []
        for row in range(table.grid.rows):
            own = {cell.column: cell for column in range(table.grid.columns) if (cell := table.grid.grid[row, column])}
            rows.append("".join(
                f'<w:tc><w:tcPr><w:gridSpan w:val="{c.column_span}"/>'
                + (f'<w:vMerge w:val="{"restart" if c.row == row else "continue"}"/>' if c.row_span > 1 else "")
                + f"</w:tcPr>{paragraphs(c.text if c.row == row else '')}</w:tc>"
                for _, c in sorted(own.items())
            ))
        body = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
        columns = "<w:gridCol/>" * table.grid.columns
        file.element.body.sectPr.addprevious(parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{body}</w:tbl>"))
        file.element.body.sectPr.addprevious(parse_xml(f"<w:p {nsdecls('w')}/>"))
    file.save(str(path))
    return path


def said(document: mz.Document) -> list[tuple[object, ...]]:
    """What the amounts of a document say, in printed order."""
    frame = document.amounts[["form", "side", "code", "name", "row_role", "measure", "column", "amount", "unit", "raw"]]
    return list(frame.itertuples(index=False, name=None))


@pytest.mark.parametrize("name", ["gulou-2024-budget", "licheng-2021-final", "fengrun-2024-budget", "xiamen-2024-budget", "fuzhou-2024-final"])
@pytest.mark.parametrize("write", [as_xlsx, as_html, as_docx])
def test_same_figures_in_every_container(tmp_path: Path, name: str, write) -> None:  # type: ignore[no-untyped-def]
    printed = mz.read(RAW / f"{name}.pdf")
    again = mz.read(write(printed, tmp_path / f"{name}{write.__name__[2:]}"))

    assert again.container == write.__name__[3:]
    assert said(again) == said(printed)
    assert [len(table.projects) for table in again.tables] == [len(table.projects) for table in printed.tables]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (12.3456, "0.00", "12.35"), (1234567.891, "#,##0.00", "1,234,567.89"), (-5, "#,##0.00_);[Red](#,##0.00)", "(5.00)"),
        (0.1234, "0.00%", "12.34%"), (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"), (2.5, "General", "2.5"),
        (4.403062313915e20, "General", "440306231391500000000"), (3, '0"万元"', "3万元"), (None, "0.00", ""), ("无", "0.00", "无"),
        (1.005, "0.00", "1.01"), (12.5, "0.##", "12.5"), (12.0, "0.##", "12"), (12345.0, "0,", "12"),
        (datetime.date(2024, 3, 5), "yyyy年m月d日", "2024年3月5日"), (datetime.date(2024, 3, 5), "yyyy/m/d", "2024-03-05"),
    ],
)
def test_what_a_cell_displays(value: object, code: str, text: str) -> None:
    assert shown(value, code) == text


@given(st.decimals(-(10**9), 10**9, places=2))
def test_money_is_displayed_as_it_is_stored(amount: Decimal) -> None:
    assert Decimal(shown(float(amount), "#,##0.00").replace(",", "")) == amount


def workbook(rows: list[list[object]], path: Path, **formats: str) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for row in book.active.iter_rows():
        for cell in row:
            cell.border = FRAME
            cell.number_format = formats.get(cell.column_letter, "General")
    book.save(path)
    return book


ROWS: list[list[object]] = [["科目编码", "科目名称", "合计"], ["201", "一般公共服务支出", 12.3456], ["205", "教育支出", 7]]


def test_displayed_and_stored_value_are_both_kept(tmp_path: Path) -> None:
    workbook([["2024年支出预算表（单位：万元）", None, None], *ROWS], tmp_path / "a.xlsx", C="0.00")
    document = mz.read(tmp_path / "a.xlsx")

    assert document.amounts["raw"].tolist() == ["12.35", "7.00"]
    assert [cell.stored for cell in document.tables[0].grid.cells if cell.text == "12.35"] == ["12.3456"]


def test_a_cell_is_shown_where_it_stands(tmp_path: Path) -> None:
    heading = "2024年支出预算表（单位：万元）"
    workbook([[heading, None, None], *ROWS], tmp_path / "a.xlsx", C="0.00")
    rows = "".join("<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>" for row in ROWS)
    (tmp_path / "b.html").write_text(f"<html><p>{heading}</p><table>{rows}</table></html>", encoding="utf-8")
    for name, where in (("a.xlsx", "Sheet!C4"), ("b.html", "table 1, row 3")):
        document = mz.read(tmp_path / name)
        shown = document.show(document.amounts.iloc[1])
        assert shown.caption[0] == f"205 教育支出 | 合计: {document.amounts['raw'].iloc[1]} 万元"
        assert where in shown.caption[1]
        colours = {colour for _, colour in shown.image.getcolors(1_000_000) or ()}
        # the cell is outlined, and its row has letters
        assert {MARK, TINT, INK} <= colours
        assert document.tables[0].show().image.width > 100


def test_hidden_parts_and_formulas_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = workbook([["2024年支出预算表（单位：万元）", None, None], *ROWS, ["合计", None, "=SUM(C3:C4)"]], path)
    book.active.row_dimensions[4].hidden = True
    notes = book.create_sheet("说明")
    notes["A1"], notes["A2"] = datetime.date(2024, 3, 5), "1,234.50"
    book.create_sheet("底稿")["A1"] = "999"
    book["底稿"].sheet_state = "hidden"
    book.save(path)
    document = mz.read(path)
    told = " ".join(map(str, document.problems))

    assert [row.name for row in document.amounts.itertuples()] == ["一般公共服务支出"]
    assert "底稿" in told
    assert "1 hidden rows" in told
    assert "1 cells hold formulas; their stored values are read, nothing is computed; 1 of them have none and are empty" in told
    assert "1 dates stored as serial numbers are read as displayed" in told
    assert "1 amounts stored as text are read as displayed" in told
    assert document.status == "partial"


def test_what_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"0" * 400_000_000)
    entity = tmp_path / "entity.docx"
    with zipfile.ZipFile(entity, "w") as parts:
        parts.writestr("word/document.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    doc = tmp_path / "old.doc"
    doc.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"))
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    half = tmp_path / "half.xlsx"
    full = io.BytesIO()
    openpyxl.Workbook().save(full)
    half.write_bytes(full.getvalue()[:2000])
    for path, reason in ((bomb, "unpacks to"), (entity, "entities"), (doc, "docx"), (locked, "password"), (half, "damaged")):
        with pytest.raises(UnreadableDocument, match=reason):
            mz.read(path)


def test_kind_is_told_by_content(tmp_path: Path) -> None:
    page = tmp_path / "table.xls"
    page.write_text("<html><table><tr><td>收入</td><td>1.00</td></tr></table></html>", encoding="utf-8")
    assert container_of(page) == "html"


def test_old_workbook(tmp_path: Path) -> None:
    xlwt = pytest.importorskip("xlwt", reason="writing an .xls needs xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("表1")
    framed = xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin", num_format_str="#,##0.00")
    sheet.write_merge(0, 0, 0, 2, "2024年支出预算表（单位：万元）", framed)
    for row, values in enumerate(ROWS, start=1):
        for column, value in enumerate(values):
            sheet.write(row, column, value, framed)
    book.save(str(tmp_path / "a.xls"))
    document = mz.read(tmp_path / "a.xls")

    assert document.container == "xls"
    assert document.amounts["raw"].tolist() == ["12.35", "7.00"]

    content = bytearray((tmp_path / "a.xls").read_bytes())
    first = content.index(b"\x09\x08\x10\x00") + 20  # the record after the workbook's first
    content[first : first + 2] = b"\x2f\x00"  # FILEPASS: what follows is encrypted
    (tmp_path / "locked.xls").write_bytes(content)
    with pytest.raises(UnreadableDocument, match=r"^encrypted: a password is needed to open it$"):
        mz.read(tmp_path / "locked.xls")

"""Own PDF: drop a file into a notebook; see what was recognised, what was not and why, its checks; export it.

    from mingzhang.own_pdf import own_pdf
    own_pdf()                     an upload button
    own_pdf("budget.pdf")         the same, with a file to begin with
"""

from __future__ import annotations

import base64
import html
import io
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from ..apart import read
from ..building.rows import rows_of
from ..checking.audit import audit
from ..checking.records import STATUSES
from ..dataset.contract import RESOURCES
from ..dataset.load import Dataset
from ..dataset.package import CsvWriter, write_xlsx
from ..document import Document
from ..errors import MingzhangError
from ..forms import BY_KEY
from ..sources import safe_id
from ..table import Table
from .explorer import Panel, html_picture, html_table, notice
from .seen import recognised
from .view import show

#: The date that files in an exported archive carry, so that equal content gives equal bytes.
ARCHIVE_DATE = (1980, 1, 1, 0, 0, 0)


class OwnPdf(Panel):
    """The widgets; what was read is `document`, ready for more: `panel.document.amounts`."""

    document: Document | None

    def __init__(self, pdf: str | Path | None = None) -> None:
        self.upload = widgets.FileUpload(accept=".pdf", description="choose a PDF")
        self.report = widgets.HTML()
        self.table = widgets.Dropdown(description="table", layout={"width": "auto"})
        self.picture = widgets.HTML()
        self.export = widgets.Button(description="export CSV and XLSX", disabled=True, layout={"width": "auto"})
        self.links = widgets.HTML()
        self.document = None
        self.upload.observe(self._uploaded, "value")
        self.table.observe(self._table_chosen, "value")
        self.export.on_click(self._exported)
        self.box = widgets.VBox([self.upload, self.report, self.table, self.picture, self.export, self.links])
        self._folder = tempfile.TemporaryDirectory(prefix="mingzhang-")
        if pdf is not None:
            self.open(Path(pdf))

    def _uploaded(self, change: Any) -> None:
        for file in self.upload.value:
            name = Path(file["name"].replace("\\", "/")).name
            path = Path(self._folder.name) / f"{safe_id(Path(name).stem)}.pdf"
            path.write_bytes(bytes(file["content"]))
            self.open(path)

    def open(self, pdf: Path) -> None:
        """Read a PDF and show what came of it; a file that cannot be read is named with the reason."""
        self.document, self.links.value, self.picture.value = None, "", ""
        self.export.disabled = True
        self.table.options = []
        try:
            self.document = read(pdf)
        except MingzhangError as error:
            self.report.value = notice(f"{pdf.name}: {error}")
            return
        self.report.value = report_of(self.document)
        self.table.options = [("see what was recognised in a table", ""), *((f"{t.table_id} {t.title}", t.table_id) for t in self.document.tables)]
        self.export.disabled = not self.document.tables

    def _table_chosen(self, change: Any) -> None:
        table = next((t for t in self.document.tables if t.table_id == self.table.value), None) if self.document else None
        self.picture.value = html_picture(table.show()) if table else ""

    def _exported(self, button: Any) -> None:
        if self.document:
            self.links.value = "".join(download(name, content) for name, content in exports(self.document))

    def static(self) -> str:
        """The report as plain HTML."""
        return (self.report.value or notice("Run this cell, then choose a PDF.")) + self.picture.value


def own_pdf(pdf: str | Path | None = None) -> OwnPdf:
    """A panel to read a PDF of one's own; `pdf` names one to begin with."""
    return OwnPdf(pdf)


# --- what came of a document -----------------------------------------------------------------------------------------


def report_of(document: Document) -> str:
    """What was recognised, what was not and why, and what its checks say, as HTML."""
    source = document.source
    facts = (("title", source.title), ("body", source.org), ("fiscal year", source.fiscal_year), ("kind", source.kind))
    known = "; ".join(f"{name}: {value}" for name, value in facts if value)
    parts = [notice(f"{source.path.name}: {document.pages} pages, {len(document.tables)} tables, status {document.status}. {known}")]
    frame = pd.DataFrame([described(table) for table in document.tables if table.form != "other"])
    if len(frame):
        parts.append(html_table(frame, "What was recognised"))
    missing = list(unrecognised(document))
    items = "".join(f"<li>{html.escape(text)}</li>" for text in missing)
    parts.append(f"<p>What was not recognised, and why:</p><ul>{items}</ul>" if missing else notice("Everything was recognised."))
    return "".join([*parts, *checks_of(document)])


def described(table: Table) -> dict[str, str]:
    """A line of the list of recognised tables."""
    first, last = table.grid.pages[0], table.grid.pages[-1]
    return {
        "table": table.table_id, "form": f"{BY_KEY[table.form].name} ({table.form})", "printed title": table.title,
        "pages": str(first) if first == last else f"{first}–{last}", "unit": table.unit, "holds": recognised(table),
    }  # fmt: skip


def unrecognised(document: Document) -> Iterator[str]:
    """What a reader of the document must know was not read, in plain sentences."""
    source = document.source
    for problem in dict.fromkeys(document.problems):
        yield f"page {problem.page}: {problem.reason}" if problem.page else problem.reason
    unknown = [name for name, value in (("title", source.title), ("body", source.org), ("fiscal year", source.fiscal_year),
                                        ("kind (budget or final accounts)", source.kind)) if not value]  # fmt: skip
    if unknown:
        yield f"not found on the cover or over the tables: {', '.join(unknown)}; a row in sources.csv can say it"
    for table in document.tables:
        where = f"{table.table_id} (page {table.grid.pages[0]}) {table.title}".rstrip()
        if table.form == "other":
            yield f"{where}: no standard form by its title or header; its cells are in cells.csv, its figures {len(table.facts)} in amounts.csv"
        elif table.is_empty:
            yield f"{where}: a table for figures that prints none"


def checks_of(document: Document) -> Iterator[str]:
    """The outcome of the document's checks, and the failed ones with a picture of the first."""
    result = audit(document)
    counts = Counter(check.status for check in result.checks)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    yield notice(f"Checks: {told or 'none applies to what this document prints'}.")
    failed = [
        {"rule": one.rule, "statement": one.statement, "left": one.left, "right": one.right, "difference": one.difference,
         "pages": " ".join(map(str, one.pages))} for one in result.failures
    ]  # fmt: skip
    if failed:
        yield html_table(pd.DataFrame(failed, dtype=object), "What does not hold")
        yield html_picture(show(result.failures[0], document))
    if result.suspects:
        rows = [{"cell": one.amount_id, "page": one.page, "explanation": one.explanation} for one in result.suspects]
        yield html_table(pd.DataFrame(rows, dtype=object), "Cells that are likely wrong")


# --- export ----------------------------------------------------------------------------------------------------------


def exports(document: Document) -> Iterator[tuple[str, bytes]]:
    """File name and content: the document's tables as one archive of CSVs and as one workbook."""
    rows = rows_of(document)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, spec in RESOURCES.items():
            text = io.StringIO(newline="")
            CsvWriter(text, spec).write(rows[name])
            out.writestr(zipfile.ZipInfo(f"{name}.csv", ARCHIVE_DATE), text.getvalue().encode("utf-8"), zipfile.ZIP_DEFLATED)
    yield f"{document.doc_id}-csv.zip", archive.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write_xlsx(Dataset(Path(folder), {name: spec.frame(rows[name]) for name, spec in RESOURCES.items()}), path)
        yield f"{document.doc_id}.xlsx", path.read_bytes()


def download(name: str, content: bytes) -> str:
    """A link that saves a file; it carries the file itself, so that it works in any folder and without a server."""
    data = base64.b64encode(content).decode("ascii")
    quoted = html.escape(name, quote=True)
    return f'<p><a download="{quoted}" href="data:application/octet-stream;base64,{data}">{quoted}</a> ({len(content) / 1024:,.0f} KiB)</p>'

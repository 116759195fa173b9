"""Own PDF: drop files into a notebook; see what was recognised, what was not and why, its checks; export it.

    from mingzhang.own_pdf import own_pdf
    own_pdf()                     an upload button
    own_pdf("budget.pdf")         the same, with a file to begin with, or with all documents of a folder
"""

from __future__ import annotations

import base64
import html
import io
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from ..apart import read
from ..building.rows import rows_of
from ..checking.audit import audit
from ..checking.records import SEVERITIES, STATUSES
from ..dataset.contract import RESOURCES
from ..dataset.load import Dataset, to_text
from ..dataset.package import CsvWriter, write_descriptor, write_dictionary
from ..dataset.printed import DocumentRow
from ..disclosure import Disclosure
from ..errors import MingzhangError
from ..forms import BY_KEY
from ..language import say
from ..sources import SUFFIXES, safe_id
from ..table import Table
from .explorer import Panel, notice
from .pages import html_table
from .seen import recognised
from .view import show
from .workbook import write_xlsx

#: The date that files in an exported archive carry, so that equal content gives equal bytes.
ARCHIVE_DATE = (1980, 1, 1, 0, 0, 0)


class OwnPdf(Panel):
    """The widgets; what was read is `documents`, the last of them `document`: `panel.document.amounts`."""

    document: Disclosure | None
    documents: dict[str, Disclosure]

    def __init__(self, pdf: str | Path | None = None) -> None:
        self.upload = widgets.FileUpload(accept=",".join(SUFFIXES), multiple=True, description=say("choose files"),
                                         layout={"width": "auto"})
        self.progress = widgets.HTML()
        self.report = widgets.HTML()
        self.table = widgets.Dropdown(description=say("table"), layout={"width": "auto"})
        self.picture = widgets.HTML()
        self.export = widgets.Button(description=say("export CSV and XLSX"), disabled=True, layout={"width": "auto"})
        self.links = widgets.HTML()
        self.document, self.documents = None, {}
        self._lines: list[str] = []
        self.upload.observe(self._uploaded, "value")
        self.table.observe(self._table_chosen, "value")
        self.export.on_click(self._exported)
        self.box = widgets.VBox([self.upload, self.progress, self.report, self.table, self.picture, self.export,
                                 self.links])
        self._folder = tempfile.TemporaryDirectory(prefix="mingzhang-")
        if pdf is not None:
            self.open_all(documents_in(Path(pdf)))

    def _uploaded(self, change: Any) -> None:
        paths = []
        for file in self.upload.value:
            name = Path(file["name"].replace("\\", "/"))
            paths.append(Path(self._folder.name)
                         / f"{safe_id(name.stem)}{name.suffix.lower() if name.suffix.lower() in SUFFIXES else '.pdf'}")
            paths[-1].write_bytes(bytes(file["content"]))
        self.open_all(paths)

    def open_all(self, paths: Sequence[Path]) -> None:
        """Read files one after the other, with a line for each; the last that could be read is shown."""
        self.documents, self._lines = {}, []
        for number, path in enumerate(paths, start=1):
            self.open(path)
            document = self.document
            came = (f"{len(document.tables)} tables, {document.status}, {findings_of(document)}" if document
                    else "not read")
            self._lines.append(line(f"{path.name}: {came}"))
            if len(paths) > 1:
                self.progress.value = notice(f"{number} of {len(paths)} read") + listing(self._lines)

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
        self.documents[self.document.doc_id] = self.document
        self.report.value = report_of(self.document)
        self.table.options = [(say("see what was recognised in a table"), ""),
                              *((f"{t.table_id} {t.title}", t.table_id) for t in self.document.tables)]
        self.export.disabled = not any(one.tables for one in self.documents.values())

    def _table_chosen(self, change: Any) -> None:
        table = next((t for t in self.document.tables if t.table_id == self.table.value),
                     None) if self.document else None
        self.picture.value = table.show().html if table else ""

    def _exported(self, button: Any) -> None:
        if self.documents:
            self.links.value = "".join(download(name, content) for name,
                                       content in exports(list(self.documents.values())))

    def static(self) -> str:
        """The report as plain HTML."""
        return self.progress.value + (self.report.value
                                      or notice("Run this cell, then choose files.")) + self.picture.value


def own_pdf(pdf: str | Path | None = None) -> OwnPdf:
    """A panel to read a PDF of one's own; `pdf` names one to begin with."""
    return OwnPdf(pdf)


def documents_in(path: Path) -> list[Path]:
    """The documents of a folder, or the one file."""
    return sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES) if path.is_dir() else [path]


def line(text: str) -> str:
    """A text as an item of a list."""
    return f"<li>{html.escape(say(text))}</li>"


def listing(items: Iterable[str]) -> str:
    """Items as a list; nothing without any."""
    found = "".join(items)
    return f"<ul>{found}</ul>" if found else ""


def findings_of(document: Disclosure) -> str:
    """How many findings a document has, by severity."""
    counts = Counter(finding.severity for finding in audit(document).findings)
    return ", ".join(f"{counts[level]} {level}" for level in SEVERITIES if counts[level]) or "no finding"


# --- what came of a document -----------------------------------------------------------------------------------------


def report_of(document: Disclosure) -> str:
    """What was recognised, what was not and why, and what its checks say, as HTML."""
    source = document.source
    facts = (("title", source.title), ("body", source.org), ("fiscal year", source.fiscal_year), ("kind", source.kind))
    known = "; ".join(f"{name}: {value}" for name, value in facts if value)
    parts = [notice(f"{source.path.name}: {document.pages} pages, {len(document.tables)} tables, status "
                    f"{document.status}. {known}")]
    frame = pd.DataFrame([described(table) for table in document.tables if table.form != "other"])
    if len(frame):
        parts.append(html_table(frame, "What was recognised"))
    missing = list(unrecognised(document))
    told = "What was not recognised, and why:" if missing else "Everything was recognised."
    parts.append(notice(told) + listing(map(line, missing)))
    return "".join([*parts, *checks_of(document)])


def described(table: Table) -> dict[str, str]:
    """A line of the list of recognised tables."""
    first, last = table.grid.pages[0], table.grid.pages[-1]
    return {"table": table.table_id, "form": f"{BY_KEY[table.form].name} ({table.form})", "printed title": table.title,
            "pages": str(first) if first == last else f"{first}–{last}", "unit": table.unit, "holds": recognised(table)}


def unrecognised(document: Disclosure) -> Iterator[str]:
    """What a reader of the document must know was not read, in plain sentences."""
    source = document.source
    for problem in dict.fromkeys(document.problems):
        yield f"page {problem.page}: {problem.reason}" if problem.page else problem.reason
    unknown = [name for name, value in (("title", source.title), ("body", source.org),
                                        ("fiscal year", source.fiscal_year),
                                        ("kind (budget or final accounts)", source.kind)) if not value]
    if unknown:
        yield f"not found on the cover or over the tables: {', '.join(unknown)}; a row in sources.csv can say it"
    for table in document.tables:
        where = f"{table.table_id} (page {table.grid.pages[0]}) {table.title}".rstrip()
        if table.form == "other":
            yield (f"{where}: no standard form by its title or header; its cells are in cells.csv, "
                   f"its figures {len(table.facts)} in amounts.csv")
        elif table.is_empty:
            yield f"{where}: a table for figures that prints none"


def checks_of(document: Disclosure) -> Iterator[str]:
    """The outcome of the document's checks, and the failed ones with a picture of the first."""
    result = audit(document)
    counts = Counter(check.status for check in result.checks)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    yield notice(f"Checks: {told or 'none applies to what this document prints'}.")
    failed = [
        {"rule": one.rule, "statement": one.statement, "left": one.left, "right": one.right,
         "difference": one.difference,
         "pages": " ".join(map(str, one.pages))} for one in result.failures
    ]
    if failed:
        yield html_table(pd.DataFrame(failed, dtype=object), "What does not hold")
        yield show(result.failures[0], document).html
    if result.suspects:
        rows = [{"cell": one.amount_id, "page": one.page, "explanation": one.explanation} for one in result.suspects]
        yield html_table(pd.DataFrame(rows, dtype=object), "Cells that are likely wrong")


# --- export ----------------------------------------------------------------------------------------------------------


def exports(documents: Sequence[Disclosure]) -> Iterator[tuple[str, bytes]]:
    """File name and content: the documents' tables as an archive of CSVs with their dictionary, and as a workbook."""
    parts = [rows_of(document) for document in documents]
    rows = {name: [row for part in parts for row in part[name]] for name in RESOURCES}
    stem = documents[0].doc_id if len(documents) == 1 else f"{len(documents)}-documents"
    archive = io.BytesIO()
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        folder = Path(name)
        for resource, spec in RESOURCES.items():
            with (folder / f"{resource}.csv").open("w", encoding="utf-8", newline="") as handle:
                CsvWriter(handle, spec).write(rows[resource])
        write_dictionary(folder)
        write_descriptor(folder, [{name: to_text(getattr(row, name)) for name in DocumentRow.resource.columns}
                                  for row in rows["documents"]])
        for path in sorted(folder.iterdir()):
            out.writestr(zipfile.ZipInfo(path.name, ARCHIVE_DATE), path.read_bytes(), zipfile.ZIP_DEFLATED)
        book = folder / "book.xlsx"
        write_xlsx(Dataset(folder, {name: spec.frame(rows[name]) for name, spec in RESOURCES.items()}), book)
        workbook = book.read_bytes()
    yield f"{stem}-csv.zip", archive.getvalue()
    yield f"{stem}.xlsx", workbook


def download(name: str, content: bytes) -> str:
    """A link that saves a file; it carries the file itself, so that it works in any folder and without a server."""
    data = base64.b64encode(content).decode("ascii")
    quoted = html.escape(name, quote=True)
    return (f'<p><a download="{quoted}" href="data:application/octet-stream;base64,{data}">'
            f'{quoted}</a> ({len(content) / 1024:,.0f} KiB)</p>')

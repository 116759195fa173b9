"""Cite: a reference for a document, a table, a row or the dataset, as text, BibTeX, CSL-JSON or GB/T 7714-2015.

    print(mz.cite(data))                                  the dataset version, as CITATION.cff has it
    print(mz.cite(data.amounts.iloc[0], data, "gbt7714"))

A row's reference names its document, page and table, its id, the version and checksum of the data package, and the file's SHA-256.
The documents do not print when they were published. A reference gives the year in which the Budget Law has it done (a budget in its
own year, final accounts in the next one), in square brackets, as standards want an inferred year.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import __version__
from ..dataset.load import Dataset
from ..document import Document
from ..errors import MingzhangError
from ..sources import sha256_of
from ..table import Table
from .origin import Origin, keys_of
from .view import pages_of, spot_of

#: As CITATION.cff has them; a test keeps the two equal.
TITLE = "mingzhang: from published Chinese government budgets to figures that can be cited"
AUTHOR = "The mingzhang authors"
RELEASED = "2026-11-20"
#: Hexadecimal digits of a checksum in a printed reference; BibTeX and CSL-JSON have all of them.
SHORT = 16


class Citation(str):
    """A reference; shows itself as it is to be printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Work:
    """What a reference says. `title` is that of the cited part, `container` that of the document it is in ("" for the whole)."""

    kind: str  # dataset, document, table or row
    key: str
    author: str
    title: str
    year: str
    container: str = ""
    pages: str = ""
    row: str = ""
    facsimile: bool = False
    document_sha256: str = ""
    package_sha256: str = ""

    @property
    def inferred(self) -> bool:
        """Whether the year is not printed but inferred."""
        return self.kind != "dataset"


def cite(x: Any = None, data: Dataset | Document | str | Path | None = None, style: str = "text") -> Citation:
    """A reference for `x` in a style: text, bibtex, csl-json or gbt7714.

    `x`: a Dataset (or None: that of `data`), Document, Table, a row of any resource, an id, or several of them. `data`: the
    dataset or Document that `x` is from; by default the nearest data/clean. Raises `MingzhangError` for an unknown style or id.
    """
    if style not in STYLES:
        raise MingzhangError(f"style {style!r} is not known; there are {', '.join(STYLES)}")
    if isinstance(x, Dataset | Document):
        data = x
    origin = Origin.of(data, None)
    if x is None or isinstance(x, Dataset):
        works = [dataset_work(origin)]
    else:
        keys = [x.doc_id] if isinstance(x, Document) else [x.table_id] if isinstance(x, Table) else keys_of(x)
        works = [work_of(key, origin) for key in dict.fromkeys(keys)]
    return Citation(STYLES[style](works))


# --- what is cited ---------------------------------------------------------------------------------------------------


def dataset_work(origin: Origin) -> Work:
    """The dataset version."""
    return Work("dataset", f"mingzhang-{__version__}", AUTHOR, TITLE, RELEASED[:4], package_sha256=package_checksum(origin))


def package_checksum(origin: Origin) -> str:
    """The SHA-256 of datapackage.json, which holds those of all tables; "" for a PDF that is not in a dataset."""
    if isinstance(origin.data, Document):
        return ""
    path = origin.data.folder / "datapackage.json"
    return sha256_of(path) if path.is_file() else ""


def work_of(key: str, origin: Origin) -> Work:
    """The reference of the row, table or document with an id."""
    check = origin.row("checks", "check_id", key)
    spot = spot_of(check["doc_id"] if check else key, origin)
    document = origin.row("documents", "doc_id", spot.doc_id) or {}
    title = document.get("title") or spot.doc_id
    whole = key == spot.doc_id
    table = origin.row("tables", "table_id", spot.table_id) if spot.table_id else None
    kind = "document" if whole else "table" if key == spot.table_id else "row"
    pages = pages_of(spot, origin)
    printed = "" if whole else str(pages[0]) if len(pages) == 1 else f"{pages[0]}-{pages[-1]}"
    text = check["statement"] if check else spot.text
    part = "" if whole else (table["title"] if table and table["title"] else text)
    return Work(
        kind, key, document.get("org") or title, part or title, year_of(document), container="" if whole else title,
        pages=str(check["pages"]) if check else printed, row=text if kind == "row" else "",
        facsimile=document.get("provenance") == "facsimile", document_sha256=document.get("sha256", ""),
        package_sha256=package_checksum(origin),
    )  # fmt: skip


def year_of(document: Any) -> str:
    """The year in which a document was published, inferred from its fiscal year and kind; "" if that is not known."""
    year = document.get("fiscal_year")
    if year is None or year != year or not str(year).isdigit():
        return ""
    return str(int(year) + (document.get("kind") == "final_accounts"))


# --- styles ----------------------------------------------------------------------------------------------------------


#: What the notes of a reference say, in English and in Chinese.
ENGLISH = {"row": "row", "table": "table", "facsimile": "read from a facsimile typeset from the published text", "file": "file", "data": "data"}
CHINESE = {"row": "数据行", "table": "表", "facsimile": "据按公开文本重排的复制件", "file": "文件", "data": "数据"}


def notes_of(work: Work, digits: int = 64, words: Mapping[str, str] = ENGLISH) -> list[str]:
    """What a reference says beside the bibliographic facts."""
    notes = []
    if work.kind == "row":
        notes.append(f"{words['row']} {work.key}: {work.row}")
    elif work.kind == "table":
        notes.append(f"{words['table']} {work.key}")
    if work.facsimile:
        notes.append(words["facsimile"])
    if work.document_sha256:
        notes.append(f"{words['file']} SHA-256 {work.document_sha256[:digits]}")
    if work.kind != "dataset":
        notes.append(f"{words['data']} mingzhang {__version__}")
    if work.package_sha256:
        notes.append(f"datapackage.json SHA-256 {work.package_sha256[:digits]}")
    return notes


def shown_year(work: Work) -> str:
    return f"[{work.year}]" if work.year and work.inferred else work.year or "n.d."


def as_text(works: list[Work]) -> str:
    """Plain text, one reference a line."""
    out = []
    for work in works:
        part = f"{work.title}, p. {work.pages}, in: {work.container}" if work.container else work.title
        version = f", version {__version__}" if work.kind == "dataset" else ""
        out.append(f"{work.author} ({shown_year(work)}): {part}{version}. " + "; ".join(notes_of(work, SHORT)) + ".")
    return "\n".join(out)


def as_gbt7714(works: list[Work]) -> str:
    """GB/T 7714-2015: a data set [DS], a report [R], a part of a report [R]//."""
    out = []
    for work in works:
        notes = "; ".join(notes_of(work, SHORT, CHINESE))
        year = f"[{work.year}]" if work.year and work.inferred else work.year
        if work.kind == "dataset":
            out.append(f"{work.author}. {work.title}: {__version__}[DS]. {RELEASED}. {notes}.")
        elif work.container:
            out.append(f"{work.author}. {work.title}[R]//{work.author}. {work.container}. {year or '[出版年不详]'}: {work.pages}. {notes}.")
        else:
            out.append(f"{work.author}. {work.title}[R]. {year or '[出版年不详]'}. {notes}.")
    return "\n".join(out)


_TEX = str.maketrans({"\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
                      "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"})  # fmt: skip


def as_bibtex(works: list[Work]) -> str:
    """BibTeX entries; @misc knows a version for the dataset, @incollection a part, @techreport a document."""
    out = []
    for work in works:
        kind = {"dataset": "misc", "document": "techreport"}.get(work.kind, "incollection")
        fields = {"author": f"{{{tex(work.author)}}}", "title": f"{{{tex(work.title)}}}", "year": shown_year(work)}
        if work.container:
            fields |= {"booktitle": f"{{{tex(work.container)}}}", "pages": work.pages.replace("-", "--"), "publisher": tex(work.author)}
        elif kind == "techreport":
            fields["institution"] = tex(work.author)
        else:
            fields |= {"version": __version__, "month": str(int(RELEASED[5:7]))}
        fields["note"] = tex("; ".join(notes_of(work)))
        key = re.sub(r"[^\w.-]+", ":", work.key)
        body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        out.append(f"@{kind}{{{key},\n{body}\n}}")
    return "\n\n".join(out)


def tex(text: str) -> str:
    return text.translate(_TEX)


def as_csl(works: list[Work]) -> str:
    """A CSL-JSON array, as Zotero and pandoc read it."""
    return json.dumps([csl(work) for work in works], ensure_ascii=False, indent=2)


def csl(work: Work) -> dict[str, Any]:
    kind = {"dataset": "dataset", "document": "report"}.get(work.kind, "chapter")
    item: dict[str, Any] = {"id": work.key, "type": kind, "title": work.title, "author": [{"literal": work.author}]}
    if work.kind == "dataset":
        item |= {"version": __version__, "issued": {"date-parts": [[int(part) for part in RELEASED.split("-")]]}}
    elif work.year:
        item["issued"] = {"date-parts": [[int(work.year)]], "circa": True}
    if work.container:
        item |= {"container-title": work.container, "page": work.pages}
    if kind != "dataset":
        item["publisher"] = work.author
    return item | {"note": "; ".join(notes_of(work))}


STYLES: dict[str, Callable[[list[Work]], str]] = {
    "text": as_text, "bibtex": as_bibtex, "csl-json": as_csl, "gbt7714": as_gbt7714,
}  # fmt: skip

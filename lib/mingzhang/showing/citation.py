"""Cite: a reference for a document, a table, a row or the dataset, as text, BibTeX, CSL-JSON or GB/T 7714-2015.

    print(mz.cite(data))                                  the dataset version, as CITATION.cff has it
    print(mz.cite(data.amounts.iloc[0], data, "gbt7714"))

A row's reference names its document, page and table, its id, the version and checksum of the data package, and the
file's SHA-256. A dataset's title and authors are those of its mingzhang.toml. sources.csv may say when a document was
published, at which address and when it was taken from there. Else a reference gives the year in which the Budget Law
has it done (a budget in its own year, final accounts in the next one), in square brackets, as standards want an
inferred year.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import __version__
from ..dataset.load import Dataset
from ..disclosure import Disclosure
from ..errors import MingzhangError
from ..sources import sha256_of
from ..table import Table
from .origin import Origin, keys_of
from .spots import pages_of, spot_of
from .study import Study

#: Hexadecimal digits of a checksum in a printed reference; BibTeX and CSL-JSON have all of them.
SHORT = 16
#: The author of a dataset that names none.
NOBODY = "[authors not named]"
#: What is cited by its rule and pages.
JUDGED = (("checks", "check_id"), ("findings", "finding_id"))


class Citation(str):
    """A reference; shows itself as it is to be printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Work:
    """What a reference says: `title` of the cited part, `container` of the document it is in ("" for the whole)."""

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
    url: str = ""
    published: str = ""
    retrieved: str = ""
    version: str = ""

    @property
    def inferred(self) -> bool:
        """Whether the year is not known but inferred."""
        return self.kind != "dataset" and not self.published


def cite(x: Any = None, data: Dataset | Disclosure | str | Path | None = None, style: str = "text") -> Citation:
    """A reference for `x` in a style: text, bibtex, csl-json or gbt7714.

    `x`: a Dataset (or None: that of `data`), Disclosure, Table, a row of any resource, an id, or several of them.
    `data`: the dataset or Disclosure that `x` is from; by default the nearest data/clean. Raises `MingzhangError` for
    an unknown style or id.
    """
    if style not in STYLES:
        raise MingzhangError(f"style {style!r} is not known; there are {', '.join(STYLES)}")
    if isinstance(x, Dataset | Disclosure):
        data = x
    origin = Origin.of(data, None)
    if x is None or isinstance(x, Dataset):
        works = [dataset_work(origin)]
    else:
        keys = [x.doc_id] if isinstance(x, Disclosure) else [x.table_id] if isinstance(x, Table) else keys_of(x)
        works = [work_of(key, origin) for key in dict.fromkeys(keys)]
    return Citation(STYLES[style](works))


# --- what is cited ---------------------------------------------------------------------------------------------------


def dataset_work(origin: Origin) -> Work:
    """The dataset version."""
    study = Study() if isinstance(origin.data, Disclosure) else Study.of(origin.data.folder)
    frame = origin.frame("documents")
    title = (study.title
             or f"Dataset of {len(frame) if frame is not None else 0} documents, made with mingzhang {__version__}")
    authors = ", ".join(study.authors) or NOBODY
    return Work("dataset", f"{safe_key(study.title) or 'dataset'}-{study.version or __version__}", authors, title,
                study.released[:4], package_sha256=package_checksum(origin), url=study.url, published=study.released,
                version=study.version)


def package_checksum(origin: Origin) -> str:
    """The SHA-256 of datapackage.json, which holds those of all tables; "" for a PDF that is not in a dataset."""
    if isinstance(origin.data, Disclosure):
        return ""
    path = origin.data.folder / "datapackage.json"
    return sha256_of(path) if path.is_file() else ""


def work_of(key: str, origin: Origin) -> Work:
    """The reference of the row, table or document with an id."""
    shown = next((row for name, column in JUDGED if (row := origin.row(name, column, key)) is not None), None)
    spot = spot_of(shown["doc_id"] if shown else key, origin)
    document = origin.row("documents", "doc_id", spot.doc_id) or {}
    title = document.get("title") or spot.doc_id
    whole = key == spot.doc_id
    table = origin.row("tables", "table_id", spot.table_id) if spot.table_id else None
    kind = "document" if whole else "table" if key == spot.table_id else "row"
    pages = pages_of(spot, origin)
    printed = "" if whole else str(pages[0]) if len(pages) == 1 else f"{pages[0]}-{pages[-1]}"
    text, rule = (judged(shown), f"{shown.get('rule') or shown['kind']}") if shown else (spot.text, "")
    part = "" if whole else rule or (table["title"] if table and table["title"] else text)
    return Work(kind, key, document.get("org") or title, part or title, year_of(document),
                container="" if whole else title, pages=", ".join(str(shown["pages"]).split()) if shown else printed,
                row=text if kind == "row" else "", facsimile=document.get("provenance") == "facsimile",
                document_sha256=document.get("sha256", ""), package_sha256=package_checksum(origin),
                url=document.get("url") or "", published=document.get("published") or "",
                retrieved=document.get("retrieved") or "")


def judged(row: Mapping[str, Any]) -> str:
    """What a check or a finding says."""
    return (f"{row['statement']} ({row['status']})" if "statement" in row
            else f"{row['sentence_en']} ({row['severity']})")


def year_of(document: Any) -> str:
    """The year of publication, else inferred from fiscal year and kind; "" if that is not known."""
    if document.get("published"):
        return str(document["published"])[:4]
    year = document.get("fiscal_year")
    if year is None or year != year or not str(year).isdigit():
        return ""
    return str(int(year) + (document.get("kind") == "final_accounts"))


# --- styles ----------------------------------------------------------------------------------------------------------


#: What the notes of a reference say, in English and in Chinese.
ENGLISH = {"row": "row", "table": "table", "facsimile": "read from a facsimile typeset from the published text",
           "file": "file", "data": "data"}
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
        version = f", version {work.version}" if work.version else ""
        dated = f", published {work.published}" if work.published and work.kind != "dataset" else ""
        online = f"{work.url}{f' (retrieved {work.retrieved})' if work.retrieved else ''}. " if work.url else ""
        out.append(f"{work.author} ({shown_year(work)}): {part}{version}{dated}. {online}"
                   + "; ".join(notes_of(work, SHORT)) + ".")
    return "\n".join(out)


def as_gbt7714(works: list[Work]) -> str:
    """GB/T 7714-2015: a data set [DS], a report [R], a part of one [R]//; /OL with dates and address if online."""
    out = []
    for work in works:
        notes = "; ".join(notes_of(work, SHORT, CHINESE))
        mark = f"[{'DS' if work.kind == 'dataset' else 'R'}{'/OL' if work.url else ''}]"
        head = f"{work.title}: {work.version}" if work.version else work.title
        host = f"//{work.author}. {work.container}" if work.container else ""
        year = (work.published if work.kind == "dataset" else f"[{work.year}]" if work.inferred and work.year
                else work.year)
        year = year or "[出版年不详]"
        dates = "".join((f"({work.published})" if work.published and work.kind != "dataset" else "",
                         f"[{work.retrieved}]" if work.retrieved else ""))
        online = f" {work.url}." if work.url else ""
        pages = f": {work.pages}" if work.container and work.pages else ""
        author = "[作者不详]" if work.author == NOBODY else work.author
        out.append(f"{author}. {head}{mark}{host}. {year}{pages}{dates}.{online} {notes}.")
    return "\n".join(out)


_TEX = str.maketrans({"\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
                      "{": r"\{", "}": r"\}",
                      "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"})


def as_bibtex(works: list[Work]) -> str:
    """BibTeX entries; @misc knows a version for the dataset, @incollection a part, @techreport a document."""
    out = []
    for work in works:
        kind = {"dataset": "misc", "document": "techreport"}.get(work.kind, "incollection")
        fields = {"author": f"{{{tex(work.author)}}}", "title": f"{{{tex(work.title)}}}", "year": shown_year(work)}
        if work.container:
            fields |= {"booktitle": f"{{{tex(work.container)}}}", "pages": work.pages.replace("-", "--"),
                       "publisher": tex(work.author)}
        elif kind == "techreport":
            fields["institution"] = tex(work.author)
        else:
            fields |= {"version": work.version, "month": str(int(work.published[5:7])) if work.published else ""}
        fields |= {"url": work.url, "urldate": work.retrieved, "date": work.published if kind != "misc" else ""}
        fields["note"] = tex("; ".join(notes_of(work)))
        key = (safe_key(work.key) if work.key.isascii()
               else f"{safe_key(work.key)}:{hashlib.sha256(work.key.encode()).hexdigest()[:8]}".lstrip(":"))
        body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        out.append(f"@{kind}{{{key},\n{body}\n}}")
    return "\n\n".join(out)


def safe_key(text: str) -> str:
    """A text as part of a BibTeX key: ASCII letters and digits, what is between them as one colon."""
    return re.sub(r"[^A-Za-z0-9_.-]+", ":", text).strip(":-_")


def tex(text: str) -> str:
    return text.translate(_TEX)


def as_csl(works: list[Work]) -> str:
    """A CSL-JSON array, as Zotero and pandoc read it."""
    return json.dumps([csl(work) for work in works], ensure_ascii=False, indent=2)


def csl(work: Work) -> dict[str, Any]:
    kind = {"dataset": "dataset", "document": "report"}.get(work.kind, "chapter")
    item: dict[str, Any] = {"id": work.key, "type": kind, "title": work.title, "author": [{"literal": work.author}]}
    if work.kind == "dataset":
        item["version"] = work.version
    if work.published:
        item["issued"] = date_of(work.published)
    elif work.year:
        item["issued"] = {"date-parts": [[int(work.year)]], "circa": True}
    item |= {name: value for name,
             value in (("URL", work.url), ("accessed", work.retrieved and date_of(work.retrieved))) if value}
    if work.container:
        item |= {"container-title": work.container, "page": work.pages}
    if kind != "dataset":
        item["publisher"] = work.author
    return item | {"note": "; ".join(notes_of(work))}


def date_of(day: str) -> dict[str, Any]:
    return {"date-parts": [[int(part) for part in day.split("-")]]}


STYLES: dict[str, Callable[[list[Work]], str]] = {
    "text": as_text, "bibtex": as_bibtex, "csl-json": as_csl, "gbt7714": as_gbt7714,
}

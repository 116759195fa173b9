"""Sources: which documents there are, what is known of them, and whether a file is the one that was listed.

A folder of PDFs may hold a sources.csv with one row per document; what it leaves out is read from the document itself.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import os
import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .agencies import Agency, identify, place_names, provinces, scope_of
from .clean import compact, unwrap
from .errors import BadSources

#: What sources.csv may say of a document; only `file` is needed, what is missing is read from the document.
COLUMNS = (
    "doc_id", "file", "title", "org", "province", "region", "admin_level", "fiscal_year", "kind", "scope", "provenance",
    "sha256", "url", "published", "retrieved",
)
#: Names of files that a folder is searched for.
SUFFIXES = (".pdf", ".xlsx", ".xlsm", ".xls", ".et", ".docx", ".doc", ".html", ".htm")
#: Characters of the longest title that a cover is taken to have.
LONGEST_TITLE = 60
#: Bytes of the longest file name that common file systems take.
LONGEST_NAME = 255
_ADMIN_LEVELS = {"provincial", "municipal", "district", "county", "township", "central", ""}
_KINDS = {"budget", "final_accounts", ""}
_SCOPES = {"department", "unit", ""}


@dataclass(frozen=True, slots=True)
class Source:
    """A document to read: its file and its metadata ("" where nothing is known yet)."""

    doc_id: str
    path: Path
    file: str = ""  # its name within the folder of documents, if it stands in a folder within that
    title: str = ""
    org: str = ""
    province: str = ""
    region: str = ""
    admin_level: str = ""
    fiscal_year: str = ""
    kind: str = ""
    scope: str = ""
    provenance: str = ""
    sha256: str = ""
    url: str = ""
    published: str = ""
    retrieved: str = ""
    agency: Agency | None = None
    problems: tuple[str, ...] = field(default=())


def find_sources(folder: Path, recursive: bool = False) -> tuple[list[Source], list[str]]:
    """A folder's documents, listed or not, in order of doc_id, and what is wrong with sources.csv (plain sentences).

    A row of the list that cannot be used is told; its file is then read as one that is not listed. What has a
    document's name but is no file (a folder, a link to nothing) is a document that cannot be read. Raises `BadSources`
    when the folder cannot be read or holds none.
    """
    paths = entries(folder, recursive)
    notes: list[str] = []
    listed: list[Source] = []
    table = folder / "sources.csv"
    if table.exists():
        try:
            listed, faults = read_sources(table)
            notes += [f"sources.csv: {fault}; this row is not used" for fault in faults]
        except BadSources as error:
            notes.append(f"sources.csv: {error}; every document is read as one that is not listed")
    known = {source.path for source in listed}
    taken = {source.doc_id for source in listed}
    found = list(listed)
    for path in paths:
        if path.suffix.lower() not in SUFFIXES or path in known:
            continue
        doc_id = unique(safe_id(path.stem), taken)
        taken.add(doc_id)
        name = path.relative_to(folder).as_posix()
        problems = tuple(notes) if not listed else ()
        found.append(Source(doc_id, path, file=name if name != path.name else "", problems=problems))
    if not found:
        raise BadSources(f"{folder} holds no PDF, workbook, Word file or web page")
    return sorted(found, key=lambda source: source.doc_id), notes


def entries(folder: Path, recursive: bool) -> list[Path]:
    """What a folder holds, in order; with `recursive`, what its folders hold instead of these (links are not followed).

    Raises `BadSources` if one cannot be read.
    """
    if not folder.is_dir():
        raise BadSources(f"{folder} is not a folder")
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise BadSources(f"{folder} cannot be read ({error.strerror})") from error
    deep = [recursive and path.is_dir() and not path.is_symlink() for path in found]
    return sorted(one for path, within in zip(found, deep, strict=True)
                  for one in (entries(path, True) if within else [path]))


def left_out(folder: Path, sources: Sequence[Source], recursive: bool) -> list[str]:
    """The names of what stands in a folder and is neither a document nor the list of them."""
    taken = {source.path for source in sources} | {folder / "sources.csv"}
    return [path.relative_to(folder).as_posix() + "/" * path.is_dir()
            for path in entries(folder, recursive) if path not in taken]


def read_sources(table: Path) -> tuple[list[Source], list[str]]:
    """The documents that a sources.csv lists, and what is wrong with other rows. Raises `BadSources` if it is of no
    use."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle, strict=True))
    except UnicodeDecodeError as error:
        raise BadSources("is not UTF-8 text") from error
    except OSError as error:
        raise BadSources(f"cannot be read ({error.strerror})") from error
    except csv.Error as error:
        raise BadSources(f"is not a readable CSV ({error})") from error
    if not rows:
        raise BadSources("has no rows")
    if "file" not in rows[0]:
        raise BadSources("has no column file")
    out: dict[str, Source] = {}
    faults: list[str] = []
    for number, row in enumerate(rows, start=2):
        try:
            source = listed_source(table.parent, row)
            if source.doc_id in out:
                raise BadSources(f"doc_id {source.doc_id} stands twice")
            out[source.doc_id] = source
        except BadSources as error:
            faults.append(f"line {number}: {error}")
    return list(out.values()), faults


def listed_source(folder: Path, row: Mapping[str, str | None]) -> Source:
    """The document of a row of sources.csv. Raises `BadSources` if the row cannot be used."""
    name = (row.get("file") or "").strip()
    if not name or Path(name).name != name or "\0" in name:
        raise BadSources(f"{name!r} is not the name of a file in this folder")
    if len(os.fsencode(name)) > LONGEST_NAME:
        raise BadSources(f"the file name {name[:40]}… is longer than a file system allows")
    values: dict[str, Any] = {key: printable((row.get(key) or "").strip())
                              for key in COLUMNS if key not in ("doc_id", "file")}
    checked(values)
    doc_id = safe_id((row.get("doc_id") or "").strip() or Path(name).stem)
    return replace(Source(doc_id, folder / name), **values)


def checked(values: dict[str, str]) -> None:
    """Refuse values that the dataset's schema does not know."""
    if values["kind"] not in _KINDS:
        raise BadSources(f"kind {values['kind']!r} is neither budget nor final_accounts")
    if values["admin_level"] not in _ADMIN_LEVELS:
        raise BadSources(f"admin_level {values['admin_level']!r} is not known")
    if values["fiscal_year"] and not re.fullmatch(r"(?:19|20)\d\d", values["fiscal_year"]):
        raise BadSources(f"fiscal_year {values['fiscal_year']!r} is not a year")
    if values["scope"] not in _SCOPES:
        raise BadSources(f"scope {values['scope']!r} is neither department nor unit")
    for name in ("published", "retrieved"):
        if values[name] and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", values[name]):
            raise BadSources(f"{name} {values[name]!r} is not a date (YYYY-MM-DD)")
    if values["sha256"] and not re.fullmatch(r"[0-9a-fA-F]{64}", values["sha256"]):
        raise BadSources("sha256 is not 64 hexadecimal digits")


def printable(name: str) -> str:
    """A file's name as text that can be printed and written as UTF-8: no control characters, no lone surrogates."""
    return "".join(c if unicodedata.category(c)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for c in name)


def safe_id(stem: str) -> str:
    """A file's stem as an id: letters (Chinese ones too), digits, dot, dash and underscore; never empty."""
    text = unicodedata.normalize("NFC", stem)
    text = "".join(c if unicodedata.category(c)[0] in "LN" or c in "._-" else "-" for c in text)
    return re.sub(r"-{2,}", "-", text).strip("-.")[:120] or "document"


def unique(wanted: str, taken: Container[str]) -> str:
    """The id, with a number after it if it is taken."""
    if wanted not in taken:
        return wanted
    return next(name for n in itertools.count(2) if (name := f"{wanted}-{n}") not in taken)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


# --- reading a document's own metadata -------------------------------------------------------------------------------

_KIND_WORDS = (("final_accounts", r"决算"), ("budget", r"预算"))
_YEAR = re.compile(r"((?:19|20)\d{2})年")
_ORG_LINE = re.compile(
    r"^(?:部门|单位|编制部门|编制单位|填报单位|填报部门|预算单位|预算部门|部门名称|单位名称|预算主管部门|主管部门|公开部门|公开单位)(?:名称)?[:：](.+)$"
)
_ORG_TAIL = (r"(?:局|委员会|委|办公室|办公厅|厅|院|中心|街道办事处|政府|协会|部|署|社|馆|所|站|校|大学|学院|"
             r"总队|支队|大队|会|团|处|室|公司)")
_ORG = re.compile(rf"[\u4e00-\u9fff]{{2,30}}?{_ORG_TAIL}(?:[（(][^）)]{{1,8}}[）)])?$")


def describe(source: Source, cover: Sequence[str], body: Sequence[str]) -> Source:
    """Fill what a source does not say from the lines of the document's first pages and the lines over its tables.

    `cover` are the lines of the first page with text, `body` the lines that stand over tables and the titles.
    """
    head = [unwrap(line) for line in cover[:12]]
    title = (source.title or cover_title(head)
             or next((line for line in map(unwrap, body) if re.search(r"表$|算", line)), ""))
    joined = " ".join([title, *head, *body])
    kind = source.kind or next((k for k, words in _KIND_WORDS if re.search(words, compact(title))), "")
    kind = kind or next((k for k, words in _KIND_WORDS if re.search(words, compact(joined))), "")
    year = source.fiscal_year or year_of(title, head, body)
    org = source.org or org_of(title, head, body)
    province = source.province or next((name for name in provinces() if name in org or name in title), "")
    agency = identify(org, province, source.region)
    if agency:
        known, place = place_names(agency.division_code)
        province = province or known
    return replace(source, title=title, org=org, province=province, region=source.region or (place if agency else ""),
                   admin_level=source.admin_level or (agency.level if agency else ""), fiscal_year=year, kind=kind,
                   scope=source.scope or scope_of(org, title, [*head, *body]),
                   provenance=source.provenance or "published", agency=agency)


def cover_title(lines: Sequence[str]) -> str:
    """The title on a cover: the lines up to the one that says 预算 or 决算, if the cover is short enough to be one."""
    for index in range(min(6, len(lines))):
        words = (compact(lines[index])
                 + (compact(lines[index + 1]) if index + 1 < len(lines) and len(lines[index + 1]) < 8 else ""))
        if re.search(r"目录", words) or re.search(r"表$", compact(lines[index])):
            continue
        for end, text in ((index, compact(lines[index])), (index + 1, words)):
            if not re.search(r"(?:预算|决算)(?:公开|信息|报告|情况|说明|草案)*$", text):
                continue
            start = index
            while (start and not re.search(r"目录|[:：。]$", lines[start - 1])
                   and len("".join(lines[start - 1 : end + 1])) < LONGEST_TITLE):
                start -= 1
            return "".join(lines[start : end + 1])
    return ""


def year_of(title: str, head: Sequence[str], body: Sequence[str]) -> str:
    """The fiscal year: from the title, else the cover, else the year that the tables' titles name most often."""
    for text in (title, *head):
        if found := _YEAR.search(compact(text)):
            return found.group(1)
    years = [found.group(1) for text in body if (found := _YEAR.search(compact(text)))]
    return max(sorted(set(years)), key=years.count) if years else ""


def org_of(title: str, head: Sequence[str], body: Sequence[str]) -> str:
    """The body that publishes: in a line that says so (部门：…), else in the title, else a name on the cover."""
    for text in (*head, *body):
        found = _ORG_LINE.match(compact(text))
        name = re.split(r"(?:金额)?单位[:：]|[:：]", unwrap(text), maxsplit=1)[-1] if found else ""
        name = re.split(r"(?:金额)?单位[:：]", name)[0].strip()
        if found and re.search(_ORG_TAIL, name) and not re.search(r"[:：]", name):
            return name
    plain = re.sub(r"(?:19|20)\d{2}年度?", " ", unwrap(title))
    plain = re.sub(r"(?:部门|单位|区级|市级|省级|县级)*(?:预算|决算).*$", "", plain).strip()
    for text in (plain, *head):
        if found := _ORG.search(unwrap(text)):
            return found.group(0)
    return ""

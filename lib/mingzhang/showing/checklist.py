"""Checklist: the finance bureau's checklist of disclosure, filled in as far as a program can know; the rest is left to
a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..checking.records import Finding
from ..checking.validation import Validated
from ..clean import compact
from ..disclosure import Disclosure
from ..vocabulary import pattern, toml, within
from .workbook import Sheet, write_book

#: Characters of the longest line that is a heading, and findings of one line that are told.
LONGEST_HEADING, TOLD = 40, 5


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the checklist: whether the item meets the requirements (None: a person must say), what is wrong."""

    item: str
    meets: bool | None
    problem: str


def lines(one: Validated, lang: str) -> Iterator[Line]:
    """The filled lines of a document that was read."""
    document, audit = one.document, one.audit
    if document is None or audit is None:
        return
    said = within("checklist", f"words.{lang}")
    serious = [finding for finding in audit.findings if finding.severity in ("error", "likely")]
    for number, item in enumerate(toml("checklist")["items"], start=1):
        if "person" in item:
            known = (said["published"].format(published=document.source.published) + "；" if document.source.published
                     else "")
            yield Line(item[lang], None, known + said["person"].format(why=item["person"][lang]))
        elif "cover" in item:
            cover = compact(document.content[0].text) if document.content else ""
            yield Line(item[lang], document.source.fiscal_year in cover and bool(re.search("预算|决算", cover)), "")
        elif "form" in item:
            yield of_table(document, item, serious, said, lang)
        else:
            wanted = pattern(item["heading"], f"checklist.toml {number}")
            found = any(len(line := compact(row.text)) <= LONGEST_HEADING and wanted.search(line)
                        for page in document.content for row in page.lines)
            yield Line(item[lang], found, "" if found else said["absent"])


def of_table(document: Disclosure, item: Mapping[str, Any], serious: Sequence[Finding], said: Mapping[str, Any],
             lang: str) -> Line:
    """The line of a table: there, and without a finding on its cells."""
    tables = [table.table_id for table in document.tables if table.account in item["form"]]
    if not tables:
        return Line(item[lang], False, said["no_table"])
    wrong = [finding for finding in serious if finding.amount_ids and finding.amount_ids[0].rsplit("/", 1)[0] in tables]
    told = [said["page"].format(page=", ".join(map(str, f.pages)), sentence=f.sentence_zh if lang == "zh"
                                else f.sentence_en) for f in wrong[:TOLD]]
    return Line(item[lang], not wrong, "\n".join([*told, *(["…"] if len(wrong) > TOLD else [])]))


def write_checklist(results: Sequence[Validated], path: Path, lang: str) -> None:
    """Write a workbook with a sheet for each document that was read."""
    said = within("checklist", f"words.{lang}")
    sheets = []
    for one in results:
        if one.document is None:
            continue
        rows = [(n, line.item, "√" if line.meets else None, "√" if line.meets is False else None, line.problem)
                for n, line in enumerate(lines(one, lang), start=1)]
        title = f"{said['title']}: {one.document.source.title or one.name}"
        sheets.append(Sheet(one.document.doc_id, said["columns"], rows, title=title, widths=(6, 44, 14, 14, 90)))
    write_book(sheets, path)

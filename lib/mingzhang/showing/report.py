"""Report: what an auditor hands over of one or more documents: an overview, each finding with its evidence, and what
was not tested.

    python -m mingzhang check FILE --html report.html --lang zh

The page needs no network and brings its font; its look and words are in site_assets/report.html and
vocabulary/report.toml.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .. import __version__
from ..building.rows import joined, shared
from ..checking.coverage import shares
from ..checking.records import SEVERITIES, Check, Finding
from ..checking.rules import ACROSS, WITHIN
from ..checking.validation import Validated
from ..dataset.contract import RESOURCES
from ..dataset.load import to_text
from ..dataset.package import CsvWriter
from ..dataset.verdicts import FindingRow
from ..disclosure import Disclosure
from ..errors import MingzhangError
from ..language import say, speaking
from ..vocabulary import toml, within
from .evidence import DRAWN, pictures_of, spots_of_finding
from .fonts import SCALE, embedded
from .origin import Origin
from .pages import template

#: Findings of a document that get pictures; the others are told in words.
PICTURED = 80
#: Severities that stand in the body of the report, by their weight.
BODY = ("error", "likely", "note")
_FORMULAS = {rule.id: rule.formula for rule in (*ACROSS, *WITHIN.values())}


def words(lang: str) -> Mapping[str, str]:
    """The report's words in zh or en."""
    return within("report", lang)


def as_text(results: Iterable[Validated], lang: str = "en") -> Iterator[str]:
    """The findings as lines of text, document after document."""
    said = words(lang)
    for one in results:
        if one.document is None or one.audit is None:
            yield f"{one.name}: {said['not_read']}: {described(one, lang)['reason']}"
            continue
        yield f"{one.document.source.title or one.name} ({one.name})"
        yield f"  {said['read']}: {read_text(one.document, said)}"
        yield f"  {said['tested']}: {tested_text(one, said)}"
        yield from (f"  ! {problem}" for problem in problems(one.document, lang))
        for finding in sorted(one.audit.findings, key=lambda f: (SEVERITIES.index(f.severity), f.pages)):
            pages = ", ".join(map(str, finding.pages)) or "-"
            yield (f"  {severity(finding.severity, said)}  {said['page_of'].format(page=pages)}  "
                   f"{sentence(finding, lang)}")
        yield ""


def as_html(results: Sequence[Validated], lang: str = "en", csv: str = "") -> str:
    """The report as one self-contained HTML page. `csv` names the file of the findings beside it."""
    said = words(lang)
    documents = [described(one, lang) for one in results]
    page = template("report.html").render(t=said, lang=lang, documents=documents, version=__version__, csv=csv, font="")
    return page.replace("url()", f"url({embedded(re.sub(r'base64,[A-Za-z0-9+/=]+', '', page))})", 1)


def write_findings(results: Iterable[Validated], path: Path) -> None:
    """The findings of all documents as a CSV with the columns of the dataset's findings."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = CsvWriter(handle, RESOURCES["findings"])
        for one in results:
            writer.write(FindingRow(**joined(shared(FindingRow, f))) for f in (one.audit.findings if one.audit else ()))


# --- a document ------------------------------------------------------------------------------------------------------


def described(one: Validated, lang: str) -> dict[str, Any]:
    """What the page says of one document."""
    said = words(lang)
    if one.document is None or one.audit is None:
        with speaking(lang):
            return {"name": one.name, "title": one.name, "reason": say(one.reason)}
    source, audit, origin = one.document.source, one.audit, Origin(one.document)
    checks = {check.check_id: check for check in audit.checks}
    body = [finding for level in BODY for finding in audit.findings if finding.severity == level]
    facts = {said["document"]: source.title or one.name, said["agency"]: source.org or said["unknown"],
             said["year"]: source.fiscal_year or said["unknown"],
             said["kind"]: said[source.kind] if source.kind else said["unknown"],
             said["file"]: f"{one.name} (SHA-256 {one.document.sha256[:16]}…)", said["url"]: source.url,
             said["read"]: read_text(one.document, said), said["tested"]: tested_text(one, said),
             said["confirmed"]: confirmed_text(one, said)}
    counts = Counter(finding.severity for finding in audit.findings)
    return {
        "name": one.name, "reason": "", "title": source.title or one.name,
        "facts": {name: text for name, text in facts.items() if text},
        "problems": problems(one.document, lang),
        "counts": [(level, severity(level, said), counts[level]) for level in SEVERITIES],
        "share": 1 - shares(audit.coverage)["0"] if audit.coverage else None,
        "findings": [entry(finding, checks, origin, lang, number <= PICTURED and one.document.container == "pdf")
                     for number, finding in enumerate(body, start=1)],
        "rounding": [entry(finding, checks, origin, lang, False) for finding in audit.findings
                     if finding.severity == "rounding"],
        "untestable": sorted({(rule_of(check, lang)["words"], check.statement) for check in audit.checks
                              if check.status == "untestable"}),
    }


def problems(document: Disclosure, lang: str) -> list[str]:
    """What a reader must know of a document, each thing once."""
    with speaking(lang):
        return [say(str(problem)) for problem in dict.fromkeys(document.problems)]


def read_text(document: Disclosure, said: Mapping[str, str]) -> str:
    """What was read of a document."""
    return said["read_text"].format(
        pages=document.pages, tables=len(document.tables),
        forms=sum(table.form != "other" for table in document.tables),
        figures=sum(len(table.facts) for table in document.tables), claims=len(document.claims),
        indicators=sum(len(project.indicators) for table in document.tables for project in table.projects),
    )


def tested_text(one: Validated, said: Mapping[str, str]) -> str:
    """How many checks there are, by their outcome."""
    counts = Counter(check.status for check in one.audit.checks) if one.audit else Counter()
    return said["tested_text"].format(
        tested=sum(counts.values()) - counts["untestable"], failed=counts["fail"], doubt=counts["doubt"],
        rounding=counts["rounding"],
        untestable=counts["untestable"],
    )


def confirmed_text(one: Validated, said: Mapping[str, str]) -> str:
    """The share of figures that identities confirm, "" where there is no figure."""
    if one.audit is None or not one.audit.coverage:
        return ""
    bins = shares(one.audit.coverage)
    return said["confirmed_text"].format(
        figures=len(one.audit.coverage), share=f"{1 - bins['0']:.1%}", twice=f"{1 - bins['0'] - bins['1']:.1%}"
    )


def severity(level: str, said: Mapping[str, str]) -> str:
    return said["rounding_one" if level == "rounding" else level]


def sentence(finding: Finding, lang: str) -> str:
    return finding.sentence_zh if lang == "zh" else finding.sentence_en


# --- a finding -------------------------------------------------------------------------------------------------------


def entry(finding: Finding, checks: Mapping[str, Check], origin: Origin, lang: str, pictured: bool) -> dict[str, Any]:
    """What the page says of one finding: its sentence, its rules, its checks, its pictures."""
    said = words(lang)
    shown = [checks[key] for key in finding.check_ids if key in checks]
    kind = (origin.row("documents", "doc_id", finding.doc_id) or {}).get("kind", "")
    rules = {check.rule: rule_of(check, lang, kind) for check in shown}
    spots = spots_of_finding(joined(shared(FindingRow, finding)), origin) if pictured else []
    return {
        "id": finding.finding_id, "anchor": finding.finding_id.rsplit("/", 1)[-1], "level": finding.severity,
        "severity": severity(finding.severity, said), "pages": ", ".join(map(str, finding.pages)),
        "sentence": sentence(finding, lang),
        "printed": finding.printed, "expected": finding.expected, "rules": list(rules.values()),
        "checks": [{name: to_text(getattr(check, name))
                    for name in ("statement", "left", "right", "difference", "check_id")} for check in shown],
        "figures": list(figures(spots, origin, lang)), "left_out": max(len(spots) - DRAWN, 0),
        "cells": finding.amount_ids,
    }


def figures(spots: Sequence[Any], origin: Origin, lang: str) -> Iterator[dict[str, Any]]:
    """The pictures of a finding, each with where it is and the texts of its numbers."""
    for mine, picture in pictures_of(spots, origin):
        try:
            data = base64.b64encode(picture.png).decode("ascii")
        except MingzhangError:  # the file is no longer there, or has no pages
            continue
        pages = ", ".join(map(str, sorted({strip.page for panel in picture.panels for strip in panel.strips})))
        table = origin.row("tables", "table_id", mine[0][1].table_id) if mine[0][1].table_id else None
        where = " · ".join(filter(None, (table["title"] if table else "", words(lang)["page_of"].format(page=pages))))
        with speaking(lang):
            notes = [(number, say(spot.text)) for number, spot in mine]
        yield {"src": Markup(f"data:image/png;base64,{data}"), "where": where, "notes": notes,
               "width": picture.image.width // SCALE}


@cache
def legal() -> tuple[tuple[re.Pattern[str], Mapping[str, Any]], ...]:
    return tuple((re.compile(rule["match"]), rule) for rule in toml("legal")["rules"])


def rule_of(check: Check, lang: str, kind: str = "") -> dict[str, Any]:
    """A check's rule in words, its formula (in English) if it has one, and what it rests on in a document of a kind."""
    found = next((rule for match, rule in legal() if match.search(f"{check.scope} {check.rule}")), None)
    bases = within("legal", "bases")
    return {
        "id": check.rule, "formula": _FORMULAS.get(check.rule, "") if lang == "en" else "",
        "words": found[lang] if found else check.rule,
        "bases": [bases[name][lang] for name in (found["basis"] if found else ())
                  if bases[name].get("kind", kind) == kind],
    }

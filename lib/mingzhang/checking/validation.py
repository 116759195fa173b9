"""Validation: what checks and localization say of one or more documents, as text, JSON or one self-contained HTML page."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..apart import read
from ..dataset.load import to_text
from ..document import Document
from ..errors import BadSources, MingzhangError, UnreadableDocument
from ..showing.view import show
from ..sources import printable
from .audit import Audit
from .checks import Check
from .coverage import shares

#: The scopes in the order of their weight: what breaks the accounts before what breaks a form.
WEIGHT = ("balance", "total", "cross_table", "hierarchy", "row", "kpi", "narrative", "presence")
#: No more failures of one document than this are drawn on the HTML page; the others are listed.
DRAWN = 60


@dataclass(frozen=True)
class Validated:
    """A document with its audit, or the reason why there is none."""

    name: str
    document: Document | None = None
    audit: Audit | None = None
    reason: str = ""


def validate_path(path: Path) -> Iterator[Validated]:
    """Validate one PDF, or every PDF of a folder. A file that cannot be read gives its reason. Raises `BadSources`."""
    files = sorted(p for p in path.iterdir() if p.suffix.lower() == ".pdf") if path.is_dir() else [path]
    if not files:
        raise BadSources(f"{path} holds no PDF")
    for file in files:
        try:
            document = read(file)
        except UnreadableDocument as error:
            yield Validated(printable(file.name), reason=str(error))
        else:
            yield Validated(printable(file.name), document, document.audit)


def ranked(result: Audit) -> list[Check]:
    """The failures of a document, most serious first: by scope, then by the size of the difference."""
    return sorted(
        result.failures, key=lambda one: (WEIGHT.index(one.scope), -abs(one.difference or Decimal(0)), one.pages, one.check_id)
    )


def heading(one: Validated) -> str:
    """A line that says what a document is and how many statements about it were tested."""
    if one.document is None or one.audit is None:
        return f"{one.name}: not read: {one.reason}"
    tested = [check for check in one.audit.checks if check.status != "untestable"]
    source = one.document.source
    failed = len(one.audit.failures)
    return f"{source.title or one.name} ({source.org}, {source.fiscal_year}): {len(tested)} statements tested, {failed} do not hold"


def line_of(check: Check) -> str:
    """A failure as one line: page, statement, arithmetic, cells."""
    pages = ", ".join(map(str, check.pages)) or "-"
    sides = ""
    if check.difference is not None:
        sides = f" [{to_text(check.left)} against {to_text(check.right)}, difference {check.difference:+f}]"
    cells = " ".join(amount_id.rsplit("/", 2)[-2] + "/" + amount_id.rsplit("/", 1)[-1] for amount_id in check.amount_ids[:6])
    return f"p. {pages}  {check.statement}{sides}  {cells}".rstrip()


def as_text(results: Iterable[Validated]) -> Iterator[str]:
    """The report as lines of text, document after document."""
    for one in results:
        yield heading(one)
        if one.audit is None:
            continue
        for check in ranked(one.audit):
            yield f"  {check.scope:<11} {line_of(check)}"
        if one.audit.suspects:
            yield "  cells that are likely wrong:"
            for suspect in one.audit.suspects:
                yield f"    p. {suspect.page}  {suspect.explanation}"
        yield from (f"    {text}" for text in one.audit.unexplained)
        bins = ", ".join(f"{count}: {share:.0%}" for count, share in shares(one.audit.coverage).items())
        yield f"  {len(one.audit.coverage)} figures, by the number of identities that confirm them: {bins}"
        yield ""


def as_json(results: Iterable[Validated]) -> str:
    """The report for programs: one object a document with its checks (untestable ones too), suspects and coverage."""
    return json.dumps([record(one) for one in results], ensure_ascii=False, indent=1)


def record(one: Validated) -> dict[str, Any]:
    if one.audit is None:
        return {"file": one.name, "read": False, "reason": one.reason}
    return {
        "file": one.name, "read": True, "doc_id": one.audit.doc_id,
        "checks": [plain(check) for check in one.audit.checks],
        "suspects": [plain(suspect) for suspect in one.audit.suspects],
        "unexplained": list(one.audit.unexplained), "coverage": one.audit.coverage,
    }  # fmt: skip


def plain(one: Any) -> dict[str, Any]:
    """A row as JSON values; decimals as text, so that they stay exact."""
    return {
        name: to_text(value) if isinstance(value, Decimal) else list(value) if isinstance(value, tuple) else value
        for name in type(one).__slots__
        if name != "said"
        for value in (getattr(one, name),)
    }


_STYLE = """
body{font:16px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;
background:#fff} h1,h2,h3{line-height:1.25} section{border-top:1px solid #767676;margin-top:2rem} figure{margin:1rem 0 2rem}
img{max-width:100%;height:auto;border:1px solid #c8c8c8} figcaption{margin:.3rem 0} code{background:#f0f0f0;padding:0 .2em}
table{border-collapse:collapse} td,th{border:1px solid #949494;padding:.2rem .6rem;text-align:left}
"""


def as_html(results: Sequence[Validated]) -> str:
    """The report as one HTML page with the page crops inside; it opens without a network. Every text of a document is escaped."""
    body = "".join(section_of(one) for one in results)
    toc = "".join(f'<li><a href="#d{number}">{html.escape(heading(one))}</a></li>' for number, one in enumerate(results))
    numbered = body
    for number in range(len(results)):
        numbered = numbered.replace("<section>", f'<section id="d{number}">', 1)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Validation report</title><style>{_STYLE}</style></head><body><main><h1>Validation report</h1>"
        "<p>A statement that does not hold is a contradiction inside a published document. It is not evidence of misuse of money.</p>"
        f"<ul>{toc}</ul>{numbered}</main></body></html>\n"
    )


def section_of(one: Validated) -> str:
    """One document of the HTML page."""
    parts = [f"<section><h2>{html.escape(heading(one))}</h2>"]
    if one.audit is not None and one.document is not None:
        failures = ranked(one.audit)
        parts += [figure_of(check, one.document) for check in failures[:DRAWN]]
        parts += [f"<p>{html.escape(line_of(check))}</p>" for check in failures[DRAWN:]]
        if one.audit.suspects:
            rows = "".join(
                f"<tr><td>{suspect.page}</td><td><code>{html.escape(suspect.amount_id)}</code></td>"
                f"<td>{html.escape(suspect.explanation)}</td></tr>"
                for suspect in one.audit.suspects
            )
            parts.append(f"<h3>Cells that are likely wrong</h3><table><tr><th>page</th><th>cell</th><th>why</th></tr>{rows}</table>")
        rows = "".join(f"<tr><td>{count}</td><td>{share:.1%}</td></tr>" for count, share in shares(one.audit.coverage).items())
        parts.append(f"<h3>Figures by the identities that confirm them</h3><table><tr><th>identities</th><th>share</th></tr>{rows}</table>")
    return "".join([*parts, "</section>"])


def figure_of(check: Check, document: Document) -> str:
    """A failure with the cells that take part, cropped from the page."""
    caption = f"<figcaption><b>{html.escape(check.scope)}</b>: {html.escape(line_of(check))}</figcaption>"
    try:
        picture = show({name: getattr(check, name) for name in Check.__slots__}, document)
        data = base64.b64encode(picture.png).decode("ascii")
    except MingzhangError:
        return f"<figure>{caption}</figure>"
    return f'<figure><img alt="{html.escape(picture.alt, quote=True)}" src="data:image/png;base64,{data}">{caption}</figure>'

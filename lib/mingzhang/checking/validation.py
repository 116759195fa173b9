"""Validation: documents with what checks and localization say, also for programs; reports are in showing/report.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..apart import read
from ..dataset.load import to_text
from ..disclosure import Disclosure
from ..errors import BadSources, UnreadableDocument
from ..sources import SUFFIXES, printable
from .audit import Audit, audit


@dataclass(frozen=True)
class Validated:
    """A document with its audit, or the reason why there is none."""

    name: str
    document: Disclosure | None = None
    audit: Audit | None = None
    reason: str = ""


def validate_path(path: Path) -> Iterator[Validated]:
    """Validate a document, or every one of a folder. An unreadable file gives its reason. Raises `BadSources`."""
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
    if not files:
        raise BadSources(f"{path} holds no PDF, workbook, Word file or web page")
    for file in files:
        try:
            document = read(file)
        except UnreadableDocument as error:
            yield Validated(printable(file.name), reason=str(error))
        else:
            yield Validated(printable(file.name), document, audit(document))


def as_json(results: Iterable[Validated]) -> str:
    """The report for programs: an object per document with checks (untestable too), findings, suspects, coverage."""
    return json.dumps([record(one) for one in results], ensure_ascii=False, indent=1)


def record(one: Validated) -> dict[str, Any]:
    if one.audit is None:
        return {"file": one.name, "read": False, "reason": one.reason}
    return {"file": one.name, "read": True, "doc_id": one.audit.doc_id,
            "checks": [plain(check) for check in one.audit.checks],
            "findings": [plain(finding) for finding in one.audit.findings],
            "suspects": [plain(suspect) for suspect in one.audit.suspects], "unexplained": list(one.audit.unexplained),
            "coverage": one.audit.coverage}


def plain(one: Any) -> dict[str, Any]:
    """A row as JSON values; decimals as text, so that they stay exact."""
    return {
        name: to_text(value) if isinstance(value, Decimal) else list(value) if isinstance(value, tuple) else value
        for name in type(one).__slots__
        if name != "said"
        for value in (getattr(one, name),)
    }

"""Across: what several documents give together, agency by agency: agencies, fiscal, links of documents, versions."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..checking.links import link_rows, links
from ..dataset.contract import RESOURCES
from ..dataset.load import CONVERT, LONGEST_FIELD
from ..dataset.printed import AgencyRow, AmountRow, DocumentRow
from ..dataset.studied import ChangeRow
from ..studies.fiscal import fiscal_rows, sources_of
from .parts import Part


def across(documents: Sequence[DocumentRow], part_of: Callable[[str], Part]) -> Iterator[Mapping[str, Sequence[Any]]]:
    """For each agency the records of its documents together; `part_of` gets a part again (one agency is in memory)."""
    groups: dict[str, list[DocumentRow]] = {}
    for row in documents:
        groups.setdefault(row.agency_id, []).append(row)
    for agency_id, own in sorted(groups.items()):
        if not agency_id:
            continue
        parts = [part_of(row.doc_id) for row in own]
        amounts = [row for part in parts for row in records_of(AmountRow, part.csv["amounts"])]
        changes = [row for part in parts for row in records_of(ChangeRow, part.csv["stated_changes"])]
        sources = sources_of(own, amounts)
        checks, findings = link_rows(list(links(own, sources, changes))) if len(own) > 1 else ([], [])
        yield {"agencies": [agency_row(own,
                                       [row for part in parts for row in records_of(AgencyRow, part.csv["agencies"])])],
               "fiscal": list(fiscal_rows(sources)), "checks": checks, "findings": findings}


def records_of(kind: Any, lines: str) -> Iterator[Any]:
    """The records that CSV lines hold. Inverse: `CsvWriter`."""
    csv.field_size_limit(LONGEST_FIELD)
    columns = [(name, CONVERT[column.kind]) for name, column in kind.resource.columns.items()]
    for row in csv.reader(io.StringIO(lines, newline="")):
        yield kind(**{name: convert(text) for (name, convert), text in zip(columns, row, strict=True)})


def agency_row(documents: Sequence[DocumentRow], said: Sequence[AgencyRow]) -> AgencyRow:
    """An agency under the name that most of its documents print, its other names beside it."""
    names = Counter(row.org for row in documents)
    name = max(sorted(names), key=lambda one: names[one])
    return replace(said[0], name=name, variants="; ".join(sorted(set(names) - {name})))


def versions(documents: Sequence[DocumentRow]) -> dict[str, str]:
    """Which publication of the same accounts a document is, in the order of publication; "1" where there is but one."""
    groups: dict[tuple[object, ...], list[DocumentRow]] = {}
    for row in documents:
        if row.agency_id and row.fiscal_year and row.status not in ("failed", "missing", "duplicate"):
            groups.setdefault((row.agency_id, row.fiscal_year, row.kind, row.scope), []).append(row)
    ordered = (sorted(group, key=lambda row: (row.published, row.doc_id)) for group in groups.values())
    return {row.doc_id: str(number) for group in ordered for number, row in enumerate(group, start=1)}


def rows_of_documents(parts: Sequence[Mapping[str, str]]) -> list[DocumentRow]:
    """The rows of `documents` as records, with their versions."""
    spec = RESOURCES["documents"]
    rows = [DocumentRow(**{name: CONVERT[column.kind](part[name]) for name, column in spec.columns.items()})
            for part in parts]
    number = versions(rows)
    return [replace(row, version=number.get(row.doc_id, "")) for row in rows]

"""Across: the rows of tables that are about several documents, made when all documents are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from ..dataset.printed import AgencyRow


def agencies(lines: Sequence[str], documents: Sequence[Mapping[str, str]]) -> list[AgencyRow]:
    """One row per agency, from the CSV lines that the documents give; `variants` are the names under which they print it."""
    found: dict[str, AgencyRow] = {}
    for row in csv.reader(io.StringIO("".join(lines), newline="")):
        one = AgencyRow(**dict(zip(AgencyRow.resource.columns, row, strict=True)))
        found.setdefault(one.agency_id, one)
    names: dict[str, set[str]] = {}
    for document in documents:
        names.setdefault(document["agency_id"], set()).add(document["org"])
    return [
        AgencyRow(**{**as_dict(found[key]), "variants": "; ".join(sorted(names.get(key, set()) - {"", found[key].name}))})
        for key in sorted(found)
    ]


def as_dict(row: AgencyRow) -> dict[str, str]:
    return dict(zip(AgencyRow.resource.columns, AgencyRow.resource.values(row), strict=True))

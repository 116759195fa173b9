"""Document: a disclosure as a notebook takes it: tables as DataFrames, validation, figures shown on the page."""

from __future__ import annotations

import html
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import apart
from .building.rows import rows_of
from .checking.audit import Audit, audit
from .dataset.contract import RESOURCES
from .disclosure import Disclosure, read_disclosure
from .showing.view import show
from .sources import Source

if TYPE_CHECKING:
    import pandas as pd

    from .isolation.workers import Limits
    from .showing.picture import Picture


@dataclass(frozen=True, repr=False)
class Document(Disclosure):
    """A read document. `pages` is the number of pages; `status` is ok, partial, no_tables or failed."""

    @classmethod
    def of(cls, read: Disclosure) -> Document:
        return cls(**{one.name: getattr(read, one.name) for one in fields(read) if one.init})

    @cached_property
    def rows(self) -> dict[str, list[Any]]:
        """The records of every resource of the dataset contract."""
        return rows_of(self)

    def frame(self, resource: str) -> pd.DataFrame:
        """A resource of the dataset contract ("amounts", "cells", "kpi_indicators" …), typed, for this document."""
        return RESOURCES[resource].frame(self.rows[resource])

    @property
    def audit(self) -> Audit:
        """What validation says of the document: checks, findings, suspects and coverage."""
        return audit(self)

    @property
    def amounts(self) -> pd.DataFrame:
        """One row per printed number of the fiscal, staffing and asset tables."""
        return self.frame("amounts")

    @property
    def indicators(self) -> pd.DataFrame:
        """One row per performance indicator."""
        return self.frame("kpi_indicators")

    @property
    def catalogue(self) -> pd.DataFrame:
        """One row per table: form, title, pages, unit, size."""
        return self.frame("tables")

    def show(self, x: object) -> Picture:
        """Where a row (or an id) of this document is printed: the page, cropped, with the cell marked."""
        return show(x, self)

    def __repr__(self) -> str:
        return f"{self.doc_id}: {self.source.title}, {self.pages} pages, {len(self.tables)} tables, {self.status}"

    def _repr_html_(self) -> str:
        problems = "".join(f"<li>{html.escape(str(problem))}</li>" for problem in self.problems)
        body = self.catalogue[["table_id", "form", "title", "page_first", "page_last",
                               "amount_unit"]].to_html(index=False)
        return f"<p><b>{html.escape(repr(self))}</b></p><ul>{problems}</ul>{body}"


def read(path: str | Path, limits: Limits | None = None) -> Document:
    """Read a document, pages in a child process within `limits`. Raises `UnreadableDocument` if it cannot be opened."""
    return Document.of(apart.read(path, limits))


def read_document(source: Source) -> Document:
    """Read the document of a source in this process."""
    return Document.of(read_disclosure(source))

"""Doubts: cells on which nobody may be accused: known to be garbled or restored, or of an inferred reading."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from ..address import Address
from ..disclosure import Disclosure

#: The list of such cells beside the published files: doc_id, table (t02, p01), title, project, kind, typeset_text.
LIST = "restored.csv"


class Doubts:
    """What is known of the cells of a document; a cell is asked for by its id."""

    def __init__(self, document: Disclosure) -> None:
        self.tables = {table.table_id: table for table in document.tables}
        self.inferred = {
            str(Address(table.table_id, fact.row, fact.column)) for table in document.tables
            for fact in table.facts if fact.reading != "printed"
        }
        self.garbled: set[tuple[str, str]] = set()
        for row in listed(document.source.path.parent / LIST):
            if row["doc_id"] == document.doc_id:
                # what is uncertain stands in the document as its source has it
                self.garbled.add((row["project"] or row["title"], row["typeset_text"] or row["source_text"]))

    def uncertain(self, cell: str) -> bool:
        """Whether a cell's text is known to be garbled or restored."""
        at = Address.parse(cell)
        table = self.tables.get(at.table_id) if at else None
        if at is None or table is None or not self.garbled:
            return False
        text = table.grid.text(at.row, at.column)
        names = {table.title, *(project.project for project in table.projects)}
        return (any((name, text) in self.garbled for name in names)
                and (not text or bool(re.search(r"[1-9\u4e00-\u9fff]", text))))

    def severity(self, severity: str, cells: Sequence[str]) -> str:
        """The severity of a finding that rests on these cells."""
        if any(self.uncertain(cell) for cell in cells):
            return "note"
        return "likely" if cells and all(cell in self.inferred for cell in cells) else severity


def listed(path: Path) -> list[dict[str, str]]:
    """The rows of a list of restored cells, none where there is no list."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))

"""Address: where a cell stands: table, row and column, written one way everywhere ("agency-2024-final/t03/r12c5")."""

from __future__ import annotations

import re
from typing import NamedTuple

_WRITTEN = re.compile(r"(?P<table>.+/t\d+)/r(?P<row>\d+)c(?P<column>\d+)")


class Address(NamedTuple):
    """A cell by its table's id and its first row and column, counted from 0 over the whole logical table."""

    table_id: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.table_id}/r{self.row}c{self.column}"

    @classmethod
    def parse(cls, text: str) -> Address | None:
        """The address that a text writes, None if it writes none. Inverse: `str`."""
        found = _WRITTEN.fullmatch(text)
        return cls(found["table"], int(found["row"]), int(found["column"])) if found else None

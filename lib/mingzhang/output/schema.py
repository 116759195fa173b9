"""Schema: how a resource of the dataset is declared, as a pandera schema with a type, a meaning and a unit for each column.

The same declaration validates the data (`validate`), writes the data dictionary and describes the resources of datapackage.json.
Types: string, integer, decimal (exact, `decimal.Decimal`), number (coordinates), boolean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd
import pandera.pandas as pa

_DTYPES = {"string": "str", "integer": "Int64", "decimal": "object", "number": "float64", "boolean": "boolean"}


def column(kind: str, description: str, *, required: bool = False, options: Sequence[str] = (), unit: str = "") -> pa.Column:
    """One column: its type, what it means, whether it may be empty, the values it may take and its unit."""
    checks: list[pa.Check] = []
    if options:
        allowed = [*options] if required else [*options, ""]
        checks.append(pa.Check.isin(allowed))
    if kind == "decimal":
        checks.append(pa.Check(_all_decimal, name="exact decimals", ignore_na=False))
    if kind == "string" and required:
        checks.append(pa.Check(lambda values: values.str.len() > 0, name="not empty"))
    nullable = kind in ("integer", "decimal", "number", "boolean") and not required
    metadata: dict[str, Any] = {"type": kind, "required": required, "options": list(options), "unit": unit}
    return pa.Column(_DTYPES[kind], checks, nullable=nullable, description=description, metadata=metadata)


def _all_decimal(values: pd.Series) -> bool:
    return all(value is None or isinstance(value, Decimal) for value in values)


@dataclass(frozen=True)
class Resource:
    """A table of the dataset: its columns, its primary key, and the keys of other tables that its columns hold."""

    name: str
    description: str
    columns: dict[str, pa.Column]
    key: tuple[str, ...]
    foreign: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema: column types and checks, the primary key unique, no other columns."""
        return pa.DataFrameSchema(
            dict(self.columns), unique=list(self.key) or None, strict=True, ordered=True, name=self.name,
            description=self.description,
        )  # fmt: skip

    def kind(self, name: str) -> str:
        """The declared type of a column."""
        return str((self.columns[name].metadata or {})["type"])


def resource(name: str, description: str, key: str, foreign: dict[str, str], /, **columns: pa.Column) -> Resource:
    targets = {mine: (target.split(".")[0], target.split(".")[1]) for mine, target in foreign.items()}
    return Resource(name, description, columns, tuple(key.split()), targets)

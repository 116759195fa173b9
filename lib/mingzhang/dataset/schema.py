"""Schema: how a resource of the dataset is declared, with a type, a meaning and a unit for each column.

The same declaration gives the pandera schema that validates a loaded dataset, the check of each document's rows, the data dictionary
and the resources of datapackage.json. Types: string, integer, decimal (exact, `decimal.Decimal`), number (coordinates), boolean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loading a dataset takes pandera, building one does not
    import pandas as pd
    import pandera.pandas as pa

_DTYPES = {"string": "str", "integer": "Int64", "decimal": "object", "number": "float64", "boolean": "boolean"}


@dataclass(frozen=True)
class Column:
    """A column: its type, what it means, whether it may be empty, the values that it may take, and its unit."""

    kind: str
    description: str
    required: bool = False
    options: tuple[str, ...] = ()
    unit: str = ""

    @property
    def schema(self) -> pa.Column:
        """The pandera column: dtype and checks."""
        import pandera.pandas as pa

        checks: list[pa.Check] = []
        if self.options:
            checks.append(pa.Check.isin([*self.options] if self.required else [*self.options, ""]))
        if self.kind == "decimal":
            checks.append(pa.Check(_all_decimal, name="exact decimals", ignore_na=False))
        if self.kind == "string" and self.required:
            checks.append(pa.Check(lambda values: values.str.len() > 0, name="not empty"))
        nullable = self.kind != "string" and not self.required
        return pa.Column(_DTYPES[self.kind], checks, nullable=nullable, description=self.description)


def column(kind: str, description: str, *, required: bool = False, options: Sequence[str] = (), unit: str = "") -> Column:
    """Declare a column."""
    return Column(kind, description, required, tuple(options), unit)


def _all_decimal(values: pd.Series) -> bool:
    return all(value is None or isinstance(value, Decimal) for value in values)


@dataclass(frozen=True)
class Resource:
    """A table of the dataset: its columns, its primary key, and the keys of other tables that its columns hold."""

    name: str
    description: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    foreign: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema: column types and checks, the primary key unique, no other columns."""
        import pandera.pandas as pa

        return pa.DataFrameSchema(
            {name: column.schema for name, column in self.columns.items()}, unique=list(self.key) or None, strict=True, ordered=True,
            name=self.name, description=self.description,
        )  # fmt: skip

    def kind(self, name: str) -> str:
        """The declared type of a column."""
        return self.columns[name].kind


def resource(name: str, description: str, key: str, foreign: dict[str, str], /, **columns: Column) -> Resource:
    """Declare a table: its key as "table_id row", its foreign keys as {"doc_id": "documents.doc_id"}."""
    targets = {mine: (target.split(".")[0], target.split(".")[1]) for mine, target in foreign.items()}
    return Resource(name, description, columns, tuple(key.split()), targets)

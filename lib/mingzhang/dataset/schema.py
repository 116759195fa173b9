"""Schema: how a resource of the dataset is declared, once: a record class: its fields say type, meaning, unit, options.

    @resource("coverage", key="amount_id", amount_id="amounts.amount_id")
    class CoverageRow(Row):
        \"\"\"One row per figure: how many independent identities confirm it.\"\"\"

        amount_id: str = col("The figure.", required=True)
        confirmations: int = col("Identities that hold and contain it.", least=0)

From it come the records that rows are made of, CSV and Parquet, validation, the data dictionary, datapackage.json and
typed frames. A field may be empty if its type admits None; a text may be empty ("") unless it is required, and is so by
default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, dataclass_transform

if TYPE_CHECKING:  # loading a dataset takes pandera, building one does not
    import pandas as pd
    import pandera.pandas as pa

#: Python types of fields: the name of the column's type and the dtype of its frame.
_KINDS: dict[str, tuple[str, type, str]] = {
    "str": ("string", str, "str"), "int": ("integer", int, "Int64"), "Decimal": ("decimal", Decimal, "object"),
    "float": ("number", float, "float64"), "bool": ("boolean", bool, "boolean"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type (string, integer, decimal, number, boolean), what it means, and which values it may hold."""

    name: str
    kind: str
    python: type
    dtype: str
    description: str
    required: bool
    options: tuple[str, ...]
    unit: str
    least: int | None

    def fault(self, value: object) -> str:
        """What is wrong with a value, "" if nothing is."""
        if value is None or value == "":
            right = not self.required and (value == "") == (self.kind == "string")
            return "" if right else f"{self.name} is empty"
        bad = (type(value) is not self.python or (self.options and value not in self.options)
               or (self.kind in ("decimal", "number") and not isfinite(value))  # type: ignore[arg-type]
               or (self.least is not None and value < self.least))  # type: ignore[operator]
        return f"{self.name} holds {value!r}" if bad else ""

    @property
    def schema(self) -> pa.Column:
        """The pandera column: dtype and checks."""
        import pandera.pandas as pa

        empty = "" if self.kind == "string" else None
        right = pa.Check(lambda values: values.isin([*self.options, empty]), name="one of the options", ignore_na=False)
        checks = [right] if self.options else []
        if self.kind == "decimal":
            checks.append(pa.Check(_all_decimal, name="exact decimals", ignore_na=False))
        if self.kind == "string" and self.required:
            checks.append(pa.Check(lambda values: values.str.len() > 0, name="not empty"))
        if self.least is not None:
            checks.append(pa.Check.ge(self.least))
        nullable = self.kind != "string" and not self.required
        return pa.Column(self.dtype, checks, nullable=nullable, description=self.description)


def _all_decimal(values: pd.Series) -> bool:
    return all(value is None or (isinstance(value, Decimal) and value.is_finite()) for value in values)


def col(description: str, *, required: bool = False, options: Sequence[str] = (), unit: str = "",
        least: int | None = None) -> Any:
    """Declare a field of a record: what it means, the values that it may take, its unit, the least value."""
    return field(metadata={"said": (description, required, tuple(options), unit, least)})


class Row:
    """A row of the dataset. Its class is the declaration of its resource."""

    __slots__ = ()
    resource: ClassVar[Resource]


Record = TypeVar("Record", bound=Row)


@dataclass(frozen=True)
class Resource:
    """A table of the dataset: its columns, its primary key, and the keys of other tables that its columns hold."""

    name: str
    record: type[Row]
    columns: dict[str, Column]
    key: tuple[str, ...]
    foreign: dict[str, tuple[str, str]]

    @property
    def description(self) -> str:
        return (self.record.__doc__ or "").replace("\n    ", " ")

    @cached_property
    def values(self) -> Callable[[Row], tuple[Any, ...]]:
        """The values of a record, in the order of the columns."""
        return attrgetter(*self.columns)

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema: column types and checks, the primary key unique, no other columns."""
        import pandera.pandas as pa

        return pa.DataFrameSchema({name: column.schema for name, column in self.columns.items()}, unique=list(self.key),
                                  strict=True, ordered=True, name=self.name, description=self.description)

    def frame(self, rows: Sequence[Row]) -> pd.DataFrame:
        """Records as a typed DataFrame."""
        import pandas as pd

        return pd.DataFrame({name: self.typed(name, [getattr(row, name) for row in rows]) for name in self.columns})

    def typed(self, name: str, values: Sequence[Any]) -> pd.Series:
        """A column of Python values with its declared dtype."""
        import pandas as pd

        dtype = self.columns[name].dtype
        return pd.Series(pd.array(values, dtype=dtype) if dtype in ("Int64", "boolean") else values, dtype=dtype)

    def records(self, frame: pd.DataFrame) -> list[Any]:
        """The rows of a frame of this resource as records, None where a value is missing."""
        columns = (frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in self.columns)
        return [self.record(**dict(zip(self.columns, row, strict=True))) for row in zip(*columns, strict=True)]


def records(kind: type[Record], frame: pd.DataFrame) -> list[Record]:
    """The rows of a frame of the dataset as records of `kind`."""
    return kind.resource.records(frame)


@dataclass_transform(kw_only_default=True, frozen_default=True)
def resource(name: str, /, *, key: str, **foreign: str) -> Callable[[type[Record]], type[Record]]:
    """Make a class a record and declare its table: key as "table_id row", foreign keys as doc_id="documents.doc_id"."""

    def declare(plain: type[Record]) -> type[Record]:
        for one, hint in plain.__annotations__.items():
            said: Any = plain.__dict__[one]
            if "None" in hint:
                said.default = None
            elif hint == "str" and not said.metadata["said"][1]:
                said.default = ""
        record = dataclass(frozen=True, slots=True, kw_only=True)(plain)
        targets = {mine: (target.split(".")[0], target.split(".")[1]) for mine, target in foreign.items()}
        record.resource = Resource(name, record, {f.name: declared(f.name, str(f.type), f.metadata["said"])
                                                  for f in fields(record)},  # type: ignore[arg-type]
                                   tuple(key.split()), targets)
        return record

    return declare


def declared(name: str, hint: str, said: tuple[str, bool, tuple[str, ...], str, int | None]) -> Column:
    """A field as a column: its type from its annotation."""
    description, required, options, unit, least = said
    plain = hint.removesuffix(" | None")
    kind, python, dtype = _KINDS[plain]
    return Column(name, kind, python, dtype, description, required or (plain == hint and plain != "str"), options, unit,
                  least)


def by_document(rows: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
    """The rows of each document, documents in the order of their first rows."""
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.doc_id, []).append(row)
    yield from groups.items()

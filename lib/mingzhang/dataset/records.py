"""Records: the rows of the dataset's main tables as named tuples, for computations that go row by row (`contract` says what the fields mean)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    import pandas as pd

Record = TypeVar("Record", bound=tuple[Any, ...])


class Amount(NamedTuple):
    """A row of amounts."""

    amount_id: str
    doc_id: str
    table_id: str
    form: str
    fiscal_year: int | None
    kind: str
    side: str
    code: str
    level: int | None
    name: str
    row_role: str
    measure: str
    column: str
    amount: Decimal
    unit: str
    raw: str
    row: int
    column_index: int
    page: int


class Project(NamedTuple):
    """A row of kpi_projects."""

    project_id: str
    doc_id: str
    table_id: str
    form: str
    project: str
    project_code: str
    competent_dept: str
    implementing_unit: str
    goal: str
    actual_result: str
    total_score: Decimal | None
    page: int


class Fund(NamedTuple):
    """A row of kpi_funds, figures as printed."""

    project_id: str
    item: str
    initial_budget: str
    annual_budget: str
    executed: str
    weight: str
    execution_rate: str
    score: str
    other: str
    page: int
    row: int


class Indicator(NamedTuple):
    """A row of kpi_indicators."""

    indicator_id: str
    project_id: str
    level1: str
    level2: str
    level3: str
    description: str
    target_raw: str
    target_operator: str
    target_value: Decimal | None
    target_unit: str
    actual_raw: str
    actual_value: Decimal | None
    weight: Decimal | None
    score: Decimal | None
    note: str
    basis: str
    page: int


class Claim(NamedTuple):
    """A row of claims."""

    claim_id: str
    doc_id: str
    page: int
    section: str
    sentence: str
    subject: str
    code: str
    kind: str
    value: Decimal | None
    unit: str
    raw: str
    measure: str
    year: str
    direction: str
    against: str
    parent: str
    path: str
    role: str
    group: int


def records(kind: type[Record], frame: pd.DataFrame) -> list[Record]:
    """The rows of a frame of the dataset as records of `kind`, None where a value is missing."""
    fields: Sequence[str] = kind._fields  # type: ignore[attr-defined]
    columns = (frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in fields)
    return [kind(*row) for row in zip(*columns, strict=True)]


def by_document(rows: Sequence[Record]) -> Iterator[tuple[str, list[Record]]]:
    """The rows of each document, documents in the order of their first rows."""
    groups: dict[str, list[Record]] = {}
    for row in rows:
        groups.setdefault(row.doc_id, []).append(row)  # type: ignore[attr-defined]
    yield from groups.items()

"""Dataset: a document's rows, their exact text in CSV, and loading them back with types and checked keys."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from ..checking.audit import check_rows, suspect_rows
from ..clean import parse_number
from ..document import Document, Table
from ..errors import MingzhangError
from ..kpi.quality import quality_rows
from ..kpi.tables import Project
from ..narrative.claims import claim_rows
from ..sources import printable
from ..studies.rows import study_rows
from .contract import RESOURCES
from .schema import Resource

Row = tuple[Any, ...]

#: Characters of the longest CSV field that is read; the csv module's own limit is shorter than what a page may hold.
LONGEST_FIELD = 2**31 - 1
#: A spreadsheet would run a text that begins so as a formula; an apostrophe before it keeps it text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class BadDataset(MingzhangError):
    """A dataset on disk does not keep the contract; the message names resource, column and first offending row."""


def escape(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula. Inverse: `unescape`."""
    return "'" + text if _FORMULA.match(text) else text


def unescape(text: str) -> str:
    """Take off the apostrophe that `escape` wrote."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def to_text(value: Any) -> str:
    """A value as it stands in a CSV field, before escaping: exact decimals, true/false, coordinates to 0.01 pt."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.2f}"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


# --- a document's rows -----------------------------------------------------------------------------------------------


def rows_of(document: Document) -> dict[str, list[Row]]:
    """The rows of every resource that one document gives, as Python values in the order of the resource's columns."""
    rows: dict[str, list[Row]] = {name: [] for name in RESOURCES}
    rows["documents"].append(document_row(document))
    number = 0
    for table in document.tables:
        rows["tables"].append(table_row(document, table))
        rows["cells"].extend(cell_rows(table))
        rows["amounts"].extend(amount_rows(document, table))
        for project in table.projects:
            number += 1
            project_id = f"{document.doc_id}/p{number:02d}"
            rows["kpi_projects"].append(project_row(document, table, project, project_id))
            rows["kpi_funds"].extend(fund_rows(project, project_id))
            rows["kpi_indicators"].extend(indicator_rows(project, project_id))
    rows["claims"] = [tuple(row.values()) for row in claim_rows(document.doc_id, document.claims)]
    found = document.audit
    rows["checks"] = list(check_rows(found))
    rows["suspects"] = list(suspect_rows(found))
    rows["coverage"] = [(row[0], found.coverage[row[0]]) for row in rows["amounts"]]
    rows |= quality_rows(rows)
    return rows | study_rows(rows)


def document_row(document: Document) -> Row:
    source = document.source
    return (
        source.doc_id, source.title, source.org, source.province, source.region, source.admin_level,
        year_of(document), source.kind, printable(source.path.name), document.sha256, source.provenance, document.pages,
        document.status, "; ".join(described(document)),
    )  # fmt: skip


def year_of(document: Document) -> int | None:
    return int(document.source.fiscal_year) if document.source.fiscal_year else None


def described(document: Document) -> Iterator[str]:
    """The problems of a document without its id, each once."""
    for problem in dict.fromkeys(document.problems):
        yield f"page {problem.page}: {problem.reason}" if problem.page else problem.reason


def table_row(document: Document, table: Table) -> Row:
    grid = table.grid
    return (
        table.table_id, document.doc_id, table.form, table.title, grid.pages[0], grid.pages[-1], table.unit, grid.rows,
        grid.columns, table.is_empty, "+".join(dict.fromkeys(grid.engines)),
    )  # fmt: skip


def cell_rows(table: Table) -> Iterator[Row]:
    for c in table.grid.cells:
        yield (table.table_id, c.row, c.column, c.row_span, c.column_span, c.text, c.page, *map(float, c.box))


def amount_rows(document: Document, table: Table) -> Iterator[Row]:
    year, kind = year_of(document), document.source.kind
    for f in table.facts:
        yield (
            f"{table.table_id}/r{f.row}c{f.column}", document.doc_id, table.table_id, table.form, year, kind, f.side, f.code,
            f.level, f.name, f.row_role, f.measure, f.path, f.amount, f.unit, f.raw, f.row, f.column, f.page,
        )  # fmt: skip


def project_row(document: Document, table: Table, p: Project, project_id: str) -> Row:
    return (
        project_id, document.doc_id, table.table_id, table.form, p.project, p.project_code, p.competent_dept,
        p.implementing_unit, p.goal, p.actual_result, parse_number(p.total_score), p.page,
    )  # fmt: skip


def fund_rows(project: Project, project_id: str) -> Iterator[Row]:
    names = ("initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")
    for fund in project.funds:
        other = json.dumps(fund.other, ensure_ascii=False) if fund.other else ""
        yield (project_id, fund.item, *(fund.values.get(name, "") for name in names), other, fund.page, fund.row)


def indicator_rows(project: Project, project_id: str) -> Iterator[Row]:
    for i in project.indicators:
        yield (
            f"{project_id}/r{i.row}", project_id, i.level1, i.level2, i.level3, i.description, i.target_raw, i.target.operator,
            i.target.value, i.target.unit, i.actual_raw, i.actual_value, parse_number(i.weight), parse_number(i.score),
            i.note, i.basis, i.page,
        )  # fmt: skip


# --- frames ----------------------------------------------------------------------------------------------------------


def frame_of(resource: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Rows of Python values as a typed DataFrame."""
    spec = RESOURCES[resource]
    values = list(zip(*rows, strict=True)) if rows else [()] * len(spec.columns)
    return pd.DataFrame({name: typed(spec, name, list(column)) for name, column in zip(spec.columns, values, strict=True)})


def typed(spec: Resource, name: str, values: list[Any]) -> pd.Series:
    """A column of Python values with its declared dtype."""
    kind = spec.kind(name)
    if kind == "integer":
        return pd.Series(pd.array(values, dtype="Int64"))
    if kind == "boolean":
        return pd.Series(pd.array(values, dtype="boolean"))
    if kind == "number":
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype="object" if kind == "decimal" else "str")


_CONVERT: dict[str, Callable[[str], Any]] = {
    "string": unescape,
    "integer": lambda text: int(text) if text else None,
    "decimal": lambda text: Decimal(text) if text else None,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}[text] if text else None,
}


def parsed(spec: Resource, name: str, texts: Sequence[str]) -> pd.Series:
    """A column of CSV fields with its declared dtype. Raises `BadDataset` for a field that is not of its type."""
    kind = spec.kind(name)
    convert = _CONVERT[kind]
    out = []
    for line, text in enumerate(texts, start=2):
        try:
            out.append(convert(text))
        except (ValueError, ArithmeticError, KeyError) as error:
            raise BadDataset(f"{spec.name}.csv line {line}: {text!r} in column {name} is not of type {kind}") from error
    return typed(spec, name, out)


@dataclass(frozen=True)
class Dataset:
    """A loaded dataset: one typed DataFrame a resource, as attributes (`data.amounts`) and by name (`data["amounts"]`)."""

    folder: Path
    frames: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        try:
            return self.__dict__["frames"][name]
        except KeyError:
            raise AttributeError(f"no resource {name!r}") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.frames]

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {len(frame)} rows" for name, frame in self.frames.items())

    def _repr_html_(self) -> str:
        sizes = pd.DataFrame(
            {"resource": list(self.frames), "rows": [len(frame) for frame in self.frames.values()],
             "what": [RESOURCES[name].description for name in self.frames]}
        )  # fmt: skip
        return sizes.to_html(index=False)


def load(clean: str | Path = "data/clean") -> Dataset:
    """Load a dataset: every resource typed, validated against its schema, its keys checked.

    Raises `BadDataset` with resource, column and row when the files do not keep the contract.
    """
    folder = Path(clean)
    if (folder / "documents.csv").is_file():
        frames = {name: read_csv(folder / f"{name}.csv", spec) for name, spec in RESOURCES.items()}
    elif (folder / "documents").is_dir():
        frames = {name: read_parquet(folder / name, spec) for name, spec in RESOURCES.items()}
    else:
        raise BadDataset(f"{folder} holds no dataset (documents.csv is missing); build one with: python -m mingzhang build")
    validate(frames)
    return Dataset(folder, frames)


def read_csv(path: Path, spec: Resource) -> pd.DataFrame:
    """One CSV of the dataset as a typed DataFrame."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
    except (OSError, ValueError, csv.Error) as error:
        raise BadDataset(f"{path.name} cannot be read ({error})") from error
    if header != list(spec.columns):
        raise BadDataset(f"{path.name}: columns are {header}, expected {list(spec.columns)}")
    if bad := next((number for number, row in enumerate(rows, start=2) if len(row) != len(header)), None):
        raise BadDataset(f"{path.name} line {bad}: not {len(header)} fields")
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    return pd.DataFrame({name: parsed(spec, name, texts) for name, texts in zip(header, columns, strict=True)})


def read_parquet(folder: Path, spec: Resource) -> pd.DataFrame:
    """The Parquet files of one resource as a typed DataFrame."""
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise BadDataset(f"{folder.parent} holds Parquet files, which need pyarrow: pip install 'mingzhang[scale]'") from error
    try:
        table = pq.read_table(folder, columns=list(spec.columns))
    except (OSError, ValueError) as error:
        raise BadDataset(f"{folder.name} cannot be read ({error})") from error
    columns = {name: table.column(name).to_pylist() for name in spec.columns}
    plain = {name: [shortest(v) for v in values] if spec.kind(name) == "decimal" else values for name, values in columns.items()}
    return pd.DataFrame({name: typed(spec, name, values) for name, values in plain.items()})


def shortest(value: Decimal | None) -> Decimal | None:
    """A decimal without the zeros that a column of fixed scale adds."""
    return None if value is None else Decimal(format(value, "f").rstrip("0").rstrip(".") if value else "0")


def validate(frames: Mapping[str, pd.DataFrame]) -> None:
    """Check every frame against its schema and every foreign key against its target. Raises `BadDataset`."""
    import pandera.errors

    for name, frame in frames.items():
        spec = RESOURCES[name]
        try:
            spec.schema.validate(frame)
        except pandera.errors.SchemaError as error:
            raise BadDataset(f"{name}: {str(error).splitlines()[0]}") from error
        for mine, (target, key) in spec.foreign.items():
            if target in frames:
                lost = ~frame[mine].isin(frames[target][key])
                if lost.any():
                    raise BadDataset(f"{name}.{mine}: {frame[mine][lost].iloc[0]!r} is not in {target}.{key}")

"""Schema: the dataset contract, declared once as pandera schemas.

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

from .forms import BY_KEY, FORM_KEYS, MEASURES

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


def _resource(name: str, description: str, key: str, foreign: dict[str, str], /, **columns: pa.Column) -> Resource:
    targets = {mine: (target.split(".")[0], target.split(".")[1]) for mine, target in foreign.items()}
    return Resource(name, description, columns, tuple(key.split()), targets)


_text = "string"
_measure_keys = tuple(dict.fromkeys(key for key, _ in MEASURES))

DOCUMENTS = _resource(
    "documents", "One row a document, also for files that could not be read.", "doc_id", {},
    doc_id=column(_text, "Stable id of the document.", required=True),
    title=column(_text, "Title of the document."),
    org=column(_text, "Publishing body (部门/单位)."),
    province=column(_text, "Province (省, 自治区, 直辖市), where known."),
    region=column(_text, "Region below the province (市, 区, 县), where known."),
    admin_level=column(_text, "Administrative level.", options=("central", "provincial", "municipal", "county", "district", "township")),
    fiscal_year=column("integer", "Fiscal year (预算/决算年度)."),
    kind=column(_text, "Kind of disclosure.", options=("budget", "final_accounts")),
    source=column(_text, "File name in the raw folder.", required=True),
    sha256=column(_text, "SHA-256 of the file."),
    provenance=column(_text, "published: the file as published; facsimile: typeset again from the published text.", options=("published", "facsimile")),
    pages=column("integer", "Number of pages.", unit="pages"),
    status=column(_text, "ok; partial: some pages were not read; no_tables; failed: not readable; duplicate; missing.", required=True,
                  options=("ok", "partial", "no_tables", "failed", "duplicate", "missing")),
    problems=column(_text, "What was left out and why, separated by '; '."),
)  # fmt: skip

TABLES = _resource(
    "tables", "One row a logical table (a table continued over pages is one).", "table_id", {"doc_id": "documents.doc_id"},
    table_id=column(_text, "Stable id: document and number of the table.", required=True),
    doc_id=column(_text, "Document.", required=True),
    form=column(_text, "Standard form: " + "; ".join(f"{key} {BY_KEY[key].name}" for key in FORM_KEYS) + ".", required=True, options=FORM_KEYS),
    title=column(_text, "Printed title, or the nearest heading."),
    page_first=column("integer", "First page.", required=True),
    page_last=column("integer", "Last page.", required=True),
    amount_unit=column(_text, "Declared unit of money (万元, 元 …), empty where none is printed."),
    rows=column("integer", "Printed rows, repeated headers included.", required=True),
    columns=column("integer", "Printed columns.", required=True),
    is_empty=column("boolean", "A table for figures that prints none.", required=True),
    engine=column(_text, "Camelot engine(s) that gave the grid.", required=True),
)  # fmt: skip

CELLS = _resource(
    "cells", "One row a printed cell of every table, repeated headers included.", "table_id row column", {"table_id": "tables.table_id"},
    table_id=column(_text, "Table.", required=True),
    row=column("integer", "First row of the cell, counted from 0 over the whole logical table.", required=True),
    column=column("integer", "First column of the cell, counted from 0.", required=True),
    row_span=column("integer", "Rows that the cell covers.", required=True),
    column_span=column("integer", "Columns that the cell covers.", required=True),
    text=column(_text, "Text as printed; a newline where a line wraps."),
    page=column("integer", "Page on which the cell begins.", required=True),
    x0=column("number", "Left edge, from the page's left edge.", required=True, unit="pt"),
    top=column("number", "Top edge, from the page's top edge.", required=True, unit="pt"),
    x1=column("number", "Right edge.", required=True, unit="pt"),
    bottom=column("number", "Bottom edge.", required=True, unit="pt"),
)  # fmt: skip

AMOUNTS = _resource(
    "amounts", "One row a number printed in a value column of a fiscal, staffing or asset table.", "amount_id",
    {"doc_id": "documents.doc_id", "table_id": "tables.table_id"},
    amount_id=column(_text, "Stable id: table, row and column of the cell.", required=True),
    doc_id=column(_text, "Document.", required=True),
    table_id=column(_text, "Table.", required=True),
    form=column(_text, "Standard form of the table.", required=True, options=FORM_KEYS),
    fiscal_year=column("integer", "Fiscal year of the document."),
    kind=column(_text, "budget or final_accounts.", options=("budget", "final_accounts")),
    side=column(_text, "Side of the accounts, where the form has one.", options=("revenue", "expenditure")),
    code=column(_text, "Classification code (政府收支分类科目), its printed parts joined."),
    level=column("integer", "1 类, 2 款, 3 项, by the length of the code."),
    name=column(_text, "Name of the row as printed, without wraps."),
    row_role=column(_text, "total 合计/总计; subtotal 小计; memo 其中; item.", required=True, options=("total", "subtotal", "item", "memo")),
    measure=column(_text, "Standard key of the column's measure.", required=True, options=_measure_keys),
    column=column(_text, "Printed header path, joined by /."),
    amount=column("decimal", "The number; sums of money in 万元 (ten thousand yuan).", required=True),
    unit=column(_text, "万元 for money; 人, 平方米, 辆 … for other quantities; %.", required=True),
    raw=column(_text, "The number as printed.", required=True),
    row=column("integer", "Row of the cell in cells.csv.", required=True),
    column_index=column("integer", "Column of the cell in cells.csv.", required=True),
    page=column("integer", "Page on which it is printed.", required=True),
)  # fmt: skip

_KPI_FORM_KEYS = tuple(key for key in FORM_KEYS if key.startswith("kpi_"))

KPI_PROJECTS = _resource(
    "kpi_projects", "One row a performance table: a project's or a whole unit's targets or self-evaluation.", "project_id",
    {"doc_id": "documents.doc_id", "table_id": "tables.table_id"},
    project_id=column(_text, "Stable id: document and number of the performance table.", required=True),
    doc_id=column(_text, "Document.", required=True),
    table_id=column(_text, "Table.", required=True),
    form=column(_text, "Standard form.", required=True, options=_KPI_FORM_KEYS),
    project=column(_text, "Name of the project or unit as printed."),
    project_code=column(_text, "Project code as printed."),
    competent_dept=column(_text, "主管部门."),
    implementing_unit=column(_text, "实施单位."),
    goal=column(_text, "Stated goal (总体目标, 预期目标)."),
    actual_result=column(_text, "Stated result (实际完成情况)."),
    total_score=column("decimal", "Printed total score (总分).", unit="points"),
    page=column("integer", "First page of the table.", required=True),
)  # fmt: skip

KPI_FUNDS = _resource(
    "kpi_funds", "One row a fund row of a performance table; figures as printed (an empty cell is empty, — is text).", "project_id row item",
    {"project_id": "kpi_projects.project_id"},
    project_id=column(_text, "Performance table.", required=True),
    item=column(_text, "Name of the row as printed.", required=True),
    initial_budget=column(_text, "年初预算数."),
    annual_budget=column(_text, "全年预算数 (adjusted budget); in target forms the planned sum."),
    executed=column(_text, "全年执行数."),
    weight=column(_text, "分值.", unit="points"),
    execution_rate=column(_text, "执行率.", unit="%"),
    score=column(_text, "得分.", unit="points"),
    other=column(_text, "The form's other columns as a JSON object: printed header to printed text."),
    page=column("integer", "Page.", required=True),
    row=column("integer", "Row in cells.csv.", required=True),
)  # fmt: skip

KPI_INDICATORS = _resource(
    "kpi_indicators", "One row a performance indicator.", "indicator_id", {"project_id": "kpi_projects.project_id"},
    indicator_id=column(_text, "Stable id: performance table and row.", required=True),
    project_id=column(_text, "Performance table.", required=True),
    level1=column(_text, "一级指标."),
    level2=column(_text, "二级指标."),
    level3=column(_text, "三级指标."),
    description=column(_text, "Description of the indicator."),
    target_raw=column(_text, "Target as printed (operator, value and unit joined where the form splits them)."),
    target_operator=column(_text, "text where the target is not a number.", required=True, options=("=", ">=", "<=", ">", "<", "text")),
    target_value=column("decimal", "Number of the target."),
    target_unit=column(_text, "Unit of the target."),
    actual_raw=column(_text, "Result as printed."),
    actual_value=column("decimal", "Result, if it is one number."),
    weight=column("decimal", "分值.", unit="points"),
    score=column("decimal", "得分.", unit="points"),
    note=column(_text, "Explanation of a deviation, remark."),
    basis=column(_text, "Basis of the target or of the score."),
    page=column("integer", "Page.", required=True),
)  # fmt: skip

#: Every resource of the dataset, in the order in which they are written.
RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (DOCUMENTS, TABLES, CELLS, AMOUNTS, KPI_PROJECTS, KPI_FUNDS, KPI_INDICATORS)
}

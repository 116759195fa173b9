"""Rows: what one read document contributes to every table of the dataset."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..checking.audit import check_rows, suspect_rows
from ..clean import parse_number
from ..document import Document
from ..narrative.claims import claim_rows
from ..performance.tables import Project
from ..sources import printable
from ..studies.kpi_quality import quality_rows
from ..studies.rows import study_rows
from ..table import Table
from .contract import RESOURCES

Row = tuple[Any, ...]


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
            f"{project_id}/r{i.row}" + (f"b{i.block}" if i.block > 1 else ""), project_id, i.level1, i.level2, i.level3, i.description, i.target_raw, i.target.operator,
            i.target.value, i.target.unit, i.actual_raw, i.actual_value, parse_number(i.weight), parse_number(i.score),
            i.note, i.basis, i.page,
        )  # fmt: skip

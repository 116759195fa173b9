"""Rows: what one read document contributes to every table of the dataset.

What a reading room says of a thing goes into the columns of the same name; a column that no room fills yet stays empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from ..address import Address
from ..checking.audit import audit
from ..dataset.contract import RESOURCES
from ..dataset.performance import FundRow, IndicatorRow, ProjectRow
from ..dataset.printed import AgencyRow, AmountRow, CellRow, ClaimRow, DocumentRow, TableRow
from ..dataset.schema import Row
from ..dataset.verdicts import CheckRow, CoverageRow, FindingRow, SuspectRow
from ..disclosure import Disclosure
from ..performance.model import Project
from ..sources import Source, printable
from ..studies.kpi_quality import quality_rows
from ..studies.rows import study_rows
from ..table import Table

Rows = Mapping[str, Sequence[Any]]


def rows_of(document: Disclosure) -> dict[str, list[Any]]:
    """The records of every resource that one document gives."""
    rows: dict[str, list[Any]] = {name: [] for name in RESOURCES}
    rows["documents"].append(document_row(document))
    if agency := document.source.agency:
        rows["agencies"].append(AgencyRow(**agency._asdict()))
    found = audit(document)
    number = 0
    for table in document.tables:
        rows["tables"].append(table_row(document, table))
        rows["cells"].extend(cell_rows(table))
        rows["amounts"].extend(amount_rows(document, table, found.coverage))
        for project in table.projects:
            number += 1
            project_id = f"{document.doc_id}/p{number:02d}"
            rows["kpi_projects"].append(project_row(document, table, project, project_id))
            rows["kpi_funds"].extend(fund_rows(table, project, project_id))
            rows["kpi_indicators"].extend(indicator_rows(project, project_id))
    rows["claims"] = [
        ClaimRow(claim_id=f"{document.doc_id}/c{number:04}", doc_id=document.doc_id, **shared(ClaimRow, claim))
        for number, claim in enumerate(document.claims, 1)
    ]
    rows["checks"] = [CheckRow(**joined(shared(CheckRow, one))) for one in found.checks]
    rows["findings"] = [FindingRow(**joined(shared(FindingRow, one))) for one in found.findings]
    rows["suspects"] = [SuspectRow(**joined(shared(SuspectRow, one))) for one in found.suspects]
    rows["coverage"] = [CoverageRow(amount_id=one.amount_id, confirmations=one.proof) for one in rows["amounts"]]
    rows |= quality_rows(rows)
    return rows | study_rows(rows)


@cache
def shared_names(record: type[Row], kind: type) -> tuple[str, ...]:
    """The columns of a record that are fields of a dataclass too."""
    return tuple(one.name for one in fields(kind) if one.name in record.resource.columns)


def shared(record: type[Row], one: Any) -> dict[str, Any]:
    """What a dataclass says of the columns of a record."""
    names = shared_names(record, type(one))  # type: ignore[arg-type]  # classes are hashable
    return dict(zip(names, attrgetter(*names)(one), strict=True))


def joined(values: dict[str, Any]) -> dict[str, Any]:
    """Values of which tuples are written as texts, their parts separated by blanks."""
    return {name: " ".join(map(str, value)) if isinstance(value, tuple) else value for name, value in values.items()}


def document_row(document: Disclosure) -> DocumentRow:
    problems = "; ".join(described(document))
    return source_row(document.source, document.sha256, document.status, problems, document.pages, document.container)


def source_row(source: Source, digest: str, status: str, problems: str, pages: int | None = None,
               container: str = "") -> DocumentRow:
    """The row of a document, read or not."""
    said = shared(DocumentRow, source) | {"sha256": digest, "problems": problems, "fiscal_year": year_of(source)}
    return DocumentRow(**said, source=printable(source.file or source.path.name), status=status, pages=pages,
                       container=container, agency_id=source.agency.agency_id if source.agency else "")


def year_of(source: Source) -> int | None:
    return int(source.fiscal_year) if source.fiscal_year else None


def described(document: Disclosure) -> Iterator[str]:
    """The problems of a document without its id, each once."""
    for problem in dict.fromkeys(document.problems):
        yield f"page {problem.page}: {problem.reason}" if problem.page else problem.reason


def table_row(document: Disclosure, table: Table) -> TableRow:
    grid = table.grid
    return TableRow(table_id=table.table_id, doc_id=document.doc_id, form=table.form, title=table.title,
                    page_first=grid.pages[0], page_last=grid.pages[-1], amount_unit=table.unit, rows=grid.rows,
                    columns=grid.columns, is_empty=table.is_empty, engine="+".join(dict.fromkeys(grid.engines)))


def cell_rows(table: Table) -> Iterator[CellRow]:
    for c in table.grid.cells:
        x0, top, x1, bottom = map(float, c.box)
        yield CellRow(table_id=table.table_id, x0=x0, top=top, x1=x1, bottom=bottom, **shared(CellRow, c))


def amount_rows(document: Disclosure, table: Table, proof: Mapping[str, int]) -> Iterator[AmountRow]:
    about = {"doc_id": document.doc_id, "table_id": table.table_id, "form": table.form,
             "fiscal_year": year_of(document.source), "kind": document.source.kind, "reading": "printed"}
    for fact in table.facts:
        place = str(Address(table.table_id, fact.row, fact.column))
        own = {"amount_id": place, "column": fact.path, "column_index": fact.column, "proof": proof.get(place, 0)}
        yield AmountRow(**about | shared(AmountRow, fact) | own)


def project_row(document: Disclosure, table: Table, project: Project, project_id: str) -> ProjectRow:
    about: dict[str, Any] = {"project_id": project_id, "doc_id": document.doc_id, "table_id": table.table_id,
                             "form": table.form}
    return ProjectRow(**about, **shared(ProjectRow, project) | {"total_score": project.total_score})


def fund_rows(table: Table, project: Project, project_id: str) -> Iterator[FundRow]:
    for fund in project.funds:
        raw, other = ({key: one.raw for key, one in figures.items() if one.raw}
                      for figures in (fund.figures, fund.other))
        yield FundRow(
            project_id=project_id, unit=project.unit or table.unit or "万元", raw=as_json(raw),
            **shared(FundRow, fund) | {"other": as_json(other) if other else ""},
            **{key: one.value for key, one in fund.figures.items()},  # type: ignore[arg-type]  # its keys are decimals
        )


def as_json(figures: Mapping[str, str]) -> str:
    return json.dumps(figures, ensure_ascii=False)


def indicator_rows(project: Project, project_id: str) -> Iterator[IndicatorRow]:
    for i in project.indicators:
        indicator_id = f"{project_id}/r{i.row}" + (f"b{i.block}" if i.block > 1 else "")
        target = {f"target_{name}": getattr(i.target, name) for name in ("operator", "value", "high", "unit")}
        yield IndicatorRow(indicator_id=indicator_id, project_id=project_id,
                           **shared(IndicatorRow, i) | target | {"actual_value": i.actual_value})

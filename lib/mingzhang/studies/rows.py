"""Studies: a document's rows become the rows of the study tables (spending, project_budgets, project_concentration,
stated_changes)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .changes import stated_changes
from .projects import concentration, listed_projects
from .spending import figures


def study_rows(rows: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The records of the four study tables from one document's records of amounts, kpi_projects, kpi_funds and
    claims."""
    listed = listed_projects(rows["kpi_projects"], rows["kpi_funds"])
    return {"spending": figures(rows["amounts"]), "project_budgets": list(listed),
            "project_concentration": [concentration(rows["amounts"], listed)] if listed else [],
            "stated_changes": list(stated_changes(rows["claims"]))}

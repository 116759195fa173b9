"""Studies: a document's rows become the rows of the study tables (spending, project_budgets, project_concentration, stated_changes)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..dataset.records import Amount, Claim, Fund, Project
from .changes import stated_changes
from .projects import concentration, listed_projects
from .spending import figures

Row = tuple[Any, ...]


def study_rows(rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """The rows of the four study tables from one document's rows of amounts, kpi_projects, kpi_funds and claims."""
    amounts = [Amount(*row) for row in rows["amounts"]]
    listed = listed_projects([Project(*row) for row in rows["kpi_projects"]], [Fund(*row) for row in rows["kpi_funds"]])
    return {
        "spending": list(figures(amounts)),
        "project_budgets": list(listed),
        "project_concentration": [concentration(amounts, listed)] if listed else [],
        "stated_changes": list(stated_changes([Claim(*row) for row in rows["claims"]])),
    }

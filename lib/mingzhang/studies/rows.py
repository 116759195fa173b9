"""Studies: a document's rows become the rows of the study tables (spending, project_budgets, project_concentration, stated_changes)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..output.contract import AMOUNTS, CLAIMS, KPI_FUNDS, KPI_PROJECTS
from . import changes, projects, spending

Row = tuple[Any, ...]


def study_rows(rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """The rows of the four study tables from one document's rows of amounts, kpi_projects, kpi_funds and claims."""
    amounts, kpi_projects, kpi_funds, claims = (
        pd.DataFrame(rows[spec.name], columns=list(spec.columns)) for spec in (AMOUNTS, KPI_PROJECTS, KPI_FUNDS, CLAIMS)
    )
    listed = projects.projects(kpi_projects, kpi_funds)
    return {
        "spending": tuples(spending.spending(amounts)),
        "project_budgets": tuples(listed),
        "project_concentration": tuples(projects.concentrations(amounts, listed)),
        "stated_changes": tuples(changes.changes(claims)),
    }


def tuples(frame: pd.DataFrame) -> list[Row]:
    """A frame's rows as plain Python values, None for what is missing."""
    return [tuple(None if value is None or value is pd.NA or value != value else value for value in row) for row in frame.astype(object).itertuples(index=False, name=None)]

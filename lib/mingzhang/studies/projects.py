"""Projects: budgets, execution and concentration of the projects in a document's performance tables (万元).

    listed = projects.projects(data.kpi_projects, data.kpi_funds)       # one row per project
    projects.concentrations(data.amounts, listed)                       # one row per document
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from ..clean import compact, parse_number
from ..dataset.performance import FundRow, ProjectRow
from ..dataset.printed import AmountRow
from ..dataset.schema import by_document, records
from ..dataset.studied import ConcentrationRow, ProjectBudgetRow
from . import measures
from .spending import SHARE_PLACES, split

_FIRST_FUND = re.compile(r"^(?:年度资金总额|资金总额|预算资金|预算数|预算金额|合计|总额)")


def listed_projects(projects: Sequence[ProjectRow], funds: Sequence[FundRow]) -> list[ProjectBudgetRow]:
    """One row a project's performance table (not those of a whole unit) that states its money.

    `adjusted` is 全年预算数, or the planned sum of a target table, or initial budget plus 年中调整金额 where printed.
    """
    first: dict[str, FundRow] = {}
    for fund in funds:
        if _FIRST_FUND.match(compact(fund.item)):
            first.setdefault(fund.project_id, fund)
    single = (project for project in projects if project.form in ("kpi_target", "kpi_self_eval"))
    return [listed_project(project, first[project.project_id]) for project in single if project.project_id in first]


def listed_project(project: ProjectRow, fund: FundRow) -> ProjectBudgetRow:
    """A project by its first fund row."""
    initial, adjusted, executed = fund.initial_budget, fund.annual_budget, fund.executed
    if adjusted is None and initial is not None and (extra := _adjustment(fund.other)) is not None:
        adjusted = initial + extra
    rate = measures.rounded(measures.execution_rate(executed, adjusted), SHARE_PLACES)
    return ProjectBudgetRow(project_id=project.project_id, doc_id=project.doc_id, form=project.form,
                            project=project.project, initial=initial, adjusted=adjusted, executed=executed,
                            added=measures.added(initial, adjusted), unspent=measures.unspent(executed, adjusted),
                            execution_rate=rate, rate_printed=fund.execution_rate, page=project.page)


def projects(kpi_projects: pd.DataFrame, kpi_funds: pd.DataFrame) -> pd.DataFrame:
    """The listed projects of a dataset in one frame, one row per `ProjectBudgetRow`."""
    return ProjectBudgetRow.resource.frame(listed_projects(records(ProjectRow, kpi_projects),
                                                           records(FundRow, kpi_funds)))


def _adjustment(other: str) -> Decimal | None:
    columns: dict[str, str] = json.loads(other) if other else {}
    return next((parse_number(text) for header, text in columns.items() if header.startswith("年中调整")), None)


def concentration(amounts: Sequence[AmountRow], listed: Sequence[ProjectBudgetRow]) -> ConcentrationRow:
    """How concentrated the budgets of one document's listed projects are.

    Projects with a budget of 0 are counted in `without_budget` and left out of the measures. `coverage` is the listed
    budgets' total as a share of the document's project expenditure (支出表): far from 1, the list and the accounts are
    not about the same money.
    """
    spent = next((one.amount for one in split(amounts) if one.key == "project"), None)
    stated = [project.adjusted for project in listed if project.adjusted is not None]
    budgets = [value for value in stated if value > 0]
    total = _sum(budgets)
    return ConcentrationRow(doc_id=listed[0].doc_id, projects=len(budgets), without_budget=len(stated) - len(budgets),
                            total=total, largest=max(budgets, default=None),
                            largest_share=measures.rounded(measures.concentration(budgets), SHARE_PLACES),
                            gini=measures.rounded(measures.gini(budgets), SHARE_PLACES),
                            herfindahl=measures.rounded(measures.herfindahl(budgets), SHARE_PLACES),
                            effective_number=measures.rounded(measures.effective_number(budgets), 2),
                            project_expenditure=spent,
                            coverage=measures.rounded(measures.share(total, spent), SHARE_PLACES))


def concentrations(amounts: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """The concentration of each document that lists projects (`listed` as `projects` gives them), one row per
    `ConcentrationRow`."""
    cells = dict(by_document(records(AmountRow, amounts)))
    rows = [concentration(cells.get(doc_id, []), own) for doc_id, own in by_document(records(ProjectBudgetRow, listed))]
    return ConcentrationRow.resource.frame(rows)


def lorenz(listed: pd.DataFrame) -> pd.DataFrame:
    """Lorenz curves of the listed projects' budgets: doc_id, project_share and budget_share, cumulated from the
    smallest, from (0, 0) on."""

    def rows() -> Iterator[tuple[str, Decimal | None, Decimal | None]]:
        for doc_id, own in by_document(records(ProjectBudgetRow, listed)):
            budgets = sorted(project.adjusted
                             for project in own if project.adjusted is not None and project.adjusted > 0)
            for count in range(len(budgets) + 1):
                point = (measures.share(Decimal(count), Decimal(len(budgets))),
                         measures.share(_sum(budgets[:count]), _sum(budgets)))
                yield doc_id, measures.rounded(point[0], SHARE_PLACES), measures.rounded(point[1], SHARE_PLACES)

    return pd.DataFrame(list(rows()), columns=["doc_id", "project_share", "budget_share"])


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal())


def restored(listed: pd.DataFrame, cells: pd.DataFrame) -> list[str]:
    """For each listed project, whether one of its three sums is a cell of restored.csv: "restored", "uncertain" or "".

    `cells` is restored.csv as text (columns doc_id, project, kind, typeset_text). A sum that is missing from a table
    with uncertain cells is uncertain; a printed sum is restored when a cell of its table with just that text was, be it
    this one or its repetition.
    """
    noted: dict[tuple[str, str], list[Any]] = {}
    for cell in cells.itertuples():
        noted.setdefault((cell.doc_id, cell.project), []).append(cell)

    def state(project: Any) -> str:
        own = noted.get((project.doc_id, project.project), [])
        sums = (project.initial, project.adjusted, project.executed)
        if None in sums and any(cell.kind == "uncertain" for cell in own):
            return "uncertain"
        texts = {f"{value:f}" for value in sums if value}
        return "restored" if any(cell.kind == "restored" and cell.typeset_text in texts for cell in own) else ""

    return [state(project) for project in listed.itertuples()]

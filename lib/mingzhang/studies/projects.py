"""Projects: budgets, execution and concentration of the projects that a document lists in its performance tables (万元).

    listed = projects.projects(data.kpi_projects, data.kpi_funds)       # a row a project
    projects.concentrations(data.amounts, listed)                       # a row a document
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from ..clean import compact, in_wan_yuan, money_unit, parse_number
from ..dataset.records import Amount, Fund, Project, by_document, records
from . import measures
from .spending import SHARE_PLACES, split

_FIRST_FUND = re.compile(r"^(?:年度资金总额|资金总额|预算资金|预算数|预算金额|合计|总额)")


class Listed(NamedTuple):
    """A row of project_budgets: a listed project's budgets, its execution and what follows from them, 万元."""

    project_id: str
    doc_id: str
    form: str
    project: str
    initial: Decimal | None
    adjusted: Decimal | None
    executed: Decimal | None
    added: Decimal | None
    unspent: Decimal | None
    execution_rate: Decimal | None
    rate_printed: Decimal | None
    page: int


def listed_projects(projects: Sequence[Project], funds: Sequence[Fund]) -> list[Listed]:
    """One row a project's performance table (not those of a whole unit) that states its money.

    `adjusted` is 全年预算数, or the planned sum of a target table, or initial budget plus 年中调整金额 where a form prints those.
    """
    first: dict[str, Fund] = {}
    for fund in funds:
        if _FIRST_FUND.match(compact(fund.item)):
            first.setdefault(fund.project_id, fund)
    single = (project for project in projects if project.form in ("kpi_target", "kpi_self_eval"))
    return [listed_project(project, first[project.project_id]) for project in single if project.project_id in first]


def listed_project(project: Project, fund: Fund) -> Listed:
    """A project by its first fund row."""
    initial, adjusted, executed = (_money(text) for text in (fund.initial_budget, fund.annual_budget, fund.executed))
    if adjusted is None and initial is not None and (extra := _adjustment(fund.other)) is not None:
        adjusted = initial + extra
    rate = measures.rounded(measures.execution_rate(executed, adjusted), SHARE_PLACES)
    return Listed(
        project.project_id, project.doc_id, project.form, project.project, initial, adjusted, executed,
        measures.added(initial, adjusted), measures.unspent(executed, adjusted), rate, parse_number(fund.execution_rate), project.page,
    )  # fmt: skip


def projects(kpi_projects: pd.DataFrame, kpi_funds: pd.DataFrame) -> pd.DataFrame:
    """The listed projects of a dataset in one frame, a row a `Listed`."""
    rows = listed_projects(records(Project, kpi_projects), records(Fund, kpi_funds))
    return pd.DataFrame(rows, columns=list(Listed._fields))


def _money(text: str) -> Decimal | None:
    """A sum as printed in a performance table: "9,266.20", "12500.00万元"; 万元 unless it says otherwise. None if it is no number."""
    match = re.fullmatch(r"([-−\d,，.]+)(亿元|万元|千元|元)?", compact(text))
    value = parse_number(match.group(1)) if match else None
    return None if match is None or value is None else in_wan_yuan(value, match.group(2) or money_unit(text) or "万元")


def _adjustment(other: str) -> Decimal | None:
    columns: dict[str, str] = json.loads(other) if other else {}
    return next((_money(text) for header, text in columns.items() if header.startswith("年中调整")), None)


class Concentration(NamedTuple):
    """A row of project_concentration: how concentrated the budgets of a document's listed projects are, 万元."""

    doc_id: str
    projects: int
    without_budget: int
    total: Decimal
    largest: Decimal | None
    largest_share: Decimal | None
    gini: Decimal | None
    herfindahl: Decimal | None
    effective_number: Decimal | None
    project_expenditure: Decimal | None
    coverage: Decimal | None


def concentration(amounts: Sequence[Amount], listed: Sequence[Listed]) -> Concentration:
    """How concentrated the budgets of one document's listed projects are.

    Projects with a budget of 0 are counted in `without_budget` and left out of the measures. `coverage` is the listed budgets' total as a
    share of the document's project expenditure (支出表): far from 1, the list and the accounts are not about the same money.
    """
    spent = next((one.amount for one in split(amounts) if one.key == "project"), None)
    stated = [project.adjusted for project in listed if project.adjusted is not None]
    budgets = [value for value in stated if value > 0]
    total = _sum(budgets)
    return Concentration(
        doc_id=listed[0].doc_id,
        projects=len(budgets),
        without_budget=len(stated) - len(budgets),
        total=total,
        largest=max(budgets, default=None),
        largest_share=measures.rounded(measures.concentration(budgets), SHARE_PLACES),
        gini=measures.rounded(measures.gini(budgets), SHARE_PLACES),
        herfindahl=measures.rounded(measures.herfindahl(budgets), SHARE_PLACES),
        effective_number=measures.rounded(measures.effective_number(budgets), 2),
        project_expenditure=spent,
        coverage=measures.rounded(measures.share(total, spent), SHARE_PLACES),
    )


def concentrations(amounts: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """The concentration of each document that lists projects (`listed` as `projects` gives them), a row a `Concentration`."""
    cells = dict(by_document(records(Amount, amounts)))
    rows = [concentration(cells.get(doc_id, []), own) for doc_id, own in by_document(records(Listed, listed))]
    return pd.DataFrame(rows, columns=list(Concentration._fields))


def lorenz(listed: pd.DataFrame) -> pd.DataFrame:
    """Lorenz curves of the listed projects' budgets: doc_id, project_share and budget_share, cumulated from the smallest, from (0, 0) on."""

    def rows() -> Iterator[tuple[str, Decimal | None, Decimal | None]]:
        for doc_id, own in by_document(records(Listed, listed)):
            budgets = sorted(project.adjusted for project in own if project.adjusted is not None and project.adjusted > 0)
            for count in range(len(budgets) + 1):
                point = measures.share(Decimal(count), Decimal(len(budgets))), measures.share(_sum(budgets[:count]), _sum(budgets))
                yield doc_id, measures.rounded(point[0], SHARE_PLACES), measures.rounded(point[1], SHARE_PLACES)

    return pd.DataFrame(list(rows()), columns=["doc_id", "project_share", "budget_share"])


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal())


def restored(listed: pd.DataFrame, cells: pd.DataFrame) -> list[str]:
    """For each listed project, whether one of its three sums is a cell of restored.csv: "restored", "uncertain" or "".

    `cells` is restored.csv as text (columns doc_id, project, kind, typeset_text). A sum that is missing from a table with uncertain cells
    is uncertain; a printed sum is restored when a cell of its table with just that text was, be it this one or its repetition.
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

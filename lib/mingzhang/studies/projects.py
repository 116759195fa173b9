"""Projects: budgets, execution and concentration of the projects that a document lists in its performance tables (万元).

    listed = projects.projects(data.kpi_projects, data.kpi_funds)       # a row a project
    projects.concentrations(data.amounts, listed)                       # a row a document
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from ..clean import compact, in_wan_yuan, money_unit, parse_number
from . import measures
from .spending import SHARE_PLACES, by_document, split

_FIRST_FUND = re.compile(r"^(?:年度资金总额|资金总额|预算资金|预算数|预算金额|合计|总额)")

PROJECT_COLUMNS = (
    "project_id", "doc_id", "form", "project", "initial", "adjusted", "executed", "added", "unspent", "execution_rate", "rate_printed", "page",
)  # fmt: skip


def projects(kpi_projects: pd.DataFrame, kpi_funds: pd.DataFrame) -> pd.DataFrame:
    """One row a project's performance table (not those of a whole unit): its budgets, execution and what follows from them, 万元.

    `adjusted` is 全年预算数, or the planned sum of a target table, or initial budget plus 年中调整金额 where a form prints those.
    """
    single = kpi_projects[kpi_projects["form"].isin(("kpi_target", "kpi_self_eval"))]
    funds = {str(key): group for key, group in kpi_funds.groupby("project_id", sort=False)}

    def rows() -> Iterator[tuple[Any, ...]]:
        for project in single.itertuples():
            fund = next((row for row in funds.get(project.project_id, kpi_funds[:0]).itertuples() if _FIRST_FUND.match(compact(row.item))), None)
            if fund is None:
                continue
            initial, adjusted, executed = (_money(text) for text in (fund.initial_budget, fund.annual_budget, fund.executed))
            if adjusted is None and initial is not None and (extra := _adjustment(fund.other)) is not None:
                adjusted = initial + extra
            rate = measures.rounded(measures.execution_rate(executed, adjusted), SHARE_PLACES)
            yield (
                project.project_id, project.doc_id, project.form, project.project, initial, adjusted, executed,
                measures.added(initial, adjusted), measures.unspent(executed, adjusted), rate, parse_number(fund.execution_rate), project.page,
            )  # fmt: skip

    return pd.DataFrame(list(rows()), columns=list(PROJECT_COLUMNS))


def _money(text: str) -> Decimal | None:
    """A sum as printed in a performance table: "9,266.20", "12500.00万元"; 万元 unless it says otherwise. None if it is no number."""
    match = re.fullmatch(r"([-−\d,，.]+)(亿元|万元|千元|元)?", compact(text))
    value = parse_number(match.group(1)) if match else None
    return None if match is None or value is None else in_wan_yuan(value, match.group(2) or money_unit(text) or "万元")


def _adjustment(other: str) -> Decimal | None:
    columns: dict[str, str] = json.loads(other) if other else {}
    return next((_money(text) for header, text in columns.items() if header.startswith("年中调整")), None)


CONCENTRATION_COLUMNS = (
    "doc_id", "projects", "without_budget", "total", "largest", "largest_share", "gini", "herfindahl", "effective_number", "project_expenditure", "coverage",
)  # fmt: skip


def concentrations(amounts: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """How concentrated the budgets of each document's listed projects are; `listed` as `projects` gives them, amounts in 万元.

    Projects with a budget of 0 are counted in `without_budget` and left out of the measures. `coverage` is the listed budgets' total as a
    share of the document's project expenditure (支出表): far from 1, the list and the accounts are not about the same money.
    """
    parts = split(amounts)
    spent = dict(zip(*(parts[parts["key"] == "project"][name] for name in ("doc_id", "amount")), strict=True))

    def rows() -> Iterator[tuple[Any, ...]]:
        for doc_id, group in by_document(listed):
            stated = [value for value in group["adjusted"] if value is not None]
            budgets = [value for value in stated if value > 0]
            total = sum(budgets, Decimal())
            four = (measures.concentration(budgets), measures.gini(budgets), measures.herfindahl(budgets))
            largest_share, gini, herfindahl = (measures.rounded(value, SHARE_PLACES) for value in four)
            yield (
                doc_id, len(budgets), len(stated) - len(budgets), total, max(budgets, default=None), largest_share, gini, herfindahl,
                measures.rounded(measures.effective_number(budgets), 2), spent.get(doc_id),
                measures.rounded(measures.share(total, spent.get(doc_id)), SHARE_PLACES),
            )  # fmt: skip

    return pd.DataFrame(list(rows()), columns=list(CONCENTRATION_COLUMNS))


def lorenz(listed: pd.DataFrame) -> pd.DataFrame:
    """Lorenz curves of the listed projects' budgets: doc_id, project_share and budget_share, cumulated from the smallest, from (0, 0) on."""

    def rows() -> Iterator[tuple[str, Decimal | None, Decimal | None]]:
        for doc_id, group in by_document(listed):
            budgets = sorted(value for value in group["adjusted"] if value is not None and value > 0)
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

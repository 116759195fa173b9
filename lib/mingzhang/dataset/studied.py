"""Studied: the tables of what the studies compute from the printed figures."""

from __future__ import annotations

from decimal import Decimal

from .schema import Row, col, resource


@resource("spending", key="doc_id topic key", doc_id="documents.doc_id")
class SpendingRow(Row):
    """One row per figure of the spending study: revenue, structure, functions, purposes, economic classes, 三公, as
    shares and per head."""

    doc_id: str = col("Document.", required=True)
    topic: str = col("revenue by source; split: personnel, public use, other basic, project; function: 类, 款, 项; "
                     "purpose: functions grouped; economic: classes and items of basic expenditure; economic_all: "
                     "classes of all expenditure; three_public.", required=True,
                     options=("revenue", "split", "function", "purpose", "economic", "economic_all", "three_public"))
    key: str = col("Classification code, or the key of the source, part or purpose (mingzhang.studies.spending).",
                   required=True)
    name: str = col("Name: as printed for codes, else the key's Chinese name.", required=True)
    amount: Decimal = col("Sum of the printed figures in amount_ids (basic_other and other: what they leave of the "
                          "total).", unit="万元")
    whole: Decimal | None = col("What the amount is a share of: total revenue; total expenditure; for economic, basic "
                                "expenditure of the general public budget.", unit="万元")
    share: Decimal | None = col("amount / whole, six places; empty when the whole is 0 or not printed.")
    staff: Decimal | None = col("Staff in post (在职人数) of all units of the document; empty where it states none.",
                                unit="persons")
    per_head: Decimal | None = col("amount / staff, four places.", unit="万元 a head")
    amount_ids: str = col("The printed figures (amounts.amount_id), separated by blanks.", required=True)


@resource("project_budgets", key="project_id", project_id="kpi_projects.project_id", doc_id="documents.doc_id")
class ProjectBudgetRow(Row):
    """One row per project's performance table: budget, adjusted budget, execution and what follows from them."""

    project_id: str = col("Performance table.", required=True)
    doc_id: str = col("Document.", required=True)
    form: str = col("kpi_target or kpi_self_eval.", required=True, options=("kpi_target", "kpi_self_eval"))
    project: str = col("Name of the project as printed.")
    initial: Decimal | None = col("年初预算数 of the table's first fund row.", unit="万元")
    adjusted: Decimal | None = col("全年预算数; in a target table the planned sum; where a form prints 年中调整金额, "
                                   "initial plus that.", unit="万元")
    executed: Decimal | None = col("全年执行数.", unit="万元")
    added: Decimal | None = col("adjusted − initial.", unit="万元")
    unspent: Decimal | None = col("adjusted − executed; negative where more was spent than budgeted.", unit="万元")
    execution_rate: Decimal | None = col("executed / adjusted, six places; empty when the adjusted budget is 0.")
    rate_printed: Decimal | None = col("执行率 as printed.", unit="%")
    page: int = col("First page of the table.", least=1)


@resource("project_concentration", key="doc_id", doc_id="documents.doc_id")
class ConcentrationRow(Row):
    """One row per document with performance tables: how concentrated the budgets of its listed projects are."""

    doc_id: str = col("Document.", required=True)
    projects: int = col("Listed projects with a budget above 0.", least=0)
    without_budget: int = col("Listed projects with a budget of 0; not in the measures.", least=0)
    total: Decimal = col("Sum of the budgets.", unit="万元")
    largest: Decimal | None = col("Largest budget.", unit="万元")
    largest_share: Decimal | None = col("largest / total, six places.")
    gini: Decimal | None = col("Gini coefficient Σ (2i − n − 1) xᵢ / (n Σx), population form, six places.")
    herfindahl: Decimal | None = col("Herfindahl-Hirschman index, sum of squared shares, six places.")
    effective_number: Decimal | None = col("1 / Herfindahl index, two places.")
    project_expenditure: Decimal | None = col("项目支出 of the document's 支出表.", unit="万元")
    coverage: Decimal | None = col("total / project_expenditure, six places: far from 1, list and accounts are not "
                                   "about the same money.")


@resource("stated_changes", key="change_id", doc_id="documents.doc_id")
class ChangeRow(Row):
    """One row per change on the previous year that the narrative states, with its reason."""

    change_id: str = col("Stable id: document and number of the statement (claims.group).", required=True)
    doc_id: str = col("Document.", required=True)
    subject: str = col("What changed, in the document's words.")
    code: str = col("Classification code, if the text gives one.")
    amount: Decimal | None = col("Stated amount of the year; unit as in claims.csv.")
    change: Decimal = col("Stated change, a decrease negative.")
    before: Decimal | None = col("amount − change: the previous year's amount that they imply.")
    percent_stated: Decimal | None = col("Stated change in per cent.", unit="%")
    percent_computed: Decimal | None = col("100 change / before, two places.", unit="%")
    reason: str = col("Reason, quoted where it stands with a figure of the statement.")
    page: int = col("Page.", least=1)

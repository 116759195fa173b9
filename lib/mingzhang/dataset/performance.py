"""Performance: the tables of what performance forms print: projects, their money and their indicators."""

from __future__ import annotations

from decimal import Decimal

from ..forms import FORM_KEYS
from .schema import Row, col, resource

OPERATORS = ("eq", "ge", "le", "gt", "lt", "between", "text")
_FORMS = tuple(key for key in FORM_KEYS if key.startswith("kpi_"))


@resource("kpi_projects", key="project_id", doc_id="documents.doc_id", table_id="tables.table_id")
class ProjectRow(Row):
    """One row per performance table: a project's or a whole unit's targets or self-evaluation."""

    project_id: str = col("Stable id: document and number of the performance table.", required=True)
    doc_id: str = col("Document.", required=True)
    table_id: str = col("Table.", required=True)
    form: str = col("Standard form.", required=True, options=_FORMS)
    project: str = col("Name of the project or unit as printed.")
    project_code: str = col("Project code as printed.")
    competent_dept: str = col("主管部门.")
    implementing_unit: str = col("实施单位.")
    goal: str = col("Stated goal (总体目标, 预期目标).")
    actual_result: str = col("Stated result (实际完成情况).")
    total_score: Decimal | None = col("Printed total score (总分).", unit="points")
    page: int = col("First page of the table.", least=1)


@resource("kpi_funds", key="project_id block item row", project_id="kpi_projects.project_id")
class FundRow(Row):
    """One row per fund row of a performance table, exact: money in 万元, points and rates as numbers, `raw` as
    printed."""

    project_id: str = col("Performance table.", required=True)
    block: str = col("Which money: total, the whole project's; year, the year's; another printed heading.",
                     required=True)
    item: str = col("Name of the row as printed.", required=True)
    initial_budget: Decimal | None = col("年初预算数.", unit="万元")
    annual_budget: Decimal | None = col("全年预算数 (adjusted budget); in target forms the planned sum.", unit="万元")
    executed: Decimal | None = col("全年执行数.", unit="万元")
    weight: Decimal | None = col("分值.", unit="points")
    execution_rate: Decimal | None = col("执行率.", unit="%")
    score: Decimal | None = col("得分.", unit="points")
    unit: str = col("Unit in which the form prints the money.")
    raw: str = col("The row's figures as a JSON object: column of this table to printed text.")
    other: str = col("The form's other columns as a JSON object: printed header to printed text.")
    page: int = col("Page.", least=1)
    row: int = col("Row in cells.csv.", least=0)


@resource("kpi_indicators", key="indicator_id", project_id="kpi_projects.project_id")
class IndicatorRow(Row):
    """One row per performance indicator."""

    indicator_id: str = col("Stable id: performance table and row.", required=True)
    project_id: str = col("Performance table.", required=True)
    level1: str = col("一级指标.")
    level2: str = col("二级指标.")
    level3: str = col("三级指标.")
    description: str = col("Description of the indicator.")
    target_raw: str = col("Target as printed (operator, value and unit joined where the form splits them).")
    target_operator: str = col("eq, ge, le, gt, lt, between; text where the target is not a number.", required=True,
                               options=OPERATORS)
    target_value: Decimal | None = col("Number of the target; of between the lower one.")
    target_high: Decimal | None = col("Upper number of a target between two.")
    target_unit: str = col("Unit of the target.")
    actual_raw: str = col("Result as printed.")
    actual_value: Decimal | None = col("Result, if it is one number.")
    weight: Decimal | None = col("分值.", unit="points")
    score: Decimal | None = col("得分.", unit="points")
    note: str = col("Explanation of a deviation, remark.")
    basis: str = col("Basis of the target or of the score.")
    page: int = col("Page.", least=1)
    row: int | None = col("Row in cells.csv.", least=0)

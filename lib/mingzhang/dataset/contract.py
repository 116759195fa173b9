"""Contract: every resource of the dataset, declared once. File names, columns and keys are fixed, since other programs read them."""

from __future__ import annotations

from ..forms import BY_KEY, FORM_KEYS, MEASURES
from .schema import Resource, column, resource

_text = "string"
_measure_keys = tuple(dict.fromkeys(key for key, _ in MEASURES))

DOCUMENTS = resource(
    "documents", "One row a document, also for files that could not be read.", "doc_id", {},
    doc_id=column(_text, "Stable id of the document.", required=True),
    title=column(_text, "Title of the document."),
    org=column(_text, "Publishing body (部门/单位)."),
    province=column(_text, "Province (省, 自治区, 直辖市), where known."),
    region=column(_text, "Region below the province (市, 区, 县), where known."),
    admin_level=column(_text, "Administrative level.", options=("central", "provincial", "municipal", "county", "district", "township")),
    fiscal_year=column("integer", "Fiscal year (预算/决算年度)."),
    kind=column(_text, "Kind of disclosure.", options=("budget", "final_accounts")),
    source=column(_text, "File name in the raw folder.", required=True),
    sha256=column(_text, "SHA-256 of the file."),
    provenance=column(_text, "published: the file as published; facsimile: typeset again from the published text.", options=("published", "facsimile")),
    pages=column("integer", "Number of pages.", unit="pages"),
    status=column(_text, "ok; partial: some pages were not read; no_tables; failed: not readable; duplicate; missing.", required=True,
                  options=("ok", "partial", "no_tables", "failed", "duplicate", "missing")),
    problems=column(_text, "What was left out and why, separated by '; '."),
)  # fmt: skip

TABLES = resource(
    "tables", "One row a logical table (a table continued over pages is one).", "table_id", {"doc_id": "documents.doc_id"},
    table_id=column(_text, "Stable id: document and number of the table.", required=True),
    doc_id=column(_text, "Document.", required=True),
    form=column(_text, "Standard form: " + "; ".join(f"{key} {BY_KEY[key].name}" for key in FORM_KEYS) + ".", required=True, options=FORM_KEYS),
    title=column(_text, "Printed title, or the nearest heading."),
    page_first=column("integer", "First page.", required=True),
    page_last=column("integer", "Last page.", required=True),
    amount_unit=column(_text, "Declared unit of money (万元, 元 …), empty where none is printed."),
    rows=column("integer", "Printed rows, repeated headers included.", required=True),
    columns=column("integer", "Printed columns.", required=True),
    is_empty=column("boolean", "A table for figures that prints none.", required=True),
    engine=column(_text, "Camelot engine(s) that gave the grid.", required=True),
)  # fmt: skip

CELLS = resource(
    "cells", "One row a printed cell of every table, repeated headers included.", "table_id row column", {"table_id": "tables.table_id"},
    table_id=column(_text, "Table.", required=True),
    row=column("integer", "First row of the cell, counted from 0 over the whole logical table.", required=True),
    column=column("integer", "First column of the cell, counted from 0.", required=True),
    row_span=column("integer", "Rows that the cell covers.", required=True),
    column_span=column("integer", "Columns that the cell covers.", required=True),
    text=column(_text, "Text as printed; a newline where a line wraps."),
    page=column("integer", "Page on which the cell begins.", required=True),
    x0=column("number", "Left edge, from the page's left edge.", required=True, unit="pt"),
    top=column("number", "Top edge, from the page's top edge.", required=True, unit="pt"),
    x1=column("number", "Right edge.", required=True, unit="pt"),
    bottom=column("number", "Bottom edge.", required=True, unit="pt"),
)  # fmt: skip

AMOUNTS = resource(
    "amounts", "One row a number printed in a value column of a fiscal, staffing or asset table.", "amount_id",
    {"doc_id": "documents.doc_id", "table_id": "tables.table_id"},
    amount_id=column(_text, "Stable id: table, row and column of the cell.", required=True),
    doc_id=column(_text, "Document.", required=True),
    table_id=column(_text, "Table.", required=True),
    form=column(_text, "Standard form of the table.", required=True, options=FORM_KEYS),
    fiscal_year=column("integer", "Fiscal year of the document."),
    kind=column(_text, "budget or final_accounts.", options=("budget", "final_accounts")),
    side=column(_text, "Side of the accounts, where the form has one.", options=("revenue", "expenditure")),
    code=column(_text, "Classification code (政府收支分类科目), its printed parts joined."),
    level=column("integer", "1 类, 2 款, 3 项, by the length of the code."),
    name=column(_text, "Name of the row as printed, without wraps."),
    row_role=column(_text, "total 合计/总计; subtotal 小计; memo 其中; item.", required=True, options=("total", "subtotal", "item", "memo")),
    measure=column(_text, "Standard key of the column's measure.", required=True, options=_measure_keys),
    column=column(_text, "Printed header path, joined by /."),
    amount=column("decimal", "The number; sums of money in 万元 (ten thousand yuan).", required=True),
    unit=column(_text, "万元 for money; 人, 平方米, 辆 … for other quantities; %.", required=True),
    raw=column(_text, "The number as printed.", required=True),
    row=column("integer", "Row of the cell in cells.csv.", required=True),
    column_index=column("integer", "Column of the cell in cells.csv.", required=True),
    page=column("integer", "Page on which it is printed.", required=True),
)  # fmt: skip

_KPI_FORM_KEYS = tuple(key for key in FORM_KEYS if key.startswith("kpi_"))

KPI_PROJECTS = resource(
    "kpi_projects", "One row a performance table: a project's or a whole unit's targets or self-evaluation.", "project_id",
    {"doc_id": "documents.doc_id", "table_id": "tables.table_id"},
    project_id=column(_text, "Stable id: document and number of the performance table.", required=True),
    doc_id=column(_text, "Document.", required=True),
    table_id=column(_text, "Table.", required=True),
    form=column(_text, "Standard form.", required=True, options=_KPI_FORM_KEYS),
    project=column(_text, "Name of the project or unit as printed."),
    project_code=column(_text, "Project code as printed."),
    competent_dept=column(_text, "主管部门."),
    implementing_unit=column(_text, "实施单位."),
    goal=column(_text, "Stated goal (总体目标, 预期目标)."),
    actual_result=column(_text, "Stated result (实际完成情况)."),
    total_score=column("decimal", "Printed total score (总分).", unit="points"),
    page=column("integer", "First page of the table.", required=True),
)  # fmt: skip

KPI_FUNDS = resource(
    "kpi_funds", "One row a fund row of a performance table; figures as printed (an empty cell is empty, — is text).", "project_id row item",
    {"project_id": "kpi_projects.project_id"},
    project_id=column(_text, "Performance table.", required=True),
    item=column(_text, "Name of the row as printed.", required=True),
    initial_budget=column(_text, "年初预算数."),
    annual_budget=column(_text, "全年预算数 (adjusted budget); in target forms the planned sum."),
    executed=column(_text, "全年执行数."),
    weight=column(_text, "分值.", unit="points"),
    execution_rate=column(_text, "执行率.", unit="%"),
    score=column(_text, "得分.", unit="points"),
    other=column(_text, "The form's other columns as a JSON object: printed header to printed text."),
    page=column("integer", "Page.", required=True),
    row=column("integer", "Row in cells.csv.", required=True),
)  # fmt: skip

KPI_INDICATORS = resource(
    "kpi_indicators", "One row a performance indicator.", "indicator_id", {"project_id": "kpi_projects.project_id"},
    indicator_id=column(_text, "Stable id: performance table and row.", required=True),
    project_id=column(_text, "Performance table.", required=True),
    level1=column(_text, "一级指标."),
    level2=column(_text, "二级指标."),
    level3=column(_text, "三级指标."),
    description=column(_text, "Description of the indicator."),
    target_raw=column(_text, "Target as printed (operator, value and unit joined where the form splits them)."),
    target_operator=column(_text, "text where the target is not a number.", required=True, options=("=", ">=", "<=", ">", "<", "text")),
    target_value=column("decimal", "Number of the target."),
    target_unit=column(_text, "Unit of the target."),
    actual_raw=column(_text, "Result as printed."),
    actual_value=column("decimal", "Result, if it is one number."),
    weight=column("decimal", "分值.", unit="points"),
    score=column("decimal", "得分.", unit="points"),
    note=column(_text, "Explanation of a deviation, remark."),
    basis=column(_text, "Basis of the target or of the score."),
    page=column("integer", "Page.", required=True),
)  # fmt: skip

CLAIMS = resource(
    "claims", "One row a figure that the narrative states, or a direction that it states without a figure.", "claim_id",
    {"doc_id": "documents.doc_id"},
    claim_id=column(_text, "Stable id: document and number of the claim.", required=True),
    doc_id=column(_text, "Document.", required=True),
    page=column("integer", "Page on which the figure stands.", required=True),
    section=column(_text, "Headings above the sentence, joined by /."),
    sentence=column(_text, "The sentence, whole over lines and pages.", required=True),
    subject=column(_text, "What the figure is of, in the document's words."),
    code=column(_text, "Classification code, if the text gives one."),
    kind=column(_text, "What the figure is.", required=True, options=("amount", "change", "pct_change", "share", "count")),
    value=column("decimal", "The figure; a decrease is negative, 持平 a change of 0; empty for a direction without a figure."),
    unit=column(_text, "Unit as printed (万元, 元, %, 辆, 人次 …)."),
    raw=column(_text, "The figure as printed."),
    measure=column(_text, "The stage that the text names (年初预算, 支出决算 …)."),
    year=column(_text, "The year that the text names."),
    direction=column(_text, "The printed word of change, comparison or completion (增加, 小于, 完成 …)."),
    against=column(_text, "What a change or share is measured against (上年决算数 …)."),
    parent=column(_text, "The whole of which the subject is a part."),
    path=column(_text, "Classification by name, 类/款/项."),
    role=column(_text, "main, part of a whole, or a figure in a reason.", required=True, options=("main", "part", "reason")),
    group=column("integer", "Claims with the same number are one statement.", required=True),
)  # fmt: skip

_LEVEL_KEYS = ("quantity", "quality", "timeliness", "output", "cost", "economic", "social", "ecological", "sustained", "benefit", "satisfaction", "other")
_STATES = ("agrees", "deviates", "untestable")

KPI_QUALITY = resource(
    "kpi_quality", "One row a performance indicator: is its target fit for its purpose, is its result on target, are its points by the rule.",
    "indicator_id", {"indicator_id": "kpi_indicators.indicator_id", "project_id": "kpi_projects.project_id"},
    indicator_id=column(_text, "Indicator.", required=True),
    project_id=column(_text, "Performance table.", required=True),
    level=column(_text, "Level by the words of 二级指标, else 一级指标 (成本 within 产出 is cost); other where the form names none.", required=True, options=_LEVEL_KEYS),
    target_kind=column(_text, "number; deadline, a date in words; wording (提高 …); none.", required=True, options=("number", "deadline", "wording", "none")),
    unit_kind=column(_text, "Kind of the target's unit; incomplete is a bare 万 or 亿.", required=True, options=("none", "incomplete", "percent", "money", "time", "count")),
    measurable=column("boolean", "The target has operator, number and unit, or is a date."),
    generic=column("boolean", "The wording of 三级指标 would fit any project (declared list)."),
    reused=column("integer", "Other projects of the document with the same wording.", required=True, unit="projects"),
    reused_nearly=column("integer", "Other projects of the document with the same or a nearly same wording (Dice over bigrams from 0.8).", required=True, unit="projects"),
    effect=column("boolean", "Filed under benefit or satisfaction."),
    activity_as_effect=column("boolean", "Filed under benefit, but the wording counts an activity or its reach (declared list)."),
    ceiling=column("boolean", "=100% or >=100%."),
    floor=column("boolean", ">=1 of a counted thing, or >=0."),
    restates_budget=column(_text, "sum: the target is the project's own total; rate: cost within 100 %.", options=("sum", "rate")),
    result=column("decimal", "Result in the target's unit; converted where it was evidently printed in another."),
    unit_mismatch=column("boolean", "Result and target of money cannot be in the same unit (1,000 times apart and more)."),
    above_maximum=column("boolean", "A share of a whole above 100 %."),
    direction=column(_text, "up: more is better; down: less is; exact: a cost that is to be just so.", options=("up", "down", "exact")),
    outcome=column(_text, "Result against target.", required=True, options=("met", "missed", "no_result", "in_words")),
    attainment=column("decimal", "Result / target, or target / result where less is better; 1 is on target, more is better; empty where zero leaves it without value."),
    on_target=column("boolean", "Result and target are the same number."),
    off_exact=column("boolean", "The target says =, the result is another number."),
    rule_score=column("decimal", "Points by 财预〔2020〕10号: full weight when met, in proportion when missed.", unit="points"),
    score_state=column(_text, "Points given against points by the rule (to 0.005); missing: no points printed.", required=True, options=(*_STATES, "missing")),
    explanation=column(_text, "Explanation of a miss or of lost points.", required=True, options=("not_due", "present", "missing", "not_asked")),
    cost_off_spending=column("boolean", "A cost indicator on the project's whole money whose result is not the sum spent."),
    page=column("integer", "Page.", required=True),
)  # fmt: skip

KPI_PROJECT_QUALITY = resource(
    "kpi_project_quality", "One row a performance table: its levels and weights, money, totals and what its indicators' flags add up to.",
    "project_id", {"project_id": "kpi_projects.project_id"},
    project_id=column(_text, "Performance table.", required=True),
    indicators=column("integer", "Indicators.", required=True),
    levels_missing=column(_text, "Expected levels without an indicator (quantity, quality, timeliness, cost, benefit, satisfaction); empty too where the form states no levels."),
    weight_execution=column("decimal", "Weight of the execution rate.", unit="points"),
    weight_output=column("decimal", "Weight of output indicators, cost not counted.", unit="points"),
    weight_cost=column("decimal", "Weight of cost indicators.", unit="points"),
    weight_benefit=column("decimal", "Weight of benefit indicators.", unit="points"),
    weight_satisfaction=column("decimal", "Weight of satisfaction indicators.", unit="points"),
    weight_other=column("decimal", "Weight of indicators without a known level.", unit="points"),
    weight_standard=column(_text, "2020: 10/50/30/10 with cost in output; 2021: 10/20/40/20/10; other; empty without weights.", options=("2020", "2021", "other")),
    weights_state=column(_text, "Whether the weights add up to 100.", required=True, options=_STATES),
    effect_share=column("decimal", "Share of indicators filed under benefit or satisfaction."),
    effect_weight=column("decimal", "Weight of those indicators.", unit="points"),
    goal_kind=column(_text, "goal, or what stands in its place.", required=True, options=("goal", "empty", "placeholder", "figure", "name", "payout")),
    result_kind=column(_text, "Self-evaluations: text, or what stands in its place.", options=("text", "empty", "figure", "bare")),
    funds_state=column(_text, "Whether the parts of the money add up to its total.", required=True, options=_STATES),
    budget=column("decimal", "Whole money: annual budget, the initial one where no annual is printed.", unit="万元"),
    spent=column("decimal", "Whole money spent.", unit="万元"),
    execution_rate=column("decimal", "Spent / budget.", unit="%"),
    rate_state=column(_text, "Printed execution rate against the computed one.", required=True, options=_STATES),
    spent_without_budget=column("boolean", "Money spent where the table prints an annual budget of 0.00."),
    execution_score=column("decimal", "Points given for execution.", unit="points"),
    total_score=column("decimal", "Printed total.", unit="points"),
    total_recomputed=column("decimal", "Sum of the printed points, missing ones as nothing.", unit="points"),
    total_state=column(_text, "Printed total against that sum.", required=True, options=_STATES),
    grade=column(_text, "优 from 90, 良 from 80, 中 from 60, 差, of the printed total.", options=("优", "良", "中", "差")),
    scores_missing=column("integer", "Indicators with weight and result but without points.", required=True),
    scores_deviating=column("integer", "Indicators whose points are off the rule.", required=True),
    explanations_missing=column("integer", "Misses and lost points without explanation.", required=True),
    page=column("integer", "First page of the table.", required=True),
)  # fmt: skip

CHECKS = resource(
    "checks", "One row an accounting identity, cross-reference or formal requirement that was tested.", "check_id", {"doc_id": "documents.doc_id"},
    check_id=column(_text, "Stable id: document and number of the check.", required=True),
    rule=column(_text, "Key of the declared rule.", required=True),
    doc_id=column(_text, "Document.", required=True),
    scope=column(_text, "What kind of statement it is.", required=True,
                 options=("row", "hierarchy", "total", "balance", "cross_table", "narrative", "kpi", "presence")),
    statement=column(_text, "The statement in words, with the printed names.", required=True),
    left=column("decimal", "Left side."),
    right=column("decimal", "Right side."),
    difference=column("decimal", "Left minus right."),
    tolerance=column("decimal", "What rounding of the printed figures explains at the most."),
    status=column(_text, "pass; rounding: within the tolerance; fail: past it; untestable: the form does not carry it.", required=True,
                  options=("pass", "rounding", "fail", "untestable")),
    amount_ids=column(_text, "The cells that take part, separated by blanks."),
    pages=column(_text, "Their pages, separated by blanks."),
)  # fmt: skip

SUSPECTS = resource(
    "suspects", "One row a cell that is likely wrong: the fewest and least reliable cells whose change makes every broken identity hold.",
    "amount_id kind explanation", {},
    amount_id=column(_text, "The cell (an empty cell has the id that its figure would have).", required=True),
    published=column("decimal", "What it prints, in the unit of amounts.csv; empty for an empty cell."),
    implied_low=column("decimal", "The least value that makes the identities hold."),
    implied_high=column("decimal", "The greatest."),
    unique=column("boolean", "No other explanation is as likely."),
    weight=column("number", "Weight of the explanation: the lower, the likelier."),
    broken_checks=column(_text, "The failing checks that it explains, separated by blanks."),
    kind=column(_text, "How the printed figure went wrong, if it can be told."),
    explanation=column(_text, "In words.", required=True),
)  # fmt: skip

COVERAGE = resource(
    "coverage", "One row a figure: how many independent identities confirm it.", "amount_id", {"amount_id": "amounts.amount_id"},
    amount_id=column(_text, "The figure.", required=True),
    confirmations=column("integer", "Identities that hold and contain it, none of which follows from the others.", required=True),
)  # fmt: skip

SPENDING = resource(
    "spending", "One row a figure of the spending study: revenue, structure, functions, purposes, economic classes, 三公, as shares and per head.",
    "doc_id topic key", {"doc_id": "documents.doc_id"},
    doc_id=column(_text, "Document.", required=True),
    topic=column(_text, "revenue by source; split: personnel, public use, other basic, project; function: 类, 款, 项; purpose: functions grouped; economic: classes and items of basic expenditure; economic_all: classes of all expenditure; three_public.",
                 required=True, options=("revenue", "split", "function", "purpose", "economic", "economic_all", "three_public")),
    key=column(_text, "Classification code, or the key of the source, part or purpose (mingzhang.studies.spending).", required=True),
    name=column(_text, "Name: as printed for codes, else the key's Chinese name.", required=True),
    amount=column("decimal", "Sum of the printed figures in amount_ids (basic_other and other: what they leave of the total).", required=True, unit="万元"),
    whole=column("decimal", "What the amount is a share of: total revenue; total expenditure; for economic, basic expenditure of the general public budget.", unit="万元"),
    share=column("decimal", "amount / whole, six places; empty when the whole is 0 or not printed."),
    staff=column("decimal", "Staff in post (在职人数) of all units of the document; empty where it states none.", unit="persons"),
    per_head=column("decimal", "amount / staff, four places.", unit="万元 a head"),
    amount_ids=column(_text, "The printed figures (amounts.amount_id), separated by blanks.", required=True),
)  # fmt: skip

PROJECT_BUDGETS = resource(
    "project_budgets", "One row a project's performance table: budget, adjusted budget, execution and what follows from them.", "project_id",
    {"project_id": "kpi_projects.project_id", "doc_id": "documents.doc_id"},
    project_id=column(_text, "Performance table.", required=True),
    doc_id=column(_text, "Document.", required=True),
    form=column(_text, "kpi_target or kpi_self_eval.", required=True, options=("kpi_target", "kpi_self_eval")),
    project=column(_text, "Name of the project as printed."),
    initial=column("decimal", "年初预算数 of the table's first fund row.", unit="万元"),
    adjusted=column("decimal", "全年预算数; in a target table the planned sum; where a form prints 年中调整金额, initial plus that.", unit="万元"),
    executed=column("decimal", "全年执行数.", unit="万元"),
    added=column("decimal", "adjusted − initial.", unit="万元"),
    unspent=column("decimal", "adjusted − executed; negative where more was spent than budgeted.", unit="万元"),
    execution_rate=column("decimal", "executed / adjusted, six places; empty when the adjusted budget is 0."),
    rate_printed=column("decimal", "执行率 as printed.", unit="%"),
    page=column("integer", "First page of the table.", required=True),
)  # fmt: skip

PROJECT_CONCENTRATION = resource(
    "project_concentration", "One row a document with performance tables: how concentrated the budgets of its listed projects are.", "doc_id",
    {"doc_id": "documents.doc_id"},
    doc_id=column(_text, "Document.", required=True),
    projects=column("integer", "Listed projects with a budget above 0.", required=True),
    without_budget=column("integer", "Listed projects with a budget of 0; not in the measures.", required=True),
    total=column("decimal", "Sum of the budgets.", required=True, unit="万元"),
    largest=column("decimal", "Largest budget.", unit="万元"),
    largest_share=column("decimal", "largest / total, six places."),
    gini=column("decimal", "Gini coefficient Σ (2i − n − 1) xᵢ / (n Σx), population form, six places."),
    herfindahl=column("decimal", "Herfindahl-Hirschman index, sum of squared shares, six places."),
    effective_number=column("decimal", "1 / Herfindahl index, two places."),
    project_expenditure=column("decimal", "项目支出 of the document's 支出表.", unit="万元"),
    coverage=column("decimal", "total / project_expenditure, six places: far from 1, list and accounts are not about the same money."),
)  # fmt: skip

STATED_CHANGES = resource(
    "stated_changes", "One row a change on the previous year that the narrative states, with its reason.", "change_id", {"doc_id": "documents.doc_id"},
    change_id=column(_text, "Stable id: document and number of the statement (claims.group).", required=True),
    doc_id=column(_text, "Document.", required=True),
    subject=column(_text, "What changed, in the document's words."),
    code=column(_text, "Classification code, if the text gives one."),
    amount=column("decimal", "Stated amount of the year; unit as in claims.csv."),
    change=column("decimal", "Stated change, a decrease negative.", required=True),
    before=column("decimal", "amount − change: the previous year's amount that they imply."),
    percent_stated=column("decimal", "Stated change in per cent.", unit="%"),
    percent_computed=column("decimal", "100 change / before, two places.", unit="%"),
    reason=column(_text, "Reason, quoted where it stands with a figure of the statement."),
    page=column("integer", "Page.", required=True),
)  # fmt: skip

#: Every resource of the dataset, in the order in which they are written.
RESOURCES: dict[str, Resource] = {
    one.name: one
    for one in (
        DOCUMENTS, TABLES, CELLS, AMOUNTS, KPI_PROJECTS, KPI_FUNDS, KPI_INDICATORS, CLAIMS, CHECKS, SUSPECTS, COVERAGE,
        KPI_QUALITY, KPI_PROJECT_QUALITY,
        SPENDING, PROJECT_BUDGETS, PROJECT_CONCENTRATION, STATED_CHANGES,
    )
}  # fmt: skip

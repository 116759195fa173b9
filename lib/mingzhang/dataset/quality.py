"""Quality: the tables of what is said of performance indicators and projects."""

from __future__ import annotations

from decimal import Decimal

from .schema import Row, col, resource

_STATES = ("agrees", "deviates", "untestable")


@resource("kpi_quality", key="indicator_id", indicator_id="kpi_indicators.indicator_id",
          project_id="kpi_projects.project_id")
class QualityRow(Row):
    """One row per performance indicator: is its target fit for its purpose, is its result on target, are its points by
    the rule."""

    indicator_id: str = col("Indicator.", required=True)
    project_id: str = col("Performance table.", required=True)
    level: str = col(
        "Level by the words of 二级指标, else 一级指标 (成本 within 产出 is cost); other where the form names none.",
        required=True, options=("quantity", "quality", "timeliness", "output", "cost", "economic", "social",
                                "ecological", "sustained", "benefit", "satisfaction", "other")
    )
    target_kind: str = col("number; deadline, a date in words; wording (提高 …); none.", required=True,
                           options=("number", "deadline", "wording", "none"))
    unit_kind: str = col("Kind of the target's unit; incomplete is a bare 万 or 亿.", required=True,
                         options=("none", "incomplete", "percent", "money", "time", "count"))
    measurable: bool | None = col("The target has a number and a unit, printed or told by the name, of what can be "
                                  "counted, or is a date.")
    generic: bool | None = col("The wording of 三级指标 would fit any project (declared list).")
    reused: int = col("Other projects of the document with the same wording.", unit="projects", least=0)
    reused_nearly: int = col("Other projects of the document with the same or a nearly same wording (Dice over bigrams "
                             "from 0.8).", unit="projects", least=0)
    effect: bool | None = col("Filed under benefit or satisfaction.")
    activity_as_effect: bool | None = col("Filed under benefit, but the wording counts an activity or its reach "
                                          "(declared list).")
    ceiling: bool | None = col("=100% or >=100%.")
    floor: bool | None = col(">=1 of a counted thing, or >=0.")
    restates_budget: str = col("sum: the target is the project's own total; rate: cost within 100 %.",
                               options=("sum", "rate"))
    result: Decimal | None = col("Result in the target's unit; converted where it was evidently printed in another.")
    unit_mismatch: bool | None = col("Result and target of money cannot be in the same unit (1,000 times apart and "
                                     "more).")
    above_maximum: bool | None = col("A share of a whole above 100 %.")
    direction: str = col("up: more is better; down: less is; exact: a cost that is to be just so.",
                         options=("up", "down", "exact"))
    outcome: str = col("Result against target.", required=True, options=("met", "missed", "no_result", "in_words"))
    attainment: Decimal | None = col("Result / target, or target / result where less is better; 1 is on target, more "
                                     "is better; empty where zero leaves it without value.")
    on_target: bool | None = col("Result and target are the same number.")
    off_exact: bool | None = col("The target says =, the result is another number.")
    rule_score: Decimal | None = col("Points by 财预〔2020〕10号: full weight when met, in proportion when missed.",
                                     unit="points")
    score_state: str = col("Points given against points by the rule (to 0.005); missing: no points printed.",
                           required=True, options=(*_STATES, "missing"))
    explanation: str = col("Explanation of a miss or of lost points.", required=True,
                           options=("not_due", "present", "missing", "not_asked"))
    cost_off_spending: bool | None = col("A cost indicator on the project's whole money whose result is not the sum "
                                         "spent.")
    page: int = col("Page.", least=1)


@resource("kpi_project_quality", key="project_id", project_id="kpi_projects.project_id")
class ProjectQualityRow(Row):
    """One row per performance table: its levels and weights, money, totals and what its indicators' flags add up to."""

    project_id: str = col("Performance table.", required=True)
    indicators: int = col("Indicators.", least=0)
    levels_missing: str = col("Expected levels without an indicator (quantity, quality, timeliness, cost, benefit, "
                              "satisfaction); empty too where the form states no levels.")
    weight_execution: Decimal | None = col("Weight of the execution rate.", unit="points")
    weight_output: Decimal | None = col("Weight of output indicators, cost not counted.", unit="points")
    weight_cost: Decimal | None = col("Weight of cost indicators.", unit="points")
    weight_benefit: Decimal | None = col("Weight of benefit indicators.", unit="points")
    weight_satisfaction: Decimal | None = col("Weight of satisfaction indicators.", unit="points")
    weight_other: Decimal | None = col("Weight of indicators without a known level.", unit="points")
    weight_standard: str = col("2020: 10/50/30/10 with cost in output; 2021: 10/20/40/20/10; other; empty without "
                               "weights.", options=("2020", "2021", "other"))
    weights_state: str = col("Whether the weights add up to 100.", required=True, options=_STATES)
    effect_share: Decimal | None = col("Share of indicators filed under benefit or satisfaction.")
    effect_weight: Decimal | None = col("Weight of those indicators.", unit="points")
    goal_kind: str = col("goal, or what stands in its place.", required=True,
                         options=("goal", "empty", "placeholder", "figure", "name", "payout"))
    result_kind: str = col("Self-evaluations: text, or what stands in its place.",
                           options=("text", "empty", "figure", "bare"))
    funds_state: str = col("Whether the parts of the money add up to its total.", required=True, options=_STATES)
    budget: Decimal | None = col("Whole money: annual budget, the initial one where no annual is printed.", unit="万元")
    spent: Decimal | None = col("Whole money spent.", unit="万元")
    execution_rate: Decimal | None = col("Spent / budget.", unit="%")
    rate_state: str = col("Printed execution rate against the computed one.", required=True, options=_STATES)
    spent_without_budget: bool | None = col("Money spent where the table prints an annual budget of 0.00.")
    execution_score: Decimal | None = col("Points given for execution.", unit="points")
    total_score: Decimal | None = col("Printed total.", unit="points")
    total_recomputed: Decimal | None = col("Sum of the printed points, missing ones as nothing.", unit="points")
    total_state: str = col("Printed total against that sum.", required=True, options=_STATES)
    grade: str = col("优 from 90, 良 from 80, 中 from 60, 差, of the printed total.", options=("优", "良", "中", "差"))
    scores_missing: int = col("Indicators with weight and result but without points.", least=0)
    scores_deviating: int = col("Indicators whose points are off the rule.", least=0)
    explanations_missing: int = col("Misses and lost points without explanation.", least=0)
    page: int = col("First page of the table.", least=1)

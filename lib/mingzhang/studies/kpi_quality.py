"""KPI quality: a document's performance rows become one row of flags an indicator and one a project.

Every flag is a function of `performance.design` (of indicators) or `performance.scoring` (results and points); here
they are only put side by side. Wordings are compared within the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..dataset.performance import FundRow, IndicatorRow, ProjectRow
from ..dataset.quality import ProjectQualityRow, QualityRow
from ..performance import design as targets
from ..performance import scoring as scores
from ..performance.sums import funds_state
from .kpi_targets import reuse
from .measures import rounded

if TYPE_CHECKING:  # dataset computes these rows, so it imports this module
    from ..dataset.load import Dataset


def quality_rows(rows: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The records of kpi_quality and kpi_project_quality from one document's records of kpi_projects, kpi_funds,
    kpi_indicators."""
    projects, indicators = rows["kpi_projects"], rows["kpi_indicators"]
    funds = grouped(rows["kpi_funds"])
    reused = reuse([one.level3 for one in indicators], [one.project_id for one in indicators])
    forms = {project.project_id: project.form for project in projects}
    asking = {forms[one.project_id] for one in indicators if one.note}
    quality = [
        indicator_row(one, targets.fund_total(funds.get(one.project_id, [])), again, forms[one.project_id] in asking)
        for one, again in zip(indicators, reused, strict=True)
    ]
    by_project = grouped(indicators)
    return {
        "kpi_quality": quality,
        "kpi_project_quality": [
            project_row(one, funds.get(one.project_id, []), by_project.get(one.project_id, []),
                        forms[one.project_id] in asking)
            for one in projects
        ],
    }


def grouped(rows: Sequence[Any]) -> dict[str, list[Any]]:
    """Rows by their project."""
    out: dict[str, list[Any]] = {}
    for row in rows:
        out.setdefault(row.project_id, []).append(row)
    return out


def indicator_row(one: IndicatorRow, total: FundRow | None, reuse: tuple[int, int], asked: bool) -> QualityRow:
    """The flags of one indicator; `reuse` as from `targets.reuse`, `asked` whether its form has a place for
    explanations."""
    result = scores.result_of(one)
    value = result.value
    return QualityRow(indicator_id=one.indicator_id, project_id=one.project_id, level=targets.level(one),
                      target_kind=targets.target_kind(one), unit_kind=targets.unit_kind(one.target_unit),
                      measurable=targets.is_measurable(one), generic=targets.is_generic(one), reused=reuse[0],
                      reused_nearly=reuse[1], effect=targets.is_effect(one),
                      activity_as_effect=targets.is_activity_as_effect(one), ceiling=targets.is_ceiling(one),
                      floor=targets.is_floor(one), restates_budget=targets.restates_budget(one, total), result=value,
                      unit_mismatch=result.other_unit, above_maximum=scores.is_above_maximum(one),
                      direction=scores.direction(one), outcome=scores.outcome(one, value),
                      attainment=rounded(scores.attainment(one, value), 4),
                      on_target=value is not None and value == one.target_value,
                      off_exact=scores.is_off_exact(one, value), rule_score=rounded(scores.rule_points(one, value), 4),
                      score_state=scores.score_state(one, value), explanation=scores.explanation(one, value, asked),
                      cost_off_spending=scores.is_cost_off_spending(one, value, total), page=one.page)


def project_row(one: ProjectRow, funds: Sequence[FundRow], indicators: Sequence[IndicatorRow],
                asked: bool) -> ProjectQualityRow:
    """The flags of one project; see `ProjectQualityRow` for their meaning."""
    execution = scores.execution(funds)
    weights = targets.weights_by_group(indicators, execution.weight)
    weighed = any(i.weight is not None for i in indicators)
    all_weights = sum(weights.values(), Decimal(0)) if weighed else None
    whole = scores.whole_of_weights(all_weights, execution.weight is not None) if all_weights is not None else None
    results = [(i, scores.result_of(i).value) for i in indicators]
    states = [scores.score_state(i, value) for i, value in results]
    total = scores.total_of([i.score for i in indicators], execution.score)
    effects = [i for i in indicators if targets.is_effect(i)]
    effect_weight = sum((i.weight for i in effects if i.weight is not None), Decimal(0))
    return ProjectQualityRow(
        project_id=one.project_id,
        indicators=len(indicators),
        levels_missing=", ".join(targets.levels_missing(indicators)),
        **{f"weight_{group}": weights.get(group)
           for group in ("execution", "output", "cost", "benefit", "satisfaction", "other")},
        weight_standard=targets.weight_standard(weights) if weighed else "",
        weights_state=scores.state_of_sum(all_weights, whole),
        effect_share=rounded(Decimal(len(effects)) / len(indicators), 4) if indicators else None,
        effect_weight=effect_weight if weighed else None,
        goal_kind=targets.goal_kind(one.goal, one.project),
        result_kind=targets.result_kind(one.actual_result) if one.form.endswith("self_eval") else "",
        funds_state=funds_state(funds),
        budget=execution.budget,
        spent=execution.spent,
        execution_rate=rounded(execution.rate, 4),
        rate_state=execution.rate_state,
        spent_without_budget=execution.without_budget,
        execution_score=execution.score,
        total_score=one.total_score,
        total_recomputed=total,
        total_state=scores.state_of_sum(one.total_score, total),
        grade=scores.grade(one.total_score),
        scores_missing=states.count("missing"),
        scores_deviating=states.count("deviates"),
        explanations_missing=sum(scores.explanation(i, value, asked) == "missing" for i, value in results),
        page=one.page,
    )


# --- the frames that a study works on --------------------------------------------------------------------------------

_PRINTED = ["level3", "target_raw", "target_operator", "target_value", "target_unit", "actual_raw", "weight", "score",
            "note"]
_NAMES = ["doc_id", "form", "project", "goal", "actual_result"]


def joined(data: Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A dataset's flags beside what is printed: one row per indicator, and one per project; `document` is a short
    name."""
    about = data["documents"]
    years = " " + about["fiscal_year"].astype("string")
    short = about["region"].where(about["region"] != "", about["doc_id"]) + years.fillna("")
    about = pd.DataFrame({"doc_id": about["doc_id"], "document": short.astype("str")})
    names = data["kpi_projects"][["project_id", *_NAMES]].merge(about, on="doc_id", validate="many_to_one")
    printed = data["kpi_indicators"][["indicator_id", *_PRINTED]]
    indicators = data["kpi_quality"].merge(printed, on="indicator_id", validate="one_to_one")
    indicators = indicators.merge(names, on="project_id", validate="many_to_one")
    return indicators, data["kpi_project_quality"].merge(names, on="project_id", validate="one_to_one")


def restored_cells(folder: str | Path) -> pd.DataFrame:
    """The cells that had to be restored in a dataset's facsimiles: raw/restored.csv beside its folder, all as text; no
    rows without one."""
    path = Path(folder).resolve().parent / "raw" / "restored.csv"
    columns = ["doc_id", "table", "title", "project", "kind", "source_text", "typeset_text", "reason"]
    return (pd.read_csv(path, dtype=str, keep_default_na=False) if path.is_file()
            else pd.DataFrame(columns=columns, dtype="str"))


def rests_on_uncertain(indicators: pd.DataFrame, restored: pd.DataFrame) -> pd.Series:
    """Which indicators print a target or a result that restored.csv calls uncertain (found by project and text)."""
    open_cells = restored[(restored["kind"] == "uncertain") & (restored["source_text"] != "")]
    known = set(zip(open_cells["doc_id"], open_cells["project"], open_cells["source_text"], strict=True))
    texts = (indicators["target_raw"], indicators["actual_raw"])
    keys = [zip(indicators["doc_id"], indicators["project"], text, strict=True) for text in texts]
    return pd.Series([a in known or b in known for a, b in zip(*keys, strict=True)], index=indicators.index)

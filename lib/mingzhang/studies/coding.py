"""Coding: the codes of docs/codebook.md as the program gives them, and how far they agree with those of readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ..dataset.performance import IndicatorRow
from ..performance import design
from ..performance.scoring import direction
from . import stats


def codes(indicator: IndicatorRow, restates: str) -> dict[str, bool]:
    """The codes that apply to an indicator; `restates` as from `design.restates_budget`."""
    group, way = design.GROUPS[design.level(indicator)], direction(indicator)
    out = {"measurable": design.is_measurable(indicator), "generic": design.is_generic(indicator),
           "time_bound": design.is_time_bound(indicator)}
    if group == "benefit":
        out["activity_as_effect"] = design.is_activity_as_effect(indicator)
    if group == "cost":
        out["restates_budget"] = bool(restates)
    return out | ({"more_is_worse": way != "up"} if way else {})


def coded(indicators: Iterable[IndicatorRow], restates: Mapping[str, str]) -> pd.Series:
    """The program's codes of indicators by (id, code); `restates` by id."""
    found = {(one.indicator_id, code): value for one in indicators
             for code, value in codes(one, restates[one.indicator_id]).items()}
    return pd.Series(found, dtype=bool).rename_axis(["id", "code"])


def readings(path: str | Path) -> pd.DataFrame:
    """What readers coded (a, b), what was decided (gold), and what the program and a learned model found: a row an
    indicator and code that applies. `first` is what the program found before a row left out was looked at."""
    rows = pd.read_csv(path, dtype=dict.fromkeys(("first", "program", "learned"), "Int64"))
    return rows.assign(project=rows["id"].str.rpartition("/")[0])


def kappa(one: pd.Series, other: pd.Series) -> float:
    """Cohen's kappa of two codings 0/1 (Cohen 1960): agreement beyond chance. NaN where both say but one thing."""
    by_chance = one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean())
    return ((one == other).mean() - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")


def agreement(rows: pd.DataFrame, found: str = "program") -> pd.DataFrame:
    """Precision, recall and F1 of a column of codes against gold, one row per code, with intervals by project; a code
    that gold never sets has none."""

    def measured(own: pd.DataFrame) -> pd.Series:
        gold, told = own["gold"].astype(int), own[found].fillna(0).astype(int)
        sums = {"precision": (gold & told, told), "recall": (gold & told, gold), "F1": (2 * (gold & told), gold + told)}
        out: dict[str, object] = {"n": len(own), "set": int(gold.sum())}
        for name, (top, bottom) in sums.items():
            out[name] = stats.ratio(top, bottom, own["project"]) if gold.sum() and bottom.sum() else None
        return pd.Series(out)

    return pd.DataFrame({code: measured(own) for code, own in rows.groupby("code", sort=False)}).T

"""The codes of docs/codebook.md against what two readers coded: tests/golden/coding.csv."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import mingzhang as mz
from mingzhang.dataset.performance import IndicatorRow
from mingzhang.dataset.schema import records
from mingzhang.studies import coding

REPO = Path(__file__).resolve().parent.parent
READ = coding.readings(REPO / "tests" / "golden" / "coding.csv")
CODES = ["measurable", "generic", "activity_as_effect", "restates_budget", "time_bound", "more_is_worse"]


def test_the_sample_is_of_three_hundred_indicators_and_more() -> None:
    assert READ["id"].nunique() == 320
    assert not READ.duplicated(["id", "code"]).any()
    assert set(READ["code"]) == {*CODES, "level_fits"}
    assert (READ["gold"] == READ["a"])[READ["a"] == READ["b"]].all()


def test_the_program_codes_as_its_measured_column_says() -> None:
    """Who changes a word list measures it anew: python tools/train_codes.py."""
    data = mz.load(REPO / "data" / "clean", verify=False)
    restates = dict(zip(data.kpi_quality["indicator_id"], data.kpi_quality["restates_budget"], strict=True))
    live = coding.coded(records(IndicatorRow, data.kpi_indicators), restates)
    rows = READ[READ["id"].isin(data.kpi_indicators["indicator_id"]) & (READ["code"] != "level_fits")]
    assert len(rows) > 900
    assert rows.set_index(["id", "code"])["program"].astype(int).to_dict() == live[list(zip(rows["id"], rows["code"], strict=True))].to_dict()


@pytest.mark.parametrize("code", CODES)
def test_codes_agree_with_the_readers(code: str) -> None:
    rows = READ[READ["code"] == code]
    assert coding.agreement(rows)["F1"].iloc[0].value >= 0.9
    assert coding.kappa(rows["a"], rows["b"]) > 0.8


def test_kappa_and_agreement_on_known_values() -> None:
    assert coding.kappa(pd.Series([1] * 30 + [0] * 20), pd.Series([1] * 20 + [0] * 10 + [1] * 5 + [0] * 15)) == pytest.approx(0.4)
    rows = pd.DataFrame({"code": "x", "project": list("aabb"), "gold": [1, 1, 0, 0], "program": [1, 0, 1, 0]})
    found = coding.agreement(rows).loc["x"]
    assert [found[name].value for name in ("precision", "recall", "F1")] == [0.5, 0.5, 0.5]
    assert pd.isna(coding.agreement(rows.assign(gold=0)).loc["x", "F1"])

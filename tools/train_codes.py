"""Codes of indicators as a model learns them, against the word lists of vocabulary/codes.toml, on agencies left out.

    pip install scikit-learn                                   # of this tool alone, no part of the environment
    python tools/train_codes.py --sheets FOLDER_OF_WORKBOOKS   # writes tests/golden/coding.csv anew: program, learned

Character n-grams (1 to 3) of name and target with a linear support vector machine; each agency is coded by a model that
saw the others alone. The word lists are better on every code, so that no weights are shipped (notebook 04 prints both).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

import mingzhang as mz
from mingzhang.dataset.performance import IndicatorRow
from mingzhang.dataset.schema import records
from mingzhang.studies import coding

REPO = Path(__file__).resolve().parent.parent
GOLD = REPO / "tests" / "golden" / "coding.csv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=Path, required=True, help="the workbooks that the sample was drawn from too")
    rows = coding.readings(GOLD)
    clean = mz.load(REPO / "data" / "clean")
    names = sorted({key.split("/")[0] for key in rows["id"]} - set(clean.documents["doc_id"]))
    read = [mz.read(parser.parse_args().sheets / f"{name}.xlsx") for name in names]
    indicators = pd.concat([clean.kpi_indicators, *(one.frame("kpi_indicators") for one in read)])
    quality = pd.concat([clean.kpi_quality, *(one.frame("kpi_quality") for one in read)])
    indicators = indicators[indicators["indicator_id"].isin(rows["id"])]
    restates = dict(zip(quality["indicator_id"], quality["restates_budget"], strict=True))
    program = coding.coded(records(IndicatorRow, indicators), restates)
    rows["program"] = rows.set_index(["id", "code"]).index.map(program).astype("Int64")
    text = dict(zip(indicators["indicator_id"], indicators["level3"] + " " + indicators["target_raw"], strict=True))
    rows["learned"] = pd.concat([learned(own, text) for _, own in rows.groupby("code")]).astype(int)
    rows.drop(columns="project").to_csv(GOLD, index=False)
    out = rows[(rows["part"] == "left out") & (rows["code"] != "level_fits")]
    print(pd.DataFrame({one: coding.agreement(out, one)["F1"].map(str) for one in ("first", "program", "learned")}))


def learned(rows: pd.DataFrame, text: dict[str, str]) -> pd.Series:
    """What a model that saw the other agencies alone says of each agency's rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    model = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
                          LinearSVC(class_weight="balanced", random_state=0))
    agency = rows["id"].str.split("-").str[0]
    found = cross_val_predict(model, rows["id"].map(text), rows["gold"], groups=agency, cv=LeaveOneGroupOut())
    return pd.Series(found, index=rows.index)


if __name__ == "__main__":
    main()

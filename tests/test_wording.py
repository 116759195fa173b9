"""Sentences that carry a finding: worded from the data, and refused where the data says otherwise."""

from decimal import Decimal

import pandas as pd
import pytest

from mingzhang.studies import stats, wording


def test_a_sentence_that_does_not_hold_is_refused():
    assert wording.said(3 > 2, "more") == "more"
    assert wording.said(2 > 3, "more", "not more") == "not more"
    with pytest.raises(wording.FalseStatement, match="more"):
        wording.said(2 > 3, "more")


def test_certain_rows_stand_before_all():
    assert wording.beside((17, 18), (17, 23)) == "17 of 18 (94%) on certain rows, 17 of 23 (74%) on all"
    assert wording.beside((3, 4), (3, 4)) == "3 of 4 (75%)"
    assert wording.counted(0, 0) == "none of 0"
    assert wording.counted(446, 447) == "446 of 447 (99.8%)"
    assert wording.counted(1, 3000) == "1 of 3000 (0.03%)"
    assert wording.counted(3, 3) == "3 of 3 (100%)"
    assert wording.spread([Decimal("0.2"), Decimal("0.1")]) == "10.0% to 20.0%"
    assert wording.spread([Decimal("0.2")]) == "20.0%"


def test_rows_of_one_project_are_not_independent():
    """Two projects of fifty equal rows each say as much as two rows; a row a project gives the ordinary interval."""
    flags = pd.Series([True] * 50 + [False] * 50)
    assert stats.clustered(flags, pd.Series(["a"] * 50 + ["b"] * 50))[:3] == (0.5, 0.0, 1.0)
    alone = stats.clustered(flags, pd.Series(range(100)))
    assert 0.38 < alone.low < 0.43 and 0.57 < alone.high < 0.62  # noqa: PT018
    assert stats.tally({"flag": flags, "none": flags[:0]})["hits"].tolist() == [50, 0]
    assert stats.tally(flags, pd.Series(["a"] * 60 + ["b"] * 40)).to_numpy().tolist() == [[50, 60, 50 / 60], [0, 40, 0]]


def test_labels_of_documents_are_their_own():
    """Two agencies of one district and year would share a label, and their figures a column."""
    from mingzhang.showing import charts

    rows = [("putuo-commerce-2025-budget", 2025), ("putuo-social-2025-budget", 2025), ("putuo-wanli-2023-budget", 2023)]
    documents = pd.DataFrame([{"doc_id": name, "region": "普陀区", "fiscal_year": year, "kind": "budget"} for name, year in rows])
    assert list(charts.document_labels(documents).values()) == ["putuo-commerce-2025-budget", "putuo-social-2025-budget", "Putuo 普陀区, 2023 budget"]

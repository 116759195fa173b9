"""Growth, structure, deviation and execution: synthetic accounts whose truth is known come back exactly."""

from decimal import Decimal as D

import pandas as pd

from mingzhang.studies import over_time


def figure(year: int, stage: str, amount: str, *, code: str = "", item: str = "total", agency: str = "a") -> dict[str, object]:
    kind = "functional" if code else ""
    return {"agency_id": agency, "fiscal_year": year, "scope": "department", "stage": stage, "side": "expenditure", "fund": "all",
            "classification": kind, "code": code, "item": item, "name": "", "amount": D(amount)}


def test_growth_is_told_over_one_year_and_a_gap_stays_a_gap():
    rows = pd.DataFrame([figure(2021, "initial_budget", "200"), figure(2022, "initial_budget", "250"), figure(2024, "initial_budget", "300"), figure(2023, "final", "9")])
    found = over_time.growth(rows)
    assert found[["fiscal_year", "before", "amount", "change", "growth"]].to_numpy().tolist() == [[2022, D(200), D(250), D(50), D("0.25")]]


def test_contributions_add_up_to_the_growth_of_the_whole():
    found = over_time.contributions({"201": D(60), "208": D(40)}, {"201": D(90), "215": D(35)})
    assert dict(zip(found["part"], found["contribution"], strict=True)) == {"201": D("0.3"), "208": D("-0.4"), "215": D("0.35")}
    assert sum(found["contribution"]) == D(125) / D(100) - 1
    assert sum(found["share_change"]) == 0


def test_budget_deviation_as_pefa_defines_it():
    budget, actual = {"201": D(80), "208": D(20)}, {"201": D(60), "208": D(60)}
    assert over_time.aggregate_outturn(budget, actual) == D("1.2")
    assert over_time.composition_variance(budget, actual) == D("0.6")  # adjusted 96 and 24: off by 36 and 36 of 120
    assert over_time.composition_variance(budget, {"201": D(160), "208": D(40)}) == 0  # twice the money, the same structure
    assert over_time.composition_variance({}, actual) is None


def test_deviation_of_each_group_that_has_parts():
    rows = pd.DataFrame([("a", "1", D(80), D(60)), ("a", "2", D(20), D(60)), ("b", "1", D(5), D(5))], columns=["doc_id", "project_id", "budget", "final"])
    found = over_time.deviation(rows, ["doc_id"], "project_id")
    assert found.to_numpy().tolist() == [["a", 2, D(100), D(120), D("1.2"), D("0.6")]]


def claim(group: int, subject: str, kind: str, value: str, measure: str = "", against: str = "") -> dict[str, object]:
    return {"doc_id": "a", "page": 3, "group": group, "subject": subject, "kind": kind, "value": D(value), "measure": measure, "against": against}


def test_what_the_text_says_of_money_spent_against_its_budget():
    rows = pd.DataFrame([
        claim(1, "一般公共预算“三公”经费", "amount", "15.68"), claim(1, "一般公共预算“三公”经费", "share", "52.26", against="全年预算"),
        claim(2, "公务接待费", "amount", "0.39"), claim(2, "公务接待费", "amount", "2.00", measure="本年预算"),
        claim(3, "公务接待费", "amount", "0.77"), claim(3, "公务接待费", "amount", "0", measure="本年预算"),
        claim(4, "因公出国（境）费", "amount", "2.00", measure="年初预算"), claim(5, "教育支出", "amount", "9"), claim(5, "教育支出", "share", "90", against="年初预算"),
    ])
    found = over_time.stated_execution(rows)
    assert found[["item", "final", "budget", "unused"]].to_numpy().tolist() == [
        ["three_public_total", D("15.68"), None, D("0.4774")],
        ["three_public_reception", D("0.39"), D("2.00"), D("0.805")],
        ["three_public_reception", D("0.77"), D("0"), None],
    ]


def test_a_budget_alone_is_never_money_spent():
    rows = pd.DataFrame([
        figure(2021, "initial_budget", "10", item="three_public_total"), figure(2021, "adjusted_budget", "8", item="three_public_total"),
        figure(2021, "final", "6", item="three_public_total"), figure(2022, "initial_budget", "10", item="three_public_total"),
    ])
    found = over_time.execution(rows)
    assert found[["fiscal_year", "budget", "final", "unused"]].to_numpy().tolist() == [[2021, D(8), D(6), D("0.25")]]

"""Fiscal and links: on accounts with known truth every figure stands once, sums to its total, and meets last year's document."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import mingzhang as mz
from mingzhang import vocabulary
from mingzhang.building.across import versions
from mingzhang.checking.links import Link, link_rows, links
from mingzhang.dataset.printed import AmountRow, DocumentRow
from mingzhang.dataset.studied import ChangeRow
from mingzhang.studies.bridges import bridge, bridged
from mingzhang.studies.fiscal import fiscal_rows, sources_of, sums

CLEAN = Path(__file__).parents[1] / "data" / "clean"
CODES = {"201": "一般公共服务支出", "205": "教育支出"}


def document(year: int, kind: str = "budget", scope: str = "department", number: int = 1) -> DocumentRow:
    return DocumentRow(
        doc_id=f"d{year}{kind}{scope}{number}", source="a.pdf", status="ok", fiscal_year=year, kind=kind, scope=scope,
        agency_id="350102-财政局", org="鼓楼区财政局",
    )


def amounts(doc: DocumentRow, figures: dict[str, str], stage: str = "initial_budget", form: str = "general_public_expenditure") -> list[AmountRow]:
    """A table of a document: figures by code, "" the total."""
    return [
        AmountRow(
            amount_id=f"{doc.doc_id}/t01/r{row}c2", doc_id=doc.doc_id, table_id=f"{doc.doc_id}/t01", form=form, fiscal_year=doc.fiscal_year,
            kind=doc.kind, side="expenditure", code=code, level=1 if code else None, name=CODES.get(code, "合计"), measure="amount",
            row_role="item" if code else "total", stage=stage, fund="general_public", item="total", amount=Decimal(amount), unit="万元",
            raw=amount, row=row, column_index=2, page=3, reading="printed", proof=1,
        )
        for row, (code, amount) in enumerate(figures.items())
    ]


def found_links(documents: list[DocumentRow], rows: list[AmountRow], changes: tuple[ChangeRow, ...] = ()) -> list[Link]:
    return list(links(documents, sources_of(documents, rows), changes))


THIS = {"": "30.00", "201": "10.00", "205": "20.00"}


def test_a_figure_of_the_year_before_meets_its_own_document() -> None:
    old, new = document(2023), document(2024)
    rows = amounts(old, THIS) + amounts(new, THIS | {"205": "20.01"}, "prior_year_budget")
    status = {link.key.code: link.status for link in found_links([old, new], rows)}
    assert status == {"": "pass", "201": "pass", "205": "rounding"}


@pytest.mark.parametrize(
    ("one", "two", "rule"),
    [
        (document(2024), document(2024, number=2), "link-version"),
        (document(2024), document(2024, "final_accounts"), "link-stage"),
        (document(2024), document(2024, scope="unit"), "link-unit"),
    ],
)
def test_rule_of_a_link(one: DocumentRow, two: DocumentRow, rule: str) -> None:
    rows = amounts(one, THIS) + amounts(two, THIS | {"205": "25.00"})
    found = found_links([one, two], rows)
    assert {link.rule for link in found} == {rule}
    assert {link.key.code: link.status for link in found}["205"] == "fail"


def test_stated_change_that_last_years_document_does_not_bear_out() -> None:
    old, new = document(2023), document(2024)
    rows = amounts(old, THIS) + amounts(new, {"": "33.00", "201": "11.00", "205": "22.00"})
    changes = tuple(
        ChangeRow(change_id=f"{new.doc_id}/s{n}", doc_id=new.doc_id, subject=subject, code=code, amount=Decimal(amount), change=Decimal(change), page=9)
        for n, (subject, code, amount, change) in enumerate([("支出", "", "33.00", "3.00"), ("一般公共服务", "201", "11.00", "1.00"), ("教育", "205", "22.00", "5.00")])
    )
    checks, findings = link_rows(found_links([old, new], rows, changes))
    assert [(check.left, check.right, check.status) for check in checks] == [
        (Decimal("30.00"), Decimal("30.00"), "pass"), (Decimal("10.00"), Decimal("10.00"), "pass"), (Decimal("17.00"), Decimal("20.00"), "fail"),
    ]
    (finding,) = findings
    assert (finding.printed, finding.expected, finding.severity) == ("17.00", "20.00", "likely")
    assert new.doc_id in finding.sentence_en
    assert old.doc_id in finding.sentence_zh


@pytest.mark.parametrize(
    ("before", "now", "linked"),
    [
        ("查办和预防职务犯罪", "教育支出", False),
        ("公诉和审判监督", "公诉、审判、侦查、执行等检察监督支出", False),  # the class took three others in
        ("未归口管理的行政单位离退休", "未归口管理行政单位离退休费", True),
        ("五、教育支出", "教育", True),
    ],
)
def test_a_code_is_linked_where_its_meaning_is_the_same(before: str, now: str, linked: bool) -> None:
    old, new = document(2023), document(2024)

    def named(rows: list[AmountRow], name: str) -> list[AmountRow]:
        return [dataclasses.replace(row, name=name if row.code == "205" else row.name) for row in rows]

    rows = named(amounts(old, THIS), before) + named(amounts(new, THIS, "prior_year_budget"), now)
    assert {link.key.code for link in found_links([old, new], rows)} == {"", "201"} | ({"205"} if linked else set())


def test_versions_are_in_the_order_of_publication() -> None:
    one, two = document(2024), document(2024, number=2)
    assert versions([dataclasses.replace(one, published="2024-03-01"), dataclasses.replace(two, published="2024-02-01"), document(2023)]) == {
        one.doc_id: "2", two.doc_id: "1", document(2023).doc_id: "1",
    }


def test_every_figure_once_and_sums_are_the_printed_totals() -> None:
    doc = document(2024)
    rows = amounts(doc, THIS)
    again = [dataclasses.replace(row, amount_id=row.amount_id.replace("t01", "t02"), table_id=f"{doc.doc_id}/t02") for row in rows]
    found = list(fiscal_rows(sources_of([doc], rows + again)))
    assert len({row.fiscal_id for row in found}) == len(found) == 3
    assert all(row.other_ids for row in found)
    assert [(total.amount, sum(part.amount for part in parts)) for total, parts in sums(found)] == [(Decimal("30.00"), Decimal("30.00"))]


def test_totals_of_the_year_stand_for_those_with_what_is_carried_over() -> None:
    """A summary's classes divide 本年支出合计, not 总计; of a classification by unit that repeats a code nothing is told."""
    doc = document(2024)
    rows = amounts(doc, {"201": "10.00", "205": "20.00", "": "35.00"}, form="appropriation_summary")
    year = dataclasses.replace(rows[0], code="", name="本年支出合计", row_role="subtotal", row=7, amount=Decimal("30.00"), amount_id="7")
    found = list(fiscal_rows(sources_of([doc], [*rows, year])))
    assert [(total.amount, len(parts)) for total, parts in sums(found)] == [(Decimal("30.00"), 2)]
    twice = dataclasses.replace(rows[0], row=8, amount=Decimal("9.00"), amount_id="8")
    assert {row.code for row in fiscal_rows(sources_of([doc], [*rows, twice]))} == {""}


def test_revenue_stands_once_whatever_a_table_calls_its_fund() -> None:
    doc = document(2024)
    (row,) = amounts(doc, {"": "30.00"})
    named = [dataclasses.replace(row, side="revenue", row_role="item", name=name, row=at, form=form, amount_id=f"{doc.doc_id}/{at}",
                                 table_id=f"{doc.doc_id}/{form}", amount=Decimal(amount))
             for at, (form, name, amount) in enumerate([
                 ("income_expenditure_summary", "一、一般公共预算拨款收入", "30.00"), ("appropriation_summary", "（一）一般公共预算拨款", "30.00")])]
    column = dataclasses.replace(row, side="revenue", form="income", amount_id=f"{doc.doc_id}/9", table_id=f"{doc.doc_id}/9")
    (found,) = fiscal_rows(sources_of([doc], [*named, column]))
    assert (found.name, len(found.other_ids.split())) == ("合计", 2)
    more = dataclasses.replace(column, amount=Decimal("31.00"))  # with what is carried over: another figure
    assert len(list(fiscal_rows(sources_of([doc], [*named, more])))) == 3


@pytest.mark.parametrize(("folder", "least"), [("clean", 50), ("panel", 100)])
def test_classifications_sum_to_their_printed_totals(folder: str, least: int) -> None:
    """Of the documents of data/raw, and of the nineteen published ones whose figures the panel holds."""
    frame = pd.read_csv(CLEAN.parent / folder / "fiscal.csv", dtype=str, keep_default_na=False)
    rows = [SimpleNamespace(**row | {"amount": Decimal(row["amount"])}) for row in frame.to_dict("records")]
    found = list(sums(rows))  # type: ignore[arg-type]
    for total, parts in found:
        assert abs(sum(part.amount for part in parts) - total.amount) <= Decimal("0.01") * len(parts), total.amount_id
    assert len(found) > least


def test_bridges_cover_every_class() -> None:
    data = mz.load(CLEAN)
    declared = pd.DataFrame(vocabulary.rows("classification"))
    for name, column in (("cofog", "functional"), ("gfsm", "economic")):
        of_classes = declared[(declared["classification"] == column) & (declared["code"].str.len() == 3)]
        for rows in (of_classes, data.fiscal):
            found = bridged(rows, name)
            assert set(found["classification"]) == {column}
            assert not list(found.loc[(found["code"].str.len() == 3) & (found["reason"] == ""), "code"].unique())
        assert bridge(name)["reason"].str.len().min() > 0

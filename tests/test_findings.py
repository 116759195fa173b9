"""Findings, readings and doubts: what an auditor writes down, on drawn accounts whose faults are known."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from test_checks import account, audit, consistent, document, table, wan

from mingzhang.checking.audit import Audit
from mingzhang.checking.doubts import Doubts
from mingzhang.checking.readings import settled
from mingzhang.document import Document, read
from mingzhang.table import Reading, Table

NUMBERS = [100_00 + 1_37 * n * n for n in range(12)]


def changed(whole: Document, table_id: str, row: int, column: int, text: str) -> Document:
    """The document with another text in one cell of one table."""
    tables = []
    for one in whole.tables:
        if one.table_id == table_id:
            cells = [[one.grid.text(r, c) for c in range(one.grid.columns)] for r in range(one.grid.rows)]
            cells[row][column] = text
            one = table(int(table_id[-2:]), one.form, one.title, cells)
        tables.append(one)
    return document(*tables)


def broken(result: Audit) -> set[str]:
    """The ids of the failures, but for tables that so small a document leaves out."""
    return {check.check_id for check in result.failures if check.rule != "table-present"}


def errors(result: Audit) -> list[tuple[str, str, str]]:
    return [(one.kind, one.printed, one.expected) for one in result.findings if one.severity == "error"]


def test_a_consistent_account_gives_no_failure() -> None:
    assert broken(audit(consistent(NUMBERS))) == set()


def test_one_wrong_figure_is_one_finding_with_all_its_checks() -> None:
    whole = consistent(NUMBERS)
    spending = next(one for one in whole.tables if one.form == "expenditure")
    fact = next(fact for fact in spending.facts if fact.code == "2010102" and fact.column == 3)
    wrong = fact.amount + 9
    result = audit(changed(whole, spending.table_id, fact.row, fact.column, str(wrong)))
    assert errors(result) == [("arithmetic", str(wrong), str(fact.amount))]
    (one,) = [one for one in result.findings if one.severity == "error"]
    assert set(one.check_ids) == broken(result)
    assert len(one.check_ids) > 1
    assert one.amount_ids[0] == f"{spending.table_id}/r{fact.row}c{fact.column}"
    assert str(fact.amount) in one.sentence_en
    assert str(fact.amount) in one.sentence_zh


def test_an_empty_cell_is_missing_and_its_value_told() -> None:
    whole = consistent(NUMBERS)
    spending = next(one for one in whole.tables if one.form == "expenditure")
    fact = next(fact for fact in spending.facts if fact.code == "2050201" and fact.column == 3)
    assert errors(audit(changed(whole, spending.table_id, fact.row, fact.column, ""))) == [("missing", "", str(fact.amount))]


def test_a_sum_that_one_identity_breaks_names_no_cell() -> None:
    """合计 against its parts alone: either may be wrong."""
    rows = [["项目", "预算数"], ["一、一般公共预算拨款收入", "5.00"], ["二、政府性基金预算拨款收入", "2.00"], ["收入总计", "7.90"]]
    result = audit(document(table(1, "income_expenditure_summary", "收支总表", rows)))
    assert errors(result) == [("arithmetic", "7.90", "7.00")]
    assert result.suspects == ()


def test_a_misprinted_code_is_reported_and_breaks_no_sum() -> None:
    whole = consistent(NUMBERS)
    spending = next(one for one in whole.tables if one.form == "expenditure")
    row = next(line.row for line in spending.layout.lines if line.code == "2050202")  # type: ignore[union-attr]
    result = audit(changed(whole, spending.table_id, row, 0, "2052002"))
    assert errors(result) == [("code", "2052002", "2050202")]
    assert broken(result) == {"doc/code-tables-001"}


def test_the_identities_tell_a_unit_that_was_misread() -> None:
    """One table printed in 元 whose unit was taken for 万元: the reading is changed and told, nobody is accused."""
    whole = consistent(NUMBERS)
    spending = next(one for one in whole.tables if one.form == "expenditure")
    cells = [[spending.grid.text(r, c) for c in range(spending.grid.columns)] for r in range(spending.grid.rows)]
    yuan = [[text if c < 2 or r == 0 else wan(int(Decimal(text) * 1_000_000)) for c, text in enumerate(line)] for r, line in enumerate(cells)]
    misread = table(int(spending.table_id[-2:]), "expenditure", spending.title, yuan)
    tables = tuple(misread if one is spending else one for one in whole.tables)
    assert any(check.status == "doubt" for check in audit(document(*tables)).checks)
    taken, told = settled(tables, "budget")
    assert ["unit 元" in one for one in told] == [True]
    read = next(one for one in taken if one.table_id == spending.table_id)
    assert [fact.amount for fact in read.facts] == [fact.amount for fact in spending.facts]
    assert {fact.reading for fact in read.facts} == {"inferred"}
    assert {check.status for check in audit(document(*taken)).checks if check.rule != "table-present"} <= {"pass", "untestable"}


def test_the_identities_tell_columns_headed_the_wrong_way_round() -> None:
    """This year's figures stand under 上年预算数: the columns are read by what the other tables say, and told."""
    whole = consistent(NUMBERS)
    spending = next(one for one in whole.tables if one.form == "expenditure")
    cells = [[spending.grid.text(r, c) for c in range(spending.grid.columns)] for r in range(spending.grid.rows)]
    heads = [["科目编码", "科目名称", *["2023年预算数"] * 3, *["2024年预算数"] * 3], ["", "", *cells[0][2:], *cells[0][2:]]]
    ours = [(line[:2], line[2:], [wan(int(Decimal(text) * 300)) for text in line[2:]]) for line in cells[1:]]
    wrong, right = [[*label, *now, *before] for label, now, before in ours], [[*label, *before, *now] for label, now, before in ours]
    one, other = (table(int(spending.table_id[-2:]), "expenditure", spending.title, [*heads, *body]) for body in (wrong, right))
    taken, told = settled(tuple(one if each is spending else each for each in whole.tables), "budget")
    assert ["stage initial_budget/prior_year_budget" in said for said in told] == [True]
    read = next(each for each in taken if each.table_id == spending.table_id)
    assert {(fact.path.partition("年")[0], fact.stage, fact.reading) for fact in read.facts} == {
        ("2023", "initial_budget", "inferred"), ("2024", "prior_year_budget", "inferred"),
    }
    tables = tuple(other if each is spending else each for each in whole.tables)
    assert settled(tables, "budget") == (tables, [])


def test_a_right_reading_stays_though_a_figure_is_wrong() -> None:
    whole = consistent(NUMBERS)
    wrong = changed(whole, "doc/t03", 2, 2, "99999.00")
    assert settled(wrong.tables, "budget") == (wrong.tables, [])


def test_the_search_for_readings_keeps_its_time() -> None:
    wrong = changed(consistent(NUMBERS), "doc/t03", 2, 2, "99999.00")
    assert settled(wrong.tables, "budget", limit=0.0) == (wrong.tables, [])


def test_columns_that_fail_on_every_row_are_in_doubt_and_no_error() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
            *([f"20{n}", "某支出", f"{n}.00", "1.00", f"{n + 7}.00"] for n in range(11, 19))]
    result = audit(document(table(1, "expenditure", "支出预算表", rows)))
    assert {check.status for check in result.checks if check.rule == "row-parts"} == {"doubt"}
    assert errors(result) == []


def test_uncertain_cells_accuse_nobody(tmp_path: Path) -> None:
    whole = consistent(NUMBERS)
    wrong = changed(whole, "doc/t03", 2, 2, "99999.00")
    (tmp_path / "restored.csv").write_text(
        "doc_id,table,title,project,kind,source_text,typeset_text,reason\n"
        f"doc,t03,{wrong.tables[2].title},,uncertain,,99999.00,not legible\n",
        encoding="utf-8",
    )
    garbled = replace(wrong, source=replace(wrong.source, path=tmp_path / "doc.pdf"))
    assert Doubts(garbled).uncertain("doc/t03/r2c2")
    assert not Doubts(garbled).uncertain("doc/t03/r3c2")
    assert [one for one in audit(wrong).findings if one.severity == "error"]
    assert [one for one in audit(garbled).findings if one.severity == "error"] == []


@pytest.mark.parametrize(("change", "status"), [("2.00", "pass"), ("2.50", "fail")])
def test_change_columns_are_compared_with_the_pair_that_most_rows_bear_out(change: str, status: str) -> None:
    rows = [["项目", "2023年预算数", "2024年预算数", "增减额", "增减率（%）"], ["因公出国（境）费", "1.00", "2.00", "1.00", "100.00"],
            ["公务接待费", "4.00", "6.00", change, "50.00"], ["公务用车购置费", "5.00", "4.00", "-1.00", "-20.00"],
            ["公务用车运行维护费", "8.00", "10.00", "2.00", "25.00"]]
    checks = audit(document(table(1, "three_public", "“三公”经费支出表", rows))).checks
    found = {check.statement.partition(":")[0]: check.status for check in checks if check.rule == "row-change"}
    assert found == {"因公出国（境）费": "pass", "公务接待费": status, "公务用车购置费": "pass", "公务用车运行维护费": "pass"}
    assert [check.status for check in checks if check.rule == "row-rate"] == ["pass"] * 4


def test_a_table_keeps_its_other_readings() -> None:
    (one,) = [one for one in consistent(NUMBERS).tables if one.form == "expenditure"]
    other = one.read_as(Reading("unit", "元", 1.0))
    assert isinstance(other, Table)
    assert [fact.amount * 10_000 for fact in other.facts] == [fact.amount for fact in one.facts]


def test_coverage_counts_what_holds() -> None:
    whole = consistent(NUMBERS)
    result = audit(whole)
    assert set(result.coverage) == {f"{t.table_id}/r{f.row}c{f.column}" for t in whole.tables for f in t.facts}
    assert min(result.coverage.values()) >= 1
    assert account(whole).identities


LAYOUTS = {
    "small pages": {"height": 420.0}, "another producer's borders": {"rules": "segments", "line_width": 0.3},
    "wide type": {"size": 10.5, "row_pad": 5.0}, "rows cut by page breaks": {"height": 500.0, "breaks": "cut", "continuation": "none"},
    "landscape": {"landscape": True}, "several tables on a page": {"together": True, "size": 8.0},
}


def said_by(whole: Document) -> tuple[list[tuple[str, ...]], list[tuple[str, str, str, str]]]:
    """The amounts and findings of a document without where they stand."""
    amounts = sorted((t.form, f.code, f.name, f.path, str(f.amount), f.stage, f.fund, f.item) for t in whole.tables for f in t.facts)
    return amounts, sorted((one.kind, one.severity, one.printed, one.expected) for one in whole.audit.findings)


@pytest.mark.parametrize("wrong", ["", "99999.00"])
def test_a_verdict_does_not_depend_on_the_unit(wrong: str) -> None:
    """The same accounts in 元, in 万元 and with as many decimals as each figure needs."""
    whole = consistent(NUMBERS)
    whole = changed(whole, "doc/t03", 2, 2, wrong) if wrong else whole

    def printed(unit: str, figure: str) -> str:
        number = re.fullmatch(r"\d+\.\d\d", figure)
        return figure if not number else f"{Decimal(figure) * 10_000:,.2f}" if unit == "元" else f"{Decimal(figure).normalize():f}"

    seen = [said_by(whole)]
    for unit in ("元", "万元"):
        tables = [table(n, t.form, t.title, [[printed(unit, t.grid.text(r, c)) for c in range(t.grid.columns)] for r in range(t.grid.rows)], unit)
                  for n, t in enumerate(whole.tables, 1)]
        seen.append(said_by(document(*tables)))
    for amounts, findings in seen[1:]:
        assert [(*one[:4], Decimal(one[4]), *one[5:]) for one in amounts] == [(*one[:4], Decimal(one[4]), *one[5:]) for one in seen[0][0]]
        assert [(kind, severity) for kind, severity, _, _ in findings] == [(kind, severity) for kind, severity, _, _ in seen[0][1]]
        assert {Decimal(number) for one in findings for number in one[2:] if number} == {Decimal(n) for one in seen[0][1] for n in one[2:] if n}


@pytest.mark.parametrize("style", ["ministry_final", "plain_budget"])
def test_a_verdict_does_not_depend_on_typesetting(tmp_path: Path, style: str) -> None:
    """The same accounts typeset in other ways give the same amounts and findings."""
    synthetic = pytest.importorskip("synthetic", reason="synthetic documents need reportlab (the extra `synthetic`)")
    base = synthetic.STYLES[style]
    seen = {}
    for number, (name, more) in enumerate([("as it is", {}), *LAYOUTS.items()]):
        path = tmp_path / f"a{number}.pdf"
        path.write_bytes(synthetic.generate(7, replace(base, type=replace(base.type, **more)), projects=1).pdf)
        seen[name] = said_by(read(path))
    first = seen.pop("as it is")
    assert first[0]
    assert [name for name, one in seen.items() if one[0] != first[0]] == []
    assert [name for name, one in seen.items() if one[1] != first[1]] == []

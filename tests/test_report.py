"""The auditor's report: what it says first, what it marks, in which words, and the exit status of `check`."""

from __future__ import annotations

import base64
import csv
import io
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup
from drawing import Sheet
from fontTools.ttLib import TTFont

import mingzhang as mz
from mingzhang.__main__ import main
from mingzhang.checking.rules import ACROSS
from mingzhang.checking.validation import Validated
from mingzhang.showing.checklist import write_checklist
from mingzhang.showing.evidence import pictures_of, spots_of_finding, words_of
from mingzhang.showing.origin import Origin
from mingzhang.showing.report import as_html, legal, rule_of
from mingzhang.showing.spots import spot_of
from mingzhang.vocabulary import toml, within

LICHENG = Path(__file__).parent.parent / "data" / "raw" / "licheng-2021-final.pdf"


@pytest.fixture(scope="module")
def read() -> mz.Document:
    return mz.read(LICHENG)


@pytest.fixture(scope="module")
def page(read: mz.Document) -> BeautifulSoup:
    return BeautifulSoup(as_html([Validated(LICHENG.name, read, read.audit)], "zh", "report.csv"), "html.parser")


def test_overview_lists_every_finding_before_the_first_picture(page: BeautifulSoup, read: mz.Document) -> None:
    rows = page.find("table").find("tbody").find_all("tr")
    body = [finding for finding in read.audit.findings if finding.severity != "rounding"]
    assert len(rows) == len(body) > 5
    assert {row.find_all("td")[3].get_text() for row in rows} == {finding.sentence_zh for finding in body}
    assert page.find("table").sourceline < page.find("img").sourceline
    counts = {item.get_text(" ", strip=True).split()[1]: int(item.b.get_text()) for item in page.select("ul.counts li")}
    assert counts["差错"] == sum(finding.severity == "error" for finding in body) > 0


def test_page_needs_nothing_else_and_every_picture_speaks(page: BeautifulSoup) -> None:
    assert all(image["src"].startswith("data:image/png;base64,") and image["alt"].strip() for image in page.find_all("img"))
    assert all(link["href"].startswith("#") for link in page.find_all("a"))
    assert not page.find_all(["script", "link"])
    assert {link["href"][1:] for link in page.find_all("a")} <= {tag["id"] for tag in page.find_all(id=True)}


def test_font_has_every_chinese_character_of_the_page(page: BeautifulSoup) -> None:
    style = page.find("style").get_text()
    data = style.split("base64,", 1)[1].split(")", 1)[0]
    known = TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()
    assert {char for char in page.get_text() if "\u4e00" <= char <= "\u9fff" and ord(char) not in known} == set()


def test_rules_are_told_with_what_they_rest_on(page: BeautifulSoup) -> None:
    said = page.get_text()
    assert "上级科目数等于所属下级科目数之和。" in said
    assert "《中华人民共和国预算法》第七十五条" in said
    bases = within("legal", "bases")
    assert all(set(rule["basis"]) <= set(bases) for rule in toml("legal")["rules"])
    assert all(any(match.search(f"{rule.scope} {rule.id}") for match, _ in legal()) for rule in ACROSS)


def test_words_are_the_same_in_both_languages() -> None:
    assert set(within("report", "en")) == set(within("report", "zh"))


def test_a_sentence_is_marked_on_its_rows_and_its_figure_in_it(read: mz.Document) -> None:
    origin = Origin(read)
    rows = origin.frame("findings")
    assert rows is not None
    told = rows[rows["check_ids"].str.contains("/narrative-")]
    assert len(told)
    for finding in told.to_dict("records"):
        text = next(spot for spot in spots_of_finding(finding, origin) if spot.boxes)
        _, picture = next(pictures_of([text], origin))
        (panel,) = picture.panels
        assert all(strip.box.bottom - strip.box.top < 250 for strip in panel.strips)  # some rows, no whole page
        assert len(panel.marks) > len(text.boxes) or not finding["printed"]


def test_both_sides_of_a_contradiction_stand_side_by_side(read: mz.Document) -> None:
    check = next(check for check in read.audit.checks if check.scope == "cross_table" and len({a.rsplit("/", 1)[0] for a in check.amount_ids}) == 2)
    finding = {"finding_id": "x/f1", "doc_id": read.doc_id, "check_ids": check.check_id, "amount_ids": " ".join(check.amount_ids),
               "indicator_ids": "", "pages": "", "printed": ""}
    origin = Origin(read)
    sides = list(pictures_of(spots_of_finding(finding, origin), origin))
    assert len(sides) == 2
    assert sorted(number for mine, _ in sides for number, _ in mine) == list(range(1, len(check.amount_ids) + 1))


def test_checklist_knows_what_is_there_and_leaves_the_rest_to_a_person(read: mz.Document, tmp_path: Path) -> None:
    write_checklist([Validated(LICHENG.name, read, read.audit)], tmp_path / "list.xlsx", "zh")
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    said = {row[1]: (row[2], row[3], row[4] or "") for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert len(said) == 18
    assert said["及时性"][:2] == (None, None)
    assert "人工核对" in said["及时性"][2]
    # Read off the document: page 1 is a cover, no page lists the contents; the accounts have a table of income, with a blank on page 4.
    assert said["封面"][0] == "√"
    assert said["目录"] == (None, "√", "未见此项内容")
    assert said["收入总表"][1] == "√"
    assert "第4页：2299999/其他收入为空" in said["收入总表"][2]
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref


def test_csv_stands_beside_and_the_exit_status_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Sheet().text(80, 80, "一份没有表格的文件").save(tmp_path / "fine.pdf")
    (tmp_path / "bad.pdf").write_bytes(b"no pdf")
    assert main(["check", "--strict", str(tmp_path / "fine.pdf"), "--html", str(tmp_path / "out.html")]) == 0
    with (tmp_path / "out.csv").open(encoding="utf-8") as handle:
        assert next(csv.reader(handle))[:4] == ["finding_id", "doc_id", "kind", "severity"]
    assert main(["check", "--strict", str(LICHENG)]) == 1
    assert main(["check", str(LICHENG), "--lang", "zh"]) == 0
    assert "差错" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "bad.pdf")]) == 2
    assert "bad.pdf: not read: not a PDF" in capsys.readouterr().out


def test_a_workbook_is_reported_in_words(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["2024年支出预算表"], ["单位：万元"], ["科目编码", "科目名称", "合计", "基本支出", "项目支出"], ["205", "教育支出", 9, 5, 5], ["合计", "", 9, 5, 5]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    document = mz.read(tmp_path / "a.xlsx")
    page = BeautifulSoup(as_html([Validated("a.xlsx", document, document.audit)], "en"), "html.parser")
    assert page.find_all("article")
    assert not page.find_all("img")


def test_the_law_on_final_accounts_is_not_cited_for_a_budget(read: mz.Document) -> None:
    check = next(check for check in read.audit.checks if check.rule == "code-parts")
    law = within("legal", "bases")["budget_law_75"]["zh"]
    assert law in rule_of(check, "zh", "final_accounts")["bases"]
    assert law not in rule_of(check, "zh", "budget")["bases"]
    assert rule_of(check, "zh", "budget")["bases"]


def test_the_wrong_words_of_a_sentence_are_marked_not_its_figure(read: mz.Document) -> None:
    """A finding on a direction or a year is about those words; the claim that it quotes prints a figure beside them."""
    origin = Origin(read)
    claims = origin.frame("claims")
    claim = claims[[row.raw[:1].isdigit() and row.raw in row.sentence and row.sentence[:3].isalpha() for row in claims.itertuples()]].iloc[0]
    finding = {"finding_id": "f", "doc_id": read.doc_id, "pages": str(claim["page"]), "printed": claim["sentence"][:3]}
    spot, figure = words_of(finding, f"stated — “{claim['sentence']}”", origin), spot_of(claim["claim_id"], origin)
    assert spot is not None
    assert spot.boxes == figure.boxes
    assert spot.words
    assert spot.words != figure.words

"""The report of `mingzhang check`: as text, for programs, as one page; and what it says of files that cannot be read."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mingzhang.__main__ import main

RAW = Path(__file__).parent.parent / "data" / "raw"
LICHENG = RAW / "licheng-2021-final.pdf"


def test_text_names_page_statement_arithmetic_and_cell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(LICHENG)]) == 0
    said = capsys.readouterr().out
    # Read off page 4: 22999 prints 4.00 of 其他收入, its only child 2299999 nothing.
    assert "22999 其他支出 其他收入 = 2299999 [4.00 against 0.00, difference +4.00]" in said
    assert "p. 4" in said
    # Read off page 5: 基本支出 is blank below the 类 level; the classes print 437.17 and 40.90.
    assert "437.17" in said
    assert "empty; 4.00" in said


def test_json_holds_every_check_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", str(LICHENG)]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    statuses = {check["status"] for check in one["checks"]}
    assert statuses == {"pass", "rounding", "fail", "doubt", "untestable"}
    assert all(isinstance(check["left"], str | None) for check in one["checks"])
    assert len(one["coverage"]) == 236


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.images: list[dict[str, str | None]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.images.append(dict(attrs))
        self.links += [value for name, value in attrs if name in ("src", "href") and value]


def test_html_is_one_page_with_pictures_that_need_no_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(LICHENG), "--html", str(tmp_path / "report.html")]) == 0
    page = Page()
    page.feed((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert len(page.images) >= 10
    assert all(image["alt"] for image in page.images)
    assert all(link.startswith(("data:image/png;base64,", "#")) for link in page.links)


def test_a_folder_with_a_bad_file_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    (tmp_path / "b.pdf").write_bytes((RAW / "gulou-2024-budget.pdf").read_bytes())
    assert main(["check", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "a.pdf: not read: not a PDF" in said
    # Read off pages 12 and 13: two lists of contents name lines that the table leaves blank, and thrift is the reason of an increase.
    assert "3 do not hold" in said


def test_what_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "gone.pdf")]) == 1
    assert "gone.pdf" in capsys.readouterr().err

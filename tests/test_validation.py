"""What `mingzhang check` says as text and for programs, and of files that cannot be read (the page: test_report.py)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingzhang.__main__ import main

RAW = Path(__file__).parent.parent / "data" / "raw"
LICHENG = RAW / "licheng-2021-final.pdf"


def test_text_names_page_cell_and_what_it_should_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(LICHENG)]) == 0
    said = capsys.readouterr().out
    # Read off page 4: 22999 prints 4.00 of 其他收入, its only child 2299999 nothing.
    assert "error  page 4  2299999/其他收入 is left empty; 2 sums imply 4.00." in said
    # Read off page 5: 基本支出 is blank below the 类 level; the classes print 437.17 and 40.90.
    assert "20113/基本支出 is left empty" in said
    assert "437.17" in said


def test_json_holds_every_check_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", str(LICHENG)]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    statuses = {check["status"] for check in one["checks"]}
    assert statuses == {"pass", "rounding", "fail", "doubt", "untestable"}
    assert all(isinstance(check["left"], str | None) for check in one["checks"])
    assert len(one["coverage"]) == 236


def test_a_folder_with_a_bad_file_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    (tmp_path / "b.pdf").write_bytes((RAW / "gulou-2024-budget.pdf").read_bytes())
    assert main(["check", str(tmp_path)]) == 2
    said = capsys.readouterr().out
    assert "a.pdf: not read: not a PDF" in said
    # Read off page 13: thrift is the reason of an increase.
    assert "page 13" in said


def test_what_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "gone.pdf")]) == 2
    assert "gone.pdf" in capsys.readouterr().err

"""Whatever a PDF holds: a line with its status, the same line every time, and nothing that reaches out of the folders."""

from __future__ import annotations

import csv
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import CRAFTED, DANGEROUS, INVISIBLE, grid, one_page, table_of, unicode_font, words
from hypothesis import given, settings
from hypothesis import strategies as st

import mingzhang as mz
from mingzhang import disclosure
from mingzhang.building.pipeline import build
from mingzhang.building.rows import rows_of
from mingzhang.dataset.load import escape, unescape
from mingzhang.document import read_document
from mingzhang.isolation import workers
from mingzhang.isolation.workers import Failed, Limits
from mingzhang.reading.pdf import SKIPPED, printed
from mingzhang.sources import Source

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="limits are enforced where processes fork")

#: Documents that cost the limits themselves; everything else must be read or refused within them.
EXPENSIVE = {"bomb of 200 MB", "bomb packed twice", "forms in forms"}


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@needs_fork
def test_every_hostile_document_has_a_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, place, home = tmp_path / "raw", tmp_path / "here", tmp_path / "home"
    for folder in (raw, place, home):
        folder.mkdir()
    for number, make in enumerate(CRAFTED.values()):
        (raw / f"{number:03d}.pdf").write_bytes(make())
    (raw / "good.pdf").write_bytes(one_page(grid(3, 2, height=60) + words(300, 66, b"1.00")))
    monkeypatch.chdir(place)
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home))
    before = files(tmp_path)
    # generous: that a machine is under load is no fault of the reader
    report = build(raw, tmp_path / "clean", workers=2, limits=Limits(seconds=120, memory=1024**3))
    status = {row["doc_id"]: row["status"] for row in report.documents}
    assert len(status) == len(CRAFTED) + 1
    assert status["good"] == "ok"
    for number, name in enumerate(CRAFTED):
        row = report.documents[number]
        assert row["status"] in ("ok", "partial", "no_tables") or row["problems"], name
        assert name in EXPENSIVE or not row["problems"].startswith(("took longer", "the reader", "needed more")), (name, row["problems"])
    assert {name for name in files(tmp_path) - before if not name.startswith("clean")} == set(), "written outside the output folder"
    data = mz.load(tmp_path / "clean")
    assert len(data.documents) == len(status)
    assert not (tmp_path / "escaped.txt").exists()
    assert not Path("/tmp/mingzhang-escaped.txt").exists()


@needs_fork
def test_a_crash_is_told_and_harms_no_other(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for name in ("forms in forms", "bomb packed twice"):
        (tmp_path / "raw" / f"{name}.pdf").write_bytes(CRAFTED[name]())
    for number in range(4):
        (tmp_path / "raw" / f"good-{number}.pdf").write_bytes(table_of([b"%d.00" % number, b"x"]))
    report = build(tmp_path / "raw", tmp_path / "clean", workers=2, limits=Limits(seconds=30, memory=300 * 1024**2))
    found = {row["doc_id"]: (row["status"], row["problems"]) for row in report.documents}
    assert [found[f"good-{number}"] for number in range(4)] == [("ok", "")] * 4
    assert all(found[name][0] == "failed" and found[name][1] for name in ("forms-in-forms", "bomb-packed-twice"))


def read(tmp_path: Path, body: bytes) -> mz.Document:
    pdf = tmp_path / "document.pdf"
    pdf.write_bytes(body)
    return mz.read(pdf)


def test_formulas_and_markup_stay_text(tmp_path: Path) -> None:
    document = read(tmp_path, table_of(DANGEROUS))
    texts = [cell.text for cell in document.tables[0].grid.cells if cell.column == 1]
    printed_texts = [text.replace(b"\\(", b"(").replace(b"\\)", b")").replace(b"\\\\", b"\\").decode().replace("'", "’") for text in DANGEROUS]
    assert texts == printed_texts, "a cell is what is printed"
    page = document.tables[0]._repr_html_() + document._repr_html_()
    assert "<script" not in page
    assert "<img" not in page
    clean = tmp_path.with_name(f"{tmp_path.name}-clean")  # beside the documents, where alone it may stand
    build(tmp_path, clean, workers=1)
    with (clean / "cells.csv").open(encoding="utf-8", newline="") as handle:
        written = [row["text"] for row in csv.DictReader(handle)]
    assert not [text for text in written if text[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert mz.load(clean).cells["text"].tolist()[1::2] == printed_texts


def test_invisible_characters_are_not_read(tmp_path: Path) -> None:
    body = table_of([b"a" + bytes([0x21 + n]) + b"b" for n in range(len(INVISIBLE))], more=unicode_font([*INVISIBLE]))
    cells = rows_of(read(tmp_path, body))["cells"]
    texts = "".join(row.text for row in cells)
    assert texts
    assert not [hex(code) for code in INVISIBLE if chr(code) in texts]


@given(st.integers(0, 2**32 - 1))
def test_every_code_point_becomes_printable_text(code: int) -> None:
    if code > 32 and code not in SKIPPED:
        printed(code).encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from("=+-@'\t\r").flatmap(lambda c: st.text().map(lambda t: c + t)))
def test_escaping_is_undone(text: str) -> None:
    assert unescape(escape(text)) == text
    assert escape(text)[:1] not in tuple("=+-@\t\r")


def reach_out(job: str) -> str:
    """What a job would have to do to leave its process."""
    match job:
        case "connect":
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        case "listen":
            socket.socket().bind(("127.0.0.1", 0))
        case "look up":
            socket.getaddrinfo("localhost", 80)
        case "run":
            subprocess.run([sys.executable, "-V"], check=True)
        case "shell":
            os.system("true")
        case "replace":
            os.execv(sys.executable, [sys.executable, "-V"])
        case "fill the disk":
            with open("large", "wb") as handle:
                handle.write(bytes(100 * 1024**2))
    return "done"


@needs_fork
@pytest.mark.parametrize("job", ["connect", "listen", "look up", "run", "shell", "replace", "fill the disk"])
def test_a_child_cannot_reach_out(job: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ((_, result),) = workers.run(reach_out, [job], 1)
    assert isinstance(result, Failed), "the child could do it"
    assert "PermissionError" in result.reason or "File too large" in result.reason


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_content_stream_is_survived(tmp_path_factory: pytest.TempPathFactory, body: bytes, inside: bool) -> None:
    pdf = tmp_path_factory.mktemp("any") / "any.pdf"
    pdf.write_bytes(one_page(grid(3, 2, height=60) + body if inside else body))
    mz.read(pdf)


def test_page_errors_leave_the_other_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("for the test")

    monkeypatch.setattr(disclosure, "page_tables", broken)
    (tmp_path / "document.pdf").write_bytes(table_of([b"x", b"y"]))
    read_one = read_document(Source("document", tmp_path / "document.pdf"))
    assert next((problem.page, problem.reason) for problem in read_one.problems) == (1, "could not be read (ZeroDivisionError: for the test)")
    assert read_one.content[0].chars

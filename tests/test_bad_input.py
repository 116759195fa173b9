"""Bad input: each kind gets one clear line and a row in documents.csv, and the rest is processed."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from drawing import Sheet
from hostile import CRAFTED
from reportlab.lib.pdfencrypt import StandardEncryption

import mingzhang as mz
from mingzhang.__main__ import main
from mingzhang.building.pipeline import build as build_folder
from mingzhang.errors import UnreadableDocument
from mingzhang.isolation import workers
from mingzhang.showing.own_pdf import own_pdf
from mingzhang.sources import printable

RAW = Path(__file__).resolve().parent.parent / "data" / "raw"


def disclosure(blank_pages: int = 0, sheet: Sheet | None = None) -> bytes:
    """A good document with three figures; `blank_pages` tell otherwise equal documents apart."""
    sheet = (sheet or Sheet()).title("2024年部门支出预算表")
    sheet.table([["科目编码", "科目名称", "合计"], ["205", "教育支出", "3.00"], ["合计", "<", "3.00"]], [80, 200, 100])
    for _ in range(blank_pages):
        sheet.next_page()
    return sheet.bytes()


def pdf_of(*objects: bytes) -> bytes:
    """A PDF file of these objects, the first its catalogue, with a sound cross-reference table."""
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(out))
    )


class Built:
    """A folder of files that has been built by the command line: its exit status, what it printed, its documents.csv."""

    def __init__(self, raw: Path, clean: Path, capfd: pytest.CaptureFixture[str], *options: str) -> None:
        capfd.readouterr()
        self.capfd = capfd
        self.status = main(["build", "--raw", str(raw), "--clean", str(clean), "--workers", "1", "--quiet", *options])
        self.console, self.errors = capfd.readouterr()
        self.clean = clean
        self.documents: dict[str, dict[str, str]] = {}
        if (clean / "documents.csv").is_file():
            with (clean / "documents.csv").open(encoding="utf-8", newline="") as table:
                self.documents = {row["doc_id"]: row for row in csv.DictReader(table)}

    def said(self, words: str) -> list[str]:
        """The lines of the console that hold these words."""
        return [line for line in self.console.splitlines() if words in line]

    def statuses(self) -> dict[str, str]:
        return {doc_id: row["status"] for doc_id, row in self.documents.items()}


Build = Callable[..., Built]


@pytest.fixture
def build(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Build:
    """Write files into a folder, with or without a sources.csv, and build it."""

    def run(files: dict[str, bytes], sources: str | bytes | None = None) -> Built:
        raw = tmp_path / "raw"
        shutil.rmtree(raw, ignore_errors=True)
        raw.mkdir()
        for name, content in files.items():
            (raw / name).write_bytes(content)
        if sources is not None:
            (raw / "sources.csv").write_bytes(sources.encode() if isinstance(sources, str) else sources)
        return Built(raw, tmp_path / "clean", capfd)

    return run


# --- documents that cannot be read -----------------------------------------------------------------------------------

UNREADABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "not a PDF": (lambda: b"<html><body>404 Not Found</body></html>", r"not a PDF"),
    "empty": (lambda: b"", r"the file is empty"),
    "header alone": (lambda: b"%PDF-1.7\n", r"damaged or truncated"),
    "truncated early": (lambda: half(0.1), r"damaged or truncated"),
    "truncated in the middle": (lambda: half(0.5), r"damaged or truncated"),
    "truncated at the end": (lambda: half(0.98), r"damaged or truncated"),
    "noise after the header": (lambda: b"%PDF-1.4\n" + bytes(range(256)) * 40, r"damaged or truncated"),
    "encrypted": (lambda: disclosure(sheet=Sheet(encrypt="secret")), r"encrypted: a password is needed"),
    "zero pages": (lambda: pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"), r"no pages"),
}


def half(share: float) -> bytes:
    """The first part of a published document."""
    whole = (RAW / "gulou-2024-budget.pdf").read_bytes()
    return whole[: int(share * len(whole))]


@pytest.mark.parametrize("what", UNREADABLE)
def test_document_that_cannot_be_read(build: Build, what: str) -> None:
    content, reason = UNREADABLE[what]
    done = build({"bad.pdf": content(), "good.pdf": disclosure()})
    assert done.statuses() == {"bad": "failed", "good": "ok"}
    assert re.search(reason, done.documents["bad"]["problems"])
    (line,) = done.said("bad:")
    assert re.search(reason, line)
    assert done.documents["bad"]["pages"] == ""
    data = mz.load(done.clean)
    assert data.amounts["doc_id"].tolist() == ["good"] * 2
    assert (done.status, done.errors) == (2, "")


@pytest.mark.parametrize("what", UNREADABLE)
def test_reading_it_alone_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    content, reason = UNREADABLE[what]
    path = tmp_path / "bad.pdf"
    path.write_bytes(content())
    with pytest.raises(UnreadableDocument, match=reason):
        mz.read(path)
    assert main(["read", str(path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "bad.pdf" in line
    assert re.search(reason, line)


def test_reason_does_not_depend_on_what_was_read_before(tmp_path: Path) -> None:
    """pdfium keeps the error code of the file before where it sets none."""
    for what in ("encrypted", "zero pages", "encrypted", "truncated in the middle"):
        content, reason = UNREADABLE[what]
        path = tmp_path / "bad.pdf"
        path.write_bytes(content())
        with pytest.raises(UnreadableDocument, match=reason):
            mz.read(path)


def test_reading_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(tmp_path / "gone.pdf")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "gone.pdf" in line
    assert "no such file" in line


def test_document_locked_against_changes_alone_is_read(build: Build) -> None:
    """Many published PDFs carry an owner password only: everybody may open them."""
    lock = StandardEncryption("", ownerPassword="secret", canModify=0, canCopy=0)
    done = build({"owner.pdf": disclosure(sheet=Sheet(encrypt=lock))})
    assert done.statuses() == {"owner": "ok"}
    assert len(mz.load(done.clean).amounts) == 2


# --- documents with little in them -----------------------------------------------------------------------------------


def test_no_text_layer_on_any_page(build: Build) -> None:
    scan = Sheet().picture().next_page().picture().bytes()
    done = build({"scan.pdf": scan, "good.pdf": disclosure()})
    assert done.statuses() == {"good": "ok", "scan": "no_tables"}
    (line,) = done.said("scan:")
    assert "no text layer on any page" in line
    assert done.documents["scan"]["problems"] in line
    assert (done.documents["scan"]["pages"], done.status) == ("2", 0)


def test_no_text_layer_on_some_pages(build: Build) -> None:
    sheet = Sheet().picture().next_page()
    done = build({"part.pdf": disclosure(sheet=sheet)})
    assert done.statuses() == {"part": "partial"}
    assert re.fullmatch(r"page 1: (?:no text layer .*|a picture in which no text was recognised)", done.documents["part"]["problems"])
    assert len(done.said("part: page 1: a picture in which no text was recognised")) == 1
    assert mz.load(done.clean).amounts["page"].tolist() == [2, 2]


def test_document_without_tables(build: Build) -> None:
    prose = Sheet().title("2024年部门预算说明", unit="").text(60, 100, "本部门2024年收入预算500.00万元。").bytes()
    done = build({"prose.pdf": prose, "good.pdf": disclosure()})
    assert done.statuses() == {"good": "ok", "prose": "no_tables"}
    assert done.documents["prose"]["problems"] == "no ruled table found"
    assert len(done.said("prose: no ruled table found")) == 1
    assert done.documents["prose"]["fiscal_year"] == "2024"


def test_page_of_a_senseless_size(build: Build) -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9000000 9000000]>>"
    done = build({"wide.pdf": pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page)})
    assert done.statuses() == {"wide": "no_tables"}
    assert re.match(r"page 1: ", done.documents["wide"]["problems"])


def test_same_file_twice(build: Build) -> None:
    done = build({"one.pdf": disclosure(), "other.pdf": disclosure(), "third.pdf": disclosure(1)})
    assert done.statuses() == {"one": "ok", "other": "duplicate", "third": "ok"}
    assert done.documents["other"]["problems"] == "the same file as one"
    assert len(done.said("other: the same file as one")) == 1
    assert set(mz.load(done.clean).amounts["doc_id"]) == {"one", "third"}
    assert done.status == 0


# --- sources.csv -----------------------------------------------------------------------------------------------------

BAD_SOURCES: dict[str, tuple[str | bytes, str]] = {
    "binary": (b"\x00\xff\xfe\x89PNG", r"not UTF-8"),
    "another encoding": ("doc_id,file,title\na,one.pdf,预算\n".encode("gbk"), r"not UTF-8"),
    "empty": ("", r"no rows"),
    "header alone": ("doc_id,file\n", r"no rows"),
    "missing column": ("doc_id,title\na,b\n", r"no column file"),
    "open quote": ('doc_id,file\n"a,one.pdf\n', r"not a readable CSV"),
    "duplicate id": ("doc_id,file\na,one.pdf\na,two.pdf\n", r"line 3: doc_id a stands twice"),
    "bad kind": ("doc_id,file,kind\na,one.pdf,draft\n", r"line 2: kind 'draft'"),
    "bad level": ("doc_id,file,admin_level\na,one.pdf,imperial\n", r"line 2: admin_level 'imperial'"),
    "bad year": ("doc_id,file,fiscal_year\na,one.pdf,MMXX\n", r"line 2: fiscal_year 'MMXX'"),
    "bad hash": ("doc_id,file,sha256\na,one.pdf,1234\n", r"line 2: sha256"),
    "no file named": ("doc_id,file\na,\n", r"line 2: '' is not the name of a file"),
    "file elsewhere": ("doc_id,file\na,../raw/one.pdf\n", r"line 2: '../raw/one.pdf' is not the name of a file"),
}


@pytest.mark.parametrize("what", BAD_SOURCES)
def test_sources_that_cannot_be_used(build: Build, what: str) -> None:
    sources, reason = BAD_SOURCES[what]
    done = build({"one.pdf": disclosure(), "two.pdf": disclosure(1)}, sources)
    assert done.statuses() == ({"a": "ok", "two": "ok"} if what == "duplicate id" else {"one": "ok", "two": "ok"})
    assert done.status == 2
    assert any(re.search(f"sources.csv: {reason}|sources.csv: .*{reason}", line) for line in done.said("sources.csv"))
    assert len(mz.load(done.clean).amounts) == 4


def test_sources_problem_is_said_once(build: Build) -> None:
    done = build({"one.pdf": disclosure(), "two.pdf": disclosure(1)}, "title\nx\n")
    assert len(done.said("no column file")) == 1


def test_sources_as_a_spreadsheet_writes_it(build: Build) -> None:
    done = build({"one.pdf": disclosure()}, "\ufeffdoc_id,file,org,kind\r\na,one.pdf,某某局,budget\r\n")
    assert done.documents["a"]["org"] == "某某局"


def test_a_bad_row_of_sources_costs_that_row_alone(build: Build) -> None:
    """The others keep their metadata, also with a line separator of Unicode in a field, which begins no row."""
    done = build(
        {"one.pdf": disclosure(), "two.pdf": disclosure(1)},
        "doc_id,file,title,kind\na,one.pdf,某某局\u2028预算,budget\nb,two.pdf,,draft\n",
    )
    assert done.statuses() == {"a": "ok", "two": "ok"}
    assert done.documents["a"]["title"].startswith("某某局")
    assert len(done.said("sources.csv: line 3: kind 'draft'")) == 1
    assert "line 3" not in done.documents["a"]["problems"]


def test_listed_file_that_is_missing(build: Build) -> None:
    done = build({"one.pdf": disclosure()}, "doc_id,file,title\na,one.pdf,\nb,gone.pdf,某某局预算\n")
    assert done.statuses() == {"a": "ok", "b": "missing"}
    assert "no such file" in done.documents["b"]["problems"]
    assert done.documents["b"]["title"] == "某某局预算"
    assert len(done.said("b: listed in sources.csv")) == 1


def test_file_that_is_not_listed_is_read_as_well(build: Build) -> None:
    done = build({"one.pdf": disclosure(), "extra.pdf": disclosure(1)}, "doc_id,file\na,one.pdf\n")
    assert done.statuses() == {"a": "ok", "extra": "ok"}


def test_file_that_differs_from_the_listed_one(build: Build) -> None:
    right = hashlib.sha256(disclosure(1)).hexdigest()
    sources = f"doc_id,file,sha256\na,one.pdf,{'0' * 64}\nb,two.pdf,{right.upper()}\n"
    done = build({"one.pdf": disclosure(), "two.pdf": disclosure(1)}, sources)
    assert done.statuses() == {"a": "failed", "b": "ok"}
    (line,) = done.said("a:")
    assert "one.pdf" in line
    assert "0" * 64 in line
    assert hashlib.sha256(disclosure()).hexdigest() in line
    assert set(mz.load(done.clean).amounts["doc_id"]) == {"b"}
    assert done.status == 2


# --- what else stands in the folder -----------------------------------------------------------------------------------


def test_everything_in_the_folder_gets_a_row_or_a_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    raw = tmp_path / "raw"
    (raw / "folder.pdf").mkdir(parents=True)
    (raw / "within").mkdir()
    (raw / "within" / "deep.pdf").write_bytes(disclosure(1))
    (raw / "broken.pdf").symlink_to("nothing")
    os.mkfifo(raw / "pipe.pdf")
    (raw / "notes.txt").write_text("")
    (raw / "one.pdf").write_bytes(disclosure())
    done = Built(raw, tmp_path / "clean", capfd)
    assert done.statuses() == {"broken": "failed", "folder": "failed", "one": "ok", "pipe": "failed"}
    assert all("is not a file" in done.documents[name]["problems"] for name in ("broken", "folder", "pipe"))
    assert done.said("left out: notes.txt, within/")
    deep = Built(raw, tmp_path / "deep", capfd, "--recursive")
    assert deep.documents["deep"]["source"] == "within/deep.pdf"
    assert deep.statuses()["deep"] == "ok"


# --- what must not be replaced ----------------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("place", [".", "raw", "raw/clean", "raw/../raw", "mine", "mine/notes.txt", "link", "loop", "/"])
def test_no_folder_but_a_dataset_is_replaced(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("raw", "mine"):
        (tmp_path / name).mkdir()
    (tmp_path / "raw" / "one.pdf").write_bytes(disclosure())
    (tmp_path / "mine" / "notes.txt").write_text("of the user")
    (tmp_path / "link").symlink_to("mine")
    (tmp_path / "loop").symlink_to("nothing")
    before = contents(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["build", "--raw", "raw", "--clean", place, "--workers", "1", "--quiet"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"mingzhang: {place} ")
    assert contents(tmp_path) == before


def test_a_linked_dataset_is_replaced_where_it_is_and_what_else_stands_there_stays(build: Build, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "clean").symlink_to(elsewhere)
    build({"one.pdf": disclosure()})
    (elsewhere / "notes.txt").write_text("of the user")
    done = build({"one.pdf": disclosure(), "two.pdf": disclosure(1)})
    assert (tmp_path / "clean").is_symlink()
    assert (elsewhere / "notes.txt").read_text() == "of the user"
    assert done.statuses() == {"one": "ok", "two": "ok"}


def test_a_worse_build_replaces_nothing_unless_it_must(build: Build, tmp_path: Path) -> None:
    build({"one.pdf": disclosure(), "two.pdf": disclosure(1)})
    before = contents(tmp_path / "clean")
    worse = build({"one.pdf": disclosure(), "two.pdf": b"%PDF-1.7 torn"})
    assert (worse.status, contents(tmp_path / "clean")) == (1, before)
    assert "--force" in worse.errors
    forced = Built(tmp_path / "raw", tmp_path / "clean", worse.capfd, "--force")
    assert (forced.status, forced.statuses()) == (2, {"one": "ok", "two": "failed"})


@pytest.mark.parametrize("option", ["--timeout=inf", "--timeout=nan", "--timeout=-1", "--timeout=0", "--memory=nan", "--memory=-2", "--workers=0"])
def test_limits_that_are_none_are_refused_in_a_line(tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "one.pdf").write_bytes(disclosure())
    assert main(["build", "--raw", str(tmp_path / "raw"), "--clean", str(tmp_path / "clean"), "--quiet", option]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "clean").exists()


# --- folders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["no such folder", "a file"])
def test_folder_that_cannot_be_read(tmp_path: Path, capfd: pytest.CaptureFixture[str], what: str) -> None:
    raw = tmp_path / "raw"
    if what == "a file":
        raw.write_text("")
    done = Built(raw, tmp_path / "clean", capfd)
    (line,) = done.errors.splitlines()
    assert f"{raw} is not a folder" in line
    assert done.status == 1
    assert not done.clean.exists()


def test_folder_without_any_pdf_leaves_the_dataset(build: Build) -> None:
    before = build({"one.pdf": disclosure()})
    kept = (before.clean / "amounts.csv").read_bytes()
    done = build({"notes.txt": b"x"})
    assert done.status == 1
    (line,) = done.errors.splitlines()
    assert "PDF" in line
    assert (done.clean / "amounts.csv").read_bytes() == kept


def test_loading_a_folder_without_a_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--clean", str(tmp_path), str(tmp_path / "x.xlsx")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "documents.csv is missing" in line


# --- names -----------------------------------------------------------------------------------------------------------

NAMES = {
    "2024年 部门预算 (终稿).pdf": "2024年-部门预算-终稿",
    "a\tb\nc\x1b[31m.pdf": "a-b-c-31m",
    "-rf.pdf": "rf",
    "=cmd|'calc'!A1.pdf": "cmd-calc-A1",
    "UPPER.PDF": "UPPER",
    ".hidden.pdf": "hidden",
    "...pdf": "document",
    "长" * 80 + ".pdf": "长" * 80,
    "x" * 250 + ".pdf": "x" * 120,
}


def test_names_of_every_kind(build: Build) -> None:
    done = build({name: disclosure(number) for number, name in enumerate(NAMES)})
    assert done.statuses() == dict.fromkeys(NAMES.values(), "ok")
    assert sorted(done.documents) == list(done.documents)
    data = mz.load(done.clean)
    named = {printable(name): doc_id for name, doc_id in NAMES.items()}
    assert dict(zip(data.documents["source"], data.documents["doc_id"], strict=True)) == named
    assert len(data.amounts) == 2 * len(NAMES)
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", done.console)


def test_names_that_become_the_same_id(build: Build) -> None:
    done = build({"a b.pdf": disclosure(), "a-b.pdf": disclosure(1), "a_b.pdf": disclosure(2)})
    assert set(done.documents) == {"a-b", "a-b-2", "a_b"}


def test_name_that_is_not_utf8(build: Build) -> None:
    name = os.fsdecode(b"bad\xff.pdf")
    try:
        done = build({name: disclosure(), "good.pdf": disclosure(1)})
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert sorted(done.statuses().values()) == ["ok", "ok"]
    assert len(mz.load(done.clean).amounts) == 4


def test_control_characters_of_a_name_never_reach_the_console(build: Build) -> None:
    name = "red\x1b[31m.pdf"
    done = build({name: disclosure(), "good.pdf": disclosure(1)}, f"doc_id,file,sha256\na,{name},{'0' * 64}\n")
    assert done.statuses() == {"a": "failed", "good": "ok"}
    assert "\x1b" not in done.console + done.errors


def test_name_in_sources_longer_than_a_file_name_can_be(build: Build) -> None:
    done = build({"good.pdf": disclosure()}, f"doc_id,file\na,good.pdf\nb,{'x' * 300}.pdf\n")
    assert done.documents.keys() <= {"a", "b", "good"}
    assert "ok" in done.statuses().values()
    assert done.said("xxxx") or done.said("b:")


# --- reports ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--html", "--checklist"])
@pytest.mark.parametrize("place", ["nowhere/report.x", "."])
def test_a_report_that_cannot_be_written_is_told_in_a_line(tmp_path: Path, option: str, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.pdf").write_bytes(b"%PDF-1.7 torn")
    assert main(["check", str(tmp_path / "one.pdf"), option, str(tmp_path / place)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / place) in line


# --- memory ----------------------------------------------------------------------------------------------------------


def test_out_of_memory_is_called_so_through_every_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A form that draws itself twice: 823 bytes that took 11 GB."""
    (tmp_path / "bad.pdf").write_bytes(CRAFTED["forms in forms"]())
    monkeypatch.setattr(workers.Limits.__init__, "__defaults__", (60.0, 200 * 1024**2))
    words = "needed more than 0.2 GiB of memory"
    with pytest.raises(UnreadableDocument, match=words):
        mz.read(tmp_path / "bad.pdf")
    for command in ("read", "check"):
        assert main([command, str(tmp_path / "bad.pdf")]) != 0
        assert words in "".join(capsys.readouterr())
    assert words in own_pdf(tmp_path / "bad.pdf").report.value
    assert words in build_folder(tmp_path, tmp_path.with_name(f"{tmp_path.name}-clean"), workers=1).documents[0]["problems"]

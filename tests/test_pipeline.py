"""The build as a whole: the same bytes every time, going on after a kill, and a dataset replaced only as a whole."""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from drawing import Sheet

import mingzhang as mz
from mingzhang.__main__ import main
from mingzhang.building import pipeline, reader
from mingzhang.building.pipeline import build
from mingzhang.errors import BadOutput
from mingzhang.isolation import workers
from mingzhang.sources import Source

DOCUMENTS = 6
#: The exit status of a build that read every document but the torn one.
TORN = 2


def disclosure(number: int, pages: int = 3) -> bytes:
    """A document with a table over several pages and a performance table, its figures its own."""
    sheet = Sheet().title(f"202{number}年部门支出预算表")
    for page in range(pages):
        rows = [[f"2{page:02d}{row:02d}", f"第{row}项支出", f"{number}{page}{row}.25", f"{row}.00"] for row in range(20)]
        sheet.table([["科目编码", "科目名称", "基本支出", "项目支出"], *rows], [80, 200, 100, 100])
        sheet.next_page()
    sheet.title("项目绩效目标表", unit="")
    sheet.table([["项目名称", f"项目{number}", "<", "<"], ["一级指标", "二级指标", "三级指标", "指标值"], ["产出指标", "数量指标", "次数", f"≥{number}次"]],
                [90] * 4)
    return sheet.bytes()


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    for number in range(DOCUMENTS):
        (folder / f"body-{number}.pdf").write_bytes(disclosure(number))
    (folder / "torn.pdf").write_bytes(b"%PDF-1.4\n")
    return folder


@pytest.fixture(scope="module")
def undisturbed(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a build of `raw` gives when nothing comes between."""
    return content(build(raw, tmp_path_factory.mktemp("first") / "clean", workers=1).clean)


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Command:
    """The build as a process of its own, at the head of a process group; what it prints goes to files beside."""

    def __init__(self, raw: Path, clean: Path, workers: int = 1, **environment: str) -> None:
        arguments = ["build", "--raw", str(raw), "--clean", str(clean), "--workers", str(workers), "--quiet"]
        self._prints = clean.parent.with_name(f"{clean.parent.name}-printed"), clean.parent.with_name(f"{clean.parent.name}-errors")
        with self._prints[0].open("w") as printed, self._prints[1].open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mingzhang", *arguments], env={**os.environ, **environment},
                stdout=printed, stderr=errors, start_new_session=True,
                # A shell's background job ignores SIGINT, and its children inherit that: here it is heard wherever tests run.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def wait(self) -> tuple[int, str, str]:
        """Its exit status and what it printed to standard output and standard error."""
        try:
            status = self._process.wait(120)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        printed, errors = (file.read_text(encoding="utf-8") for file in self._prints)
        return status, printed, errors

    def stop_midway(self, parent: Path, number: int) -> tuple[int, str, str]:
        """Send it a signal as soon as the rows of a first document are kept."""
        while self._process.poll() is None and not any(parent.rglob("*.part")):
            time.sleep(0.005)
        if self._process.poll() is not None:
            pytest.fail(f"the build ended before it could be stopped: {self.wait()}")
        if number == signal.SIGKILL:
            self._process.kill()
        else:
            os.killpg(self._process.pid, number)  # as a terminal does it
        return self.wait()


# --- the same bytes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_same_bytes_from_any_number_of_workers(
    raw: Path, undisturbed: dict[str, bytes], tmp_path: Path, workers: int
) -> None:
    assert content(build(raw, tmp_path / "clean", workers=workers).clean) == undisturbed


def test_same_bytes_from_another_process(raw: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    clean = tmp_path / "elsewhere" / "data"
    process = Command(raw, clean, 2, PYTHONHASHSEED="7", TZ="Asia/Shanghai", LC_ALL="C", PYTHONUTF8="0")
    status, _, errors = process.wait()
    assert (status, errors) == (TORN, "")
    assert content(clean) == undisturbed


def test_what_it_builds_holds(undisturbed: dict[str, bytes], raw: Path, tmp_path: Path) -> None:
    """Lest two builds be alike because both are empty."""
    data = mz.load(build(raw, tmp_path / "clean", workers=1).clean)
    assert data.documents.set_index("doc_id")["status"].to_dict() == {
        **{f"body-{number}": "ok" for number in range(DOCUMENTS)}, "torn": "failed",
    }
    assert len(data.amounts) == DOCUMENTS * 3 * 20 * 2
    assert data.kpi_indicators["target_raw"].tolist() == [f"≥{number}次" for number in range(DOCUMENTS)]
    assert not [name for name, text in undisturbed.items() if str(raw).encode() in text], "a path of this machine"


# --- interrupted builds ----------------------------------------------------------------------------------------------


def test_killed_build_goes_on(raw: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    Command(raw, clean, 2).stop_midway(tmp_path, signal.SIGKILL)
    assert not clean.exists()
    assert main(["build", "--raw", str(raw), "--clean", str(clean), "--workers", "2", "--quiet"]) == TORN
    assert content(clean) == undisturbed
    assert os.listdir(tmp_path) == ["clean"]


def test_stopped_by_the_keyboard(raw: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    status, printed, errors = Command(raw, tmp_path / "clean", 2).stop_midway(tmp_path, signal.SIGINT)
    assert errors.splitlines() == ["mingzhang: stopped; the same command goes on from here"]
    assert (status, printed) == (130, "")
    assert content(build(raw, tmp_path / "clean", workers=1).clean) == undisturbed


def stopped_after(number: int, run: Callable[..., Iterator[Any]], log: Path) -> Callable[..., Iterator[Any]]:
    """What runs the jobs, noting each document that was read, and killing the build when the rows of so many are kept."""

    def stopping(*arguments: Any) -> Iterator[Any]:
        for source, result in run(*arguments):
            with log.open("a") as handle:
                handle.write(f"{source.doc_id} ")
            yield source, result
            if len(log.read_text().split()) == number:
                os.kill(os.getpid(), signal.SIGKILL)

    return stopping


def in_child(action: Callable[[], object]) -> int:
    """Run an action in a forked process (whose own children end with it); its wait status."""
    pid = os.fork()
    if not pid:
        os.setpgid(0, 0)
        try:
            action()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    return status


def test_no_document_is_read_twice(
    raw: Path, undisturbed: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    log.write_text("")
    run = workers.run
    for number in (2, 5, 100):
        monkeypatch.setattr(workers, "run", stopped_after(number, run, log))
        status = in_child(lambda: build(raw, tmp_path / "clean", workers=1))
        assert status == (signal.SIGKILL if number < 100 else 0)
    names = log.read_text().split()
    assert sorted(names) == sorted([*(f"body-{number}" for number in range(DOCUMENTS)), "torn"])
    assert content(tmp_path / "clean") == undisturbed


def test_changed_document_is_read_anew(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that an interrupted build has kept are used for the same content only."""
    folder, log = tmp_path / "raw", tmp_path / "log"
    folder.mkdir()
    log.write_text("")
    for number in range(3):
        (folder / f"body-{number}.pdf").write_bytes(disclosure(number))
    with monkeypatch.context() as patch:
        patch.setattr(workers, "run", stopped_after(2, workers.run, log))
        in_child(lambda: build(folder, tmp_path / "clean", workers=1))
    for doc_id in log.read_text().split():
        (folder / f"{doc_id}.pdf").write_bytes(disclosure(7, pages=1 + int(doc_id[-1])))
    (folder / "body-0.pdf").unlink()
    again = build(folder, tmp_path / "clean", workers=1)
    fresh = build(folder, tmp_path / "fresh", workers=1)
    assert content(again.clean) == content(fresh.clean)


# --- the dataset is replaced as a whole ------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path, undisturbed: dict[str, bytes]) -> Path:
    """A dataset of an earlier build of other documents, with a folder of figures and a file that no build writes."""
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    (earlier / "old.pdf").write_bytes(disclosure(9, pages=1))
    clean = tmp_path / "place" / "clean"
    build(earlier, clean, workers=1)
    (clean / "figures" / "deep").mkdir(parents=True)
    (clean / "figures" / "deep" / "1.png").write_bytes(b"\x89PNG")
    assert content(clean) != undisturbed
    return clean


FIGURE = {"figures/deep/1.png": b"\x89PNG"}


def test_other_folders_are_carried_over(raw: Path, old: Path, undisturbed: dict[str, bytes]) -> None:
    """What a build wrote and no longer writes goes, what somebody else put there stays."""
    package = json.loads((old / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"].append({"name": "stale", "path": "no-longer-written.csv"})
    (old / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (old / "no-longer-written.csv").write_text("stale")
    (old / "notes.txt").write_text("of the user")
    build(raw, old, workers=1)
    assert content(old) == undisturbed | FIGURE | {"notes.txt": b"of the user"}
    assert os.listdir(old.parent) == ["clean"]


def test_killed_build_leaves_the_old_dataset(raw: Path, old: Path, undisturbed: dict[str, bytes]) -> None:
    before = content(old)
    Command(raw, old).stop_midway(old.parent, signal.SIGKILL)
    assert content(old) == before
    assert mz.load(old).documents["doc_id"].tolist() == ["old"]
    assert main(["build", "--raw", str(raw), "--clean", str(old), "--workers", "1", "--quiet"]) == TORN
    assert content(old) == undisturbed | FIGURE


#: Where a build touches the file system to put the dataset in place.
STEPS = ("Path.mkdir", "Path.rename", "Path.replace", "shutil.copytree", "shutil.rmtree", "pipeline.join",
         "pipeline.write_descriptor", "pipeline.write_dictionary", "pipeline.swap")


def build_killed_at(call: int, raw: Path, clean: Path) -> None:
    """Build, and kill this process at the `call`-th call of one of `STEPS`."""
    homes = {"Path": Path, "shutil": shutil, "pipeline": pipeline}
    count = 0

    def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return wrapper

    for step in STEPS:
        home, name = step.split(".")
        setattr(homes[home], name, guarded(getattr(homes[home], name)))
    build(raw, clean, workers=1)


def test_killed_at_any_step_of_putting_it_in_place(tmp_path: Path) -> None:
    """After a kill at any moment there is the whole old or the whole new dataset, or the next build brings all back."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.pdf").write_bytes(b"%PDF-1.4\n")
    before = content(build(tmp_path / "old", tmp_path / "before", workers=1).clean) | FIGURE
    after = content(build(tmp_path / "new", tmp_path / "after", workers=1).clean) | FIGURE
    assert before != after
    (tmp_path / "before" / "figures" / "deep").mkdir(parents=True)
    (tmp_path / "before" / "figures" / "deep" / "1.png").write_bytes(FIGURE["figures/deep/1.png"])
    call, killed = 0, True
    while killed:
        call += 1
        clean = tmp_path / f"step-{call}" / "clean"
        shutil.copytree(tmp_path / "before", clean)
        killed = in_child(functools.partial(build_killed_at, call, tmp_path / "new", clean)) == signal.SIGKILL
        if killed:
            assert not clean.exists() or content(clean) in (before, after), f"half a dataset after step {call}"
            build(tmp_path / "new", clean, workers=1)
        assert content(clean) == after, f"not repaired after step {call}"
        assert os.listdir(clean.parent) == ["clean"], f"something is left over after step {call}"
    assert call > 8, "the steps are not those of the build any more"


@pytest.mark.parametrize("where", ["keep", "join", "write_descriptor", "swap"])
def test_full_disk_leaves_the_old_dataset(raw: Path, old: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = content(old)
    if where == "keep":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(pipeline, where, full)
    with pytest.raises(BadOutput, match="No space left on device"):
        build(raw, old, workers=1)
    assert content(old) == before


# --- folders that cannot be written ----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["blocked", "blocked/clean", "blocked/deep/clean"])
def test_output_that_cannot_be_written(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    (tmp_path / "blocked").write_text("a file stands here")
    assert main(["build", "--raw", str(raw), "--clean", str(tmp_path / place), "--workers", "1", "--quiet"]) == 1
    printed, errors = capsys.readouterr()
    (line,) = errors.splitlines()
    assert str(tmp_path / place) in line
    assert printed == ""
    assert os.listdir(tmp_path) == ["blocked"]
    assert (tmp_path / "blocked").read_text() == "a file stands here"


# --- documents that bring down their reader --------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_document_that_crashes_its_reader(
    raw: Path, undisturbed: dict[str, bytes], tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reader.read_part

    def crash(source: Source) -> Any:
        if source.doc_id == "body-3":
            os.kill(os.getpid(), signal.SIGSEGV)
        return read(source)

    monkeypatch.setattr(reader, "read_part", crash)
    report = build(raw, tmp_path / "clean", workers=workers)
    (row,) = (row for row in report.documents if row["doc_id"] == "body-3")
    assert (row["status"], row["problems"]) == ("failed", "the reader crashed (signal 11)")
    assert "body-3: the reader crashed" in str(report)
    whole = undisturbed["amounts.csv"].decode().splitlines()
    assert (tmp_path / "clean" / "amounts.csv").read_text(encoding="utf-8").splitlines() == [
        line for line in whole if "body-3" not in line
    ]

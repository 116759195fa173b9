"""A build that is killed at any moment, again and again, ends in the same bytes as one that nobody disturbed."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("reportlab", reason="synthetic documents need reportlab (the extra `synthetic`)")

from mingzhang.__main__ import main
from mingzhang.building.pipeline import build
from mingzhang.errors import BadOutput
from synthetic import write_corpus

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the worker processes in /proc")

DOCUMENTS = 40
KILLS = 20
#: The exit status of a build that read every document but the torn one.
TORN = 2


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    list(write_corpus(folder, DOCUMENTS, seed=7, rows=4, forms=3))
    (folder / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    first = sorted(folder.glob("*.pdf"))[0]
    shutil.copy(first, folder / "zz-the-same-again.pdf")
    return folder


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("few")
    list(write_corpus(folder, 6, seed=70, rows=4, forms=3))
    return folder


@pytest.fixture(scope="module")
def some(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("some")
    for pdf in sorted(raw.glob("*.pdf"))[-14:]:
        (folder / pdf.name).symlink_to(pdf)
    return folder


@pytest.fixture(scope="module")
def all_of_some(some: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return content(build(some, tmp_path_factory.mktemp("whole") / "clean", workers=2).clean)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Command:
    """`mingzhang build` in a process of its own, forked: starting Python and its libraries anew takes seconds each time."""

    def __init__(self, raw: Path, clean: Path, workers: int = 2) -> None:
        arguments = ["build", "--raw", str(raw), "--clean", str(clean), "--workers", str(workers), "--quiet"]
        self._process = multiprocessing.get_context("fork").Process(target=self._run, args=(arguments,))
        self._process.start()
        self.pid: int = self._process.pid or 0
        self.kill = self._process.kill

    @staticmethod
    def _run(arguments: list[str]) -> None:
        sys.exit(main(arguments))

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int | None:
        self._process.join(seconds)
        return self.poll()


def children(pid: int) -> list[int]:
    """The processes whose parent is `pid`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def kept(clean: Path) -> set[str]:
    try:
        return {path.name for path in (clean.parent / f".{clean.name}.work").rglob("*.part")}
    except FileNotFoundError:  # the build has just put the dataset in place and cleared its work folder
        return set()


def moments(seed: int) -> Iterator[int]:
    """After how many more documents each kill comes, at random, so that all of them fall within the build."""
    chance = random.Random(seed)
    while True:
        yield chance.randrange(0, 2 * DOCUMENTS // KILLS - 2)


def test_killed_twenty_times(raw: Path, tmp_path: Path) -> None:
    undisturbed = content(build(raw, tmp_path / "undisturbed" / "clean", workers=2).clean)
    clean = tmp_path / "clean"
    chance = random.Random(3)
    killed = 0
    for more in moments(11):
        before = kept(clean)
        process = Command(raw, clean)
        while process.poll() is None and len(kept(clean)) < len(before) + more:
            time.sleep(0.02)
        time.sleep(chance.random() * 0.15)
        if process.poll() is not None or killed == KILLS:
            break
        process.kill()
        process.wait()
        killed += 1
        assert before <= kept(clean), "a finished document was lost"
        assert not clean.exists()
    assert process.wait(120) == TORN
    assert killed >= KILLS // 2, "the build was over before it could be killed often enough"
    assert content(clean) == undisturbed
    assert sorted(os.listdir(tmp_path)) == ["clean", "undisturbed"]


def test_killed_workers_cost_nothing(some: Path, all_of_some: dict[str, bytes], tmp_path: Path) -> None:
    """The document of a worker that is killed after others is read again by a new one."""
    clean = tmp_path / "clean"
    process = Command(some, clean, workers=3)
    killed: list[int] = []
    while process.poll() is None and len(killed) < 3:
        # each of the first workers once: what comes after it is at a document for the second time
        if len(kept(clean)) >= 2 + 2 * len(killed) and (first := sorted({*children(process.pid), *killed})[:3]):
            os.kill(first[len(killed)], signal.SIGKILL)
            killed.append(first[len(killed)])
        time.sleep(0.01)
    assert process.wait(120) == TORN
    assert len(killed) == 3
    assert content(clean) == all_of_some


def test_two_builds_of_one_dataset(some: Path, all_of_some: dict[str, bytes], tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    process = Command(some, clean)
    while not kept(clean):
        time.sleep(0.01)
    with pytest.raises(BadOutput, match="another build is writing this dataset"):
        build(some, clean, workers=1)
    assert process.wait(120) == TORN
    assert content(clean) == all_of_some
    assert content(build(some, clean, workers=2).clean) == all_of_some, "the lock is gone with the build that held it"


class Cluster:
    """A Dask scheduler and two workers as programs of their own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        file = folder / "scheduler.json"
        plain = ["--scheduler-file", str(file), "--no-dashboard"]
        self.scheduler = self._start("scheduler", *plain, "--host", "127.0.0.1", "--port", "0")
        self._workers = [self._start("worker", *plain, "--nthreads", "1", "--no-nanny", "--death-timeout", "20") for _ in range(2)]
        while not file.exists() or not file.read_text():
            time.sleep(0.05)
        self.address = json.loads(file.read_text())["address"]

    @staticmethod
    def _start(part: str, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{part}", *options], stderr=subprocess.DEVNULL, cwd="/")

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self._workers, self.scheduler):
            process.kill()
            process.wait()


def test_killed_scheduler_is_told_and_gone_on_from(some: Path, all_of_some: dict[str, bytes], tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="a Dask cluster needs dask[distributed] (the extra `scale`)")
    clean = tmp_path / "clean"
    arguments = [sys.executable, "-m", "mingzhang", "build", "--raw", str(some), "--clean", str(clean), "--quiet", "--scheduler"]
    with Cluster(tmp_path / "first") as cluster:
        process = subprocess.Popen([*arguments, cluster.address], stderr=subprocess.PIPE, text=True)
        while process.poll() is None and len(kept(clean)) < 5:
            time.sleep(0.01)
        cluster.scheduler.kill()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.splitlines()[-1] == "mingzhang: the Dask scheduler was lost; the same command goes on from here"
    before = kept(clean)
    assert len(before) >= 5
    with Cluster(tmp_path / "second") as cluster:
        process = subprocess.Popen([*arguments, cluster.address], stderr=subprocess.DEVNULL)
        while process.poll() is None and kept(clean) == before:
            time.sleep(0.01)
        assert process.wait(120) == TORN
    assert content(clean) == all_of_some


def test_full_disk_is_told_and_gone_on_from(few: Path, tmp_path: Path) -> None:
    """A file size limit of the process stands in for a full disk: writing fails in the midst of it."""
    clean = tmp_path / "clean"
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY));"
        "from mingzhang.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["build", "--raw", str(few), "--clean", str(clean), "--workers", "2", "--quiet"]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "cannot be written" in line
    assert not clean.exists()
    assert content(build(few, clean, workers=2).clean) == content(build(few, tmp_path / "other" / "clean", workers=2).clean)


def test_damaged_part_is_read_again(few: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    process = Command(few, clean)
    while process.poll() is None and len(kept(clean)) < 2:
        time.sleep(0.01)
    process.kill()
    process.wait()
    part = next((tmp_path / ".clean.work").rglob("*.part"))
    part.write_bytes(part.read_bytes()[:-7])
    with pytest.raises(BadOutput, match="damaged"):
        build(few, clean, workers=2)
    assert content(build(few, clean, workers=2).clean) == content(build(few, tmp_path / "other" / "clean", workers=2).clean)

"""Workers: a job that hangs, eats memory or crashes is reported as failed, and the others go on."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mingzhang.isolation import workers
from mingzhang.isolation.workers import Failed, Limits

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="limits are enforced where processes fork")


def work(job: str) -> Any:
    """What the jobs of these tests do, by name; every other name gives itself and the child's process id."""
    match job:
        case "hang":
            time.sleep(600)
        case "hang and ignore signals":
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            while True:
                pass
        case "eat memory":
            return len(bytearray(8 * 1024**3))
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "null pointer":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "raise":
            raise KeyError("no such thing")
        case "raise without words":
            raise RuntimeError
        case "no data":
            return lambda: None
        case "large":
            return b"x" * 30_000_000
    return job, os.getpid()


def results(jobs: Sequence[str], count: int = 1, limits: Limits | None = None) -> dict[str, Any]:
    """The result of each job, or the reason why there is none."""
    out = {job: result.reason if isinstance(result, Failed) else result for job, result in workers.run(work, jobs, count, limits)}
    assert sorted(out) == sorted(jobs), "each job has one result"
    return out


def alive(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


GOOD = [f"good {n}" for n in range(6)]
BAD: dict[str, tuple[Limits, str]] = {
    "hang": (Limits(seconds=1.0), "took longer than 1 s"),
    "hang and ignore signals": (Limits(seconds=1.0), "took longer than 1 s"),
    "eat memory": (Limits(memory=1024**3), "needed more than 1.0 GiB of memory"),
    "segfault": (Limits(), "crashed (signal 11)"),
    "null pointer": (Limits(), "crashed (signal 11)"),
    "exit": (Limits(), "stopped (exit code 3)"),
    "raise": (Limits(), "KeyError: 'no such thing'"),
    "raise without words": (Limits(), "RuntimeError"),
    "no data": (Limits(), "gave an answer that cannot be written as data"),
}


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_job_has_its_result(count: int) -> None:
    found = results(GOOD, count)
    assert {job: result[0] for job, result in found.items()} == {job: job for job in GOOD}
    assert len({pid for _, pid in found.values()}) <= count
    assert os.getpid() not in {pid for _, pid in found.values()}


def test_no_jobs_no_results() -> None:
    assert results([], 2) == {}


def test_large_results_come_through() -> None:
    assert len(results(["large", *GOOD], 2)["large"]) == 30_000_000


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("bad", BAD)
def test_others_go_on_beside_a_bad_job(bad: str, count: int) -> None:
    limits, reason = BAD[bad]
    found = results([*GOOD[:3], bad, *GOOD[3:]], count, limits)
    assert reason in found.pop(bad)
    assert {job: result[0] for job, result in found.items()} == {job: job for job in GOOD}


def escape(job: str) -> Any:
    """Ways out of a child, Python's own and those of native code."""
    victim = Path(os.environ["VICTIM"])
    libc = ctypes.CDLL(None, use_errno=True)
    ways = {
        "UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, ("127.0.0.1", 9)),
        "names": lambda: socket.gethostbyname("localhost"),
        "fork": lambda: os.fork() or os._exit(0),
        "native fork": lambda: libc.fork() or os._exit(0),
        "program": lambda: subprocess.Popen(["true"]),
        "shell": lambda: -libc.system(b"true"),
        "read": victim.read_text,
        "remove": victim.unlink,
        "native remove": lambda: libc.unlink(bytes(victim)),
        "write": lambda: victim.with_name("new").write_text("x"),
        "change the mode": lambda: victim.chmod(0),
        "signal": lambda: os.kill(os.getppid(), 0),
    }
    try:
        answer = ways[job]() if job in ways else Path(__file__).read_text() and "good"
    except OSError as error:
        return type(error).__name__
    return "refused" if isinstance(answer, int) and answer < 0 else str(answer)


WAYS = ["UDP", "names", "fork", "native fork", "program", "shell", "read", "remove", "native remove", "write", "change the mode", "signal"]


@pytest.mark.skipif(sys.platform != "linux", reason="native code is confined on Linux")
def test_a_child_can_do_nothing_but_read_its_folder_and_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = tmp_path / "victim"
    victim.write_text("secret")
    monkeypatch.setenv("VICTIM", str(victim))
    found = dict(workers.run(escape, ["good", *WAYS], 1, readable=[Path(__file__).parent]))
    assert found.pop("good") == "good"
    assert set(found.values()) <= {"PermissionError", "refused"}, found
    assert victim.read_text() == "secret"
    assert os.listdir(tmp_path) == ["victim"]


class Elsewhere:
    """How children come to be on another system; `sys` as it is but for its name."""

    def __init__(self, platform: str) -> None:
        self.platform = platform

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_the_limits_hold_where_children_are_not_forked(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS starts them as programs, Windows by multiprocessing's spawn; both ways are there on Linux too."""
    monkeypatch.setattr(workers, "sys", Elsewhere(platform))
    patient = Limits(seconds=100.0, memory=1024**3)
    reader = workers.Reader(work, patient)
    assert not reader.forked
    name, pid = reader.ask("good")
    assert (name, pid != os.getpid()) == ("good", True)
    reader.limits = Limits(seconds=1.0, memory=1024**3)
    assert reader.ask("hang") == Failed("took longer than 1 s")
    assert not alive(pid)
    reader.limits = patient
    assert reader.ask("eat memory") == Failed("needed more than 1.0 GiB of memory", fatal=True)
    reader.close()


def test_memory_is_watched_where_the_system_limits_none(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")

    def refused(*_: object) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refused)  # forked children inherit it
    ((_, result),) = workers.run(grow, ["x"], 1, Limits(memory=256 * 1024**2))
    assert result == Failed("needed more than 0.2 GiB of memory", fatal=True)


def test_a_job_whose_child_is_killed_is_tried_once_more_even_the_first() -> None:
    before = set(children())
    killer = threading.Timer(0.15, lambda: [os.kill(pid, signal.SIGKILL) for pid in set(children()) - before])
    killer.start()
    assert list(workers.run(slow, [2, 3], 1)) == [(2, 2), (3, 3)]


def children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def grow(job: str) -> int:
    """Take memory in steps too small for any one of them to fail."""
    held = []
    while True:
        held.append(b"x" * 4 * 1024**2)  # pages of zeros would be none
        time.sleep(0.002)


def test_memory_that_grows_is_called_so() -> None:
    ((_, result),) = workers.run(grow, ["x"], 1, Limits(memory=256 * 1024**2))
    assert result == Failed("needed more than 0.2 GiB of memory", fatal=True)


def test_all_jobs_bad() -> None:
    found = results(["segfault", "exit", "hang", "null pointer"], 2, Limits(seconds=1.0))
    assert [found[job].split(" (")[0] for job in ("segfault", "exit", "null pointer")] == [
        "the reader crashed", "the reader stopped", "the reader crashed",
    ]
    assert "took longer" in found["hang"]


def test_time_limit_is_for_one_job_not_for_all() -> None:
    jobs = list(workers.run(slow, range(6), 1, Limits(seconds=1.5)))
    assert [result for _, result in jobs] == list(range(6))


def slow(job: int) -> int:
    time.sleep(0.3)
    return job


def test_child_is_used_again_after_a_job_that_only_failed() -> None:
    found = results(["good 1", "raise", "good 2"], 1)
    assert found["good 1"][1] == found["good 2"][1]


def test_child_is_replaced_after_many_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "JOBS_PER_CHILD", 2)
    assert len({pid for _, pid in results(GOOD, 1).values()}) == 3


def test_no_child_is_left_when_the_caller_stops_early() -> None:
    run = workers.run(work, [*GOOD, "hang"], 2)
    pids = {next(run)[1][1], next(run)[1][1]}
    run.close()  # type: ignore[attr-defined]
    assert not any(map(alive, pids))


ORPHANS = """
import os, sys, time
from mingzhang.isolation import workers

def hang(job):
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(600)

list(workers.run(hang, range(1000), 2))
"""


def test_children_end_with_a_parent_that_was_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pids = [int(parent.stdout.readline()), int(parent.stdout.readline())]
    parent.kill()
    parent.wait()
    end = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    left = [pid for pid in pids if alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left

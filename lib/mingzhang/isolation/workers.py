"""Workers: run a function over jobs, each in a child process with a time limit and a memory limit.

A job that hangs, eats memory or crashes its process is reported as failed; the others go on. Children are reused as long as they
behave, so that a job costs no process start; a job whose child dies is tried once more in a new one, so that none suffers from those
before it or from a want of memory that has passed. A child can do nothing but answer (`sandbox`), and its answer is data: bytes or JSON.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from ..errors import MingzhangError
from .sandbox import confine

Job = TypeVar("Job")

#: A child is replaced after this many jobs, so that no leak in a library adds up.
JOBS_PER_CHILD = 200
#: Exit code of a child that used more memory than it may.
OUT_OF_MEMORY = 77
#: Seconds between two looks at a child's memory and at its parent.
LOOK = 0.2


class BadLimits(MingzhangError):
    """A limit that no job could keep or break."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use: wall-clock seconds and bytes of memory."""

    seconds: float = 600.0
    memory: float = 4 * 1024**3

    def __post_init__(self) -> None:
        for name, value in (("seconds", self.seconds), ("bytes of memory", self.memory)):
            if not 0 < value < float("inf"):
                raise BadLimits(f"a limit of {value} {name} is none: it must be a number above 0")


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that gave no result, and why in plain words; after a `fatal` one its child is not used again."""

    reason: str
    fatal: bool = False


@dataclass(slots=True)
class _Child:
    process: Any
    pipe: Connection
    job: Any = None
    deadline: float = float("inf")
    done: int = 0
    memory: float = 0
    again: bool = False  # whether its job is tried a second time


def run(
    function: Callable[[Job], Any], jobs: Iterable[Job], workers: int, limits: Limits | None = None,
    readable: Sequence[Path] | None = None,
) -> Iterator[tuple[Job, Any]]:
    """Yield (job, result) as the jobs finish; the result is a `Failed` where the child gave none.

    `function` must be importable (or the platform must fork) and give bytes or what JSON can write; an exception that it raises becomes a
    `Failed` with its message. `readable` are the folders that the children may read (Linux; None: all).
    """
    limits = limits or Limits()
    waiting = iter(jobs)
    children: list[_Child] = []
    try:
        for job in _first(waiting, workers):
            child = _start(function, limits, readable)
            children.append(child)
            _give(child, job, limits)
        while children:
            busy = {child.pipe: child for child in children}
            soonest = min(child.deadline for child in children) - time.monotonic()
            ready = wait(list(busy), timeout=max(0.0, soonest))
            finished = [busy[pipe] for pipe in ready]  # type: ignore[index]
            late = [child for child in children if child not in finished and child.deadline <= time.monotonic()]
            for child in [*finished, *late]:
                job = child.job
                result = _receive(child) if child in finished else Failed(f"took longer than {limits.seconds:.0f} s")
                fatal = isinstance(result, Failed) and result.fatal
                if fatal and not child.again:
                    # What earlier jobs left behind or a want of memory may be to blame: the job gets a new child before it is given up.
                    _stop(child, kill=True)
                    children.remove(child)
                    children.append(_start(function, limits, readable))
                    _give(children[-1], job, limits)
                    children[-1].again = True
                    continue
                broken = fatal or child in late
                following = next(waiting, _NONE)
                if broken or child.done >= JOBS_PER_CHILD or following is _NONE:
                    _stop(child, kill=broken)
                    children.remove(child)
                    if following is not _NONE:
                        child = _start(function, limits, readable)
                        children.append(child)
                if following is not _NONE:
                    _give(child, following, limits)
                yield job, result
    finally:
        for child in children:
            _stop(child, kill=True)


_NONE: Any = object()


def _first(jobs: Iterator[Job], count: int) -> Iterator[Job]:
    for _ in range(max(1, count)):
        job = next(jobs, _NONE)
        if job is _NONE:
            return
        yield job


def _context() -> Any:
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods and sys.platform != "darwin" else "spawn")


def _start(function: Callable[[Job], Any], limits: Limits, readable: Sequence[Path] | None = None) -> _Child:
    context = _context()
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(function, theirs, limits.memory, os.getpid(), readable), daemon=True)
    process.start()
    theirs.close()
    return _Child(process, mine, memory=limits.memory)


def _give(child: _Child, job: Any, limits: Limits) -> None:
    child.job, child.deadline = job, time.monotonic() + limits.seconds
    child.done += 1
    child.again = False
    try:
        child.pipe.send(job)
    except OSError:
        child.deadline = float("-inf")


def _receive(child: _Child) -> Any:
    """The child's answer; a broken pipe means that the process died, and marks the child as broken."""
    try:
        return unpacked(child.pipe.recv_bytes())
    except (EOFError, OSError, ValueError):
        child.process.join(5)
        code = child.process.exitcode
        if code == OUT_OF_MEMORY:
            return Failed(f"needed more than {child.memory / 1024**3:.1f} GiB of memory", fatal=True)
        if code == -9:
            return Failed("the reader was killed (signal 9: the system may have run out of memory)", fatal=True)
        return Failed(f"the reader crashed (signal {-code})" if code and code < 0 else f"the reader stopped (exit code {code})", fatal=True)


def _stop(child: _Child, kill: bool) -> None:
    if kill:
        child.process.kill()
    else:
        try:
            child.pipe.send(None)
        except OSError:
            child.process.kill()
    child.process.join(10)
    child.pipe.close()


def packed(answer: Any) -> bytes:
    """A child's answer as bytes that nothing but data can come of: bytes as they are, else JSON. Raises TypeError for anything else."""
    if isinstance(answer, bytes):
        return b"b" + answer
    if isinstance(answer, Failed):
        return b"f" + json.dumps([answer.reason, answer.fatal]).encode()
    return b"j" + json.dumps(answer).encode()


def unpacked(message: bytes) -> Any:
    """The answer that `packed` made bytes of."""
    kind, body = message[:1], message[1:]
    return body if kind == b"b" else Failed(*json.loads(body)) if kind == b"f" else json.loads(body)


def watch(parent: int, memory: float) -> None:
    """End this process when its parent is gone or when it holds more memory than it may, also in the midst of a job."""
    resident = memory_meter()
    most = resident() + memory

    def look() -> None:
        while os.getppid() == parent:
            if resident() > most:
                os._exit(OUT_OF_MEMORY)
            time.sleep(LOOK)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()


def memory_meter() -> Callable[[], int]:
    """What tells how many bytes of memory this process holds; 0 where that is not to be had."""
    if sys.platform == "linux":
        statm = os.open("/proc/self/statm", os.O_RDONLY)
        return lambda: int(os.pread(statm, 100, 0).split()[1]) * os.sysconf("SC_PAGE_SIZE")
    try:
        import psutil
    except ImportError:
        return lambda: 0
    process = psutil.Process()
    return lambda: int(process.memory_info().rss)


def _serve(
    function: Callable[[Any], Any], pipe: Connection, memory: float, parent: int, readable: Sequence[Path] | None = None
) -> None:
    """The child's loop: limit the memory, give up what is not needed, then answer jobs until None comes or the parent is gone."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes; the parent ends its children
    faulthandler.disable()  # the parent says in one line that its child crashed
    allocate_plainly()
    limit_memory(memory)
    confine(readable)  # before there is another thread, which it would not hold for
    watch(parent, memory)
    gc.freeze()  # what is loaded stays, so that clearing up after a job only looks at what the job left
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        if job is None:
            return
        try:
            result = function(job)
        except MemoryError:
            result = Failed(f"needed more than {memory / 1024**3:.1f} GiB of memory", fatal=True)
        except MingzhangError as error:
            result = Failed(str(error))
        except Exception as error:
            result = Failed(f"{type(error).__name__}: {error}")
        try:
            pipe.send_bytes(packed(result))
        except TypeError as error:
            pipe.send_bytes(packed(Failed(f"gave an answer that is no data ({error})")))
        except (OSError, ValueError):
            return
        job = result = None
        gc.collect()


def allocate_plainly() -> None:
    """Have Arrow, which pandas keeps its texts in, take memory as it needs it: its own allocator reserves whole GiB in advance."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    if arrow := sys.modules.get("pyarrow"):
        arrow.set_memory_pool(arrow.system_memory_pool())


def limit_memory(memory: float) -> None:
    """Let this process map at most `memory` bytes more than it has, where the platform can enforce that."""
    try:
        import resource
    except ImportError:
        return
    try:
        with open("/proc/self/statm", encoding="ascii") as handle:
            mapped = int(handle.read().split()[0]) * resource.getpagesize()
    except OSError:
        mapped = 0
    with contextlib.suppress(ValueError, OSError):  # then watching alone does it
        resource.setrlimit(resource.RLIMIT_AS, (int(memory) + mapped, int(memory) + mapped))


# --- one child where processes must not fork -------------------------------------------------------------------------


class Reader:
    """One child that answers one job at a time, started afresh instead of forked: for processes with threads, as a Dask worker is."""

    def __init__(self, function: Callable[[Any], Any], limits: Limits | None = None, readable: Sequence[Path] | None = None) -> None:
        self.function, self.limits, self.readable = function, limits or Limits(), readable
        self._child: _Child | None = None

    @property
    def forked(self) -> bool:
        """Whether a child costs next to nothing to start, since it is forked."""
        return self._child is not None and not isinstance(self._child.process, _Started)

    def ask(self, job: Any) -> Any:
        """The job's result, or a `Failed`."""
        result = self._try(job)
        if isinstance(result, Failed) and result.fatal and self._child is not None:
            self.close(kill=True)
            result = self._try(job)
        if self._child is not None and ((isinstance(result, Failed) and result.fatal) or self._child.done >= JOBS_PER_CHILD):
            self.close(kill=isinstance(result, Failed))
        return result

    def _try(self, job: Any) -> Any:
        child = self._child = self._child or _start_afresh(self.function, self.limits, self.readable)
        _give(child, job, self.limits)
        if child.pipe.poll(self.limits.seconds):
            return _receive(child)
        self.close(kill=True)
        return Failed(f"took longer than {self.limits.seconds:.0f} s")

    def close(self, kill: bool = False) -> None:
        """End the child."""
        if self._child is not None:
            _stop(self._child, kill)
            self._child = None


class _Started:
    """A started program with the methods of a multiprocessing.Process that are used here."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        self._program = program

    @property
    def exitcode(self) -> int | None:
        return self._program.poll()

    def kill(self) -> None:
        self._program.kill()

    def join(self, seconds: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._program.wait(seconds)


def _start_afresh(function: Callable[[Any], Any], limits: Limits, readable: Sequence[Path] | None) -> _Child:
    if sys.platform == "win32" or (_context().get_start_method() == "fork" and threading.active_count() == 1):
        return _start(function, limits, readable)
    mine, theirs = multiprocessing.Pipe()
    code = f"from {__name__} import _serve_at; _serve_at({theirs.fileno()}, {os.getpid()})"
    program = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()
    mine.send((pickle.dumps(function), limits.memory, [path for path in sys.path if path], readable))
    return _Child(_Started(program), mine, memory=limits.memory)


def _serve_at(descriptor: int, parent: int) -> None:
    pipe = Connection(descriptor)
    function, memory, path, readable = pipe.recv()
    sys.path[:] = path
    _serve(pickle.loads(function), pipe, memory, parent, readable)

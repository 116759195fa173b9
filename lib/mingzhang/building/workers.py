"""Workers: run a function over jobs, each in a child process with a time limit and a memory limit.

A job that hangs, eats memory or crashes its process is reported as failed; the others go on. Children are reused as long as they
behave, so that a job costs no process start; a job that crashes a used one is tried again in a new one, so that none suffers from
those before it. A child opens no network connection and starts no program, whatever its job asks for.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from ..errors import MingzhangError

Job = TypeVar("Job")

#: A child is replaced after this many jobs, so that no leak in a library adds up.
JOBS_PER_CHILD = 200
#: Bytes of the largest file that a child may write; it has none to write.
LARGEST_FILE = 64 * 1024**2
#: What a child may not do (names of Python's audit events).
FORBIDDEN = frozenset([
    "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn",
    "os.spawn", "os.startfile", "ftplib.connect", "urllib.Request", "webbrowser.open", "pty.spawn",
])  # fmt: skip


class BadLimits(MingzhangError):
    """A limit that no job could keep or break."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use: wall-clock seconds and bytes of memory."""

    seconds: float = 120.0
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


def run(
    function: Callable[[Job], Any], jobs: Iterable[Job], workers: int, limits: Limits | None = None
) -> Iterator[tuple[Job, Any]]:
    """Yield (job, result) as the jobs finish; the result is a `Failed` where the child gave none.

    `function` must be importable (or the platform must fork); an exception that it raises becomes a `Failed` with its message.
    """
    limits = limits or Limits()
    waiting = iter(jobs)
    children: list[_Child] = []
    try:
        for job in _first(waiting, workers):
            child = _start(function, limits)
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
                if fatal and child.done > 1:
                    # What earlier jobs left behind may be to blame: the job gets a child of its own before it is given up.
                    _stop(child, kill=True)
                    children.remove(child)
                    children.append(_start(function, limits))
                    _give(children[-1], job, limits)
                    continue
                broken = fatal or child in late
                following = next(waiting, _NONE)
                if broken or child.done >= JOBS_PER_CHILD or following is _NONE:
                    _stop(child, kill=broken)
                    children.remove(child)
                    if following is not _NONE:
                        child = _start(function, limits)
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


def _start(function: Callable[[Job], Any], limits: Limits) -> _Child:
    context = _context()
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(function, theirs, limits.memory, os.getpid()), daemon=True)
    process.start()
    theirs.close()
    return _Child(process, mine)


def _give(child: _Child, job: Any, limits: Limits) -> None:
    child.job, child.deadline = job, time.monotonic() + limits.seconds
    child.done += 1
    try:
        child.pipe.send(job)
    except OSError:
        child.deadline = float("-inf")


def _receive(child: _Child) -> Any:
    """The child's answer; a broken pipe means that the process died, and marks the child as broken."""
    try:
        return child.pipe.recv()
    except (EOFError, OSError):
        child.process.join(5)
        code = child.process.exitcode
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


def _die_with(parent: int) -> None:
    """End this process when its parent is gone, also in the midst of a job."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _serve(function: Callable[[Any], Any], pipe: Connection, memory: float, parent: int) -> None:
    """The child's loop: limit the memory, then answer jobs until None comes or the parent is gone."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes; the parent ends its children
    faulthandler.disable()  # the parent says in one line that its child crashed
    _die_with(parent)
    allocate_plainly()
    limit_memory(memory)
    confine()
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
        except Exception as error:
            result = Failed(f"{type(error).__name__}: {error}")
        try:
            pipe.send(result)
        except (OSError, ValueError):
            return
        job = result = None
        gc.collect()


def confine() -> None:
    """Refuse this process network connections, programs, large files and core dumps, for good."""

    def refuse(event: str, _: object) -> None:
        if event in FORBIDDEN:
            raise PermissionError(f"reading a document does not need {event}")

    sys.addaudithook(refuse)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))


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
    resource.setrlimit(resource.RLIMIT_AS, (int(memory) + mapped, int(memory) + mapped))


# --- one child where processes must not fork -------------------------------------------------------------------------


class Reader:
    """One child that answers one job at a time, started afresh instead of forked: for processes with threads, as a Dask worker is."""

    def __init__(self, function: Callable[[Any], Any], limits: Limits | None = None) -> None:
        self.function, self.limits = function, limits or Limits()
        self._child: _Child | None = None

    def ask(self, job: Any) -> Any:
        """The job's result, or a `Failed`."""
        result = self._try(job)
        if isinstance(result, Failed) and result.fatal and self._child is not None and self._child.done > 1:
            self.close(kill=True)
            result = self._try(job)
        if self._child is not None and ((isinstance(result, Failed) and result.fatal) or self._child.done >= JOBS_PER_CHILD):
            self.close(kill=isinstance(result, Failed))
        return result

    def _try(self, job: Any) -> Any:
        child = self._child = self._child or _start_afresh(self.function, self.limits)
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


def _start_afresh(function: Callable[[Any], Any], limits: Limits) -> _Child:
    mine, theirs = multiprocessing.Pipe()
    code = f"from {__name__} import _serve_at; _serve_at({theirs.fileno()}, {os.getpid()})"
    program = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()
    mine.send((pickle.dumps(function), limits.memory, [path for path in sys.path if path]))
    return _Child(_Started(program), mine)


def _serve_at(descriptor: int, parent: int) -> None:
    pipe = Connection(descriptor)
    function, memory, path = pipe.recv()
    sys.path[:] = path
    _serve(pickle.loads(function), pipe, memory, parent)

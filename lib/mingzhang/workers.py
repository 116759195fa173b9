"""Workers: run a function over jobs, each in a child process with a time limit and a memory limit.

A job that hangs, eats memory or crashes its process is reported as failed; the others go on. Children are reused as long as they
behave, so that a job costs no process start.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

Job = TypeVar("Job")

#: A child is replaced after this many jobs, so that no leak in a library adds up.
JOBS_PER_CHILD = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use: wall-clock seconds and bytes of memory."""

    seconds: float = 300.0
    memory: int = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that gave no result, and why in plain words."""

    reason: str


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
                broken = (isinstance(result, Failed) and child.deadline == float("-inf")) or child in late
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
        child.deadline = float("-inf")
        code = child.process.exitcode
        return Failed(f"the reader crashed (signal {-code})" if code and code < 0 else f"the reader stopped (exit code {code})")


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


def _serve(function: Callable[[Any], Any], pipe: Connection, memory: int, parent: int) -> None:
    """The child's loop: limit the memory, then answer jobs until None comes or the parent is gone."""
    _die_with(parent)
    limit_memory(memory)
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
            result = Failed(f"needed more than {memory / 1024**3:.1f} GiB of memory")
        except Exception as error:
            result = Failed(f"{type(error).__name__}: {error}")
        try:
            pipe.send(result)
        except (OSError, ValueError):
            return


def limit_memory(memory: int) -> None:
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
    resource.setrlimit(resource.RLIMIT_AS, (memory + mapped, memory + mapped))

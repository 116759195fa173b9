"""Workers: run a function over jobs, each in a child process with a time limit and a memory limit.

A job that hangs, eats memory or crashes its process is reported as failed; the others go on. Children are reused as
long as they behave, so that a job costs no process start; a job whose child dies is tried once more in a new one, so
that none suffers from those before it or from a want of memory that has passed. What a child does is in `child`, what
it cannot do in `sandbox`.

No pool of a library has all of this: the pools of the standard library, loky and pebble unpickle what a child sends,
which would hand the parent to a child that a document has taken over; pebble ends late jobs, but watches no memory and
tries none again.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
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
from .child import OUT_OF_MEMORY, Failed, serve, too_much, unpacked

Job = TypeVar("Job")

#: A child is replaced after this many jobs, so that no leak in a library adds up.
JOBS_PER_CHILD = 200
_AGAIN: Any = object()
_NONE: Any = object()


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


def run(function: Callable[[Job], Any], jobs: Iterable[Job], workers: int, limits: Limits | None = None,
        readable: Sequence[Path] | None = None) -> Iterator[tuple[Job, Any]]:
    """Yield (job, result) as the jobs finish; the result is a `Failed` where the child gave none.

    `function` must be importable (or the platform must fork) and give bytes or what JSON can write; an exception that
    it raises becomes a `Failed` with its message. `readable` are the folders that the children may read (Linux; None:
    all).
    """
    waiting = iter(jobs)
    busy: list[Reader] = []
    try:
        for job in itertools.islice(waiting, max(1, workers)):
            busy.append(Reader(function, limits, readable, threads=True))
            busy[-1].give(job)
        while busy:
            answered = wait([reader.pipe for reader in busy], timeout=max(0.0, min(reader.left for reader in busy)))
            for reader in [one for one in busy if one.pipe in answered or one.left <= 0]:
                job, result = reader.job, reader.result()
                if result is _AGAIN:
                    continue
                following = next(waiting, _NONE)
                if following is _NONE:
                    reader.close()
                    busy.remove(reader)
                else:
                    reader.give(following)
                yield job, result
    finally:
        for reader in busy:
            reader.close(kill=True)


class Reader:
    """One child process that does one job at a time, started with the first, and anew after one that cost its life.

    `threads`: whether it may be forked from a process that has other threads (it is a copy of this thread alone).
    """

    def __init__(self, function: Callable[[Any], Any], limits: Limits | None = None,
                 readable: Sequence[Path] | None = None, threads: bool = False) -> None:
        self.function, self.limits, self.readable = function, limits or Limits(), readable
        self.job: Any = None
        self.pipe: Connection
        self._threads = threads
        self._process: Any = None
        self._deadline = float("inf")
        self._done, self._again = 0, False

    @property
    def left(self) -> float:
        """Seconds that the job has left."""
        return self._deadline - time.monotonic()

    @property
    def forked(self) -> bool:
        """Whether a child costs next to nothing to start, since it is forked."""
        return can_fork(self._threads)

    def ask(self, job: Any) -> Any:
        """The job's result, or a `Failed`."""
        self.give(job)
        while True:
            self.pipe.poll(max(0.0, self.left))
            if (result := self.result()) is not _AGAIN:
                return result

    def give(self, job: Any, again: bool = False) -> None:
        """Have the child begin a job."""
        if self._process is None:
            self._process, self.pipe = start(self.function, self.limits.memory, self.readable, self.forked)
            self._done = 0
        self.job, self._again, self._deadline = job, again, time.monotonic() + self.limits.seconds
        self._done += 1
        with contextlib.suppress(OSError):  # the child is dead, and its answer will say so
            self.pipe.send(job)

    def result(self) -> Any:
        """What became of the job, once answered or out of time; `_AGAIN` if a new child has begun it once more."""
        late = not self.pipe.poll()
        result = Failed(f"took longer than {self.limits.seconds:.0f} s") if late else self._received()
        fatal = isinstance(result, Failed) and result.fatal
        if late or fatal or self._done >= JOBS_PER_CHILD:
            self.close(kill=late or fatal)
        if fatal and not self._again:
            # Earlier jobs' leftovers or a want of memory may be to blame: a new child tries before it is given up.
            self.give(self.job, again=True)
            return _AGAIN
        return result

    def _received(self) -> Any:
        """The child's answer; a broken pipe means that the process died."""
        try:
            return unpacked(self.pipe.recv_bytes(int(self.limits.memory)))
        except (EOFError, OSError, ValueError, TypeError):
            self._process.join(5)
        code = self._process.exitcode
        if code == OUT_OF_MEMORY:
            return too_much(self.limits.memory)
        if code == -9:
            return Failed("the reader was killed (signal 9: the system may have run out of memory)", fatal=True)
        return Failed(f"the reader crashed (signal {-code})" if code and code < 0
                      else f"the reader stopped (exit code {code})", fatal=True)

    def close(self, kill: bool = False) -> None:
        """End the child, if there is one."""
        if self._process is None:
            return
        try:
            if not kill:
                self.pipe.send(None)
        except OSError:
            kill = True
        if kill:
            self._process.kill()
        self._process.join(10)
        self.pipe.close()
        self._process = None


def can_fork(threads: bool) -> bool:
    """Whether a child can be a copy of this process, as it is on Linux; `threads`: even if other threads run here."""
    return sys.platform == "linux" and (threads or threading.active_count() == 1)


def start(function: Callable[[Any], Any], memory: float, readable: Sequence[Path] | None,
          fork: bool) -> tuple[Any, Connection]:
    """A child that waits for jobs, and the pipe to it: forked, or a program started afresh."""
    if fork or sys.platform == "win32":
        context: Any = multiprocessing.get_context("fork" if fork else "spawn")
        mine, theirs = context.Pipe()
        process = context.Process(target=serve, args=(function, theirs, memory, os.getpid(), readable), daemon=True)
        process.start()
        theirs.close()
        return process, mine
    mine, theirs = multiprocessing.Pipe()
    code = f"from {serve.__module__} import serve_at; serve_at({theirs.fileno()}, {os.getpid()})"
    program = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()
    for one in ([path for path in sys.path if path], (function, memory, readable)):  # the first finds the second
        mine.send(one)
    return _Program(program), mine


class _Program:
    """A started program with the methods of a multiprocessing.Process that are used here."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        self._program, self.kill = program, program.kill

    @property
    def exitcode(self) -> int | None:
        return self._program.poll()

    def join(self, seconds: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._program.wait(seconds)

"""Child: what a worker process does: limit its memory, give up what it does not need (`sandbox`), answer jobs in turn.

An answer is data, bytes or JSON: nothing that a child sends can run in its parent.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from ..errors import MingzhangError
from .sandbox import confine

#: Exit code of a child that used more memory than it may.
OUT_OF_MEMORY = 77
#: Bytes that a child may at least map beyond its limit before it is stopped without a word.
LEEWAY = 512 * 1024**2
#: Seconds between two looks at a child's memory and at its parent.
LOOK = 0.03


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that gave no result, and why in plain words; after a `fatal` one its child is not used again."""

    reason: str
    fatal: bool = False


def too_much(memory: float) -> Failed:
    """A job that needed more bytes of memory than it may have."""
    return Failed(f"needed more than {memory / 1024**3:.1f} GiB of memory", fatal=True)


def packed(answer: Any) -> bytes:
    """An answer as bytes that can only be data: bytes as they are, else JSON. Raises TypeError for anything else."""
    if isinstance(answer, bytes):
        return b"b" + answer
    if isinstance(answer, Failed):
        return b"f" + json.dumps([answer.reason, answer.fatal]).encode()
    return b"j" + json.dumps(answer).encode()


def unpacked(message: bytes) -> Any:
    """The answer that `packed` made bytes of. Raises ValueError or TypeError for other bytes."""
    kind, body = message[:1], message[1:]
    return body if kind == b"b" else Failed(*json.loads(body)) if kind == b"f" else json.loads(body)


def serve(function: Callable[[Any], Any], pipe: Connection, memory: float, parent: int,
          readable: Sequence[Path] | None = None) -> None:
    """The child's loop: answer jobs until None comes or the parent is gone."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes; the parent ends its children
    faulthandler.disable()  # the parent says in one line that its child crashed
    allocate_plainly()
    limit_memory(memory)
    confine(readable)  # before there is another thread, which it would not hold for
    watch(parent, memory)
    gc.freeze()  # what is loaded stays, so that clearing up after a job only looks at what the job left
    with contextlib.suppress(EOFError, OSError, ValueError):
        while (job := pipe.recv()) is not None:
            result = answer(function, job, memory)
            try:
                message = packed(result)
            except TypeError as error:
                message = packed(Failed(f"gave an answer that cannot be written as data ({error})"))
            pipe.send_bytes(message)
            del job, result, message
            gc.collect()


def answer(function: Callable[[Any], Any], job: Any, memory: float) -> Any:
    """A job's result, or why there is none."""
    try:
        return function(job)
    except MemoryError:
        return too_much(memory)
    except MingzhangError as error:
        return Failed(str(error))
    except Exception as error:
        return Failed(f"{type(error).__name__}: {error}")


def serve_at(descriptor: int, parent: int) -> None:
    """The loop of a child that was started as a program: what it is to do comes through the pipe."""
    pipe = Connection(descriptor)
    sys.path[:] = pipe.recv()
    function, memory, readable = pipe.recv()
    serve(function, pipe, memory, parent, readable)


def allocate_plainly() -> None:
    """Have Arrow, which holds pandas' texts, take memory as needed: its own allocator reserves whole GiB in advance."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    if arrow := sys.modules.get("pyarrow"):
        arrow.set_memory_pool(arrow.system_memory_pool())


def limit_memory(memory: float) -> None:
    """Let this process map at most half of `memory`, or `LEEWAY`, more bytes beside what it has, where it can be set.

    `watch` ends it at `memory` and can say why; this stops what grows too fast for that, at which native code crashes
    without a word.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        most = int(memory + max(memory / 2, LEEWAY)) + psutil.Process().memory_info().vms
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def watch(parent: int, memory: float) -> None:
    """End this process when its parent is gone or when it holds more memory than it may, also in the midst of a job."""
    held = psutil.Process().memory_info
    most = held().rss + memory
    starter = multiprocessing.parent_process() if sys.platform == "win32" else None  # else an orphan's parent changes

    def look() -> None:
        with contextlib.suppress(MemoryError):
            while starter.is_alive() if starter else os.getppid() == parent:
                if held().rss > most:
                    raise MemoryError
                time.sleep(LOOK)
            os._exit(1)
        os._exit(OUT_OF_MEMORY)

    threading.Thread(target=look, daemon=True).start()

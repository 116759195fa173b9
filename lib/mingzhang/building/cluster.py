"""Cluster: documents read by the workers of a Dask cluster, each in a child process limited as on one machine.

The machines must see the folder of PDFs under the same path and have the same version of this package.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..errors import MingzhangError
from ..isolation.workers import Failed, Limits, Reader
from .parts import code_version

#: Documents handed to the cluster in advance, per thread: so many that none waits, so few that memory stays flat.
AHEAD = 3
#: Seconds that the scheduler has to answer.
PATIENCE = 15.0
#: Seconds between two looks at whether a document is finished.
POLL = 0.01


class BadCluster(MingzhangError):
    """The Dask cluster cannot be used; the message says why."""


def run(function: Callable[[Any], Any], jobs: Iterable[Any], limits: Limits | None, readable: Sequence[Path] | None,
        scheduler: str | None, client: Any = None) -> Iterator[tuple[Any, Any]]:
    """Yield (job, result) as the cluster finishes them; the result is a `Failed` where a child gave none.

    `readable` are the folders that the children may read. Raises `BadCluster` if the scheduler cannot be reached or is
    lost, or if a worker has another version of the code.
    """
    with ExitStack() as stack:
        if client is None:
            client = connect(scheduler, stack)
        from distributed import as_completed

        versions = set(client.run(code_version).values())
        if versions != {code_version()}:
            raise BadCluster("there is no worker" if not versions
                             else "the workers have another version of mingzhang than this process")
        limits = limits or Limits()
        waiting = iter(jobs)
        handed: dict[Any, Any] = {}
        running = as_completed()

        def hand_out(number: int) -> None:
            for job in itertools.islice(waiting, number):
                future = client.submit(read_isolated, job, function, limits, readable, pure=False, retries=2)
                handed[future.key] = job
                running.add(future)

        hand_out(AHEAD * max(1, sum(client.nthreads().values())))
        while handed:
            future = finished(running, client)
            job = handed.pop(future.key)
            result = (future.result() if future.status == "finished"
                      else Failed(f"the cluster lost it ({future.exception()})"))
            future.release()
            hand_out(1)
            yield job, result


def finished(running: Any, client: Any) -> Any:
    """The next finished future. Raises `BadCluster` if the client gave up on its scheduler: none will come then."""
    while not running.has_ready() and client.status != "closed":
        time.sleep(POLL)
    future = next(running) if running.has_ready() else None
    if future is None or future.cancelled():
        raise BadCluster("the Dask scheduler was lost; the same command goes on from here")
    return future


def connect(scheduler: str | None, stack: ExitStack) -> Any:
    """A client of the scheduler, closed with the stack."""
    try:
        from distributed import Client
    except ImportError as error:
        raise BadCluster("a Dask cluster needs dask[distributed]: pip install 'mingzhang[scale]'") from error
    # Its tracebacks say at length what `BadCluster` says in a line.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        return stack.enter_context(Client(scheduler, timeout=PATIENCE))
    except (OSError, ValueError) as error:
        raise BadCluster(f"no Dask scheduler answers at {scheduler}") from error


_readers = threading.local()


def read_isolated(job: Any, *task: Any) -> Any:
    """Do a job in a child of this worker's thread, kept for the next one of the same task (as `Reader` takes it)."""
    if getattr(_readers, "task", None) != task:
        if hasattr(_readers, "reader"):
            _readers.reader.close()
        _readers.reader, _readers.task = Reader(*task), task
    return _readers.reader.ask(job)

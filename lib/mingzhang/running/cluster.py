"""Cluster: the documents read by the workers of a Dask cluster, each in a child process with the same limits as on one machine.

The machines must see the folder of PDFs under the same path and have the same version of this package.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from ..errors import MingzhangError
from ..sources import Source
from .parts import code_version
from .workers import Failed, Limits, Reader

#: Documents handed to the cluster in advance, for each of its threads: enough that none waits, few enough that memory stays flat.
AHEAD = 3
#: Seconds that the scheduler has to answer.
PATIENCE = 15.0


class BadCluster(MingzhangError):
    """The Dask cluster cannot be used; the message says why."""


def run(
    function: Callable[[Source], Any], jobs: Sequence[Source], limits: Limits | None, scheduler: str | None, client: Any = None
) -> Iterator[tuple[Source, Any]]:
    """Yield (source, result) as the cluster finishes them; the result is a `Failed` where a child gave none.

    Raises `BadCluster` if the scheduler cannot be reached or a worker has another version of the code.
    """
    with ExitStack() as stack:
        if client is None:
            client = connect(scheduler, stack)
        from distributed import as_completed

        versions = set(client.run(code_version).values())
        if jobs and versions != {code_version()}:
            raise BadCluster("there is no worker" if not versions else "the workers have another version of mingzhang than this process")
        limits = limits or Limits()
        waiting = iter(jobs)
        handed: dict[Any, Source] = {}
        running = as_completed()

        def hand_out(number: int) -> None:
            for source in itertools.islice(waiting, number):
                future = client.submit(read_isolated, function, source, limits, pure=False, retries=2)
                handed[future.key] = source
                running.add(future)

        hand_out(AHEAD * max(1, sum(client.nthreads().values())))
        for future in running:
            source = handed.pop(future.key)
            result = future.result() if future.status == "finished" else Failed(f"the cluster lost it ({future.exception()})")
            future.release()
            hand_out(1)
            yield source, result


def connect(scheduler: str | None, stack: ExitStack) -> Any:
    """A client of the scheduler, closed with the stack."""
    try:
        from distributed import Client
    except ImportError as error:
        raise BadCluster("a Dask cluster needs dask[distributed]: pip install 'mingzhang[scale]'") from error
    try:
        return stack.enter_context(Client(scheduler, timeout=PATIENCE))
    except (OSError, ValueError) as error:
        raise BadCluster(f"no Dask scheduler answers at {scheduler}") from error


_readers = threading.local()


def read_isolated(function: Callable[[Source], Any], source: Source, limits: Limits) -> Any:
    """Read one document in a child of this worker's thread, which is kept for the next one."""
    reader = getattr(_readers, "reader", None)
    if reader is None or reader.limits != limits or reader.function is not function:
        reader = _readers.reader = Reader(function, limits)
    return reader.ask(source)

"""Stretches: very long documents are read in ranges of pages by several workers, and put together by one.

A range that crashes its reader or takes too long costs a very long document these pages, not the rest.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from ..apart import PAGES, Range, Reading, lost, pack
from ..disclosure import MAX_PAGES
from ..isolation.workers import Failed
from ..sources import Source
from .parts import keep
from .reader import Assembly, packed_assembly, packed_part, packed_range


class Runner(Protocol):
    """Runs a function over jobs somewhere, and yields each with its result or a `Failed`, as `workers.run` does."""

    def __call__(self, function: Callable[[Any], Any], jobs: Iterable[Any], /) -> Iterator[tuple[Any, Any]]: ...


def read_all(sources: Iterable[Source], runner: Runner, places: Mapping[str, Path]) -> Iterator[tuple[Source, Any]]:
    """Yield each source with its packed part, or a `Failed`, as it is finished; very long ones come last.

    What was read of a very long document is kept beside the file in which its part will be (`places`, by doc_id) until
    that is there, so that a build that was stopped need not read it again.
    """
    long: dict[str, tuple[Source, int]] = {}
    for source, result in runner(packed_part, sources):
        if isinstance(result, int):
            long[source.doc_id] = source, result
        else:
            yield source, result
    if not long:
        return
    files = {doc_id: {one: places[doc_id].with_suffix(f".{one.first}-{one.last}") for one in cut(source, pages)}
             for doc_id, (source, pages) in long.items()}
    missing = {one: file for own in files.values() for one, file in own.items() if not file.exists()}
    for one, result in runner(packed_range, missing):
        keep(missing[one], zlib.compress(pack(Reading("pdf", 0, lost(one, result.reason))), 1)
             if isinstance(result, Failed) else result)
    # Made when a worker is free: only the documents that are being put together are in memory.
    assemblies = (Assembly(*long[doc_id], tuple(file.read_bytes() for file in own.values()))
                  for doc_id, own in files.items())
    for job, result in runner(packed_assembly, assemblies):
        yield job.source, result
        for file in files[job.source.doc_id].values():
            file.unlink()


def cut(source: Source, pages: int) -> Iterator[Range]:
    """The ranges of a very long document."""
    end = min(pages, MAX_PAGES)
    for first in range(1, end + 1, PAGES):
        yield Range(source, first, min(first + PAGES - 1, end))

"""Apart: a document whose pages are read in a child process, within limits; it returns data (MessagePack), never code.

The pages cross as plain data; putting them together to tables and figures is done here, over data of bounded size.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .disclosure import MAX_PAGES, Disclosure, Stretch, assemble, read_stretch
from .errors import Problem, UnreadableDocument
from .isolation.workers import Failed, Limits, Reader
from .reading.containers.kinds import container_of, read_container
from .reading.pdf import open_pdf
from .sources import Source, safe_id

#: Pages that are read at once.
PAGES = 100


@dataclass(frozen=True, slots=True)
class Range:
    """Pages of a document that are to be read."""

    source: Source
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a document: what kind of file it is, how many pages it has, and those that were asked for."""

    container: str
    pages: int
    stretch: Stretch


def read(pdf: str | Path, limits: Limits | None = None) -> Disclosure:
    """Read one document, its pages in a child process of their own, `limits` for each hundred of them.

    Raises `UnreadableDocument` if it cannot be opened at all; pages that cost their child its life are a problem of the
    document.
    """
    path = Path(pdf)
    if not os.path.isfile(path):  # also of a name that no file can have, at which `Path` may raise
        raise UnreadableDocument("it is not a file" if os.path.exists(path) else "there is no such file")
    source = Source(safe_id(path.stem), path)
    first = asked(Range(source, 1, PAGES), limits)
    if isinstance(first, Failed):
        raise UnreadableDocument(first.reason)
    stretches = [first.stretch,
                 *(later(source, start, first, limits)
                   for start in range(PAGES + 1, min(first.pages, MAX_PAGES) + 1, PAGES))]
    return assemble(source, first.pages, stretches, first.container)


def later(source: Source, start: int, first: Reading, limits: Limits | None) -> Stretch:
    """The pages from `start` on, or why there are none."""
    if first.container != "pdf":
        return Stretch((), ())
    job = Range(source, start, min(start + PAGES - 1, first.pages, MAX_PAGES))
    found = asked(job, limits)
    return lost(job, found.reason) if isinstance(found, Failed) else found.stretch


def lost(one: Range, reason: str) -> Stretch:
    """A range of which nothing was read, and why."""
    problem = f"nothing was read from this page to page {one.last} ({reason})"
    return Stretch((), (Problem(one.source.doc_id, one.first, problem),))


def read_range(job: Range) -> bytes:
    """In the child: what is read of a range, packed; of another file than a PDF all of it."""
    kind = container_of(job.source.path)
    if kind != "pdf":
        pages, notes = read_container(job.source.path, kind)
        problems = tuple(Problem(job.source.doc_id, page, reason) for page, reason in notes)
        return pack(Reading(kind, len(pages), Stretch(tuple(pages), problems)))
    with contextlib.closing(open_pdf(job.source.path)) as pdf:
        return pack(Reading(kind, len(pdf),
                            read_stretch(pdf, job.source, job.first, min(job.last, len(pdf), MAX_PAGES))))


def pack(reading: Reading) -> bytes:
    """A reading as MessagePack."""
    import msgspec

    return msgspec.msgpack.encode(reading)


def unpack(packed: bytes) -> Reading:
    """The reading that `pack` made bytes of. Raises `msgspec.DecodeError` or `.ValidationError` for any others."""
    import msgspec

    return msgspec.msgpack.decode(packed, type=Reading)


# --- the child --------------------------------------------------------------------------------------------------------

_lock = threading.Lock()
_warm: list[Reader] = []


def asked(job: Range, limits: Limits | None) -> Reading | Failed:
    """The answer of a child that may read the document's folder alone; kept for the next where starts take long."""
    with reader_for(job.source.path.resolve().parent, limits or Limits()) as reader:
        answer = reader.ask(job)
    return answer if isinstance(answer, Failed) else unpack(answer)


@contextlib.contextmanager
def reader_for(folder: Path, limits: Limits) -> Iterator[Reader]:
    with _lock:
        if not (_warm and _warm[0].limits == limits and _warm[0].readable == [folder]):
            while _warm:
                _warm.pop().close()
            _warm.append(Reader(read_range, limits, [folder]))
        yield _warm[0]
        if _warm[0].forked:
            _warm.pop().close()

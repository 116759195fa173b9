"""Reader: what a build's child process does: it reads a document or pages of a very long one, or puts one together."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ..apart import Range, read_range, unpack
from ..disclosure import Disclosure, assemble, read_disclosure
from ..errors import UnreadableDocument
from ..reading.pdf import open_pdf
from ..sources import Source, sha256_of
from .parts import pack, sound
from .rows import Rows, rows_of, source_row

#: A document of more pages than this is very long: it is read in ranges of pages. So is one of fewer whose pages weigh
#: more than this (bytes): they are pictures, and recognising each takes seconds.
LONG, LONG_SCAN, HEAVY = 300, 100, 100_000


@dataclass(frozen=True, slots=True)
class Assembly:
    """A very long document to be put together: its number of pages, and its ranges in order, as from `packed_range`."""

    source: Source
    pages: int
    ranges: tuple[bytes, ...]


def packed_part(source: Source) -> bytes | int:
    """The part of one document, packed; of a very long one its number of pages."""
    pages = length_of(source.path)
    longest = LONG_SCAN if pages and source.path.stat().st_size > HEAVY * pages else LONG
    return pages if pages > longest else pack(read_part(source))


def length_of(path: Path) -> int:
    """The number of pages, 0 of a document that cannot be opened: reading it will say why."""
    try:
        with contextlib.closing(open_pdf(path)) as pdf:
            return len(pdf)
    except UnreadableDocument:
        return 0


def packed_range(job: Range) -> bytes:
    """What was read of a range of pages, packed."""
    return zlib.compress(read_range(job), 1)


def packed_assembly(job: Assembly) -> bytes:
    """The part of a very long document, packed."""
    return pack(part_of(job.source,
                        lambda: assemble(job.source, job.pages,
                                         [unpack(zlib.decompress(one)).stretch for one in job.ranges])))


def read_part(source: Source) -> Rows:
    """The records of one document; a document that cannot be read gives its documents row alone."""
    return part_of(source, lambda: read_disclosure(source))


def part_of(source: Source, read: Callable[[], Disclosure]) -> Rows:
    try:
        rows, left_out = sound(rows_of(read()))
    except UnreadableDocument as error:
        return failed_part(source, sha256_of(source.path), str(error))
    if left_out:
        one = rows["documents"][0]
        status = "partial" if one.status == "ok" else one.status
        rows["documents"] = [replace(one, status=status, problems="; ".join(filter(None, [one.problems, *left_out])))]
    return rows


def failed_part(source: Source, digest: str, reason: str, status: str = "failed") -> Rows:
    """The rows of a document that was not read: what is known of it, its status and the reason."""
    return {"documents": [source_row(source, digest, status, "; ".join([*source.problems, reason]))]}

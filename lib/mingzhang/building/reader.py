"""Reader: what a child process does for a build. It reads a document, or pages of a very long one, or puts such a one together."""

from __future__ import annotations

import contextlib
import pickle
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..dataset.contract import RESOURCES
from ..dataset.load import to_text
from ..dataset.rows import rows_of
from ..document import Document, Stretch, assemble, read_document, read_stretch
from ..errors import UnreadableDocument
from ..reading.pdf import open_pdf
from ..sources import Source, printable, sha256_of
from .parts import BadRows, Rows, check, pack

#: A document of more pages than this is very long: it is read in ranges of pages.
LONG = 300


@dataclass(frozen=True, slots=True)
class Long:
    """Instead of the part of a very long document: its number of pages."""

    pages: int


@dataclass(frozen=True, slots=True)
class Range:
    """Pages to be read of a very long document."""

    source: Source
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Assembly:
    """A very long document to be put together: its number of pages, and its ranges, in order, as `packed_range` gives them."""

    source: Source
    pages: int
    ranges: tuple[bytes, ...]


def packed_part(source: Source) -> bytes | Long:
    """The part of one document, packed, or that it is very long."""
    pages = length_of(source.path)
    return Long(pages) if pages > LONG else pack(read_part(source))


def length_of(path: Path) -> int:
    """The number of pages, 0 of a document that cannot be opened: reading it will say why."""
    try:
        with contextlib.closing(open_pdf(path)) as pdf:
            return len(pdf)
    except UnreadableDocument:
        return 0


def packed_range(job: Range) -> bytes:
    """What was read of a range of pages, packed."""
    with contextlib.closing(open_pdf(job.source.path)) as pdf:
        return pack_stretch(read_stretch(pdf, job.source, job.first, job.last))


def packed_assembly(job: Assembly) -> bytes:
    """The part of a very long document, packed."""
    return pack(part_of(job.source, lambda: assemble(job.source, job.pages, [unpack_stretch(packed) for packed in job.ranges])))


def pack_stretch(stretch: Stretch) -> bytes:
    """A stretch as bytes that only this program reads again."""
    return zlib.compress(pickle.dumps(stretch), 1)


def unpack_stretch(packed: bytes) -> Stretch:
    """The stretch that `pack_stretch` made bytes of."""
    stretch: Stretch = pickle.loads(zlib.decompress(packed))
    return stretch


def read_part(source: Source) -> Rows:
    """The rows of one document as texts; a document that cannot be read gives its documents row alone."""
    return part_of(source, lambda: read_document(source))


def part_of(source: Source, read: Callable[[], Document]) -> Rows:
    try:
        rows = rows_of(read())
        check(rows)
    except (UnreadableDocument, BadRows) as error:
        return failed_part(source, str(error))
    return {name: [[to_text(value) for value in row] for row in rows[name]] for name in RESOURCES}


def failed_part(source: Source, reason: str, status: str = "failed") -> Rows:
    """The rows of a document that was not read: what is known of it, its status and the reason."""
    digest = sha256_of(source.path) if source.path.is_file() else ""
    row = [
        source.doc_id, source.title, source.org, source.province, source.region, source.admin_level, source.fiscal_year,
        source.kind, printable(source.path.name), digest, source.provenance, "", status, "; ".join([*source.problems, reason]),
    ]  # fmt: skip
    return {name: [row] if name == "documents" else [] for name in RESOURCES}

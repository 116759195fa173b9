"""Parts: what one document contributes to a dataset, checked, packed, and kept in the work folder until all are joined.

A part is made where the document is read and passed on as bytes, so that the process that joins neither parses nor
checks anything.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from .. import __version__
from ..dataset.contract import ACROSS, RESOURCES
from ..dataset.load import to_text
from ..dataset.package import csv_lines
from ..dataset.schema import Resource
from ..errors import BadOutput
from ..sources import Source
from .rows import Rows


@dataclass(frozen=True, slots=True)
class Part:
    """A document's share of the dataset: its row of `documents`, and each resource's number of rows and CSV lines."""

    document: dict[str, str]
    counts: dict[str, int]
    csv: dict[str, str]


# --- checking --------------------------------------------------------------------------------------------------------


def sound(rows: Rows) -> tuple[dict[str, list[Any]], list[str]]:
    """A document's records that keep the contract (types, required values, keys), and what was left out and why.

    These are the rules of the pandera schemas (`dataset.validate`), from the same declarations. Keys begin with the
    document's id, so that what is unique within every document is unique in the dataset.
    """
    kept: dict[str, list[Any]] = {}
    told: list[str] = []
    for name, spec in RESOURCES.items():
        kept[name], faults = sound_rows(spec, rows[name], kept)
        if faults:
            told.append(f"{len(faults)} of {len(rows[name])} rows of {name} left out ({faults[0]})")
    return kept, told


def sound_rows(spec: Resource, rows: Sequence[Any], known: Rows) -> tuple[list[Any], list[str]]:
    """The records of a resource that keep its declaration, and what is wrong with each of the others."""
    faults: dict[int, str] = {}
    for name, column in spec.columns.items():
        values = [getattr(row, name) for row in rows]
        if bad := {value: why for value in set(values) if (why := column.fault(value))}:
            faults |= {place: bad[value] for place, value in enumerate(values) if value in bad}
    for mine, (target, key) in spec.foreign.items():
        if target not in ACROSS:
            there = {"", *(getattr(row, key) for row in known[target])}
            lost = ((place, getattr(row, mine)) for place, row in enumerate(rows) if getattr(row, mine) not in there)
            faults |= {place: f"{mine} {value!r} is not in {target}" for place, value in lost}
    seen: set[Any] = set()
    for place, key_of_row in enumerate(map(attrgetter(*spec.key), rows)):
        if place not in faults and key_of_row in seen:
            faults[place] = f"{key_of_row} stands twice"
        seen.add(key_of_row)
    return [row for place, row in enumerate(rows) if place not in faults], list(faults.values())


# --- packing ---------------------------------------------------------------------------------------------------------


def pack(rows: Rows) -> bytes:
    """A part as bytes: CSV lines without headers, compressed. Inverse: `unpack`."""
    lines = {name: csv_lines(spec, rows.get(name, ())) for name, spec in RESOURCES.items()}
    spec = RESOURCES["documents"]
    document = dict(zip(spec.columns, map(to_text, spec.values(rows["documents"][0])), strict=True))
    counts = {name: len(rows.get(name, ())) for name in RESOURCES}
    body = json.dumps([document, counts, lines], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(body.encode("utf-8", "replace"), 1)


def unpack(packed: bytes) -> Part:
    """The part that `pack` made bytes of. Raises ValueError if these are not its bytes."""
    try:
        return Part(*json.loads(zlib.decompress(packed)))
    except (zlib.error, TypeError) as error:
        raise ValueError("not a packed part") from error


# --- the work folder -------------------------------------------------------------------------------------------------


@cache
def code_version() -> str:
    """A hash over this package's source: rows that another version of the code made are not reused."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def place_of(work: Path, source: Source, digest: str) -> Path:
    """Where the part of a document is kept: named by its content, what sources.csv says of it, and the code."""
    said = json.dumps([str(value) for value in said_of(source)], ensure_ascii=False)
    key = hashlib.sha256(f"{digest}{said}{code_version()}".encode()).hexdigest()[:32]
    return work / "parts" / key[:2] / f"{key}.part"


def said_of(source: Source) -> Iterator[object]:
    """What is known of a source, its folder left out."""
    for name in source.__slots__:
        yield os.fsencode(source.path.name).hex() if name == "path" else getattr(source, name)


def keep(path: Path, packed: bytes) -> None:
    """Keep a part; the file appears only when it is whole. Raises `BadOutput` if it cannot be written."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as handle:
            handle.write(packed)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise BadOutput(f"{path.parent} cannot be written ({error.strerror}); the same command goes on "
                        "from here") from error


def kept(path: Path) -> Part:
    """The part kept in a file. Raises `BadOutput` if damaged there; the file is removed, the next build renews it."""
    try:
        return unpack(path.read_bytes())
    except ValueError as error:
        path.unlink()
        raise BadOutput(f"{path} was damaged and is removed; the same command reads its document again") from error

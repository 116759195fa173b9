"""Parts: what one document contributes to a dataset, checked, packed, and kept in the work folder until all are joined.

A part is made where the document is read and passed on as bytes, so that the process that joins neither parses nor checks anything.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from .. import __version__
from ..dataset.contract import RESOURCES
from ..dataset.package import CsvWriter
from ..dataset.schema import Resource
from ..errors import BadOutput, MingzhangError
from ..sources import Source

#: Rows of every resource as texts (`dataset.to_text` of each value), in the order of its columns.
Rows = Mapping[str, Sequence[Sequence[str]]]


class BadRows(MingzhangError):
    """Rows that a document gave do not keep the contract; the message names resource, column and value."""


@dataclass(frozen=True, slots=True)
class Part:
    """One document's share of the dataset: its row of `documents`, and for each resource the number of rows and the CSV lines."""

    document: dict[str, str]
    counts: dict[str, int]
    csv: dict[str, str]


# --- checking --------------------------------------------------------------------------------------------------------


def check(rows: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Check one document's rows (Python values): types, required values, keys within the document. Raises `BadRows`.

    These are the rules of the pandera schemas (`dataset.validate`), from the same declarations. Keys begin with the document's id,
    so that what is unique within every document is unique in the dataset.
    """
    for name, spec in RESOURCES.items():
        for column, values in zip(spec.columns, zip(*rows[name], strict=True), strict=False):
            check_column(spec, column, values)
        keys = [tuple(row[place] for place in places_of(spec, spec.key)) for row in rows[name]]
        if spec.key and len(set(keys)) < len(keys):
            raise BadRows(f"{name}: {'/'.join(map(str, next(key for key in keys if keys.count(key) > 1)))} stands twice")
        for mine, (target, key) in spec.foreign.items():
            known = {row[places_of(RESOURCES[target], (key,))[0]] for row in rows[target]}
            place = places_of(spec, (mine,))[0]
            if lost := next((row[place] for row in rows[name] if row[place] not in known), None):
                raise BadRows(f"{name}.{mine}: {lost!r} is not in {target}.{key}")


def places_of(spec: Resource, names: Sequence[str]) -> list[int]:
    return [list(spec.columns).index(name) for name in names]


_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "decimal": (Decimal,), "number": (float, int), "boolean": (bool,),
}  # fmt: skip


def check_column(spec: Resource, name: str, values: Sequence[Any]) -> None:
    """Check the values of a column against its declaration: its type, the values it may take, and that none is missing."""
    column = spec.columns[name]
    empty: Any = "" if column.kind == "string" else None
    allowed = set(column.options)
    for value in set(values):
        right = value is None if value is None else isinstance(value, _TYPES[column.kind])
        if column.required and value == empty:
            raise BadRows(f"{spec.name}.{name} is empty")
        if (not right) or (value is None and empty == "") or (allowed and value not in allowed and value != empty):
            raise BadRows(f"{spec.name}.{name} holds {value!r}")


# --- packing ---------------------------------------------------------------------------------------------------------


def pack(rows: Rows) -> bytes:
    """A part as bytes: CSV lines without headers, compressed. Inverse: `unpack`."""
    lines: dict[str, str] = {}
    for name, spec in RESOURCES.items():
        buffer = io.StringIO()
        CsvWriter(buffer, spec, header=False).write(rows[name])
        lines[name] = buffer.getvalue()
    document = dict(zip(RESOURCES["documents"].columns, rows["documents"][0], strict=True))
    counts = {name: len(rows[name]) for name in RESOURCES}
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
        raise BadOutput(f"{path.parent} cannot be written ({error.strerror}); the same command goes on from here") from error


def kept(path: Path) -> Part:
    """The part kept in a file. Raises `BadOutput` if it was damaged there; the file is then removed, and the next build makes it anew."""
    try:
        return unpack(path.read_bytes())
    except ValueError as error:
        path.unlink()
        raise BadOutput(f"{path} was damaged and is removed; the same command reads its document again") from error

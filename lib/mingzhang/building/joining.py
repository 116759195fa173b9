"""Joining: the parts of all documents, in order of their ids, streamed into one folder as CSV or Parquet."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from decimal import Context, Decimal
from pathlib import Path
from typing import IO, Any, Protocol

from ..dataset.contract import ACROSS, RESOURCES
from ..dataset.load import LONGEST_FIELD, unescape
from ..dataset.package import CsvWriter, csv_lines
from ..dataset.schema import Resource
from ..errors import BadOutput
from .across import across, rows_of_documents
from .guard import carry_over
from .parts import kept

#: Rows of a Parquet file, and of one of its groups, which is in memory at once; whole documents, so a few more.
ROWS_PER_FILE = 5_000_000
ROWS_PER_GROUP = 50_000
FORMATS = ("csv", "parquet")


class Sink(Protocol):
    """Where the lines of one resource go."""

    def write(self, lines: str, /) -> Any: ...

    def close(self) -> None: ...


def csv_file(folder: Path, spec: Resource) -> IO[str]:
    """One CSV file a resource, begun with its header."""
    handle = (folder / f"{spec.name}.csv").open("w", encoding="utf-8", newline="")
    CsvWriter(handle, spec)
    return handle


class ParquetFiles:
    """A folder of Parquet files a resource, typed as declared; at most one group's rows are in memory."""

    def __init__(self, folder: Path, spec: Resource) -> None:
        self._folder, self._spec = folder / spec.name, spec
        self._folder.mkdir()
        self._texts: list[str] = []
        self._lines, self._rows, self._files = 0, 0, 0
        self._writer: Any = None

    def write(self, lines: str, /) -> None:
        self._texts.append(lines)
        self._lines += lines.count("\n")
        if self._lines >= min(ROWS_PER_GROUP, ROWS_PER_FILE):
            self._flush()
        if self._rows >= ROWS_PER_FILE:
            self._end_file()

    def close(self) -> None:
        if self._texts or not self._files:
            self._flush()
        self._end_file()

    def _flush(self) -> None:
        import pyarrow.parquet as pq

        if self._writer is None:
            path = self._folder / f"part-{self._files:05d}.parquet"
            self._writer = pq.ParquetWriter(path, arrow_schema(self._spec), compression="zstd")
            self._files += 1
        table = as_table(self._spec, "".join(self._texts))
        self._writer.write_table(table)
        self._rows += table.num_rows
        self._texts, self._lines = [], 0

    def _end_file(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._rows = None, 0


def as_table(spec: Resource, lines: str) -> Any:
    """CSV lines as an Arrow table with the declared types; empty is null, except in texts."""
    import pyarrow as pa

    csv.field_size_limit(LONGEST_FIELD)
    rows = list(csv.reader(io.StringIO(lines, newline="")))
    columns = zip(*rows, strict=True) if rows else [()] * len(spec.columns)
    schema = arrow_schema(spec)
    return pa.Table.from_arrays([arrow_column(field, texts) for field, texts in zip(schema, columns, strict=True)],
                                schema=schema)


def arrow_column(field: Any, texts: Iterable[str]) -> Any:
    """A column of CSV fields as an Arrow array."""
    import pyarrow as pa

    if pa.types.is_string(field.type):
        return pa.array([unescape(text) for text in texts], pa.string())
    fitting = map(rounded, texts) if pa.types.is_decimal(field.type) else texts
    return pa.array([text or None for text in fitting], pa.string()).cast(field.type)


def rounded(text: str) -> str:
    """A decimal with at most 20 digits after the point: only computed shares have more."""
    _, _, fraction = text.partition(".")
    return (text if len(fraction) <= 20
            else format(Decimal(text).quantize(Decimal(1).scaleb(-20), context=Context(prec=60)), "f"))


def arrow_schema(spec: Resource) -> Any:
    """The resource's columns as Arrow fields. Decimals have 18 digits before the point and 20 after, as in `clean`."""
    import pyarrow as pa

    kinds = {"string": pa.string(), "integer": pa.int64(), "decimal": pa.decimal128(38, 20), "number": pa.float64(),
             "boolean": pa.bool_()}
    return pa.schema(
        pa.field(name, kinds[spec.columns[name].kind], metadata={"description": spec.columns[name].description})
        for name in spec.columns
    )


def open_sinks(folder: Path, form: str, stack: ExitStack) -> dict[str, Sink]:
    """A sink for each resource; the stack closes them."""
    if form == "parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise BadOutput("Parquet needs pyarrow: pip install 'mingzhang[scale]'") from error
    opened: Callable[[Path, Resource], Sink] = ParquetFiles if form == "parquet" else csv_file
    return {name: stack.enter_context(closing(opened(folder, spec))) for name, spec in RESOURCES.items()}


def join(folder: Path, places: Sequence[Path], form: str) -> tuple[list[dict[str, str]], list[dict[str, int]]]:
    """Stream the parts kept at `places` into a folder, in this order, then what follows from several of them together.

    Returns the rows of `documents` as texts and each document's numbers of rows.
    """
    said: list[dict[str, str]] = []
    counts: list[dict[str, int]] = []
    with ExitStack() as stack:
        sinks = open_sinks(folder, form, stack)
        for part in map(kept, places):
            for name, lines in part.csv.items():
                if lines and name != "documents" and name not in ACROSS:
                    sinks[name].write(lines)
            said.append(part.document)
            counts.append(part.counts)
        documents = rows_of_documents(said)
        sinks["documents"].write(csv_lines(RESOURCES["documents"], documents))
        place = {row.doc_id: path for row, path in zip(documents, places, strict=True)}
        for rows in across(documents, lambda doc_id: kept(place[doc_id])):
            for name, found in rows.items():
                sinks[name].write(csv_lines(RESOURCES[name], found))
    return [text | {"version": row.version} for text, row in zip(said, documents, strict=True)], counts


def swap(stage: Path, target: Path) -> None:
    """Put the new folder in the place of the old one; what no build writes (figures) is carried over."""
    old = old_of(target)
    if target.exists():
        carry_over(target, stage)
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
    stage.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def old_of(target: Path) -> Path:
    """Where the dataset that is being replaced stands for the moment between two renames."""
    return target.with_name(f".{target.name}.old")


def recover(target: Path) -> None:
    """Bring back the dataset of a build killed between the two renames of `swap`; remove the leftovers of a later one.

    Raises `BadOutput` if it cannot be brought back.
    """
    old = old_of(target)
    if old.exists() and not target.exists():
        try:
            old.rename(target)
        except OSError as error:
            raise BadOutput(f"{old} holds the last dataset and cannot be renamed to {target.name} "
                            f"({error.strerror})") from error
    shutil.rmtree(old, ignore_errors=True)

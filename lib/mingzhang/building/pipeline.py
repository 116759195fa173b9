"""Pipeline: a folder of PDFs in, a dataset out.

Each document is read in a child process, here or on a Dask cluster; its rows are kept in a work folder as soon as they
are there, so that a build that was stopped goes on where it was. At the end the rows are joined in order of the
documents' ids and the dataset folder is replaced as a whole.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..dataset.package import write_descriptor, write_dictionary
from ..errors import BadOutput
from ..isolation import workers
from ..isolation.workers import Failed, Limits
from ..sources import Source, find_sources, left_out, printable, sha256_of
from .guard import check_complete, place_for
from .joining import FORMATS, join, recover, swap
from .lock import locked
from .parts import keep, pack, place_of
from .reader import failed_part
from .rows import Rows
from .stretches import Runner, read_all

#: With more documents than this the report does not list each, only those with problems, and of these not all.
LISTED_DOCUMENTS = 200


@dataclass(frozen=True)
class Report:
    """What a build did: a line per document, notes on the whole, and where the dataset is."""

    clean: Path
    documents: tuple[dict[str, str], ...]
    counts: tuple[dict[str, int], ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def unread(self) -> list[str]:
        """Documents that were not read."""
        return [row["doc_id"] for row in self.documents if row["status"] in ("failed", "missing")]

    @property
    def refused(self) -> list[str]:
        """Documents that differ from what sources.csv says of them."""
        return [row["doc_id"] for row in self.documents if "SHA-256" in row["problems"]]

    def __str__(self) -> str:
        lines = [*self._listed(), *self._problems(), *(f"  {note}" for note in self.notes)]
        if self.left_out:
            lines.append(f"  not documents, left out: {', '.join(self.left_out[:LISTED_DOCUMENTS])}")
        total = {key: sum(count[key] for count in self.counts) for key in ("tables", "amounts", "kpi_indicators")}
        lines.append(f"{len(self.documents)} documents, {total['tables']} tables, {total['amounts']} amounts, "
                     f"{total['kpi_indicators']} indicators -> {self.clean}")
        return "\n".join(lines)

    __repr__ = __str__  # what a notebook shows

    def _listed(self) -> Iterator[str]:
        """A line per document, or for a large corpus one per status."""
        if len(self.documents) > LISTED_DOCUMENTS:
            for status, number in sorted(Counter(row["status"] for row in self.documents).items()):
                yield f"{status:<10} {number:>9}"
            return
        yield f"{'document':<40} {'status':<10} {'pages':>5} {'tables':>6} {'amounts':>7} {'indicators':>10}"
        for row, count in zip(self.documents, self.counts, strict=True):
            yield (f"{row['doc_id']:<40} {row['status']:<10} {row['pages'] or '-':>5} {count['tables']:>6} "
                   f"{count['amounts']:>7} {count['kpi_indicators']:>10}")

    def _problems(self) -> list[str]:
        """What was left out of which document; of a large corpus the first ones."""
        lines = []
        for row in self.documents:
            own = row["problems"]
            for note in self.notes:
                own = own.replace(note, "").strip("; ")
            if own:
                lines.append(f"  {row['doc_id']}: {own}")
        if len(lines) > LISTED_DOCUMENTS:
            more = len(lines) - LISTED_DOCUMENTS
            lines[LISTED_DOCUMENTS:] = [f"  … and {more} more documents with problems: see the column problems of "
                                        "documents"]
        return lines


def build(raw: str | Path = "data/raw", clean: str | Path = "data/clean", *, workers: int | None = None,
          limits: Limits | None = None, progress: bool = False, format: str = "csv", scheduler: str | None = None,
          client: Any = None, recursive: bool = False, force: bool = False) -> Report:
    """Build a dataset from a folder of PDFs (listed in its sources.csv or not).

    `workers` are processes on this machine (one a core if not given); with the address of a Dask `scheduler`, or a Dask
    `client`, the documents are read on its cluster, whose machines must see the folder under the same path. `format` is
    csv or parquet. `recursive` takes the folders within the folder too.

    Documents that cannot be read get a row with their status and reason; the rest is processed. Raises `BadSources` if
    the folder cannot be read and `BadOutput` if the dataset cannot be written, if another thing than a dataset stands
    in its place, or if fewer documents were read than the dataset there has (unless `force`); in all cases what stands
    there stays as it was.
    """
    if format not in FORMATS:
        raise BadOutput(f"no such format: {format!r}; there are {' and '.join(FORMATS)}")
    if workers is not None and workers < 1:
        raise BadOutput(f"{workers} workers cannot read anything")
    target = place_for(Path(clean), Path(raw))
    sources, notes = find_sources(Path(raw).resolve() if scheduler or client else Path(raw), recursive)
    work = prepare(target)
    with locked(work):
        recover(target)
        places = read_missing(work, sources, runner_of(workers, limits, scheduler, client, folders_of(sources)),
                              progress)
        return publish(target, work, [places[source.doc_id] for source in sources], notes, format, force,
                       left_out(Path(raw), sources, recursive))


def read_missing(work: Path, sources: Sequence[Source], runner: Runner, progress: bool) -> dict[str, Path]:
    """Read the documents whose parts are not in the work folder yet; the file of each document's part."""
    jobs, settled = plan(sources)
    digests = {source.doc_id: digest for source, digest in jobs}
    places = {source.doc_id: place_of(work, source, digest) for source, digest in jobs}
    for source, rows in settled:
        places[source.doc_id] = place_of(work, source, f"settled {rows['documents']}")
        keep(places[source.doc_id], pack(rows))
    # Long documents first: the last worker is then not left alone with the longest.
    sizes = {source.doc_id: source.path.stat().st_size for source, _ in jobs}
    pending = sorted((source for source, _ in jobs if not places[source.doc_id].exists()),
                     key=lambda source: -sizes[source.doc_id])
    open_bytes = sum(sizes[source.doc_id] for source in pending)
    with bar(sum(sizes.values()), sum(sizes.values()) - open_bytes, progress) as advance:
        for source, result in read_all(pending, runner, places):
            if isinstance(result, Failed):
                # Not where its part would be: when a build that was stopped goes on, what failed is tried again.
                places[source.doc_id] = places[source.doc_id].with_suffix(".failed")
                result = pack(failed_part(source, digests[source.doc_id], result.reason))
            keep(places[source.doc_id], result)
            advance(source.doc_id, sizes[source.doc_id])
    return places


def folders_of(sources: Sequence[Source]) -> list[Path]:
    """The folders in which the documents stand, links followed."""
    return sorted({source.path.resolve().parent for source in sources})


def runner_of(count: int | None, limits: Limits | None, scheduler: str | None, client: Any,
              readable: Sequence[Path]) -> Runner:
    """What runs jobs: child processes of this one, or the workers of a Dask cluster."""
    if scheduler or client:
        from . import cluster

        return lambda function, jobs: cluster.run(function, jobs, limits, readable, scheduler, client)
    return lambda function, jobs: workers.run(function, jobs, count or os.cpu_count() or 1, limits, readable)


def plan(sources: Sequence[Source]) -> tuple[list[tuple[Source, str]], list[tuple[Source, Rows]]]:
    """The documents to read with their SHA-256, and those settled without: missing, different, the same file again."""
    jobs: list[tuple[Source, str]] = []
    settled: list[tuple[Source, Rows]] = []
    first: dict[str, str] = {}
    for source in sources:
        digest = reason = ""
        status = "failed"
        if not os.path.lexists(source.path):
            status, reason = "missing", "listed in sources.csv, but there is no such file"
        elif not source.path.is_file():
            reason = "is not a file (a folder, a pipe, a link to nothing)"
        else:
            try:
                digest = sha256_of(source.path)
            except OSError as error:
                reason = f"cannot be read ({error.strerror})"
        if digest and source.sha256 and source.sha256.lower() != digest:
            reason = (f"{printable(source.path.name)} is not the listed file: its SHA-256 is {digest}, "
                      f"sources.csv says {source.sha256}")
        elif digest in first:
            status, reason = "duplicate", f"the same file as {first[digest]}"
        if reason:
            settled.append((source, failed_part(source, digest, reason, status)))
        else:
            first[digest] = source.doc_id
            jobs.append((source, digest))
    return jobs, settled


def prepare(target: Path) -> Path:
    """The work folder beside the dataset, made if needed. Raises `BadOutput` if it cannot be written."""
    work = target.parent / f".{target.name}.work"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if work.is_symlink():
            raise BadOutput(f"{work} is a link; it must be a folder of this program")
        work.mkdir(exist_ok=True)
        probe = work / "probe"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise BadOutput(f"{target} cannot be written ({error.strerror})") from error
    return work


def publish(target: Path, work: Path, places: Sequence[Path], notes: Sequence[str], format: str = "csv",
            force: bool = False, others: Sequence[str] = ()) -> Report:
    """Join the parts and replace the dataset folder as a whole. Each part was checked when made (`parts.sound`)."""
    stage = work / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    try:
        stage.mkdir()
        documents, counts = join(stage, places, format)
        if not force:
            check_complete(target, documents)
        write_descriptor(stage, documents)
        write_dictionary(stage)
        swap(stage, target)
        shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise BadOutput(f"{target} cannot be written ({error.strerror}); the old dataset is untouched") from error
    return Report(target, tuple(documents), tuple(counts), tuple(notes), tuple(others))


@contextlib.contextmanager
def bar(total: int, done: int, shown: bool) -> Iterator[Callable[[str, int], None]]:
    """A progress bar on standard error, or none. It counts bytes: large scanned pages take long, so time left is told
    well."""
    if not shown:
        yield lambda name, size: None
        return
    from tqdm import tqdm

    tqdm.monitor_interval = 0
    with tqdm(total=total, initial=done, unit="B", unit_scale=True, leave=False) as drawn:

        def advance(name: str, size: int) -> None:
            drawn.set_postfix_str(name)
            drawn.update(size)

        yield advance

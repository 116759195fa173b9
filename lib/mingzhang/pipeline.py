"""Pipeline: a folder of PDFs in, a dataset out.

Each document is read in a child process; its rows are kept in a work folder as soon as they are there, so that a build that was
stopped goes on where it was. At the end the rows are joined in order of the documents' ids and the dataset folder is replaced as a
whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from . import __version__, workers
from .dataset import load, rows_of, to_text
from .document import read_document
from .errors import BadOutput, UnreadableDocument
from .package import CsvWriter, write_descriptor, write_dictionary
from .schema import RESOURCES
from .sources import Source, find_sources, printable, sha256_of
from .workers import Failed, Limits

#: What a document contributes: for each resource its rows as texts.
Part = dict[str, list[list[str]]]


@dataclass(frozen=True)
class Report:
    """What a build did: a line a document, notes on the whole, and where the dataset is."""

    clean: Path
    documents: tuple[dict[str, str], ...]
    counts: tuple[dict[str, int], ...]
    notes: tuple[str, ...]

    @property
    def refused(self) -> list[str]:
        """Documents that differ from what sources.csv says of them."""
        return [row["doc_id"] for row in self.documents if "SHA-256" in row["problems"]]

    def __str__(self) -> str:
        head = f"{'document':<40} {'status':<10} {'pages':>5} {'tables':>6} {'amounts':>7} {'indicators':>10}"
        lines = [head]
        for row, count in zip(self.documents, self.counts, strict=True):
            lines.append(
                f"{row['doc_id']:<40} {row['status']:<10} {row['pages'] or '-':>5} {count['tables']:>6} "
                f"{count['amounts']:>7} {count['kpi_indicators']:>10}"
            )
        for row in self.documents:
            own = row["problems"]
            for note in self.notes:
                own = own.replace(note, "").strip("; ")
            if own:
                lines.append(f"  {row['doc_id']}: {own}")
        lines += [f"  {note}" for note in self.notes]
        total = {key: sum(count[key] for count in self.counts) for key in ("tables", "amounts", "kpi_indicators")}
        lines.append(
            f"{len(self.documents)} documents, {total['tables']} tables, {total['amounts']} amounts, "
            f"{total['kpi_indicators']} indicators -> {self.clean}"
        )
        return "\n".join(lines)


def build(
    raw: str | Path = "data/raw", clean: str | Path = "data/clean", *, workers: int | None = None,
    limits: Limits | None = None, progress: bool = False,
) -> Report:  # fmt: skip
    """Build a dataset from a folder of PDFs (listed in its sources.csv or not).

    Documents that cannot be read get a row with their status and reason; the rest is processed. Raises `BadSources` if the folder
    cannot be read and `BadOutput` if the dataset cannot be written; in both cases an existing dataset stays as it was.
    """
    target = Path(clean)
    sources, notes = find_sources(Path(raw))
    work = prepare(target)
    jobs, settled = plan(sources)
    for source, part in settled:
        keep(work, source, part)
    pending = [source for source in jobs if not part_file(work, source).exists()]
    with bar(len(jobs), len(jobs) - len(pending), progress) as advance:
        for source, result in run_jobs(pending, workers, limits):
            part = failed_part(source, result.reason) if isinstance(result, Failed) else result
            keep(work, source, part)
            advance(source.doc_id)
    return publish(target, work, sources, notes)


def run_jobs(pending: Sequence[Source], count: int | None, limits: Limits | None) -> Iterator[tuple[Source, Any]]:
    number = count or os.cpu_count() or 1
    # Long documents first: the last worker is then not left alone with the longest.
    ordered = sorted(pending, key=lambda source: -source.path.stat().st_size)
    return workers.run(read_part, ordered, min(number, len(ordered) or 1), limits)


def read_part(source: Source) -> Part:
    """The rows of one document as texts; a document that cannot be read gives its documents row alone."""
    try:
        document = read_document(source)
    except UnreadableDocument as error:
        return failed_part(source, str(error))
    return {name: [[to_text(value) for value in row] for row in rows] for name, rows in rows_of(document).items()}


def failed_part(source: Source, reason: str, status: str = "failed") -> Part:
    """The rows of a document that was not read: what is known of it, its status and the reason."""
    digest = sha256_of(source.path) if source.path.is_file() else ""
    row = [
        source.doc_id, source.title, source.org, source.province, source.region, source.admin_level, source.fiscal_year,
        source.kind, printable(source.path.name), digest, source.provenance, "", status, "; ".join([*source.problems, reason]),
    ]  # fmt: skip
    return {name: [row] if name == "documents" else [] for name in RESOURCES}


def plan(sources: Sequence[Source]) -> tuple[list[Source], list[tuple[Source, Part]]]:
    """The documents to read, and those whose rows are settled without reading: missing, different or the same file again."""
    jobs: list[Source] = []
    settled: list[tuple[Source, Part]] = []
    first: dict[str, str] = {}
    for source in sources:
        if not source.path.is_file():
            settled.append((source, failed_part(source, "listed in sources.csv, but there is no such file", "missing")))
            continue
        try:
            digest = sha256_of(source.path)
        except OSError as error:
            settled.append((source, failed_part(replace(source, path=Path(source.path.name)), f"cannot be read ({error.strerror})")))
            continue
        if source.sha256 and source.sha256.lower() != digest:
            reason = f"{printable(source.path.name)} is not the listed file: its SHA-256 is {digest}, sources.csv says {source.sha256}"
            settled.append((source, failed_part(source, reason)))
        elif digest in first:
            settled.append((source, failed_part(source, f"the same file as {first[digest]}", "duplicate")))
        else:
            first[digest] = source.doc_id
            jobs.append(source)
    return jobs, settled


# --- the work folder -------------------------------------------------------------------------------------------------


def prepare(target: Path) -> Path:
    """The work folder beside the dataset, made if needed. Raises `BadOutput` if it cannot be written."""
    work = target.parent / f".{target.name}.work"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_dir():
            raise BadOutput(f"{target} is not a folder")
        work.mkdir(exist_ok=True)
        probe = work / "probe"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise BadOutput(f"{target} cannot be written ({error.strerror})") from error
    return work


@cache
def code_version() -> str:
    """A hash over this package's source: rows that another version of the code made are not reused."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def part_file(work: Path, source: Source) -> Path:
    """Where the rows of a document are kept: named by its id, its content, what sources.csv says of it, and the code."""
    content = sha256_of(source.path) if source.path.is_file() else ""
    said = json.dumps([str(value) for value in (*vars_of(source),)], ensure_ascii=False)
    key = hashlib.sha256(f"{content}{said}{code_version()}".encode()).hexdigest()[:32]
    return work / f"{key}.json"


def vars_of(source: Source) -> Iterator[object]:
    """What is known of a source, its folder left out."""
    for name in source.__slots__:
        yield os.fsencode(source.path.name).hex() if name == "path" else getattr(source, name)


def keep(work: Path, source: Source, part: Part) -> None:
    """Keep the rows of a document; the file appears only when it is whole."""
    path = part_file(work, source)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as handle:
            json.dump(part, handle, ensure_ascii=False, separators=(",", ":"))
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise BadOutput(f"{work} cannot be written ({error.strerror}); the same command goes on from here") from error


# --- joining ---------------------------------------------------------------------------------------------------------


def publish(target: Path, work: Path, sources: Sequence[Source], notes: Sequence[str]) -> Report:
    """Join the parts, check the result, and replace the dataset folder as a whole."""
    stage = work / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    try:
        stage.mkdir()
        documents, counts = join(stage, work, sources)
        write_descriptor(stage, documents)
        write_dictionary(stage)
        load(stage)
        swap(stage, target)
        shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise BadOutput(f"{target} cannot be written ({error.strerror}); the old dataset is untouched") from error
    return Report(target, tuple(documents), tuple(counts), tuple(notes))


def join(stage: Path, work: Path, sources: Sequence[Source]) -> tuple[list[dict[str, str]], list[dict[str, int]]]:
    """Stream the parts into one CSV a resource, in order of the documents."""
    documents: list[dict[str, str]] = []
    counts: list[dict[str, int]] = []
    handles = {name: (stage / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in RESOURCES}
    try:
        writers = {name: CsvWriter(handles[name], spec) for name, spec in RESOURCES.items()}
        for source in sources:
            part: Part = json.loads(part_file(work, source).read_text(encoding="utf-8"))
            for name, rows in part.items():
                writers[name].write(rows)
            documents.append(dict(zip(RESOURCES["documents"].columns, part["documents"][0], strict=True)))
            counts.append({name: len(rows) for name, rows in part.items()})
    finally:
        for handle in handles.values():
            handle.close()
    return documents, counts


def swap(stage: Path, target: Path) -> None:
    """Put the new folder in the place of the old one; what else the old one held (figures) is carried over."""
    if target.exists():
        for entry in target.iterdir():
            if entry.is_dir() and not (stage / entry.name).exists():
                shutil.copytree(entry, stage / entry.name)
        old = target.with_name(f".{target.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
        stage.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        stage.rename(target)


class bar:
    """A progress bar on standard error, or nothing."""

    def __init__(self, total: int, done: int, shown: bool) -> None:
        self._bar: Any = None
        if shown:
            from tqdm import tqdm

            tqdm.monitor_interval = 0
            self._bar = tqdm(total=total, initial=done, unit="document", leave=False)

    def __enter__(self) -> Any:
        return self._advance

    def _advance(self, name: str) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(name)
            self._bar.update()

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

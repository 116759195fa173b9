"""Origin: which row is meant, and where it comes from. A dataset or one read document, its resources, and its PDFs.

What `mz.show` and `mz.cite` share: rows, named tuples, mappings and frames become ids, and ids become rows again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..building.rows import rows_of
from ..dataset.contract import RESOURCES
from ..dataset.load import Dataset, load
from ..disclosure import Disclosure
from ..errors import MingzhangError
from ..reading.pages import Page
from ..reading.pdf import open_pdf, read_page
from ..sources import sha256_of

#: The resources whose id names a row, in the order in which a row's columns are asked for one.
KEYS = ("finding_id", "check_id", "amount_id", "indicator_id", "claim_id")


class NotInData(MingzhangError):
    """What was asked for is not in the data, or its PDF is not there; the message says what to do."""


@dataclass(frozen=True)
class Origin:
    """A dataset or one read document: its resources as frames, and the PDF of a document."""

    data: Dataset | Disclosure
    raw: Path | None = None
    made: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(data: Dataset | Disclosure | str | Path | None, raw: str | Path | None) -> Origin:
        folder = Path(raw) if raw is not None else None
        if isinstance(data, Dataset | Disclosure):
            return Origin(data, folder)
        return Origin(loaded(Path(data) if data is not None else nearest()), folder)

    def frame(self, resource: str) -> pd.DataFrame | None:
        """A resource's frame; None if this dataset has no such resource."""
        if isinstance(self.data, Dataset):
            return self.data.frames.get(resource)
        if not self.made and resource in RESOURCES:
            rows = rows_of(self.data)
            self.made.update((name, spec.frame(rows[name])) for name, spec in RESOURCES.items())
        return self.made.get(resource)

    def select(self, resource: str, column: str, value: object) -> pd.DataFrame:
        """The rows of a resource in which a column has a value (an empty frame if there is no such resource)."""
        frame = self.frame(resource)
        return pd.DataFrame() if frame is None else frame[frame[column] == value]

    def row(self, resource: str, column: str, value: object) -> Mapping[str, Any] | None:
        """The first such row, or None."""
        rows = self.select(resource, column, value)
        return None if rows.empty else dict(rows.iloc[0])

    def pages(self, doc_id: str, first: int) -> Iterator[Page]:
        """The pages of a document from one on."""
        if isinstance(self.data, Disclosure):
            yield from (page for page in self.data.content if page.number >= first)
            return
        document = open_pdf(self.pdf(doc_id))
        try:
            yield from (read_page(document, number) for number in range(first, len(document) + 1))
        finally:
            document.close()

    def pdf(self, doc_id: str) -> Path:
        """The PDF of a document, which must be the file that was read. Raises `NotInData`."""
        if isinstance(self.data, Disclosure):
            return self.data.source.path
        row = self.row("documents", "doc_id", doc_id)
        if row is None:
            raise NotInData(f"{doc_id} is not in documents.csv")
        folder = Path(os.path.abspath(self.raw or self.data.folder.parent / "raw"))
        path = Path(os.path.abspath(folder / row["source"]))
        if not path.is_relative_to(folder):
            raise NotInData(f"{row['source']} does not lie in the folder of the PDFs")
        if not path.is_file():
            raise NotInData(f"{path} is not there; name the folder of the PDFs: mz.show(x, data, raw=...)")
        if row["sha256"] and digest(path, path.stat().st_mtime_ns) != row["sha256"]:
            raise NotInData(f"{path} is not the file that the dataset was built from (its SHA-256 differs)")
        return path


@lru_cache(maxsize=64)
def digest(path: Path, changed: int) -> str:
    """The SHA-256 of a file, computed once as long as it does not change."""
    return sha256_of(path)


def nearest() -> Path:
    """The folder data/clean here or in the nearest folder above. Raises `NotInData`."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data" / "clean" / "documents.csv").is_file():
            return folder / "data" / "clean"
    raise NotInData("which dataset is meant? mz.show(x, data), with data = mz.load(folder) or mz.read(pdf)")


def loaded(folder: Path) -> Dataset:
    """The dataset of a folder, loaded once as long as it does not change."""
    return _loaded(folder.resolve(), (folder / "documents.csv").stat().st_mtime_ns if folder.is_dir() else 0)


@lru_cache(maxsize=2)
def _loaded(folder: Path, changed: int) -> Dataset:
    return load(folder)


# --- what is asked for -----------------------------------------------------------------------------------------------


def keys_of(x: Any) -> list[str]:
    """The ids of what is asked for. Raises `NotInData` for something that has none."""
    if isinstance(x, str):
        return [x]
    if isinstance(x, pd.DataFrame):
        return [key_of(row) for row in x.to_dict("records")]
    if (row := row_of(x)) is not None:
        return [key_of(row)]
    if isinstance(x, Iterable):
        return [key for one in x for key in keys_of(one)]
    raise NotInData(f"a row, an id or several of them can be shown, not {type(x).__name__}")


def row_of(x: Any) -> Mapping[Any, Any] | None:
    """One row, given as a Series, mapping, named tuple or dataclass (a Check, a Suspect), by its columns; else None."""
    if isinstance(x, pd.Series):
        return x.to_dict() if any(isinstance(name, str) and name.endswith("_id") for name in x.index) else None
    if isinstance(x, Mapping):
        return x
    if hasattr(x, "_asdict"):
        return dict(x._asdict())
    if is_dataclass(x) and not isinstance(x, Dataset | Disclosure | type):
        return {name.name: getattr(x, name.name) for name in fields(x)}
    return None


def key_of(row: Mapping[Any, Any]) -> str:
    """The id of a row of any resource."""
    for name in KEYS:
        if row.get(name):
            return str(row[name])
    if row.get("project_id"):
        return f"{row['project_id']}/r{row['row']}" if "item" in row and "row" in row else str(row["project_id"])
    if row.get("table_id"):
        return f"{row['table_id']}/r{row['row']}c{row['column']}" if "row_span" in row else str(row["table_id"])
    if row.get("doc_id"):
        return str(row["doc_id"])
    raise NotInData(f"no id among the columns {', '.join(map(str, row))}")


def unknown(key: str) -> NotInData:
    return NotInData(f"{key} is not in this dataset; of which is it? mz.show(x, data), with data = mz.load(folder) or "
                     "mz.read(pdf)")

"""Dataset: the exact text of its values in CSV, and loading them back with types and checked keys."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import MingzhangError
from ..sources import sha256_of
from .contract import RESOURCES
from .schema import Column, Resource

#: Characters of the longest CSV field that is read; the csv module's own limit is shorter than what a page may hold.
LONGEST_FIELD = 2**31 - 1
#: A spreadsheet would run a text that begins so as a formula; an apostrophe before it keeps it text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class BadDataset(MingzhangError):
    """A dataset on disk does not keep the contract; the message names resource, column and first offending row."""


def escape(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula. Inverse: `unescape`."""
    return "'" + text if _FORMULA.match(text) else text


def unescape(text: str) -> str:
    """Take off the apostrophe that `escape` wrote."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def to_text(value: Any) -> str:
    """A value as it stands in a CSV field, before escaping: exact decimals, true/false, coordinates to 0.01 pt."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.2f}"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


# --- frames ----------------------------------------------------------------------------------------------------------


CONVERT: dict[str, Callable[[str], Any]] = {
    "string": unescape,
    "integer": lambda text: int(text) if text else None,
    "decimal": lambda text: Decimal(text) if text else None,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}[text] if text else None,
}
#: How numbers are written; Python would also read full-width digits, blanks and infinity.
_WRITTEN = re.compile(r"-?[0-9]+(\.[0-9]+)?|", re.ASCII)


def parsed(spec: Resource, column: Column, texts: Sequence[str]) -> pd.Series:
    """A column of CSV fields with its declared dtype. Raises `BadDataset` for a field that is not of its type."""
    numeric = column.kind in ("integer", "decimal", "number")
    values: dict[str, Any] = {}
    for text in set(texts):
        try:
            if numeric and not _WRITTEN.fullmatch(text):
                raise ValueError(text)
            values[text] = CONVERT[column.kind](text)
        except (ValueError, ArithmeticError, KeyError) as error:
            where = f"{spec.name}.csv line {texts.index(text) + 2}"
            raise BadDataset(f"{where}: {text!r} in column {column.name} is not of type {column.kind}") from error
    return spec.typed(column.name, [values[text] for text in texts])


@dataclass(frozen=True)
class Dataset:
    """A loaded dataset: a typed DataFrame per resource, as attribute (`data.amounts`) and by name
    (`data["amounts"]`)."""

    folder: Path
    frames: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        try:
            return self.__dict__["frames"][name]
        except KeyError:
            raise AttributeError(f"no resource {name!r}") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.frames]

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {len(frame)} rows" for name, frame in self.frames.items())

    def _repr_html_(self) -> str:
        sizes = pd.DataFrame(
            {"resource": list(self.frames), "rows": [len(frame) for frame in self.frames.values()],
             "what": [RESOURCES[name].description for name in self.frames]}
        )
        return sizes.to_html(index=False)


def load(clean: str | Path = "data/clean", *, verify: bool = True) -> Dataset:
    """Load a dataset: files as the build wrote them (SHA-256), resources typed, values and keys as the contract says.

    Without `verify` the files may have been changed since, as long as they keep the contract. Raises `BadDataset` with
    the file, or with resource, column and row.
    """
    folder = Path(clean)
    if (folder / "documents.csv").is_file():
        frames = {name: read_csv(folder / f"{name}.csv", spec) for name, spec in RESOURCES.items()}
    elif (folder / "documents").is_dir():
        frames = {name: read_parquet(folder / name, spec) for name, spec in RESOURCES.items()}
    else:
        raise BadDataset(f"{folder} holds no dataset (documents.csv is missing); build one with: python -m "
                         "mingzhang build")
    if verify:
        check_files(folder)
    validate(frames)
    return Dataset(folder, frames)


def check_files(folder: Path) -> None:
    """Compare a dataset's files with the SHA-256 in its descriptor. Raises `BadDataset` for the first that differs."""
    try:
        said = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        digests = [pair for one in said
                   for pair in ([(one["path"], one["hash"])] if isinstance(one["path"], str)
                                else one["hashes"].items())]
        for path, digest in digests:
            if digest != f"sha256:{sha256_of(folder / path)}":
                raise BadDataset(f"{path} is not as the build wrote it (mz.load(…, verify=False) takes it "
                                 "all the same)")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadDataset("datapackage.json cannot tell whether the files are as the build wrote them "
                         f"({error})") from error


def read_csv(path: Path, spec: Resource) -> pd.DataFrame:
    """One CSV of the dataset as a typed DataFrame."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
    except (OSError, ValueError, csv.Error) as error:
        raise BadDataset(f"{path.name} cannot be read ({error})") from error
    if header != list(spec.columns):
        raise BadDataset(f"{path.name}: columns are {header}, expected {list(spec.columns)}")
    if bad := next((number for number, row in enumerate(rows, start=2) if len(row) != len(header)), None):
        raise BadDataset(f"{path.name} line {bad}: not {len(header)} fields")
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    return pd.DataFrame({column.name: parsed(spec, column, texts)
                         for column, texts in zip(spec.columns.values(), columns, strict=True)})


def read_parquet(folder: Path, spec: Resource) -> pd.DataFrame:
    """The Parquet files of one resource as a typed DataFrame."""
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise BadDataset(f"{folder.parent} holds Parquet files, which need pyarrow: pip install "
                         "'mingzhang[scale]'") from error
    try:
        table = pq.read_table(folder, columns=list(spec.columns))
    except (OSError, ValueError) as error:
        raise BadDataset(f"{folder.name} cannot be read ({error})") from error
    columns = {name: table.column(name).to_pylist() for name in spec.columns}
    columns |= {name: list(map(shortest, columns[name])) for name, one in spec.columns.items() if one.kind == "decimal"}
    return pd.DataFrame({name: spec.typed(name, values) for name, values in columns.items()})


def shortest(value: Decimal | None) -> Decimal | None:
    """A decimal without the zeros that a column of fixed scale adds."""
    return None if value is None else Decimal(format(value, "f").rstrip("0").rstrip(".") if value else "0")


def validate(frames: Mapping[str, pd.DataFrame]) -> None:
    """Check every frame against its declaration and every foreign key against its target. Raises `BadDataset`.

    The pandera schemas (`Resource.schema`) say the same and take longer.
    """
    for name, frame in frames.items():
        spec = RESOURCES[name]
        for column in spec.columns.values():
            missing = frame[column.name].isna()
            values = set(frame[column.name][~missing].astype(object)) | ({None} if missing.any() else set())
            if fault := next(filter(None, map(column.fault, values)), ""):
                raise BadDataset(f"{name}: {fault}")
        if (twice := frame.duplicated([*spec.key])).any():
            raise BadDataset(f"{name}: {'/'.join(map(str, frame.loc[twice.idxmax(), [*spec.key]]))} stands twice")
        for mine, (target, key) in spec.foreign.items():
            if target in frames:
                lost = ~frame[mine].isin(frames[target][key]) & (frame[mine] != "")
                if lost.any():
                    raise BadDataset(f"{name}.{mine}: {frame[mine][lost].iloc[0]!r} is not in {target}.{key}")

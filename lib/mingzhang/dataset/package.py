"""Package: writing a dataset folder: CSVs, datapackage.json, and the data dictionary."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from .. import __version__, vocabulary
from ..language import say, speaking
from ..sources import sha256_of
from .contract import RESOURCES
from .load import escape, to_text
from .schema import Resource, Row

#: More documents than this are not listed one by one in datapackage.json.
LISTED_SOURCES = 200


class CsvWriter:
    """Writes one resource: header first (unless lines are appended), LF line ends, text fields escaped."""

    def __init__(self, handle: IO[str], spec: Resource, header: bool = True) -> None:
        self._writer = csv.writer(handle, lineterminator="\n")
        self._values = spec.values
        if header:
            self._writer.writerow(spec.columns)

    def write(self, rows: Iterable[Row]) -> None:
        """Append records."""
        self._writer.writerows(
            [escape(value) if isinstance(value, str) else to_text(value) for value in self._values(row)] for row in rows
        )


def csv_lines(spec: Resource, rows: Iterable[Row]) -> str:
    """Records as CSV lines without a header."""
    buffer = io.StringIO()
    CsvWriter(buffer, spec, header=False).write(rows)
    return buffer.getvalue()


def write_descriptor(folder: Path, documents: Sequence[dict[str, str]]) -> None:
    """Write datapackage.json (Frictionless Data Package) for the CSV or Parquet files in a folder."""
    descriptor = {
        "profile": "tabular-data-package",
        "name": "mingzhang",
        "title": "mingzhang 明账: budgets, final accounts and performance tables of Chinese government bodies",
        "version": __version__,
        "description": "Every printed figure of the disclosures, tied to its page and cell. See README.md for "
        "the columns.",
        "licenses": [{"name": "public-official-documents",
                      "title": "Facts from public official documents; no licence is claimed"}],
        "sources": [
            {"title": row["title"] or row["doc_id"], "path": row["source"], "sha256": row["sha256"],
             "provenance": row["provenance"]}
            for row in documents[:LISTED_SOURCES]
        ],
        "documents": {"listed": len(documents),
                      "read": sum(row["status"] in ("ok", "partial", "no_tables") for row in documents)},
        "resources": [described(folder, spec) for spec in RESOURCES.values()],
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")


def files_of(folder: Path, spec: Resource) -> dict[str, Any]:
    """The properties of a resource that tell its files: one CSV, or a folder of Parquet files."""
    if (path := folder / f"{spec.name}.csv").is_file():
        return {"path": path.name, "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv",
                "encoding": "utf-8", "bytes": path.stat().st_size, "hash": f"sha256:{sha256_of(path)}"}
    paths = sorted((folder / spec.name).glob("*.parquet"))
    names = [path.relative_to(folder).as_posix() for path in paths]
    return {"path": names, "format": "parquet", "mediatype": "application/vnd.apache.parquet",
            "bytes": sum(path.stat().st_size for path in paths),
            "hashes": {name: f"sha256:{sha256_of(folder / name)}" for name in names}}


def described(folder: Path, spec: Resource) -> dict[str, Any]:
    """One resource of the descriptor: its files and its table schema."""
    return {
        "name": spec.name, **files_of(folder, spec), "description": spec.description,
        "schema": {
            "fields": [field_of(name, spec) for name in spec.columns],
            "primaryKey": list(spec.key),
            "foreignKeys": [
                {"fields": mine, "reference": {"resource": target, "fields": key}}
                for mine, (target, key) in spec.foreign.items()
            ],
            "missingValues": [""],
        },
    }


def field_of(name: str, spec: Resource) -> dict[str, Any]:
    """One field of a table schema; decimals are the type "number" of the specification."""
    column = spec.columns[name]
    field: dict[str, Any] = {"name": name, "type": "number" if column.kind == "decimal" else column.kind,
                             "description": column.description}
    if column.unit:
        field["unit"] = column.unit
    if spec.name == "fiscal" and name in (types := vocabulary.within("fiscal", "column_types")):
        field["columnType"] = types[name]
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.options:
        constraints["enum"] = list(column.options)
    return field | ({"constraints": constraints} if constraints else {})


def write_dictionary(folder: Path) -> None:
    """Write README.md and README.zh.md: the data dictionary, from the same declarations."""
    for lang, name in (("en", "README.md"), ("zh", "README.zh.md")):
        with speaking(lang):
            text = "\n".join(dictionary()).replace("。 ", "。")
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def dictionary() -> Iterator[str]:
    """The lines of the data dictionary, in the language that is spoken."""
    yield from map(say, (
        "# Data dictionary\n",
        "Written by `python -m mingzhang build`; do not edit. CSV, UTF-8, LF, one header row. An empty field is an "
        "empty cell, never zero.",
        "Text that begins with `=`, `+`, `-`, `@` or a tab has an apostrophe before it, so that no spreadsheet runs "
        "it; `mz.load()` takes it off.",
        "Boxes are PDF points from the top left corner of the page. Sums of money are in 万元 (ten thousand "
        "yuan), exact.",
        'Codes are text: read them as such. pandas: `pd.read_csv("fiscal.csv", dtype=str)`, or '
        '`mz.load(folder).fiscal`, exact and typed. R:',
        '`readr::read_csv("fiscal.csv", col_types = readr::cols(code = "c", amount = "d", fiscal_year = "i", '
        '.default = "c"))`.\n',
    ))
    for spec in RESOURCES.values():
        key = say(f"Key: {', '.join(f'`{key}`' for key in spec.key)}.")
        yield from (f"## {spec.name}.csv\n", f"{say(spec.description)} {key}\n")
        yield from (say("| column | type | meaning |"), "|---|---|---|")
        for name, column in spec.columns.items():
            told = [say(column.description), say(f"Unit: {column.unit}.") if column.unit else "",
                    say(f"One of: {', '.join(column.options)}.") if column.options and name != "form" else "",
                    f"→ `{'.'.join(spec.foreign[name])}`." if name in spec.foreign else ""]
            yield f"| `{name}` | {column.kind} | {' '.join(filter(None, told))} |"
        yield ""

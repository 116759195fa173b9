"""Study: a folder of one's own: documents, what is known of them, the dataset, notebooks, and who made it.

    python -m mingzhang new MY_STUDY a.pdf b.xlsx     then, in MY_STUDY: fill in mingzhang.toml, data/raw/sources.csv,
    python -m mingzhang build                         and `build`, `site`, `mz.load`, `mz.show`, `mz.cite` need no more
"""

from __future__ import annotations

import csv
import re
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ..errors import MingzhangError
from ..language import language
from ..sources import COLUMNS, SUFFIXES, safe_id, unique
from .pages import asset

NAME = "mingzhang.toml"


@dataclass(frozen=True, slots=True)
class Study:
    """What mingzhang.toml says of a dataset: title, authors, version, date of release (YYYY-MM-DD), address."""

    title: str = ""
    authors: tuple[str, ...] = ()
    version: str = ""
    released: str = ""
    url: str = ""

    @staticmethod
    def of(clean: Path) -> Study:
        """The study of a dataset's folder: the nearest mingzhang.toml, at most two folders up."""
        folder = clean.resolve()
        path = next((path for path in (one / NAME for one in (folder, *folder.parents[:2])) if path.is_file()), None)
        if path is None:
            return Study()
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise MingzhangError(f"{path}: {error}") from error
        known = {one.name for one in fields(Study)}
        values = {name: value for name, value in said.items() if name in known}
        return Study(**{**values, "authors": tuple(values.get("authors", ())),
                        "released": str(values.get("released", ""))})


def new(folder: Path, documents: Sequence[Path] = ()) -> list[Path]:
    """Make a study, or add documents to one; what stands there is never written over. Returns what was written or
    changed.

    Every document in data/raw that sources.csv does not list yet gets a row, in which its address and dates can be
    filled in.
    """
    raw = folder / "data" / "raw"
    if missing := [path for path in documents if not path.is_file()]:
        raise MingzhangError(f"{missing[0]}: no such file")
    if folder.exists() and any(folder.iterdir()) and not (folder / NAME).exists():
        raise MingzhangError(f"{folder} holds something else than a study; name an empty or a new folder")
    raw.mkdir(parents=True, exist_ok=True)
    (folder / "notebooks").mkdir(exist_ok=True)
    written = [copied(path, raw / path.name) for path in documents if not (raw / path.name).exists()]
    for name, text in ((NAME, asset("study.toml").format(title=folder.resolve().name)),
                       ("README.md", asset("study-readme.md"))):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
            written.append(folder / name)
    if not (notebook := folder / "notebooks" / "01-my-documents.ipynb").exists():
        write(as_notebook(asset("study-notebook.zh.md" if language() == "zh" else "study-notebook.md")), notebook)
        written.append(notebook)
    return [*written, *listed(raw)]


def copied(source: Path, target: Path) -> Path:
    shutil.copyfile(source, target)
    return target


def listed(raw: Path) -> list[Path]:
    """Give each document of a folder that sources.csv does not list a row in it."""
    table = raw / "sources.csv"
    rows: list[dict[str, str]] = []
    if table.exists():
        with table.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    known, taken = {row.get("file") for row in rows}, {row.get("doc_id") or "" for row in rows}
    fresh = [path for path in sorted(raw.iterdir()) if path.suffix.lower() in SUFFIXES and path.name not in known]
    for path in fresh:
        rows.append({"file": path.name, "doc_id": unique(safe_id(path.stem), taken), "provenance": "published"})
        taken.add(rows[-1]["doc_id"])
    if fresh:
        with table.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(dict.fromkeys((*COLUMNS, *(name for row in rows for name in row)))),
                                    restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return [table] if fresh else []


def as_notebook(text: str) -> object:
    """A notebook from Markdown whose fenced Python parts are its code cells."""
    parts = re.split(r"```python\n(.*?)```\n?", text, flags=re.S)
    cells = [(new_code_cell if index % 2 else new_markdown_cell)(part.strip()) for index, part in enumerate(parts)
             if part.strip()]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return new_notebook(cells=cells,
                        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})

"""Guard: what may stand where a dataset is written, and what is kept of it. Only files that a build wrote are lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..dataset.contract import RESOURCES
from ..errors import BadOutput

#: What a build writes beside its resources; the descriptor is the mark by which a dataset of this program is known.
MARK = "datapackage.json"
#: States of a document that was read, whatever was found in it.
READ = ("ok", "partial", "no_tables")


def place_for(clean: Path, raw: Path) -> Path:
    """The folder for a dataset, links followed. Raises `BadOutput` if replacing what is there could lose anything
    else."""
    if clean.is_symlink() and not clean.exists():
        raise BadOutput(f"{clean} is a link to nothing")
    target, source = clean.resolve(), raw.resolve()
    if target == source or target.is_relative_to(source) or source.is_relative_to(target):
        raise BadOutput(f"{clean} is, holds or lies in the folder of documents {raw}; choose another folder for "
                        "the dataset")
    if target.exists() and not target.is_dir():
        raise BadOutput(f"{clean} is not a folder")
    if target.is_dir() and any(target.iterdir()) and descriptor(target) is None:
        raise BadOutput(f"{clean} is not empty and holds no dataset of this program ({MARK} is missing); choose "
                        "another folder")
    return target


def descriptor(folder: Path) -> dict[str, Any] | None:
    """What the descriptor of a dataset of this program says, None if the folder holds none."""
    try:
        said = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and said.get("name") == "mingzhang" else None


def check_complete(target: Path, documents: Sequence[dict[str, str]]) -> None:
    """Refuse to replace a dataset by one of which fewer documents were read. Raises `BadOutput`."""
    read = sum(row["status"] in READ for row in documents)
    before = ((descriptor(target) or {}).get("documents") or {}).get("read", 0)
    if read < before:
        raise BadOutput(f"only {read} documents were read and the dataset in {target} has {before}: it stays as it was "
                        "(the same command with --force replaces it)")


def carry_over(old: Path, new: Path) -> None:
    """Copy what no build wrote (figures, notes, folders) from an old dataset into the new one that takes its place."""
    written = {MARK, "README.md", "README.zh.md", *RESOURCES, *(f"{name}.csv" for name in RESOURCES)}
    for one in (descriptor(old) or {}).get("resources", ()):
        paths = one.get("path", "")
        written |= {path.split("/")[0] for path in ([paths] if isinstance(paths, str) else paths)}
    shutil.copytree(old, new, symlinks=True, dirs_exist_ok=True,
                    ignore=lambda folder, names: written.intersection(names) if Path(folder) == old else ())

"""Write data/panel: figures, and no sentences, of published documents that the project does not redistribute.

    python tools/panel.py --raw ../shared/real --panel data/panel       `make panel`

Each PDF must be the one whose SHA-256 data/panel/documents.csv names, where that file already exists and lists it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import pandas as pd

import mingzhang as mz

#: The columns of the panel, by file; `links` are the checks between documents, without their wording.
COLUMNS = {
    "documents": [
        "doc_id", "title", "agency_id", "fiscal_year", "kind", "scope", "version", "source", "sha256", "url", "pages",
    ],
    "agencies": ["agency_id", "name", "division_code", "level", "sector", "parent"],
    "fiscal": [
        "agency_id", "fiscal_year", "scope", "stage", "fund", "classification", "code", "level", "name", "side", "item",
        "amount", "unit", "amount_id", "proof",
    ],
    "links": [
        "check_id", "rule", "doc_id", "left", "right", "difference", "tolerance", "status", "amount_ids", "pages",
    ],
}


def panel(clean: str | Path, target: Path) -> None:
    """Take the panel's files from a built dataset."""
    data = mz.load(clean)
    checks = data.checks[data.checks["scope"] == "cross_document"]
    frames = {"documents": data.documents, "agencies": data.agencies, "fiscal": data.fiscal, "links": checks}
    target.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        frames[name][columns].to_csv(target / f"{name}.csv", index=False, lineterminator="\n")


def changed(raw: Path, target: Path) -> list[str]:
    """The names of PDFs that are not the ones of which the committed panel holds the figures."""
    from hashlib import sha256

    known = target / "documents.csv"
    rows = pd.read_csv(known, dtype=str).itertuples() if known.is_file() else ()
    return [row.source for row in rows
            if (pdf := raw / row.source).is_file() and sha256(pdf.read_bytes()).hexdigest() != row.sha256]


def main() -> int:
    parser = argparse.ArgumentParser(description="Write data/panel from published PDFs.")
    parser.add_argument("--raw", type=Path, default=Path("../shared/real"))
    parser.add_argument("--panel", type=Path, default=Path("data/panel"))
    parser.add_argument("--clean", type=Path, help="a dataset built from them already")
    arguments = parser.parse_args()
    if not list(arguments.raw.glob("*.pdf")):
        print(f"no PDFs in {arguments.raw}: {arguments.panel} is left as committed")
        return 0
    if wrong := changed(arguments.raw, arguments.panel):
        print(f"other files than the ones of which the panel holds the figures: {', '.join(wrong)}", file=sys.stderr)
        return 1
    folder = tempfile.mkdtemp()
    try:
        clean = arguments.clean or Path(folder) / "clean"
        if not arguments.clean:
            mz.build(arguments.raw, clean, workers=1)
        panel(clean, arguments.panel)
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

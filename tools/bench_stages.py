"""Where the time of reading goes, in one process: pdfium, Camelot, text into cells, tables and facts, checks.

    python tools/bench_stages.py --out data/bench/stages.csv

The first stage, text layer and vector lines through pdfium, is the limit: no reader of these documents can do without.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent
REAL = Path(os.environ.get("MINGZHANG_REAL") or REPO.parent / "shared" / "real")


#: Processor seconds by stage.
Spent = dict[str, float]


@contextmanager
def clocked(place: Any, name: str, stage: str, spent: Spent, inner: list[str]) -> Iterator[None]:
    """Add the processor time inside `place.name` to a stage, less that of stages inside it."""
    function: Callable[..., Any] = getattr(place, name)

    def wrapper(*arguments: Any, **options: Any) -> Any:
        start, inside = time.process_time(), sum(spent[key] for key in inner)
        try:
            return function(*arguments, **options)
        finally:
            spent[stage] += time.process_time() - start - (sum(spent[key] for key in inner) - inside)

    setattr(place, name, wrapper)
    try:
        yield
    finally:
        setattr(place, name, function)


def stages(files: list[Path]) -> tuple[Spent, int]:
    """Processor seconds of each stage over some documents, and their pages."""
    from mingzhang import document
    from mingzhang.building import parts, reader
    from mingzhang.checking import audit
    from mingzhang.reading import grids
    from mingzhang.sources import Source

    spent: Spent = defaultdict(float)
    pages = 0
    with (
        clocked(document, "read_page", "pdfium: text and lines", spent, []),
        clocked(grids, "camelot_tables", "Camelot: grids", spent, []),
        clocked(document, "page_tables", "text into cells", spent, ["Camelot: grids"]),
        clocked(audit, "audit", "checks", spent, []),
    ):
        for path in files:
            start = time.process_time()
            rows = reader.read_part(Source(path.stem, path))
            spent["all"] += time.process_time() - start
            start = time.process_time()
            parts.pack(rows)
            spent["packing"] += time.process_time() - start
            pages += rows["documents"][0].pages or 0
    spent["all"] += spent["packing"]
    spent["tables, facts, narrative"] = spent["all"] - sum(seconds for stage, seconds in spent.items()
                                                           if stage != "all")
    return spent, pages


def main() -> None:
    from synthetic import write_corpus

    parser = argparse.ArgumentParser(description="Where the time of reading goes.")
    parser.add_argument("--synthetic", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=REPO / "data" / "bench" / "stages.csv")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, options.out.open("w", encoding="utf-8", newline="") as handle:
        corpora = {"synthetic": list(write_corpus(Path(folder), options.synthetic, seed=4_000)),
                   "real": sorted(REAL.glob("*.pdf"))}
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["corpus", "round", "stage", "seconds", "pages"])
        for corpus, files in corpora.items():
            if files:
                stages(files[:1])
                for number in range(options.rounds):
                    spent, pages = stages(files)
                    writer.writerows([corpus, number, stage, f"{seconds:.4f}", pages]
                                     for stage, seconds in spent.items() if stage != "all")


if __name__ == "__main__":
    main()

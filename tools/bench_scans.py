"""What recognising and proving give on scans of PDFs whose text layer tells the truth: data/bench/scans.csv.

    python tools/bench_scans.py data/raw/*.pdf --levels clean worn photo --out data/bench/scans.csv

One row for each document, level, number of identities that confirm a figure (0, 1, 2, 3 for more) and band of scores
(from `score` to the next): how many figures were read, and how many are right in form, row, header and digits.
Proof `missing` counts the figures that were not read at all or otherwise. `seconds` of one core were used for a page.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from make_scans import LEVELS, make_scan
from mingzhang.address import Address
from mingzhang.clean import compact
from mingzhang.document import Document, read_document
from mingzhang.reading.scans.guesses import guesses_in
from mingzhang.sources import Source

COLUMNS = ("document", "level", "pages", "seconds", "proof", "score", "figures", "right", "corrected")
#: The bands of scores begin here.
SCORES = (0.0, 0.5, 0.9, 0.99, 0.999)


def facts_of(document: Document) -> Iterator[tuple[Address, tuple[Any, ...], str]]:
    """The address of each figure, what must be right of it, and how it was read."""
    for table in document.tables:
        for fact in table.facts:
            right = (table.form, fact.code, compact(fact.name), fact.measure, compact(fact.path), fact.amount)
            yield Address(table.table_id, fact.row, fact.column), right, fact.reading


def compared(pdf: Path, truth: Counter[tuple[Any, ...]], level: str) -> list[tuple[Any, ...]]:
    """The rows of one document at one level."""
    with tempfile.TemporaryDirectory() as folder:
        path = make_scan(pdf, Path(folder) / pdf.name, level)
        start = time.process_time()
        scan = read_document(Source(pdf.stem, path))
        seconds = round((time.process_time() - start) / scan.pages, 2)
    pages = {page.number: page for page in scan.content if page.guesses}
    scores = {
        Address(table.table_id, *place): min(one.score for one in guesses)
        for table in scan.tables for place, guesses in guesses_in(table.grid, pages).items()
    }
    left = Counter(truth)
    figures: Counter[tuple[Any, float]] = Counter()
    rights: Counter[tuple[Any, float]] = Counter()
    mended: Counter[tuple[Any, float]] = Counter()
    for at, fact, reading in facts_of(scan):
        score = max(low for low in SCORES if low <= scores.get(at, 1.0))
        key = min(scan.audit.coverage.get(str(at), 0), 3), score
        figures[key] += 1
        mended[key] += reading == "corrected"
        if left[fact]:
            left[fact] -= 1
            rights[key] += 1
    rows = [
        (pdf.stem, level, scan.pages, seconds, *key, figures[key], rights[key], mended[key]) for key in sorted(figures)
    ]
    return [*rows, (pdf.stem, level, scan.pages, seconds, "missing", "", left.total(), 0, 0)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pdf", nargs="+", type=Path)
    parser.add_argument("--levels", nargs="+", choices=LEVELS, default=LEVELS)
    parser.add_argument("--out", type=Path, default=Path("data/bench/scans.csv"))
    options = parser.parse_args()
    with options.out.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        for pdf in options.pdf:
            truth = Counter(right for _, right, _ in facts_of(read_document(Source(pdf.stem, pdf))))
            for level in options.levels:
                rows = compared(pdf, truth, level)
                writer.writerows(rows)
                handle.flush()
                right, read = sum(row[-2] for row in rows), sum(row[-3] for row in rows[:-1])
                told = f"{right} of {truth.total()} right, {read - right} wrong, {rows[0][3]} s a page"
                print(f"{pdf.stem} {level}: {told}", flush=True)


if __name__ == "__main__":
    main()

"""Facts found and seconds a page: mingzhang, Camelot (default and vector engine), pdfplumber, PyMuPDF, tabula-java.

    python tools/bench_accuracy.py --out data/bench        (takes the extra `bench`, and Java for tabula)

The truth are the figures that people read off the pages (tests/golden) and synthetic documents. The other programs
give tables as grids of text, so all are asked the same of a grid, read generously: is the figure, as printed, in a row
that also holds its name (or code)? Does its column's header name the last part of its header path? Blanks and line
breaks do not count. What only mingzhang gives (form, code, whole header path, amount in 万元) is measured for it alone.
"""

from __future__ import annotations

import argparse
import csv
import importlib.metadata
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mingzhang.building.reader import length_of
from mingzhang.clean import compact

REPO = Path(__file__).resolve().parent.parent
REAL = Path(os.environ.get("MINGZHANG_REAL") or REPO.parent / "shared" / "real")
GOLDEN, RAW = REPO / "tests" / "golden", REPO / "data" / "raw"

#: The page of a grid whose program does not say: it is asked for the facts of every page.
EVERY_PAGE = 0
#: A grid of text with the page that it is on.
Grid = tuple[int, list[list[str]]]
Fact = dict[str, str]


def texts(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    return [[compact(str(cell)) if cell is not None else "" for cell in row] for row in rows]


def with_mingzhang(path: Path) -> Iterator[Grid]:
    import mingzhang as mz

    for table in mz.read(path).tables:
        for page in table.grid.pages:
            yield page, texts(table.df.to_numpy().tolist())


def with_camelot(engine: str) -> Callable[[Path], Iterator[Grid]]:
    def read(path: Path) -> Iterator[Grid]:
        import camelot

        options = {} if engine == "default" else {"engine": engine}
        for table in camelot.read_pdf(str(path), pages="all", **options):
            yield table.page, texts(table.df.to_numpy().tolist())

    return read


def with_pdfplumber(path: Path) -> Iterator[Grid]:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            for table in page.extract_tables():
                yield page.page_number, texts(table)


def with_pymupdf(finding: dict[str, Any], reading: dict[str, Any]) -> Callable[[Path], Iterator[Grid]]:
    def read(path: Path) -> Iterator[Grid]:
        import pymupdf

        with pymupdf.open(path) as pdf:
            for page in pdf:
                for table in page.find_tables(**finding):
                    yield page.number + 1, texts(table.extract(**reading))

    return read


def with_tabula(path: Path) -> Iterator[Grid]:
    import tabula

    tables: Any = tabula.read_pdf(str(path), pages="all", lattice=True, output_format="json", silent=True)
    for table in tables:
        yield EVERY_PAGE, texts([[cell["text"] for cell in row] for row in table["data"]])


PROGRAMS: dict[str, tuple[str, Callable[[Path], Iterator[Grid]]]] = {
    "mingzhang": ("mingzhang", with_mingzhang),
    "camelot default": ("camelot-py", with_camelot("default")),
    "camelot vector": ("camelot-py", with_camelot("vector")),
    "pdfplumber": ("pdfplumber", with_pdfplumber),
    "PyMuPDF": ("pymupdf", with_pymupdf({}, {})),
    # As it comes, PyMuPDF sets the points of figures on lines of their own ("52423\n."): also asked the best way found.
    "PyMuPDF tuned": ("pymupdf", with_pymupdf({"use_layout": False}, {"y_tolerance": 6})),
    "tabula-java": ("tabula-py", with_tabula),
}


# --- truth -----------------------------------------------------------------------------------------------------------


def golden() -> dict[Path, list[Fact]]:
    """The documents whose figures people read off the pages."""
    out = {}
    for table in sorted(GOLDEN.glob("*.amounts.csv")):
        name = table.name.removesuffix(".amounts.csv")
        path = next((folder / f"{name}.pdf" for folder in (RAW, REAL) if (folder / f"{name}.pdf").exists()), None)
        if path:
            out[path] = read_facts(table)
    return out


def synthetic(folder: Path, number: int) -> dict[Path, list[Fact]]:
    """Generated documents with their truth."""
    from synthetic import write_corpus

    paths = list(write_corpus(folder, number, seed=4_000))
    facts = defaultdict(list)
    for fact in read_facts(folder / "truth" / "amounts.csv"):
        facts[fact["doc_id"]].append(fact)
    return {path: facts[path.stem] for path in paths}


def read_facts(table: Path) -> list[Fact]:
    with table.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# --- confronting -----------------------------------------------------------------------------------------------------


def found(fact: Fact, grids: Sequence[list[list[str]]]) -> tuple[bool, bool]:
    """Whether a fact is in a row of a grid with its name or code, and whether also its column's header is its own."""
    raw, label = compact(fact["raw"]), compact(fact["name"]) or compact(fact["code"])
    header = compact(fact["column"].split("/")[-1])
    in_row = False
    for grid in grids:
        for number, row in enumerate(grid):
            if raw not in row or not (any(label in cell for cell in row)
                                      or (fact["code"] and fact["code"] in "".join(row))):
                continue
            in_row = True
            for column, text in enumerate(row):
                if text == raw and any(header in above[column] for above in grid[:number] if column < len(above)):
                    return True, True
    return in_row, False


def contract(path: Path, facts: Sequence[Fact]) -> int:
    """How many facts mingzhang gives with page, form, code, name, header path and printed figure right."""
    import mingzhang as mz

    keys = ("page", "form", "code", "name", "column", "raw")
    have: dict[tuple[str, ...], int] = defaultdict(int)
    for row in mz.read(path).amounts[[*keys]].itertuples(index=False):
        have[tuple(compact(str(value)) for value in row)] += 1
    right = 0
    for fact in facts:
        key = tuple(compact(fact[name]) for name in keys)
        if have[key]:
            have[key] -= 1
            right += 1
    return right


def run(program: str, path: Path, facts: Sequence[Fact]) -> dict[str, Any]:
    """One row of the result: a program on a document."""
    warnings.filterwarnings("ignore")
    read = PROGRAMS[program][1]
    start, used = time.perf_counter(), sum(os.times()[:4])
    problem, grids = "", []
    try:
        grids = list(read(path))
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"[:200]
    seconds, processor = time.perf_counter() - start, sum(os.times()[:4]) - used
    pages: dict[int, list[list[list[str]]]] = defaultdict(list)
    for page, grid in grids:
        pages[page].append(grid)
    results = [found(fact, [*pages[int(fact["page"])], *pages[EVERY_PAGE]]) for fact in facts]
    return {
        "program": program, "document": path.stem, "pages": length_of(path), "seconds": round(seconds, 4),
        "cpu_seconds": round(processor, 4), "facts": len(facts), "in_row": sum(one for one, _ in results),
        "under_header": sum(two for _, two in results),
        "right_in_all": contract(path, facts) if program == "mingzhang" else "", "problem": problem,
    }


def versions() -> list[tuple[str, str]]:
    """The programs' versions; tabula-py carries the version of the Java program that it runs."""
    out = [(program, importlib.metadata.version(package))
           for program, (package, _) in PROGRAMS.items() if installed(package)]
    out += [(name, importlib.metadata.version(name))
            for name in ("pypdfium2", "playa-pdf", "opencv-python-headless", "pandas")]
    return [("Python", sys.version.split()[0]), *out]


def installed(package: str) -> bool:
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def warm(program: str, path: Path) -> None:
    """Import a program and use it once, so that no document pays for that."""
    try:
        list(PROGRAMS[program][1](path))
    except Exception as error:
        print(f"{program}: {error}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description="Facts found and seconds a page, side by side.")
    parser.add_argument("--synthetic", type=int, default=10, help="generated documents beside the golden ones")
    parser.add_argument("--programs", nargs="+",
                        default=[name for name, (package, _) in PROGRAMS.items() if installed(package)])
    parser.add_argument("--out", type=Path, default=REPO / "data" / "bench")
    parser.add_argument("--append", action="store_true",
                        help="to the results that are there, for programs that took too long for one run")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    java = (subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
            if "tabula-java" in options.programs else None)
    with (options.out / "versions.csv").open("w", encoding="utf-8", newline="") as handle:
        rows = versions()
        if java is not None and java.returncode == 0:
            rows.append(("Java", java.stderr.split('"')[1]))
        csv.writer(handle, lineterminator="\n").writerows([("name", "version"), *rows])
    with tempfile.TemporaryDirectory() as folder, (options.out / "accuracy.csv").open(
            "a" if options.append else "w", encoding="utf-8", newline="") as handle:
        corpora = {"golden": golden(), "synthetic": synthetic(Path(folder), options.synthetic)}
        writer: Any = None
        for program in options.programs:
            for corpus, truth in corpora.items():
                warm(program, next(iter(truth)))
                for path, facts in truth.items():
                    row = {"corpus": corpus, **run(program, path, facts)}
                    writer = writer or csv.DictWriter(handle, list(row), lineterminator="\n")
                    if not handle.tell():
                        writer.writeheader()
                    writer.writerow(row)
                    handle.flush()
            print(program, "done", flush=True)


if __name__ == "__main__":
    main()

"""Measure builds of synthetic corpora: seconds, memory of each process, size of the dataset, by number of documents.

    python tools/bench_corpus.py --sizes 10 100 1000 --modes processes-1 processes-2 dask-2 --out data/bench/corpus.csv

Each build is a process of its own, as a user would start it; memory is sampled from outside.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from mingzhang.building.reader import length_of

REPO = Path(__file__).resolve().parent.parent
COLUMNS = ("documents", "pages", "mode", "format", "seconds", "cpu_seconds", "worker_mib", "driver_mib", "pdf_mib",
           "dataset_mib", "rows", "failed")
DASK = """
import sys
import mingzhang as mz
from distributed import Client, LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=int(sys.argv[3]), threads_per_worker=1, dashboard_address=None) as cluster, \
Client(cluster) as client:
        mz.build(sys.argv[1], sys.argv[2], client=client, format=sys.argv[4])
"""


def corpus(folder: Path, number: int) -> list[Path]:
    """The first `number` documents of a synthetic corpus, written if they are not there."""
    from synthetic import write_corpus

    if len(list(folder.glob("*.pdf"))) < number:
        for _ in write_corpus(folder, number):
            pass
    return sorted(folder.glob("*.pdf"), key=lambda path: path.stem[-6:])[:number]


def command(raw: Path, clean: Path, mode: str, form: str) -> list[str]:
    """The build's command line for a mode such as processes-2 or dask-2."""
    kind, workers = mode.split("-")
    if kind == "dask":
        return [sys.executable, "-c", DASK, str(raw), str(clean), workers, form]
    return [sys.executable, "-m", "mingzhang", "build", "--raw", str(raw), "--clean", str(clean), "--workers", workers,
            "--quiet", "--format", form]


def watch(arguments: list[str]) -> tuple[float, float, float, float]:
    """Run a command; wall-clock and processor seconds, and the peak MiB of its largest descendant and of itself."""
    before = os.times()
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    own = psutil.Process(process.pid)
    largest, driver = 0, 0
    while process.poll() is None:
        try:
            driver = max(driver, own.memory_info().rss)
            for child in own.children(recursive=True):
                largest = max(largest, child.memory_info().rss)
        except psutil.Error:
            pass
        time.sleep(0.1)
    seconds = time.perf_counter() - start
    if process.returncode:
        sys.exit(f"{' '.join(arguments[:4])} … failed")
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, used, largest / 2**20, driver / 2**20


def size_of(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def measure(files: list[Path], mode: str, form: str) -> dict[str, object]:
    """One row of the result."""
    import json

    with tempfile.TemporaryDirectory() as folder:
        raw, clean = Path(folder) / "raw", Path(folder) / "clean"
        raw.mkdir()
        for path in files:
            (raw / path.name).symlink_to(path)
        seconds, used, worker, driver = watch(command(raw, clean, mode, form))
        pages = sum(length_of(path) for path in files)
        described = json.loads((clean / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        failed = count_failed(clean)
        rows = count_rows(clean, [resource["name"] for resource in described])
        # Dask ends its workers in a way that leaves their processor time uncounted.
        cpu = "" if mode.startswith("dask") else round(used, 2)
        values = (len(files), pages, mode, form, round(seconds, 2), cpu, round(worker, 1), round(driver, 1),
                  round(sum(path.stat().st_size for path in files) / 2**20, 2), round(size_of(clean), 2), rows, failed)
        return dict(zip(COLUMNS, values, strict=True))


def count_rows(clean: Path, names: list[str]) -> int:
    """Rows of all resources together."""
    if (clean / "documents").is_dir():
        import pyarrow.parquet as pq

        return sum(pq.read_metadata(path).num_rows for path in clean.rglob("*.parquet"))
    total = 0
    for name in names:
        with (clean / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            total += sum(1 for _ in csv.reader(handle)) - 1
    return total


def count_failed(clean: Path) -> int:
    if (clean / "documents").is_dir():
        import pyarrow.parquet as pq

        return sum(status == "failed" for status in pq.read_table(clean / "documents").column("status").to_pylist())
    with (clean / "documents.csv").open(encoding="utf-8", newline="") as handle:
        return sum(row["status"] == "failed" for row in csv.DictReader(handle))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time builds of synthetic corpora of several sizes.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 30, 100, 300])
    parser.add_argument("--modes", nargs="+", default=["processes-1", "processes-2", "dask-2"])
    parser.add_argument("--format", default="parquet")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--corpus", type=Path, default=Path(tempfile.gettempdir()) / "mingzhang-corpus")
    parser.add_argument("--out", type=Path, default=REPO / "data" / "bench" / "corpus.csv")
    parser.add_argument("--append", action="store_true", help="keep the rows that OUT has")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    fresh = not (options.append and options.out.exists())
    with options.out.open("w" if fresh else "a", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        if fresh:
            writer.writeheader()
        for _ in range(options.rounds):
            for size in options.sizes:
                files = corpus(options.corpus, size)
                for mode in options.modes:
                    row = measure(files, mode, options.format)
                    writer.writerow(row)
                    handle.flush()
                    print(row)


if __name__ == "__main__":
    main()

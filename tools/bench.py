"""Measure `mingzhang build` beside a bare script that calls Camelot on every page of the same files.

    python tools/bench.py [--pdfs DIR] [--rounds N]

Whole processes are timed, in turn, so that a slow minute of the machine falls on all of them alike; memory is that of
the largest single process of each command. It reports and judges nothing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
REAL = Path(os.environ.get("MINGZHANG_REAL") or REPO.parent / "shared" / "real")
BARE = "import camelot, sys\nfor name in sys.argv[1:]: camelot.read_pdf(name, engine='vector', pages='all')"
BARE_NAME = "bare camelot, vector"
ONE, TWO = "build, 1 worker", "build, 2 workers"


def measure(command: list[str]) -> tuple[float, float]:
    """Wall-clock seconds of a command, and MiB of its largest process."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)  # its memory alone, which subprocess does not tell
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(command[:4])} … failed:\n{output.read().decode(errors='replace')}")
    return seconds, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def build(pdfs: Path, clean: Path, workers: int) -> list[str]:
    """The build's command line, as a user would type it."""
    options = ["--raw", str(pdfs), "--clean", str(clean), "--workers", str(workers)]
    return [sys.executable, "-m", "mingzhang", "build", *options]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a build beside a bare Camelot script on the same files.")
    parser.add_argument("--pdfs", type=Path, default=REAL if REAL.is_dir() else REPO / "data" / "raw")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    files = sorted(str(path) for path in arguments.pdfs.glob("*.pdf"))
    print(f"{len(files)} files of {arguments.pdfs}, {arguments.rounds} rounds, {os.cpu_count()} cores")

    runs: dict[str, list[tuple[float, float]]] = {BARE_NAME: [], ONE: [], TWO: []}
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as folder:
            clean = Path(folder) / "clean"
            runs[BARE_NAME].append(measure([sys.executable, "-c", BARE, *files]))
            runs[ONE].append(measure(build(arguments.pdfs, clean / "1", 1)))
            runs[TWO].append(measure(build(arguments.pdfs, clean / "2", 2)))

    median = {name: statistics.median(seconds for seconds, _ in timed) for name, timed in runs.items()}
    print(f"{'command':<22}{'median s':>10}{'fastest s':>11}{'largest process MiB':>21}")
    for name, timed in runs.items():
        fastest, memory = min(seconds for seconds, _ in timed), max(memory for _, memory in timed)
        print(f"{name:<22}{median[name]:>10.2f}{fastest:>11.2f}{memory:>21.0f}")
    print(f"one worker takes {median[ONE] / median[BARE_NAME]:.2f} of the bare script's time")
    print(f"two workers are {median[ONE] / median[TWO]:.2f} times as fast as one")


if __name__ == "__main__":
    main()

"""Fuzz: damaged copies of PDFs, read as a build reads them; what was lost or altered without a word is counted.

    python tools/fuzz.py data/raw --count 50 --seed 1

Kinds: bits (a few flipped bits), cut (a truncated file), structure (objects of the PDF mutated with pikepdf). The same
seed gives the same files. A document is silent if its status is ok with no problem noted and its amounts are not those
of the undamaged one.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from mingzhang.building.reader import read_part
from mingzhang.isolation import workers
from mingzhang.isolation.workers import Failed, Limits
from mingzhang.sources import Source


def bits(content: bytes, chance: random.Random) -> bytes:
    """One to eight flipped bits."""
    out = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def cut(content: bytes, chance: random.Random) -> bytes:
    """A file that ends too early."""
    return content[: chance.randrange(1, len(content))]


def structure(content: bytes, chance: random.Random) -> bytes:
    """Some entries of the PDF's dictionaries removed, set to nonsense, or pointing elsewhere."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        held = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream) and len(one.keys())]
        for one in chance.sample(held, min(len(held), chance.randint(1, 5))):
            key = chance.choice(sorted(one.keys()))
            change = chance.choice(("remove", "number", "name", "other"))
            try:
                if change == "remove":
                    del one[key]
                else:
                    one[key] = {"number": chance.choice((-1, 0, 2**31)), "name": pikepdf.Name("/Nonsense"),
                                "other": chance.choice(held)}[change]
            except (KeyError, TypeError, ValueError, pikepdf.PdfError):
                continue
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


KINDS: dict[str, Callable[[bytes, random.Random], bytes]] = {"bits": bits, "cut": cut, "structure": structure}


def mutants(files: Iterable[Path], kinds: Iterable[str], count: int, seed: int,
            folder: Path) -> Iterator[tuple[str, Path, Path]]:
    """Kind, undamaged file and damaged copy of `count` copies of each kind."""
    originals = sorted(files)
    for kind in kinds:
        for number in range(count):
            chance = random.Random(f"{seed} {kind} {number}")
            original = chance.choice(originals)
            try:
                damaged = KINDS[kind](original.read_bytes(), chance)
            except Exception as error:  # the mutation itself broke the file beyond what its library writes
                print(f"{kind} {number}: no mutant ({type(error).__name__})", file=sys.stderr)
                continue
            path = folder / f"{kind}-{number:04d}.pdf"
            path.write_bytes(damaged)
            yield kind, original, path


def reading(path: str) -> dict[str, Any]:
    """In the child: the status, problems and amounts of a document."""
    rows = read_part(Source("fuzzed", Path(path)))
    document = rows["documents"][0]
    amounts = [[row.name, row.column, str(row.amount), row.unit] for row in rows.get("amounts", ())]
    return {"status": document.status, "problems": document.problems, "amounts": amounts}


def outcome(found: Any, whole: dict[str, Any]) -> str:
    """What became of a damaged document: crashed, failed, told (partial, or with problems), same, or silent."""
    if isinstance(found, Failed):
        return "crashed" if found.fatal else "late" if "longer" in found.reason else "error"
    if found["status"] == "failed":
        return "failed"
    told = found["problems"] not in ("", whole["problems"]) or found["status"] != whole["status"]
    return "told" if told else "same" if found["amounts"] == whole["amounts"] else "silent"


def fuzz(files: Iterable[Path], kinds: Iterable[str], count: int, seed: int, limits: Limits,
         processes: int = 2) -> dict[str, str]:
    """The outcome of each damaged copy, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        made = list(mutants(files, kinds, count, seed, Path(folder)))
        jobs = [*sorted({str(original) for _, original, _ in made}), *(str(path) for *_, path in made)]
        found = dict(workers.run(reading, jobs, processes, limits))
        return {
            path.stem: outcome(found[str(path)], whole)
            for _, original, path in made if not isinstance(whole := found[str(original)], Failed)
        }


def main() -> int:
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("folder", type=Path)
    top.add_argument("--kinds", nargs="+", choices=sorted(KINDS), default=sorted(KINDS))
    top.add_argument("--count", type=int, default=20, help="damaged copies of each kind")
    top.add_argument("--seed", type=int, default=1)
    top.add_argument("--timeout", type=float, default=120.0, metavar="SECONDS")
    top.add_argument("--json", action="store_true", help="the outcome of each copy")
    options = top.parse_args()
    found = fuzz(options.folder.glob("*.pdf"), options.kinds, options.count, options.seed, Limits(options.timeout))
    if options.json:
        print(json.dumps(found, indent=1))
    for kind in options.kinds:
        print(kind, dict(Counter(result for name, result in found.items() if name.startswith(kind))))
    return 0


if __name__ == "__main__":
    sys.exit(main())

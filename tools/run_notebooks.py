"""Execute notebooks in place so that the same input leaves the same bytes.

    python tools/run_notebooks.py [NOTEBOOK ...]        without names: all of notebooks/
    python tools/run_notebooks.py --lang zh             those of notebooks/zh.toml with its prose, into notebooks-zh/

A notebook is written with its sources, cell ids and fresh outputs, without what differs from run to run or from
machine to machine (times, the interpreter's patch version). A file is rewritten only when its content changed, and left
as it was when a cell raises.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

import nbformat.reader
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
#: The prose in other languages than English is in notebooks/LANG.toml; what is executed with it is in notebooks-LANG.
LANGUAGES = ("en", "zh")
CELL_TIMEOUT = 600  # seconds
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
#: As the kernel reports it, less its version.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


def settle_environment() -> None:
    """Give every kernel the same hash seed and the inline backend, whatever the caller's shell has set."""
    os.environ["PYTHONHASHSEED"] = "0"
    os.environ["MZ_LANG"] = "en"
    os.environ.pop("MPLBACKEND", None)


def load(path: Path) -> nbformat.NotebookNode:
    """Read a notebook; a cell without an id gets one from its place, not a random one."""
    notebook = nbformat.reader.reads(path.read_text(encoding="utf-8"))
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.setdefault("id", f"cell-{number:02}")
    return notebook


def translated(notebook: nbformat.NotebookNode, prose: Mapping[str, str], lang: str) -> nbformat.NotebookNode:
    """The notebook with the prose of another language; only the first cell's code differs: it says the language.

    Raises `KeyError` for a cell of text that has none.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = prose[cell.id].strip()
        elif "parameters" in cell.metadata.get("tags", ()):
            cell.source = f'{cell.source}\nos.environ["MZ_LANG"] = "{lang}"'
    return notebook


def translations(lang: str) -> dict[str, dict[str, str]]:
    """The prose of each translated notebook, by its name."""
    return tomllib.loads((NOTEBOOKS / f"{lang}.toml").read_text(encoding="utf-8"))


#: A widget's view names a model that lives in one kernel, by a random id; the panels bring plain HTML along.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def lifeless(output: nbformat.NotebookNode) -> None:
    """Keep of a widget what can be shown without its kernel."""
    data = output.get("data", {})
    if WIDGET_VIEW in data and len(data) > 1:
        del data[WIDGET_VIEW]
        output.get("metadata", {}).pop(WIDGET_VIEW, None)


def loads_tables(output: nbformat.NotebookNode) -> bool:
    """Whether an output only loads the script of interactive tables (a megabyte); each table has its static form."""
    text = "".join(output.get("data", {}).get("text/html", ""))
    return "_itables_" in text and "<table" not in text


def dump(notebook: nbformat.NotebookNode) -> str:
    """The notebook's text: sorted keys, no times, a kernel described without its version."""
    notebook.metadata["kernelspec"] = dict(KERNEL)
    notebook.metadata["language_info"] = dict(LANGUAGE)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not loads_tables(output)]
            for output in cell.outputs:
                lifeless(output)
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


async def run(path: Path, turn: asyncio.Semaphore, lang: str = "en") -> bool:
    """Execute one notebook and say how it went."""
    async with turn:
        start = time.perf_counter()
        notebook = load(path)
        if lang != "en":
            notebook = translated(notebook, translations(lang)[path.stem], lang)
            path = path.parent.parent / f"{path.parent.name}-{lang}" / path.name
            path.parent.mkdir(exist_ok=True)
        client = NotebookClient(
            notebook,
            kernel_name=KERNEL["name"],
            timeout=CELL_TIMEOUT,
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            config=Config(KernelManager={"transport_encryption": "auto"}),  # without it each kernel warns
            resources={"metadata": {"path": str(path.parent)}},
        )
        try:
            await client.async_execute()
        except CellExecutionError as error:
            print(f"{path.name}: stopped, file left as it was\n{error}", file=sys.stderr)
            return False
        text = dump(notebook)
        changed = not path.exists() or text.encode() != path.read_bytes()
        if changed:
            path.write_text(text, encoding="utf-8", newline="\n")
        seconds = time.perf_counter() - start
        print(f"{path.name}: {'rewritten' if changed else 'unchanged'}, {seconds:.1f} s", flush=True)
        return True


async def run_all(paths: list[Path], workers: int, lang: str) -> bool:
    """Execute notebooks, `workers` at a time; one process starts all kernels, so that no two get the same port."""
    turn = asyncio.Semaphore(workers)
    return all(await asyncio.gather(*(run(path, turn, lang) for path in paths)))


def main() -> int:
    parser = argparse.ArgumentParser(description="Execute notebooks in place, reproducibly.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook of notebooks/")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="kernels at a time; default: cores")
    parser.add_argument("--lang", choices=LANGUAGES, default="en",
                        help="language of the prose and of the figures' titles")
    arguments = parser.parse_args()
    settle_environment()
    known = ({path.stem for path in NOTEBOOKS.glob("*.ipynb")} if arguments.lang == "en"
             else set(translations(arguments.lang)))
    paths = arguments.notebooks or [NOTEBOOKS / f"{name}.ipynb" for name in sorted(known)]
    if not paths:
        print(f"no notebooks in {NOTEBOOKS.name}/")
    return 0 if asyncio.run(run_all([path.resolve() for path in paths], max(1, arguments.workers),
                                    arguments.lang)) else 1


if __name__ == "__main__":
    sys.exit(main())

"""The README's examples run, and say what the README says."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingzhang.__main__ import main

REPO = Path(__file__).parent.parent
README = (REPO / "README.md").read_text(encoding="utf-8")
COMMANDS = [line.split("#")[0].strip() for line in README.splitlines() if "-m mingzhang" in line and line.startswith("    ")]


def test_python_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(REPO)
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert len(names["doc"].amounts) > 0  # type: ignore[attr-defined]
    assert names["wrong"]["status"] == "fail"  # type: ignore[index]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one's own with one PDF, and no sources.csv."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "MY_PDFS").mkdir()
    shutil.copy(REPO / "data" / "raw" / "gulou-2024-budget.pdf", folder / "MY_PDFS")
    shutil.copy(REPO / "data" / "raw" / "gulou-2024-budget.pdf", folder / "SOME.pdf")
    return folder


@pytest.fixture
def scheduler() -> Iterator[str]:
    """The address of a Dask cluster."""
    distributed = pytest.importorskip("distributed", reason="the README's cluster needs dask[distributed] (the extra `scale`)")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def test_commands_run_in_the_order_of_the_readme(
    folder: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert len(COMMANDS) >= 7
    for command in COMMANDS:
        words = shlex.split(command.replace("tcp://HOST:8786", scheduler))
        assert main(words[words.index("mingzhang") + 1 :]) == 0, command
    said = capsys.readouterr().out
    assert "1 documents" in said
    assert (folder / "MY_DATA" / "amounts.csv").is_file()
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "data:image/png" in page or "No finding." in page
    assert (folder / "data.xlsx").stat().st_size > 10_000


def test_every_notebook_of_the_table_exists() -> None:
    named = set(re.findall(r"^\| `(\d\d-[a-z-]+)` \|", README, re.MULTILINE))
    assert named == {path.stem for path in (REPO / "notebooks").glob("*.ipynb")}


def test_every_resource_is_named() -> None:
    from mingzhang.dataset.contract import RESOURCES

    assert all(f"`{name}`" in README for name in RESOURCES)

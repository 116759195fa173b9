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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_chinese_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A study of one's own from its first command to a citation, each command and the code as they are printed."""
    text = (REPO / "README.zh.md").read_text(encoding="utf-8")
    commands = [shlex.split(line.split("#")[0]) for line in text.splitlines() if line.startswith("    ") and "-m mingzhang" in line]
    assert [words[words.index("mingzhang") + 1] for words in commands] == ["new", "build", "check", "check", "cite", "export"]
    document = commands[0][-1]
    shutil.copy(REPO / "data" / "raw" / "gulou-2024-budget.pdf", tmp_path / document)
    monkeypatch.chdir(tmp_path)
    for words in commands:
        assert main([*words[words.index("mingzhang") + 1 :], *["--quiet"] * ("build" in words)]) == 0, words
        if "new" in words:
            monkeypatch.chdir(tmp_path / words[-2])
    assert "预决算公开审核报告" in Path("report.html").read_text(encoding="utf-8")
    assert Path("checklist.xlsx").is_file()
    shutil.copy(tmp_path / document, ".")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(code, "README.zh.md", "exec"), names)
    assert len(names["data"].documents) == 1  # type: ignore[attr-defined]


def test_every_notebook_of_the_table_exists() -> None:
    named = set(re.findall(r"^\| `(\d\d-[a-z-]+)` \|", README, re.MULTILINE))
    assert named == {path.stem for path in (REPO / "notebooks").glob("*.ipynb")}


def test_every_resource_is_named() -> None:
    from mingzhang.dataset.contract import RESOURCES

    assert all(f"`{name}`" in README for name in RESOURCES)

"""The notebooks in Chinese: the prose of every cell, the same code and the same numbers as in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

import run_notebooks
from mingzhang.language import say, speaking

REPO = Path(__file__).resolve().parent.parent
PROSE = run_notebooks.translations("zh")
CHINESE = re.compile("[一-鿿]")


def cells(name: str, folder: str = "notebooks") -> list[Any]:
    return nbformat.read(REPO / folder / f"{name}.ipynb", as_version=4).cells


@pytest.mark.parametrize("name", PROSE)
def test_every_cell_of_text_has_its_chinese(name: str) -> None:
    english = {cell.id: cell.source for cell in cells(name) if cell.cell_type == "markdown"}
    assert set(english) == set(PROSE[name])
    for key, text in PROSE[name].items():
        assert key == "steps" or len(CHINESE.findall(text)) > len(text) / 5, key
        assert re.findall(r"^#+", text.strip(), re.M) == re.findall(r"^#+", english[key], re.M), f"{key}: headings"
        assert set(re.findall(r"\d\.\d+|`[^`]+`", text)) == set(re.findall(r"\d\.\d+|`[^`]+`", english[key])) - {"`make`"}, f"{key}: names"
        assert text.count("\n- ") == english[key].count("\n- "), f"{key}: lists"


def framed(source: str) -> Iterator[str]:
    """The texts that a cell gives `plots.frame`, with a figure for each blank."""
    code = "\n".join(line for line in source.splitlines() if not line.startswith("%"))
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "plots.frame":
            for text in (*call.args[1:], *(keyword.value for keyword in call.keywords)):
                if isinstance(text, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in text.values)
                elif isinstance(text, ast.Constant):
                    yield str(text.value)


@pytest.mark.parametrize("name", PROSE)
def test_titles_of_figures_have_their_chinese(name: str) -> None:
    texts = [text for cell in cells(name) if cell.cell_type == "code" for text in framed(cell.source)]
    with speaking("zh"):
        assert [text for text in texts if say(text) == text or re.search("[a-z]{3,} [a-z]{2,} [a-z]{2,}", say(text))] == []


def told(cell: Any) -> str:
    """What a cell puts out, as plain text."""
    outputs = cell.get("outputs", ())
    return " ".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs)


@pytest.mark.parametrize("name", PROSE)
def test_code_and_numbers_are_the_same_in_both_languages(name: str) -> None:
    english, chinese = cells(name), cells(name, "notebooks-zh")
    assert [cell.id for cell in english] == [cell.id for cell in chinese]
    for one, other in zip(english, chinese, strict=True):
        if one.cell_type == "markdown":
            assert other.source == PROSE[name][one.id].strip()
        else:
            assert other.source.removesuffix('\nos.environ["MZ_LANG"] = "zh"') == one.source
            assert re.findall(r"\d[\d,.]*", told(one)) == re.findall(r"\d[\d,.]*", told(other)), one.id


@pytest.mark.parametrize("path", sorted(REPO.glob("notebooks*/*.ipynb")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_notebook_was_committed_with_a_warning_an_error_or_a_megabyte(path: Path) -> None:
    """matplotlib, for one, warns when a font lacks a character."""
    assert path.stat().st_size < 1_000_000
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", ())]
    assert [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"] == []

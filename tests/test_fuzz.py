"""Damaged documents, a small sample of tools/fuzz.py: each has an outcome, and none takes its reader or its neighbours with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fuzz import KINDS, fuzz, mutants
from mingzhang.isolation.workers import Limits
from mingzhang.reading.damage import damaged_streams, damages

RAW = Path(__file__).resolve().parent.parent / "data" / "raw"
SMALL = [RAW / "gulou-2024-budget.pdf"]


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_documents_are_read_or_refused(kind: str) -> None:
    if kind == "structure":
        pytest.importorskip("pikepdf", reason="structural mutations need pikepdf (the extra `dev`)")
    found = fuzz(SMALL, [kind], 4, 7, Limits(120.0), 1)
    assert len(found) == 4
    # A sound file of another content is no damage that could be told; every other loss is.
    assert set(found.values()) <= {"failed", "told", "same", *(["silent"] if kind == "structure" else [])}, found


def test_a_flipped_bit_in_a_compressed_stream_is_seen() -> None:
    content = SMALL[0].read_bytes()
    place = content.index(b"stream", content.index(b"/FlateDecode")) + 100
    assert damaged_streams(content) == 0
    assert damaged_streams(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]) == 1


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    pytest.importorskip("pikepdf", reason="structural mutations need pikepdf (the extra `dev`)")
    copies = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        copies.append([path.read_bytes() for *_, path in mutants(SMALL, KINDS, 2, 5, tmp_path / name)])
    assert copies[0] == copies[1]
    assert copies[0] != [SMALL[0].read_bytes()] * 6


def damaged_by(change: Callable[[Any], None], path: Path) -> list[int | None]:
    """The pages of which a loss is told once the second page of a PDF was changed."""
    with pytest.importorskip("pikepdf").open(SMALL[0]) as pdf:
        change(pdf.pages[1].obj)
        pdf.save(path)
    return [page for page, _ in damages(path)]


def test_a_page_without_its_size_or_content_is_told(tmp_path: Path) -> None:
    pikepdf = pytest.importorskip("pikepdf", reason="structural mutations need pikepdf (the extra `dev`)")
    changes: dict[str, tuple[Callable[[Any], None], list[int | None]]] = {
        "sound": (lambda page: None, []),
        "no size": (lambda page: page.__delitem__("/MediaBox"), [2]),
        "a number as its size": (lambda page: page.__setitem__("/MediaBox", -1), [None]),
        "no content": (lambda page: page.__delitem__("/Contents"), [2]),
        "a name as its content": (lambda page: page.__setitem__("/Contents", pikepdf.Name("/Nonsense")), [2]),
        "a dictionary as its content": (lambda page: page.__setitem__("/Contents", page["/Parent"]), [2]),
        "an unknown filter": (lambda page: page["/Contents"].__setitem__("/Filter", pikepdf.Name("/Nonsense")), [None]),
        "packed twice, told once": (lambda page: page["/Contents"].__delitem__("/Filter"), [None]),
    }
    assert {name: damaged_by(change, tmp_path / "x.pdf") for name, (change, _) in changes.items()} == {
        name: pages for name, (_, pages) in changes.items()
    }

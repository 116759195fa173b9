"""Damaged documents, a small sample of tools/fuzz.py: each has an outcome, and none takes its reader or its neighbours with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz import KINDS, fuzz, mutants
from mingzhang.isolation.workers import Limits
from mingzhang.reading.damage import damaged_streams

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
    copies = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        copies.append([path.read_bytes() for *_, path in mutants(SMALL, ["bits", "cut"], 3, 5, tmp_path / name)])
    assert copies[0] == copies[1]
    assert copies[0] != [SMALL[0].read_bytes()] * 6

"""What all tests share: where the published PDFs are, and what happens to their tests when they are not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
REAL = Path(os.environ.get("MINGZHANG_REAL") or REPO.parent / "shared" / "real")


def pytest_configure() -> None:
    """Notebooks that a test runs write their figures aside, not over the committed ones, and speak English whatever the locale."""
    os.environ.setdefault("MZ_LANG", "en")
    os.environ.setdefault("MINGZHANG_FIGURES", tempfile.mkdtemp(prefix="mingzhang-figures-"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not REAL.is_dir():
        absent = pytest.mark.skip(reason=f"no published PDFs in {REAL}; name their folder in $MINGZHANG_REAL")
        for item in items:
            if item.get_closest_marker("real"):
                item.add_marker(absent)


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of published PDFs; a test that asks for it is marked `real`."""
    return REAL

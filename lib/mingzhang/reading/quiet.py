"""Quiet: what code that is not Python's writes to the standard error stream, caught."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def heard() -> Iterator[bytearray]:
    """Let nothing that is written to the standard error stream inside come out; its beginning is here afterwards."""
    said = bytearray()
    # a pipe: a reader apart may open no file for writing
    kept, (ear, mouth) = os.dup(2), os.pipe()
    os.set_blocking(ear, False)
    os.set_blocking(mouth, False)
    os.dup2(mouth, 2)
    try:
        yield said
    finally:
        os.dup2(kept, 2)
        with contextlib.suppress(BlockingIOError):
            said += os.read(ear, 4096)
        for end in (kept, ear, mouth):
            os.close(end)

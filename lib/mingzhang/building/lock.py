"""Lock: one build at a time writes a dataset."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ..errors import BadOutput


@contextlib.contextmanager
def locked(work: Path) -> Iterator[None]:
    """Hold a dataset's work folder for this process, until it ends at the latest. Raises `BadOutput` if another has it.

    Where the platform has no such locks nothing is held.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (work / "lock").open("w") as handle:
        try:
            # A record lock is this process's own: a child that outlives a killed build by a second does not hold it.
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadOutput(f"another build is writing this dataset (its work is in {work}); try again when it "
                            "has ended") from error
        yield

"""Given: a cell of a notebook that runs only where the dataset has what it is about, and says so where it has not.

    %load_ext mingzhang.showing.given
    %%given evaluations: project self-evaluations
"""

from __future__ import annotations

from typing import Any


def has(value: Any) -> bool:
    """Whether there is anything: a frame with rows, a text, a number other than 0."""
    return len(value) > 0 if hasattr(value, "__len__") else bool(value)


def load_ipython_extension(shell: Any) -> None:
    """Register the magic `%%given NAME, ...: WHAT`; a name that an earlier cell did not come to define is nothing."""

    def given(line: str, cell: str) -> None:
        names, _, what = line.partition(":")
        values = [shell.user_ns.get(name.strip()) for name in names.split(",")]
        if any(value is None or not has(value) for value in values):
            print(f"This dataset has no {what.strip()}: nothing is said here.")
            return
        shell.run_cell(cell).raise_error()

    shell.register_magic_function(given, "cell")

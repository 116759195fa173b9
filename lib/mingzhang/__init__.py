"""mingzhang (明账, "clear accounts"): published budgets, accounts and performance tables as tidy, checked data."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .building.pipeline import build
    from .dataset.load import Dataset, load
    from .document import Document, read
    from .showing.citation import cite
    from .showing.view import show
    from .table import Table

__all__ = ["Dataset", "Document", "Table", "__version__", "build", "cite", "load", "read", "show"]

_HOMES = {
    "Dataset": "dataset.load",
    "load": "dataset.load",
    "Document": "document",
    "Table": "table",
    "read": "document",
    "build": "building.pipeline",
    "cite": "showing.citation",
    "show": "showing.view",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module when it is first asked for, so that `import mingzhang` stays quick."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

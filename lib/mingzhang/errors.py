"""What can go wrong with an input, and how it is said: one line that names document, page and reason."""

from __future__ import annotations

from dataclasses import dataclass


class MingzhangError(Exception):
    """Base of the errors that a caller may want to catch."""


class UnreadableDocument(MingzhangError):
    """A document or a page of it cannot be read; the message is the reason alone."""


class BadSources(MingzhangError):
    """sources.csv cannot be used, or does not agree with the files beside it."""


class BadOutput(MingzhangError):
    """The output folder cannot be written."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a reader must know about a document: what was left out and why; `loss`: it is not sound as a whole."""

    doc_id: str
    page: int | None
    reason: str
    loss: bool = False

    def __str__(self) -> str:
        where = f" page {self.page}" if self.page else ""
        return f"{self.doc_id}{where}: {self.reason}"

"""Vocabulary: what the published forms print and what it means, as data (TOML and CSV files in this folder).

Adding a province's form, label or wording is an edit of one of these files and a test; no code knows their entries. A
section whose values are regular expressions is read by `patterns`, in the order of the file: the first that matches
counts. A value may be a list of expressions (any of them). `@name@` in an expression stands for the entry `name` of
`parts.toml`.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from ..errors import MingzhangError

Patterns = Sequence[tuple[str, re.Pattern[str]]]


class BadVocabulary(MingzhangError):
    """A vocabulary file cannot be used; the message names file, entry and reason."""


@cache
def toml(name: str) -> Mapping[str, Any]:
    """The content of `name`.toml. Raises `BadVocabulary` if it is no TOML."""
    try:
        return tomllib.loads((resources.files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadVocabulary(f"vocabulary/{name}.toml: {error}") from error


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `name`.csv, by header. Raises `BadVocabulary` for a row whose fields do not fit the header."""
    text = (resources.files(__package__) / f"{name}.csv").read_text(encoding="utf-8")
    found = tuple(csv.DictReader(text.splitlines(), strict=True))
    for number, row in enumerate(found, start=2):
        if None in row or None in row.values():
            raise BadVocabulary(f"vocabulary/{name}.csv line {number}: the number of fields is not that of the header")
    return found


@cache
def patterns(name: str, section: str) -> Patterns:
    """A section of keys and regular expressions, compiled, in its printed order."""
    return tuple((key, pattern(value, f"{name}.toml [{section}] {key}"))
                 for key, value in within(name, section).items())


def within(name: str, section: str) -> Mapping[str, Any]:
    """A section of a file, "a.b" for a section within a section. Raises `BadVocabulary` if there is none."""
    found: Any = toml(name)
    for part in section.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        raise BadVocabulary(f"vocabulary/{name}.toml has no section [{section}]")
    return found


def pattern(value: str | Sequence[str], where: str) -> re.Pattern[str]:
    """An entry as one compiled expression, its named parts put in. Raises `BadVocabulary` with the entry's place."""
    entries = [value] if isinstance(value, str) else value
    if not entries or not all(isinstance(one, str) and one for one in entries):
        raise BadVocabulary(f"vocabulary/{where}: an expression or a list of expressions is needed, not {value!r}")
    try:
        return re.compile("|".join(re.sub(r"@(\w+)@", lambda part: toml("parts")[part[1]], one) for one in entries))
    except KeyError as error:
        raise BadVocabulary(f"vocabulary/{where}: parts.toml has no entry {error}") from error
    except re.error as error:
        raise BadVocabulary(f"vocabulary/{where}: not a regular expression ({error})") from error


def first(entries: Patterns, text: str) -> str:
    """The key of the first entry whose expression is found in a text, "" if none is."""
    return next((key for key, expression in entries if expression.search(text)), "")

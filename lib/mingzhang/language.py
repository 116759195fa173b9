"""Language: what the command line, panels and figures say, in English or in Chinese. The English text is the key;
vocabulary/messages.csv and figures.csv have the Chinese.

`{name}` in a text of a list stands for any words; these are put into Chinese too where a list has them. What they have
not stays English: figures are computed once, and a sentence is the same in both languages.
"""

from __future__ import annotations

import locale
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from .vocabulary import rows

LANGUAGES = ("en", "zh")
_ASKED: ContextVar[str] = ContextVar("asked", default="")


def language() -> str:
    """zh or en: what `speaking` set, else the variable MZ_LANG, else the locale."""
    named = next(filter(None, (_ASKED.get(), *map(os.environ.get, ("MZ_LANG", "LC_ALL", "LC_MESSAGES", "LANG")))), "")
    return "zh" if (named or locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Use a language ("": leave it to MZ_LANG and the locale) within a block."""
    token = _ASKED.set(lang)
    try:
        yield
    finally:
        _ASKED.reset(token)


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The texts with blanks to fill, as expressions, and their Chinese: those that say most beside the blanks first,
    since the first that fits counts. Only a blank at the end takes several sentences; `{n_...}` takes a number."""
    listed = sorted((*rows("figures"), *rows("messages")), key=lambda row: -len(re.sub(r"\{\w+\}", "", row["en"])))
    return tuple((re.compile(_blanks(re.escape(row["en"]))), row["zh"]) for row in listed)


def _blanks(text: str) -> str:
    text = re.sub(r"\\{(n_\w+)\\}", r"(?P<\1>[\\d,.]+)", text)
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>(?:(?!; ).)+?)", re.sub(r"\\{(\w+)\\}$", r"(?P<\1>.+)", text))


@cache
def _exact() -> dict[str, str]:
    """The texts without a blank, the meanings of the dataset's columns among them, and their Chinese."""
    return {row["en"]: row["zh"] for name in ("dictionary", "messages", "figures") for row in rows(name)}


def say(text: str) -> str:
    """Lines of text in the language that is spoken; indents stay."""
    return text if language() == "en" else re.sub(r"[^\s].*", lambda line: _line(line[0]), text)


def _line(text: str) -> str:
    """A line in Chinese; of several sentences, divided by "; ", the one of which a list says most, then the others."""
    if text in _exact():
        return _exact()[text]
    parts, said = text.split("; "), []
    while parts:
        found = {count: fitting for count in range(len(parts), 0, -1)
                 if (fitting := _fitting("; ".join(parts[:count])))}
        count = min(found, key=lambda one: found[one][0], default=1)
        said.append(_filled(*found[count]) if found else parts[0])
        parts = parts[count:]
    return text if said == text.split("; ") else "；".join(said)


def _fitting(text: str) -> tuple[int, re.Match[str]] | None:
    """The place of the first listed text that fits, and how it does."""
    return next(((place, found) for place, (template, _) in enumerate(_templates())
                 if (found := template.fullmatch(text))), None)


def _filled(place: int, found: re.Match[str]) -> str:
    return _templates()[place][1].format(**{name: _line(part) for name, part in found.groupdict().items()})

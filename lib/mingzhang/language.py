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
    since the first that fits counts."""
    listed = sorted(
        (*rows("figures"), *rows("messages")), key=lambda row: len(re.sub(r"\{\w+\}", "", row["en"])), reverse=True
    )
    return tuple((re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(row["en"]))), row["zh"])
                 for row in listed)


def say(text: str) -> str:
    """Lines of text in the language that is spoken; indents stay."""
    return text if language() == "en" else re.sub(r"[^\s].*", lambda line: _line(line[0]), text)


def _line(text: str) -> str:
    for template, chinese in _templates():
        if found := template.fullmatch(text):
            return chinese.format(**{name: _line(part) for name, part in found.groupdict().items()})
    return text

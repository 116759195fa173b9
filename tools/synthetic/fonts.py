"""Fonts: the CJK font that is embedded, its widths, and where lines of text break in a cell."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FONT = "NotoSansSC"


@lru_cache(1)
def font() -> Any:
    """The CJK font that zhplot carries, registered with reportlab; raises ImportError when either is missing."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    found = find_spec("zhplot")
    if found is None or not found.origin:
        raise ImportError("synthetic documents need the font of the zhplot package")
    pdfmetrics.registerFont(TTFont(FONT, str(Path(found.origin).parent / "fonts" / "NotoSansSC-Regular.ttf")))
    return pdfmetrics.getFont(FONT)


@lru_cache(50_000)
def advance(char: str) -> float:
    """The width of a character in font sizes."""
    return font().stringWidth(char, 1000) / 1000


def text_width(text: str, size: float) -> float:
    return sum(map(advance, text)) * size


@lru_cache(100_000)
def wrap(text: str, width: float, size: float) -> tuple[str, ...]:
    """The lines of a text in a cell: Chinese breaks anywhere, a Latin word or number only where it must."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for token in tokens(paragraph):
            wide = text_width(token, size)
            if line and used + wide > width:
                lines.append(line)
                line, used = "", 0.0
            if wide <= width:
                line, used = line + token, used + wide
                continue
            for char in token:
                step = advance(char) * size
                if line and used + step > width:
                    lines.append(line)
                    line, used = "", 0.0
                line, used = line + char, used + step
        lines.append(line)
    return tuple(lines)


def tokens(text: str) -> Iterator[str]:
    """The pieces between which a line may break."""
    word = ""
    for char in text:
        if char.isascii() and not char.isspace():
            word += char
            continue
        if word:
            yield word
            word = ""
        yield char
    if word:
        yield word

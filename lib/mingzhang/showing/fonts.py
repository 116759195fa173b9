"""Fonts: the Chinese font that comes with the library's dependencies, whole for drawing and in part for pages that
carry their own."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

#: Pixels a point, and the usual size of letters (points).
SCALE, TEXT_SIZE = 2, 9.5


def chinese_font() -> Path:
    """The file of Noto Sans SC. Raises `ModuleNotFoundError` if the package that brings it is missing."""
    spec = find_spec("zhplot")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the font of the package zhplot is needed to write Chinese")
    return Path(spec.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"


def embedded(text: str) -> str:
    """The non-ASCII characters of a text as a web font in a data URI: WOFF2 where brotli is installed, else WOFF."""
    from fontTools import subset

    kind = "woff2" if find_spec("brotli") else "woff"
    options = subset.Options(flavor=kind, layout_features=[], hinting=False, notdef_outline=True, name_IDs=[1, 2])
    with subset.load_font(str(chinese_font()), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted({char for char in text if not char.isascii()})))
        cutter.subset(font)
        out = io.BytesIO()
        subset.save_font(font, out, options)
    return f"data:font/{kind};base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def px(points: float) -> int:
    return round(points * SCALE)


@lru_cache(maxsize=8)
def font(size: float) -> ImageFont.FreeTypeFont:
    """The Chinese font that comes with the library's dependencies, `size` in points."""
    return ImageFont.truetype(chinese_font(), px(size))


def wrap(text: str, width: float, size: float = TEXT_SIZE) -> list[str]:
    """The text in lines no wider than `width` points; Chinese breaks anywhere, Latin words stay whole if they can."""
    out: list[str] = []
    for line in text.split("\n"):
        rest = line
        while font(size).getlength(rest) > px(width):
            end = next(n for n in range(len(rest), 0, -1) if font(size).getlength(rest[:n]) <= px(width) or n == 1)
            soft = end
            while soft > end // 2 and rest[soft - 1].isascii() and rest[soft].isascii() and rest[soft - 1] not in " /,":
                soft -= 1
            cut = soft if soft > end // 2 else end
            out.append(rest[:cut].rstrip())
            rest = rest[cut:].lstrip()
        out.append(rest)
    return out

"""Fonts: the Chinese font that comes with the library's dependencies, whole for drawing and in part for pages that carry their own."""

from __future__ import annotations

import base64
import io
from importlib.util import find_spec
from pathlib import Path


def chinese_font() -> Path:
    """The file of Noto Sans SC. Raises `ModuleNotFoundError` if the package that brings it is missing."""
    spec = find_spec("zhplot")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the font of the package zhplot is needed to write Chinese")
    return Path(spec.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"


def embedded(text: str) -> str:
    """The characters of a text that are not ASCII, as a web font in a data URI: WOFF2 where brotli is installed, else WOFF."""
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

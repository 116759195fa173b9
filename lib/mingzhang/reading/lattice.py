"""Lattice: Camelot's parser of ruled tables, given rules that were read already, and bounded where a hostile page would
not be.
"""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from ..errors import UnreadableDocument
from .pages import Page, Rule

#: Camelot is not asked where its time or memory would be out of all proportion to a printed table.
MAX_CROSSINGS = 100_000
MAX_PIXELS = 40_000_000


@contextlib.contextmanager
def without(name: str) -> Iterator[None]:
    """Let imports inside find no module of this name, unless it is there already."""
    absent = name not in sys.modules
    if absent:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if absent:
            del sys.modules[name]


# Camelot imports matplotlib, which it only draws with and can do without: a second of every process, and a cache in the
# home folder.
with without("matplotlib"):
    from camelot.image_processing import coalesce_collinear_lines
    from camelot.parsers import Lattice
    from playa.miner import LTLine


class Rendering:
    """Renders a page for Camelot: pdfium alone, never a program such as Ghostscript, never more than `MAX_PIXELS`."""

    def to_array(self, path: str, page: int = 1, resolution: int = 300) -> np.ndarray:
        """The page as rows of blue, green and red bytes."""
        with contextlib.closing(pdfium.PdfDocument(path)) as document:
            sheet = document[page - 1]
            width, height = sheet.get_size()
            scale = min(resolution / 72, math.sqrt(MAX_PIXELS / (width * height)))
            return np.ascontiguousarray(sheet.render(scale=scale).to_numpy())

    def convert(self, path: str, image: str, page: int = 1) -> None:
        """Camelot asks for this method to be there; it writes files, which nothing here needs."""
        raise NotImplementedError


class RuledLines(Lattice):
    """Camelot's lattice parser for rules that have been read already; text is placed afterwards, so none is needed."""

    def __init__(self, engine: str) -> None:
        super().__init__(engine=engine, backend=Rendering(), use_fallback=False)

    def _document_has_no_text(self) -> bool:
        return False

    def _reject_table(self, table: object) -> bool:
        return False

    def record_parse_metadata(self, table: object) -> None:
        """Nothing of what Camelot would work out here (a DataFrame, shares of empty cells) is asked for."""


def camelot_tables(path: Path, page: Page, rules: Sequence[Rule], engine: str) -> list[Any]:
    """Camelot's tables (grid only) of one page, from top to bottom."""
    parser = RuledLines(engine)
    layout = [as_ltline(rule, page.height) for rule in rules]
    parser.prepare_page_parse(str(path), layout, (page.width, page.height), page.number, [], [], [], "", {})
    return sorted(parser.extract_tables(), key=lambda table: -table._bbox[3])


def refuse_crowd(rules: Sequence[Rule]) -> None:
    """Raise `UnreadableDocument` for so many rules that Camelot, which tries each against each, would not come to an
    end.
    """
    across = sum(rule.horizontal for rule in rules)
    down = len(rules) - across
    if across * down > MAX_CROSSINGS:
        across = len(coalesce_collinear_lines([rule for rule in rules if rule.horizontal], "horizontal"))
        down = len(coalesce_collinear_lines([rule for rule in rules if not rule.horizontal], "vertical"))
    if across * down > MAX_CROSSINGS:
        raise UnreadableDocument(f"{across} by {down} ruling lines, far more than a printed table has")


def as_ltline(rule: Rule, height: float) -> LTLine:
    """The rule as the layout object that Camelot reads (y upwards)."""
    line = LTLine()
    line.x0, line.x1 = rule.x0, rule.x1
    line.y0, line.y1 = height - rule.y1, height - rule.y0
    line.stroke = True
    return line

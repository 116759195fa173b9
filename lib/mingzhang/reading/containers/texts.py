"""Texts: Word files and web pages. Paragraphs become lines, tables become grids, in the order in which they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import UnreadableDocument
from ..extract import PageTable
from ..pages import Page
from .canvas import Canvas, GridCell

#: Bound against hostile files: the span of a cell, and the cells of a table.
MAX_SPAN, MAX_CELLS = 1_000, 100_000
#: Elements of a web page that begin a new line.
_BLOCKS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "td", "section", "article", "br", "title")

Pages = list[tuple[Page, tuple[PageTable, ...]]]


def read_docx(path: Path) -> Pages:
    """A .docx as one page."""
    import docx
    from docx.table import Table

    try:
        document = docx.Document(str(path))
    except Exception as error:
        raise UnreadableDocument(f"damaged: python-docx cannot open it ({type(error).__name__})") from error
    canvas = Canvas(1, "docx")
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            if cells := list(docx_cells(part)):
                canvas.counted_grid(cells)
        else:
            for line in part.text.split("\n"):
                if line.strip():
                    canvas.line(line.strip())
    return [canvas.page]


def docx_cells(table: Any) -> Iterator[GridCell]:
    """The cells of a Word table; one that is merged downwards goes on through the rows that say so."""
    started: dict[int, list[Any]] = {}
    for row, line in enumerate(table._tbl.tr_lst):
        column = line.grid_before
        for tc in line.tc_lst:
            if tc.vMerge == "continue" and column in started:
                started[column][1] = row
            else:
                if column in started:
                    yield docx_cell(column, *started[column])
                started[column] = [row, row, tc]
            column += tc.grid_span
        if row * len(started) > MAX_CELLS:
            raise UnreadableDocument(f"a table of more than {MAX_CELLS} cells")
    for column, found in started.items():
        yield docx_cell(column, *found)


def docx_cell(column: int, first: int, last: int, tc: Any) -> GridCell:
    text = "\n".join("".join(node.text or "" for node in p.iter() if str(node.tag).endswith("}t")) for p in tc.p_lst)
    return GridCell(first, column, last - first + 1, tc.grid_span, text.strip())


def read_html(path: Path) -> Pages:
    """A web page as one page; scripts, styles and hidden elements are no text."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(path.read_bytes(), "lxml")
    for tag in soup(["script", "style", "noscript", "template"]):
        tag.decompose()
    for tag in soup.select('[hidden], [style*="display:none"], [style*="display: none"]'):
        tag.decompose()
    canvas = Canvas(1, "html")
    words: list[str] = []

    def flush() -> None:
        for line in "".join(words).split("\n"):
            if text := re.sub(r"\s+", " ", line).strip():
                canvas.line(text)
        words.clear()

    def walk(tag: Any) -> None:
        for child in tag.children:
            if getattr(child, "name", None) is None:
                if type(child).__name__ == "NavigableString":
                    words.append(re.sub(r"\s+", " ", str(child)))
            elif child.name == "table" and not child.find("table") and len(cells := html_cells(child)) > 1:
                flush()
                canvas.counted_grid(cells)
            else:
                words.extend("\n" for _ in range(child.name in _BLOCKS))
                walk(child)
                words.extend("\n" for _ in range(child.name in _BLOCKS))

    walk(soup)
    flush()
    return [canvas.page]


def html_cells(table: Any) -> list[GridCell]:
    """The cells of an HTML table, each at its place by the spans of those before it."""
    out: list[GridCell] = []
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(table.find_all("tr")):
        column = 0
        for cell in line.find_all(["td", "th"], recursive=False):
            while (row, column) in taken:
                column += 1
            down, across = span(cell.get("rowspan")), span(cell.get("colspan"))
            taken |= {(r, c) for r in range(row, row + down) for c in range(column, column + across)}
            if len(taken) > MAX_CELLS:
                raise UnreadableDocument(f"a table of more than {MAX_CELLS} cells")
            text = re.sub(r"[ \t\r\f\v\xa0]+", " ", cell.get_text("\n" if cell.find(["br", "p"]) else "")).strip()
            out.append(GridCell(row, column, down, across, re.sub(r"\s*\n\s*", "\n", text)))
            column += across
    last = max((cell.row for cell in out), default=0)
    return [GridCell(c.row, c.column, min(c.row_span, last + 1 - c.row), c.column_span, c.text) for c in out]


def span(text: Any) -> int:
    """A span as HTML counts it: at least 1, at most `MAX_SPAN`."""
    return min(max(int(text), 1), MAX_SPAN) if str(text or "").isdecimal() else 1

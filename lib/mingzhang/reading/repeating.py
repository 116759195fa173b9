"""Repeating: what a page's table shares with the one that it may go on: borders, header, a title inside."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..clean import compact, money_unit, parse_number, unwrap
from ..forms import by_title
from .captions import CAPTION_END, LINES, TITLE_END, is_furniture, unmarked
from .extract import PageTable

#: Column borders closer than this (points) are the same border on two pages.
SAME_BORDER = 3.5
#: No header that is repeated on a new page stands further down its table than this.
DEEPEST_REPEAT = 40


def same_width(one: PageTable, two: PageTable) -> bool:
    """Whether two page tables share their outer borders."""
    return abs(one.box.x0 - two.box.x0) <= 2 * SAME_BORDER and abs(one.box.x1 - two.box.x1) <= 2 * SAME_BORDER


def borders_agree(one: PageTable, two: PageTable) -> bool:
    """Whether two page tables share their outer borders and most of the inner ones."""
    if not same_width(one, two):
        return False
    few, many = sorted((one.xs, two.xs), key=len)
    found = sum(any(abs(x - y) <= SAME_BORDER for y in many) for x in few)
    return found >= 0.75 * len(few)


def repeated_rows(head: PageTable, table: PageTable) -> int:
    """How many rows at the top of `table` repeat a header of `head`: the first, or one further down (绩效指标)."""
    return max((equal_rows(head, table, start) for start in range(min(head.rows, DEEPEST_REPEAT))), default=0)


def equal_rows(head: PageTable, table: PageTable, start: int) -> int:
    """How many rows at the top of `table` equal the rows of `head` from `start` on and read like a header."""
    count = 0
    for row in range(min(head.rows - start, table.rows)):
        one, two = row_texts(head, start + row), row_texts(table, row)
        if (not start and one != two) or (start and [t for t in one if t][-len(two) :] != two):
            break
        filled = [text for text in two if text]
        if not filled or has_amount(two) or (start and (len(filled) < 3 or any(map(re.compile(r"\d").search, filled)))):
            break
        if len(filled) >= 2 or len(two) == 1:
            count = row + 1
    return count


def row_texts(table: PageTable, row: int) -> list[str]:
    return [compact(cell.text) for cell in table.cells if cell.row == row]


def has_amount(texts: Sequence[str]) -> bool:
    """Whether a row prints a number with decimals or thousands, which no header and no 栏次 row does."""
    return any(("." in text or "," in text) and parse_number(text) is not None for text in texts)


def caption_text(table: PageTable) -> str:
    """The title that is drawn as the first row of a grid, or ""."""
    texts = [text for text in row_texts(table, 0) if text]
    if len(texts) == 1 and (found := framed_caption(next(cell.text for cell in table.cells if cell.text))):
        return unmarked(found[0])
    return unmarked(texts[0]) if len(texts) == 1 and CAPTION_END.search(texts[0]) and not money_unit(texts[0]) else ""


def cut_at_titles(table: PageTable) -> Iterator[PageTable]:
    """The page table in the pieces that begin with the title of a fiscal table, a row as wide as the grid: tables that
    touch are one grid.
    """
    starts = [cell.row for cell in table.cells if cell.row and cell.column_span == table.columns and titled(cell.text)]
    upright = abs(min(cell.box.top for cell in table.cells) - table.box.top) < SAME_BORDER
    if not starts or not upright:
        yield table
        return
    for top, low in itertools.pairwise([0, *starts, table.rows]):
        cells = [cell for cell in table.cells if top <= cell.row < low]
        used = sorted({at for cell in cells for at in (cell.column, cell.column + cell.column_span)})
        place = {at: number for number, at in enumerate(used)}
        yield replace(
            table, rows=low - top, columns=len(used) - 1, xs=tuple(table.xs[at] for at in used),
            cells=tuple(replace(cell, row=cell.row - top, column=place[cell.column],
                                column_span=place[cell.column + cell.column_span] - place[cell.column])
                        for cell in cells),
            box=table.box._replace(top=cells[0].box.top, bottom=max(cell.box.bottom for cell in cells)),
        )


def titled(text: str) -> bool:
    """Whether a row's text is the title of a fiscal table."""
    return bool(TITLE_END.search(compact(text))) and by_title(unwrap(text), (), False) not in ("", "other")


def is_form_per_page(head: PageTable) -> bool:
    """Whether the table is a form filled in once per project or unit, so that an equal header starts a new one."""
    top = [cell for row in (0, 1) for cell in head.cells if cell.row == row]
    return any(
        LINES["per_project"].fullmatch(compact(label.text)) and value.column_span > 1
        for label, value in itertools.pairwise(top)
        if value.row == label.row
    )


def starts_like_header(head: PageTable, table: PageTable) -> bool:
    """Whether the first row of a page table without title reads like a header of its own."""
    texts = [text for text in row_texts(table, 0) if text]
    if has_amount(texts) or len(texts) < 2:
        return False
    words = sum(bool(LINES["header_cell"].match(text)) for text in texts)
    return words >= max(2, 0.5 * len(texts))


def framed_caption(text: str) -> tuple[str, str] | None:
    """Title and unit of a cell that frames both, one under the other; None where it holds anything else."""
    lines = text.split("\n")
    words = [line for line in lines if not is_furniture(line)]
    unit = next((found for line in lines if (found := money_unit(line))), "")
    title = unwrap("\n".join(words))
    return (title, unit) if len(words) < len(lines) and CAPTION_END.search(compact(title)) else None

"""Breaks: what a page break cuts in two. A row, a number, a merged cell: joined again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..clean import compact, parse_number
from ..forms import OWN_ROW
from .extract import Cell

#: A line of a wrapped text ends no further than this many character widths from the cell's right border.
FULL_LINE = 1.6
#: The standard names of indicator levels: half of one before a page break and half after it are one.
_LEVEL = re.compile(
    r"年度(?:总体)?(?:绩效)?目标|(?:数量|质量|时效|成本|(?:经济|社会|生态)(?:成本|环境成本|效益)|可持续影响|(?:社会公众或)?服务对象满意度|产出|效益|满意度)指标"
)

#: Heads of columns, which are whole: what stands below one of them after a page break is the first row under it.
_HEAD = re.compile(r"(?:预期|年初设定|年度|总体|绩效)目标|(?:全年|目标)?(?:实际)?完成情况|[一二三]级指标")


def mend_break(before: Sequence[Cell], after: Sequence[Cell], rows: int, repeated: int,
               whole: str = "") -> tuple[list[Cell], list[Cell], int]:
    """Join what a page break cuts: the last row before it with the first after it, and merged cells that go on.

    `rows` is the number of rows before the break, `repeated` the rows after it that only repeat the header, `whole`
    says that the next is no rest of a row ("row"), or the first row under a header ("body"). Returns the cells before,
    the cells after, and by how many rows the latter moved up.
    """
    first = rows + repeated
    top = [cell for cell in after if cell.row == first]
    cut = not whole and is_cut_row(before, top, rows)
    upper_cells = list(before)
    late = printed_late(upper_cells, top, rows)
    apart = {
        cell.row_span for cell in top
        if cell.text and (at := beneath(upper_cells, cell, rows, exact=True)) is not None
        and (upper := upper_cells[at]).text
        and not (is_rest(upper, cell) or is_level_cut(upper, cell))
    }
    rest = [cell for cell in after if cell.row != first]
    opens = opens_group(upper_cells, top, rows)
    for cell in top:
        index = beneath(upper_cells, cell, rows, exact=not cut)
        if index is None:
            rest.append(cell)
            continue
        upper = upper_cells[index]
        merged = cell.row_span > 1 or upper.row_span > 1
        # the label of the first row under a header stays in it, also below a blank corner of that header
        own = (whole == "body" or opens) and cell.row_span == 1
        blank_above = not upper.text and upper.row_span > 1 and not own
        one_blank = (bool(upper.text) and not cell.text) or (blank_above and bool(cell.text))
        rest_of_it = not repeated and not whole and cell.row_span not in apart and is_rest(upper, cell)
        goes_on = cell in late or (merged and (one_blank or rest_of_it))
        goes_on = goes_on or is_level_cut(upper, cell)
        if not (cut or goes_on):
            rest.append(cell)
            continue
        below = cell.row_span - (1 if cut else 0)
        printed = upper if upper.text or not cell.text else cell
        upper_cells[index] = replace(
            upper, text="\n".join(text for text in (upper.text, cell.text) if text), page=printed.page, box=printed.box,
            row_span=upper.row_span + (0 if repeated else below),
        )
        if repeated and below:
            rest.append(replace(cell, row=first + int(cut), row_span=below, text=""))
    if cut:
        rest = [replace(cell, row=cell.row - 1) if cell.row > first else cell for cell in rest]
    return upper_cells, sorted(rest, key=lambda cell: (cell.row, cell.column)), int(cut)


def opens_group(before: Sequence[Cell], top: Sequence[Cell], rows: int) -> bool:
    """Whether the first row after a page break names a group and none of its details: it is blank under every one."""
    details = [
        cell.text for cell in top
        if cell.row_span == 1 and (at := beneath(before, cell, rows, exact=True)) is not None
        and before[at].row_span == 1 and before[at].text and parse_number(before[at].text) is None
    ]
    return len(details) > 1 and not any(details)


def printed_late(before: Sequence[Cell], top: Sequence[Cell], rows: int) -> list[Cell]:
    """Merged cells that start before the page break and have their text after it, as spreadsheets print them.

    One blank cell over a merged one proves nothing; several side by side (project, money, goal of a register) do.
    """
    late = [
        cell for cell in top
        if cell.text and cell.row_span > 1 and (at := beneath(before, cell, rows, exact=True)) is not None
        and not before[at].text
    ]
    return late if len(late) > 1 else []


def is_cut_row(before: Sequence[Cell], top: Sequence[Cell], rows: int) -> bool:
    """Whether the first row after a page break (`top`) is the rest of the last row before it.

    It is when it brings no number and no code of its own, every text in it stands below a text that it can continue,
    and nothing in it reads like a row of its own.
    """
    texts = [cell for cell in top if cell.text]
    if (sum(bool(_INDICATORS.fullmatch(compact(cell.text))) for cell in texts) > 1
        or any(_LABEL.fullmatch(compact(cell.text)) for cell in texts[:1])
        or any(_NUMBERED.match(compact(cell.text)) for cell in texts)):
        return False
    if not texts or all(cell.row_span > 1 for cell in texts):
        return False
    last = [cell for cell in before if cell.row + cell.row_span == rows]
    evidence = False
    for cell in texts:
        index = covering(before, cell, rows)
        upper = before[index] if index is not None else None
        if upper is None or not upper.text or _HEAD.fullmatch(compact(upper.text)):
            return False
        if is_level_cut(upper, cell):
            evidence = True
            continue
        kind = joint(upper, cell.text)
        if kind == "stands" or (kind == "words" and OWN_ROW.search(compact(cell.text))):
            return False
        if cell.row_span > 1 and not line_is_full(upper):
            return False
        evidence = evidence or kind == "joins" or line_is_full(upper)
    filled = {cell.column for cell in texts}
    beside = [cell for cell in last if cell.text and cell.column not in filled]
    return evidence or (bool(beside) and len(texts) < 0.5 * len([cell for cell in last if cell.text]))


def beneath(cells: Sequence[Cell], cell: Cell, rows: int, exact: bool) -> int | None:
    """The cell that ends at row `rows` over the columns of `cell`: just these, or (not `exact`) these and more."""
    for index, upper in enumerate(cells):
        if upper.row + upper.row_span == rows and (upper.column, upper.column_span) == (cell.column, cell.column_span):
            return index
    return None if exact else covering(cells, cell, rows)


def covering(cells: Sequence[Cell], cell: Cell, rows: int) -> int | None:
    """The cell of the last row that covers the columns of `cell`."""
    for index, upper in enumerate(cells):
        if (
            upper.row + upper.row_span == rows
            and upper.column <= cell.column
            and cell.column + cell.column_span <= upper.column + upper.column_span
        ):
            return index
    return None


#: Header cells of indicators, labels of blocks of a performance form: no rest has the first or is beside the latter.
_INDICATORS = re.compile(r"[一二三]级指标")
_LABEL = re.compile(
    r"(?:年度|长期|中期|总体?|实施期|绩效|总体绩效|年度总体|年度绩效)+目标\d?|(?:年度)?绩效(?:目标)?指标|项目资金(?:\(万?元\))?")


#: What begins a row of a template: 指标3：.
_NUMBERED = re.compile(r"(?:指标|目标)\d+[:：]")
#: What a cell prints for "nothing": it is a whole cell, never the rest of a text.
_NOTHING = re.compile(r"[—–－/-]+|无")
#: An operator in a column of its own.
_SIGN = re.compile(r"[=<>＝≥≤≧≦＞＜]=?|定性")
#: A number with its unit, as a target prints it.
_QUANTITY = re.compile(
    r"(?:[<>=≥≤≧≦《》]|不[低高少多大小超][于过]|大于|小于|超过|约)*(?:[\d,.]+[-~])?[\d,.]+(?![月日年\d])[^\d,;。]{0,6}")
#: A whole amount of money or percentage.
_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2}%?")


def joint(upper: Cell, lower: str) -> str:
    """How figures on the two sides of a page break relate.

    "joins": only together are they a figure; "stands": each is one by itself, so the rows are two; "open": digits that
    may be either; "words": no figures.
    """
    one, two = compact(upper.text), compact(lower)
    if _NOTHING.fullmatch(two) and (_NOTHING.fullmatch(one) or parse_number(one) is not None):
        return "stands"
    if _SIGN.fullmatch(one) and _SIGN.fullmatch(two):
        return "stands"
    if not re.fullmatch(r"-?[\d,.]+%?", two):
        return "stands" if _QUANTITY.fullmatch(one) and _QUANTITY.fullmatch(two) else "words"
    if one.isdigit() and two.isdigit():
        return "open" if completes_number(upper, lower) else "stands"
    if re.fullmatch(r"-?[\d,.]*", one) and not _AMOUNT.fullmatch(one) and _AMOUNT.fullmatch(one + two):
        return "joins"
    return "stands"


def is_level_cut(upper: Cell, cell: Cell) -> bool:
    """Whether a page break cuts the standard name of an indicator level in two."""
    return (bool(upper.text and _LEVEL.fullmatch(compact(upper.text + cell.text)))
        and not _LEVEL.fullmatch(compact(upper.text)))


def is_rest(upper: Cell, cell: Cell) -> bool:
    """Whether a merged cell's text goes on after the page break: the line above is full, the rest no row of its own."""
    whole = any(_LABEL.fullmatch(compact(text)) for text in (upper.text, cell.text))
    return (line_is_full(upper) and not whole and not OWN_ROW.search(re.sub(r"\(\d+分\)$", "", compact(cell.text)))
            and parse_number(cell.text) is None)


def completes_number(upper: Cell, lower: str) -> bool:
    """Whether digits below a page break complete the number or code above: "1050.0" and "0", "21" and "1"."""
    one, two = compact(upper.text), compact(lower)
    if one.isdigit() and two.isdigit():
        whole = len(one) in (3, 5, 7) or len(one + two) not in (2, 3, 5, 7)
        return line_is_full(upper) and (not whole or len(two) < len(one))
    if not re.fullmatch(r"[\d,.]+", one) or re.fullmatch(r"[\d,]+\.\d{2,}", one):
        return False
    return bool(re.fullmatch(r"\d+\.\d{1,2}%?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?", one + two))


def line_is_full(cell: Cell) -> bool:
    """Whether the last line of a cell's text runs to its right border, as a wrapped line does.

    Judged by the longest line: a cell whose text stands on one line can only be judged by its width.
    """
    lines = cell.text.split("\n")
    width = sum(1.0 if ord(c) > 255 else 0.5 for c in lines[-1])
    room = (cell.box.x1 - cell.box.x0)
    longest = max(sum(1.0 if ord(c) > 255 else 0.5 for c in line) for line in lines)
    if len(lines) > 1:
        return width >= longest - 1
    size = min(12.0, (cell.box.bottom - cell.box.top))
    return width * size >= room - FULL_LINE * size

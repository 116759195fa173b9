"""Header: where the header of a fiscal table ends, which of its rows only number the columns, and the path of words
over a column.
"""

from __future__ import annotations

import itertools
import re

from .. import vocabulary
from ..clean import compact, parse_number, parse_quantity, unwrap
from .stitch import LogicalTable

#: No standard form has a deeper header than this; a table without any number is not searched further.
DEEPEST_HEADER = 8
_WORDS = dict(vocabulary.patterns("rows", "words"))
_VALUE = dict(vocabulary.patterns("columns", "words"))["value"]
CODE, CODE_PART, ORDINAL = _WORDS["code"], _WORDS["code_part"], _WORDS["ordinal"]


def first_data_row(table: LogicalTable) -> int:
    """The first row below the header: the first with a number that is not a column number, or with a label of a data
    row.
    """
    top = table.captions
    for row in range(top, min(table.rows, top + DEEPEST_HEADER)):
        if is_numbering(table, row):
            continue
        if any(parse_quantity(cell.text) for cell in table.row_cells(row)) or (row > top and is_label_row(table, row)):
            return row
    return min(
        table.rows,
        next(
            (row for row in range(top, table.rows) if not any(cell.text for cell in table.row_cells(row))), table.rows
        ),
    )


def numbering_rows(table: LogicalTable, first: int) -> frozenset[int]:
    """The rows from `first` on that hold no data: column numbers and repeated headers."""
    return frozenset(row for row in range(first, table.rows) if is_numbering(table, row)) | table.repeats


def is_label_row(table: LogicalTable, row: int) -> bool:
    """A row without numbers that is data all the same: a total, a numbered item or a code, its value cells empty."""
    cells = table.row_cells(row)
    texts = [compact(cell.text) for cell in cells if cell.text]
    if not texts:
        return len(cells) > 1 and not any(
            table.grid[row, column].row < row for column in range(table.columns) if (row, column) in table.grid
        )
    if any(ORDINAL.match(text) or CODE.match(text) for text in texts):
        return True
    first = next(cell for cell in cells if cell.text)
    labelled = bool(_WORDS["total_label"].match(compact(first.text))) and first.column <= table.columns // 2
    return (labelled and any(not cell.text for cell in cells)) or texts == ["无"]


def is_numbering(table: LogicalTable, row: int) -> bool:
    """Whether a row only numbers the columns (栏次): 1, 2, 3 … or 甲, 乙, 1, 2 … or 公式, A=B+C, B, C …"""
    texts = [compact(cell.text) for cell in table.row_cells(row) if cell.text]
    label = [text for text in texts if _WORDS["numbering"].search(text)]
    rest = [text for text in texts if text not in label]
    if len(rest) > 1 and all(re.fullmatch(r"\(?[A-Z]\)?(?:=[-+A-Z\d]+)?", text) for text in rest):
        return rest == sorted(rest)
    numbers = [re.match(r"(\d{1,2})(?:=.*)?$", text) for text in rest]
    values = [int(match.group(1)) for match in numbers if match]
    if not values or len(values) < len(numbers):
        return False
    rising = all(a < b for a, b in itertools.pairwise(values))
    if any(_WORDS["numbering_label"].search(text) for text in label):
        return rising
    every = values == list(range(1, len(values) + 1)) and len(values) == len(table.row_cells(row))
    close = len(values) >= 3 and values[0] in (1, 2, 3) and values[-1] - values[0] < 2 * len(values)
    return (every and len(values) >= 2) or (rising and close)


def header_path(table: LogicalTable, column: int, first: int) -> tuple[str, ...]:
    """The header cells over a column from top to bottom, each once, and words in a shared first data row."""
    parts: list[str] = []
    seen: set[tuple[int, int]] = set()
    for row in range(table.captions, min(first + 1, table.rows)):
        cell = table.grid.get((row, column))
        if cell is None or (cell.row, cell.column) in seen or not cell.text:
            continue
        if not shares_header(table, first, column) if row == first else is_numbering(table, row):
            continue
        seen.add((cell.row, cell.column))
        text = unwrap(cell.text)
        if not parts or parts[-1] != text:
            parts.append(text)
    return tuple(parts)


def shares_header(table: LogicalTable, first: int, column: int) -> bool:
    """Whether the cell of the first data row over a column is header: 类 款 项 beside 合计, or words beside empty value
    cells.
    """
    cell = table.grid.get((first, column))
    if cell is None or cell.row != first or not cell.text or cell.column_span > 1:
        return False
    words = compact(cell.text)
    if CODE_PART.match(words):
        return True
    if parse_number(words) is not None or ORDINAL.match(words) or CODE.match(words):
        return False
    above = table.grid.get((first - 1, column))
    if above is None or above.column_span < 2 or above.column == 0:
        return False
    siblings = [table.grid[first, c] for c in range(above.column, above.column + above.column_span)]
    return all(c.text and parse_number(c.text) is None for c in siblings) and bool(_VALUE.search(words))

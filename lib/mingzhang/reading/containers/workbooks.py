"""Workbooks: every sheet of an Excel file becomes a page; what is framed becomes tables, the rest lines of text.

What is read is what is displayed: hidden parts are left out and told, formulas count by their stored values.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from ...errors import UnreadableDocument
from ..extract import PageTable
from ..pages import Page
from .canvas import Canvas, GridCell, borders, whole
from .numbers import general, shown

#: Bounds against hostile files: rows and columns of one sheet that are looked at.
MAX_ROWS, MAX_COLUMNS = 20_000, 400
#: Points of a character of a column's width, and of a row and a column without a size of their own.
PER_CHARACTER, ROW, COLUMN = 6.0, 15.0, 52.0

Pages = list[tuple[Page, tuple[PageTable, ...]]]
Place = tuple[int, int]
#: What must be known about a file: page (or None) and reason.
Note = tuple[int | None, str]
#: What an .xlsx holds beside its cells and is not read, by the names of its parts.
UNREAD = {"vbaProject.bin": "holds macros, which are ignored",
          "xl/externalLinks/": "links to other files, which are not followed; the stored values are read"}
#: A text that a spreadsheet would take for an amount; a code is text by right.
AMOUNT = re.compile(r"-?[\d,]+\.\d+")
SIDES = ("left", "right", "top", "bottom")


@dataclass
class Sheet:
    """What a sheet displays: texts (with stored values that differ), merged ranges, frames, sizes, what is hidden.

    `kinds` counts the cells whose display hides what is stored: dates and amounts kept as text.
    """

    name: str
    texts: dict[Place, tuple[str, str]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    framed: set[Place] = field(default_factory=set)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)

    def put(self, place: Place, value: Any, code: str, framed: bool) -> None:
        """Enter a cell: its value, its number format, and whether it has a border."""
        if value is not None and (text := shown(value, code).strip()):
            self.texts[place] = text, stored(value, text)
            self.kinds["dates stored as serial numbers"] += isinstance(value, datetime.date | datetime.time)
            self.kinds["amounts stored as text"] += isinstance(value, str) and bool(AMOUNT.fullmatch(text))
        if framed:
            self.framed.add(place)

    def address(self, row: int, column: int) -> str:
        """A cell's address as the spreadsheet gives it: 表1!C9."""
        from openpyxl.utils import get_column_letter

        return f"{self.name}!{get_column_letter(column + 1)}{row + 1}"

    @property
    def lost(self) -> str:
        """What is hidden although it holds text."""
        rows, columns = {row for row, _ in self.texts}, {column for _, column in self.texts}
        counts = {"rows": len(rows & self.hidden_rows), "columns": len(columns & self.hidden_columns)}
        return " and ".join(f"{count} hidden {what}" for what, count in counts.items() if count)


def read_xlsx(path: Path) -> tuple[Pages, list[Note]]:
    """The sheets of an .xlsx as pages, and what must be known about them."""
    import openpyxl

    try:
        with path.open("rb") as handle:
            book = openpyxl.load_workbook(handle, data_only=True, keep_links=False)
    except Exception as error:
        raise UnreadableDocument(f"damaged: openpyxl cannot open it ({type(error).__name__})") from error
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    return paged([of_openpyxl(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"], hidden,
                 beside_cells(path))


def beside_cells(path: Path) -> list[Note]:
    """What an .xlsx holds beside what its cells display: macros, links to other files, formulas."""
    with zipfile.ZipFile(path) as parts:
        names = parts.namelist()
        sheets = b"".join(parts.read(name) for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
    out: list[Note] = [(None, told) for part, told in UNREAD.items() if any(part in name for name in names)]
    if formulas := len(re.findall(rb"<f[ >/]", sheets)):
        empty = len(re.findall(rb"(?:</f>|<f[^>]*/>)(?:<v ?/>|<v></v>)?</c>", sheets))
        told = f"{formulas} cells hold formulas; their stored values are read, nothing is computed"
        out.append((None, told + (f"; {empty} of them have none and are empty" if empty else "")))
    return out


def of_openpyxl(sheet: Any) -> Sheet:
    """What a worksheet of openpyxl displays."""
    out = Sheet(sheet.title)
    for row in sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS), max_col=min(sheet.max_column, MAX_COLUMNS)):
        for cell in row:
            framed = cell.has_style and any(getattr(cell.border, side).style for side in SIDES)
            out.put((cell.row - 1, cell.column - 1), cell.value, cell.number_format, framed)
    out.merged = [(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in sheet.merged_cells.ranges]
    out.heights = {number - 1: one.height for number, one in sheet.row_dimensions.items() if one.height}
    out.hidden_rows = {number - 1 for number, one in sheet.row_dimensions.items() if one.hidden}
    for one in sheet.column_dimensions.values():
        numbers = range((one.min or 1) - 1, min(one.max or 0, MAX_COLUMNS))
        out.widths |= dict.fromkeys(numbers, one.width * PER_CHARACTER) if one.width else {}
        out.hidden_columns |= set(numbers) if one.hidden else set()
    return out


def read_xls(path: Path) -> tuple[Pages, list[Note]]:
    """The sheets of an .xls (Excel 97 to 2003) as pages, and what must be known about them."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=path.read_bytes(), formatting_info=True)
    except Exception as error:
        locked = "encrypted" in str(error).lower()
        told = f"damaged: xlrd cannot open it ({type(error).__name__}: {error})"
        raise UnreadableDocument("encrypted: a password is needed to open it" if locked else told) from error
    hidden = [sheet.name for sheet in book.sheets() if sheet.visibility]
    return paged([of_xlrd(book, sheet) for sheet in book.sheets() if not sheet.visibility], hidden, [])


def of_xlrd(book: Any, sheet: Any) -> Sheet:
    """What a sheet of xlrd displays."""
    import xlrd

    out = Sheet(sheet.name)
    for row in range(min(sheet.nrows, MAX_ROWS)):
        for column in range(min(sheet.row_len(row), MAX_COLUMNS)):
            cell = sheet.cell(row, column)
            xf = book.xf_list[cell.xf_index]
            value = cell.value
            if cell.ctype == xlrd.XL_CELL_DATE:
                value = xlrd.xldate_as_datetime(value, book.datemode)
            elif cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                value = None
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                value = xlrd.error_text_from_code.get(value, "#ERROR")
            framed = any(getattr(xf.border, f"{side}_line_style") for side in SIDES)
            out.put((row, column), value, book.format_map[xf.format_key].format_str, framed)
    out.merged = [(r0, c0, r1 - 1, c1 - 1) for r0, r1, c0, c1 in sheet.merged_cells]
    out.heights = {number: one.height / 20 for number, one in sheet.rowinfo_map.items()}
    out.hidden_rows = {number for number, one in sheet.rowinfo_map.items() if one.hidden}
    out.widths = {number: one.width / 256 * PER_CHARACTER for number, one in sheet.colinfo_map.items()}
    out.hidden_columns = {number for number, one in sheet.colinfo_map.items() if one.hidden}
    return out


def stored(value: Any, text: str) -> str:
    """The stored number of a cell that displays it rounded, "" where what is displayed is all there is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    full = general(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    return "" if full == text.replace(",", "") else full


# --- sheets as pages -------------------------------------------------------------------------------------------------


def paged(sheets: list[Sheet], hidden: list[str], notes: list[Note]) -> tuple[Pages, list[Note]]:
    """Each sheet as a page, with everything that is not read told."""
    pages = [page_of(sheet, number) for number, sheet in enumerate(sheets, start=1)]
    kinds = sum((sheet.kinds for sheet in sheets), Counter[str]())
    return pages, [
        *notes,
        *((None, f"hidden sheets are not read: {', '.join(hidden)}") for _ in hidden[:1]),
        *((n, f"sheet {one.name}: {one.lost} with text are not read") for n, one in enumerate(sheets, 1) if one.lost),
        *((None, f"{count} {kind} are read as displayed") for kind, count in kinds.items()),
    ]


def page_of(sheet: Sheet, number: int) -> tuple[Page, tuple[PageTable, ...]]:
    """A sheet as a page: framed rows are tables (all rows if none is framed), the others lines of text."""
    canvas = Canvas(number, "sheet")
    used = set(sheet.texts) | sheet.framed
    if not used:
        return canvas.page
    rows = [row for row in range(max(row for row, _ in used) + 1) if row not in sheet.hidden_rows]
    columns = [column for column in range(max(column for _, column in used) + 1) if column not in sheet.hidden_columns]
    ys = borders(0.0, (sheet.heights.get(row, ROW) for row in rows))
    xs = borders(0.0, (sheet.widths.get(column, COLUMN) for column in columns))
    for first, end, framed in blocks(sheet, rows):
        if framed:
            held = [c for c, column in enumerate(columns) if any((row, column) in used for row in rows[first:end])]
            left, right = held[0], held[-1] + 1
            cells = grid_cells(sheet, rows[first:end], columns[left:right])
            canvas.grid(whole(cells, end - first, right - left), xs[left : right + 1], ys[first : end + 1])
        else:
            for at in range(first, end):
                for c, column in enumerate(columns):
                    if (found := sheet.texts.get((rows[at], column))) is not None:
                        canvas.line(found[0].replace("\n", " "), xs[c], ys[at])
    return canvas.page


def blocks(sheet: Sheet, rows: list[int]) -> Iterator[tuple[int, int, bool]]:
    """The runs of framed and of free rows (as first and end in `rows`); a sheet without any frame is one table."""
    framed = {row for row, _ in sheet.framed} if len(sheet.framed) > 1 else set(rows)
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or (rows[at] in framed) != (rows[start] in framed):
            yield start, at, rows[start] in framed
            start = at


def grid_cells(sheet: Sheet, rows: list[int], columns: list[int]) -> list[GridCell]:
    """The cells of a block: merged ranges as one, hidden rows and columns taken out."""
    row_at = {row: at for at, row in enumerate(rows)}
    column_at = {column: at for at, column in enumerate(columns)}
    areas = {(top, left): (low, right) for top, left, low, right in sheet.merged}
    covered: set[Place] = set()
    out = []
    for row, column in sorted({*sheet.texts, *areas}, key=lambda place: place not in areas):
        low, right = areas.get((row, column), (row, column))
        down = [row_at[one] for one in range(row, min(low, rows[-1]) + 1) if one in row_at]
        across = [column_at[one] for one in range(column, min(right, columns[-1]) + 1) if one in column_at]
        if down and across and (down[0], across[0]) not in covered:
            covered |= set(product(down, across))
            text, value = sheet.texts.get((row, column), ("", ""))
            origin = sheet.address(row, column)
            out.append(GridCell(down[0], across[0], len(down), len(across), text, value, origin))
    return out

"""Workbook: a dataset, or any tables, as one .xlsx: frozen headers, filters, widths, number formats, and a sheet that
explains the columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from ..dataset.contract import RESOURCES
from ..dataset.load import Dataset
from ..errors import MingzhangError
from ..language import say

#: Rows and characters that a sheet and a cell can hold.
MOST_ROWS, MOST_CHARS = 1_048_575, 32_767
#: Characters of the narrowest and the widest column; rows that are looked at for its width.
NARROW, WIDE, LOOKED_AT = 8, 60, 200
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NO_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, header and rows; a title over the header, and widths of the columns if they are known."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    title: str = ""
    widths: Sequence[float] = ()


def write_xlsx(data: Dataset, path: Path) -> None:
    """Write a dataset as one workbook: a dictionary of the columns, then a sheet for each resource; texts stay texts,
    numbers numbers.

    Raises `MingzhangError` when a resource has more rows than a sheet can hold.
    """
    for name, frame in data.frames.items():
        if len(frame) > MOST_ROWS:
            raise MingzhangError(f"{name} has {len(frame)} rows, more than a sheet can hold; use the CSV")
    tables = (Sheet(name, list(frame.columns), frame.itertuples(index=False), widths=widths_of(frame)) for name,
              frame in data.frames.items())
    heads = [say(name) for name in ("table", "column", "type", "unit", "meaning")]
    write_book([Sheet("dictionary", heads, list(dictionary(data)), widths=(24, 24, 10, 8, 100)), *tables], path)


def dictionary(data: Dataset) -> Iterator[tuple[str, ...]]:
    """Each table and column with its meaning."""
    for name in data.frames:
        yield name, "", "", "", say(RESOURCES[name].description)
        for column in RESOURCES[name].columns.values():
            yield name, column.name, column.kind, column.unit, say(column.description)


def widths_of(frame: pd.DataFrame) -> list[float]:
    """Widths that fit the first values of each column; a Chinese character is as wide as two."""
    return [
        min(max(NARROW, len(name) + 3,
                *(sum(1 + (char > "\u2e7f") for char in str(value)) + 1 for value in frame[name].head(LOOKED_AT)),
                NARROW), WIDE)
        for name in frame.columns
    ]


def write_book(sheets: Iterable[Sheet], path: Path) -> None:
    """Write sheets as a workbook, one after the other."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    bold, shade, wrap = Font(bold=True), PatternFill("solid", fgColor="E4EAF2"), Alignment(wrap_text=True,
        vertical="top")
    book = Workbook(write_only=True)
    for one in sheets:
        sheet = book.create_sheet(_NO_NAME.sub("-", one.name)[:31])
        top = 2 if one.title else 1
        sheet.freeze_panes = f"A{top + 1}"
        for number, width in enumerate(one.widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        for texts in ([one.title],) if one.title else ():
            sheet.append([styled(WriteOnlyCell(sheet, value=text), font=bold) for text in texts])
        sheet.append([styled(WriteOnlyCell(sheet, value=text), font=bold, fill=shade) for text in one.header])
        rows = list(one.rows)
        for row in rows:
            sheet.append([cell_of(sheet, value, WriteOnlyCell, wrap if one.title else None) for value in row])
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(one.header))}{top + len(rows)}"
    book.save(path)


def styled(cell: Any, **styles: Any) -> Any:
    for name, style in styles.items():
        setattr(cell, name, style)
    return cell


def cell_of(sheet: Any, value: Any, kind: Any, alignment: Any) -> Any:
    """A value as a cell: a text never as a formula, money with separators and the decimals that it has."""
    if isinstance(value, str):
        cell = kind(sheet, value=_ILLEGAL.sub("", value)[:MOST_CHARS])
        cell.data_type = "s"
    else:
        cell = kind(sheet, value=None if pd.isna(value) else value)
        if isinstance(value, Decimal) and value.is_finite():
            decimals = max(-int(value.as_tuple().exponent), 0)
            cell.number_format = "#,##0" + ("." + "0" * decimals if decimals else "")
    return styled(cell, alignment=alignment) if alignment else cell

"""Codes: a misprinted classification code, told by the other tables that print the same class under its right code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ..classification import normal
from ..forms import SUMMARIES
from ..reading.lines import Line
from .records import Result
from .sheets import Sheet

#: So many last digits tell that a code of another length is meant.
TAIL = 4


def misprinted(sheets: Sequence[Sheet]) -> list[Result]:
    """A document's misprinted codes: in no other table, where another has the same name and sum under one like it.

    The lines of the sheets get the right codes, so that no sum breaks for a code.
    """
    functional = [sheet for sheet in sheets if "economic" not in sheet.form and sheet.form not in SUMMARIES]
    printed: dict[str, set[str]] = defaultdict(set)
    sums: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for sheet in functional:
        for line in sheet.lines:
            if line.code and line.name:
                printed[line.code].add(sheet.table.table_id)
                sums[normal(line.name)][line.code] |= sums_of(sheet, line)
    found = []
    for sheet in functional:
        codes = {line.code for line in sheet.lines}
        for number, line in enumerate(sheet.lines):
            if len(printed[line.code]) == 1:
                others = sums[normal(line.name)].items()
                right = [code for code, known in others
                         if code not in codes and one_misprint(line.code, code) and known & sums_of(sheet, line)]
                if len(right) == 1:
                    found.append(told(sheet, line.row, line.code, right[0], line.name))
                    sheet.lines[number] = replace(line, code=right[0])
    return found


def sums_of(sheet: Sheet, line: Line) -> set[int]:
    """The sums that a line prints, zeros left out."""
    return {value for column in sheet.panel_columns(line.panel) if (value := sheet.number(line.row, column.index))}


def one_misprint(printed: str, code: str) -> bool:
    """Whether a code may be a misprint of another: digits exchanged, one in three wrong, or the first ones lost."""
    if len(printed) != len(code):
        return printed[-TAIL:] == code[-TAIL:]
    return sorted(printed) == sorted(code) or sum(map(str.__ne__, printed, code)) <= len(code) // 3


def told(sheet: Sheet, row: int, printed: str, right: str, name: str) -> Result:
    page = next((cell.page for cell in sheet.table.grid.row_cells(row)), sheet.table.grid.pages[0])
    return Result("code-tables", "presence", f"{sheet.table.title}: {printed} {name}, in other tables {right}",
                  holds=False, pages=(page,), kind="code", severity="error", printed=printed, expected=right,
                  en=f"{name} has the code {printed} here and {right} in other tables.",
                  zh=f"{name}的科目编码此处为{printed}，其他表为{right}。")

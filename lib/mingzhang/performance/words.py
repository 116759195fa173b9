"""Words: what the labels and header cells of performance tables mean; declared in vocabulary/performance.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from ..clean import compact
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from ..vocabulary import Patterns, pattern, patterns, within

#: Labels whose value is a name or text of the project.
HEAD = frozenset({"project", "unit_name", "project_code", "competent_dept", "implementing_unit"})


def entries(section: str) -> Patterns:
    """A section of keys and expressions: labels, indicators, funds."""
    return patterns("performance", section)


@cache
def word(section: str, name: str) -> re.Pattern[str]:
    """A single declared expression, as in word("fund", "item")."""
    return pattern(within("performance", section)[name], f"performance.toml [{section}] {name}")


@cache
def code(name: str, part: str) -> re.Pattern[str]:
    """The words of a code of the codebook, as in code("activity", "does")."""
    return pattern(within("codes", name)[part], f"codes.toml [{name}] {part}")


@lru_cache(16_384)
def match(section: str, text: str) -> str:
    """The key of the first entry that matches a printed label, or "". What stands in brackets at its end is left out if need be."""
    words = compact(text).rstrip(":：").lstrip("*★")
    bare = re.sub(r"\([^()]*\)$", "", words).rstrip(":：")
    return next((key.partition(".")[0] for one in dict.fromkeys((words, bare)) for key, found in entries(section) if found.search(one)), "")


def label_and_value(text: str) -> tuple[str, str]:
    """A cell that prints label and value with a colon between ("资金总额：8642.35"), apart; ("", "") for any other."""
    for at in (body.find("："), body.rfind("：")) if "：" in (body := text.replace(":", "：")) else ():
        label, value = text[:at], text[at + 1 :]
        if value.strip() and len(compact(label)) <= 24 and (match("labels", label) in HEAD or names_fund(plain_item(label))):
            return label, value
    return "", ""


def plain_item(text: str) -> str:
    """The name of a fund row without 其中 and the colon at its end."""
    return re.sub(r"^其中[:：]?", "", compact(text)).rstrip(":：")


def names_fund(text: str) -> bool:
    """Whether a label names a sum of money."""
    words = compact(text).rstrip(":")
    if len(words) > 24 or match("labels", text):
        return False
    return bool(word("fund", "item").search(words) or (word("fund", "words").search(words) and not word("fund", "none").search(words)))


# --- header rows -----------------------------------------------------------------------------------------------------


def indicator_header(table: LogicalTable, start: int = 0, end: int | None = None) -> int | None:
    """The row of the indicator header: it names a level and an indicator or target; None when there is none.

    A row that names both upper levels is surer than the words 绩效指标 above it, which a register's header merges over them.
    """
    found: int | None = None
    for row in range(start, table.rows if end is None else end):
        keys = indicator_keys(cell.text for cell in header_cells(table, row))
        if {"level1", "level2"} <= set(keys):
            return row
        if found is not None:
            return found
        if "level3" in keys and ("target" in keys or ("level1" in keys and len(keys) >= 3)):
            found = row
    return found


def indicator_keys(texts: Iterable[str]) -> list[str]:
    """What the texts of a row mean as header cells of indicators."""
    return [key for text in texts if (key := match("indicators", text))]


def names_levels(texts: Iterable[str]) -> bool:
    """Whether a row of these texts is a header of indicators."""
    keys = set(indicator_keys(texts))
    return len(keys) >= 3 or {"level1", "level2"} <= keys


def repeats_header(cells: Iterable[Cell]) -> bool:
    """Whether a row prints an indicator header (again)."""
    return names_levels(cell.text for cell in cells if cell.text)


def list_header(table: LogicalTable) -> int | None:
    """The header row of a list of projects without indicators, one a row with its money and its score or goal; None if there is none."""
    for row in range(min(table.rows, 4)):
        columns = register_columns(table, row)
        money = any(key.startswith("fund") for key in columns)
        if columns and money and {"total_score", "goal"} & columns.keys():
            return row
    return None


def header_cells(table: LogicalTable, row: int) -> list[Cell]:
    """The cells that begin in a header row, without the label of the whole block beside it (绩效指标, merged over many rows)."""
    return [cell for cell in table.row_cells(row) if cell.text and not labels_block(table, cell)]


def labels_block(table: LogicalTable, cell: Cell) -> bool:
    """Whether a cell reaches below the header that begins beside it: over more than two rows, or alone in its row over two."""
    if cell.row_span != 2:
        return cell.row_span > 2
    return all(other is cell or other.row_span == 1 for other in table.row_cells(cell.row))


def register_columns(table: LogicalTable, header: int) -> dict[str, int]:
    """The columns of a register beside the indicators, by what their header cells say; {} if none holds project names.

    Columns of money are keyed "fund", "fund 2" …
    """
    found: dict[str, int] = {}
    indicators = False
    for column in range(table.columns):
        cell = table.grid.get((header, column))
        if cell and cell.column == column and cell.row + cell.row_span == header + 1:
            key, column_key = match("labels", cell.text), match("indicators", cell.text)
            indicators = indicators or column_key in ("level1", "level2")
            if indicators and column_key:
                continue  # 完成情况, 自评得分 beside the indicators are theirs, not the project's
            if not key and not column_key and names_fund(cell.text):
                funds = sum(one.startswith("fund") for one in found)
                key = f"fund {funds + 1}" if funds else "fund"
            if key:
                found.setdefault(key, column)
    if "project" not in found:
        return {}
    for column in range(found["project"]):
        # before the project "单位" is the agency, elsewhere the unit of a target
        if (cell := table.grid.get((header, column))) and re.fullmatch(r"(?:预算)?(?:单位|部门)", compact(cell.text)):
            found.setdefault("unit_name", column)
    return found


# --- neighbours ------------------------------------------------------------------------------------------------------


def below(table: LogicalTable, cell: Cell) -> Cell | None:
    """The cell under `cell`, in its first column; rows that only repeat the header after a page break are passed over."""
    row = cell.row + cell.row_span
    while row in table.repeats:
        row += 1
    return table.grid.get((row, cell.column))


def right_of(table: LogicalTable, cell: Cell) -> Cell | None:
    """The cell that begins where `cell` ends, in its first row."""
    return table.grid.get((cell.row, cell.column + cell.column_span))

"""Words: what the labels and header cells of performance tables mean; declared in vocabulary/performance.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from ..clean import compact
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from ..vocabulary import Patterns, pattern, patterns, within

#: The three names of an indicator's place, the upper ones filled down.
LEVELS = ("level1", "level2", "level3")
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
    """The key of the first entry that matches a printed label, or "". What stands in brackets at its end is left out if
    need be."""
    words = compact(text).rstrip(":：").lstrip("*★")
    bare = re.sub(r"\([^()]*\)$", "", words).rstrip(":：")
    return next((key.partition(".")[0] for one in dict.fromkeys((words, bare)) for key, found in entries(section)
        if found.search(one)), "")


def label_and_value(text: str) -> tuple[str, str]:
    """A cell that prints label and value with a colon between ("资金总额：8642.35"), apart; ("", "") for any other."""
    for at in (body.find("："), body.rfind("：")) if "：" in (body := text.replace(":", "：")) else ():
        label, value = text[:at], text[at + 1 :]
        if (value.strip() and len(compact(label)) <= 24
                and (match("labels", label) in HEAD or names_fund(plain_item(label)))):
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
    return bool(word("fund", "item").search(words)
        or (word("fund", "words").search(words) and not word("fund", "none").search(words)))


# --- header rows -----------------------------------------------------------------------------------------------------


def indicator_keys(texts: Iterable[str]) -> list[str]:
    """What the texts of a row mean as header cells of indicators."""
    return [key for text in texts if (key := match("indicators", text))]


def is_level(text: str) -> bool:
    """Whether a cell is the standard name of a level (数量指标), not the heading over a column of them."""
    return bool(word("rows", "level").match(re.sub(r"\([\d.]+分?\)$", "", compact(text))))


def names_levels(texts: Iterable[str]) -> bool:
    """Whether a row of these texts is a header of indicators."""
    keys = set(indicator_keys(texts))
    return (len(keys) >= 3 and bool(keys & set(LEVELS))) or {"level1", "level2"} <= keys or {"level3", "target"} <= keys


def repeats_header(cells: Iterable[Cell]) -> bool:
    """Whether a row prints an indicator header (again)."""
    return names_levels(cell.text for cell in cells if cell.text)


def list_header(table: LogicalTable) -> int | None:
    """The header row of a list of projects without indicators, one a row with its money and its score or goal; None if
    there is none."""
    for row in range(min(table.rows, 4)):
        columns = register_columns(table, row)
        money = any(key.startswith("fund") for key in columns)
        if columns and money and {"total_score", "goal"} & columns.keys():
            return row
    return None


def header_cells(table: LogicalTable, row: int) -> list[Cell]:
    """The cells that begin in a header row, without the label of the whole block beside it (绩效指标, merged over many
    rows)."""
    return [cell for cell in table.row_cells(row) if cell.text and not labels_block(table, cell)]


def labels_block(table: LogicalTable, cell: Cell) -> bool:
    """Whether a cell reaches below the header that begins beside it: over more than two rows, or alone in its row over
    two."""
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
            above = table.text(cell.row - 1, column) if cell.row else ""
            if not key and not column_key and (names_fund(cell.text)
                    or (word("fund", "plain").match(compact(cell.text)) and names_fund(above))):
                funds = sum(one.startswith("fund") for one in found)
                key = f"fund {funds + 1}" if funds else "fund"
            if key:
                found.setdefault(key, column)
    if "project" not in found and (named := plain_project(table, header)) is not None:
        found["project"] = named
    if "project" not in found:
        return {}
    for column in range(found["project"]):
        # before the project "单位" is the agency, elsewhere the unit of a target
        if (cell := table.grid.get((header, column))) and re.fullmatch(r"(?:预算)?(?:单位|部门)", compact(cell.text)):
            found.setdefault("unit_name", column)
    return found


def plain_project(table: LogicalTable, header: int) -> int | None:
    """The first column before the indicators that is headed by a word for projects of any kind (项目, 子项目,
    事项名称)."""
    for column in range(table.columns):
        cell = table.grid.get((header, column))
        if cell and match("indicators", cell.text).startswith("level"):
            return None
        if cell and cell.column == column and cell.row_span < 3 and word("rows", "project").match(compact(cell.text)):
            return column
    return None


# --- neighbours ------------------------------------------------------------------------------------------------------


def below(table: LogicalTable, cell: Cell) -> Cell | None:
    """The cell under `cell`, in its first column; rows that only repeat the header after a page break are passed over.
    """
    row = cell.row + cell.row_span
    while row in table.repeats:
        row += 1
    return table.grid.get((row, cell.column))


def right_of(table: LogicalTable, cell: Cell) -> Cell | None:
    """The cell that begins where `cell` ends, in its first row."""
    return table.grid.get((cell.row, cell.column + cell.column_span))

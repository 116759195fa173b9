"""Lines: what each row of a fiscal table is, in each panel: its code, name, role, numbering and place among others."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import classification, forms, vocabulary
from ..clean import code_level, compact, parse_code, parse_number, unwrap
from .columns import WORDS as COLUMN_WORDS
from .columns import Column
from .extract import Cell
from .header import CODE_PART
from .stitch import LogicalTable

WORDS = dict(vocabulary.patterns("rows", "words"))
ROLES = vocabulary.patterns("rows", "roles")
STYLES = vocabulary.patterns("rows", "styles")
#: Keys of lines that name a fund of the budget.
FUND_KEYS = frozenset({"general_public", "government_fund", "state_capital", "special_account"})
#: A panel with this many names of 类 is laid out by function.
LEAST_CLASSES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a panel. `code` is that of the classification, `agency_code` that of a unit (单位编码); `name` as
    printed, unwrapped.

    `role` is total, subtotal, item or memo (其中). `key` is how the declared rules find the line (total, this_year,
    basic …), `style` how its label is numbered ("" for not at all), `depth` the label column of its innermost label (0
    the leftmost), `group` the first row of the label that gathers it with other rows. In a summary by function `meant`
    is the code of the 类 that the name stands for. `unit` is what a column of units (计量单位) prints.
    """

    row: int
    panel: int
    code: str
    agency_code: str
    name: str
    role: str
    style: str
    key: str
    depth: int
    group: int | None
    meant: str = ""
    unit: str = ""

    @property
    def level(self) -> int | None:
        return code_level(self.code)

    @property
    def memo(self) -> bool:
        return self.role == "memo"


class Labels:
    """The label columns of one panel, with what reading its rows needs."""

    def __init__(self, table: LogicalTable, panel: int, columns: Sequence[Column]) -> None:
        self.table, self.panel = table, panel
        self.all = [
            column
            for column in columns
            if column.panel == panel and column.role != "value" and not self.trails(column, columns)
        ]
        self.units = [
            c
            for c in columns
            if c.panel == panel and c.path and COLUMN_WORDS["unit_column"].search(compact(c.path[-1]))
        ]
        self.named = [column for column in self.all if column.role in ("name", "code", "unit_code")]
        self.codes = code_columns(self.all)
        self.carried: tuple[str, ...] = ()

    @staticmethod
    def trails(column: Column, columns: Sequence[Column]) -> bool:
        """Whether a label stands behind the first value of its panel (计量单位 after 数量)."""
        return any(one.role == "value" and one.panel == column.panel and one.index < column.index for one in columns)

    def cell(self, row: int, column: Column) -> Cell | None:
        """The cell that covers a place, if it prints anything."""
        cell = self.table.grid.get((row, column.index))
        return cell if cell and cell.text else None


def read_lines(table: LogicalTable, columns: Sequence[Column], first: int, skipped: frozenset[int]) -> tuple[Line, ...]:
    """The lines of every panel, row by row, those without any figure too."""
    panels = [
        Labels(table, panel, columns)
        for panel in sorted({column.panel for column in columns if column.role == "value"})
    ]
    rows = [row for row in range(first, table.rows) if row not in skipped]
    by_panel = [related([line_of(labels, row) for row in rows], table) for labels in panels]
    return tuple(sorted(itertools.chain(*by_panel), key=lambda line: (line.row, line.panel)))


def line_of(labels: Labels, row: int) -> Line:
    """One row of a panel."""
    code, name = row_code(labels, row), row_name(labels, row)
    if not code and (found := WORDS["code_in_name"].match(compact(name))):
        code, name = found.group(1).replace(".", ""), re.sub(r"^[^\u4e00-\u9fff]+", "", name)
    words = compact(name)
    style = vocabulary.first(STYLES, WORDS["memo"].sub("", words))
    role = vocabulary.first(ROLES, words.rstrip(":")) or "item"
    units = (unwrap(c.text) for column in labels.units if (c := labels.cell(row, column)) and c.row == row)
    return Line(row, labels.panel, code, agency_code(labels, row), name, role, style, line_key(bare(name), role),
                label_depth(labels, row), label_group(labels, row), unit=next(units, ""))


def related(lines: Sequence[Line], table: LogicalTable) -> list[Line]:
    """The lines of a panel with the roles that no word says, told by where they stand.

    The only line that prints anything is the total where it has no name; so is a first line without code over lines
    that all have one (the agency's own). Among lines with codes, those of units (单位编码) are subtotals. Funds under a
    balance that is carried over are its parts, its details where neither is numbered.
    """
    printed = [line for line in lines if any(cell.text for cell in table.row_cells(line.row))]
    uncoded = [line for line in printed if not line.code]
    alone = len(printed) == 1 and not (printed[0].name or printed[0].code)
    bare_first = [line for line in uncoded if not line.agency_code] == printed[:1]
    agency = len(printed) > 2 and bare_first and printed[0].role == "item"
    out: list[Line] = []
    carried: Line | None = None
    for line in lines:
        if (alone or agency) and line is printed[0]:
            line = replace(line, role="total", key="total")
        elif len(uncoded) < len(printed) and line.agency_code and not line.code and line.role == "item":
            line = replace(line, role="subtotal")
        elif (
            carried
            and line.key in FUND_KEYS
            and line.role in ("item", "memo")
            and (line.style != carried.style or not line.style)
        ):
            line = replace(line, role=line.role if line.style else "memo", key=carried.key)
        else:
            carried = line if line.key.startswith("carried_forward") else None
        out.append(line)
    return out


def by_function(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of a summary with the 类 that their names mean, in panels that are laid out by function."""
    meant = [line.code or classification.functional_class(bare(line.name)) for line in lines]
    found = [line.panel for line, code in zip(lines, meant, strict=True) if code and not line.code]
    return tuple(
        replace(line, meant=code) if line.code or found.count(line.panel) >= LEAST_CLASSES else line
        for line, code in zip(lines, meant, strict=True)
    )


def bare(name: str) -> str:
    """A name without 其中 and without its number."""
    words = WORDS["memo"].sub("", compact(name))
    number = next((found for _, style in STYLES if (found := style.match(words))), None)
    return words[number.end() :] if number else words


def line_key(plain: str, role: str) -> str:
    """The key of a line: total, this_year, a measure, or "" where its name is no measure."""
    if WORDS["this_year"].match(plain):
        return "this_year"
    if role == "total":
        return "total"
    key = forms.key_of(plain)
    return "" if key in ("amount", "total") and role != "subtotal" else key


# --- codes -----------------------------------------------------------------------------------------------------------


def code_columns(labels: Sequence[Column]) -> list[Column]:
    """The columns that print a row's code: one, or 类 款 项 side by side under one header.

    A table that gives the government's economic class beside the department's is read by the department's (政府预算,
    部门预算).
    """
    groups: list[list[Column]] = []
    for column in labels:
        if column.role == "code":
            if groups and groups[-1][-1].index == column.index - 1 and groups[-1][-1].path[:-1] == column.path[:-1]:
                groups[-1].append(column)
            else:
                groups.append([column])
    own = [group for group in groups if not COLUMN_WORDS["government"].search("".join(group[0].path))]
    return next(iter(own or groups), [])


def row_code(labels: Labels, row: int) -> str:
    """The classification code of a row; a row that prints only the lower parts has the upper ones of the row above."""
    cells: dict[int, str] = {}
    merged: dict[int, str] = {}
    for column in labels.codes:
        if cell := labels.table.grid.get((row, column.index)):
            text = compact(cell.text)
            text = WORDS["bracketed_code"].sub(r"\1", text)
            (cells if cell.row == row else merged)[cell.column] = (
                text.replace(".", "") if WORDS["dotted_code"].match(text) else text
            )
    if any(cells.values()):
        # a 类 or 款 merged over the rows of its 项 counts for each of them
        cells |= {at: text for at, text in merged.items() if at < max(cells) and text.isdigit()}
    parts = [cells[key] for key in sorted(cells)]
    filled = [part for part in parts if part]
    if not filled:
        return ""
    if not all(re.fullmatch(r"\d+", part) for part in filled):
        labels.carried = ()
        return ""
    if len(parts) > 1 and not parts[0] and labels.carried:
        depth = next(i for i, part in enumerate(parts) if part)
        parts = [*labels.carried[:depth], *parts[depth:]]
    labels.carried = tuple(part for part in parts if part)
    return parse_code(*parts)


def agency_code(labels: Labels, row: int) -> str:
    """The code in a column of unit codes, "" without one."""
    for column in labels.all:
        if (
            column.role == "unit_code"
            and (cell := labels.cell(row, column))
            and cell.row == row
            and compact(cell.text).isdigit()
        ):
            return compact(cell.text)
    return ""


# --- names -----------------------------------------------------------------------------------------------------------


def row_name(labels: Labels, row: int) -> str:
    """The name of a row: its innermost name cell; a label that spans code and name columns counts for both."""
    named = [column for column in labels.named if column.role == "name"] or list(labels.named)
    named.sort(key=name_rank)
    after = labels.codes[-1].index if labels.codes else None
    subject = next((c for c in named if after is not None and c.index > after and c.role == "name"), None)
    projects = any(
        column.path and COLUMN_WORDS["project"].search(compact(column.path[-1]))
        for column in named
        if column is not subject
    )
    if subject is not None and subject.path and COLUMN_WORDS["subject"].search(subject.path[-1]) and not projects:
        named = [*(column for column in named if column is not subject), subject]
    for column in reversed(named):
        cell = labels.cell(row, column)
        if (
            cell
            and cell.row == row
            and (parse_number(cell.text) is None or (column.role == "name" and cell.column_span == 1))
        ):
            return unwrap(cell.text)
    for column in reversed(labels.named):
        cell = labels.cell(row, column)
        if cell and cell.row == row and (cell.column_span > 1 or column.role in ("code", "unit_code")):
            text = unwrap(cell.text)
            if parse_number(text) is None and not CODE_PART.match(text):
                return text
    for column in reversed(named):
        cell = labels.cell(row, column)
        if cell and cell.row < row and cell.row_span > 1 and parse_number(cell.text) is None and column.role == "name":
            return unwrap(cell.text)
    return ""


def name_rank(column: Column) -> int:
    """How well a label column names its row: 2 what the row is about, 1 whose it is or in what list, 0 only of what
    kind.
    """
    leaf = compact(column.path[-1]) if column.path else ""
    return 0 if COLUMN_WORDS["kind"].search(leaf) else 1 if COLUMN_WORDS["about"].search(leaf) else 2


def label_depth(labels: Labels, row: int) -> int:
    """Which label column (0 the leftmost) holds the innermost label of a row."""
    found = [
        depth
        for depth, column in enumerate(labels.named)
        if (c := labels.cell(row, column)) and c.column == column.index
    ]
    return max(found, default=0)


def label_group(labels: Labels, row: int) -> int | None:
    """The first row of the cell that gathers this row with others in the leftmost label column, None without one."""
    if len(labels.all) < 2:
        return None
    cell = labels.cell(row, labels.all[0])
    return cell.row if cell and cell.column + cell.column_span <= labels.all[-1].index else None

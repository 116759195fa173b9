"""Tables: the anatomy of a fiscal table. Which rows are header, what each column holds, and one fact for each printed number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .. import forms
from ..clean import code_level, compact, in_wan_yuan, money_unit, parse_code, parse_number, unwrap
from .stitch import LogicalTable

#: No standard form has a deeper header than this; a table without any number is not searched further.
DEEPEST_HEADER = 8


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it holds (serial, code, unit_code, name, attribute, value), its header path and its unit."""

    index: int
    role: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Label columns and the value columns that they name; a table has one, two (revenue and expenditure) or three."""

    labels: tuple[Column, ...]
    values: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """How a table is to be read: the first data row, its columns and panels, and rows that hold no data."""

    first_row: int
    columns: tuple[Column, ...]
    panels: tuple[Panel, ...]
    skipped: frozenset[int]


@dataclass(frozen=True, slots=True)
class Fact:
    """One printed number: where it stands and what it says. `amount` is in 万元 if `unit` is, else in `unit`."""

    row: int
    column: int
    page: int
    side: str
    code: str
    level: int | None
    name: str
    row_role: str
    measure: str
    path: str
    amount: Decimal
    unit: str
    raw: str


# --- header ----------------------------------------------------------------------------------------------------------

_TOTAL_LABEL = re.compile(r"^(?:收入|支出|本年收入|本年支出|当年收入|当年支出)?(?:合计|总计)[:：]?$")
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[(][一二三四五六七八九十]{1,3}[)])")
_CODE = re.compile(r"^\d{3}(?:\d{2}){0,2}$")
#: A form without a code column prints the code before the name: "2010301 行政运行", "[205]教育支出", "30201-办公费".
_CODE_IN_NAME = re.compile(r"^[\[【(（]?([235]\d{2}(?:\d{2}){0,2})[\]】)）]?[-—\s]?(?=[\u4e00-\u9fff])")
#: "201.05.01": a code whose parts are set off by points; a column headed as codes that holds nothing else holds no amounts.
_DOTTED_CODE = re.compile(r"^\d{3}(?:\.\d{2}){0,2}$")
#: What a cell prints for "nothing": no figure, and no name either.
_NOTHING = re.compile(r"无|[-—–－/]+")
_CODE_HEADER = re.compile(r"^[类款项]$")


def anatomy(table: LogicalTable) -> Anatomy:
    """Read the header and the columns of a fiscal, staffing or asset table."""
    top = table.captions
    first = first_data_row(table, top)
    skipped = frozenset(row for row in range(first, table.rows) if is_numbering(table, row)) | table.repeats
    paths = [header_path(table, column, top, first) for column in range(table.columns)]
    columns = by_one_classification(table.title, [
        Column(index, role_of(table, index, path, first, skipped), path) for index, path in enumerate(paths)
    ])  # fmt: skip
    return Anatomy(first, columns, tuple(panels(columns)), skipped)


def by_one_classification(title: str, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of a table by economic class, the functional class beside it (功能科目编码, 功能科目名称) as mere attributes."""
    economic = any(column.role == "code" and "经济" in "".join(column.path) for column in columns)
    if not economic or not re.search(r"基本支出|经济(?:科目)?分类|经济科目", title):
        return tuple(columns)
    return tuple(
        replace(column, role="attribute") if column.role in ("code", "name") and "功能" in "".join(column.path) else column
        for column in columns
    )


def first_data_row(table: LogicalTable, top: int) -> int:
    """The first row below the header: the first with a number that is not a column number, or with a label of a data row."""
    for row in range(top, min(table.rows, top + DEEPEST_HEADER)):
        cells = table.row_cells(row)
        if is_numbering(table, row):
            continue
        if any(parse_number(cell.text) is not None for cell in cells):
            return row
        if row > top and is_label_row(table, row):
            return row
    return min(table.rows, next((r for r in range(top, table.rows) if is_blank(table, r)), table.rows))


def is_blank(table: LogicalTable, row: int) -> bool:
    return not any(cell.text for cell in table.row_cells(row))


def is_label_row(table: LogicalTable, row: int) -> bool:
    """A row without numbers that is data all the same: a total, a numbered item or a code, its value cells empty."""
    cells = table.row_cells(row)
    texts = [compact(cell.text) for cell in cells if cell.text]
    if not texts:
        return len(cells) > 1 and not any(
            table.grid[row, column].row < row for column in range(table.columns) if (row, column) in table.grid
        )
    if any(_ORDINAL.match(text) or _CODE.match(text) for text in texts):
        return True
    first = next(cell for cell in cells if cell.text)
    labelled = bool(_TOTAL_LABEL.match(compact(first.text))) and first.column <= table.columns // 2
    free = sum(not cell.text for cell in cells)
    return (labelled and free >= 1) or texts == ["无"]


def is_numbering(table: LogicalTable, row: int) -> bool:
    """Whether a row only numbers the columns (栏次): 1, 2, 3 … or 甲, 乙, 1, 2 … or 公式, A=B+C, B, C …"""
    texts = [compact(cell.text) for cell in table.row_cells(row) if cell.text]
    if not texts:
        return False
    label = [text for text in texts if re.fullmatch(r"栏次|行次|栏目|公式|[甲乙丙丁]|类|款|项|\*+", text)]
    letters = [text for text in texts if text not in label]
    if len(letters) > 1 and all(re.fullmatch(r"\(?[A-Z]\)?(?:=[-+A-Z\d]+)?", text) for text in letters):
        return letters == sorted(letters)
    numbers = [re.match(r"(\d{1,2})(?:=.*)?$", text) for text in texts if text not in label]
    if not numbers or not all(numbers):
        return False
    values = [int(match.group(1)) for match in numbers if match]
    rising = all(a < b for a, b in itertools.pairwise(values))
    if any(re.fullmatch(r"栏次|行次|栏目|[甲乙丙丁]|\*+", text) for text in label):
        return rising
    every = values == list(range(1, len(values) + 1)) and len(values) == len(table.row_cells(row))
    return (every and len(values) >= 2) or (rising and len(values) >= 3 and values[0] in (1, 2, 3) and values[-1] - values[0] < 2 * len(values))


def header_path(table: LogicalTable, column: int, top: int, first: int) -> tuple[str, ...]:
    """The header cells over a column from top to bottom, each once; header words in a shared first data row count too."""
    parts: list[str] = []
    seen: set[tuple[int, int]] = set()
    for row in range(top, min(first + 1, table.rows)):
        cell = table.grid.get((row, column))
        if cell is None or (cell.row, cell.column) in seen or not cell.text:
            continue
        if row == first and not shares_header(table, first, column):
            continue
        if row < first and is_numbering(table, row):
            continue
        seen.add((cell.row, cell.column))
        text = unwrap(cell.text)
        if not parts or parts[-1] != text:
            parts.append(text)
    return tuple(parts)


def shares_header(table: LogicalTable, first: int, column: int) -> bool:
    """Whether the cell of the first data row over a column is header: 类 款 项 beside 合计, or words beside empty value cells."""
    cell = table.grid.get((first, column))
    if cell is None or cell.row != first or not cell.text or cell.column_span > 1:
        return False
    words = compact(cell.text)
    if _CODE_HEADER.match(words):
        return True
    if parse_number(words) is not None or _ORDINAL.match(words) or _CODE.match(words):
        return False
    above = table.grid.get((first - 1, column))
    if above is None or above.column_span < 2 or above.column == 0:
        return False
    siblings = [table.grid[first, c] for c in range(above.column, above.column + above.column_span)]
    return all(c.text and parse_number(c.text) is None for c in siblings) and bool(forms.VALUE_HEADER.search(words))


def role_of(table: LogicalTable, column: int, path: tuple[str, ...], first: int, skipped: frozenset[int]) -> str:
    """What a column holds, by its header and, where that is silent, by its cells."""
    leaf = path[-1] if path else ""
    role = forms.column_role(leaf)
    texts = [
        compact(cell.text)
        for row in range(first, table.rows)
        if row not in skipped and (cell := table.grid.get((row, column))) and cell.row == row and cell.text
        and cell.column == column and not (row == first and shares_header(table, first, column))
        and not _NOTHING.fullmatch(compact(cell.text))
    ]  # fmt: skip
    numbers = sum(parse_number(text) is not None for text in texts)
    codes = sum(bool(_CODE.match(text)) for text in texts)
    words = sum(bool(re.search(r"[\u4e00-\u9fff]", text)) for text in texts)
    if role == "code" and words > codes:
        role = "name"
    if role in ("name", "attribute", "unit_code") and texts and numbers > 0.7 * len(texts):
        return "value" if role != "unit_code" and codes < numbers else "unit_code" if role == "unit_code" else "code"
    if role == "code" and any("." in text and parse_number(text) is not None for text in texts):
        dotted = re.search(r"编[码号]|代码", leaf) and all(_DOTTED_CODE.match(text) for text in texts if text[0].isdigit())
        return "code" if dotted else "value"
    if role:
        return role
    if texts and codes == len(texts) and len(path) and not forms.VALUE_HEADER.search(compact(leaf)):
        return "code"
    if numbers and numbers >= words:
        return "value"
    if forms.VALUE_HEADER.search(compact(leaf)) and words <= numbers + 1:
        return "value"
    if words:
        return "name"
    return "value" if leaf else "name"


def panels(columns: Sequence[Column]) -> Iterator[Panel]:
    """Cut the columns into panels: a label column after a value column begins a new one.

    An attribute alone (计量单位 after 数量, 备注) begins none: what follows it is of the same row.
    """
    labels: list[Column] = []
    values: list[Column] = []
    for column in columns:
        if column.role == "value":
            values.append(column)
        elif not (column.role == "attribute" and values):
            if values:
                yield Panel(tuple(labels), tuple(values))
                labels, values = [], []
            labels.append(column)
    if values:
        yield Panel(tuple(labels), tuple(values))


# --- facts -----------------------------------------------------------------------------------------------------------


def facts(table: LogicalTable, form: str, unit: str = "") -> list[Fact]:
    """One fact for each number printed in a value column, in reading order.

    `unit` is the unit of money declared for the table (万元 if empty and nothing in the header says otherwise).
    """
    shape = anatomy(table)
    money = unit or declared_unit(table) or "万元"
    out: list[Fact] = []
    carried: dict[int, tuple[str, ...]] = {}
    for row in range(shape.first_row, table.rows):
        if row in shape.skipped:
            continue
        for number, panel in enumerate(shape.panels):
            code, carried[number] = row_code(table, row, panel, carried.get(number, ()))
            name = row_name(table, row, panel, shape.panels[:number])
            if not code and not code_columns(panel) and (found := _CODE_IN_NAME.match(name)):
                code = found.group(1)
            for column in panel.values:
                cell = table.grid.get((row, column.index))
                if cell is None or cell.row != row or cell.column != column.index:
                    continue
                value = parse_number(cell.text)
                if value is None:
                    continue
                out.append(fact_of(row, column, cell.page, unwrap(cell.text), value, code, name, form, money))
    return out


def declared_unit(table: LogicalTable) -> str:
    """The unit of money that a table declares in its header or in a line drawn inside its grid; "" if it declares none."""
    for row in range(min(table.rows, DEEPEST_HEADER)):
        for cell in table.row_cells(row):
            if unit := money_unit(cell.text):
                return unit
    return ""


def fact_of(
    row: int, column: Column, page: int, raw: str, value: Decimal, code: str, name: str, form: str, money: str
) -> Fact:
    """The fact for one number: measure, side and unit from the declarations of its form and column."""
    path = "/".join(column.path)
    unit = forms.BY_KEY[form].unit or forms.column_unit(path, money)
    if unit == "piece":
        unit = row_unit(name)
    if raw.endswith("%"):
        unit = "%"
    amount, shown = (in_wan_yuan(value, unit), "万元") if unit.endswith("元") else (value, unit)
    return Fact(
        row, column.index, page, side_of(form, column.path, name), code, code_level(code), name,
        forms.row_role(name, code), forms.measure_of(path) if path else "amount", path, amount, shown, raw,
    )  # fmt: skip


def row_unit(name: str) -> str:
    """The unit that a row's name gives in brackets ("房屋（平方米）", "车辆（台、辆）"), else 个 (pieces)."""
    match = re.search(r"\((平方米|台、辆|辆|台\(套\)|台|套|个|件)\)", compact(name))
    return match.group(1) if match else "个"


def side_of(form: str, path: Sequence[str], name: str) -> str:
    """revenue, expenditure or "": by the form, and in a summary with both sides by the header over the column."""
    side = forms.BY_KEY[form].side
    if side or form not in ("income_expenditure_summary", "appropriation_summary"):
        return side
    for part in path:
        words = compact(part)
        if "支出" in words and "收入" not in words:
            return "expenditure"
        if "收入" in words and "支出" not in words:
            return "revenue"
    return "revenue" if "收入" in name else "expenditure" if "支出" in name else ""


def code_columns(panel: Panel) -> list[Column]:
    """The columns that print a row's code: one, or 类 款 项 side by side under one header.

    A table that gives the government's economic class beside the department's is read by the department's (政府预算, 部门预算).
    """
    groups: list[list[Column]] = []
    for column in panel.labels:
        if column.role == "code":
            if groups and groups[-1][-1].index == column.index - 1 and groups[-1][-1].path[:-1] == column.path[:-1]:
                groups[-1].append(column)
            else:
                groups.append([column])
    own = [group for group in groups if "政府预算" not in "".join(group[0].path)]
    return next(iter(own or groups), [])


def row_code(
    table: LogicalTable, row: int, panel: Panel, carried: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """The classification code of a row, and its parts to carry into rows that print only the lower ones."""
    cells: dict[int, str] = {}
    merged: dict[int, str] = {}
    for column in code_columns(panel):
        if cell := table.grid.get((row, column.index)):
            text = compact(cell.text)
            (cells if cell.row == row else merged)[cell.column] = text.replace(".", "") if _DOTTED_CODE.match(text) else text
    if any(cells.values()):
        # a 类 or 款 merged over the rows of its 项 counts for each of them
        cells |= {at: text for at, text in merged.items() if at < max(cells) and text.isdigit()}
    parts = [cells[key] for key in sorted(cells)]
    filled = [part for part in parts if part]
    if not filled or not all(re.fullmatch(r"\d+", part) for part in filled):
        return "", carried if not filled else ()
    if len(parts) > 1 and not parts[0] and carried:
        depth = next(i for i, part in enumerate(parts) if part)
        parts = [*carried[:depth], *parts[depth:]]
    return parse_code(*parts), tuple(part for part in parts if part)


def row_name(table: LogicalTable, row: int, panel: Panel, before: Sequence[Panel]) -> str:
    """The name of a row: its innermost name cell; a label that spans code and name columns counts for both.

    A label cell that spans whole panels names the values of the last of them.
    """
    columns = [column for column in panel.labels if column.role in ("name", "code", "unit_code")]
    named = [column for column in columns if column.role == "name"] or columns
    named.sort(key=lambda column: not (column.path and forms.BODY_COLUMN.match(compact(column.path[-1]))))
    coded = code_columns(panel)
    subject = next((c for c in named if coded and c.index > coded[-1].index and c.role == "name"), None)
    if subject is not None and subject.path and re.search(r"科目名称$|^科目$|^名称$", subject.path[-1]):
        named = [*(column for column in named if column is not subject), subject]
    for column in reversed(named):
        cell = table.grid.get((row, column.index))
        if cell and cell.row == row and cell.text and parse_number(cell.text) is None:
            return unwrap(cell.text)
        if cell and cell.row == row and cell.text and column.role == "name" and cell.column_span == 1:
            return unwrap(cell.text)
    for column in reversed(columns):
        cell = table.grid.get((row, column.index))
        if cell and cell.row == row and cell.text and (cell.column_span > 1 or column.role == "code"):
            text = unwrap(cell.text)
            if parse_number(text) is None and not _CODE_HEADER.match(text):
                return text
    for column in reversed(named):
        cell = table.grid.get((row, column.index))
        if cell and cell.row < row and cell.row_span > 1 and cell.text and parse_number(cell.text) is None \
                and column.role == "name":  # fmt: skip
            return unwrap(cell.text)
    return ""

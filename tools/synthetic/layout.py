"""Layout: a table before it is typeset. Header trees, cells with spans, and the facts that its cells print.

A header is written as a string:
`功能分类{科目编码:code|科目名称:name}|合计:total|本年支出{基本支出:basic|项目支出:project}`. A name in front of the
colon is what is printed, the word behind it the key by which rows fill the column; `1.value` is the key `value` of the
first panel of a table that has several side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

#: Keys of columns that hold no value.
LABEL_KEYS = frozenset({"code", "code1", "code2", "code3", "name", "serial", "unit", "unit_code", "text", "text2"})


class Printed(NamedTuple):
    """One printed cell: its place in the grid, spans, text and how it is set (left, center or right)."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    align: str = "center"


class Fact(NamedTuple):
    """A number that a cell prints, as amounts.csv must have it (amount in 万元 where it is money)."""

    row: int
    column: int
    side: str
    code: str
    name: str
    path: str
    measure: str
    amount: Decimal
    unit: str
    raw: str


#: The contract's measure for the column keys that have one of their own; other keys leave it open.
MEASURES = {
    "basic": "basic", "personnel": "basic_personnel", "public": "basic_public", "project": "project",
    "general": "general_public", "fund": "government_fund", "state": "state_capital", "appropriation": "appropriation",
    "superior": "superior_subsidy", "institution": "institution_income", "affiliates": "remitted_by_affiliates",
    "remitted": "remitted_to_superior", "subsidy": "subsidy_to_affiliates", "carried_in": "carried_forward_in",
    "carried_out": "carried_forward_out", "abroad": "three_public_abroad", "purchase": "three_public_vehicle_purchase",
    "running": "three_public_vehicle_running", "reception": "three_public_reception", "quantity": "quantity",
    "staff": "headcount", "change": "change", "meeting": "meeting", "training": "training",
}


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund row, its figures as printed; `row` and `column` say in which cell its name stands."""

    row: int
    column: int
    item: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Goal:
    """An indicator row as kpi_indicators must have it; `row` and `column` say in which cell its level 3 stands."""

    row: int
    column: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Performance:
    """What a performance table says of one project, as kpi_projects must have it; the cell where its name stands."""

    row: int
    column: int
    values: Mapping[str, str]
    funds: tuple[Fund, ...]
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table ready to be typeset: column widths (relative), cells, header depth, what stands around it, what it says.

    `unit` is the unit of its money; with `unit_inside` some cell says so and no line above the table does.
    """

    form: str
    title: str
    unit: str
    widths: tuple[float, ...]
    cells: tuple[Printed, ...]
    header_rows: int
    facts: tuple[Fact, ...] = ()
    performance: tuple[Performance, ...] = ()
    notes: tuple[str, ...] = ()
    number: str = ""
    heading: str = ""
    body: str = ""
    title_inside: bool = False
    unit_inside: bool = False

    @property
    def rows(self) -> int:
        return max(cell.row + cell.row_span for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Head:
    """A node of a header tree."""

    text: str
    key: str = ""
    sub: tuple[Head, ...] = ()

    @property
    def leaves(self) -> tuple[Head, ...]:
        return tuple(leaf for node in self.sub for leaf in node.leaves) if self.sub else (self,)

    @property
    def depth(self) -> int:
        return 1 if self.joined else 1 + max((node.depth for node in self.sub), default=0)

    @property
    def joined(self) -> bool:
        """Whether it is one printed cell over several columns of the grid."""
        return bool(self.sub) and not any(node.text for node in self.sub)


@lru_cache(512)
def parse_header(text: str) -> tuple[Head, ...]:
    """The header trees that a declaration describes."""
    nodes, rest = _nodes(text)
    if rest:
        raise ValueError(f"header declaration ends in {rest!r}")
    return nodes


def _nodes(text: str) -> tuple[tuple[Head, ...], str]:
    out = []
    while True:
        match = re.match(r"([^:{}|]*)(?::([\w.]+))?", text)
        assert match is not None
        name, key = match.group(1).replace("\\n", "\n"), match.group(2) or ""
        text = text[match.end():]
        sub: tuple[Head, ...] = ()
        if text.startswith("{"):
            sub, text = _nodes(text[1:])
            text = text.removeprefix("}")
        out.append(Head(name, key, sub))
        if not text.startswith("|"):
            return tuple(out), text
        text = text[1:]


def leaf_paths(nodes: Sequence[Head], above: tuple[str, ...] = ()) -> Iterator[tuple[Head, str]]:
    """Each leaf with its printed header path, joined by "/"."""
    for node in nodes:
        path = (*above, node.text) if not above or above[-1] != node.text else above
        if node.sub:
            yield from leaf_paths(node.sub, path)
        else:
            yield node, "/".join(path)


def header_cells(nodes: Sequence[Head], row: int, depth: int, column: int = 0) -> Iterator[Printed]:
    """The header's cells from `row` on; a node without children reaches down to the lowest header row."""
    for node in nodes:
        wide = len(node.leaves)
        parent = bool(node.sub) and not node.joined
        yield Printed(row, column, 1 if parent else depth, wide, node.text)
        if parent:
            yield from header_cells(node.sub, row + 1, depth - 1, column)
        column += wide


# --- rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """A row of one panel: code, name as it is to be read, its indentation, and its values (hundredths of 万元 or
    printed)."""

    name: str
    values: Mapping[str, int | Number] = field(default_factory=dict)
    code: str = ""
    indent: str = ""
    side: str = "expenditure"
    texts: Mapping[str, str] = field(default_factory=dict)


class Number(NamedTuple):
    """A value that is not money: its amount, unit and how it is printed."""

    amount: Decimal
    unit: str
    raw: str


class Writing(NamedTuple):
    """How a style writes rows: see `styles.Style`, which declares these."""

    unit: str
    commas: bool
    zero: str
    codes: str
    total_label: str
    numbering: str


def money_text(value: int, writing: Writing) -> str:
    """A sum (hundredths of 万元) as printed: two decimals, in 万元 or 元, with or without thousands commas."""
    if value == 0:
        return writing.zero
    amount = Decimal(value).scaleb(-2) if writing.unit == "万元" else Decimal(value * 100)
    return f"{amount:,.2f}" if writing.commas else f"{amount:.2f}"


def code_parts(code: str) -> list[str]:
    return [code[:3], code[3:5], code[5:7]]


def split_key(key: str) -> tuple[int, str]:
    """The panel (0-based) and the name of a column key."""
    panel, dot, name = key.rpartition(".")
    return (int(panel) - 1 if dot else 0), name


def table_cells(
    header: Sequence[Head], rows: Sequence[Sequence[Record | None]], writing: Writing
) -> tuple[list[Printed], list[Fact], int]:
    """Cells and facts of a table with a header tree and one record a panel in each row; the depth of its header."""
    leaves = list(leaf_paths(header))
    columns = [(leaf, path, *split_key(leaf.key)) for leaf, path in leaves]
    depth = max(node.depth for node in header)
    cells = list(header_cells(header, 0, depth))
    row = depth
    if writing.numbering:
        cells.extend(numbering_cells(columns, row, writing.numbering))
        row += 1
    facts: list[Fact] = []
    for number, records in enumerate(rows, 1):
        for column, (_, path, panel, key) in enumerate(columns):
            record = records[panel] if panel < len(records) else None
            if key in LABEL_KEYS:
                cells.extend(label_cells(columns, row, column, key, record, number, writing))
                continue
            value = record.values.get(key) if record else None
            if record is None or value is None:
                cells.append(Printed(row, column, 1, 1, ""))
                continue
            raw = value.raw if isinstance(value, Number) else money_text(value, writing)
            cells.append(Printed(row, column, 1, 1, raw, "right"))
            if raw and raw not in ("—", "-"):
                amount, unit = ((value.amount, value.unit) if isinstance(value, Number)
                    else (Decimal(value).scaleb(-2), "万元"))
                measure = MEASURES.get(key.rpartition("_")[2] if key[:2] in ("b_", "f_") else key, "")
                facts.append(Fact(row, column, record.side, record.code, record.name, path, measure, amount, unit, raw))
        row += 1
    return cells, facts, depth + bool(writing.numbering)


def label_cells(
    columns: Sequence[tuple[Head, str, int, str]], row: int, column: int, key: str, record: Record | None, number: int,
    writing: Writing,
) -> Iterator[Printed]:
    """The cell of a label column; a total's label may take its code and name columns together."""
    panel = columns[column][2]
    spanned = [i for i, (_, _, p, k) in enumerate(columns) if p == panel
        and k in ("code", "code1", "code2", "code3", "name")]
    whole = record is not None and not record.code and writing.total_label == "span" and len(spanned) > 1 and (
        "name" in [columns[i][3] for i in spanned] and spanned == list(range(spanned[0], spanned[-1] + 1))
    )
    if whole and column in spanned:
        if column == spanned[0]:
            assert record is not None
            yield Printed(row, column, 1, len(spanned), record.name)
        return
    if key == "serial":
        yield Printed(row, column, 1, 1, str(number))
    elif record is None:
        if writing.codes == "joined" and key in ("code2", "code3"):
            return
        yield Printed(row, column, 1, 3 if writing.codes == "joined" and key == "code1" else 1, "")
    elif (key in ("name", "code") and not record.code and writing.total_label == "code"
            and "code" in [k for *_, k in columns]):
        yield Printed(row, column, 1, 1, record.name if key == "code" else "")
    elif key == "name":
        align = ("left" if record.code or record.indent or re.match(r"[一二三四五六七八九十]+、", record.name)
            else "center")
        yield Printed(row, column, 1, 1, record.indent + record.name, align)
    elif key == "code":
        yield Printed(row, column, 1, 1, record.code, "left")
    elif key in ("code1", "code2", "code3") and writing.codes == "joined":
        if key == "code1":
            yield Printed(row, column, 1, 3, record.code, "left")
    elif key in ("code1", "code2", "code3"):
        yield Printed(row, column, 1, 1, split_code(record.code, int(key[-1]), writing.codes))
    else:
        yield Printed(row, column, 1, 1, record.texts.get(key, ""), "left")


def split_code(code: str, part: int, mode: str) -> str:
    """The part of a code that a style prints in the 类, 款 or 项 column."""
    text = code_parts(code)[part - 1]
    if not text or (mode == "lowest" and part < 3 and code_parts(code)[part]):
        return ""
    return str(int(text)) if mode == "bare" and part > 1 else text


def numbering_cells(columns: Sequence[tuple[Head, str, int, str]], row: int, kind: str) -> Iterator[Printed]:
    """The row that numbers the columns: 栏次 1 2 3, or 甲 乙 1 2 3, or 1 2 3 over every column, or 栏次 with ** for
    labels."""
    letters = iter("甲乙丙丁戊己庚辛")
    number = 0
    for column, (_, _, _, key) in enumerate(columns):
        label = key in LABEL_KEYS
        if not label or kind == "all":
            number += 1
            text = str(number)
        elif kind == "letters":
            text = next(letters)
        elif kind == "stars":
            text = "**"
        else:
            text = "栏次" if key == "name" else ""
        yield Printed(row, column, 1, 1, text)


def share_code_header(cells: list[Printed], facts: Sequence[Fact], header_rows: int, total_row: int) -> list[Printed]:
    """类, 款, 项 printed in cells of their own that reach from the 栏次 row over the totals row (ministry final
    accounts)."""
    out = []
    for cell in cells:
        if cell.column < 3 and header_rows - 1 <= cell.row <= total_row:
            if cell.row == header_rows - 1:
                out.append(replace_cell(cell, row_span=total_row - cell.row + 1, column_span=1,
                    text="类款项"[cell.column]))
            continue
        out.append(cell)
    return out


def replace_cell(cell: Printed, **changes: object) -> Printed:
    return cell._replace(**changes)  # type: ignore[arg-type]


def with_rows_inside(sheet: Sheet, title: bool, unit: bool) -> Sheet:
    """The sheet with its title and its unit line as merged first rows of the grid."""
    extra: list[Printed] = []
    wide = len(sheet.widths)
    if title:
        extra.append(Printed(0, 0, 1, wide, sheet.title))
    if unit and sheet.unit:
        extra.append(Printed(len(extra), 0, 1, wide, f"单位：{sheet.unit}", "right"))
    shift = len(extra)
    if not shift:
        return sheet
    return replace(
        sheet, header_rows=sheet.header_rows + shift, title_inside=title, unit_inside=unit,
        cells=(*extra, *(cell._replace(row=cell.row + shift) for cell in sheet.cells)),
        facts=tuple(fact._replace(row=fact.row + shift) for fact in sheet.facts),
    )

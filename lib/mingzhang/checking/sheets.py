"""Sheets: a fiscal table as an accountant reads it: lines, money columns and the places where they cross, empty ones too.

Columns and lines get keys (total, basic, general_public, 201, carried_forward_in …) by which the declared rules find them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from .. import classification, forms
from ..clean import compact
from ..document import Table
from ..reading.tables import Anatomy, Panel, anatomy, row_code, row_name, side_of
from .ledger import LEAST_DECIMALS, Ledger, Place

#: Last header words of a column that adds up the columns beside it.
TOTAL_COLUMN = re.compile(r"(?:合计|总计|小计)$")
#: Header words that only say which version of a figure stands below.
VARIANTS = {"年初预算数": "initial_budget", "预算数": "budget", "调整预算数": "adjusted_budget", "全年预算数": "adjusted_budget",
            "决算数": "final", "执行数": "final", "统计数": "other"}  # fmt: skip
#: A panel with this many names of 类 is laid out by function.
LEAST_CLASSES = 3
#: Measures that are not sums of money to be added up.
NOT_ADDED = frozenset({"headcount", "quantity", "unit_price", "share", "change"})
#: Words of a header or a name that mean one key; the first match counts (narrower than `forms.MEASURES`, which names columns).
KEYS: tuple[tuple[str, str], ...] = (
    ("non_appropriation", r"非财政拨款(?!结余)"),
    ("three_public_vehicle", r"车购置(?:费)?(?:及|和|与|、)运[行维]"),
    ("three_public", r"三公.*(?:小计|合计)"),
    ("other_income", r"其他(?:收入|资金)"),
    ("basic_personnel", r"人员(?:经费|支出)"),
    ("basic_public", r"公用(?:经费|支出)"),
    ("surplus_used", r"使用.*结余|用事业基金"),
    ("surplus_assigned", r"结余分配"),
    ("carried_forward_out", r"结转下年|(?:年末|年终).*(?:结转|结余)"),
    ("carried_forward_in", r"(?:年初|上年|历年|以前年度).*(?:结转|结余)"),
)
_ORDINAL = re.compile(
    r"^(?:(?P<cn>[一二三四五六七八九十]{1,3}[、.．])|(?P<pcn>\([一二三四五六七八九十]{1,3}\)、?)|(?P<pnum>\(\d{1,2}\))"
    r"|(?P<num>\d{1,2}[.、．](?!\d))|(?P<circ>[①-⑳]))"
)
_MEMO = re.compile(r"^其中[:：]?")
_THIS_YEAR = re.compile(r"^(?:本年|当年)(?:收入|支出)(?:合计|小计|总计)$")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a panel: its code and name, what it is, and how its label is numbered ("" for no number)."""

    row: int
    panel: int
    code: str
    unit_code: str
    name: str
    role: str
    style: str
    memo: bool
    key: str
    depth: int
    group: int | None


@dataclass(frozen=True, slots=True)
class Money:
    """A column of money: header path without what all columns of the panel share, its key and its variant."""

    column: int
    panel: int
    path: tuple[str, ...]
    key: str
    variant: str
    side: str


@dataclass
class Sheet:
    """A fiscal table with its lines and money columns; `fund` says which money it is about."""

    table: Table
    ledger: Ledger
    form: str
    fund: str
    anatomy: Anatomy
    lines: list[Line]
    columns: list[Money]
    quantum: int
    name: str = ""
    _cells: dict[tuple[int, int], int] = field(default_factory=dict)

    def place(self, row: int, column: int) -> int | None:
        """The number of the place at a row and column, None where no cell begins."""
        return self._cells.get((row, column))

    @cached_property
    def is_empty(self) -> bool:
        """Whether the table prints no figure at all."""
        return not any(self.ledger.values[place] is not None for place in self._cells.values())

    def panel_columns(self, panel: int) -> list[Money]:
        return [column for column in self.columns if column.panel == panel]


def read_sheet(table: Table, ledger: Ledger, exponent: int) -> Sheet:
    """The accountant's view of a fiscal table; its places are entered into the ledger."""
    shape = anatomy(table.grid)
    unit = table.unit or "万元"
    facts = {(fact.row, fact.column): fact for fact in table.facts}
    columns = list(money_columns(table, shape))
    lines = by_function(table, list(read_lines(table, shape)))
    sheet = Sheet(table, ledger, table.form, fund_of(table), shape, lines, columns, quantum_of(table, unit, exponent))
    sheet.name = forms.BY_KEY[table.form].name
    names = {(line.row, line.panel): line.code or line.name for line in lines}
    for line in lines:
        for column in sheet.panel_columns(line.panel):
            cell = table.grid.grid.get((line.row, column.column))
            if cell is None or (cell.row, cell.column) != (line.row, column.column):
                continue
            fact = facts.get((line.row, column.column))
            if fact is not None and fact.unit != "万元":
                continue
            label = "/".join(part for part in (names[line.row, line.panel], column.path[-1] if column.path else "") if part)
            place = Place(f"{table.table_id}/r{line.row}c{column.column}", table.table_id, line.row, column.column, cell.page,
                          label, sheet.quantum)  # fmt: skip
            sheet._cells[line.row, column.column] = ledger.add(place, fact.amount if fact else None)
    return sheet


def quantum_of(table: Table, unit: str, exponent: int) -> int:
    """The last digit that the table prints, in units of the ledger: 0.01 of 万元 or finer; for 元 what its figures show."""
    shift = {"元": -4, "千元": -1, "万元": 0, "百万元": 2, "亿元": 4}.get(unit, 0)
    decimals = max((len(fact.raw.partition(".")[2].rstrip(")%")) for fact in table.facts if fact.unit == "万元"), default=0)
    if unit != "元":
        decimals = max(decimals, LEAST_DECIMALS)
    return max(int(Decimal(1).scaleb(exponent + shift - decimals)), 1)


def fund_of(table: Table) -> str:
    """Which money a table is about, by its title: general_public, appropriation (all funds of the budget) or ""."""
    words = compact(table.title)
    if re.search(r"一般公共预算|公共预算|一般预算", words):
        return "general_public"
    return "appropriation" if "财政拨款" in words and "非财政拨款" not in words else ""


# --- columns ---------------------------------------------------------------------------------------------------------


def money_columns(table: Table, shape: Anatomy) -> Iterator[Money]:
    """The columns of money of each panel, keyed."""
    for number, panel in enumerate(shape.panels):
        kept = [c for c in panel.values if forms.column_unit("/".join(c.path), "元").endswith("元")
                and forms.measure_of("/".join(c.path)) not in NOT_ADDED]  # fmt: skip
        paths = [tuple(compact(part) for part in column.path) for column in kept]
        leaves = {path[-1] for path in paths if path}
        varied = len(leaves & set(VARIANTS)) > 1
        common = shared_prefix(paths)
        for column, path in zip(kept, paths, strict=True):
            variant = VARIANTS.get(path[-1], "") if path and varied else ""
            rest = path[common:-1] if variant else path[common:]
            side = side_of(table.form, column.path, "")
            yield Money(column.index, number, rest, key_of_path(rest, path, len(kept)), variant, side)


def shared_prefix(paths: Sequence[tuple[str, ...]]) -> int:
    """How many header cells all columns of a panel share (never the lowest of any)."""
    count = 0
    while paths and all(len(path) > count + 1 for path in paths) and len({path[count] for path in paths}) == 1:
        count += 1
    return count


def key_of_path(rest: tuple[str, ...], path: tuple[str, ...], beside: int) -> str:
    """The key of a column: total, a measure, or "parent/measure" below a header of its own."""
    parts = [part for part in rest if not re.match(r"^其中", part)]
    if parts and re.fullmatch(r"小计|合计|总计|金额", parts[-1]):
        parts = parts[:-1]
    if not parts or beside == 1:
        return "total"
    leaf = key_of(parts[-1])
    if leaf in ("amount", "budget", "final", "total"):
        leaf = "total"
    if len(parts) > 1 and leaf not in ("basic_personnel", "basic_public"):
        parent = key_of(parts[-2])
        return f"{parent}/{leaf}" if not leaf.startswith("three_public") else leaf
    return leaf


def key_of(words: str) -> str:
    """The key that a header cell or a row's name stands for."""
    text = compact(words)
    return next((key for key, pattern in KEYS if re.search(pattern, text)), "") or forms.measure_of(text)


# --- lines -----------------------------------------------------------------------------------------------------------


def read_lines(table: Table, shape: Anatomy) -> Iterator[Line]:
    """The lines of every panel in printed order, those without any figure too."""
    grid = table.grid
    carried: dict[int, tuple[str, ...]] = {}
    for row in range(shape.first_row, grid.rows):
        if row in shape.skipped:
            continue
        for number, panel in enumerate(shape.panels):
            code, carried[number] = row_code(grid, row, panel, carried.get(number, ()))
            name = row_name(grid, row, panel, shape.panels[:number])
            words = compact(name)
            memo = bool(_MEMO.match(words))
            words = _MEMO.sub("", words)
            ordinal = _ORDINAL.match(words)
            plain = words[ordinal.end() :] if ordinal else words
            style = next((k for k, v in ordinal.groupdict().items() if v), "") if ordinal else ""
            role = forms.row_role(name, code)
            key = line_key(plain, role)
            yield Line(row, number, code, unit_code(table, row, panel), name, role, style, memo, key,
                       label_depth(table, row, panel), label_group(table, row, panel))  # fmt: skip


def by_function(table: Table, lines: list[Line]) -> list[Line]:
    """The lines of a summary with the codes of the 类 that their names mean, in panels that are laid out by function."""
    if table.form not in ("income_expenditure_summary", "appropriation_summary"):
        return lines
    meant = {id(line): classification.functional_class(bare(line.name)) for line in lines if not line.code}
    panels = [line.panel for line in lines if meant.get(id(line))]
    return [
        replace(line, code=meant[id(line)]) if meant.get(id(line)) and panels.count(line.panel) >= LEAST_CLASSES else line
        for line in lines
    ]


def bare(name: str) -> str:
    """A name without 其中 and without its number."""
    words = _MEMO.sub("", compact(name))
    ordinal = _ORDINAL.match(words)
    return words[ordinal.end() :] if ordinal else words


def line_key(plain: str, role: str) -> str:
    """The key of a line: total, this_year, a measure, or "" where its name is no measure."""
    if _THIS_YEAR.match(plain):
        return "this_year"
    if role == "total":
        return "total"
    key = key_of(plain)
    return "" if key in ("amount", "total") and role != "subtotal" else key


def unit_code(table: Table, row: int, panel: Panel) -> str:
    """The code of a body in a column of unit codes, "" without one."""
    for column in panel.labels:
        if column.role == "unit_code" and (cell := table.grid.grid.get((row, column.index))) and cell.row == row:
            text = compact(cell.text)
            if text.isdigit():
                return text
    return ""


def label_depth(table: Table, row: int, panel: Panel) -> int:
    """Which label column (0 the leftmost) holds the innermost label of a row."""
    named = [column for column in panel.labels if column.role in ("name", "code", "unit_code")]
    for depth in range(len(named) - 1, -1, -1):
        cell = table.grid.grid.get((row, named[depth].index))
        if cell and cell.text and cell.column == named[depth].index:
            return depth
    return 0


def label_group(table: Table, row: int, panel: Panel) -> int | None:
    """The first row of the label cell that gathers this row with others in the leftmost label column, None without one."""
    if len(panel.labels) < 2:
        return None
    cell = table.grid.grid.get((row, panel.labels[0].index))
    inner = panel.labels[-1].index
    return cell.row if cell and cell.text and cell.column + cell.column_span <= inner else None

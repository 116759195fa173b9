"""Columns: what each column of a fiscal table holds, and what the figures in a value column are: stage, fund, item,
measure, unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .. import forms, vocabulary
from ..clean import compact, parse_number, parse_quantity
from .header import CODE, header_path, shares_header
from .stitch import LogicalTable

WORDS = dict(vocabulary.patterns("columns", "words"))
VERSIONS = vocabulary.patterns("columns", "versions")
FUNDS = vocabulary.patterns("columns", "funds")
ITEMS = vocabulary.within("columns", "items")
_NOTHING = dict(vocabulary.patterns("rows", "words"))["nothing"]
_DOTTED = dict(vocabulary.patterns("rows", "words"))["dotted_code"]
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
#: The funds that 财政拨款 consists of.
WITHIN_APPROPRIATION = ("general_public", "government_fund", "state_capital")
#: Measures that are no sums of money to be added up.
NOT_ADDED = frozenset({"headcount", "quantity", "unit_price", "share", "change"})


@dataclass(frozen=True, slots=True)
class Context:
    """What the document says of its figures: budget or final_accounts, and the fiscal year (None if unknown).

    `budget` is the stage of what is headed 预算数 and no more. `exchanged` are two stages whose columns identities have
    told to be headed the wrong way round.
    """

    kind: str = ""
    year: int | None = None
    budget: str = "initial_budget"
    exchanged: tuple[str, ...] = ()

    @property
    def stage(self) -> str:
        """The stage of a figure of the document's own year of which no more is said."""
        return {"budget": "initial_budget", "final_accounts": "final"}.get(self.kind, "plan")

    def told(self, stage: str) -> str:
        """The stage of a column whose header says `stage`."""
        return next((other for other in self.exchanged if other != stage), stage) if stage in self.exchanged else stage


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a fiscal table. `role` is serial, code, unit_code, name, attribute or value; the rest is said of
    value columns.

    `path` are the printed header cells from the top, `words` those without what all columns of the panel share and
    without the version of the figure. `key` is how the declared rules find the column (total, basic,
    appropriation/basic …). `variant` is the stage where the columns of a panel differ in it. `unit` is a unit of money,
    of something else, or "piece" (the row's name may say which).
    """

    index: int
    role: str
    path: tuple[str, ...]
    panel: int = -1
    words: tuple[str, ...] = ()
    key: str = ""
    measure: str = ""
    unit: str = ""
    side: str = ""
    stage: str = ""
    fund: str = ""
    item: str = ""
    variant: str = ""

    @property
    def adds(self) -> bool:
        """Whether the figures are sums of money that identities may add up."""
        return self.role == "value" and self.unit.endswith("元") and self.measure not in NOT_ADDED


# --- roles -----------------------------------------------------------------------------------------------------------


def read_columns(table: LogicalTable, first: int, skipped: frozenset[int]) -> tuple[Column, ...]:
    """The columns of a table with their roles and panels; `first` is the first data row."""
    paths = [header_path(table, column, first) for column in range(table.columns)]
    roles = [role_of(table, index, path, first, skipped) for index, path in enumerate(paths)]
    columns = [Column(index, role, path) for index, (role, path) in enumerate(zip(roles, paths, strict=True))]
    return panelled(by_one_classification(table.title, columns))


def by_one_classification(title: str, columns: Sequence[Column]) -> Sequence[Column]:
    """The columns of a table by economic class, the functional class beside it (功能科目编码, 功能科目名称) as mere
    attributes.
    """
    economic = any(column.role == "code" and "经济" in "".join(column.path) for column in columns)
    if not economic or not WORDS["economic_title"].search(title):
        return columns
    return [
        replace(column, role="attribute")
        if column.role in ("code", "name") and "功能" in "".join(column.path)
        else column
        for column in columns
    ]


def role_of(table: LogicalTable, column: int, path: tuple[str, ...], first: int, skipped: frozenset[int]) -> str:
    """What a column holds, by its header and, where that is silent, by its cells."""
    leaf = path[-1] if path else ""
    if not any(
        cell.text for row in range(table.rows) if (cell := table.grid.get((row, column))) and cell.column == column
    ):
        return "attribute"  # nothing is printed that begins here: no label, and no end of a panel
    role = forms.column_role(leaf)
    texts = [
        compact(cell.text)
        for row in range(first, table.rows)
        if row not in skipped and (cell := table.grid.get((row, column)))
        and (cell.row, cell.column) == (row, column) and cell.text
        and not (row == first and shares_header(table, first, column)) and not _NOTHING.search(compact(cell.text))
    ]
    numbers = sum(parse_quantity(text) is not None for text in texts)
    codes = sum(bool(CODE.match(text)) for text in texts)
    words = sum(bool(re.search(r"[\u4e00-\u9fffA-Za-z]", text)) for text in texts)
    if role == "code" and words > codes:
        role = "name"
    if role in ("name", "attribute", "unit_code") and texts and numbers > 0.7 * len(texts):
        return "unit_code" if role == "unit_code" else "value" if codes < numbers else "code"
    if role == "code" and any("." in text and parse_number(text) is not None for text in texts):
        dotted = re.search(r"编[码号]|代码", leaf) and all(_DOTTED.match(text) for text in texts if text[0].isdigit())
        return "code" if dotted else "value"
    if role:
        return role
    value = bool(WORDS["value"].search(compact(leaf)))
    if texts and codes == len(texts) and path and not value:
        return "code"
    if (numbers and numbers >= words) or (value and words <= numbers + 1):
        return "value"
    return "name" if words or not leaf else "value"


def panelled(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns with their panels (revenue and expenditure side by side): a label column after a value column begins
    a new one.

    An attribute alone (计量单位 after 数量, 备注) begins none: what follows it is of the same row.
    """
    out: list[Column] = []
    panel, filled = 0, False
    for column in columns:
        if column.role != "value" and column.role != "attribute" and filled:
            panel, filled = panel + 1, False
        filled = filled or column.role == "value"
        out.append(replace(column, panel=panel))
    last = max((column.panel for column in out if column.role == "value"), default=-1)
    return tuple(column if column.panel <= last else replace(column, panel=-1) for column in out)


# --- what the figures are --------------------------------------------------------------------------------------------


def understood(columns: Sequence[Column], form: forms.Form, fund: str, money: str,
               context: Context) -> tuple[Column, ...]:
    """The columns with what their figures are; `fund` is that of the table, `money` its unit."""
    values = [column for column in columns if column.role == "value"]
    years = {int(year) for column in values for year in _YEAR.findall("/".join(column.path))}
    year = context.year if len(years) > 1 else None  # a year that all columns name is the table's own
    measured = [with_measure(column, form, fund, money, context, year) for column in values]
    panels = [
        [column for column in measured if column.panel == panel]
        for panel in sorted({column.panel for column in values})
    ]
    meant = {column.index: column for panel in panels for column in with_keys(panel, form, year)}
    return tuple(meant.get(column.index, column) for column in columns)


def with_measure(column: Column, form: forms.Form, fund: str, money: str, context: Context, year: int | None) -> Column:
    """A value column with what it says by itself: measure, unit, side of the accounts, stage and fund."""
    path = "/".join(column.path)
    measure = forms.measure_of(path) if path else "amount"
    stage = context.stage if measure in ("change", "share") else context.told(stage_of(path, context, year))
    unit = form.unit or forms.column_unit(path, money)
    return replace(column, measure=measure, unit=unit, side=side_of(form, column.path), stage=stage,
                   fund=fund_of(column.path, fund))


def with_keys(panel: Sequence[Column], form: forms.Form, year: int | None) -> Iterator[Column]:
    """The value columns of a panel with what they say beside each other: words, key, item and variant."""
    varied = len({column.stage for column in panel if column.adds}) > 1
    common = shared_prefix([tuple(map(compact, column.path)) for column in panel if column.adds])
    words = []
    for column in panel:
        path = tuple(compact(part) for part in column.path)
        words.append(path[common:-1] if varied and path and version_of(path[-1], year) else path[common:])
    beside = sum(column.adds for column in panel)
    with_meetings = {"meeting", "training"} & {column.measure for column in panel}
    for column, own in zip(panel, enumerated(words), strict=True):
        key = key_of_path(own, beside)
        over, _, leaf = key.rpartition("/")
        said = ITEMS.get(column.measure) or ITEMS.get(leaf) or ITEMS.get(over)
        if over.startswith("carried_forward"):
            said = ITEMS[over]  # 年初结转和结余/基本支出结转 is no basic expenditure
        item = said or ("headcount" if column.unit == "人" else form.item or "total")
        if item == "three_public_total" and with_meetings and "三公" not in "".join(column.path):
            item = "total"  # over the “三公” expenses, 会议费 and 培训费
        yield replace(column, words=own, key=key, item=item, variant=column.stage if varied else "")


def enumerated(words: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The words of columns without a 其中 that opens the list of a total's parts (合计 | 其中：基本支出 | 项目支出).

    A 其中 behind another column than a total, or over one column alone, tells a detail and stays.
    """
    for before, own, after in zip([(), *words], words, [*words[1:], ()], strict=False):
        opens = before and own and after and before[:-1] == own[:-1] == after[:-1]
        if opens and WORDS["total"].search(before[-1]) and not WORDS["of_which"].match(after[-1]):
            own = (*own[:-1], WORDS["of_which"].sub("", own[-1]))
        yield own


def version_of(words: str, year: int | None = None) -> str:
    """Which version of a figure header words tell (initial_budget, adjusted_budget, budget, final, or year for a year
    alone), or "".
    """
    text = WORDS["not_a_stage"].sub("", compact(words))
    return vocabulary.first(VERSIONS, text) or ("year" if _YEAR.search(text) or WORDS["last_year"].search(text) else "")


def stage_of(words: str, context: Context, year: int | None) -> str:
    """The stage of the figures under header words: by the version that they tell, and the year (against `year`, None:
    not compared).
    """
    version = version_of(words)
    years = [int(found) for found in _YEAR.findall(words)]
    prior = bool(WORDS["last_year"].search(compact(words))) or bool(years and year and max(years) < year)
    if prior:
        final = version == "final" or (version in ("", "year") and context.kind == "final_accounts")
        return "prior_year_final" if final else "prior_year_budget"
    if years and year and min(years) > year:
        return "plan"
    return {"budget": context.budget, "year": context.stage, "": context.stage}.get(version, version)


def fund_of(path: Iterable[str], table: str) -> str:
    """Which money a column or row is about: by its lowest words that name one, else the table's.

    财政拨款 says no more than the fund that words above it or the table name.
    """
    named = [found for part in reversed(tuple(path)) if (found := vocabulary.first(FUNDS, compact(part)))]
    if named[:1] == ["appropriation"]:
        return next((fund for fund in (*named, table) if fund in WITHIN_APPROPRIATION), "appropriation")
    return {"non_appropriation": "other"}.get(named[0], named[0]) if named else table


def side_of(form: forms.Form, path: Sequence[str], name: str = "") -> str:
    """revenue, expenditure or "": by the form, and in a summary with both sides by the header over the column, else by
    a row's name.
    """
    if form.side or form.key not in forms.SUMMARIES:
        return form.side
    for words in map(compact, (*path, name)):
        if ("支出" in words) != ("收入" in words):
            return "expenditure" if "支出" in words else "revenue"
    return ""


def shared_prefix(paths: Sequence[tuple[str, ...]]) -> int:
    """How many header cells all columns of a panel share (never the lowest of any)."""
    count = 0
    while paths and all(len(path) > count + 1 for path in paths) and len({path[count] for path in paths}) == 1:
        count += 1
    return count


def key_of_path(words: Sequence[str], beside: int) -> str:
    """The key of a column: total, a measure, or "parent/measure" below a header of its own."""
    parts = [part for part in (WORDS["of_which"].sub("", word) for word in words) if part]
    if parts and WORDS["plain_total"].fullmatch(parts[-1]):
        parts = parts[:-1]
    if not parts or beside == 1:
        return "total"
    leaf = forms.key_of(parts[-1])
    leaf = "total" if leaf in forms.PLAIN_MEASURES[:4] else leaf
    if len(parts) > 1 and leaf not in ("basic_personnel", "basic_public") and not leaf.startswith("three_public"):
        return f"{forms.key_of(parts[-2])}/{leaf}"
    return leaf

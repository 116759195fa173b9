"""Funds: the money of a performance table: rows of figures under a header, label and figure side by side, or both in
one cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from ..clean import compact, parse_number, unwrap
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from .model import MONEY, Figure, Fund
from .money import AMOUNT, Money
from .plans import payment_plan, plan_rows
from .words import HEAD, below, entries, label_and_value, match, names_fund, plain_item, right_of, word

_FORMULA = re.compile(r"([①-⑳])(?:=([①-⑳](?:[+\-/][①-⑳])*))?$")
_POINTS = re.compile(r"\((\d{1,3})分?[)*×]")


def read_funds(table: LogicalTable, header: int, money: Money) -> Iterator[Fund]:
    """The fund rows above the indicators: under a header of fund columns, or label and figure side by side."""
    top = fund_header(table, header)
    if top is not None:
        found = list(fund_rows(table, top, header, money))
        last = max((fund.row for fund in found), default=header)
        yield from found
        yield from (fund for fund in fund_pairs(table, header, money, last + 1))
    elif (by_period := period_columns(table, header)) is not None:
        yield from fund_periods(table, *by_period, header, money)
    else:
        yield from fund_matrix(table, header, money) or fund_pairs(table, header, money)


# --- under a header --------------------------------------------------------------------------------------------------


def fund_header(table: LogicalTable, header: int) -> int | None:
    """The row that names at least two fund columns, or one with several figures below."""
    for row in range(header):
        if named_funds(table, row):
            return row
    return next((row for row in range(header - 1) if heads_figures(table, row)), None)


def named_funds(table: LogicalTable, row: int) -> bool:
    """Whether a row names two fund columns in full."""
    keys = {match("funds", cell.text) for cell in table.row_cells(row) if cell.text and not holds_words(table, cell)}
    return len(keys - {"", "weight", "score"}) >= 2


def heads_figures(table: LogicalTable, row: int) -> bool:
    """Whether a row stands over figures of a fund, and says of two of them in few words which they are (年初数, 执行).
    """
    label = next((cell for cell in table.row_cells(row + 1) if names_fund(cell.text)), None)
    heads = [cell for cell in table.row_cells(row) if label and cell.column > label.column and cell.text
             and (under := below(table, cell)) and under.row == row + 1
             and parse_number(under.text) is not None]
    return len({match("heads", cell.text) for cell in heads} - {"", "weight", "score"}) >= 2


def holds_words(table: LogicalTable, cell: Cell) -> bool:
    """Whether words stand below a header cell: it heads the names of the rows ("年度预算数" over "其中：财政资金"), not
    figures."""
    under = below(table, cell)
    return under is not None and bool(re.search(r"[\u4e00-\u9fff]{2}", under.text))


def fund_keys(table: LogicalTable, top: int) -> dict[int, tuple[str, str]]:
    """The columns under a fund header, each with its key ("" where the contract has none) and its printed header."""
    printed = {column: cell for column in range(table.columns) if (cell := head_cell(table, top, column))
        and cell.column == column and cell.text}
    keys: dict[int, str] = {}
    for entry, pattern in entries("funds") if named_funds(table, top) else (*entries("funds"), *entries("heads")):
        key = entry.partition(".")[0]
        found = next((c for c, cell in printed.items() if c not in keys and pattern.search(compact(cell.text))
                      and not holds_words(table, cell)), None)
        if found is not None and key not in keys.values():
            keys[found] = key
    return {column: (keys.get(column, ""), unwrap(cell.text)) for column, cell in printed.items()}


def head_cell(table: LogicalTable, top: int, column: int) -> Cell | None:
    """The header cell of a fund column: where a page break has cut it, its text stands in the row above."""
    cell, above = table.grid.get((top, column)), table.grid.get((top - 1, column))
    cut = cell and above and not cell.text and (cell.row, above.row) == (top, top - 1) and match("funds", above.text)
    return above if cut else cell


def formulas(table: LogicalTable, top: int | None) -> dict[int, tuple[str, str]]:
    """The circled number of each fund column, with the formula that its header prints ("④=①+②-③"), "" without one."""
    out = {}
    for column in range(table.columns) if top is not None else ():
        text = re.sub(r"\s", "", table.text(top or 0, column)).translate(str.maketrans("－＝＋／", "-=+/"))
        if number := _FORMULA.search(text):
            out[column] = (number.group(1), number.group(2) or "")
        elif re.search(r"分[*×xX]\(?(?:预算)?执行率", text):
            out[column] = ("score", "weight*execution_rate")
    return out


def fund_rows(table: LogicalTable, top: int, header: int, money: Money) -> Iterator[Fund]:
    """Rows of figures under a fund header; columns that the contract does not name keep their printed header."""
    names, numbers = fund_keys(table, top), formulas(table, top)
    first = min(column for column, (key, _) in names.items() if key)
    for row in range(top + 1, header):
        cells = table.row_cells(row)
        if row in table.repeats:
            continue
        labels = [cell for cell in cells if cell.column < first and cell.text]
        if any(match("labels", cell.text) or is_sentence(cell) for cell in cells if cell.column >= first):
            break
        figures = {
            column: money.figure(key or text, cell, label=text) for column, (key, text) in names.items()
            if column >= first and (cell := table.grid.get((row, column))) and (cell.row, cell.column) == (row, column)
        }
        item = unwrap(labels[-1].text) if labels else ""
        both = {key: one for column, (_, text) in names.items() if column in figures for key,
            one in two_in_one(text, figures[column], money)}
        if item and figures:
            yield Fund("year", item, row, labels[-1].page,
                       {names[c][0]: one for c, one in figures.items() if names[c][0]} | both,
                       {names[c][1]: one for c, one in figures.items() if not names[c][0] and one.raw},
                       {numbers[c][0]: one for c, one in figures.items() if c in numbers})


def is_sentence(cell: Cell) -> bool:
    """Whether a cell under a header of figures holds words: the rows of figures end above it."""
    return bool(re.search(r"[\u4e00-\u9fff]{3}", cell.text)) and parse_number(cell.text) is None


def period_columns(table: LogicalTable, header: int) -> tuple[int, dict[int, str]] | None:
    """The row that heads columns of money of the whole term and of the year, and the block of each; None if there is
    none."""
    for row in range(header - 1):
        heads = {cell.column: compact(cell.text) for cell in table.row_cells(row) if cell.text
            and not holds_words(table, cell)}
        blocks = {column: "total" if word("fund", "term").search(text) else "year" for column, text in heads.items()
                  if word("fund", "money").search(text) and word("fund", "term_or_year").search(text)
                          and not word("fund", "other_year").search(text)}
        if set(blocks.values()) == {"total", "year"} and all(figures_below(table, row, column) for column in blocks):
            return row, blocks
    return None


def figures_below(table: LogicalTable, row: int, column: int) -> bool:
    """Whether a figure stands under a place, in a row that begins with the name of a sum."""
    cell = table.grid.get((row + 1, column))
    label = next((one for one in table.row_cells(row + 1) if one.text), None)
    return (cell is not None and label is not None and label is not cell and names_fund(label.text)
        and parse_number(cell.text) is not None)


def fund_periods(table: LogicalTable, top: int, blocks: Mapping[int, str], header: int, money: Money) -> Iterator[Fund]:
    """The rows of money under columns of the whole term and of the year."""
    first = min(blocks)
    for row in range(top + 1, header):
        label = next((cell for cell in reversed(table.row_cells(row)) if cell.text and cell.column < first), None)
        if label is None or not names_fund(label.text):
            return
        for column, block in sorted(blocks.items(), key=lambda one: one[1]):
            if (cell := table.grid.get((row, column))) and cell is not label:
                yield Fund(block, unwrap(label.text), row, label.page,
                    {"annual_budget": money.figure("annual_budget", cell, label=table.text(top, column))})


def two_in_one(header: str, printed: Figure, money: Money) -> Iterator[tuple[str, Figure]]:
    """The figures of a column that holds two ("执行率/得分" over "97.86%/9.79"), by key; none of any other."""
    heads, values = (re.split(r"[/／]", compact(text)) for text in (header, printed.raw))
    keys = [match("funds", head) for head in heads]
    if len(heads) == len(values) == len(set(keys) - {""}) == 2:
        for key, text in zip(keys, values, strict=True):
            value = money.amount(text) if key in MONEY else parse_number(text)
            yield key, printed._replace(raw=text, value=value)


def fund_matrix(table: LogicalTable, header: int, money: Money) -> list[Fund]:
    """Whole-agency tables: blocks "支出结构 | 资金总额 | 其中：财政资金 | 投入计划", possibly two side by side."""
    for row in range(header):
        cells = table.row_cells(row)
        starts = [cell for cell in cells if word("fund", "matrix").search(compact(cell.text))]
        if starts and any(word("fund", "sum").search(compact(cell.text)) for cell in cells if cell not in starts):
            top = row + starts[0].row_span - 1
            # a label beside its figures (资金来源 over two rows) heads no names of rows
            heads = [table.text(top, column)
                for column in range(starts[0].column + starts[0].column_span, table.columns)]
            return ([] if any(parse_number(text) is not None for text in heads)
                else list(matrix_rows(table, top, starts, header, money)))
    return []


def matrix_rows(table: LogicalTable, top: int, starts: Sequence[Cell], header: int, money: Money) -> Iterator[Fund]:
    """The rows of each block of a fund matrix, block by block."""
    ends = [cell.column for cell in starts[1:]] + [table.columns]
    for start, end in zip(starts, ends, strict=True):
        heads = [
            cell for column in range(start.column + start.column_span, end)
            if (cell := table.grid.get((top, column))) and cell.column == column and cell.text
        ]
        for row in range(top + 1, header):
            label = table.grid.get((row, start.column))
            if label is None or (label.row, label.column) != (row, start.column) or not label.text:
                break
            if any(match("labels", cell.text) for cell in table.row_cells(row)):
                break
            found = {
                unwrap(h.text): cell for h in heads
                if h.column >= label.column + label.column_span and (cell := table.grid.get((row, h.column)))
            }
            figures = {name: money.figure("annual_budget", cell, label=name) for name, cell in found.items()}
            total = next((name for name in found if re.search(r"总额|合计|金额", name)), "")
            sources = [name for name in found if name != total and not name.startswith("其中")
                and word("fund", "source").search(name)]
            sources = sources if re.search("合计|总计", label.text) else []
            other = {name: one for name, one in figures.items() if name not in (total, *sources) and one.raw}
            yield Fund("year", unwrap(label.text), row, label.page, {"annual_budget": figures[total]} if total else {},
                other)
            yield from (Fund("year", name, row, label.page, {"annual_budget": figures[name]}) for name in sources)


# --- label and figure side by side -----------------------------------------------------------------------------------


def fund_pairs(table: LogicalTable, header: int, money: Money, below_rows: int = 0) -> Iterator[Fund]:
    """Label and figure side by side; a payment plan by period belongs to the first of them, what was spent to the
    budget beside it.

    Below the rows of a fund header only a label and its figure in one cell count.
    """
    plan = payment_plan(table, header, money)
    spent = {cell.column for cell in table.cells if not below_rows and cell.row < header
        and word("fund", "spent").match(compact(cell.text))}
    planned = plan_rows(table, header)
    found: list[tuple[int, Fund]] = []
    for cell in table.cells:
        if (cell.row >= header or not cell.text or cell.row in table.repeats or cell.row in planned
                or holds_value(table, cell)):
            continue
        label, inside = label_and_value(cell.text)
        if below_rows and (cell.row < below_rows or money.amount(inside) is None):
            continue
        executed = cell.column in spent
        is_label = inside or names_fund(cell.text) or word("fund", "spent").match(compact(cell.text))
        beside = cell if inside else figure_of(table, cell, header) if is_label else None
        if (beside is None
                or (inside and money.amount(inside) is None and not word("fund", "item").search(plain_item(label)))):
            continue
        one = money.figure("annual_budget", beside, inside or None, label=cell.text)
        if executed and found and (last := found[-1][1]).row == cell.row:
            found[-1] = (found[-1][0], replace(last, figures={**last.figures, "executed": one}))
            continue
        item = unwrap(label if inside else cell.text)
        other = dict(plan.periods) if plan and not found else {}
        found.append((cell.column,
            Fund("year", item, cell.row, cell.page, {"executed" if executed else "annual_budget": one}, other)))
    yield from in_blocks(found)


def in_blocks(found: Sequence[tuple[int, Fund]]) -> list[Fund]:
    """Fund rows told apart where the money of the whole term stands beside that of the year: two stacks that each begin
    with a sum."""
    columns = sorted({column for column, _ in found})
    stacks = [[fund for at, fund in found if at == column] for column in columns]
    heads = [stack for stack in stacks if word("fund", "head").search(plain_item(stack[0].item))]
    term = any(word("fund", "term").search(plain_item(stack[0].item)) for stack in heads)
    if len(heads) != 2 or heads[0][0].row != heads[1][0].row or not (term or min(map(len, heads)) > 1):
        return [fund for _, fund in found]
    first = 0 if word("fund", "year").search(plain_item(heads[0][0].item)) else 1
    # sources that stand once, spread over both columns, are those of the year
    once = (not {plain_item(fund.item) for fund in heads[0][1:]} & {plain_item(fund.item) for fund in heads[1][1:]}
        and min(map(len, heads)) > 1)
    blocks = {id(fund): "total" for fund in heads[1 - first][: 1 if once else None]}
    return [replace(fund, block=blocks.get(id(fund), fund.block)) for _, fund in found]


def holds_value(table: LogicalTable, cell: Cell) -> bool:
    """Whether a cell is what the label beside it announces: a project called 政府投资审计经费 is no label of a fund."""
    beside = table.grid.get((cell.row, cell.column - 1))
    return beside is not None and match("labels", beside.text) in HEAD and right_of(table, beside) is cell


def figure_of(table: LogicalTable, cell: Cell, header: int) -> Cell | None:
    """The cell with the figure that belongs to a fund label: beside it, or below it where several labels stand side by
    side.

    An empty cell counts beside a label that is sure to name a fund, since a form prints 其他资金 without a figure.
    """
    beside, under = right_of(table, cell), below(table, cell)
    if beside is not None and AMOUNT.match(compact(beside.text)):
        return beside
    if beside is not None and word("rows", "blank").match(compact(beside.text)):
        return beside if word("fund", "item").search(plain_item(cell.text)) else None
    if (under is None or under.row >= header or under.column_span != cell.column_span
            or not AMOUNT.match(compact(under.text))):
        return None
    if any(names_fund(one.text) and right_of(table, one) is under for one in table.row_cells(under.row) if one.row
            == under.row):
        return None  # 金额 over figures that have labels of their own
    return under if beside is None or names_fund(beside.text) else None


# --- points of the execution rate ------------------------------------------------------------------------------------


def execution_points(table: LogicalTable, header: int) -> dict[str, Figure]:
    """The points that a form gives to the execution rate in words, as a weight: in a label of the fund block
    ("（10分）") or in a remark."""
    for cell in table.cells:
        text = compact(cell.text)
        if len(text) > 60 or "分" not in text or (cell.row >= header and "执行" not in text):
            continue
        if cell.row < header and (match("labels", text) or not re.search(r"执行|资金|预算|得分|分值", text)):
            continue
        if found := _POINTS.search(text) or re.search(r"执行率?[^\d。;]{0,6}(\d{1,2})分", text):
            return {"weight": Figure(found.group(0), Decimal(found.group(1)), cell.row, cell.column, cell.page)}
    return {}


def numbered_formulas(numbers: Mapping[int, tuple[str, str]]) -> dict[str, str]:
    """The formulas by the circled number that they define."""
    return {number: formula for number, formula in numbers.values() if formula}

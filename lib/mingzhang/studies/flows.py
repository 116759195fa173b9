"""Flows: one document's money on its printed way, source → function → basic or project → economic class, in 万元."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain

import pandas as pd

from ..dataset.printed import AmountRow
from ..dataset.schema import records
from .printed import of_form, sum_of, total_row
from .spending import SOURCES, economic, functions, revenue

#: From where, to where, how much; the step is the arrow's place on the way.
Link = tuple[int, str, str, Decimal]

COLUMNS = ("step", "source", "target", "amount", "source_printed", "target_printed")


def flows(amounts: pd.DataFrame) -> pd.DataFrame:
    """The flows of one document's amounts. Columns: step (0, 1, 2), source, target, amount, the printed totals of
    source and target.

    A node is the key of a source, a code, "basic", "project" or "unpublished". No table crosses functions with economic
    classes, so the last step starts at basic expenditure whole; what is not printed by class ends in "unpublished".
    """
    cells = records(AmountRow, amounts)
    totals = total_row(of_form(cells, "expenditure"))
    whole = {part: sum_of(cell for cell in totals if cell.measure == part) for part in ("basic", "project")}
    classes = [one for one in economic(cells) if one.topic == "economic" and len(one.key) == 3]
    published = next((one.whole for one in classes if one.whole is not None), Decimal())
    last: list[Link] = [(2, "basic", one.key, one.amount) for one in classes]
    last += [(2, "basic", "unpublished", whole["basic"] - published), (2, "project", "unpublished", whole["project"])]

    added: dict[tuple[int, str, str], Decimal] = {}
    for step, source, target, amount in (*first_steps(cells), *last):
        if amount > 0:
            added[step, source, target] = added.get((step, source, target), Decimal()) + amount
    printed = whole | {"unpublished": sum(whole.values(), -published)}
    printed |= {one.key: one.amount for one in chain(revenue(cells), functions(cells), classes)}
    rows = [(*link, amount, printed.get(link[1]), printed.get(link[2])) for link, amount in added.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def first_steps(cells: Sequence[AmountRow]) -> Iterator[Link]:
    """From sources to functions (收入表) and from functions to basic expenditure and projects (支出表), by their 类."""
    for cell in of_form(cells, "income"):
        for keys, key, _, _ in SOURCES:
            if cell.level == 1 and cell.measure in keys:
                yield 0, key, cell.code, cell.amount
    for cell in of_form(cells, "expenditure"):
        if cell.level == 1 and cell.measure in ("basic", "project"):
            yield 1, cell.code, cell.measure, cell.amount

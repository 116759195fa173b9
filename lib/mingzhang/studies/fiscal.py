"""Fiscal: the figures of all documents as one long table, each told by what it is of, with its best source.

A figure of the year before, printed beside this year's, is a figure of that year: so two documents that print the same
figure meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from .. import classification, forms, vocabulary
from ..clean import code_level
from ..dataset.printed import AmountRow, DocumentRow, FiscalRow
from ..reading.lines import WORDS, bare
from .printed import of_projects

_WORDS = vocabulary.toml("fiscal")
_RANK = {form: place for place, form in enumerate(_WORDS["forms"])}


class Key(NamedTuple):
    """What a figure is of. `name` tells figures without a code apart (sources of revenue)."""

    agency_id: str
    fiscal_year: int
    scope: str
    stage: str
    side: str
    fund: str
    classification: str
    code: str
    item: str
    name: str

    def __str__(self) -> str:
        return "/".join(str(part) for part in self if part)


class Source(NamedTuple):
    """One printed figure under its key."""

    key: Key
    amount: AmountRow


def fiscal_rows(found: Iterable[Source]) -> Iterator[FiscalRow]:
    """The rows of `fiscal`, in the order of their keys, from the figures of all documents of an agency."""
    for key, sources in same_figure(unnamed(list(found))):
        best, *others = sorted(sources, key=belief)
        row = best.amount
        yield FiscalRow(fiscal_id=str(key), **{name: value for name, value in key._asdict().items() if name != "name"},
                        level=code_level(key.code), name=row.name, amount=row.amount, unit=row.unit,
                        amount_id=row.amount_id, form=row.form, proof=row.proof,
                        other_ids=" ".join(one.amount.amount_id for one in others))


def sources_of(documents: Sequence[DocumentRow], amounts: Iterable[AmountRow]) -> list[Source]:
    """The figures that have a place in the long table: sums of money of an agency and year that are known."""
    known = {row.doc_id: row for row in documents if row.agency_id and row.fiscal_year}
    out = []
    for _, table in groupby(amounts, key=lambda row: row.table_id):
        rows = list(of_the_year([row for row in table if row.doc_id in known and row.form in _RANK]))
        if of_projects(rows):
            continue
        units = {row.agency_code for row in rows}
        found = [
            Source(key, row)
            for row in rows
            if (key := key_of(known[row.doc_id], row)) and not (row.agency_code and len(units) > 1)
        ]
        twice = repeated(found)
        partial = {classified(key) for key in twice if key.code}
        out += [one for one in found if one.key not in twice and classified(one.key) not in partial]
    return out


def classified(key: Key) -> Key | None:
    """What the lines of one classification have in common, None for a figure without a code."""
    return key._replace(code="", name="") if key.code else None


def of_the_year(rows: Sequence[AmountRow]) -> Iterator[AmountRow]:
    """The rows of a table, of a summary with the totals of the year (本年支出合计) for those that hold what is carried
    over as well (总计): into the former its classes divide.
    """
    year = {
        (row.side, row.column_index): row.row
        for row in rows
        if row.form in _WORDS["named"] and row.row_role == "subtotal" and WORDS["this_year"].match(bare(row.name))
    }
    for row in rows:
        mine = year.get((row.side, row.column_index))
        if mine == row.row:
            yield replace(row, row_role="total")
        elif mine is None or row.row_role != "total":
            yield row


def key_of(document: DocumentRow, row: AmountRow) -> Key | None:
    """What a figure is of; None for what is no sum of money or only details another row."""
    money = row.unit == "万元" and not {row.measure, row.item} & {*_WORDS["not_money"]}
    if not (money and row.side and row.stage and row.fund):
        return None
    year = document.fiscal_year or 0
    stage = _WORDS["stages"].get(row.stage, row.stage)
    code = row.code or (
        classification.functional_class(bare(row.name))
        if row.form in _WORDS["named"] and row.side == "expenditure"
        else ""
    )
    item = "basic" if code and row.form in _WORDS["basic"] else row.item
    if row.row_role not in ("item", "total") or (
        row.row_role == "item" and not code and item == "total" and row.side == "expenditure"
    ):
        return None
    name = "" if code or row.row_role == "total" or item != "total" else row.name
    earned = "income" in (row.measure, forms.measure_of(row.column.partition("/")[0]))
    side = "revenue" if earned else row.side  # 本年收入 beside 本年支出
    kind = "" if not code else "functional" if code.startswith("2") else "economic"
    return Key(document.agency_id, year - (stage != row.stage), document.scope, stage, side, row.fund, kind, code, item,
               name)


def repeated(found: Sequence[Source]) -> set[Key]:
    """The keys that stand more than once in a table with different figures: its rows are about something that they do
    not say.
    """
    amounts: dict[Key, set[Decimal]] = {}
    for one in found:
        amounts.setdefault(one.key, set()).add(one.amount.amount)
    return {key for key, values in amounts.items() if len(values) > 1}


def unnamed(found: Sequence[Source]) -> Iterator[Source]:
    """The sources, those of revenue from one fund without the names of their rows where all print the same amount: each
    table calls the fund otherwise (一般公共预算拨款收入, 合计 of a column).
    """
    amounts: dict[Key, set[Decimal]] = {}
    for one in found:
        amounts.setdefault(one.key._replace(name=""), set()).add(one.amount.amount)
    for one in found:
        bare = one.key._replace(name="")
        fund = bare.side == "revenue" and not bare.code and bare.fund in _WORDS["one_source"]
        yield one._replace(key=bare) if fund and len(amounts[bare]) == 1 else one


def same_figure(sources: Iterable[Source]) -> Iterator[tuple[Key, list[Source]]]:
    """The sources of each figure, in the order of the keys."""
    found: dict[Key, list[Source]] = {}
    for one in sources:
        found.setdefault(one.key, []).append(one)
    yield from sorted(found.items())


def belief(one: Source) -> tuple[object, ...]:
    """What is believed first: printed before inferred, more identities, a document of the year, the surer form."""
    row = one.amount
    return (row.reading != "printed", -(row.proof or 0), row.fiscal_year != one.key.fiscal_year, _RANK[row.form],
            row.amount_id)


def sums(rows: Sequence[FiscalRow]) -> Iterator[tuple[FiscalRow, list[FiscalRow]]]:
    """Each printed total with the rows of the highest codes into which the same money is divided (functional or
    economic).
    """
    parts: dict[tuple[object, ...], list[FiscalRow]] = {}
    for row in rows:
        parts.setdefault((*about(row), row.classification), []).append(row)
    for (*key, kind), totals in parts.items():
        for by in ("functional", "economic") if not kind else ():
            found = parts.get((*key, by), [])
            top = min((len(row.code) for row in found), default=0)
            if found and len(totals) == 1:
                yield totals[0], [row for row in found if len(row.code) == top]


def about(row: FiscalRow) -> tuple[object, ...]:
    """What a total and its parts have in common."""
    return row.agency_id, row.fiscal_year, row.scope, row.stage, row.side, row.fund, row.item

"""Spending: which printed figure answers which question, so that no money is counted twice, and the study's tables.

A document prints the same money many times: by function and by economic class, in summary and in detail, with and
without funds from elsewhere. Each question below therefore names the one form and the columns that answer it:

    revenue         收入表, its total row: a column a source
    split           支出表, its total row: basic and project; 基本支出(经济分类)表: personnel and public parts of basic
    function        支出表: 类, 款 and 项 of functions, all funds
    purpose         支出表: its deepest rows, each to one purpose (`PURPOSES`)
    economic        基本支出(经济分类)表: 类 and 款 of economic classes, basic expenditure of 一般公共预算
    economic_all    支出经济分类情况表: the same classes of all expenditure from that budget, where a document prints it
    three_public    “三公”经费表

The questions take the amounts of one document and give its figures; each figure keeps the amount_ids of the printed
figures that it comes from. `spending` puts them for every document of a dataset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ..clean import compact
from ..dataset.printed import AmountRow
from ..dataset.schema import by_document, records
from ..dataset.studied import SpendingRow
from . import measures
from .printed import TOTALS, deepest, of_form, pick, sum_of, total_row, whole_of

if TYPE_CHECKING:
    import pandas as pd

#: Decimal places of a share and of an amount per head in 万元.
SHARE_PLACES, HEAD_PLACES = 6, 4

#: Sources of revenue by the measure of their column: key, English name, Chinese name.
SOURCES: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (
        ("appropriation", "general_public", "government_fund", "state_capital"),
        "appropriation", "appropriation", "财政拨款",
    ),
    (("special_account",), "special_account", "special fiscal account", "财政专户"),
    (("superior_subsidy",), "superior_subsidy", "subsidy from above", "上级补助"),
    (("institution_income", "institution_business_income"), "institution", "institutional income", "事业和经营收入"),
    (("remitted_by_affiliates",), "affiliates", "remitted by affiliates", "附属单位上缴"),
    (("other_income",), "other", "other revenue", "其他收入"),
)

#: What money is for, by functional code: the longest prefix counts. Staff pensions, health and housing are paid under
#: 208, 210 and 221; 21004 is public health, epidemics among it.
PURPOSES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("enterprise", "support of SMEs", "支持中小企业发展和管理", ("21508",)),
    ("industry", "other industry", "其他资源勘探工业信息", ("215",)),
    ("administration", "administration", "一般公共服务和行政运行", ("201", "2150501", "2060101")),
    ("science", "science and technology", "科学技术", ("206",)),
    ("energy", "energy saving", "节能环保", ("211",)),
    ("public_health", "public health", "公共卫生", ("21004",)),
    ("welfare", "pensions, health, housing", "社保、卫生、住房", ("208", "210", "221")),
    ("other", "other", "其他", ("",)),
)

#: Parts of expenditure: key, English and Chinese name.
PARTS: dict[str, tuple[str, str]] = {
    "personnel": ("personnel", "人员经费"), "public": ("operating funds", "公用经费"),
    "basic_other": ("basic, not split", "其他资金的基本支出"), "project": ("projects", "项目支出"),
    "other": ("other", "其他支出"),
}

#: Parts of 三公: key, English and Chinese name, the measure of its column and the words of its row.
THREE_PUBLIC: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("abroad", "travel abroad", "因公出国（境）费", ("three_public_abroad",), r"^(?:[\d一二三][.、])?因公出国"),
    (
        "vehicles", "vehicles", "公务用车购置及运行费",
        ("three_public_vehicle", "three_public_vehicle_running"), r"公务用车购置[及和]运",
    ),
    ("reception", "reception", "公务接待费", ("three_public_reception",), r"公务接待费"),
)


def figure(topic: str, key: str, name: str, cells: Sequence[AmountRow], whole: Decimal | None,
           amount: Decimal | None = None) -> SpendingRow:
    """One figure from the printed cells that give it: their sum, unless `amount` says what follows from them."""
    value = sum_of(cells) if amount is None else amount
    share = measures.rounded(measures.share(value, whole), SHARE_PLACES)
    return SpendingRow(doc_id=cells[0].doc_id if cells else "", topic=topic, key=key, name=name, amount=value,
                       whole=whole, share=share, amount_ids=" ".join(cell.amount_id for cell in cells))


# --- the questions, each of one document -----------------------------------------------------------------------------


def revenue(cells: Sequence[AmountRow]) -> Iterator[SpendingRow]:
    """Revenue by source, as shares of total revenue. 财政拨款 counts once where its parts are printed too."""
    totals = total_row(of_form(cells, "income"))
    whole = next((cell.amount for cell in pick(totals, TOTALS)), None)
    for keys, key, _, name in SOURCES:
        found = [cell for cell in totals if cell.measure in keys]
        broad = [cell for cell in found if cell.measure == keys[0]]
        if sum_of(broad or found):
            yield figure("revenue", key, name, broad or found, whole)


def split(cells: Sequence[AmountRow]) -> Iterator[SpendingRow]:
    """Expenditure in personnel, operating funds (公用), other basic, project and other expenditure.

    The personnel and public parts come from the table of basic expenditure by economic class, which covers the general
    public budget alone; basic expenditure past their sum is `basic_other`. A document without that table has its basic
    expenditure there whole.
    """
    totals = total_row(of_form(cells, "expenditure"))
    if not totals:
        return
    whole = next((cell.amount for cell in pick(totals, TOTALS)), None)
    basic = [cell for cell in totals if cell.measure == "basic"]
    project = [cell for cell in totals if cell.measure == "project"]
    parts = personnel_and_public(
        of_form(cells, "basic_expenditure_economic") or of_form(cells, "appropriation_basic_economic")
    )
    rest = sum_of(basic) - sum((sum_of(part) for part in parts.values()), Decimal())
    found = [figure("split", key, PARTS[key][1], part, whole) for key, part in parts.items()]
    found.append(figure("split", "basic_other", PARTS["basic_other"][1], basic, whole, rest))
    found.append(figure("split", "project", PARTS["project"][1], project, whole))
    if whole is not None:
        found.append(
            figure("split", "other", PARTS["other"][1], totals[:1], whole, whole - sum_of(basic) - sum_of(project))
        )
    yield from (one for one in found if abs(one.amount) >= Decimal("0.02"))  # below: the printed figures' rounding


def personnel_and_public(cells: Sequence[AmountRow]) -> dict[str, list[AmountRow]]:
    """The cells that give a document's personnel and operating basic expenditure: the totals of their columns, else of
    their classes.

    Where a form has no such columns, classes 301 and 303 are personnel, all others operating funds (财政部
    部门预算支出经济分类科目).
    """
    found: dict[str, list[AmountRow]] = {}
    for key, measure, is_personnel in (("personnel", "basic_personnel", True), ("public", "basic_public", False)):
        own = [cell for cell in cells if cell.measure == measure]
        totals = [cell for cell in own if cell.row_role in ("total", "subtotal")]
        found[key] = totals[:1] or [cell for cell in own if len(cell.code) == 3]
        if not any(cell.measure in ("basic_personnel", "basic_public") for cell in cells):
            one = [cell for cell in pick(cells, ("basic", *TOTALS)) if len(cell.code) == 3]
            found[key] = [cell for cell in one if (cell.code in ("301", "303")) == is_personnel]
    return {key: value for key, value in found.items() if value}


def functions(cells: Sequence[AmountRow]) -> Iterator[SpendingRow]:
    """Expenditure by functional 类, 款 and 项 (`key` is the code), as shares of all expenditure."""
    rows = pick(of_form(cells, "expenditure"), TOTALS)
    whole = whole_of(rows)
    for cell in rows:
        if cell.code:
            yield figure("function", cell.code, cell.name, [cell], whole)


def purpose_of(code: str) -> str:
    """The key of the purpose that a functional code serves."""
    return max((len(prefix), key) for key, _, _,
               prefixes in PURPOSES for prefix in prefixes if code.startswith(prefix))[1]


def purposes(cells: Sequence[AmountRow]) -> Iterator[SpendingRow]:
    """Expenditure by purpose, from the deepest functional rows."""
    rows = pick(of_form(cells, "expenditure"), TOTALS)
    leaves, whole = deepest(rows), whole_of(rows)
    for key, _, name, _ in PURPOSES:
        own = [cell for cell in leaves if purpose_of(cell.code) == key]
        if sum_of(own):
            yield figure("purpose", key, name, own, whole)


def economic(cells: Sequence[AmountRow]) -> Iterator[SpendingRow]:
    """Expenditure by economic class and item: of basic expenditure, and of all expenditure where that is printed
    (`economic_all`).
    """
    preferred = ("basic", *TOTALS)
    for topic, form in (("economic", "basic_expenditure_economic"), ("economic_all", "economic_classification")):
        rows = of_form(cells, form) or (of_form(cells, "appropriation_basic_economic") if topic == "economic" else [])
        chosen = pick(rows, (*preferred, "basic_personnel", "basic_public"))
        whole = whole_of(pick(rows, preferred)) or sum_of(cell for cell in chosen if cell.level == 1)
        for cell in chosen:
            if cell.code and cell.amount:
                yield figure(topic, cell.code, cell.name, [cell], whole)


def three_public(cells: Sequence[AmountRow]) -> Iterator[SpendingRow]:
    """三公: its total and its three parts; the whole is all expenditure of the document (支出表)."""
    whole = whole_of(pick(of_form(cells, "expenditure"), TOTALS))
    printed = of_form(cells, "three_public")
    rows = pick(printed, TOTALS)
    heads = [
        cell for cell in printed if cell.measure in TOTALS and (cell.row_role in ("total", "subtotal") or not cell.name)
    ]
    named = [
        cell for cell in heads if "三公" in cell.name + cell.column
    ] or heads  # the total may be over 会议费 and 培训费 too
    if named:
        yield figure("three_public", "total", "“三公”经费", named[:1], whole)
    for key, _, name, keys, words in THREE_PUBLIC:
        part = [cell for cell in rows if re.search(words, compact(cell.name))] or pick(printed, keys)
        if part:
            yield figure("three_public", key, name, part[:1], whole)


QUESTIONS: tuple[Callable[[Sequence[AmountRow]], Iterator[SpendingRow]], ...] = (
    revenue, split, functions, purposes, economic, three_public,
)


def staff(cells: Iterable[AmountRow]) -> Decimal | None:
    """Staff in post (在职人数) where a document states it, all its units together, in persons."""
    heads = [cell for cell in cells if cell.form == "staffing" and cell.measure == "headcount"]
    return sum_of(total_row(heads) or heads) if heads else None


def figures(cells: Sequence[AmountRow]) -> list[SpendingRow]:
    """All questions' figures of one document, a key of a topic once, with the amount per head where it states its
    staff.
    """
    heads = staff(cells)
    unique: dict[tuple[str, str], SpendingRow] = {}
    for question in QUESTIONS:
        for one in question(cells):
            per_head = measures.rounded(measures.per_head(one.amount, heads), HEAD_PLACES)
            unique.setdefault(
                (one.topic, one.key), replace(one, doc_id=cells[0].doc_id, staff=heads, per_head=per_head)
            )
    return list(unique.values())


def spending(amounts: pd.DataFrame) -> pd.DataFrame:
    """All figures of every document of a dataset's amounts in one tidy frame, one row per `SpendingRow`."""
    found = [one for _, cells in by_document(records(AmountRow, amounts)) for one in figures(cells)]
    return SpendingRow.resource.frame(found)

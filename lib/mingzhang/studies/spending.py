"""Spending: which printed figure answers which question, so that no money is counted twice, and the study's tables.

A document prints the same money many times: by function and by economic class, in summary and in detail, with and without funds
from elsewhere. Each question below therefore names the one form and the columns that answer it:

    revenue         收入表, its total row: a column a source
    split           支出表, its total row: basic and project; 基本支出(经济分类)表 for the personnel and public parts of basic
    function        支出表: 类, 款 and 项 of functions, all funds
    purpose         支出表: its deepest rows, each to one purpose (`PURPOSES`)
    economic        基本支出(经济分类)表: 类 and 款 of economic classes, of basic expenditure from the general public budget
    economic_all    支出经济分类情况表: the same classes of all expenditure from that budget, where a document prints it
    three_public    “三公”经费表

All functions take the dataset's amounts, of one document or of many, and give tidy frames; each figure keeps the amount_ids of the
printed figures that it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from ..clean import compact
from . import measures

#: The columns of the figures of spending.csv, in order.
COLUMNS = ("doc_id", "topic", "key", "name", "amount", "whole", "share", "staff", "per_head", "amount_ids")
#: Decimal places of a share and of an amount per head in 万元.
SHARE_PLACES, HEAD_PLACES = 6, 4

#: Sources of revenue by the measure of their column: key, English name, Chinese name.
SOURCES: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (("appropriation", "general_public", "government_fund", "state_capital"), "appropriation", "appropriation", "财政拨款"),
    (("special_account",), "special_account", "special fiscal account", "财政专户"),
    (("superior_subsidy",), "superior_subsidy", "subsidy from above", "上级补助"),
    (("institution_income", "institution_business_income"), "institution", "institutional income", "事业和经营收入"),
    (("remitted_by_affiliates",), "affiliates", "remitted by affiliates", "附属单位上缴"),
    (("other_income",), "other", "other revenue", "其他收入"),
)  # fmt: skip

#: What money is for, by functional code: the longest prefix counts. Staff pensions, health and housing are paid under 208, 210 and 221.
PURPOSES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("enterprise", "support of SMEs", "支持中小企业发展和管理", ("21508",)),
    ("industry", "other industry", "其他资源勘探工业信息", ("215",)),
    ("administration", "administration", "一般公共服务和行政运行", ("201", "2150501", "2060101")),
    ("science", "science and technology", "科学技术", ("206",)),
    ("energy", "energy saving", "节能环保", ("211",)),
    ("welfare", "pensions, health, housing", "社保、卫生、住房", ("208", "210", "221")),
    ("other", "other", "其他", ("",)),
)  # fmt: skip

#: Parts of expenditure: key, English and Chinese name.
PARTS: dict[str, tuple[str, str]] = {
    "personnel": ("personnel", "人员经费"), "public": ("public use", "公用经费"),
    "basic_other": ("basic, not split", "其他资金的基本支出"), "project": ("projects", "项目支出"), "other": ("other", "其他支出"),
}  # fmt: skip

#: Measures of a column that holds the whole of a row, where a form has several the first of these.
TOTALS = ("total", "income", "final", "budget", "general_public", "amount")

#: Parts of 三公: key, English and Chinese name, the measure of its column and the words of its row.
THREE_PUBLIC: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("abroad", "travel abroad", "因公出国（境）费", ("three_public_abroad",), r"^(?:[\d一二三][.、])?因公出国"),
    ("vehicles", "vehicles", "公务用车购置及运行费", ("three_public_vehicle", "three_public_vehicle_running"), r"公务用车购置[及和]运"),
    ("reception", "reception", "公务接待费", ("three_public_reception",), r"公务接待费"),
)  # fmt: skip

_MONEY = "万元"


# --- picking printed figures -----------------------------------------------------------------------------------------


def of_form(amounts: pd.DataFrame, form: str) -> pd.DataFrame:
    """The money of a form, of each document's first table of that form that prints any (a second one details the first)."""
    chosen = amounts[(amounts["form"] == form) & (amounts["unit"] == _MONEY)]
    first = chosen.groupby("doc_id", sort=False)["table_id"].transform("first")
    return chosen[chosen["table_id"] == first]


def pick(rows: pd.DataFrame, preferred: Sequence[str]) -> pd.DataFrame:
    """One figure a printed row: of its columns the one whose measure comes first in `preferred` (leftmost where two have it)."""
    known = rows[rows["measure"].isin(preferred)]
    order = known["measure"].map({key: rank for rank, key in enumerate(preferred)})
    ranked = known.assign(_order=order).sort_values(["_order", "column_index"], kind="stable")
    return ranked.drop_duplicates(["table_id", "row", "code", "name"]).sort_index().drop(columns="_order")


def total_row(rows: pd.DataFrame) -> pd.DataFrame:
    """The cells of each table's first printed total (合计), or of the only row of a table that has but one."""
    alone = rows.groupby("table_id", sort=False)["row"].transform("nunique") == 1
    totals = rows[(rows["row_role"] == "total") | alone]
    return totals[totals["row"] == totals.groupby("table_id", sort=False)["row"].transform("min")]


def figure(doc_id: str, topic: str, key: str, name: str, cells: Iterable[Any], whole: Decimal | None) -> dict[str, Any]:
    """One figure of the study: the sum of printed cells (rows of amounts), the whole it is a share of, its source."""
    cells = list(cells)
    amount = sum((cell.amount for cell in cells), Decimal())
    return {
        "doc_id": doc_id, "topic": topic, "key": key, "name": name, "amount": amount, "whole": whole,
        "share": measures.rounded(measures.share(amount, whole), SHARE_PLACES),
        "amount_ids": " ".join(cell.amount_id for cell in cells),
    }  # fmt: skip


def _frame(figures: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(figures), columns=[name for name in COLUMNS if name not in ("staff", "per_head")])


def by_document(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each document, in order."""
    for doc_id, group in rows.groupby("doc_id", sort=False):
        yield str(doc_id), group


# --- the questions ---------------------------------------------------------------------------------------------------


def revenue(amounts: pd.DataFrame) -> pd.DataFrame:
    """Revenue of each document by source, as shares of its total revenue. 财政拨款 counts once where its parts are printed too."""

    def figures() -> Iterator[dict[str, Any]]:
        for doc_id, cells in by_document(total_row(of_form(amounts, "income"))):
            whole = next(iter(pick(cells, TOTALS)["amount"]), None)
            for keys, key, _, name in SOURCES:
                found = [cell for cell in cells.itertuples() if cell.measure in keys]
                broad = [cell for cell in found if cell.measure == keys[0]]
                yield figure(doc_id, "revenue", key, name, broad or found, whole)

    return _frame(row for row in figures() if row["amount"])


def split(amounts: pd.DataFrame) -> pd.DataFrame:
    """Expenditure in personnel, public use, other basic, project and other expenditure.

    The personnel and public parts come from the table of basic expenditure by economic class, which covers the general public budget
    alone; basic expenditure past their sum is `basic_other`. A document without that table has its basic expenditure there whole.
    """
    economic = dict(by_document(of_form(amounts, "basic_expenditure_economic")))

    def figures() -> Iterator[dict[str, Any]]:
        for doc_id, cells in by_document(total_row(of_form(amounts, "expenditure"))):
            printed = list(cells.itertuples())
            whole = next(iter(pick(cells, TOTALS)["amount"]), None)
            basic = [cell for cell in printed if cell.measure == "basic"]
            project = [cell for cell in printed if cell.measure == "project"]
            parts = personnel_and_public(economic[doc_id]) if doc_id in economic else {}
            for key, part in parts.items():
                yield figure(doc_id, "split", key, PARTS[key][1], part, whole)
            rest = _total(basic) - sum((_total(part) for part in parts.values()), Decimal())
            yield figure(doc_id, "split", "basic_other", PARTS["basic_other"][1], basic, whole) | _amount(rest, whole)
            yield figure(doc_id, "split", "project", PARTS["project"][1], project, whole)
            if whole is not None:
                other = figure(doc_id, "split", "other", PARTS["other"][1], printed[:1], whole)
                yield other | _amount(whole - _total(basic) - _total(project), whole)

    return _frame(row for row in figures() if abs(row["amount"]) >= Decimal("0.02"))  # below: the printed figures' rounding


def _total(cells: Iterable[Any]) -> Decimal:
    return sum((cell.amount for cell in cells), Decimal())


def _amount(amount: Decimal, whole: Decimal | None) -> dict[str, Any]:
    return {"amount": amount, "share": measures.rounded(measures.share(amount, whole), SHARE_PLACES)}


def personnel_and_public(rows: pd.DataFrame) -> dict[str, list[Any]]:
    """The cells that give a document's personnel and public basic expenditure: the totals of their columns, else of their classes.

    Where a form has no such columns, classes 301 and 303 are personnel, all others public use (财政部 部门预算支出经济分类科目).
    """
    cells = list(rows.itertuples())
    found: dict[str, list[Any]] = {}
    for key, measure, classes in (("personnel", "basic_personnel", ("301", "303")), ("public", "basic_public", ())):
        own = [cell for cell in cells if cell.measure == measure]
        totals = [cell for cell in own if cell.row_role in ("total", "subtotal")]
        found[key] = totals[:1] or [cell for cell in own if len(cell.code) == 3]
        if not any(cell.measure in ("basic_personnel", "basic_public") for cell in cells):
            one = [cell for cell in pick(rows, ("basic", *TOTALS)).itertuples() if len(cell.code) == 3]
            found[key] = [cell for cell in one if (cell.code in ("301", "303")) == bool(classes)]
    return {key: value for key, value in found.items() if value}


def functions(amounts: pd.DataFrame) -> pd.DataFrame:
    """Expenditure of each document by functional 类, 款 and 项 (`key` is the code), as shares of all expenditure."""
    rows = pick(of_form(amounts, "expenditure"), TOTALS)
    return _frame(
        figure(doc_id, "function", cell.code, cell.name, [cell], whole)
        for doc_id, cells, whole in ((doc_id, cells, _whole(cells)) for doc_id, cells in by_document(rows))
        for cell in cells[cells["code"] != ""].itertuples()
    )


def _whole(rows: pd.DataFrame) -> Decimal | None:
    return next(iter(total_row(rows)["amount"]), None)


def deepest(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows whose code is not the beginning of another one's: together they are the whole, each yuan once."""
    codes = set(rows["code"])
    parents = {code[:length] for code in codes for length in (3, 5) if length < len(code)}
    return rows[(rows["code"] != "") & ~rows["code"].isin(parents)]


def purpose_of(code: str) -> str:
    """The key of the purpose that a functional code serves."""
    return max((len(prefix), key) for key, _, _, prefixes in PURPOSES for prefix in prefixes if code.startswith(prefix))[1]


def purposes(amounts: pd.DataFrame) -> pd.DataFrame:
    """Expenditure of each document by purpose, from its deepest functional rows."""
    rows = pick(of_form(amounts, "expenditure"), TOTALS)

    def figures() -> Iterator[dict[str, Any]]:
        for doc_id, cells in by_document(rows):
            leaves, whole = list(deepest(cells).itertuples()), _whole(cells)
            for key, _, name, _ in PURPOSES:
                yield figure(doc_id, "purpose", key, name, [cell for cell in leaves if purpose_of(cell.code) == key], whole)

    return _frame(row for row in figures() if row["amount"])


def economic(amounts: pd.DataFrame) -> pd.DataFrame:
    """Expenditure by economic class and item: of basic expenditure, and of all expenditure where that is printed (`economic_all`)."""
    preferred = ("basic", *TOTALS)

    def figures() -> Iterator[dict[str, Any]]:
        for topic, form in (("economic", "basic_expenditure_economic"), ("economic_all", "economic_classification")):
            for doc_id, cells in by_document(of_form(amounts, form)):
                chosen = pick(cells, (*preferred, "basic_personnel", "basic_public"))
                whole = _whole(pick(cells, preferred)) or _total(chosen[chosen["level"] == 1].itertuples())
                for cell in chosen[(chosen["code"] != "") & (chosen["amount"] != 0)].itertuples():
                    yield figure(doc_id, topic, cell.code, cell.name, [cell], whole)

    return _frame(figures())


def three_public(amounts: pd.DataFrame) -> pd.DataFrame:
    """三公: its total and its three parts; the whole is all expenditure of the document (支出表)."""
    wholes = {doc_id: _whole(rows) for doc_id, rows in by_document(pick(of_form(amounts, "expenditure"), TOTALS))}

    def figures() -> Iterator[dict[str, Any]]:
        for doc_id, cells in by_document(of_form(amounts, "three_public")):
            rows = list(pick(cells, TOTALS).itertuples())
            heads = [cell for cell in cells.itertuples() if cell.measure in TOTALS and (cell.row_role in ("total", "subtotal") or not cell.name)]
            named = [cell for cell in heads if "三公" in cell.name + cell.column] or heads  # the total may be over 会议费 and 培训费 too
            yield figure(doc_id, "three_public", "total", "“三公”经费", named[:1], wholes.get(doc_id))
            for key, _, name, keys, words in THREE_PUBLIC:
                part = [row for row in rows if re.search(words, compact(row.name))] or [
                    row for row in pick(cells, keys).itertuples() if row.measure in keys
                ]
                yield figure(doc_id, "three_public", key, name, part[:1], wholes.get(doc_id))

    return _frame(row for row in figures() if row["amount_ids"])


def staff(amounts: pd.DataFrame) -> dict[str, Decimal]:
    """Staff in post (在职人数) of each document that states it, all its units together, in persons."""
    heads = amounts[(amounts["form"] == "staffing") & (amounts["measure"] == "headcount")]
    counted = {}
    for doc_id, rows in by_document(heads):
        totals = total_row(rows)
        counted[doc_id] = _total((totals if len(totals) else rows).itertuples())
    return counted


def spending(amounts: pd.DataFrame) -> pd.DataFrame:
    """All questions' figures in one tidy frame, with staff and the amount per head where the document states staff."""
    parts = [question(amounts) for question in (revenue, split, functions, purposes, economic, three_public)]
    table = pd.concat(parts, ignore_index=True)
    heads = staff(amounts)
    table["staff"] = [heads.get(doc_id) for doc_id in table["doc_id"]]
    table["per_head"] = [
        measures.rounded(measures.per_head(amount, heads.get(doc_id)), HEAD_PLACES)
        for doc_id, amount in zip(table["doc_id"], table["amount"], strict=True)
    ]
    order = {doc_id: number for number, doc_id in enumerate(dict.fromkeys(amounts["doc_id"]))}
    ranked = table.assign(_order=table["doc_id"].map(order)).sort_values("_order", kind="stable")
    return ranked[list(COLUMNS)].drop_duplicates(["doc_id", "topic", "key"]).reset_index(drop=True)


# --- flows of one document -------------------------------------------------------------------------------------------


def flows(amounts: pd.DataFrame) -> pd.DataFrame:
    """The printed flows of one document's money: source → function → basic or project → economic class, in 万元.

    Columns: step (0, 1, 2), source, target, amount, and the printed totals of source and target. A node is the key of a source, a code,
    "basic", "project" or "unpublished". No table crosses functions with economic classes, so the last step starts at basic expenditure
    whole; what is not printed by class ends in "unpublished".
    """
    income, spent = of_form(amounts, "income"), of_form(amounts, "expenditure")
    classes = economic(amounts).query("topic == 'economic' and key.str.len() == 3")
    links: dict[tuple[int, str, str], Decimal] = {}
    for cell in income[income["level"] == 1].itertuples():
        for keys, key, _, _ in SOURCES:
            if cell.measure in keys:
                _add(links, (0, key, cell.code), cell.amount)
    for cell in spent[(spent["level"] == 1) & spent["measure"].isin(("basic", "project"))].itertuples():
        _add(links, (1, cell.code, cell.measure), cell.amount)
    totals = total_row(spent)
    whole = {part: _total(totals[totals["measure"] == part].itertuples()) for part in ("basic", "project")}
    published = next(iter(classes["whole"]), Decimal())
    for row in classes.itertuples():
        _add(links, (2, "basic", row.key), row.amount)
    _add(links, (2, "basic", "unpublished"), whole["basic"] - published)
    _add(links, (2, "project", "unpublished"), whole["project"])

    printed = whole | {"unpublished": sum(whole.values(), -published)}
    for figures in (revenue(amounts), functions(amounts), classes):
        printed |= dict(zip(figures["key"], figures["amount"], strict=True))
    rows = [(*key, value, printed.get(key[1]), printed.get(key[2])) for key, value in links.items()]
    return pd.DataFrame(rows, columns=["step", "source", "target", "amount", "source_printed", "target_printed"])


def _add(links: dict[tuple[int, str, str], Decimal], link: tuple[int, str, str], amount: Decimal) -> None:
    if amount > 0:
        links[link] = links.get(link, Decimal()) + amount

"""Formulas: the declared rules across tables become identities between the places of one document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from ..reading.columns import Column
from ..reading.lines import Line
from .identities import within
from .identity import Identity
from .rules import ACROSS, CONDITIONS, FORMS, MEASURES_COMPARED, Rule
from .sheets import Sheet

_TERM = re.compile(r"(?P<form>[a-z_]+)(?:\.(?P<side>revenue|expenditure))?(?:\[(?P<row>[^\]]+)\])?"
                   r"(?:<(?P<item>\w+)>)?(?:\.(?P<column>[\w/]+))?")


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a formula; see `rules`."""

    sign: int
    form: str
    side: str
    row: str
    column: str
    item: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A rule's formula, read."""

    left: tuple[Term, ...]
    op: str
    right: tuple[Term, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term.form for term in (*self.left, *self.right)))


@cache
def read_formula(text: str) -> Formula:
    """Read a formula. Raises `ValueError` for one that does not follow the notation of `rules`."""
    left, op, right = re.split(r" (=|>=|~) ", text)
    return Formula(read_sum(left), op, read_sum(right))


def read_sum(text: str) -> tuple[Term, ...]:
    parts = re.split(r" ([+-]) ", text)
    signs = [1, *(1 if sign == "+" else -1 for sign in parts[1::2])]
    return tuple(read_term(part, sign) for part, sign in zip(parts[::2], signs, strict=True))


def read_term(text: str, sign: int = 1) -> Term:
    found = _TERM.fullmatch(text)
    if not found or found["form"] not in FORMS:
        raise ValueError(f"not a term: {text!r}")
    return Term(sign, found["form"], found["side"] or "", found["row"] or "total", found["column"] or "total",
                found["item"] or "")


# --- finding places --------------------------------------------------------------------------------------------------


def sheets_of(sheets: Sequence[Sheet], form: str) -> list[Sheet]:
    """The tables that a short name of `rules.FORMS` means."""
    key, fund = FORMS[form]
    found = [sheet for sheet in sheets if sheet.form == key]
    if not fund:
        return found
    mine = [sheet for sheet in found if sheet.fund == fund]
    return mine or ([sheet for sheet in found if sheet.fund == "all"] if fund == "general_public" else [])


def columns_of(sheet: Sheet, side: str, key: str, variant: str) -> list[Column]:
    """The columns of a table that a key names, one a panel; of several versions of a figure the wanted one."""
    usable = [c for c in sheet.columns if (not side or not c.side or c.side == side) and c.variant in ("", variant)]
    wanted = ("total", "income") if key == "all" else (key,)
    for one in wanted:
        exact = [column for column in usable if column.key == one]
        if exact:
            return exact
        lower = [column for column in usable if column.key.endswith("/" + one)]
        income = [column for column in lower if column.key == f"income/{one}"]
        if len(lower) == 1 or income:
            return income or lower
    return []


def lines_of(sheet: Sheet, key: str) -> list[Line]:
    """The lines that a row key names; 小计 is no total beside 合计; the one line of a table without codes is."""
    if key.isdigit():
        found = [line for line in sheet.lines if line.code == key]
        return found if len(found) == 1 else []
    named = [line for line in sheet.lines if line.key == key and (key == "this_year" or not line.code)]
    if not named and key == "total":
        rows = {(line.row, line.code) for line in sheet.lines}
        return list(sheet.lines) if len(rows) == 1 and not any(code for _, code in rows) else []
    return [line for line in named if line.role == "total"] or named


def find(sheet: Sheet, term: Term, variant: str) -> int | None:
    """The place that a term (without CODE and MEASURE) names in a table."""
    if term.item:
        return find_cell(sheet, "", "total", term.item, variant) or find_cell(sheet, "", term.item, "total", variant)
    for row in term.row.split("|"):
        place = find_cell(sheet, term.side, row, term.column, variant)
        if place is not None:
            return place
    return None


def find_cell(sheet: Sheet, side: str, row: str, column: str, variant: str) -> int | None:
    columns = columns_of(sheet, side, column, variant)
    found = [place for line in lines_of(sheet, row) for one in columns
             if one.panel == line.panel and (place := sheet.place(line.row, one.index)) is not None]
    return next((place for place in found if sheet.ledger.values[place] is not None), next(iter(found), None))


# --- rules to identities ---------------------------------------------------------------------------------------------


def identities_of(sheets: Sequence[Sheet], kind: str) -> Iterator[Identity]:
    """Every identity of the tables of a document, inside each and across them; `kind` is budget or final_accounts."""
    yield from (one for sheet in sheets for one in within(sheet))
    yield from across(sheets, kind)


def across(sheets: Sequence[Sheet], kind: str) -> Iterator[Identity]:
    """The identities that the rules across tables give for a document; `kind` is budget or final_accounts."""
    variant = "final" if kind == "final_accounts" else "initial_budget"
    filled = [sheet for sheet in sheets if not sheet.is_empty]
    met = {name for name in CONDITIONS if holds(filled, name, variant)}
    for rule in ACROSS:
        if met.issuperset(rule.when):
            yield from of_rule(rule, filled, variant)


def holds(sheets: Sequence[Sheet], condition: str, variant: str) -> bool:
    """Whether all figures of a condition are zero or not printed; if a table for them is missing, nothing is known."""
    terms = [read_term(text) for text in CONDITIONS[condition]]
    if not all(sheets_of(sheets, form) for form in {term.form for term in terms}):
        return False
    return not any(
        sheet.number(line.row, column.index)
        for term in terms for sheet in sheets_of(sheets, term.form) for line in lines_of(sheet, term.row)
        for column in columns_of(sheet, term.side, "total", variant) if column.panel == line.panel
    )


def why_not(rule: Rule, sheets: Sequence[Sheet]) -> str:
    """Why a rule could not be asked of a document, in words."""
    there = {sheet.form for sheet in sheets if not sheet.is_empty}
    missing = [FORMS[form][0] for form in read_formula(rule.formula).forms if FORMS[form][0] not in there]
    if missing:
        return f"no figures of {', '.join(dict.fromkeys(missing))}"
    return (f"one side is not printed{f', or not {list(rule.when)}' if rule.when else ''}"
            .replace("_", " ").replace("'", ""))


def of_rule(rule: Rule, sheets: Sequence[Sheet], variant: str) -> Iterator[Identity]:
    """The identities of one rule, over every table, code and measure that it can be asked of."""
    formula = read_formula(rule.formula)
    for chosen in product(*(sheets_of(sheets, form) for form in formula.forms)):
        by_form = dict(zip(formula.forms, chosen, strict=True))
        for measure in MEASURES_COMPARED if "MEASURE" in rule.formula else ("",):
            for code in codes_in(by_form) if "CODE" in rule.formula else ("",):
                found = placed(rule, formula, by_form, code, measure, variant)
                if found:
                    yield found


def codes_in(sheets: dict[str, Sheet]) -> list[str]:
    """The codes that every table prints."""
    first, *rest = ([line.code for line in sheet.lines if line.code] for sheet in sheets.values())
    return [code for code in dict.fromkeys(first) if all(code in other for other in rest)]


def placed(rule: Rule, formula: Formula, sheets: dict[str, Sheet], code: str, measure: str,
           variant: str) -> Identity | None:
    """A formula with its places, or None where one of them is missing (a sum marked ~ does without)."""
    sides: list[tuple[tuple[int, int], ...]] = []
    for terms in (formula.left, formula.right):
        found = []
        for term in terms:
            row, column = code if term.row == "CODE" else term.row, measure if term.column == "MEASURE" else term.column
            place = find(sheets[term.form], Term(term.sign, term.form, term.side, row, column, term.item), variant)
            if place is not None:
                found.append((term.sign, place))
            elif formula.op != "~":
                return None
        if not found:
            return None
        sides.append(tuple(found))
    ledger = next(iter(sheets.values())).ledger
    titles = {sheet.table.table_id: sheet.table.title for sheet in sheets.values()}
    names = [" + ".join(f"{titles[ledger.places[p].table_id]} [{ledger.places[p].label}]" for _, p in side)
             for side in sides]
    if sides[0] == sides[1]:
        return None
    return Identity(rule.id, rule.scope, f"{names[0]} {formula.op} {names[1]}", sides[0], sides[1], formula.op)

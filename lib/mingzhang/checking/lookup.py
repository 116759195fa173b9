"""Lookup: the printed figure of a claim, by form, row, fund, item and stage (vocabulary/narrative.toml, places)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from ..classification import normal
from ..clean import compact
from ..disclosure import Disclosure
from ..narrative.claims import Claim
from ..reading.columns import NOT_ADDED
from ..table import Table
from ..vocabulary import first, pattern, patterns, toml

#: Forms whose lines are functional codes, the widest money last.
BY_CODE = ("general_public_expenditure", "appropriation_expenditure", "government_fund", "state_capital", "expenditure")
#: Forms that print the money of all funds.
ALL_FUNDS = ("expenditure", "income_expenditure_summary")
#: Which form prints a code's money of one fund.
CODE_FORMS = {"government_fund": ("government_fund",), "state_capital": ("state_capital",), "": (*BY_CODE, *ALL_FUNDS)}
STAGES = patterns("narrative", "stages")
FUNDS = patterns("narrative", "funds")
SCOPES = dict(patterns("narrative", "scopes"))
#: Stages of a budget: a table that prints only one of them may head it simply 预算数.
BUDGETS = ("initial_budget", "adjusted_budget")
_ORDINAL = re.compile(r"^(?:其中[:：]?)?(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|"
                      r"\d{1,2}[.、．](?!\d))?(?:其中[:：]?)?")
_EXPRESSIONS = ("subject", "within", "without", "row")
#: The stage that a subject names at its end; the name of a fund ends so too.
_STAGE = re.compile(r"(?<!公共)(?<!基金)(?<!经营)(?:预算|决算)数?$")
_MARKS = re.compile(r"[“”\"\s]|^本年|^当年")


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed sum of money in 万元, what it is of, and half of its last printed digit."""

    id: str
    page: int
    title: str
    form: str
    side: str
    fund: str
    stage: str
    item: str
    code: str
    name: str
    role: str
    amount: Decimal
    half: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """Where figures of a subject stand: what it and its whole or section match, and what the figures must be."""

    subject: re.Pattern[str]
    within: re.Pattern[str] | None
    without: re.Pattern[str] | None
    row: re.Pattern[str] | None
    wanted: Mapping[str, Sequence[str]]

    def is_about(self, claim: Claim, about: str) -> bool:
        """Whether the whole and the headings of a claim are what the place asks for."""
        before = about + claim.sentence.partition(claim.raw)[0]
        return (not (self.without and self.without.search(before))
                and bool(self.within.search(about) if self.within else unbound(claim)))

    def holds(self, figure: Figure, subject: str) -> bool:
        """Whether a figure is of the subject: without row and role, a place wants a row so named or the only item."""
        return all(getattr(figure, key) in values for key, values in self.wanted.items()) and (
            bool(self.row.search(figure.name)) if self.row
            else "role" in self.wanted or "item" in self.wanted or figure.name == subject
        )


@cache
def places() -> tuple[Place, ...]:
    """The declared places, in the order of the file. Raises `BadVocabulary`."""
    return tuple(read_place(number, entry) for number, entry in enumerate(toml("narrative")["places"], 1))


def read_place(number: int, entry: Mapping[str, Any]) -> Place:
    words = {key: pattern(entry[key], f"narrative.toml places {number} {key}") for key in _EXPRESSIONS if key in entry}
    wanted = {key: [value] if isinstance(value, str) else value for key, value in entry.items() if key not in words}
    return Place(words["subject"], words.get("within"), words.get("without"), words.get("row"), wanted)


@dataclass(frozen=True)
class Printed:
    """The figures of a document's tables, to look up what its narrative states."""

    document: Disclosure

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for table in self.document.tables for figure in figures_of(table))

    @property
    def year(self) -> int | None:
        return int(self.document.source.fiscal_year) if self.document.source.fiscal_year.isdigit() else None

    @cached_property
    def known(self) -> set[Decimal]:
        """Every sum that the tables print."""
        return {figure.amount for figure in self.figures}

    @cached_property
    def own(self) -> str:
        """The stage of a figure of which the text says no more."""
        return "final" if self.document.source.kind == "final_accounts" else "initial_budget"

    def stage(self, claim: Claim) -> str:
        """The stage of an amount, as in `amounts`: budget if the text names none, "" for a year that no table
        prints."""
        said = first(STAGES, claim.measure or "".join(_STAGE.findall(plain(claim.subject))))
        year = int(claim.year) if claim.year.isdigit() else None
        if self.year and year and year not in (self.year, self.year - 1):
            return ""
        if (claim.year and not claim.year.isdigit()) or (self.year and year == self.year - 1):
            return ("prior_year_budget" if said in ("budget", *BUDGETS) else "prior_year_final"
                    if said or self.own == "final" else "prior_year")
        if self.own == "initial_budget":
            return "prior_year_final" if said == "final" and year != self.year else "initial_budget"
        return said or "final"

    def of(self, claim: Claim, stage: str) -> list[Figure]:
        """The figures of a claim's subject at a stage; several where more than one table prints it."""
        found = list(self.named(claim))
        exact = [figure for figure in found
                 if figure.stage == stage or (stage == "prior_year" and figure.stage.startswith(stage))]
        if exact or stage not in ("budget", *BUDGETS):
            return exact
        return [figure for figure in found if figure.stage in BUDGETS and self.own == "final"]

    def named(self, claim: Claim) -> Iterator[Figure]:
        """The figures of a claim's subject, of every stage."""
        code = claim.code or self.code_of(claim.path) if claim.code or claim.path else self.by_name(claim)
        if code or claim.path:
            fund = self.fund(claim)
            forms = CODE_FORMS.get(fund, BY_CODE[:2])
            item = next((key for key in ("project", "basic") if SCOPES[key].search(claim.parent)), "total")
            found = [f for f in self.figures
                     if f.form in forms and f.item == item and self.is_of(f, code) and f.fund in self.totals[f.form]]
            if code and (fund or any(figure.form in ALL_FUNDS for figure in found)):
                yield from found
            return
        if plain(claim.parent) in self.names.values():
            return  # 基本支出 of a class
        subject, about = plain(claim.subject), plain(f"{claim.parent}/{claim.section}")
        for place in places():
            if place.subject.search(subject) and place.is_about(claim, about):
                found = [figure for figure in self.figures if place.holds(figure, subject)]
                if found:
                    yield from found
                    return

    def is_of(self, figure: Figure, code: str) -> bool:
        """Whether a figure is of a code; in a summary by the name of its 类."""
        summary = figure.form == "income_expenditure_summary" and figure.side == "expenditure" and not figure.code
        return (figure.code == code
                or (summary and code in self.names and normal(figure.name) == normal(self.names[code])))

    @cached_property
    def totals(self) -> Mapping[str, set[str]]:
        """Of each form the fund of its 合计 column: the one that most of its coded totals have."""
        out: dict[str, set[str]] = {}
        for form in {figure.form for figure in self.figures}:
            funds = [f.fund for f in self.figures if f.form == form and f.item == "total"]
            out[form] = {"all"} if "all" in funds and form == "expenditure" else set(funds)
        return out

    def fund(self, claim: Claim) -> str:
        """The money that a claim speaks of, by its whole or the heading above it."""
        return (first(FUNDS, claim.parent) or first(FUNDS, claim.section.rpartition("/")[2])
                or first(FUNDS, claim.section))

    def code_of(self, path: str) -> str:
        """The code of 类/款/项 names: of the only functional line so named whose 类 is named like theirs.

        An item may be called with the name of its 款 before its own.
        """
        *above, name = map(normal, path.split("/"))
        found = {
            code for code, printed in self.names.items()
            if (len(code) == 3 + 2 * len(above) and normal(printed) == name
                and (not above or normal(self.names.get(code[:3], "")) == above[0]))
            or (not above and len(code) == 7 and normal(self.names.get(code[:5], "")) + normal(printed) == name)
        }
        return found.pop() if len(found) == 1 else ""

    def by_name(self, claim: Claim) -> str:
        """The code of the one class that a claim of the general public budget names without 类, 款 or 项."""
        about = claim.section.rpartition("/")[2] + claim.parent
        found = ([code for code, name in self.names.items() if name == plain(claim.subject)]
                 if "一般公共预算" in about else [])
        return found[0] if len(found) == 1 else ""

    def is_narrowed(self, claim: Claim) -> bool:
        """Whether a claim is of a part of the body or of another one, by the words before it."""
        before = re.split("[。；;]", claim.sentence.partition(claim.raw)[0])[-1]
        body, source = SCOPES["body"].match(compact(before)), self.document.source
        return bool(SCOPES["part"].search(f"{claim.parent}{before}") or (
            body and not same_body(body["body"], compact(source.org), source.province, source.region)))

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of the functional codes, as the tables print them."""
        return {figure.code: figure.name for figure in self.figures if figure.code and figure.form in BY_CODE}


def figures_of(table: Table) -> Iterator[Figure]:
    """The sums of money of a fiscal table."""
    summed = {fact.row for fact in table.facts if fact.measure == "total"}
    for fact in table.facts:
        plain_money = (fact.item != "total" or fact.measure not in ("amount", "income") or fact.row not in summed
                       or table.account == "income")
        if fact.unit == "万元" and fact.measure not in NOT_ADDED and plain_money:
            yield Figure(f"{table.table_id}/r{fact.row}c{fact.column}", fact.page, table.title, table.account,
                         fact.side, fact.fund, fact.stage, fact.item, fact.code, bare(fact.name), fact.row_role,
                         fact.amount, fact.precision / 2)


def bare(name: str) -> str:
    """A row's name without its number."""
    return _ORDINAL.sub("", compact(name))


def plain(subject: str) -> str:
    """A subject without blanks, quotes and 本年, with half-width brackets, for comparing."""
    return _MARKS.sub("", compact(subject))


def key(subject: str) -> str:
    """A subject without the stage at its end and 财政拨款 around it: 公务接待费预算 is 公务接待费."""
    return (re.sub(r"(?<=经费)财政拨款(?:支出)?$|^财政拨款(?=三公)|(?:预算|决算)数?$", "", plain(subject))
            or plain(subject))


def unbound(claim: Claim) -> bool:
    """Whether a claim is of a whole, not of a part of something."""
    return not claim.parent or plain(claim.parent) == plain(claim.subject)


def certain(figures: Sequence[Figure]) -> bool:
    """Whether it is clear what is expected: all figures are the same, or of one row of one form."""
    return (len({figure.amount for figure in figures}) == 1
            or bool(figures[0].code and len({figure.form for figure in figures}) == 1))


def same_body(printed: str, org: str, province: str, region: str) -> bool:
    """Whether an agency's name in a heading may stand for the publisher's: shorter forms of the name do.

    A name that gives the province and leaves out the region is another agency's: that of the province.
    """
    one, two = (re.sub(r"\([^()]*\)", "", name) for name in (printed, org))
    if one in two or two in one:
        return True
    if region and province and one.startswith(province) and compact(region) in two and compact(region) not in one:
        return False
    rest = iter(two)
    return all(char in rest for char in one)

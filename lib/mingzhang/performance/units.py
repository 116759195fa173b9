"""Units: money printed in 元 under a label that says 万元, told by sums of the same document whose unit is certain.

A figure is read as 元 where the document proves it: its ten-thousandth is the ceiling of the project's own cost
indicator, a sum in the form's words or a figure of a table in 万元, or the figure dwarfs all the document's money. One
sum that equals a figure as it stands, in 万元, and nothing is changed; what no one believes is then told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from ..clean import compact, in_wan_yuan, parse_number
from ..vocabulary import pattern, within
from . import design
from .model import MONEY, Figure, Fund, Project
from .words import word

if TYPE_CHECKING:  # tables stand above this room
    from ..table import Table

WAN = Decimal(10_000)


@cache
def rule(name: str) -> Decimal:
    """A declared number of performance.toml [units]."""
    return Decimal(within("performance", "units")[name])


@dataclass(frozen=True)
class Money:
    """A project's money that is taken for 万元 as it is printed, and the sums with a unit of their own, in 万元.

    `sums` are stated in words, `ceilings` by indicators of cost; `hints` are sums in 元, which share their digits with
    a figure of either unit and prove nothing by themselves.
    """

    project: Project
    figures: tuple[Decimal, ...]
    sums: frozenset[Decimal]
    ceilings: frozenset[Decimal]
    hints: frozenset[Decimal]

    def proof(self, known: frozenset[Decimal], most: Decimal | None) -> str:
        """What proves that the money is in 元, in words; "" if nothing does. `known` are the document's sums, `most`
        the largest."""
        for one in self.figures if self.is_one_size else ():
            share = one / WAN
            if one < rule("least"):
                continue
            if share in self.ceilings and (digits(share) >= rule("ceiling_digits") or one >= rule("implausible")):
                return f"{one:f} is {share:f}万元 in its cost indicator"
            if share in self.sums and digits(share) >= rule("digits"):
                return f"{one:f} is {share:f}万元 in its words"
            if share in known and digits(share) >= rule("table_digits"):
                return f"{one:f} is {share:f}万元 in another table"
            if most and one > rule("beyond") * most:
                return f"{one:f} is far above the {most:f}万元 of the document's own tables"
        return ""

    def opposed(self, known: frozenset[Decimal]) -> bool:
        """Whether a figure is in 万元 as it stands, by its own form or another table."""
        stated = any(one in self.ceilings | self.sums and digits(one) >= rule("digits") for one in self.figures)
        return stated or any(one in known and digits(one) >= rule("table_digits") for one in self.figures)

    @property
    def hinted(self) -> bool:
        """Whether a sum of the form, of any size, is the ten-thousandth of a figure."""
        return any(one / WAN in self.ceilings | self.sums | self.hints for one in self.figures)

    @property
    def is_one_size(self) -> bool:
        """Whether no figure is so much smaller than another that the two may be in different units."""
        return bool(self.figures) and max(self.figures) < WAN * min(self.figures)


def settled_units(tables: Sequence[Table]) -> tuple[tuple[Table, ...], list[str]]:
    """The tables with their projects' money in 万元, and a line on each table of which another unit was inferred or is
    wanting."""
    known = frozenset(fact.amount for table in tables for fact in table.facts if fact.unit == "万元" and certain(table))
    most = max(known, default=None)
    monies = {table.table_id: [money_of(table, one) for one in table.projects] for table in tables}
    every = [one for found in monies.values() for one in found if one.figures]
    opposed = any(one.opposed(known) for one in every)
    proofs = {id(one): proof for one in every if not opposed and (proof := one.proof(known, most))}
    if len(proofs) >= rule("forms"):
        least = min(rule("least"), *(min(one.figures) for one in every if id(one) in proofs))
        shared = f"the money of {len(proofs)} forms of the document is, by their own words or its tables"
        proofs = {id(one): shared for one in every if one.is_one_size
            and (min(one.figures) >= least or one.hinted)} | proofs
    huge = len(every) >= rule("implausible_projects") and all(min(one.figures) >= rule("least") for one in every)
    absurd = {
        id(one) for one in every if (huge or max(one.figures) >= rule("implausible"))
        and not one.opposed(known) and max(one.figures) > (most or 0)
    } - proofs.keys()
    out, told = [], []
    for table in tables:
        mine = monies[table.table_id]
        found = next((proofs[id(one)] for one in mine if id(one) in proofs), "")
        if found:
            projects = tuple(in_yuan(one.project) if id(one) in proofs else one.project for one in mine)
            told.append(
                f"{table.table_id}: its money is printed in 元, not {table.unit or '万元'}, and was read so: {found}")
            table = replace(table, projects=projects)
        if doubted := [one for one in mine if id(one) in absurd]:
            told.append(
                f"{table.table_id}: {max(doubted[0].figures):f} is implausible in 万元, but nothing proves another "
                "unit")
        out.append(table)
    return tuple(out), told


def certain(table: Table) -> bool:
    """Whether the unit of a fiscal table is printed."""
    return table.layout is not None and "unit" not in table.layout.inferred


def digits(value: Decimal) -> int:
    """The significant digits of a figure: 2 of 480000, 4 of 24.68."""
    return len(value.normalize().as_tuple().digits)


def money_of(table: Table, project: Project) -> Money:
    """The money of a project and the sums that its form states with a unit; of a register only what belongs to the
    project."""
    own = [text for one in project.indicators
        for text in (one.level3, one.description, one.target_raw)] + [project.goal]
    texts = [cell.text for cell in table.grid.cells] if len(table.projects) == 1 else own
    figures = {one.value for fund in project.funds for key, one in fund.figures.items() if key in MONEY
        and is_bare(one)}
    ceilings = {
        in_wan_yuan(one.target_value, unit) for one in project.indicators
        if one.target_value and design.level(one) == "cost" and one.target_operator in ("le", "lt", "eq")
        and (unit := design.money_unit_of(one)) and unit != "元" and not priced(one.level3 + one.target_unit)
    }
    sums = frozenset(value for text in texts for value in sums_in(text))
    hints = frozenset(value for text in texts for value in sums_in(text, small=True))
    return Money(project, tuple(sorted(one for one in figures if one)), sums, frozenset(ceilings), hints)


def is_bare(one: Figure) -> bool:
    """Whether a figure is taken for 万元 as it is printed, without a unit of its own."""
    return bool(one.value) and parse_number(one.raw) == one.value


def priced(words: str) -> bool:
    """Whether words are of the cost of one piece."""
    return bool(pattern(within("kpi_rules", "words")["piece"], "kpi_rules.toml [words] piece").search(compact(words)))


def sums_in(text: str, small: bool = False) -> list[Decimal]:
    """The sums, in 万元, that a text states in 万元 or 亿元, or in 元 if `small`, and what several of them make
    together."""
    out = []
    body = compact(text)
    for found in word("units", "sum").finditer(body):
        unit = "万元" if found["unit"] == "万" else found["unit"]
        if (unit == "元") == small and not word("units", "piece").search(body[: found.start()]):
            out.append(in_wan_yuan(Decimal(found["value"].replace(",", "")), unit))
    return [*out, sum(out, Decimal(0))] if len(out) > 1 else out


def in_yuan(project: Project) -> Project:
    """The project with its money, printed in 元, in 万元; points and rates stay."""

    def scaled(figures: Mapping[str, Figure], money: Callable[[str], bool] = lambda key: True) -> dict[str, Figure]:
        return {key: one._replace(value=one.value / WAN) if one.value and is_bare(one) and money(key) else one for key,
            one in figures.items()}

    def converted(fund: Fund) -> Fund:
        amounts = {(one.row, one.column) for key, one in fund.figures.items() if key in MONEY}
        numbered = {key: one for key, one in fund.numbered.items() if (one.row, one.column) in amounts}
        other = scaled(fund.other, lambda key: not any(mark in key for mark in "率%比"))
        return replace(fund, figures=scaled(fund.figures, MONEY.__contains__), other=other,
            numbered={**fund.numbered, **scaled(numbered)})

    plan = project.plan
    if plan and not plan.percent:
        plan = plan._replace(periods=tuple(scaled(dict(plan.periods)).items()))
    total = scaled({"": project.register_total})[""] if project.register_total else None
    return replace(project, unit="元", funds=tuple(map(converted, project.funds)), plan=plan, register_total=total)

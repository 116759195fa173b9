"""Model: what performance tables say, read once: projects with their funds and indicators, every figure parsed, with
the cell that prints it.

Money is in 万元, the unit of its cell, its label or its table applied; points and per cent are as printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from .targets import TEXT, Target

#: Columns of a fund row that hold money; the others hold points or per cent.
MONEY = ("initial_budget", "annual_budget", "executed")


class Figure(NamedTuple):
    """A cell that prints a figure, or could: its text, its value (None if it prints none), and its place."""

    raw: str
    value: Decimal | None
    row: int
    column: int
    page: int


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund row: `figures` by key (initial_budget, annual_budget, executed, weight, execution_rate, score), `other` by
    printed header.

    `block` is total where a form states the money of a project's whole term beside that of the year, else year.
    `numbered` are the figures by the circled number of their column.
    """

    block: str
    item: str
    row: int
    page: int
    figures: Mapping[str, Figure] = field(default_factory=dict)
    other: Mapping[str, Figure] = field(default_factory=dict)
    numbered: Mapping[str, Figure] = field(default_factory=dict)

    def value(self, key: str) -> Decimal | None:
        """The parsed figure of a key, None where none is printed."""
        return self.figures[key].value if key in self.figures else None

    initial_budget = property(lambda self: self.value("initial_budget"))
    annual_budget = property(lambda self: self.value("annual_budget"))
    executed = property(lambda self: self.value("executed"))
    weight = property(lambda self: self.value("weight"))
    execution_rate = property(lambda self: self.value("execution_rate"))
    score = property(lambda self: self.value("score"))


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator row; `target` and `actual` are parsed, `columns` says in which column the cell of each of its parts
    stands.

    Where sets of indicators stand side by side, `block` counts them, and `term` are those of the project's whole term.
    """

    row: int
    page: int
    level1: str = ""
    level2: str = ""
    level3: str = ""
    description: str = ""
    target_raw: str = ""
    target: Target = TEXT
    actual_raw: str = ""
    actual: Target = TEXT
    weight: Decimal | None = None
    score: Decimal | None = None
    note: str = ""
    basis: str = ""
    block: int = 1
    term: bool = False
    columns: Mapping[str, int] = field(default_factory=dict)

    @property
    def target_operator(self) -> str:
        return self.target.operator

    @property
    def target_value(self) -> Decimal | None:
        return self.target.value

    @property
    def target_high(self) -> Decimal | None:
        return self.target.high

    @property
    def target_unit(self) -> str:
        return self.target.unit

    @property
    def actual_value(self) -> Decimal | None:
        """The result, if it is one number."""
        return self.actual.value if self.actual.high is None else None


class Plan(NamedTuple):
    """A payment plan: its periods with their figures, and whether its heading says per cent."""

    periods: tuple[tuple[str, Figure], ...]
    percent: bool


@dataclass(frozen=True, slots=True)
class Project:
    """What one performance table says of one project (or of a whole agency).

    `formulas` are the sums between the circled numbers of its fund columns, `register_total` the printed sum of all
    projects of a register, `unit` the unit of its money where another than the printed one was inferred.
    """

    page: int
    row: int = 0
    project: str = ""
    project_code: str = ""
    competent_dept: str = ""
    implementing_unit: str = ""
    goal: str = ""
    actual_result: str = ""
    total: Figure | None = None
    funds: tuple[Fund, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    formulas: Mapping[str, str] = field(default_factory=dict)
    plan: Plan | None = None
    register_total: Figure | None = None
    unit: str = ""

    @property
    def total_score(self) -> Decimal | None:
        return self.total.value if self.total else None

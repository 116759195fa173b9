"""Accounts: random but consistent accounts of one body for one year, as plain data.

All money is in integer hundredths of 万元. What holds of every `Accounts` (and is asserted by the tests): a parent code
is the sum of its children; income + carried in = expenditure + carried out; basic expenditure by function equals basic
expenditure by economic class; the three public expenses equal their economic codes; indicator weights and funds' weight
add to 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from . import vocabulary as words

FINAL, BUDGET = "final_accounts", "budget"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One 项 of the functional classification: where its money comes from and what kind of expenditure it is.

    `fund` says which budget pays (general, fund or state); `own` is the part of `project` that other income pays;
    `personnel` and `public` are its basic expenditure; `income` is what came in for it this year, `prior` its
    expenditure a year before.
    """

    code: str
    name: str
    fund: str
    personnel: int
    public: int
    project: int
    own: int
    income: int
    prior: int

    @property
    def basic(self) -> int:
        return self.personnel + self.public

    @property
    def total(self) -> int:
        return self.basic + self.project

    @property
    def fiscal(self) -> int:
        """What the budget pays of it."""
        return self.total - self.own


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of a project: operator, value and unit, or a wording; what was reached, weight and score."""

    level1: str
    level2: str
    level3: str
    operator: str
    value: str
    unit: str
    wording: str
    actual: str
    weight: int
    score: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its money (hundredths of 万元), goal, result and indicators."""

    name: str
    code: str
    initial: int
    annual: int
    executed: int
    other: int
    other_executed: int
    fund_weight: int
    goal: str
    result: str
    indicators: tuple[Indicator, ...]

    @property
    def fund_score(self) -> Decimal:
        rate = min(Decimal(self.executed) / Decimal(self.annual), Decimal(1))
        return (rate * self.fund_weight).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def score(self) -> Decimal:
        return self.fund_score + sum((i.score for i in self.indicators), Decimal(0))


@dataclass(frozen=True, slots=True)
class Accounts:
    """Everything that the tables of one disclosure are filled from."""

    org: str
    year: int
    kind: str
    units: tuple[tuple[str, str, int], ...]
    leaves: tuple[Leaf, ...]
    personnel: Mapping[str, int]
    public: Mapping[str, int]
    carried_in: int
    carried_out: int
    procurement: tuple[tuple[str, str, int, int], ...]
    vehicles: int
    assets: Mapping[str, int]
    projects: tuple[Project, ...]

    def of(self, *funds: str) -> list[Leaf]:
        """The leaves that the named budgets pay."""
        return [leaf for leaf in self.leaves if leaf.fund in funds]

    @property
    def expenditure(self) -> int:
        return sum(leaf.total for leaf in self.leaves)

    @property
    def income(self) -> int:
        return sum(leaf.income for leaf in self.leaves)

    @property
    def own(self) -> int:
        return sum(leaf.own for leaf in self.leaves)

    def appropriation(self, *funds: str) -> int:
        """This year's income from the named budgets."""
        return sum(leaf.income - leaf.own for leaf in self.of(*funds))

    @property
    def three_public(self) -> dict[str, int]:
        """abroad, purchase, running, reception, vehicle and total, from the economic codes."""
        found = {
            "abroad": self.public.get(words.ABROAD, 0), "purchase": self.public.get(words.PURCHASE, 0),
            "running": self.public.get(words.RUNNING, 0), "reception": self.public.get(words.RECEPTION, 0),
        }
        found["vehicle"] = found["purchase"] + found["running"]
        found["total"] = found["abroad"] + found["vehicle"] + found["reception"]
        return found


def name_of(code: str) -> str:
    """The name of a functional or economic code."""
    for table in (words.FUNCTIONS, words.FUND_FUNCTIONS, words.STATE_FUNCTIONS, words.PERSONNEL, words.PUBLIC_USE):
        if code in table:
            return table[code]
    raise KeyError(code)


def parents(codes: Iterable[str]) -> list[str]:
    """The codes with all their parents, in classification order."""
    return sorted({code[:size] for code in codes for size in (3, 5, 7) if len(code) >= size})


def money(random: Random, low: int, high: int) -> int:
    """A sum between `low` and `high` (hundredths of 万元), spread evenly over the orders of magnitude."""
    return round(low * (high / low) ** random.random())


def split(random: Random, total: int, parts: int) -> list[int]:
    """`total` cut into `parts` positive sums."""
    if total < parts:
        raise ValueError(f"{total} cannot be cut into {parts} positive sums")
    cuts = sorted(random.sample(range(1, total), parts - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


def make_accounts(
    seed: int, kind: str = FINAL, *, rows: int = 12, projects: int = 2, fund: bool = True, state: bool = True,
    carried: bool = True,
) -> Accounts:
    """Accounts drawn from `seed`: about `rows` leaves, some paid by the fund and state capital budgets if asked for."""
    random = Random(seed)
    year = random.randrange(2019, 2026)
    leaves = draw_leaves(random, rows, fund, state)
    largest = max(leaf.fiscal for leaf in leaves if leaf.fund == "general")
    carried_in = min(money(random, 500, 60_000), largest // 2) if carried else 0
    carried_out = money(random, 500, 60_000) if carried and kind == FINAL else 0
    leaves = settle(leaves, carried_in, carried_out)
    org = random.choice(words.PLACES) + random.choice(("市", "县", "区")) + random.choice(words.BODIES)
    return Accounts(
        org, year, kind, draw_units(random, org), leaves,
        draw_economic(random, words.PERSONNEL, sum(leaf.personnel for leaf in leaves), 9),
        draw_economic(random, words.PUBLIC_USE, sum(leaf.public for leaf in leaves), 12,
                      (words.ABROAD, words.RECEPTION, words.RUNNING, words.PURCHASE)),
        carried_in, carried_out, draw_procurement(random), random.randrange(1, 9),
        {"area": random.randrange(200, 9000), "pieces": random.randrange(1, 30),
        "houses": money(random, 9_000, 900_000),
         "vehicles": money(random, 1_000, 40_000), "devices": money(random, 5_000, 90_000)},
        tuple(draw_project(random, name, year) for name in random.sample(words.PROJECTS, projects)),
    )


def draw_leaves(random: Random, rows: int, fund: bool, state: bool) -> tuple[Leaf, ...]:
    """Leaves of the body's own class, of the classes that every body has, and of the other two budgets."""
    common = [code for code in words.FUNCTIONS if len(code) == 7 and code[:3] in words.COMMON_CLASSES]
    chosen = {random.choice([code for code in common if code.startswith(c)]) for c in words.COMMON_CLASSES}
    classes = random.sample(words.OWN_CLASSES, 3)
    own = [code for code in words.FUNCTIONS if len(code) == 7 and code[:3] in classes]
    chosen.update(random.sample(own, min(len(own), max(rows - len(chosen), 2))))
    out = []
    for code in sorted(chosen):
        welfare = code[:3] in words.COMMON_CLASSES
        personnel = money(random, 200, 90_000) if welfare or random.random() < 0.5 else 0
        public = money(random, 3_000, 60_000) if not welfare and personnel else 0
        project = 0 if welfare else money(random, 300, 900_000) if random.random() < 0.8 or not personnel else 0
        own_part = random.randrange(1, project) if project > 2000 and random.random() < 0.2 else 0
        out.append(Leaf(code, words.FUNCTIONS[code], "general", personnel, public, project, own_part, 0,
                        money(random, 300, 900_000)))
    if not any(leaf.public for leaf in out):
        first = next(i for i, leaf in enumerate(out) if leaf.code[:3] not in words.COMMON_CLASSES)
        leaf = out[first]
        out[first] = Leaf(leaf.code, leaf.name, "general", leaf.personnel or money(random, 3_000, 90_000),
                          money(random, 9_000, 60_000), leaf.project, leaf.own, 0, leaf.prior)
    for wanted, table, key in ((fund, words.FUND_FUNCTIONS, "fund"), (state, words.STATE_FUNCTIONS, "state")):
        if wanted:
            codes = [code for code in table if len(code) == 7]
            for code in sorted(random.sample(codes, random.randrange(1, len(codes) + 1))):
                out.append(Leaf(code, table[code], key, 0, 0, money(random, 500, 400_000), 0, 0,
                                money(random, 300, 900_000)))
    return tuple(sorted(out, key=lambda leaf: leaf.code))


def settle(leaves: tuple[Leaf, ...], carried_in: int, carried_out: int) -> tuple[Leaf, ...]:
    """The leaves with their income: what they spend, the largest general leaf taking up what is carried in and out."""
    largest = max((leaf for leaf in leaves if leaf.fund == "general"), key=lambda leaf: leaf.fiscal)
    out = []
    for leaf in leaves:
        extra = carried_out - carried_in if leaf is largest else 0
        out.append(
            Leaf(leaf.code, leaf.name, leaf.fund, leaf.personnel, leaf.public, leaf.project, leaf.own,
                 leaf.total + extra, leaf.prior)
        )
    return tuple(out)


def draw_economic(
    random: Random, table: Mapping[str, str], total: int, count: int, always: tuple[str, ...] = ()
) -> dict[str, int]:
    """`total` spread over 款 of an economic table; those of `always` are among them."""
    codes = [code for code in table if len(code) == 5]
    chosen = set(always) | set(random.sample(codes, min(count, len(codes))))
    return dict(zip(sorted(chosen), split(random, total, len(chosen)), strict=True))


def draw_units(random: Random, org: str) -> tuple[tuple[str, str, int], ...]:
    """The body and its units: name, how they are funded, staff."""
    rest = random.sample(words.UNITS, random.randrange(1, 4))
    body = (org + "（本级）", "全额拨款", random.randrange(5, 90))
    units = [
        (org[:3] + name, random.choice(("全额拨款", "差额拨款", "自收自支")), random.randrange(2, 120)) for name in rest
    ]
    return (body, *units)


def draw_procurement(random: Random) -> tuple[tuple[str, str, int, int], ...]:
    """Procured goods: catalogue code, name, quantity, money."""
    goods = random.sample(words.GOODS, random.randrange(2, len(words.GOODS)))
    return tuple((code, name, random.randrange(1, 60), money(random, 100, 90_000)) for code, name in sorted(goods))


def draw_project(random: Random, name: str, year: int) -> Project:
    """A project whose weights add to 100 and whose scores follow from what was reached."""
    annual = money(random, 500, 500_000)
    other = random.choice((0, 0, money(random, 100, 9_000)))
    chosen = sorted(random.sample(range(len(words.INDICATORS)), random.randrange(6, 13)))
    weights = split(random, 90, len(chosen))
    indicators = tuple(draw_indicator(random, words.INDICATORS[i], w, year) for i,
        w in zip(chosen, weights, strict=True))
    executed = annual if random.random() < 0.4 else random.randrange(annual // 2, annual + 1)
    return Project(
        name, f"{random.randrange(10**8, 10**9)}T{random.randrange(10**8, 10**9)}", money(random, 500, 500_000),
        annual + other, executed + (other if executed == annual else 0), other, other if executed == annual else 0, 10,
        random.choice(words.GOALS), random.choice(words.RESULTS), indicators,
    )


def draw_indicator(
    random: Random, spec: tuple[str, str, str, str, tuple[int, int], str, tuple[str, ...]], weight: int, year: int
) -> Indicator:
    """An indicator with a target from its range; one in four misses and scores in proportion."""
    level1, level2, level3, operator, (low, high), unit, wordings = spec
    if not operator:
        wording = random.choice(wordings).format(year=year)
        return Indicator(level1, level2, level3, "", "", "", wording, wording, weight, Decimal(weight), "")
    value = random.randint(low, high)
    reached = value
    if operator in ("≥", ">", "=") and random.random() < 0.25:
        reached = max(value * random.randrange(50, 100) // 100, 1)
    score = (Decimal(weight) * min(Decimal(reached) / Decimal(value), Decimal(1))).quantize(Decimal("0.01"),
        ROUND_HALF_UP)
    reason = random.choice(words.REASONS) if reached != value else ""
    actual = f"{reached}{unit}" if random.random() < 0.6 else str(reached)
    return Indicator(level1, level2, level3, operator, str(value), unit, "", actual, weight, score, reason)

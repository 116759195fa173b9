"""Over time: growth, structure, budget deviation and execution from the long table of figures (`fiscal`), exact.

A year that is missing is a gap: growth is told over one year only, a deviation only where both figures of the same
thing are printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext

import pandas as pd

from ..forms import key_of
from . import measures

#: What tells one figure of an agency from another, the year and the stage apart. Figures that only a name tells apart
#: are not compared.
_THING = ["agency_id", "scope", "side", "fund", "classification", "code", "item"]


def growth(fiscal: pd.DataFrame) -> pd.DataFrame:
    """Each figure beside that of the year before, of the same stage: `before`, `amount`, `change` (万元) and `growth`
    (a share).

    A scope that one of the two documents does not state ("") is left out of the comparison.
    """
    thing = [name for name in _THING if name != "scope"] + ["stage"]
    rows = fiscal[[*thing, "fiscal_year", "name", "amount"]].drop_duplicates([*thing, "fiscal_year"], keep=False)
    pairs = rows.merge(rows.assign(fiscal_year=rows["fiscal_year"] + 1), on=[*thing, "fiscal_year"],
                       suffixes=("", "_before"))
    change = [new - old for new, old in zip(pairs["amount"], pairs["amount_before"], strict=True)]
    rates = [measures.change(new, old) for new, old in zip(pairs["amount"], pairs["amount_before"], strict=True)]
    return (
        pairs.drop(columns="name_before")
        .rename(columns={"amount_before": "before"})
        .assign(change=change, growth=rates)
    )


def contributions(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> pd.DataFrame:
    """What each part adds to the growth of the whole: its change over the old whole. They add up to the growth of the
    whole.

    A part that one year lacks was 0 there: the parts are a complete classification of both. `share_change` is its
    change of share.
    """
    old, new = sum(before.values(), Decimal()), sum(after.values(), Decimal())
    rows = [
        (part, was, now, now - was, measures.share(now - was, old),
         _less(measures.share(now, new), measures.share(was, old)))
        for part in sorted({*before, *after})
        for was, now in [(before.get(part, Decimal()), after.get(part, Decimal()))]
    ]
    return pd.DataFrame(rows, columns=["part", "before", "after", "change", "contribution", "share_change"])


def aggregate_outturn(budget: Mapping[str, Decimal], actual: Mapping[str, Decimal]) -> Decimal | None:
    """PEFA PI-1: actual expenditure as a share of the approved budget, both whole."""
    return measures.share(sum(actual.values(), Decimal()), sum(budget.values(), Decimal()))


def composition_variance(budget: Mapping[str, Decimal], actual: Mapping[str, Decimal]) -> Decimal | None:
    """PEFA PI-2: Σ |actual − adjusted| / Σ adjusted, where adjusted is a part's budget times the aggregate outturn."""
    whole = aggregate_outturn(budget, actual)
    if not whole:
        return None
    total = sum(actual.values(), Decimal())
    with localcontext(prec=measures.PRECISION):
        adjusted = {part: value * total / sum(budget.values(), Decimal()) for part, value in budget.items()}
        off = sum(
            (abs(actual.get(part, Decimal()) - adjusted.get(part, Decimal())) for part in {*budget, *actual}), Decimal()
        )
    return measures.share(off, total)


def deviation(rows: pd.DataFrame, by: list[str], part: str) -> pd.DataFrame:
    """PI-1 (`outturn`) and PI-2 (`variance`) of each group of rows that `by` tells: its parts with their `budget` and
    `final`, in 万元.

    A group of one part has no composition and is left out; `parts` counts them, `budget` and `final` are their sums.
    """
    found = []
    for of, own in rows.groupby(by, sort=False):
        budget, final = (dict(zip(own[part], own[column], strict=True)) for column in ("budget", "final"))
        whole = sum(budget.values(), Decimal()), sum(final.values(), Decimal())
        if len(own) > 1:
            found.append((*of, len(own), *whole, aggregate_outturn(budget, final), composition_variance(budget, final)))
    return pd.DataFrame(found, columns=[*by, "parts", "budget", "final", "outturn", "variance"])


def execution(fiscal: pd.DataFrame) -> pd.DataFrame:
    """Figures printed both as budget and as final of one agency and year: `budget`, `final`, `unused` (a share of the
    budget).

    The adjusted budget counts where it is printed, else the initial one. A budget alone is never taken for money spent.
    """
    table = fiscal.drop_duplicates([*_THING, "fiscal_year", "stage"], keep=False).pivot(
        index=[*_THING, "fiscal_year"], columns="stage", values="amount"
    )
    table = table.reindex(columns=["initial_budget", "adjusted_budget", "final"]).dropna(subset=["final"])
    table["budget"] = table["adjusted_budget"].where(table["adjusted_budget"].notna(), table["initial_budget"])
    table = table.dropna(subset=["budget"])[["budget", "final"]].reset_index()
    unused = [
        measures.share(budget - final, budget) for budget, final in zip(table["budget"], table["final"], strict=True)
    ]
    return table.rename_axis(columns=None).assign(unused=pd.Series(unused, index=table.index, dtype=object))


def stated_execution(claims: pd.DataFrame) -> pd.DataFrame:
    """What the text of final accounts says of the “三公” expenses against their budget, one row per statement.

    `final` and `budget` in 万元 (None where the text gives only a share), `unused` the share of the budget that was not
    spent: one less the printed completion, else by the two amounts.
    """
    rows = []
    for (doc_id, _), own in claims.groupby(["doc_id", "group"], sort=False):
        subject, budgeted = own["subject"].iloc[0], own["against"].str.contains("预算")
        item = "three_public_total" if "三公" in subject else key_of(subject)
        spent = own[(own["kind"] == "amount") & (own["measure"] == "")]
        planned = own[(own["kind"] == "amount") & own["measure"].str.contains("预算")]
        completed = own[(own["kind"] == "share") & budgeted]
        if item.startswith("three_public") and len(spent) and len(planned) + len(completed):
            final, budget = spent["value"].iloc[0], next(iter(planned["value"]), None)
            share = next(iter(completed["value"]), None)
            unused = 1 - share / 100 if share is not None else measures.share(budget - final, budget)
            rows.append((doc_id, own["page"].iloc[0], item, final, budget, unused))
    return pd.DataFrame(rows, columns=["doc_id", "page", "item", "final", "budget", "unused"], dtype=object)


def parts(fiscal: pd.DataFrame, agency_id: str, year: int, stage: str, fund: str = "all") -> dict[str, Decimal]:
    """An agency's expenditure by functional class (类) of a year and stage, in 万元."""
    rows = fiscal.query("agency_id == @agency_id and fiscal_year == @year and stage == @stage and fund == @fund")
    rows = rows.query(
        "side == 'expenditure' and classification == 'functional' and item == 'total' and code.str.len() == 3"
    )
    return dict(zip(rows["code"], rows["amount"], strict=True))


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other

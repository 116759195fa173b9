"""Measures: every figure that the studies derive from printed ones, a small function each, exact.

Arguments are printed amounts (Decimal, 万元 unless said otherwise); None is a figure that is not stated. A measure that
its arguments do not define (a share of nothing, an amount per head where no staff is stated) is None, never 0. Nothing
here is rounded: `rounded` does that once, where a figure is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

#: Digits that a quotient keeps; amounts have at most 15, so a rounded figure is right to its last digit.
PRECISION = 34

Amount = Decimal | None


def share(part: Amount, whole: Amount) -> Amount:
    """part / whole, without unit (0.25 is 25 %). None when either is not stated or the whole is 0."""
    return _ratio(part, whole)


def per_head(amount: Amount, staff: Decimal | int | None) -> Amount:
    """amount / staff in post, in the amount's unit a head. None when no staff is stated, or 0 persons are.

    Staff is 在职人数 of the document's 单位构成表, the number that the document itself gives, not a yearly average.
    """
    return _ratio(amount, None if staff is None else Decimal(staff))


def execution_rate(executed: Amount, budget: Amount) -> Amount:
    """executed / budget, without unit; 执行率 = 全年执行数 ÷ 全年预算数 (财预〔2020〕10号). None for no budget or 0.

    It can exceed 1. Money spent on a budget of 0 has no rate; `unspent` is then negative.
    """
    return _ratio(executed, budget)


def unspent(executed: Amount, budget: Amount) -> Amount:
    """budget − executed, in their unit: what was left (结余), negative when more was spent than budgeted."""
    return None if executed is None or budget is None else budget - executed


def added(initial: Amount, adjusted: Amount) -> Amount:
    """adjusted − initial budget, in their unit: what the year's adjustments (年中调整) added, negative when they took
    away."""
    return None if initial is None or adjusted is None else adjusted - initial


def change(new: Amount, old: Amount) -> Amount:
    """(new − old) / old, without unit: the change on the previous year as a share of it. None when the old amount is
    0."""
    return None if new is None or old is None else _ratio(new - old, old)


def before(new: Amount, difference: Amount) -> Amount:
    """new − difference, in their unit: the previous year's amount that a stated amount and a stated change imply."""
    return None if new is None or difference is None else new - difference


# --- concentration ---------------------------------------------------------------------------------------------------


def concentration(values: Iterable[Decimal], largest: int = 1) -> Amount:
    """Sum of the `largest` greatest values / sum of all (the concentration ratio CR_k), without unit. None when they
    add to 0."""
    amounts = sorted(_not_negative(values), reverse=True)
    return _ratio(sum(amounts[:largest], Decimal()), sum(amounts, Decimal()))


def herfindahl(values: Iterable[Decimal]) -> Amount:
    """Herfindahl-Hirschman index Σ sᵢ², sᵢ = xᵢ / Σx, without unit: from 1/n (all equal) to 1 (all in one). None when
    Σx = 0.

    Source: A. O. Hirschman, The Paternity of an Index, American Economic Review 54 (1964). A value of 0 changes
    nothing.
    """
    amounts = _not_negative(values)
    total = sum(amounts, Decimal())
    return _ratio(sum((value * value for value in amounts), Decimal()), total * total)


def effective_number(values: Iterable[Decimal]) -> Amount:
    """1 / Herfindahl index: how many values of equal size would be as concentrated. None when they add to 0."""
    return _ratio(Decimal(1), herfindahl(values))


def gini(values: Iterable[Decimal]) -> Amount:
    """Gini coefficient G = Σ (2i − n − 1) xᵢ / (n Σx), x ascending, i from 1, without unit: from 0 (all equal) to 1 −
    1/n (all in one).

    Source: C. Dagum, The Gini coefficient, Encyclopedia of Statistical Sciences (2006); the population form, without
    the factor n/(n − 1). None when there are no values or they add to 0. Values of 0 count: with them the same money is
    spread over more.
    """
    amounts = sorted(_not_negative(values))
    n = len(amounts)
    weighted = sum(((2 * i - n - 1) * value for i, value in enumerate(amounts, start=1)), Decimal())
    return _ratio(weighted, n * sum(amounts, Decimal()))


def _not_negative(values: Iterable[Decimal]) -> list[Decimal]:
    amounts = list(values)
    if any(value < 0 for value in amounts):
        raise ValueError(f"concentration is not defined for negative amounts ({min(amounts)})")
    return amounts


# --- arithmetic ------------------------------------------------------------------------------------------------------


def _ratio(part: Amount, whole: Amount) -> Amount:
    if part is None or whole is None or whole == 0:
        return None
    with localcontext(Context(prec=PRECISION)):
        return part / whole


def rounded(value: Amount, places: int) -> Amount:
    """The value to so many decimal places, a half away from zero (四舍五入, as the documents round)."""
    if value is None:
        return None
    enough = Context(prec=2 * PRECISION + max(value.adjusted(), 0))
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, enough)


def percentage(value: Amount, places: int = 1) -> str:
    """A share as text, "25.0%"; an empty text where it is not defined."""
    return "" if value is None else f"{rounded(100 * value, places):f}%"

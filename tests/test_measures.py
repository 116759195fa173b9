"""The derived measures, on cases computed by hand, at their edges, and what must hold for any amounts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.studies import measures

D = Decimal
AMOUNTS = st.lists(st.decimals(min_value=0, max_value=10**9, places=2), min_size=1, max_size=40).filter(lambda values: sum(values) > 0)


@pytest.mark.parametrize(
    ("measure", "arguments", "expected"),
    [
        (measures.share, (D("25"), D("100")), D("0.25")),
        (measures.share, (D("0"), D("100")), D("0")),
        (measures.share, (D("25"), D("0")), None),
        (measures.share, (D("25"), None), None),
        (measures.share, (None, D("100")), None),
        (measures.per_head, (D("69.11"), 4), D("17.2775")),
        (measures.per_head, (D("69.11"), None), None),
        (measures.per_head, (D("69.11"), 0), None),
        (measures.execution_rate, (D("6334.17"), D("8900.00")), D("6334.17") / D("8900")),
        (measures.execution_rate, (D("262.46"), D("0.00")), None),
        (measures.execution_rate, (None, D("200.00")), None),
        (measures.unspent, (D("262.46"), D("0.00")), D("-262.46")),
        (measures.unspent, (None, D("1")), None),
        (measures.added, (D("0.00"), D("8900.00")), D("8900.00")),
        (measures.added, (D("3450.00"), D("3000.00")), D("-450.00")),
        (measures.added, (None, D("1")), None),
        (measures.change, (D("15"), D("10")), D("0.5")),
        (measures.change, (D("15"), D("0")), None),
        (measures.change, (None, D("10")), None),
        (measures.before, (D("16094.58"), D("2714.55")), D("13380.03")),
        (measures.before, (None, D("1")), None),
    ],
)
def test_by_hand(measure: Callable[..., Decimal | None], arguments: tuple, expected: Decimal | None) -> None:
    got = measure(*arguments)
    assert got is None if expected is None else got is not None and measures.rounded(got, 20) == measures.rounded(expected, 20)


def test_concentration_by_hand() -> None:
    values = [D(1), D(2), D(3), D(4)]
    assert measures.concentration(values) == D("0.4")
    assert measures.concentration(values, 2) == D("0.7")
    assert measures.concentration(values, 9) == 1
    assert measures.herfindahl(values) == D("0.3")  # .01 + .04 + .09 + .16
    assert measures.rounded(measures.effective_number(values), 4) == D("3.3333")
    assert measures.gini(values) == D("0.25")  # (-3*1 - 1*2 + 1*3 + 3*4) / (4*10)
    assert measures.gini([D(5), D(5)]) == 0
    assert measures.gini([D(0), D(0), D(0), D(8)]) == D("0.75")  # 1 - 1/n
    assert measures.gini([D(7)]) == 0
    assert measures.herfindahl([D(7)]) == 1


@pytest.mark.parametrize("measure", [measures.concentration, measures.herfindahl, measures.effective_number, measures.gini])
def test_nothing_is_not_zero(measure: Callable[[list[Decimal]], Decimal | None]) -> None:
    assert measure([]) is None
    assert measure([D(0), D(0)]) is None
    if measure is not measures.effective_number:
        with pytest.raises(ValueError, match="negative"):
            measure([D(2), D(-1)])


def test_rounding_is_half_away_from_zero() -> None:
    assert measures.rounded(D("0.125"), 2) == D("0.13")
    assert measures.rounded(D("-0.125"), 2) == D("-0.13")
    assert measures.rounded(None, 2) is None
    assert measures.percentage(D("0.0625")) == "6.3%"
    assert measures.percentage(D("0.0625"), 2) == "6.25%"
    assert measures.percentage(None) == ""


@given(AMOUNTS)
def test_gini_is_the_mean_difference(values: list[Decimal]) -> None:
    """Against the definition by all pairs: mean absolute difference over twice the mean."""
    exact = Fraction(sum(abs(Fraction(a) - Fraction(b)) for a in values for b in values)) / (2 * len(values) * Fraction(sum(values)))
    got = measures.gini(values)
    assert got is not None
    assert abs(Fraction(got) - exact) < Fraction(1, 10**25)
    assert 0 <= got <= 1 - D(1) / len(values) + D("1e-25")


@given(AMOUNTS, st.integers(1, 1000))
def test_measures_do_not_depend_on_unit_or_order(values: list[Decimal], factor: int) -> None:
    for measure in (measures.gini, measures.herfindahl, measures.concentration):
        base = measures.rounded(measure(values), 20)
        assert measures.rounded(measure([value * factor for value in reversed(values)]), 20) == base


@given(AMOUNTS)
def test_herfindahl_lies_between_equal_and_single(values: list[Decimal]) -> None:
    got = measures.herfindahl(values)
    assert got is not None
    assert D(1) / len(values) - D("1e-25") <= got <= 1
    shares = [measures.share(value, sum(values, D())) or D() for value in values]
    assert abs(sum(shares) - 1) < D("1e-25")
    assert measures.rounded(sum((value * value for value in shares), D()), 20) == measures.rounded(got, 20)

"""Scaling: exponents of known curves, and plans whose parts multiply out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingzhang.studies.scaling import plan, slope


@settings(deadline=None)  # the first example imports scipy
@given(st.floats(0.1, 2.5), st.floats(0.01, 100))
def test_slope_of_a_power(exponent: float, factor: float) -> None:
    sizes = [1, 10, 100, 1000]
    found = slope(sizes, [factor * size**exponent for size in sizes])
    assert found.value == pytest.approx(exponent)
    assert found.low <= found.value <= found.high
    assert found.high - found.low < 1e-6


def test_slope_tells_its_doubt() -> None:
    found = slope([1, 10, 100, 1000], [1.3, 9, 120, 900])
    assert found.low < 1 < found.high
    with pytest.raises(ValueError, match="three points"):
        slope([5, 5, 5], [1, 2, 3])


@given(st.integers(1, 10**7), st.floats(0.01, 10), st.integers(1, 128), st.floats(1, 1000))
def test_plan_keeps_its_time(documents: int, seconds: float, cores: int, hours: float) -> None:
    found = plan(documents, seconds=seconds, worker_mib=200, pdf_mib=0.1, dataset_mib=0.05, cores=cores, hours=hours)
    assert found.hours <= hours * (1 + 1e-9)
    assert found.machines == 1 or found.core_hours / cores / (found.machines - 1) > hours * (1 - 1e-9)
    assert found.hours * found.machines * cores == pytest.approx(found.core_hours)

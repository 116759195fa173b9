"""Stats: the few estimates that the notebooks state, with their uncertainty; no p-values, the documents are no random
sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

#: Seed of every resampling, so that a notebook says the same twice.
SEED = 2024


class Estimate(NamedTuple):
    """A figure and its interval; `n` is the number of units behind it."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3g} [{self.low:.3g}, {self.high:.3g}], n = {self.n}"


def bootstrap_median(values: Sequence[float | Decimal], confidence: float = 0.95, draws: int = 5000) -> Estimate:
    """The median with its percentile bootstrap interval; fixed seed. Raises `ValueError` without values."""
    sample = np.asarray([float(value) for value in values])
    if not len(sample):
        raise ValueError("no values to take a median of")
    picks = np.random.default_rng(SEED).integers(0, len(sample), size=(draws, len(sample)))
    medians = np.median(sample[picks], axis=1)
    low, high = np.quantile(medians, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(float(np.median(sample)), float(low), float(high), len(sample))


def wilson(hits: int, n: int, confidence: float = 0.95) -> Estimate:
    """A share with its Wilson score interval (Wilson 1927), which stays within 0 and 1 and holds for small n.

    Raises `ValueError` unless 0 <= hits <= n and n > 0.
    """
    if n <= 0 or not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is not a share")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At 0 and n of n the bound is exact; the root would leave it off by rounding.
    return Estimate(share, 0.0 if hits == 0 else max(0.0, centre - half), 1.0 if hits == n else min(1.0, centre + half),
                    n)


def clustered(flags: pd.Series, clusters: pd.Series, confidence: float = 0.95, draws: int = 5000) -> Estimate:
    """A share with the percentile interval of a bootstrap that draws whole clusters (projects): their rows are not
    independent.

    Fixed seed. The interval is the share itself where there is but one cluster: nothing can then be said. Raises
    `ValueError` without values.
    """
    if not len(flags):
        raise ValueError("no values to take a share of")
    table = flags.astype(bool).astype(int).groupby(clusters.to_numpy(), sort=False).agg(["sum", "size"]).to_numpy()
    picks = np.random.default_rng(SEED).integers(0, len(table), size=(draws, len(table)))
    drawn = table[picks].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(float(flags.astype(bool).mean()), float(low), float(high), len(flags))


def tally(flags: pd.Series | Mapping[str, pd.Series], by: pd.Series | None = None) -> pd.DataFrame:
    """How often a flag is set (in all or by group), or each of several: hits, n and share, a row each.

    Without an interval: the documents of a dataset are a census of themselves.
    """
    if isinstance(flags, pd.Series):
        flags = ({str(name): values for name, values in flags.groupby(by, sort=False)} if by is not None
                 else {"all": flags})
    found = {name: (int(values.astype(bool).sum()), len(values)) for name, values in flags.items()}
    rows = [(hits, n, hits / n if n else float("nan")) for hits, n in found.values()]
    return pd.DataFrame(rows, columns=["hits", "n", "share"], index=list(found))


def exact_agreement(one: Sequence[object], other: Sequence[object], confidence: float = 0.95) -> Estimate:
    """The share of pairs that are equal, with its Wilson interval. Raises `ValueError` for lists of different
    length."""
    pairs = list(zip(one, other, strict=True))
    return wilson(sum(a == b for a, b in pairs), len(pairs), confidence)

"""Stats: the few estimates that the notebooks state, with their uncertainty; no p-values, the documents are no random
sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
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


def ratio(top: pd.Series, bottom: pd.Series, clusters: pd.Series, confidence: float = 0.95,
          draws: int = 5000) -> Estimate:
    """Σ top / Σ bottom with the percentile interval of a bootstrap that draws whole clusters (projects): their rows are
    not independent. `n` is Σ bottom.

    Fixed seed. The interval is the ratio itself where there is but one cluster: nothing can then be said. Raises
    `ValueError` where nothing stands below the line.
    """
    if not (n := int(bottom.sum())):
        raise ValueError("a ratio to nothing")
    table = np.column_stack([part.astype(int).groupby(clusters.to_numpy(), sort=False).sum() for part in (top, bottom)])
    drawn = table[np.random.default_rng(SEED).integers(0, len(table), size=(draws, len(table)))].sum(axis=1)
    drawn = drawn[drawn[:, 1] > 0]
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(int(top.sum()) / n, float(low), float(high), n)


def clustered(flags: pd.Series, clusters: pd.Series) -> Estimate:
    """The share of rows that are flagged, with the interval of `ratio`."""
    return ratio(flags.astype(bool), pd.Series(1, index=flags.index), clusters)


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

"""Scaling: how cost grows with the number of documents, and what a larger corpus would take at that rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log, sqrt

from .stats import Estimate


def slope(sizes: Sequence[float], costs: Sequence[float], confidence: float = 0.95) -> Estimate:
    """The exponent b of cost = a * size ** b: least squares on logarithms, with Student's interval; 1 is proportional.

    Raises `ValueError` for fewer than three points or sizes that are all the same.
    """
    from scipy.stats import t

    n = len(sizes)
    if n < 3 or len(set(sizes)) < 2 or n != len(costs):
        raise ValueError("a slope takes three points or more of different sizes")
    xs, ys = [log(size) for size in sizes], [log(cost) for cost in costs]
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    spread = sum((x - mean_x) ** 2 for x in xs)
    b = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
    left = sum((y - mean_y - b * (x - mean_x)) ** 2 for x, y in zip(xs, ys, strict=True))
    half = float(t.ppf((1 + confidence) / 2, n - 2)) * sqrt(left / (n - 2) / spread)
    return Estimate(b, b - half, b + half, n)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a corpus takes: core hours of reading, hours on so many machines, GiB of memory a machine, of PDFs and of
    the dataset."""

    documents: int
    core_hours: float
    machines: int
    hours: float
    memory_gib: float
    pdf_gib: float
    dataset_gib: float


def plan(documents: int, *, seconds: float, worker_mib: float, pdf_mib: float, dataset_mib: float, cores: int,
         hours: float) -> Plan:
    """A plan for a corpus from the cost of one document (core seconds, MiB of PDF and dataset) and the memory of one
    worker (MiB).

    `cores` are those of one machine, `hours` the longest that it may take; the number of machines is the least that
    keeps to it.
    """
    core_hours = documents * seconds / 3600
    machines = max(1, ceil(core_hours / cores / hours))
    return Plan(documents, core_hours, machines, core_hours / cores / machines, cores * worker_mib / 1024,
                documents * pdf_mib / 1024, documents * dataset_mib / 1024)

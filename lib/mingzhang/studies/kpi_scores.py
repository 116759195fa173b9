"""KPI scores: totals if results far above target cost points, for comparing how wide a band would be fair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def banded_points(score: Decimal, part: Decimal | None, band: Decimal) -> Decimal:
    """Points if a result beyond the band loses in proportion, as one below target does: score x (1 + band) /
    attainment.

    `band` 0.5 lets a result lie 50 % above target for nothing. 财预〔2020〕10号 wants a deduction and sets no formula;
    this is the rule's own formula for a miss, mirrored, and is meant for comparing bands, not for correcting a score.
    """
    limit = 1 + band
    return score if part is None or part <= limit else score * limit / part


def banded_totals(projects: Mapping[str, Decimal], parts: Iterable[tuple[str, Decimal | None, Decimal | None]],
                  band: Decimal) -> dict[str, Decimal]:
    """Totals after the band: `projects` are the given totals, `parts` (project, score, attainment) of the indicators
    concerned."""
    out = dict(projects)
    for project, score, part in parts:
        if project in out and score is not None:
            out[project] -= score - banded_points(score, part, band)
    return {project: total.quantize(CENT, ROUND_HALF_UP) for project, total in out.items()}

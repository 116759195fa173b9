"""KPI targets: wordings of indicators that stand in other projects too, word for word or nearly."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..clean import compact
from ..dataset.performance import IndicatorRow

#: Two wordings are near duplicates from this share of common bigrams (Dice) on.
SIMILAR = 0.8


def bigrams(text: str) -> set[str]:
    """The pairs of neighbouring characters of a wording, blanks and brackets left out."""
    body = re.sub(r"[\s()“”\"、,，:：]", "", compact(text))
    return {body[k : k + 2] for k in range(len(body) - 1)} or {body}


def similarity(texts: Sequence[str]) -> np.ndarray:
    """Dice similarity of every two wordings over their bigrams, 0 to 1: a square matrix in the order of `texts`."""
    sets = [bigrams(text) for text in texts]
    column = {gram: number for number, gram in enumerate(sorted(set().union(*sets)))} if sets else {}
    table = np.zeros((len(sets), max(len(column), 1)), dtype=np.float32)
    for row, grams in enumerate(sets):
        table[row, [column[gram] for gram in grams]] = 1
    sizes = table.sum(axis=1)
    return np.asarray(2 * (table @ table.T) / np.maximum(sizes[:, None] + sizes[None, :], 1))


def reuse(indicators: Sequence[IndicatorRow], threshold: float = SIMILAR) -> list[tuple[int, int]]:
    """For each indicator, in how many other projects its wording stands: word for word, and nearly so (word for word
    included)."""
    names = [name for name in dict.fromkeys(compact(one.level3) for one in indicators) if name]
    holders: dict[str, set[str]] = {"": set(), **{name: set() for name in names}}
    for one in indicators:
        if name := compact(one.level3):
            holders[name].add(one.project_id)
    near = similarity(names) >= threshold
    place = {name: number for number, name in enumerate(names)}
    wide: dict[str, set[str]] = ({"": set()}
                                 | {name: set().union(holders[name],
                                                      *(holders[names[k]] for k in np.flatnonzero(near[place[name]])))
                                    for name in names})
    return [
        (len(holders[compact(one.level3)] - {one.project_id}), len(wide[compact(one.level3)] - {one.project_id}))
        for one in indicators
    ]  # fmt: skip

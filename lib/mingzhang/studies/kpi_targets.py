"""KPI targets: wordings of indicators that stand elsewhere too (in other projects, other agencies), word for word or
nearly."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

import numpy as np
from scipy.sparse import csr_array, vstack

from ..clean import compact

#: Two wordings are near duplicates from this share of common bigrams (Dice) on.
SIMILAR = 0.8
#: Rows that are compared with all others at once.
BLOCK = 1000


def bigrams(text: str) -> set[str]:
    """The pairs of neighbouring characters of a wording, blanks and brackets left out."""
    body = re.sub(r"[\s()“”\"、,，:：]", "", compact(text))
    return {body[k : k + 2] for k in range(len(body) - 1)} or {body}


def similarity(texts: Sequence[str], least: float = 0) -> csr_array:
    """Dice similarity of every two wordings over their bigrams, from `least` to 1: a square matrix in the order of
    `texts`, sparse and made in blocks of rows, for most have nothing in common."""
    sets = [bigrams(text) for text in texts]
    column = {gram: number for number, gram in enumerate(sorted(set().union(*sets)))}
    size = np.array([len(grams) for grams in sets])
    table = csr_array((np.ones(size.sum()), [column[gram] for grams in sets for gram in grams], [0, *size.cumsum()]),
                      shape=(len(sets), len(column)))
    parts = []
    for top in range(0, len(sets), BLOCK):
        common = (table[top : top + BLOCK] @ table.T).tocoo()
        dice = 2 * common.data / (size[common.row + top] + size[common.col])
        kept = dice >= least
        parts.append(csr_array((dice[kept], (common.row[kept], common.col[kept])), common.shape))
    return vstack(parts, format="csr")


def reuse(texts: Sequence[str], holders: Sequence[Hashable], threshold: float = SIMILAR) -> list[tuple[int, int]]:
    """For each wording, with how many other holders (projects, agencies) it stands: word for word, and nearly so (word
    for word included); an empty one with none."""
    texts = [compact(text) for text in texts]
    held: dict[str, set[Hashable]] = {text: set() for text in texts if text}
    for text, holder in zip(texts, holders, strict=True):
        if text:
            held[text].add(holder)
    if not (names := list(held)):
        return [(0, 0)] * len(texts)
    near = similarity(names, threshold)
    wide: dict[str, set[Hashable]] = {
        name: set().union(*(held[names[k]] for k in near.indices[a:b]))
        for name, a, b in zip(names, near.indptr[:-1], near.indptr[1:], strict=True)
    }
    return [(len(held[text] - {holder}), len(wide[text] - {holder})) if text else (0, 0)
            for text, holder in zip(texts, holders, strict=True)]

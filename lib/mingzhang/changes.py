"""Changes: what the narrative says of the previous year, and the reason it gives, one row a statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from . import measures

CHANGE_COLUMNS = ("change_id", "doc_id", "subject", "code", "amount", "change", "before", "percent_stated", "percent_computed", "reason", "page")
_REASON = re.compile(r"主要(?:原因)?(?:是|为)[:：]?(.+)")
_LAST_YEAR = re.compile(r"上年|\d{4}年")


def changes(claims: pd.DataFrame) -> pd.DataFrame:
    """The changes on the previous year that the narrative states (claims.csv), with the previous amount that they imply and the reason.

    A statement is a group of claims of one subject. The reason is what follows 主要原因是, 主要是 or 主要为 in the statement's sentence, or
    in the sentence of the claims that the narrative gives as its reasons; a reason without any figure after it is in no claim.
    """

    def rows() -> Iterator[tuple[Any, ...]]:
        stated = claims[claims["role"] != "reason"]
        for (doc_id, group), parts in stated.groupby(["doc_id", "group"], sort=False):
            change = next((row for row in parts.itertuples() if row.kind == "change" and _LAST_YEAR.search(row.against)), None)
            if change is None or change.value is None:
                continue
            amount = next((row.value for row in parts.itertuples() if row.kind == "amount"), None)
            percent = next((row.value for row in parts.itertuples() if row.kind == "pct_change"), None)
            before = measures.before(amount, change.value)
            computed = measures.change(amount, before)
            after = claims[(claims["doc_id"] == doc_id) & (claims["role"] == "reason") & (claims["parent"] == change.subject)]
            texts = [change.sentence, *after[after["group"] > group]["sentence"]]
            reason = next((match.group(1).rstrip("。") for text in texts if (match := _REASON.search(text))), "")
            yield (
                f"{doc_id}/s{group:03d}", doc_id, change.subject, change.code, amount, change.value, before, percent,
                measures.rounded(None if computed is None else 100 * computed, 2), reason, change.page,
            )  # fmt: skip

    return pd.DataFrame(list(rows()), columns=list(CHANGE_COLUMNS))

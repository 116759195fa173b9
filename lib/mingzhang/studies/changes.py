"""Changes: what the narrative says of the previous year, and the reason it gives, one row a statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from . import measures

CHANGE_COLUMNS = ("change_id", "doc_id", "subject", "code", "amount", "change", "before", "percent_stated", "percent_computed", "reason", "page")
_REASON = re.compile(r"主要(?:原因)?(?:是|为)[:：]?(.+)")
_LAST_YEAR = re.compile(r"上年|\d{4}年")


class _Claim(NamedTuple):
    """The columns of a claim that a change is made of."""

    doc_id: str
    group: int
    role: str
    kind: str
    value: Any
    against: str
    parent: str
    subject: str
    code: str
    sentence: str
    page: int


def changes(claims: pd.DataFrame) -> pd.DataFrame:
    """The changes on the previous year that the narrative states (claims.csv), with the previous amount that they imply and the reason.

    A statement is a group of claims of one subject. The reason is what follows 主要原因是, 主要是 or 主要为 in the statement's sentence, or
    in the sentence of the claims that the narrative gives as its reasons; a reason without any figure after it is in no claim.
    """

    # Plain tuples: a statement is a handful of rows, too few for pandas to pay.
    records = list(zip(*(claims[name].tolist() for name in _Claim._fields), strict=True))
    statements: dict[tuple[str, int], list[_Claim]] = {}
    reasons: dict[tuple[str, str], list[_Claim]] = {}
    for record in map(_Claim._make, records):
        if record.role == "reason":
            reasons.setdefault((record.doc_id, record.parent), []).append(record)
        else:
            statements.setdefault((record.doc_id, record.group), []).append(record)

    def rows() -> Iterator[tuple[Any, ...]]:
        for (doc_id, group), parts in statements.items():
            change = next((one for one in parts if one.kind == "change" and _LAST_YEAR.search(one.against)), None)
            if change is None or change.value is None:
                continue
            amount = next((one.value for one in parts if one.kind == "amount"), None)
            percent = next((one.value for one in parts if one.kind == "pct_change"), None)
            before = measures.before(amount, change.value)
            computed = measures.change(amount, before)
            after = [one.sentence for one in reasons.get((doc_id, change.subject), ()) if one.group > group]
            reason = next((found.group(1).rstrip("。") for text in (change.sentence, *after) if (found := _REASON.search(text))), "")
            yield (
                f"{doc_id}/s{group:03d}", doc_id, change.subject, change.code, amount, change.value, before, percent,
                measures.rounded(None if computed is None else 100 * computed, 2), reason, change.page,
            )  # fmt: skip

    return pd.DataFrame(list(rows()), columns=list(CHANGE_COLUMNS))

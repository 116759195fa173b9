"""Changes: what the narrative says of the previous year, and the reason it gives, one row a statement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from ..dataset.records import Claim, records
from . import measures

_REASON = re.compile(r"主要(?:原因)?(?:是|为)[:：]?(.+)")
_LAST_YEAR = re.compile(r"上年|\d{4}年")


class Change(NamedTuple):
    """A row of stated_changes."""

    change_id: str
    doc_id: str
    subject: str
    code: str
    amount: Decimal | None
    change: Decimal
    before: Decimal | None
    percent_stated: Decimal | None
    percent_computed: Decimal | None
    reason: str
    page: int


def stated_changes(claims: Sequence[Claim]) -> Iterator[Change]:
    """The changes on the previous year that a narrative states, with the previous amount that they imply and the reason.

    A statement is a group of claims of one subject. The reason is what follows 主要原因是, 主要是 or 主要为 in the statement's sentence, or
    in the sentence of the claims that the narrative gives as its reasons; a reason without any figure after it is in no claim.
    """
    statements: dict[tuple[str, int], list[Claim]] = {}
    reasons: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        if claim.role == "reason":
            reasons.setdefault((claim.doc_id, claim.parent), []).append(claim)
        else:
            statements.setdefault((claim.doc_id, claim.group), []).append(claim)

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
        yield Change(
            f"{doc_id}/s{group:03d}", doc_id, change.subject, change.code, amount, change.value, before, percent,
            measures.rounded(None if computed is None else 100 * computed, 2), reason, change.page,
        )  # fmt: skip


def changes(claims: pd.DataFrame) -> pd.DataFrame:
    """The stated changes of a dataset's claims in one frame, a row a `Change`."""
    return pd.DataFrame(stated_changes(records(Claim, claims)), columns=list(Change._fields))

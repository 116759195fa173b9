"""Changes: what the narrative says of the previous year, and the reason it gives, one row per statement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pandas as pd

from ..dataset.printed import ClaimRow
from ..dataset.schema import records
from ..dataset.studied import ChangeRow
from . import measures

_REASON = re.compile(r"主要(?:原因)?(?:是|为)[:：]?(.+)")
_LAST_YEAR = re.compile(r"上年|\d{4}年")


def stated_changes(claims: Sequence[ClaimRow]) -> Iterator[ChangeRow]:
    """The changes on the previous year that a narrative states, with the previous amount that they imply and the
    reason.

    A statement is a group of claims of one subject. The reason is what follows 主要原因是, 主要是 or 主要为 in its
    sentence, or in the sentence of the claims that the narrative gives as its reasons; a reason without any figure
    after it is in no claim.
    """
    statements: dict[tuple[str, int], list[ClaimRow]] = {}
    reasons: dict[tuple[str, str], list[ClaimRow]] = {}
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
        reason = next((found.group(1).rstrip("。")
                       for text in (change.sentence, *after) if (found := _REASON.search(text))), "")
        yield ChangeRow(change_id=f"{doc_id}/s{group:03d}", doc_id=doc_id, subject=change.subject, code=change.code,
                        amount=amount, change=change.value, before=before, percent_stated=percent,
                        percent_computed=measures.rounded(None if computed is None else 100 * computed, 2),
                        reason=reason, page=change.page)


def changes(claims: pd.DataFrame) -> pd.DataFrame:
    """The stated changes of a dataset's claims in one frame, one row per `ChangeRow`."""
    return ChangeRow.resource.frame(list(stated_changes(records(ClaimRow, claims))))

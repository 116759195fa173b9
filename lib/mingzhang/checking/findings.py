"""Findings: what an auditor writes down: a row for each cause, with the checks, cells and indicators that follow."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..address import Address
from ..vocabulary import within
from .checks import Confronted
from .doubts import Doubts
from .ledger import Ledger
from .locate import Correction, Located
from .records import SEVERITIES, Check, Finding, Result

_RULES, _SCOPES, _LOCATED = (within("findings", name) for name in ("rules", "scopes", "located"))
_SLIPS = within("identities", "slips")
#: Words of statements and the Chinese for them.
_WORDS = [(re.compile(words), zh) for words, zh in within("findings", "words").items()]
#: What a status says of the severity; a failure has its rule's own.
_BY_STATUS = {"rounding": "rounding", "doubt": "note"}
#: A sum that misses by less than this many tolerances may come of figures that are cut off instead of rounded.
CUT_OFF = 2
#: More cells than these of one set of failures are told in one finding.
MOST_CELLS = 20


@dataclass
class Draft:
    """A finding on the way: what is said, the cells it is about first, and all that shows it."""

    entry: Mapping[str, str]
    severity: str
    said: dict[str, Any]
    pages: tuple[int, ...]
    cells: tuple[str, ...]
    checks: list[str]
    amounts: list[str] = field(default_factory=list)
    indicators: list[str] = field(default_factory=list)
    cause: str = ""

    def join(self, other: Draft) -> None:
        """Take in what follows from the same cause."""
        for mine, theirs in ((self.checks, other.checks), (self.amounts, other.amounts),
                             (self.indicators, other.indicators)):
            mine.extend(one for one in theirs if one not in mine)
        self.pages = tuple(dict.fromkeys((*self.pages, *other.pages)))
        self.severity = min(self.severity, other.severity, key=SEVERITIES.index)


class Blank(dict[str, Any]):
    """The fields of a sentence; one that is not known is left blank."""

    def __missing__(self, key: str) -> str:
        return ""


def findings(confronted: Confronted, located: Sequence[Located], numbers: Sequence[int],
             doubts: Doubts) -> tuple[Finding, ...]:
    """The findings of a document, by page. `numbers` gives the identity behind each number of a `Located`."""
    by_id = {check.check_id: check for check in confronted.checks}
    drafts = [draft for found in located for draft in of_cells(confronted, found, numbers, by_id)]
    told = {check for draft in drafts for check in draft.checks}
    rest = [check for check in confronted.checks
            if check.status in ("fail", "doubt", "rounding") and check.check_id not in told]
    drafts += folded(drafts, [of_check(check, confronted, doubts) for check in rest])
    ready = [settled(draft, doubts) for draft in drafts]
    ready.sort(key=lambda draft: (draft.pages[:1], SEVERITIES.index(draft.severity), draft.checks[:1]))
    doc_id = confronted.books.document.doc_id
    return tuple(finding(f"{doc_id}/f{number:03d}", doc_id, draft) for number, draft in enumerate(ready, start=1))


# --- drafts ----------------------------------------------------------------------------------------------------------


def of_cells(confronted: Confronted, found: Located, numbers: Sequence[int],
             by_id: Mapping[str, Check]) -> Iterator[Draft]:
    """A draft for each wrong cell that is named; one for all failures of the same difference that no cell explains."""
    books = confronted.books
    broken = {numbers[i]: by_id[confronted.check_of[numbers[i]]]
              for i in found.broken if numbers[i] in confronted.check_of}
    if found.named and found.corrections and len(found.corrections) <= MOST_CELLS:
        for one in found.corrections:
            own = ([check for number, check in broken.items() if one.place in books.identities[number].places]
                   or list(broken.values()))
            yield of_cell(books.ledger, one, own, len(found.broken))
        return
    for checks in by_difference(broken.values()).values():
        draft = of_check(checks[0], confronted, None)
        draft.checks, draft.amounts = ([one.check_id for one in checks],
                                       list(dict.fromkeys(a for one in checks for a in one.amount_ids)))
        yield draft


def of_cell(ledger: Ledger, one: Correction, checks: Sequence[Check], count: int) -> Draft:
    """What is wrong with a cell that its sums prove wrong."""
    spot, value = ledger.places[one.place], ledger.values[one.place]
    slip = _SLIPS.get(one.slip.kind, {})
    said = {"where": spot.label, "printed": "" if value is None else money(ledger.decimal(value)), "count": count,
            "expected": money(ledger.decimal(one.likely)), "rules": f"{count} sums" if count > 1 else "one sum",
            "how": f" ({one.slip.words})" if one.slip.words else "",
            "how_zh": f"（{slip['zh']}）" if one.slip.words and "zh" in slip else ""}
    entry = _LOCATED["empty" if value is None else "one"]
    amounts = [spot.id, *(a for check in checks for a in check.amount_ids if a != spot.id)]
    severity = "rounding" if one.slip.kind == "rounding" else entry["severity"]
    return Draft(entry, severity, said, (spot.page,), (spot.id,), [check.check_id for check in checks],
                 list(dict.fromkeys(amounts)))


def of_check(check: Check, confronted: Confronted, doubts: Doubts | None) -> Draft:
    """What one check says."""
    result = check.said or Result(check.rule, check.scope, check.statement)
    entry = {**_SCOPES[check.scope], **_RULES.get(check.rule, {}),
             **{k: v for k in ("kind", "en", "zh") if (v := getattr(result, k))}}
    severity = _BY_STATUS.get(check.status) or result.severity or entry["severity"]
    if (check.said is None and check.status == "fail"
        and abs(check.difference or Decimal(0)) <= CUT_OFF * (check.tolerance or Decimal(0))):
        severity = "rounding"
    index, places = confronted.books.ledger.index, confronted.books.ledger.places
    where = next((places[index[cell]].label for cell in check.amount_ids if cell in index), "")
    said = {"statement": check.statement, "printed": result.printed or money(check.left),
            "expected": result.expected or money(check.right), "left": money(check.left), "right": money(check.right),
            "difference": money(check.difference), "where": where, "page": ", ".join(map(str, check.pages))}
    return Draft(entry, severity, said, check.pages, check.amount_ids, [check.check_id], list(check.amount_ids),
                 list(result.indicators), result.cause)


def by_difference(checks: Iterable[Check]) -> dict[Decimal | None, list[Check]]:
    """Failures that miss by the same sum, either way, have one cause."""
    out: dict[Decimal | None, list[Check]] = defaultdict(list)
    for check in checks:
        out[abs(check.difference) if check.difference is not None else None].append(check)
    return out


def money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


# --- folding ---------------------------------------------------------------------------------------------------------


def folded(located: Sequence[Draft], rest: Sequence[Draft]) -> list[Draft]:
    """The drafts of single checks, joined by cause: a named cell, the same cause, cells or rounded total."""
    wrong = {draft.cells[0]: draft for draft in located if draft.cells}
    causes: dict[object, Draft] = {}
    for draft in rest:
        rounded = draft.severity == "rounding"
        key = rounded, draft.cause or (draft.cells[:1] if rounded else draft.cells) or draft.checks[0]
        same = causes.get(key) or next((wrong[cell] for cell in draft.cells if cell in wrong and not rounded), None)
        if same is not None:
            same.join(draft)
        else:
            causes[key] = draft
    return list(causes.values())


def settled(draft: Draft, doubts: Doubts) -> Draft:
    """What rests on a cell that is uncertain is no error; what rests on an inferred reading alone is likely."""
    if draft.severity in ("error", "likely"):
        draft.severity = doubts.severity(draft.severity, draft.cells)
    return draft


def finding(finding_id: str, doc_id: str, draft: Draft) -> Finding:
    """A draft with its sentences."""
    said = Blank(draft.said)
    return Finding(finding_id, doc_id, draft.entry["kind"] if draft.severity != "rounding" else "rounding",
                   draft.severity, draft.pages, str(said["printed"]), str(said["expected"]),
                   draft.entry["en"].format_map(said), in_chinese(draft.entry["zh"].format_map(said)),
                   tuple(draft.checks), tuple(a for a in draft.amounts if Address.parse(a)), tuple(draft.indicators))


def in_chinese(text: str) -> str:
    """A Chinese sentence whose statement has English words in it, with the Chinese for them."""
    for words, zh in _WORDS:
        text = words.sub(zh, text)
    return text

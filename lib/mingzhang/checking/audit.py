"""Audit: everything that validation says of one document, by one call: checks, suspects and coverage.

    audit = mz.audit(mz.read("disclosure.pdf"))
    print(audit.summary())
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..disclosure import Disclosure
from .checks import Account, account, confront
from .coverage import coverage, shares
from .doubts import Doubts
from .findings import findings
from .locate import Correction, Located, locate
from .records import STATUSES, Check, Finding, Suspect
from .system import System

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Audit:
    """The outcome of a document's validation. `unexplained` says in words which failures no small change explains."""

    doc_id: str
    checks: tuple[Check, ...]
    suspects: tuple[Suspect, ...]
    coverage: dict[str, int]
    unexplained: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def failures(self) -> list[Check]:
        """The checks that fail, by page."""
        return sorted((check for check in self.checks if check.status == "fail"),
                      key=lambda check: (check.pages[:1], check.check_id))

    def summary(self) -> str:
        """Counts by scope and status, the failures, the suspects and the coverage, as text."""
        counts = Counter((check.scope, check.status) for check in self.checks)
        lines = [self.doc_id, f"{'':14}" + "".join(f"{status:>12}" for status in STATUSES)]
        for scope in dict.fromkeys(check.scope for check in self.checks):
            lines.append(f"{scope:14}" + "".join(f"{counts[scope, status]:>12}" for status in STATUSES))
        lines += ["", *(failure_line(check) for check in self.failures)]
        lines += ["", *(f"suspect p. {one.page} {one.amount_id}: {one.explanation}" for one in self.suspects),
                  *self.unexplained]
        bins = shares(self.coverage)
        lines += ["", f"{len(self.coverage)} figures; confirmed by "
                  + ", ".join(f"{n}: {share:.1%}" for n, share in bins.items())]
        return "\n".join(lines)

    def frame(self, resource: str) -> pd.DataFrame:
        """checks, suspects or coverage as a DataFrame."""
        import pandas as pd

        if resource == "checks":
            return pd.DataFrame([{name: getattr(one, name) for name in Check.__slots__ if name != "said"}
                                 for one in self.checks])
        if resource == "suspects":
            return pd.DataFrame([{name: getattr(one, name) for name in Suspect.__slots__} for one in self.suspects])
        return pd.DataFrame(self.coverage.items(), columns=["amount_id", "confirmations"])


def failure_line(check: Check) -> str:
    pages = ", ".join(map(str, check.pages))
    sides = f": {check.left} against {check.right}, {check.difference:+}" if check.difference is not None else ""
    return f"fail p. {pages or '-'} [{check.rule}] {check.statement}{sides}"


def audit(document: Disclosure) -> Audit:
    """What validation says of a document; it is confronted once, however often this is asked."""
    if "audit" not in document.made:
        document.made["audit"] = validated(document)
    found: Audit = document.made["audit"]
    return found


def validated(document: Disclosure) -> Audit:
    """Validate a document: apply the rules, locate wrong cells, say what an auditor would, count what confirms each
    figure."""
    confronted = confront(account(document))
    system = System(confronted.books, confronted.outcomes, confronted.checks)
    located = locate(confronted.books, system)
    named = {i: confronted.check_of[number] for i, number in enumerate(system.numbers) if number in confronted.check_of}
    suspects = [one for found in located if found.named for one in suspects_of(confronted.books, found, named)]
    unexplained = tuple(
        f"{len(found.broken)} connected failures ({', '.join(named[i] for i in found.broken[:4])}): "
        f"{found.note or 'several explanations'}"
        for found in located if not (found.named and found.corrections)
    )
    told = findings(confronted, located, system.numbers, Doubts(document))
    return Audit(document.doc_id, confronted.checks, tuple(suspects), coverage(confronted), unexplained, told)


def suspects_of(books: Account, found: Located, named: dict[int, str]) -> Iterator[Suspect]:
    """The suspects of one explanation."""
    broken = tuple(named[i] for i in found.broken if i in named)
    for one in found.corrections:
        spot = books.ledger.places[one.place]
        value = books.ledger.values[one.place]
        yield Suspect(spot.id, None if value is None else books.ledger.decimal(value), books.ledger.decimal(one.low),
                      books.ledger.decimal(one.high), found.unique, round(found.weight, 2), broken, one.slip.kind,
                      explanation(books, found, one), spot.page)


def explanation(books: Account, found: Located, one: Correction) -> str:
    """Why a cell is suspected, in words."""
    decimal = books.ledger.decimal
    value = books.ledger.values[one.place]
    spot = books.ledger.places[one.place]
    likely = one.likely
    implied = (str(decimal(likely)) if one.low == one.high
               else f"{decimal(likely)} ({decimal(one.low)} to {decimal(one.high)})")
    printed = "empty" if value is None else f"printed {decimal(value)}"
    together = f" together with {len(found.corrections) - 1} other cells" if len(found.corrections) > 1 else ""
    how = "" if one.slip.kind == "empty" else one.slip.words
    rivals = ("" if found.unique else f"; {len(found.others)} other explanations are as likely" if found.others
              else "; not proved to be the only one")
    return (f"{spot.label}: {printed}; {implied} implied by {len(found.broken)} identities{together}"
            + (f": {how}" if how else "") + rivals)

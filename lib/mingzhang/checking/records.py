"""Records of validation: what a rule says of figures, a cell that is likely wrong, what an auditor writes down."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

#: Statuses of a check by weight. doubt: a reading or a scope is in doubt, so that a difference accuses nobody.
STATUSES = ("fail", "doubt", "rounding", "pass", "untestable")
#: Severities of a finding in the order of their weight.
SEVERITIES = ("error", "likely", "rounding", "note")


@dataclass(frozen=True, slots=True)
class Result:
    """What a rule other than a sum says. `holds` None: `left` less `right` decides; if both are None too, it cannot be
    asked.

    `kind`, `severity`, `en` and `zh` are those of a finding if the rule does not hold; empty, the rule's own in
    `findings.toml` are taken. `printed` is what stands in the document and `expected` what should. Results with the
    same `cause` become one finding.
    """

    rule: str
    scope: str
    statement: str
    left: Decimal | None = None
    right: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    holds: bool | None = None
    cells: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    status: str = ""
    kind: str = ""
    severity: str = ""
    printed: str = ""
    expected: str = ""
    en: str = ""
    zh: str = ""
    indicators: tuple[str, ...] = ()
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule asked of certain figures: both sides, their difference, how much rounding explains, and the outcome."""

    check_id: str
    rule: str
    doc_id: str
    scope: str
    statement: str
    left: Decimal | None
    right: Decimal | None
    difference: Decimal | None
    tolerance: Decimal | None
    status: str
    amount_ids: tuple[str, ...]
    pages: tuple[int, ...]
    said: Result | None = None


@dataclass(frozen=True, slots=True)
class Suspect:
    """A cell that is likely wrong, what it prints and what it must be; `amount_id` may name an empty cell."""

    amount_id: str
    published: Decimal | None
    implied_low: Decimal
    implied_high: Decimal
    unique: bool
    weight: float
    broken_checks: tuple[str, ...]
    kind: str
    explanation: str
    page: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What an auditor writes down: one cause, with the checks, cells and indicators that show it."""

    finding_id: str
    doc_id: str
    kind: str
    severity: str
    pages: tuple[int, ...]
    printed: str
    expected: str
    sentence_en: str
    sentence_zh: str
    check_ids: tuple[str, ...]
    amount_ids: tuple[str, ...]
    indicator_ids: tuple[str, ...]

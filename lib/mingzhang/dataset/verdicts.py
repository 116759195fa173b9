"""Verdicts: the tables of what validation says: checks, findings, suspects, coverage."""

from __future__ import annotations

from decimal import Decimal

from .schema import Row, col, resource


@resource("checks", key="check_id", doc_id="documents.doc_id")
class CheckRow(Row):
    """One row per accounting identity, cross-reference or formal requirement that was tested."""

    check_id: str = col("Stable id: document and number of the check.", required=True)
    rule: str = col("Key of the declared rule.", required=True)
    doc_id: str = col("Document.", required=True)
    scope: str = col(
        "What kind of statement it is.", required=True,
        options=("row", "hierarchy", "total", "balance", "cross_table", "cross_document", "narrative", "kpi",
                 "presence"),
    )
    statement: str = col("The statement in words, with the printed names.", required=True)
    left: Decimal | None = col("Left side.")
    right: Decimal | None = col("Right side.")
    difference: Decimal | None = col("Left minus right.")
    tolerance: Decimal | None = col("What rounding of the printed figures explains at the most.")
    status: str = col("pass; rounding: within the tolerance; fail: past it; doubt: past it, but the reading or the "
                      "scope is in doubt (see statement); untestable: its figures are not printed.", required=True,
                      options=("pass", "rounding", "fail", "doubt", "untestable"))
    amount_ids: str = col("The cells that take part, separated by blanks.")
    pages: str = col("Their pages, separated by blanks.")


@resource("findings", key="finding_id", doc_id="documents.doc_id")
class FindingRow(Row):
    """One row per finding, as an auditor writes it down; what follows from it is folded into it."""

    finding_id: str = col("Stable id: document and number of the finding.", required=True)
    doc_id: str = col("Document.", required=True)
    kind: str = col("Kind of fault (vocabulary/findings.toml).", required=True)
    severity: str = col("error: a contradiction of the published figures; likely: a reading or a scope may explain it; "
                        "rounding: text that truncates; note.", required=True,
                        options=("error", "likely", "rounding", "note"))
    pages: str = col("Pages, separated by blanks.")
    printed: str = col("What is printed.")
    expected: str = col("What the other printed figures call for.")
    sentence_en: str = col("The finding in a sentence.", required=True)
    sentence_zh: str = col("The same in Chinese.", required=True)
    check_ids: str = col("The checks that show it, separated by blanks.")
    amount_ids: str = col("The cells concerned, separated by blanks.")
    indicator_ids: str = col("The performance indicators concerned, separated by blanks.")


@resource("suspects", key="amount_id kind explanation")
class SuspectRow(Row):
    """One row per cell that is likely wrong: the fewest and least reliable cells whose change makes every broken
    identity hold."""

    amount_id: str = col("The cell (an empty cell has the id that its figure would have).", required=True)
    published: Decimal | None = col("What it prints, in the unit of amounts.csv; empty for an empty cell.")
    implied_low: Decimal | None = col("The least value that makes the identities hold.")
    implied_high: Decimal | None = col("The greatest.")
    unique: bool | None = col("No other explanation is as likely.")
    weight: float | None = col("Weight of the explanation: the lower, the likelier.")
    broken_checks: str = col("The failing checks that it explains, separated by blanks.")
    kind: str = col("How the printed figure went wrong, if it can be told.")
    explanation: str = col("In words.", required=True)


@resource("coverage", key="amount_id", amount_id="amounts.amount_id")
class CoverageRow(Row):
    """One row per figure: how many independent identities confirm it."""

    amount_id: str = col("The figure.", required=True)
    confirmations: int = col("Identities that hold and contain it, none of which follows from the others.", least=0)

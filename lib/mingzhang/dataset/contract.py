"""Contract: every resource of the dataset, in the order written. Names are fixed: other programs read them."""

from __future__ import annotations

from .performance import FundRow, IndicatorRow, ProjectRow
from .printed import AgencyRow, AmountRow, CellRow, ClaimRow, DocumentRow, FiscalRow, TableRow
from .quality import ProjectQualityRow, QualityRow
from .schema import Resource, Row
from .studied import ChangeRow, ConcentrationRow, ProjectBudgetRow, SpendingRow
from .verdicts import CheckRow, CoverageRow, FindingRow, SuspectRow

#: The records of each resource.
RECORDS: tuple[type[Row], ...] = (AgencyRow, DocumentRow, TableRow, CellRow, AmountRow, FiscalRow, ProjectRow, FundRow,
                                  IndicatorRow, ClaimRow, CheckRow, FindingRow, SuspectRow, CoverageRow, QualityRow,
                                  ProjectQualityRow, SpendingRow, ProjectBudgetRow, ConcentrationRow, ChangeRow)
RESOURCES: dict[str, Resource] = {record.resource.name: record.resource for record in RECORDS}
#: Tables about several documents: they are made when all documents are read (see building.joining).
ACROSS = ("agencies", "fiscal")

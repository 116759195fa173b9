"""Printed: the tables of what the documents print: documents, their agencies, tables, cells, figures and statements."""

from __future__ import annotations

from decimal import Decimal

from ..forms import BY_KEY, FORM_KEYS, FORMS, MEASURES
from ..vocabulary import within
from .schema import Row, col, resource

#: Which budget or account a figure is of, and which money; the words that name them are in vocabulary/columns.toml.
STAGES = ("prior_year_budget", "prior_year_final", "initial_budget", "adjusted_budget", "final", "plan")
FUNDS = ("all", "appropriation", "general_public", "government_fund", "state_capital", "special_account", "institution",
         "other")
KINDS = ("budget", "final_accounts")
SIDES = ("revenue", "expenditure")
SCOPES = ("department", "unit")
ADMIN_LEVELS = ("central", "provincial", "municipal", "county", "district", "township")
#: What a figure measures: by its column or row, or the part of expenditure that a whole form is about.
ITEMS = tuple(dict.fromkeys(("total", *within("columns", "items").values(), *filter(None, (f.item for f in FORMS)))))
_MEASURES = tuple(dict.fromkeys(key for key, _ in MEASURES))


@resource("agencies", key="agency_id")
class AgencyRow(Row):
    """One row per publishing agency (部门, 单位), under all the names that its documents print."""

    agency_id: str = col("Stable id of the agency.", required=True)
    name: str = col("Name of the agency, as most documents print it.", required=True)
    variants: str = col("Other names that documents print, separated by '; '.")
    division_code: str = col("Administrative division (GB/T 2260), six digits.")
    level: str = col("Administrative level.", options=ADMIN_LEVELS)
    sector: str = col("What the agency is for (education, health …), by its name.")
    parent: str = col("agency_id of the department (主管部门) that a unit belongs to.")


@resource("documents", key="doc_id", agency_id="agencies.agency_id")
class DocumentRow(Row):
    """One row per document, also for files that could not be read."""

    doc_id: str = col("Stable id of the document.", required=True)
    title: str = col("Title of the document.")
    org: str = col("Publishing agency (部门/单位).")
    province: str = col("Province (省, 自治区, 直辖市), where known.")
    region: str = col("Region below the province (市, 区, 县), where known.")
    admin_level: str = col("Administrative level.", options=ADMIN_LEVELS)
    fiscal_year: int | None = col("Fiscal year (预算/决算年度).", least=1949)
    kind: str = col("Kind of disclosure.", options=KINDS)
    source: str = col("File name in the raw folder.", required=True)
    sha256: str = col("SHA-256 of the file.")
    provenance: str = col("published: the file as published; facsimile: typeset again from the published text.",
                          options=("published", "facsimile"))
    pages: int | None = col("Number of pages.", unit="pages", least=0)
    status: str = col("ok; partial: something was left out or cannot be relied on (see problems); no_tables; failed: "
                      "not readable; duplicate; missing.", required=True,
                      options=("ok", "partial", "no_tables", "failed", "duplicate", "missing"))
    problems: str = col("What was left out and why, separated by '; '.")
    agency_id: str = col("Agency.")
    scope: str = col("department: with its subordinate units; unit: the agency alone.", options=SCOPES)
    version: str = col("Which publication of the same accounts this is (a corrected one is later).")
    url: str = col("Where it was published.")
    published: str = col("Date of publication (YYYY-MM-DD).")
    retrieved: str = col("Date of retrieval (YYYY-MM-DD).")
    container: str = col("What kind of file it is.", options=("pdf", "scan", "xlsx", "xls", "docx", "html"))


@resource("tables", key="table_id", doc_id="documents.doc_id")
class TableRow(Row):
    """One row per logical table (a table continued over pages is one)."""

    table_id: str = col("Stable id: document and number of the table.", required=True)
    doc_id: str = col("Document.", required=True)
    form: str = col("Standard form: " + "; ".join(f"{key} {BY_KEY[key].name}" for key in FORM_KEYS) + ".",
                    required=True, options=FORM_KEYS)
    title: str = col("Printed title, or the nearest heading.")
    page_first: int = col("First page.", least=1)
    page_last: int = col("Last page.", least=1)
    amount_unit: str = col("Declared unit of money (万元, 元 …), empty where none is printed.")
    rows: int = col("Printed rows, repeated headers included.", least=1)
    columns: int = col("Printed columns.", least=1)
    is_empty: bool = col("A table for figures that prints none.")
    engine: str = col("Camelot engine(s) that gave the grid.", required=True)


@resource("cells", key="table_id row column", table_id="tables.table_id")
class CellRow(Row):
    """One row per printed cell of every table, repeated headers included."""

    table_id: str = col("Table.", required=True)
    row: int = col("First row of the cell, counted from 0 over the whole logical table.", least=0)
    column: int = col("First column of the cell, counted from 0.", least=0)
    row_span: int = col("Rows that the cell covers.", least=1)
    column_span: int = col("Columns that the cell covers.", least=1)
    text: str = col("Text as printed; a newline where a line wraps.")
    page: int = col("Page on which the cell begins.", least=1)
    x0: float = col("Left edge, from the page's left edge.", unit="pt")
    top: float = col("Top edge, from the page's top edge.", unit="pt")
    x1: float = col("Right edge.", unit="pt")
    bottom: float = col("Bottom edge.", unit="pt")
    stored: str = col("The number that a workbook keeps where its cell displays it rounded.")


@resource("amounts", key="amount_id", doc_id="documents.doc_id", table_id="tables.table_id")
class AmountRow(Row):
    """One row per number printed in a value column of a fiscal, staffing or asset table."""

    amount_id: str = col("Stable id: table, row and column of the cell.", required=True)
    doc_id: str = col("Document.", required=True)
    table_id: str = col("Table.", required=True)
    form: str = col("Standard form of the table.", required=True, options=FORM_KEYS)
    fiscal_year: int | None = col("Fiscal year of the document.", least=1949)
    kind: str = col("budget or final_accounts.", options=KINDS)
    side: str = col("Side of the accounts, where the form has one.", options=SIDES)
    code: str = col("Classification code (政府收支分类科目), its printed parts joined.")
    level: int | None = col("1 类, 2 款, 3 项, by the length of the code.", least=1)
    agency_code: str = col("Code of the unit (单位编码) that the row is about, where the form prints one.")
    name: str = col("Name of the row as printed, without wraps.")
    row_role: str = col("total 合计/总计; subtotal 小计; memo 其中 (of which); item.", required=True,
                        options=("total", "subtotal", "item", "memo"))
    measure: str = col("Standard key of the column's measure.", required=True, options=_MEASURES)
    column: str = col("Printed header path, joined by /.")
    stage: str = col("Which budget or account the figure is of. 预算数 beside 决算数 is initial_budget, or "
                     "adjusted_budget where a note says that it is the whole year's; a change or a share has the stage "
                     "of the figure of this year that it is told of; plan is for years to come.", options=STAGES)
    fund: str = col("Which money the figure is of; all where the form does not divide it. institution: what a unit "
                    "earns (事业收入, 经营收入); other: what others give it, and 其他收入.", options=FUNDS)
    item: str = col("What the figure measures: total, or a part of it. What is no expenditure of its own (a balance, "
                    "a change, a share, a count, a purchase, the value of an asset) has an item of its own.",
                    options=ITEMS)
    amount: Decimal = col("The number; sums of money in 万元 (ten thousand yuan).")
    unit: str = col("万元 for money; 人, 平方米, 辆 … for other quantities; %.", required=True)
    raw: str = col("The number as printed.", required=True)
    row: int = col("Row of the cell in cells.csv.", least=0)
    column_index: int = col("Column of the cell in cells.csv.", least=0)
    page: int = col("Page on which it is printed.", least=1)
    reading: str = col("printed: as it stands; inferred: its unit, form, stage or measure follows from identities; "
                       "recognised: from a picture; corrected: a doubtful character settled by identities.",
                       options=("printed", "inferred", "recognised", "corrected"))
    proof: int | None = col("Independent identities that hold the figure.", least=0)


@resource("fiscal", key="fiscal_id", agency_id="agencies.agency_id", amount_id="amounts.amount_id")
class FiscalRow(Row):
    """One row per agency, year, scope, stage, fund, classification, code and item: the best source of each figure,
    nothing twice."""

    fiscal_id: str = col("Stable id: the columns that tell a figure from the others, joined by /.", required=True)
    agency_id: str = col("Agency.", required=True)
    fiscal_year: int = col("Year that the figure is of.", least=1949)
    scope: str = col("department: with its subordinate units; unit: the agency alone.", options=SCOPES)
    stage: str = col("Which budget or account the figure is of.", required=True, options=STAGES)
    fund: str = col("Which money the figure is of.", required=True, options=FUNDS)
    classification: str = col("By what its code classifies it.", options=("functional", "economic"))
    code: str = col("Classification code.")
    level: int | None = col("1 类, 2 款, 3 项.", least=1)
    name: str = col("Name of the row as printed.")
    side: str = col("Side of the accounts.", options=SIDES)
    item: str = col("What the figure measures.", required=True, options=ITEMS)
    amount: Decimal = col("The figure.", unit="万元")
    unit: str = col("Unit of the figure.", required=True)
    amount_id: str = col("Its best source.", required=True)
    form: str = col("Form of the table of that source.", options=FORM_KEYS)
    proof: int | None = col("Independent identities that hold it.", least=0)
    other_ids: str = col("Other places that print it (amount_id), separated by blanks.")


@resource("claims", key="claim_id", doc_id="documents.doc_id")
class ClaimRow(Row):
    """One row per figure that the narrative states, and per statement of direction without a figure."""

    claim_id: str = col("Stable id: document and number of the claim.", required=True)
    doc_id: str = col("Document.", required=True)
    page: int = col("Page on which the figure stands.", least=1)
    section: str = col("Headings above the sentence, joined by /.")
    sentence: str = col("The sentence, whole over lines and pages.", required=True)
    subject: str = col("What the figure is of, in the document's words.")
    code: str = col("Classification code, if the text gives one.")
    kind: str = col("What the figure is.", required=True, options=("amount", "change", "pct_change", "share", "count"))
    value: Decimal | None = col("The figure; a decrease is negative, 持平 a change of 0; empty for a direction without "
                                "a figure.")
    unit: str = col("Unit as printed (万元, 元, %, 辆, 人次 …).")
    raw: str = col("The figure as printed.")
    measure: str = col("The stage that the text names (年初预算, 支出决算 …).")
    year: str = col("The year that the text names.")
    direction: str = col("The printed word of change, comparison or completion (增加, 小于, 完成 …).")
    against: str = col("What a change or share is measured against (上年决算数 …).")
    parent: str = col("The whole of which the subject is a part.")
    path: str = col("Classification by name, 类/款/项.")
    role: str = col("main, part of a whole, or a figure in a reason.", required=True,
                    options=("main", "part", "reason"))
    group: int = col("Claims with the same number are one statement.", least=0)

"""Corpus: documents with their truth, one by one or by the thousand."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from . import fiscal, performance
from .accounts import Accounts, make_accounts
from .layout import Sheet
from .styles import STYLES, Style
from .typeset import Setter, Typeset


class TrueTable(NamedTuple):
    page_first: int
    page_last: int
    form: str
    title: str
    amount_unit: str
    is_empty: bool


class TrueAmount(NamedTuple):
    table: int
    page: int
    form: str
    side: str
    code: str
    level: int | None
    name: str
    measure: str
    column: str
    amount: Decimal
    unit: str
    raw: str


class TrueProject(NamedTuple):
    page: int
    form: str
    project: str
    project_code: str
    competent_dept: str
    implementing_unit: str
    goal: str
    actual_result: str
    total_score: str


class TrueFund(NamedTuple):
    page: int
    project: str
    item: str
    initial_budget: str
    annual_budget: str
    executed: str
    weight: str
    execution_rate: str
    score: str
    other: str


NO_FUND = dict.fromkeys(TrueFund._fields[3:], "")


class TrueIndicator(NamedTuple):
    page: int
    project: str
    level1: str
    level2: str
    level3: str
    description: str
    target_raw: str
    target_operator: str
    target_value: str
    target_unit: str
    actual_raw: str
    weight: str
    score: str
    note: str
    basis: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What a document prints, in the contract's words and in printed order; amounts in 万元 where they are money.

    `scanned` are the pages without a text layer: what stands on them is in no list.
    """

    tables: tuple[TrueTable, ...] = ()
    amounts: tuple[TrueAmount, ...] = ()
    projects: tuple[TrueProject, ...] = ()
    funds: tuple[TrueFund, ...] = ()
    indicators: tuple[TrueIndicator, ...] = ()
    scanned: tuple[int, ...] = ()


class Document(NamedTuple):
    """A generated document: the PDF's bytes, what it says, and the accounts that it was made from."""

    pdf: bytes
    truth: Truth
    accounts: Accounts


def generate(
    seed: int, style: str | Style, *, rows: int = 12, projects: int = 2, forms: int | None = None
) -> Document:
    """The document that `seed` and a house style (or its name in `STYLES`) determine, byte for byte.

    `rows`: about how many 项 the accounts have; `projects`: how many performance tables of each kind; `forms`: how many
    of the dialect's fiscal forms are printed (all if None).
    """
    chosen = STYLES[style] if isinstance(style, str) else style
    if forms is not None:
        chosen = replace(chosen, forms=dict(list(chosen.forms.items())[:forms]))
    accounts = make_accounts(seed, chosen.kind, rows=rows, projects=projects, fund=chosen.fund, state=chosen.state)
    done, sheets = typeset(accounts, chosen)
    return Document(done.pdf, truth_of(sheets, done), accounts)


def typeset(accounts: Accounts, style: Style) -> tuple[Typeset, list[Sheet]]:
    """The sheets of a disclosure and their PDF, with a cover page in front."""
    sheets = [*fiscal.sheets(accounts, style), *performance.sheets(accounts, style)]
    setter = Setter(style.type)
    setter.new_page()
    setter.y = setter.height / 3
    word = "部门决算" if accounts.kind == "final_accounts" else "部门预算"
    setter.line(f"{accounts.org}{accounts.year}年度{word}", 20, "center")
    number = -1
    if style.type.image_page:
        number = next(i for i, sheet in enumerate(sheets) if sheet.form == "expenditure")
        scanned = sheets.pop(number)
    for index, sheet in enumerate(sheets):
        if index == number:
            setter.scan(scanned)
        setter.add(sheet)
    return setter.finish(f"{accounts.org}{accounts.year}年度{word}"), sheets


def truth_of(sheets: list[Sheet], done: Typeset) -> Truth:
    """The truth of a typeset document: what its sheets say, on the pages where that came to stand."""
    tables: list[TrueTable] = []
    amounts: list[TrueAmount] = []
    projects: list[TrueProject] = []
    funds: list[TrueFund] = []
    indicators: list[TrueIndicator] = []
    for number, (sheet, pages, span) in enumerate(zip(sheets, done.cell_pages, done.sheet_pages, strict=True), 1):
        said = sheet.performance
        tables.append(TrueTable(*span, sheet.form, sheet.title, sheet.unit, not sheet.facts and not said))
        amounts.extend(
            TrueAmount(number, pages[f.row, f.column], sheet.form, f.side, f.code, {3: 1, 5: 2, 7: 3}.get(len(f.code)),
            f.name,
                       f.measure, f.path, f.amount, f.unit, f.raw)
            for f in sheet.facts
        )
        for project in said:
            name = project.values["project"]
            page = pages.get((project.row, project.column), span[0])
            projects.append(TrueProject(page, sheet.form, **project.values))
            funds.extend(
                TrueFund(page=pages[f.row, f.column], project=name, item=f.item, **{**NO_FUND, **f.values})
                for f in project.funds
            )
            indicators.extend(TrueIndicator(pages[g.row, g.column], name, **g.values) for g in project.goals)
    return Truth(tuple(tables), tuple(amounts), tuple(projects), tuple(funds), tuple(indicators), done.scanned)


#: What the truth's lists are called in a corpus, after the contract's resources.
TRUTH_FILES: dict[str, tuple[str, type[tuple[Any, ...]]]] = {
    "tables": ("tables", TrueTable), "amounts": ("amounts", TrueAmount), "projects": ("kpi_projects", TrueProject),
    "funds": ("kpi_funds", TrueFund), "indicators": ("kpi_indicators", TrueIndicator),
}


def write_corpus(
    folder: Path, n: int, seed: int = 0, styles: Sequence[str] | None = None, rows: int = 7, projects: int = 1,
    forms: int = 7
) -> Iterator[Path]:
    """Write `n` small documents, the styles in turn, and the truth of all of them; yields each PDF's path once it is
    written.

    The truth goes to `folder`/truth, a CSV a resource with the contract's column names and a doc_id (the PDF's stem).
    Memory does not grow with `n`.
    """
    names = list(styles or STYLES)
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        writers = {}
        for name, (file, kind) in TRUTH_FILES.items():
            handle = stack.enter_context((folder / "truth" / f"{file}.csv").open("w", encoding="utf-8", newline=""))
            writers[name] = csv.writer(handle, lineterminator="\n")
            writers[name].writerow(["doc_id", *kind._fields])  # type: ignore[attr-defined]
        for number in range(n):
            style = names[number % len(names)]
            document = generate(seed + number, style, rows=rows, projects=projects, forms=forms)
            path = folder / f"{style.replace('_', '-')}-{number:06d}.pdf"
            path.write_bytes(document.pdf)
            for name, writer in writers.items():
                writer.writerows([path.stem, *row] for row in getattr(document.truth, name))
            yield path

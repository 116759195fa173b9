"""Rules of presence and form: the standard tables are there, say their unit and year, and why they are empty.

The tables that a disclosure must hold: 财预〔2016〕143号 (地方预决算公开操作规程); that of 国有资本经营预算 is asked
for only where the document announces it, since forms before it and some provinces' forms do without. The words are in
vocabulary/narrative.toml.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .. import classification, forms
from ..clean import compact
from ..disclosure import Disclosure
from ..narrative.claims import Claim
from ..reading.pages import Page, looks_tabular
from ..table import Table
from ..vocabulary import patterns
from .lookup import BY_CODE as FUNCTIONAL
from .lookup import Figure, Printed, bare, same_body
from .records import Result
from .sheets import Sheet
from .statements import value_of

#: The tables that every disclosure holds.
REQUIRED = (
    "income_expenditure_summary", "income", "expenditure", "appropriation_summary", "general_public_expenditure",
    "basic_expenditure_economic", "three_public", "government_fund",
)
#: Tables of 财政拨款 that stand for those of 一般公共预算 where a form prints only them.
IN_PLACE_OF = {"general_public_expenditure": "appropriation_expenditure",
               "basic_expenditure_economic": "appropriation_basic_economic"}
#: Forms whose rows are the classes of a classification.
BY_CODE = (*FUNCTIONAL, "income", "basic_expenditure_economic", "appropriation_basic_economic",
           "economic_classification")
#: A document with fewer of them is an excerpt, of which nothing can be asked.
LEAST_TABLES = 3
#: A document that states so many figures in words is a whole disclosure, of which the sections can be asked.
LEAST_CLAIMS = 20
_WORDS = dict(patterns("narrative", "presence"))
_SECTIONS = patterns("narrative", "sections")
#: What a form without figures is called in the text.
_MONEY = dict(patterns("narrative", "empty"))


def findings(document: Disclosure, sheets: Sequence[Sheet]) -> Iterator[Result]:
    """The outcome of every rule of presence."""
    yield from tables_present(document)
    yield from tables_in_order(document)
    yield from sections_present(document)
    printed = Printed(document)
    for sheet in sheets:
        yield from unit_printed(sheet)
        yield from years_headed(document, sheet)
        yield from codes_and_names(sheet)
    yield from names_across(sheets)
    for table in document.tables:
        yield from emptiness(document, table)
    yield from denied(document, printed)
    yield from headings(document)


def found(rule: str, holds: bool | None, statement: str, pages: Sequence[int] = (), cells: Sequence[str] = (),
          **more: str) -> Result:
    return Result(rule, "presence", statement, holds=holds, pages=tuple(dict.fromkeys(pages)),
                  cells=tuple(cells), **more)  # type: ignore[arg-type]


# --- tables ----------------------------------------------------------------------------------------------------------


def plain_lines(document: Disclosure) -> Iterator[tuple[Page, str]]:
    """The printed lines, compact, without the dots and page numbers of a table of contents."""
    for page in document.content:
        for line in page.lines:
            yield page, re.sub(r"[.…·]{3,}.*$|(?<=[\u4e00-\u9fff])\d{1,3}$", "", compact(line.text))


def announced(document: Disclosure) -> dict[str, list[int]]:
    """The forms that numbered headings or a table of contents announce, in order, with all pages that name them."""
    out: dict[str, list[int]] = {}
    named: dict[str, list[int]] = defaultdict(list)
    for page, line in plain_lines(document):
        if (line.endswith("表") and len(line) < 40
            and (form := forms.by_title(line, (), False)) not in ("", *forms.TEXT_FORMS)):
            named[form].append(page.number)
            if _WORDS["announces"].match(line):
                out[form] = named[form]
    return out


def not_read(document: Disclosure) -> list[int]:
    """The pages that print figures in columns, or nothing that can be read, and gave no table."""
    read = {page for table in document.tables for page in table.grid.pages}
    return [page.number for page in document.content
            if page.number not in read and (looks_tabular(page) or (page.has_content and not page.chars))]


def tables_present(document: Disclosure) -> Iterator[Result]:
    """Each table that is asked for, there or not; if figures were not read or a form is unknown, nobody is accused."""
    there = {table.account: table for table in document.tables}
    for form, wider in IN_PLACE_OF.items():
        if wider in there:
            there.setdefault(form, there[wider])
        elif form in there:
            there.setdefault(wider, there[form])
    if sum(form in there for form in REQUIRED) < LEAST_TABLES:
        yield found("table-present", None, "too few standard tables to ask for the others")
        return
    heads, unread = announced(document), not_read(document)
    unknown = [table for table in document.tables if table.account == "other" and table.facts]
    for form in dict.fromkeys((*REQUIRED, *heads)):
        name = forms.BY_KEY[form].name
        pages = heads.get(form, [])
        if form in there:
            yield found("table-present", True, f"{name} is there", there[form].grid.pages[:1])
        elif unread or unknown or pages[1:]:
            first = (unread or pages[1:] or [unknown[0].grid.pages[0]])[0]
            yield found("table-present", False,
                        f"{name} was not found; figures on page {first} were not read or have no known form", [first],
                        status="doubt", severity="note",
                        zh=f"未找到{name}；第{first}页的数据未能读取或不属于已知表式。")
        else:
            where = f", announced on page {pages[0]}" if pages else ""
            yield found("table-present", False, f"{name} is missing{where}", pages[:1],
                        severity="" if pages else "likely", zh=f"缺少{name}。")


def tables_in_order(document: Disclosure) -> Iterator[Result]:
    """The first page of each announced table is not before that of the one announced before it."""
    first: dict[str, int] = {}
    for table in document.tables:
        first.setdefault(table.account, table.grid.pages[0])
    order = [form for form in announced(document) if form in first]
    for one, two in pairwise(order):
        right = first[one] <= first[two]
        names = f"{forms.BY_KEY[one].name} before {forms.BY_KEY[two].name}"
        yield found("table-order", right,
                    names if right else f"{names} was announced, the tables stand the other way round",
                    [first[one], first[two]], status="" if right else "doubt",
                    zh=f"目录中{forms.BY_KEY[one].name}在{forms.BY_KEY[two].name}之前，实际顺序相反。")


def sections_present(document: Disclosure) -> Iterator[Result]:
    """The sections that a disclosure must hold; a facsimile leaves out those without figures."""
    if len(document.claims) < LEAST_CLAIMS or document.source.provenance == "facsimile" or not_read(document):
        return
    whole = "\n".join(line for _, line in plain_lines(document))
    for name, expression in _SECTIONS:
        there = bool(expression.search(whole))
        yield found("section-present", there, f"{name} is there" if there else f"{name} is missing",
                    status="" if there else "doubt", severity="note", zh=f"缺少{name}。")


def unit_printed(sheet: Sheet) -> Iterator[Result]:
    """A table with sums of money prints their unit."""
    if any(fact.unit == "万元" for fact in sheet.table.facts):
        unit = sheet.table.unit
        yield found("table-unit", bool(unit), f"{sheet.table.title}: {unit or 'no unit printed'}",
                    sheet.table.grid.pages[:1],
                    status="" if unit else "doubt", zh=f"{sheet.table.title or '本表'}未标明金额单位。")


def emptiness(document: Disclosure, table: Table) -> Iterator[Result]:
    """An empty table says so and the text states no money for it; a table that says so is empty."""
    if table.account in forms.KPI_FORMS or table.account in forms.TEXT_FORMS:
        return
    said = [note for note in (*table.grid.notes, *(cell.text for cell in table.grid.cells))
            if _WORDS["nothing"].search(compact(note))]
    pages, year = table.grid.pages[:1], document.source.fiscal_year
    if table.is_empty:
        stated = next((claim for claim in document.claims if is_of(claim, table.account, year)), None)
        spoken = (table.account in _MONEY
                  and any(_MONEY[table.account].search(part.text) and denial(part.text, table.account, year)
                          for part in document.paragraphs))
        if stated:
            yield found("empty-explained", False,
                        f"{table.title} is empty, the text states {stated.raw} (“{stated.sentence[:60]}”)",
                        [*pages, stated.page], severity="error", printed="", expected=stated.raw,
                        zh=f"{table.title}为空表，但文字说明列示{stated.raw}。")
        else:
            why = bool(said) or spoken
            yield found("empty-explained", why, f"{table.title} is empty" + ("" if why else " and nothing says why"),
                        pages, status="" if why else "doubt", zh=f"{table.title or '本表'}为空表，未作说明。")
    claims = [note for note in said if _WORDS["empty"].search(compact(note))]
    if claims:
        figures = [fact for fact in table.facts if fact.amount]
        statement = (f"“{claims[0]}”"
                     + (f", but it prints {len(figures)} figures, first {figures[0].raw}" if figures else ""))
        yield found("empty-claimed", not figures, statement, pages,
                    [f"{table.table_id}/r{f.row}c{f.column}" for f in figures[:1]],
                    zh=f"表注“{claims[0]}”，但表中列有数据。")


def is_of(claim: Claim, form: str, year: str) -> bool:
    """Whether a claim states money of this year for what a form is about."""
    value = value_of(claim) if claim.kind == "amount" and claim.role == "main" and form in _MONEY else None
    return bool(value and value.amount > 0 and _MONEY[form].search(claim.subject) and not claim.measure
                and claim.year in ("", year))


def denial(text: str, form: str, year: str) -> re.Match[str] | None:
    """Where a text says that there is no money of what a form is about, in no other year and of no part of the body."""
    for found in _WORDS["denies"].finditer(text):
        before = re.split("[。；]", text[: found.start()])[-1]
        if (_MONEY[form].search(found["what"]) and not _WORDS["of_another"].search(before)
            and set(_WORDS["year"].findall(before)) <= {year}):
            return found
    return None


def denied(document: Disclosure, printed: Printed) -> Iterator[Result]:
    """The text says that there is no money of a kind for which a table prints some."""
    for form, expression in _MONEY.items():
        money: Figure | None = next((f for f in printed.figures
                                     if f.form == form and f.stage == printed.own and f.amount > 0), None)
        for part in document.paragraphs if money else ():
            said = denial(part.text, form, document.source.fiscal_year) if expression.search(part.text) else None
            if said and money and not any("名词" in heading for heading in part.section):
                yield found("empty-claimed", False, f"“{said.group()}”, but {money.title} prints {money.amount}",
                            [part.page(said.start()), money.page], [money.id], severity="error", kind="text_vs_table",
                            printed=said.group(), expected=str(money.amount),
                            zh=f"文中称“{said.group()}”，但{money.title}列示{money.amount}万元。")


def years_headed(document: Disclosure, sheet: Sheet) -> Iterator[Result]:
    """A table that compares the document's year with one other compares it with the year before."""
    heads = {year: fact for fact in sheet.table.facts for year in _WORDS["year"].findall(fact.path)}
    own = document.source.fiscal_year
    if own in heads and len(heads) == 2:
        (other,) = heads.keys() - {own}
        fact, last = heads[other], str(int(own) - 1)
        yield found("heading-year", other == last, f"{sheet.table.title}: {own} is compared with {other}", [fact.page],
                    printed=f"{other}年", expected=f"{last}年",
                    zh=f"{sheet.table.title}：{own}年与{other}年比较，应为{last}年。")


# --- codes -----------------------------------------------------------------------------------------------------------


def codes_and_names(sheet: Sheet) -> Iterator[Result]:
    """Codes whose printed name is not theirs; one row for the table when all agree."""
    lines = [line for line in sheet.lines
             if line.code and line.name and sheet.form not in ("income_expenditure_summary", "appropriation_summary")]
    judged = [(line, fits) for line in lines if (fits := classification.agrees(line.code, line.name)) is not None]
    pages = sheet.table.grid.pages
    for line, fits in judged:
        if not fits:
            listed = classification.NAMES.get(line.code, (f"a name with code …{line.code[-2:]}",))
            yield found("code-name", False, f"{line.code} is {listed[0]}, printed {line.name}",
                        [page_of(sheet, line.row)], kind="code", printed=f"{line.code} {line.name}", expected=listed[0],
                        zh=f"科目编码{line.code}与科目名称“{line.name}”不符。")
    if judged and all(fits for _, fits in judged):
        yield found("code-name", True, f"{sheet.table.title}: {len(judged)} names agree with their codes", pages)


def page_of(sheet: Sheet, row: int) -> int:
    return next((cell.page for cell in sheet.table.grid.row_cells(row)), sheet.table.grid.pages[0])


def names_across(sheets: Sequence[Sheet]) -> Iterator[Result]:
    """A code with another name in one table than in the others."""
    tables = [(sheet, {line.code: (bare(line.name), line.row) for line in sheet.lines if line.code and line.name})
              for sheet in sheets if sheet.form in BY_CODE]
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for _, lines in tables:
        for code, (name, _) in lines.items():
            names[code][name] += 1
    for sheet, lines in tables:
        for code, (name, row) in lines.items():
            other, times = names[code].most_common(1)[0]
            if other != name and times > 1 and names[code][name] == 1:
                yield found("code-name", False, f"{code} is {name} here and {other} in the other tables",
                            [page_of(sheet, row)], kind="wording", severity="likely", printed=name, expected=other,
                            zh=f"科目{code}名称“{name}”与其他表“{other}”不一致。")


# --- text ------------------------------------------------------------------------------------------------------------


def headings(document: Disclosure) -> Iterator[Result]:
    """Year and agency in titles and headings."""
    year = document.source.fiscal_year
    org = compact(document.source.org)
    seen: set[tuple[str, int]] = set()
    fine = 0
    for page, line in plain_lines(document):
        if len(line) > 60 or (line, page.number) in seen:
            continue
        seen.add((line, page.number))
        years = set(_WORDS["year"].findall(line))
        if (year and years and _WORDS["title"].search(line) and not re.search(r"[。，；]", line)
            and not _WORDS["compares"].search(line)):
            if year in years:
                fine += 1
            else:
                yield found("heading-year", False,
                            f"“{line}” names {', '.join(sorted(years))}, the document is of {year}", [page.number],
                            severity="likely" if _WORDS["report"].search(line) else "",
                            printed="、".join(sorted(years)), expected=year,
                            zh=f"“{line}”的年份与文件年度{year}年不符。")
        for said in _WORDS["had_nothing"].findall(line):
            if year and said != year:
                yield found("heading-year", False, f"“{line}” speaks of {said}, the document is of {year}",
                            [page.number],
                            printed=said, expected=year, zh=f"“{line}”所述年份为{said}年，文件年度为{year}年。")
        body = _WORDS["body_heading"].match(line)
        of_unit = "单位" in line and "部门" in document.source.title  # a department may print those of its units
        if (body and org and not of_unit
                and not same_body(body["body"], org, document.source.province, document.source.region)):
            yield found("heading-body", False,
                        f"“{line}” names {body['body']}, the document is of {document.source.org}", [page.number],
                        printed=body["body"], expected=document.source.org,
                        zh=f"“{line}”中的单位名称与公开单位{document.source.org}不一致。")
    if fine:
        yield found("heading-year", True, f"{fine} titles and headings name {year}")

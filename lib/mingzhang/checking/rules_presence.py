"""Rules of presence and form: the standard tables are there, say their unit and year, and explain themselves where they are empty.

The tables that a disclosure must hold: 财预〔2016〕143号 (地方预决算公开操作规程); the table of 国有资本经营预算 is asked for only where the
document announces it, since forms before it and some provinces' forms do without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .. import classification, forms
from ..clean import compact
from ..document import Document
from ..reading.pages import Page
from ..table import Table
from .identities import Finding
from .rules import Rule
from .sheets import Sheet

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("table-present", "presence", "every standard table is in the document, and every table that its headings announce"),
        Rule("table-order", "presence", "the tables follow each other as the headings announce them"),
        Rule("table-unit", "presence", "a table with sums of money prints their unit"),
        Rule("empty-explained", "presence", "an empty table carries a statement that there is nothing to show"),
        Rule("empty-claimed", "presence", "a table that says it is empty prints no figure"),
        Rule("code-name", "presence", "code and name of a line agree with the classification"),
        Rule("placeholder", "presence", "no placeholder (XX, ××, ＊＊) is left"),
        Rule("heading-year", "presence", "titles and headings name the year of the document"),
        Rule("heading-body", "presence", "headings name the body that publishes the document"),
        Rule("punctuation", "presence", "no mark of punctuation is doubled"),
    )
}
#: The tables that every disclosure holds.
REQUIRED = (
    "income_expenditure_summary", "income", "expenditure", "appropriation_summary", "general_public_expenditure",
    "basic_expenditure_economic", "three_public", "government_fund",
)  # fmt: skip
#: Tables of 财政拨款 that stand for those of 一般公共预算 where a form prints only them.
IN_PLACE_OF = {"general_public_expenditure": "appropriation_expenditure", "basic_expenditure_economic": "appropriation_basic_economic"}
#: A document with fewer of them is an excerpt, of which nothing can be asked.
LEAST_TABLES = 3

NOTHING = re.compile(r"空表|为空|无(?:此|该|相关|数据|使用|收支)|没有|未(?:安排|使用|发生)|不涉及|(?<!有)无.{0,40}(?:预算|收支|支出|收入|拨款|采购|安排|经费)")
_CLAIMS_EMPTY = re.compile(r"空表|此表为空|本表无数据|表无数据")
_PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9])[XＸ×✕]{2,}(?![A-Za-z0-9])|(?<![A-Za-z0-9*＊])[＊*]{2,}|[〇○]{2,}|(?<![A-Za-z0-9])xx+(?=[年月日局委个万元])")
_DOUBLED = re.compile(r"(?<![。，；、：])(?:。。|，，|；；|、、|：：)(?![。，；、：])")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_TITLE = re.compile(
    r"(?:预算|决算)[^。，；：]*(?:表|说明|公开|情况|预算|决算|草案|报告)(?:\(.*\))?$|^[\u4e00-\u9fff()]{4,40}\d{4}年度?(?:部门|单位)(?:预算|决算)$"
)
#: A body says that it had nothing of a kind: in the document's own year.
_HAD_NOTHING = re.compile(r"(?<![至与比较])((?:19|20)\d{2})年度?(?:没有|未|无)[^。，；]{0,24}(?:政府性基金|国有资本经营|“三公”|转移支付)")
_COMPARES = re.compile(r"比|较|与|同期|增减|截至|截止|结转")
_BODY_HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分)?(?P<body>[\u4e00-\u9fff()]{2,40}?(?:局|委员会|厅|院|办公室|办事处|中心|政府|会))(?:\([^()]*\))?"
    r"\d{4}年度?(?:部门|单位)(?:决算|预算)"
)


def findings(document: Document, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """The outcome of every rule of presence."""
    yield from tables_present(document)
    yield from tables_in_order(document)
    for sheet in sheets:
        yield from unit_printed(sheet)
        yield from codes_and_names(sheet)
    for table in document.tables:
        yield from emptiness(document, table)
    yield from headings(document)
    yield from text(document)


def found(rule: str, holds: bool | None, statement: str, pages: Sequence[int] = (), cells: Sequence[str] = ()) -> Finding:
    return Finding(rule, "presence", statement, holds=holds, pages=tuple(dict.fromkeys(pages)), cells=tuple(cells))


# --- tables ----------------------------------------------------------------------------------------------------------


def plain_lines(document: Document) -> Iterator[tuple[Page, str]]:
    """The printed lines, compact, without the dots and page numbers of a table of contents."""
    for page in document.content:
        for line in page.lines:
            yield page, re.sub(r"[.…·]{3,}.*$|(?<=[\u4e00-\u9fff])\d{1,3}$", "", compact(line.text))


def announced(document: Document) -> dict[str, int]:
    """The forms that numbered headings or a table of contents announce, with the page of each, in their order."""
    out: dict[str, int] = {}
    for page, line in plain_lines(document):
        if re.match(r"(?:[一二三四五六七八九十]{1,3}、|\d{1,2}[、.]|公开\d+表)", line) and line.endswith("表") and len(line) < 40:
            form = forms.recognise(line, (), "", False)
            if form in forms.BY_KEY and form not in forms.TEXT_FORMS:
                out.setdefault(form, page.number)
    return out


def tables_present(document: Document) -> Iterator[Finding]:
    """Each table that is asked for, there or not."""
    there = {table.form: table for table in document.tables}
    for form, wider in IN_PLACE_OF.items():
        if wider in there:
            there.setdefault(form, there[wider])
    if sum(form in there for form in REQUIRED) < LEAST_TABLES:
        yield found("table-present", None, "too few standard tables to ask for the others")
        return
    heads = announced(document)
    for form in dict.fromkeys((*REQUIRED, *heads)):
        name = forms.BY_KEY[form].name
        where = f", announced on page {heads[form]}" if form in heads else ""
        if form in there:
            yield found("table-present", True, f"{name} is there", there[form].grid.pages[:1])
        else:
            yield found("table-present", False, f"{name} is missing{where}", [heads[form]] if form in heads else [])


def tables_in_order(document: Document) -> Iterator[Finding]:
    """The first page of each announced table is not before that of the one announced before it."""
    first: dict[str, int] = {}
    for table in document.tables:
        first.setdefault(table.form, table.grid.pages[0])
    order = [form for form in announced(document) if form in first]
    for one, two in pairwise(order):
        right = first[one] <= first[two]
        names = f"{forms.BY_KEY[one].name} before {forms.BY_KEY[two].name}"
        yield found("table-order", right, names if right else f"{names} was announced, the tables stand the other way round", [first[one], first[two]])


def unit_printed(sheet: Sheet) -> Iterator[Finding]:
    """A table with sums of money prints their unit."""
    if any(fact.unit == "万元" for fact in sheet.table.facts):
        unit = sheet.table.unit
        yield found("table-unit", bool(unit), f"{sheet.table.title}: {unit or 'no unit printed'}", sheet.table.grid.pages[:1])


def emptiness(document: Document, table: Table) -> Iterator[Finding]:
    """An empty table says so; a table that says so is empty."""
    if table.form in forms.KPI_FORMS or table.form in forms.TEXT_FORMS:
        return
    inside = [cell.text for cell in table.grid.cells if NOTHING.search(compact(cell.text)) or compact(cell.text) == "无"]
    said = [*table.grid.notes, *inside]
    pages = table.grid.pages[:1]
    if table.is_empty:
        explained = any(NOTHING.search(compact(note)) or compact(note) == "无" for note in said) or spoken_of(document, table)
        yield found("empty-explained", explained, f"{table.title} is empty" + ("" if explained else " and nothing says why"), pages)
    claims = [note for note in said if _CLAIMS_EMPTY.search(compact(note))]
    if claims:
        figures = [fact for fact in table.facts if fact.amount]
        statement = f"“{claims[0]}”" + (f", but it prints {len(figures)} figures, first {figures[0].raw}" if figures else "")
        yield found("empty-claimed", not figures, statement, pages, [f"{table.table_id}/r{f.row}c{f.column}" for f in figures[:1]])


def spoken_of(document: Document, table: Table) -> bool:
    """Whether the text elsewhere says that there is no such money: "没有政府性基金预算…"."""
    word = {"government_fund": "政府性基金", "state_capital": "国有资本经营", "three_public": "三公", "procurement": "采购",
            "transfer_payment": "转移支付", "operating_cost": "机关运行"}.get(table.form)  # fmt: skip
    if not word:
        return False
    whole = "".join(compact(line.text) for page in document.content for line in page.lines)
    return bool(re.search(rf"(?:没有|无|未安排|不涉及)[^。；表]{{0,12}}{word}|{word}[^。；表]{{0,30}}(?:为空|没有|无(?:收|支|此|预)|未安排|不涉及)", whole))


def codes_and_names(sheet: Sheet) -> Iterator[Finding]:
    """Codes whose printed name is not theirs; one row for the table when all agree."""
    wrong, judged = [], 0
    for line in sheet.lines:
        if not line.code or not line.name or sheet.form in ("income_expenditure_summary", "appropriation_summary"):
            continue
        fits = classification.agrees(line.code, line.name)
        judged += fits is not None
        if fits is False:
            wrong.append(line)
    pages = sheet.table.grid.pages
    for line in wrong:
        listed = classification.NAMES.get(line.code, (f"a name with code …{line.code[-2:]}",))
        page = next((c.page for c in sheet.table.grid.row_cells(line.row)), pages[0])
        yield found("code-name", False, f"{line.code} is {listed[0]}, printed {line.name}", [page])
    if judged and not wrong:
        yield found("code-name", True, f"{sheet.table.title}: {judged} names agree with their codes", pages)


# --- text ------------------------------------------------------------------------------------------------------------


def headings(document: Document) -> Iterator[Finding]:
    """Year and body in titles and headings."""
    year = document.source.fiscal_year
    org = compact(document.source.org)
    seen: set[tuple[str, int]] = set()
    fine = 0
    for page, line in plain_lines(document):
        if len(line) > 60 or (line, page.number) in seen:
            continue
        seen.add((line, page.number))
        years = set(_YEAR.findall(line))
        if year and years and _TITLE.search(line) and not re.search(r"[。，；]", line) and not _COMPARES.search(line):
            if year in years:
                fine += 1
            else:
                yield found("heading-year", False, f"“{line}” names {', '.join(sorted(years))}, the document is of {year}", [page.number])
        for said in _HAD_NOTHING.findall(line):
            if year and said != year:
                yield found("heading-year", False, f"“{line}” speaks of {said}, the document is of {year}", [page.number])
        body = _BODY_HEADING.match(line)
        if body and org and not same_body(body["body"], org, document.source.province, document.source.region):
            yield found("heading-body", False, f"“{line}” names {body['body']}, the document is of {document.source.org}", [page.number])
    if fine:
        yield found("heading-year", True, f"{fine} titles and headings name {year}")


def same_body(printed: str, org: str, province: str, region: str) -> bool:
    """Whether a body's name in a heading may stand for the publishing body: shorter forms of the name do.

    A name that gives the province and leaves out the region is another body's: that of the province.
    """
    one, two = (re.sub(r"\([^()]*\)", "", name) for name in (printed, org))
    if one in two or two in one:
        return True
    if region and province and one.startswith(province) and compact(region) in two and compact(region) not in one:
        return False
    rest = iter(two)
    return all(char in rest for char in one)


def text(document: Document) -> Iterator[Finding]:
    """Placeholders and doubled marks, each line once."""
    for rule, pattern in (("placeholder", _PLACEHOLDER), ("punctuation", _DOUBLED)):
        hits = 0
        for page in document.content:
            for line in page.lines:
                words = re.sub(r"\s", "", line.text)
                if pattern.search(words):
                    hits += 1
                    yield found(rule, False, f"“{words[:60]}”", [page.number])
        if not hits and any(page.chars for page in document.content):
            yield found(rule, True, "none in the document")

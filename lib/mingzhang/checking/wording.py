"""Wording: slips that no figure shows: most are expressions in vocabulary/narrative.toml, the rest compares texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from ..clean import compact, unwrap
from ..disclosure import Disclosure
from ..narrative.paragraphs import Paragraph
from ..narrative.wording import enclosed
from ..vocabulary import pattern, patterns, toml
from .records import Result

#: The rules of this module; each that finds nothing says so.
SOUGHT = ("wording", "wording-copied", "wording-name", "wording-term", "page-empty")
_WORDS = dict(patterns("narrative", "checks"))
#: Characters: a passage not printed twice by chance, a name of one agency only, the quotation around a slip.
PASSAGE, OWN_NAME, AROUND = 24, 8, 16
#: Characters of an item that is a sentence, and items of a list that tell how its items end.
LEAST_ITEM, LEAST_ITEMS = 12, 4
OTHER_HALF = dict(zip("“”（）()《》", "”“）（)(》《", strict=True))


class Text(NamedTuple):
    """A printed text with its page: a paragraph or a table's cell (prose), or a printed line."""

    words: str
    page: int
    prose: bool


@dataclass(frozen=True, slots=True)
class Slip:
    """A declared slip: what it looks like, what it should be, from which year on it is one."""

    kind: str
    severity: str
    pattern: re.Pattern[str]
    expected: str
    en: str
    zh: str
    prose: bool
    since: int


@cache
def slips() -> tuple[Slip, ...]:
    """The declared slips, in the order of the file. Raises `BadVocabulary`."""
    return tuple(
        Slip(entry["kind"], entry["severity"], pattern(entry["pattern"], f"narrative.toml slips {number}"),
             entry.get("expected", ""),
             entry["en"], entry["zh"], entry.get("where", "text") == "text", entry.get("from", 0))
        for number, entry in enumerate(toml("narrative")["slips"], 1)
    )


def findings(document: Disclosure) -> Iterator[Result]:
    """Every slip of a document, each place once; a rule without any has one row that it holds."""
    year = int(document.source.fiscal_year) if document.source.fiscal_year.isdigit() else 0
    found = [
        *(one for text in texts(document) for one in declared(text, year)),
        *unbalanced(document.paragraphs), *unended(document.paragraphs),
        *(one for table in document.tables for cell in table.grid.cells if table.projects
          for one in unbalanced([Paragraph(unwrap(cell.text), ((0, cell.page),))], "likely")),
        *copied(document.paragraphs), *printed_twice(document.paragraphs), *misspelt(document), *terms(document),
        *empty_pages(document),
        *scope(document),
    ]
    if any(page.chars for page in document.content):
        yield from dict.fromkeys(found)
        wrong = {one.rule for one in found}
        yield from (Result(rule, "presence", "none in the document", holds=True)
                    for rule in SOUGHT if rule not in wrong)


def slip(rule: str, kind: str, severity: str, text: str, at: tuple[int, int], page: int, en: str, zh: str,
         expected: str = "", cause: str = "") -> Result:
    """A result at a place of a text, quoted with what stands around it."""
    quoted = text[max(at[0] - AROUND, 0) : at[1] + AROUND]
    return Result(rule, "presence", f"“{quoted}”: {en}", holds=False, pages=(page,),
                  status="doubt" if severity == "note" else "", kind=kind, severity=severity,
                   printed=text[at[0] : at[1]] or quoted, expected=expected, en=f"“{quoted}”: {en}.",
                  zh=f"“{quoted}”：{zh}。", cause=cause)


# --- declared slips --------------------------------------------------------------------------------------------------


def texts(document: Disclosure) -> Iterator[Text]:
    """The printed texts: paragraphs, the cells of tables, and every line."""
    for part in document.paragraphs:
        yield Text(part.text, part.page(0), True)
    for table in document.tables:
        yield from (Text(unwrap(cell.text), cell.page, True) for cell in table.grid.cells if len(cell.text) > 5)
    for page in document.content:
        if not page.is_garbled:
            yield from (Text(re.sub(r"\s", "", line.text), page.number, False) for line in page.lines)


def declared(text: Text, year: int) -> Iterator[Result]:
    """The declared slips of a text; those of one line are one finding, and a habit of the writer is one."""
    for one in slips():
        if one.prose == text.prose and year >= one.since:
            for found in one.pattern.finditer(text.words):
                should = found.expand(one.expected) if one.expected else ""
                by_habit = one.severity == "note" or one.kind == "unit"
                by_word = found.group() if one.prose else f"{text.page}"
                once = ("" if by_habit else found.group() if one.severity == "likely" or one.kind == "placeholder"
                        else f"{text.page} {by_word}")
                yield slip("wording", one.kind, one.severity, text.words, found.span(), text.page, one.en, one.zh,
                           should, f"{one.en}|{once}")


# --- marks -----------------------------------------------------------------------------------------------------------


def halves(part: Paragraph) -> list[int]:
    """Where quotes and brackets without their other half stand; the bracket of a list's number has none."""
    text = _WORDS["numbered"].sub(lambda found: "　" * len(found.group()), part.text)
    closed = {at for span in enclosed(text) for at in span}
    return [at for at, char in enumerate(text) if at not in closed and char in "“”（）()《》"]


def unbalanced(parts: Sequence[Paragraph], severity: str = "error") -> Iterator[Result]:
    """Quotes and brackets without their other half, also in the paragraphs beside."""
    for before, part, after in zip(("", *parts), parts, (*parts[1:], ""), strict=False):
        open_ends = halves(part) if re.search("[，。；]", part.text) else []  # a title, or a table that was not read
        beside = "".join(one.text[at] for one in (before, after) if isinstance(one, Paragraph) for at in halves(one))
        for at in [at for at in open_ends if OTHER_HALF[part.text[at]] not in beside][:1]:
            yield slip("wording", "punctuation", severity, part.text, (at, at + 1), part.page(at),
                       "a quotation mark or bracket has no other half", "引号或括号不成对")


def unended(parts: Sequence[Paragraph]) -> Iterator[Result]:
    """A statement of figures, a reason, a text with its full stop elsewhere, or the one item of a list without it."""
    whole = "\n".join(part.text for part in parts)
    lists: dict[tuple[tuple[str, ...], int], list[Paragraph]] = defaultdict(list)
    for part in parts:
        if part.level is not None and len(part.text) > LEAST_ITEM:
            lists[part.section, part.level].append(part)
    alone = set()
    for items in lists.values():
        bare_ones = [part for part in items if part.text[-1] not in "。；;！？：:"]
        if len(bare_ones) == 1 and len(items) >= LEAST_ITEMS:
            alone.add(bare_ones[0].text)
    for part in parts:
        text = part.text
        ends = "\u4e00" <= text[-1] <= "\u9fff"
        if (text[-1] not in "，、"
            and not (ends
                     and ("原因" in text[-30:] or text in alone
                          or (len(text) > LEAST_ITEM and text[-LEAST_ITEM:] + "。" in whole)))):
            continue
        yield slip("wording", "punctuation", "likely", text, (len(text) - 1, len(text)), part.page(len(text) - 1),
                   "the full stop is missing", "句末缺句号", f"{text[-1].rstrip('，、')}。")


# --- what is printed in the wrong place ------------------------------------------------------------------------------


def copied(parts: Sequence[Paragraph]) -> Iterator[Result]:
    """Purposes and reasons that name another class of the same list."""
    named = [(part, found) for part in parts if (found := class_of(part.text))]
    names = {found[-1]: "".join(found[-2:]) for _, found in named if len(found[-1]) > 3}
    for part, path in named:
        own = path[-1]
        for key in ("purpose", "reason"):
            for said in _WORDS[key].finditer(part.text):
                words = _WORDS["about"].sub("", said["words"])
                other = next((name for name, long in names.items() if words in (bare(name), bare(long), name, long)),
                             "")
                if other and not related(own, words) and bare(own) != bare(other):
                    yield slip("wording-copied", "wording", "error" if len(words) >= OWN_NAME else "likely", part.text,
                               said.span("words"), part.page(said.start()),
                               f"{own} is said to be for {words}, which is another class",
                               f"{own}的用途或原因写成了另一科目", own)


def bare(name: str) -> str:
    return _WORDS["about"].sub("", name)


def related(own: str, words: str) -> bool:
    """Whether words speak of a class: one name within the other."""
    return bare(own) in words or words in own


def class_of(text: str) -> list[str]:
    """The names of 类, 款 and 项 with which a paragraph begins, [] without one down to 项."""
    found = re.findall(r"([\u4e00-\u9fff、“（]{2,40}?)[（(]\d{0,3}[类款项][）)]", text[:120])
    return [name.strip("“、") for name in found] if re.search(r"[（(]\d{0,2}项[）)]", text[:120]) else []


def printed_twice(parts: Sequence[Paragraph]) -> Iterator[Result]:
    """Passages that stand twice: two or more paragraphs in the order in which they stood on the pages just before."""
    first: dict[str, int] = {}
    again = [first.setdefault(part.text, number) if len(part.text) >= PASSAGE else number
             for number, part in enumerate(parts)]
    for number, (one, two) in enumerate(pairwise(again)):
        near = parts[number].page(0) - parts[one].page(0) <= 1 and parts[number].section == parts[one].section
        if one != number and two == one + 1 and near and (number == 0 or again[number - 1] == number - 1):
            text = parts[number].text
            yield slip("wording-copied", "wording", "likely", text, (0, min(len(text), AROUND)), parts[number].page(0),
                       f"the passage stands on page {parts[one].page(0)} already", f"与第{parts[one].page(0)}页重复")


# --- names and years -------------------------------------------------------------------------------------------------


def misspelt(document: Disclosure) -> Iterator[Result]:
    """The publisher's name with one character changed."""
    org = re.sub(r"\([^()]*\)", "", compact(document.source.org))
    if len(org) < OWN_NAME:
        return
    wrong = re.compile("|".join(f"{org[:at]}(?![{org[at]}一二三四五六七八九十\\d])[\u4e00-\u9fff]{org[at + 1 :]}"
                                for at in range(len(org))))
    for part in document.paragraphs:
        for found in wrong.finditer(part.text):
            yield slip("wording-name", "wording", "likely", part.text, found.span(), part.page(found.start()),
                       "the publisher's name is misspelt", "单位名称有误", org, found.group())


def terms(document: Disclosure) -> Iterator[Result]:
    """Terms of projects that end before the year of a budget begins."""
    year = document.source.fiscal_year
    if document.source.kind != "budget" or not year:
        return
    for part in document.paragraphs:
        if any(_WORDS["term_heading"].search(words) for words in (part.text, *part.section[-1:])):
            for found in _WORDS["term"].finditer(part.text):
                if found["last"] < year:
                    yield slip("wording-term", "year", "error", part.text, found.span(), part.page(found.start()),
                               f"the term ends before {year}", f"实施期限早于{year}年", year)


def scope(document: Disclosure) -> Iterator[Result]:
    """A department's disclosure that speaks of 本单位 and a unit's that speaks of 本部门, once."""
    is_unit = bool(re.search("单位(?:预算|决算)", document.source.title))
    own, other = ("本单位", "本部门") if is_unit else ("本部门", "本单位")
    if is_unit or re.search("部门(?:预算|决算)", document.source.title):
        for part in document.paragraphs:
            at = part.text.find(other)
            if at >= 0 and not any("名词" in heading for heading in part.section):
                yield slip("wording", "wording", "note", part.text, (at, at + 3), part.page(at),
                           f"the document is of a {'unit' if is_unit else 'department'}",
                           f"与文件主体（{own[1:]}）不一致", own, "scope")


def empty_pages(document: Disclosure) -> Iterator[Result]:
    """Pages on which nothing is printed, or no more than their number, with printed ones before and after."""
    printed = [page.number
               for page in document.content if len(page.chars) > 6 or page.pictures or (page.rules and page.chars)]
    for page in document.content:
        if printed and printed[0] < page.number < printed[-1] and page.number not in printed:
            yield Result("page-empty", "presence", f"page {page.number} is empty", holds=False, pages=(page.number,),
                         kind="presence",
                          status="doubt" if page.chars else "", severity="note" if page.chars else "likely",
                         en=f"Page {page.number} is empty.", zh=f"第{page.number}页为空白页。")



"""Wording: how a narrative states figures and names what they are of; the words are in vocabulary/narrative.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..vocabulary import patterns, within

#: Expressions by name: of figures, of statements, of what figures are of.
FIGURES = dict(patterns("narrative", "figures"))
SAYS = dict(patterns("narrative", "statements"))
_NAMES = dict(patterns("narrative", "subjects"))
#: Words of change and of comparison, each with its sign; the words of change that go with a percentage.
CHANGES: dict[str, int] = dict(within("narrative", "changes"))
COMPARISONS: dict[str, int] = dict(within("narrative", "comparisons"))
OPPOSITE: dict[str, str] = {word: "减少" if sign > 0 else "增加" for word, sign in (CHANGES | COMPARISONS).items()}
for pair in within("narrative", "opposites")["pairs"]:
    OPPOSITE |= {pair[:2]: pair[2:], pair[2:]: pair[:2]}
RATES: list[str] = within("narrative", "rates")["words"]

#: How far (characters) before and behind a figure the words stand that make it a goal, a threshold or a noun.
NEAR = 40
#: No clause of a disclosure is longer than this (characters); of a longer one the end is read.
CLAUSE = 400


class Phrase(NamedTuple):
    """What a phrase names: the subject, its stage (年初预算, 支出决算, ...), the year, code and classification."""

    subject: str
    measure: str = ""
    year: str = ""
    code: str = ""
    names: tuple[tuple[str, str, str], ...] = ()  # (level 类|款|项, name, digits)
    generic: bool = False


def read_phrase(text: str, org: str = "") -> Phrase:
    """Read the words before a figure: "2024年度本单位收入总计" is 收入总计 of 2024; `org`: the publisher's name."""
    years = _NAMES["year"].findall(text)
    body = _NAMES["done_to"].sub("", _NAMES["year"].sub("", text).replace("的，", "的"))
    body = strip_lead(body, org)
    year = years[-1] if years else ""
    if not years and (relative := _NAMES["last_year"].match(body)):
        year, body = relative["year"], body[relative.end() :].lstrip(":：")
    names = tuple((m["level"], m["name"].strip(" 1234567890.、"), m["digits"] or "")
                  for m in _NAMES["named"].finditer(body))
    coded = _NAMES["code"].match(body) or _NAMES["code_before"].match(body) or _NAMES["code_after"].match(body)
    if coded:
        return Phrase(coded["name"].strip(), coded.groupdict().get("measure") or "", year, coded["code"])
    if names:
        end = [m.end() for m in _NAMES["named"].finditer(body)][-1]
        rest = body[end:].strip("”“ ：:").removesuffix("为")
        code = "".join(digits for _, _, digits in names) if all(digits for _, _, digits in names) else ""
        subject = names[-1][1]
        return Phrase(subject, "" if _NAMES["generic"].fullmatch(rest) else rest, year, code, names)
    subject, measure = strip_tail(body)
    if not measure and _NAMES["only_stage"].fullmatch(subject):
        subject, measure = "", subject
    if _NAMES["concerns"].match(text):
        subject = subject.removesuffix("合计")
    return Phrase(subject, measure, year, generic=bool(_NAMES["generic"].fullmatch(subject)))


def strip_lead(text: str, org: str = "") -> str:
    """A phrase without connectives and the name of the agency in front of it."""
    before = None
    while before != text:
        before = text
        text = _NAMES["lead"].sub("", text)
        if own := length_of_name(text, org):
            text = _NAMES["of_body"].sub("", text[own:])
        text = _NAMES["body"].sub("", text)
    for cut in ("拨款安排的", "财政拨款的"):
        text = text.partition(cut)[2] or text
    return text


def length_of_name(text: str, org: str) -> int:
    """How many characters a text starts with that name the publisher, perhaps in a shorter form; 0 for none."""
    letters, length = iter(org), 0
    while length < len(text) and text[length] in letters:
        length += 1
    return next((end for end in range(length, 2, -1) if text[:end].endswith(org[-2:])), 0) if len(org) > 2 else 0


def strip_tail(text: str) -> tuple[str, str]:
    """A phrase without verbs at its end, and the stage (年初预算, 支出决算, ...) that it named."""
    measure = ""
    before = None
    while before != text:
        before = text
        text = _NAMES["aside"].sub("", text)
        found = None if measure else _NAMES["measure"].search(text)
        if found:
            measure, text = found["measure"], text[: found.start()]
        else:
            text = _NAMES["tail"].sub("", text)
    if re.search(r"(?<!缴)费支出$", text):
        text = text.removesuffix("支出")
    return re.sub(r"^“([^“”]*)”$", r"\1", text.strip("，、：:")), measure


def listed_names(text: str) -> list[str]:
    """The names to which "分别" gives one figure each."""
    head = SAYS["queue"].match(text) if text.rstrip("为是").endswith("分别") else None
    lead = read_phrase(head["head"] + "“").subject.rstrip("“") if head else ""
    return [lead + name + head["tail"] for name in re.findall(r"“[^”]*”", head["names"])] if head else []


def has_stage(phrase: Phrase) -> bool:
    """Whether a phrase says itself of which stage it is."""
    return bool(phrase.measure or _NAMES["staged"].search(phrase.subject))


def noun_after(text: str) -> str:
    """The noun that follows a count ("个内设机构"), "" where none does."""
    found = _NAMES["noun"].match(text)
    return found.group() if found and len(found.group()) > 1 else ""


def is_similar(one: str, other: str) -> bool:
    """Whether two subjects are worded so alike that one statement is meant ("收、支预算总计", "收入、支出预算总计")."""
    a, b = set(one) - set("的“”、"), set(other) - set("的“”、")
    if bool(_NAMES["apart"].search(one)) != bool(_NAMES["apart"].search(other)):
        return False
    return min(len(a), len(b)) > 1 and len(a & b) >= 0.75 * min(len(a), len(b))


# --- what happens in a paragraph, in order ---------------------------------------------------------------------------

_SENTENCE = re.compile(r"[^。！？]*[。！？]*")


@dataclass(frozen=True, slots=True)
class Event:
    """A figure, a statement of direction or a punctuation mark at its place in a paragraph."""

    start: int
    end: int
    kind: str  # figure, statement, mark, open, close
    match: re.Match[str]

    @property
    def counted(self) -> str:
        """What a count is in ("辆", "万条"), "" for every other figure."""
        groups = self.match.groupdict()
        unit = (groups.get("scale") or "") + (groups.get("counted") or "")
        return unit.replace("(", "（").replace(")", "）")

    @property
    def unit(self) -> str:
        """The unit of a figure, "万" for money as 万元; "" for a percentage without its sign and for a statement."""
        unit = self.counted or self.match.groupdict().get("unit") or ""
        return "万元" if unit == "万" else unit


def events(text: str, start: int) -> list[Event]:
    """Figures, statements and the marks that divide clauses; marks inside quotes and plain brackets divide nothing."""
    found = [Event(*m.span(), "figure", m) for m in FIGURES["figure"].finditer(text, start) if is_claim(text, m)]
    found += [Event(*m.span(), "figure", m) for m in FIGURES["bare_percent"].finditer(text, start)]
    found += [Event(*m.span(), "statement", m) for m in SAYS["statement"].finditer(text, start)]
    figures = [event.start for event in found if event.kind == "figure"]
    opaque = [
        span
        for span in enclosed(text) if text[span[0]] not in "（(" or not any(span[0] < at < span[1] for at in figures)
    ]
    opaque += [(event.start, event.end - 1) for event in found]
    for m in FIGURES["mark"].finditer(text, start):
        at = m.start()
        if not any(a <= at <= b for a, b in opaque):
            found.append(Event(*m.span(),
                               {"（": "open", "(": "open", "）": "close", ")": "close"}.get(m.group(), "mark"), m))
    return sorted(found, key=lambda event: event.start)


def is_claim(text: str, m: re.Match[str]) -> bool:
    """Whether a number with a unit is a statement: not a threshold within a name, a goal or a part of a code."""
    before, after = text[max(m.start() - NEAR, 0) : m.start()], text[m.end() : m.end() + NEAR]
    in_code = before[-1:] in ("（", "(") and after[:1] in ("）", ")") and m["unit"] == "项"
    return not (in_code or FIGURES["threshold"].match(after) or FIGURES["goal"].search(before))


def enclosed(text: str) -> Iterator[tuple[int, int]]:
    """The spans of brackets and quotes, from the opening to the closing mark; an unmatched one encloses nothing."""
    pairs = {"）": "（(", ")": "（(", "》": "《", "”": "“"}
    opened: list[int] = []
    for at, char in enumerate(text):
        if char in "（(《“":
            opened.append(at)
        elif char in pairs:
            match = next((i for i in reversed(opened) if text[i] in pairs[char]), None)
            if match is not None:
                del opened[opened.index(match) :]
                yield match, at


def last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last place where a pattern is found."""
    return next(iter(reversed(list(pattern.finditer(text)))), None)


def sentence_at(text: str, offset: int) -> str:
    """The sentence of a paragraph in which an offset lies."""
    return next((m.group().strip() for m in _SENTENCE.finditer(text) if m.start() <= offset < m.end()), text)

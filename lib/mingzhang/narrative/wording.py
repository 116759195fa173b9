"""Wording: the words in which a narrative states figures, declared, and how a phrase names what a figure is of.

Nothing here knows a document: `claims` uses these patterns to tell an amount from a change, a share or a count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

# --- figures ---------------------------------------------------------------------------------------------------------

MONEY = "亿元|百万元|万元|千元|元|万(?![\u4e00-\u9fff]|余)"
PERCENT = "%|个?百分点"
TIMES = "倍(?!数)"
#: What is counted; a letter after the bracket keeps "个月", "15分钟" and the like from being counts.
COUNT = (
    "台[（(]套[）)]|台/套|台套|辆|台|套|人次|人(?!民|员|均|才)|批次|批(?!复|准)|个(?!月|工作日|小时|百分点|别)|家|项(?!目)|名|件"
    "|条|场|次|户|份(?!额)|宗|座|册|幅|平方米|分(?!钟|之|别|局|公司|中心)"
)
#: A figure: sign, digits, "万" or "余" before what is counted, unit. Document numbers, list numbers and ranges have none.
FIGURE = re.compile(
    r"(?<![\d.A-Za-z第〔【\[])(?<!\d,)(?<!\d[-~—–－至])(?P<sign>(?<=[\u4e00-\u9fff，：:])[-－−])?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*"
    rf"(?P<unit>{MONEY}|{PERCENT}|{TIMES}|(?P<scale>[万亿]?)[余多]?(?P<counted>{COUNT}))"
)
#: A percentage whose sign was left out: "增长13.95。"
BARE_PERCENT = re.compile(r"(?<=增长|下降|降低|上升)(?P<number>\d+\.\d+)(?=[，。；])")
#: Verbs after which a sum stands before what it is of ("划转240万元办案费", "纳入预算管理的700万元培训费收入").
TRANSFERS = re.compile(r"(?:划转|划入|划出|投入|拨付|下达|使用|结转|的)$")
#: After a figure that is a threshold and part of a name ("单价100万元（含）以上设备"), or a goal.
THRESHOLD = re.compile(r"(?:[（(]含[）)]|含)?及?(?:以上|以下|以内|之内)|的(?:任务|目标)")
#: Before a figure that is a goal.
GOAL = re.compile(
    r"(?:[≥≤><＞＜≧≦]|[大小高低多少]于(?:或?等于)?目标值?|不[少低高大小多]于|不超过|至少|[大小]于等于|力争\w{0,8}|争取\w{0,8}|控制在|目标值)$"
)
#: Sections that state duties, goals, definitions, not accounts.
ASIDE = re.compile(r"名词解释|主要职[责能]|工作任务|工作保障措施|绩效目标$|绩效指标$|目标与任务")

#: How far (characters) before and behind a figure the words stand that make it a goal, a threshold or a noun.
NEAR = 40
#: No clause of a disclosure is longer than this (characters); of a longer one the end is read.
CLAUSE = 400

# --- statements ------------------------------------------------------------------------------------------------------

#: Words of change and their sign.
CHANGES = {
    "增加": 1, "增长": 1, "上升": 1, "提高": 1, "增幅": 1, "新增": 1, "追加": 1, "上浮": 1, "调增": 1,
    "减少": -1, "下降": -1, "降低": -1, "降幅": -1, "减幅": -1, "压减": -1, "核减": -1, "下浮": -1, "调减": -1, "节约": -1, "压缩": -1, "缩减": -1,
}  # fmt: skip
#: Words that go with a percentage; before a sum of money that is compared with nothing they belong to a name.
RATES = ("增长", "提高", "上升", "下降", "降低")
COMPARISONS = {"大于": 1, "高于": 1, "多于": 1, "超过": 1, "小于": -1, "低于": -1, "少于": -1, "等于": 0}
_WORD = "|".join(CHANGES)
_AGAINST = (
    r"(?:上一?年度?|上一?度|去年|往年|本年度?|当年|全年|年初|今年|\d{4}年度?|预算|决算|同期)"
    r"[年度当初全本上期同预算决执行数安排的批复调整收支入出总财政拨款]{0,18}?"
)
_SAME = "持平|一致|相等|相同|未发生变化|无增减变化|无变化"
#: What a figure is compared with: "与上年相比", "较上年决算数", "比2023年预算".
AGAINST = re.compile(
    rf"(?:与|同|比|较|和|跟)(?:(?P<one>{_AGAINST})(?:相比较?|对比|比较)[，,]?"
    rf"|(?P<two>{_AGAINST})(?=各|均|共|分别|净|略|基本|有所|{_WORD}|{_SAME}|相|无|未|完成|$))"
)
#: "比本年预算的0万元", "较2023年3,401.22万元增加": the figure is the base of the comparison.
BASE = re.compile(rf"(?:与|同|比|较)(?:(?P<against>{_AGAINST})的|(?P<year>\d{{4}})年度?(?P<stage>(?:年初)?(?:预算|决算|执行)?数?))$")
CHANGE = re.compile(
    rf"(?P<joint>各|均|分别)?(?:共计|共|净|同比)?(?P<word>{_WORD})(?:[（(][增减上下][加长少降升][）)])?(?:了|约|为|达|额为|幅度为)?$"
)
BELOW = re.compile(rf"(?P<word>大于|小于|高于|低于|多于|少于)(?P<against>{_AGAINST})$")
#: "新增展会支出29.90万元", "减少部门支出1,653万元": the verb stands before what it changes.
VERB = re.compile(rf"^(?P<word>{_WORD})了?(?P<rest>.+)$")
SHARE = re.compile(r"^(?P<subject>.*?)占(?P<against>.*?)的?(?:比例|比重|份额)?(?:为|达到?)?$")
DONE = re.compile(r"^(?P<subject>.*?)(?:完成|执行)了?(?P<against>[^率]*?)的?$")
#: "产出成本得8.62分（共10分）", "该指标满分10分": points got and points to be had.
POINTS = re.compile(r"^(?P<subject>.*?)(?:酌评|完成绩效目标值?)?(?P<measure>得|满分|共)为?$")
#: Statements of direction without a figure.
STATEMENT = re.compile(
    rf"(?:与|同|比|和|较)(?P<same>{_AGAINST})(?:相比较?[，,]?)?(?:基本)?(?P<equal>{_SAME})"
    rf"|本年数(?P<equals>等于)(?P<base>{_AGAINST})(?=[，。；])"
    r"|(?:决算|预算|执行|本年)数(?P<compare>大于|小于|高于|低于|多于|少于|等于|超过)(?P<than>(?:上年|年初|全年|本年)?(?:预算|决算)数)(?!\d)"
    rf"|(?P<change>{_WORD})的(?:主要)?原因"
)
#: From here to the end of the sentence (or the next semicolon) a text gives reasons and purposes.
REASON = re.compile(r"(?:增减变化的)?(?:主要)?原因[一二三]?(?:是|为|：|:|在于)|主要[一二三]?是|主要原因|原因，一是|主要用于(?!以下)")
#: The parts of what was named before follow: 其中 within the sentence, 包括 up to the next semicolon.
PARTS = re.compile(r"(?P<within>其中|主要用于以下方面|主要为|[，：。]?具体情况如下)|(?P<list>(?<!不)包括(?!：))")
INTRODUCES = re.compile(r"(?:其中|如下|包括|方面)(?:[（(][^（()）]*[）)])?[：:]?$")
AMONG = re.compile(r"^在?(?P<whole>.{3,}?)中$")

# --- what a figure is of ---------------------------------------------------------------------------------------------

_LEAD = re.compile(
    r"^(?:[，、。；：:,;]|的|和|及|以及|与|并|且|另外?|此外|同时|其中|主要包括|包括|含|相应安排|相应|全年安排|全年|累计|截至|截止|共有|共计|共|列明|接待(?=国内公务)|[^，]{2,8}中(?=共)"
    r"|(?:部门|单位)?预算安排(?=购置)|本年度?(?!数)|当年(?!预算)|今年|目前|按要求|共?涉及|财政?仅?安排|[一二三四]是|拟安排|开支|上年财政"
    r"|(?:该|本)项目|预算安排(?=.{3})|安排(?=.{4})|增减相抵后|这一因素|增加原因|同比|拟?动用|对(?=\d|$)|(?:本|我)(?:单位|部门|局|委)(?!组织))"
)
_FISCAL = "财政|一般公共|政府|国有资本|收入|支出|收支|共有|“三公”|机关运行|单位预留|预留机动(?!经费)|开支|实行|本年|所属|下属|人员编制|行政政法|的机关|上年|固定资产|部门（|基本|设"
_BODY = re.compile(
    r"^[^，。；：]{1,40}(?:局|委员会|厅|检察院|法院|办公厅|办公室|办事处|政府|商务委)(?:[（(][^）)]{1,6}[）)])?(?:机关)?(?:本级)?"
    rf"(?:部门|单位)?(?:[（(][^）)]{{1,6}}[）)])?(?:所属|下属)?(?:各预算单位)?(?:的)?(?=$|{_FISCAL})"
)
_MEASURE = re.compile(
    r"(?:的)?(?P<measure>(?:当年|本年|全年|年初)?(?:预算执行数|执行数|预算安排数?|预算数|决算数|(?:(?<=费)|(?<=）)|^)[支收][出入]决算数?|决算)|年初预算数?|全年预算数?"
    r"|(?<=[费置护])预算支出|(?<=支出)预算支出)$"
)
#: A whole phrase that says only which side or stage the figure is of, once its item has been named.
_GENERIC = re.compile(r"(?:预算)?支出(?:预算)?(?:合计|总计)?|预算|决算|合计|本年数|上年数|安排")
_TAIL = re.compile(r"(?:为|是|约|达到?|共计|共有?|有|得|各|均|分别|累计|安排|设|划转|分流|包括|，|：|:)$")
_ASIDE = re.compile(r"[（(](?:以|按|详见)[^（）()]*[）)]$")
#: "增加了“事业运行”项级科目": what follows is the subject.
_DONE_TO = re.compile(r"^.*(?:增加|减少|新增|压减)了(?=.{2})")
_CONCERNS = re.compile(r"共?涉及")
_YEAR = re.compile(r"(?:截至|截止)?(?P<year>(?:19|20)\d{2})年(?:度|末|底|初)?(?:\d{1,2}月(?:\d{1,2}日)?)?[底末]?[，,]?")
_CODE = re.compile(r"^(?P<code>\d{3,7})\s*[-—–－─]+\s*(?P<name>.+?)(?P<aside>[（(].*[）)])?$")
#: "3.2080505机关事业单位基本养老保险缴费支出": number of the list, code and name without anything between.
_CODE_BEFORE = re.compile(r"^(?:\d{1,2}[.、．])?(?P<code>[1-3]\d{4}(?:\d{2})?)(?P<name>[\u4e00-\u9fff].*)$")
_CODE_AFTER = re.compile(r"^(?P<name>[\u4e00-\u9fff]+)[（(](?P<code>\d{3}|\d{5}|\d{7})[）)]$")
_NAMED = re.compile(r"(?P<name>[^“”）)，。；：]*?(?:[（(][^类款项）)]{1,4}[）)][^“”）)（(，。；：]*?)?)”?[（(](?P<digits>\d{2,3})?(?P<level>[类款项])[）)]")
#: Nouns end before these words when they follow the figure ("8个项目对接…", "6家企业列入…").
_NOUN = re.compile(r"[\u4e00-\u9fffA-Za-z“”](?:[\u4e00-\u9fffA-Za-z“”]|[（(].[）)])*?(?=的|实施|实行|开展|对接|列入|晋升|纳入|参加|有序|国家级|暂缓|被|已|财政|数据|和|及|以及|$|[，、。；：,;:\d])")


class Phrase(NamedTuple):
    """What a phrase names: the subject, which stage of it (年初预算, 支出决算, ...), the year, code and classification."""

    subject: str
    measure: str = ""
    year: str = ""
    code: str = ""
    names: tuple[tuple[str, str, str], ...] = ()  # (level 类|款|项, name, digits)
    generic: bool = False


def read_phrase(text: str) -> Phrase:
    """Read the words before a figure: "2024年度本单位收入总计" is the subject 收入总计 of the year 2024."""
    years = _YEAR.findall(text)
    body = _DONE_TO.sub("", _YEAR.sub("", text).replace("的，", "的"))
    body = strip_lead(body)
    year = years[-1] if years else ""
    names = tuple((m["level"], m["name"].strip(" 1234567890.、"), m["digits"] or "") for m in _NAMED.finditer(body))
    coded = _CODE.match(body) or _CODE_BEFORE.match(body) or _CODE_AFTER.match(body)
    if coded:
        return Phrase(coded["name"].strip(), "", year, coded["code"])
    if names:
        end = [m.end() for m in _NAMED.finditer(body)][-1]
        rest = body[end:].strip("”“ ：:").removesuffix("为")
        code = "".join(digits for _, _, digits in names) if all(digits for _, _, digits in names) else ""
        subject = names[-1][1]
        return Phrase(subject, "" if _GENERIC.fullmatch(rest) else rest, year, code, names)
    subject, measure = strip_tail(body)
    if _CONCERNS.match(text):
        subject = subject.removesuffix("合计")
    return Phrase(subject, measure, year, generic=bool(_GENERIC.fullmatch(subject)))


def strip_lead(text: str) -> str:
    """A phrase without connectives and the name of the body in front of it."""
    before = None
    while before != text:
        before = text
        text = _LEAD.sub("", text)
        text = _BODY.sub("", text)
    for cut in ("拨款安排的", "财政拨款的"):
        text = text.partition(cut)[2] or text
    return text


def strip_tail(text: str) -> tuple[str, str]:
    """A phrase without verbs at its end, and the stage (年初预算, 支出决算, ...) that it named."""
    measure = ""
    before = None
    while before != text:
        before = text
        text = _ASIDE.sub("", text)
        found = None if measure else _MEASURE.search(text)
        if found:
            measure, text = found["measure"], text[: found.start()]
        else:
            text = _TAIL.sub("", text)
    if re.search(r"(?<!缴)费支出$", text):
        text = text.removesuffix("支出")
    return re.sub(r"^“([^“”]*)”$", r"\1", text.strip("，、：:")), measure


def noun_after(text: str) -> str:
    """The noun that follows a count ("个内设机构"), "" where none does."""
    found = _NOUN.match(text)
    return found.group() if found and len(found.group()) > 1 else ""


def is_similar(one: str, other: str) -> bool:
    """Whether two subjects are worded so alike that one statement is meant ("收、支预算总计", "收入、支出预算总计")."""
    a, b = set(one) - set("的“”、"), set(other) - set("的“”、")
    return min(len(a), len(b)) > 1 and len(a & b) >= 0.75 * min(len(a), len(b))


# --- what happens in a paragraph, in order ---------------------------------------------------------------------------


_MARK = re.compile(r"[，。；：、！？;:]|,(?!\d{3}(?!\d))|[（(]|[）)]")
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
    found = [Event(*m.span(), "figure", m) for m in FIGURE.finditer(text, start) if is_claim(text, m)]
    found += [Event(*m.span(), "figure", m) for m in BARE_PERCENT.finditer(text, start)]
    found += [Event(*m.span(), "statement", m) for m in STATEMENT.finditer(text, start)]
    figures = [event.start for event in found if event.kind == "figure"]
    opaque = [
        span for span in enclosed(text) if text[span[0]] not in "（(" or not any(span[0] < at < span[1] for at in figures)
    ]
    opaque += [(event.start, event.end - 1) for event in found]
    for m in _MARK.finditer(text, start):
        at = m.start()
        if not any(a <= at <= b for a, b in opaque):
            found.append(Event(*m.span(), {"（": "open", "(": "open", "）": "close", ")": "close"}.get(m.group(), "mark"), m))
    return sorted(found, key=lambda event: event.start)


def is_claim(text: str, m: re.Match[str]) -> bool:
    """Whether a number with a unit is a statement: not a threshold within a name, a goal or a part of a code."""
    before, after = text[max(m.start() - NEAR, 0) : m.start()], text[m.end() : m.end() + NEAR]
    in_code = before[-1:] in ("（", "(") and after[:1] in ("）", ")") and m["unit"] == "项"
    return not (in_code or THRESHOLD.match(after) or GOAL.search(before))


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

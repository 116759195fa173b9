"""Claims: the figures of the narrative against what was read off the rendered pages by eye (tests/golden/claims)."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingzhang.dataset.printed import ClaimRow
from mingzhang.document import read_document
from mingzhang.narrative import wording
from mingzhang.narrative.claims import Claim
from mingzhang.narrative.paragraphs import Paragraph, enumerator, is_heading, paragraphs
from mingzhang.narrative.reader import claims_in
from mingzhang.reading.pages import Box, Char, Page
from mingzhang.sources import find_sources

REPO = Path(__file__).resolve().parent.parent
GOLDEN = REPO / "tests" / "golden" / "claims"
RAW = REPO / "data" / "raw"
OURS = sorted(path.stem for path in GOLDEN.glob("*.csv") if (RAW / f"{path.stem}.pdf").exists())
OTHERS = sorted(path.stem for path in GOLDEN.glob("*.csv") if path.stem not in OURS)

Key = tuple[int, str, Decimal | None, str]


# --- against the pages -----------------------------------------------------------------------------------------------


@cache
def claims_of(path: Path) -> list[Claim]:
    """The claims of a PDF, through the whole chain."""
    listed = {source.path.name: source for source in find_sources(path.parent)[0]}
    return list(read_document(listed[path.name]).claims)


def expected(name: str) -> list[tuple[Key, str, str]]:
    """(page, kind, value, unit), subject and code of every claim on the pages that were read by eye."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as handle:
        return [
            ((int(r["page"]), r["kind"], Decimal(r["value"]) if r["value"] else None, r["unit"]), r["subject"], r["code"])
            for r in csv.DictReader(handle)
        ]


def compare(name: str, path: Path) -> None:
    """The figures on the pages of the golden file, with their subjects and codes: every one, and no other."""
    golden = expected(name)
    read_pages = {key[0] for key, _, _ in golden}
    found = [
        ((claim.page, claim.kind, claim.value, claim.unit), claim.subject, claim.code)
        for claim in claims_of(path)
        if claim.page in read_pages
    ]
    missing, invented = Counter(golden) - Counter(found), Counter(found) - Counter(golden)
    assert not missing, f"missing: {sorted(map(str, missing))}; in their place {sorted(map(str, invented))}"
    assert not invented, f"not on the page: {sorted(map(str, invented))}"


@pytest.mark.parametrize("name", OURS)
def test_claims_as_printed(name: str) -> None:
    compare(name, RAW / f"{name}.pdf")


@pytest.mark.real
@pytest.mark.parametrize("name", OTHERS)
def test_claims_of_other_bodies(name: str, real: Path) -> None:
    compare(name, real / f"{name}.pdf")


@pytest.mark.real
@pytest.mark.parametrize("name", ["jiangsu-committee-2019-budget-tables", "jiangsu-cppcc-2017-budget-tables"])
def test_tables_are_not_narrative(name: str, real: Path) -> None:
    """Documents that consist of tables state nothing in words."""
    assert claims_of(real / f"{name}.pdf") == []


@pytest.mark.real
def test_template_states_nothing(real: Path) -> None:
    """A blank form has XX for its figures, and "决算数大于（小于）预算数" leaves the direction open."""
    assert [claim for claim in claims_of(real / "putuo-template-final.pdf") if claim.value is not None] == []
    assert not any("（" in claim.sentence and claim.direction == "大于" for claim in claims_of(real / "putuo-template-final.pdf"))


# --- single sentences ------------------------------------------------------------------------------------------------


def said(*texts: str, section: tuple[str, ...] = ()) -> list[Claim]:
    """The claims of paragraphs that stand below one heading."""
    return claims_in(Paragraph(text, ((0, 1),), section, enumerator(text)) for text in texts)


def short(claims: Sequence[Claim]) -> list[tuple[str, str, str]]:
    """Subject, kind and figure: ("收入", "change", "-3.5万元")."""
    return [(c.subject, c.kind, f"{'' if c.value is None else c.value}{c.unit}") for c in claims]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "2021年度机关运行经费支出34.18万元，比上年决算数增长33.52%，主要是人员变动。",
            [("机关运行经费", "amount", "34.18万元"), ("机关运行经费", "pct_change", "33.52%")],
        ),
        (
            "(三)2150503—机关服务27.63万元，较上年决算数减少20.10万元，下降42.11%。",
            [("机关服务", "amount", "27.63万元"), ("机关服务", "change", "-20.10万元"), ("机关服务", "pct_change", "-42.11%")],
        ),
        (
            "2022年度收入总计10万元，支出总计10万元，与上年相比，各增加2万元，增长25%。",
            [
                ("收入总计", "amount", "10万元"), ("支出总计", "amount", "10万元"),
                ("收入总计、支出总计", "change", "2万元"), ("收入总计、支出总计", "pct_change", "25%"),
            ],
        ),
        (
            "本年收入合计12,345,678.90元，其中：财政拨款收入12,000,000元，占97.2%；其他收入345,678.90元，占2.8%。",
            [
                ("收入合计", "amount", "12345678.90元"), ("财政拨款收入", "amount", "12000000元"),
                ("财政拨款收入", "share", "97.2%"), ("其他收入", "amount", "345678.90元"), ("其他收入", "share", "2.8%"),
            ],
        ),
        (
            "国内公务接待支出0.39万（含外宾接待支出0.10万元），列明公务接待2批次、26人次。",
            [
                ("国内公务接待支出", "amount", "0.39万元"), ("外宾接待支出", "amount", "0.10万元"),
                ("公务接待", "count", "2批次"), ("公务接待", "count", "26人次"),
            ],
        ),
        (
            "从决算单位构成看，本单位包括20个内设机构和3家下属单位。",
            [("内设机构", "count", "20个"), ("下属单位", "count", "3家")],
        ),
        (
            "公务接待费预算支出116.5万元，本年数小于上年预算数40.05万元。",
            [("公务接待费", "amount", "116.5万元"), ("公务接待费", "change", "-40.05万元")],
        ),
        (
            "评价结果等次为“优”、“良”的项目分别是1个、2个。",
            [("评价结果等次为“优”的项目", "count", "1个"), ("评价结果等次为“良”的项目", "count", "2个")],
        ),
        (
            "主要原因是某平台建设支出减少29.62万元，新增管理平台支出6万元、替换项目尾款3.46万元。",
            [
                ("某平台建设支出", "change", "-29.62万元"), ("管理平台支出", "change", "6万元"),
                ("替换项目尾款", "change", "3.46万元"),
            ],
        ),
    ],
)
def test_sentences(text: str, claims: list[tuple[str, str, str]]) -> None:
    assert short(said(text)) == claims


@pytest.mark.parametrize(
    "text",
    [
        "根据财预〔2020〕10号文件，本部门于2024年12月31日前完成自评。",
        "单价50万元（含）以上的设备、15分钟社区生活圈、第3次会议、3个月以内、十四五规划。",
        "绩效指标:安全生产任务完成率大于等于80%;每周检查不少于1次;企业满意率≥90%。",
        "公共安全支出（204类）司法（06款）行政运行（01项）。",
        "2025.1.1-2025.12.31，年内组织1-2次推介会。",
        "收入总计XXX万元，增长（下降）XX%。",
    ],
)
def test_what_is_no_claim(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize("heading", ["第四部分名词解释", "一、主要职责", "（三）工作保障措施", "五、部门整体绩效目标"])
def test_sections_that_state_no_accounts(heading: str) -> None:
    assert said("培训30人次，安排5万元。", section=(heading,)) == []
    assert said("培训30人次，安排5万元。", section=("（一）绩效目标设置情况",)) != []


def test_direction_words() -> None:
    """What checks compare: the budget, the final figure, the rate of completion and the word belong to one group."""
    claims = said(
        "3、教育支出（类）普通教育（款）小学教育（项）。主要用于：小学。年初预算为452.40万元，支出决算为446.11万元，"
        "完成年初预算的98.61%。决算数小于预算数的主要原因：人员变动。"
    )
    assert [(c.measure, c.direction, c.against, c.value) for c in claims] == [
        ("年初预算", "", "", Decimal("452.40")),
        ("支出决算", "", "", Decimal("446.11")),
        ("", "完成", "年初预算", Decimal("98.61")),
        ("决算数", "小于", "预算数", None),
    ]
    assert {c.group for c in claims} == {1}
    assert {(c.subject, c.path) for c in claims} == {("小学教育", "教育支出/普通教育/小学教育")}


@pytest.mark.parametrize("word", ["持平", "一致", "相等"])
def test_no_change(word: str) -> None:
    claim = said(f"公务接待费0.80万元，与上年预算数{word}。")[1]
    assert (claim.kind, claim.value, claim.unit, claim.direction, claim.against) == ("change", 0, "", word, "上年预算数")


def test_reasons_are_marked() -> None:
    claims = said("项目支出5,573万元，较上年增加40万元。主要原因是某院增加了40万元的检察办案费预算。")
    assert [(c.subject, c.role, c.parent) for c in claims] == [
        ("项目支出", "main", ""), ("项目支出", "main", ""), ("检察办案费预算", "reason", "项目支出"),
    ]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("某某局2024年收支预算总数5,320.45万元，比2023年收支预算总数增加320.10万元。",
         [("收支预算总数", "amount", "5320.45"), ("收支预算总数", "change", "320.10")]),
        ("（一）因公出国（境）经费与2023年预算持平。", [("因公出国（境）经费", "change", "0")]),
        ("1.“公共安全支出”（类）2024年预算1,200.33万元。", [("公共安全支出", "amount", "1200.33")]),
    ],
)
def test_wordings_of_other_provinces(text: str, claims: list[tuple[str, str, str]]) -> None:
    assert not is_heading(text)
    assert [(one.subject, one.kind, str(one.value)) for one in said(text)] == claims


def test_base_of_a_comparison_has_its_own_year() -> None:
    new, base, change = said("2024年收入预算总计3,562.18万元，较2023年3,401.22万元增加160.96万元。")
    assert [(one.kind, one.year) for one in (new, base)] == [("amount", "2024"), ("amount", "2023")]
    assert (change.kind, change.against, str(change.value)) == ("change", "2023年", "160.96")


def test_parts_keep_their_whole() -> None:
    """Over brackets, semicolons and the items of a list that a paragraph introduces."""
    claims = said(
        "2024年支出预算20万元，其中基本支出12万元，包括人员经费10万元和公用经费2万元；项目支出8万元（其中：运维费3万元）。",
        "三公经费合计9万元，具体情况如下：",
        "（一）公务用车费8万元。其中：购置费6万元；运行费2万元。与上年持平。",
        "（二）公务接待费1万元。",
    )
    assert [(c.subject, c.parent) for c in claims] == [
        ("支出预算", ""), ("基本支出", "支出预算"), ("人员经费", "基本支出"), ("公用经费", "基本支出"),
        ("项目支出", "支出预算"), ("运维费", "项目支出"), ("三公经费合计", ""), ("公务用车费", "三公经费合计"),
        ("购置费", "公务用车费"), ("运行费", "公务用车费"), ("公务用车费", "三公经费合计"), ("公务接待费", "三公经费合计"),
    ]


def test_heading_gives_the_subject() -> None:
    claims = said("2024年预算安排0.23万元，比上年增加0.05万元。", section=("六、情况", "（二）公务接待费"))
    assert [(c.subject, c.measure, c.year) for c in claims] == [("公务接待费", "预算安排", "2024"), ("公务接待费", "", "")]
    assert claims[0].section == "六、情况/（二）公务接待费"


def test_codes() -> None:
    assert said("（一）2150501-行政运行（工业和信息产业监管）220.23万元。")[0].code == "2150501"
    assert said("1、公共安全支出（204类）司法（06款）行政运行（01项）1672.67万元。")[0].code == "2040601"


def test_rows_have_the_columns_of_the_contract() -> None:
    """What a claim says is all that its row says, with an id and its document before it."""
    assert ["claim_id", "doc_id", *(one.name for one in fields(Claim))] == list(ClaimRow.resource.columns)


def test_time_is_bounded_by_the_length_of_the_text() -> None:
    """Text without a full stop, and unclosed marks, must not make the patterns search for ever."""
    hostile = ["支出12.5万元" * 3000, "的" * 30000 + "占5%", "与上年" * 8000 + "增加5万元", "（" * 3000 + "支出1万元" * 300, "9," * 9000]
    start = time.perf_counter()
    assert len(said(*hostile)) >= 3300
    assert time.perf_counter() - start < 10


@given(
    value=st.decimals(0, 10**9, places=2),
    commas=st.booleans(),
    word=st.sampled_from(sorted(wording.CHANGES)),
    unit=st.sampled_from(["元", "万元", "亿元"]),
)
def test_change_has_the_sign_of_its_word(value: Decimal, commas: bool, word: str, unit: str) -> None:
    printed = f"{value:,}" if commas else f"{value}"
    amount, change = said(f"一般公共预算拨款支出{printed}{unit}，比上年决算数{word}{printed}{unit}。")
    assert (amount.value, amount.unit, change.unit, change.kind) == (value, unit, unit, "change")
    assert change.value == value * wording.CHANGES[word]
    assert (change.direction, change.against, change.group) == (word, "上年决算数", amount.group)


# --- whole sentences over lines and pages ----------------------------------------------------------------------------

EM = 12.0


def typeset(texts: Sequence[str], width: int, height: int) -> Iterator[tuple[Page, list[Box]]]:
    """Set paragraphs in lines of `width` characters and pages of `height` lines, two characters indented, numbered below."""
    lines: list[tuple[int, str]] = []
    for text in texts:
        first = width - 2
        lines.append((2, text[:first]))
        lines += [(0, text[at : at + width]) for at in range(first, len(text), width)]
    for number, top in enumerate(range(0, len(lines), height), 1):
        chars = [
            placed(char, 72 + (indent + column) * EM, 90 + row * 20)
            for row, (indent, line) in enumerate(lines[top : top + height])
            for column, char in enumerate(line)
        ]
        foot = [placed(char, 300 + 6 * i, 800) for i, char in enumerate(str(number))]
        yield Page(number, 144 + width * EM, 842, [*chars, *foot], []), []


def placed(char: str, x: float, baseline: float) -> Char:
    """A character on a baseline; an opening bracket's ink stands in the right half of its square."""
    left = x + (0.55 * EM if char in "（“《" else 0.5)
    return Char(char, baseline, left, baseline - 0.85 * EM, x + EM - 0.5, baseline + 0.1 * EM)


SENTENCE = st.text("收支预决算经费安排（）“”，、0123456789", min_size=45, max_size=180).filter(
    lambda text: enumerator(text) is None and not is_heading(text)
)


@settings(deadline=None)
@given(st.lists(SENTENCE, min_size=1, max_size=6), st.integers(20, 45), st.integers(4, 30))
def test_paragraphs_come_back_whole(texts: list[str], width: int, height: int) -> None:
    """Wherever lines and pages break, also within a number or a bracket."""
    whole = [f"本部门{text}情况如此。" for text in texts]
    assert [part.text for part in paragraphs(typeset(whole, width, height))] == whole


@settings(deadline=None)
@given(st.integers(16, 45), st.integers(2, 6))
def test_a_number_cut_by_a_line_or_page_is_one_number(width: int, height: int) -> None:
    text = "本部门2018年度收入、支出预算总计1,021,955.35万元，与上年相比收、支预算总计各增加3,958.67万元，增长21.95%。"
    claims = claims_in(paragraphs(typeset([text], width, height)))
    assert [str(c.value) for c in claims] == ["1021955.35", "3958.67", "21.95"]
    assert {c.sentence for c in claims} == {text}
    assert [c.page for c in claims] == sorted(c.page for c in claims)


def test_headings_and_tables_divide_paragraphs() -> None:
    """A heading is not a sentence; the text of a table and the table's title are left out."""
    texts = ["第三部分情况说明", "一、收入情况", "收入1.5万元。", "支出表", "三公经费九十九万元", "二、支出情况", "支出2.5万元。"]
    chars = [placed(c, 72 + (i + (14 if n in (0, 3) else 2)) * EM, 90 + n * 20) for n, t in enumerate(texts) for i, c in enumerate(t)]
    wide = [placed(c, 72 + i * EM, 300) for i, c in enumerate("、" * 36)]
    page = Page(2, 72 * 2 + 36 * EM, 842, chars + wide, [])
    found = claims_in(paragraphs([(page, [Box(60, 158, 520, 176)])]))
    assert [(c.section, c.subject, c.value) for c in found] == [
        ("第三部分情况说明/一、收入情况", "收入", Decimal("1.5")),
        ("第三部分情况说明/二、支出情况", "支出", Decimal("2.5")),
    ]


def test_a_table_of_contents_opens_no_section() -> None:
    """Where only the contents name the parts, what follows is no glossary: its figures are read."""
    contents = ["目录", "第一部分概况", "第二部分情况说明", "第三部分名词解释"]
    pages = list(typeset(contents, 40, 30)) + list(typeset(["收入总计1.5万元，支出总计2.5万元，均为财政拨款，与上年持平，没有其他资金。"], 40, 30))
    assert [claim.value for claim in claims_in(paragraphs(pages))][:2] == [Decimal("1.5"), Decimal("2.5")]


def test_margins_are_those_of_the_pages_beside() -> None:
    """A narrative before many wide tables: each page's lines end at its own edge, not at that of the tables' titles and notes."""
    text = "本部门2024年收入预算总计1,234.50万元，其中一般公共预算收入1,000.00万元、其他收入234.50万元，比上年预算增加100.25万元。" * 4
    narrative = list(typeset([text], 30, 30))
    width = narrative[0][0].width
    tables = [(Page(n, width, 842, [placed(c, 10 + i * EM, 60) for i, c in enumerate("注：本表反映收支" * 4)], []), [Box(10, 90, width - 10, 700)])
              for n in range(2, 12)]
    assert next(iter(paragraphs([*narrative, *tables]))).text == text


@pytest.mark.parametrize("text", ["&2%", "@@ 12.5 % ;;"])
def test_what_is_no_chinese_states_nothing(text: str) -> None:
    assert said(text) == []

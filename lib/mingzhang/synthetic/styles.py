"""Styles: declared house styles. How a body prints its disclosure: paper, rules, page breaks, wordings, header trees.

A new house style is a new entry in `STYLES`; a dialect (titles and header trees of its forms) is shared by several of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from .layout import Writing


@dataclass(frozen=True, slots=True)
class Typography:
    """Paper and drawing. Lengths in points; `turn` is how a landscape page is brought onto the paper.

    `rules`: strokes over whole borders, strokes of single cells (segments), stroked rectangles, thin filled rectangles, dashes.
    `breaks`: a row that does not fit moves to the next page whole or is cut between its lines. `narrow` squeezes value columns
    until their digits wrap. `continuation`: what a continued table repeats (nothing, its header, title and header, or the
    title with （续）).
    """

    landscape: bool = False
    height: float = 841.9
    size: float = 9.0
    pad: float = 3.0
    row_pad: float = 3.0
    margin: float = 50.0
    rules: Literal["lines", "segments", "rects", "filled", "dashed"] = "lines"
    line_width: float = 0.6
    open_sides: bool = False
    body_rules: bool = True
    double_frame: bool = False
    header_fill: bool = False
    narrow: float = 1.0
    breaks: Literal["whole", "cut"] = "whole"
    continuation: Literal["none", "header", "title", "marked"] = "none"
    together: bool = False
    turn: Literal["", "rotate", "sideways"] = ""
    title_inside: bool = False
    unit_inside: bool = False
    image_page: bool = False
    page_number: str = "— {} —"


@dataclass(frozen=True, slots=True)
class Style:
    """One house style: its typography, how it writes rows, and its dialect (form -> title, header tree)."""

    name: str
    kind: str
    type: Typography
    writing: Writing
    forms: Mapping[str, tuple[str, str]]
    total_first: bool = True
    levels: Literal["all", "leaf"] = "all"
    all_classes: bool = False
    indent: str = ""
    shared_total: bool = False
    form_number: str = ""
    body_line: str = "编制单位：{org}"
    performance: str = ""
    options: Mapping[str, object] = field(default_factory=dict)


_CODES = "{:code1|:code2|:code3}"
_THREE = "合计:{p}total|因公出国（境）费:{p}abroad|公务用车购置及运行维护费{{小计:{p}vehicle|公务用车购置费:{p}purchase|公务用车运行维护费:{p}running}}|公务接待费:{p}reception"

MINISTRY_FINAL: Mapping[str, tuple[str, str]] = {
    "income_expenditure_summary": ("收入支出决算总表", "收入{项目:1.name|行次:1.serial|决算数:1.value}|支出{项目（按功能分类）:2.name|行次:2.serial|决算数:2.value}"),
    "income": ("收入决算表", "项目{功能分类科目编码" + _CODES + "|科目名称:name}|本年收入合计:total|财政拨款收入:appropriation|上级补助收入:superior|事业收入:institution|经营收入:business|附属单位上缴收入:affiliates|其他收入:other"),
    "expenditure": ("支出决算表", "项目{功能分类科目编码" + _CODES + "|科目名称:name}|本年支出合计:total|基本支出:basic|项目支出:project|上缴上级支出:remitted|经营支出:business|对附属单位补助支出:subsidy"),
    "appropriation_summary": ("财政拨款收入支出决算总表", "收入{项目:1.name|行次:1.serial|金额:1.value}|支出{项目（按功能分类）:2.name|行次:2.serial|合计:2.total|一般公共预算财政拨款:2.general|政府性基金预算财政拨款:2.fund|国有资本经营预算财政拨款:2.state}"),
    "general_public_expenditure": ("一般公共预算财政拨款支出决算表", "项目{功能分类科目编码" + _CODES + "|科目名称:name}|本年支出{小计:total|基本支出:basic|项目支出:project}"),
    "basic_expenditure_economic": ("一般公共预算财政拨款基本支出决算表", "人员经费{科目编码:1.code|科目名称:1.name|决算数:1.value}|公用经费{科目编码:2.code|科目名称:2.name|决算数:2.value|科目编码:3.code|科目名称:3.name|决算数:3.value}"),
    "three_public": ("一般公共预算财政拨款“三公”经费支出决算表", "预算数{" + _THREE.format(p="b_") + "}|决算数{" + _THREE.format(p="f_") + "}"),
    "government_fund": ("政府性基金预算财政拨款收入支出决算表", "项目{功能分类科目编码" + _CODES + "|科目名称:name}|年初结转和结余:carried_in|本年收入:income|本年支出{小计:total|基本支出:basic|项目支出:project}|年末结转和结余:carried_out"),
    "state_capital": ("国有资本经营预算财政拨款支出决算表", "项目{功能分类科目编码" + _CODES + "|科目名称:name}|本年支出{合计:total|基本支出:basic|项目支出:project}"),
}  # fmt: skip

PLAIN_BUDGET: Mapping[str, tuple[str, str]] = {
    "staffing": ("部门预算单位构成", "单位名称:name|经费性质:text|在职人数:staff"),
    "income_expenditure_summary": ("{year}年度收支预算总表", "收入{收入项目:1.name|预算数:1.value}|支出{支出项目:2.name|预算数:2.value}"),
    "income": ("{year}年度收入预算总表", "科目编码:code|科目名称:name|合计:total|一般公共预算拨款收入:general|政府性基金预算拨款收入:fund|国有资本经营预算拨款收入:state|财政专户管理资金收入:special|事业收入:institution|其他收入:other|上年结转结余:carried_in"),
    "expenditure": ("{year}年度支出预算总表", "科目编码:code|科目名称:name|合计:total|基本支出:basic|项目支出:project|事业单位经营支出:business|上缴上级支出:remitted"),
    "appropriation_summary": ("{year}年度财政拨款收支预算总表", "收入{项目:1.name|预算数:1.value}|支出{项目:2.name|合计:2.total|一般公共预算:2.general|政府性基金预算:2.fund|国有资本经营预算:2.state}"),
    "general_public_expenditure": ("{year}年度一般公共预算支出预算表", "科目编码:code|科目名称:name|合计:total|其中{基本支出:basic|项目支出:project}"),
    "basic_expenditure_economic": ("{year}年度一般公共预算基本支出经济分类情况表", "经济分类科目{科目编码:code|科目名称:name}|合计:total|人员经费:personnel|公用经费:public"),
    "three_public": ("{year}年度一般公共预算“三公”经费支出预算表", "项目:name|{prior}年预算数:before|{year}年预算数:value"),
    "government_fund": ("{year}年度政府性基金预算支出表", "科目编码:code|科目名称:name|合计:total|基本支出:basic|项目支出:project"),
    "state_capital": ("{year}年度国有资本经营预算支出表", "科目编码:code|科目名称:name|合计:total|基本支出:basic|项目支出:project"),
}  # fmt: skip

_SPLIT = "科目编码{类:code1|款:code2|项:code3}"
SHEET_BUDGET: Mapping[str, tuple[str, str]] = {
    "income_expenditure_summary": ("部门收支总表", "收入{项目:1.name|{year}年预算数:1.value}|支出{按功能分类{项目:2.name|{year}年预算数:2.value}|按支出性质{项目:3.name|{year}年预算数:3.value}}"),
    "income": ("部门收入总表", "功能科目{" + _SPLIT + "|单位代码:unit_code|单位名称（科目）:name}|合计:total|上年结转:carried_in|本年收入{小计:now|一般公共预算拨款收入:general|政府性基金预算拨款收入:fund|国有资本经营预算拨款收入:state|事业收入{金额:institution|其中：教育收费:special}|其他收入:other}"),
    "expenditure": ("部门支出总表", "功能科目{" + _SPLIT + "|单位代码:unit_code|单位名称（科目）:name}|合计:total|基本支出{小计:basic|人员经费:personnel|日常公用经费:public}|项目支出:project|上缴上级支出:remitted"),
    "appropriation_summary": ("财政拨款收支预算总表", "收入{项目:1.name|{year}年预算数:1.value}|支出{项目:2.name|合计:2.total|一般公共预算:2.general|政府性基金预算:2.fund|国有资本经营预算:2.state}"),
    "general_public_expenditure": ("一般公共预算支出预算表", "功能科目{" + _SPLIT + "|单位代码:unit_code|单位名称（科目）:name}|{prior}年执行数:prior|{year}年预算数{合计:total|基本支出{小计:basic|人员经费:personnel|公用经费:public}|项目支出:project}|{year}年预算数比{prior}年执行数{增减额:change|增减%:pct}"),
    "basic_expenditure_economic": ("一般公共预算基本支出预算表", "经济分类科目{科目编码{类:code1|款:code2}|科目名称:name}|基本支出{合计:total|人员经费:personnel|公用经费:public}"),
    "three_public": ("一般公共预算“三公”经费支出预算表", "单位编码:unit_code|单位名称:name|当年财政拨款预算安排{" + _THREE.format(p="") + "}"),
    "government_fund": ("政府性基金支出预算表", "功能科目{" + _SPLIT + "|单位代码:unit_code|单位名称（科目）:name}|本年政府性基金预算支出{合计:total|基本支出:basic|项目支出:project}"),
    "state_capital": ("国有资本经营预算支出预算表", "功能科目{" + _SPLIT + "|单位代码:unit_code|单位名称（科目）:name}|本年国有资本经营预算支出{合计:total|基本支出:basic|项目支出:project}"),
}  # fmt: skip

_FINAL = Style(
    "ministry_final", "final_accounts",
    Typography(rules="filled", line_width=0.48, continuation="header", page_number="- {} -"),
    Writing("万元", True, "0.00", "joined", "name", "栏次"), MINISTRY_FINAL,
    shared_total=True, all_classes=True, form_number="公开{n:02d}表", body_line="部门：{org}",
)  # fmt: skip
_BUDGET = Style(
    "plain_budget", "budget", Typography(), Writing("万元", False, "", "one", "span", ""), PLAIN_BUDGET,
    total_first=False, form_number="", body_line="",
)  # fmt: skip
_SHEET = Style(
    "sheet_budget", "budget",
    Typography(landscape=True, rules="segments", size=7.5, pad=1.5, row_pad=2.0, open_sides=True, continuation="none",
               header_fill=True),
    Writing("元", True, "", "split", "name", ""), SHEET_BUDGET,
    indent="　", form_number="表{n}", body_line="单位名称：{org}",
)  # fmt: skip

STYLES: dict[str, Style] = {style.name: style for style in (_FINAL, _BUDGET, _SHEET)}

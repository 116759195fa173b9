"""Styles: declared house styles. How a body prints its disclosure: paper, rules, page breaks, wordings, forms.

A new house style is a new entry in `STYLES`; a dialect (titles and headers of its forms) may serve several of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from . import dialects
from .dialects import Dialect
from .layout import Writing


@dataclass(frozen=True, slots=True)
class Typography:
    """Paper and drawing. Lengths in points; `turn` is how a landscape page is brought onto upright paper.

    `rules`: strokes over whole borders, strokes of single cells (segments), stroked rectangles, thin filled rectangles,
    dashes. `breaks`: a row that does not fit moves to the next page whole or is cut between its lines. `narrow`
    squeezes value columns until their digits wrap. `continuation`: what a continued table repeats (nothing, its header,
    title and header, or the title with （续） and the header). `together` sets a table on the page of the one before
    where it fits.
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
    """One house style: its typography, how it writes rows, its dialect and the performance forms that it prints.

    `levels`: every level of the classification or the lowest only. `all_classes`: summaries list classes without money
    too. `shared_total`: 类 款 项 stand beside the totals row. `fund`, `state`: whether the body has such expenditure;
    without it the form is printed empty, with a note.
    """

    name: str
    kind: str
    type: Typography
    writing: Writing
    forms: Dialect
    performance: tuple[str, ...] = ()
    total_first: bool = True
    levels: Literal["all", "leaf"] = "all"
    all_classes: bool = False
    indent: str = ""
    shared_total: bool = False
    form_number: str = ""
    body_line: str = "编制单位：{org}"
    fund: bool = True
    state: bool = True


FINAL, BUDGET = "final_accounts", "budget"

_STYLES = (
    Style(
        "ministry_final", FINAL,
        Typography(rules="filled", line_width=0.48, continuation="header", page_number="- {} -"),
        Writing("万元", True, "0.00", "joined", "name", "栏次"), dialects.MINISTRY_FINAL,
        ("self_eval", "overall_self_eval"),
        shared_total=True, all_classes=True, form_number="公开{n:02d}表", body_line="部门：{org}",
    ),
    Style(
        "plain_budget", BUDGET, Typography(), Writing("万元", False, "", "one", "span", ""), dialects.PLAIN_BUDGET,
        ("declaration", "worded"), total_first=False, body_line="", state=False,
    ),
    Style(
        "sheet_budget", BUDGET,
        Typography(landscape=True, rules="segments", size=7.5, pad=1.5, row_pad=2.0, open_sides=True, header_fill=True),
        Writing("元", True, "", "split", "name", ""), dialects.SHEET_BUDGET, ("overall_target", "operators"),
        indent="　",
        form_number="表{n}", body_line="单位名称：{org}",
    ),
    Style(
        "situation_budget", BUDGET,
        Typography(rules="rects", continuation="marked", header_fill=True, row_pad=5.0, page_number=""),
        Writing("万元", True, "—", "one", "name", ""), dialects.SITUATION_BUDGET, ("declaration",), indent="  ",
        total_first=False, form_number="表{n}", body_line="单位名称：{org}", fund=False,
    ),
    Style(
        "numbered_budget", BUDGET,
        Typography(landscape=True, rules="lines", size=8.0, title_inside=True, unit_inside=True, continuation="title",
                   turn="rotate"),
        Writing("元", True, "", "one", "code", "all"), dialects.NUMBERED_BUDGET, ("nature",),
        form_number="预算{n:02d}表",
        body_line="", state=False,
    ),
    Style(
        "panel_budget", BUDGET,
        Typography(landscape=True, rules="lines", size=7.5, pad=2.0, double_frame=True, turn="sideways"),
        Writing("万元", True, "0.00", "bare", "name", "letters"), dialects.PANEL_BUDGET, ("operators",),
        form_number="附表{n}", body_line="填报单位：{org}", all_classes=False,
    ),
    Style(
        "narrow_final", FINAL,
        Typography(size=10.5, pad=2.0, narrow=0.62, breaks="cut", continuation="none", rules="segments"),
        Writing("万元", True, "", "one", "span", "stars"), dialects.WIDE_FINAL, ("weighted",), total_first=True,
        levels="leaf", form_number="公开 {n:02d} 表", body_line="部门：{org}",
    ),
    Style(
        "dense_final", FINAL,
        Typography(size=7.0, row_pad=1.0, pad=1.5, margin=36.0, together=True, rules="dashed", continuation="header",
                   line_width=0.35, image_page=True),
        Writing("万元", False, "0.00", "one", "name", ""), dialects.WIDE_FINAL, ("self_eval",), indent="   ",
        body_line="编制部门：{org}", all_classes=True, state=False,
    ),
    Style(
        "ladder_budget", BUDGET,
        Typography(rules="filled", line_width=0.75, breaks="cut", continuation="header", size=8.0, height=760.0),
        Writing("万元", False, "0.00", "lowest", "name", ""), dialects.SHEET_BUDGET, ("register",), total_first=False,
        body_line="填报部门：{org}",
    ),
    Style(
        "dual_budget", BUDGET,
        Typography(landscape=True, rules="rects", size=8.0, pad=2.0, row_pad=2.5, breaks="cut", continuation="title",
                   line_width=0.8, height=800.0),
        Writing("万元", True, "", "split", "name", "all"), dialects.DUAL_BUDGET, ("yearly",), indent=" ",
        form_number="表{n:02d}",
        body_line="部门（单位）名称：{org}", state=False,
    ),
    Style(
        "unruled_budget", BUDGET,
        Typography(landscape=True, body_rules=False, open_sides=True, continuation="header", size=8.5),
        Writing("万元", True, "0.00", "one", "name", ""), dialects.SITUATION_BUDGET, ("worded",),
        body_line="单位：{org}",
    ),
)

STYLES: dict[str, Style] = {style.name: style for style in _STYLES}

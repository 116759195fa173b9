"""Forms: what the standard disclosure forms are called and what their columns mean, declared in one place.

A new province's form is added here: a title pattern to `FORMS`, a header pattern to `MEASURES` or `COLUMN_ROLES`. Nothing in this
module looks at a table; it only says what printed words mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .clean import compact


@dataclass(frozen=True, slots=True)
class Form:
    """A standard form: its key, Chinese name, which side of the accounts its amounts stand on, and how it is recognised.

    `title` is searched in the compact title (no blanks, half-width brackets); forms are tried in the order of `FORMS`. `header` is a
    pattern that the header or first rows must hold when the title says nothing. `unit` is the unit of its numbers when they
    are not money.
    """

    key: str
    name: str
    side: str
    title: str
    header: str = ""
    unit: str = ""


#: In the order in which titles are tried: a narrower form before the wider one whose words it shares.
FORMS: tuple[Form, ...] = (
    Form("kpi_overall_self_eval", "整体绩效自评表", "", r"整体.*(?:自评|评分|得分|评价表|目标完成)", r"(?=.*自评得分|.*得分)(?=.*(?:三级指标))(?=.*(?:部门\(单位\)名称|部门整体))"),
    Form("kpi_overall_target", "整体绩效目标表", "", r"整体.*(?:绩效|目标)", r"(?=.*(?:三级指标|绩效指标))(?=.*年度工作任务|.*部门\(单位\)名称)"),
    Form("kpi_self_eval", "项目绩效自评表", "", r"自评(?!报告)|绩效评价表|绩效评价.*(?:评分|得分|打分)|绩效完成|目标完成", r"(?=.*三级指标)(?=.*得分)"),
    Form("kpi_target", "项目绩效目标表", "", r"绩效.*(?:目标|指标)|目标(?:申报)?表$", r"(?=.*(?:一级指标|二级指标))(?=.*(?:三级指标|指标值|目标值))"),
    Form("three_public", "“三公”经费表", "expenditure", r"三公|因公出国", r"因公出国"),
    Form("operating_cost", "机关运行经费表", "expenditure", r"机关运行"),
    Form("procurement", "政府采购表", "expenditure", r"(?:政府|集中)采购(?!.*购买服务)|采购(?:支出)?(?:预算|计划)", r"采购(?:品目|项目|物品|目录)"),
    Form("transfer_payment", "转移支付表", "expenditure", r"转移支付", r"转移支付项目"),
    Form("government_fund", "政府性基金表", "expenditure", r"政府性?基金|^(?:部门)?基金预算"),
    Form("state_capital", "国有资本经营表", "expenditure", r"国有资本|国资预算"),
    Form("fixed_assets", "固定资产表", "", r"固定资产|国有资产|资产(?:占用|占有|情况|配置|构成|购置|预算)|公务用车(?:情况|保有)", r"房屋\(平方米\)"),
    Form("staffing", "单位构成表", "", r"单位构成|机构(?:设置|构成|情况)|单位(?:基本)?情况|部门基本情况|人员(?:编制|(?:基本)?情况|构成)|部门构成|所属(?:预算)?单位(?:名单|情况|一览)|编制(?:情况|人数)",
         r"^(?:序号)?(?:单位|机构)名称.*(?:性质|人数|规格|级别|形式|编制|备注)", "人"),
    Form("other", "项目支出等其他表", "expenditure", r"项目支出|专项业务经费|财政专户管理资金.*支出|购买服务|债务|专项资金(?!.*绩效)|政府预算(?!.*经济)"),
    Form("appropriation_summary", "财政拨款收支总表", "", r"财政拨款.*(?:收支|收入支出).*总|财政拨款(?:预算|决算)?收支|(?<!公共预算)财政拨款收入支出",
         r"财政拨款收入.*财政拨款支出"),
    Form("basic_expenditure_economic", "基本支出(经济分类)表", "expenditure", r"基本支出", r"经济.*科目.*(?:人员经费|公用经费)"),
    Form("economic_classification", "支出经济分类情况表", "expenditure", r"经济(?:科目)?分类|经济科目", r"经济(?:分类)?科目"),
    Form("general_public_expenditure", "一般公共预算(财政拨款)支出表", "expenditure", r"(?:一般公共预算|财政拨款|公共预算).*支出|公共预算当年拨款"),
    Form("income_expenditure_summary", "收支(预/决)算总表", "", r"收支|收入支出", r"^(?:本年)?收入(?:本年)?支出"),
    Form("income", "收入表", "revenue", r"收入", r"本年收入合计|收入预算|事业收入"),
    Form("expenditure", "支出表", "expenditure", r"支出", r"本年支出合计|上缴上级支出|基本支出.*项目支出"),
)  # fmt: skip

BY_KEY: dict[str, Form] = {form.key: form for form in FORMS}

#: Forms that hold money or other quantities to be written to amounts.csv, and those that hold performance indicators.
KPI_FORMS = frozenset(form.key for form in FORMS if form.key.startswith("kpi_"))
#: Forms that may print no figure at all without being empty.
TEXT_FORMS = frozenset({"staffing", "other"})
#: Every key of the contract, in its order.
FORM_KEYS: tuple[str, ...] = (
    "income_expenditure_summary", "income", "expenditure", "appropriation_summary", "general_public_expenditure",
    "basic_expenditure_economic", "economic_classification", "three_public", "government_fund", "state_capital",
    "transfer_payment", "procurement", "fixed_assets", "staffing", "operating_cost", "kpi_target", "kpi_self_eval",
    "kpi_overall_target", "kpi_overall_self_eval", "other",
)  # fmt: skip

#: A body whose name holds these words is not a table's subject ("国有资产监督管理委员会2024年收入预算表").
_BODY = re.compile(r"^.{0,30}?(?:委员会|局|厅|办公室|中心|院|处|部门)(?:\(.*?\))?(?=\d{4}年|部门|单位)")


def recognise(title: str, headings: Iterable[str], header: str, indicators: bool) -> str:
    """The form key of a table from its title, else from the headings above it (nearest last), else from its header.

    `indicators` says that the table has an indicator header (一级指标 …): then it is a performance table whatever its title says.
    """
    head = compact(header)
    for text in (title, *reversed(list(headings))):
        words = subject(text)
        if not words or (text != title and not re.search(r"表$|情况$|构成", words)):
            continue
        for form in FORMS:
            if indicators != (form.key in KPI_FORMS):
                continue
            if re.search(form.title, words):
                return form.key
    for form in FORMS:
        if form.header and re.search(form.header, head) and indicators == (form.key in KPI_FORMS):
            return form.key
    return "kpi_target" if indicators else "other"


def subject(title: str) -> str:
    """The words of a title that name the form: numbering, year and the body's own name taken off."""
    words = compact(title)
    words = re.sub(r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}[、.]|\d{1,2}[、.]|公开\d+表[::]?|附[件表]\d*[::]?)", "", words)
    return _BODY.sub("", words)


# --- columns ---------------------------------------------------------------------------------------------------------

#: What a column holds, by its lowest header cell (or the path, where the pattern has a slash); first match counts.
COLUMN_ROLES: tuple[tuple[str, str], ...] = (
    ("serial", r"^(?:序号|行次|栏次|编号)$"),
    ("unit_code", r"^(?:单位|部门|预算单位|项目|采购目录|政府采购目录)(?:编码|代码|序号)|采购目录.*序号|目录序号|^(?!.*科目).*(?:单位|部门|项目|资产|采购|品目).*(?:编码|代码|编号)$"),
    ("code", r"科目(?:编码|代码|编号)|^(?:编码|代码|科目编码|类|款|项|分类科目编码)$|(?:功能|经济)分类(?:科目)?(?:编码|代码|编号)?$|^科目$"),
    ("attribute", r"^(?:计量单位|单位规格|采购(?:组织)?(?:形式?|方式)|组织形式|资金性质|经费性质|单位性质|单位规格|经费保障形式|转移支付类型|备注|说明|规格型号|采购类型|是否\w+|(?:增减|变动|变化)\w*原因|机构规格|机构性质|经费来源|资金来源)$"),
    ("name", r"名称|^(?:项目|科目|功能分类|支出项目|收入项目|支出用途|预算科目|指标|资产(?:类别|名称)?|类别|品目|事项|内容|经济科目|采购品目.*)(?:\(.*\))?$|^项目\(|^(?:收入|支出)$"),
)

#: A column that only says whose row it is or of what kind: where another column names what the row is about, that one gives the name.
BODY_COLUMN = re.compile(r"^.*(?:类别|类型|性质|属性|对象|地区|方式|内容|年[度份])$|^是否|^.*(?:功能|经济)(?:分类)?科目$|^(?:项目|预算|主管|实施|承担|使用|资金使用|采购)?(?:单位|部门|处室)(?:名称)?$|^(?:政府)?采购(?:目录|类别|品目)(?:名称)?$|^(?:[一二三]级|指导性)目录$")

#: Header words that make a column a value column even when all of its cells are empty.
VALUE_HEADER = re.compile(
    r"金额|数$|预算|决算|合计|小计|总计|支出|收入|拨款|经费|费$|费用|结转|结余|资金|价值|数量|单价|人数|编制|面积|原值|净值|补助|预留|份额|占比|比例|增减|执行率"
)

#: The standard key of a measure, by the last words of the header path (compact, joined with "/"); first match counts.
MEASURES: tuple[tuple[str, str], ...] = (
    ("headcount", r"人数|编制数|在职|实有"),
    ("quantity", r"数量"),
    ("unit_price", r"单价"),
    ("change", r"增减|增长|比\w*(?:增加|减少)"),
    ("share", r"占比|比例|比重|%"),
    ("operating_cost", r"机关运行"),
    ("three_public_abroad", r"因公出国"),
    ("three_public_vehicle", r"公务用车购置(?:及|和)运行|公务用车费"),
    ("three_public_vehicle_purchase", r"(?:公务用)?车?购置费$|公务用车购置(?:费|支出|$)|购置费/(?:预算数|决算数)$"),
    ("three_public_vehicle_running", r"(?:公务用车)?运行(?:维护)?费用?$|公务用车运行(?:维护)?(?:支出)?$|运行(?:维护)?费/(?:预算数|决算数)$"),
    ("three_public_reception", r"公务接待(?:费|支出|$)"),
    ("meeting", r"会议费"),
    ("training", r"培训费"),
    ("carried_forward_out", r"(?:年末|年终|结转下年)"),
    ("carried_forward_in", r"(?:年初|上年|历年).*(?:结转|结余)"),
    ("basic_personnel", r"基本支出/.*人员|人员(?:经费|支出|类)"),
    ("basic_public", r"基本支出/.*公用|公用(?:经费|支出|类)"),
    ("basic", r"基本支出"),
    ("project", r"项目支出"),
    ("reserve", r"预留机动"),
    ("remitted_to_superior", r"上缴上级"),
    ("subsidy_to_affiliates", r"(?:对)?附属单位补助"),
    ("remitted_by_affiliates", r"(?:附属|下级)单位(?:上缴|缴款)"),
    ("superior_subsidy", r"上级补助"),
    ("institution_business_expenditure", r"(?:事业单位)?经营支出"),
    ("institution_business_income", r"(?:事业单位)?(?<!资本)经营收入"),
    ("institution_income", r"事业收入"),
    ("special_account", r"财政专户|专户(?:核拨|管理)"),
    ("other_income", r"其他收入"),
    ("government_fund", r"政府性基金|基金预算"),
    ("state_capital", r"国有资本"),
    ("general_public", r"公共(?:财政)?预算"),
    ("non_appropriation", r"非财政拨款"),
    ("appropriation", r"财政拨款"),
    ("income", r"本年收入"),
    ("value", r"价值|原值|净值"),
    ("total", r"合计|总计|小计|本年支出"),
    ("initial_budget", r"年初预算"),
    ("adjusted_budget", r"(?:调整后?|全年)预算"),
    ("final", r"决算"),
    ("budget", r"预算"),
    ("amount", r"金额"),
)


def column_role(leaf: str) -> str:
    """What a column holds by its lowest header cell: serial, unit_code, code, attribute, name or ""."""
    words = compact(leaf)
    for role, pattern in COLUMN_ROLES:
        if words and re.search(pattern, words):
            return role
    return ""


@lru_cache(4_096)
def measure_of(path: str) -> str:
    """The standard key of the measure that a header path names; "amount" when it says no more than that.

    The lowest header cell decides; its parents are asked only when it says no more than 小计, 合计 or 金额.
    """
    parts = compact(path).split("/")
    general = ("total", "amount", "budget", "final")
    for depth in range(len(parts) - 1, -1, -1):
        for text in (parts[depth], "/".join(parts[depth:])):
            key = next((key for key, pattern in MEASURES if re.search(pattern, text)), "")
            if key and key not in general:
                return key
    return next((key for key, pattern in MEASURES if re.search(pattern, parts[-1])), "amount")


#: The unit of a column that does not hold money, by its header; None where the row's name says it ("房屋（平方米）").
def column_unit(path: str, money: str) -> str:
    """The unit of the numbers in a column: money unless its header says otherwise."""
    words = compact(path)
    declared = re.search(r"\((百万元|万元|千元|亿元|元|人|辆|台|套|个|平方米|%)[)、,]", words + ")") if "(" in words else None
    if declared:
        return declared.group(1)
    leaf = words.split("/")[-1]
    if re.search(r"人数|编制数|在职|实有", leaf):
        return "人"
    if re.search(r"占比|比例|比重|%|执行率|增长率", leaf):
        return "%"
    if re.search(r"数量", leaf):
        return "piece"
    return money


#: Names of rows: totals, subtotals and rows that only detail another row.
TOTAL_ROW = re.compile(r"^(?:(?:收入|支出)?(?:合计|总计)|(?:本年|当年)?(?:收入|支出)(?:合计|总计)|资产总额|合计[:：]?|总计[:：]?)$")
SUBTOTAL_ROW = re.compile(r"小计|(?:本年|当年)(?:收入|支出)(?:合计|小计)|经费合计")
MEMO_ROW = re.compile(r"^其中[:：]?|^#|^\*")


def row_role(name: str, code: str) -> str:
    """total, subtotal, memo (details of another row) or item, by the row's name."""
    words = compact(name).rstrip(":")
    if code:
        return "item"
    if re.fullmatch(r"(?:本年|当年)(?:收入|支出)(?:合计|小计)", words) or SUBTOTAL_ROW.search(words):
        return "subtotal"
    if TOTAL_ROW.match(words):
        return "total"
    if MEMO_ROW.match(words):
        return "memo"
    return "item"


#: Names that stand in a row of their own, so that a row with nothing else is not the rest of a cut one.
OWN_ROW = re.compile(
    r"^[一二三四五六七八九十]{1,3}[、.]|^[(][一二三四五六七八九十]{1,3}[)]|^\d{1,2}[.、]|^[(]\d{1,2}[)]|^其中|^(?:本年|上年|年初|年末|年终|当年|上级|附属)"
    r"|合计|总计|小计|^(?:一般公共预算|政府性基金|国有资本|财政专户|财政拨款|事业收入|经营收入|其他收入|结余分配|使用非财政)|结转|^(?:产出|效益|成本|满意度?|数量|质量|时效|(?:经济|社会|生态)(?:环境)?(?:效益|成本)|可持续(?:影响)?|服务对象(?:满意度)?)(?:指标)?$"
)

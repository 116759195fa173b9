"""Dialects: how the forms of a disclosure are called and headed, declared as text.

A line that is not indented names a form and its printed title; the indented lines below it are its header tree (see
`layout`). `$CODES` is one printed code cell over three columns, `$SPLIT` the same with 类 款 项 over its parts,
`$THREE(x_)` the columns of the three public expenses, their keys prefixed with `x_`; `$YEAR` and `$PRIOR` are the year
of the accounts and the one before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_MACROS = {
    "$CODES": "{:code1|:code2|:code3}",
    "$SPLIT": "{类:code1|款:code2|项:code3}",
}
_THREE = (
    r"合计:\1total|因公出国（境）费:\1abroad|公务用车购置及运行维护费"
    r"{小计:\1vehicle|公务用车购置费:\1purchase|公务用车运行维护费:\1running}|公务接待费:\1reception"
)

Dialect = Mapping[str, tuple[str, str]]


def parse_dialect(text: str) -> dict[str, tuple[str, str]]:
    """Form key -> (title, header declaration)."""
    for macro, meaning in _MACROS.items():
        text = text.replace(macro, meaning)
    text = re.sub(r"\$THREE\((\w*)\)", _THREE, text)
    out: dict[str, tuple[str, str]] = {}
    key = ""
    for line in text.strip().splitlines():
        if line.startswith(" "):
            title, header = out[key]
            out[key] = (title, header + line.strip())
        else:
            key, _, title = line.partition(": ")
            out[key] = (title, "")
    return out


#: The final accounts of the ministry's model: 类 款 项 beside the totals row, three panels of economic codes.
MINISTRY_FINAL = parse_dialect("""
income_expenditure_summary: 收入支出决算总表
  收入{项目:1.name|行次:1.serial|决算数:1.value}|支出{项目（按功能分类）:2.name|行次:2.serial|决算数:2.value}
income: 收入决算表
  项目{功能分类科目编码$CODES|科目名称:name}|本年收入合计:total|财政拨款收入:appropriation|上级补助收入:superior
  |事业收入:institution|经营收入:business|附属单位上缴收入:affiliates|其他收入:other
expenditure: 支出决算表
  项目{功能分类科目编码$CODES|科目名称:name}|本年支出合计:total|基本支出:basic|项目支出:project|上缴上级支出:remitted
  |经营支出:business|对附属单位补助支出:subsidy
appropriation_summary: 财政拨款收入支出决算总表
  收入{项目:1.name|行次:1.serial|金额:1.value}|支出{项目（按功能分类）:2.name|行次:2.serial|合计:2.total
  |一般公共预算财政拨款:2.general|政府性基金预算财政拨款:2.fund|国有资本经营预算财政拨款:2.state}
general_public_expenditure: 一般公共预算财政拨款支出决算表
  项目{功能分类科目编码$CODES|科目名称:name}|本年支出{小计:total|基本支出:basic|项目支出:project}
basic_expenditure_economic: 一般公共预算财政拨款基本支出决算表
  人员经费{科目编码:1.code|科目名称:1.name|决算数:1.value}|公用经费{科目编码:2.code|科目名称:2.name|决算数:2.value
  |科目编码:3.code|科目名称:3.name|决算数:3.value}
three_public: 一般公共预算财政拨款“三公”经费支出决算表
  预算数{$THREE(b_)}|决算数{$THREE(f_)}
government_fund: 政府性基金预算财政拨款收入支出决算表
  项目{功能分类科目编码$CODES|科目名称:name}|年初结转和结余:carried_in|本年收入:income
  |本年支出{小计:total|基本支出:basic|项目支出:project}|年末结转和结余:carried_out
state_capital: 国有资本经营预算财政拨款支出决算表
  项目{功能分类科目编码$CODES|科目名称:name}|本年支出{合计:total|基本支出:basic|项目支出:project}
""")

#: A plain budget: codes in one column, two panels, the three public expenses row by row.
PLAIN_BUDGET = parse_dialect("""
staffing: 部门预算单位构成
  单位名称:name|经费性质:text|在职人数:staff
income_expenditure_summary: $YEAR年度收支预算总表
  收入{收入项目:1.name|预算数:1.value}|支出{支出项目:2.name|预算数:2.value}
income: $YEAR年度收入预算总表
  科目编码:code|科目名称:name|合计:total|一般公共预算拨款收入:general|政府性基金预算拨款收入:fund
  |国有资本经营预算拨款收入:state|财政专户管理资金收入:special|事业收入:institution|其他收入:other|上年结转结余:carried_in
expenditure: $YEAR年度支出预算总表
  科目编码:code|科目名称:name|合计:total|基本支出:basic|项目支出:project|事业单位经营支出:business|上缴上级支出:remitted
appropriation_summary: $YEAR年度财政拨款收支预算总表
  收入{项目:1.name|预算数:1.value}|支出{项目:2.name|合计:2.total|一般公共预算:2.general|政府性基金预算:2.fund
  |国有资本经营预算:2.state}
general_public_expenditure: $YEAR年度一般公共预算支出预算表
  科目编码:code|科目名称:name|合计:total|其中{基本支出:basic|项目支出:project}
basic_expenditure_economic: $YEAR年度一般公共预算基本支出经济分类情况表
  经济分类科目{科目编码:code|科目名称:name}|合计:total|人员经费:personnel|公用经费:public
three_public: $YEAR年度一般公共预算“三公”经费支出预算表
  项目:name|$PRIOR年预算数:before|$YEAR年预算数:value
government_fund: $YEAR年度政府性基金预算支出表
  科目编码:code|科目名称:name|合计:total|基本支出:basic|项目支出:project
state_capital: $YEAR年度国有资本经营预算支出表
  科目编码:code|科目名称:name|合计:total|基本支出:basic|项目支出:project
""")

#: A budget exported from a spreadsheet: codes split over 类 款 项, headers four rows deep, three panels.
SHEET_BUDGET = parse_dialect("""
income_expenditure_summary: 部门收支总表
  收入{项目:1.name|$YEAR年预算数:1.value}
  |支出{按功能分类{项目:2.name|$YEAR年预算数:2.value}|按支出性质{项目:3.name|$YEAR年预算数:3.value}}
income: 部门收入总表
  功能科目{科目编码$SPLIT|单位代码:unit_code|单位名称（科目）:name}|合计:total|上年结转:carried_in
  |本年收入{小计:now|一般公共预算拨款收入:general|政府性基金预算拨款收入:fund|国有资本经营预算拨款收入:state
  |事业收入{金额:institution|其中：教育收费:special}|其他收入:other}
expenditure: 部门支出总表
  功能科目{科目编码$SPLIT|单位代码:unit_code|单位名称（科目）:name}|合计:total
  |基本支出{小计:basic|人员经费:personnel|日常公用经费:public}|项目支出:project|上缴上级支出:remitted
appropriation_summary: 财政拨款收支预算总表
  收入{项目:1.name|$YEAR年预算数:1.value}|支出{项目:2.name|合计:2.total|一般公共预算:2.general|政府性基金预算:2.fund
  |国有资本经营预算:2.state}
general_public_expenditure: 一般公共预算支出预算表
  功能科目{科目编码$SPLIT|单位代码:unit_code|单位名称（科目）:name}|$PRIOR年执行数:prior
  |$YEAR年预算数{合计:total|基本支出{小计:basic|人员经费:personnel|公用经费:public}|项目支出:project}
  |$YEAR年预算数比$PRIOR年执行数{增减额:change|增减%:pct}
basic_expenditure_economic: 一般公共预算基本支出预算表
  经济分类科目{科目编码{类:code1|款:code2}|科目名称:name}|基本支出{合计:total|人员经费:personnel|公用经费:public}
three_public: 一般公共预算“三公”经费支出预算表
  单位编码:unit_code|单位名称:name|当年财政拨款预算安排{$THREE()}
government_fund: 政府性基金支出预算表
  功能科目{科目编码$SPLIT|单位代码:unit_code|单位名称（科目）:name}|本年政府性基金预算支出{合计:total|基本支出:basic
  |项目支出:project}
state_capital: 国有资本经营预算支出预算表
  功能科目{科目编码$SPLIT|单位代码:unit_code|单位名称（科目）:name}|本年国有资本经营预算支出{合计:total|基本支出:basic
  |项目支出:project}
""")

#: 总体情况表: the tables of a department's "situation", some by function, some by economic class, with a list of
#: projects.
SITUATION_BUDGET = parse_dialect("""
income_expenditure_summary: $YEAR年收支总体情况表
  收入{项目:1.name|$YEAR年预算:1.value}|支出{项目:2.name|$YEAR年预算:2.value}
income: $YEAR年收入总体情况表
  功能科目编码:code|功能科目名称:name|合计:total|财政拨款{小计:appropriation|一般公共预算:general|政府性基金预算:fund
  |国有资本经营预算:state}|财政专户拨款:special|事业收入:institution|其他收入:other
expenditure: $YEAR年支出总体情况表
  功能科目编码:code|功能科目名称:name|支出总计:total|基本支出:basic|项目支出:project|事业单位经营支出:business
  |对附属单位补助支出:subsidy|上缴上级支出:remitted
appropriation_summary: $YEAR年财政拨款收支总体情况表
  收入{项目:1.name|$YEAR年预算:1.value}|支出{项目:2.name|合计:2.total|一般公共预算:2.general|政府性基金预算:2.fund
  |国有资本经营预算:2.state}
general_public_expenditure: $YEAR年一般公共预算支出情况表（按功能分类科目）
  功能科目编码:code|功能科目名称:name|小计:total|其中：基本支出:basic|其中：项目支出:project
basic_expenditure_economic: $YEAR年一般公共预算基本支出情况表（按支出经济分类科目）
  支出经济科目编码:code|支出经济科目名称:name|$YEAR年预算:total
three_public: $YEAR年一般公共预算安排的“三公”经费预算表
  项目:name|$YEAR年预算:value
government_fund: $YEAR年政府性基金预算支出情况表
  功能科目编码:code|功能科目名称:name|小计:total|其中：基本支出:basic|其中：项目支出:project
state_capital: $YEAR年国有资本经营预算支出情况表
  功能科目编码:code|功能科目名称:name|小计:total|其中：基本支出:basic|其中：项目支出:project
projects: $YEAR年部门预算项目支出及其他支出预算表
  序号:serial|项目名称:name|总计:total|一般公共预算:general|政府性基金预算:fund|其他资金:own
operating_cost: $YEAR年机关运行经费预算表
  单位名称:name|$YEAR年预算:value
""")

#: Numbered sheets (预算01表 …), each with its title and unit inside the grid; carried-over money column by column.
NUMBERED_BUDGET = parse_dialect("""
income_expenditure_summary: 收支总表
  收入{项目:1.name|预算数:1.value}|支出{项目:2.name|预算数:2.value}
income: 收入总表
  功能分类科目编码:code|功能分类科目名称:name|总计:total|本年收入{小计:now|一般公共预算:general|政府性基金预算:fund
  |国有资本经营预算:state|财政专户管理资金:special|单位资金{小计:own|事业收入:institution|其他收入:other}}|上年结转结余:carried_in
expenditure: 支出总表
  功能分类科目编码:code|功能分类科目名称:name|合计:total|基本支出:basic|项目支出:project|事业单位经营支出:business
  |上缴上级支出:remitted|对附属单位补助支出:subsidy
projects: 项目支出表
  项目单位:unit|项目名称:name|合计:total|本年拨款{一般公共预算:general|政府性基金预算:fund|国有资本经营预算:state}|单位资金:own
procurement: 政府采购预算明细表
  采购类别:text|采购项目名称:name|采购数量:quantity|金额:value
appropriation_summary: 财政拨款收支预算总表
  收入{项目:1.name|预算数:1.value}|支出{项目:2.name|合计:2.total|一般公共预算:2.general|政府性基金预算:2.fund
  |国有资本经营预算:2.state}
general_public_expenditure: 一般公共预算财政拨款支出表
  功能分类科目{编码:code|名称:name}|合计:total|基本支出{小计:basic|人员经费:personnel|公用经费:public}|项目支出:project
basic_expenditure_economic: 一般公共预算财政拨款基本支出表
  部门预算支出经济分类科目{科目编码:code|科目名称:name}|本年一般公共预算基本支出{合计:total|人员经费:personnel|公用经费:public}
government_fund: 政府性基金预算财政拨款支出表
  功能分类科目编码:code|功能分类科目名称:name|合计:total|基本支出:basic|项目支出:project
state_capital: 国有资本经营预算财政拨款支出表
  功能分类科目编码:code|功能分类科目名称:name|合计:total|基本支出:basic|项目支出:project
three_public: 财政拨款“三公”经费支出表
  $PRIOR年预算数{$THREE(b_)}|$YEAR年预算数{$THREE(f_)}
""")

#: Four panels side by side: sources, function, kind of expenditure, economic class; codes without leading zeros.
PANEL_BUDGET = parse_dialect("""
income_expenditure_summary: 收支总表
  收入{项目:1.name|本年预算:1.value}|支出{项目（按功能分类）:2.name|本年预算:2.value|项目（按支出性质）:3.name|本年预算:3.value
  |项目（按部门预算经济分类）:4.name|本年预算:4.value}
income: 收入总表
  科目{科目编码$SPLIT|科目名称:name}|总计:total|一般公共预算拨款:general|政府性基金拨款:fund|国有资本经营预算拨款:state
  |财政专户管理资金:special|上级补助收入:superior|事业收入:institution|其他收入:other|上年结转:carried_in
expenditure: 支出总表
  科目{科目编码$SPLIT|科目名称:name}|总计:total|基本支出{合计:basic|人员支出:personnel|公用支出:public}|项目支出:project
  |事业单位经营支出:business
appropriation_summary: 财政拨款收支总表
  收入{项目:1.name|本年预算:1.value}|支出{项目:2.name|总计:2.total|一般公共预算:2.general|政府性基金预算:2.fund
  |国有资本经营预算:2.state}
general_public_expenditure: 一般公共预算支出表
  科目{科目编码$SPLIT|科目名称:name}|总计:total|基本支出{合计:basic|人员支出:personnel|公用支出:public}|项目支出:project
basic_expenditure_economic: 一般公共预算基本支出表
  经济分类科目{科目编码{类:code1|款:code2}|科目名称:name}|基本支出{合计:total|人员支出:personnel|公用支出:public}
three_public: 一般公共预算“三公”经费支出表
  单位编码:unit_code|单位名称:name|“三公”经费预算数{$THREE()}
government_fund: 政府性基金预算支出表
  科目{科目编码$SPLIT|科目名称:name}|总计:total|基本支出:basic|项目支出:project
transfer_payment: 省级专项资金转移支付预算表
  项目名称:name|金额:value
fixed_assets: 国有资产占有使用情况表
  项目:name|数量:quantity|价值:value
""")

#: Final accounts with a column for each budget beside the classes, and budget against final figures.
WIDE_FINAL = parse_dialect("""
income_expenditure_summary: $YEAR年度收支决算总表
  收入{项目:1.name|年初预算数:1.before|决算数:1.value}|支出{项目:2.name|年初预算数:2.before|决算数:2.value}
income: $YEAR年度收入决算总表
  科目编码:code|科目名称:name|收入合计:total|财政拨款收入:appropriation|上级补助收入:superior|事业收入:institution
  |经营收入:business|附属单位缴款:affiliates|其他收入:other
expenditure: $YEAR年度支出决算总表
  科目编码:code|科目名称:name|支出合计:total|基本支出:basic|项目支出:project|上缴上级支出:remitted|经营支出:business
  |对附属单位补助支出:subsidy
appropriation_summary: $YEAR年度财政拨款收支决算总表
  收入{项目:1.name|决算数:1.value}|支出{项目:2.name|小计:2.total|一般公共预算财政拨款:2.general
  |政府性基金预算财政拨款:2.fund|国有资本经营预算财政拨款:2.state}
general_public_expenditure: $YEAR年度一般公共预算财政拨款支出决算表
  科目编码:code|科目名称:name|本年支出合计:total|基本支出{小计:basic|人员经费:personnel|公用经费:public}|项目支出:project
basic_expenditure_economic: $YEAR年度一般公共预算财政拨款基本支出决算表
  经济科目编码:code|科目名称:name|合计:total|人员经费:personnel|公用经费:public
government_fund: $YEAR年度政府性基金预算财政拨款支出决算表
  科目编码:code|科目名称:name|本年支出合计:total|基本支出:basic|项目支出:project
state_capital: $YEAR年度国有资本经营预算财政拨款支出决算表
  科目编码:code|科目名称:name|本年支出合计:total|基本支出:basic|项目支出:project
three_public: $YEAR年度财政拨款“三公”经费支出决算表
  项目:name|预算数:before|决算数:value
operating_cost: $YEAR年度机关运行经费支出决算表
  单位名称:name|决算数:value
""")

#: Two classifications side by side in the basic table, a column for each budget in the summary, meetings and training
#: beside 三公.
DUAL_BUDGET = parse_dialect("""
income_expenditure_summary: $YEAR年部门收支总体情况表
  收入{项目:1.name|金额:1.value}|支出{项目:2.name|合计:2.value|一般公共预算:2.general|政府性基金:2.fund|国有资本经营预算:2.state
  |其他资金:2.own}
income: $YEAR年部门收入总体情况表
  科目编码$SPLIT|科目名称:name|总计:total|财政拨款{小计:appropriation|一般公共预算:general|政府性基金:fund|国有资本经营预算:state}
  |事业收入:institution|上级补助收入:superior|附属单位上缴收入:affiliates|其他收入:other|上年结转:carried_in
expenditure: $YEAR年部门支出总体情况表
  科目编码$SPLIT|科目名称:name|总计:total|基本支出{小计:basic|人员经费:personnel|公用经费:public}|项目支出:project
  |上缴上级支出:remitted|对附属单位补助支出:subsidy
appropriation_summary: $YEAR年财政拨款收支总体情况表
  收入{项目:1.name|金额:1.value}|支出{项目:2.name|合计:2.total|一般公共预算:2.general|政府性基金:2.fund|国有资本经营预算:2.state}
general_public_expenditure: $YEAR年一般公共预算支出情况表
  科目编码$SPLIT|科目名称:name|总计:total|基本支出{小计:basic|人员经费:personnel|公用经费:public}|项目支出:project
basic_expenditure_economic: $YEAR年一般公共预算基本支出情况表
  部门预算支出经济分类{科目编码:code|科目名称:name}|政府预算支出经济分类{科目编码:text|科目名称:text2}
  |合计:total|人员经费:personnel|公用经费:public
three_public: $YEAR年一般公共预算“三公”经费及会议费、培训费支出情况表
  单位编码:unit_code|单位名称:name|“三公”经费{小计:total|因公出国（境）费用:abroad|公务接待费:reception
  |公务用车购置及运行维护费{小计:vehicle|公务用车购置费:purchase|公务用车运行维护费:running}}|会议费:meeting|培训费:training
government_fund: $YEAR年政府性基金预算支出情况表
  科目编码$SPLIT|科目名称:name|总计:total|基本支出{小计:basic|人员经费:personnel|公用经费:public}|项目支出:project
state_capital: $YEAR年国有资本经营预算支出情况表
  科目编码$SPLIT|科目名称:name|总计:total|基本支出:basic|项目支出:project
operating_cost: $YEAR年机关运行经费情况表
  单位名称:name|金额:value
""")

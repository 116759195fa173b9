"""Rules: what must hold in a budget or in final accounts, written as the formulas that they are.

Nothing here computes. A term `form.side[row].column` names printed figures: `row` is total, this_year (本年收入合计), a code, or the
key of a line (carried_forward_in …); `column` is total, basic, project, general_public …. A missing row or column means total.
CODE stands for every classification code, MEASURE for every key of `MEASURES_COMPARED`, that both sides print; `a|b` is the first
that the table prints; `<item>` finds an item in a row or a column, as forms lay it out either way. Signs between the sides:

    =   must be equal, within rounding
    >=  the left is at least the right: the right is a part of it
    ~   equal where a body's accounts are made that way; equality confirms both figures, a difference says nothing
"""

from __future__ import annotations

from dataclasses import dataclass

#: Short names of the forms in formulas: form key, and the money that a table's title must be about ("" for any).
FORMS: dict[str, tuple[str, str]] = {
    "summary": ("income_expenditure_summary", ""),
    "income": ("income", ""),
    "expenditure": ("expenditure", ""),
    "appropriation": ("appropriation_summary", ""),
    "general_public": ("general_public_expenditure", ""),
    "appropriated": ("appropriation_expenditure", ""),
    "basic": ("basic_expenditure_economic", "general_public"),
    "appropriated_basic": ("appropriation_basic_economic", ""),
    "economic": ("economic_classification", ""),
    "three_public": ("three_public", ""),
    "operating_cost": ("operating_cost", ""),
    "government_fund": ("government_fund", ""),
    "state_capital": ("state_capital", ""),
}

#: The keys that MEASURE runs over.
MEASURES_COMPARED = ("total", "basic", "project", "basic_personnel", "basic_public", "reserve")
#: Kinds of income that the income table and the summary both print.
INCOME = (
    "general_public", "government_fund", "state_capital", "special_account", "superior_subsidy", "institution_income",
    "institution_business_income", "remitted_by_affiliates", "other_income",
)  # fmt: skip

#: What must be nothing (zero or not printed) for a rule to apply.
CONDITIONS: dict[str, tuple[str, ...]] = {
    "nothing carried over": (
        "summary.revenue[carried_forward_in]", "summary.revenue[surplus_used]", "summary.expenditure[surplus_assigned]",
        "summary.expenditure[carried_forward_out]", "appropriation.revenue[carried_forward_in]",
        "appropriation.expenditure[carried_forward_out]",
    ),
    "only the general public budget": (
        "appropriation.revenue[government_fund]", "appropriation.revenue[state_capital]",
        "summary.revenue[government_fund]", "summary.revenue[state_capital]",
    ),
    "all money is appropriated": (
        "summary.revenue[special_account]", "summary.revenue[superior_subsidy]", "summary.revenue[institution_income]",
        "summary.revenue[institution_business_income]", "summary.revenue[remitted_by_affiliates]",
        "summary.revenue[other_income]", "summary.revenue[non_appropriation]",
    ),
}  # fmt: skip
_NO_CARRY, _GENERAL, _APPROPRIATED = CONDITIONS


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared rule: its id, the scope of the contract, its formula or sentence, and the conditions under which it holds."""

    id: str
    scope: str
    formula: str
    when: tuple[str, ...] = ()


#: Inside one table; `identities` finds the parts by the header, by the codes and by how the labels are numbered.
WITHIN: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("row-parts", "row", "合计 or 小计 = the columns beside it under the same header"),
        Rule("row-flow", "row", "opening balance + income = spending + closing balance"),
        Rule("code-parts", "hierarchy", "a code = the codes one step below it (类 = 款, 款 = 项)"),
        Rule("unit-parts", "hierarchy", "a body = the bodies under its code"),
        Rule("label-parts", "hierarchy", "a numbered line = the lines numbered under it"),
        Rule("label-share", "hierarchy", "a line >= the line that details it (其中)"),
        Rule("total-codes", "total", "合计 = the codes of the highest level"),
        Rule("total-lines", "total", "合计 or 总计 = the lines that it adds up"),
        Rule("total-year", "total", "本年合计 = the lines above it"),
        Rule("personnel-total", "total", "人员经费合计 = 301 + 303; 公用经费合计 = the other economic 类"),
    )
}

#: Across tables, and the two sides of one.
ACROSS: tuple[Rule, ...] = (
    Rule("balance", "balance", "summary.revenue[total] = summary.expenditure[total]"),
    Rule("balance-appropriation", "balance", "appropriation.revenue[total] = appropriation.expenditure[total]"),
    # income
    Rule("income-year", "cross_table", "income.income = summary.revenue[this_year|total]"),
    Rule("income-total", "cross_table", "income.total = summary.revenue[total]"),
    Rule("income-appropriation", "cross_table", "income.appropriation = appropriation.revenue[this_year|total]"),
    *(Rule(f"income-{kind}", "cross_table", f"income.{kind} = summary.revenue[{kind}]") for kind in INCOME),
    Rule("income-appropriated", "cross_table", "income.appropriation = summary.revenue[appropriation]"),
    Rule("income-funds", "cross_table",
         "income.appropriation = summary.revenue[general_public] + summary.revenue[government_fund] + summary.revenue[state_capital]"),
    Rule("income-expenditure", "cross_table", "income[CODE].all = expenditure[CODE].all", (_NO_CARRY,)),
    Rule("income-expenditure-total", "cross_table", "income.all = expenditure.all", (_NO_CARRY,)),
    # the two summaries
    *(Rule(f"funds-{fund}", "cross_table", f"summary.revenue[{fund}] = appropriation.revenue[{fund}]")
      for fund in ("general_public", "government_fund", "state_capital")),
    Rule("summaries", "cross_table", "summary.expenditure[CODE] = appropriation.expenditure[CODE].total", (_NO_CARRY, _APPROPRIATED)),
    # expenditure
    Rule("expenditure-total", "cross_table", "expenditure.all = summary.expenditure[this_year|total]"),
    Rule("expenditure-code", "cross_table", "expenditure[CODE].all = summary.expenditure[CODE]"),
    *(Rule(f"expenditure-{use}", "cross_table", f"expenditure.{use} = summary.expenditure[{use}]") for use in ("basic", "project", "reserve")),
    Rule("expenditure-appropriated", "cross_table", "expenditure.appropriation = appropriation.expenditure[this_year|total]"),
    # the general public budget
    Rule("general-code", "cross_table", "appropriation.expenditure[CODE].general_public = general_public[CODE]"),
    Rule("general-total", "cross_table", "appropriation.expenditure[this_year|total].general_public = general_public[total]"),
    Rule("general-only-code", "cross_table", "appropriation.expenditure[CODE] = general_public[CODE]", (_GENERAL, _NO_CARRY)),
    Rule("general-only-total", "cross_table", "appropriation.expenditure[this_year|total] = general_public[total]", (_GENERAL, _NO_CARRY)),
    Rule("general-expenditure-code", "cross_table", "expenditure[CODE].MEASURE = general_public[CODE].MEASURE", (_GENERAL, _APPROPRIATED, _NO_CARRY)),
    Rule("general-expenditure", "cross_table", "expenditure.MEASURE = general_public.MEASURE", (_GENERAL, _APPROPRIATED, _NO_CARRY)),
    Rule("general-share-code", "cross_table", "expenditure[CODE].MEASURE >= general_public[CODE].MEASURE"),
    *(Rule(f"general-appropriated-{use}", "cross_table", f"expenditure[CODE].appropriation/{use} = general_public[CODE].{use}", (_GENERAL,))
      for use in ("basic", "project")),
    *(Rule(f"general-appropriated-{use}-total", "cross_table", f"expenditure.appropriation/{use} = general_public.{use}", (_GENERAL,))
      for use in ("basic", "project")),
    Rule("general-appropriated-code", "cross_table", "expenditure[CODE].appropriation = general_public[CODE]", (_GENERAL,)),
    Rule("appropriated-code", "cross_table", "appropriated[CODE].MEASURE = general_public[CODE].MEASURE", (_GENERAL,)),
    Rule("appropriated-total", "cross_table", "appropriated.MEASURE = general_public.MEASURE", (_GENERAL,)),
    Rule("appropriated-summary", "cross_table", "appropriated[total] = appropriation.expenditure[this_year|total]"),
    # economic classification: the same money counted a second time
    Rule("economic-basic", "cross_table", "basic.total = general_public.basic"),
    Rule("economic-basic-parts", "cross_table", "basic[basic_personnel] + basic[basic_public] = general_public.basic"),
    Rule("economic-basic-expenditure", "cross_table", "basic.total = expenditure.basic", (_GENERAL, _APPROPRIATED, _NO_CARRY)),
    Rule("economic-basic-summary", "cross_table", "basic.total = appropriation.expenditure[basic]", (_GENERAL,)),
    Rule("economic-personnel", "cross_table", "basic.basic_personnel = general_public.basic_personnel"),
    Rule("economic-public", "cross_table", "basic.basic_public = general_public.basic_public"),
    Rule("economic-total", "cross_table", "economic.total = general_public.total", (_GENERAL,)),
    Rule("economic-share", "cross_table", "economic[CODE] >= basic[CODE]"),
    Rule("economic-twice", "cross_table", "appropriated_basic[CODE].MEASURE = basic[CODE].MEASURE", (_GENERAL,)),
    Rule("economic-twice-total", "cross_table", "appropriated_basic.MEASURE = basic.MEASURE", (_GENERAL,)),
    # “三公”经费 and 机关运行经费
    Rule("three-public-abroad", "cross_table", "three_public<three_public_abroad> >= basic[30212]"),
    Rule("three-public-reception", "cross_table", "three_public<three_public_reception> >= basic[30217]"),
    Rule("three-public-running", "cross_table", "three_public<three_public_vehicle_running> >= basic[30231]"),
    Rule("three-public-purchase", "cross_table", "three_public<three_public_vehicle_purchase> >= basic[31013]"),
    Rule("meeting", "cross_table", "three_public<meeting> >= basic[30215]"),
    Rule("training", "cross_table", "three_public<training> >= basic[30216]"),
    Rule("meeting-operating", "cross_table", "three_public<meeting> ~ operating_cost[30215]"),
    Rule("abroad-operating", "cross_table", "three_public<three_public_vehicle_running> ~ operating_cost[30231]"),
    Rule("operating-public", "cross_table", "three_public<operating_cost> ~ basic.basic_public"),
    Rule("operating-basic", "cross_table", "operating_cost.total ~ basic[302] + basic[310]"),
    Rule("operating-code", "cross_table", "operating_cost[CODE] ~ basic[CODE]"),
    # the other budgets
    Rule("fund-total", "cross_table", "government_fund.total = appropriation.expenditure[this_year|total].government_fund"),
    Rule("fund-income", "cross_table", "government_fund.income = appropriation.revenue[government_fund]"),
    Rule("capital-total", "cross_table", "state_capital.total = appropriation.expenditure[this_year|total].state_capital"),
    Rule("capital-income", "cross_table", "state_capital.income = appropriation.revenue[state_capital]"),
)  # fmt: skip

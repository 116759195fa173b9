"""Fiscal: the sheets of the fiscal forms, filled from accounts as a style declares them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from . import vocabulary as words
from .accounts import FINAL, Accounts, Leaf, name_of, parents
from .layout import (
    LABEL_KEYS,
    Head,
    Number,
    Record,
    Sheet,
    leaf_paths,
    parse_header,
    share_code_header,
    split_key,
    table_cells,
    with_rows_inside,
)
from .styles import Style

Values = dict[str, int]
#: Widths of columns by their key, in units of one value column.
WIDTHS = {"name": 2.2, "code": 0.9, "code1": 0.42, "code2": 0.35, "code3": 0.35, "serial": 0.4, "unit_code": 0.8,
    "pct": 0.8}


def sheets(accounts: Accounts, style: Style) -> list[Sheet]:
    """The fiscal tables of a disclosure, in the order in which the style's dialect declares them."""
    return [sheet_of(form, accounts, style, number) for number, form in enumerate(style.forms, 1)]


def sheet_of(form: str, accounts: Accounts, style: Style, number: int) -> Sheet:
    """One form filled in."""
    title, declared = style.forms[form]
    for macro, year in (("$YEAR", accounts.year), ("$PRIOR", accounts.year - 1)):
        title, declared = title.replace(macro, str(year)), declared.replace(macro, str(year))
    header = parse_header(declared)
    rows = ROWS[form](accounts, style)
    money = form != "staffing"
    writing = style.writing
    cells, facts, depth = table_cells(header, rows, writing)
    shared = style.shared_total and any(split_key(leaf.key)[1] == "code1" for leaf, _ in leaf_paths(header))
    if shared and depth < max(cell.row for cell in cells):
        cells = share_code_header(cells, facts, depth, depth)
    notes: tuple[str, ...] = ()
    if not facts:
        notes = (f"注：本单位{accounts.year}年度没有此项收支，故本表为空表。",)
    if form == "staffing":
        facts = [fact._replace(side="") for fact in facts]
    sheet = Sheet(
        "expenditure" if form == "projects" else form, title, writing.unit if money else "",
        column_widths(header, style), tuple(cells), depth, tuple(facts), (), notes,
        style.form_number.format(n=number), "", style.body_line.format(org=accounts.org) if money else "",
    )
    return with_rows_inside(sheet, style.type.title_inside, style.type.unit_inside)


def column_widths(header: Sequence[Head], style: Style) -> tuple[float, ...]:
    out = []
    for leaf, _ in leaf_paths(header):
        key = split_key(leaf.key)[1]
        width = WIDTHS.get(key, 1.0)
        out.append(width * (style.type.narrow if key not in LABEL_KEYS else 1.0))
    return tuple(out)


# --- rows of the forms -----------------------------------------------------------------------------------------------


def by_function(
    accounts: Accounts, style: Style, leaves: Sequence[Leaf], values: Callable[[Leaf], Values],
    side: str = "expenditure"
) -> list[list[Record | None]]:
    """Rows by functional code with their parents and a total; without leaves a few empty rows."""
    if not leaves:
        return [[None], [None], [None]]
    sums = {leaf.code: values(leaf) for leaf in leaves}
    records = hierarchy(sums, style, side)
    total = Record("合计", finish(add(sums.values())), side=side)
    return [[record] for record in ([total, *records] if style.total_first else [*records, total])]


def hierarchy(sums: Mapping[str, Values], style: Style, side: str) -> list[Record]:
    """A record for each code and, unless the style prints leaves only, for each of its parents."""
    out = []
    codes = parents(sums) if style.levels == "all" else sorted(sums)
    for code in codes:
        total = add(value for leaf, value in sums.items() if leaf.startswith(code))
        out.append(Record(name_of(code), finish(total), code, style.indent * (len(code) // 2 - 1), side,
                          beside(code)))
    return out


def beside(code: str) -> dict[str, str]:
    """The texts that stand beside a code: the unit's code, and the government's economic class."""
    other = words.GOVERNMENT_CLASSES.get(code[:3], ("", ""))
    return {"unit_code": "301001", "text": other[0], "text2": other[1]}


def add(values: object) -> Values:
    """The sum of several rows, key by key."""
    out: Values = {}
    for row in values:  # type: ignore[attr-defined]
        for key, amount in row.items():
            out[key] = out.get(key, 0) + amount
    return out


def finish(values: Values) -> dict[str, int | Number]:
    """The values of a row with those that follow from them: change and percentage against the year before."""
    out: dict[str, int | Number] = dict(values)
    if "prior" in values:
        out["change"] = values["total"] - values["prior"]
        if values["prior"]:
            percent = (Decimal(100 * (values["total"] - values["prior"])) / values["prior"]).quantize(Decimal("0.01"),
                ROUND_HALF_UP)
            out["pct"] = Number(percent, "%", f"{percent}%")
    return out


def spending(leaf: Leaf) -> Values:
    return {
        "total": leaf.total, "basic": leaf.basic, "personnel": leaf.personnel, "public": leaf.public,
        "project": leaf.project,
        "remitted": 0, "business": 0, "subsidy": 0,
    }


def fiscal_spending(leaf: Leaf) -> Values:
    """What the budget pays of a leaf; `project` without what other income pays."""
    return {**spending(leaf), "total": leaf.fiscal, "project": leaf.project - leaf.own, "prior": leaf.prior}


def receipts(accounts: Accounts) -> Callable[[Leaf], Values]:
    """Income by source; in a budget the total counts what is carried in too."""
    carried = carried_by_leaf(accounts)

    def values(leaf: Leaf) -> Values:
        fiscal = leaf.income - leaf.own
        came = carried.get(leaf.code, 0)
        return {
            "total": leaf.income + (came if accounts.kind != FINAL else 0), "now": leaf.income, "appropriation": fiscal,
            leaf.fund: fiscal, "other": leaf.own, "carried_in": came,
            **{key: 0 for key in ("general", "fund", "state") if key != leaf.fund},
            **dict.fromkeys(("superior", "institution", "business", "affiliates", "special"), 0),
        }

    return values


def carried_by_leaf(accounts: Accounts) -> dict[str, int]:
    """What is carried in, on the leaf whose income it replaces."""
    largest = max(accounts.of("general"), key=lambda leaf: leaf.fiscal)
    return {largest.code: accounts.carried_in}


def income_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    return by_function(accounts, style, accounts.leaves, receipts(accounts), "revenue")


def expenditure_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    return by_function(accounts, style, accounts.leaves, spending)


def general_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    return by_function(accounts, style, accounts.of("general"), fiscal_spending)


def fund_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    return by_function(
        accounts, style, accounts.of("fund"),
        lambda leaf: {**spending(leaf), "income": leaf.income, "carried_in": 0, "carried_out": 0},
    )


def state_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    return by_function(accounts, style, accounts.of("state"), spending)


def panels(*lists: Sequence[Record | None]) -> list[list[Record | None]]:
    """Records of several panels side by side, the shorter ones filled up with empty places."""
    return [[part[i] if i < len(part) else None for part in lists] for i in range(max(map(len, lists)))]


def balanced(upper: Sequence[Sequence[Record | None]],
        lower: Sequence[Sequence[Record | None]]) -> list[list[Record | None]]:
    """Panels whose last rows stand on one line."""
    return panels(*upper) + panels(*lower)


def classes(leaves: Sequence[Leaf], style: Style, values: Callable[[Leaf], Values]) -> list[Record]:
    """Expenditure by functional class, numbered as the summaries number them."""
    used = {leaf.code[:3] for leaf in leaves}
    listed = [item for item in words.SUMMARY_CLASSES if style.all_classes or item[0] in used]
    out = []
    for ordinal, (code, name) in zip(words.ORDINALS, listed, strict=False):
        sums = add(values(leaf) for leaf in leaves if leaf.code.startswith(code))
        out.append(Record(f"{ordinal}、{name}", sums
            or ({} if not style.writing.zero else values_of_nothing(values, leaves))))
    return out


def values_of_nothing(values: Callable[[Leaf], Values], leaves: Sequence[Leaf]) -> Values:
    return dict.fromkeys(values(leaves[0]), 0)


def numbered(items: Sequence[tuple[str, int]], side: str) -> list[Record]:
    return [
        Record(f"{ordinal}、{name}", {"value": amount}, side=side)
        for ordinal, (name, amount) in zip(words.ORDINALS, items, strict=False)
    ]


def summary_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    """收支总表: sources against classes (and kinds of expenditure in a third panel)."""
    word = "财政拨款收入" if accounts.kind == FINAL else "拨款收入"
    sources = [
        (f"一般公共预算{word}", accounts.appropriation("general")),
        (f"政府性基金预算{word}", accounts.appropriation("fund")),
        (f"国有资本经营预算{word}", accounts.appropriation("state")), ("上级补助收入", 0), ("事业收入", 0),
        ("经营收入", 0),
        ("附属单位上缴收入", 0), ("其他收入", accounts.own),
    ]
    planned = {key: sum(leaf.prior for leaf in accounts.of(key)) for key in ("general", "fund", "state")}
    left = [
        replace(record, values={**record.values, "before": planned.get(key, 0)})
        for record, key in zip(numbered(sources, "revenue"), ("general", "fund", "state", *"-----"), strict=True)
    ]

    def spent_on(leaf: Leaf) -> Values:
        funds = {key: leaf.fiscal if key == leaf.fund else 0 for key in ("general", "fund", "state")}
        return {"value": leaf.total, "before": leaf.prior, "own": leaf.own, **funds}

    right = classes(accounts.leaves, style, spent_on)
    basic = sum(leaf.basic for leaf in accounts.leaves)
    third = [
        *numbered([("基本支出", basic)], "expenditure"),
        Record("人员经费", {"value": sum(leaf.personnel for leaf in accounts.leaves)}, indent="　　"),
        Record("公用经费", {"value": sum(leaf.public for leaf in accounts.leaves)}, indent="　　"),
        Record("二、项目支出", {"value": accounts.expenditure - basic}),
    ]
    money = add([*({code[:3]: value} for code, value in [*accounts.personnel.items(), *accounts.public.items()])])
    fourth = numbered([(name_of(code), money[code]) for code in sorted(money)], "expenditure")
    fourth += [Record(f"{words.ORDINALS[len(fourth)]}、其他支出", {"value": accounts.expenditure - basic})]
    income, before, out = accounts.income, sum(planned.values()), accounts.carried_out
    spent = add(spent_on(leaf) for leaf in accounts.leaves)
    left_over = {"value": out, "general": out, "fund": 0, "state": 0, "own": 0}
    lower_left = [
        Record("本年收入合计", {"value": income, "before": before}, side="revenue"),
        Record("年初结转和结余" if accounts.kind == FINAL else "上年结转结余", {"value": accounts.carried_in},
        side="revenue"),
        Record("收入总计" if accounts.kind != FINAL else "总计",
        {"value": income + accounts.carried_in, "before": before}, side="revenue"),
    ]
    lower_right = [
        Record("本年支出合计", spent),
        Record("年末结转和结余" if accounts.kind == FINAL else "结转下年", left_over),
        Record("支出总计" if accounts.kind != FINAL else "总计", add([spent, left_over])),
    ]
    return balanced((left, right, third, fourth), (lower_left, lower_right, lower_right, lower_right))


def appropriation_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    """财政拨款收支总表: three budgets against classes with a column for each budget."""
    left = numbered(
        [("一般公共预算财政拨款", accounts.appropriation("general")),
        ("政府性基金预算财政拨款", accounts.appropriation("fund")),
         ("国有资本经营预算财政拨款", accounts.appropriation("state"))], "revenue",
    )

    def by_budget(leaf: Leaf) -> Values:
        return {"total": leaf.fiscal,
            **{key: leaf.fiscal if key == leaf.fund else 0 for key in ("general", "fund", "state")}}

    right = classes(accounts.leaves, style, by_budget)
    came = accounts.appropriation("general", "fund", "state")
    spent = add(by_budget(leaf) for leaf in accounts.leaves)
    out = accounts.carried_out
    left_over = {"total": out, "general": out, "fund": 0, "state": 0}
    lower_left = [
        Record("本年收入合计", {"value": came}, side="revenue"),
        Record("年初财政拨款结转和结余" if accounts.kind == FINAL else "上年结转", {"value": accounts.carried_in},
        side="revenue"),
        Record("总计" if accounts.kind == FINAL else "收入总计", {"value": came + accounts.carried_in}, side="revenue"),
    ]
    lower_right = [
        Record("本年支出合计", spent),
        Record("年末财政拨款结转和结余" if accounts.kind == FINAL else "结转下年", left_over),
        Record("总计" if accounts.kind == FINAL else "支出总计", add([spent, left_over])),
    ]
    return balanced((left, right), (lower_left, lower_right))


def economic(table: Mapping[str, int], kind: str) -> dict[str, Values]:
    other = "public" if kind == "personnel" else "personnel"
    return {code: {"total": value, "value": value, kind: value, other: 0} for code, value in table.items()}


def basic_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    """Basic expenditure by economic code: one list with a total, or three panels where the dialect declares them."""
    people, public = economic(accounts.personnel, "personnel"), economic(accounts.public, "public")
    if "2.name" not in style.forms["basic_expenditure_economic"][1]:
        records = hierarchy({**people, **public}, style, "expenditure")
        total = Record("合计", add([*people.values(), *public.values()]))
        return [[record] for record in ([total, *records] if style.total_first else [*records, total])]
    left, right = hierarchy(people, style, "expenditure"), hierarchy(public, style, "expenditure")
    half = (len(right) + 1) // 2
    sums = [
        Record("人员经费合计", {"value": sum(accounts.personnel.values())}), None,
        Record("公用经费合计", {"value": sum(accounts.public.values())}),
    ]
    return [*panels(left, right[:half], right[half:]), sums]


def three_public_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    """三公: a row of budget and final figures, a row for the body, or a row for each expense."""
    found = accounts.three_public
    declared = style.forms["three_public"][1]
    if "b_total" in declared:
        return [[Record("", {f"{p}{key}": value for p in ("b_", "f_") for key, value in found.items()})]]
    if "vehicle" in declared:
        found |= {"meeting": accounts.public.get(words.MEETING, 0), "training": accounts.public.get(words.TRAINING, 0)}
        body = Record(accounts.org, dict(found), texts={"unit_code": "301001"})
        total = Record("合计", dict(found))
        return [[total], [body]] if style.total_first else [[body], [total]]
    lines = [
        ("合计", "total", ""), ("1、因公出国（境）费用", "abroad", ""), ("2、公务接待费", "reception", ""),
        ("3、公务用车购置及运行费", "vehicle", ""), ("其中：", "", "　　"), ("公务用车购置费", "purchase", "　　"),
        ("公务用车运行维护费", "running", "　　"),
    ]
    return [
        [Record(name, {"value": found[key], "before": found[key]} if key else {}, indent=indent)]
        for name, key, indent in lines
    ]


def staffing_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    return [
        [Record(name, {"staff": Number(Decimal(staff), "人", str(staff))}, side="", texts={"text": nature})]
        for name, nature, staff in accounts.units
    ]


def project_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    """项目支出表: a row for each project, what other money pays apart."""
    lines = [
        Record(p.name, {"total": p.annual, "general": p.annual - p.other, "fund": 0, "state": 0, "own": p.other},
               texts={"unit": accounts.units[-1][0]})
        for p in accounts.projects
    ]
    total = Record("合计", add(record.values for record in lines))
    return [[record] for record in ([total, *lines] if style.total_first else [*lines, total])]


def procurement_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    """政府采购表: goods with their number and money."""
    kinds = {"A": "货物", "B": "工程", "C": "服务"}
    lines = [
        Record(name, {"quantity": Number(Decimal(count), "个", str(count)), "value": amount},
        texts={"text": kinds[code[0]]})
        for code, name, count, amount in accounts.procurement
    ]
    total = Record("合计", {"value": sum(item[3] for item in accounts.procurement)})
    return [[record] for record in [total, *lines]]


def operating_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    """机关运行经费: the public part of basic expenditure."""
    amount = sum(accounts.public.values())
    return [[Record("合计", {"value": amount})], [Record(accounts.org, {"value": amount})]]


def asset_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    """固定资产: houses in square metres, vehicles and devices in pieces, all with their value."""
    values = [accounts.assets[key] for key in ("houses", "vehicles", "devices")]
    area, cars, devices = accounts.assets["area"], accounts.vehicles, accounts.assets["pieces"]
    lines = [
        Record("资产总额", {"value": sum(values)}, side=""),
        Record("1.房屋（平方米）", {"quantity": Number(Decimal(area), "平方米", str(area)), "value": values[0]},
        side=""),
        Record("2.车辆（台、辆）", {"quantity": Number(Decimal(cars), "台、辆", str(cars)), "value": values[1]},
        side=""),
        Record("3.单价50万元以上设备（台）",
        {"quantity": Number(Decimal(devices), "台", str(devices)), "value": values[2]}, side=""),
    ]
    return [[record] for record in lines]


def no_rows(accounts: Accounts, style: Style) -> list[list[Record | None]]:
    return [[None], [None], [None]]


ROWS: dict[str, Callable[[Accounts, Style], list[list[Record | None]]]] = {
    "staffing": staffing_rows,
    "income_expenditure_summary": summary_rows,
    "income": income_rows,
    "expenditure": expenditure_rows,
    "appropriation_summary": appropriation_rows,
    "general_public_expenditure": general_rows,
    "basic_expenditure_economic": basic_rows,
    "three_public": three_public_rows,
    "government_fund": fund_rows,
    "state_capital": state_rows,
    "projects": project_rows,
    "procurement": procurement_rows,
    "operating_cost": operating_rows,
    "fixed_assets": asset_rows,
    "transfer_payment": no_rows,
}

"""Performance: the sheets of performance tables, filled from a body's projects as declared forms.

A form is declared by its rows of labelled facts, its fund block, its goal block and its indicator columns; `FORMS`
holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from .accounts import Accounts, Indicator, Project
from .layout import Fund, Goal, Performance, Printed, Sheet
from .styles import Style

#: Printed operators and the ones that the contract knows.
OPERATORS = {"≥": "ge", "≤": "le", ">": "gt", "<": "lt", "=": "eq"}
WORDED = {"≥": "不低于", "≤": "不超过", ">": "大于", "<": "小于", "=": "等于"}

#: What an operator column prints beside a wording.
NOT_NUMERIC = "定性"

#: A printed column: header text, key and how many grid columns it takes.
Column = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class FormSpec:
    """How a performance form is laid out. `facts`: rows of (label, label span, key or fixed text, span).

    `funds`: header columns after the item (none: label and figure side by side). `rows`: which fund rows are printed.
    `goals`: the labels of goal and result. `block`: the label merged down the indicators, "" for none. `columns`: the
    indicator columns; `group`: a header cell over those with the keys it names.
    """

    form: str
    title: str
    widths: tuple[float, ...]
    facts: tuple[tuple[tuple[str, int, str, int], ...], ...]
    fund_label: tuple[str, int]
    fund_item: int
    funds: tuple[Column, ...]
    fund_rows: tuple[tuple[str, str], ...]
    goals: tuple[tuple[str, str, int], ...]
    goal_label: tuple[str, int]
    block: str
    columns: tuple[Column, ...]
    total: str = ""
    worded: bool = False
    group: tuple[str, tuple[str, ...]] = ("", ())


_FUND_HEADER: tuple[Column, ...] = (
    ("年初预算数", "initial_budget", 1), ("全年预算数", "annual_budget", 1), ("全年执行数", "executed", 1),
    ("分值", "weight", 1),
    ("执行率", "execution_rate", 1), ("得分", "score", 1),
)
_LEVELS: tuple[Column, ...] = (("一级指标", "level1", 1), ("二级指标", "level2", 1), ("三级指标", "level3", 1))

FORMS: Mapping[str, FormSpec] = {
    "self_eval": FormSpec(
        "kpi_self_eval", "项目支出绩效自评表", (0.6, 0.9, 1.1, 1.6, 1.1, 1.1, 1.1, 0.7, 0.8, 0.8),
        ((("项目名称", 2, "project", 8),),
        (("主管部门", 2, "competent_dept", 3), ("实施单位", 2, "implementing_unit", 3))),
        ("项目资金（万元）", 2), 2, _FUND_HEADER,
        (("年度资金总额", "all"), ("其中：当年财政拨款", "fiscal"), ("上年结转资金", "none"), ("其他资金", "other")),
        (("预期目标", "goal", 4), ("实际完成情况", "actual_result", 5)), ("年度总体目标", 1), "绩效指标",
        (*_LEVELS, ("年度指标值", "target", 1), ("实际完成值", "actual_raw", 1), ("分值", "weight", 1),
        ("得分", "score", 1),
         ("偏差原因分析及改进措施", "note", 2)), "总分",
    ),
    "declaration": FormSpec(
        "kpi_target", "项目支出绩效目标申报表", (0.7, 1.0, 1.3, 1.8, 1.2, 1.2),
        ((("项目名称", 2, "project", 4),),
        (("主管部门及代码", 2, "competent_dept", 2), ("实施单位", 1, "implementing_unit", 1)),
         (("项目属性", 2, "=经常性项目", 2), ("项目期", 1, "=1年", 1))),
        ("项目资金（万元）", 2), 2, (),
        (("年度资金总额：", "all"), ("其中：财政拨款", "fiscal"), ("其他资金", "other")),
        (("年度绩效目标", "goal", 5),), ("", 0), "绩效指标", (*_LEVELS, ("指标值", "target", 2)),
    ),
    "operators": FormSpec(
        "kpi_target", "项目绩效目标表", (1.0, 1.2, 2.0, 0.8, 1.0, 0.8, 0.7),
        ((("项目名称", 1, "project", 3), ("项目编码", 1, "project_code", 2)), (("主管部门", 1, "competent_dept", 3),
          ("实施单位", 1, "implementing_unit", 2))),
        ("预算情况（万元）", 1), 2, (), (("资金总额", "all"), ("财政拨款", "fiscal"), ("其他资金", "other")),
        (("年度绩效目标", "goal", 6),), ("", 0), "",
        (*_LEVELS, ("运算符号", "operator", 1), ("指标值", "value", 1), ("度量单位", "unit", 1), ("权重", "weight", 1)),
    ),
    "nature": FormSpec(
        "kpi_target", "部门预算项目绩效目标表", (1.0, 1.2, 2.0, 0.9, 1.0, 0.9, 0.7),
        ((("项目名称", 1, "project", 6),),
        (("预算单位", 1, "implementing_unit", 3), ("项目资金（万元）", 1, "budget", 2))),
        ("", 0), 0, (), (), (("年度目标", "goal", 6),), ("", 0), "",
        (*_LEVELS, ("绩效指标性质", "operator", 1), ("绩效指标值", "value", 1), ("绩效度量单位", "unit", 1),
        ("指标权重", "weight", 1)),
    ),
    "yearly": FormSpec(
        "kpi_target", "项目支出绩效目标表", (0.6, 1.0, 1.2, 2.0, 0.8, 1.0, 0.8, 0.8),
        ((("项目名称", 2, "project", 6),),
        (("主管部门", 2, "competent_dept", 2), ("实施单位", 2, "implementing_unit", 2))),
        ("项目资金（万元）", 2), 2, (),
        (("年度资金总额：", "all"), ("其中：财政拨款", "fiscal"), ("其他资金", "other")),
        (("年度总体目标", "goal", 6),), ("", 0), "绩效指标",
        (*_LEVELS, ("性质", "operator", 1), ("指标值", "value", 1), ("度量单位", "unit", 1), ("分值", "weight", 1)),
        group=("本年绩效指标", ("operator", "value", "unit")),
    ),
    "weighted": FormSpec(
        "kpi_self_eval", "项目支出绩效自评表", (0.9, 1.0, 1.5, 1.0, 1.0, 0.6, 0.7, 1.2, 1.2),
        ((("项目名称", 1, "project", 3), ("项目编码", 1, "project_code", 4)), (("主管部门", 1, "competent_dept", 3),
          ("项目单位", 1, "implementing_unit", 4))),
        ("项目资金（万元）", 1), 2,
        (("年初预算数", "initial_budget", 1), ("全年预算数", "annual_budget", 1), ("全年执行数", "executed", 2),
         ("执行率", "execution_rate", 1), ("得分", "score", 1)),
        (("年度资金总额", "all"), ("财政拨款", "fiscal"), ("其他资金", "other")),
        (("年初设定目标", "goal", 4), ("全年实际完成情况", "actual_result", 5)), ("", 0), "",
        (*_LEVELS, ("年度指标值", "target", 1), ("实际完成值", "actual_raw", 1), ("分值", "weight", 1),
        ("得分", "score", 1),
         ("评分标准", "basis", 1), ("未完成原因分析", "note", 1)), "合计",
    ),
    "worded": FormSpec(
        "kpi_target", "{project}绩效目标表", (0.8, 1.1, 1.3, 2.0, 1.4),
        ((("项目名称", 2, "project", 3),),),
        ("资金情况（万元）", 2), 1, (), (("资金总额：", "all"), ("财政拨款：", "fiscal"), ("其他资金：", "other")),
        (("总体目标", "goal", 4),), ("", 0), "绩效指标", (*_LEVELS, ("绩效目标值", "target", 1)), worded=True,
    ),
    "overall_target": FormSpec(
        "kpi_overall_target", "部门整体支出绩效目标表", (0.8, 1.1, 1.3, 2.0, 1.4),
        ((("部门（单位）名称", 2, "project", 3),),),
        ("年度预算申请（万元）", 2), 1, (), (("资金总额：", "all"), ("财政拨款", "fiscal"), ("其他资金", "other")),
        (("年度总体目标", "goal", 4),), ("", 0), "绩效指标", (*_LEVELS, ("指标值", "target", 1)),
    ),
    "overall_self_eval": FormSpec(
        "kpi_overall_self_eval", "部门整体支出绩效自评表", (0.6, 0.9, 1.1, 1.6, 1.1, 1.1, 1.1, 0.7, 0.8, 0.8),
        ((("部门（单位）名称", 2, "project", 8),),),
        ("部门整体支出（万元）", 2), 2, _FUND_HEADER,
        (("年度资金总额", "all"), ("其中：财政拨款", "fiscal"), ("其他资金", "other")),
        (("年初设定目标", "goal", 4), ("实际完成情况", "actual_result", 5)), ("年度总体目标", 1), "绩效指标",
        (*_LEVELS, ("年度指标值", "target", 1), ("实际完成值", "actual_raw", 1), ("分值", "weight", 1),
        ("得分", "score", 1),
         ("备注", "note", 2)), "总分",
    ),
}


def sheets(accounts: Accounts, style: Style) -> list[Sheet]:
    """A performance table for each project in the style's form, and one of the whole body where the style prints it."""
    out = []
    if "register" in style.performance:
        out.append(register(accounts, style))
    for number, project in enumerate(accounts.projects):
        for key in style.performance:
            if key == "register":
                continue
            spec = FORMS[key]
            if spec.form.startswith("kpi_overall") and number:
                continue
            out.append(sheet_of(spec, project, accounts, style))
    return out


@dataclass(slots=True)
class Grid:
    """Cells in the making, from the top row down."""

    row: int = 0
    cells: list[Printed] = field(default_factory=list)

    def put(self, column: int, wide: int, text: str, align: str = "center", high: int = 1) -> int:
        """Place a cell in the current row; the column after it."""
        self.cells.append(Printed(self.row, column, high, wide, text, align))
        return column + wide


def sheet_of(spec: FormSpec, project: Project, accounts: Accounts, style: Style) -> Sheet:
    """One performance table."""
    overall = spec.form.startswith("kpi_overall")
    known = {
        "project": accounts.org if overall else project.name, "project_code": project.code,
        "competent_dept": accounts.org,
        "implementing_unit": accounts.units[-1][0], "budget": money(project.annual, style), "goal": project.goal,
        "actual_result": project.result,
    }
    grid = Grid()
    printed: set[str] = set()
    beside: list[Fund] = []
    for line in spec.facts:
        column = 0
        for label, label_span, key, span in line:
            if key == "budget":
                beside.append(Fund(grid.row, column, label, {"annual_budget": known[key]}))
            column = grid.put(column, label_span, label)
            column = grid.put(column, span, key[1:] if key.startswith("=") else known[key], "left")
            printed.add(key)
        grid.row += 1
    funds = (*beside, *fund_block(grid, spec, project, style))
    goal_block(grid, spec, known, printed)
    goals = tuple(indicator_block(grid, spec, project, style))
    total = ""
    if spec.total:
        total = str(project.score)
        total_row(grid, spec, total)
    values = {key: known[key] if key in printed else "" for key in (
        "project", "project_code", "competent_dept", "implementing_unit", "goal", "actual_result")}
    values["total_score"] = total
    title = spec.title.format(project=project.name)
    return Sheet(
        spec.form, title, "万元", spec.widths, tuple(grid.cells), 0, (), (Performance(0, 0, values, funds, goals),),
        body=f"（{accounts.year}年度）" if spec.form == "kpi_self_eval" else "", unit_inside=True,
    )


#: One table for all projects, a project merged over its indicators: header text, key, width.
REGISTER: tuple[tuple[str, str, float], ...] = (
    ("单位名称", "implementing_unit", 1.2), ("项目名称", "project", 1.4), ("资金总额", "budget", 1.0),
    ("年度绩效目标", "goal", 2.0),
    ("一级指标", "level1", 0.9), ("二级指标", "level2", 1.1), ("三级指标", "level3", 1.5), ("指标值", "target", 1.0),
    ("权重", "weight", 0.6),
)


def register(accounts: Accounts, style: Style) -> Sheet:
    """All projects in one table, a row for each indicator."""
    spec = FORMS["declaration"]
    grid = Grid()
    for column, (text, _, _) in enumerate(REGISTER):
        grid.put(column, 1, text)
    grid.row += 1
    found = []
    keys = [key for _, key, _ in REGISTER]
    for project in accounts.projects:
        known = {"implementing_unit": accounts.units[-1][0], "project": project.name,
            "budget": money(project.annual, style),
                 "goal": project.goal}
        start = grid.row
        goals = []
        for index, indicator in enumerate(project.indicators):
            texts = {**indicator_texts(indicator, spec), **known}
            for column, key in enumerate(keys):
                high = 1
                if key in known:
                    high = 0 if index else len(project.indicators)
                elif key in ("level1", "level2"):
                    high = run_length(project.indicators, index, key)
                if high:
                    grid.put(column, 1, texts[key], "left" if len(texts[key]) > 8 else "center", high)
            empty = dict.fromkeys(("actual_raw", "score", "note", "basis"), "")
            levels = {key: texts[key] for key in ("level1", "level2", "level3", "weight")}
            goals.append(Goal(grid.row, keys.index("level3"), {**target_truth(indicator, spec), **levels, **empty}))
            grid.row += 1
        values = {"project": project.name, "project_code": "", "competent_dept": "", "actual_result": "",
            "total_score": "",
                  "implementing_unit": known["implementing_unit"], "goal": project.goal}
        fund = Fund(start, keys.index("budget"), "资金总额", {"annual_budget": known["budget"]})
        found.append(Performance(start, keys.index("project"), values, (fund,), tuple(goals)))
    widths = tuple(width for _, _, width in REGISTER)
    return Sheet("kpi_target", "项目支出绩效目标表", "万元", widths, tuple(grid.cells), 1, (), tuple(found))


def money(value: int, style: Style) -> str:
    amount = Decimal(value).scaleb(-2)
    return f"{amount:,.2f}" if style.writing.commas else f"{amount:.2f}"


def fund_values(kind: str, project: Project, style: Style) -> dict[str, str]:
    """The figures of one fund row: all money, what the budget pays, other money, or none."""
    annual = {"all": project.annual, "fiscal": project.annual - project.other, "other": project.other, "none": 0}[kind]
    spent = {"all": project.executed, "fiscal": project.executed - project.other_executed,
        "other": project.other_executed,
             "none": 0}[kind]
    initial = project.initial if kind in ("all", "fiscal") else 0
    rate = (Decimal(100 * spent) / annual).quantize(Decimal("0.01"), ROUND_HALF_UP) if annual else Decimal("0.00")
    return {
        "initial_budget": money(initial, style), "annual_budget": money(annual, style), "executed": money(spent, style),
        "weight": str(project.fund_weight) if kind == "all" else "—", "execution_rate": f"{rate}%" if kind == "all"
        else "—",
        "score": str(project.fund_score) if kind == "all" else "—",
    }


def fund_block(grid: Grid, spec: FormSpec, project: Project, style: Style) -> Iterator[Fund]:
    """The fund rows: under a header, or item and figure side by side (then the figure is the annual budget)."""
    if not spec.fund_rows:
        return
    label, label_span = spec.fund_label
    high = len(spec.fund_rows) + bool(spec.funds)
    grid.put(0, label_span, label, high=high)
    if spec.funds:
        column = grid.put(label_span, spec.fund_item, "")
        for text, _, span in spec.funds:
            column = grid.put(column, span, text)
        grid.row += 1
    for item, kind in spec.fund_rows:
        values = fund_values(kind, project, style)
        column = grid.put(label_span, spec.fund_item, item, "left")
        place = (grid.row, label_span)
        if spec.funds:
            for _, key, span in spec.funds:
                column = grid.put(column, span, values[key])
            yield Fund(*place, item, {key: values[key] for _, key, _ in spec.funds})
        else:
            grid.put(column, len(spec.widths) - column, values["annual_budget"], "left")
            yield Fund(*place, item, {"annual_budget": values["annual_budget"]})
        grid.row += 1


def goal_block(grid: Grid, spec: FormSpec, known: Mapping[str, str], printed: set[str]) -> None:
    """Goal and result side by side under their labels, or the goal beside its label."""
    printed.update(key for _, key, _ in spec.goals)
    if len(spec.goals) == 1:
        text, key, span = spec.goals[0]
        column = grid.put(0, len(spec.widths) - span, text)
        grid.put(column, span, known[key], "left")
        grid.row += 1
        return
    label, label_span = spec.goal_label
    if label:
        grid.put(0, label_span, label, high=2)
    for header in (True, False):
        column = label_span
        for text, key, span in spec.goals:
            column = grid.put(column, span, text if header else known[key], "center" if header else "left")
        grid.row += 1


def indicator_block(grid: Grid, spec: FormSpec, project: Project, style: Style) -> Iterator[Goal]:
    """The indicator header and rows, equal levels 1 and 2 merged."""
    first = 1 if spec.block else 0
    above, grouped = spec.group
    deep = 2 if grouped else 1
    if spec.block:
        grid.put(0, 1, spec.block, high=len(project.indicators) + deep)
    column = first
    for text, key, span in spec.columns:
        if key in grouped:
            if key == grouped[0]:
                grid.put(column, sum(s for _, k, s in spec.columns if k in grouped), above)
            grid.cells.append(Printed(grid.row + 1, column, 1, span, text))
            column += span
        else:
            column = grid.put(column, span, text, high=deep)
    grid.row += deep
    for index, indicator in enumerate(project.indicators):
        texts = indicator_texts(indicator, spec)
        column = first
        place = (grid.row, first + 2)
        for _, key, span in spec.columns:
            if key in ("level1", "level2"):
                high = run_length(project.indicators, index, key)
                if high:
                    grid.put(column, span, texts[key], high=high)
                column += span
            else:
                column = grid.put(column, span, texts[key], "center" if len(texts[key]) < 8 else "left")
        grid.row += 1
        shown = {key for _, key, _ in spec.columns}
        yield Goal(*place, {**target_truth(indicator, spec), **{
            key: texts[key] if key in shown else "" for key in (
                "level1", "level2", "level3", "actual_raw", "weight", "score", "note", "basis")}})


def run_length(indicators: Sequence[Indicator], index: int, key: str) -> int:
    """How many indicators from `index` on share the level; 0 when the one before does."""

    def level(i: int) -> tuple[str, ...]:
        return (indicators[i].level1,) if key == "level1" else (indicators[i].level1, indicators[i].level2)

    if index and level(index - 1) == level(index):
        return 0
    end = index
    while end < len(indicators) and level(end) == level(index):
        end += 1
    return end - index


def indicator_texts(indicator: Indicator, spec: FormSpec) -> dict[str, str]:
    """What the cells of an indicator row print."""
    operator = WORDED[indicator.operator] if spec.worded and indicator.operator else indicator.operator
    return {
        "level1": indicator.level1, "level2": indicator.level2, "level3": indicator.level3,
        "target": indicator.wording or operator + indicator.value + indicator.unit,
        "operator": operator or NOT_NUMERIC, "value": indicator.value or indicator.wording, "unit": indicator.unit,
        "actual_raw": indicator.actual, "weight": str(indicator.weight), "score": str(indicator.score),
        "note": indicator.reason, "basis": "达到目标值得满分，未达到按比例得分。",
    }


def target_truth(indicator: Indicator, spec: FormSpec) -> dict[str, str]:
    """The target as kpi_indicators must have it: the printed parts joined, and operator, value and unit where it is
    numeric."""
    texts = indicator_texts(indicator, spec)
    split = any(key == "operator" for _, key, _ in spec.columns)
    numeric = bool(indicator.operator)
    raw = texts["operator"] + texts["value"] + texts["unit"] if split else texts["target"]
    return {
        "target_raw": raw, "target_operator": OPERATORS[indicator.operator] if numeric else "text",
        "target_value": indicator.value, "target_unit": indicator.unit,
        "description": "",
    }


def total_row(grid: Grid, spec: FormSpec, total: str) -> None:
    """总分 over the columns before the weights, 100, the score, and an empty rest."""
    column = 1 if spec.block else 0
    for _, key, span in spec.columns:
        if key == "weight":
            grid.put(0, column, spec.total)
            grid.put(column, span, "100")
        elif key == "score":
            grid.put(column, span, total)
        elif key in ("basis", "note"):
            grid.put(column, span, "")
        column += span
    grid.row += 1

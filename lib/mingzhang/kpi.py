"""KPI: performance tables (绩效目标表, 绩效自评表) become projects, fund rows and indicators.

The tables are forms filled in once per project: labelled cells (项目名称 …), a block of funds, a block of goals and a block of
indicators under a header (一级指标, 二级指标, 三级指标 …). What the labels and header cells mean is declared at the top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .clean import Target, compact, normalise_operator, parse_number, parse_target, target_from_parts, unwrap
from .extract import Cell
from .stitch import LogicalTable

#: Labels of single facts; the value stands in the next cell to the right. The first pattern that matches a label counts.
LABELS: tuple[tuple[str, str], ...] = (
    ("project", r"^(?:项目|专项|专项资金|政策|任务)(?:资金)?名称$"),
    ("unit_name", r"^(?:部门|单位|部门\(单位\)|预算部门|预算单位|填报单位|申报单位|单位\(部门\)|部门/单位)名称$"),
    ("project_code", r"^(?:项目|专项|部门预算)(?:编码|代码|编号)$"),
    ("competent_dept", r"^(?:主管|业务主管|项目主管|预算主管|归口)(?:部门|单位)(?:名称|及代码)?$"),
    ("implementing_unit", r"^(?:项目)?(?:实施|承担|执行|使用|申报|建设|预算|项目|具体实施)(?:单位|部门)(?:名称)?$"),
    ("goal", r"^(?:预期目标|年初设定目标|年度(?:总体)?(?:绩效)?目标|(?:总体|中长期)?(?:绩效)?目标|总目标|总体目标|项目绩效目标|实施期目标|年度预期目标)\d?$"),
    ("actual_result", r"^(?:目标)?(?:年度)?(?:实际完成情况|全年实际完成情况|目标实际完成情况|完成情况|实际完成)$"),
)

#: Header cells of the indicator block and the contract's column that they fill.
INDICATOR_COLUMNS: tuple[tuple[str, str], ...] = (
    ("level1", r"^一级(?:绩效)?指标$|^年度工作任务$|^(?:任务|工作任务)名称$"),
    ("level2", r"^二级(?:绩效)?指标$"),
    ("level3", r"^三级(?:绩效)?指标|^(?:绩效)?指标(?:名称|内容)?$|^绩效指标$|^四级指标$"),
    ("description", r"^(?:绩效)?指标(?:值)?(?:描述|说明|解释|含义|内容)"),
    ("operator", r"^(?:(?:绩效)?指标(?:方向|符号|性质)|性质|运算符号?|计算符号?|比较符)$"),
    ("unit", r"^(?:绩效|指标)?(?:计量|度量)单位$|^(?:指标)?单位$"),
    ("actual", r"^(?:全年|年度)?实际(?:完成)?(?:指标)?值?$|^完成值$|^(?:全年)?(?:实际)?完成(?:情况|值)$"),
    ("target", r"^(?:年度|全年|绩效|本年|当年|预期|计划|年初|实施期)?(?:指标|目标|绩效目标|计划|预期)值?(?:\(.*\))?$|^(?:绩效)?目标值$|^(?:本年)?(?:绩效)?指标值$"),
    ("basis", r"^指标值?(?:确定|设定)?依据$|^评\(?扣?\)?分(?:标准|依据|规则)|^指标值设定依据|^(?:评价|评分)标准$|^依据$|^数据来源$"),
    ("weight", r"^(?:指标)?(?:分值|权重)(?:\(.*\))?$|^标准分值?$|^分值权重$"),
    ("score", r"^(?:自评)?(?:得分|评分)$|^自评得分$"),
    ("note", r"^(?:偏差|未完成).*(?:原因|措施)|^备注$|^说明$|^偏差原因分析及改进措施$"),
)

#: Header cells of the fund block and the contract's column that they fill; where two columns match a key, the earlier pattern
#: has it and the other column keeps its printed header.
FUND_COLUMNS: tuple[tuple[str, str], ...] = (
    ("initial_budget", r"^年初.*预算"),
    ("annual_budget", r"^(?:全年|调整(?:后)?|年度)预算|^小计3|^预算数|^资金总额$|^预算总额|^全年预算"),
    ("executed", r"执行数|^实际支出(?:数|金额)|^支出(?:数|金额)|^全年(?:实际)?(?:支出|执行)"),
    ("executed", r"^年度拨付金额"),
    ("weight", r"^分值|^权重"),
    ("execution_rate", r"^(?:预算)?执行率|^支出实现率|^完成率"),
    ("score", r"^得分|^自评得分"),
)

#: Labels of fund rows; the figure stands in the next cell to the right (target forms) or in a row of figures (self-evaluations).
FUND_ITEM = re.compile(
    r"(?:资金|经费)(?:总额|小计|合计)|^资金总额|^年度资金总额|财政拨款|财政资金|其他资金|结转资金|结余资金|自有资金|上级|^预算数$|^预算资金$|^合计$|本级|单位资金|预算总?额|政府性基金|专户|债券|社会资金"
)
_PERIOD = re.compile(r"^(?:\d{1,2}月底?|第?[一二三四1-4]季度|\d{1,2}月末?)$")
_TOTAL = re.compile(r"^(?:总分|合计|总计|自评总分|总得分|综合得分)$")
_GRADE = re.compile(r"等次|等级|评价结论|自评结论")
_MONEY = re.compile(r"^([\d,.]+)(?:万?元)?$")


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund row of a performance table, its figures as printed."""

    item: str
    row: int
    page: int
    values: dict[str, str]
    other: dict[str, str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator row; `target` is parsed from `target_raw`."""

    row: int
    page: int
    level1: str
    level2: str
    level3: str
    description: str
    target_raw: str
    target: Target
    actual_raw: str
    actual_value: Decimal | None
    weight: str
    score: str
    note: str
    basis: str


@dataclass(frozen=True, slots=True)
class Project:
    """What one performance table says of one project (or of a whole unit)."""

    page: int
    project: str
    project_code: str
    competent_dept: str
    implementing_unit: str
    goal: str
    actual_result: str
    total_score: str
    funds: tuple[Fund, ...] = field(default=())
    indicators: tuple[Indicator, ...] = field(default=())


def match(table: Sequence[tuple[str, str]], text: str) -> str:
    """The key of the first pattern that matches a printed label, or ""."""
    words = compact(text).rstrip(":：")
    return next((key for key, pattern in table if re.search(pattern, words)), "")


def indicator_header(table: LogicalTable) -> int | None:
    """The row of the indicator header: it names a level and an indicator or target; None when there is none."""
    for row in range(table.rows):
        keys = [match(INDICATOR_COLUMNS, cell.text) for cell in header_cells(table, row)]
        if "level3" in keys and ("target" in keys or ("level1" in keys and len(keys) >= 3)):
            return row
        if {"level1", "level2"} <= set(keys):
            return row
    return None


def declared_unit(table: LogicalTable) -> str:
    """The unit of money that the fund block prints in its own cells ("项目资金（万元）"); "" if it prints none."""
    header = indicator_header(table)
    for cell in table.cells:
        found = re.search(r"\((?:单位:)?(万元|元)\)", compact(cell.text))
        if found and len(compact(cell.text)) < 20 and (header is None or cell.row < header):
            return found.group(1)
    return ""


def header_cells(table: LogicalTable, row: int) -> list[Cell]:
    """The cells that begin in a header row, without the label of the whole block beside it (绩效指标, merged over many rows)."""
    return [cell for cell in table.row_cells(row) if cell.text and cell.row_span <= 2]


def read_projects(table: LogicalTable, title: str) -> tuple[Project, ...]:
    """The projects of a performance table: one of a form, several of a register (a table with a column of project names)."""
    header = indicator_header(table)
    if header is not None and (columns := register_columns(table, header)):
        return tuple(read_register(table, header, columns))
    return (read_project(table, title, table.rows if header is None else header),)


def register_columns(table: LogicalTable, header: int) -> dict[str, int]:
    """The columns of a register beside the indicators, by what their header cells say; {} if none holds project names."""
    found: dict[str, int] = {}
    for column in range(table.columns):
        cell = table.grid.get((header, column))
        if cell and cell.column == column and cell.row + cell.row_span == header + 1:
            key = match(LABELS, cell.text) or ("fund" if FUND_ITEM.search(compact(cell.text)) else "")
            if key:
                found.setdefault(key, column)
    return found if "project" in found else {}


def read_register(table: LogicalTable, header: int, columns: dict[str, int]) -> Iterator[Project]:
    """One project for each cell in the column of project names, with the indicators of the rows that it spans."""
    for cell in table.cells:
        if cell.column != columns["project"] or cell.row <= header or not cell.text or cell.row in table.repeats:
            continue
        rows = range(cell.row, block_end(table, cell))
        said = {key: table.text(cell.row, column) for key, column in columns.items()}
        indicators, total = read_indicators(table, header, rows)
        funds: tuple[Fund, ...] = ()
        if said.get("fund"):
            item = table.text(header, columns["fund"])
            funds = (Fund(item, cell.row, cell.page, {"annual_budget": said["fund"]}, {}),)
        yield Project(
            cell.page, said["project"], said.get("project_code", ""), said.get("competent_dept", ""),
            said.get("implementing_unit") or said.get("unit_name", ""), said.get("goal", ""), said.get("actual_result", ""),
            total, funds, indicators,
        )  # fmt: skip


def block_end(table: LogicalTable, cell: Cell) -> int:
    """The row after the last of a project's: empty cells under its name, after a page break, still belong to it."""
    end = cell.row + cell.row_span
    while end < table.rows:
        following = table.grid.get((end, cell.column))
        if end not in table.repeats and (following is None or following.text):
            break
        end = end + 1 if end in table.repeats or following is None else following.row + following.row_span
    return end


def read_project(table: LogicalTable, title: str, header: int) -> Project:
    """Read a form filled in for one project. Its name falls back to the title's words before 绩效."""
    found = labelled(table, header)
    indicators, total = read_indicators(table, header) if header < table.rows else ((), "")
    name = found.get("project") or found.get("unit_name", "") or name_in_title(title)
    dept = found.get("competent_dept", "")
    unit = found.get("implementing_unit", "")
    if found.get("project") and found.get("unit_name"):
        if "部门" in name:
            dept = dept or found["unit_name"]
        else:
            unit = unit or found["unit_name"]
    code = found.get("project_code", "")
    return Project(
        table.pages[0], name, code, dept, unit, found.get("goal", ""), found.get("actual_result", ""), total,
        tuple(read_funds(table, header)), tuple(indicators),
    )  # fmt: skip


def name_in_title(title: str) -> str:
    """The project that a title names: "X项目绩效目标表" is about X."""
    words = re.sub(r"^\d{1,2}[、.．]|^[（(].*?[）)]", "", unwrap(title))
    found = re.match(r"(.+?)(?:项目)?(?:支出)?绩效(?:目标|自评|指标|评价)?", words)
    name = found.group(1).strip() if found else ""
    return "" if re.fullmatch(r"\d{4}年?度?(?:部门|单位|本级)?|部门|单位|项目|.*整体(?:支出)?", name) else name


def right_of(table: LogicalTable, cell: Cell) -> Cell | None:
    """The cell that begins where `cell` ends, in its first row."""
    return table.grid.get((cell.row, cell.column + cell.column_span))


def below(table: LogicalTable, cell: Cell) -> Cell | None:
    """The cell under `cell`, in its first column."""
    return table.grid.get((cell.row + cell.row_span, cell.column))


def labelled(table: LogicalTable, header: int) -> dict[str, str]:
    """The labelled facts above the indicators (first one of a kind counts), goals included."""
    out: dict[str, str] = {}
    for cell in table.cells:
        key = match(LABELS, cell.text) if cell.text and cell.row < header else ""
        if not key:
            continue
        value = label_value(table, cell, key, header)
        if value is not None and (key not in out or not out[key]):
            out[key] = unwrap(value.text)
    return out


def label_value(table: LogicalTable, cell: Cell, key: str, header: int) -> Cell | None:
    """The cell that holds what a label announces: to its right, or below it where goal and result stand side by side."""
    beside, under = right_of(table, cell), below(table, cell)
    if key not in ("goal", "actual_result"):
        return beside
    if beside and match(LABELS, beside.text) and not (under and match(LABELS, under.text)):
        if cell.row_span > 1 or match(LABELS, beside.text) == key:
            return None
        return under if under and under.row < header else None
    if beside is None or (key == "actual_result" and not beside.text):
        return under if under and under.row < header else None
    return beside


# --- indicators ------------------------------------------------------------------------------------------------------


def read_indicators(table: LogicalTable, header: int, rows: range | None = None) -> tuple[tuple[Indicator, ...], str]:
    """The indicator rows under the header (or only those of `rows`) and the printed total score."""
    roles, last = header_roles(table, header)
    out: list[Indicator] = []
    total = ""
    upper: dict[str, str] = {}
    for row in rows or range(last + 1, table.rows):
        if row in table.repeats:
            continue
        cells: dict[str, Cell] = {}
        for column, key in roles.items():
            found = table.grid.get((row, column))
            if found and (key not in cells or not cells[key].text):
                cells[key] = found
        labels = [compact(cell.text) for cell in table.row_cells(row) if cell.text]
        if any(_TOTAL.match(label) for label in labels[:2]):
            total = total or total_score(table, row, roles)
            continue
        if (labels and _GRADE.search(labels[0])) or repeats_header(table, row, roles):
            continue
        for key in ("level1", "level2"):
            cells |= named_below(table, row, key, cells.get(key))
        indicator = read_indicator(row, cells, upper)
        if indicator:
            out.append(indicator)
    return tuple(out), total


def header_roles(table: LogicalTable, header: int) -> tuple[dict[int, str], int]:
    """What each column of the indicator block holds, by its lowest header cell, and the last row of the header."""
    claimed = set(register_columns(table, header).values())
    cells = header_cells(table, header)
    last = header + max((cell.row_span for cell in cells if match(INDICATOR_COLUMNS, cell.text).startswith("level")), default=1) - 1
    roles: dict[int, str] = {}
    taken: dict[str, int] = {}
    for column in range(table.columns):
        lowest, top = table.grid.get((last, column)), table.grid.get((header, column))
        if lowest is None or top is None or top.row_span > 2 or column in claimed:
            continue
        key = match(INDICATOR_COLUMNS, lowest.text) or match(INDICATOR_COLUMNS, top.text)
        if key and taken.setdefault(key, lowest.column) == lowest.column:
            roles[column] = key
    return roles, last


def named_below(table: LogicalTable, row: int, key: str, cell: Cell | None) -> dict[str, Cell]:
    """The level cell of a row whose own is empty at a page's end: a merged cell that the break cut may print its text below it."""
    if cell is None or cell.text or cell.row != row or cell.row + cell.row_span >= table.rows:
        return {}
    below_it = next(r for r in range(row + cell.row_span, table.rows + 1) if r not in table.repeats)
    following = table.grid.get((below_it, cell.column))
    if following is None or following.page == cell.page or not following.text:
        return {}
    return {key: replace(following, row=row)}


def repeats_header(table: LogicalTable, row: int, roles: dict[int, str]) -> bool:
    """Whether a row prints the indicator header again."""
    keys = [match(INDICATOR_COLUMNS, cell.text) for cell in table.row_cells(row) if cell.text]
    return len([key for key in keys if key]) >= 3


def total_score(table: LogicalTable, row: int, roles: dict[int, str]) -> str:
    """The figure of the total row in the score column, else its last figure."""
    numbers = [cell for cell in table.row_cells(row) if parse_number(cell.text) is not None]
    scores = [cell for cell in numbers if roles.get(cell.column) == "score"]
    chosen = scores or numbers[-1:]
    return unwrap(chosen[0].text) if chosen else ""


def read_indicator(row: int, cells: dict[str, Cell], upper: dict[str, str]) -> Indicator | None:
    """One indicator from the cells of its row; levels go on from the row above. None when the row names none."""

    def text(key: str) -> str:
        cell = cells.get(key)
        return unwrap(cell.text) if cell and cell.row == row else ""

    for key in ("level1", "level2"):
        cell = cells.get(key)
        if cell and cell.text:
            if key == "level1" and unwrap(cell.text) != upper.get(key):
                upper["level2"] = ""
            upper[key] = unwrap(cell.text)
    if not any(text(key) for key in ("level3", "target", "actual", "weight", "score")):
        return None
    operator, nature = text("operator"), ""
    if operator and operator != "定性" and not normalise_operator(operator):
        operator, nature = "", operator
    if "operator" in cells and "unit" in cells:
        raw, target = target_from_parts(operator, text("target"), text("unit"))
    else:
        raw = text("target") + (text("unit") if parse_number(text("target")) is not None else "")
        raw = operator + raw
        target = parse_target(raw)
    start = next(cells[key] for key in ("level3", "target", "actual", "weight", "score") if text(key))
    actual = text("actual")
    return Indicator(
        row, start.page, upper.get("level1", ""), upper.get("level2", ""), text("level3"), text("description") or nature, raw, target,
        actual, parse_number(actual), text("weight"), text("score"), text("note"), text("basis"),
    )  # fmt: skip


# --- funds -----------------------------------------------------------------------------------------------------------


def read_funds(table: LogicalTable, header: int) -> Iterator[Fund]:
    """The fund rows above the indicators: under a header of fund columns, or label and figure side by side."""
    top = fund_header(table, header)
    if top is not None:
        yield from fund_rows(table, top, header)
    else:
        yield from fund_pairs(table, header)


def fund_header(table: LogicalTable, header: int) -> int | None:
    """The row that names at least two fund columns, or one with several figures below."""
    for row in range(header):
        keys = {match(FUND_COLUMNS, cell.text) for cell in table.row_cells(row) if cell.text} - {""}
        if len(keys - {"weight", "score"}) >= 2:
            return row
    return None


def fund_rows(table: LogicalTable, top: int, header: int) -> Iterator[Fund]:
    """Rows of figures under a fund header; columns that the contract does not name keep their printed header."""
    printed = {
        column: unwrap(cell.text)
        for column in range(table.columns)
        if (cell := table.grid.get((top, column))) and cell.column == column and cell.text
    }
    taken: dict[str, int] = {}
    for key, pattern in FUND_COLUMNS:
        found = next((c for c, text in printed.items() if c not in taken.values() and re.search(pattern, compact(text))), None)
        if found is not None:
            taken.setdefault(key, found)
    keys = {column: key for key, column in taken.items()}
    names = {column: (keys.get(column, ""), text) for column, text in printed.items()}
    first = min(column for column, (key, _) in names.items() if key)
    for row in range(top + 1, header):
        labels = [cell for cell in table.row_cells(row) if cell.column < first and cell.text]
        figures = {
            column: unwrap(cell.text)
            for column in names
            if column >= first and (cell := table.grid.get((row, column))) and cell.row == row and cell.column == column
        }
        item = next((unwrap(cell.text) for cell in reversed(labels) if not match(LABELS, cell.text)), "")
        if any(match(LABELS, cell.text) for cell in table.row_cells(row)):
            break
        if not item or not figures:
            continue
        values, other = {}, {}
        for column, text in figures.items():
            key, header_text = names[column]
            if key:
                values[key] = text
            elif text:
                other[header_text] = text
        yield Fund(item, row, next(c.page for c in labels), values, other)


def fund_pairs(table: LogicalTable, header: int) -> Iterator[Fund]:
    """Label and figure side by side; a payment plan by period belongs to the first of them."""
    matrix = fund_matrix(table, header)
    if matrix:
        yield from matrix
        return
    plan = payment_plan(table, header)
    for cell in table.cells:
        if cell.row >= header or not cell.text or not FUND_ITEM.search(compact(cell.text).rstrip(":")):
            continue
        if len(compact(cell.text)) > 20 or match(LABELS, cell.text):
            continue
        beside = right_of(table, cell)
        if beside is None or (beside.text and not _MONEY.match(compact(beside.text))):
            continue
        yield Fund(unwrap(cell.text), cell.row, cell.page, {"annual_budget": unwrap(beside.text)}, plan)
        plan = {}


def fund_matrix(table: LogicalTable, header: int) -> list[Fund]:
    """Whole-unit tables: blocks "支出结构 | 资金总额 | 其中：财政资金 | 投入计划", possibly two side by side."""
    for row in range(header):
        starts = [cell for cell in table.row_cells(row) if re.search(r"支出结构|资金(?:结构|来源|性质)|^任务名称$", compact(cell.text))]
        if starts and any(re.search(r"资金总额|金额|总额", compact(cell.text)) for cell in table.row_cells(row)):
            return list(matrix_rows(table, row, starts, header))
    return []


def matrix_rows(table: LogicalTable, top: int, starts: Sequence[Cell], header: int) -> Iterator[Fund]:
    """The rows of each block of a fund matrix, block by block."""
    ends = [cell.column for cell in starts[1:]] + [table.columns]
    for start, end in zip(starts, ends, strict=True):
        heads = [
            cell for column in range(start.column + start.column_span, end)
            if (cell := table.grid.get((top, column))) and cell.column == column and cell.text
        ]  # fmt: skip
        for row in range(top + 1, header):
            label = table.grid.get((row, start.column))
            if label is None or label.row != row or label.column != start.column or not label.text:
                break
            if any(match(LABELS, cell.text) for cell in table.row_cells(row)):
                break
            texts = {unwrap(h.text): table.text(row, h.column) for h in heads}
            total = next((k for k in texts if re.search(r"总额|合计|金额", k)), "")
            other = {k: v for k, v in texts.items() if k != total and v}
            yield Fund(unwrap(label.text), row, label.page, {"annual_budget": texts.get(total, "")}, other)


def payment_plan(table: LogicalTable, header: int) -> dict[str, str]:
    """The payment plan: a row of periods with a row of figures under it."""
    for row in range(header - 1):
        periods = [cell for cell in table.row_cells(row) if _PERIOD.match(compact(cell.text))]
        if len(periods) >= 2:
            return {unwrap(p.text): figure for p in periods if (figure := table.text(row + 1, p.column))}
    return {}

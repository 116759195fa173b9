"""KPI words: what the labels and header cells of performance tables mean, declared in one place.

A new province's form is added here: a label to `LABELS`, a header cell to `INDICATOR_COLUMNS` or `FUND_COLUMNS`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..clean import compact
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable

#: Labels of single facts; the value stands in the next cell to the right. The first pattern that matches a label counts.
LABELS: tuple[tuple[str, str], ...] = (
    ("project", r"^(?:(?:一级|二级|预算|子|明细)?(?:项目|专项|政策|任务|转移支付)(?:支出|资金|项目)?|(?:单位|专项|政策|任务|转移支付)\(项目\)|项目\((?:政策|单位|专项)\)"
                r"|项目[/、]政策|政策和项目|(?:单位|部门)名称、项目|项目名称、(?:单位|部门))名称$"),
    ("unit_name", r"^(?:部门|单位|部门\(单位\)|预算部门|预算单位|填报单位|申报单位|单位\(部门\)|部门/单位)名称$"),
    ("project_code", r"^(?:(?:一级|二级|预算|财政)?项目|专项|部门预算)(?:编码|代码|编号)$|^单位编码\(项目编码\)$"),
    ("competent_dept", r"^(?:(?:地方|[省市州县区])?级?主管|业务主管|项目主管|预算主管|归口(?:管理)?|一级)(?:预算)?(?:部门|单位)(?:名称|及代码)?$"),
    ("implementing_unit", r"^(?:项目|资金)?(?:实施|承担|执行|使用|申报|建设|(?:基层|二级)?预算|项目|具体实施|牵头实施|实施\(使用\)|用款|负责|责任)(?:单位|部门)(?:名称)?$"),
    ("goal", r"^(?:项目|部门|单位|政策|专项|任务|支出|整体|总体|当年|本年度?|全年|年度|年初|实施期|中长期|中期|长期|预期|设定|申报|履职|绩效|总"
             r"|\(调整\)|\d{4}年度?)*目标(?:内容|描述|概述)?\d?$"),
    ("actual_result", r"^(?:目标|项目|年度|全年|当年|本年|总体|绩效|年末|截至年[末底]|年底)*(?:实际)?(?:完成|达成|实现)(?:情况|结果|效果)$|^实际完成(?:目标)?$"),
    ("total_score", r"^(?:项目)?(?:绩效)?(?:自评|评价|综合)(?:总分|总得分|得分|分数?)$|^最终得分$"),
)

#: A cell beside a label that is no value but the next header cell: "任务名称 | 主要内容 | 预算金额".
NO_VALUE = re.compile(r"^(?:主要|实施|任务|工作|具体)?内容$|^(?:预算)?金额(?:\(.*\))?$|^资金总额")

#: Header cells of the indicator block and the contract's column that they fill.
INDICATOR_COLUMNS: tuple[tuple[str, str], ...] = (
    ("level1", r"^(?:绩效)?一级(?:绩效)?指标(?:名称)?$|^年度工作任务$|^(?:任务|工作任务)名称$"),
    ("level2", r"^(?:绩效)?二级(?:绩效)?指标(?:名称)?$"),
    ("level3", r"^(?:绩效)?三级(?:绩效)?指标|^(?:绩效)?指标(?:名称|内容)?$|^绩效指标$|^四级指标$|^(?:具体|评价|明细)指标$"),
    ("description", r"^(?:绩效)?指标(?:值)?(?:描述|说明|解释|含义|内容|内涵|定义|释义)"),
    ("operator", r"^(?:(?:绩效)?指标(?:方向|值?符号|性质|值?类型)|性质|(?:运算|计算|比较|关系)符号?|(?:目标值)?符号)$"),
    ("unit", r"^(?:绩效|指标)?(?:计量|度量)单位$|^(?:(?:指标|目标)?值?)单位$"),
    ("actual", r"^(?:全年|年度|指标)?实际(?:完成)?(?:指标)?值?$|^(?:全年|年度|年末|指标|自评)?(?:实际)?完成(?:情况|指标值|值|数)$|^目标完成情况$"),
    ("target", r"^(?:年度|全年|绩效|本年|本级|当年|预期|计划|年初|实施期)?(?:指标|目标|绩效目标|计划|预期)值?(?:\(.*\))?$|^(?:绩效)?目标值$|^(?:本年)?(?:绩效)?指标值$|^(?:年度|年初|全年|当年|\d{4}年度?)?(?:绩效|预期|预设|设定|计划|目标)?(?:指标|目标|设定|完成|预期)(?:指标|目标)?值$"),
    ("basis", r"^指标值?(?:确定|设定)?依据$|^评\(?扣?\)?分(?:标准|依据|规则)|^指标值设定依据|^(?:评价|评分)标准$|^(?:设定)?依据$|^数据来源$|^(?:评分|计分|扣分|赋分)(?:标准|细则|办法|方法|说明)$|^得分标准$|^评价要点$"),
    ("weight", r"^(?:指标)?(?:分值|权重)(?:\(.*\))?$|^标准分值?$|^分值权重$|^权重分值$|^满分值?$|^(?:设定|标准)分值$|^分数$|^[赋配]分$"),
    ("score", r"^(?:自评|指标|评价|实际|最终)?(?:得分|评分)$|^自评分[数值]?$|^打分$"),
    ("note", r"^(?:完成)?(?:偏差|偏离|差异|未完成|扣分|存在(?:的)?问题).*(?:原因|措施|说明)|^(?:原因分析|改进措施)|^备注$|^说明$|^偏差原因分析及改进措施$"),
)

#: Header cells of the fund block and the contract's column that they fill; where two columns match a key, the earlier pattern
#: has it and the other column keeps its printed header.
FUND_COLUMNS: tuple[tuple[str, str], ...] = (
    ("initial_budget", r"^年初.*预算|^年初(?:批复|安排)数|^(?:年初)?批复预算"),
    ("annual_budget", r"^(?:全年(?:\(调整\))?|调整(?:后)?|年度)预算|^小计3|^预算数|^资金总额$|^预算总额|^全年预算|^预算(?:金额|安排)|^全年\(年度\)预算"),
    ("executed", r"执行数|^(?:实际|累计)(?:支出|执行|使用)(?:数|金?额|$)|^(?:支出|执行)(?:数|金?额)|^全年(?:实际)?(?:支出|执行)(?!率)|^(?:支出)?决算数"),
    ("executed", r"^年度拨付金额"),
    ("weight", r"^(?:执行率)?(?:分值|权重)"),
    ("execution_rate", r"^(?:预算|全年|资金)?执行率(?!得分)|^支出(?:实现)?率|^(?:预算)?完成率|^支出进度|^资金使用率"),
    ("score", r"^(?:执行率|实际)?得分|^自评得?分|^评分$"),
)

#: Labels of fund rows; the figure stands in the next cell to the right (target forms) or in a row of figures (self-evaluations).
FUND_ITEM = re.compile(
    r"(?:资金|经费)(?:总额|小计|合计)|^资金总额|^年度资金总额|财政拨款|财政资金|其他资金|结转资金|结余资金|自有资金|上级|^预算数$|^预算资金$|^[合总]计$|本级|单位资金|预算总?额|政府性基金|专户|债券|社会资金"
    r"|总金额|预算资金|上年结转"
)
#: Words of a label that names money wherever a figure stands beside it or below it, and words that say it is no sum of money.
FUND_WORDS = re.compile(r"资金|经费|预算|拨款|结转|结余|金额|总额|收入|支出|补助|补贴")
NOT_FUND = re.compile(r"率|分值|权重|得分|名称|编[码号制]|代码|年[度份]$|时间|日期|期限|执行数|实际|完成|单价|标准|人均|户均|人数|个数|数量|面积|批次|页|电话")


def match(table: Sequence[tuple[str, str]], text: str) -> str:
    """The key of the first pattern that matches a printed label, or "". What stands in brackets at its end is left out if need be."""
    words = compact(text).rstrip(":：")
    bare = re.sub(r"\([^()]*\)$", "", words).rstrip(":：")
    return next((key for one in dict.fromkeys((words, bare)) for key, pattern in table if re.search(pattern, one)), "")


def names_fund(text: str) -> bool:
    """Whether a label names a sum of money."""
    words = compact(text).rstrip(":")
    if len(words) > 24 or match(LABELS, text):
        return False
    return bool(FUND_ITEM.search(words) or (FUND_WORDS.search(words) and not NOT_FUND.search(words)))


def indicator_header(table: LogicalTable) -> int | None:
    """The row of the indicator header: it names a level and an indicator or target; None when there is none.

    A row that names both upper levels is surer than the words 绩效指标 above it, which a register's header merges over them.
    """
    found: int | None = None
    for row in range(table.rows):
        keys = [match(INDICATOR_COLUMNS, cell.text) for cell in header_cells(table, row)]
        if {"level1", "level2"} <= set(keys):
            return row
        if found is not None:
            return found
        if "level3" in keys and ("target" in keys or ("level1" in keys and len(keys) >= 3)):
            found = row
    return found


def list_header(table: LogicalTable) -> int | None:
    """The header row of a list of projects without indicators, one a row with its money and its score or goal; None if there is none."""
    for row in range(min(table.rows, 4)):
        columns = register_columns(table, row)
        money = any(key.startswith("fund") for key in columns)
        if columns and money and {"total_score", "goal"} & columns.keys():
            return row
    return None


def header_cells(table: LogicalTable, row: int) -> list[Cell]:
    """The cells that begin in a header row, without the label of the whole block beside it (绩效指标, merged over many rows)."""
    return [cell for cell in table.row_cells(row) if cell.text and not labels_block(table, cell)]


def labels_block(table: LogicalTable, cell: Cell) -> bool:
    """Whether a cell reaches below the header that begins beside it: over more than two rows, or alone in its row over two."""
    if cell.row_span != 2:
        return cell.row_span > 2
    return all(other is cell or other.row_span == 1 for other in table.row_cells(cell.row))


def below(table: LogicalTable, cell: Cell) -> Cell | None:
    """The cell under `cell`, in its first column; rows that only repeat the header after a page break are passed over."""
    row = cell.row + cell.row_span
    while row in table.repeats:
        row += 1
    return table.grid.get((row, cell.column))


def right_of(table: LogicalTable, cell: Cell) -> Cell | None:
    """The cell that begins where `cell` ends, in its first row."""
    return table.grid.get((cell.row, cell.column + cell.column_span))


def register_columns(table: LogicalTable, header: int) -> dict[str, int]:
    """The columns of a register beside the indicators, by what their header cells say; {} if none holds project names.

    Columns of money are keyed "fund", "fund 2" …
    """
    found: dict[str, int] = {}
    indicators = False
    for column in range(table.columns):
        cell = table.grid.get((header, column))
        if cell and cell.column == column and cell.row + cell.row_span == header + 1:
            key = match(LABELS, cell.text)
            column_key = match(INDICATOR_COLUMNS, cell.text)
            indicators = indicators or column_key in ("level1", "level2")
            if indicators and column_key:
                continue  # 完成情况, 自评得分 beside the indicators are theirs, not the project's
            if not key and not column_key and names_fund(cell.text):
                funds = sum(one.startswith("fund") for one in found)
                key = f"fund {funds + 1}" if funds else "fund"
            if key:
                found.setdefault(key, column)
    if "project" not in found:
        return {}
    for column in range(found["project"]):
        # before the project "单位" is the body, elsewhere the unit of a target
        if (cell := table.grid.get((header, column))) and re.fullmatch(r"(?:预算)?(?:单位|部门)", compact(cell.text)):
            found.setdefault("unit_name", column)
    return found

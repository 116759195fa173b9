"""KPI: performance tables (绩效目标表, 绩效自评表) become projects, fund rows and indicators.

The tables are forms filled in once per project: labelled cells (项目名称 …), a block of funds, a block of goals and a block of
indicators under a header (一级指标, 二级指标, 三级指标 …); or registers that list several projects. What the printed words mean is declared in
`words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..clean import compact, parse_number, unwrap
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from .funds import Fund, fund_keys, read_funds
from .indicators import Indicator, read_indicators
from .words import LABELS, NO_VALUE, below, indicator_header, list_header, match, register_columns, right_of


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


def declared_unit(table: LogicalTable) -> str:
    """The unit of money that the fund block prints in its own cells ("项目资金（万元）"); "" if it prints none."""
    header = indicator_header(table)
    for cell in table.cells:
        found = re.search(r"\((?:单位:)?(万元|元)\)", compact(cell.text))
        if found and len(compact(cell.text)) < 20 and (header is None or cell.row < header):
            return found.group(1)
    return ""


def read_projects(table: LogicalTable, title: str) -> tuple[Project, ...]:
    """The projects of a performance table: one of a form, several of a register (a table with a column of project names)."""
    header = indicator_header(table)
    if header is not None and (columns := register_columns(table, header)):
        return tuple(read_register(table, header, columns))
    if header is None and (top := list_header(table)) is not None:
        return tuple(read_list(table, top, register_columns(table, top)))
    return (read_project(table, title, table.rows if header is None else header),)


#: Columns of a list of projects that make up one row of funds.
_MONEY = frozenset({"initial_budget", "annual_budget", "executed", "execution_rate"})
#: Columns of a register whose cell is merged over many projects: after a page break it goes on, its text printed only once.
_BODIES = frozenset({"unit_name", "implementing_unit", "competent_dept"})


def read_register(table: LogicalTable, header: int, columns: dict[str, int]) -> Iterator[Project]:
    """One project for each cell in the column of project names, with the indicators of the rows that it spans."""
    bodies: dict[str, Cell] = {}
    for cell in table.cells:
        if cell.column != columns["project"] or cell.row <= header or not cell.text or cell.row in table.repeats:
            continue
        rows = range(cell.row, block_end(table, cell))
        said = {key: table.text(cell.row, column) for key, column in columns.items()}
        for key in _BODIES & said.keys():
            beside = table.grid.get((cell.row, columns[key]))
            if said[key] and beside:
                bodies[key] = beside
            elif beside and key in bodies and (beside.row_span > 1 or beside.page != bodies[key].page):
                said[key] = unwrap(bodies[key].text)
        indicators, total = read_indicators(table, header, rows)
        if not indicators and not said.get("goal"):
            continue  # the row of a body over its projects
        funds = tuple(
            Fund(fund_name(table, header, columns[key]), cell.row, cell.page, {"annual_budget": text}, {})
            for key, text in said.items()
            if key.startswith("fund") and text
        )
        yield Project(
            cell.page, said["project"], said.get("project_code", ""), said.get("competent_dept", ""),
            said.get("implementing_unit") or said.get("unit_name", ""), said.get("goal", ""), said.get("actual_result", ""),
            total, funds, indicators,
        )  # fmt: skip


def read_list(table: LogicalTable, header: int, columns: dict[str, int]) -> Iterator[Project]:
    """One project for each row of a list without indicators (自评结果汇总表): its bodies, its money, its score."""
    names = {at: found for at, found in fund_keys(table, header).items() if found[0] in _MONEY}
    for row in range(header + 1, table.rows):
        cell = table.grid.get((row, columns["project"]))
        if cell is None or cell.row != row or row in table.repeats or not cell.text or cell.column != columns["project"]:
            continue
        if re.fullmatch(r"合计|总计|小计", compact(cell.text)):
            continue
        said = {key: table.text(beside.row, column) for key, column in columns.items() if (beside := table.grid.get((row, column)))}
        values = {key: text for at, (key, _) in names.items() if (text := table.text(row, at))}
        money = [Fund(fund_name(table, header, min(names)), row, cell.page, values, {})] if len(names) > 1 else [
            Fund(fund_name(table, header, columns[key]), row, cell.page, {"annual_budget": text}, {})
            for key, text in said.items() if key.startswith("fund") and text
        ]  # fmt: skip
        yield Project(
            cell.page, said["project"], said.get("project_code", ""), said.get("competent_dept", ""),
            said.get("implementing_unit") or said.get("unit_name", ""), said.get("goal", ""), said.get("actual_result", ""),
            said.get("total_score", ""), tuple(money),
        )  # fmt: skip


def fund_name(table: LogicalTable, header: int, column: int) -> str:
    """The name of a register's column of money; 金额 and 小计 say no more than the header cell above them."""
    name = table.text(header, column)
    above = next((t for row in range(header - 1, -1, -1) if (t := table.text(row, column)) and t != name), "")
    return above if above and re.fullmatch(r"金额|小计|合计|总计", compact(name)) else name


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
    if not total and parse_number(found.get("total_score", "")) is not None:
        total = found["total_score"]
    return Project(
        table.pages[0], name, code, dept, unit, found.get("goal", ""), found.get("actual_result", ""), total,
        tuple(read_funds(table, header)), tuple(indicators),
    )  # fmt: skip


def name_in_title(title: str) -> str:
    """The project that a title names: "X项目绩效目标表" is about X."""
    words = re.sub(r"^\d{1,2}[、.．]|^[（(].*?[）)]", "", unwrap(title))
    found = re.match(r"(.+?)(?:项目)?(?:支出)?绩效(?:目标|自评|指标|评价)?", words)
    name = found.group(1).strip() if found else ""
    return "" if re.fullmatch(r"\d{4}年?度?(?:部门|单位|本级)?|部门|单位|项目|财政(?:支出|资金)?|.*整体(?:支出)?", name) else name


def labelled(table: LogicalTable, header: int) -> dict[str, str]:
    """The labelled facts above the indicators (first one of a kind counts), goals included."""
    out: dict[str, str] = {}
    for cell in table.cells:
        key = match(LABELS, cell.text) if cell.text and cell.row < header else ""
        if not key:
            continue
        value = label_value(table, cell, key, header)
        if value is not None and NO_VALUE.search(compact(value.text)):
            continue
        if value is not None and (key not in out or not out[key]):
            out[key] = unwrap(value.text)
    return out


def label_value(table: LogicalTable, cell: Cell, key: str, header: int) -> Cell | None:
    """The cell that holds what a label announces: to its right, or below it where goal and result stand side by side."""
    beside, under = right_of(table, cell), below(table, cell)
    if key not in ("goal", "actual_result"):
        return beside
    if beside and match(LABELS, beside.text) and not (under and match(LABELS, under.text)):
        blank = under is None or not under.text or under.row >= header
        if cell.row_span > 1 or (match(LABELS, beside.text) == key and blank):
            return None
        return under if under and under.row < header else None
    if beside is None or (key == "actual_result" and not beside.text):
        return under if under and under.row < header else None
    return beside

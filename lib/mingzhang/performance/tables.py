"""Performance tables (绩效目标表, 绩效自评表) become projects, fund rows and indicators.

A form is filled in once per project: labelled cells (项目名称 …), a block of funds, of goals, of indicators under a
header; a register lists several projects, each merged over the rows of its indicators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from ..clean import compact, money_unit, unwrap
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from .body import indicator_header
from .funds import execution_points, formulas, fund_header, fund_keys, numbered_formulas, read_funds
from .indicators import Read, figure, is_numbered, read_indicators
from .model import Figure, Fund, Project
from .money import Money, declared_unit
from .plans import payment_plan
from .words import below, label_and_value, list_header, match, register_columns, repeats_header, right_of, word

#: Columns of a list of projects that make up one row of funds.
_LISTED = frozenset({"initial_budget", "annual_budget", "executed", "execution_rate"})
_TOTAL = re.compile(r"合计|总计|小计")


def read_projects(table: LogicalTable, unit: str = "") -> tuple[Project, ...]:
    """The projects of a performance table: one of a form, several of a register (a table with a column of project
    names).

    `unit` is the unit of money where the table prints none (万元 without it).
    """
    header = indicator_header(table)
    money = Money(table.unit or declared_unit(table, header) or unit)
    if header is not None and (columns := register_columns(table, header)):
        return tuple(read_register(table, header, columns, money))
    if header is None and (top := list_header(table)) is not None:
        return tuple(read_list(table, top, register_columns(table, top), money))
    return (read_project(table, table.rows if header is None else header, money),)


# --- registers -------------------------------------------------------------------------------------------------------


def read_register(table: LogicalTable, header: int, columns: dict[str, int], money: Money) -> Iterator[Project]:
    """One project for each text in the column of project names, with the indicators of the rows over which it is
    merged."""
    rows = [row for row in range(header + 1, table.rows) if row not in table.repeats
        and not repeats_header(table.row_cells(row))]
    owners = {key: merged(table, column, rows) for key, column in columns.items()}
    above = headed(table.headings)
    total: Figure | None = None
    out: list[Project] = []
    for cell, mine in of_projects(owners["project"], rows):
        if is_numbered(table.row_cells(mine[0])):
            continue
        if cell.column + cell.column_span >= table.columns:  # the agency, over all columns above its projects
            above["unit_name"] = unwrap(cell.text)
            continue
        found = {key: next((one for row in mine if (one := owner[row])), None) for key, owner in owners.items()}
        if _TOTAL.fullmatch(compact(cell.text)):
            first = found.get("fund")
            total = total or (money.figure("annual_budget", first) if first else None)
            continue
        indicators, score, _ = read_indicators(table, header, mine)
        said = above | {key: unwrap(one.text) for key, one in found.items() if one}
        if not indicators and not said.get("goal"):
            above["unit_name"] = said["project"]  # the row of an agency over its projects
            continue
        sums = [(fund_name(table, header, columns[key]), one) for key, one in found.items() if key.startswith("fund")
            and one]
        funds = tuple(
            Fund("year", name, one.row, one.page, {"annual_budget": money.figure("annual_budget", one, label=name)})
            for name, one in sums
        )
        out.append(project_of(said, cell, funds=funds, indicators=indicators, total=score))
    for number, project in enumerate(out):
        yield project if number or total is None else replace(project, register_total=total)


def of_projects(owner: Mapping[int, Cell | None], rows: Sequence[int]) -> Iterator[tuple[Cell, list[int]]]:
    """The rows of each project: those over which its name is merged, and those below that name none."""
    own: dict[int, tuple[Cell, list[int]]] = {}
    last: Cell | None = None
    for row in rows:
        last = owner[row] or last
        if last is not None:
            own.setdefault(id(last), (last, []))[1].append(row)
    return iter(own.values())


def merged(table: LogicalTable, column: int, rows: Sequence[int]) -> dict[int, Cell | None]:
    """For each row the cell whose text holds for it in a column of merged cells.

    A page break cuts a merged cell and leaves its text on one side: an empty cell at the top of a page goes on with the
    one above the break, or prints it again; one that begins further down and ends at the break belongs to the one below
    it. Other empty cells hold nothing; where several stand below each other, none is merged.
    """
    pages = {cell.row: cell.page for cell in table.cells}
    spans = [(cell, list(group)) for cell, group in groupby(rows, key=lambda row: table.grid.get((row, column)))]
    page = [(pages.get(mine[0], 0), pages.get(mine[-1], 0)) for _, mine in spans]
    owner: list[Cell | None] = [cell if cell and cell.text else None for cell, _ in spans]
    waiting: set[int] = set()
    for at in range(len(spans)):
        after_break = at > 0 and page[at - 1][1] != page[at][0]
        if after_break and (one := owner[at]) and (last := owner[at - 1]) and compact(one.text) == compact(last.text):
            owner[at] = last  # printed again on each page
        if owner[at] is not None or spans[at][0] is None:
            continue
        blank = at > 0 and not after_break and (above := spans[at - 1][0]) is not None and not above.text
        before_break = at + 1 < len(spans) and page[at][1] != page[at + 1][0] and not blank
        if after_break and at - 1 not in waiting:
            owner[at] = owner[at - 1]
        elif before_break:
            waiting.add(at)
    for at in sorted(waiting, reverse=True):
        owner[at] = owner[at + 1]
    return {row: one for one, (_, mine) in zip(owner, spans, strict=True) for row in mine}


def headed(headings: Sequence[str]) -> dict[str, str]:
    """What lines above a register say of all its projects: "部门：某某局", "单位名称：某某局 金额单位：万元"."""
    out: dict[str, str] = {}
    for line in headings:
        for found in re.finditer(r"([^\s:：]{2,12})[:：]\s*([^\s:：]+)(?=\s|$)", line):
            label = re.sub(r"^[(（]?[一二三四五六七八九十\d]+[)）、.．]", "", found[1])
            key = match("labels", label) or ("unit_name" if label in ("单位", "部门")
                and not money_unit(line[found.start() : found.end()]) else "")
            if key in ("project", "unit_name", "competent_dept", "implementing_unit"):
                out["competent_dept" if "部门" in found[1] else key] = found[2]
    return out


def read_list(table: LogicalTable, header: int, columns: dict[str, int], money: Money) -> Iterator[Project]:
    """One project for each row of a list without indicators (自评结果汇总表): its agencies, its money, its score."""
    names = {at: found for at, found in fund_keys(table, header).items() if found[0] in _LISTED}
    above = headed(table.headings)
    for row in range(header + 1, table.rows):
        cells = {key: one for key, column in columns.items() if (one := table.grid.get((row, column)))}
        cell = cells.get("project")
        if (cell is None or cell.row != row or row in table.repeats or not cell.text
                or cell.column != columns["project"]):
            continue
        if _TOTAL.fullmatch(compact(cell.text)) or is_numbered(table.row_cells(row)):
            continue
        if len(names) > 1:
            figures = {key: money.figure(key, one, label=text) for at, (key, text) in names.items()
                       if (one := table.grid.get((row, at))) and one.text}
            funds: tuple[Fund, ...] = (Fund("year", fund_name(table, header, min(names)), row, cell.page, figures),)
        else:
            funds = tuple(
                Fund("year", name, row, cell.page, {"annual_budget": money.figure("annual_budget", one, label=name)})
                for key, one in cells.items() if key.startswith("fund") and one.text
                        and (name := fund_name(table, header, columns[key]))
            )
        score = cells.get("total_score")
        said = above | {key: unwrap(one.text) for key, one in cells.items()}
        yield project_of(said, cell, funds=funds, total=figure(score) if score else None)


def fund_name(table: LogicalTable, header: int, column: int) -> str:
    """The name of a register's column of money; 金额 and 小计 say no more than the header cell above them, 合计 alone
    under it neither."""
    name = table.text(header, column)
    above = next((t for row in range(header - 1, -1, -1) if (t := table.text(row, column)) and t != name), "")
    alone = table.text(header - 1, column + 1) != above
    return above if above and re.fullmatch(r"金额|小计|合计|总计" if alone else r"金额|小计", compact(name)) else name


def project_of(said: dict[str, str], cell: Cell, **more: object) -> Project:
    """A project of a register or list from what its cells say."""
    name, code = name_and_code(said["project"])
    return Project(
        cell.page, cell.row, name, said.get("project_code") or code, said.get("competent_dept", ""),
        said.get("implementing_unit") or said.get("unit_name", ""), said.get("goal", ""), said.get("actual_result", ""),
        **more,  # type: ignore[arg-type]
    )


def name_and_code(text: str) -> tuple[str, str]:
    """A name and the code in brackets behind it, "" where none stands there."""
    found = re.fullmatch(r"(.+?)\s*[(（]\s*(?=[A-Z\d-]*\d{6})([A-Z\d-]+)\s*[)）]", text)
    return (found[1], found[2]) if found else (text, "")


# --- forms of one project --------------------------------------------------------------------------------------------


def read_project(table: LogicalTable, header: int, money: Money) -> Project:
    """Read a form filled in for one project. Its name falls back to the agency's, then to the title's words before
    绩效."""
    found = labelled(table, header)
    said = {key: unwrap(text) for key, (_, text) in found.items()}
    indicators, total, points = read_indicators(table, header) if header < table.rows else Read(())
    above = headed(table.headings).get("project", "")
    name, code = name_and_code(said.get("project") or above or said.get("unit_name", "") or name_in_title(table.title))
    dept, unit = said.get("competent_dept", ""), said.get("implementing_unit", "")
    if (said.get("project") or above) and said.get("unit_name"):
        if "部门" in name:
            dept = dept or said["unit_name"]
        else:
            unit = unit or said["unit_name"]
    if total is None and "total_score" in found:
        total = figure(found["total_score"][0])
    funds = with_points(tuple(read_funds(table, header, money)), {**execution_points(table, header), **points})
    return Project(table.pages[0], 0, name, said.get("project_code") or code, dept, unit, said.get("goal", ""),
                   said.get("actual_result", ""), total if total and total.value is not None else None, funds,
                   indicators, numbered_formulas(formulas(table, fund_header(table, header))),
                   payment_plan(table, header, money))


def with_points(funds: tuple[Fund, ...], points: Mapping[str, Figure]) -> tuple[Fund, ...]:
    """The funds with the points of the execution rate that stand in no column of theirs; they belong to the whole
    money."""
    return tuple(fund if number or fund.weight is not None else replace(fund, figures={**points, **fund.figures})
        for number, fund in enumerate(funds))


def name_in_title(title: str) -> str:
    """The project that a title names: "X项目绩效目标表" is about X."""
    words = re.sub(r"^\d{1,2}[、.．]|^[（(].*?[）)]", "", unwrap(title))
    found = re.match(r"(.+?)(?:项目)?(?:支出)?绩效(?:目标|自评|指标|评价)?", words)
    name = found.group(1).strip() if found else ""
    return "" if re.fullmatch(r"\d{4}年?度?(?:部门|单位|本级)?|部门|单位|项目|财政(?:支出|资金)?|.*整体(?:支出)?",
        name) else name


def labelled(table: LogicalTable, header: int) -> dict[str, tuple[Cell, str]]:
    """The labelled facts outside the indicators (the first of a kind counts, of goals that of the year): the cell and
    its text."""
    out: dict[str, tuple[Cell, str]] = {}
    goals: list[tuple[str, Cell]] = []
    tasks = {cell.row for cell in table.cells if word("fund", "matrix").search(compact(cell.text))}
    for cell in table.cells:
        inside, text = label_and_value(cell.text)
        key = match("labels", inside or cell.text) if cell.text and cell.row < header else ""
        if not key or cell.row in tasks:
            continue
        value = cell if inside else label_value(table, cell, key, header)
        if value is None or (not inside and word("rows", "no_value").search(compact(value.text))):
            continue
        if key in ("goal", "actual_result"):
            value = replace(value, text=filled_in(in_parts(table, cell, value, header)))
        if key == "goal" and value.text:
            goals.append((cell.text, value))
        elif key not in out or not out[key][1]:
            out[key] = (value, text or value.text)
    if goals:
        out["goal"] = stated_goal(goals)
    return out


def in_parts(table: LogicalTable, label: Cell, value: Cell, header: int) -> str:
    """The text that a label announces, which may stand in several rows of the label's block, each with a part of it."""
    beside = ([label] if value.row == label.row
        else [cell for column in range(label.column) if (cell := table.grid.get((label.row, column)))])
    end = min(max([value.row + 1, *(cell.row + cell.row_span for cell in beside)]), header)
    parts = [table.grid.get((row, value.column)) for row in range(value.row, end) if row not in table.repeats]
    own = [cell for cell in dict.fromkeys(parts) if cell and (cell.column, cell.column_span)
        == (value.column, value.column_span)]
    if any(match("labels", cell.text) for cell in own[1:]):
        return value.text
    return "\n".join(cell.text for cell in own if cell.text)


def filled_in(text: str) -> str:
    """A goal without the lines of the template that were left as they were (目标2：, ……), nor the number of the only
    one."""
    lines = [line for line in text.split("\n") if not word("rows", "left_over").fullmatch(compact(line))]
    only = len(re.findall(r"目标\d+[:：]", compact("".join(lines)))) == 1
    if only and lines:
        lines[0] = re.sub(r"^\s*目标\s*\d\s*[:：]\s*", "", lines[0])
    return "\n".join(lines)


def stated_goal(goals: Sequence[tuple[str, Cell]]) -> tuple[Cell, str]:
    """The goal of a form: that of the year where it prints one of the whole term too, numbered ones (年度目标1,
    年度目标2) together."""
    term = [one for one in goals if word("fund", "term").search(compact(one[0])) or "长期" in one[0]]
    chosen = ([one for one in goals if one not in term and word("fund", "year").search(compact(one[0]))] if term
        else goals)
    first = (chosen or goals)[0]
    numbered = [cell.text for label, cell in goals if re.search(r"\d[:：]?$", compact(label)) and first[0][:2]
        == label[:2]]
    return first[1], "\n".join(numbered) if len(numbered) > 1 else first[1].text


def label_value(table: LogicalTable, cell: Cell, key: str, header: int) -> Cell | None:
    """The cell that holds what a label announces: to its right, or below it where goal and result stand side by side.
    """
    beside, under = right_of(table, cell), below(table, cell)
    if key not in ("goal", "actual_result"):
        return beside
    if beside and match("labels", beside.text) and not (under and match("labels", under.text)):
        blank = under is None or not under.text or under.row >= header
        if cell.row_span > 1 or (match("labels", beside.text) == key and blank):
            return None
        return under if under and under.row < header else None
    if beside is None or (key == "actual_result" and not beside.text):
        return under if under and under.row < header else None
    return beside


def form_of(table: LogicalTable) -> str:
    """The key of a performance form whose title does not say it: of a whole agency or of projects, targets or a
    self-evaluation."""
    header = indicator_header(table)
    head = [cell.text for cell in table.cells if (header is None or cell.row < header)
        and not word("fund", "matrix").search(compact(cell.text))]
    labels = {match("labels", label_and_value(text)[0] or text) for text in head}
    keys = {match("indicators", cell.text) for cell in table.cells if header is not None
        and header <= cell.row <= header + 1}
    overall = "unit_name" in labels and "project" not in labels
    evaluation = bool({"actual", "score"} & keys or {"actual_result", "total_score"} & labels)
    return ("kpi_overall_" if overall else "kpi_") + ("self_eval" if evaluation else "target")

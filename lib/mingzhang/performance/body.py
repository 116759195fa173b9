"""Body: the indicators of a form known by their rows, whatever its header calls them.

The names of levels (产出指标, 数量指标) stand below each other in their columns, the names of what is measured beside
them, then quantities; the header is the row above. What its words say counts first; the body says what the words do
not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..clean import compact, parse_number
from ..reading.stitch import LogicalTable
from .targets import normalise_operator, parse_target, words
from .words import LEVELS, header_cells, indicator_keys, is_level, word

#: Weights make up this much of a form, without or with the points of the execution rate.
WHOLES = (100, 90, 80)


def first_of_body(table: LogicalTable, start: int = 0) -> tuple[int, int] | None:
    """The row and column of the first name of a level, where several names of levels stand below each other; None if
    there are none."""
    found: dict[int, dict[str, int]] = {}
    for cell in table.cells:
        if cell.row >= start and cell.text and is_level(cell.text):
            found.setdefault(cell.column, {}).setdefault(compact(cell.text), cell.row)
    places = [(min(rows.values()), column) for column, rows in found.items() if len(rows) > 1]
    return min(places, default=None)


def indicator_header(table: LogicalTable, start: int = 0, end: int | None = None) -> int | None:
    """The row of the indicator header, None when there is none: it names a level and an indicator or target, or stands
    above the levels.

    A row that names both upper levels is surer than the words 绩效指标 above it, which a register's header merges over
    them.
    """
    found: int | None = None
    for row in range(start, table.rows if end is None else end):
        keys = indicator_keys(cell.text for cell in header_cells(table, row))
        if {"level1", "level2"} <= set(keys):
            return row
        if found is not None:
            break
        if "level3" in keys and ("target" in keys or ("level1" in keys and len(keys) >= 3)):
            found = row
    return found if (above := header_above(table, start)) is None or (end and above >= end) else above


def header_above(table: LogicalTable, start: int = 0) -> int | None:
    """The header row of the indicators, by their rows: the one above the first; that row itself where none is printed.
    """
    place = first_of_body(table, start)
    if place is None:
        return None
    row, column = place
    above = table.grid.get((row - 1, column))
    if above is None or not above.text or is_level(above.text) or above.column_span > 2:
        return row
    beside = [cell for cell in table.row_cells(above.row) if cell.text]
    figures = [cell for cell in beside if parse_number(cell.text) is not None]
    return above.row if len(beside) >= 3 and not figures and above.row >= start else row


def roles_of(table: LogicalTable, rows: Sequence[int], known: Mapping[int, str]) -> dict[int, str]:
    """What the columns of indicator rows hold, by their texts, of those parts that the words of the header (`known`) do
    not give."""
    texts = {
        column: found for column in range(table.columns)
        if (found := [compact(cell.text) for row in rows if (cell := table.grid.get((row, column)))
                      and (cell.row, cell.column) == (row, column) and cell.text])
    }
    levels = [column for column, found in texts.items() if share(found, is_level) > 0.5
        and known.get(column) not in LEVELS]
    roles = {column: key for column, key in known.items() if column not in levels}
    if not set(LEVELS[:2]) & set(roles.values()):
        upper = not any(word("rows", "level2").match(one) for column in levels[:1] for one in texts[column])
        names = LEVELS[:2] if len(levels) > 1 else LEVELS[:1] if upper else LEVELS[1:2]
        roles.update(zip(levels, names, strict=False))
    first = max((column for column, key in roles.items() if key in LEVELS[:2]), default=-1)

    def take(key: str, holds: Callable[[list[str]], float]) -> None:
        free = [column for column in texts if column > first and column not in roles and column not in levels]
        best = max(free, key=lambda column: (holds(texts[column]), -column), default=None)
        if key not in roles.values() and best is not None and holds(texts[best]) > 0.5:
            roles[best] = key

    take("operator", lambda found: share(found, lambda one: bool(normalise_operator(one)) or one == "定性"))
    take("unit", lambda found: share(found, lambda one: bool(words("unit").fullmatch(one))))
    take("weight", lambda found: sum(parse_number(one) or 0 for one in found) in WHOLES)
    take("level3", lambda found: share(found, lambda one: len(one) > 1 and parse_target(one).operator == "text"))
    take("target", lambda found: share(found, lambda one: parse_target(one).operator != "text"))
    take("target", lambda found: 1)
    return dict(sorted(roles.items()))


def share(texts: Sequence[str], holds: Callable[[str], bool]) -> float:
    """The share of texts of which something holds."""
    return sum(map(holds, texts)) / len(texts) if texts else 0

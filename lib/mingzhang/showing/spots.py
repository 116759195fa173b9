"""Spots: where the row with an id is printed: cells of a table with their labels and header, or words of running
text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..clean import compact, unwrap
from ..dataset.load import to_text
from ..reading.pages import Box, Char, Page, rows_of
from .leaves import address_of
from .origin import Origin, unknown
from .picture import union

#: Boxes with the page of each.
Boxes = tuple[tuple[int, Box], ...]
#: No more rows than this are shown as a table's header.
DEEPEST_HEADER = 8
#: Characters that a text has at the least to be told from others.
SHORTEST = 6
#: The figures of an indicator and of a fund row, as their captions name them.
INDICATOR_COLUMNS = {"target": "target_raw", "actual": "actual_raw", "weight": "weight", "score": "score"}
FUND_COLUMNS = {name.replace("_", " "): name
                for name in ("initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is printed, and how it reads: cells of a table (none: all of it), or marked words on a page."""

    doc_id: str
    text: str
    key: str
    table_id: str = ""
    cells: tuple[tuple[int, int], ...] = ()
    guides: tuple[tuple[int, int], ...] = ()
    header: range = range(0)
    page: int = 0
    boxes: Boxes = ()
    words: Boxes = ()


def spot_of(key: str, origin: Origin) -> Spot:
    """Where the row with an id is printed. Raises `NotInData` for an id that is not in the data."""
    if (claim := origin.row("claims", "claim_id", key)) is not None:
        return spot_of_claim(claim, origin)
    if found := re.fullmatch(r"(.+)/r(\d+)c(\d+)", key):
        return spot_of_cell(key, found[1], int(found[2]), int(found[3]), origin)
    if found := re.fullmatch(r"(.+/p\d+)/r(\d+)(?:b\d+)?", key):
        return spot_of_project_row(key, found[1], int(found[2]), origin)
    if (project := origin.row("kpi_projects", "project_id", key)) is not None:
        return Spot(project["doc_id"], project["project"], key, project["table_id"])
    if (table := origin.row("tables", "table_id", key)) is not None:
        return Spot(table["doc_id"], table["title"], key, key)
    if (document := origin.row("documents", "doc_id", key)) is not None:
        return Spot(key, document["title"], key, page=1)
    raise unknown(key)


def spot_of_cell(key: str, table_id: str, row: int, column: int, origin: Origin) -> Spot:
    """A cell of a table; a number of amounts.csv brings its labels and its header."""
    table, cells = origin.row("tables", "table_id", table_id), origin.select("cells", "table_id", table_id)
    if table is None:
        raise unknown(key)
    here = cells[(cells["row"] == row) & (cells["column"] == column)]
    if here.empty:
        raise unknown(key)
    amounts = origin.select("amounts", "table_id", table_id)
    mine = amounts[amounts["amount_id"] == key] if len(amounts) else amounts
    if mine.empty:
        return spot_of_plain_cell(key, table, row, column, origin)
    first, amount = int(amounts["row"].min()), mine.iloc[0]
    exact = to_text(amount["amount"])
    same = compact(amount["raw"]).replace(",", "") == exact
    value = f"{amount['raw']} {amount['unit']}" if same else f"{amount['raw']} (= {exact} {amount['unit']})"
    earlier = amounts[(amounts["row"] == row) & (amounts["column_index"] < column)]["column_index"]
    left = cells[covers(cells, "row", row) & (cells["column"] < (column if earlier.empty else int(earlier.min())))]
    if left.empty or not (left["text"] != "").any():
        left = cells[covers(cells, "row", row) & (cells["column"] < column) & ~cells["column"].isin(earlier)]
    label = " ".join(part for part in (amount["code"], amount["name"]) if part)
    text = f"{label} | {amount['column']}: {value}"
    return Spot(table["doc_id"], text, key, table_id, ((row, column),), places(left), range(min(first, DEEPEST_HEADER)))


def spot_of_plain_cell(key: str, table: Mapping[str, Any], row: int, column: int, origin: Origin) -> Spot:
    """A cell that holds no figure of amounts.csv, with its row's label and the header over it."""
    cells = origin.select("cells", "table_id", table["table_id"])
    header = kpi_header(table["table_id"], row, origin)
    labels = cells[covers(cells, "row", row) & (cells["column"] < column) & (cells["text"] != "")]
    above = cells[cells["row"].isin(header) & covers(cells, "column", column)]
    named = labels[~labels["text"].str.contains(r"\d|^[-—]+$", regex=True)]
    words = [unwrap(frame["text"].iloc[-1]) for frame in (named, above) if len(frame)]
    text = unwrap(cells[(cells["row"] == row) & (cells["column"] == column)]["text"].iloc[0]) or "(empty)"
    text = ": ".join([" | ".join(words), text] if words else [text])
    return Spot(table["doc_id"], text, key, table["table_id"], ((row, column),), places(labels), header)


def kpi_header(table_id: str, row: int, origin: Origin) -> range:
    """The header row of the indicators, or funds, to which a row of a performance table belongs; else none."""
    projects = origin.select("kpi_projects", "table_id", table_id)
    for resource in ("kpi_indicators", "kpi_funds"):
        frame = origin.frame(resource)
        if frame is None or projects.empty:
            continue
        mine = frame[frame["project_id"].isin(projects["project_id"])]
        rows = mine["row"] if "row" in mine else [int(key.rsplit("/r", 1)[1].partition("b")[0])
                                                  for key in mine["indicator_id"]]
        if row in set(rows):
            return range(max(min(rows) - 1, 0), min(rows))
    return range(0)


def places(cells: pd.DataFrame) -> tuple[tuple[int, int], ...]:
    """The row and column of each cell."""
    return tuple(zip(cells["row"], cells["column"], strict=True))


def covers(cells: pd.DataFrame, axis: str, place: int) -> pd.Series:
    """Which cells cover a row or a column."""
    return (cells[axis] <= place) & (cells[axis] + cells[f"{axis}_span"] > place)


def spot_of_project_row(key: str, project_id: str, row: int, origin: Origin) -> Spot:
    """A row of a performance table: an indicator or a fund row."""
    project = origin.row("kpi_projects", "project_id", project_id)
    if project is None:
        raise unknown(key)
    cells = origin.select("cells", "table_id", project["table_id"])
    mine = cells[cells["row"] == row]
    if mine.empty:
        raise unknown(key)
    low = mine[mine["row_span"] == mine["row_span"].min()]
    guides = cells[covers(cells, "row", row) & ~cells.index.isin(low.index)]
    header = kpi_header(project["table_id"], row, origin)
    text = row_text(key, project, row, origin)
    return Spot(project["doc_id"], text, key, project["table_id"], places(low), places(guides), header)


def row_text(key: str, project: Mapping[str, Any], row: int, origin: Origin) -> str:
    """What a row of a performance table says, with its project in brackets; else the project alone."""
    named = f" ({project['project']})" if project["project"] else ""
    if (indicator := origin.row("kpi_indicators", "indicator_id", key)) is not None:
        levels = "/".join(part for part in (indicator[f"level{n}"] for n in (1, 2, 3)) if part)
        return f"{levels}: {figures_of(indicator, INDICATOR_COLUMNS)}{named}"
    funds = origin.select("kpi_funds", "project_id", project["project_id"])
    for fund in funds[funds["row"] == row].to_dict("records"):
        return f"{fund['item']}: {figures_of(fund, FUND_COLUMNS)}{named}"
    return project["project"]


def figures_of(row: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    """The figures that a row prints, each with its name."""
    return ", ".join(f"{name} {row[column]}" for name, column in columns.items() if row[column] is not None
                     and str(row[column]))


def spot_of_claim(claim: Mapping[str, Any], origin: Origin, words: str = "") -> Spot:
    """A figure that the running text states: the printed rows of its sentence, in which it, or `words` about it, are
    marked; of several alike the one that is this claim's."""
    claims = origin.select("claims", "doc_id", claim["doc_id"])
    alike = claims[(claims["page"] == claim["page"]) & (claims["sentence"] == claim["sentence"])
                   & (claims["raw"] == claim["raw"])]["claim_id"].tolist()
    at = starts_of(plain(claim["raw"]), plain(claim["sentence"]))[alike.index(claim["claim_id"]) :]
    found = text_boxes(origin.pages(claim["doc_id"], int(claim["page"])), claim["sentence"], words or claim["raw"],
                       at[0] if at else 0)
    return Spot(claim["doc_id"], claim["sentence"], claim["claim_id"], "", (), (), range(0), int(claim["page"]), *found)


def starts_of(words: str, text: str) -> list[int]:
    """Where a text holds words, a figure not as the end of a longer one."""
    own = r"(?<![\d.,])" if words[:1].isdigit() else ""
    return [found.start() for found in re.finditer(f"{own}(?={re.escape(words)})", text)] if words else []


def text_boxes(pages: Iterable[Page], text: str, words: str = "", near: int = 0) -> tuple[Boxes, Boxes]:
    """Where a text is printed that begins on the first of `pages` and may end on the next: each row's page and
    (upright) box, and those of `words` within it, where they stand nearest to the character `near`. A text of which no
    six characters are found in a row gives none."""
    wanted, hit = plain(text), []
    for page in pages:
        chars = [(page.number, row, c) for row, line in enumerate(rows_of(page.chars)) for c in line
                 for _ in (plain(c.text) or " ")]
        printed = "".join(plain(c.text) or " " for line in rows_of(page.chars) for c in line)
        length = next((n for n in range(len(wanted), min(SHORTEST, len(wanted)) - 1, -1) if n
                       and wanted[:n] in printed), 0)
        if not length:
            break
        start = printed.index(wanted[:length])
        hit += chars[start : start + length]
        wanted = wanted[length:]
        if len(wanted) < SHORTEST:
            break
    within = starts_of(plain(words), "".join(plain(c.text) or " " for _, _, c in hit))
    inner = min(within, key=lambda start: abs(start - near), default=len(hit))
    return boxes_of(hit), boxes_of(hit[inner : inner + len(plain(words))])


def boxes_of(chars: Sequence[tuple[int, int, Char]]) -> Boxes:
    """Page and box of each row of characters."""
    return tuple(
        (at, union(Box(c.x0, c.top, c.x1, c.bottom) for page, line, c in chars if (page, line) == (at, row)))
        for at, row in dict.fromkeys((page, row) for page, row, _ in chars)
    )


def plain(text: str) -> str:
    """A text without blanks, full-width forms as half-width ones, for comparison."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def listed(value: Any) -> list[str]:
    """The items of a list, or of a text that joins them by blanks."""
    return value.split() if isinstance(value, str) else [str(one) for one in value or ()]


def caption_of(spot: Spot, origin: Origin) -> tuple[str, ...]:
    """What is marked, where it is printed, and its id."""
    return tuple(line for line in (spot.text, place_of(spot, origin), spot.key) if line)


def place_of(spot: Spot, origin: Origin) -> str:
    """Disclosure, page and table of a spot, as a reader would look them up."""
    document = origin.row("documents", "doc_id", spot.doc_id) or {}
    pages = pages_of(spot, origin)
    printed = f"page {pages[0]}" + (f"–{pages[-1]}" if len(pages) > 1 else "")
    where = [document.get("title") or spot.doc_id, drawn_place(spot, origin) or printed]
    table = origin.row("tables", "table_id", spot.table_id) if spot.table_id else None
    return ", ".join([*where, f"table {table['title']}" if table and table["title"] else ""]).rstrip(", ")


def drawn_place(spot: Spot, origin: Origin) -> str:
    """Where the first marked cell stands in a file that has no printed pages: 表1!C9; else ""."""
    cells = origin.select("cells", "table_id", spot.table_id) if spot.table_id else pd.DataFrame()
    for c in cells.itertuples(index=False):
        if (c.row, c.column) in spot.cells[:1]:
            return address_of(origin.pdf(spot.doc_id), int(c.page), Box(c.x0, c.top, c.x1, c.bottom))
    return ""


def pages_of(spot: Spot, origin: Origin) -> list[int]:
    if not spot.table_id:
        return sorted({page for page, _ in spot.boxes}) or [spot.page]
    cells = origin.select("cells", "table_id", spot.table_id)
    wanted = cells[[place in spot.cells for place in places(cells)]] if spot.cells else cells
    return sorted({int(page) for page in wanted["page"]})

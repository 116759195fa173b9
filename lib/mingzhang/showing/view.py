"""View: the source of any row. The page on which it is printed, cropped, with the cell marked.

    mz.show(data.amounts.iloc[0], data)          a row of any resource, or its id
    mz.show("xx-2024-budget/t03/r12c5", data)
    mz.show(data.amounts.query("name == '合计'"), data)   several rows in one picture
    mz.show(doc.indicators.iloc[0], doc)         the same for a PDF of one's own: doc = mz.read(...)
    doc.tables[3].show()                         what the extractor saw of a table (module `seen`)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..clean import compact, unwrap
from ..dataset.load import Dataset, to_text
from ..disclosure import Disclosure
from ..reading.pages import Box, Char, Page, rows_of
from ..table import Table
from .leaves import Upright, address_of
from .origin import NotInData, Origin, keys_of, row_of, unknown
from .picture import Mark, Panel, Picture, Strip, strips_of, union

#: Points of the page shown above and below a marked cell.
CONTEXT = 34.0
#: No more rows than this are shown as a table's header.
DEEPEST_HEADER = 8
#: Of more cells than these, less of the rows around them is shown.
FEW = 4
#: More cells than this are not drawn into one picture.
MOST = 24
#: Characters that a text has at the least to be told from others.
SHORTEST = 6
#: Tint of the row's labels and the column's header, beside the marked cell.
GUIDE = (222, 234, 250)

#: The figures of a fund row, as its caption names them.
FUND_COLUMNS = ("initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is printed: cells of a table (none: the whole table), or boxes and marked words on a page, and how it reads."""

    doc_id: str
    text: str
    key: str
    table_id: str = ""
    cells: tuple[tuple[int, int], ...] = ()
    guides: tuple[tuple[int, int], ...] = ()
    header: range = range(0)
    page: int = 0
    boxes: tuple[tuple[int, Box], ...] = ()
    words: tuple[tuple[int, Box], ...] = ()


def show(x: Any, data: Dataset | Disclosure | str | Path | None = None, *, raw: str | Path | None = None) -> Picture:
    """A picture of where `x` is printed.

    `x`: a row (Series, mapping, named tuple, a Check or Suspect of an audit) of any resource, its id, several of them (DataFrame, list), or a Table or Disclosure of
    `mz.read`. `data`: the dataset (or its folder) or the Disclosure that `x` is from; by default the nearest data/clean. `raw`:
    the folder of the PDFs, by default the folder raw beside the dataset. Raises `NotInData`.
    """
    if isinstance(x, Table):
        return x.show()
    if isinstance(x, Disclosure):
        data, x = x, x.doc_id
    origin = Origin.of(data, raw)
    row = row_of(x) or {}
    if (found := finding_of(x, row, origin)) is not None:
        from .evidence import picture_of_finding

        return picture_of_finding(found, origin)
    if "check_id" in row and "amount_ids" in row:
        return picture_of_check(row, origin)
    keys = keys_of(x)
    if not keys:
        raise NotInData("there is no row to show")
    if len(keys) == 1 and (check := origin.row("checks", "check_id", keys[0])) is not None:
        return picture_of_check(check, origin)
    spots = [spot_of(key, origin) for key in keys[:MOST]]
    left_out = (f"… and {len(keys) - MOST} more, not drawn",) if len(keys) > MOST else ()
    if len(spots) == 1:
        remark = (str(row["explanation"]),) if row.get("explanation") else ()
        return Picture(panels_of(spots, origin), (*caption_of(spots[0], origin), *remark))
    notes = tuple(f"{number}  {spot.text}" for number, spot in enumerate(spots, start=1))
    places = dict.fromkeys(place_of(spot, origin) for spot in spots)
    return Picture(panels_of(spots, origin), (f"{len(keys)} places", *places), notes + left_out)


def finding_of(x: Any, row: Mapping[Any, Any], origin: Origin) -> Mapping[str, Any] | None:
    """The finding that is asked for, as a row or by its id; None for anything else."""
    key = row.get("finding_id") or (x if isinstance(x, str) and re.search(r"/f\d+$", x) else "")
    return origin.row("findings", "finding_id", key) if key else None


# --- where a row is printed -------------------------------------------------------------------------------------------


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
    printed, exact = amount["raw"], to_text(amount["amount"])
    value = f"{printed} {amount['unit']}" if compact(printed).replace(",", "") == exact else f"{printed} (= {exact} {amount['unit']})"
    earlier = amounts[(amounts["row"] == row) & (amounts["column_index"] < column)]["column_index"]
    left = cells[covers(cells, "row", row) & (cells["column"] < (column if earlier.empty else int(earlier.min())))]
    if left.empty or not (left["text"] != "").any():
        left = cells[covers(cells, "row", row) & (cells["column"] < column) & ~cells["column"].isin(earlier)]
    label = " ".join(part for part in (amount["code"], amount["name"]) if part)
    return Spot(table["doc_id"], f"{label} | {amount['column']}: {value}", key, table_id, ((row, column),), places(left), range(min(first, DEEPEST_HEADER)))


def spot_of_plain_cell(key: str, table: Mapping[str, Any], row: int, column: int, origin: Origin) -> Spot:
    """A cell that holds no figure of amounts.csv, with its row's label and the header over it."""
    cells = origin.select("cells", "table_id", table["table_id"])
    header = kpi_header(table["table_id"], row, origin)
    labels = cells[covers(cells, "row", row) & (cells["column"] < column) & (cells["text"] != "")]
    above = cells[cells["row"].isin(header) & covers(cells, "column", column)]
    named = labels[~labels["text"].str.contains(r"\d|^[-—]+$", regex=True)]
    words = [unwrap(frame["text"].iloc[-1]) for frame in (named, above) if len(frame)]
    text = unwrap(cells[(cells["row"] == row) & (cells["column"] == column)]["text"].iloc[0]) or "(empty)"
    return Spot(table["doc_id"], ": ".join([" | ".join(words), text] if words else [text]), key, table["table_id"], ((row, column),),
                places(labels), header)  # fmt: skip


def kpi_header(table_id: str, row: int, origin: Origin) -> range:
    """The header row of the indicators, or of the funds, to which a row of a performance table belongs; none for other rows."""
    projects = origin.select("kpi_projects", "table_id", table_id)
    for resource in ("kpi_indicators", "kpi_funds"):
        frame = origin.frame(resource)
        if frame is None or projects.empty:
            continue
        mine = frame[frame["project_id"].isin(projects["project_id"])]
        rows = mine["row"] if "row" in mine else [int(key.rsplit("/r", 1)[1].partition("b")[0]) for key in mine["indicator_id"]]
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
    text = project["project"]
    if (indicator := origin.row("kpi_indicators", "indicator_id", key)) is not None:
        levels = "/".join(part for part in (indicator[f"level{n}"] for n in (1, 2, 3)) if part)
        figures = ", ".join(f"{name} {indicator[column]}" for name, column in
                            (("target", "target_raw"), ("actual", "actual_raw"), ("weight", "weight"), ("score", "score"))
                            if indicator[column] is not None and str(indicator[column]) != "")  # fmt: skip
        text = f"{levels}: {figures}" + (f" ({project['project']})" if project["project"] else "")
    else:
        funds = origin.select("kpi_funds", "project_id", project_id)
        if not (fund := funds[funds["row"] == row]).empty:
            printed = fund.iloc[0]
            figures = ", ".join(f"{name.replace('_', ' ')} {printed[name]}" for name in FUND_COLUMNS if printed[name])
            text = f"{printed['item']}: {figures}" + (f" ({text})" if text else "")
    return Spot(
        project["doc_id"], text, key, project["table_id"], places(low), places(guides), kpi_header(project["table_id"], row, origin),
    )  # fmt: skip


def spot_of_claim(claim: Mapping[str, Any], origin: Origin) -> Spot:
    """A figure that the running text states: the printed rows of its sentence."""
    found = text_boxes(origin.pages(claim["doc_id"], int(claim["page"])), claim["sentence"], claim["raw"])
    return Spot(claim["doc_id"], claim["sentence"], claim["claim_id"], "", (), (), range(0), int(claim["page"]), *found)


def text_boxes(pages: Iterable[Page], text: str, words: str = "") -> tuple[tuple[tuple[int, Box], ...], tuple[tuple[int, Box], ...]]:
    """Where a text is printed that begins on the first of `pages` and may end on the next: each row's page and (upright) box, and
    those of `words` within it. A text of which no six characters are found in a row gives none."""
    wanted, hit = plain(text), []
    for page in pages:
        chars = [(page.number, row, c) for row, line in enumerate(rows_of(page.chars)) for c in line for _ in (plain(c.text) or " ")]
        printed = "".join(plain(c.text) or " " for line in rows_of(page.chars) for c in line)
        length = next((n for n in range(len(wanted), min(SHORTEST, len(wanted)) - 1, -1) if n and wanted[:n] in printed), 0)
        if not length:
            break
        start = printed.index(wanted[:length])
        hit += chars[start : start + length]
        wanted = wanted[length:]
        if len(wanted) < SHORTEST:
            break
    inner = "".join(plain(c.text) or " " for _, _, c in hit).find(plain(words)) if words else -1
    return boxes_of(hit), boxes_of(hit[inner : inner + len(plain(words))] if inner >= 0 else [])


def boxes_of(chars: Sequence[tuple[int, int, Char]]) -> tuple[tuple[int, Box], ...]:
    """Page and box of each row of characters."""
    return tuple(
        (at, union(Box(c.x0, c.top, c.x1, c.bottom) for page, line, c in chars if (page, line) == (at, row)))
        for at, row in dict.fromkeys((page, row) for page, row, _ in chars)
    )


def plain(text: str) -> str:
    """A text without blanks, full-width forms as half-width ones, for comparison."""
    return "".join(unicodedata.normalize("NFKC", text).split())


# --- pictures --------------------------------------------------------------------------------------------------------


def picture_of_check(check: Mapping[str, Any], origin: Origin) -> Picture:
    """All cells of an identity in one picture, with its arithmetic."""
    keys = listed(check.get("amount_ids"))
    spots = [spot_of(key, origin) for key in keys[:MOST]]
    if not spots:
        pages = [int(page) for page in listed(check.get("pages"))] or [1]
        spots = [Spot(check["doc_id"], f"page {page}", check["doc_id"], page=page) for page in pages[:2]]
        terms: list[str] = []
    else:
        terms = [f"{number}  {spot.text}" for number, spot in enumerate(spots, start=1)]
    if len(keys) > MOST:
        terms.append(f"… and {len(keys) - MOST} more, not drawn")
    sums = [f"{name}  {to_text(check[name])}" for name in ("left", "right", "difference", "tolerance")
            if check.get(name) is not None and to_text(check[name]) != ""]  # fmt: skip
    notes = [f"{check['status']}: {check['statement']}", *sums, *terms]
    places = dict.fromkeys(place_of(spot, origin) for spot in spots)
    return Picture(panels_of(spots, origin), (f"{check['rule']} ({check['check_id']})", *places), tuple(notes))


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


def panels_of(spots: Sequence[Spot], origin: Origin, numbers: Sequence[int] = ()) -> tuple[Panel, ...]:
    """A panel for each document: for each table its header and the marked rows; for running text the rows around it."""
    numbers = numbers or (range(1, len(spots) + 1) if len(spots) > 1 else (0,))
    out = []
    for doc_id in dict.fromkeys(spot.doc_id for spot in spots):
        mine = [(number, spot) for number, spot in zip(numbers, spots, strict=True) if spot.doc_id == doc_id]
        pdf = origin.pdf(doc_id)
        strips: list[Strip] = []
        marks: list[Mark] = []
        for table_id in dict.fromkeys(spot.table_id for _, spot in mine):
            here = [(number, spot) for number, spot in mine if spot.table_id == table_id]
            found = table_strips(placed_cells(table_id, pdf, origin), here) if table_id else text_strips(pdf, here)
            strips.extend(found[0])
            marks.extend(found[1])
        out.append(Panel(pdf, tuple(dict.fromkeys(strips)), tuple(marks)))
    return tuple(out)


class Placed(NamedTuple):
    """A cell of cells.csv with its box on the upright page."""

    row: int
    column: int
    column_span: int
    text: str
    page: int
    box: Box


def placed_cells(table_id: str, pdf: Path, origin: Origin) -> list[Placed]:
    """The cells of a table."""
    upright = Upright(pdf)
    return [
        Placed(c.row, c.column, c.column_span, c.text, c.page, upright.box(c.page, Box(c.x0, c.top, c.x1, c.bottom)))
        for c in origin.select("cells", "table_id", table_id).itertuples(index=False)
    ]


def table_strips(cells: Sequence[Placed], spots: Sequence[tuple[int, Spot]]) -> tuple[list[Strip], list[Mark]]:
    """The strips and marks of one table: the header, and the marked rows with the rows around them."""
    at = {(cell.row, cell.column): cell for cell in cells}
    pages = {page: [cell for cell in cells if cell.page == page] for page in dict.fromkeys(cell.page for cell in cells)}
    frames = {page: union(cell.box for cell in here) for page, here in pages.items()}
    spans: dict[int, list[tuple[float, float]]] = {page: [] for page in pages}
    marks: list[Mark] = []
    for number, spot in spots:
        if not spot.cells:
            page = next(iter(pages))
            spans[page].append((frames[page].top, frames[page].bottom))
            continue
        for page in dict.fromkeys(at[place].page for place in spot.cells):
            box = union(at[place].box for place in spot.cells if at[place].page == page)
            marks.append(Mark(page, box, number))
            spans[page].append(around(box, pages[page], CONTEXT if len(spots) <= FEW else CONTEXT / 2))
            head = header_cells(cells, spot.header, page)
            if head:
                spans[head[0].page].append((min(c.box.top for c in head), max(c.box.bottom for c in head)))
            if len(spots) == 1:
                column = spot.cells[0][1] if len(spot.cells) == 1 else -1
                guides = [c for c in head if c.column <= column < c.column + c.column_span]
                guides += [at[place] for place in spot.guides if at[place].page == page]
                marks.extend(Mark(c.page, c.box, 0, GUIDE, None) for c in guides)
    return [strip for page in pages for strip in strips_of(page, frames[page], spans[page])], marks


def around(box: Box, cells: Sequence[Placed], context: float) -> tuple[float, float]:
    """The part of a page that shows a cell with the whole rows that lie within `context` points of it."""
    top = min((c.box.top for c in cells if box.top - context <= c.box.top), default=box.top)
    bottom = max((c.box.bottom for c in cells if c.box.bottom <= box.bottom + context), default=box.bottom)
    return min(top, box.top), max(bottom, box.bottom)


def header_cells(cells: Sequence[Placed], header: range, page: int) -> list[Placed]:
    """The cells of the header for a page: as repeated on it, else where the header stands first."""
    head = [cell for cell in cells if cell.row in header]
    texts = {tuple(cell.text for cell in head if cell.row == row) for row in header}
    first = min(cell.row for cell in cells if cell.page == page)
    top = [[c for c in cells if c.page == page and c.row == row] for row in range(first, first + len(header))]
    return [cell for row in top if tuple(c.text for c in row) in texts for cell in row] or head


def text_strips(pdf: Path, spots: Sequence[tuple[int, Spot]]) -> tuple[list[Strip], list[Mark]]:
    """The strips and marks of running text; a whole page where nothing on it is marked."""
    upright = Upright(pdf)
    strips: list[Strip] = []
    marks: list[Mark] = []
    for number, spot in spots:
        for page in sorted({spot.page, *(page for page, _ in spot.boxes)}):
            width, height = upright.size(page)
            boxes = [box for at, box in spot.boxes if at == page]
            marks.extend(Mark(page, box, number if box is boxes[0] else 0, outline=None) for box in boxes)
            marks.extend(Mark(page, box) for at, box in spot.words if at == page)
            area = union(boxes) if boxes else Box(0, 0, width, height)
            spans = [(max(area.top - CONTEXT, 0), min(area.bottom + CONTEXT, height))]
            strips.extend(strips_of(page, Box(0, 0, width, height), spans))
    return strips, marks

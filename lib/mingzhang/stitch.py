"""Stitch: the tables of single pages become logical tables.

A table that goes on over a page break is one table, with or without a repeated header; a row or a merged cell that the break cuts
in two is one again. Every cell keeps the page and the box where it is printed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from .clean import compact, money_unit, parse_number, unwrap
from .extract import Cell, PageTable
from .forms import OWN_ROW
from .pages import Box, Line, Page

#: Column borders closer than this (points) are the same border on two pages.
SAME_BORDER = 3.5
#: Two grids no further apart than this (points), with equal borders, are one table drawn in two pieces.
SAME_TABLE_GAP = 4.0
#: No header that is repeated on a new page stands further down its table than this.
DEEPEST_REPEAT = 40
#: A line of a wrapped text ends no further than this many character widths from the cell's right border.
FULL_LINE = 1.6

#: Lines between tables that are neither title nor note: page numbers, form numbers, the filling body, the unit, the year.
_FOOTER = re.compile(r"[-—–－\s]*(第?\d{1,3}页?)(?:[/／共]\d{1,3}页?)?[-—–－\s]*")
_FURNITURE = re.compile(
    r"(?:附件|附表|表|公开|预算公开|决算公开|预算|决算|财决|财预|部门)?[-—]?[0-9一二三四五六七八九十]{1,3}(?:[-—]\d+)?(?:表|[:：])?"
    r"|公开\d*表?|附[:：]?"
    r"|.{0,4}(?:部门|单位|编制|填报|预算|决算|主管|公开)(?:单位|部门|名称|\(单位\))*(?:名称|编码|代码)?[:：].*"
    r"|.*(?:金额)?单位[:：为]?(?:人民币)?(?:百万元|万元|千元|亿元|元)\)?"
    r"|.{0,6}(?:年度|时间|日期|期间)[:：].*"
    r"|\(?\d{4}年?度?\)?"
)
_TITLE_END = re.compile(r"表(?:\(.*\)|[一二三四五六七八九十0-9]{1,2})?$")
_CAPTION_END = re.compile(r"(?:表(?:\(.*\)|[一二三四五六七八九十0-9]{1,2})?|构成|情况)$")
_NOTE = re.compile(r"^(?:注|备注|说明|补充说明|附注|注释)?[:：]|^(?:注|备注|说明)\d?[.、:：]|^\*")
_HEADING = re.compile(r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}[、.．]|[(][一二三四五六七八九十]{1,3}[)]|\d{1,2}[、.．]|附件|附表)")
_EMPTY_STATEMENT = re.compile(r"空表|无此项|没有|无数据|未安排|不涉及|为空|无.{0,30}(?:预算|收支|支出|收入|拨款|采购)")


@dataclass(frozen=True)
class LogicalTable:
    """A table as a reader sees it: one grid over all its pages, with what is printed around it.

    `headings` are the lines above the table from the previous table on (or from the top of its page), `notes` those below it.
    `repeats` are the rows that only repeat the header after a page break, `captions` counts the rows at the top that hold a title
    or a unit line drawn inside the grid.
    """

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    title: str
    headings: tuple[str, ...]
    notes: tuple[str, ...]
    unit: str
    pages: tuple[int, ...]
    engines: tuple[str, ...]
    repeats: frozenset[int] = field(default_factory=frozenset)
    captions: int = 0

    @cached_property
    def grid(self) -> dict[tuple[int, int], Cell]:
        """Every grid place with the cell that covers it."""
        return {
            (row, column): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }

    def text(self, row: int, column: int) -> str:
        """The text of the cell that covers a grid place, without its wraps."""
        cell = self.grid.get((row, column))
        return unwrap(cell.text) if cell else ""

    def row_cells(self, row: int) -> list[Cell]:
        """The cells that begin in a row, from left to right."""
        return [cell for cell in self.cells if cell.row == row]


@dataclass(frozen=True, slots=True)
class Piece:
    """A page table with the lines above and below it on its page."""

    table: PageTable
    above: tuple[Line, ...]
    below: tuple[Line, ...]
    first: bool
    last: bool


def stitch(pages: Sequence[tuple[Page, Sequence[PageTable]]]) -> list[LogicalTable]:
    """The logical tables of a document, in printed order."""
    out: list[list[Piece]] = []
    carried: tuple[Line, ...] = ()
    for piece in pieces(pages):
        if out and continues(out[-1], piece):
            out[-1].append(piece)
        else:
            if piece.first and out and out[-1][-1].last and out[-1][-1].table.page == piece.table.page - 1:
                carried = out[-1][-1].below
            if carried and not titles(piece.above):
                piece = replace(piece, above=carried + piece.above)
            if out and not piece.first and all(is_furniture(line.text) for line in piece.above):
                # One title over two tables: nothing stands between them that could name the second.
                piece = replace(piece, above=out[-1][0].above + piece.above)
            out.append([piece])
        carried = ()
    return [assemble(parts) for parts in out]


def pieces(pages: Sequence[tuple[Page, Sequence[PageTable]]]) -> Iterator[Piece]:
    """Each page table with the lines that stand between it and its neighbours."""
    for page, tables in pages:
        tables = join_split(tables)
        outside = [line for line in page.lines if not any(within(line, table.box) for table in tables)]
        for index, table in enumerate(tables):
            top = tables[index - 1].box.bottom if index else float("-inf")
            end = tables[index + 1].box.top if index + 1 < len(tables) else float("inf")
            above = tuple(line for line in outside if top < middle(line) <= table.box.top)
            below = tuple(line for line in outside if table.box.bottom <= middle(line) < end and not is_footer(line))
            yield Piece(
                table, tuple(line for line in above if not is_footer(line)), below,
                index == 0, index == len(tables) - 1,
            )  # fmt: skip


def join_split(tables: Sequence[PageTable]) -> list[PageTable]:
    """Join grids of a page that touch and have the same outer borders: one table that was drawn in two pieces."""
    out: list[PageTable] = []
    for table in tables:
        before = out[-1] if out else None
        if (
            before
            and 0 <= table.box.top - before.box.bottom <= SAME_TABLE_GAP
            and abs(table.box.x0 - before.box.x0) <= SAME_BORDER
            and abs(table.box.x1 - before.box.x1) <= SAME_BORDER
        ):
            xs = union_borders(before.xs, table.xs)
            upper, lower = regrid(before, xs), regrid(table, xs)
            shifted = tuple(replace(cell, row=cell.row + before.rows) for cell in lower)
            box = Box(before.box.x0, before.box.top, table.box.x1, table.box.bottom)
            out[-1] = replace(
                before, rows=before.rows + table.rows, columns=len(xs) - 1, cells=upper + shifted, box=box, xs=xs
            )
        else:
            out.append(table)
    return out


def within(line: Line, box: Box) -> bool:
    return box.top <= middle(line) <= box.bottom and box.x0 - 2 <= (line.box.x0 + line.box.x1) / 2 <= box.x1 + 2


def middle(line: Line) -> float:
    return (line.box.top + line.box.bottom) / 2


def is_footer(line: Line) -> bool:
    return bool(_FOOTER.fullmatch(compact(line.text)))


def is_furniture(text: str) -> bool:
    """Whether a line names only the form number, the filling body, the unit or the year."""
    return bool(_FURNITURE.fullmatch(compact(text)))


def printed_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines grouped by the height at which they stand, top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: (item.box.bottom, item.box.x0)):
        if rows and abs(line.box.bottom - rows[-1][-1].box.bottom) < 4 and line.box.top < rows[-1][-1].box.bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda item: item.box.x0) for row in rows]


def titles(lines: Sequence[Line]) -> list[str]:
    """The lines that read as the title of a table, wrapped titles joined."""
    out = []
    texts = title_candidates(lines)
    for index, (text, _) in enumerate(texts):
        if _TITLE_END.search(compact(text)):
            out.append(joined_title(texts, index))
    return out


def title_candidates(lines: Sequence[Line]) -> list[tuple[str, Line]]:
    """The printed rows that are not furniture, as text with their first line."""
    out = []
    for row in printed_rows(lines):
        kept = [line for line in row if not is_furniture(line.text)]
        text = "".join(line.text for line in kept)
        if kept and not is_furniture(text):
            out.append((unwrap(text), kept[0]))
    return out


def joined_title(texts: Sequence[tuple[str, Line]], index: int) -> str:
    """The title that ends at `index`, with the rows above it that it wraps."""
    text, line = texts[index]
    while index:
        above, line_above = texts[index - 1]
        size, size_above = line.box.bottom - line.box.top, line_above.box.bottom - line_above.box.top
        same_size = abs(size - size_above) <= 0.25 * max(size, size_above)
        near = line.box.top - line_above.box.bottom <= 1.3 * max(size, size_above)
        if not (same_size and near) or _TITLE_END.search(compact(above)) or _NOTE.search(compact(above)):
            break
        if _HEADING.search(compact(text)) or re.search(r"[。；：:]$", above):
            break
        if line_above.box.x1 - line_above.box.x0 < 0.8 * (line.box.x1 - line.box.x0):
            break
        text, line, index = above + text, line_above, index - 1
    return text


def title_of(lines: Sequence[Line], box: Box) -> str:
    """The title of the table below the lines.

    It is the nearest line that ends like a title; else a line centred over the table; else the nearest heading.
    """
    found = titles(lines)
    if found:
        return plain_title(found[-1])
    texts = [(text, line) for text, line in title_candidates(lines) if not _NOTE.search(compact(text))]
    for text, line in reversed(texts):
        centred = abs((line.box.x0 + line.box.x1) - (box.x0 + box.x1)) < 24 and line.box.x0 > box.x0 + 40
        if centred and not re.search(r"[。；;：:，,]$", text) and not _HEADING.search(compact(text)):
            return plain_title(text)
    for index in range(len(texts) - 1, -1, -1):
        text = texts[index][0]
        if _HEADING.search(compact(text)) and not re.search(r"[。；;]$", text):
            if text.count("（") > text.count("）") and index + 1 < len(texts):
                text += texts[index + 1][0]
            return plain_title(text)
    return ""


#: What stands before a title and is not part of it: the number of a section or of the public form.
_TITLE_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|(?:公开|附)\s*\d*\s*[表件]\s*\d*\s*[:：])\s*")


def plain_title(text: str) -> str:
    """The title without the number of its section or form."""
    return _TITLE_NUMBER.sub("", text)


def continues(parts: Sequence[Piece], piece: Piece) -> bool:
    """Whether a page table goes on with the table of `parts`."""
    before = parts[-1]
    if not (piece.first and before.last and piece.table.page == before.table.page + 1):
        return False
    if any(not is_furniture(line.text) for line in before.below):
        return False
    if not borders_agree(before.table, piece.table):
        return False
    head = parts[0]
    running = {unmarked(line.text) for line in head.above}
    lines = {unmarked(line.text) for line in piece.above if not is_furniture(line.text)}
    if lines - running - {""}:
        return False
    repeated = repeated_rows(head.table, piece.table)
    if any(_CONTINUED.search(compact(line.text)) for line in piece.above):
        return True
    inner = caption_text(piece.table)
    if inner and inner != caption_text(head.table):
        return False
    if titles(piece.above) or inner:
        if is_form_per_page(head.table):
            return not is_form_per_page(piece.table)
        return bool(repeated)
    return bool(repeated) or not starts_like_header(head.table, piece.table)


#: What a table's title carries when the table goes on from the page before.
_CONTINUED = re.compile(r"[(](?:续|续表|接上[页表]|续上[页表])[一二三四五六七八九十\d]*[)]$|^(?:续表?|接上[页表]|续上[页表])[一二三四五六七八九十\d]*(?:[:]|$)|表续[一二三四\d]?$")


def unmarked(text: str) -> str:
    """A line as it would stand on the table's first page: without a mark that the table goes on."""
    return _CONTINUED.sub(lambda found: "表" if found.group().startswith("表") else "", compact(text))


def borders_agree(one: PageTable, two: PageTable) -> bool:
    """Whether two page tables share their outer borders and most of the inner ones."""
    if abs(one.box.x0 - two.box.x0) > 2 * SAME_BORDER or abs(one.box.x1 - two.box.x1) > 2 * SAME_BORDER:
        return False
    few, many = sorted((one.xs, two.xs), key=len)
    found = sum(any(abs(x - y) <= SAME_BORDER for y in many) for x in few)
    return found >= 0.75 * len(few)


def repeated_rows(head: PageTable, table: PageTable) -> int:
    """How many rows at the top of `table` repeat header rows of `head`: its first ones, or a header further down (绩效指标)."""
    return max((equal_rows(head, table, start) for start in range(min(head.rows, DEEPEST_REPEAT))), default=0)


def equal_rows(head: PageTable, table: PageTable, start: int) -> int:
    """How many rows at the top of `table` equal the rows of `head` from `start` on and read like a header."""
    count = 0
    for row in range(min(head.rows - start, table.rows)):
        one, two = row_texts(head, start + row), row_texts(table, row)
        if (not start and one != two) or (start and [t for t in one if t][-len(two):] != two):
            break
        filled = [text for text in two if text]
        if not filled or has_amount(two) or (start and (len(filled) < 3 or any(map(re.compile(r"\d").search, filled)))):
            break
        if len(filled) >= 2 or len(two) == 1:
            count = row + 1
    return count


def row_texts(table: PageTable, row: int) -> list[str]:
    return [compact(cell.text) for cell in table.cells if cell.row == row]


def has_amount(texts: Sequence[str]) -> bool:
    """Whether a row prints a number with decimals or thousands, which no header and no 栏次 row does."""
    return any(("." in text or "," in text) and parse_number(text) is not None for text in texts)


def caption_text(table: PageTable) -> str:
    """The title that is drawn as the first row of a grid, or ""."""
    texts = [text for text in row_texts(table, 0) if text]
    return unmarked(texts[0]) if len(texts) == 1 and _CAPTION_END.search(texts[0]) and not money_unit(texts[0]) else ""


def is_form_per_page(head: PageTable) -> bool:
    """Whether the table is a form that is filled in once per project or unit, so that an equal header starts a new one."""
    top = [cell for row in (0, 1) for cell in head.cells if cell.row == row]
    return any(
        re.fullmatch(r"(?:项目|专项|政策|任务|单位|部门|部门\(单位\)|单位\(部门\))名称", compact(label.text)) and value.column_span > 1
        for label, value in itertools.pairwise(top)
        if value.row == label.row
    )


#: A first row with these words in it is a header, whatever stands on the page before.
_HEADER_WORDS = re.compile(
    r"^(?:项目|科目|功能|经济|支出功能|支出经济|收入|支出|序号|单位|部门|采购|项目名称|专项名称|本年收入|本年支出|合计|金额|预算数|决算数|.*编码|.*名称)$"
)


def starts_like_header(head: PageTable, table: PageTable) -> bool:
    """Whether the first row of a page table without title reads like a header of its own."""
    texts = [text for text in row_texts(table, 0) if text]
    if has_amount(texts) or len(texts) < 2:
        return False
    words = sum(bool(_HEADER_WORDS.match(text)) for text in texts)
    return words >= max(2, 0.5 * len(texts))


# --- assembling the pieces -------------------------------------------------------------------------------------------


def union_borders(*borders: Sequence[float]) -> tuple[float, ...]:
    """The column borders of several pages as one sequence; borders closer than `SAME_BORDER` are one."""
    out: list[float] = []
    for x in sorted(x for xs in borders for x in xs):
        if not out or x - out[-1] > SAME_BORDER:
            out.append(x)
    return tuple(out)


def regrid(table: PageTable, xs: Sequence[float]) -> tuple[Cell, ...]:
    """The cells of a page table with their columns counted on the borders `xs`."""
    index = [min(range(len(xs)), key=lambda i: abs(xs[i] - x)) for x in table.xs]
    return tuple(
        replace(cell, column=index[cell.column],
                column_span=max(index[cell.column + cell.column_span] - index[cell.column], 1))
        for cell in table.cells
    )  # fmt: skip


def assemble(parts: Sequence[Piece]) -> LogicalTable:
    """One logical table from its pieces."""
    xs = union_borders(*(part.table.xs for part in parts))
    head = parts[0]
    cells: list[Cell] = []
    rows = 0
    repeats: set[int] = set()
    for part in parts:
        repeated = repeated_rows(head.table, part.table) if part is not head else 0
        fresh = [replace(cell, row=cell.row + rows) for cell in regrid(part.table, xs)]
        repeats.update(range(rows, rows + repeated))
        if part is not head:
            cells, fresh, dropped = mend_break(cells, fresh, rows, repeated)
            rows -= dropped
        cells.extend(fresh)
        rows += part.table.rows
    unit = next((u for part in parts for line in reversed(part.above) if (u := money_unit(line.text))), "")
    below = parts[-1].below
    return captioned(LogicalTable(
        rows, len(xs) - 1, tuple(sorted(cells, key=lambda c: (c.row, c.column))), title_of(head.above, head.table.box),
        tuple(unwrap(line.text) for line in head.above), notes_of(below), unit,
        tuple(part.table.page for part in parts), tuple(part.table.engine for part in parts), frozenset(repeats),
    ))  # fmt: skip


def captioned(table: LogicalTable) -> LogicalTable:
    """The table with the title and unit that stand inside its grid, where they are drawn there."""
    row, title, unit = 0, table.title, table.unit
    while row < table.rows - 1:
        texts = [cell.text for cell in table.row_cells(row) if cell.text]
        words = compact("".join(texts))
        alone = len(texts) == 1
        if alone and _CAPTION_END.search(words) and not money_unit(words):
            title = title if titles_agree(title) else plain_title(unwrap(texts[0]))
        elif texts and not (all(is_furniture(text) for text in texts) and (alone or any(map(money_unit, texts)))):
            break
        else:
            unit = unit or next((found for text in texts if (found := money_unit(text))), "")
        row += 1
    return replace(table, title=title, unit=unit, captions=row)


def titles_agree(title: str) -> bool:
    """Whether what was found over the grid reads like a table's title, so that a title inside it is not needed."""
    return bool(_TITLE_END.search(compact(title)))


def notes_of(below: Sequence[Line]) -> tuple[str, ...]:
    """The notes under a table: from the first line that starts like one, to the next heading."""
    out: list[str] = []
    for row in printed_rows(below):
        text = unwrap("".join(line.text for line in row))
        body = compact(text)
        if not out and not (_NOTE.search(body) or _EMPTY_STATEMENT.search(body)):
            if _HEADING.search(body) or (len(out) == 0 and _TITLE_END.search(body)):
                break
            continue
        if out and ((_HEADING.search(body) and not re.match(r"\d", body)) or _TITLE_END.search(body)):
            break
        out.append(text)
    return tuple(out)


def mend_break(
    before: Sequence[Cell], after: Sequence[Cell], rows: int, repeated: int
) -> tuple[list[Cell], list[Cell], int]:
    """Join what a page break cuts: the last row before it with the first after it, and merged cells that go on.

    `rows` is the number of rows before the break, `repeated` the rows after it that only repeat the header. Returns the cells
    before, the cells after, and by how many rows the latter moved up.
    """
    first = rows + repeated
    top = [cell for cell in after if cell.row == first]
    cut = is_cut_row(before, top, rows)
    upper_cells = list(before)
    rest = [cell for cell in after if cell.row != first]
    for cell in top:
        index = beneath(upper_cells, cell, rows, exact=not cut)
        if index is None:
            rest.append(cell)
            continue
        upper = upper_cells[index]
        merged = cell.row_span > 1 or upper.row_span > 1
        blank_above = not upper.text and upper.row_span > 1
        goes_on = merged and not repeated and (not cell.text or blank_above or is_rest(upper, cell))
        if not (cut or goes_on):
            rest.append(cell)
            continue
        below = cell.row_span - (1 if cut else 0)
        printed = upper if upper.text or not cell.text else cell
        upper_cells[index] = replace(
            upper, text="\n".join(text for text in (upper.text, cell.text) if text), page=printed.page, box=printed.box,
            row_span=upper.row_span + (0 if repeated else below),
        )  # fmt: skip
        if repeated and below:
            rest.append(replace(cell, row=first + 1, row_span=below, text=""))
    if cut:
        rest = [replace(cell, row=cell.row - 1) if cell.row > first else cell for cell in rest]
    return upper_cells, sorted(rest, key=lambda cell: (cell.row, cell.column)), int(cut)


def beneath(cells: Sequence[Cell], cell: Cell, rows: int, exact: bool) -> int | None:
    """The cell that ends at row `rows` over the columns of `cell`: over just these, or (not `exact`) over these and more."""
    for index, upper in enumerate(cells):
        if upper.row + upper.row_span == rows and (upper.column, upper.column_span) == (cell.column, cell.column_span):
            return index
    return None if exact else covering(cells, cell, rows)


def covering(cells: Sequence[Cell], cell: Cell, rows: int) -> int | None:
    """The cell of the last row that covers the columns of `cell`."""
    for index, upper in enumerate(cells):
        if (
            upper.row + upper.row_span == rows
            and upper.column <= cell.column
            and cell.column + cell.column_span <= upper.column + upper.column_span
        ):
            return index
    return None


#: The standard names of indicator levels: half of one before a page break and half after it are one.
_LEVEL = re.compile(
    r"(?:数量|质量|时效|成本|(?:经济|社会|生态)(?:成本|环境成本|效益)|可持续影响|(?:社会公众或)?服务对象满意度|产出|效益|满意度)指标"
)


def is_cut_row(before: Sequence[Cell], top: Sequence[Cell], rows: int) -> bool:
    """Whether the first row after a page break (`top`) is the rest of the last row before it.

    It is when it brings no number and no code of its own, every text in it stands below a text that it can continue,
    and nothing in it reads like a row of its own.
    """
    texts = [cell for cell in top if cell.text]
    if not texts or all(cell.row_span > 1 for cell in texts):
        return False
    last = [cell for cell in before if cell.row + cell.row_span == rows]
    evidence = False
    for cell in texts:
        index = covering(before, cell, rows)
        upper = before[index] if index is not None else None
        if upper is None or not upper.text:
            return False
        if _LEVEL.fullmatch(compact(upper.text + cell.text)) and not _LEVEL.fullmatch(compact(upper.text)):
            evidence = True
            continue
        if OWN_ROW.search(compact(cell.text)):
            return False
        if cell.row_span > 1 and not line_is_full(upper):
            return False
        if re.fullmatch(r"[\d,.]+%?", compact(cell.text)) and not completes_number(upper, cell.text):
            return False
        evidence = evidence or line_is_full(upper)
    filled = {cell.column for cell in texts}
    beside = [cell for cell in last if cell.text and cell.column not in filled]
    return evidence or (bool(beside) and len(texts) < 0.5 * len([cell for cell in last if cell.text]))


def is_rest(upper: Cell, cell: Cell) -> bool:
    """Whether the text of a merged cell goes on after the page break: the line above is full, and the rest is no row of its own."""
    return line_is_full(upper) and not OWN_ROW.search(compact(cell.text)) and parse_number(cell.text) is None


def completes_number(upper: Cell, lower: str) -> bool:
    """Whether the digits below a page break complete the number or code above it: "1050.0" and "0", "1,435,5" and "00.00", "21" and "1"."""
    one, two = compact(upper.text), compact(lower)
    if one.isdigit() and two.isdigit():
        whole = len(one) in (3, 5, 7) or len(one + two) not in (2, 3, 5, 7)
        return line_is_full(upper) and (not whole or len(two) < len(one))
    if not re.fullmatch(r"[\d,.]+", one) or re.fullmatch(r"[\d,]+\.\d{2,}", one):
        return False
    return bool(re.fullmatch(r"\d+\.\d{1,2}%?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?", one + two))


def line_is_full(cell: Cell) -> bool:
    """Whether the last line of a cell's text runs to its right border, as a wrapped line does.

    Judged by the longest line: a cell whose text stands on one line can only be judged by its width.
    """
    lines = cell.text.split("\n")
    width = sum(1.0 if ord(c) > 255 else 0.5 for c in lines[-1])
    room = (cell.box.x1 - cell.box.x0)
    longest = max(sum(1.0 if ord(c) > 255 else 0.5 for c in line) for line in lines)
    if len(lines) > 1:
        return width >= longest - 1
    size = min(12.0, (cell.box.bottom - cell.box.top))
    return width * size >= room - FULL_LINE * size

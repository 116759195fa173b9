"""Disclosure: one document, read: pages and tables as plain data; validation and notebooks make more of it later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from .checking.proving import proved
from .checking.readings import settled
from .errors import Problem, UnreadableDocument
from .narrative.claims import Claim
from .narrative.paragraphs import Paragraph, paragraphs
from .narrative.reader import claims_in
from .performance.parts import GRAMMAR
from .performance.units import settled_units
from .reading.containers.kinds import container_of, read_container
from .reading.damage import damages
from .reading.extract import PageTable, page_tables
from .reading.gaps import gap_rules
from .reading.pages import Box, Page, looks_tabular
from .reading.pdf import open_pdf, read_page
from .reading.scans.guesses import aligned
from .reading.stitch import LogicalTable, stitch
from .reading.wide import placed, read_sheets
from .sources import Source, describe, sha256_of
from .table import Table, incomplete, recognised

if TYPE_CHECKING:
    from pathlib import Path

    from pypdfium2 import PdfDocument

T = TypeVar("T")

#: A document longer than this is not one body's disclosure; its first pages are read, the rest is noted as left out.
MAX_PAGES = 2_000
#: Characters of one document; all are held in memory, and what is read of them is written.
MAX_CHARS = 5_000_000


@dataclass(frozen=True)
class Disclosure:
    """A read document. `pages` is the number of pages; `status` is ok, partial, no_tables or failed."""

    source: Source
    pages: int
    tables: tuple[Table, ...]
    problems: tuple[Problem, ...]
    sha256: str
    status: str
    content: tuple[Page, ...] = field(default=(), repr=False)
    areas: tuple[tuple[Box, ...], ...] = field(default=(), repr=False)
    container: str = "pdf"
    #: What later rooms made of it, once (`checking.audit`); a changed copy begins anew.
    made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def doc_id(self) -> str:
        return self.source.doc_id

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The running text outside the tables, under its headings."""
        return tuple(paragraphs(zip(self.content, self.areas, strict=True)))

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The figures that the narrative of a disclosure states, in printed order; of another document none."""
        disclosure = self.source.kind or any(table.form != "other" for table in self.tables)
        return tuple(claims_in(self.paragraphs, self.source.org)) if disclosure else ()


def read_disclosure(source: Source) -> Disclosure:
    """Read the document of a source; problems of single pages are recorded and the rest is read."""
    kind = container_of(source.path)
    if kind != "pdf":
        pages, notes = read_container(source.path, kind)
        problems = tuple(Problem(source.doc_id, page, reason) for page, reason in notes)
        return assemble(source, len(pages), [Stretch(tuple(pages), problems)], kind)
    pdf = open_pdf(source.path)
    try:
        count = len(pdf)
        return assemble(source, count, [read_stretch(pdf, source, 1, min(count, MAX_PAGES))])
    finally:
        pdf.close()


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was read of successive pages: each page with its tables, and what could not be read."""

    pages: tuple[tuple[Page, tuple[PageTable, ...]], ...]
    problems: tuple[Problem, ...]


def read_stretch(pdf: PdfDocument, source: Source, first: int, last: int) -> Stretch:
    """Read the pages from `first` to `last`, or up to the one with which they hold over `MAX_CHARS` characters."""
    problems: list[Problem] = []
    if first == 1:
        problems += [Problem(source.doc_id, page, reason, loss=True) for page, reason in damages(source.path)]
    pages: list[tuple[Page, tuple[PageTable, ...]]] = []
    budget = MAX_CHARS
    for page, found in read_pages(pdf, source, range(first, last + 1), problems):
        pages.append((page, tuple(found)))
        budget -= len(page.chars)
        if budget < 0:
            break
    return Stretch(tuple(pages), tuple(problems))


def assemble(source: Source, count: int, stretches: Sequence[Stretch], container: str = "pdf") -> Disclosure:
    """The document of `count` pages whose stretches, in order, were read."""
    problems: list[Problem] = [Problem(source.doc_id, None, text) for text in source.problems]
    pages: list[tuple[Page, tuple[PageTable, ...]]] = []
    budget = MAX_CHARS
    for stretch in stretches:
        problems += stretch.problems
        for page, found in stretch.pages:
            budget -= len(page.chars)
            if budget >= 0:
                pages.append((page, found))
            elif budget + len(page.chars) >= 0:
                problems.append(Problem(source.doc_id, page.number,
                                        f"more than {MAX_CHARS} characters before this page; the rest is left out"))
    if count > MAX_PAGES:
        problems.append(Problem(source.doc_id, None, f"{count} pages; only the first {MAX_PAGES} were read"))
    content = tuple(page for page, _ in pages)
    scanned = any(page.guesses for page in content)
    if scanned:
        pages = aligned(pages)
    # no table goes on from one sheet of a workbook to the next
    grids = (whole_grids(source.path, pages) if container == "pdf"
             else [grid for page in pages for grid in stitch([page])])
    if not grids:
        reason = "no text layer on any page" if not any(page.chars for page in content) else "no ruled table found"
        problems.append(Problem(source.doc_id, None, reason))
    cover = next((page.text.split("\n") for page in content if page.chars), [])
    source = describe(source, cover, [line for grid in grids for line in (grid.title, *grid.headings)])
    parts, taken = settled(tuple(recognised(source, grids)), source.kind)
    if scanned:
        container = "scan"
        parts, proven = proved(parts, content, source)
        taken = [proven, *taken]
    parts, told = settled_units(parts)
    problems += [Problem(source.doc_id, None, text) for text in (*taken, *told)]
    problems.extend(Problem(source.doc_id, None, text) for part in parts for text in part.inferences)
    problems.extend(Problem(source.doc_id, part.grid.pages[0], text) for part in parts if (text := incomplete(part)))
    return Disclosure(source=source, pages=count, tables=parts, problems=tuple(problems),
                      sha256=sha256_of(source.path) if source.path.is_file() else "", status=status_of(parts, problems),
                      content=content, areas=tuple(tuple(table.box for table in found) for _, found in pages),
                      container=container)


def whole_grids(path: Path, pages: Sequence[tuple[Page, Sequence[PageTable]]]) -> list[LogicalTable]:
    """The tables of a PDF, whole over page breaks and over the pages of a wide sheet."""
    whole, parts = read_sheets(path, pages)
    return [placed(grid, parts) for grid in stitch(whole, GRAMMAR)]


def status_of(parts: Sequence[Table], problems: Sequence[Problem]) -> str:
    if not parts:
        return "no_tables"
    return "partial" if any(problem.page or problem.loss for problem in problems) else "ok"


def read_pages(pdf: PdfDocument, source: Source, numbers: Iterable[int],
               problems: list[Problem]) -> Iterator[tuple[Page, Sequence[PageTable]]]:
    """Each readable page with its tables; what cannot be read is added to `problems`."""
    for number in numbers:
        page, reason = attempt(read_page, pdf, number)
        if page is None:
            problems.append(Problem(source.doc_id, number, reason))
            continue
        page, unseen = with_pictures(source.path, pdf, page)
        asked = page.is_ruled or looks_tabular(page) or bool(gap_rules(page))
        found, reason = attempt(page_tables, source.path, page) if asked else ([], "")
        if reason:
            problems.append(Problem(source.doc_id, number, reason))
        if page.truncated:
            problems.append(Problem(source.doc_id, number,
                                    "more drawing objects or characters than are read from one page"))
        if page.is_garbled:
            problems.append(Problem(source.doc_id, number,
                                    "a font does not tell which characters its glyphs are; the text cannot be "
                                    "relied on"))
        if unseen:
            problems.append(Problem(source.doc_id, number, unseen))
        elif found == [] and looks_tabular(page):
            problems.append(Problem(source.doc_id, number, "figures stand in columns but no ruled table encloses them"))
        yield page, found or []


def with_pictures(path: Path, pdf: PdfDocument, page: Page) -> tuple[Page, str]:
    """A page with what its pictures show, and why one without text stays so; loads nothing if it needs none of it."""
    if (page.chars and not page.pictures) or not (page.has_content or page.pictures):
        return page, ""
    from .reading.scans.pages import needs_recognising, recognised_page

    if not needs_recognising(page):
        return page, ""
    found, reason = attempt(recognised_page, path, pdf, page)
    return found or page, reason


def attempt(step: Callable[..., T], *arguments: object) -> tuple[T | None, str]:
    """A step's result, or None and why there is none: whatever goes wrong with one page, the others are read."""
    try:
        return step(*arguments), ""
    except UnreadableDocument as error:
        return None, str(error)
    except MemoryError:
        raise
    except Exception as error:
        return None, f"could not be read ({type(error).__name__}: {error})"

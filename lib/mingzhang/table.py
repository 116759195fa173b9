"""Table: a logical table with what was made of it: its form, and its layout or its performance projects."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from . import forms
from .performance.body import indicator_header
from .performance.model import Project
from .performance.money import declared_unit as fund_unit
from .performance.parts import forms_of, part
from .performance.tables import form_of, read_projects
from .performance.words import list_header
from .reading.bodies import BY_FUND, FAMILIES, body_of, settled
from .reading.columns import Context, fund_of
from .reading.layout import Fact, Frame, Layout, declared_unit, read_frame, read_layout
from .reading.lines import Line
from .reading.stitch import LogicalTable
from .sources import Source

if TYPE_CHECKING:
    import pandas as pd

    from .showing.picture import Picture


#: How unlikely another reading is: of what is nowhere printed, and of what is printed clearly.
COST_INFERRED, COST_PRINTED = 1.0, 4.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way to read a table, kept for the identities to judge.

    `kind` and `what` say it: unit (the unit of money), form (the form's key), rows (the role of the rows without a
    name: memo where they detail the row above them), stage (two stages, joined by /, whose columns are headed the wrong
    way round). `cost` says how unlikely it is.
    """

    kind: str
    what: str
    cost: float


@dataclass(frozen=True)
class Table:
    """A logical table with what was made of it: its form, and its layout (a fiscal table) or its projects (a
    performance table).
    """

    table_id: str
    form: str
    grid: LogicalTable
    layout: Layout | None = None
    projects: tuple[Project, ...] = ()
    path: Path | None = field(default=None, repr=False, compare=False)

    @property
    def project(self) -> Project | None:
        """The project of a performance form, the first of a register."""
        return self.projects[0] if self.projects else None

    @property
    def account(self) -> str:
        """The form as which the rules know it: a list of projects (项目支出表) is for them no table of expenditure."""
        return self.layout.form if self.layout else self.form

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The figures of a fiscal table."""
        return self.layout.facts if self.layout else ()

    @property
    def title(self) -> str:
        return self.grid.title

    @cached_property
    def unit(self) -> str:
        """The declared unit of money ("" if none is printed), above the table or in its header."""
        inside = fund_unit(self.grid, indicator_header(self.grid)) if self.projects else declared_unit(self.grid)
        return self.grid.unit or inside

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The other ways to read a fiscal table with figures, the likely ones first."""
        if not self.layout or not self.facts:
            return ()
        layout = self.layout
        units = [
            unit for unit in ("万元", "元") if unit != layout.unit and any(fact.unit == "万元" for fact in self.facts)
        ]
        found = [Reading("unit", unit, COST_INFERRED if "unit" in layout.inferred else COST_PRINTED) for unit in units]
        if "form" in layout.inferred and (family := FAMILIES.get(self.account)):
            found += [
                Reading("form", form, COST_INFERRED)
                for form, other in FAMILIES.items()
                if other == family and form != self.form
            ]
        if any(nameless(line) for line in layout.lines):
            found.append(Reading("rows", "memo", COST_INFERRED))
        stages = {column.stage for column in layout.values}
        if (own := layout.context.stage) in stages:
            found += [Reading("stage", f"{own}/{other}", COST_PRINTED) for other in sorted(stages - {own})]
        return tuple(sorted(found, key=lambda one: one.cost))

    @property
    def inferences(self) -> Iterator[str]:
        """What is nowhere printed of a table with figures of money, and what was taken for it, in words."""
        if self.layout and any(fact.unit == "万元" for fact in self.facts):
            taken = {"unit": self.layout.unit, "form": forms.BY_KEY[self.account].name}
            for name in sorted(self.layout.inferred & taken.keys()):
                yield f"{self.table_id}: its {name} is nowhere printed; {taken[name]} was taken"

    def read_as(self, reading: Reading) -> Table:
        """The table under another reading; its figures say `inferred`."""
        if not self.layout:
            return self
        layout = self.layout
        lines = tuple(
            replace(line, role=reading.what) if reading.kind == "rows" and nameless(line) else line
            for line in layout.lines
        )
        form = reading.what if reading.kind == "form" else self.account
        unit = reading.what if reading.kind == "unit" else layout.unit
        context = (
            replace(layout.context, exchanged=tuple(reading.what.split("/")))
            if reading.kind == "stage"
            else layout.context
        )
        frame = Frame(layout.first_row, layout.skipped, layout.columns, lines)
        layout = read_layout(self.grid, frame, form, context, unit, layout.inferred | {reading.kind})
        return replace(self, form=form if reading.kind == "form" else self.form, layout=layout)

    @property
    def is_empty(self) -> bool:
        """Whether a table for figures prints none."""
        return self.account not in forms.TEXT_FORMS and not self.projects and not self.facts

    @cached_property
    def df(self) -> pd.DataFrame:
        """The table as printed, one row per printed row and one column per printed column; a merged cell's text stands
        in its first place."""
        import pandas as pd

        frame = pd.DataFrame("", index=range(self.grid.rows), columns=range(self.grid.columns))
        for cell in self.grid.cells:
            frame.iat[cell.row, cell.column] = self.grid.text(cell.row, cell.column)
        return frame

    def show(self, pages: int = 3) -> Picture:
        """The table's first pages as the extractor saw them: grid, merged cells, header, row roles, figures."""
        from .showing.seen import show_table

        return show_table(self, pages)

    def _repr_html_(self) -> str:
        """The printed table with its merged cells, every text escaped."""
        rows = []
        for row in range(self.grid.rows):
            cells = "".join(
                f'<td rowspan="{c.row_span}" colspan="{c.column_span}">'
                f"{html.escape(self.grid.text(c.row, c.column))}</td>"
                for c in self.grid.row_cells(row)
            )
            rows.append(f"<tr>{cells}</tr>")
        caption = html.escape(f"{self.table_id} {self.title} ({self.form}, p. {self.grid.pages[0]})")
        return f"<table><caption>{caption}</caption>{''.join(rows)}</table>"


def nameless(line: Line) -> bool:
    """Whether a line prints neither code nor name nor unit."""
    return not (line.code or line.name or line.agency_code)


def recognised(source: Source, grids: Sequence[LogicalTable]) -> Iterator[Table]:
    """Each logical table with its form and its layout or projects."""
    context = Context(source.kind, int(source.fiscal_year) if source.fiscal_year.isdigit() else None)
    units = Counter(unit for grid in grids if (unit := grid.unit or declared_unit(grid)))
    usual = units.most_common(1)[0][0] if units else "万元"
    seen: list[str] = []
    for number, grid in enumerate((form for one in grids for form in forms_of(one)), start=1):
        indicators = is_performance(grid)
        header = " ".join(cell.text for row in range(min(grid.rows, 6)) for cell in grid.row_cells(row))
        table_id = f"{source.doc_id}/t{number:02d}"
        form = forms.by_title(grid.title, grid.headings, indicators)
        if indicators:
            form = form or form_of(grid)
            yield Table(table_id, form, grid, projects=read_projects(grid, usual), path=source.path)
            continue
        frame = read_frame(grid)
        titled = settled(form, fund_of([grid.title], ""), body_of(frame.columns, frame.lines), seen)
        form, said = titled or forms.by_header(header, False) or "other", form
        seen.append(form)
        unit = grid.unit or declared_unit(grid)
        inferred = frozenset(
            name for name, missing in (("unit", not unit), ("form", form not in (said, "other"))) if missing
        )
        projects = form == "other" and forms.of_title(form, grid.title).item == "project"
        known = form != "other" or projects or unit
        layout = read_layout(grid, frame, form, context, unit or usual, inferred) if known else None
        form = BY_FUND.get(layout.fund, "expenditure") if layout and projects else form
        yield Table(table_id, form, grid, layout, path=source.path)


def incomplete(table: Table) -> str:
    """What the reading of a performance table lacks, "" if it is whole: a name, or indicators in a form that must have
    them.
    """
    nameless = [project for project in table.projects if not project.project]
    if nameless:
        return "a performance form without a readable project name"
    headless = indicator_header(table.grid) is None and list_header(table.grid) is None
    return (
        f"no indicators were read of the performance form of {table.projects[0].project}"
        if headless and table.projects
        else ""
    )


def is_performance(grid: LogicalTable) -> bool:
    """Whether a table is a performance table: by its indicators, or by a title that says so over a list of projects or
    a form's other parts.
    """
    if indicator_header(grid) is not None:
        return True
    if not re.search(r"绩效|自评", grid.title):
        return False
    return list_header(grid) is not None or {"opening", "goal", "fund"} <= {
        part(grid.row_cells(row)) for row in range(grid.rows)
    }

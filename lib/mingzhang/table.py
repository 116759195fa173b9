"""Table: a logical table with what was made of it: its form, and its layout or its performance projects."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from . import forms
from .performance import tables as kpi
from .performance.words import indicator_header, list_header
from .reading.bodies import body_of, settled
from .reading.columns import Context, fund_of
from .reading.layout import Fact, Layout, declared_unit, read_frame, read_layout
from .reading.stitch import LogicalTable
from .sources import Source

if TYPE_CHECKING:
    import pandas as pd

    from .showing.picture import Picture


@dataclass(frozen=True)
class Table:
    """A logical table with what was made of it: its form, and its layout (a fiscal table) or its projects (a performance table)."""

    table_id: str
    form: str
    grid: LogicalTable
    layout: Layout | None = None
    projects: tuple[kpi.Project, ...] = ()
    path: Path | None = field(default=None, repr=False, compare=False)

    @property
    def project(self) -> kpi.Project | None:
        """The project of a performance form, the first of a register."""
        return self.projects[0] if self.projects else None

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
        inside = kpi.declared_unit if self.projects else declared_unit
        return self.grid.unit or inside(self.grid)

    @property
    def is_empty(self) -> bool:
        """Whether a table for figures prints none."""
        return self.form not in forms.TEXT_FORMS and not self.projects and not self.facts

    @cached_property
    def df(self) -> pd.DataFrame:
        """The table as printed: one row a printed row, one column a printed column; a merged cell's text stands in its first place."""
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
                f'<td rowspan="{c.row_span}" colspan="{c.column_span}">{html.escape(self.grid.text(c.row, c.column))}</td>'
                for c in self.grid.row_cells(row)
            )
            rows.append(f"<tr>{cells}</tr>")
        caption = html.escape(f"{self.table_id} {self.title} ({self.form}, p. {self.grid.pages[0]})")
        return f"<table><caption>{caption}</caption>{''.join(rows)}</table>"


def recognised(source: Source, grids: Sequence[LogicalTable]) -> Iterator[Table]:
    """Each logical table with its form and its layout or projects."""
    context = Context(source.kind, int(source.fiscal_year) if source.fiscal_year.isdigit() else None)
    units = Counter(unit for grid in grids if (unit := grid.unit or declared_unit(grid)))
    usual = units.most_common(1)[0][0] if units else "万元"
    seen: list[str] = []
    for number, grid in enumerate(grids, start=1):
        listed = bool(re.search(r"绩效|自评", grid.title)) and list_header(grid) is not None
        indicators = indicator_header(grid) is not None or listed
        header = " ".join(cell.text for row in range(min(grid.rows, 6)) for cell in grid.row_cells(row))
        table_id = f"{source.doc_id}/t{number:02d}"
        form = forms.by_title(grid.title, grid.headings, indicators)
        if indicators:
            form = form or forms.by_header(header, indicators) or "kpi_target"
            yield Table(table_id, form, grid, projects=kpi.read_projects(grid, grid.title), path=source.path)
            continue
        frame = read_frame(grid)
        form = settled(form, fund_of([grid.title], ""), body_of(frame.columns, frame.lines), seen) or forms.by_header(header, False) or "other"
        seen.append(form)
        unit = grid.unit or declared_unit(grid)
        fiscal = form != "other" or unit
        yield Table(table_id, form, grid, read_layout(grid, frame, form, context, unit or usual) if fiscal else None, path=source.path)

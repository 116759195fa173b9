"""Explorer: choose document, form, code level and measure in JupyterLab; see the rows, a chart, and where a row is
printed.

    from mingzhang.explorer import explore
    explore(data)

Where no kernel runs (a static page, a notebook just opened) the choice last made is shown as plain HTML.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ..dataset.load import Dataset
from ..document import Document
from ..errors import MingzhangError
from ..forms import BY_KEY
from ..language import say
from .pages import html_table, template
from .view import show

#: Rows that are listed, and bars that are drawn, at the most.
LISTED, BARS = 200, 15
LEVELS = {"all rows": 0, "类 (3 digits)": 1, "款 (5 digits)": 2, "项 (7 digits)": 3}
COLUMNS = ("code", "name", "column", "amount", "unit", "page")
#: Pixels of the longest bar, and characters of the longest name beside one.
WIDE, LONGEST = 430, 16
_WIDE = {"layout": {"width": "auto"}, "style": {"description_width": "90px"}}


# --- HTML ------------------------------------------------------------------------------------------------------------


def bar_chart(names: Sequence[str], values: Sequence[Decimal], title: str) -> str:
    """Horizontal bars as SVG, the value written at each bar; titled for screen readers."""
    scale = WIDE / float(max([*values, Decimal(0)]) - min([*values, Decimal(0)]) or 1)
    zero = -float(min([*values, Decimal(0)])) * scale
    bars = [(name if len(name) <= LONGEST else name[: LONGEST - 1] + "…", value, float(abs(value)) * scale)
            for name, value in zip(names, values, strict=True)]
    return template("bars.svg").render(bars=bars, zero=zero, wide=WIDE, title=title)


def notice(text: str) -> str:
    return f"<p>{html.escape(say(text))}</p>"


class Panel:
    """A box of widgets that shows itself as plain HTML where no kernel runs."""

    box: widgets.Widget

    def static(self) -> str:
        """The panel as it stands, as plain HTML."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        live = self.box._repr_mimebundle_(**kwargs) or {}
        plain = {"text/html": self.static(), "text/plain": type(self).__name__}
        return {**{kind: data for kind, data in live.items() if "widget" in kind}, **plain}


# --- the explorer ----------------------------------------------------------------------------------------------------


class Explorer(Panel):
    """Widgets over `amounts`. The chosen rows are `selection`; choices can be set: `explorer.form.value = "income"`."""

    def __init__(self, data: Dataset | Document, raw: str | Path | None = None) -> None:
        self.data, self.raw = data, raw
        self.amounts = data.amounts
        documents = data["documents"] if isinstance(data, Dataset) else data.frame("documents")
        present = documents[documents["doc_id"].isin(set(self.amounts["doc_id"]))]
        if present.empty:
            raise MingzhangError("there are no amounts to explore in this data")
        self.document = widgets.Dropdown(description=say("document"),
                                         options=list(zip(present["title"], present["doc_id"], strict=True)), **_WIDE)
        self.form = widgets.Dropdown(description=say("form"), **_WIDE)
        self.level = widgets.Dropdown(description=say("code level"),
                                      options=[(say(name), level) for name, level in LEVELS.items()], **_WIDE)
        self.measure = widgets.Dropdown(description=say("measure"), **_WIDE)
        self.row = widgets.Dropdown(description=say("printed where"), **_WIDE)
        self.table, self.chart, self.source = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.selection = self.amounts.iloc[:0]
        self._settling = False
        for choice in (self.document, self.form, self.level, self.measure):
            choice.observe(self._chosen, "value")
        self.row.observe(self._row_chosen, "value")
        self._chosen(None)
        controls = widgets.VBox([self.document, self.form, self.level, self.measure])
        self.box = widgets.VBox([controls, self.chart, self.table, self.row, self.source])

    def _chosen(self, change: Any) -> None:
        """Bring every list and the result in line with the choices."""
        if self._settling:
            return
        self._settling = True
        try:
            rows = self.amounts[self.amounts["doc_id"] == self.document.value]
            offer(self.form, [(f"{BY_KEY[form].name} ({form})", form) for form in rows["form"].unique()])
            rows = rows[rows["form"] == self.form.value]
            offer(self.measure, [(measure, measure) for measure in rows["measure"].unique()])
            rows = rows[rows["measure"] == self.measure.value]
            if self.level.value:
                rows = rows[(rows["level"] == self.level.value).fillna(False)]
            self.selection = rows
            self.table.value, self.chart.value = self._table(), self._chart()
            offer(self.row, [(say("choose a row"), ""),
                             *((f"{r.code} {r.name}: {r.raw}".strip(), r.amount_id) for r in self._listed())])
            self.row.value = ""
            self.source.value = ""
        finally:
            self._settling = False

    def _listed(self) -> Iterable[Any]:
        return self.selection.head(LISTED).itertuples(index=False)

    def _row_chosen(self, change: Any) -> None:
        if self._settling:
            return
        try:
            self.source.value = show(self.row.value, self.data, raw=self.raw).html if self.row.value else ""
        except MingzhangError as error:
            self.source.value = notice(str(error))

    def _table(self) -> str:
        if self.selection.empty:
            return notice("no row of this level; choose another one")
        more = f" (the first {LISTED})" if len(self.selection) > LISTED else ""
        caption = f"{len(self.selection)} rows{more}: {BY_KEY[self.form.value].name}, {self.measure.value}"
        return html_table(self.selection.head(LISTED)[list(COLUMNS)], caption)

    def _chart(self) -> str:
        rows = self.selection[~self.selection["row_role"].isin(["total", "subtotal"])]
        rows = rows[rows["amount"] != 0]
        rows = rows.iloc[sorted(range(len(rows)), key=lambda i: -abs(rows["amount"].iloc[i]))[:BARS]]
        if rows.empty:
            return ""
        title = f"largest rows, {BY_KEY[self.form.value].name}, {self.measure.value}, {rows['unit'].iloc[0]}"
        return bar_chart(list(rows["name"]), list(rows["amount"]), title) + notice(title)

    def static(self) -> str:
        """The present choice as plain HTML."""
        title = {value: label for label, value in self.document.options}[self.document.value]
        return notice(title) + self.chart.value + self.table.value + self.source.value


def offer(choice: widgets.Dropdown, options: list[tuple[str, Any]]) -> None:
    """Give a list new options and keep what is chosen where it is still offered."""
    kept = choice.value
    if list(choice.options) != options:
        choice.options = options
    values = [value for _, value in options]
    if kept in values:
        choice.value = kept


def explore(data: Dataset | Document, raw: str | Path | None = None) -> Explorer:
    """An explorer over the amounts of a dataset or of one document; `raw`: the folder of its PDFs (see `mz.show`)."""
    return Explorer(data, raw)

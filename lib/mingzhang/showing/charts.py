"""Charts: the kinds of figure that the studies share, each drawn from a tidy frame that is also its published data.

Every function takes the frame that `plots.export` then writes, draws all of it and nothing else, and gives the figure;
title, subtitle and caveats are the notebook's (`plots.frame`). Amounts are Decimal 万元 in the frame and become float
only here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, NullLocator

from ..classification import NAMES
from ..studies.measures import percentage, rounded
from . import plots

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_KINDS = {"budget": "budget", "final_accounts": "final accounts"}


def document_labels(documents: pd.DataFrame) -> dict[str, str]:
    """A short label per document: place, year and kind; its id where that is not its own."""
    labels = {
        row.doc_id: f"{row.doc_id.split('-')[0].capitalize()} {_last_part(row.region)}".strip()
        + f", {row.fiscal_year} {_KINDS.get(row.kind, '')}"
        for row in documents.itertuples()
    }
    times = Counter(labels.values())
    return {doc_id: label if times[label] == 1 else doc_id for doc_id, label in labels.items()}


def _last_part(region: str) -> str:
    return re.sub(r"^.+[市州盟](?=.{2,}[区县市旗]$)", "", region)


def labelled(frame: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """The frame with its documents' labels in a first column `document`, by kind, year and id."""
    order = list(documents.sort_values(["kind", "fiscal_year", "doc_id"])["doc_id"])
    ranked = frame.assign(_order=frame["doc_id"].map({doc_id: rank for rank,
                                                      doc_id in enumerate(order)})).sort_values("_order", kind="stable")
    ranked.insert(0, "document", ranked["doc_id"].map(document_labels(documents)))
    return ranked.drop(columns="_order").reset_index(drop=True)


def few(frame: pd.DataFrame, by: str = "document") -> pd.DataFrame:
    """The rows of the first documents, as many as there are colours that all eyes tell apart."""
    return frame[frame[by].isin(list(dict.fromkeys(frame[by]))[: len(plots.PALETTE)])]


def coded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a column `code`: its key and the standard name, else the first printed one."""
    first = frame.groupby("key", sort=False)["name"].first()
    return frame.assign(code=[f"{key} {NAMES[key][0] if key in NAMES else first[key]}" for key in frame["key"]])


def crossed(frame: pd.DataFrame, rows: str, value: str, *, share: bool = False, ordered: bool = False) -> pd.DataFrame:
    """A table for reading: one line per value of `rows`, one per `document`, amounts as printed or shares in per
    cent; "" where none is.

    Lines stand as they first come in the frame, or in the order of their names if `ordered`.
    """
    texts = frame.assign(_text=[percentage(amount, 2) if share else printed(amount) for amount in frame[value]])
    heads, lines = list(dict.fromkeys(frame["document"])), list(dict.fromkeys(frame[rows]))
    table = texts.pivot(index=rows, columns="document", values="_text").reindex(index=sorted(lines) if ordered
        else lines, columns=heads)
    return table.fillna("").rename_axis(index=None, columns=None)


def printed(amount: Decimal) -> str:
    """An amount with thousands separators and the digits that it has."""
    return f"{amount:,f}"


def halo(text: Text) -> None:
    """Give a label that lies on bands or grid lines a light ground."""
    text.set_bbox({"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.6})


# --- stacked bars ----------------------------------------------------------------------------------------------------


def stacked(data: pd.DataFrame, row: str, part: str, value: str, names: Mapping[str, str], *, width: float = 9,
            least: float = 0.035, axis: str = "share of all expenditure 占支出合计") -> Figure:
    """One bar of shares a `row`, its segments in the order and with the names of `names` (key of `part` to name).

    Segments of at least `least` carry their share, and their name where there is room; rows keep the order of the
    frame, first at the top.
    """
    rows = list(dict.fromkeys(data[row]))
    figure, axes = plots.figure(width, 1.9 + 0.62 * len(rows))
    used = [key for key in names if key in set(data[part])]
    colours = plots.grouped(used)
    for item, place, start, size in segments(axes, data, row, value, part, colours, 0.66):
        if size < least:
            continue
        key, text = getattr(item, part), percentage(getattr(item, value), 1 if size >= 0.06 else 0)
        full = f"{names[key]}  {text}"
        fits = plots.width_of(full) < plots.columns_of(size * (width - 2.2), plots.SIZES["small"])
        told = full if fits else text
        plots.label(axes, start + size / 2, place, told, ha="center", color=plots.ink_on(colours[key]))
    axes.set_yticks(range(len(rows)), [str(name).replace(", ", "\n") for name in rows])
    axes.set_ylim(len(rows) - 0.45, -0.55)
    axes.set_xlim(0, 1)
    plots.percent(axes.xaxis, axis)
    key_above(axes, {names[key]: colours[key] for key in used})
    return figure


def segments(axes: Axes, data: pd.DataFrame, row: str, value: str, part: str, colours: Mapping[str, str],
             height: float) -> list[tuple[Any, int, float, float]]:
    """Draw bars, one for each `row`, stacked by `part` ("": one). Gives each segment's item, place, start and size."""
    places = {name: place for place, name in enumerate(dict.fromkeys(data[row]))}
    ends, drawn = dict.fromkeys(places, 0.0), []
    for key, colour in colours.items():
        for item in (data[data[part] == key] if part else data).itertuples():
            name, size = getattr(item, row), float(getattr(item, value))
            axes.barh(places[name], size, left=ends[name], height=height, color=colour, edgecolor="white",
                      linewidth=0.8)
            drawn.append((item, places[name], ends[name], size))
            ends[name] += size
    return drawn


def key_above(axes: Axes, colours: Mapping[str, str]) -> None:
    """The key of a stacked bar, above it, in the order of the segments."""
    boxes = [Rectangle((0, 0), 1, 1, facecolor=colour, edgecolor="white") for colour in colours.values()]
    _legend(axes, boxes, list(colours), handlelength=1, handleheight=1, handletextpad=0.5, columnspacing=1.2)


def _legend(axes: Axes, handles: Sequence[Artist], names: Sequence[str], **options: float) -> None:
    """A key above the axes, in as many columns as fit beside the labels of the y axis."""
    columns = plots.columns_of(axes.bbox.width / plots.DPI - 0.6, plots.SIZES["small"])
    fitting = max(1, columns // (max(plots.width_of(name) for name in names) + 6))
    place: dict[str, Any] = {"bbox_to_anchor": (0, 1.0), "frameon": False, "borderaxespad": 0.2, **options}
    axes.legend(handles, names, loc="lower left", ncols=min(fitting, len(names)), **place)


# --- icicle ----------------------------------------------------------------------------------------------------------


def icicle(data: pd.DataFrame, *, width: float = 9.5, height: float = 7.2,
           heads: Sequence[str] = ("类 class", "款 section", "项 item")) -> Figure:
    """The functional hierarchy as columns of 类, 款 and 项, heights proportional to amounts.

    Columns of `data`: code, name, amount, share. A child stands beside its parent, both in descending order of amount,
    in shades of the colour of its 类. A slice too low for a line of text carries none.
    """
    figure, axes = plots.figure(width, height)
    tops = data[data["code"].str.len() == 3].sort_values("amount", ascending=False)
    whole = float(tops["amount"].sum())
    axes.set_xlim(0, 3)
    axes.set_ylim(whole, 0)
    line = 0.17 * whole / (height - 1.6)  # a line of text, in 万元
    top = 0.0
    for number, item in enumerate(tops.itertuples()):
        shades = plots.shades(plots.PALETTE[number % len(plots.PALETTE)], 5)
        _slice(axes, data, item, top, shades, line, width / 3)
        top += float(item.amount)
    for column, head in enumerate(heads):
        plots.label(axes, column + 0.02, 0, head, dy=8, color=plots.MUTED)
    axes.set_axis_off()
    return figure


def _slice(axes: Axes, data: pd.DataFrame, item: object, top: float, shades: Sequence[str], line: float,
           inches: float) -> None:
    """Draw a row of the hierarchy and, beside it, the rows below it."""
    code, amount = str(item.code), float(item.amount)  # type: ignore[attr-defined]
    level = (len(code) - 3) // 2
    colour = shades[(0, 2, 4)[level]]
    axes.add_patch(Rectangle((level, top), 1, amount, facecolor=colour, edgecolor="white", linewidth=0.8))
    room = int(amount / line)
    if room:
        text = f"{code} {item.name}", f"{printed(item.amount)}  {percentage(item.share)}"  # type: ignore[attr-defined]
        lines = plots.wrap("\n".join(text) if room > 1 else "  ".join(text),
                           plots.columns_of(inches - 0.2, plots.SIZES["small"]))
        if lines.count("\n") < room:
            plots.label(axes, level, top + amount / 2, lines, dx=5, color=plots.ink_on(colour))
    children = data[data["code"].str.startswith(code) & (data["code"].str.len() == len(code) + 2)]
    for child in children.sort_values("amount", ascending=False).itertuples():
        _slice(axes, data, child, top, shades, line, inches)
        top += float(child.amount)


# --- flow ------------------------------------------------------------------------------------------------------------


def flow(data: pd.DataFrame, names: Mapping[str, str], *, width: float = 10.5, height: float = 6.2,
         heads: Sequence[str] = ()) -> Figure:
    """An alluvial figure. Columns of `data`: step, source, target, amount (a band from column `step` to the next),
    source_printed, target_printed (the nodes' printed totals, which the labels show).

    `names` gives the labels of the nodes, `heads` those of the columns. A node is as high as the larger of what goes in
    and what goes out; nodes stand in descending order, a label's height apart.
    """
    figure, axes = plots.figure(width, height)
    columns = _nodes(data)
    totals = dict(zip(data["source"], data["source_printed"], strict=True)) | dict(zip(data["target"],
        data["target_printed"], strict=True))
    whole = max(sum(column.values()) for column in columns)
    gap = 0.42 * whole / (height - 1.8)  # two lines of text, in 万元, with the gaps' own share of the height
    tall = whole + gap * (max(len(column) for column in columns) - 1)
    places = [_places(column, gap, tall) for column in columns]
    colours = plots.grouped(key for column in columns[:2] for key in list(column)[:4])
    for step, column in enumerate(columns):
        for key, size in column.items():
            shade = colours.get(key, plots.PALETTE[-1])
            axes.add_patch(Rectangle((step - 0.03, places[step][key]), 0.06, size, facecolor=shade, edgecolor="none"))
            text = plots.label(axes, step - 0.03 if step == 0 else step + 0.03, places[step][key] + size / 2,
                               f"{names.get(key, key)}\n{printed(totals[key])}", dx=-4 if step == 0 else 4,
                               ha="right" if step == 0 else "left")
            if 0 < step < len(columns) - 1:
                halo(text)
    _bands(axes, data, places, colours)
    for step, head in enumerate(heads):
        plots.label(axes, step - 0.03, 0, head, dy=14, color=plots.MUTED, ha="right" if step == 0 else "left")
    axes.set_xlim(-0.55, len(columns) - 1 + 0.6)
    axes.set_ylim(tall, 0)
    axes.set_axis_off()
    return figure


def _nodes(data: pd.DataFrame) -> list[dict[str, float]]:
    """The nodes of each column with their size, largest first."""
    columns: list[dict[str, float]] = []
    for step in range(int(data["step"].max()) + 2):
        out = data[data["step"] == step].groupby("source")["amount"].sum()
        into = data[data["step"] == step - 1].groupby("target")["amount"].sum()
        sizes = {key: float(max(out.get(key, Decimal()), into.get(key, Decimal())))
                 for key in {*out.index, *into.index}}
        columns.append(dict(sorted(sizes.items(), key=lambda item: (-item[1], item[0]))))
    return columns


def _places(column: Mapping[str, float], gap: float, tall: float) -> dict[str, float]:
    """The top of each node of a column, the whole column in the middle of the height."""
    top = (tall - sum(column.values()) - gap * (len(column) - 1)) / 2
    places = {}
    for key, size in column.items():
        places[key] = top
        top += size + gap
    return places


def _bands(axes: Axes, data: pd.DataFrame, places: Sequence[Mapping[str, float]], colours: Mapping[str, str]) -> None:
    """The bands between the nodes, each side in the order of the nodes on the other."""
    used: dict[tuple[int, str, str], float] = {}
    rows = sorted(data.itertuples(),
                  key=lambda row: (row.step, places[row.step][row.source], places[row.step + 1][row.target]))
    for row in rows:
        size, middle = float(row.amount), row.step + 0.5
        start = places[row.step][row.source] + used.get((row.step, "out", row.source), 0.0)
        end = places[row.step + 1][row.target] + used.get((row.step, "in", row.target), 0.0)
        used[row.step, "out", row.source] = used.get((row.step, "out", row.source), 0.0) + size
        used[row.step, "in", row.target] = used.get((row.step, "in", row.target), 0.0) + size
        x0, x1 = row.step + 0.03, row.step + 0.97
        points = [(x0, start), (middle, start), (middle, end), (x1, end), (x1, end + size), (middle, end + size),
                  (middle, start + size), (x0, start + size), (x0, start)]
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
        shade = colours.get(row.target if row.step == 0 else row.source, plots.PALETTE[-1])
        axes.add_patch(PathPatch(Path(points, codes), facecolor=shade, alpha=0.35, edgecolor="none"))


# --- dots ------------------------------------------------------------------------------------------------------------


def dots(data: pd.DataFrame, item: str, series: str, value: str, *, width: float = 9,
         axis: str = "share of basic expenditure 占基本支出", log: bool = False) -> Figure:
    """A dot a row: `item` down the side in the frame's order, `value` along, `series` by colour and shape, a line from
    least to most.

    Shares on an even scale from 0; with `log`, amounts on a logarithmic one, each with its figure.
    """
    items, kinds = (list(dict.fromkeys(data[name])) for name in (item, series))
    figure, axes = plots.figure(width, 1.9 + (0.62 if log else 0.33) * len(items))
    colours = plots.grouped(kinds)
    for place, name in enumerate(items):
        values = data[data[item] == name][value].astype(float)
        axes.plot([values.min(), values.max()], [place, place], color=plots.FAINT, linewidth=2, zorder=1,
                  solid_capstyle="round")
    for number, kind in enumerate(kinds):
        rows = data[data[series] == kind]
        style = {"marker": MARKERS[number], "color": colours[kind], "edgecolor": plots.INK, "linewidth": 0.5}
        heights = [items.index(name) for name in rows[item]]
        axes.scatter(rows[value].astype(float), heights, s=46, label=kind, zorder=2, clip_on=False, **style)
    for place, name in enumerate(items if log else ()):
        for rank, amount in enumerate(sorted(data[data[item] == name][value])):  # above and below in turn
            plots.label(axes, float(amount), place, printed(rounded(amount, 2) or amount), dy=-11 if rank % 2 else 11,
                        ha="center")
    axes.set_yticks(range(len(items)), items)
    axes.set_ylim(len(items) - 0.4, -0.6)
    if log:
        logarithmic(axes, axis)
    else:
        axes.set_xlim(left=-0.012 * float(data[value].max()))  # a dot at 0 beside the labels, not on them
        plots.percent(axes.xaxis, axis)
    _legend(axes, *axes.get_legend_handles_labels(), handletextpad=0.2, columnspacing=1.0)
    return figure


def logarithmic(axes: Axes, label: str) -> None:
    """Give the x axis a logarithmic scale with whole figures at the powers of ten only."""
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(label)
    axes.grid(True, axis="x")


# --- concentration ---------------------------------------------------------------------------------------------------


def lorenz(data: pd.DataFrame, series: str, *, width: float = 7.5, height: float = 5.2) -> Figure:
    """Lorenz curves of `data`: series, project_share, budget_share (0 to 1, cumulated from the smallest project)."""
    figure, axes = plots.figure(width, height)
    kinds = list(dict.fromkeys(data[series]))
    for (kind, colour), dash in zip(plots.grouped(kinds).items(),
                                    ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), "-.", (0, (8, 2))), strict=False):
        rows = data[data[series] == kind]
        x, y = rows["project_share"].astype(float), rows["budget_share"].astype(float)
        axes.plot(x, y, color=colour, linestyle=dash, linewidth=2, label=kind)
    axes.plot([0, 1], [0, 1], color=plots.MUTED, linewidth=0.8)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    plots.percent(axes.xaxis, "share of projects, smallest first 项目数占比")
    plots.percent(axes.yaxis, "share of budget 预算占比")
    _legend(axes, *axes.get_legend_handles_labels(), handlelength=2.8)
    return figure


# --- execution -------------------------------------------------------------------------------------------------------


def execution(data: pd.DataFrame, *, width: float = 10, height: float = 5.6, named: int = 8,
              limit: float = 0.8) -> Figure:
    """Projects by adjusted budget (logarithmic) and execution rate. Columns of `data`: project, initial, adjusted,
    executed, execution_rate.

    Filled dots had an initial budget, hollow ones an initial budget of 0. The `named` largest projects executed below
    `limit` are named.
    """
    figure, axes = plots.figure(width, height)
    for planned, label, style in (
        (True, "in the initial budget 有年初预算", {"facecolor": plots.PALETTE[0], "edgecolor": "white"}),
        (False, "initial budget 0 年初预算为0", {"facecolor": "white", "edgecolor": plots.HIGHLIGHT, "linewidth": 1.4}),
    ):
        rows = data[(data["initial"] > 0) == planned]
        marker = "o" if planned else "D"
        axes.scatter(rows["adjusted"].astype(float), rows["execution_rate"].astype(float), s=44, label=label, zorder=3,
                     clip_on=False, marker=marker, **style)
    logarithmic(axes, "adjusted budget, 万元 (10,000 yuan), logarithmic 全年预算数（对数刻度）")
    low = data[data["execution_rate"] < Decimal(str(limit))].sort_values("adjusted", ascending=False).head(named)
    most = float(data["adjusted"].max())
    for row in low.itertuples():
        right = float(row.adjusted) < most / 5
        side: dict[str, Any] = {"dx": 8, "ha": "left"} if right else {"dx": -8, "ha": "right"}
        halo(plots.label(axes, float(row.adjusted), float(row.execution_rate), row.project, **side))
    axes.axhline(1, color=plots.MUTED, linewidth=0.8)
    axes.set_ylim(0, 1.08)
    axes.set_xlim(min(1.0, float(data["adjusted"].min()) / 2), most * 1.6)
    plots.percent(axes.yaxis, "execution rate 执行率")
    _legend(axes, *axes.get_legend_handles_labels(), handletextpad=0.2)
    return figure


def bars(data: pd.DataFrame, row: str, value: str, *, width: float = 8, unit: str = "万元 (10,000 yuan)",
         parts: str = "", names: Mapping[str, str] | None = None) -> Figure:
    """Horizontal bars of amounts with their figures; with `parts`, stacked by that column in the order of `names`."""
    totals = data.groupby(row, sort=False)[value].sum()
    figure, axes = plots.figure(width, 1.6 + 0.5 * len(totals))
    keys = [key for key in (names or {"": ""}) if not parts or key in set(data[parts])]
    colours = plots.grouped(keys)
    segments(axes, data, row, value, parts, colours, 0.62)
    for place, total in enumerate(totals):
        plots.label(axes, float(total), place, printed(total), dx=4)
    axes.set_yticks(range(len(totals)), list(totals.index))
    axes.set_ylim(len(totals) - 0.45, -0.55)
    axes.set_xlim(0, float(max(totals)) * 1.14)
    plots.money(axes.xaxis, unit)
    if parts and names:
        key_above(axes, {names[key]: colours[key] for key in keys})
    return figure

"""Plots: one theme with a Chinese font for every figure, and the files that make a figure citable.

    plots.theme()                                          # once, at the top of a notebook
    figure, axes = plots.figure(9, 5)
    axes.barh(data["name"], data["share"].astype(float))
    plots.percent(axes.xaxis, "share of expenditure 占支出的比重")
    plots.frame(figure, "The finding, in one sentence", subtitle="What is shown", note="Caveats.")
    plots.export(figure, "03-name", data)                  # NAME.svg, .pdf, .png and .csv with exactly the data shown

The tests refuse a figure with a missing glyph, overlapping labels or a label past its edge (tests/figure_faults.py).
"""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from ..dataset.load import escape, to_text
from ..errors import MingzhangError
from ..language import language, say
from .fonts import chinese_font

#: After Okabe and Ito, told apart by people with any colour vision; brown darker, sky and yellow lighter, so that they
#: differ in grey too.
PALETTE: tuple[str, ...] = ("#0072B2", "#E69F00", "#5A2A1A", "#A6D5F2", "#009E73", "#F5EB7A", "#CC79A7", "#4D4D4D")
INK, MUTED, FAINT, HIGHLIGHT = "#222222", "#5F5F5F", "#D9D9D9", "#D55E00"
#: Sequential colours (light to dark, even in grey), for ordered values.
SEQUENTIAL = "cividis"

#: Where the notebooks, whose working folder is notebooks/, put their figures.
FIGURES = "../data/clean/figures"
#: An environment variable whose folder goes before `FIGURES`; the tests set it, so that they never touch the committed
#: files.
FIGURES_VARIABLE = "MINGZHANG_FIGURES"
#: The notebooks' parameter: the dataset that they study. Another dataset than the committed one keeps its own figures.
DATA_VARIABLE = "MZ_DATA"

DPI = 96  # of a figure as shown; files and notebooks get twice as many
SIZES = {"title": 13.0, "subtitle": 10.0, "label": 9.5, "small": 8.5, "note": 8.0}  # points
_MARGIN = 0.12  # inches round the figure
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}


class BadFigure(MingzhangError):
    """A figure cannot be drawn so that everyone can read it."""


# --- the theme -------------------------------------------------------------------------------------------------------


@cache
def font_family() -> str:
    """The name under which matplotlib knows the Chinese font, registered on first use."""
    path = str(chinese_font())
    font_manager.fontManager.addfont(path)
    return FT2Font(path).family_name


def theme() -> None:
    """Set the defaults of seaborn, matplotlib and the notebook that runs it, for every figure that follows."""
    family = font_family()
    sns.set_theme(style="ticks", palette=list(PALETTE), font=family)
    mpl.rcParams.update({
        "font.family": [family], "font.size": SIZES["label"], "axes.unicode_minus": True, "text.color": INK,
        "axes.titlesize": SIZES["label"], "axes.labelsize": SIZES["label"], "legend.fontsize": SIZES["small"],
        "xtick.labelsize": SIZES["small"], "ytick.labelsize": SIZES["label"], "axes.labelcolor": MUTED,
        "xtick.color": MUTED, "ytick.color": INK, "xtick.major.size": 3, "ytick.major.size": 0, "axes.edgecolor": MUTED,
        "axes.linewidth": 0.6, "xtick.major.width": 0.6, "axes.spines.top": False, "axes.spines.right": False,
        "axes.spines.left": False, "axes.grid": False, "grid.color": FAINT, "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "axes.titlelocation": "left", "figure.dpi": DPI, "savefig.dpi": 2 * DPI, "savefig.bbox": None,
        "figure.constrained_layout.use": True, "text.parse_math": False, "figure.facecolor": "white",
        "svg.hashsalt": "mingzhang", "svg.fonttype": "path", "path.simplify": False,
    })
    _set_up_notebook()


def _set_up_notebook() -> None:
    """Show figures in a notebook whole, as PNG at twice the density with few colours: a third of the bytes."""
    from IPython.core.getipython import get_ipython
    from IPython.core.pylabtools import retina_figure

    shell: Any = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return
    from matplotlib_inline.config import InlineBackend

    InlineBackend.instance(parent=shell).figure_formats = {"retina"}

    def shown(figure: Figure) -> Any:
        drawn = retina_figure(figure, base64=False, bbox_inches=None, metadata=_METADATA["png"])
        return drawn and (with_few_colours(drawn[0]), drawn[1])

    shell.display_formatter.formatters["image/png"].for_type(Figure, shown)


def with_few_colours(png: bytes, colours: int = 128) -> bytes:
    """A picture of a figure with a palette of its own."""
    drawn, out = Image.open(io.BytesIO(png)).convert("RGB"), io.BytesIO()
    drawn.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


# --- parts of a figure -----------------------------------------------------------------------------------------------


def figure(width: float = 9, height: float = 5, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure of `width` x `height` inches and its axes (an array of several); `options` as plt.subplots."""
    import matplotlib.pyplot as plt

    return plt.subplots(rows, columns, figsize=(width, height), **options)


def frame(figure: Figure, title: str, *, subtitle: str = "", note: str = "") -> None:
    """Write the finding and what is shown above the axes, caveats and source below, and keep the axes clear of them."""
    width, height = figure.get_size_inches()
    left, usable = _MARGIN / width, width - 2 * _MARGIN
    top = height - _MARGIN
    for text, role, colour in ((title, "title", INK), (subtitle, "subtitle", MUTED)):
        if text:
            lines = wrap(say(text), columns_of(usable, SIZES[role]))
            figure.text(left, top / height, lines, va="top", ha="left", fontsize=SIZES[role], color=colour,
                        linespacing=1.25)
            top -= _inches(lines, SIZES[role]) + 0.04
    bottom = _MARGIN
    if note:
        lines = wrap(say(note), columns_of(usable, SIZES["note"]))
        figure.text(left, bottom / height, lines, va="bottom", ha="left", fontsize=SIZES["note"], color=MUTED,
                    linespacing=1.25)
        bottom += _inches(lines, SIZES["note"]) + 0.04
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(left, bottom / height, usable / width, (top - bottom) / height))  # type: ignore[call-arg]


def _inches(lines: str, size: float) -> float:
    """Height of a block of text: Noto Sans SC takes about 1.45 of its size a line."""
    return (lines.count("\n") + 1) * size * 1.45 / 72 * 1.02


def columns_of(inches: float, size: float) -> int:
    """How many columns of text of a size fit a width; a Chinese character takes two, a Latin one takes about one."""
    return int(inches * 72 / (size * 0.52))


def width_of(text: str) -> int:
    """Columns that a text takes: two a wide (Chinese) character, one any other; quotes are wide in a Chinese text."""
    wide = "WFA" if language() == "zh" else "WF"
    return sum(2 if unicodedata.east_asian_width(char) in wide else 1 for char in text)


def wrap(text: str, columns: int) -> str:
    """Break a text of Chinese and Latin script into lines of at most so many columns; never before a closing mark."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and piece != "\n" and width_of(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = piece.lstrip()
        elif piece == "\n":
            lines.append(line.rstrip())
            line = ""
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> list[str]:
    """Where a line may be broken: after a Latin word, after a Chinese character with the closing marks that follow."""
    return re.findall(r"\n|[^\s\u2e80-\uffee]+\s*|[\u2e80-\uffee][，。；：、！？）》」』”〕％]*[ \t]*|[ \t]+", text)


def money(axis: Axis, label: str = "万元 (10,000 yuan)") -> None:
    """Give an axis of money few ticks, thousands separators and its unit."""
    _numbers(axis, label, lambda value, _: f"{value:,.0f}".replace("-", "−"))


def percent(axis: Axis, label: str, digits: int = 0) -> None:
    """Give an axis of shares (0.25 is 25 %) few ticks, per cent signs and its label."""
    _numbers(axis, label, lambda value, _: f"{100 * value:.{digits}f}%".replace("-", "−"))


def _numbers(axis: Axis, label: str, form: Any) -> None:
    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(form))
    axis.set_label_text(label)
    axis.grid(True)


def label(axes: Axes, x: float, y: float, text: str, *, dx: float = 0, dy: float = 0, **options: Any) -> Text:
    """Write a direct label at a data point, moved by `dx`, `dy` points; left aligned and centred on its line."""
    style: dict[str, Any] = {"ha": "left", "va": "center", "fontsize": SIZES["small"], "color": INK, **options}
    return axes.annotate(text, (x, y), (dx, dy), textcoords="offset points", annotation_clip=False, **style)


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 black to 1 white (WCAG 2.1), which is also how light it prints in grey."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def ink_on(colour: str) -> str:
    """The text colour, near black or white, that contrasts more with a background (WCAG 2.1)."""
    light = luminance(colour)
    return "white" if 1.05 / (light + 0.05) > (light + 0.05) / (luminance(INK) + 0.05) else INK


# --- files -----------------------------------------------------------------------------------------------------------


def export(figure: Figure, name: str, data: pd.DataFrame, folder: str | Path = FIGURES) -> None:
    """Write NAME.svg, NAME.pdf, NAME.png and NAME.csv, the data that the figure shows; the same input gives the same
    bytes.

    Texts that vocabulary/figures.csv has in the language that is spoken are put into it, and the figure goes to a
    folder of that language.
    """
    for text in figure.findobj(Text):
        if isinstance(text, Text) and (told := say(text.get_text())) != text.get_text():
            text.set_text(told)
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        named = axis.get_major_formatter()  # of named ticks: those of set_ticks are kept in a partial
        if isinstance(named, StrCategoryFormatter) or isinstance(getattr(named, "func", None), partial):
            axis.set_major_formatter(FuncFormatter(lambda value, place, named=named: say(named(value, place))))
    shown, figure.dpi = figure.dpi, 2 * DPI
    for _ in range(3):
        figure.draw_without_rendering()
    figure.dpi = shown
    figure.set_layout_engine("none")  # laid out once: the same in every file and in the notebook
    studied = os.environ.get(DATA_VARIABLE)
    target = Path(os.environ.get(FIGURES_VARIABLE) or (Path(studied) / "figures" if studied else folder))
    target = target if language() == "en" else target / language()
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{name}.csv").write_bytes(to_csv(data).encode())
    for kind, metadata in _METADATA.items():
        content = io.BytesIO()
        figure.savefig(content, format=kind, metadata=metadata, dpi=2 * DPI if kind == "png" else 72, bbox_inches=None)
        (target / f"{name}.{kind}").write_bytes(_with_lf(content.getvalue()) if kind == "svg" else content.getvalue())


def _with_lf(content: bytes) -> bytes:
    """An SVG with LF line ends, none of the blanks that matplotlib leaves at the ends of lines, and numbered clip
    paths.

    matplotlib names a clip path by where its object lies in memory, which is different in every run.
    """
    names: dict[bytes, bytes] = {}

    def numbered(found: re.Match[bytes]) -> bytes:
        return found.group(1) + names.setdefault(found.group(2), b"p%d" % (len(names) + 1))

    content = re.sub(rb'(#|id=")(p[0-9a-f]{10})(?=[")])', numbered, content)
    return b"".join(line.rstrip() + b"\n" for line in content.splitlines())


def to_csv(data: pd.DataFrame) -> str:
    """A table as the dataset writes it: exact decimals, an empty field for a missing value, formulas escaped."""
    fields = {name: [_field(value) for value in column] for name, column in data.items()}
    return str(pd.DataFrame(fields, dtype=object).to_csv(index=False, lineterminator="\n"))


def _field(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float):
        return repr(float(value))
    text = to_text(value)
    return escape(text) if isinstance(value, str) else text


def shades(colour: str, count: int) -> list[str]:
    """A colour and lighter ones of it, dark to light."""
    return list(sns.light_palette(colour, n_colors=count + 2, reverse=True).as_hex())[:count]


def grouped(values: Iterable[str]) -> dict[str, str]:
    """A colour of the palette for each value, in order of appearance. Raises `BadFigure` for more than it has."""
    keys = list(dict.fromkeys(values))
    if len(keys) > len(PALETTE):
        raise BadFigure(f"{len(keys)} groups, but only {len(PALETTE)} colours that all eyes tell apart; merge "
                        "some into one")
    return dict(zip(keys, PALETTE, strict=False))

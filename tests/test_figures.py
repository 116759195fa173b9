"""Each committed figure against its re-run: the data exactly, the image by tolerance; and that the checks of figures find faults.

nbval compares no images. Here every notebook that exports figures is run with its figures going to another folder.
"""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import figure_faults
import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images
from PIL import Image

import mingzhang as mz
from mingzhang.dataset import load
from mingzhang.showing import plots

REPO = Path(__file__).resolve().parent.parent
COMMITTED = REPO / "data" / "clean" / "figures"
NOTEBOOKS = [path for path in sorted((REPO / "notebooks").glob("*.ipynb")) if ".export(" in path.read_text(encoding="utf-8")]
#: Root mean square difference (of 255) that counts as the same picture: other processors round a pixel's edge differently.
TOLERANCE = 1.0


@cache
def loaded(folder: Path) -> mz.Dataset:
    return load.load(folder)


def fresh(folder: str) -> mz.Dataset:
    """A dataset that is read once for all notebooks; each gets frames of its own."""
    data = loaded(Path(folder).resolve())
    return mz.Dataset(data.folder, {name: frame.copy() for name, frame in data.frames.items()})


def run(notebook: Path, folder: Path, until: str = "", read: Callable[[str], mz.Dataset] = fresh) -> None:
    """Run a notebook's cells as far as its last figure, or the one named `until`; its figures are written to `folder`, not as
    PDF, which nothing here compares."""
    cells = nbformat.read(notebook, as_version=4).cells
    last = max(number for number, cell in enumerate(cells) if f'.export(figure, "{until}' in cell.source)
    names: dict[str, object] = {"display": lambda *_, **__: None}
    write = plots.export

    def export(figure: Figure, name: str, *data: object) -> None:
        write(figure, name, *data)  # type: ignore[arg-type]
        # Afterwards: finding faults draws the figure, and a figure that was drawn once is laid out a little differently.
        assert figure_faults.faults(figure) == [], name

    with pytest.MonkeyPatch.context() as patch, mpl.rc_context():
        patch.setattr(plots, "export", export)
        patch.setattr(mz, "load", read, raising=False)
        patch.delitem(plots._METADATA, "pdf")
        patch.chdir(notebook.parent)
        patch.setenv(plots.FIGURES_VARIABLE, str(folder))
        mpl.use("agg")
        for number, cell in enumerate(cells[: last + 1]):
            if cell.cell_type == "code":
                # %%given runs its cell wherever what it names is there, as it is in data/clean
                source = "\n".join(line for line in cell.source.splitlines() if not line.startswith("%"))
                exec(compile(source, f"{notebook.name}, cell {number + 1}", "exec"), names)
                plt.close("all")


def differences(folder: Path, name: str) -> list[str]:
    """What differs between a committed figure and the one in `folder`: "data", "picture", "drawing", or nothing."""
    out = []
    if (COMMITTED / f"{name}.csv").read_bytes() != (folder / f"{name}.csv").read_bytes():
        out.append("data")
    if difference(COMMITTED / f"{name}.png", folder / f"{name}.png") > TOLERANCE:
        out.append("picture")
    one, other = (ET.parse(where / f"{name}.svg").getroot() for where in (COMMITTED, folder))
    if one.attrib != other.attrib or [part.tag for part in one.iter()] != [part.tag for part in other.iter()]:
        out.append("drawing")
    return out


def difference(one: Path, other: Path) -> float:
    """Root mean square difference of two pictures by matplotlib's own comparison; 255 for pictures of different size."""
    if Image.open(one).size != Image.open(other).size:
        return 255.0
    result = compare_images(str(one), str(other), tol=-1, in_decorator=True)
    return float(result["rms"]) if result else 0.0


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def rerun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A notebook and the folder of its figures, drawn anew."""
    folder = tmp_path_factory.mktemp("figures")
    run(request.param, folder)
    return request.param, folder


@pytest.mark.slow
def test_committed_figures_are_what_the_notebook_draws(rerun: tuple[Path, Path]) -> None:
    notebook, folder = rerun
    names = {path.stem for path in folder.glob("*.csv")}
    committed = {path.name for path in COMMITTED.glob(f"{notebook.stem.split('-')[0]}-*.*")}
    assert committed == {f"{name}.{kind}" for name in names for kind in ("csv", "pdf", "png", "svg")}
    assert {name: found for name in sorted(names) if (found := differences(folder, name))} == {}


@pytest.mark.slow
def test_figures_carry_no_date_and_no_font_to_install(rerun: tuple[Path, Path]) -> None:
    for path in rerun[1].glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert "dc:date" not in text
        assert "<text" not in text, "text as outlines shows the same everywhere"
    for path in rerun[1].glob("*.png"):
        assert not {"Software", "Date", "Creation Time"} & set(Image.open(path).info)


@pytest.mark.slow
def test_one_bar_changed_is_noticed(tmp_path: Path) -> None:
    """One amount of one document grows by a hundredth of a bar's length or so: data and picture must both differ."""
    name, notebook = "03-structure", next(path for path in NOTEBOOKS if path.stem.startswith("03"))

    def altered(folder: str) -> mz.Dataset:
        data = fresh(folder)
        spending = data.spending
        project = (spending["topic"] == "split") & (spending["key"] == "project") & (spending["doc_id"] == "gulou-2024-budget")
        spending.loc[project, "amount"] += 10
        spending.loc[project, "share"] += Decimal("0.02")
        return data

    run(notebook, tmp_path, until=name, read=altered)
    assert {"data", "picture"} <= set(differences(tmp_path, name))


# --- the checks themselves -------------------------------------------------------------------------------------------


@pytest.fixture
def themed() -> Iterator[None]:
    with mpl.rc_context():
        mpl.use("agg")
        plots.theme()
        yield
        plt.close("all")


def blank() -> tuple[plt.Figure, plt.Axes]:
    figure, axes = plots.figure(4, 3)
    axes.set_axis_off()
    return figure, axes


@pytest.mark.usefixtures("themed")
def test_a_missing_glyph_is_found() -> None:
    figure, axes = blank()
    plots.label(axes, 0.5, 0.5, "预算 budget ≥ 10%")
    assert figure_faults.missing_glyphs(figure) == []
    plots.label(axes, 0.5, 0.8, "\U0001f600")
    with pytest.warns(UserWarning, match="Glyph"):
        assert figure_faults.missing_glyphs(figure) == ["\U0001f600"]


@pytest.mark.usefixtures("themed")
def test_overlapping_labels_are_found() -> None:
    figure, axes = blank()
    plots.label(axes, 0.1, 0.2, "one")
    plots.label(axes, 0.1, 0.8, "two")
    assert figure_faults.faults(figure) == []
    plots.label(axes, 0.1, 0.21, "three")
    assert figure_faults.overlaps(figure) == [("one", "three")]


@pytest.mark.usefixtures("themed")
@pytest.mark.parametrize("clip", [False, True])
def test_a_label_cut_off_is_found(clip: bool) -> None:
    figure, axes = blank()
    figure.set_layout_engine("none")
    text = plots.label(axes, 0.9, 0.5, "a label that runs out of the picture")
    if clip:
        text.set_clip_on(True)
        text.set_clip_box(axes.bbox)
    assert figure_faults.cut_off(figure) == [text.get_text()]


@pytest.mark.usefixtures("themed")
def test_tick_labels_out_of_view_do_not_count() -> None:
    figure, axes = plots.figure(4, 3)
    axes.barh(["甲", "乙"], [10, 20])
    axes.set_xlim(0, 15)
    plots.money(axes.xaxis)
    assert figure_faults.faults(figure) == []
    axes.set_yticks([0, 0.01], ["upper", "lower"])
    assert figure_faults.overlaps(figure) == [("upper", "lower")]


@pytest.mark.usefixtures("themed")
def test_the_same_figure_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(plots.FIGURES_VARIABLE, raising=False)
    for folder in ("one", "two"):
        figure, axes = plots.figure(4, 3)
        axes.barh(["人员经费", "公用经费"], [1, 2], hatch=["", "//"])
        plots.frame(figure, "A finding 结论", subtitle="of what", note="source")
        plots.export(figure, "f", pd.DataFrame({"name": ["=1+1"], "share": [None]}), tmp_path / folder)
    for kind in ("svg", "pdf", "png", "csv"):
        assert (tmp_path / "one" / f"f.{kind}").read_bytes() == (tmp_path / "two" / f"f.{kind}").read_bytes()
    assert (tmp_path / "one" / "f.csv").read_text(encoding="utf-8") == "name,share\n'=1+1,\n"


@pytest.mark.usefixtures("themed")
def test_text_is_as_wide_as_the_wrapping_takes_it_for() -> None:
    _, axes = blank()
    for text in ("财政拨款收入支出决算总表" * 3, "expenditure by function and class " * 2, "2024年部门预算 budget, 10,000.00"):
        drawn = plots.label(axes, 0, 0, text).get_window_extent().width / plots.DPI
        assert plots.width_of(text) <= plots.columns_of(drawn, plots.SIZES["small"]) * 1.35
        assert plots.columns_of(drawn, plots.SIZES["small"]) <= plots.width_of(text) * 1.12, "a line would run past its room"


def test_wrapping_keeps_every_character() -> None:
    text = "支持中小企业发展和管理支出（2023年结转），support of small and medium enterprises"
    for columns in range(12, 80, 7):
        lines = plots.wrap(text, columns).split("\n")
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(plots.width_of(line) <= columns for line in lines)
        assert not any(line.startswith(("，", "）")) for line in lines)


# --- colours ---------------------------------------------------------------------------------------------------------

#: Linear RGB as seen without one kind of cones (Machado, Oliveira and Fernandes 2009, severity 1), and in grey (BT.709).
SIGHT = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}


def lab(colour: str, sight: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as seen with one kind of sight."""
    rgb = np.array(to_rgb(colour))
    linear = np.clip(np.array(SIGHT[sight]) @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4), 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", ["protanopia", "deuteranopia", "tritanopia"])
def test_the_palette_holds_for_every_colour_vision(sight: str) -> None:
    for one, other in itertools.combinations(plots.PALETTE, 2):
        assert np.linalg.norm(lab(one, sight) - lab(other, sight)) > 10, (one, other)


def test_neighbours_of_the_palette_differ_in_grey() -> None:
    light: Callable[[str], float] = lambda colour: float(lab(colour, "grey")[0])  # noqa: E731
    for one, other in itertools.pairwise(plots.PALETTE):
        assert abs(light(one) - light(other)) > 15, (one, other)
    for one, other in itertools.combinations(plots.PALETTE[:6], 2):
        assert abs(light(one) - light(other)) > 7, (one, other)


@pytest.mark.parametrize("colour", [*plots.PALETTE, "#ffffff", "#000000"])
def test_labels_on_colours_can_be_read(colour: str) -> None:
    """Contrast of at least 4.5 : 1 (WCAG 2.1 AA)."""
    one, other = sorted((plots.luminance(colour), plots.luminance(plots.ink_on(colour))))
    assert (other + 0.05) / (one + 0.05) >= 4.5

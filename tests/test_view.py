"""mz.show: the picture of any row, and what the extractor saw of a table."""

from __future__ import annotations

import base64
import io
import shutil
from collections import namedtuple
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import drawing
import pandas as pd
import pypdfium2 as pdfium
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

import mingzhang as mz
from mingzhang.dataset.load import Dataset
from mingzhang.reading.pages import Box
from mingzhang.showing import evidence, picture
from mingzhang.showing.origin import NotInData, Origin, keys_of
from mingzhang.showing.spots import spot_of

RAW = Path(__file__).resolve().parent.parent / "data" / "raw"
DOCUMENT = "fuzhou-2024-final"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The rows of one document of the dataset, its PDF in the folder raw beside a copy of it."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(RAW.parent / "clean", folder / "clean", ignore=shutil.ignore_patterns("figures"))
    (folder / "raw").mkdir()
    shutil.copy(RAW / f"{DOCUMENT}.pdf", folder / "raw")
    everything = mz.load(folder / "clean")
    own = {name: frame[frame.iloc[:, 0].str.startswith(DOCUMENT)].reset_index(drop=True) for name, frame in everything.frames.items()}
    return Dataset(folder / "clean", own)


def marks(shown: picture.Picture) -> list[picture.Mark]:
    return [mark for panel in shown.panels for mark in panel.marks if mark.outline]


def pixels(image: Image.Image, colour: tuple[int, int, int]) -> int:
    return sum(count for count, shade in image.getcolors(1 << 24) or [] if shade == colour)


def printed_in(pdf: Path, mark: picture.Mark) -> str:
    """The text in a mark's box, asked of pdfium by itself."""
    page = pdfium.PdfDocument(pdf)[mark.page - 1]
    height = page.get_height()
    text = page.get_textpage().get_text_bounded(mark.box.x0, height - mark.box.bottom, mark.box.x1, height - mark.box.top)
    return "".join(text.split())


def test_the_marked_cell_prints_the_figure(data: Dataset) -> None:
    pdf = data.folder.parent / "raw" / "fuzhou-2024-final.pdf"
    rows = data.amounts.iloc[::37]
    assert len(rows) > 20
    for row in rows.itertuples():
        (mark,) = marks(mz.show(row.amount_id, data))
        assert mark.page == row.page
        assert printed_in(pdf, mark) == row.raw


def test_an_indicator_is_marked_over_its_whole_row(data: Dataset) -> None:
    pdf = data.folder.parent / "raw" / "fuzhou-2024-final.pdf"
    for row in data.kpi_indicators.iloc[::60].itertuples():
        shown = mz.show(row.indicator_id, data)
        assert all("".join(row.level3.split()) in printed_in(pdf, mark) for mark in marks(shown))
        assert row.target_raw in shown.caption[0]


def test_a_claim_is_marked_in_the_text(data: Dataset) -> None:
    pdf = data.folder.parent / "raw" / "fuzhou-2024-final.pdf"
    frame = pd.DataFrame([{"claim_id": "c1", "doc_id": "fuzhou-2024-final", "page": 19, "sentence": "2024年度本单位收入总计16094.58万元",
                           "raw": "16094.58"}])
    shown = mz.show("c1", Dataset(data.folder, {**data.frames, "claims": frame}))
    tinted = [mark for panel in shown.panels for mark in panel.marks if not mark.outline]
    (figure,) = (mark for panel in shown.panels for mark in panel.marks if mark.outline)
    assert printed_in(pdf, figure) == "16094.58"
    assert "".join(printed_in(pdf, mark) for mark in tinted) == "2024年度本单位收入总计16094.58万元"


def test_a_failed_identity_shows_all_cells_and_the_arithmetic(data: Dataset) -> None:
    table = data.amounts[(data.amounts["table_id"] == "fuzhou-2024-final/t04") & (data.amounts["measure"] == "total")]
    terms = table[(table["row_role"] == "total") | (table["level"] == 1)]
    check = pd.DataFrame([{"check_id": "k1", "rule": "parts_make_whole", "doc_id": "fuzhou-2024-final", "status": "fail",
                           "statement": "合计 = 类", "left": Decimal("16094.58"), "right": Decimal("16094.57"),
                           "difference": Decimal("0.01"), "tolerance": Decimal("0.00"), "amount_ids": " ".join(terms["amount_id"]), "pages": "8 9"}])
    shown = mz.show(check.iloc[0], Dataset(data.folder, {**data.frames, "checks": check}))
    assert [mark.number for mark in marks(shown)] == list(range(1, len(terms) + 1))
    assert len({mark.page for mark in marks(shown)}) == 2
    text = repr(shown)
    assert all(raw in text for raw in terms["raw"])
    assert "fail: 合计 = 类" in text
    assert all(figure in text for figure in ("16094.58", "16094.57", "0.01"))


def test_the_header_of_an_earlier_page_is_shown(data: Dataset) -> None:
    tables = data.tables[data.tables["page_last"] > data.tables["page_first"]]
    later = data.amounts.merge(tables[["table_id", "page_first"]], on="table_id").query("page > page_first")
    shown = mz.show(later["amount_id"].iloc[0], data)
    guides = [mark for panel in shown.panels for mark in panel.marks if not mark.outline]
    pdf = data.folder.parent / "raw" / "fuzhou-2024-final.pdf"
    texts = [printed_in(pdf, mark) for mark in guides]
    leaf = later["column"].iloc[0].split("/")[-1]
    assert leaf in texts
    assert all(any(strip.page == mark.page and strip.box.top <= mark.box.top for strip in shown.panels[0].strips) for mark in guides)


def test_every_way_to_name_a_row(data: Dataset) -> None:
    row = data.amounts.iloc[3]
    key = row["amount_id"]
    made = namedtuple("Made", ["amount_id", "doc_id"])(key, "x")
    for one in (key, row, dict(row), made, data.amounts.iloc[[3]], [key], data.amounts["amount_id"].iloc[[3]]):
        assert keys_of(one) == [key]
    assert keys_of(data.tables.iloc[2]) == [data.tables["table_id"].iloc[2]]
    fund = data.kpi_funds.iloc[0]
    assert keys_of(fund) == [f"{fund['project_id']}/r{fund['row']}"]
    assert keys_of(data.cells.iloc[0]) == [f"{data.cells['table_id'].iloc[0]}/r0c0"]


@pytest.mark.parametrize("resource", ["documents", "tables", "cells", "amounts", "kpi_projects", "kpi_funds", "kpi_indicators"])
def test_a_row_of_every_resource_can_be_shown(data: Dataset, resource: str) -> None:
    frame = data[resource]
    shown = mz.show(frame.iloc[len(frame) // 2], data)
    assert shown.image.width > 300
    assert shown.alt


def test_the_same_row_gives_the_same_bytes_crisp_and_small(data: Dataset) -> None:
    row = data.amounts.iloc[100]
    one, two = mz.show(row, data), mz.show(row, data)
    assert one.png == two.png
    shown = BeautifulSoup(one._repr_html_(), "lxml")
    image = shown.find("img")
    kind, _, data = image["src"].partition(",")
    assert (kind, base64.b64decode(data)) == ("data:image/png;base64", one.png)
    stored = Image.open(io.BytesIO(one.png))
    assert stored.mode == "P"
    assert stored.width == 2 * int(image["width"])
    assert len(data) < 120_000
    assert all(line in shown.find("figcaption").text for line in one.caption)
    assert row["raw"] in image["alt"]
    assert stored.text["Description"] == one.alt


def test_what_a_document_prints_is_no_markup_in_a_caption(data: Dataset) -> None:
    shown = replace(mz.show(data.amounts.iloc[100], data), caption=("<b>bold</b>",), notes=("<script>1</script>",))
    soup = BeautifulSoup(shown.html, "lxml")
    assert soup.find("b") is soup.find("script") is None
    assert "<b>bold</b>" in soup.find("figcaption").text


def test_the_print_stays_readable_under_a_mark(data: Dataset) -> None:
    shown = mz.show(data.amounts.iloc[100], data)
    bare = picture.Picture((picture.Panel(shown.panels[0].pdf, shown.panels[0].strips, ()),), shown.caption).image
    assert pixels(shown.image, picture.MARK) > 100
    assert pixels(bare, picture.MARK) == 0
    dark = bare.convert("L").point(lambda shade: 255 if shade < 60 else 0)
    still = shown.image.convert("L").point(lambda shade: 255 if shade < 100 else 0)
    lost = ImageChops.subtract(dark, still)
    assert lost.histogram()[255] < 0.02 * dark.histogram()[255]


def test_what_cannot_be_shown_says_why(data: Dataset, tmp_path: Path) -> None:
    with pytest.raises(NotInData, match=r"nowhere/t01/r1c1 is not in this dataset"):
        mz.show("nowhere/t01/r1c1", data)
    with pytest.raises(NotInData, match="no row to show"):
        mz.show(data.amounts.iloc[:0], data)
    with pytest.raises(NotInData, match="not float"):
        mz.show(1.5, data)
    row = data.amounts.iloc[0]
    with pytest.raises(NotInData, match="raw="):
        mz.show(row, data, raw=tmp_path)
    (tmp_path / "fuzhou-2024-final.pdf").write_bytes(b"%PDF-1.4 another file")
    with pytest.raises(NotInData, match="SHA-256 differs"):
        mz.show(row, data, raw=tmp_path)


def test_more_rows_than_can_be_drawn_are_counted(data: Dataset) -> None:
    shown = mz.show(data.amounts.iloc[: evidence.MOST + 5], data)
    assert len(marks(shown)) == evidence.MOST
    assert shown.notes[-1] == "… and 5 more, not drawn"


ROWS = [["科目", "金额"], ["教育支出", "12.50"], ["合计", "12.50"]]


def own_picture(path: Path, **turned: int) -> picture.Picture:
    """The picture of a row of a document that is drawn with its page turned."""
    sheet = drawing.Sheet(**turned)
    sheet.title("支出预算表")
    sheet.table(ROWS, [200, 120])
    document = mz.read(sheet.save(path))
    return document.show(document.amounts[document.amounts["name"] == "教育支出"].iloc[0])


def test_of_figures_alike_in_a_sentence_each_has_its_own_words(data: Dataset) -> None:
    origin, claims = Origin(data), data.claims[data.claims["doc_id"] == DOCUMENT]
    alike = [group["claim_id"].tolist() for _, group in claims.groupby(["page", "sentence", "raw"]) if len(group) > 1]
    assert alike
    for ids in alike:
        words = [spot_of(key, origin).words for key in ids]
        places = [(page, box.top, box.x0) for (page, box), *_ in words]
        assert len(set(places)) == len(places)
        assert places == sorted(places)


@pytest.fixture(scope="module")
def upright(tmp_path_factory: pytest.TempPathFactory) -> picture.Picture:
    return own_picture(tmp_path_factory.mktemp("upright") / "plain.pdf")


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_own_pdf_turned_any_way(tmp_path: Path, upright: picture.Picture, turn: int, rotation: int) -> None:
    shown = own_picture(tmp_path / "own.pdf", turn=turn, rotation=rotation)
    assert shown.image.size == pytest.approx(upright.image.size, abs=4)
    assert pixels(shown.image, picture.MARK) == pytest.approx(pixels(upright.image, picture.MARK), rel=0.1)
    width, height = (min(sizes) for sizes in zip(shown.image.size, upright.image.size, strict=True))
    one, two = (image.crop((0, 0, width, height)).convert("L").reduce(12) for image in (shown.image, upright.image))
    assert max(ImageChops.difference(one, two).histogram()[64:]) <= 8  # the same picture but for a pixel's shift


def test_a_table_as_the_extractor_saw_it() -> None:
    document = mz.read(RAW / "fengrun-2024-budget.pdf")
    table = document.tables[1]
    shown = table.show(pages=9)
    assert sum(mark.outline == (0, 120, 60) for mark in shown.panels[0].marks) == len(table.facts) > 0
    assert len(shown.panels[0].marks) == len(table.grid.cells)
    assert any("header" in meaning for _, _, meaning in shown.legend)
    assert mz.show(table).png == table.show().png
    assert replace(table, path=None) == table  # its PDF is not part of what a table is


spans = st.lists(st.tuples(st.floats(0, 700), st.floats(1, 60)).map(lambda s: (s[0], s[0] + s[1])), min_size=1, max_size=12)


@given(spans)
def test_strips_hold_every_span_and_do_not_overlap(wanted: list[tuple[float, float]]) -> None:
    strips = picture.strips_of(1, Box(50, 0, 500, 800), wanted)
    for top, bottom in wanted:
        assert sum(strip.box.top <= top and bottom <= strip.box.bottom for strip in strips) == 1
    assert all(one.box.bottom < two.box.top for one, two in pairwise(strips))


def test_a_dataset_is_found_from_a_folder_below(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    root = data.folder.parent.parent
    home = root / "project"
    (home / "notebooks").mkdir(parents=True, exist_ok=True)
    if not (home / "data").exists():
        (home / "data").symlink_to(data.folder.parent)
    monkeypatch.chdir(home / "notebooks")
    key = data.amounts["amount_id"].iloc[0]
    assert mz.show(key).png == mz.show(key, data).png
    assert isinstance(Origin.of(None, None).data, Dataset)

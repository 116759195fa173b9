"""Scans: pages that are pictures are read as their text layer says, marked as recognised, and corrected where identities ask for it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

import mingzhang as mz
from make_scans import make_scan
from mingzhang.checking.identities import Identity
from mingzhang.checking.ledger import Ledger, Place
from mingzhang.reading.scans import images, recognise
from mingzhang.reading.scans.proving import Change, corrected

pytest.importorskip("rapidocr")
RAW = Path(__file__).parent.parent / "data" / "raw"
#: Two pages of a published budget: the summary, and income by function.
PAGES = range(2, 4)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two pages with their text layer."""
    path = tmp_path_factory.mktemp("printed") / "two.pdf"
    with pdfium.PdfDocument(RAW / "gulou-2024-budget.pdf") as whole, pdfium.PdfDocument.new() as two:
        two.import_pages(whole, list(PAGES))
        two.save(path)
    return path


def figures(document: mz.Document) -> Counter[tuple[str, str, str, Decimal]]:
    """Form, name, header and amount of every figure."""
    return Counter((table.form, fact.name, fact.path, fact.amount) for table in document.tables for fact in table.facts)


@pytest.mark.parametrize("level", ["clean", "worn", "photo"])
def test_a_scan_reads_as_its_text_layer(printed: Path, tmp_path: Path, level: str) -> None:
    scan = mz.read(make_scan(printed, tmp_path / "scan.pdf", level))
    assert figures(scan) == figures(mz.read(printed))
    assert sum(figures(scan).values()) == 18
    assert scan.container == "scan"
    assert {fact.reading for table in scan.tables for fact in table.facts} == {"recognised"}
    assert any(problem.reason.startswith("pages 1-2 of 2 recognised in pictures; of 18 figures") for problem in scan.problems)


def test_a_mixed_document_a_page_on_its_side_and_where_a_figure_stands(printed: Path, tmp_path: Path) -> None:
    with pdfium.PdfDocument(make_scan(printed, tmp_path / "scan.pdf", "clean")) as scan, pdfium.PdfDocument(printed) as mixed:
        mixed.del_page(1)
        mixed.import_pages(scan, [1])
        mixed[1].set_rotation(90)
        mixed.save(tmp_path / "mixed.pdf")
    document = mz.read(tmp_path / "mixed.pdf")
    assert figures(document) == figures(mz.read(printed))
    assert [fact.reading for table in document.tables[:1] for fact in table.facts] == ["printed"] * 4
    told = {guess.text: guess.box for guess in document.content[1].guesses}["224.23"]
    # the page is displayed on its side: the figure's line runs downwards
    assert told.bottom - told.top > told.x1 - told.x0


def test_a_table_pasted_as_a_picture_into_a_page_of_text(printed: Path, tmp_path: Path) -> None:
    with pdfium.PdfDocument(printed) as document:
        picture = document[0].render(scale=200 / 72).to_pil().crop((140, 410, 1520, 900))
        page = document[1]
        height = page.get_size()[1]
        image = pdfium.PdfImage.new(document)
        picture.convert("RGB").save(tmp_path / "picture.jpg", quality=95)
        image.load_jpeg(tmp_path / "picture.jpg")
        image.set_matrix(pdfium.PdfMatrix().scale(1380 * 0.36, 490 * 0.36).translate(60, height - 490))
        page.insert_obj(image)
        page.gen_content()
        document.del_page(0)
        document.save(tmp_path / "pasted.pdf")
    read = mz.read(tmp_path / "pasted.pdf")
    readings = Counter(fact.reading for table in read.tables for fact in table.facts)
    assert readings["printed"] == 14
    assert any(guess.text == "524.23" for page in read.content for guess in page.guesses)


def test_what_cannot_be_recognised_is_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (600, 400), np.uint8)
    for name, picture in (("blank", np.full((600, 400), 255, np.uint8)), ("photo", noise)):
        Image.fromarray(picture).save(tmp_path / f"{name}.pdf", resolution=100)
        reasons = [problem.reason for problem in mz.read(tmp_path / f"{name}.pdf").problems]
        assert reasons == ["a picture in which no text was recognised", "no text layer on any page"]
    monkeypatch.setattr(images, "MAX_PIXELS", 100_000)
    assert mz.read(tmp_path / "photo.pdf").problems[0].reason == "a picture of 400 by 600 pixels, more than is decoded"
    monkeypatch.setattr(recognise.importlib.util, "find_spec", lambda name: None)
    recognise.recogniser.cache_clear()
    monkeypatch.setattr(images, "MAX_PIXELS", 1_000_000)
    assert "pip install" in mz.read(tmp_path / "blank.pdf").problems[0].reason


def test_nothing_is_loaded_before_a_scan_comes() -> None:
    code = "import sys, mingzhang as mz; mz.read(sys.argv[1]); print([m for m in ('cv2', 'onnxruntime', 'rapidocr') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, RAW / "gulou-2024-budget.pdf"], capture_output=True, text=True, check=True)
    assert "onnxruntime" not in done.stdout
    assert "rapidocr" not in done.stdout


def books(*values: int) -> tuple[list[Identity], Ledger]:
    """Places with values of which the first is the sum of the others."""
    ledger = Ledger(2)
    for row, value in enumerate(values):
        ledger.add(Place(f"x/t01/r{row}c1", "x/t01", row, 1, 1, "", 1), Decimal(value).scaleb(-2))
    parts = tuple((1, place) for place in range(1, len(values)))
    return [Identity("total-lines", "total", "", ((1, 0),), parts)], ledger


def test_an_identity_takes_the_cheapest_reading_that_keeps_it() -> None:
    sums, ledger = books(300, 180, 126)
    others = {1: [Change(3.5, 1, 174, "1.74")], 2: [Change(1.0, 2, 120, "1.20"), Change(0.5, 2, 128, "1.28")]}
    assert corrected(sums, ledger, others) == {2: "1.20"}
    assert ledger.values == [300, 180, 120]


def test_a_clear_figure_is_left_to_contradict() -> None:
    sums, ledger = books(300, 180, 126)
    assert corrected(sums, ledger, {2: [Change(7.0, 2, 120, "1.20")]}) == {}
    assert ledger.values == [300, 180, 126]

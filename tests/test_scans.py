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
from drawing import LEFT, Sheet
from PIL import Image

from make_scans import make_scan
from mingzhang.checking.identities import Identity
from mingzhang.checking.ledger import Ledger, Place
from mingzhang.checking.proving import Change, corrected
from mingzhang.document import Document, read_document
from mingzhang.errors import UnreadableDocument
from mingzhang.reading.damage import damages
from mingzhang.reading.scans import images, recognise
from mingzhang.reading.scans.pages import upright
from mingzhang.sources import Source

pytest.importorskip("rapidocr")
RAW = Path(__file__).parent.parent / "data" / "raw"
#: Two pages of a published budget: the summary, and income by function.
PAGES = range(2, 4)
SLOW = pytest.mark.slow


def read(path: Path) -> Document:
    """A document read in this process: the recogniser is loaded once."""
    return read_document(Source("scan", path))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two pages with their text layer."""
    path = tmp_path_factory.mktemp("printed") / "two.pdf"
    with pdfium.PdfDocument(RAW / "gulou-2024-budget.pdf") as whole, pdfium.PdfDocument.new() as two:
        two.import_pages(whole, list(PAGES))
        two.save(path)
    return path


def figures(document: Document) -> Counter[tuple[str, str, str, Decimal]]:
    """Form, name, header and amount of every figure."""
    return Counter((table.form, fact.name, fact.path, fact.amount) for table in document.tables for fact in table.facts)


@pytest.mark.parametrize("level", [pytest.param("clean", marks=SLOW), "worn", pytest.param("photo", marks=SLOW)])
def test_a_scan_reads_as_its_text_layer(printed: Path, tmp_path: Path, level: str) -> None:
    scan = read(make_scan(printed, tmp_path / "scan.pdf", level))
    assert figures(scan) == figures(read(printed))
    assert sum(figures(scan).values()) == 18
    assert scan.container == "scan"
    assert {fact.reading for table in scan.tables for fact in table.facts} == {"recognised"}
    assert any(problem.reason.startswith("pages 1-2 of 2 recognised in pictures; of 18 figures") for problem in scan.problems)


def test_a_publishers_contradiction_is_a_finding_on_a_scan_too(tmp_path: Path) -> None:
    rows = [("科目编码", "科目名称", "合计", "基本支出", "项目支出"), ("合计", LEFT, "480.00", "300.00", "180.00"),
            ("201", "一般公共服务支出", "350.00", "250.00", "100.00"), ("205", "教育支出", "136.00", "50.00", "80.00")]
    sheet = Sheet().title("2024年支出预算表")
    sheet.table(rows, (80, 160, 80, 80, 80))
    scan = read(make_scan(sheet.save(tmp_path / "drawn.pdf"), tmp_path / "scan.pdf", "worn"))
    assert [fact.raw for fact in scan.tables[0].facts if fact.code == "205"] == ["136.00", "50.00", "80.00"]
    assert {fact.reading for fact in scan.tables[0].facts} == {"recognised"}
    (finding,) = (one for one in scan.audit.findings if one.kind == "arithmetic")
    # nobody is accused on a reading alone
    assert (finding.severity, finding.amount_ids[0], finding.sentence_en) == (
        "likely", "scan/t01/r3c2", "205/合计 prints 136.00; 2 sums imply 130.00 (one digit differs)."
    )
    assert scan.audit.coverage["scan/t01/r2c2"] >= 1


@SLOW
def test_a_mixed_document_a_page_on_its_side_and_where_a_figure_stands(printed: Path, tmp_path: Path) -> None:
    with pdfium.PdfDocument(make_scan(printed, tmp_path / "scan.pdf", "clean")) as scan, pdfium.PdfDocument(printed) as mixed:
        mixed.del_page(1)
        mixed.import_pages(scan, [1])
        mixed[1].set_rotation(90)
        mixed.save(tmp_path / "mixed.pdf")
    document = read(tmp_path / "mixed.pdf")
    assert figures(document) == figures(read(printed))
    assert [fact.reading for table in document.tables[:1] for fact in table.facts] == ["printed"] * 4
    told = {guess.text: guess.box for guess in document.content[1].guesses}["224.23"]
    # the page is displayed on its side: the figure's line runs downwards
    assert told.bottom - told.top > told.x1 - told.x0


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_which_way_up_a_page_is(printed: Path, turns: int) -> None:
    with pdfium.PdfDocument(printed) as document:
        page = images.rendered(document[1])[0]
    assert upright(np.ascontiguousarray(np.rot90(page, -turns))) == turns


@SLOW
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
    pasted = read(tmp_path / "pasted.pdf")
    readings = Counter(fact.reading for table in pasted.tables for fact in table.facts)
    assert readings["printed"] == 14
    assert any(guess.text == "524.23" for page in pasted.content for guess in page.guesses)


NOTHING = "a picture in which no text was recognised"


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (Image.new("L", (600, 400), 255), NOTHING),
        (Image.fromarray(np.random.default_rng(0).integers(0, 255, (600, 400), np.uint8)), NOTHING),
        (Image.linear_gradient("L").resize((900, 700)), NOTHING),
        (Image.new("1", (20_000, 20_000), 1), "a picture of 20000 by 20000 pixels, more than is decoded"),
    ],
    ids=["blank", "noise", "photograph", "huge"],
)
def test_what_cannot_be_recognised_is_told_in_a_line(tmp_path: Path, picture: Image.Image, said: str) -> None:
    picture.save(tmp_path / "a.pdf", resolution=100)
    assert [problem.reason for problem in read(tmp_path / "a.pdf").problems] == [said, "no text layer on any page"]


def test_a_damaged_picture_is_told_in_a_line(printed: Path, tmp_path: Path) -> None:
    whole = make_scan(printed, tmp_path / "scan.pdf", "clean", range(1)).read_bytes()
    start = whole.index(b"\xff\xd8\xff") + 700
    (tmp_path / "cut.pdf").write_bytes(whole[:start] + bytes(len(whole) - start - 2_000) + whole[-2_000:])
    assert NOTHING in [problem.reason for problem in read(tmp_path / "cut.pdf").problems]


@pytest.mark.parametrize("lost", [slice(-8_000, None), slice(60_000, 64_000)], ids=["cut", "broken within"])
def test_a_picture_that_does_not_decode_whole_is_told(printed: Path, tmp_path: Path, lost: slice) -> None:
    """Half of the page is still there to read: nothing else would tell."""
    path = make_scan(printed, tmp_path / "scan.pdf", "worn", range(1))
    assert list(damages(path)) == []
    content = bytearray(path.read_bytes())
    start, end = content.index(b"\xff\xd8\xff"), content.rindex(b"\xff\xd9") + 2
    span = range(start, end)[lost]
    content[span.start : span.stop] = bytes(len(span))
    path.write_bytes(content)
    assert list(damages(path)) == [
        (None, "damaged: pictures that do not decode whole: 1; what they show may be missing or altered")
    ]


def test_without_the_recogniser_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UnreadableDocument, match="pip install"):
        recognise.Recogniser()


def test_nothing_is_loaded_before_a_scan_comes(printed: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from mingzhang.document import read_document; from mingzhang.sources import Source;"
        "print(len(read_document(Source('x', Path(sys.argv[1]))).tables), [m for m in sys.modules if m in"
        " ('onnxruntime', 'rapidocr', 'openpyxl', 'docx', 'bs4', 'xlrd', 'mingzhang.reading.scans.pages')])"
    )
    done = subprocess.run([sys.executable, "-c", code, printed], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2 []"


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

"""mz.cite: references that can be followed to the printed cell, in four styles."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mingzhang as mz
from mingzhang.__main__ import main
from mingzhang.dataset.load import Dataset
from mingzhang.errors import MingzhangError
from mingzhang.showing import citation
from mingzhang.showing.study import Study
from mingzhang.sources import sha256_of

REPO = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("data")
    (folder / "raw").mkdir()
    source = REPO / "data" / "raw" / "licheng-2021-final.pdf"
    (folder / "raw" / source.name).write_bytes(source.read_bytes())
    (folder / "raw" / "sources.csv").write_text(
        "doc_id,file,title,org,fiscal_year,kind,provenance\n"
        f"one,{source.name},{{某局}} 100% & 决算_公开,某局,2021,final_accounts,facsimile\n",
        encoding="utf-8",
    )
    mz.build(folder / "raw", folder / "clean", workers=1, progress=False)
    return mz.load(folder / "clean")


def test_citation_cff_agrees(data: Dataset) -> None:
    text = (REPO / "CITATION.cff").read_text(encoding="utf-8")
    said = dict(re.findall(r'^([\w-]+): "?([^"\n]+)"?$', text, re.M))
    study = Study.of(REPO / "data" / "clean")
    assert (said["title"], said["version"], said["date-released"]) == (study.title, mz.__version__, study.released)
    assert tuple(re.findall(r"^  - name: (.+)$", text, re.M)[:1]) == study.authors
    item = json.loads(mz.cite(Dataset(REPO / "data" / "clean", data.frames), style="csl-json"))[0]
    assert item["title"] == said["title"]
    assert item["version"] == said["version"]
    assert "-".join(f"{part:02}" for part in item["issued"]["date-parts"][0]) == said["date-released"]


@pytest.mark.parametrize("style", citation.STYLES)
def test_a_row_can_be_followed(data: Dataset, style: str) -> None:
    row = data.amounts.iloc[7]
    text = mz.cite(row, data, style)
    digits = 64 if style in ("bibtex", "csl-json") else citation.SHORT
    table = data.tables.set_index("table_id").loc[row["table_id"]]
    unescaped = text.replace("\\", "")
    for needed in (row["amount_id"], row["raw"], str(row["page"]), table["title"], mz.__version__, "某局", "2022",
                   data.documents["sha256"].iloc[0][:digits], sha256_of(data.folder / "datapackage.json")[:digits]):
        assert needed in unescaped, needed
    assert ("facsimile" in text) or ("复制件" in text)


def test_the_year_is_marked_as_inferred(data: Dataset) -> None:
    assert "([2022])" in mz.cite("one", data)
    assert json.loads(mz.cite("one", data, "csl-json"))[0]["issued"] == {"date-parts": [[2022]], "circa": True}


def test_own_data_name_their_authors_and_never_others(data: Dataset) -> None:
    assert "mingzhang authors" not in mz.cite(data)
    assert "[authors not named]" in mz.cite(data)
    path = data.folder.parent / "mingzhang.toml"
    path.write_text('title = "某市部门预算数据"\nauthors = ["张三", "李四"]\nversion = "2"\nreleased = "2026-05-01"\nurl = "https://e.org/d"\n', "utf-8")
    try:
        assert mz.cite(data, style="gbt7714").startswith("张三, 李四. 某市部门预算数据: 2[DS/OL]. 2026-05-01. https://e.org/d.")
    finally:
        path.unlink()


def test_address_and_dates_stand_in_every_style(data: Dataset) -> None:
    frame = data.documents.assign(url="https://e.org/a_1.pdf", published="2022-09-01", retrieved="2026-11-20")
    told = Dataset(data.folder, {**data.frames, "documents": frame})
    assert re.fullmatch(r"某局\. .+\[R/OL\]\. 2022\(2022-09-01\)\[2026-11-20\]\. https://e\.org/a_1\.pdf\. .+\.", mz.cite("one", told, "gbt7714"))
    for style in citation.STYLES:
        assert "https://e.org/a_1.pdf" in mz.cite("one", told, style)
    item = json.loads(mz.cite("one", told, "csl-json"))[0]
    assert (item["issued"], item["accessed"]) == ({"date-parts": [[2022, 9, 1]]}, {"date-parts": [[2026, 11, 20]]})


def test_a_check_and_a_finding_are_cited_with_rule_and_pages(data: Dataset) -> None:
    check = data.checks.query("status == 'fail'").iloc[0]
    assert f": {check['rule']}, p. {', '.join(check['pages'].split())}, in: " in mz.cite(check, data)
    assert data.findings["sentence_en"].iloc[0] in mz.cite(data.findings.iloc[0], data)


def test_bibtex_keys_are_ascii(data: Dataset) -> None:
    renamed = Dataset(data.folder, {**data.frames, "documents": data.documents.assign(doc_id="某局-2021")})
    assert re.search(r"^@techreport\{[\x21-\x7e]+,$", mz.cite("某局-2021", renamed, "bibtex"), re.M)


def test_gbt7714_marks_what_kind_of_thing_is_cited(data: Dataset) -> None:
    assert "[DS]. " in mz.cite(data, style="gbt7714")
    assert re.fullmatch(r"某局\. .+\[R\]\. \[2022\]\. .+\.", mz.cite("one", data, "gbt7714"))
    row = data.amounts.iloc[0]
    assert re.fullmatch(rf"某局\. .+\[R\]//某局\. .+\. \[2022\]: {row['page']}\. .+\.", mz.cite(row, data, "gbt7714"))


def test_bibtex_is_balanced_and_escaped(data: Dataset) -> None:
    text = mz.cite(["one", data.amounts["amount_id"].iloc[0]], data, "bibtex")
    assert text.count("@techreport{one,") == text.count("@incollection{one:t") == 1
    assert r"\{某局\} 100\% \& 决算\_公开" in text
    assert balance(text) == 0


def balance(text: str) -> int:
    bare = re.sub(r"\\[{}]", "", text)
    return bare.count("{") - bare.count("}")


@given(st.text(max_size=40))
def test_tex_escapes_whatever_a_title_holds(text: str) -> None:
    made = citation.tex(text)
    assert balance(made) == 0
    assert not re.search(r"(?<!\\)[&%$#_]", made)


def test_several_rows_are_several_references(data: Dataset) -> None:
    rows = data.amounts.iloc[:3]
    assert [item["id"] for item in json.loads(mz.cite(rows, data, "csl-json"))] == list(rows["amount_id"])
    assert len(mz.cite(rows, data).splitlines()) == 3


def test_a_pdf_of_ones_own_can_be_cited() -> None:
    document = mz.read(REPO / "data" / "raw" / "licheng-2021-final.pdf")
    for one in (document, document.tables[1], document.indicators.iloc[0]):
        text = mz.cite(one, document)
        assert document.sha256[: citation.SHORT] in text
        assert "datapackage" not in text
    assert repr(mz.cite(document)) == str(mz.cite(document))


def test_what_cannot_be_cited_says_why(data: Dataset) -> None:
    with pytest.raises(MingzhangError, match="there are text, bibtex, csl-json, gbt7714"):
        mz.cite(data, style="apa")
    with pytest.raises(MingzhangError, match="two is not in this dataset"):
        mz.cite("two", data)


def test_the_command_line_prints_a_reference_in_each_style(data: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    row = data.amounts.iloc[0]["amount_id"]
    for style, told in (("text", row), ("gbt7714", "[R]"), ("bibtex", "@incollection"), ("csl-json", '"type": "chapter"')):
        assert main(["cite", row, "--clean", str(data.folder), "--style", style]) == 0
        assert told in capsys.readouterr().out
    assert main(["cite", "nothing", "--clean", str(data.folder), "--lang", "zh"]) == 1
    assert "nothing 不在本数据集中" in capsys.readouterr().err

"""The static site, without a browser: its pages, links, search entries, and what it refuses."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from drawing import Sheet
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import mingzhang as mz
from mingzhang.errors import MingzhangError
from mingzhang.showing.site import build_site, plain_text
from mingzhang.showing.study import new

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        if tag == "a":
            self.links.append(values.get("href") or "")
        elif tag != "a":
            self.loads += [value for name in ("src", "href") if (value := values.get(name))]
        if tag == "img":
            self.images.append(values)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    notebooks, clean = tmp_path / "notebooks", tmp_path / "clean"
    notebooks.mkdir()
    clean.mkdir()
    (clean / "README.md").write_text("# Data dictionary\n\n## amounts\n\nOne row a number. `amount` 万元\n", encoding="utf-8")
    first = new_notebook(cells=[
        new_markdown_cell("# What is *it*?\n\nA question & its answer.\n\nMore: [two](02-two.ipynb#end)."),
        new_markdown_cell("## Figures"),
        new_code_cell("draw()", execution_count=1, outputs=[
            new_output("display_data", {"image/png": PIXEL}),
            new_output("display_data", {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'><text>甲</text></svg>"}),
            new_output("display_data", {"image/png": PIXEL}, metadata={"image/png": {"alt": "a printed cell"}}),
        ]),
    ])
    second = new_notebook(cells=[new_markdown_cell("# Two"), new_markdown_cell("## end\n\n财政拨款 <script>")])
    nbformat.write(first, notebooks / "01-one.ipynb")
    nbformat.write(second, notebooks / "02-two.ipynb")
    build_site(notebooks, clean, tmp_path / "site")
    return tmp_path / "site"


def test_every_link_leads_somewhere_and_nothing_is_fetched(site: Path) -> None:
    pages = {path.name: Links(path.read_text(encoding="utf-8")) for path in site.glob("*.html")}
    assert set(pages) == {"index.html", "01-one.html", "02-two.html", "dictionary.html"}
    for name, page in pages.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            assert (target or name) in pages, (name, link)
            assert not anchor or anchor in pages[target or name].ids, (name, link)
        assert all(load.startswith("data:") or (site / load).is_file() for load in page.loads)
    assert "02-two.html#end" in pages["01-one.html"].links


def test_every_figure_has_a_name(site: Path) -> None:
    text = (site / "01-one.html").read_text(encoding="utf-8")
    assert [image.get("alt") for image in Links(text).images] == ["Figure: Figures", "Figure: Figures", "a printed cell"]
    assert "data:image/svg+xml" in (Links(text).images[1]["src"] or "")  # vector form is kept


def test_the_index_names_each_notebook_with_its_question(site: Path) -> None:
    text = plain_text((site / "index.html").read_text(encoding="utf-8"))
    assert "What is it? A question & its answer." in text
    assert "Data dictionary" in text


def test_the_search_knows_every_section(site: Path) -> None:
    script = (site / "search.js").read_text(encoding="utf-8")
    entries = json.loads(script.removeprefix("window.SEARCH = ").rstrip().rstrip(";"))
    assert {entry["u"] for entry in entries} >= {"01-one.html#Figures", "02-two.html#end", "dictionary.html#amounts"}
    assert any("财政拨款" in entry["x"] for entry in entries)
    assert "</script" not in script.lower()


def test_the_same_notebooks_give_the_same_site(site: Path, tmp_path: Path) -> None:
    build_site(tmp_path / "notebooks", tmp_path / "clean", tmp_path / "again")
    assert {p.name: p.read_bytes() for p in site.iterdir()} == {p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()}


def test_what_it_refuses(tmp_path: Path, site: Path) -> None:
    with pytest.raises(MingzhangError, match="holds no notebooks"):
        build_site(tmp_path, tmp_path, tmp_path / "x")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(MingzhangError, match="something else than a site"):
        build_site(tmp_path / "notebooks", tmp_path / "clean", tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "mine"
    assert build_site(tmp_path / "notebooks", tmp_path / "clean", site)


def test_own_data_stand_on_the_site_with_their_files_and_their_names(tmp_path: Path) -> None:
    study = tmp_path / "study"
    sheet = Sheet().title("支出预算表")
    sheet.table([["科目", "金额"], ["教育支出", "12.50"], ["合计", "12.50"]], [200, 120])
    written = new(study, [sheet.save(tmp_path / "某局预算.pdf")])
    assert {path.name for path in written} == {"某局预算.pdf", "mingzhang.toml", "README.md", "01-my-documents.ipynb", "sources.csv"}
    assert new(study) == []
    assert "url,published,retrieved" in (study / "data" / "raw" / "sources.csv").read_text(encoding="utf-8")
    (study / "mingzhang.toml").write_text('title = "某市部门预算"\nauthors = ["张三"]\n', encoding="utf-8")
    mz.build(study / "data" / "raw", study / "data" / "clean", workers=1)
    out = study / "site"
    build_site(study / "notebooks", study / "data" / "clean", out)
    index = (out / "index.html").read_text(encoding="utf-8")
    assert "某市部门预算" in index
    assert "张三" in index
    script = (out / "search.js").read_text(encoding="utf-8")
    assert all(f"某局预算/t01{row}" in script for row in ("", "/r1c1", "/r2c1"))
    assert 'id="某局预算/t01"' in (out / "rows-某局预算.html").read_text(encoding="utf-8")
    assert all((out / link).is_file() for link in Links(index).links if link.startswith("data/"))
    assert (out / "data" / "data.xlsx").is_file()
    assert mz.cite(mz.load(study / "data" / "clean")).startswith("张三 (n.d.): 某市部门预算")


def test_nothing_is_written_over_another_folder(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(MingzhangError, match="something else than a study"):
        new(tmp_path)

"""Site: all notebooks, the data dictionary and the reports as static pages that open from disk, without any network.

    python -m mingzhang site --out site

Pages have a table of contents; a search over all of them runs in the browser. Figures keep the form that the notebooks have them
in (SVG stays SVG); interactive tables stay interactive. The look is in site_assets/: page.html, style.css, site.js.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from string import Template

import nbformat
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from .. import __version__
from ..dataset.contract import RESOURCES
from ..dataset.load import Dataset, load
from ..errors import MingzhangError
from .explorer import html_table
from .study import Study
from .workbook import write_xlsx

ASSETS = ("style.css", "site.js")
#: Characters of a section that the search knows.
SEARCHED = 20_000


@dataclass(frozen=True, slots=True)
class SitePage:
    """One page: its file name, its title, its body as HTML, and the sentence that the index gives it."""

    name: str
    title: str
    body: str
    summary: str = ""


def build_site(notebooks: Path, clean: Path, out: Path, reports: Sequence[Path] = ()) -> list[Path]:
    """Write the site and return its pages. `reports`: Markdown files that become pages of their own.

    Raises `MingzhangError` where a folder does not hold what it should, or `out` is not a site's folder.
    """
    paths = sorted(notebooks.glob("*.ipynb"))
    if not paths:
        raise MingzhangError(f"{notebooks} holds no notebooks")
    if out.exists() and any(out.iterdir()) and not (out / "site.js").exists():
        raise MingzhangError(f"{out} holds something else than a site; name an empty or a new folder")
    pages = [notebook_page(path) for path in paths]
    texts = [path for path in (clean / "README.md", *sorted(clean.glob("*validation*.md")), *reports) if path.is_file()]
    others = [markdown_page(path, "dictionary" if path.name == "README.md" else path.stem) for path in texts]
    data = load(clean) if (clean / "documents.csv").is_file() else None
    others = [*data_pages(data), *others] if data else others
    everything = [index_page(pages, others, Study.of(clean), downloads(clean) if data else ()), *pages, *others]
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    if data:
        (out / "data").mkdir()
        for path in downloads(clean):
            shutil.copyfile(path, out / "data" / path.name)
        write_xlsx(data, out / "data" / "data.xlsx")
    for page in everything:
        (out / page.name).write_text(whole(page, everything), encoding="utf-8", newline="\n")
    for name in ASSETS:
        (out / name).write_text(asset(name), encoding="utf-8", newline="\n")
    entries = json.dumps([entry for page in everything for entry in search_entries(page)], ensure_ascii=False, separators=(",", ":"))
    (out / "search.js").write_text(f"window.SEARCH = {entries};\n", encoding="utf-8", newline="\n")
    return [out / page.name for page in everything]


def asset(name: str) -> str:
    return (files(__package__) / "site_assets" / name).read_text(encoding="utf-8")


# --- pages -----------------------------------------------------------------------------------------------------------


def notebook_page(path: Path) -> SitePage:
    """A notebook with its outputs as they stand in the file."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not is_tables_bundle(output)]
    exporter = HTMLExporter(template_name="basic", anchor_link_text="#")
    body, _ = exporter.from_notebook_node(notebook)
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), path.stem)
    heading, _, rest = first.lstrip("# ").partition("\n")
    title = plain_text(markdown2html_mistune(heading))
    summary = next((part for part in rest.split("\n\n") if part.strip() and not part.lstrip().startswith(("#", "|", "-"))), "")
    return SitePage(f"{path.stem}.html", title, polished(body, title), plain_text(markdown2html_mistune(summary)))


def is_tables_bundle(output: nbformat.NotebookNode) -> bool:
    """Whether an output only loads the library of the interactive tables, which the site brings along itself."""
    text = "".join(output.get("data", {}).get("text/html", ""))
    return "_itables_" in text and "<table" not in text


def markdown_page(path: Path, name: str) -> SitePage:
    """A Markdown file as a page."""
    text = path.read_text(encoding="utf-8")
    body = polished(with_ids(markdown2html_mistune(text)), path.stem)
    heading = re.search(r"^#\s+(.+)$", text, re.M)
    title = heading[1] if heading else path.stem
    return SitePage(f"{name}.html", title, body)


def downloads(clean: Path) -> list[Path]:
    """The files of a dataset that the site hands out."""
    return [*sorted(clean.glob("*.csv")), *(path for path in (clean / "datapackage.json",) if path.is_file())]


def data_pages(data: Dataset) -> Iterator[SitePage]:
    """The documents with their tables, and their findings, a section for each document, so that the search knows every id."""
    parts = {"documents": ("Documents", data.tables, ["table_id", "title", "form", "page_first", "page_last"]),
             "findings": ("Findings", data.findings, ["finding_id", "severity", "pages", "printed", "expected", "sentence_en", "sentence_zh"])}  # fmt: skip
    for name, (title, frame, columns) in parts.items():
        out = [f"<h1>{title}</h1>"]
        for row in data.documents.to_dict("records"):
            doc_id = html.escape(row["doc_id"], quote=True)
            about = ", ".join(str(row[key]) for key in ("org", "fiscal_year", "kind", "status", "url") if row[key] and row[key] == row[key])
            mine = frame[frame["doc_id"] == row["doc_id"]][columns]
            out.append(f'<h2 id="{doc_id}">{html.escape(row["title"] or row["doc_id"])}</h2><p>{doc_id}: {html.escape(about)}</p>')
            out.append(html_table(mine, f"{title} of {row['doc_id']}") if len(mine) else "<p>none</p>")
        yield SitePage(f"{name}.html", title, "".join(out), f"{len(data.documents)} documents, {len(frame)} {'tables' if name == 'documents' else name}.")


def index_page(pages: Sequence[SitePage], others: Sequence[SitePage], study: Study, files: Sequence[Path]) -> SitePage:
    """The first page: whose dataset it is, the notebooks, the tables of the dataset with their files, the other pages."""
    title = study.title or "mingzhang 明账"
    by = f"{', '.join(study.authors)}. " if study.authors else ""
    out = [f"<h1>{html.escape(title)}</h1>", f"<p>{html.escape(by)}Published budgets, final accounts and performance tables as tidy, checked, citable "
           f"data. Made with mingzhang {__version__}.</p>", '<h2 id="notebooks">Notebooks</h2>', listed(pages)]  # fmt: skip
    names = {path.name for path in files}
    head = "".join(f'<th scope="col">{name}</th>' for name in ("table", "what", *(["file"] if names else [])))
    out.append(f'<h2 id="tables">Tables of the dataset</h2><table><thead><tr>{head}</tr></thead><tbody>')
    for name, spec in RESOURCES.items():
        file = f'<a href="data/{name}.csv" download>CSV</a>' if f"{name}.csv" in names else ""
        out.append(f"<tr><td><code>{name}</code></td><td>{html.escape(spec.description)}</td>{f'<td>{file}</td>' if names else ''}</tr>")
    out.append("</tbody></table>" + ('<p><a href="data/data.xlsx" download>All tables as one workbook (XLSX)</a></p>' if names else ""))
    if others:
        out += ['<h2 id="reference">Reference</h2>', listed(others)]
    return SitePage("index.html", title, "\n".join(out))


def listed(pages: Iterable[SitePage]) -> str:
    items = (f'<li><a href="{page.name}">{html.escape(page.title)}</a> {html.escape(page.summary)}</li>' for page in pages)
    return f'<ul class="pages">{"".join(items)}</ul>'


def whole(page: SitePage, everything: Sequence[SitePage]) -> str:
    """The page with navigation, table of contents and search around it."""
    links = "".join(
        f'<li><a href="{other.name}"{current(other, page)}>{html.escape(other.title)}</a></li>' for other in everything
    )
    contents = "".join(
        f'<li class="h{level}"><a href="#{anchor}">{html.escape(text)}</a></li>' for level, anchor, text in headings(page.body) if level > 1
    )
    return Template(asset("page.html")).substitute(
        title=html.escape(page.title), links=links, body=page.body, tables=tables_bundle() if "window._itables_" in page.body else "",
        contents=f'<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>{contents}</ul></nav>' if contents else "",
    )  # fmt: skip


def current(other: SitePage, page: SitePage) -> str:
    return ' aria-current="page"' if other is page else ""


def tables_bundle() -> str:
    """The library of the interactive tables as HTML, itself without network."""
    from itables import options
    from itables.javascript import generate_init_offline_itables_html

    return generate_init_offline_itables_html(options.dt_bundle).split("<div style")[0]


# --- HTML ------------------------------------------------------------------------------------------------------------


def with_ids(body: str) -> str:
    """Headings with an id made of their words."""
    taken: dict[str, int] = {}

    def add(found: re.Match[str]) -> str:
        slug = re.sub(r"[^\w]+", "-", plain_text(found[2])).strip("-") or "section"
        taken[slug] = taken.get(slug, 0) + 1
        return f'<h{found[1]} id="{slug}{f"-{taken[slug]}" if taken[slug] > 1 else ""}">{found[2]}</h{found[1]}>'

    return re.sub(r"<h([1-6])>(.*?)</h\1>", add, body, flags=re.S)


def polished(body: str, title: str) -> str:
    """What nbconvert leaves to do: links between notebooks, names for figures, wide things that scroll by keyboard too."""
    body = re.sub(r'href="([^":/]+)\.ipynb(#[^"]*)?"', r'href="\1.html\2"', body)
    body = re.sub(r"<style\b.*?</style>", "", body, flags=re.S) if "<svg" not in body else body
    body = named_figures(body, title)
    body = re.sub(r'<div class="(highlight[^"]*|output_html[^"]*)"', r'<div tabindex="0" role="group" aria-label="code or output" class="\1"', body)
    return body.replace('<table border="1" class="dataframe">', '<table class="dataframe">')


def named_figures(body: str, title: str) -> str:
    """Images and drawings without alternative text get that of their own title, else of the heading above them."""
    out, heading = [], title
    for part in re.split(r"(<h[1-6][^>]*>.*?</h[1-6]>|<svg\b[^>]*>|<img\b[^>]*>)", body, flags=re.S):
        if part.startswith("<h") and re.match(r"<h[1-6]", part):
            heading = plain_text(part).rstrip("#")
        label = html.escape(f"Figure: {heading}", quote=True)
        if part.startswith("<svg") and "aria-label" not in part:
            part = f'<svg role="img" aria-label="{label}"' + part[4:]
        elif part.startswith("<img") and (" alt=" not in part or "No description has been provided" in part):
            part = re.sub(r'\salt="[^"]*"', "", part).replace("<img", f'<img alt="{label}"', 1)
        out.append(part)
    return "".join(out)


def headings(body: str) -> list[tuple[int, str, str]]:
    """Level, anchor and text of each heading."""
    found = re.findall(r'<h([1-6])[^>]*\bid="([^"]+)"[^>]*>(.*?)</h\1>', body, flags=re.S)
    return [(int(level), html.escape(html.unescape(anchor), quote=True), plain_text(text).rstrip("#")) for level, anchor, text in found]


def search_entries(page: SitePage) -> list[dict[str, str]]:
    """The page's text by sections, as the search has it: address, heading, text."""
    parts = re.split(r'(?=<h[1-6][^>]*\bid=")', page.body)
    out = []
    for part in parts:
        at = headings(part)[:1]
        text = plain_text(part)
        if text:
            out.append({"u": page.name + (f"#{at[0][1]}" if at else ""), "t": page.title, "h": at[0][2] if at else "", "x": text[:SEARCHED]})
    return out


class _Text(HTMLParser):
    """Gathers the text of HTML, scripts and styles left out."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")
        if tag in ("p", "td", "th", "li", "div", "pre", "tr"):
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def plain_text(markup: str) -> str:
    """The text of HTML with single blanks."""
    parser = _Text()
    parser.feed(markup)
    return " ".join("".join(parser.parts).split())

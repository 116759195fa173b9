"""Site: all notebooks, the data with their rows, the dictionary and reports as static pages that open from disk,
without a network.

    python -m mingzhang site --out site

Pages have a table of contents; a search over all of them, down to the id of a row, runs in the browser. Figures keep
the form that the notebooks have them in (SVG stays SVG); interactive tables stay interactive. The look is in
site_assets/: page.html, style.css, site.js.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup, NavigableString, Tag
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from .. import __version__
from ..dataset.contract import RESOURCES
from ..dataset.load import Dataset, load
from ..errors import MingzhangError
from ..language import language
from .pages import asset, html_table, template
from .study import Study
from .workbook import write_xlsx

ASSETS = ("style.css", "site.js")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Elements whose text begins a new word.
BLOCKS = {*HEADINGS, "p", "td", "th", "tr", "li", "div", "pre", "br", "caption", "dt", "dd", "table"}
#: The rows of a document that have a page, and their columns.
ROWS = {
    "amounts": ["amount_id", "code", "name", "column", "raw", "amount", "unit", "page"],
    "kpi_indicators": ["indicator_id", "level3", "target_raw", "actual_raw", "score", "page"],
    "claims": ["claim_id", "kind", "value", "unit", "sentence", "page"],
    "checks": ["check_id", "status", "statement", "left", "right", "difference", "pages"],
}
FINDING = ["finding_id", "severity", "pages", "printed", "expected", "sentence_en", "sentence_zh"]
#: More rows of one resource than these get no page: they are in its CSV.
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class SitePage:
    """One page: file name, title, body as HTML, the sentence that the index gives it, whether it is listed."""

    name: str
    title: str
    body: str
    summary: str = ""
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under a heading: its level (h1 …), its anchor, and the text."""

    tag: str
    anchor: str
    heading: str
    text: str


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
    meanings = clean / ("README.zh.md" if language() == "zh" and (clean / "README.zh.md").is_file() else "README.md")
    texts = [path for path in (meanings, *sorted(clean.glob("*validation*.md")), *reports) if path.is_file()]
    others = [markdown_page(path, "dictionary" if path == meanings else path.stem) for path in texts]
    data = load(clean) if (clean / "documents.csv").is_file() else None
    files = [*sorted(clean.glob("*.csv")), *clean.glob("datapackage.json")] if data else []
    others = [*data_pages(data), *others] if data else others
    study = Study.of(clean)
    title = study.title or "mingzhang 明账"
    index = template("index.html").render(
        title=title, study=study, version=__version__, notebooks=pages, files={path.name for path in files},
        resources=RESOURCES,
        others=[page for page in others if page.listed],
    )
    everything = [SitePage("index.html", title, index), *pages, *others]
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    if data:
        (out / "data").mkdir()
        for path in files:
            shutil.copyfile(path, out / "data" / path.name)
        write_xlsx(data, out / "data" / "data.xlsx")
    entries = []
    for page in everything:
        parts = list(sections(parsed(page.body)))
        entries += [
            {"u": f"{page.name}#{one.anchor}".rstrip("#"), "t": page.title, "h": one.heading, "x": one.text}
            for one in parts if one.text
        ]
        whole = template("page.html").render(
            page=page, pages=[one for one in everything if one.listed],
            contents=[one for one in parts if one.anchor and one.tag != "h1"],
            tables=tables_bundle() if "window._itables_" in page.body else "",
        )
        (out / page.name).write_text(whole, encoding="utf-8", newline="\n")
    for name in ASSETS:
        (out / name).write_text(asset(name), encoding="utf-8", newline="\n")
    script = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    (out / "search.js").write_text(f"window.SEARCH = {script};\n", encoding="utf-8", newline="\n")
    return [out / page.name for page in everything]


# --- pages -----------------------------------------------------------------------------------------------------------


def notebook_page(path: Path) -> SitePage:
    """A notebook with its outputs as they stand in the file."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not is_tables_bundle(output)]
    body, _ = HTMLExporter(template_name="basic", anchor_link_text="#").from_notebook_node(notebook)
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), path.stem)
    heading, _, rest = first.lstrip("# ").partition("\n")
    title = plain_text(markdown2html_mistune(heading))
    summary = next((part for part in rest.split("\n\n") if part.strip()
                    and not part.lstrip().startswith(("#", "|", "-"))), "")
    return SitePage(f"{path.stem}.html", title, polished(body, title), plain_text(markdown2html_mistune(summary)))


def is_tables_bundle(output: nbformat.NotebookNode) -> bool:
    """Whether an output only loads the library of the interactive tables, which the site brings along itself."""
    text = "".join(output.get("data", {}).get("text/html", ""))
    return "_itables_" in text and "<table" not in text


def markdown_page(path: Path, name: str) -> SitePage:
    """A Markdown file as a page."""
    text = path.read_text(encoding="utf-8")
    heading = re.search(r"^#\s+(.+)$", text, re.M)
    return SitePage(f"{name}.html", heading[1] if heading else path.stem,
                    polished(markdown2html_mistune(text), path.stem))


def data_pages(data: Dataset) -> Iterator[SitePage]:
    """The documents with their tables, their findings, and each document's rows, so that the search knows every id."""
    documents = data.documents.to_dict("records")
    own = {row["doc_id"]: f"rows-{row['doc_id']}.html" for row in documents if len(data.amounts) <= MOST_ROWS}
    for name, title, frame, columns in (
        ("documents", "Documents", data.tables, ["table_id", "title", "form", "page_first", "page_last"]),
        ("findings", "Findings", data.findings, FINDING),
    ):
        parts = []
        for row in documents:
            known = [row[key] for key in ("doc_id", "org", "fiscal_year", "kind", "status", "url")]
            about = ", ".join(str(value) for value in known if value and value == value)
            mine = frame[frame["doc_id"] == row["doc_id"]][columns]
            head = {"id": row["doc_id"], "title": row["title"] or row["doc_id"], "about": about,
                    "link": own.get(row["doc_id"], "")}
            parts.append((head, [html_table(mine, f"{title} of {row['doc_id']}")] if len(mine) else []))
        count = f"{len(documents)} documents, {len(frame)} {'tables' if name == 'documents' else name}."
        yield SitePage(f"{name}.html", title, template("data.html").render(title=title, parts=parts), count)
    for row in documents:
        if row["doc_id"] in own:
            yield SitePage(own[row["doc_id"]], row["title"] or row["doc_id"], rows_body(row["doc_id"], data),
                           listed=False)


def rows_body(doc_id: str, data: Dataset) -> str:
    """The rows of a document, a section for each table and each other resource."""
    parts = []
    for name, columns in ROWS.items():
        frame = data[name]
        mine = frame[frame[columns[0]].str.startswith(f"{doc_id}/")]
        mine = mine[mine["status"] != "untestable"] if "status" in mine else mine
        groups = mine.groupby("table_id",
                              sort=False) if "table_id" in mine else [(f"{doc_id}/{name}", mine)] if len(mine) else []
        for key, rows in groups:
            head = {"id": key, "title": key, "about": RESOURCES[name].description, "link": ""}
            parts.append((head, [html_table(rows[columns], f"{name}: {key}")]))
    return template("data.html").render(title=doc_id, parts=parts)


def tables_bundle() -> Markup:
    """The library of the interactive tables as HTML, itself without network."""
    from itables import options
    from itables.javascript import generate_init_offline_itables_html

    return Markup(generate_init_offline_itables_html(options.dt_bundle).split("<div style")[0])


# --- HTML ------------------------------------------------------------------------------------------------------------


def parsed(body: str) -> Tag:
    """HTML as a tree."""
    soup = BeautifulSoup(f"<body>{body}</body>", "lxml")
    return soup.body or soup


def polished(body: str, title: str) -> str:
    """What nbconvert leaves to do: links between notebooks, ids and names, wide things that scroll by keyboard too."""
    page = parsed(body)
    taken: dict[str, int] = {}
    for link in page.find_all("a", href=re.compile(r"^[^:/]+\.ipynb(#|$)")):
        link["href"] = str(link["href"]).replace(".ipynb", ".html", 1)
    for heading in page.find_all(HEADINGS):
        if not heading.get("id"):
            slug = re.sub(r"[^\w]+", "-", heading.get_text()).strip("-") or "section"
            taken[slug] = taken.get(slug, 0) + 1
            heading["id"] = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
    for drawn in page.find_all(["svg", "img"]):
        over = drawn.find_previous(HEADINGS)
        label = f"Figure: {over.get_text().rstrip('#¶') if over else title}"
        if drawn.name == "svg" and "aria-label" not in drawn.attrs:
            drawn.attrs |= {"role": "img", "aria-label": label}
        elif drawn.name == "img" and (not drawn.get("alt") or "No description has been provided" in str(drawn["alt"])):
            drawn["alt"] = label
    for wide in page.find_all("div", class_=re.compile("^(highlight|output_html)")):
        wide.attrs |= {"tabindex": "0", "role": "group", "aria-label": "code or output"}
    for table in page.find_all("table", class_="dataframe"):
        del table["border"]
    for style in page.find_all("style", attrs={"scoped": True}):
        style.decompose()
    return page.decode_contents()


def sections(page: Tag) -> Iterator[Section]:
    """The page's parts, each from a heading with an id to the next; what stands before the first is a part too."""
    tag, anchor, heading, text = "", "", "", list[str]()
    for node in page.descendants:
        if isinstance(node, Tag):
            if node.name in HEADINGS and node.get("id"):
                yield Section(tag, anchor, heading, squeezed(text))
                tag, anchor, heading, text = node.name, str(node["id"]), node.get_text().rstrip("#¶"), []
            text += [" "] * (node.name in BLOCKS)
        elif type(node) is NavigableString:  # scripts, styles and comments are kinds of their own
            text.append(node)
    yield Section(tag, anchor, heading, squeezed(text))


def squeezed(parts: Sequence[str]) -> str:
    """Texts as one, with single blanks."""
    return " ".join("".join(parts).split())


def plain_text(markup: str) -> str:
    """The text of HTML with single blanks."""
    return squeezed([section.text + " " for section in sections(parsed(markup))])

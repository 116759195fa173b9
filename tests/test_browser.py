"""JupyterLab and the static site in a real browser: Chromium, headless, through Playwright.

Skipped where there is no Chromium ($MINGZHANG_CHROMIUM names one in an unusual place). A failed test leaves a screenshot in
.pytest_cache/screenshots.
"""

from __future__ import annotations

import csv
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))
SCREENSHOTS = REPO / ".pytest_cache" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
#: Milliseconds that a page may take to react, and that all cells of a notebook may take.
REACTION, RUN = 60_000, 600_000
START = "00-start-here"
#: What runs in JupyterLab: the panels and pictures, and the shortest notebook with a figure.
IN_LAB = (START, "07-over-time")

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (pip install playwright)")
CHROMIUM = os.environ.get("MINGZHANG_CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (apt-get install chromium, or name one in $MINGZHANG_CHROMIUM)"),
    pytest.mark.skipif(not NOTEBOOKS, reason="no notebooks yet"),
    pytest.mark.skipif(not (REPO / "data" / "clean" / "documents.csv").is_file(), reason="no data/clean yet (make)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as runner:
        chromium = runner.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def opened(browser: Any, name: str, **options: Any) -> Iterator[Any]:
    """A page in a context of its own; what goes wrong leaves a screenshot."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, **options)
    page = context.new_page()
    page.set_default_timeout(REACTION)
    try:
        yield page
    except BaseException:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")
        raise
    finally:
        context.close()


# --- the static site -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from mingzhang.showing.site import build_site

    out = tmp_path_factory.mktemp("site") / "site"
    build_site(REPO / "notebooks", REPO / "data" / "clean", out)
    return out


@contextmanager
def offline(browser: Any, path: Path) -> Iterator[Any]:
    """A page of the site from disk, with the network cut off; anything asked of a network or said on the console fails."""
    asked: list[str] = []
    said: list[str] = []
    with opened(browser, f"site-{path.stem}", offline=True) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        yield page
        outside = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
        assert outside == []
        assert said == []


PAGES = ["index", "dictionary", "documents", "findings", *(path.stem for path in NOTEBOOKS)]


@pytest.mark.parametrize("name", PAGES)
def test_site_page_is_whole_and_accessible(browser: Any, site: Path, name: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with offline(browser, site / f"{name}.html") as page:
        assert page.locator("h1").count() == 1
        assert page.locator("img:not([alt]), img[alt='']").count() == 0
        assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
        dead = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map((a) => a.hash.slice(1))"
                             ".filter((at) => at && !document.getElementById(at) && !document.getElementById(decodeURIComponent(at)))")
        assert dead == []
        found = axe.run(page, options={"preload": False}).response["violations"]
        serious = [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]
        assert serious == []


def test_site_search_finds_a_section(browser: Any, site: Path) -> None:
    with offline(browser, site / "index.html") as page:
        page.fill("#query", "facsimile published")
        hit = page.locator(f"#hits a[href^='{START}']").first
        hit.click()
        page.wait_for_url(re.compile(START))
        page.fill("#query", "no such words anywhere")
        assert page.locator("#hits p").inner_text() == "0 sections"


def test_site_search_finds_the_id_of_a_row(browser: Any, site: Path) -> None:
    key = next(csv.DictReader((REPO / "data" / "clean" / "amounts.csv").open(encoding="utf-8")))["amount_id"]
    with offline(browser, site / "index.html") as page:
        page.fill("#query", key)
        page.locator("#hits a[href^='rows-']").first.click()
        page.wait_for_url(re.compile("rows-"))
        assert page.locator(f"td:text-is('{key}')").count() >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_site_is_usable_on_a_phone(browser: Any, site: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name in ("index", START, "findings"):
        with offline(browser, site / f"{name}.html") as page:
            page.set_viewport_size({"width": 360, "height": 740})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            assert page.locator("h1").bounding_box()["y"] < 370, "the title is on the first screen"
            found = axe.run(page, options={"preload": False}).response["violations"]
            assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_a_picture_on_the_site_can_be_enlarged(browser: Any, site: Path) -> None:
    with offline(browser, site / f"{START}.html") as page:
        enlarge(page)


def enlarge(page: Any) -> None:
    """A picture of a source is shown twice as large by a click or a key, and small again by another."""
    picture = page.locator("figure.mz-picture img").first
    picture.scroll_into_view_if_needed()
    small = picture.bounding_box()["width"]
    picture.click()
    large = picture.bounding_box()["width"]
    assert large == pytest.approx(2 * int(picture.get_attribute("width")), abs=2)
    assert large > small
    page.locator("figure.mz-picture summary").first.press("Enter")
    assert picture.bounding_box()["width"] == small


def test_site_table_filters(browser: Any, site: Path) -> None:
    with offline(browser, site / f"{START}.html") as page:
        filter_classes(page)


def filter_classes(page: Any) -> None:
    """The interactive table of the first notebook lists what is searched for, and sorts."""
    table = page.locator("table#classes")
    table.scroll_into_view_if_needed()
    rows = table.locator("tbody tr")
    playwright.expect(rows).to_have_count(10)
    search = page.locator(".dt-container:has(#classes) .dt-search input")
    search.fill("教育")
    page.wait_for_function("[...document.querySelectorAll('table#classes tbody tr')].every((row) => row.textContent.includes('教育'))")
    assert rows.count() > 0
    search.fill("")
    playwright.expect(rows).to_have_count(10)
    heading = table.locator("thead th", has_text="amount").first
    heading.locator(".dt-column-order").click()
    playwright.expect(heading).to_have_attribute("aria-sort", "ascending")
    amounts = [float(row.locator("td").nth(4).inner_text().replace(",", "")) for row in rows.all()]
    assert amounts == sorted(amounts)


# --- JupyterLab ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab over a copy of the notebooks, with settings and runtime files of its own."""
    home = tmp_path_factory.mktemp("lab")
    root = home / "root"
    shutil.copytree(REPO / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(REPO / "data", root / "data")
    tracker = home / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True)
    tracker.write_text(json.dumps({"windowingMode": "none"}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
                                "JUPYTER_DATA_DIR": str(home / "data"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
                                "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "IPYTHONDIR": str(home / "ipython")}
    environment.pop("MPLBACKEND", None)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser", f"--port={port}",
               "--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={token}",
               "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
               "--LabApp.news_url=None"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=home)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/api/status?token={token}", server, home / "log")
            yield f"{address}/lab/tree/notebooks/{{}}.ipynb?reset&token={token}"
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()  # a worker thread of the server's own may outlive its loop, and then it never ends
                server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("JupyterLab does not start:\n" + log.read_text(errors="replace")[-3000:])


@contextmanager
def ran(browser: Any, lab: str, name: str) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """A notebook in JupyterLab after all its cells have run, and its cells."""
    with opened(browser, f"lab-{name}") as page:
        page.goto(lab.format(name), timeout=60_000)
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'", timeout=60_000)
        page.set_default_timeout(RUN)
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.set_default_timeout(REACTION)
        cells = page.evaluate("window.jupyterapp.shell.currentWidget.content.model.toJSON().cells")
        yield page, [cell for cell in cells if cell["cell_type"] == "code"]
        page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")


@pytest.mark.parametrize("name", IN_LAB)
def test_notebook_runs_in_jupyterlab(browser: Any, lab: str, name: str) -> None:
    """No error, no warning, every picture whole; the first notebook's panels react. nbval executes the other notebooks."""
    with ran(browser, lab, name) as (page, cells):
        outputs = [output for cell in cells for output in cell["outputs"]]
        assert [f"{output['ename']}: {output['evalue']}" for output in outputs if output["output_type"] == "error"] == []
        assert all(cell["execution_count"] for cell in cells if "".join(cell["source"]).strip())
        assert "".join("".join(output.get("text", "")) for output in outputs if output.get("name") == "stderr") == ""
        assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
        broken = page.evaluate("[...document.querySelectorAll('.jp-OutputArea img')].filter((i) => !i.complete || !i.naturalWidth).length")
        assert broken == 0
        if name == START:
            start_here_reacts(page)


def start_here_reacts(page: Any) -> None:
    """The first notebook: a picture of a source, with twice the pixels that it takes on the page, the table, the panels."""
    picture = page.locator("figure.mz-picture img").first
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("(image) => image.naturalWidth") > 400
    assert picture.evaluate("(image) => image.naturalWidth / Number(image.getAttribute('width'))") == pytest.approx(2, abs=0.01)
    enlarge(page)
    filter_classes(page)
    explore(page)
    bring_a_pdf(page)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        page.wait_for_function("(name) => document.body.dataset.jpThemeName === name", arg=theme)
        for part in ("table#classes tbody td", "figure.mz-picture figcaption", ".widget-html td", ".jp-RenderedMarkdown p"):
            assert contrast(page, part) >= 4.5, (theme, part)
    assert different_characters(page)


def test_links_lead_to_the_next_notebook(browser: Any, lab: str) -> None:
    with opened(browser, "lab-steps") as page:
        page.goto(lab.format(START), timeout=60_000)
        link = page.locator(".jp-RenderedMarkdown a:has-text('→')").last
        link.scroll_into_view_if_needed()
        link.click()
        page.wait_for_function("window.jupyterapp.shell.currentWidget?.title.label.startsWith('01')", timeout=60_000)


def contrast(page: Any, selector: str) -> float:
    """The contrast of a text with what lies behind it (WCAG 2.1)."""
    return page.locator(selector).first.evaluate("""(part) => {
        const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
        let ground = [255, 255, 255];
        for (let at = part; at; at = at.parentElement) {
            const [r, g, b, a = 1] = parts(getComputedStyle(at).backgroundColor);
            if (a > 0.5) { ground = [r, g, b]; break; }
        }
        const light = (rgb) => rgb.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const [dark, bright] = [light(parts(getComputedStyle(part).color)), light(ground)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    }""")


def choice(page: Any, label: str) -> Any:
    return page.locator(f".widget-dropdown:has(label:text-is('{label}')) select")


def explore(page: Any) -> None:
    """The explorer follows a choice of level, and shows where a row is printed."""
    level = choice(page, "code level")
    level.scroll_into_view_if_needed()
    caption = page.locator(".widget-html caption").first
    before = caption.inner_text()
    level.select_option(label="all rows")
    page.wait_for_function("(before) => document.querySelector('.widget-html caption').textContent !== before", arg=before)
    assert page.locator(".widget-html svg rect").count() > 1
    choice(page, "printed where").select_option(index=1)
    page.wait_for_function("[...document.querySelectorAll('.widget-html img')].some((image) => image.naturalWidth > 400)")


def bring_a_pdf(page: Any) -> None:
    """A PDF that is dropped is read and exported."""
    pdf = sorted((REPO / "data" / "raw").glob("*.pdf"))[2]
    button = page.locator("button:has-text('choose files')")
    button.scroll_into_view_if_needed()
    with page.expect_file_chooser() as chooser:
        button.click()
    chooser.value.set_files(pdf)
    page.wait_for_selector(f".widget-html p:has-text('{pdf.name}')", timeout=60_000)
    choice(page, "table").select_option(index=1)
    page.wait_for_selector(".widget-html img[alt*='columns']")
    page.locator("button:has-text('export CSV and XLSX')").click()
    link = page.locator("a[download$='.xlsx']")
    link.wait_for(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"


def different_characters(page: Any) -> bool:
    """Whether the font that draws Chinese in charts of the page has glyphs: without them all characters are the same box."""
    return page.evaluate("""() => {
        const drawn = (text) => {
            const canvas = document.createElement("canvas");
            const pen = canvas.getContext("2d");
            pen.font = '20px "Noto Sans SC", "Noto Sans CJK SC", sans-serif';
            pen.fillText(text, 5, 25);
            return canvas.toDataURL();
        };
        return drawn("预") !== drawn("算");
    }""")

"""The documentation's site: it builds, every link leads somewhere, and a browser loads it from one host."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from infra import site_check
from infra.__main__ import main
from tests import chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

PROJECT = Path(__file__).parents[2]


def build(project: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of the documents in `project`, as `make docs` does."""
    return subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def copied(to: Path) -> Path:
    """Copy what the site is made of."""
    shutil.copytree(PROJECT / "docs", to / "docs")
    shutil.copy(PROJECT / "mkdocs.yml", to)
    return to


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copied(tmp_path_factory.mktemp("project"))
    built = build(project)
    assert built.returncode == 0, built.stdout + built.stderr
    return project / "build" / "site"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    with server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.started() as browser:
        yield browser


def test_the_site_has_no_fault(site: Path) -> None:
    assert list(site_check.faults(site)) == []


def test_the_check_has_seen_the_pages(site: Path) -> None:
    pages = {path.name: site_check.read(path) for path in site.glob("*.html")}

    assert {path.stem for path in (PROJECT / "docs").glob("*.md")} == {Path(name).stem for name in pages} - {
        "404"
    }
    assert "what-a-refusal-says" in pages["urls.html"].anchors
    assert "pictures/mountain-path_200x100_fit-cover.webp" in pages["options.html"].loaded


BROKEN: dict[str, str] = {
    "a page that is not there": "[x](gone.md)",
    "an anchor that is not there": "[x](urls.md#gone)",
}
"""What the generator itself refuses."""


@pytest.mark.parametrize("name", BROKEN)
def test_the_generator_refuses(name: str, tmp_path: Path) -> None:
    project = copied(tmp_path)
    with (project / "docs" / "index.md").open("a") as page:
        page.write(f"\n\n{BROKEN[name]}\n")

    assert build(project).returncode != 0


def add(text: str) -> Callable[[Path], object]:
    """Return what writes `text` into the page."""
    return lambda site: (site / "urls.html").write_text((site / "urls.html").read_text() + text)


PLANTED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a picture that is not there": (
        add('<img src="gone.png">'),
        "urls.html names gone.png, which is not there",
    ),
    "a picture of another case": (
        add('<img src="WAY.svg">'),
        "urls.html names WAY.svg, which is not there",
    ),
    "a page that is not there": (
        add('<a href="./gone.html#x">'),
        "urls.html names ./gone.html#x, which is not there",
    ),
    "an anchor of another page": (
        add('<a href="index.html#gone">'),
        "urls.html names index.html#gone, an anchor that is not there",
    ),
    "an anchor of the same page": (
        add('<a href="#gone">'),
        "urls.html names #gone, an anchor that is not there",
    ),
    "a script of another host": (
        add('<script src="https://cdn.example.com/x.js"></script>'),
        "urls.html loads https://cdn.example.com/x.js",
    ),
    "a style of another host, without its protocol": (
        add('<link href="//fonts.example.com/x.css">'),
        "urls.html loads //fonts.example.com/x.css",
    ),
    "a font of another host in a style": (
        lambda site: (site / "site.css").write_text("@font-face { src: url('https://fonts.example.com/x') }"),
        "site.css loads url('https://fonts.example.com/x",
    ),
    "a page that nobody has put into the menu": (
        lambda site: shutil.copy(site / "urls.html", site / "lost.html"),
        "lost.html is not in the menu: name it in mkdocs.yml",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_fault_is_found(name: str, site: Path, tmp_path: Path) -> None:
    plant, fault = PLANTED[name]
    copy = shutil.copytree(site, tmp_path / "site")
    plant(copy)

    assert list(site_check.faults(copy)) == [fault]


def test_the_command_names_the_faults_and_fails(site: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(site, tmp_path / "site")
    (copy / "way.svg").unlink()

    assert CliRunner().invoke(main, ["site", str(site)]).exit_code == 0
    run = CliRunner().invoke(main, ["site", str(copy)])
    assert run.exit_code == 1
    assert "index.html names way.svg, which is not there" in run.output


def elsewhere(asked: list[str], address: str) -> list[str]:
    """Return what was asked of others than the server at `address` and the page itself."""
    return [url for url in asked if not url.startswith((address, "data:", "blob:"))]


@pytest.mark.parametrize("width", [1280, 390], ids=["screen", "phone"])
def test_a_browser_asks_no_other_host_and_reports_no_error(
    site: Path, address: str, browser: Browser, width: int
) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for each in sorted(path.name for path in site.glob("*.html")):
            page.goto(address + each)
            too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert too_wide <= 0, f"{each} is {too_wide} pixels wider than the screen"

    assert elsewhere(asked, address) == []
    assert len(asked) > len(list(site.glob("*.html")))
    assert complaints == []


def test_the_search_finds_an_option(address: str, browser: Browser) -> None:
    with browser.new_context() as context:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        with page.expect_event("worker"):
            page.goto(address + "index.html")
        page.locator("button.md-search__button").click()
        page.locator("input:focus").fill("watermark")
        page.locator("a[href*='options.html'][href$='#watermark']").first.wait_for()

    assert elsewhere(asked, address) == []

"""A page in a real browser: img tags of variants that do not exist yet."""

from __future__ import annotations

import html
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import sync_playwright

from chalicelib.codecs.imagemagick import Image
from tests.e2e.test_way import PHOTOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.e2e.conftest import System

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
SHOWN = [("300x200", photo) for photo in PHOTOS] + [("100x100,fit=cover", photo) for photo in PHOTOS]

NATURAL_SIZES = """
    async () => {
        const images = [...document.images];
        await Promise.all(images.map(image => image.decode().catch(() => {})));
        return images.map(image => [image.naturalWidth, image.naturalHeight]);
    }
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "Chromium is missing: apt-get install chromium"
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-sync",
    ]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=quiet)
        yield browser.new_page(viewport={"width": 1000, "height": 900})
        browser.close()


@pytest.mark.parametrize("cdn", ["system", "worst"])
def test_a_page_of_missing_variants_shows_them_all(
    page: Page, cdn: str, request: pytest.FixtureRequest
) -> None:
    site: System = request.getfixturevalue(cdn)
    for photo in PHOTOS:
        site.put(f"page/{photo.name}", photo.read_bytes())
    tags = [
        f'<img crossorigin src="{html.escape(f"{site.edge.url}/{variant}/page/{quote(photo.name)}")}">'
        for variant, photo in SHOWN
    ]
    page.set_content(f"<!doctype html><title>variants</title>{''.join(tags)}")
    sizes = page.evaluate(NATURAL_SIZES)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{cdn}.png", full_page=True)
    for (variant, photo), (width, height) in zip(SHOWN, sizes, strict=True):
        if variant == "300x200":
            assert width == 300 or height == 200, photo.name
        else:
            assert (width, height) == (100, 100), photo.name


def test_the_browser_shows_pictures_that_it_may_neither_guess_nor_run(page: Page, system: System) -> None:
    photo = PHOTOS[0]
    system.put("page/guarded.jpg", photo.read_bytes())
    address = f"{system.edge.url}/300x200/page/guarded.jpg"
    styled = f'<div style="width: 300px; height: 200px; background: url({address})"></div>'
    images = f'<img src="{address}"><img crossorigin src="{address}">'
    page.set_content(f"<!doctype html><title>another origin</title>{styled}{images}")
    assert all(width == 300 or height == 200 for width, height in page.evaluate(NATURAL_SIZES))
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, show in (("elsewhere", None), ("opened", address)):
        if show:
            answer = page.goto(show)
            assert answer
            assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        shot = page.screenshot(path=PICTURES / f"{name}.png")
        with Image(blob=shot) as seen:
            assert seen.colors > 5000, name


def test_what_is_no_picture_is_not_run_where_it_is_opened(page: Page, system: System) -> None:
    script = b"<!doctype html><title>shown</title><script>document.title = 'run'</script>"
    system.put("page/script.jpg", script)
    page.goto(f"{system.edge.url}/300x200/page/script.jpg")
    assert page.title() == ""

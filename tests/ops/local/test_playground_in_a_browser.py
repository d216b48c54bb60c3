"""The playground of a local site in a real browser: a dropped photo, its original beside its variant."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from infra.package import PROJECT
from ops.local.system import SAMPLES
from tests import chromium
from tests.ops.local.test_page_in_a_browser import ORIGINALS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ops.local.conftest import Site

expect.set_options(timeout=60_000)  # the first picture waits for the emulator to start the function

SCREENSHOTS = PROJECT / "build" / "screenshots"

DROP = """
    ([name, data]) => {
        const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
        const dropped = new DataTransfer();
        dropped.items.add(new File([bytes], name, { type: name.endsWith("jpg") ? "image/jpeg" : "" }));
        document.body.dispatchEvent(
            new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
    }
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium.started() as browser:
        made, wrong = browser.new_page(viewport={"width": 1440, "height": 1000}), list[str]()
        made.on("pageerror", lambda error: wrong.append(str(error)))
        made.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
        yield made
    assert wrong == []


def drop(page: Page, name: str, photo: Path) -> None:
    page.evaluate(DROP, [name, base64.b64encode(photo.read_bytes()).decode()])


def test_a_dropped_photo_is_beside_its_variant_with_what_the_log_says(site: Site, page: Page) -> None:
    page.goto(f"{site.page}playground/#/320x,format=webp/none.jpg")
    drop(page, "caf\u00e9 (1).jpg", SAMPLES / "astronaut.jpg")
    page.locator(".after .frame img").wait_for()
    size = (SAMPLES / "astronaut.jpg").stat().st_size
    expect(page.locator(".before .facts")).to_have_text(f"512 \u00d7 512 pxjpeg{size / 1000:.1f} kB")
    expect(page.locator(".after .facts")).to_contain_text("320 \u00d7 320 px")
    expect(page.locator(".after .facts")).to_contain_text("% of the original\u2019s")
    expect(page.locator(".log")).to_contain_text("The site\u2019s log: 307 \u2192 302 \u2192 200")
    expect(page.locator('.samples button[aria-pressed="true"] img')).to_be_visible()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "playground-local.png")


def test_an_original_that_browsers_cannot_draw_has_its_bytes_and_its_variant(site: Site, page: Page) -> None:
    page.goto(f"{site.page}playground/#/320x,format=webp/none.jpg")
    drop(page, "photo.heic", ORIGINALS / "astronaut.heic")
    page.locator(".after .frame img").wait_for()
    expect(page.locator(".before .frame")).to_contain_text("This browser cannot draw")
    expect(page.locator(".before .facts")).to_contain_text("kB")


def test_an_upload_that_s3_refuses_says_why(site: Site, page: Page, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    page.goto(f"{site.page}playground/")
    drop(page, "empty.jpg", tmp_path / "empty.jpg")
    expect(page.get_by_role("status")).to_contain_text("empty.jpg: ")
    expect(page.get_by_role("status")).to_contain_text("Words of S3.")

"""The local page in a real browser: pictures, what is said of them, and photos that are dropped on it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from infra.package import PROJECT
from ops.local.system import SAMPLES
from tests import chromium
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ops.local.conftest import Site

expect.set_options(timeout=60_000)  # the first picture waits for the emulator to start the function

SCREENSHOTS = PROJECT / "build" / "screenshots"
ORIGINALS = PROJECT / "infra" / "runtime" / "originals"

DROP = """
    ([name, data]) => {
        const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
        const dropped = new DataTransfer();
        dropped.items.add(new File([bytes], name));
        document.querySelector("form").dispatchEvent(
            new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
    }
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium.started() as browser:
        yield browser.new_page(viewport={"width": 1100, "height": 900})


def drop(page: Page, name: str, photo: Path) -> None:
    page.evaluate(DROP, [name, base64.b64encode(photo.read_bytes()).decode()])
    expect(page.get_by_role("status")).to_have_text(f"Uploaded: {name}")


@pytest.mark.parametrize(
    ("name", "photo"),
    [
        pytest.param("dropped.jpg", SAMPLES / "astronaut.jpg", id="a JPEG"),
        pytest.param(
            "summer (1) + caf\u00e9 \u2615.HEIC", ORIGINALS / "astronaut.heic", id="HEIC, an odd name"
        ),
    ],
)
def test_a_photo_that_is_dropped_is_uploaded_and_shown(
    site: Site, page: Page, name: str, photo: Path
) -> None:
    page.goto(site.page)
    drop(page, name, photo)
    shown = page.locator(f'section[data-key="{name}"]')
    expect(shown.locator("figcaption span").first).to_contain_text("px")
    expect(shown.locator("figcaption span").first).to_contain_text("307 \u2192 302 \u2192 200")
    expect(shown.locator("figcaption span").first).to_contain_text("app ")
    assert name in site.system.originals.newest()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"local-page-{photo.suffix[1:]}.png", full_page=True)


def test_a_refusal_stands_where_the_picture_would_be(site: Site, page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 and no more")
    page.goto(site.page)
    drop(page, "broken.jpg", broken)
    said = page.locator('section[data-key="broken.jpg"] figcaption span').first
    expect(said).to_contain_text("BrokenImage: ")
    expect(said).to_have_class("bad")


def test_an_upload_that_s3_refuses_says_why(site: Site, page: Page, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jpg"
    empty.write_bytes(b"")
    page.goto(site.page)
    page.evaluate(DROP, ["empty.jpg", ""])
    status = page.get_by_role("status")
    expect(status).to_have_class("bad")
    expect(status).to_contain_text("empty.jpg: ")
    assert "empty.jpg" not in site.system.originals.newest()


def test_chosen_photos_are_uploaded_too(site: Site, page: Page) -> None:
    page.goto(site.page)
    page.locator("input[type=file]").set_input_files([SAMPLES / "fig.png", SAMPLES / "mountain-path.jpg"])
    assert until(lambda: {"fig.png", "mountain-path.jpg"} <= set(site.system.originals.newest()))
    expect(page.get_by_role("status")).to_have_text("Uploaded: fig.png, mountain-path.jpg")

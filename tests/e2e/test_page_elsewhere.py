"""A page on another origin than the site, in a real browser: every way in which a page shows a picture."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.codecs.imagemagick import Image
from ops.local.system import SAMPLES
from resize404 import Site
from tests import chromium
from tests.e2e.conftest import DEFAULTS
from tests.e2e.test_browser import PICTURES, READ
from tests.edge.world import ScriptedOrigin
from tests.pixels import encoded, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import System

TEAL = (0, 128, 128)
WIDTHS, DENSITIES = (("100x100", "100w"), ("300x200", "300w")), (("100x100", "1x"), ("300x200", "2x"))

SHOW = """
    async () => {
        const images = [...document.images];
        await Promise.all(images.map(image => image.decode().catch(() => {})));
        const canvas = document.querySelector('canvas'), read = canvas.getContext('2d');
        read.drawImage(document.getElementById('canvas-source'), 0, 0);
        return {
            taken: Object.fromEntries(images.map(image => [image.id, image.currentSrc])),
            loaded: images.filter(image => image.naturalWidth).map(image => image.id),
            loadedByCss: performance.getEntriesByType('resource')
                .filter(entry => entry.initiatorType === 'css').map(entry => entry.name),
            read: [...read.getImageData(20, 20, 1, 1).data.slice(0, 3)],
        };
    }
"""
"""Waits for all images, and reads a pixel of one back."""


def listed(site: Site, key: str, sizes: tuple[tuple[str, str], ...]) -> str:
    """Return the value of `srcset` for sizes that are listed one by one."""
    return ", ".join(f"{site.url(key, f'{size},fit=cover')} {which}" for size, which in sizes)


def written(url: str) -> str:
    """Return the page."""
    site, signing = Site(url), Site(url, signing_key=DEFAULTS["SigningKeys"])
    set_of = ", ".join(
        f"url({json.dumps(site.url('shop/css.jpg', f'{size},fit=cover'))}) {density}"
        for size, density in DENSITIES
    )
    background = f"width: 100px; height: 100px; background: image-set({set_of}) 0 0 / 100px 100px"
    return f"""<!doctype html><title>A shop</title><link rel=icon href=data:,>
        <img id=srcset src="{site.url("shop/srcset.jpg", "100x100,fit=cover")}"
             srcset="{listed(site, "shop/srcset.jpg", WIDTHS)}" sizes=100px width=100 height=100 alt="">
        {site.picture("shop/picture.jpg", "300x200,fit=cover", alt="", id="picture")}
        <div id=css style='{background}'></div>
        {site.img("shop/teal.png", "100x100", alt="", id="canvas-source", attrs={"crossorigin": "anonymous"})}
        <canvas width=100 height=100></canvas>
        {signing.img("shop/signed.jpg", "120x90,fit=cover", alt="", id="signed")}
        {site.img("shop/unlisted.jpg", "301x200", alt="A photo in a size that is not listed", id="unlisted")}
        """


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.started() as browser:
        yield browser


@contextmanager
def opened(browser: Browser, system: System, density: int) -> Iterator[tuple[Page, list[str]]]:
    """Open the page on a screen of this density. Yield it, with what the console says."""
    said: list[str] = []
    viewport: Any = {"width": 700, "height": 520}
    with (
        browser.new_context(viewport=viewport, device_scale_factor=density) as context,
        ScriptedOrigin() as origin,
    ):
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        origin.says(200, {"Content-Type": "text/html"}, written(system.edge.url).encode())
        page.goto(origin.names("shop").address)
        yield page, said


@pytest.mark.parametrize(("density", "size"), [(1, "100x100"), (2, "300x200")], ids=["1x", "2x"])
def test_every_kind_of_picture_is_shown_and_a_mistake_is_seen(
    browser: Browser, system: System, density: int, size: str
) -> None:
    photo, site = (SAMPLES / "astronaut.jpg").read_bytes(), Site(system.edge.url)
    for name in ("srcset", "picture", "css", "signed", "unlisted"):
        system.put(f"shop/{name}.jpg", photo)
    system.put("shop/teal.png", encoded(plain(TEAL, 200, 200), "png"))
    with opened(browser, system, density) as (page, said):
        seen, lines = page.evaluate(SHOW), [*said]
        refusal = page.evaluate(READ, site.url("shop/unlisted.jpg", "301x200"))
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"shop-{density}x.png")
        with Image(blob=page.locator("#css").screenshot()) as background:
            assert background.colors > 1000
    assert seen["loaded"] == ["srcset", "picture", "canvas-source", "signed"]
    assert seen["taken"]["srcset"] == site.url("shop/srcset.jpg", f"{size},fit=cover")
    assert seen["taken"]["picture"] == site.url("shop/picture.jpg", "300x200,fit=cover,format=avif")
    assert ",s=k1." in seen["taken"]["signed"]
    assert seen["loadedByCss"] == [site.url("shop/css.jpg", f"{size},fit=cover")]
    assert tuple(seen["read"]) == TEAL, "a canvas may read what is shown with crossorigin"
    (line,) = lines
    assert "the server responded with a status of 403" in line
    assert (refusal["status"], refusal["code"]) == (403, "NotAdmitted")
    assert refusal["message"].startswith("The size 301x200 is not allowed here. ")
    assert refusal["body"] == f"NotAdmitted: {refusal['message']}\n"

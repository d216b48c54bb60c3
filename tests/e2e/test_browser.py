"""A page in a real browser: img tags of variants that do not exist yet."""

from __future__ import annotations

import base64
import html
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from chalicelib.codecs.imagemagick import Image
from chalicelib.codecs.svg.document import written
from chalicelib.codecs.svg.sanitised import sanitised
from chalicelib.handing_over import PREFIX_DEPTH
from tests import chromium
from tests.e2e.conftest import BOTH_WAYS, deployed
from tests.e2e.test_way import PHOTOS, STYLED
from tests.edge.world import ScriptedOrigin
from tests.hostile.drawings import REWRITTEN, XMLNS
from tests.pictures import png
from tests.pixels import encoded, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Page, Route

    from infra.emulator import Emulator
    from infra.package import Package
    from tests.e2e.conftest import System, Systems

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
SHOWN = [("300x200", photo) for photo in PHOTOS] + [("100x100,fit=cover", photo) for photo in PHOTOS]
RED = encoded(plain((255, 0, 0)), "png")

NATURAL_SIZES = """
    async () => {
        const images = [...document.images];
        await Promise.all(images.map(image => image.decode().catch(() => {})));
        return images.map(image => [image.naturalWidth, image.naturalHeight]);
    }
"""


@pytest.fixture(scope="module")
def drawing(aws: Emulator, packaged: Package) -> Iterator[System]:
    """A stack that draws its refusals, as a local site does."""
    with deployed(aws, packaged, "drawing", ErrorPicture="svg") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.started() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1000, "height": 900}) as context:
        yield context.new_page()


@pytest.mark.parametrize("delivery", BOTH_WAYS)
@pytest.mark.parametrize("cdn", ["plain", "worst"])
def test_a_page_of_missing_variants_shows_them_all(
    page: Page, cdn: str, delivery: str, systems: Systems
) -> None:
    site = systems(cdn, delivery)
    for photo in PHOTOS:
        site.put(f"page/{photo.name}", photo.read_bytes())
    tags = [
        f'<img crossorigin src="{html.escape(f"{site.edge.url}/{variant}/page/{quote(photo.name)}")}">'
        for variant, photo in SHOWN
    ]
    page.set_content(f"<!doctype html><title>variants</title>{''.join(tags)}")
    sizes = page.evaluate(NATURAL_SIZES)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{cdn}-{delivery}.png", full_page=True)
    if delivery == "failover":
        asked = [seen.status for seen in site.edge.log if seen.at == "cdn" and "/page/" in seen.path]
        # One hop for each first view, behind the one from the spelling of Python's `quote`.
        assert [status for status in asked if status != 301] == [200] * len(SHOWN)
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
            assert answer.headers["content-security-policy"] == STYLED
        shot = page.screenshot(path=PICTURES / f"{name}.png")
        with Image(blob=shot) as seen:
            assert seen.colors > 5000, name


REFUSED = [
    ("301x200/refused.png", 403, "NotAdmitted: The size 301x200 is not allowed here."),
    (
        "300x200,fitt=cover/refused.png",
        400,
        "Malformed: There is no option 'fitt'. Did you mean 'fit=cover'?",
    ),
    ("300x200/refused/nobody.png", 404, "NoSuchOriginal: There is no original 'refused/nobody.png'"),
    ("300x200/refused.png", 415, "BrokenImage: "),
    ("300x200" + "/deep" * (12 + PREFIX_DEPTH), 403, "NoSuchRoute: The API has no such address."),
]


@contextmanager
def shop(page: Page, addresses: list[str]) -> Iterator[list[str]]:
    """Open a page of another origin with images at these addresses. Yield what the console says of them."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    images = "".join(f'<img src="{html.escape(address)}" alt="">' for address in addresses)
    body = f"<!doctype html><title>shop</title><link rel=icon href=data:,>{images}"
    with ScriptedOrigin() as origin:
        origin.says(200, {"Content-Type": "text/html"}, body.encode())
        page.goto(origin.names("shop").address)
        page.evaluate(NATURAL_SIZES)
        yield said


@pytest.mark.parametrize(("path", "status", "words"), REFUSED, ids=[path[:40] for path, *_ in REFUSED])
def test_the_console_of_a_page_elsewhere_shows_the_status_of_a_refused_image(
    page: Page, system: System, path: str, status: int, words: str
) -> None:
    system.put("refused.png", png()[:70])
    address = f"{system.edge.url}/{path}"
    with shop(page, [address]) as said:
        (line,) = said
        seen = page.evaluate(READ, address)
    assert f"the server responded with a status of {status}" in line
    assert seen["status"] == status
    assert seen["body"].startswith(words)
    assert seen["body"] == f"{seen['code']}: {seen['message']}\n"


READ = """
    async address => {
        const answer = await fetch(address);
        const {status, headers} = answer;
        const [code, message] = ['X-Resize404-Code', 'X-Resize404-Message'].map(name => headers.get(name));
        return {status, code, message, body: await answer.text()};
    }
"""


def test_a_refusal_can_be_seen_in_place_of_its_image(page: Page, drawing: System) -> None:
    drawing.put("refused.png", png()[:70])
    addresses = [f"{drawing.edge.url}/{path}" for path, *_ in REFUSED[:4]]
    with shop(page, addresses) as said:
        sizes = page.evaluate(NATURAL_SIZES)
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / "refused.png", full_page=True)
    assert all(width == 480 and height > 50 for width, height in sizes), sizes
    for _, status, _ in REFUSED[:4]:
        assert any(f"a status of {status}" in line for line in said), "the picture is no success"


def test_what_is_no_picture_is_not_run_where_it_is_opened(page: Page, system: System) -> None:
    script = b"<!doctype html><title>shown</title><script>document.title = 'run'</script>"
    system.put("page/script.jpg", script)
    page.goto(f"{system.edge.url}/300x200/page/script.jpg")
    assert page.title() == ""


DRAWING = f"""<svg xmlns="{XMLNS}" viewBox="0 0 3 2">
    <style>.a {{ fill: #0f0 }}</style>
    <rect class="a" width="3" height="2"/>
    <rect style="fill: #00f" width="1" height="2"/>
    <image href="data:image/png;base64,{base64.b64encode(RED).decode()}" x="2" width="1" height="2"/>
</svg>"""
COLOURS = """
    async () => {
        const image = document.images[0];
        await image.decode();
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        const at = [50, 150, 250].map(x => [...context.getImageData(x, 100, 1, 1).data.slice(0, 3)]);
        return [canvas.width, canvas.height, at];
    }
"""


def test_a_drawing_is_shown_in_the_size_of_its_variant_with_the_style_within_it(
    page: Page, system: System
) -> None:
    system.put("page/drawing.svg", DRAWING.encode())
    page.set_content(f'<!doctype html><img crossorigin src="{system.edge.url}/300x200/page/drawing.svg">')

    assert page.evaluate(COLOURS) == [300, 200, [[0, 0, 255], [0, 255, 0], [255, 0, 0]]]
    answer = page.goto(f"{system.edge.url}/300x200/page/drawing.svg")
    assert answer
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == STYLED


ADDRESS = "http://drawing.example/opened.svg"


def opened(page: Page, drawing: bytes) -> set[str]:
    """Open the drawing as a page of its own, without a policy; return what it asked for and what it said."""
    done: set[str] = set()

    def answer(route: Route) -> None:
        if route.request.url == ADDRESS:
            route.fulfill(body=drawing, content_type="image/svg+xml")
        else:
            done.add(route.request.url)
            route.abort()

    def hear(dialog: Dialog) -> None:
        done.add(dialog.message)
        dialog.dismiss()

    with page.context.browser.new_page() as fresh:  # type: ignore[union-attr]  # it was launched
        fresh.route("**/*", answer)
        fresh.on("dialog", hear)
        fresh.goto(ADDRESS)
    return done


def test_a_hostile_drawing_that_is_opened_runs_nothing_and_asks_for_nothing(page: Page) -> None:
    everything = "".join(vector.inside for vector in REWRITTEN if isinstance(vector.inside, str))
    opening = f'<svg xmlns="{XMLNS}" xmlns:xlink="http://www.w3.org/1999/xlink" onload="alert(2)">'
    hostile = f"{opening}{everything}</svg>".encode()

    left = written(sanitised(hostile))
    assert b"<text>" in left
    assert opened(page, left) == set()
    assert {"1", "2", "https://evil.example/a.png"} <= opened(page, hostile)

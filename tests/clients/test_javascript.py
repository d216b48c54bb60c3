"""What the JavaScript client has for frameworks, and what only a browser shows."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from infra import vectors
from resize404 import Site
from tests.clients.callers import HOST, NODE, SCRIPTS, node, page

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route

URL = "https://img.example.com"
VECTORS: Any = json.loads(vectors.DOCUMENT.read_text())
IMPORT = "import * as client from './clients/js/src/resize404.js';"

NEXT = [
    ("a width", "{}", '{"src": "shoes/red.jpg", "width": 640}', "/640x/shoes/red.jpg"),
    ("a slash in front", "{}", '{"src": "/shoes/red.jpg", "width": 640}', "/640x/shoes/red.jpg"),
    ("a quality", "{}", '{"src": "a.jpg", "width": 640, "quality": 75}', "/640x,quality=75/a.jpg"),
    (
        "a format",
        '{format: "webp", quality: 60}',
        '{"src": "a.jpg", "width": 640}',
        "/640x,format=webp,quality=60/a.jpg",
    ),
]


@pytest.mark.parametrize(
    ("options", "asked", "path"), [row[1:] for row in NEXT], ids=[row[0] for row in NEXT]
)
def test_a_loader_of_next_image(options: str, asked: str, path: str) -> None:
    assert node(IMPORT, f"client.nextLoader('{URL}', {options})({asked})") == f"{URL}{path}"


NUXT = [
    ("a width", {"width": 640}, "/640x/a.jpg"),
    (
        "texts, as attributes have them",
        {"width": "640", "height": "400", "fit": "cover"},
        "/640x400,fit=cover/a.jpg",
    ),
    ("what is not given", {"width": 640, "format": "", "quality": None}, "/640x/a.jpg"),
    ("a colour of CSS", {"width": 640, "background": "#fff"}, "/640x,background=ffffff/a.jpg"),
]


@pytest.mark.parametrize(("modifiers", "path"), [row[1:] for row in NUXT], ids=[row[0] for row in NUXT])
def test_a_provider_of_nuxt_image(modifiers: dict[str, Any], path: str) -> None:
    said = node(
        "import provider, { getImage } from './clients/js/src/nuxt.js';"
        f"const asked = ['/a.jpg', {{ modifiers: {json.dumps(modifiers)}, baseURL: '{URL}' }}];",
        "[provider().getImage(...asked), getImage(...asked)]",
    )
    assert said == [{"url": f"{URL}{path}"}] * 2


TRANSFORMED = [
    ("a key", "shoes/red.jpg", {"width": 300}, "/300x/shoes/red.jpg"),
    ("a path", "/shoes/red.jpg", {"width": 300}, "/300x/shoes/red.jpg"),
    ("both sides cut", "a.jpg", {"width": 300, "height": 199.6}, "/300x200,fit=cover/a.jpg"),
    ("both sides with a fit", "a.jpg", {"width": 3, "height": 2, "fit": "contain"}, "/3x2,fit=contain/a.jpg"),
    (
        "a format",
        "a.jpg",
        {"width": 300, "format": "webp", "quality": 80},
        "/300x,format=webp,quality=80/a.jpg",
    ),
    ("an original's address", f"{URL}/a%20b.jpg", {"width": 300}, "/300x/a%20b.jpg"),
    (
        "an address with operations",
        f"{URL}/300x200@2x,blur=2,flip/a.jpg",
        {"width": 150},
        "/150x200@2x,blur=2,fit=cover,flip/a.jpg",
    ),
    ("a key that is not encoded", "100%.jpg", {"width": 300}, "/300x/100%25.jpg"),
]


@pytest.mark.parametrize(
    ("src", "operations", "path"), [row[1:] for row in TRANSFORMED], ids=[row[0] for row in TRANSFORMED]
)
def test_a_transformer_of_unpic(src: str, operations: dict[str, Any], path: str) -> None:
    said = node(
        IMPORT, f"client.transform({json.dumps(src)}, {json.dumps(operations)}, {{ baseUrl: '{URL}' }})"
    )
    assert said == f"{URL}{path}"


def test_what_unpic_extracts_it_can_generate() -> None:
    paths = [row["path"] for row in VECTORS["addresses"] if re.match("/[0-9]*x", row["path"])]
    made = node(
        IMPORT + f"const at = {{ baseUrl: '{URL}' }}; const paths = {json.dumps(paths)};",
        # A fit of its own, since both sides alone would be cut to the box.
        "paths.map((path) => client.extract(at.baseUrl + path, at))"
        ".map(({ src, operations }) => client.generate(src, { fit: 'inside', ...operations }, at))",
    )
    assert made == [f"{URL}{path}" for path in paths]
    assert len(paths) > 40


@pytest.mark.parametrize(
    "address",
    [f"{URL}/a.jpg", f"{URL}/hero/a.jpg", "https://other.example/300x/a.jpg", f"{URL}/300x/%E0", URL],
)
def test_what_is_no_address_with_operations_has_none_to_extract(address: str) -> None:
    assert node(IMPORT, f"client.extract('{address}', {{ baseUrl: '{URL}' }})") is None


def test_a_signed_picture_is_the_same_in_both_languages() -> None:
    key, arguments = "k1:correct-horse-battery-staple", {"widths": [320, 640], "sizes": "100vw", "alt": "Red"}
    in_script = node(
        IMPORT + f"const site = new client.SignedSite('{URL}', '{key}');",
        f"await site.picture('a.jpg', {json.dumps({**arguments, 'expires': 1_893_456_000})})",
    )
    in_python = Site(URL, signing_key=key).picture(
        "a.jpg", widths=[320, 640], sizes="100vw", alt="Red", expires=1_893_456_000
    )
    assert in_script == in_python
    assert in_python.count(",s=k1.1893456000.") == 7


def test_a_date_is_a_time_of_expiry() -> None:
    said = node(
        IMPORT + f"const site = new client.SignedSite('{URL}', 'k1:correct-horse-battery-staple');",
        "[await site.infoUrl('a.jpg', { expires: new Date('2030-01-01') }), JSON.stringify(site)]",
    )
    assert said == [
        Site(URL, signing_key="k1:correct-horse-battery-staple").info_url("a.jpg", expires=1_893_456_000),
        "{}",
    ]


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("src/*.js")), ids=lambda path: path.name)
def test_every_script_is_javascript(script: Path) -> None:
    done = subprocess.run([NODE, "--check", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


def test_the_types_declare_what_the_module_has() -> None:
    declared = re.findall(
        r"^export declare (?:class|function) (\w+)",
        (SCRIPTS / "src/resize404.d.ts").read_text(),
        re.MULTILINE,
    )
    assert sorted(declared) == node(IMPORT, "Object.keys(client).sort()")


def test_the_types_declare_the_methods_of_both_sites() -> None:
    text = (SCRIPTS / "src/resize404.d.ts").read_text()
    for name in ("Site", "SignedSite"):
        declared = re.search(rf"class {name} {{(.*?)\n}}", text, re.DOTALL)
        assert declared
        own, shared = f"client.{name}.prototype", f"Object.getPrototypeOf(client.{name}).prototype"
        methods = node(IMPORT, f"[...new Set([{own}, {shared}].flatMap(Object.getOwnPropertyNames))]")
        assert re.findall(r"^  (\w+)\(", declared[1], re.MULTILINE) == methods


@pytest.fixture(scope="module")
def opened() -> Any:
    with page() as made:
        made.route(f"{URL}/**", _picture)
        yield made


def _picture(route: Route) -> None:
    route.fulfill(
        body='<svg xmlns="http://www.w3.org/2000/svg" width="9" height="6"/>', content_type="image/svg+xml"
    )


CHOSEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "the best format, the width that fits": (
        "shoes/red.jpg",
        {"widths": [320, 640, 960], "sizes": "600px", "original": (2000, 1500)},
        "/640x,format=avif/shoes/red.jpg",
    ),
    "a key with commas at its end": (
        "a,b,,",
        {"widths": [320, 640], "sizes": "300px"},
        "/320x,format=avif/a,b%2C%2C",
    ),
    "a key with quotes and spaces": (
        'l\'"eau" & c.jpg',
        {"widths": [320], "sizes": "300px"},
        "/320x,format=avif/l'%22eau%22%20&%20c.jpg",
    ),
    "an original that is narrow": (
        "a.jpg",
        {"widths": [320, 960, 1280], "sizes": "1200px", "original": (800, 600), "formats": []},
        "/960x/a.jpg",
    ),
}


@pytest.mark.parametrize(("key", "asked", "path"), CHOSEN.values(), ids=list(CHOSEN))
def test_a_browser_takes_the_candidate_that_fits(opened: Page, key: str, asked: Any, path: str) -> None:
    opened.goto(f"{HOST}/page.html")
    opened.set_content(Site(URL).picture(key, alt='"', **asked))
    image = opened.locator("img")
    taken = image.evaluate("image => image.decode().then(() => image.currentSrc)")
    assert (taken, image.get_attribute("alt")) == (f"{URL}{path}", '"')


def test_a_browser_reserves_the_space_before_the_picture_is_there(opened: Page) -> None:
    opened.goto(f"{HOST}/page.html")
    held: list[Route] = []
    opened.route("**/slow.jpg", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    markup = Site(URL).img(
        "slow.jpg", width=640, alt="", original=(1280, 853), style="max-width: 100%; height: auto"
    )
    opened.set_content(f'<div style="width: 320px">{markup}</div>', wait_until="commit")
    assert opened.locator("img").bounding_box() == pytest.approx(
        {"x": 8, "y": 8, "width": 320, "height": 213.5}, abs=1
    )
    for route in held:
        route.abort()

"""The playground in a real browser, on the site: every option, refusals, recipes, keyboard, and axe-core."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import expect

from chalicelib.address import variant
from chalicelib.address.key import url_path
from chalicelib.address.options import OPTIONS
from infra.option_reference import declared
from infra.package import PROJECT
from ops.doctor import examine_stack
from ops.doctor.examination import Wanted
from ops.local.system import SAMPLES
from ops.playground import publishing
from ops.playground.files import policy
from tests import chromium
from tests.e2e.conftest import deployed
from tests.ops.doctor.patient import present

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from infra.emulator import Emulator
    from infra.package import Package
    from tests.e2e.conftest import System

SCREENSHOTS = PROJECT / "build" / "screenshots"
ODD = "summer (1) + caf\u00e9 \u2615.jpg"
OFFERED = ("astronaut.jpg", "mountain-path.jpg", "earth.gif", "fig.png", ODD)

ALLOWED = {
    "AllowedDimensions": "100x100,300x200,600x400,600x400@2x",
    "AllowedOptions": ",".join(f"{name}=*" for name in OPTIONS),
    "Watermarks": "logo=fig.png,southeast,60,20",
    "Playground": ", ".join(OFFERED),
}
"""All options, and four sizes."""

WANTED: dict[str, str] = {
    "crop": "10-20-100x80",
    "hex": "ff8800",
    "name": "logo",
    "placement": "30-70",
    "radius": "max",
}
"""A value for each kind whose declaration names none."""

DESKTOP = {"width": 1440, "height": 1000}
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=30_000)  # the first picture waits for the emulator to start the function


@pytest.fixture(scope="module")
def site(aws: Emulator, packaged: Package) -> Iterator[System]:
    """A stack with the playground, as ``ops deploy`` leaves it."""
    with deployed(aws, packaged, "playground", worst=False, delay=0.0, **ALLOWED) as running:
        for name in OFFERED:
            running.put(name, (SAMPLES / name).read_bytes())
        stack = aws.client("cloudformation").describe_stacks(StackName="playground")["Stacks"][0]
        assert publishing.update(aws.client("s3"), running.outputs.site_bucket, stack)
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.started() as browser:
        yield browser


@contextmanager
def opened(browser: Browser, site: System, hash_: str, **context: Any) -> Iterator[Page]:
    """Open the playground with a picture chosen. Afterwards nothing may have violated the page's policy."""
    with browser.new_context(**{"viewport": DESKTOP, **context}) as made:
        page, wrong = made.new_page(), list[str]()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
        page.goto(f"{site.edge.url}/playground/#/{hash_}")
        yield page
        assert wrong == []


def shown(page: Page, url: str) -> None:
    """Wait until the page shows the picture at `url`."""
    page.locator(f'.after .frame[data-url="{url}"] img').wait_for()  # looks more often than an expectation
    expect(page.locator(".url")).to_have_text(url)
    expect(page.get_by_role("status")).to_contain_text("The site allows it")


def value(option: dict[str, Any]) -> str:
    """Return a value of the option that is not its default."""
    values = option["values"]
    if option["kind"] == "flag":
        return ""
    if option["kind"] == "oneof":
        return str(next(name for name in reversed(values["names"]) if name != option["default"]))
    if "least" in values:
        return str(max(values["least"], 1)) if values["least"] >= 0 else "10"
    return WANTED[option["kind"]]


def choose(page: Page, option: dict[str, Any], text: str) -> None:
    """Set the option by its control, as a person would."""
    control = page.get_by_label(option["name"], exact=True)
    match option["kind"]:
        case "flag":
            control.check()
        case "oneof":
            control.select_option(text)
        case "placement":
            control.select_option("point")
            for side, percent in zip(("X", "Y"), text.split("-"), strict=True):
                page.locator(".placement").get_by_label(f"{side}, percent").fill(percent)
        case "crop":
            sides = page.locator(".crop input")
            for place, number in enumerate(text.replace("x", "-").split("-")):
                sides.nth(place).fill(number)
        case _:
            control.fill(text)


def test_every_option_has_a_control_that_makes_its_picture(browser: Browser, site: System) -> None:
    with opened(browser, site, "100x100/astronaut.jpg") as page:
        shown(page, f"{site.edge.url}/100x100/astronaut.jpg")
        assert page.locator(".option > label").all_inner_texts() == [option["name"] for option in declared()]
        for option in declared():
            page.goto(f"{site.edge.url}/playground/#/100x100/astronaut.jpg")
            text = value(option)
            choose(page, option, text)
            spelled = f"{option['name']}={text}" if text else option["name"]
            shown(page, f"{site.edge.url}/100x100,{spelled}/astronaut.jpg")


def test_a_refusal_is_told_in_the_words_of_the_site(browser: Browser, site: System) -> None:
    with opened(browser, site, "301x200/astronaut.jpg") as page:
        said = page.get_by_role("status")
        expect(said).to_contain_text("NotAdmitted: The size 301x200 is not allowed here.")
        expect(said).to_contain_text("Status 403. Words of the site, in its headers.")
        expect(page.locator(".after .frame")).to_have_text("No picture.")
        page.get_by_label("Width", exact=True).fill("300")
        shown(page, f"{site.edge.url}/300x200/astronaut.jpg")
        page.get_by_label("quality", exact=True).fill("101")
        expect(said).to_contain_text("Malformed: ")
        page.get_by_label("quality", exact=True).fill("")
        page.get_by_label("Key of the original").fill("nobody.jpg")
        expect(said).to_contain_text("NoSuchOriginal: ")


@pytest.mark.parametrize(
    "written",
    [
        "300x200,sepia,fit=cover,background=FF8800",
        "300x200,gravity=50-0,fit=cover",
        "600x400@2x,quality=75,format=jpeg",
        "300x200,blur=2.0,fit=inside",
    ],
)
def test_addresses_are_spelled_as_the_app_spells_them(browser: Browser, site: System, written: str) -> None:
    canonical = str(variant.parse(written))
    with opened(browser, site, f"{written}{url_path(ODD)}") as page:
        shown(page, site.edge.url + url_path(f"{canonical}/{ODD}"))
        expect(page.locator('.samples button[aria-pressed="true"]')).to_have_text(ODD)


def recipe(page: Page, name: str) -> str:
    page.get_by_role("tab", name=name, exact=True).click()
    return page.locator(".recipe code").inner_text()


def test_the_recipes_are_right(browser: Browser, site: System, tmp_path: Path) -> None:
    path = url_path(f"300x200,fit=cover,format=webp/{ODD}")
    with opened(browser, site, path[1:]) as page:
        shown(page, site.edge.url + path)
        picture = page.request.get(site.edge.url + path).body()
        codes = {name: recipe(page, name) for name in ("<img>", "srcset", "sizes", "<picture>", "Next.js")}
        python, curl = recipe(page, "Python"), recipe(page, "curl")
        page.set_content("".join(codes[name] for name in ("<img>", "srcset", "sizes", "<picture>")))
        assert page.locator("img").count() == 4
        assert page.locator("img").first.get_attribute("src") == site.edge.url + path
        assert page.locator("img").first.evaluate("(image) => [image.width, image.height]") == [300, 200]
    assert f" {path.replace('300x200', '300x200@2x')} 2x".split()[0] in codes["srcset"]
    assert 'sizes="(max-width: 300px) 100vw, 300px"' in codes["sizes"]
    assert "450x300,fit=cover,format=webp/" in codes["sizes"]
    assert codes["<picture>"].index('type="image/avif"') < codes["<picture>"].index('type="image/webp"')
    assert (
        "${width}x${Math.round(width * 200 / 300)},fit=cover,format=webp,quality=${quality ?? 75}/"
        in (codes["Next.js"])
    )
    for command in ([sys.executable, "-c", python], ["sh", "-c", curl]):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603 - the page's own code
        assert (tmp_path / "variant").read_bytes() == picture
        (tmp_path / "variant").unlink()


def test_the_readme_has_the_recipe_as_the_playground_writes_it(browser: Browser, site: System) -> None:
    with opened(browser, site, "300x200/astronaut.jpg") as page:
        shown(page, f"{site.edge.url}/300x200/astronaut.jpg")
        written = recipe(page, "srcset").replace(site.edge.url, "http://127.0.0.1:8404")
    assert f"```html\n{written}\n```" in (PROJECT / "README.md").read_text()


def test_the_addresses_of_a_recipe_can_be_tried(browser: Browser, site: System) -> None:
    with opened(browser, site, "600x400/astronaut.jpg") as page:
        shown(page, f"{site.edge.url}/600x400/astronaut.jpg")
        page.get_by_role("tab", name="srcset", exact=True).click()
        page.get_by_role("button", name="Try its addresses").click()
        tried = page.locator(".tried li")
        expect(tried).to_have_count(3)
        expect(tried.nth(1)).to_contain_text("/600x400@2x/astronaut.jpg \u2013 allowed, ")
        expect(tried.nth(2)).to_contain_text("NotAdmitted: The size 600x400@3x is not allowed here.")


def test_the_hops_of_a_miss_are_timed_and_a_stored_picture_has_one(browser: Browser, site: System) -> None:
    way = "300x200,rotate=33/astronaut.jpg"
    with opened(browser, site, way) as page:
        shown(page, f"{site.edge.url}/{way}")
        hops = page.locator(".hops li")
        assert [text.splitlines()[0] for text in hops.all_inner_texts()] == [
            "the site, which does not have it yet",
            "the app, which makes and stores it",
            "the site, which has it",
        ]
        assert all(int(text.split()[0]) >= 0 for text in page.locator(".time").all_inner_texts())
        page.reload()
        expect(hops).to_have_text(re.compile("^the site, which has it \u00b7 from this browser\u2019s cache"))
    with opened(browser, site, way) as page:
        shown(page, f"{site.edge.url}/{way}")
        assert page.locator(".hops li").count() == 1


SHOW_A_HOP = """
    async (said) => {
        const { show } = await import("/playground/way.js");
        const list = document.createElement("ol");
        show(list, [{ at: "site", status: 200, redirects: false, milliseconds: 20, said }]);
        return list.textContent;
    }
"""


def test_what_the_last_answer_says_of_its_own_time_is_shown(browser: Browser, site: System) -> None:
    with opened(browser, site, "300x200/astronaut.jpg") as page:
        shown(page, f"{site.edge.url}/300x200/astronaut.jpg")
        said = [{"name": "cdn-cache-hit", "duration": 0}, {"name": "render", "duration": 12.4}]
        text = page.evaluate(SHOW_A_HOP, said)
        assert text == ("the site, which has it \u00b7 Server-Timing: cdn-cache-hit 0 ms, render 12 ms20 ms")


def test_the_address_can_be_copied_and_sent_to_somebody(browser: Browser, site: System) -> None:
    with opened(browser, site, "300x200/fig.png", permissions=["clipboard-read", "clipboard-write"]) as page:
        shown(page, f"{site.edge.url}/300x200/fig.png")
        page.get_by_label("grayscale", exact=True).check()
        shown(page, f"{site.edge.url}/300x200,grayscale/fig.png")
        page.get_by_role("button", name="Copy the address").click()
        expect(page.get_by_role("status")).to_have_text("Copied.")
        copied = page.evaluate("navigator.clipboard.readText()")
        sent = page.url
    assert copied == f"{site.edge.url}/300x200,grayscale/fig.png"
    with opened(browser, site, sent.partition("#/")[2]) as page:
        expect(page.get_by_label("grayscale", exact=True)).to_be_checked()


def test_all_of_it_works_with_the_keyboard(browser: Browser, site: System) -> None:
    with opened(browser, site, "300x200/astronaut.jpg") as page:
        shown(page, f"{site.edge.url}/300x200/astronaut.jpg")
        seen = set[str]()
        for _ in range(80):
            page.keyboard.press("Tab")
            seen |= {str(page.evaluate("document.activeElement.id || document.activeElement.className"))}
        missing = {f"option-{option['name']}" for option in declared()} - seen
        assert missing == set()
        assert {"key", "width", "shrink", "tab-0", "copy", "url", "frame"} <= seen
        page.locator("#tab-0").focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.textContent") == "srcset"
        page.get_by_label("grayscale", exact=True).focus()
        page.keyboard.press("Space")
        shown(page, f"{site.edge.url}/300x200,grayscale/astronaut.jpg")


LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "device_scale_factor": 2},
    "forced colours": {"forced_colors": "active"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", ["600x400", "601x400"], ids=["a picture", "a refusal"])
def test_axe_finds_nothing(browser: Browser, site: System, look: str, size: str) -> None:
    path = f"{size},fit=cover,format=webp,gravity=30-70,sepia/astronaut.jpg"
    with opened(browser, site, path, **LOOKS[look]) as page:
        expect(page.locator(f'.after .frame[data-url$="{path}"] > *')).to_be_visible()
        found = Axe().run(page).response
        assert [(each["id"], each["impact"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), "scrolls sideways"
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"playground-{look}-{size}.png")


def test_the_page_may_run_its_own_script_and_a_stored_picture_may_not(browser: Browser, site: System) -> None:
    with opened(browser, site, "300x200/astronaut.jpg") as page:
        answers = {
            path: page.request.get(f"{site.edge.url}/{path}") for path in ("playground/", "300x200/fig.png")
        }
        assert answers["playground/"].headers["content-security-policy"] == policy()
        assert answers["playground/"].headers["cache-control"] == "no-cache"
        assert answers["playground/"].headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answers["300x200/fig.png"].headers["content-security-policy"]
        assert "sandbox" in answers["300x200/fig.png"].headers["content-security-policy"]
        moved = page.request.get(f"{site.edge.url}/playground", max_redirects=0)
        assert (moved.status, moved.headers["location"]) == (302, "/playground/")


def test_the_doctor_finds_nothing_wrong_with_such_a_site(site: System) -> None:
    wanted = Wanted("100x100", "fig.png", site.edge.url, site.edge.website_address)
    assert present(examine_stack(site.aws, "playground", wanted)) == []

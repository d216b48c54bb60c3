"""The local page: its photos, what the log says of them, and its form for uploads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from chalicelib.address.key import url_path
from ops.local import page_server
from ops.local.page_server import MOST_PHOTOS, LocalPage
from ops.local.views import Hop, View
from ops.playground.files import policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SITE = "http://127.0.0.1:8404"
VIEWS = {
    "/300x200/a.jpg": View((Hop("/300x200/a.jpg", 403, 0.05, 60, words="NotAdmitted: No."),)),
    "/40x/a.jpg": View((Hop("/40x/a.jpg", 302, 1.0, 0, 0.25), Hop("/40x/a.jpg", 200, 0.5, 8100))),
}


@dataclass(frozen=True)
class Photos:
    """A bucket with the photos `keys`."""

    keys: Sequence[str]
    bucket: str = "my-source"

    def newest(self) -> Sequence[str]:
        return self.keys

    def read(self, key: str) -> tuple[str, bytes] | None:
        return ("image/svg+xml", b"<svg/>") if key in self.keys else None

    def upload_form(self) -> Mapping[str, object]:
        return {"url": "http://127.0.0.1:8406/my-source", "fields": {"policy": "signed"}}


def page(*keys: str) -> LocalPage:
    def address(variant: str, key: str) -> str:
        return SITE + url_path(f"{variant}/{key}")

    return LocalPage(SITE, Photos(keys), ("300x200", "40x"), address, VIEWS.get)


def answered(target: str, *keys: str) -> str:
    found = page(*keys).answer(target)
    assert found
    return found[1].decode()


def test_the_page_has_each_photo_in_each_variant_and_escapes_its_key() -> None:
    html = answered("/", 'a "b"&<c>.jpg', "d.jpg")
    assert html.count("<img ") == 4
    escaped = "a &quot;b&quot;&amp;&lt;c&gt;.jpg"
    assert f"<h2>{escaped}</h2>" in html
    assert f'src="{SITE}/300x200/a%20%22b%22&amp;%3Cc%3E.jpg" alt="/300x200/{escaped}"' in html


def test_a_page_without_photos_asks_for_some() -> None:
    html = answered("/")
    assert "<img " not in html
    assert "Drop photos here" in html
    assert "s3://my-source/" in html


def test_of_many_photos_the_newest_are_shown_and_the_others_counted() -> None:
    keys = [f"{number}.jpg" for number in range(MOST_PHOTOS + 2)]
    html = answered("/", *keys)
    assert html.count("<section ") == MOST_PHOTOS
    assert f"The newest {MOST_PHOTOS} of {MOST_PHOTOS + 2} photos." in html


def test_a_photo_that_was_uploaded_just_now_is_a_part_of_the_page() -> None:
    html = answered("/photo?key=caf%C3%A9%20%2B.jpg")
    assert html.startswith('<section data-key="café +.jpg">')
    assert html.count("<img ") == 2


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/300x200/a.jpg", {"text": "403, 50 ms, 60 bytes", "took": "", "words": "NotAdmitted: No."}),
        (
            "/40x/a.jpg",
            {
                "text": "302 → 200, 1,500 ms, 8.1 kB",
                "took": "app 250 ms, emulator 750 ms (cold start)",
                "words": "",
            },
        ),
        ("/never/seen.jpg", {}),
    ],
    ids=["a refusal", "a miss", "nothing"],
)
def test_the_page_is_told_what_the_log_says(path: str, told: dict[str, str]) -> None:
    assert json.loads(answered(f"/view?path={path}")) == told


def test_the_form_for_uploads_is_signed_anew_each_time() -> None:
    assert json.loads(answered("/upload"))["fields"] == {"policy": "signed"}


def test_an_original_is_sent_as_a_picture_that_can_run_nothing() -> None:
    found = page("a.svg").answer("/original?key=a.svg")
    assert found == ("image/svg+xml", b"<svg/>", "default-src 'none'; sandbox")
    assert page("a.svg").answer("/original?key=b.svg") is None


def test_the_playground_has_the_photos_and_may_load_from_the_site_and_upload() -> None:
    found = page("a.jpg").answer("/playground/")
    assert found
    assert found.policy == policy(SITE, "http://127.0.0.1:8406")
    assert b'"keys": ["a.jpg"], "local": true' in found.body
    script = page("a.jpg").answer("/playground/playground.js")
    assert script
    assert script.kind == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    "target",
    [
        "/playground",
        "/playground/nobody.js",
        "/photo",
        "/view",
        "/../samples/fig.png",
        "/page.html",
        "/favicon.ico",
    ],
)
def test_nothing_else_is_there(target: str) -> None:
    assert page().answer(target) is None


def test_it_is_served_on_loopback() -> None:
    with page_server.serve(page("a.jpg")) as url:
        assert url.startswith("http://127.0.0.1:")
        for name, kind in (("", "text/html"), ("page.js", "text/javascript"), ("page.css", "text/css")):
            with urlopen(url + name, timeout=60) as answer:  # noqa: S310 - our own loopback server
                assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        with pytest.raises(HTTPError) as missing, urlopen(url + "nothing", timeout=60):  # noqa: S310 - likewise
            pass
        missing.value.close()
        assert missing.value.code == 404

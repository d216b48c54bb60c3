"""What a local site promises: README's addresses, one's own photos, a page at the root."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from chalicelib.codecs.imagemagick import Image
from infra.package import PROJECT
from ops.local.system import SAMPLES
from tests.waiting import until

if TYPE_CHECKING:
    from ops.local.walkthrough import Hop
    from tests.ops.local.conftest import Site

ORIGINALS = PROJECT / "infra" / "runtime" / "originals"


def addresses() -> list[str]:
    """Return every address in the first column of README's table."""
    rows = re.findall(r"^\| (`/.*?) \|", (PROJECT / "README.md").read_text(), re.MULTILINE)
    assert len(rows) == 9
    return [address for row in rows for address in re.findall(r"`([^`]+)`", row)]


def picture(width: int, kind: str = "jpeg") -> bytes:
    with Image(width=width, height=30, background="teal") as made:
        return made.make_blob(kind) or b""


@pytest.mark.parametrize("address", addresses())
def test_an_address_of_the_readme_works_as_it_is_typed(site: Site, address: str) -> None:
    key = address.rpartition("/")[2]
    bucket = site.system.outputs.source_bucket
    site.system.aws.client("s3").put_object(Bucket=bucket, Key=key, Body=(SAMPLES / key).read_bytes())
    kind = "application" if address.startswith("/info/") else "image"
    last = site.view(address)[-1]
    assert (last.status, last.headers["content-type"].partition("/")[0]) == (200, kind), last.body


def test_the_root_answers_with_a_page_without_a_script(site: Site) -> None:
    (hop,) = site.view("/")
    assert (hop.status, hop.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"This is a site of pictures" in hop.body
    assert b"<script" not in hop.body
    assert b"style" not in hop.body, "the site's Content-Security-Policy allows no style"


def test_a_refusal_is_in_the_log_with_its_words(site: Site) -> None:
    site.view("/300x200,blue/none.jpg")
    view = site.log.last("/300x200,blue/none.jpg")
    assert view
    assert view.statuses == "307 → 400"
    assert view.words.startswith("Malformed: There is no option 'blue'.")


def test_a_refusal_is_drawn_for_whoever_works_on_a_page(site: Site) -> None:
    refused = site.view("/0x0/photo.jpg")[-1]
    assert (refused.status, refused.headers["content-type"]) == (400, "image/svg+xml")


def test_the_log_has_the_apps_own_time(site: Site) -> None:
    bucket = site.system.outputs.source_bucket
    site.system.aws.client("s3").put_object(Bucket=bucket, Key="timed.jpg", Body=picture(40))
    site.view("/30x/timed.jpg")
    view = site.log.last("/30x/timed.jpg")
    assert view
    assert view.statuses == "307 → 302 → 200"
    assert re.match(r"app [\d,]+ ms, emulator [\d,]+ ms", view.took)


PHOTOS = {
    "a.jpg": (picture(100), picture(60)),
    "holiday/2024/sea side.TIFF": (
        (ORIGINALS / "astronaut.tiff").read_bytes(),
        (ORIGINALS / "astronaut.bmp").read_bytes(),
    ),
    "UPPER.HEIC": ((ORIGINALS / "astronaut.heic").read_bytes(), picture(100, "png")),
}
"""Photos of a folder, before and after a change: a JPEG; nested, in upper case, a TIFF; HEIC."""


def test_photos_of_the_folder_are_served_changed_and_deleted(site: Site) -> None:
    """All at once, because each step waits for the CDN to forget."""

    def seen(name: str) -> Hop:
        return site.view(f"/50x/{name.replace(' ', '%20')}")[-1]

    def stored(name: str) -> bool:
        bucket = site.system.outputs.source_bucket
        return "Contents" in site.system.aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=name)

    def changed(name: str) -> bool:
        hop = seen(name)
        return hop.status == 200 and hop.body != first[name].body

    with site.system.mirror.following(Console(quiet=True)):
        for name, (before, _) in PHOTOS.items():
            (site.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (site.folder / name).write_bytes(before)
        assert until(lambda: all(map(stored, PHOTOS)))  # the CDN would keep the refusal of an earlier view
        first = {name: seen(name) for name in PHOTOS}
        assert {name: hop.status for name, hop in first.items()} == dict.fromkeys(PHOTOS, 200)
        for name, (_, after) in PHOTOS.items():
            (site.folder / name).write_bytes(after)
        assert until(lambda: all(map(changed, PHOTOS)))
        for name in PHOTOS:
            (site.folder / name).unlink()
        assert until(lambda: {seen(name).status for name in PHOTOS} == {404})

"""What the function at the edge does beside spellings: ``format=auto``, and addresses of older systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.local.system import SAMPLES
from tests.e2e.conftest import deployed
from tests.e2e.test_way import statuses
from tests.infra.edge_functions.migration import dit
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.emulator import Emulator
    from infra.package import Package
    from tests.e2e.conftest import System

NEW, WEBP, OLD = "image/avif,image/webp,*/*", "image/webp,*/*", "image/png,image/*;q=0.8"


@pytest.fixture(scope="module")
def migrated(aws: Emulator, packaged: Package) -> Iterator[System]:
    """A stack that reads the addresses of imgix and of DIT."""
    allowed = "fit=*,quality=*,upscale,grayscale"
    with deployed(aws, packaged, "migrated", AllowedOptions=allowed, Compat="imgix,dit") as running:
        yield running


@pytest.mark.parametrize(
    ("accept", "spelling", "types", "hops"),
    [
        (NEW, "auto-avif", {"image/avif", "image/webp"}, [302, 307, 302, 200]),
        (WEBP, "auto", {"image/webp"}, [307, 302, 200]),
        (OLD, "auto-jpeg", {"image/jpeg"}, [302, 307, 302, 200]),
    ],
)
def test_each_browser_gets_its_own_object_of_auto(
    system: System, accept: str, spelling: str, types: set[str], hops: list[int]
) -> None:
    key = f"for-{spelling}.jpg"
    system.put(key, (SAMPLES / "astronaut.jpg").read_bytes())
    made = system.view(f"100x100,format=auto/{key}", accept=accept)
    assert statuses(made) == hops
    assert made[-1].headers["content-type"] in types
    assert {stored for stored in system.stored() if stored.endswith(key)} == {
        f"100x100,format={spelling}/{key}"
    }
    system.edge.log.clear()
    again = system.view(f"100x100,format=auto/{key}", accept=accept)
    assert [statuses(again), again[-1].body] == [[hops[0], 200] if hops[0] == 302 else [200], made[-1].body]
    assert system.times_at_the_app() == 0


def test_when_the_original_goes_every_spelling_of_auto_goes_too(system: System) -> None:
    key, page = "going.jpg", "100x100,format=auto/going.jpg"
    system.put(key, (SAMPLES / "astronaut.jpg").read_bytes())
    for accept in (NEW, WEBP, OLD):
        assert system.view(page, accept=accept)[-1].status == 200
    system.aws.client("s3").delete_object(Bucket=system.outputs.source_bucket, Key=key)
    assert until(lambda: not [stored for stored in system.stored() if stored.endswith(key)], seconds=120)
    system.wait_for_evictions()
    assert [system.view(page, accept=accept)[-1].status for accept in (NEW, WEBP, OLD)] == [404, 404, 404]


@pytest.mark.parametrize(
    ("address", "stored"),
    [
        ("old.png?w=100&h=100&fit=max", "100x100,quality=80/old.png"),
        ("old.png?w=100&h=100&fit=crop", "100x100,fit=cover,upscale/old.png"),
        ("fit-in/40x40/filters:grayscale()/old.png", "40x40,grayscale/old.png"),
        (
            dit("old.png", edits={"resize": {"width": 300, "height": 200}})[1:],
            "300x200,fit=cover,upscale/old.png",
        ),
    ],
)
def test_an_older_address_leads_to_the_one_stored_picture(
    migrated: System, address: str, stored: str
) -> None:
    migrated.put("old.png", png())
    assert statuses(migrated.view(address)) == [301, 307, 302, 200]
    assert stored in migrated.stored()
    assert statuses(migrated.view(address)) == [301, 200]


def test_an_older_address_without_an_equal_is_refused_and_stores_nothing(migrated: System) -> None:
    migrated.put("blurred.png", png())
    assert migrated.view("filters:blur(7)/blurred.png")[-1].status == 400
    assert not [stored for stored in migrated.stored() if stored.endswith("blurred.png")]

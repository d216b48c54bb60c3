"""One picture has one address, however that is spelled, and so one entry in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import pytest

from chalicelib.address.key import url_path
from tests.e2e.test_way import statuses
from tests.pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.conftest import System

VARIANT = "100x100,fit=cover,format=webp"
SAME_VARIANT = "100x100,gravity=center,format=webp,fit=cover"

OTHERS: dict[str, Callable[[str], str]] = {
    "options in another order, a default spelled out": lambda key: url_path(f"{SAME_VARIANT}/{key}")[1:],
    "quote of Python": lambda key: quote(f"{VARIANT}/{key}"),
    "rawurlencode of PHP": lambda key: quote(f"{VARIANT}/{key}", safe=""),
    "a form": lambda key: quote_plus(f"{VARIANT}/{key}", safe="/"),
    "one letter encoded": lambda key: url_path(f"{VARIANT}/{key}")[1:].replace("more", "mor%65"),
    "hexadecimal digits in lower case": lambda key: url_path(f"{VARIANT}/{key}")[1:].replace("%2B", "%2b"),
}


@pytest.mark.parametrize("spelling", OTHERS)
def test_a_first_view_in_another_spelling_makes_the_picture_at_its_one_address(
    system: System, spelling: str
) -> None:
    key = f"{[*OTHERS].index(spelling)} (1), ~50% + more.png"
    system.put(key, png())
    address = OTHERS[spelling](key)
    assert statuses(system.view(address)) == [301, 307, 302, 200]
    assert {stored for stored in system.stored() if stored.endswith(key)} == {f"{VARIANT}/{key}"}
    assert statuses(system.view(address)) == [301, 200]


def test_all_spellings_of_a_stored_picture_are_one_entry_in_the_cache(system: System) -> None:
    key = "stored (1), ~50% + more.png"
    system.put(key, png())
    system.view_key(VARIANT, key)
    system.edge.log.clear()
    for spelled in OTHERS.values():
        redirect, picture = system.view(spelled(key))
        assert (redirect.status, redirect.headers["location"]) == (301, url_path(f"{VARIANT}/{key}"))
        assert (picture.status, picture.headers["x-cache"]) == (200, "Hit from cloudfront")
    assert {seen.at for seen in system.edge.log} == {"cdn"}


def test_a_page_of_another_origin_may_follow_the_redirect(system: System) -> None:
    system.put("cors (2).png", png())
    hops = system.view("100x100/cors%20%282%29.png")
    assert statuses(hops) == [301, 307, 302, 200]
    for hop in hops:
        assert hop.headers["access-control-allow-origin"] == "*", hop.url
        assert hop.headers["timing-allow-origin"] == "*", hop.url


def test_a_query_string_follows_to_the_canonical_address(system: System) -> None:
    system.put("query.png", png())
    hops = system.view("100x100/quer%79.png?v=2")
    assert hops[0].headers["location"] == "/100x100/query.png?v=2"
    assert hops[-1].status == 200


@pytest.fixture
def without_function(system: System) -> Iterator[None]:
    """Take the function away from the distribution's default behaviour."""
    cloudfront, name = system.aws.client("cloudfront"), system.outputs.distribution_id
    before = cloudfront.get_distribution_config(Id=name)["DistributionConfig"]

    def put(associations: Any) -> None:
        changed: Any = cloudfront.get_distribution_config(Id=name)
        config = changed["DistributionConfig"]
        config["DefaultCacheBehavior"]["FunctionAssociations"] = associations
        cloudfront.update_distribution(Id=name, IfMatch=changed["ETag"], DistributionConfig=config)
        system.edge.reread()

    put({"Quantity": 0})
    yield
    put(before["DefaultCacheBehavior"]["FunctionAssociations"])


@pytest.mark.usefixtures("without_function")
def test_without_the_function_every_spelling_is_an_entry_of_its_own(system: System) -> None:
    system.put("plain (3).png", png())
    system.view("100x100/plain%20(3).png")
    hops = system.view("100x100/plain%20%283%29.png")
    assert [(hop.status, hop.headers["x-cache"]) for hop in hops] == [(200, "Miss from cloudfront")]


@pytest.mark.usefixtures("without_function")
@pytest.mark.parametrize(
    ("key", "spelling"),
    [("without 1.png", "100x100,fit=inside/without%201.png"), ("without 2.png", "100x100/without+2.png")],
)
def test_without_the_function_the_app_redirects_to_the_one_stored_picture(
    system: System, key: str, spelling: str
) -> None:
    system.put(key, png())
    hops = system.view(spelling)
    assert (hops[1].headers["location"], hops[-1].status) == (url_path(f"100x100/{key}"), 200)
    assert [stored for stored in system.stored() if stored.endswith(key)] == [f"100x100/{key}"]

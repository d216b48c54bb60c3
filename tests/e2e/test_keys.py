"""A key survives byte for byte: edge, routing rule, API, S3, Location, invalidation path."""

from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.address.key import MAX_BYTES
from chalicelib.aws.invalidation import item
from tests.e2e.conftest import BOTH_WAYS
from tests.pictures import png

if TYPE_CHECKING:
    from tests.e2e.conftest import System

VARIANT = "100x100"
ROOM = MAX_BYTES - len(f"{VARIANT}/")
TRIES = itertools.count(1000)

FOREIGN = ["é", "e\u0301", "ﬁ", "日本", "☕", "👩\u200d👩\u200d👧", "\u200d"]
ODD = st.sampled_from([*" +%\"'()#?&*=;,@:~\\|[]{}<>^`$!", "%2F", "%252F", "..", *FOREIGN])
SEGMENT = st.lists(
    ODD | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=4), min_size=1
)
KEYS = (
    st.lists(SEGMENT.map("".join).map(lambda text: text.replace("/", "")), min_size=1, max_size=10)
    .filter(lambda segments: not {"", ".", ".."} & set(segments))
    .map("/".join)
    .filter(lambda key: len(key.encode()) <= ROOM - 4)
)


def survives(system: System, key: str) -> None:
    system.put(key, png(text=key))
    hops = system.view_key(VARIANT, key)
    assert [hop.status for hop in hops] == system.miss, key
    assert f"{VARIANT}/{key}" in system.stored()
    location = urlsplit(hops[-1].url).path if system.fails_over else hops[1].headers["location"]
    assert location.isascii()
    assert unquote(location) == f"/{VARIANT}/{key}"
    assert item(location) in system.invalidations(), "one way to encode a path, wherever it goes"


@pytest.mark.parametrize("always", BOTH_WAYS, indirect=True)
@given(key=KEYS)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_key_survives(always: System, key: str) -> None:
    # A number in front: an example that is tried again has to be a miss again.
    survives(always, f"{next(TRIES)}{key}")


@pytest.mark.parametrize("always", BOTH_WAYS, indirect=True)
@pytest.mark.parametrize(
    "key",
    [
        "a b.png",
        "a+b.png",
        "100%.png",
        "a%2Fb.png",
        "a%252Fb.png",
        '"it\'s" (1).png',
        "what?#&.png",
        "semicolon;",
        "star*",
        "*",
        unicodedata.normalize("NFC", "é.png"),
        unicodedata.normalize("NFD", "é.png"),
        "☕/👩‍👩‍👧.png",
        "back\\slash.png",
        "1/2/3/4/5/6/7/8/9/10.png",
        "x" * ROOM,
        "é" * (ROOM // 2),
        "👩" * (ROOM // 4),
    ],
    ids=lambda key: f"{key[:12]}…" if len(key) > 12 else key,
)
def test_a_key_that_was_a_problem_elsewhere_survives(always: System, key: str) -> None:
    survives(always, key)


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_a_key_as_long_as_s3_allows_leaves_no_room_for_the_variant(system: System) -> None:
    system.put("y" * MAX_BYTES, png())
    (answer, *rest) = system.view_key(VARIANT, "y" * MAX_BYTES)
    assert [answer.status, *(hop.status for hop in rest)][-1] == 400


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_an_address_with_unnecessary_encoding_arrives_as_well(system: System) -> None:
    system.put("more (1).png", png())
    address = f"{VARIANT}/{quote('more (1).png')}"
    assert [hop.status for hop in system.view(address)] == [301, *system.miss]
    assert [hop.status for hop in system.view(address)] == [301, 200]


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_nfc_and_nfd_are_two_pictures(system: System) -> None:
    composed, decomposed = (unicodedata.normalize(form, "ö.png") for form in ("NFC", "NFD"))
    system.put(composed, png(text="composed"))
    assert system.view_key(VARIANT, composed)[-1].status == 200
    assert system.view_key(VARIANT, decomposed)[-1].status == 404


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_a_plus_in_an_address_is_a_space_as_everywhere_in_s3(system: System) -> None:
    system.put("one two.png", png())
    hops = system.view(f"{VARIANT}/one+two.png")
    assert (hops[-1].status, hops[0].headers["location"]) == (200, f"/{VARIANT}/one%20two.png")
    assert quote("one two.png") in hops[-1].url

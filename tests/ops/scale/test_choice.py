"""Which variants are made ahead, of which originals, and by which keys."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.config import config
from ops.scale import choice
from ops.scale.choice import Choice
from ops.scale.listing import Listed
from ops.terminal.failures import Refused
from tests.ops.scale.stand_ins import ENVIRON, WRITTEN

MANY = {
    "SOURCES": "default=photos/web,avatars=people/faces",
    "PRESETS": "thumb=90x90,fit=cover; round@avatars=90x90",
}


def read(**environ: str) -> config.Config:
    return config.read(ENVIRON | environ)


@pytest.mark.parametrize(
    ("environ", "asked", "chosen"),
    [
        ({}, [], ("100x", "200x", "300x")),
        ({"PRESETS": "thumb=90x90"}, [], ("100x", "200x", "300x", "thumb")),
        ({"ALLOWED_DIMENSIONS": "*,200x,info"}, [], ("200x",)),
        ({}, ["300x", "100x", "300x"], ("300x", "100x")),
        ({"ALLOWED_OPTIONS": "fit=cover"}, ["300x,fit=cover", "300x,fit=inside"], ("300x,fit=cover", "300x")),
    ],
)
def test_all_that_the_site_names_is_made_unless_the_operator_names_it(
    environ: dict[str, str], asked: list[str], chosen: tuple[str, ...]
) -> None:
    assert choice.variants(read(**environ).policy, asked) == chosen


@pytest.mark.parametrize(
    ("environ", "asked", "said"),
    [
        ({}, ["301x"], "301x: The size 301x is not allowed here"),
        ({}, ["tumb"], "tumb: There is no preset"),
        ({"ALLOWED_DIMENSIONS": "*"}, [], "names no size and no preset"),
    ],
)
def test_what_the_site_would_refuse_is_refused_before_anything_is_listed(
    environ: dict[str, str], asked: list[str], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        choice.variants(read(**environ).policy, asked)


@pytest.mark.parametrize(
    ("source", "key", "messages"),
    [
        ("default", "web/a.jpg", {"a.jpg": ("100x", "thumb")}),
        ("avatars", "faces/me.jpg", {"avatars/me.jpg": ("100x", "thumb"), "me.jpg": ("round",)}),
        # Its address leads to the other source.
        ("default", "web/avatars/me.jpg", {}),
        ("default", "web/folder/", {}),
        ("default", "web/" + "a/" * 10 + "b", {}),
    ],
)
def test_an_original_is_named_as_in_an_address(
    source: str, key: str, messages: dict[str, tuple[str, ...]]
) -> None:
    made = Choice(read(**MANY), ("100x", "thumb", "round")).wanted(source, Listed(key, 10, WRITTEN))
    assert {message.key: message.spellings for message in made} == messages


@pytest.mark.parametrize(
    ("listed", "is_made"),
    [
        pytest.param(Listed("a.jpg", 10, WRITTEN), True, id="an original"),
        pytest.param(Listed("a.jpg", 0, WRITTEN), False, id="nothing in it"),
        pytest.param(Listed("a.jpg", 50_000_000, WRITTEN), False, id="more bytes than are read"),
        pytest.param(Listed("a.jpg", 10, WRITTEN - timedelta(seconds=1)), False, id="older"),
        pytest.param(Listed("100x/a.jpg", 10, WRITTEN), False, id="a variant in the same bucket"),
        pytest.param(Listed("100x,fit=cover/a.jpg", 10, WRITTEN), False, id="another variant there"),
        pytest.param(Listed(".index/original-1/2/100x", 10, WRITTEN), False, id="a note of the app"),
        pytest.param(Listed(".faces/original-1", 10, WRITTEN), False, id="another note"),
    ],
)
def test_only_originals_are_asked_for(listed: Listed, is_made: bool) -> None:  # noqa: FBT001 - a table's column
    made = Choice(read(SOURCES="default=site"), ("100x",), since=WRITTEN).wanted("default", listed)
    assert bool(made) is is_made


@pytest.mark.parametrize(
    ("prefix", "places"),
    [
        ("", {"default": "web/", "avatars": "faces/"}),
        ("shoes/", {"default": "web/shoes/"}),
        ("ava", {"default": "web/ava", "avatars": "faces/"}),
        ("avatars/m", {"default": "web/avatars/m", "avatars": "faces/m"}),
    ],
)
def test_a_prefix_is_that_of_keys_in_addresses(prefix: str, places: dict[str, str]) -> None:
    found = Choice(read(**MANY), ("100x",), prefix).places()
    assert {name: source.prefix for name, source in found} == places

"""Which original a key names."""

from __future__ import annotations

import pytest

from chalicelib.errors import Malformed, NoSuchOriginal
from chalicelib.key import Key
from chalicelib.sources import ObjectName, Source, Sources

APART = Sources(
    {
        "default": Source("photos"),
        "avatars": Source("people", "faces/"),
    },
    Source("site"),
)
TOGETHER = Sources({"default": Source("site", "img/")}, Source("site", "img/"), frozenset({"thumb"}))


@pytest.mark.parametrize(
    ("key", "pinned", "expected"),
    [
        ("shoes/red.jpg", "", ("photos", "shoes/red.jpg")),
        ("avatars/1/me.jpg", "", ("people", "faces/1/me.jpg")),
        ("avatars", "", ("photos", "avatars")),
        ("default/a.jpg", "", ("photos", "default/a.jpg")),
        ("avatars/me.jpg", "default", ("photos", "avatars/me.jpg")),
        ("1/me.jpg", "avatars", ("people", "faces/1/me.jpg")),
        ("100x100/a.png", "", ("photos", "100x100/a.png")),
    ],
)
def test_a_key_belongs_to_one_source(key: str, pinned: str, expected: tuple[str, str]) -> None:
    assert APART.locate(Key(key), pinned) == ObjectName(*expected)


def test_without_a_default_a_key_must_name_its_source() -> None:
    with pytest.raises(NoSuchOriginal):
        Sources({"avatars": Source("people")}, Source("site")).locate(Key("shoes/red.jpg"))


def test_one_bucket_can_hold_originals_and_variants() -> None:
    assert TOGETHER.locate(Key("a.png")) == ObjectName("site", "img/a.png")


@pytest.mark.parametrize("key", ["100x100/a.png", "9x,fit=cover/b/c.png", "thumb/a.png"])
def test_a_variant_is_never_an_original(key: str) -> None:
    with pytest.raises(Malformed, match="not an original"):
        TOGETHER.locate(Key(key))


@pytest.mark.parametrize("key", ["img/100x100/a.png", "img/thumb/a.png"])
def test_a_variant_is_no_original_either_when_the_source_is_the_whole_bucket(key: str) -> None:
    whole = Sources({"default": Source("site")}, Source("site", "img/"), frozenset({"thumb"}))
    with pytest.raises(Malformed, match="not an original"):
        whole.locate(Key(key))

"""Sources: which original a key names, and which keys name an original."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address.key import Key, is_key, shown
from chalicelib.address.sources import ObjectName, Source, Sources
from chalicelib.errors import Malformed, NoSuchOriginal
from tests.messages import is_public, refusal

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
    with pytest.raises(NoSuchOriginal) as refused:
        Sources({"avatars": Source("people")}, Source("site")).locate(Key("shoes/red.jpg"))
    message = "There is no original 'shoes/red.jpg'. Here a key begins with a source's name."
    assert str(refused.value) == message


def test_one_bucket_can_hold_originals_and_variants() -> None:
    assert TOGETHER.locate(Key("a.png")) == ObjectName("site", "img/a.png")


@pytest.mark.parametrize("key", ["100x100/a.png", "9x,fit=cover/b/c.png", "thumb/a.png"])
def test_a_variant_is_never_an_original(key: str) -> None:
    with pytest.raises(
        Malformed, match=rf"^'{key}' is a variant, not an original. Ask for a size of its original.$"
    ):
        TOGETHER.locate(Key(key))


@pytest.mark.parametrize("key", ["img/100x100/a.png", "img/thumb/a.png"])
def test_a_variant_is_never_an_original_in_a_source_of_the_whole_bucket(key: str) -> None:
    whole = Sources({"default": Source("site")}, Source("site", "img/"), frozenset({"thumb"}))
    with pytest.raises(
        Malformed, match=rf"^'{key}' is a variant, not an original. Ask for a size of its original.$"
    ):
        whole.locate(Key(key))


@pytest.mark.parametrize(
    ("original", "keys"),
    [
        (("photos", "shoes/red.jpg"), {"shoes/red.jpg"}),
        (("people", "faces/me.jpg"), {"avatars/me.jpg", "me.jpg"}),
        (("people", "bodies/me.jpg"), set()),
        (("people", "faces/"), set()),
        (("photos", "folder/"), set()),
        (("photos", "a//b.jpg"), set()),
        (("people", "faces/" + "d/" * 9 + "a"), {"d/" * 9 + "a"}),
        (("nobodys", "a.jpg"), set()),
    ],
    ids=[
        "in the default source",
        "in a source with a name",
        "beside the source's prefix",
        "the prefix itself",
        "a folder",
        "no key",
        "too deep behind the source's name",
        "in no source",
    ],
)
def test_an_original_has_these_keys(original: tuple[str, str], keys: set[str]) -> None:
    assert APART.keys_of(ObjectName(*original)) == keys


def test_a_variant_has_no_key() -> None:
    assert TOGETHER.keys_of(ObjectName("site", "img/thumb/a.png")) == frozenset()


OVERLAPPING = Sources(
    {
        "default": Source("photos"),
        "avatars": Source("photos", "faces/"),
        "vips": Source("photos", "faces/vip/"),
    },
    Source("photos", "img/"),
    frozenset({"thumb"}),
)
parts = st.sampled_from(["avatars", "vips", "default", "faces", "vip", "img", "thumb", "9x9", "a.png", "é +"])


@pytest.mark.parametrize("sources", [APART, TOGETHER, OVERLAPPING], ids=["apart", "together", "overlapping"])
@given(
    key=st.lists(parts, min_size=1, max_size=10).map("/".join).filter(is_key),
    pinned=st.sampled_from(["", "default", "avatars", "vips"]),
)
def test_every_key_of_an_original_is_among_its_keys(sources: Sources, key: str, pinned: str) -> None:
    try:
        original = sources.locate(Key(key), pinned if pinned in sources.by_name else "")
    except Malformed:
        return  # it names a variant
    assert key in sources.keys_of(original)


@pytest.mark.parametrize("sources", [Sources({}, Source("site")), TOGETHER], ids=["no source", "one bucket"])
@given(key=st.text(st.characters(codec="utf-8"), max_size=200).map(lambda text: f"9x9/{text}").filter(is_key))
@settings(deadline=None)
def test_every_refusal_of_a_place_is_public_and_names_no_bucket(sources: Sources, key: str) -> None:
    message = refusal(lambda _: sources.locate(Key(key)), "")
    assert is_public(message)
    assert "site" not in message.replace(shown(key), "")

"""Keys: they are decoded once and encoded once, and keep their bytes in between."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address import key as keys
from chalicelib.errors import Malformed
from tests.messages import hostile, is_public, refusal

segments = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=30).filter(
    lambda text: text not in {".", ".."}
)
any_key = st.lists(segments, min_size=1, max_size=keys.MAX_DEPTH).map("/".join)


@given(any_key)
def test_a_percent_encoded_key_is_read_byte_for_byte(key: str) -> None:
    captured = [quote(segment, safe="") for segment in key.split("/")]
    assert keys.read(captured) == key


@given(any_key)
def test_a_key_is_read_back_from_its_url_path(key: str) -> None:
    assert unquote(keys.url_path(key)) == "/" + key
    assert keys.read(keys.url_path(key)[1:].split("/")) == key


@given(any_key)
def test_a_url_path_is_plain_ascii_without_a_query_or_a_wildcard(key: str) -> None:
    path = keys.url_path(key)
    assert path.isascii()
    assert not set(path) & set(' ?#*+"<>\\^`{|}[]')


@pytest.mark.parametrize(
    ("captured", "key"),
    [
        (["shoes", "red.jpg"], "shoes/red.jpg"),
        (["a%20b.jpg"], "a b.jpg"),
        (["a+b.jpg"], "a+b.jpg"),
        (["a%2Bb.jpg"], "a+b.jpg"),
        (["a%252Fb.jpg"], "a%2Fb.jpg"),
        (["a%2Fb.jpg"], "a/b.jpg"),
        (["100%25.jpg"], "100%.jpg"),
        (["caf%C3%A9.jpg"], "café.jpg"),
        (["cafe%CC%81.jpg"], unicodedata.normalize("NFD", "café.jpg")),
        (["café.jpg"], "café.jpg"),
        (["%E2%98%95"], "☕"),
        (["..a", "b..", "..."], "..a/b../..."),
    ],
)
def test_a_key_is_decoded_exactly_once(captured: list[str], key: str) -> None:
    assert keys.read(captured) == key


@pytest.mark.parametrize(
    "captured",
    [
        [""],
        ["a", "", "b"],
        ["a", ""],
        ["."],
        [".."],
        ["a", "..", "b"],
        ["%2e%2e", "b"],
        ["a%2F..%2Fb"],
        ["%2Fa"],
        ["a%2F%2Fb"],
        ["%FF"],
        ["%ED%A0%80"],
        ["\ud800"],
        ["a"] * 11,
        ["a%2Fb"] * 6,
    ],
)
def test_a_path_that_cannot_name_an_original_is_refused(captured: list[str]) -> None:
    with pytest.raises(Malformed):
        keys.read(captured)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "The address has no key. Write it behind the variant, like 300x200/shoes/red.jpg."),
        ("shoes//red.jpg", "Segment 2 of the key 'shoes//red.jpg' is empty. There is a slash too many."),
        ("shoes/", "Segment 2 of the key 'shoes/' is empty. There is a slash too many."),
        ("a/b/%2e%2e/c", "Segment 3 of the key 'a/b/../c' is .., which is not allowed."),
        ("./a b", "Segment 1 of the key './a%20b' is ., which is not allowed."),
        (
            "d/d/d/d/d/d/d/d/d/d/%E2%98%95",
            "The key 'd/d/d/d/d/d/d/d/d/d/%E2%98%95' has 11 segments. At most 10 are allowed.",
        ),
        ("shoes/%FFred.jpg", "The part '%FFred.jpg' of the address is not percent-encoded UTF-8."),
        ("a" * 100 + "/", f"Segment 2 of the key '{'a' * 80}...' is empty. There is a slash too many."),
    ],
)
def test_a_refused_key_is_shown_as_in_an_address_with_the_segment_that_is_wrong(
    path: str, message: str
) -> None:
    assert refusal(lambda text: keys.read(text.split("/")), path) == message


@given(st.lists(hostile | st.sampled_from(["", ".", "..", "a"]), min_size=1, max_size=12))
@settings(deadline=None)
def test_every_refusal_of_a_key_is_public(captured: list[str]) -> None:
    assert is_public(refusal(lambda _: keys.read(captured), "") or ".")
    assert is_public(refusal(keys.check, "/".join(captured)) or ".")
    assert is_public(refusal(keys.check_length, captured[0].encode(errors="ignore").decode() * 20) or ".")


@pytest.mark.parametrize(
    ("key", "fits"), [("a" * 1024, True), ("a" * 1025, False), ("é" * 512, True), ("é" * 513, False)]
)
def test_the_length_of_a_key_counts_bytes(key: str, *, fits: bool) -> None:
    if fits:
        assert keys.check_length(key) == key
    else:
        with pytest.raises(
            Malformed, match=rf"have {len(key.encode())} bytes together. At most 1024 bytes are allowed."
        ):
            keys.check_length(key)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("300x200,fit=cover/it's (1)!.jpg", "/300x200,fit=cover/it's%20(1)!.jpg"),
        ("a+b*.jpg", "/a%2Bb%2A.jpg"),
        ("what?#%.jpg", "/what%3F%23%25.jpg"),
        ("back\\slash", "/back%5Cslash"),
        ("300x200@2x/é", "/300x200@2x/%C3%A9"),
    ],
)
def test_only_the_necessary_characters_are_encoded(key: str, path: str) -> None:
    assert keys.url_path(key) == path

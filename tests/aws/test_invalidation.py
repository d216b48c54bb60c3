"""What CloudFront is told to forget, where it does not take the path itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.key import url_path
from chalicelib.aws.invalidation import beginning, is_wildcard, item, wider

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
AWKWARD = st.text(st.sampled_from("aé~'*+%/ @()[]"), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("300x200/a.jpg", "/300x200/a.jpg"),
        ("300x200@2x,fit=cover/a b(1)+c.jpg", "/300x200@2x,fit=cover/a%20b(1)%2Bc.jpg"),
        ("300x200/café.jpg", "/300x200/caf%C3%A9.jpg"),
        ("300x200/star*", "/300x200/star%2A"),
        ("300x200/IMG_20~1.JPG", "/300x200/IMG_20*"),
        ("300x200/~", "/300x200/*"),
        ("300x200/~/a/b.jpg", "/300x200/*"),
        ("300x200/l'eau.jpg", "/300x200/l*"),
        ("~img/300x200/a.jpg", "/*"),
    ],
)
def test_an_object_is_named_by_its_path_or_by_all_of_it_that_can_be_named(key: str, told: str) -> None:
    assert item(url_path(key)) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [("/resize/300x200@2x,", "/resize/300x200@2x,*"), ("/a~b", "/a*"), ("/a%2A", "/a%2A*"), ("/", "/*")],
)
def test_all_paths_that_begin_alike_are_named_by_one_wildcard(path: str, told: str) -> None:
    assert beginning(path) == told


@pytest.mark.parametrize("spelled", ["~", "%7E", "%7e", "'", "%27", "é", "[", "%zz", "*"])
def test_a_character_that_is_taken_and_finds_nothing_is_not_named_either(spelled: str) -> None:
    assert item(f"/300x200/a{spelled}b.jpg") == "/300x200/a*"


@given(KEYS | AWKWARD)
def test_every_object_is_named_so_that_cloudfront_takes_it_and_finds_it(key: str) -> None:
    path = url_path(f"300x200/{key}")
    told = item(path)
    assert re.fullmatch(r"/([A-Za-z0-9$\-_.+!(),;/?:@&=]|%[0-9A-F]{2})*\*?", told)
    assert path.startswith(told[:-1]) if is_wildcard(told) else path == told
    assert is_wildcard(told) == bool({"~", "'"} & {*key})
    assert len(told) <= 4000


@given(KEYS | AWKWARD)
def test_a_wildcard_is_no_shorter_than_it_has_to_be(key: str) -> None:
    path = url_path(f"300x200/{key}")
    if is_wildcard(told := item(path)):
        assert path[len(told) - 1] in "~'"


@pytest.mark.parametrize(
    ("refused", "instead"),
    [
        ("/300x200@2x/a.jpg", "/300x200*"),
        ("/300x200/a%20b.jpg", "/300x200/a*"),
        ("/300x200,fit=cover/IMG_20*", "/300x200*"),
        ("/300x200/a.jpg", ""),
        ("/300x200/IMG_20*", ""),
        ("#original-0123", ""),
    ],
)
def test_what_is_refused_against_the_documents_is_named_in_letters_alone(refused: str, instead: str) -> None:
    assert wider(refused) == instead


@pytest.mark.parametrize(
    ("named", "expected"), [("/a*", True), ("/a%2A", False), ("/a", False), ("#a*", False)]
)
def test_only_a_path_can_be_a_wildcard(named: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_wildcard(named) is expected

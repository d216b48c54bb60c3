"""A distribution's configuration with a stack's behaviours, and without them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.invalidation import TAG_HEADER
from ops.distribution_config import (
    Pattern,
    covered,
    error_pages,
    has_any,
    mark,
    tag_header,
    with_ours,
    without_ours,
    without_secrets,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOP = mark("shop", "eu-west-1")
OTHERS = (mark("shop-two", "eu-west-1"), mark("shop", "us-east-1"), mark("sho", "eu-west-1"))
"""Marks that are easily taken for that of the stack."""


def listed(items: Sequence[Any]) -> dict[str, Any]:
    """Return a list as CloudFront answers it."""
    return {"Quantity": len(items), **({"Items": list(items)} if items else {})}


def origin(name: str, *headers: str) -> dict[str, Any]:
    sent = [{"HeaderName": header, "HeaderValue": f"secret of {name}"} for header in headers]
    return {"Id": name, "DomainName": "origin.example", "CustomHeaders": listed(sent)}


def group(name: str, *members: str) -> dict[str, Any]:
    codes = {"Quantity": 1, "Items": [404]}
    return {
        "Id": name,
        "FailoverCriteria": {"StatusCodes": codes},
        "Members": listed([{"OriginId": member} for member in members]),
    }


def behaviour(target: str, pattern: str = "") -> dict[str, Any]:
    named = {"PathPattern": pattern} if pattern else {}
    return {**named, "TargetOriginId": target, "ViewerProtocolPolicy": "redirect-to-https"}


def own(*, fails_over: bool, has_playground: bool = False) -> dict[str, Any]:
    """Return the configuration of a stack's own distribution."""
    picture = [origin("picture", "Accept")] if fails_over else []
    playground = [behaviour("site", "/playground/*")] if has_playground else []
    return {
        "Origins": listed([origin("site", "Origin", "Referer"), origin("app"), *picture]),
        "OriginGroups": listed([group("site-or-picture", "site", "picture")] if fails_over else []),
        "DefaultCacheBehavior": behaviour("site-or-picture" if fails_over else "site"),
        "CacheBehaviors": listed([behaviour("app", "/resize/*"), *playground]),
        "CacheTagConfig": {"HeaderName": TAG_HEADER},
        "Enabled": False,
    }


PATTERNS = st.builds(
    lambda configuration, prefix, by_tag: Pattern(configuration, SHOP, prefix, by_tag=by_tag),
    st.builds(own, fails_over=st.booleans(), has_playground=st.booleans()),
    st.sampled_from(["img/", "a/b/"]),
    st.booleans(),
)

NAMES = st.lists(
    st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=12).filter(
        lambda name: not name.startswith(SHOP)
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@st.composite
def foreign(draw: st.DrawFn) -> dict[str, Any]:
    """Return somebody's distribution, perhaps with another stack of ours in it."""
    names = draw(NAMES)
    groups = [group("pair", names[0], names[1])] if len(names) > 1 and draw(st.booleans()) else []
    targets = st.sampled_from([*names, *(each["Id"] for each in groups)])
    patterns = draw(st.lists(st.sampled_from(["/api/*", "*.css", "old/*", "/x?z"]), unique=True))
    configuration = {
        "CallerReference": "theirs",
        "Aliases": listed(draw(st.lists(st.sampled_from(["www.example.com", "*.example.org"]), unique=True))),
        "DefaultRootObject": "index.html",
        "Origins": listed([origin(name, *draw(st.sets(st.just("x-secret")))) for name in names]),
        "OriginGroups": listed(groups),
        "DefaultCacheBehavior": behaviour(draw(targets)),
        "CacheBehaviors": listed([behaviour(draw(targets), pattern) for pattern in patterns]),
        "Comment": draw(st.text(max_size=5)),
        "Enabled": True,
    }
    if draw(st.booleans()):
        another = draw(st.sampled_from(OTHERS))
        pattern = Pattern(own(fails_over=draw(st.booleans())), another, "other/")
        return with_ours(configuration, pattern)
    header = draw(st.sampled_from(["", "surrogate-key"]))
    return {**configuration, **({"CacheTagConfig": {"HeaderName": header}} if header else {})}


@given(foreign(), PATTERNS)
def test_what_is_added_can_be_removed_and_nothing_else_changes(
    theirs: dict[str, Any], pattern: Pattern
) -> None:
    before = json.dumps(theirs)
    ours = with_ours(theirs, pattern)
    # As JSON: also the order of everything in it is what it was.
    assert json.dumps(without_ours(ours, SHOP)) == before
    assert json.dumps(theirs) == before
    assert has_any(ours, SHOP)
    assert not has_any(theirs, SHOP)


@given(foreign(), PATTERNS, PATTERNS)
def test_adding_twice_is_adding_the_second_alone(
    theirs: dict[str, Any], first: Pattern, second: Pattern
) -> None:
    once = with_ours(theirs, second)
    assert with_ours(once, second) == once
    assert with_ours(with_ours(theirs, first), second) == once


@given(foreign(), PATTERNS)
def test_ours_come_first_and_theirs_stay_in_their_order(theirs: dict[str, Any], pattern: Pattern) -> None:
    ours = with_ours(theirs, pattern)
    for name, added in (("Origins", pattern.origins), ("OriginGroups", pattern.groups)):
        assert ours[name] == listed([*theirs[name].get("Items", []), *added])
    behaviours = [*pattern.behaviours, *theirs["CacheBehaviors"].get("Items", [])]
    assert ours["CacheBehaviors"] == listed(behaviours)
    unchanged = theirs.keys() - {"Origins", "OriginGroups", "CacheBehaviors"}
    assert {name: ours[name] for name in unchanged} == {name: theirs[name] for name in unchanged}


@given(foreign(), PATTERNS)
def test_everything_that_is_referred_to_is_there_and_there_once(
    theirs: dict[str, Any], pattern: Pattern
) -> None:
    ours = with_ours(theirs, pattern)
    origins = [each["Id"] for each in ours["Origins"]["Items"]]
    groups = ours["OriginGroups"].get("Items", [])
    targets = [*origins, *(each["Id"] for each in groups)]
    behaviours = [ours["DefaultCacheBehavior"], *ours["CacheBehaviors"]["Items"]]
    assert len(targets) == len(set(targets))
    assert {each["TargetOriginId"] for each in behaviours} <= set(targets)
    assert {member["OriginId"] for each in groups for member in each["Members"]["Items"]} <= set(origins)


def test_pictures_have_the_own_distributions_default_behaviour_below_the_key_prefix() -> None:
    pattern = Pattern(own(fails_over=True, has_playground=True), SHOP, "img/")
    assert [(each["PathPattern"], each["TargetOriginId"]) for each in pattern.behaviours] == [
        ("/resize/*", "resize404.shop.eu-west-1.app"),
        ("/playground/*", "resize404.shop.eu-west-1.site"),
        ("/img/*", "resize404.shop.eu-west-1.site-or-picture"),
    ]


@pytest.mark.parametrize(
    ("header", "by_tag", "after"),
    [
        pytest.param("", True, TAG_HEADER, id="set where there is none"),
        pytest.param("", False, "", id="not needed where paths are invalidated"),
        pytest.param("surrogate-key", True, "surrogate-key", id="never replaced"),
    ],
)
def test_the_header_of_cache_tags(header: str, after: str, *, by_tag: bool) -> None:
    theirs = {
        "Origins": listed([origin("a")]),
        **({"CacheTagConfig": {"HeaderName": header}} if header else {}),
    }
    ours = with_ours(theirs, Pattern(own(fails_over=False), SHOP, "img/", by_tag=by_tag))
    assert tag_header(ours) == after


def test_the_header_of_cache_tags_stays_while_another_stack_needs_it() -> None:
    theirs = {"Origins": listed([origin("a")])}
    shop = Pattern(own(fails_over=False), SHOP, "img/")
    both = with_ours(with_ours(theirs, Pattern(own(fails_over=False), OTHERS[0], "x/")), shop)
    assert tag_header(without_ours(both, SHOP)) == TAG_HEADER
    assert tag_header(without_ours(without_ours(both, SHOP), OTHERS[0])) == ""


@pytest.mark.parametrize(
    ("pattern", "is_covered"),
    [
        ("/img/*", True),
        ("img/*", True),
        ("/img/logo.png", True),
        ("/resize/*", True),
        ("/img*", False),
        ("/images/*", False),
        ("*.png", False),
        ("/IMG/*", False),
        ("*/img/*", False),
    ],
)
def test_a_behaviour_that_nobody_would_reach_any_more_is_found(pattern: str, *, is_covered: bool) -> None:
    theirs = {"Origins": listed([origin("a")]), "CacheBehaviors": listed([behaviour("a", pattern)])}
    found = covered(theirs, SHOP, ["/resize/*", "/img/*"])
    assert found == ([pattern] if is_covered else [])


def test_our_own_earlier_behaviours_are_in_nobodys_way() -> None:
    ours = with_ours({"Origins": listed([origin("a")])}, Pattern(own(fails_over=False), SHOP, "img/"))
    assert covered(ours, SHOP, ["/img/*"]) == []
    assert covered(ours, OTHERS[0], ["/resize/*"]) == ["/resize/*"]


def test_error_responses_with_a_page_are_named_and_those_without_are_not() -> None:
    responses = [
        {
            "ErrorCode": 404,
            "ResponsePagePath": "/index.html",
            "ResponseCode": "200",
            "ErrorCachingMinTTL": 10,
        },
        {"ErrorCode": 500, "ResponsePagePath": "", "ResponseCode": "", "ErrorCachingMinTTL": 1},
        {"ErrorCode": 502, "ErrorCachingMinTTL": 1},
    ]
    assert error_pages({"CustomErrorResponses": listed(responses)}) == {404: "/index.html"}
    assert error_pages({"CustomErrorResponses": listed([])}) == {}


def test_what_is_shown_has_no_value_of_a_header_that_origins_are_sent() -> None:
    theirs = {"Origins": listed([origin("a", "x-secret"), origin("b")]), "Comment": "theirs"}
    shown = without_secrets(theirs)
    assert "secret of" not in json.dumps(shown)
    assert shown["Origins"]["Items"][0]["CustomHeaders"]["Items"][0]["HeaderName"] == "x-secret"
    assert (shown["Origins"]["Items"][1], shown["Comment"]) == (origin("b"), "theirs")

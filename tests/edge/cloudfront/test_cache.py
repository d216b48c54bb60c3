from __future__ import annotations

import asyncio

import pytest

from edge.cloudfront.cache import Cache, CacheKey, Entry
from edge.cloudfront.invalidation import Item, parse, parse_tags
from edge.cloudfront.invalidation_watch import InvalidationWatch
from edge.shared.answer import answer

ENTRY = Entry(answer(200), stored=100.0, lifetime=60.0, tags=frozenset({"shoes"}))


@pytest.mark.parametrize(
    ("item", "path", "query", "is_dropped"),
    [
        pytest.param("/a.jpg", "/a.jpg", "", True, id="the same path"),
        pytest.param("a.jpg", "/a.jpg", "", True, id="the leading slash may be missing"),
        pytest.param("/a.jpg", "/b.jpg", "", False, id="another path"),
        pytest.param("/a", "/a.jpg", "", False, id="the beginning of a path is not the path"),
        pytest.param("/A.jpg", "/a.jpg", "", False, id="paths are case-sensitive"),
        pytest.param("/a/*", "/a/b/c.jpg", "", True, id="a wildcard at the end"),
        pytest.param("/a/*", "/ab/c.jpg", "", False, id="a wildcard needs its whole prefix"),
        pytest.param("/*", "/a", "x=1", True, id="everything"),
        pytest.param("/a*b", "/axb", "", False, id="a star in the middle is not a wildcard"),
        pytest.param("/a*b", "/a*b", "", True, id="a star in the middle names a star"),
        pytest.param("/a%2A", "/a*", "", True, id="an encoded star at the end is a star"),
        pytest.param("/a%2A", "/ab", "", False, id="an encoded star is not a wildcard"),
        pytest.param("/a%20b", "/a%20b", "", True, id="the same encoding"),
        pytest.param("/%c3%bc", "/%C3%BC", "", True, id="encoded in another case"),
        pytest.param("/%27%28", "/'(", "", True, id="unnecessary encoding"),
        pytest.param("/a+b", "/a%2Bb", "", True, id="a plus is a plus"),
        pytest.param("/a+b", "/a%20b", "", False, id="a plus is not a space"),
        pytest.param("/a%2Fb", "/a/b", "", True, id="an encoded slash is compared as a slash"),
        pytest.param("/a%252Fb", "/a/b", "", False, id="decoded once, not twice"),
        pytest.param("/a", "/a", "x=1", False, id="a query string is part of the name"),
        pytest.param("/a?x=1", "/a", "x=1", True, id="an item can have a query string"),
        pytest.param("#shoes", "/a", "", True, id="a tag"),
        pytest.param("#SHOES", "/a", "", True, id="a tag in any case"),
        pytest.param("#hats", "/a", "", False, id="another tag"),
        pytest.param("#sho*", "/a", "", False, id="a tag has no wildcard"),
    ],
)
def test_which_entries_an_invalidation_drops(item: str, path: str, query: str, *, is_dropped: bool) -> None:
    cache, key = Cache(), CacheKey(path, query)
    cache.keep(key, ENTRY)
    cache.drop([parse(item)])
    assert (cache.get(key) is None) is is_dropped


def test_an_invalidation_drops_every_version_of_a_path() -> None:
    cache = Cache()
    versions = [CacheKey("/a", headers=(("accept", accept),)) for accept in ("image/webp", "image/png")]
    for key in versions:
        cache.keep(key, ENTRY)
    cache.drop([parse("/a"), parse("/*")])
    assert [cache.get(key) for key in versions] == [None, None]


def test_tags_are_listed_with_commas_in_any_case() -> None:
    assert parse_tags(" Shoes,red ,, ") == {"shoes", "red"}


def test_a_watch_returns_each_new_invalidation_once_and_no_older_one() -> None:
    created = ["old"]
    watch = InvalidationWatch(lambda: tuple(created), lambda invalidation: (f"/{invalidation}",), delay=0)

    async def watched() -> list[list[Item]]:
        before = await watch.due()
        created.append("new")
        return [before, await watch.due(), await watch.due()]

    assert asyncio.run(watched()) == [[], [parse("/new")], []]


@pytest.mark.parametrize(
    ("now", "is_fresh", "age"),
    [
        pytest.param(100.0, True, 0, id="at once"),
        pytest.param(159.9, True, 59, id="shortly before the end of its lifetime"),
        pytest.param(160.0, False, 60, id="at the end of its lifetime"),
    ],
)
def test_the_age_of_an_entry(now: float, age: int, *, is_fresh: bool) -> None:
    assert (ENTRY.is_fresh(now), ENTRY.age(now)) == (is_fresh, age)

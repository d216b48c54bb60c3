from __future__ import annotations

import asyncio

import pytest

from edge.cloudfront.cache import Cache, CacheKey, Entry
from edge.cloudfront.invalidation import Item, RefusedBatchError, check, parse, parse_tags
from edge.cloudfront.invalidation_watch import InvalidationWatch
from edge.shared.answer import answer

ENTRY = Entry(answer(200), stored=100.0, lifetime=60.0, tags=frozenset({"shoes"}))


@pytest.mark.parametrize(
    ("item", "path", "query", "is_dropped"),
    [
        pytest.param("/a.jpg", "/a.jpg", "", True, id="the same path"),
        pytest.param("/a.jpg", "/b.jpg", "", False, id="another path"),
        pytest.param("/a", "/a.jpg", "", False, id="the beginning of a path is not the path"),
        pytest.param("/A.jpg", "/a.jpg", "", False, id="paths are case-sensitive"),
        pytest.param("/a/*", "/a/b/c.jpg", "", True, id="a wildcard at the end"),
        pytest.param("/a/*", "/ab/c.jpg", "", False, id="a wildcard needs its whole prefix"),
        pytest.param("/IMG_20*", "/IMG_20~1.JPG", "", True, id="a wildcard before a tilde"),
        pytest.param("/*", "/a", "x=1", True, id="everything"),
        pytest.param("/a%2A", "/a%2A", "", True, id="an encoded star, as it is written"),
        pytest.param("/a%2A", "/a*", "", False, id="an encoded star is not a star as it is written"),
        pytest.param("/a%2A", "/ab", "", False, id="an encoded star is not a wildcard"),
        pytest.param("/a%20b", "/a%20b", "", True, id="the same encoding"),
        pytest.param("/a%20b", "/a+b", "", False, id="another encoding of the same object"),
        pytest.param("/%c3%bc", "/%C3%BC", "", False, id="encoded in another case"),
        pytest.param("/%28", "/(", "", False, id="unnecessary encoding"),
        pytest.param("/a%2Fb", "/a/b", "", False, id="an encoded slash is not a slash"),
        pytest.param("/a%7Eb", "/a~b", "", False, id="an encoded tilde invalidates nothing"),
        pytest.param("/a%7Eb", "/a%7Eb", "", False, id="an encoded tilde invalidates nothing at all"),
        pytest.param("/a%7e*", "/a~b", "", False, id="nor with a wildcard"),
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


GOOD = [
    "/",
    "/*",
    "/300x200@2x,fit=cover/a%20b(1)%2Bc.jpg",
    "/caf%C3%A9.jpg",
    "/a%7Eb",
    "/a?x=1&y=2",
    "/$-_.+!(),;/?:@&=",
    "#original-0123",
    "#~*",
    "/" + "a" * 3999,
]
BAD = [
    "",
    "a.jpg",
    "/a~b",
    "/it's",
    "/a b",
    "/café",
    "/a*b",
    "/a**",
    "/a%",
    "/a%zz",
    "/a[1]",
    "/a|b",
    "/a^",
    "/a`",
    "/a#b",
    "/a\\b",
    '/a"b',
    "#",
    "#a,b",
    "#a b",
    "#" + "a" * 257,
    "/" + "a" * 4000,
]


@pytest.mark.parametrize("item", GOOD)
def test_an_item_that_cloudfront_takes(item: str) -> None:
    check([item], 1)


@pytest.mark.parametrize("item", BAD)
def test_an_item_that_cloudfront_refuses_spoils_the_batch(item: str) -> None:
    with pytest.raises(RefusedBatchError, match="one or more invalid invalidation paths") as refused:
        check(["/good", item], 2)
    assert refused.value.code == "InvalidArgument"


@pytest.mark.parametrize(
    ("items", "quantity", "code"),
    [
        pytest.param([], 0, "InvalidArgument", id="none"),
        pytest.param(["/a"], 2, "InconsistentQuantities", id="fewer than it says"),
        pytest.param([f"/{n}" for n in range(3001)], 3001, "TooManyInvalidationsInProgress", id="paths"),
        pytest.param([f"/{n}*" for n in range(16)], 16, "TooManyInvalidationsInProgress", id="wildcards"),
    ],
)
def test_a_batch_that_cloudfront_refuses(items: list[str], quantity: int, code: str) -> None:
    with pytest.raises(RefusedBatchError) as refused:
        check(items, quantity)
    assert refused.value.code == code


def test_the_largest_batches() -> None:
    check([f"/{n}" for n in range(3000)], 3000)
    check([*(f"/{n}*" for n in range(15)), *(f"#t{n}*" for n in range(15))], 30)


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

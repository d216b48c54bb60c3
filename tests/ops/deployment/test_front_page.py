"""The page at the root of the site: ours, until the owner puts one."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from ops.deployment import front_page
from ops.deployment.front_page import KEY, PAGE, Left, put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

    from infra.emulator import Emulator

BUCKET = "a-site"


@pytest.fixture
def s3(aws: Emulator) -> Iterator[S3Client]:
    """The emulator's S3, with an empty site bucket."""
    client = aws.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    client.delete_object(Bucket=BUCKET, Key=KEY)
    client.delete_bucket(Bucket=BUCKET)


def body(s3: S3Client) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read()


def test_where_there_is_none_ours_is_put(s3: S3Client) -> None:
    assert put(s3, BUCKET) is Left.OURS
    found = s3.head_object(Bucket=BUCKET, Key=KEY)
    assert body(s3) == PAGE.read_bytes()
    assert found["ContentType"] == "text/html; charset=utf-8"
    assert found["CacheControl"] == "public, max-age=300"


def test_an_earlier_one_of_ours_is_replaced(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    put(s3, BUCKET)
    later = PAGE.with_name("later.html")
    monkeypatch.setattr(front_page, "PAGE", later)
    monkeypatch.setattr(type(later), "read_bytes", lambda _: b"later")
    assert put(s3, BUCKET) is Left.OURS
    assert body(s3) == b"later"


@pytest.mark.parametrize("theirs", [b"my own page", PAGE.read_bytes()], ids=["a new one", "a copy of ours"])
def test_the_owners_stays(s3: S3Client, theirs: bytes) -> None:
    put(s3, BUCKET)
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=theirs)
    before = s3.head_object(Bucket=BUCKET, Key=KEY)["LastModified"]
    assert put(s3, BUCKET) is Left.OWNERS
    assert body(s3) == theirs
    assert s3.head_object(Bucket=BUCKET, Key=KEY)["LastModified"] == before


@pytest.mark.parametrize("before", [False, True], ids=["in place of none", "in place of ours"])
def test_the_owners_that_comes_at_the_same_moment_stays(
    s3: S3Client,
    monkeypatch: pytest.MonkeyPatch,
    before: bool,  # noqa: FBT001 - a table
) -> None:
    if before:
        put(s3, BUCKET)
    looking = s3.head_object

    def owner_puts_one_after_the_look(**asked: str) -> object:
        try:
            return looking(**asked)  # type: ignore[arg-type]  # what put() asks
        finally:
            s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"my own page")

    monkeypatch.setattr(s3, "head_object", owner_puts_one_after_the_look)
    assert put(s3, BUCKET) is Left.OWNERS
    assert body(s3) == b"my own page"


class Tags(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs)}


def test_the_page_needs_nothing_that_the_sites_security_policy_forbids() -> None:
    tags = Tags()
    tags.feed(PAGE.read_text())
    assert tags.seen & {"script", "style", "link", "img", "src", "href", "iframe", "form", "onload"} == set()
    assert {"title", "h1", "lang"} <= tags.seen

from __future__ import annotations

import pytest
from multidict import CIMultiDict

from edge.shared.answer import answer
from edge.shared.partial import narrowed

MODIFIED = "Thu, 01 Jan 2026 00:00:00 GMT"
BEFORE = "Wed, 31 Dec 2025 23:59:59 GMT"
WHOLE = answer(200, {"ETag": '"e"', "Last-Modified": MODIFIED, "Content-Type": "image/png"}, b"0123456789")


@pytest.mark.parametrize(
    ("asked", "status", "body", "content_range"),
    [
        pytest.param({}, 200, b"0123456789", None, id="the whole"),
        pytest.param({"Range": "bytes=2-4"}, 206, b"234", "bytes 2-4/10", id="a part"),
        pytest.param({"Range": "bytes=7-"}, 206, b"789", "bytes 7-9/10", id="from somewhere to the end"),
        pytest.param({"Range": "bytes=-3"}, 206, b"789", "bytes 7-9/10", id="the last three"),
        pytest.param(
            {"Range": "bytes=-99"}, 206, b"0123456789", "bytes 0-9/10", id="more than the last bytes"
        ),
        pytest.param({"Range": "bytes=8-99"}, 206, b"89", "bytes 8-9/10", id="beyond the end"),
        pytest.param({"Range": "bytes=10-"}, 416, b"", "bytes */10", id="after the end"),
        pytest.param({"Range": "bytes=-0"}, 416, b"", "bytes */10", id="the last zero bytes"),
        pytest.param(
            {"Range": "bytes=4-2"}, 200, b"0123456789", None, id="a range that ends before it starts"
        ),
        pytest.param({"Range": "bytes=0-1,3-4"}, 200, b"0123456789", None, id="several ranges"),
        pytest.param({"Range": "lines=0-1"}, 200, b"0123456789", None, id="another unit"),
        pytest.param(
            {"Range": "bytes=0-0", "If-Range": '"e"'},
            206,
            b"0",
            "bytes 0-0/10",
            id="If-Range with the same tag",
        ),
        pytest.param(
            {"Range": "bytes=0-0", "If-Range": '"x"'},
            200,
            b"0123456789",
            None,
            id="If-Range with another tag",
        ),
        pytest.param({"If-None-Match": '"e"'}, 304, b"", None, id="the same version"),
        pytest.param({"If-None-Match": '"x", W/"e"'}, 304, b"", None, id="one of several tags, weak"),
        pytest.param({"If-None-Match": "*"}, 304, b"", None, id="any version"),
        pytest.param({"If-None-Match": '"x"'}, 200, b"0123456789", None, id="another version"),
        pytest.param({"If-Modified-Since": MODIFIED}, 304, b"", None, id="not modified since"),
        pytest.param({"If-Modified-Since": BEFORE}, 200, b"0123456789", None, id="modified since"),
        pytest.param({"If-Modified-Since": "yesterday"}, 200, b"0123456789", None, id="not a date"),
        pytest.param(
            {"If-None-Match": '"x"', "If-Modified-Since": MODIFIED},
            200,
            b"0123456789",
            None,
            id="If-None-Match takes precedence",
        ),
    ],
)
def test_which_answer_a_conditional_or_range_request_gets(
    asked: dict[str, str], status: int, body: bytes, content_range: str | None
) -> None:
    part = narrowed(WHOLE, "GET", CIMultiDict(asked))
    assert (part.status, part.body, part.headers.get("Content-Range")) == (status, body, content_range)


def test_a_304_keeps_the_headers_that_a_cache_needs() -> None:
    part = narrowed(WHOLE, "GET", CIMultiDict({"If-None-Match": '"e"'}))
    assert set(part.headers) == {"ETag", "Last-Modified"}


@pytest.mark.parametrize("status", [302, 404])
def test_only_a_200_is_answered_in_parts(status: int) -> None:
    other = answer(status, {"ETag": '"e"'}, b"0123456789")
    assert narrowed(other, "GET", CIMultiDict({"Range": "bytes=0-1", "If-None-Match": '"e"'})) == other

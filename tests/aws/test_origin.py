"""The site's origin: asked over real sockets whether a variant's cache tag arrives there."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.aws.bucket import Stored
from chalicelib.aws.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

STORED = Stored("300x200/a b~.jpg", "r1", 0.0, "original-0123", "etag")


@contextmanager
def serving(
    status: int, headers: dict[str, str], *, is_endless: bool = False
) -> Iterator[tuple[str, list[Any]]]:
    """Serve this answer to everything, and note what is asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Referer")))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(10**9 if is_endless else 7))
            self.end_headers()
            self.wfile.write(b"picture")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {"x-amz-meta-cache-tag": "original-0123"}, True),
        (200, {"X-Amz-Meta-Cache-Tag": "original-0123"}, True),
        (200, {}, False),
        (200, {"x-amz-meta-cache-tag": ""}, False),
        (200, {"x-amz-meta-cache-tag": "original-4567"}, False),
        (307, {"x-amz-meta-cache-tag": "original-0123", "Location": "/resize/"}, False),
        (403, {"x-amz-meta-cache-tag": "original-0123"}, False),
        (404, {}, False),
    ],
    ids=["tag", "capitals", "no metadata", "empty", "another's", "redirect", "forbidden", "missing"],
)
def test_only_a_picture_that_comes_with_its_own_tag_is_proof(
    status: int,
    headers: dict[str, str],
    expected: bool,  # noqa: FBT001 - a table's column
) -> None:
    with serving(status, headers) as (url, asked):
        assert Origin(url, "secret").hands_out_tag(STORED) is expected
    assert asked == [("/300x200/a%20b~.jpg", "secret")]


def test_the_picture_itself_is_not_waited_for() -> None:
    with serving(200, {"x-amz-meta-cache-tag": "original-0123"}, is_endless=True) as (url, asked):
        assert Origin(url).hands_out_tag(STORED)
    assert asked == [("/300x200/a%20b~.jpg", None)]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://127.0.0.1:1", "http://no-such-host.invalid"])
def test_an_origin_that_does_not_answer_proves_nothing(url: str, caplog: pytest.LogCaptureFixture) -> None:
    assert not Origin(url).hands_out_tag(STORED)
    assert "does not say whether it hands out cache tags" in caplog.text


def test_without_an_origin_nothing_is_proved_and_nobody_asked(caplog: pytest.LogCaptureFixture) -> None:
    assert not Origin("").hands_out_tag(STORED)
    assert caplog.records == []

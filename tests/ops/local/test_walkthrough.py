"""The walk-through: following a picture's address, and showing the hops."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from ops.local import walkthrough

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWERS = {
    "/photo.jpg": (307, {"Location": "/resize/photo.jpg"}, b""),
    "/resize/photo.jpg": (
        302,
        {"Location": "/stored%20photo.jpg", "Cache-Control": "no-store", "Server-Timing": "total;dur=0.5"},
        b"",
    ),
    "/stored%20photo.jpg": (
        200,
        {"Content-Type": "image/jpeg", "X-Cache": "Hit from cloudfront"},
        b"x" * 1234,
    ),
    "/absolute": (302, {"Location": "{site}/photo.jpg?signed=a%2Fb"}, b""),
    "/photo.jpg?signed=a%2Fb": (200, {}, b"presigned"),
    "/missing": (
        404,
        {
            "Content-Type": "image/svg+xml",
            "X-Resize404-Code": "NoSuchOriginal",
            "X-Resize404-Message": "None.",
        },
        b"<svg/>",
    ),
    "/round": (307, {"Location": "/round"}, b""),
}


class Handler(BaseHTTPRequestHandler):
    """Answers as `ANSWERS` says."""

    def do_GET(self) -> None:
        status, headers, body = ANSWERS[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value.format(site=f"http://{self.headers['Host']}"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        """Log nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A server that answers as `ANSWERS` says."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        pytest.param("/photo.jpg", "307 → 302 → 200", id="relative redirects to the picture"),
        pytest.param("/absolute", "302 → 200", id="an absolute redirect with a query"),
        pytest.param("/missing", "404", id="a refusal"),
        pytest.param("/round", " → ".join(["307"] * walkthrough.MAX_HOPS), id="a loop, which ends"),
    ],
)
def test_an_address_is_followed_to_its_last_answer(site: str, path: str, statuses: str) -> None:
    assert walkthrough.summary(walkthrough.follow(site + path)) == statuses


def test_the_words_of_a_refusal_are_shown_however_they_are_drawn(site: str) -> None:
    refused, made = walkthrough.follow(f"{site}/missing")[-1], walkthrough.follow(f"{site}/absolute")[-1]
    assert (refused.said, made.said) == ("NoSuchOriginal: None.", "presigned")


def test_the_table_shows_status_path_size_and_important_headers(site: str) -> None:
    console = Console(width=100)
    with console.capture() as shown:
        console.print(walkthrough.render("First view", walkthrough.follow(f"{site}/photo.jpg")))
    for expected in (
        "First view",
        "Location: /resize/photo.jpg",
        "Cache-Control: no-store",
        "Time: app 0 ms, emulator ",
        "/stored photo.jpg",
        "X-Cache: Hit from cloudfront",
        "Size: 1,234 bytes",
    ):
        assert expected in shown.get()

"""The demo page: an HTML page with an ``<img>`` for each given variant, and a small server for it."""

from __future__ import annotations

from contextlib import contextmanager
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = Path(__file__).with_name("demo_page.html")
_FIGURE = Template("""\
<figure>
  <div class="frame"><img src="$url" alt="$path"></div>
  <figcaption><a href="$url">$path</a><output>on its way</output></figcaption>
</figure>""")


def render(urls: list[str]) -> str:
    """Return the HTML page that shows the pictures at `urls`."""
    return Template(_PAGE.read_text()).substitute(pictures="\n".join(_figure(url) for url in urls))


def _figure(url: str) -> str:
    return _FIGURE.substitute(url=escape(url), path=escape(unquote(urlsplit(url).path)))


@contextmanager
def serve(urls: list[str], port: int = 0) -> Iterator[str]:
    """Serve the page of `urls` on loopback until the block ends. Yield its address."""
    page = render(urls).encode()

    class Handler(BaseHTTPRequestHandler):
        """Answers every path with the page."""

        def do_GET(self) -> None:
            """Send the page."""
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
            """Log nothing: requests of the page are not interesting in the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()

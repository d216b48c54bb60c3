"""The local page: photos in a few variants, what the log says of each, and a place to drop more photos."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from threading import Thread
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ops.local.views import View

_FILES = Path(__file__).with_name("page")
_KINDS = {"page.js": "text/javascript; charset=utf-8", "page.css": "text/css; charset=utf-8"}
_HTML = "text/html; charset=utf-8"
_JSON = "application/json"

MOST_PHOTOS = 40
"""Photos on the page. It loads their pictures when they are scrolled to."""


class Originals(Protocol):
    """The bucket of originals."""

    @property
    def bucket(self) -> str:
        """The bucket's name."""

    def newest(self) -> Sequence[str]:
        """Return all keys, those that were put last first."""

    def upload_form(self) -> Mapping[str, object]:
        """Return a presigned form, as boto3's ``generate_presigned_post`` does."""


@dataclass(frozen=True, slots=True)
class LocalPage:
    """What the page shows: `variants` of each photo. `last` returns the last view of a path, if any."""

    site: str
    originals: Originals
    variants: Sequence[str]
    address: Callable[[str, str], str]
    last: Callable[[str], View | None]

    def answer(self, target: str) -> tuple[str, bytes] | None:
        """Return the type and the body of the answer to `target`, a path with its query, or None."""
        parts = urlsplit(target)
        name, query = parts.path.removeprefix("/"), parse_qs(parts.query)
        if name in _KINDS:
            return _KINDS[name], (_FILES / name).read_bytes()
        if name == "":
            return _HTML, self._page().encode()
        if name == "photo" and "key" in query:
            return _HTML, self._photo(query["key"][0]).encode()
        if name == "view" and "path" in query:
            return _JSON, json.dumps(_told(self.last(query["path"][0]))).encode()
        if name == "upload":
            return _JSON, json.dumps(self.originals.upload_form()).encode()
        return None

    def _page(self) -> str:
        keys = self.originals.newest()
        shown = keys[:MOST_PHOTOS]
        more = f"The newest {len(shown)} of {len(keys)} photos." if len(keys) > len(shown) else ""
        return _filled(
            "page.html",
            site=escape(self.site),
            bucket=escape(self.originals.bucket),
            photos="\n".join(map(self._photo, shown)),
            shown=more,
        )

    def _photo(self, key: str) -> str:
        figures = "\n".join(self._figure(self.address(variant, key)) for variant in self.variants)
        return _filled("photo.html", key=escape(key), figures=figures)

    @staticmethod
    def _figure(url: str) -> str:
        return _filled("figure.html", url=escape(url), path=escape(unquote(urlsplit(url).path)))


def _filled(name: str, **values: str) -> str:
    return Template((_FILES / name).read_text()).substitute(values)


def _told(view: View | None) -> dict[str, str]:
    return {"text": str(view), "took": view.took, "words": view.words} if view else {}


@contextmanager
def serve(page: LocalPage, port: int = 0) -> Iterator[str]:
    """Serve `page` on loopback until the block ends. Yield its address."""

    class Handler(BaseHTTPRequestHandler):
        """Answers as `page` does."""

        def do_GET(self) -> None:
            """Send what the page has at this path."""
            kind, body = page.answer(self.path) or ("text/plain", b"There is nothing here.")
            found = HTTPStatus.NOT_FOUND if kind == "text/plain" else HTTPStatus.OK
            self.send_response(found)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

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

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
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from ops.playground import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ops.local.views import View

_FILES = Path(__file__).with_name("page")
_KINDS = {"page.js": "text/javascript; charset=utf-8", "page.css": "text/css; charset=utf-8"}
_HTML = "text/html; charset=utf-8"
_JSON = "application/json"
_ONLY_A_PICTURE = "default-src 'none'; sandbox"

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

    def read(self, key: str) -> tuple[str, bytes] | None:
        """Return the type and the bytes of the original, or None."""


class Answer(NamedTuple):
    """What is sent: a type, a body, and what the body may load and run."""

    kind: str
    body: bytes
    policy: str = ""


@dataclass(frozen=True, slots=True)
class LocalPage:
    """What the page shows: `variants` of each photo. `last` returns the last view of a path, if any."""

    site: str
    originals: Originals
    variants: Sequence[str]
    address: Callable[[str, str], str]
    last: Callable[[str], View | None]
    prefix: str = ""

    def answer(self, target: str) -> Answer | None:
        """Return the answer to `target`, a path with its query, or None."""
        parts = urlsplit(target)
        name = parts.path.removeprefix("/")
        query = {field: values[0] for field, values in parse_qs(parts.query).items()}
        if name in _KINDS:
            return Answer(_KINDS[name], (_FILES / name).read_bytes())
        if name.startswith(files.FOLDER):
            return self._playground(name.removeprefix(files.FOLDER) or files.INDEX)
        if name == "":
            return Answer(_HTML, self._page().encode())
        if name == "upload":
            return Answer(_JSON, json.dumps(self.originals.upload_form()).encode())
        return self._of_one(name, query)

    def _of_one(self, name: str, query: Mapping[str, str]) -> Answer | None:
        """Return the answer about one photo, or one of its pictures."""
        if name == "photo" and "key" in query:
            return Answer(_HTML, self._photo(query["key"]).encode())
        if name == "original" and "key" in query:
            found = self.originals.read(query["key"])
            return Answer(*found, _ONLY_A_PICTURE) if found else None
        if name == "view" and "path" in query:
            return Answer(_JSON, json.dumps(_told(self.last(query["path"]))).encode())
        return None

    def _playground(self, name: str) -> Answer | None:
        keys = self.originals.newest()[:MOST_PHOTOS]
        file = files.Playground(self.site, self.prefix, keys, local=True).file(name)
        upload = urlsplit(str(self.originals.upload_form()["url"]))
        policy = files.policy(self.site, f"{upload.scheme}://{upload.netloc}")
        return Answer(file.content_type, file.body, policy) if file else None

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
            found = page.answer(self.path)
            answer = found or Answer("text/plain", b"There is nothing here.")
            self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            if answer.policy:
                self.send_header("Content-Security-Policy", answer.policy)
            self.end_headers()
            self.wfile.write(answer.body)

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

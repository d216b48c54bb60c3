"""The files of the playground: those in the folder ``page``, filled in for one site."""

from __future__ import annotations

import json
import string
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from chalicelib.address.key import url_path
from infra.edge_functions import canonical
from infra.option_reference import declared

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = "playground/"
"""Where the page is, below the root of the site and of the local page."""

INDEX = "index.html"

_CANONICAL = "canonical.js"
"""The code of the function at the edge: the page has it spell its addresses."""

_PAGE = Path(__file__).with_name("page")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of the page: its name, its type, its bytes."""

    name: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Playground:
    """The page for one site.

    `site` is the site's URL without a trailing slash, empty if the page is on the site itself. `prefix` is
    its KEY_PREFIX, `keys` the originals that the page offers. A page that is `local` shows originals and
    uploads photos: its server is that of the local page.
    """

    site: str
    prefix: str
    keys: Sequence[str]
    local: bool = False

    def files(self) -> list[File]:
        """Return all files."""
        return [file for name in _names() if (file := self.file(name))]

    def file(self, name: str) -> File | None:
        """Return the file called `name`, or None."""
        if name not in _names():
            return None
        return File(name, _TYPES[Path(name).suffix], self._text(name).encode())

    def _text(self, name: str) -> str:
        if name == _CANONICAL:
            return canonical.code(self.prefix)
        text = (_PAGE / name).read_text()
        return Template(text).substitute(about=self._about()) if name == INDEX else text

    def _about(self) -> str:
        about = {
            "site": self.site,
            "prefix": self.prefix,
            "keys": list(self.keys),
            "local": self.local,
            "unencoded": "".join(each for each in string.punctuation if url_path(each)[1:] == each),
            "options": declared(),
        }
        # Inside a script element, a browser reads "<" as it stands: a key must not end the element.
        return json.dumps(about).replace("<", "\\u003c")


def policy(*others: str) -> str:
    """Return the page's Content-Security-Policy. It loads from its own origin, and pictures from `others`."""
    allowed = " ".join(["'self'", *others])
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {allowed} blob: data:; "
        f"connect-src {allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def keys(text: str) -> list[str]:
    """Return the keys in `text`, the stack's parameter Playground."""
    return [key for part in text.split(",") if (key := part.strip())]


def _names() -> list[str]:
    return [*sorted(path.name for path in _PAGE.iterdir()), _CANONICAL]

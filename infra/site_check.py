"""Checks the documentation's site as it was built: every link leads somewhere, no other host is asked.

The generator checks only links between documents. What it passes over would be a broken picture, a page that
the menu does not have, or a request to somebody else's host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from posixpath import normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOT_FOUND = "404.html"
"""The page that a server shows in place of a missing one. Its links begin at the root of the site."""

_LOADED = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}
"""The attributes that make a browser ask for something. It follows others only if the reader does."""

_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^"')\s]+""")


@dataclass(slots=True)
class Page:
    """What a page of HTML has: its anchors, the addresses that it names, and which of them are the menu's."""

    anchors: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    menu: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag names."""
        given = {name: value or "" for name, value in attrs}
        self.page.anchors |= {given[name] for name in ("id", "name") if name in given}
        for name in given.keys() & {"href", "src"}:
            address = given[name]
            self.page.links.add(address)
            if (tag, name) in _LOADED:
                self.page.loaded.add(address)
            if "md-nav__link" in given.get("class", ""):
                self.page.menu.add(address)


def read(path: Path) -> Page:
    """Return what the page at `path` has."""
    reader = _Reader()
    reader.feed(path.read_text())
    return reader.page


def faults(site: Path) -> Iterator[str]:
    """Return what is wrong with the site in the folder `site`, a line for each fault."""
    pages = {str(path.relative_to(site)): read(path) for path in sorted(site.rglob("*.html"))}
    del pages[_NOT_FOUND]
    for name, page in pages.items():
        yield from _foreign(name, page.loaded)
        for link in sorted(page.links):
            yield from _broken(site, pages, name, link)
    yield from _unlisted(pages)
    for style in sorted(site.rglob("*.css")):
        yield from (f"{style.name} loads {found}" for found in _STYLE.findall(style.read_text()))


def _foreign(name: str, loaded: set[str]) -> Iterator[str]:
    yield from (f"{name} loads {address}" for address in sorted(loaded) if urlsplit(address).netloc)


def _broken(site: Path, pages: dict[str, Page], name: str, link: str) -> Iterator[str]:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return
    target = (site / name).parent / unquote(parts.path) if parts.path else site / name
    if not target.is_file():
        yield f"{name} names {link}, which is not there"
        return
    page = pages.get(str(target.resolve().relative_to(site.resolve())))
    # The page's own script makes the anchors that begin like this.
    if (
        page
        and parts.fragment
        and not parts.fragment.startswith("__")
        and unquote(parts.fragment) not in page.anchors
    ):
        yield f"{name} names {link}, an anchor that is not there"


def _unlisted(pages: dict[str, Page]) -> Iterator[str]:
    listed = {normpath(urlsplit(link).path) for link in pages["index.html"].menu}
    yield from (f"{name} is not in the menu: name it in mkdocs.yml" for name in pages if name not in listed)

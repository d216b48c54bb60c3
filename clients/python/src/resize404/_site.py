"""`Site`: the addresses of a site's pictures, and the elements that show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import unquote, urlsplit

from resize404 import _choice, _key, _picture, _signing, _srcset, _tags
from resize404._mistake import Mistake, quoted
from resize404._tags import HTML
from resize404._variant import INFO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from resize404._choice import Addressed, Choice, Chosen, Pictured, Shown
    from resize404._picture import Address
    from resize404._tags import Value
    from resize404._variant import Variant

_BASE = re.compile(r"(https?:)?//[^/?#\s]+(/[^?#\s]*)?|(/[^?#\s]*)?")


class Site:
    """A resize404 site. Every wrong argument of its methods is a `Mistake`, which says what is allowed.

    `url` is where variants are, like ``https://img.example.com``, with the site's KEY_PREFIX behind it if it
    has one. It is empty if pages and pictures have the same origin. With a `signing_key`, ``id:secret``,
    every address is signed. `presets` are the names of the site's presets; without them every name is taken
    for one.
    """

    def __init__(self, url: str = "", *, signing_key: str = "", presets: Iterable[str] | None = None) -> None:
        if not _BASE.fullmatch(url):
            raise Mistake(
                f"{quoted(url)} is not the address of a site. Write it like https://img.example.com."
            )
        self._base = url.rstrip("/")
        path = unquote(urlsplit(self._base).path).lstrip("/")
        self._prefix = path and f"{path}/"
        self._key = _signing.read_key(signing_key) if signing_key else None
        self._presets = None if presets is None else frozenset(presets)

    def url(self, key: str, variant: str = "", **arguments: Unpack[Addressed]) -> str:
        """Return the address of one variant of the original `key`.

        The variant is a text, ``300x200,fit=cover`` or a preset's name. Or give width, height and options.
        """
        choice, address = self._read(key, variant, arguments)
        if choice.widths or choice.densities:
            raise Mistake("An address has one size. Give widths and densities to srcset, img or picture.")
        return address(choice.variant)

    def info_url(self, key: str, *, expires: int | datetime | None = None) -> str:
        """Return the address of what a page has to know of the original: sides, colour, a ThumbHash."""
        return self.url(key, INFO, expires=expires)

    def srcset(self, key: str, variant: str = "", **arguments: Unpack[Chosen]) -> str:
        """Return the value of a ``srcset`` attribute, for `widths` or for `densities`. It is not escaped."""
        choice, address = self._read(key, variant, arguments)
        return _srcset.written(_srcset.candidates(choice), address)

    def attributes(self, key: str, variant: str = "", **arguments: Unpack[Shown]) -> dict[str, Value]:
        """Return the attributes of an ``<img>`` by name. They are not escaped."""
        element, rest = _picture.split(arguments)
        choice, address = self._read(key, variant, rest)
        return _picture.image(choice, element, address)

    def img(self, key: str, variant: str = "", **arguments: Unpack[Shown]) -> HTML:
        """Return an ``<img>``."""
        return _tags.element("img", self.attributes(key, variant, **arguments))

    def picture(self, key: str, variant: str = "", **arguments: Unpack[Pictured]) -> HTML:
        """Return a ``<picture>``: AVIF or WebP for browsers that take it, else the original's format."""
        element, rest = _picture.split(arguments)
        choice, address = self._read(key, variant, rest)
        sources = _picture.sources(choice, element, key, address)
        image = _tags.element("img", _picture.image(choice, element, address))
        return HTML(f"<picture>{''.join(sources)}{image}</picture>")

    def _read(self, key: str, text: str, arguments: Mapping[str, Any]) -> tuple[Choice, Address]:
        """Return what is asked for, and the function that writes an address of this original."""
        rest = dict(arguments)
        expires = _signing.seconds(rest.pop("expires", None))
        if expires is not None and not self._key:
            raise Mistake("Only a signature expires, and this site has no signing_key.")
        choice = _choice.read(text, rest, self._presets)
        _key.check(key)
        return choice, lambda variant: self._address(variant, key, expires)

    def _address(self, variant: Variant, key: str, expires: int | None) -> str:
        segment = self._key.signed(str(variant), key, expires) if self._key else str(variant)
        _key.check_length(f"{self._prefix}{segment}/{key}")
        return f"{self._base}/{_key.path(f'{segment}/{key}')}"

"""Parses the address of a site or a picture into its parts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from chalicelib.address import signing
from chalicelib.address.key import url_path
from chalicelib.address.variant import is_preset_name, is_spelling

NOWHERE = "resize404-doctor/"
"""The folder of the originals that the doctor asks for because they do not exist."""

_AS_WRITTEN = "/%!$&'()*+,:;=@~"


class BadAddress(ValueError):  # noqa: N818 - the name says what is wrong
    """Not an address of a site or a picture. The message has an example."""


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a site and, if known, of a picture on it.

    `base` is scheme and host without a trailing slash. `prefix` is the site's KEY_PREFIX. `variant` and `key`
    are percent-encoded; they are empty if no picture is known.
    """

    base: str
    prefix: str = ""
    variant: str = ""
    key: str = ""

    @property
    def host(self) -> str:
        """The host, with its port if it has one."""
        return urlsplit(self.base).netloc

    @property
    def scheme(self) -> str:
        """The scheme: http or https."""
        return urlsplit(self.base).scheme

    @property
    def picture(self) -> str:
        """The address of the picture."""
        return self.of(self.variant, self.key)

    def of(self, variant: str, key: str) -> str:
        """Return the address of `variant` of `key`, both percent-encoded."""
        return f"{self.base}/{self.prefix}{variant}/{key}"


def parse(text: str) -> Address:
    """Return the parsed address `text` of a site (``https://img.example.com``) or of a picture on it.

    A path that ends with a slash is the site's KEY_PREFIX. In a picture's path, the segments before the first
    size are the KEY_PREFIX. If no segment is a size, the first segment is the name of a preset.
    """
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadAddress(f"{text!r} is not the address of a site, such as https://img.example.com.")
    base = f"{parts.scheme}://{parts.netloc}"
    path = quote(parts.path, safe=_AS_WRITTEN).removeprefix("/")
    if not path or path.endswith("/"):
        return Address(base, path)
    return _of_picture(base, path)


def _of_picture(base: str, path: str) -> Address:
    segments = path.split("/")
    decoded = [unquote(segment) for segment in segments[:-1]]
    if any(signing.MARK in segment for segment in decoded):
        raise BadAddress(
            f"/{path} is a signed address. Give the one that it leads to: the same one without its signature."
        )
    place = next((number for number, segment in enumerate(decoded) if is_spelling(segment)), None)
    if place is None and not (decoded and is_preset_name(decoded[0])):
        raise BadAddress(
            f"/{path} is not the address of a picture, such as /300x200/shoes/red.jpg. "
            "The path of a site without a picture must end with a slash."
        )
    place = place or 0
    prefix = "".join(f"{segment}/" for segment in segments[:place])
    return Address(base, prefix, segments[place], "/".join(segments[place + 1 :]))


def encoded(text: str) -> str:
    """Return a variant or a key, percent-encoded for an address."""
    return url_path(text).removeprefix("/")

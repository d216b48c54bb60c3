"""Keys: the part of the address that names the original, byte for byte as S3 knows it.

A key travels percent-encoded in URLs and decoded in S3. It is decoded once, where it comes in, and encoded
once, where it leaves in a ``Location`` or an invalidation path; nothing else touches it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NewType
from urllib.parse import quote, unquote_to_bytes

from chalicelib.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = NewType("Key", str)
"""A key that `read` has accepted."""

MAX_DEPTH = 10
"""Segments of the deepest key, which is also how many routes `app.py` has."""

MAX_BYTES = 1024
"""Bytes of the longest object key in UTF-8 (S3 user guide, "Naming Amazon S3 objects")."""

FACES_FOLDER = ".faces/"
"""The folder, below KEY_PREFIX, of what is known of faces. No variant is in it: none begins with a dot."""

_LEFT_AS_IS = "/!$&'(),:;=@~"
"""What stands for itself in a path. CloudFront does not find an object whose invalidation path encodes more
than it has to (developer guide, "Specifying the files to invalidate"). Missing here on purpose: ``*``, a
wildcard there, and ``+``, which S3 reads as a space."""


def read(captured: Iterable[str]) -> Key:
    """Return the key whose percent-encoded segments API Gateway captured.

    An encoded slash separates like any other: S3 makes no difference either.
    """
    return check("/".join(decode(segment) for segment in captured))


def check(key: str) -> Key:
    """Return `key`, not percent-encoded, if it can name an original; else `Malformed` says why not."""
    if not key:
        raise Malformed
    segments = key.split("/")
    if "" in segments:
        raise Malformed("A key has no empty segments.")
    if "." in segments or ".." in segments:
        raise Malformed("A key has no segments . and .. in it.")
    if len(segments) > MAX_DEPTH:
        raise Malformed(f"A key has at most {MAX_DEPTH} segments.")
    return Key(key)


def is_key(key: str) -> bool:
    """Say whether `key`, not percent-encoded, can name an original."""
    try:
        check(key)
    except Malformed:
        return False
    return True


def is_short(object_key: str) -> bool:
    """Say whether S3 can hold an object of this name."""
    return len(object_key.encode()) <= MAX_BYTES


def check_length(object_key: str) -> str:
    """Return `object_key` if S3 can hold an object of this name."""
    if not is_short(object_key):
        raise Malformed(f"With the variant in front, a key has at most {MAX_BYTES} bytes.")
    return object_key


def decode(segment: str) -> str:
    """Return the text that a path segment spells, percent-encoded or not."""
    # unquote, never unquote_plus: a plus is a plus here (aws/chalice#511).
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeError:
        raise Malformed("A key is UTF-8, percent-encoded.") from None


def url_path(object_key: str) -> str:
    """Return the absolute URL path of an object on the site, percent-encoded, beginning with a slash."""
    return "/" + quote(object_key, safe=_LEFT_AS_IS)

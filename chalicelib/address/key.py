"""Keys: the part of the address that names the original, with exactly the bytes that S3 has for it.

A key is percent-encoded in URLs and decoded in S3. It is decoded once, when a request comes in. It is encoded
once, when it goes out in a ``Location`` or an invalidation path. Nothing else changes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NewType
from urllib.parse import quote, unquote_to_bytes

from chalicelib.errors import Malformed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = NewType("Key", str)
"""A key that `check` has accepted, not percent-encoded."""

MAX_DEPTH = 10
"""Segments of the deepest key. `app.py` has a route for each number of segments."""

MAX_BYTES = 1024
"""Bytes of the longest object key in UTF-8 (S3 user guide, "Naming Amazon S3 objects")."""

FACES_FOLDER = ".faces/"
"""The folder, below KEY_PREFIX, of what is known of faces. No variant is in it: none begins with a dot."""

INDEX_FOLDER = ".index/"
"""The folder, below KEY_PREFIX, that says which variants there are of each original."""

MODERATION_FOLDER = ".moderation/"
"""The folder, below KEY_PREFIX, of what Rekognition says of the content of originals."""

NOTES = (FACES_FOLDER, INDEX_FOLDER, MODERATION_FOLDER)
"""The folders, below KEY_PREFIX, of what the app notes for itself."""

_LEFT_AS_IS = "/!$&'(),:;=@~"
"""Characters that are not encoded in a path. CloudFront does not find an object if its invalidation path
encodes more than necessary (developer guide, "Specifying the files to invalidate"). Two are left out:
``*`` is a wildcard in an invalidation path, and S3 reads ``+`` as a space."""

_SHOWN = 80
"""Characters of a percent-encoded key that a message shows."""


def read(captured: Iterable[str]) -> Key:
    """Return the key whose percent-encoded segments API Gateway captured.

    An encoded slash separates segments like any other slash: S3 makes no difference either.
    """
    return check("/".join(decode(segment) for segment in captured))


def check(key: str) -> Key:
    """Return `key`, not percent-encoded, if it can name an original; else `Malformed` names the segment."""
    if not key:
        raise Malformed("The address has no key. Write it behind the variant, like 300x200/shoes/red.jpg.")
    segments = key.split("/")
    for number, segment in enumerate(segments, start=1):
        if not segment:
            raise Malformed(f"Segment {number} of the key {shown(key)} is empty. There is a slash too many.")
        if segment in {".", ".."}:
            raise Malformed(f"Segment {number} of the key {shown(key)} is {segment}, which is not allowed.")
    if len(segments) > MAX_DEPTH:
        raise Malformed(
            f"The key {shown(key)} has {len(segments)} segments. At most {MAX_DEPTH} are allowed."
        )
    return Key(key)


def is_key(key: str) -> bool:
    """Return whether `key`, not percent-encoded, can name an original."""
    try:
        check(key)
    except Malformed:
        return False
    return True


def is_short(object_key: str) -> bool:
    """Return whether `object_key` is short enough for S3."""
    return len(object_key.encode()) <= MAX_BYTES


def check_length(object_key: str) -> str:
    """Return `object_key`, the key of a stored variant, if it is short enough for S3; else `Malformed`."""
    if not is_short(object_key):
        length = len(object_key.encode())
        raise Malformed(
            f"Variant and key have {length} bytes together. At most {MAX_BYTES} bytes are allowed."
        )
    return object_key


def decode(segment: str) -> str:
    """Return the text of a path segment, whether it is percent-encoded or not."""
    # unquote, never unquote_plus: a plus is a plus here (aws/chalice#511).
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeError:
        raise Malformed(f"The part {quoted(segment)} of the address is not percent-encoded UTF-8.") from None


def shown(key: str) -> str:
    """Return `key` for a message: percent-encoded as in an address, in quotes, cut if it is long."""
    return quoted(quote(key[: _SHOWN + 1], safe=_LEFT_AS_IS, errors="backslashreplace"), _SHOWN)


def url_path(object_key: str) -> str:
    """Return the absolute URL path of an object on the site, percent-encoded, beginning with a slash."""
    return "/" + quote(object_key, safe=_LEFT_AS_IS)

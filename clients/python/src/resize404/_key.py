"""Keys: what names an original, as the bucket has it, and how it is written in an address."""

from __future__ import annotations

from urllib.parse import quote

from resize404._mistake import Mistake, quoted

_SHOWN = 80
_MOST_SEGMENTS = 10
_MOST_BYTES = 1024
_LEFT_AS_IS = "/!$&'(),:;=@~"
"""What is not percent-encoded, beside letters, digits, ``-``, ``.`` and ``_``."""


def path(key: str) -> str:
    """Return the percent-encoded path of what is stored under `key`, without a slash in front."""
    return quote(key, safe=_LEFT_AS_IS)


def check(key: str) -> str:
    """Return `key` if an original can have it."""
    if not key:
        raise Mistake("The address has no key. Write it behind the variant, like 300x200/shoes/red.jpg.")
    segments = key.split("/")
    for number, segment in enumerate(segments, start=1):
        if not segment:
            raise Mistake(f"Segment {number} of the key {_shown(key)} is empty. There is a slash too many.")
        if segment in {".", ".."}:
            raise Mistake(f"Segment {number} of the key {_shown(key)} is {segment}, which is not allowed.")
    if len(segments) > _MOST_SEGMENTS:
        raise Mistake(
            f"The key {_shown(key)} has {len(segments)} segments. At most {_MOST_SEGMENTS} are allowed."
        )
    return _encodable(key)


def check_length(stored: str) -> str:
    """Return `stored`, variant and key of an address, if S3 takes a key of this length."""
    length = len(stored.encode())
    if length > _MOST_BYTES:
        raise Mistake(f"Variant and key have {length} bytes together. At most {_MOST_BYTES} are allowed.")
    return stored


def _encodable(key: str) -> str:
    try:
        key.encode()
    except UnicodeEncodeError:
        raise Mistake(
            "The key has half of a character (a lone surrogate). No object has such a key."
        ) from None
    return key


def _shown(key: str) -> str:
    return quoted(quote(key, safe=_LEFT_AS_IS, errors="backslashreplace"), _SHOWN)

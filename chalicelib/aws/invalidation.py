"""The items of an invalidation: which paths CloudFront takes, and what to name in place of the others. Pure.

From the CloudFront developer guide, "What you need to know when invalidating paths" and "… tags", and from
RFC 1738, "Unsafe", which it refers to.
"""

from __future__ import annotations

import re

TAG = "#"
"""What the name of a cache tag begins with."""

TAG_HEADER = "x-amz-meta-cache-tag"
"""The header of S3's answer with a variant's cache tag: CloudFront reads it there (CacheTagConfig)."""

_WILDCARD = "*"

# All that RFC 1738 does not call unsafe, and percent-encoded bytes. CloudFront refuses ``~``, and takes
# ``%7E`` without finding anything (aws/aws-sdk#525). It refuses ``'`` as well (laurilehmijoki/s3_website
# 2.8.4); whether it finds ``%27`` nobody says. So neither is named.
_FOUND = re.compile(r"(?:[A-Za-z0-9$\-_.+!(),;/?:@&=]|%(?!7[Ee]|27)[0-9A-Fa-f]{2})*")
_USUAL = re.compile(r"[A-Za-z0-9\-_./]*")


def item(path: str) -> str:
    """Return what CloudFront is to be told so that it forgets the object at the URL path `path`.

    That is the path itself, or, where a character in it cannot be named, all that begins like it up to there:
    ``/300x200/IMG_20~1.JPG`` is reached by ``/300x200/IMG_20*``. Either is priced as one path.
    """
    return _cut(path, _FOUND)


def beginning(path: str) -> str:
    """Return what CloudFront is to be told so that it forgets every URL path that begins with `path`."""
    return f"{item(path).removesuffix(_WILDCARD)}{_WILDCARD}"


def wider(item: str) -> str:
    """Return what to say in place of an `item` that CloudFront refused in spite of its documents, or nothing.

    It reaches the same object, and is made of letters, digits, ``-``, ``_``, ``.`` and ``/`` alone.
    """
    if item.startswith(TAG):
        return ""
    wide = _cut(item.removesuffix(_WILDCARD), _USUAL)
    return wide if wide != item and is_wildcard(wide) else ""


def is_wildcard(item: str) -> bool:
    """Say whether the item names all paths that begin like it."""
    return item.endswith(_WILDCARD) and not item.startswith(TAG)


def _cut(path: str, named: re.Pattern[str]) -> str:
    """Return `path`, or the part of it that is `named` with a wildcard at its end."""
    match = named.match(path)
    beginning = match.group() if match else ""
    return path if beginning == path else f"{beginning}{_WILDCARD}"

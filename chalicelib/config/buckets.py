"""The readers of the variables that name buckets and prefixes, of originals and of variants."""

from __future__ import annotations

import re

from chalicelib.address.policy import listed
from chalicelib.address.sources import DEFAULT, Source
from chalicelib.address.suggestions import did_you_mean
from chalicelib.errors import quoted

APP = "resize/"
"""The site's path that leads to the app."""

_BUCKET = re.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_BEFORE_A_BUCKET = re.compile("s3://|arn:aws[a-z-]*:s3:::", re.IGNORECASE)
_SOURCE_NAME = re.compile("[A-Za-z0-9_.-]+")


def bucket(text: str) -> str:
    """Return the name of a bucket."""
    if not text:
        raise ValueError("The name of a bucket is needed, such as my-bucket.")
    if not _BUCKET.fullmatch(text):
        meant = _BEFORE_A_BUCKET.sub("", text).partition("/")[0].lower()
        raise ValueError(
            f"{quoted(text)} is not the name of a bucket: 3 to 63 lower-case letters, digits, dots, hyphens."
            f"{did_you_mean(meant if _BUCKET.fullmatch(meant) else None)}"
        )
    return text


def sources(text: str) -> dict[str, Source]:
    """Return the sources of ``default=my-bucket,avatars=other-bucket/faces``."""
    found: dict[str, Source] = {}
    for entry in listed(text):
        name, equals, place = (part.strip() for part in entry.partition("="))
        if not equals or not _SOURCE_NAME.fullmatch(name):
            meant = f"{DEFAULT}={entry}" if _BUCKET.fullmatch(entry) else None
            raise ValueError(
                f"{quoted(entry)} is not a source. A list like default=my-bucket,avatars=other-bucket/faces "
                f"is needed.{did_you_mean(meant)}"
            )
        if name in found:
            raise ValueError(f"The source {quoted(name)} is given twice. Use no name twice.")
        found[name] = _source(place)
    if not found:
        raise ValueError("At least one source is needed, like default=my-bucket.")
    return found


def _source(place: str) -> Source:
    """Return the source of ``my-bucket`` or ``my-bucket/prefix``."""
    if _BEFORE_A_BUCKET.match(place):
        bucket(place)  # refuses it, and suggests the name alone
    holder, slash, path = place.partition("/")
    if ";" in holder:
        raise ValueError("Sources are separated by commas, not semicolons.")
    return Source(bucket(holder), _prefix(path) if slash else "")


def key_prefix(text: str) -> str:
    """Return the beginning of the site's keys that variants are stored under, with a slash at its end."""
    prefix = _prefix(text)
    if prefix.startswith(APP):
        raise ValueError(f"{APP} is where the app itself is. Use another prefix, like img/.")
    return prefix


def _prefix(text: str) -> str:
    prefix = text and text.rstrip("/") + "/"
    segments = prefix.split("/")[:-1]
    if any(segment in {"", ".", ".."} for segment in segments):
        meant = "".join(f"{segment}/" for segment in segments if segment not in {"", ".", ".."})
        raise ValueError(
            f"{quoted(text)} is not a prefix like img/. It begins with no slash, and none of its segments is "
            f"empty, . or .. .{did_you_mean(meant)}"
        )
    return prefix

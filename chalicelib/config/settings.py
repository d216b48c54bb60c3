"""The values of the configuration's variables: from text to what it means.

Each reader raises `ValueError`, or a refusal of the request's own parsers, that says what is allowed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from chalicelib.address.key import Key, check
from chalicelib.address.policy import listed
from chalicelib.address.sources import Source
from chalicelib.codecs.formats import SOURCE_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

E = TypeVar("E", bound="StrEnum")

APP = "resize/"
"""The site's path that leads to the app."""

_BUCKET = re.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_SOURCE_NAME = re.compile("[A-Za-z0-9_.-]+")
_QUEUE = re.compile(r"https?://[^\s/]+(/[^\s/]+)*/[0-9]{12}/[A-Za-z0-9_-]{1,80}")


def bucket(text: str) -> str:
    """Return the name of a bucket."""
    if not _BUCKET.fullmatch(text):
        raise ValueError("the name of a bucket is needed.")
    return text


def sources(text: str) -> dict[str, Source]:
    """Return the sources of ``default=my-bucket,avatars=other-bucket/faces``."""
    found: dict[str, Source] = {}
    for entry in listed(text):
        name, equals, place = (part.strip() for part in entry.partition("="))
        holder, slash, path = place.partition("/")
        if not equals or not _SOURCE_NAME.fullmatch(name) or name in found:
            raise ValueError(
                "a list like default=my-bucket,avatars=other-bucket/faces is needed, no name twice."
            )
        found[name] = Source(bucket(holder), _prefix(path) if slash else "")
    if not found:
        raise ValueError("at least one source is needed, like default=my-bucket.")
    return found


def key_prefix(text: str) -> str:
    """Return the part of the site's path that is ours, with a slash at its end."""
    prefix = _prefix(text)
    if prefix.startswith(APP):
        raise ValueError(f"{APP} is where the app itself is.")
    return prefix


def _prefix(text: str) -> str:
    prefix = text and text.rstrip("/") + "/"
    if any(segment in {"", ".", ".."} for segment in prefix.split("/")[:-1]):
        raise ValueError("a prefix like img/ is needed, not beginning with a slash.")
    return prefix


def image_types(text: str) -> frozenset[str]:
    """Return the names of types that can be originals."""
    types = frozenset(listed(text))
    if not types <= SOURCE_TYPES:
        raise ValueError(f"the types are {', '.join(sorted(SOURCE_TYPES))}.")
    return types


def count(text: str) -> int:
    """Return a whole number above 0."""
    if not re.fullmatch("[1-9][0-9]{0,11}", text):
        raise ValueError("a whole number above 0 is needed.")
    return int(text)


def site_url(text: str) -> str:
    """Return an address without a slash at its end, or nothing."""
    parts = urlsplit(text)
    if text and (
        re.search(r"\s", text)
        or parts.scheme not in {"http", "https"}
        or not parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise ValueError("an address like https://img.example.com is needed, or nothing.")
    return text.rstrip("/")


def redirect_status(text: str) -> int:
    """Return the status of a redirect that no cache keeps by itself."""
    if text not in {"302", "307"}:
        raise ValueError("302 or 307 is needed.")
    return int(text)


def header_value(text: str) -> str:
    """Return what a header can say."""
    if not re.fullmatch(r"[\x20-\x7e]+", text):
        raise ValueError("a header's value in printable ASCII is needed.")
    return text


def distribution_id(text: str) -> str:
    """Return the id of a distribution, the name of the parameter that holds it, or nothing."""
    if text and not re.fullmatch("[A-Z0-9]+|ssm:/[A-Za-z0-9_./-]+", text):
        raise ValueError("the id of a distribution is needed, or ssm:/name of the parameter that holds it.")
    return text


def queue_url(text: str) -> str:
    """Return the address of a standard SQS queue, which ends with its name, or nothing."""
    if text and not _QUEUE.fullmatch(text):
        raise ValueError(
            "the URL of a standard queue is needed, like https://sqs.us-east-1.amazonaws.com/123456789012/name."
        )
    return text


def fallback_key(text: str) -> Key | None:
    """Return the key of an original, or None."""
    return check(text) if text else None


def one_of(values: type[E], fault: str) -> Callable[[str], E]:
    """Return the reader of one of the `values`; `fault` says what is allowed."""

    def read(text: str) -> E:
        if text not in set(values):
            raise ValueError(fault)
        return values(text)

    return read

"""The readers of the configuration's variables: from a variable's text to its value.

Each reader raises a `ValueError`, or a refusal of the parsers that read requests. Its message says what is
allowed and, where that can be guessed, what was meant.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from chalicelib.address.key import Key, check
from chalicelib.address.policy import listed
from chalicelib.address.suggestions import did_you_mean, nearest
from chalicelib.address.values import Metadata
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.errors import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from chalicelib.address.moderation import Moderation

E = TypeVar("E", bound="StrEnum")

_COUNT = re.compile("[1-9][0-9]{0,11}")
_DISTRIBUTION = re.compile("[A-Z0-9]+|ssm:/[A-Za-z0-9_./-]+")
_DISTRIBUTION_ID = re.compile(r"E(?=.*\d)[A-Z0-9]{7,}")
_QUEUE = re.compile(r"https?://[^\s/]+(/[^\s/]+)*/[0-9]{12}/[A-Za-z0-9_-]{1,80}")
_QUEUE_ARN = re.compile("arn:aws:sqs:([a-z0-9-]+):([0-9]{12}):([A-Za-z0-9_-]{1,80})")


def image_types(text: str) -> frozenset[str]:
    """Return the names of the types that originals may have."""
    types = listed(text)
    for name in types:
        if name not in SOURCE_TYPES:
            meant = nearest(name.rpartition("/")[2], SOURCE_TYPES)
            raise ValueError(
                f"There is no type {quoted(name)}. The types are {', '.join(sorted(SOURCE_TYPES))}."
                f"{did_you_mean(meant)}"
            )
    return frozenset(types)


def count(text: str) -> int:
    """Return a whole number above 0."""
    if not _COUNT.fullmatch(text):
        raise ValueError(
            f"A whole number above 0 is needed, in digits only.{did_you_mean(_meant_count(text))}"
        )
    return int(text)


LEAST_BUDGET = 200
"""Paths of the smallest budget of a month: everything can be invalidated more than once a day with it."""


def budget(text: str) -> int:
    """Return a number of paths for a month; 0, which sets no limit, for nothing."""
    if not text:
        return 0
    if not _COUNT.fullmatch(text) or int(text) < LEAST_BUDGET:
        meant = _meant_count(text)
        raise ValueError(
            f"A whole number of paths from {LEAST_BUDGET} on is needed, in digits only; or nothing, which "
            f"sets no limit.{did_you_mean(meant if meant and int(meant) >= LEAST_BUDGET else None)}"
        )
    return int(text)


def _meant_count(text: str) -> str | None:
    """Return the digits of a number that is written in another way, such as ``1e6`` or ``1_000_000``."""
    with suppress(ValueError, OverflowError):
        number = float(text)
        digits = str(int(number))
        return digits if number == int(number) and _COUNT.fullmatch(digits) else None
    return None


def site_url(text: str) -> str:
    """Return an address without a slash at its end, or nothing."""
    if text and not _is_site_url(text):
        meant = "https://" + text.rpartition("//")[2]
        raise ValueError(
            "An address like https://img.example.com is needed, without spaces or a query; or nothing."
            f"{did_you_mean(meant if _is_site_url(meant) else None)}"
        )
    return text.rstrip("/")


def _is_site_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(
        not re.search(r"\s", text)
        and parts.scheme in {"http", "https"}
        and parts.netloc
        and not parts.query
        and not parts.fragment
    )


def redirect_status(text: str) -> int:
    """Return the status of a redirect that no cache keeps unless it is told to."""
    if text not in {"302", "307"}:
        raise ValueError("302 or 307 is needed. A browser would keep a 301 or a 308 for ever.")
    return int(text)


def header_value(text: str) -> str:
    """Return the value of a header."""
    if not re.fullmatch(r"[\x20-\x7e]+", text):
        raise ValueError("A header's value in printable ASCII is needed, like public, max-age=31536000.")
    return text


def optional_header_value(text: str) -> str:
    """Return what a header can say, or nothing."""
    return header_value(text) if text else ""


def distribution_id(text: str) -> str:
    """Return the id of a distribution, the name of the parameter that holds it, or nothing."""
    if text and not _DISTRIBUTION.fullmatch(text):
        raise ValueError(
            "The id of a distribution is needed, like E2EXAMPLE, or ssm:/name of the parameter that holds it."
            f"{did_you_mean(_meant_distribution(text))}"
        )
    return text


def _meant_distribution(text: str) -> str | None:
    """Return the id at the end of an ARN or in lower case, or the name of a parameter behind ``ssm:/``."""
    if text.startswith(("ssm:", "/")):
        name = "ssm:/" + text.removeprefix("ssm:").lstrip("/")
        return name if _DISTRIBUTION.fullmatch(name) else None
    last = text.rpartition("/")[2].upper()
    return last if _DISTRIBUTION_ID.fullmatch(last) else None


def queue_url(text: str) -> str:
    """Return the address of a standard SQS queue, which ends with the queue's name, or nothing."""
    if text and not _QUEUE.fullmatch(text):
        arn = _QUEUE_ARN.fullmatch(text)
        meant = "https://sqs.{}.amazonaws.com/{}/{}".format(*arn.groups()) if arn else None
        raise ValueError(
            "This is not the URL of a standard queue, like "
            f"https://sqs.us-east-1.amazonaws.com/123456789012/name.{did_you_mean(meant)}"
        )
    return text


def fallback_key(text: str) -> Key | None:
    """Return the key of an original, or None."""
    return check(text) if text else None


def moderation(text: str) -> Moderation | None:
    """Return the rules of moderation, or None."""
    if not text:
        return None
    from chalicelib.address.moderation import read  # noqa: PLC0415 - sites without it load nothing for it

    return read(text)


_METADATA = {"strip": Metadata.NONE, "copyright": Metadata.COPYRIGHT, "keep": Metadata.KEEP}


def metadata(text: str) -> Metadata:
    """Return what variants keep of their originals' metadata if they are not asked for anything else."""
    if text not in _METADATA:
        meant = "strip" if text == Metadata.NONE else nearest(text, _METADATA)
        raise ValueError(f"One of {', '.join(_METADATA)} is needed.{did_you_mean(meant)}")
    return _METADATA[text]


def one_of(values: type[E]) -> Callable[[str], E]:
    """Return the reader of one of the `values`, of which one may be empty."""
    names = [value for value in values if value]
    needed = names[0] if len(names) == 1 else f"One of {', '.join(names)}"
    allowed = f"{needed} is needed{', or nothing' if '' in set(values) else ''}."

    def read(text: str) -> E:
        if text not in set(values):
            raise ValueError(f"{allowed}{did_you_mean(nearest(text, names))}")
        return values(text)

    return read

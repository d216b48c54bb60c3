"""What it takes to make pictures ahead: calls to AWS, time and price, from the number of originals."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ops import prices

_PAGE = 1000
_BATCH = 10

FETCH_SECONDS = 0.1
"""Seconds of a function for a message without its variants: to look them up and to fetch the original."""

VARIANT_SECONDS = 0.1
"""Seconds of a function for a variant. Of a JPEG with 12 megapixels it was 0.09 here (docs/scale.md); AVIF
and large variants take several times as long."""

_GIGABYTES = 1769 / 1024
"""Memory of the function (.chalice/config.json)."""


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do: `messages` with `variants` in all, for `objects` that are listed."""

    objects: int = 0
    messages: int = 0
    variants: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(
            self.objects + other.objects, self.messages + other.messages, self.variants + other.variants
        )


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls to AWS: by the command itself (`listed`, `sent`), and by the functions, Lambda's own included."""

    listed: int
    sent: int
    received: int
    deleted: int
    looked_up: int
    fetched: int
    stored: int

    @property
    def price(self) -> float:
        """USD for the calls."""
        reads, writes = self.looked_up + self.fetched, self.listed + self.stored
        queued = self.sent + self.received + self.deleted
        return reads * prices.S3_READ + writes * prices.S3_WRITE + queued * prices.SQS_REQUEST


def calls(work: Work) -> Calls:
    """Return the calls that this work takes, if no variant is stored yet. Objects are listed twice."""
    return Calls(
        listed=2 * math.ceil(work.objects / _PAGE),
        sent=math.ceil(work.messages / _BATCH),
        received=work.messages,
        deleted=work.messages,
        looked_up=work.variants,
        fetched=work.messages,
        stored=2 * work.variants,  # each with its entry in the index
    )


def function_seconds(work: Work) -> float:
    """Return for how many seconds functions work, all together."""
    return work.messages * FETCH_SECONDS + work.variants * VARIANT_SECONDS


def price(work: Work) -> float:
    """Return the price in USD, without storing the pictures."""
    seconds = function_seconds(work) * _GIGABYTES * prices.LAMBDA_GB_SECOND
    return calls(work).price + work.messages * prices.LAMBDA_REQUEST + seconds

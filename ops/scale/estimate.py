"""What it takes to make pictures ahead: calls to AWS, time and price, from the number of originals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.ahead import FEWEST_LISTED
from chalicelib.aws import queues
from ops import prices
from ops.prices import Item

if TYPE_CHECKING:
    from ops.prices import Usage

_PAGE = 1000

FETCH_SECONDS = 0.1
"""Seconds of a function for a message without its variants: to look them up and to fetch the original."""

VARIANT_SECONDS = 0.115
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
    """Calls to AWS: by the command itself (`listed`, `sent`), and by the functions, Lambda's own included.

    `indexed` are the lists of the index, one for each original of which many variants are wanted.
    """

    listed: int
    sent: int
    indexed: int
    received: int
    deleted: int
    looked_up: int
    fetched: int
    stored: int

    @property
    def usage(self) -> Usage:
        """What AWS charges for the calls."""
        return {
            Item.S3_READ: self.looked_up + self.fetched,
            Item.S3_WRITE: self.listed + self.indexed + self.stored,
            Item.SQS_REQUEST: self.sent + self.received + self.deleted,
        }


def calls(work: Work) -> Calls:
    """Return the calls that this work takes, if no variant is stored yet. Objects are listed twice."""
    # A look at the index, and a list of it, in place of a look at each variant.
    is_listed = work.variants >= FEWEST_LISTED * work.messages
    return Calls(
        listed=2 * math.ceil(work.objects / _PAGE),
        sent=math.ceil(work.messages / queues.LARGEST_BATCH),
        indexed=work.messages if is_listed else 0,
        received=work.messages,
        deleted=work.messages,
        looked_up=work.messages if is_listed else work.variants,
        fetched=work.messages,
        stored=2 * work.variants,  # each with its entry in the index
    )


def function_seconds(work: Work, each: float = VARIANT_SECONDS) -> float:
    """Return for how many seconds functions work, all together, if a variant takes `each`."""
    return work.messages * FETCH_SECONDS + work.variants * each


def usage(work: Work, each: float = VARIANT_SECONDS) -> Usage:
    """Return what AWS charges for, without storing the pictures, if a variant takes `each` seconds."""
    seconds = function_seconds(work, each) * _GIGABYTES
    functions = {Item.LAMBDA_REQUEST: work.messages, Item.LAMBDA_GIGABYTE_SECOND: seconds}
    return calls(work).usage | functions


def price(work: Work) -> float:
    """Return the list price in USD, without storing the pictures."""
    return prices.of().total(usage(work))

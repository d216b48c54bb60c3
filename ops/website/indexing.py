"""``python -m ops index``: enters the variants that are stored in a bucket into the bucket's index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from chalicelib.aws.bucket import Site
from chalicelib.upkeep import unindexed
from ops.terminal.failures import Refused
from ops.terminal.output import amount, say, step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from types_boto3_s3 import S3Client

_PRICE = 5.4e-6
"""USD for a HEAD and a PUT request to S3 Standard (us-east-1, 2026)."""


@dataclass(frozen=True, slots=True)
class Order:
    """The operator's order: the site bucket, the app's KEY_PREFIX; `yes` skips the question."""

    bucket: str
    prefix: str
    yes: bool = False


def run(console: Console, s3: S3Client, order: Order) -> None:
    """Enter each stored variant, and then declare that the index is complete. Ask first."""
    site = Site(s3, order.bucket, "", order.prefix)
    with step(console, "Objects counted"):
        number = sum(map(len, _pages(s3, order)))
    _ask(order, number)
    with step(console, "Index written"):
        entered = sum(unindexed.enter_all(site, page) for page in _pages(s3, order))
        site.index.declare_complete()
    say(console, f"The index of {order.bucket} is complete. Entered: {amount(entered, 'variant')}.")


def _pages(s3: S3Client, order: Order) -> Iterator[list[str]]:
    """Yield the keys of all objects that may be variants, page by page. No variant begins with a dot."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=order.bucket, Prefix=order.prefix):
        keys = [entry["Key"] for entry in page.get("Contents", [])]
        yield [key for key in keys if not key.removeprefix(order.prefix).startswith(".")]


def _ask(order: Order, number: int) -> None:
    question = f"Look at {amount(number, 'object')}, for about USD {number * _PRICE:.2f}?"
    if not (order.yes or click.confirm(question, err=True)):
        raise Refused("Nothing was changed.")

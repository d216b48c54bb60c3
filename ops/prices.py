"""What AWS charges: reads ``prices.toml``, and prices what was used."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FILE = Path(__file__).with_name("prices.toml")

REGION = "us-east-1"
"""The region whose prices are taken if nobody names one. Elsewhere they differ by some percent."""


class Item(StrEnum):
    """What AWS charges for. The price of each is in the file, by this name."""

    CDN_GIGABYTE = "cdn-gigabyte"
    CDN_REQUEST = "cdn-request"
    CDN_FUNCTION = "cdn-function"
    INVALIDATED_PATH = "invalidated-path"
    S3_READ = "s3-read"
    S3_WRITE = "s3-write"
    S3_GIGABYTE = "s3-gigabyte"
    API_REQUEST = "api-request"
    LAMBDA_REQUEST = "lambda-request"
    LAMBDA_GIGABYTE_SECOND = "lambda-gigabyte-second"
    SQS_REQUEST = "sqs-request"
    ALARM = "alarm"
    METRIC = "metric"
    DASHBOARD = "dashboard"
    FARGATE_PROCESSOR_HOUR = "fargate-processor-hour"
    FARGATE_GIGABYTE_HOUR = "fargate-gigabyte-hour"
    LOAD_BALANCER_HOUR = "load-balancer-hour"


Usage = dict[Item, float]
"""How much of each was used."""


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one item: `usd` for `number` of them, less for amounts `above` (from where on, USD).

    `free` of them cost nothing in a month. `page` is the address of AWS's own price list.
    """

    what: str
    service: str
    page: str
    usd: float
    number: int = 1
    above: tuple[tuple[float, float], ...] = ()
    free: float = 0

    def of(self, quantity: float, *, with_free: bool = False) -> float:
        """Return USD for this quantity in one month, `with_free` after what is free."""
        paid = max(0.0, quantity - self.free) if with_free else quantity
        steps = [(0.0, self.usd), *self.above, (float("inf"), 0.0)]
        parts = ((max(0.0, min(paid, end) - begin), usd) for (begin, usd), (end, _) in pairwise(steps))
        return sum(amount * usd for amount, usd in parts) / self.number


@dataclass(frozen=True, slots=True)
class Prices:
    """The price list of one region, as of a day."""

    region: str
    date: date
    items: Mapping[Item, Price]

    def bill(self, usage: Usage, *, with_free: bool = False) -> dict[str, float]:
        """Return USD for each service, in the order of the file."""
        services = dict.fromkeys((price.service for price in self.items.values()), 0.0)
        for item, quantity in usage.items():
            services[self.items[item].service] += self.items[item].of(quantity, with_free=with_free)
        return services

    def total(self, usage: Usage, *, with_free: bool = False) -> float:
        """Return USD for everything together."""
        return sum(self.bill(usage, with_free=with_free).values())


def together(*parts: tuple[float, Usage]) -> Usage:
    """Return what is used if each usage happens as many times as the number in front of it says."""
    used: Usage = {}
    for times, part in parts:
        for item, quantity in part.items():
            used[item] = used.get(item, 0) + times * quantity
    return used


@cache
def of(region: str = REGION) -> Prices:
    """Return the price list of `region`; KeyError if the file has none."""
    tables = {Item(name): table for name, table in _file()[region].items()}
    return Prices(region, _file()["date"], {item: _price(table) for item, table in tables.items()})


def regions() -> list[str]:
    """Return the regions that the file has prices of."""
    return [name for name in _file() if name != "date"]


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text())


def _price(table: Mapping[str, Any]) -> Price:
    words = {name: table[name] for name in ("what", "service", "page", "usd")}
    above = tuple((begin, usd) for begin, usd in table.get("above", []))
    return Price(**words, number=table.get("for", 1), above=above, free=table.get("free", 0))

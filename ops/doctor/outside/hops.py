"""One request and what came of it, and walks of several. Pure: `ops.doctor.outside.following` makes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from ops.redirects import onward

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

ORIGIN = "https://doctor.invalid"
"""The page that asks: of another origin than every site, so that CORS headers are due."""


class Ending(StrEnum):
    """How a walk ended."""

    ANSWERED = "answered"
    LOOP = "loop"
    TOO_LONG = "too long"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer.

    Header names are in lower case, of a repeated header the values are joined by commas; `body` is no more
    than its beginning; `at` is this machine's time when the answer came.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: float
    at: datetime

    @property
    def onward(self) -> str | None:
        """The absolute address that this hop sends to, if it is a redirect."""
        return onward(self.url, self.status, self.headers)

    @property
    def is_upgrade(self) -> bool:
        """Whether the answer is only that the same has to be asked for with https."""
        return self.onward == self.url.replace("http://", "https://", 1) != self.url

    @property
    def path(self) -> str:
        """The raw path that was asked for."""
        return urlsplit(self.url).path

    @property
    def is_from_cache(self) -> bool:
        """Whether a cache says that it answered by itself."""
        return "Hit" in self.headers.get("x-cache", "") or self.headers.get("age", "0") != "0"

    @property
    def is_from_s3(self) -> bool:
        """Whether S3 wrote the answer, however many caches it went through."""
        return "AmazonS3" in self.headers.get("server", "") or "x-amz-id-2" in self.headers

    @property
    def app_code(self) -> str:
        """The app's own name for why it refuses, empty where the app did not refuse."""
        said = self.said
        return said.get("Code", "") if {"Code", "Message"} <= said.keys() else ""

    @property
    def is_ours(self) -> bool:
        """Whether the app says that the fault is its own, and not the request's."""
        return bool(self.app_code) and self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def said(self) -> dict[str, str]:
        """The texts of a JSON body that is an object."""
        try:
            read = json.loads(self.body)
        except ValueError:
            return {}
        return {str(name): str(text) for name, text in read.items()} if isinstance(read, dict) else {}

    @property
    def skew(self) -> timedelta | None:
        """How far its server's clock is ahead of ours; a cache's copy tells nothing of that."""
        try:
            date = parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError):
            return None
        return None if self.is_from_cache else date - self.at


@dataclass(frozen=True, slots=True)
class Walk:
    """The hops from an address to where it led; `trouble` says why there is no answer to the next."""

    hops: tuple[Hop, ...]
    ending: Ending
    trouble: str = ""

    @property
    def last(self) -> Hop | None:
        """The hop that the walk ended with, if anything answered at all."""
        return self.hops[-1] if self.hops else None

    @property
    def has_arrived(self) -> bool:
        """Whether the walk ended with a picture."""
        return (
            self.ending is Ending.ANSWERED
            and self.hops[-1].status == HTTPStatus.OK
            and self.hops[-1].headers.get("content-type", "").startswith("image/")
        )

    @property
    def statuses(self) -> str:
        """The statuses in their order, as in ``307 → 302 → 200``."""
        return " → ".join(str(hop.status) for hop in self.hops)


def is_signed(query: str) -> bool:
    """Say whether a query string is that of an address at S3 itself, signed for one viewer."""
    return "X-Amz-Signature" in parse_qs(query)

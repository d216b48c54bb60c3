"""Hops (one request and its answer) and walks (chains of hops). Pure; `following` makes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from chalicelib.refusals.answer import CODE, MESSAGE, VERSION_HEADER
from infra.gateway_responses import CODES as GATEWAY_CODES
from ops.redirects import onward

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

ORIGIN = "https://doctor.invalid"
"""The Origin of our requests. No site has this origin, so a correct answer has CORS headers."""


class Ending(StrEnum):
    """How a walk ended."""

    ANSWERED = "answered"
    LOOP = "loop"
    TOO_LONG = "too long"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer.

    Header names are in lower case; the values of a repeated header are joined with commas. `body` is only the
    beginning of the body. `at` is this machine's time when the answer came.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: float
    at: datetime

    @property
    def onward(self) -> str | None:
        """The absolute address that this hop redirects to, or None."""
        return onward(self.url, self.status, self.headers)

    @property
    def is_upgrade(self) -> bool:
        """Whether the answer redirects to the same address with https."""
        return self.onward == self.url.replace("http://", "https://", 1) != self.url

    @property
    def path(self) -> str:
        """The raw path of the request."""
        return urlsplit(self.url).path

    @property
    def is_from_cache(self) -> bool:
        """Whether the headers say that a cache answered."""
        return "Hit" in self.headers.get("x-cache", "") or self.headers.get("age", "0") != "0"

    @property
    def is_from_s3(self) -> bool:
        """Whether the answer comes from S3, possibly through caches."""
        return "AmazonS3" in self.headers.get("server", "") or "x-amz-id-2" in self.headers

    @property
    def is_from_app(self) -> bool:
        """Whether the answer comes from the app or from API Gateway in its place, and now: from no cache."""
        return VERSION_HEADER.lower() in self.headers and not self.is_from_cache

    @property
    def code(self) -> str:
        """The code of a refusal: the app's, or that of API Gateway in its place; empty for other answers."""
        return self.headers.get(CODE.lower(), "")

    @property
    def app_code(self) -> str:
        """The app's error code, or empty if the app did not answer with an error."""
        return "" if self.code in GATEWAY_CODES else self.code

    @property
    def is_ours(self) -> bool:
        """Whether the app reports its own fault (status 5xx), not a fault of the request."""
        return bool(self.app_code) and self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def message(self) -> str:
        """The message of a refusal, or of API Gateway's own JSON; empty if the answer has none."""
        return self.headers.get(MESSAGE.lower(), "") or self._json_message

    @property
    def _json_message(self) -> str:
        try:
            read = json.loads(self.body)
        except ValueError:
            return ""
        return str(read.get("message", "")) if isinstance(read, dict) else ""

    @property
    def skew(self) -> timedelta | None:
        """How far the server's clock is ahead of ours; None without a date, or if a cache answered."""
        try:
            date = parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError):
            return None
        return None if self.is_from_cache else date - self.at


@dataclass(frozen=True, slots=True)
class Walk:
    """The hops from an address to the last answer. `trouble` says why the next request got no answer."""

    hops: tuple[Hop, ...]
    ending: Ending
    trouble: str = ""

    @property
    def last(self) -> Hop | None:
        """The last hop, or None if nothing answered."""
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
    """Say whether a query string belongs to a presigned address at S3."""
    return "X-Amz-Signature" in parse_qs(query)

"""Calculates how long CloudFront keeps an answer. Pure. All durations are in seconds.

Sources in the CloudFront Developer Guide: "Manage how long content stays in the cache", "How CloudFront
processes HTTP 3xx status codes", "HTTP 4xx and 5xx status codes that CloudFront caches" and "Control how long
CloudFront caches errors".
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from edge.shared.partial import parsed_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

DAY = 86_400.0
ERROR_TTL = 10.0
"""How long CloudFront keeps an error if the distribution has no setting for it."""

REDIRECTS = frozenset({301, 302, 307, 308})
_KEPT = frozenset({200, 203, 204, 300, 301, 302, 307, 308})
_KEPT_ONLY_IF_TOLD = frozenset({307, 308})
_ERRORS_KEPT = frozenset({404, 410, 414, 500, 501, 502, 503, 504})
_ERRORS_THAT_HEED_NO_STORE = frozenset({404, 410, 414, 501})
_ERRORS_KEPT_ONLY_IF_TOLD = frozenset({400, 403, 405, 412, 415})
_FORBIDDING = frozenset({"no-store", "private", "no-cache"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """A cache policy's MinTTL, DefaultTTL and MaxTTL."""

    least: float = 0.0
    default: float = DAY
    most: float = 365 * DAY

    @property
    def keeps(self) -> bool:
        """Whether answers other than errors can be kept."""
        return self.most > 0


@dataclass(frozen=True, slots=True)
class Said:
    """The caching headers of an answer.

    `seconds` is None if they give no lifetime; `is_said` if there are any.
    """

    directives: frozenset[str]
    seconds: float | None
    is_said: bool

    @property
    def forbids(self) -> bool:
        """Whether the headers forbid a cache to serve this answer without asking the origin."""
        return bool(self.directives & _FORBIDDING)


def lifetime(
    status: int, headers: Mapping[str, str], bounds: Bounds, *, now: datetime, error_ttl: float = ERROR_TTL
) -> float | None:
    """Return how long an answer to GET is served from the cache; None if it is not kept.

    Zero means that it is kept, but the cache asks the origin each time whether it has changed.
    """
    told = said(headers, now)
    if status >= HTTPStatus.BAD_REQUEST:
        return _of_error(status, told, bounds, error_ttl)
    if status not in _KEPT or not bounds.keeps:
        return None
    if status in _KEPT_ONLY_IF_TOLD and not told.is_said:
        return None
    return _of_success(told, bounds) or _for_revalidation(status, headers, told)


def worst_lifetime(status: int, headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return how long the worst possible CDN keeps an answer: a redirect for a day, anything else None.

    Also None for a redirect with ``no-store`` or ``private``.
    """
    if status not in REDIRECTS or said(headers, now).directives & {"no-store", "private"}:
        return None
    return DAY


def _of_success(told: Said, bounds: Bounds) -> float:
    if told.forbids:
        return bounds.least
    if told.seconds is None:
        return max(bounds.least, bounds.default)
    return max(bounds.least, min(told.seconds, bounds.most))


def _for_revalidation(status: int, headers: Mapping[str, str], told: Said) -> float | None:
    """Return 0 for a 200 that may be stored and has a validator (ETag or Last-Modified), else None."""
    has_validator = "ETag" in headers or "Last-Modified" in headers
    is_allowed = not told.directives & {"no-store", "private"}
    return 0.0 if status == HTTPStatus.OK and has_validator and is_allowed else None


def _of_error(status: int, told: Said, bounds: Bounds, error_ttl: float) -> float | None:
    if status in _ERRORS_THAT_HEED_NO_STORE and told.forbids:
        return None
    if status in _ERRORS_KEPT_ONLY_IF_TOLD and (told.seconds is None or told.forbids):
        return None
    if status not in _ERRORS_KEPT | _ERRORS_KEPT_ONLY_IF_TOLD:
        return None
    wanted = 0.0 if told.seconds is None or told.forbids else told.seconds
    return max(error_ttl, min(wanted, bounds.most)) or None


def said(headers: Mapping[str, str], now: datetime) -> Said:
    """Return the caching headers of an answer. s-maxage goes before max-age, and max-age before Expires."""
    control = headers.get("Cache-Control", "")
    directives = dict(_directive(part) for part in control.split(",") if part.strip())
    expires = parsed_date(headers.get("Expires"))
    seconds = _seconds(directives.get("s-maxage", directives.get("max-age")))
    if seconds is None and "Expires" in headers:
        seconds = max((expires - now).total_seconds(), 0.0) if expires else 0.0
    return Said(frozenset(directives), seconds, "Cache-Control" in headers or "Expires" in headers)


def _directive(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip().lower(), value.strip().strip('"')


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() else None

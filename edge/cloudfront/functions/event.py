"""A viewer's request as a function is given it. Pure.

From the Developer Guide, "CloudFront Functions event structure" and "Restrictions on all edge functions".
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.cloudfront.distribution import Distribution
    from edge.cloudfront.request import ViewerRequest

Event = dict[str, Any]
Fields = dict[str, dict[str, Any]]
"""Headers, cookies or the parameters of a query string, as the event has them: names to their values."""

Pairs = list[tuple[str, str]]

_HIDDEN = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "trailer",
        "upgrade",
        "x-cache",
        "x-forwarded-proto",
        "x-real-ip",
    }
)
_HIDDEN_BEGINNINGS = ("x-accel-", "x-amz-cf-", "x-amzn-", "x-edge-")


def viewer_request_event(viewer: ViewerRequest, distribution: Distribution) -> Event:
    """Return the event of a viewer's request; its `rawQueryString` is the text that the method returns."""
    request = {
        "method": viewer.method,
        "uri": _utf8(viewer.path),
        "querystring": _fields(_parted(viewer.query, "&")),
        "headers": _fields((name.lower(), _utf8(value)) for name, value in shown_headers(viewer)),
        "cookies": _fields(_parted(";".join(viewer.headers.getall("Cookie", [])), ";")),
    }
    if viewer.query:
        request["rawQueryString"] = _utf8(viewer.query)
    context = {
        "distributionDomainName": distribution.domain,
        "distributionId": distribution.id,
        "eventType": "viewer-request",
        "requestId": secrets.token_urlsafe(40),
    }
    return {"version": "1.0", "context": context, "viewer": {"ip": viewer.address}, "request": request}


def shown_headers(viewer: ViewerRequest) -> Pairs:
    """Return the headers that a function sees; cookies have a place of their own."""
    return [
        (name, value)
        for name, value in viewer.headers.items()
        if name.lower() != "cookie" and not is_hidden(name.lower())
    ]


def is_hidden(name: str) -> bool:
    """Say whether the header of this lower-case name is kept from functions, which may not set it either."""
    return name in _HIDDEN or name.startswith(_HIDDEN_BEGINNINGS)


def _parted(text: str, separator: str) -> Pairs:
    """Return the names and values of a query string or a Cookie header, as they are written."""
    parts = (part.strip().partition("=") for part in _utf8(text).split(separator))
    return [(name, value) for name, _, value in parts if name]


def _fields(pairs: Iterable[tuple[str, str]]) -> Fields:
    """Return `pairs` as the event has them: a name that stands twice has all its values in `multiValue`."""
    values: dict[str, list[dict[str, str]]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append({"value": value})
    return {
        name: {**found[0], "multiValue": found} if found[1:] else found[0] for name, found in values.items()
    }


def _utf8(text: str) -> str:
    """Return text as a function gets it: bytes that are not UTF-8 are taken for ISO-8859-1."""
    raw = text.encode(errors="surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")

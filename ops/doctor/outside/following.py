"""Requests an address as a browser does, follows the redirects, and records every hop."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from ops.doctor.outside.hops import ORIGIN, Ending, Hop, Walk

MAX_HOPS = 20
"""The number of redirects after which browsers stop (the Fetch standard's limit)."""

VISITS = 2
"""How often a healthy walk may visit one address: first as a miss, then for the stored picture."""

_TIMEOUT = 40.0  # API Gateway answers within 29 seconds, CloudFront gives an origin 30
_KEPT_BYTES = 65_536


def follow(url: str, limit: int = MAX_HOPS) -> Walk:
    """Return the hops from the percent-encoded `url` to an answer, a loop, `limit` hops, or a failure."""
    hops: list[Hop] = []
    onward: str | None = url
    while onward:
        if [hop.url for hop in hops].count(onward) == VISITS:
            return Walk(tuple(hops), Ending.LOOP)
        if len(hops) == limit:
            return Walk(tuple(hops), Ending.TOO_LONG)
        try:
            hops.append(ask(onward))
        except (OSError, HTTPException, ValueError) as failure:
            host = urlsplit(onward).netloc
            return Walk(tuple(hops), Ending.UNREACHABLE, f"{host} does not answer: {failure}")
        onward = hops[-1].onward
    return Walk(tuple(hops), Ending.ANSWERED)


def ask(url: str) -> Hop:
    """Send one request with the path unchanged. Do not follow redirects."""
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.netloc, timeout=_TIMEOUT)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    start = time.perf_counter()
    try:
        connection.request("GET", target, headers={"Accept": "image/*", "Origin": ORIGIN})
        answer = connection.getresponse()
        body = answer.read(_KEPT_BYTES)
    finally:
        connection.close()
    spent = (time.perf_counter() - start) * 1000
    return Hop(url, answer.status, _joined(answer.getheaders()), body, spent, datetime.now(UTC))


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined

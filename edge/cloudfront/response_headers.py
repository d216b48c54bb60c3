"""Applies a response headers policy to an answer for a viewer. Pure.

Source: "Understand response headers policies" in the CloudFront Developer Guide. The CORS part applies to
requests with an Origin, the other parts to all requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.shared.wildcards import matches

if TYPE_CHECKING:
    from edge.cloudfront.distribution import Cors, ResponseHeadersPolicy
    from edge.shared.answer import Answer


def with_policy_headers(
    given: Answer, policy: ResponseHeadersPolicy, method: str, origin: str | None
) -> Answer:
    """Return `given` with the headers that `policy` adds for `origin`, and without those that it removes."""
    added = _cors_headers(policy.cors, method, origin)
    added += [(header.name, header.value, header.overrides) for header in policy.custom]
    # CloudFront removes first. Of a header that it removes and adds, the origin's value never counts.
    left = given.without(policy.removed).replacing(_own(policy.removed, given))
    chosen = {name: value for name, value, overrides in added if overrides or name not in left.headers}
    return left.replacing(chosen)


def _own(removed: tuple[str, ...], given: Answer) -> dict[str, str]:
    """Return the headers that CloudFront replaces by its own where they are removed."""
    own = {"Server": "CloudFront", "Date": given.headers.get("Date", "")}
    names = {name.lower() for name in removed}
    return {name: value for name, value in own.items() if name.lower() in names}


def _cors_headers(cors: Cors | None, method: str, origin: str | None) -> list[tuple[str, str, bool]]:
    if not cors or not origin or not _allows(cors, origin):
        return []
    headers = {"Access-Control-Allow-Origin": "*" if "*" in cors.origins else origin}
    if cors.credentials:
        headers["Access-Control-Allow-Credentials"] = "true"
    if cors.exposed:
        headers["Access-Control-Expose-Headers"] = ", ".join(cors.exposed)
    if method == "OPTIONS":
        headers |= _preflight_headers(cors)
    return [(name, value, cors.overrides) for name, value in headers.items()]


def _preflight_headers(cors: Cors) -> dict[str, str]:
    headers = {
        "Access-Control-Allow-Methods": ", ".join(cors.methods),
        "Access-Control-Allow-Headers": ", ".join(cors.headers),
        "Access-Control-Max-Age": "" if cors.max_age is None else str(cors.max_age),
    }
    return {name: value for name, value in headers.items() if value}


def _allows(cors: Cors, origin: str) -> bool:
    """Say whether `origin` is allowed. A pattern without a scheme allows every scheme."""
    host = origin.partition("://")[2]
    return any(matches(allowed, origin) or matches(allowed, host) for allowed in cors.origins)

"""A bucket's CORS configuration, and the headers that it adds to the answer to a request with an Origin.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge.shared.wildcards import matches


@dataclass(frozen=True, slots=True)
class CorsRule:
    """One rule. Each of `origins` may contain one ``*``."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    exposed: tuple[str, ...] = ()
    max_age: int | None = None


def cors_headers(rules: tuple[CorsRule, ...], origin: str | None, method: str) -> dict[str, str]:
    """Return the headers of the first rule that allows `method` from `origin`; empty if no rule allows it."""
    if not origin:
        return {}
    for rule in rules:
        allowed = next((pattern for pattern in rule.origins if matches(pattern, origin)), None)
        if allowed and method in rule.methods:
            return _headers(rule, allowed, origin)
    return {}


def _headers(rule: CorsRule, allowed: str, origin: str) -> dict[str, str]:
    """Return the headers of `rule`. Only the pattern ``*`` gives the answer ``*``, without credentials."""
    headers = {
        "Access-Control-Allow-Origin": "*" if allowed == "*" else origin,
        "Access-Control-Allow-Methods": ", ".join(rule.methods),
        "Vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    }
    if allowed != "*":
        headers["Access-Control-Allow-Credentials"] = "true"
    if rule.exposed:
        headers["Access-Control-Expose-Headers"] = ", ".join(rule.exposed)
    if rule.max_age is not None:
        headers["Access-Control-Max-Age"] = str(rule.max_age)
    return headers

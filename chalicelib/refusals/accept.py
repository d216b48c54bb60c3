"""Reads from the header ``Accept`` whether a client asks for JSON.

RFC 9110, "12.5.1. Accept": media ranges, each with a weight ``q`` from 0 to 1, which is 1 if it is not given.
"""

from __future__ import annotations

import re

_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?", re.ASCII)

_MOST = 1000
"""Characters of the header that are read. Those of browsers and programs have less than 200."""


def prefers_json(accept: str) -> bool:
    """Return whether `accept` prefers JSON to plain words.

    It has to name ``application/json``. If it gives plain text the same weight, or everything else (``*/*``)
    a larger one, the client gets words. So no image tag gets JSON: no browser names that for a picture.
    """
    weights = _weights(accept[:_MOST])
    json = weights.get("application/json", 0.0)
    text = weights.get("text/plain", weights.get("text/*", 0.0))
    return json > text and json >= weights.get("*/*", 0.0)


def _weights(accept: str) -> dict[str, float]:
    """Return the weight of each media range. A range whose weight is malformed has 0."""
    ranges = (part.split(";") for part in accept.lower().split(","))
    return {name.strip(): _weight(parameters) for name, *parameters in ranges}


def _weight(parameters: list[str]) -> float:
    pairs = (parameter.partition("=") for parameter in parameters)
    given = [value.strip() for name, _, value in pairs if name.strip() == "q"]
    if not given:
        return 1.0
    return float(given[0]) if _WEIGHT.fullmatch(given[0]) else 0.0

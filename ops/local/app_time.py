"""The app's own time for an answer, and the time that the emulator took around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COLD_START = 0.5
"""If the emulator takes so many seconds more than the app, it has started a process for the function."""

_TOTAL = re.compile(r"\btotal;dur=([0-9]+(?:[.][0-9]+)?)")


def seconds(headers: Mapping[str, str]) -> float | None:
    """Return the app's seconds, as its header ``Server-Timing`` says them, or None if it was not asked.

    With `Delivery=failover`, CloudFront keeps what the app has answered, and this header with it. `headers`
    have names in lower case.
    """
    found = _TOTAL.search(headers.get("server-timing", ""))
    is_kept = "hit" in headers.get("x-cache", "").lower()
    return float(found[1]) / 1000 if found and not is_kept else None


def described(app: float, whole: float) -> str:
    """Return where the `whole` seconds went, as in ``app 143 ms, emulator 1,712 ms (cold start)``."""
    around = max(0.0, whole - app)
    cold = " (cold start)" if around >= COLD_START else ""
    return f"app {milliseconds(app)}, emulator {milliseconds(around)}{cold}"


def milliseconds(seconds: float) -> str:
    """Return `seconds` as in ``1,712 ms``."""
    return f"{seconds * 1000:,.0f} ms"

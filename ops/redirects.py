"""Resolves the Location of a redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Mapping

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def onward(url: str, status: int, headers: Mapping[str, str]) -> str | None:
    """Return the absolute address that the answer of `url` redirects to, or None if it is not a redirect.

    The names of `headers` are in lower case.
    """
    location = headers.get("location")
    if not location or status not in _REDIRECTS:
        return None
    # Not urljoin: it drops a semicolon at the end of a path.
    return str(URL(url, encoded=True).join(URL(location, encoded=True)))

"""A viewer's request, its cache key, and the request that the origin gets. Pure.

Source: "Understand cache policies" and "HTTP request headers and CloudFront behavior" in the CloudFront
Developer Guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from multidict import CIMultiDict

from edge.cloudfront.cache import CacheKey

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

    from edge.cloudfront.distribution import Behaviour, CachePolicy, Selection

MAX_URL_BYTES = 8192
"""Bytes of the longest path with its query string."""

_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect", "content-length"}
)
_SET_BY_THE_CDN = frozenset(
    {"via", "x-amz-cf-id", "x-forwarded-for", "cookie", "accept-encoding", "user-agent"}
)
_ABOUT_A_COPY = frozenset(
    {"range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"}
)


@dataclass(frozen=True, slots=True)
class ViewerRequest:
    """A viewer's request. `path` and `query` are unchanged bytes; `address` is the viewer's IP address."""

    method: str
    path: str
    query: str
    headers: CIMultiDictProxy[str]
    address: str
    body: bytes = b""

    @property
    def target(self) -> str:
        """Path and query, exactly as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path


def cache_key(viewer: ViewerRequest, policy: CachePolicy) -> CacheKey:
    """Return the cache key of the request."""
    headers = {name.lower(): value for name, value in viewer.headers.items()}
    taken = {name: value for name, value in headers.items() if policy.headers.takes(name)}
    if policy.encodings:
        taken["accept-encoding"] = _encodings(viewer, policy)
    return CacheKey(
        path=viewer.path,
        query=_query(viewer, policy.queries),
        headers=tuple(sorted(taken.items())),
        cookies=tuple(_cookies(viewer, policy.cookies)),
    )


def origin_target(viewer: ViewerRequest, behaviour: Behaviour) -> str:
    """Return the origin's path, followed by the viewer's unchanged path and the selected query parameters."""
    query = _query(viewer, behaviour.cache.queries, behaviour.forwards.queries)
    return behaviour.origin.path + viewer.path + (f"?{query}" if query else "")


def origin_headers(viewer: ViewerRequest, behaviour: Behaviour) -> CIMultiDict[str]:
    """Return the headers that the origin gets. They have a Host only if a policy forwards the viewer's.

    If the behaviour keeps answers, CloudFront always asks the origin for the whole object, even if the viewer
    asks for a range.
    """
    dropped = _HOP_BY_HOP | _SET_BY_THE_CDN | (_ABOUT_A_COPY if behaviour.cache.bounds.keeps else frozenset())
    policies = (behaviour.cache.headers, behaviour.forwards.headers)
    headers = CIMultiDict(
        (name, value)
        for name, value in viewer.headers.items()
        if name.lower() not in dropped and _is_taken(name.lower(), *policies)
    )
    if cookies := _cookies(viewer, behaviour.cache.cookies, behaviour.forwards.cookies):
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies)
    headers["User-Agent"] = _forwarded(viewer, "User-Agent", policies) or "Amazon CloudFront"
    if encodings := _encodings(viewer, behaviour.cache) or _forwarded(viewer, "Accept-Encoding", policies):
        headers["Accept-Encoding"] = encodings
    came_by = [*viewer.headers.getall("X-Forwarded-For", []), viewer.address]
    headers["X-Forwarded-For"] = ", ".join(came_by)
    headers.update(behaviour.origin.headers)
    return headers


def _is_taken(name: str, *selections: Selection) -> bool:
    return any(selection.takes(name) for selection in selections)


def _forwarded(viewer: ViewerRequest, name: str, selections: tuple[Selection, ...]) -> str:
    return viewer.headers.get(name, "") if _is_taken(name.lower(), *selections) else ""


def _query(viewer: ViewerRequest, *selections: Selection) -> str:
    """Return the selected query parameters, each unchanged."""
    if any(selection.kind == "all" for selection in selections):
        return viewer.query
    parameters = (part for part in viewer.query.split("&") if part)
    return "&".join(part for part in parameters if _is_taken(unquote_plus(part.split("=")[0]), *selections))


def _cookies(viewer: ViewerRequest, *selections: Selection) -> list[tuple[str, str]]:
    parts = ";".join(viewer.headers.getall("Cookie", [])).split(";")
    cookies = [
        (name.strip(), value) for name, _, value in (part.partition("=") for part in parts) if name.strip()
    ]
    return [cookie for cookie in cookies if _is_taken(cookie[0], *selections)]


def _encodings(viewer: ViewerRequest, policy: CachePolicy) -> str:
    """Return the encodings that both the viewer and the policy accept, in CloudFront's order."""
    accepted = {
        part.split(";")[0].strip().lower() for part in viewer.headers.get("Accept-Encoding", "").split(",")
    }
    return ",".join(encoding for encoding in policy.encodings if encoding in accepted)

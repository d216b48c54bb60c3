"""CloudFront: one distribution's behaviours in front of its origins, with a cache between.

The way of a request: invalidations first, then the behaviour, then the cache, then the origin; what came
back is narrowed to the part the viewer asked for and gets the headers that the behaviour adds.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from edge.emulator import local_location
from edge.forward import cache_key, origin_headers, origin_target
from edge.log import Seen
from edge.partial import narrowed
from edge.refusal import edge_page
from edge.viewer_headers import dressed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from edge.answer import Answer
    from edge.cache import CacheKey, Entry
    from edge.distribution import Behaviour, Distribution
    from edge.forward import Viewer
    from edge.keeping import Keeping
    from edge.log import Log
    from edge.origins import Origins

MAX_URL_BYTES = 8192
Found = Literal["Hit", "RefreshHit", "Miss", "Error"]


@dataclass(frozen=True, slots=True)
class Ask:
    """A viewer's request with everything that was decided about it."""

    viewer: Viewer
    distribution: Distribution
    behaviour: Behaviour
    key: CacheKey


class Cdn:
    """The distribution that `current` gives, answering at `address`."""

    def __init__(
        self,
        current: Callable[[], Awaitable[Distribution]],
        origins: Origins,
        keeping: Keeping,
        log: Log,
        address: str,
    ) -> None:
        self._current = current
        self._origins = origins
        self._keeping = keeping
        self._log = log
        self._address = address
        self._flights: dict[CacheKey, asyncio.Event] = {}

    async def answer(self, viewer: Viewer) -> Answer:
        """Return what the distribution answers to `viewer`, and log it."""
        await self._keeping.invalidate()
        ask = _decided(viewer, await self._current())
        given, found = await self._obtained(ask)
        origin = ask.behaviour.origin.domain
        self._log.add(Seen("cdn", origin, viewer.method, viewer.target, given.status, found))
        return self._for_viewer(ask, given, found)

    async def _obtained(self, ask: Ask) -> tuple[Answer, Found]:
        """Return the answer, or the refusal of what the distribution does not accept."""
        if len(ask.viewer.target) > MAX_URL_BYTES:
            return edge_page(414, "The URL is too long."), "Error"
        if ask.viewer.method not in ask.behaviour.methods:
            explanation = "This distribution is not configured to allow the HTTP request method."
            return edge_page(403, explanation), "Error"
        given, found = await self._from_cache_or_origin(ask)
        return given, "Error" if given.status >= HTTPStatus.BAD_REQUEST else found

    async def _from_cache_or_origin(self, ask: Ask) -> tuple[Answer, Found]:
        """Answer from the cache, or join the request that is already under way for the same, or ask."""
        if ask.viewer.method not in {"GET", "HEAD"}:
            return await self._ask(ask), "Miss"
        if hit := self._keeping.hit(ask.key):
            return hit, "Hit"
        if ask.viewer.method == "HEAD":
            return await self._ask(ask), "Miss"
        if not self._keeping.collapses(ask.behaviour):
            return await self._miss(ask)
        if flight := self._flights.get(ask.key):
            await flight.wait()
            hit = self._keeping.hit(ask.key)
            return (hit, "Hit") if hit else await self._miss(ask)
        return await self._lead(ask)

    async def _lead(self, ask: Ask) -> tuple[Answer, Found]:
        """Ask on behalf of all who want the same meanwhile; they ask for themselves if it cannot be kept."""
        landed = self._flights[ask.key] = asyncio.Event()
        try:
            return await self._miss(ask)
        finally:
            del self._flights[ask.key]
            landed.set()

    async def _miss(self, ask: Ask) -> tuple[Answer, Found]:
        """Ask the origin, for news only where an old version is at hand, and keep what may be kept.

        An origin that fails does not take down the old version: it is served as long as the error would be.
        """
        stale = self._keeping.stale(ask.key)
        given = await self._ask(ask, stale)
        if stale and given.status == HTTPStatus.NOT_MODIFIED:
            fresh = stale.answer.replacing(given.headers)
            self._keeping.keep(ask.key, fresh, ask.behaviour, ask.distribution)
            return fresh, "RefreshHit"
        if stale and given.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._keeping.keep_on(ask.key, stale, ask.distribution.error_ttl(given.status))
            return stale.answer, "Hit"
        self._keeping.keep(ask.key, given, ask.behaviour, ask.distribution)
        return given, "Miss"

    async def _ask(self, ask: Ask, stale: Entry | None = None) -> Answer:
        viewer, behaviour = ask.viewer, ask.behaviour
        headers = origin_headers(viewer, behaviour)
        if stale:
            headers.update(_conditions(stale.answer))
        target = origin_target(viewer, behaviour)
        return await self._origins.ask(behaviour.origin, viewer.method, target, headers, viewer.body)

    def _for_viewer(self, ask: Ask, given: Answer, found: Found) -> Answer:
        viewer = ask.viewer
        part = narrowed(given, viewer.method, viewer.headers) if ask.behaviour.cache.bounds.keeps else given
        marks = {
            "X-Cache": f"{found} from cloudfront",
            "Server": part.headers.get("Server", "CloudFront"),
            "Via": ", ".join(
                [*part.headers.getall("Via", []), f"1.1 {ask.distribution.domain} (CloudFront)"]
            ),
            "X-Amz-Cf-Id": secrets.token_urlsafe(40),
        }
        if location := part.headers.get("Location"):
            marks["Location"] = local_location(location, ask.distribution.names, self._address)
        marked = part.replacing(marks)
        return dressed(marked, ask.behaviour.responses, viewer.method, viewer.headers.get("Origin"))


def _decided(viewer: Viewer, distribution: Distribution) -> Ask:
    if viewer.path == "/" and distribution.root_object:
        viewer = replace(viewer, path=f"/{distribution.root_object}")
    behaviour = distribution.behaviour(viewer.path)
    return Ask(viewer, distribution, behaviour, cache_key(viewer, behaviour.cache))


def _conditions(stale: Answer) -> dict[str, str]:
    """Return the headers that ask whether `stale` is still the latest version."""
    validators = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
    return {name: stale.headers[of] for name, of in validators.items() if of in stale.headers}

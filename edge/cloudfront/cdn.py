"""Answers viewers as CloudFront does: from the cache, or from the origin that the behaviour names.

A request passes these steps: apply the invalidations, choose the behaviour, run its function, look in
the cache, ask the origin, cut the answer to the range that the viewer asked for, add the headers of the
behaviour.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from edge.cloudfront.error_page import edge_page
from edge.cloudfront.functions.errors import FunctionError
from edge.cloudfront.functions.viewer_request import after_function
from edge.cloudfront.request import MAX_URL_BYTES, cache_key, origin_headers, origin_target
from edge.cloudfront.response_headers import with_policy_headers
from edge.emulator import local_location
from edge.log import Seen
from edge.shared.answer import Answer
from edge.shared.partial import narrowed

if TYPE_CHECKING:
    from edge.cloudfront.cache import CacheKey, Entry
    from edge.cloudfront.deployed import Deployed
    from edge.cloudfront.distribution import Behaviour, Distribution
    from edge.cloudfront.live_cache import LiveCache
    from edge.cloudfront.origins import Origins
    from edge.cloudfront.request import ViewerRequest
    from edge.log import Log

logger = logging.getLogger(__name__)

Found = Literal["Hit", "RefreshHit", "Miss", "Error", "FunctionGeneratedResponse"]


@dataclass(frozen=True, slots=True)
class RoutedRequest:
    """A viewer's request, with the behaviour and the cache key that the distribution chose for it."""

    viewer: ViewerRequest
    distribution: Distribution
    behaviour: Behaviour
    key: CacheKey


class Cdn:
    """Serves the distribution `deployed`, at the URL `address`."""

    def __init__(
        self,
        deployed: Deployed,
        origins: Origins,
        cache: LiveCache,
        log: Log,
        address: str,
    ) -> None:
        self._deployed = deployed
        self._origins = origins
        self._cache = cache
        self._log = log
        self._address = address
        self._flights: dict[CacheKey, asyncio.Event] = {}

    async def answer(self, viewer: ViewerRequest) -> Answer:
        """Return the distribution's answer to `viewer`, and log it."""
        await self._cache.invalidate()
        request = _decided(viewer, await self._deployed.distribution())
        given, found = await self._obtained(request)
        origin = request.behaviour.origin.domain
        self._log.add(Seen("cdn", origin, viewer.method, viewer.target, given.status, found))
        return self._for_viewer(request, given, found)

    async def _obtained(self, request: RoutedRequest) -> tuple[Answer, Found]:
        """Return the answer.

        The distribution refuses long URLs and methods that the behaviour does not allow.
        """
        if len(request.viewer.target) > MAX_URL_BYTES:
            return edge_page(414, "The URL is too long."), "Error"
        if request.viewer.method not in request.behaviour.methods:
            explanation = "This distribution is not configured to allow the HTTP request method."
            return edge_page(403, explanation), "Error"
        try:
            changed = await self._after_function(request)
        except FunctionError as error:
            logger.warning("%s", error)
            return edge_page(error.status, str(error)), "Error"
        if isinstance(changed, Answer):
            return changed, "FunctionGeneratedResponse"
        given, found = await self._from_cache_or_origin(changed)
        if given.status < HTTPStatus.BAD_REQUEST:
            return given, found
        return await self._error_page(changed, given), "Error"

    async def _error_page(self, request: RoutedRequest, given: Answer) -> Answer:
        """Return the distribution's page for the status of `given`; `given` itself if it has none."""
        page = request.distribution.error_pages.get(given.status)
        if page is None:
            return given
        asked = _decided(replace(request.viewer, path=page.path, query=""), request.distribution)
        found, _ = await self._from_cache_or_origin(asked)
        return replace(found, status=page.status) if found.status == HTTPStatus.OK else given

    async def _after_function(self, request: RoutedRequest) -> RoutedRequest | Answer:
        """Return the request as the behaviour's function changed it, or the answer that the function gave.

        The behaviour stays the same, whatever path the function chose.
        """
        function = await self._deployed.function(request.behaviour)
        if function is None:
            return request
        changed = after_function(function, request.viewer, request.distribution)
        if isinstance(changed, Answer):
            return changed
        return replace(request, viewer=changed, key=cache_key(changed, request.behaviour.cache))

    async def _from_cache_or_origin(self, request: RoutedRequest) -> tuple[Answer, Found]:
        """Answer from the cache, or wait for a running request for the same key, or ask the origin."""
        if request.viewer.method not in {"GET", "HEAD"}:
            return await self._ask_origin(request), "Miss"
        if hit := self._cache.hit(request.key):
            return hit, "Hit"
        if request.viewer.method == "HEAD":
            return await self._ask_origin(request), "Miss"
        if not self._cache.collapses(request.behaviour):
            return await self._miss(request)
        if flight := self._flights.get(request.key):
            await flight.wait()
            hit = self._cache.hit(request.key)
            return (hit, "Hit") if hit else await self._miss(request)
        return await self._lead(request)

    async def _lead(self, request: RoutedRequest) -> tuple[Answer, Found]:
        """Ask the origin once for all viewers that want `request.key` meanwhile (request collapsing).

        If the answer cannot be kept, each of the others asks the origin itself.
        """
        landed = self._flights[request.key] = asyncio.Event()
        try:
            return await self._miss(request)
        finally:
            del self._flights[request.key]
            landed.set()

    async def _miss(self, request: RoutedRequest) -> tuple[Answer, Found]:
        """Ask the origin, and keep the answer if that is allowed.

        With a stale entry the request is conditional. If the origin fails, the stale entry is served for as
        long as the error would have been kept.
        """
        stale = self._cache.stale(request.key)
        given = await self._ask_origin(request, stale)
        if stale and given.status == HTTPStatus.NOT_MODIFIED:
            fresh = stale.answer.replacing(given.headers)
            self._cache.keep(request.key, fresh, request.behaviour, request.distribution)
            return fresh, "RefreshHit"
        if stale and given.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._cache.keep_on(request.key, stale, request.distribution.error_ttl(given.status))
            return stale.answer, "Hit"
        self._cache.keep(request.key, given, request.behaviour, request.distribution)
        return given, "Miss"

    async def _ask_origin(self, request: RoutedRequest, stale: Entry | None = None) -> Answer:
        """Ask the origin, and the second one of an origin group if the first one's answer says so."""
        given = await self._ask_one(request.viewer, request.behaviour, stale)
        failover = request.behaviour.failover
        if not failover or not failover.follows(request.viewer.method, given.status):
            return given
        second = replace(request.behaviour, origin=failover.origin)
        return await self._ask_one(request.viewer, second, stale)

    async def _ask_one(self, viewer: ViewerRequest, behaviour: Behaviour, stale: Entry | None) -> Answer:
        headers = origin_headers(viewer, behaviour)
        if stale:
            headers.update(_conditions(stale.answer))
        target = origin_target(viewer, behaviour)
        return await self._origins.ask(behaviour.origin, viewer.method, target, headers, viewer.body)

    def _for_viewer(self, request: RoutedRequest, given: Answer, found: Found) -> Answer:
        viewer = request.viewer
        part = (
            narrowed(given, viewer.method, viewer.headers) if request.behaviour.cache.bounds.keeps else given
        )
        marks = {
            "X-Cache": f"{found} from cloudfront",
            "Server": part.headers.get("Server", "CloudFront"),
            "Via": ", ".join(
                [*part.headers.getall("Via", []), f"1.1 {request.distribution.domain} (CloudFront)"]
            ),
            "X-Amz-Cf-Id": secrets.token_urlsafe(40),
        }
        if location := part.headers.get("Location"):
            marks["Location"] = local_location(location, request.distribution.names, self._address)
        marked = part.replacing(marks)
        if found == "FunctionGeneratedResponse":
            # AWS does not say whether the policy's headers are added here: the function has to add its own.
            return marked
        return with_policy_headers(
            marked, request.behaviour.responses, viewer.method, viewer.headers.get("Origin")
        )


def _decided(viewer: ViewerRequest, distribution: Distribution) -> RoutedRequest:
    if viewer.path == "/" and distribution.root_object:
        viewer = replace(viewer, path=f"/{distribution.root_object}")
    behaviour = distribution.behaviour(viewer.path)
    return RoutedRequest(viewer, distribution, behaviour, cache_key(viewer, behaviour.cache))


def _conditions(stale: Answer) -> dict[str, str]:
    """Return the request headers that ask the origin whether `stale` is still current."""
    validators = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
    return {name: stale.headers[of] for name, of in validators.items() if of in stale.headers}

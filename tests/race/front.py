"""The edge in a race: its cache, its origins' endpoints and its functions, without sockets in between."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDict, CIMultiDictProxy

from edge.cloudfront.cdn import Cdn
from edge.cloudfront.distribution import (
    Association,
    Behaviour,
    CachePolicy,
    Distribution,
    Failover,
    Origin,
    Selection,
)
from edge.cloudfront.functions.published import Function
from edge.cloudfront.invalidation_watch import InvalidationWatch
from edge.cloudfront.live_cache import LiveCache
from edge.cloudfront.origins import Origins
from edge.cloudfront.request import ViewerRequest
from edge.cloudfront.ttl import Bounds
from edge.log import Log
from edge.origin_access import OriginAccess
from edge.s3.bucket_reader import BucketReader
from edge.s3.rest import RestEndpoint
from edge.s3.website import Visit, WebsiteEndpoint
from edge.shared.recent import Recent
from infra import routing
from infra.edge_functions import canonical

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from edge.cloudfront.cache import CacheKey
    from edge.shared.answer import Answer
    from tests.aws.cloudfront import CloudFront
    from tests.race.s3 import S3
    from tests.race.ways import Way

ADDRESS = "http://edge"
_HOST = "d111111abcdef8.cloudfront.net"
_API = "api.execute-api.us-east-1.amazonaws.com"
_ARN = "arn:aws:cloudfront::123456789012:distribution/E2EXAMPLE"
_MOST_HOPS = 20
"""After which browsers give up (Fetch, "HTTP-redirect fetch")."""


def configuration(way: Way) -> dict[str, Any]:
    """Return how the site bucket is configured, as in the stack."""
    if way.fails_over:
        principal: Any = {"Service": "cloudfront.amazonaws.com"}
        return {"policy": _policy(principal, "s3:GetObject", "/*")}
    rules = routing.aim(routing.read(), _HOST)
    return {
        "policy": _policy("*", "s3:GetObject", "/*"),
        "website": {"IndexDocument": {"Suffix": "index.html"}, "RoutingRules": routing.as_boto3(rules)},
    }


def _policy(principal: Any, action: str, part: str) -> Any:
    resource = f"arn:aws:s3:::site{part}"
    allowed = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [allowed]})}


def distribution(way: Way) -> Distribution:
    """Return the distribution of the stack (``infra/stack.yaml``), as the edge reads it."""
    app = Origin("app", _API, "/api")
    if way.fails_over:
        site = Origin("site", "site.s3.us-east-1.amazonaws.com", signs_as=_ARN)
        handing_over = (("Accept", "image/vnd.resize404"),)
        failover = Failover(Origin("picture", _API, "/api/resize", handing_over), frozenset({403, 404}))
    else:
        site, failover = Origin("site", "site.s3-website-us-east-1.amazonaws.com"), None
    before_the_app = (Association("viewer-request", "before_the_app"),)
    at_the_edge = (Association("viewer-request", "canonical"),) if way.redirects_spellings else ()
    by_accept = CachePolicy(Bounds(0, 0, 3600), headers=Selection("only", frozenset({"accept"})))
    return Distribution(
        _HOST,
        (
            Behaviour("/resize/*", app, cache=by_accept, associations=before_the_app),
            Behaviour(
                "*",
                site,
                cache=CachePolicy(Bounds(0, 0, 31_536_000)),
                associations=at_the_edge or (before_the_app if way.fails_over else ()),
                failover=failover,
            ),
        ),
        error_ttls=dict.fromkeys((500, 502, 503, 504), 1.0),
        tag_header="x-amz-meta-cache-tag",
        id="E2EXAMPLE",
    )


@cache
def _function(name: str) -> Function:
    code = canonical.code("") if name == "canonical" else canonical.shipped("before_the_app.js")
    return Function(name, code)


@dataclass(frozen=True)
class Known:
    """A distribution that is known without reading it."""

    distribution_: Distribution

    async def distribution(self) -> Distribution:
        return self.distribution_

    async def function(self, behaviour: Behaviour) -> Function | None:
        return _function(behaviour.associations[0].arn) if behaviour.associations else None


class Direct(Origins):
    """Origins without sockets: S3's endpoints of the edge, and the app."""

    def __init__(self, s3: S3, app: Callable[..., Awaitable[Answer]]) -> None:
        self._access = OriginAccess()
        self._log = Log()
        buckets: Any = BucketReader(s3)  # type: ignore[arg-type]
        sites = Recent(buckets.site)
        self._website = WebsiteEndpoint(buckets, sites)
        self._rest = RestEndpoint(buckets, sites, self._access)
        self._app = app

    async def _exchange(
        self, origin: Origin, method: str, target: str, headers: CIMultiDict[str], _body: bytes
    ) -> Answer:
        if origin.domain == _API:
            return await self._app(target.removeprefix("/api"), method, headers)
        path = target.partition("?")[0]
        visit = Visit("site", origin.domain, method, path, headers)
        if not origin.signs_as:
            return await self._website.answer(visit)
        signed = self._access.authorization(origin.signs_as, method, origin.domain, path)
        headers["Authorization"] = signed
        return await self._rest.answer(visit)


class Watched(LiveCache):
    """A cache that tells under which keys it has kept anything."""

    def __init__(self, watch: InvalidationWatch) -> None:
        super().__init__(watch, worst=False)
        self.keys: dict[CacheKey, None] = {}

    def keep(self, key: CacheKey, *told: Any) -> None:
        self.keys[key] = None
        super().keep(key, *told)


@dataclass
class Front:
    """The edge of a site. An invalidation takes `delay` seconds to be done."""

    way: Way
    s3: S3
    cloudfront: CloudFront
    app: Callable[..., Awaitable[Answer]]
    delay: float
    statuses: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        batches = self.cloudfront.batches
        watch = InvalidationWatch(
            lambda: tuple(map(str, range(len(batches)))),
            lambda number: tuple(batches[int(number)]["Paths"]["Items"]),
            self.delay,
        )
        self.cache = Watched(watch)
        deployed: Any = Known(distribution(self.way))
        self._cdn = Cdn(deployed, Direct(self.s3, self.app), self.cache, Log(), ADDRESS)

    async def view(self, path: str) -> Answer:
        """Follow the address as a browser does, as far as it leads through the edge."""
        headers = CIMultiDictProxy(CIMultiDict({"Accept": "image/*", "Host": _HOST}))
        for _ in range(_MOST_HOPS):
            given = await self._cdn.answer(ViewerRequest("GET", path, "", headers, "192.0.2.1"))
            self.statuses.append(given.status)
            path = given.headers.get("Location", "").removeprefix(ADDRESS)
            if given.status not in {301, 302, 307, 308} or not path.startswith("/"):
                return given
        raise AssertionError(f"a loop: {path}")

    async def kept(self) -> dict[CacheKey, Answer]:
        """Return what the cache answers without asking anybody, when the last invalidation is done."""
        await self.cache.invalidate()
        await asyncio.sleep(self.delay + 1)
        await self.cache.invalidate()
        found = {key: self.cache.hit(key) for key in self.cache.keys}
        return {key: given for key, given in found.items() if given}

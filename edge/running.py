"""Starts and stops the edge: two HTTP servers on one event loop, which runs in its own thread."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from edge import emulator
from edge.apigateway import RestApis
from edge.cloudfront.cdn import Cdn
from edge.cloudfront.deployed import Deployed
from edge.cloudfront.distribution_reader import DistributionReader
from edge.cloudfront.invalidation_watch import InvalidationWatch
from edge.cloudfront.live_cache import LiveCache
from edge.cloudfront.origins import Origins, client_session
from edge.listening import address, bound, listen_for_viewers, listen_for_visits
from edge.log import Log
from edge.origin_access import OriginAccess
from edge.s3.bucket_reader import BucketReader
from edge.s3.rest import RestEndpoint
from edge.s3.website import WebsiteEndpoint
from edge.shared.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.cloudfront.request import ViewerRequest
    from edge.listening import Watch
    from edge.shared.answer import Answer

logger = logging.getLogger(__name__)

FOLLOW_SECONDS = 0.5
"""With an invalidation delay, the edge looks for invalidations this often even if there are no requests."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The arguments of `serve`."""

    distribution_id: str
    endpoint_url: str
    port: int
    worst: bool
    invalidation_delay: float
    names: emulator.Names | None
    watch: Watch


def _watch_nothing(_viewer: ViewerRequest) -> Callable[[Answer], object]:
    """Ignore the request and its answer: nobody watches."""
    return lambda _answer: None


@dataclass(frozen=True, slots=True)
class Edge:
    """A running edge. `url` is the address of the CDN, `website_address` the address of the website endpoint.

    Both have no trailing slash. `log` records all requests. `reread` makes the edge read the configuration
    again at once, for a change that is less than a second old.
    """

    url: str
    website_address: str
    log: Log
    reread: Callable[[], None]

    def website_host(self, bucket: str) -> str:
        """Return the Host header that chooses `bucket` at `website_address`."""
        return f"{bucket}.s3-website-us-east-1.amazonaws.com"

    def website_url(self, bucket: str) -> str:
        """Return the address of `bucket`'s website for browsers and curl, which resolve ``*.localhost``."""
        return f"http://{bucket}.s3-website-us-east-1.localhost:{self.website_address.rpartition(':')[2]}"


@contextmanager
def serve(  # noqa: PLR0913 - every setting of the edge, all by keyword
    distribution_id: str,
    *,
    endpoint_url: str,
    port: int = 0,
    worst: bool = False,
    invalidation_delay: float = 0.0,
    names: emulator.Names | None = None,
    watch: Watch = _watch_nothing,
) -> Iterator[Edge]:
    """Serve the distribution that is deployed at `endpoint_url`, on loopback, until the block ends.

    `port` 0 chooses a free one. `invalidation_delay` is in seconds. `names` finds the addresses of origins;
    the default is `emulator.names`. `watch` is called with each viewer's request, and what it returns with
    the answer; both in the edge's own thread, so both must be quick. Raises OSError if the port is in use,
    and botocore's errors if the distribution does not exist or the emulator does not answer.
    """
    plan = Plan(distribution_id, endpoint_url.rstrip("/"), port, worst, invalidation_delay, names, watch)
    started: Future[tuple[Edge, Callable[[], object]]] = Future()
    thread = threading.Thread(target=_run, args=(plan, started), name="edge", daemon=True)
    thread.start()
    edge, stop = started.result()
    try:
        yield edge
    finally:
        stop()
        thread.join()


def _run(plan: Plan, started: Future[tuple[Edge, Callable[[], object]]]) -> None:
    try:
        asyncio.run(_serve(plan, started))
    except BaseException as failure:
        if started.done():
            raise
        started.set_exception(failure)


async def _serve(plan: Plan, started: Future[tuple[Edge, Callable[[], object]]]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(emulator.CONNECTIONS, thread_name_prefix="edge"))
    stopped = asyncio.Event()
    async with AsyncExitStack() as stack:
        edge = await _open(plan, stack)
        started.set_result((edge, partial(loop.call_soon_threadsafe, stopped.set)))
        await stopped.wait()


async def _open(plan: Plan, stack: AsyncExitStack) -> Edge:
    """Open all parts. `stack` closes them in reverse order."""
    s3, cloudfront = emulator.s3_client(plan.endpoint_url), emulator.cloudfront_client(plan.endpoint_url)
    apigateway = emulator.apigateway_client(plan.endpoint_url)
    for client in (s3, cloudfront, apigateway):
        stack.callback(client.close)
    deployed = Deployed(cloudfront, plan.distribution_id)
    await deployed.check()

    log = Log()
    buckets, apis = BucketReader(s3), RestApis(apigateway)
    sites = Recent(buckets.site)
    viewer_listener = stack.enter_context(bound(plan.port))
    website_listener = stack.enter_context(bound(0))
    access = OriginAccess()
    endpoints = WebsiteEndpoint(buckets, sites), RestEndpoint(buckets, sites, access)
    await listen_for_visits(stack, website_listener, *endpoints)

    names = plan.names or emulator.names(plan.endpoint_url, address(website_listener))
    origins = Origins(await stack.enter_async_context(client_session()), names, apis, access, log)
    cache = LiveCache(await asyncio.to_thread(_watch, plan, DistributionReader(cloudfront)), worst=plan.worst)
    if plan.invalidation_delay:
        await _follow_until_closed(stack, cache)
    cdn = Cdn(deployed, origins, cache, log, address(viewer_listener))
    await listen_for_viewers(stack, viewer_listener, cdn, plan.watch)

    def reread() -> None:
        for known in (deployed, sites, apis):
            known.forget()

    return Edge(address(viewer_listener), address(website_listener), log, reread)


def _watch(plan: Plan, distributions: DistributionReader) -> InvalidationWatch:
    ids = partial(distributions.invalidations, plan.distribution_id)
    return InvalidationWatch(
        ids, partial(distributions.invalidated, plan.distribution_id), plan.invalidation_delay
    )


async def _follow_until_closed(stack: AsyncExitStack, cache: LiveCache) -> None:
    """Look for invalidations all the time: their delay starts at creation, not at the next request."""
    following = asyncio.create_task(_follow(cache))

    async def close() -> None:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following

    stack.push_async_callback(close)


async def _follow(cache: LiveCache) -> None:
    while True:
        try:
            await cache.invalidate()
        except (BotoCoreError, ClientError) as failure:
            logger.warning("Invalidations could not be read: %s", failure)
        await asyncio.sleep(FOLLOW_SECONDS)

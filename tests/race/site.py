"""The app and its queues in a race: everything is the app's own but S3, SQS and the renderer.

A rendered variant says what it was made of, so whoever sees it knows whether it is stale.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from chalicelib.address.values import Format
from chalicelib.ahead import Ahead
from chalicelib.aws import cdn, clients, queues
from chalicelib.aws.bucket import Originals, Site
from chalicelib.aws.cdn import Evictor
from chalicelib.aws.overlays import Overlays
from chalicelib.aws.queues import Queue
from chalicelib.config import config
from chalicelib.errors import UpstreamBusy
from chalicelib.render.rendered import Rendered
from chalicelib.service import Service
from chalicelib.upkeep import work
from chalicelib.upkeep.evictions import DeliveredEvictions
from tests.aws.cloudfront import CloudFront
from tests.race import front, gateway
from tests.race.front import Front
from tests.race.queues import Queues, Reader
from tests.race.s3 import S3, Buckets
from tests.race.simulation import Died, Simulation
from tests.upkeep.test_events import notification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.address.variant import Variant
    from chalicelib.aws.bucket import Original
    from chalicelib.aws.queues import Message
    from chalicelib.render.extras import Extras
    from chalicelib.timing import Deadline
    from edge.shared.answer import Answer
    from tests.race.ways import Way

SIZES = tuple(f"{side}x" for side in range(100, 1100, 100))
_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/"
CHANGES, EVICTIONS, WANTED = (f"{_URL}{name}" for name in ("changes", "evictions", "wanted"))
ENVIRON = {
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos,avatars=people/faces",
    "ALLOWED_DIMENSIONS": ",".join(SIZES),
    "FAMILIES": f"first: {' '.join(SIZES[:4])}",
    "CHANGES_QUEUE": CHANGES,
    "INVALIDATION_QUEUE": EVICTIONS,
    "PREWARM_QUEUE": WANTED,
}
_EDGES_LONGEST = 2.0
"""Seconds of the edge's longest call to S3: a miss may need two, and is over before `LAST_FETCHES`."""

_LIVES = {"api": 28.0, "refresh": 300.0, "evict": 120.0, "prewarm": 300.0}
"""After so many seconds Lambda ends the function."""

_EARLY_DEATHS = 0.02


def made_of(version: str, variant: object) -> bytes:
    """Return the bytes of a variant, of this version of its original."""
    return f"{variant} of {version}".encode()


@dataclass
class Stage:
    """A site of one way. Without `second_look` the app forgets to look again at what has changed."""

    simulation: Simulation
    way: Way
    second_look: bool = True
    rendered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.buckets = Buckets(self.simulation, front.configuration(self.way), self._notify)
        self.s3 = self._client(clients.longest(clients.S3_TIMEOUTS))
        self.queues = Queues(self.simulation, takes=self._takes)
        self.cloudfront = CloudFront()
        environ = ENVIRON | {"DELIVERY": self.way.delivery, "EVICT_BY": self.way.evict_by}
        self.config = config.read(environ)
        self.site = Site(self.s3, "site", self.config.cache_control, prefix="")
        self.service = self._service()
        self.queues.readers = self._readers()
        edges, delay = self._client(_EDGES_LONGEST, is_busy=False), self.simulation.dice.uniform(0, 20)
        self.front = Front(self.way, edges, self.cloudfront, self._answer, delay)

    def _client(self, longest: float, *, is_busy: bool = True) -> Any:
        return S3(self.buckets, longest, is_busy)

    def _takes(self, url: str, delay: int) -> bool:
        return self.second_look or url != CHANGES or not delay

    def _notify(self, bucket: str, key: str) -> None:
        """Tell the queue of changes, as S3 does, at least once."""
        if bucket != "site":
            self.queues.put(CHANGES, notification(key, bucket=bucket))

    def _queue(self, url: str) -> Queue:
        clients_: Any = SimpleNamespace(sqs=self.queues)
        return Queue(clients_, url)

    def _service(self) -> Service:
        nobody: Any = None
        originals = Originals(self.s3, self.config.limits.source_bytes)
        wanted = self._queue(WANTED)
        return Service(
            config=self.config,
            originals=originals,
            site=self.site,
            evictor=Evictor(cdn.through(self._queue(EVICTIONS))),
            render=self._render,
            detector=nobody,
            overlays=Overlays(originals, self.config.sources, self.config.watermarks),
            ahead=lambda order: wanted.send([str(order)]),
        )

    def _render(self, original: Original, variant: Variant, _: Extras, deadline: Deadline) -> Rendered:
        """Take any time that a rendering may take."""
        dice = self.simulation.dice
        seconds = dice.uniform(0, 20) if dice.random() < 0.2 else dice.expovariate(3)
        if seconds > deadline.left():
            self.simulation.sleep(deadline.left())
            raise UpstreamBusy
        self.simulation.sleep(seconds)
        self.rendered.append(str(variant))
        return Rendered(made_of(original.etag, variant), Format.PNG, 1, 1, 1)

    def _readers(self) -> dict[str, Reader]:
        kinds = (
            (CHANGES, self._refresh, queues.CHANGES, "refresh"),
            (EVICTIONS, self._evict, queues.EVICTIONS, "evict"),
            (WANTED, self._prewarm, queues.WANTED, "prewarm"),
        )
        return {url: Reader(do, *batch, partial(self._life, name)) for url, do, batch, name in kinds}

    def _life(self, name: str) -> float:
        """Return when the function's process ends: seldom much too early."""
        dice = self.simulation.dice
        return dice.uniform(0, 10) if dice.random() < _EARLY_DEATHS else _LIVES[name]

    def _refresh(self, messages: list[Message]) -> None:
        emulated: Any = SimpleNamespace(meta=SimpleNamespace(endpoint_url="http://simulated"))
        tagged: Any = SimpleNamespace(hands_out_tag=lambda _: True)
        made = work.freshness(self.config, emulated, self._queue(CHANGES), self._queue(EVICTIONS))
        orders = replace(made.orders, origin=tagged)
        fresh = replace(made, originals=self.service.originals, site=self.site, orders=orders)
        fresh.hear(messages, lambda: True)

    def _evict(self, messages: list[Message]) -> None:
        queue, distribution = self._queue(EVICTIONS), self.cloudfront.distribution
        DeliveredEvictions(messages, queue, distribution).carry_out(lambda: True)

    def _prewarm(self, messages: list[Message]) -> None:
        end = self.simulation.now + _LIVES["prewarm"]
        left = lambda: end - self.simulation.now  # noqa: E731 - as Lambda tells it
        Ahead(self.service, self._queue(WANTED), left, lambda _: None).carry_out(messages)

    async def _answer(self, path: str, method: str, headers: Mapping[str, str]) -> Answer:
        """Answer as API Gateway does, which calls the app."""
        event, module = gateway.event(path, method, headers), gateway.application(ENVIRON)

        def call() -> Any:
            module.CONFIG, module.service = self.config, lambda: self.service
            return module.app(event, SimpleNamespace(aws_request_id="race"))

        try:
            told = await self.simulation.run(call, self.simulation.now + self._life("api"))
        except Died:
            return gateway.TIMED_OUT
        return gateway.answered(told)

"""Pictures that are made before anybody asks for them: the work of the queue of wanted variants.

A message names one original and its variants. Each variant that is missing is made as for a request, by the
same code and under the same allowlist; what is stored already is left as it is. So a message may be
delivered, or sent, any number of times. The original is fetched once for all of them.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.address import key as keys
from chalicelib.address import wanted
from chalicelib.address.wanted import Wanted
from chalicelib.aws import clients
from chalicelib.aws.clients import S3_TIMEOUTS
from chalicelib.aws.queues import Queue, QueueError
from chalicelib.aws.rereading import Reread
from chalicelib.errors import Refusal, UpstreamBusy
from chalicelib.service import ANSWER_SECONDS
from chalicelib.timing import NEVER, Timings
from chalicelib.upkeep import unindexed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Self

    from chalicelib.address.admission import Admission
    from chalicelib.address.sources import ObjectName
    from chalicelib.aws.queues import Message
    from chalicelib.service import Service

log = logging.getLogger(__name__)

AT_ONCE = 3
"""Variants that are worked on at a time. One is rendered; the others wait for S3."""

_LOOKED_UP_AT_ONCE = 8
"""Variants that are looked up at a time; botocore keeps 10 connections open."""

FEWEST_LISTED = 8
"""Variants of one original from which its index is listed first. A list costs as much as twelve looks, but
takes the processor as long as one, which is 2 ms."""

LONGEST = ANSWER_SECONDS + 2 * clients.longest(S3_TIMEOUTS)
"""Seconds that must be left before a variant is begun: to fetch and render it, and for its calls to S3."""


class Job(NamedTuple):
    """A variant that is to be made, where it is to be stored, and of which original."""

    admission: Admission
    place: str
    name: ObjectName

    @property
    def spelling(self) -> str:
        """The variant as text."""
        return str(self.admission.variant)


class End(Enum):
    """How an attempt at a variant ended: made, or refused for good; S3 was busy, or there is no time.

    FOUND: there is something in its place, which stays.
    """

    MADE = auto()
    FOUND = auto()
    REFUSED = auto()
    BUSY = auto()
    LATE = auto()


@dataclass(frozen=True, slots=True)
class Ahead:
    """Makes what messages of the `queue` ask for, as long as it has `seconds_left`.

    `told` is given the number of variants that were made.
    """

    service: Service
    queue: Queue
    seconds_left: Callable[[], float]
    told: Callable[[int], None]

    @classmethod
    def of(cls, service: Service, seconds_left: Callable[[], float], told: Callable[[int], None]) -> Self:
        """Return what makes variants by the `service` that makes the others, from the queue it configures."""
        return cls(service, Queue(clients.background(), service.config.prewarm_queue), seconds_left, told)

    def carry_out(self, messages: Sequence[Message]) -> None:
        """Make all that the messages ask for; `QueueError` if something failed that may succeed later."""
        self.queue.work(messages, lambda body: self._carry_out(wanted.read(body)), self._in_time)

    def _in_time(self) -> bool:
        return self.seconds_left() > LONGEST

    def _carry_out(self, order: Wanted) -> None:
        """Make the missing variants. What there is no time for goes back into the queue as a new message."""
        missing = self._missing(list(self._admitted(order)))
        originals = dict.fromkeys(job.name for job in missing)
        late = [
            job.spelling
            for name in originals
            for job in self._make(name, [job for job in missing if job.name == name])
        ]
        if late and len(late) == len(missing):
            raise QueueError(f"there is not even time for one variant of {order.key!r}")
        if late:
            log.info("no time for %s variants of %r", len(late), order.key)
            self.queue.send([str(Wanted(order.key, tuple(late)))])

    def _admitted(self, order: Wanted) -> Iterator[Job]:
        """Yield each variant that may be made, once."""
        places: set[str] = set()
        for spelling in order.spellings:
            try:
                key = keys.check(order.key)
                admission = self.service.config.gate.admit(spelling, key, time.time())
                job = Job(admission, *self.service.locate(admission.variant, key))
            except Refusal as refusal:
                _refuse(f"{spelling} of {order.key}", refusal)
                continue
            if job.place not in places:
                places.add(job.place)
                yield job

    def _missing(self, jobs: Sequence[Job]) -> list[Job]:
        """Return the variants that are not stored yet.

        A variant that is not in the index is not stored, so that no new variant has to be looked up. What
        may be there all the same is a file of the owner's, or a variant of another source from before
        SOURCES was changed: ours is rendered, and then not stored.
        """
        numbers = Counter(job.name for job in jobs)
        many = [name for name, number in numbers.items() if number >= FEWEST_LISTED]
        with ThreadPoolExecutor(_LOOKED_UP_AT_ONCE) as pool:
            entered = dict(zip(many, pool.map(self._entered, many), strict=True))
            found = list(pool.map(lambda job: self._is_stored(job, entered.get(job.name)), jobs))
        return [job for job, is_stored in zip(jobs, found, strict=True) if not is_stored]

    def _is_stored(self, job: Job, entered: frozenset[str] | None) -> bool:
        """Say whether the variant is stored. `entered` is what the index knows; None: it may not know all."""
        site = self.service.site
        is_new = entered is not None and site.spelling(job.place) not in entered
        return not is_new and site.find(job.place) is not None

    def _entered(self, name: ObjectName) -> frozenset[str] | None:
        """Return what the index knows of this original; None if that may not be all that is stored."""
        site = self.service.site
        if not unindexed.complete(site):
            return None
        return frozenset(entry.spelling for page in site.index.pages(name.tag) for entry in page)

    def _make(self, name: ObjectName, jobs: Sequence[Job]) -> list[Job]:
        """Make these variants of one original, and return those that there was no time for."""
        original = Reread(self.service.originals, name, tuple(job.admission.variant for job in jobs))
        try:
            original.read(self.service.config.image_types, NEVER)
        except Refusal as refusal:
            _refuse(f"all variants of {name.key}", refusal)
            return []
        make = partial(self._try, original)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ends = list(zip(jobs, pool.map(make, jobs), strict=True))
        # One that waited too long for the renderings of others may only have to be alone.
        again = [(job, make(job) if end is End.BUSY else end) for job, end in ends]
        self.told(sum(end is End.MADE for _, end in again))
        if any(end is End.BUSY for _, end in again):
            raise UpstreamBusy
        return [job for job, end in again if end is End.LATE]

    def _try(self, original: Reread, job: Job) -> End:
        """Make the variant, unless there is no time for it."""
        if not self._in_time():
            return End.LATE
        try:
            made = self.service.make(job.admission, original, job.place, Timings())
        except UpstreamBusy:
            return End.BUSY
        except Refusal as refusal:
            _refuse(f"{job.spelling} of {job.name.key}", refusal)
            return End.REFUSED
        return End.MADE if made else End.FOUND


def _refuse(what: str, refusal: Refusal) -> None:
    """Write down what is refused for good. A fault of ours is raised: it is worth trying again."""
    if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise refusal
    log.warning("refused: %r: %s: %s", what, refusal.code, refusal)

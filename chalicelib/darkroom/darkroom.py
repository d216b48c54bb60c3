"""The darkroom, as the rest of the application sees it: it renders, in a process of its own.

ImageMagick may crash or hang in there. An order is handed in, its outcome comes out (`hatch`); inside works
the `developer`. A rendering that takes longer than RENDER_TIMEOUT is stopped by killing the process, the one
thing that stops every library: ImageMagick's progress monitor is silent while AVIF is coded and WebP decoded.
A crash costs the rendering that caused it. The next rendering finds a new process.

The process is started and not forked: a fork would have our AWS credentials, connections and memory, and
ImageMagick's threads do not survive one. Its end of the hatch closes when this process ends, and then it ends
as well. (A signal on the parent's death would come when the *thread* ends that started it.)
"""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Self

from chalicelib.darkroom import weakness
from chalicelib.darkroom.order import Order
from chalicelib.darkroom.outcome import OutcomeError
from chalicelib.darkroom.worker import DiedError, ForbiddenError, StartError, Worker
from chalicelib.errors import BrokenImage, Fault, NoImageMagick, OutOfMemory, Refusal, TooLarge, UpstreamBusy
from chalicelib.render.extras import NONE
from chalicelib.timing import NEVER, Deadline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.address.variant import Variant
    from chalicelib.codecs.limits import Limits
    from chalicelib.render.extras import Extras
    from chalicelib.render.rendered import Rendered

log = logging.getLogger(__name__)

_MEGABYTE = 1 << 20
_OURS = 256 * _MEGABYTE
"""What this process needs of a function's memory: for the AWS SDK, an original and a variant."""

ELSEWHERE = 2048 * _MEGABYTE
"""Memory for pictures where there is no Lambda function to measure it by."""


_TOO_SLOW = "Making this variant takes more than {} s. A smaller original may work."
_NO_TIME = "There was no time left to make this. Please try again."


def share(environ: Mapping[str, str]) -> int:
    """Return how many bytes of memory pictures may take: what the Lambda function can spare."""
    function = int(environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")) * _MEGABYTE
    return max(function - _OURS, function // 2) or ELSEWHERE


@cache
def of_this_process(*, drawings: bool) -> Darkroom:
    """Return the one darkroom of this process; with `drawings`, it also passes SVGs on."""
    return Darkroom(share(os.environ), drawings=drawings)


class Darkroom:
    """Renders as `chalicelib.render.render` does, but in a process of its own that has `memory` bytes.

    With `drawings`, that process loads what SVGs need; without, it reads none.
    """

    def __init__(self, memory: int = ELSEWHERE, *, drawings: bool = False) -> None:
        self._memory = memory
        self._drawings = drawings
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._filtered = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process inside. The next rendering starts a new one."""
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """The number of the process inside, if there is one."""
        return self._worker.pid if self._worker else None

    def weaknesses(self) -> list[str]:
        """Return, in words, what the system refuses of confining the process inside."""
        with self._lock, suppress(StartError):
            found = (weakness.of_filter(self._ready().wait()), weakness.of_hiding())
            return [words for words in found if words]
        return []  # nothing runs that could be confined

    def open(self) -> None:
        """Start the process inside, without waiting for it."""
        with self._lock:
            self._working()

    def render(  # noqa: PLR0913, PLR0917 - as `render` has it, what to log, until when, what next
        self,
        data: bytes,
        variant: Variant,
        limits: Limits,
        accepted: frozenset[str],
        needed: Extras = NONE,
        name: str = "an original",
        deadline: Deadline = NEVER,
        wanted: tuple[Variant, ...] = (),
    ) -> Rendered:
        """Return the `variant` of the original `data`. One is made at a time.

        If all variants in `wanted` are asked for in turn, the original is decoded once for them.

        Refuses as `chalicelib.render.render` does. Besides: `TooLarge` what takes over ``limits.seconds``,
        `BrokenImage` what the process inside dies of, `NoImageMagick` if that does not start, `Fault` if it
        answers what cannot be true. Nobody is invited to try these again, since they would end the same way.
        `UpstreamBusy` if the `deadline` comes before ``limits.seconds`` are over.
        """
        limits.check_bytes(data)
        if not deadline.left():
            raise UpstreamBusy(_NO_TIME)
        order = Order(variant, limits, accepted, needed, wanted)
        with self._lock:
            return self._tried(_Task(order, data, name, deadline))

    def _tried(self, task: _Task) -> Rendered:
        """Return the picture. What may have failed because of others is tried again alone, in a new process.

        Earlier ones may have left the memory in pieces, or spoilt it: every library then fails in its own
        way. What is kept for later ones takes memory, and time.
        """
        earlier = self._working().made
        try:
            return self._made(task)
        except Refusal as refusal:
            for_later = task.order.wanted and _may_lack_room(refusal)
            if not for_later and not (earlier and self._is_spent(refusal)):
                raise
        self._end()
        return self._made(task.alone)

    def _is_spent(self, refusal: Refusal) -> bool:
        """Whether the process inside was short of memory, or died, when it refused."""
        if isinstance(refusal, OutOfMemory) or isinstance(refusal.__cause__, DiedError):
            return True
        return self._worker is not None and self._worker.memory_taken > self._memory // 2

    def _made(self, task: _Task) -> Rendered:
        """Return the picture or raise a refusal. The process is ended if it may be of no use any more."""
        try:
            outcome, cause = self._answer(task)
        except TimeoutError as late:
            self._end("was stopped", task)
            if task.deadline.left():
                raise TooLarge(_TOO_SLOW.format(task.order.limits.seconds)) from late
            raise UpstreamBusy(_NO_TIME) from late
        except DiedError as death:
            self._end("died", task)
            raise BrokenImage from death
        except StartError as fault:
            self._end("did not start", task)
            raise NoImageMagick from fault
        except OutcomeError as lie:
            self._end(f"gave an answer that cannot be true ({lie})", task)
            raise Fault from lie
        except BaseException:
            self._end()  # half an answer may be left in the hatch, and the next order must not be given that
            raise
        if isinstance(outcome, OutOfMemory):
            self._end("has no memory left", task)
        if cause:
            log.error("ImageMagick failed: %s: %s", task, cause)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def _answer(self, task: _Task) -> tuple[Rendered | Refusal, str]:
        """Return the outcome and, if it is a fault, its cause."""
        worker = self._ready()
        # Starting takes none of a rendering's own time.
        deadline = min(task.deadline, Deadline.within(task.order.limits.seconds))
        answer = worker.make(task.order, task.original, deadline)
        if words := worker.words():
            log.warning("ImageMagick says: %s: %s", task, words)
        return answer

    def _ready(self) -> Worker:
        """Return the process inside when it takes orders; `StartError` if it takes none."""
        try:
            weakness.of_filter(self._working().wait())
        except ForbiddenError:
            log.warning("ImageMagick may not ask for a filter: %s", self._end())
            self._filtered = False
        return self._working()

    def _working(self) -> Worker:
        """Return the process inside; a new one if there is none, or if it has died waiting."""
        if self._worker and not self._worker.lives:
            log.warning("ImageMagick died waiting: %s", self._end())
        if self._worker is None:
            weakness.of_hiding()  # which hides it
            self._worker = Worker(self._memory, filtered=self._filtered, drawings=self._drawings)
        return self._worker

    def _end(self, event: str = "", task: _Task | None = None) -> str:
        """End the process inside, and return how it ended and what it said; the `event` goes into the log."""
        worker, self._worker = self._worker, None
        words = worker.end() if worker else "it was not running"
        if event:
            log.error("ImageMagick %s: %s: %s", event, task, words)
        return words


def _may_lack_room(refusal: Refusal) -> bool:
    """Whether it may have been refused for want of memory or time; libwebp's want of memory is a `Fault`."""
    is_ended = isinstance(refusal.__cause__, DiedError | TimeoutError)
    return is_ended or isinstance(refusal, OutOfMemory | Fault)


@dataclass(frozen=True, slots=True)
class _Task:
    """An order with all that belongs to it; `name` is the original's, for the log."""

    order: Order
    original: bytes
    name: str
    deadline: Deadline

    @property
    def alone(self) -> _Task:
        """The same for this variant alone: nothing is kept for others."""
        return replace(self, order=replace(self.order, wanted=()))

    def __str__(self) -> str:
        return f"{self.order.variant} of {self.name}"

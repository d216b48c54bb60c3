"""The darkroom: a process of its own for ImageMagick, which may crash or hang in there as it likes.

What is asked for is handed in, what was made is handed out (`hatch`); inside works the `developer`. A
rendering that takes longer than RENDER_TIMEOUT is stopped by killing it, the one thing that stops every
library: ImageMagick's progress monitor is silent while AVIF is coded and WebP decoded. A crash costs the one
rendering that it came of. The next rendering finds a new process.

It is started and not forked: a fork would have our AWS credentials, connections and memory, and ImageMagick's
threads do not survive one. Its end of the hatch closes when this process ends, upon which it ends, too. (A
signal on the parent's death would come when the *thread* ends that started it.)
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Self

from chalicelib.darkroom.hatch import Order
from chalicelib.darkroom.worker import DiedError, StartError, Worker
from chalicelib.errors import BrokenImage, NoImageMagick, Refusal, TooLarge
from chalicelib.render.extras import NONE

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


def share(environ: Mapping[str, str]) -> int:
    """Return how many bytes of memory pictures may take: what the Lambda function can spare."""
    function = int(environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")) * _MEGABYTE
    return max(function - _OURS, function // 2) or ELSEWHERE


class Darkroom:
    """Renders as `chalicelib.render.render` does, but in a process of its own that has `memory` bytes."""

    def __init__(self, memory: int = ELSEWHERE) -> None:
        self._memory = memory
        self._lock = threading.Lock()
        self._worker: Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """The number of the process inside, if there is one."""
        return self._worker.pid if self._worker else None

    def open(self) -> None:
        """Start the process inside, without waiting for it."""
        with self._lock:
            self._working()

    def render(  # noqa: PLR0913, PLR0917 - as `render` has it, and the original's name for the log
        self,
        data: bytes,
        variant: Variant,
        limits: Limits,
        accepted: frozenset[str],
        needed: Extras = NONE,
        name: str = "an original",
    ) -> Rendered:
        """Return the `variant` of the original `data`. One is made at a time.

        Refuses as `chalicelib.render.render` does, and three more: `TooLarge` what takes over
        ``limits.seconds``, `BrokenImage` what the process inside dies of, `NoImageMagick` if that does not
        start. None invites to try again, since that would end the same way.
        """
        limits.check_bytes(data)
        order = Order(variant, limits, accepted, needed)
        with self._lock:
            outcome, cause = self._made(order, data, name)
        if cause:
            log.error("ImageMagick failed: %s of %s: %s", variant, name, cause)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def _made(self, order: Order, data: bytes, name: str) -> tuple[Rendered | Refusal, str]:
        worker = self._working()
        try:
            made = worker.make(order, data)
        except TimeoutError as late:
            log.error("ImageMagick was stopped: %s of %s: %s", order.variant, name, self._end())  # noqa: TRY400 - the traceback is ours
            raise TooLarge(
                f"Making this variant takes more than {order.limits.seconds} s. A smaller original may work."
            ) from late
        except DiedError as death:
            log.error("ImageMagick died: %s of %s: %s", order.variant, name, self._end())  # noqa: TRY400 - likewise
            raise BrokenImage from death
        except StartError as fault:
            log.error("ImageMagick did not start: %s", self._end())  # noqa: TRY400 - likewise
            raise NoImageMagick from fault
        except BaseException:
            self._end()  # half an answer may be left in the hatch, and the next order must not be given that
            raise
        if words := worker.words():
            log.warning("ImageMagick says: %s of %s: %s", order.variant, name, words)
        return made

    def _working(self) -> Worker:
        """Return the process inside; a new one if there is none, or it has died waiting."""
        if self._worker and not self._worker.lives:
            log.warning("ImageMagick died waiting: %s", self._end())
        if self._worker is None:
            self._worker = Worker(self._memory)
        return self._worker

    def _end(self) -> str:
        """End the process inside, and return how it ended and what it said."""
        worker, self._worker = self._worker, None
        return worker.end() if worker else "it was not running"

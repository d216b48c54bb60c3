"""Time that passes only when everybody waits, and threads of which one runs at a time.

The order of events is that of the simulated clock, so a seed plays the same race again. `Simulation` is an
event loop of asyncio: coroutines run on it as usual. Blocking code runs in a `Worker`, a real thread that
gives the turn back when it sleeps, waits for another one, or ends.
"""

from __future__ import annotations

import asyncio
import functools
import random
import selectors
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN = 1_795_000_000.0
"""The first moment, in seconds since 1970. The loop itself counts from 0, with all the digits of a float."""

FOREVER = float("inf")


class Died(BaseException):
    """The process is gone: no handler of ours runs."""


class _Skipping(selectors.DefaultSelector):
    """Waits for nothing: it lets the time pass that the loop would have slept."""

    simulation: Simulation

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise RuntimeError("somebody waits for what will never come")
        self.simulation.now += max(0.0, timeout)
        return super().select(0)


class Simulation(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, and with the dice of this race."""

    def __init__(self, seed: object) -> None:
        self.now = 0.0
        self.dice = random.Random(str(seed))  # noqa: S311 - a race, no secret
        self.running: Worker | None = None
        self._turn = threading.Semaphore(0)
        selector = _Skipping()
        selector.simulation = self
        super().__init__(selector)

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self.now

    def date(self) -> float:
        """Return the seconds since 1970."""
        return BEGIN + self.now

    def run_in_executor(self, _: Any, work: Callable[..., Any], *told: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """Run blocking code, as `asyncio.to_thread` wants it."""
        return self.run(functools.partial(work, *told))

    def run(self, work: Callable[[], Any], end: float = FOREVER) -> asyncio.Future[Any]:
        """Run blocking code in a worker that dies at the moment `end`."""
        future: asyncio.Future[Any] = self.create_future()

        def settle() -> None:
            try:
                future.set_result(work())
            except BaseException as fault:  # noqa: BLE001 - it belongs to whoever waits
                future.set_exception(fault)

        worker = Worker(self, target=settle)
        worker.end = end
        worker.start()
        return future

    def resume(self, worker: Worker) -> None:
        """Give the turn to a worker until it gives it back. Called on the loop."""
        self.running = worker
        worker.turn.release()
        self._turn.acquire()
        self.running = None

    def give_back(self) -> None:
        """Let the loop go on. Called by the worker that has the turn."""
        self._turn.release()

    def sleep(self, seconds: float) -> None:
        """Let the worker that has the turn wait. It dies if its process ends meanwhile."""
        me = self.worker
        wakes = min(seconds, max(0.0, me.end - self.now))
        self.call_later(wakes, self.resume, me)
        me.park()
        if self.now >= me.end:
            raise Died

    @property
    def worker(self) -> Worker:
        """The worker that has the turn."""
        assert self.running, "only a worker can wait"
        return self.running


class Worker:
    """What `threading.Thread` is elsewhere. It dies when the process of whoever began it does."""

    def __init__(self, simulation: Simulation, *, target: Callable[[], object]) -> None:
        self._simulation, self._target = simulation, target
        self.end: float = simulation.running.end if simulation.running else FOREVER
        self.turn = threading.Semaphore(0)
        self._is_done = False
        self._waiting: list[Worker] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._simulation.call_soon(self._simulation.resume, self)

    def join(self) -> None:
        if not self._is_done:
            me = self._simulation.worker
            self._waiting.append(me)
            me.park()

    def park(self) -> None:
        self._simulation.give_back()
        self.turn.acquire()

    def _run(self) -> None:
        self.turn.acquire()
        try:
            self._target()
        finally:
            self._is_done = True
            for each in self._waiting:
                self._simulation.call_soon(self._simulation.resume, each)
            self._simulation.give_back()

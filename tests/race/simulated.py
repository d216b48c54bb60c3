"""The app and the edge in a simulation: its clock, its threads and its locks in the places of Python's."""

from __future__ import annotations

import functools
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import pytest

from chalicelib import ahead, concurrently, timing
from chalicelib.aws import rereading, transfer
from chalicelib.upkeep import freshness, unindexed
from tests.race.simulation import Simulation, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Pool:
    """What `ThreadPoolExecutor` is elsewhere."""

    def __init__(self, simulation: Simulation, size: int) -> None:
        self._simulation, self._size = simulation, size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        waiting = [*enumerate(items)][::-1]
        results: dict[int, Any] = {}
        faults: dict[int, BaseException] = {}

        def go_on() -> None:
            while waiting:
                number, item = waiting.pop()
                try:
                    results[number] = work(item)
                except BaseException as fault:  # noqa: BLE001 - raised below
                    faults[number] = fault

        workers = [Worker(self._simulation, target=go_on) for _ in waiting[: self._size]]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        for number in sorted({**results, **faults}):
            if number in faults:
                raise faults[number]
            yield results[number]


class Lock:
    """What `threading.Lock` is elsewhere, for ``with``."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._is_taken = False
        self._waiting: list[Worker] = []

    def __enter__(self) -> None:
        while self._is_taken:
            me = self._simulation.worker
            self._waiting.append(me)
            me.park()
        self._is_taken = True

    def __exit__(self, *_: object) -> None:
        self._is_taken = False
        for each in self._waiting:
            self._simulation.call_soon(self._simulation.resume, each)
        self._waiting.clear()


class _NoTimer:
    """Bodies come at once here, so none has to be broken off."""

    def __init__(self, *_: object) -> None:
        pass

    def start(self) -> None:
        pass

    def cancel(self) -> None:
        pass

    def join(self) -> None:
        pass


def _begun_at(simulation: Simulation, init: Callable[..., None]) -> Callable[..., None]:
    return lambda timings: init(timings, start=simulation.time())


@contextmanager
def simulated(seed: object) -> Iterator[Simulation]:
    """Let the app, the edge and the tests live in a new simulation until the block ends."""
    simulation = Simulation(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", simulation.date)
        for clock in ("perf_counter", "monotonic"):
            patch.setattr(time, clock, simulation.time)
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=simulation.dice.getrandbits(128), version=4))
        patch.setattr(concurrently, "Thread", functools.partial(Worker, simulation))
        for module in (ahead, freshness, unindexed):
            patch.setattr(module, "ThreadPoolExecutor", functools.partial(Pool, simulation))
        lock: Any = functools.partial(Lock, simulation)
        patch.setattr(
            ahead, "Reread", lambda of, name, wanted: rereading.Reread(of, name, wanted, _lock=lock())
        )
        patch.setattr(transfer, "Timer", _NoTimer)
        # Its clock was bound when the class was made.
        patch.setattr(timing.Timings, "__init__", _begun_at(simulation, timing.Timings.__init__))
        try:
            yield simulation
        finally:
            simulation.close()

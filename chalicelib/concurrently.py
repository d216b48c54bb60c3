"""Two things at once: a call to AWS, in a thread of its own, beside what does not depend on it."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

T = TypeVar("T")


class Call(Generic[T]):
    """A call that begins when this is made, and has ended when the ``with`` that it is used in ends.

    Lambda freezes a function between two requests, so no thread may outlive the request that began it.
    """

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._fault: BaseException | None = None
        self.returned: list[T] = []
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.returned.append(self._call())
        except BaseException as fault:  # noqa: BLE001 - whatever it is, it belongs to whoever asks for the result
            self._fault = fault

    def result(self) -> T:
        """Wait for the call; return what it returned, or raise what it raised."""
        self._thread.join()
        if self._fault:
            raise self._fault
        return self.returned[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

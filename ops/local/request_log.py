"""Prints a line for each view of a picture, and remembers the last view of each path for the local page."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from rich.text import Text

from ops.local.views import PATIENCE, Served, View, Views, hop
from ops.terminal.output import size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from edge.cloudfront.request import ViewerRequest
    from edge.shared.answer import Answer

MOST_REMEMBERED = 2000
"""Paths whose last view is remembered."""

_COLOURS = {2: "green", 3: "green", 4: "red", 5: "bold red"}
_ERRORS = 400


class RequestLog:
    """Watches every request to the edge. While `printing`, it prints a line for each view on `console`."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._lock = Lock()
        self._views = Views()
        self._last: dict[str, View] = {}
        self._lines: SimpleQueue[View | None] | None = None

    def watch(self, viewer: ViewerRequest) -> Callable[[Answer], None]:
        """Take one request, and return what takes its answer.

        The edge calls both in its own thread, so nothing is printed here.
        """
        start = self._clock()
        with self._lock:
            begun = self._views.arrive(viewer.target, viewer.headers.get("User-Agent", ""))

        def answered(answer: Answer) -> None:
            now = self._clock()
            with self._lock:
                if view := self._views.answer(begun, hop(Served(viewer, answer, now - start)), now):
                    self._finish(view)

        return answered

    def last(self, path: str) -> View | None:
        """Return the last view that began at the percent-encoded `path`."""
        with self._lock:
            return self._last.get(path)

    @contextmanager
    def printing(self) -> Iterator[None]:
        """Print the views that end while the block runs."""
        lines = self._lines = SimpleQueue()
        thread = Thread(target=self._print_all, args=(lines,), name="request log", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._lines = None
            lines.put(None)
            thread.join()

    def _finish(self, view: View) -> None:
        path = view.hops[0].path
        self._last.pop(path, None)
        self._last[path] = view
        if len(self._last) > MOST_REMEMBERED:
            del self._last[next(iter(self._last))]
        if self._lines:
            self._lines.put(view)

    def _print_all(self, lines: SimpleQueue[View | None]) -> None:
        while True:
            with suppress(Empty):
                view = lines.get(timeout=PATIENCE)
                if view is None:
                    return
                self._console.print(line(view), soft_wrap=True)
            self._give_up_waiting()

    def _give_up_waiting(self) -> None:
        with self._lock:
            for view in self._views.abandoned(self._clock()):
                self._finish(view)


def line(view: View) -> Text:
    """Return the line of `view`: hops and status, time, bytes, path; of a refusal also its words."""
    colour = _COLOURS.get(view.status // 100, "")
    text = Text.assemble(
        (f"{view.statuses:<17}", colour),
        f" {view.seconds * 1000:>7,.0f} ms {size(view.bytes):>11}  ",
        (view.path, "bold" if view.status < _ERRORS else colour),
    )
    if view.took:
        text.append(f"  {view.took}", style="dim")
    if view.words:
        text.append(f"\n  {view.words}", style=colour)
    return text

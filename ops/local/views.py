"""Joins the requests that belong to one view of a picture: a miss, the app's redirect, the stored file. Pure.

A viewer that is redirected asks for the address in the Location next. So the requests of one view are found
by that address, and by the viewer's User-Agent. A view ends with an answer that does not redirect, or if
nobody goes on within `PATIENCE` seconds.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ops.local import app_time
from ops.local.app_time import milliseconds
from ops.local.words import said
from ops.redirects import onward
from ops.terminal.output import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.cloudfront.request import ViewerRequest
    from edge.shared.answer import Answer


PATIENCE = 3.0
"""Seconds after which nobody is expected to follow a redirect any more."""

_ERRORS = 400


@dataclass(frozen=True, slots=True)
class Served:
    """One request of a viewer, the whole answer to it, and how many seconds the answer took."""

    viewer: ViewerRequest
    answer: Answer
    seconds: float


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer.

    `seconds` went by until the answer, `app_seconds` of them in the app if it was asked. `onward` is
    the path that the answer redirects to; empty for another host, and if it does not redirect.
    """

    path: str
    status: int
    seconds: float
    bytes: int
    app_seconds: float | None = None
    onward: str = ""
    words: str = ""


def hop(served: Served) -> Hop:
    """Return the hop of `served`."""
    answer, viewer = served.answer, served.viewer
    headers = _headers(answer)
    return Hop(
        viewer.target,
        answer.status,
        served.seconds,
        0 if viewer.method == "HEAD" else len(answer.body),
        app_time.seconds(headers),
        _onward(served),
        said(answer.status, headers, answer.body) if answer.status >= _ERRORS else "",
    )


def _headers(answer: Answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def _onward(served: Served) -> str:
    """Return the path that `served` redirects to on this site, by whichever name the viewer calls it."""
    host = served.viewer.headers.get("Host", "")
    to = onward(f"http://{host}{served.viewer.target}", served.answer.status, _headers(served.answer)) or ""
    for own in (f"http://{host}", f"http://127.0.0.1:{host.rpartition(':')[2]}"):
        if to.startswith(f"{own}/"):
            return to.removeprefix(own)
    return ""


@dataclass(frozen=True, slots=True)
class View:
    """The hops of one view, in their order."""

    hops: tuple[Hop, ...]

    @property
    def path(self) -> str:
        """The path that was asked for first, readable: only what cannot be printed is percent-encoded."""
        path = urlsplit(self.hops[0].path).path
        readable = unquote(path)
        return readable if readable.isprintable() else path

    @property
    def statuses(self) -> str:
        """The statuses, as in ``307 → 302 → 200``."""
        return " → ".join(str(each.status) for each in self.hops)

    @property
    def status(self) -> int:
        """The last status."""
        return self.hops[-1].status

    @property
    def seconds(self) -> float:
        """How long the site took for all hops together."""
        return sum(each.seconds for each in self.hops)

    @property
    def bytes(self) -> int:
        """The size of the last answer's body."""
        return self.hops[-1].bytes

    @property
    def words(self) -> str:
        """What the last answer says if it is a refusal, else nothing."""
        return self.hops[-1].words

    @property
    def took(self) -> str:
        """Where the app's time went, as `app_time.described` says it; empty if the app was not asked."""
        asked = (each for each in self.hops if each.app_seconds is not None)
        return "; ".join(app_time.described(each.app_seconds or 0.0, each.seconds) for each in asked)

    def __str__(self) -> str:
        """Return hops, time and size, as in ``307 → 302 → 200, 412 ms, 8.1 kB``."""
        return f"{self.statuses}, {milliseconds(self.seconds)}, {size(self.bytes)}"


@dataclass(slots=True)
class Begun:
    """A view that has not ended: its hops until now, and who views. `since` is when the last one ended."""

    viewer: str
    hops: list[Hop]
    since: float = 0.0


class Views:
    """Views that wait for their next request."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], deque[Begun]] = {}

    def arrive(self, path: str, viewer: str) -> Begun:
        """Return the view that a request for `path` belongs to, or a new one. `viewer` is the User-Agent."""
        waiting = self._waiting.get((viewer, path))
        if not waiting:
            return Begun(viewer, [])
        view = waiting.popleft()
        if not waiting:
            del self._waiting[viewer, path]
        return view

    def answer(self, view: Begun, hop: Hop, now: float) -> View | None:
        """Return the whole `view` if `hop` ends it. `now` is the time in seconds."""
        view.hops.append(hop)
        view.since = now
        if not hop.onward:
            return View(tuple(view.hops))
        self._waiting.setdefault((view.viewer, hop.onward), deque()).append(view)
        return None

    def abandoned(self, now: float) -> Iterator[View]:
        """Yield the views that nobody has gone on with for `PATIENCE` seconds, and forget them."""
        for key, waiting in list(self._waiting.items()):
            while waiting and waiting[0].since + PATIENCE <= now:
                yield View(tuple(waiting.popleft().hops))
            if not waiting:
                del self._waiting[key]

"""Follows a picture's address hop by hop, as a browser does, and shows each answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from rich.table import Table
from rich.text import Text

from chalicelib.refusals.answer import CODE, MESSAGE
from ops.local import app_time
from ops.redirects import onward

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_HOPS = 10
"""The maximum number of hops. A browser allows about twice as many; a healthy site needs three."""

_SHOWN = ("Location", "Cache-Control", "X-Cache", "Age", "Server-Timing", "Content-Type", MESSAGE)


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer. Header names are in lower case; the time is until the last byte."""

    url: str
    status: int
    milliseconds: float
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> str:
        """The words of a refusal, however they are shown; else the body."""
        code, message = self.headers.get(CODE.lower()), self.headers.get(MESSAGE.lower())
        return f"{code}: {message}" if code else self.body.decode(errors="replace")

    @property
    def onward(self) -> str | None:
        """The absolute address that this hop redirects to, or None."""
        return onward(self.url, self.status, self.headers)


def follow(url: str, *, origin: str = "", accept: str = "image/*") -> tuple[Hop, ...]:
    """Return the hops from `url` to the first answer that is not a redirect, at most `MAX_HOPS`.

    `origin` is the Origin header of a page on another site; empty sends none. `accept` is the Accept header.
    """
    hops: list[Hop] = []
    onward: str | None = url
    while onward and len(hops) < MAX_HOPS:
        hops.append(_request(onward, {"Accept": accept, "Origin": origin}))
        onward = hops[-1].onward
    return tuple(hops)


def _request(url: str, headers: Mapping[str, str]) -> Hop:
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.netloc, timeout=60)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    start = time.perf_counter()
    try:
        connection.request("GET", target, headers={name: value for name, value in headers.items() if value})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    spent = (time.perf_counter() - start) * 1000
    return Hop(url, answer.status, spent, {name.lower(): value for name, value in answer.getheaders()}, body)


def render(title: str, hops: tuple[Hop, ...]) -> Table:
    """Return `hops` as a table for the terminal: status, time, and the important headers."""
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2)
    )
    table.add_column("status", justify="right", vertical="top")
    table.add_column("time", justify="right", vertical="top")
    table.add_column("answer", overflow="fold")
    for hop in hops:
        table.add_row(_status(hop.status), f"{hop.milliseconds:.0f} ms", _answer(hop))
    return table


def summary(hops: tuple[Hop, ...]) -> str:
    """Return the statuses in their order, as in ``307 → 302 → 200``."""
    return " → ".join(str(hop.status) for hop in hops)


def _status(status: int) -> Text:
    colours = {2: "green", 3: "yellow"}
    return Text(str(status), style=f"bold {colours.get(status // 100, 'red')}")


def _answer(hop: Hop) -> Text:
    text = Text(unquote(urlsplit(hop.url).path), style="bold")
    for name in _SHOWN:
        if value := hop.headers.get(name.lower()):
            text.append(f"\n{name}: ", style="dim").append(value, style="not bold")
    app = app_time.seconds(hop.headers)
    if app is not None:
        text.append("\nTime: ", style="dim").append(
            app_time.described(app, hop.milliseconds / 1000), style="not bold"
        )
    if hop.body:
        text.append("\nSize: ", style="dim").append(f"{len(hop.body):,} bytes", style="not bold")
    return text

"""An HTTP answer as a value: what an origin gave, what a cache keeps, what a viewer gets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and the whole body."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = b""

    def replacing(self, headers: Mapping[str, str]) -> Answer:
        """Return the same answer with `headers` in the place of those of the same names."""
        merged = CIMultiDict(self.headers)
        merged.update(headers)
        return replace(self, headers=CIMultiDictProxy(merged))

    def without(self, names: Iterable[str]) -> Answer:
        """Return the same answer without the headers called `names`."""
        kept = CIMultiDict(self.headers)
        for name in names:
            kept.popall(name, None)
        return replace(self, headers=CIMultiDictProxy(kept))

    def response(self) -> web.Response:
        """Return the answer as aiohttp sends it.

        The length is counted from the body; only an origin's answer to HEAD says a length without one.
        """
        headers = CIMultiDict(self.headers)
        if self.body:
            headers.popall("Content-Length", None)
        return web.Response(status=self.status, headers=headers, body=self.body)


def answer(
    status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]] = (), body: bytes = b""
) -> Answer:
    """Return an answer with `headers`, which may name a header twice."""
    return Answer(status, CIMultiDictProxy(CIMultiDict(headers)), body)

"""An HTTP answer as a value. Origins give answers, the cache keeps them, viewers get them."""

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
        """Return the same answer with `headers` added. They replace headers of the same names."""
        merged = CIMultiDict(self.headers)
        merged.update(headers)
        return replace(self, headers=CIMultiDictProxy(merged))

    def without(self, names: Iterable[str]) -> Answer:
        """Return the same answer without the headers in `names`."""
        kept = CIMultiDict(self.headers)
        for name in names:
            kept.popall(name, None)
        return replace(self, headers=CIMultiDictProxy(kept))

    def response(self) -> web.Response:
        """Return the answer as an aiohttp response.

        aiohttp counts the length of the body. Only an origin's answer to HEAD has a Content-Length and no
        body.
        """
        headers = CIMultiDict(self.headers)
        if self.body:
            headers.popall("Content-Length", None)
        return web.Response(status=self.status, headers=headers, body=self.body)


def answer(
    status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]] = (), body: bytes = b""
) -> Answer:
    """Return an answer with `headers`. Pairs may repeat a header."""
    return Answer(status, CIMultiDictProxy(CIMultiDict(headers)), body)

"""Sends requests to origins as CloudFront does.

It follows no redirect and decompresses nothing. If the origin cannot be reached the answer is 502; if it is
too slow, 504.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from edge.cloudfront.error_page import edge_page
from edge.emulator import NoSuchNameError
from edge.log import Seen
from edge.shared.answer import answer

if TYPE_CHECKING:
    from multidict import CIMultiDict

    from edge.apigateway import RestApis
    from edge.cloudfront.distribution import Origin
    from edge.emulator import Names
    from edge.log import Log
    from edge.origin_access import OriginAccess
    from edge.shared.answer import Answer

MAX_LINE_BYTES = 32_768
"""The longest request line and header. Both may contain a key of 1,024 bytes that is encoded twice."""

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "trailer"})
_ADDED_BY_THE_CLIENT = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


def client_session() -> ClientSession:
    """Return the HTTP session for all origins. It adds no headers of its own."""
    return ClientSession(
        connector=TCPConnector(limit=0),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_ADDED_BY_THE_CLIENT,
        max_field_size=MAX_LINE_BYTES,
    )


class Origins:
    """The origins of a distribution. `names` finds their addresses, `log` records every request."""

    def __init__(
        self, session: ClientSession, names: Names, apis: RestApis, access: OriginAccess, log: Log
    ) -> None:
        self._session = session
        self._access = access
        self._names = names
        self._apis = apis
        self._log = log

    async def ask(
        self, origin: Origin, method: str, target: str, headers: CIMultiDict[str], body: bytes
    ) -> Answer:
        """Return the answer of `origin` for `target`, or CloudFront's error if the origin does not answer."""
        try:
            given = await self._exchange(origin, method, target, headers, body)
        except TimeoutError:
            given = edge_page(
                504,
                "CloudFront attempted to establish a connection with the origin, but either "
                "the attempt failed or the origin closed the connection.",
            )
        except (ClientError, NoSuchNameError) as failure:
            given = edge_page(502, f"CloudFront wasn't able to connect to the origin. ({failure})")
        self._log.add(Seen("origin", origin.domain, method, target, given.status))
        return given

    async def _exchange(
        self, origin: Origin, method: str, target: str, headers: CIMultiDict[str], body: bytes
    ) -> Answer:
        place = self._names(origin.domain)
        headers.setdefault("Host", place.host)
        if origin.signs_as:
            path = target.partition("?")[0]
            signed = self._access.authorization(origin.signs_as, method, headers["Host"], path)
            headers["Authorization"] = signed
        timeout = ClientTimeout(sock_connect=origin.connect_timeout, sock_read=origin.read_timeout)
        async with self._session.request(
            method,
            place.url(target),
            headers=headers,
            data=body or None,
            allow_redirects=False,
            timeout=timeout,
        ) as response:
            kept = [
                (name, value) for name, value in response.headers.items() if name.lower() not in _HOP_BY_HOP
            ]
            given = answer(response.status, kept, await response.read())
        return await self._apis.passed_on(origin.domain, given)

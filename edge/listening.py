"""The two HTTP servers on loopback.

They turn HTTP requests into the values that `cloudfront` and `s3` take.
"""

from __future__ import annotations

import socket
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from edge.cloudfront.error_page import edge_page
from edge.cloudfront.origins import MAX_LINE_BYTES
from edge.cloudfront.request import ViewerRequest
from edge.emulator import rest_bucket, website_bucket
from edge.s3.errors import NO_SUCH_BUCKET, html_page
from edge.s3.website import Visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AsyncExitStack

    from edge.cloudfront.cdn import Cdn
    from edge.s3.rest import RestEndpoint
    from edge.s3.website import WebsiteEndpoint
    from edge.shared.answer import Answer

    Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
    Watch = Callable[[ViewerRequest], Callable[[Answer], object]]


SHUTDOWN_SECONDS = 2.0
"""When the edge stops, it waits for running requests at most this long."""


def bound(port: int) -> socket.socket:
    """Return a loopback socket bound to `port`; 0 chooses a free one. OSError if the port is in use."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener


def address(listener: socket.socket) -> str:
    """Return the URL of `listener`, without a trailing slash."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


async def listen_for_viewers(stack: AsyncExitStack, listener: socket.socket, cdn: Cdn, watch: Watch) -> None:
    """Serve `cdn` on `listener` until `stack` closes.

    `watch` is called with each request when it arrives. What it returns is called with the answer, before
    that is sent.
    """
    await _listen(stack, listener, partial(_answer_viewer, cdn, watch))


async def listen_for_visits(
    stack: AsyncExitStack, listener: socket.socket, website: WebsiteEndpoint, rest: RestEndpoint
) -> None:
    """Serve both endpoints of S3 on `listener` until `stack` closes. The Host header chooses the endpoint."""
    await _listen(stack, listener, partial(_answer_visit, website, rest))


async def _listen(stack: AsyncExitStack, listener: socket.socket, handler: Handler) -> None:
    server = web.Server(handler, access_log=None, max_line_size=MAX_LINE_BYTES, max_field_size=MAX_LINE_BYTES)
    runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listener).start()


async def _answer_viewer(cdn: Cdn, watch: Watch, request: web.BaseRequest) -> web.Response:
    path, _, query = request.raw_path.partition("?")
    if not path.startswith("/"):
        return edge_page(400, "Bad request.").response()
    body = await request.read()
    viewer = ViewerRequest(request.method, path, query, request.headers, request.remote or "", body)
    answered = watch(viewer)
    given = await cdn.answer(viewer)
    answered(given)
    return given.response()


async def _answer_visit(
    website: WebsiteEndpoint, rest: RestEndpoint, request: web.BaseRequest
) -> web.Response:
    path = request.raw_path.partition("?")[0]
    if bucket := website_bucket(request.host):
        visit = Visit(bucket, request.host, request.method, path, request.headers)
        return (await website.answer(visit)).response()
    if bucket := rest_bucket(request.host):
        visit = Visit(bucket, request.host, request.method, path, request.headers)
        return (await rest.answer(visit)).response()
    return html_page(NO_SUCH_BUCKET, BucketName=request.host).response()

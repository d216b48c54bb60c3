"""The faults that a call to AWS can meet, each as botocore meets it."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import zlib
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    HTTPClientError,
    ReadTimeoutError,
)
from moto.core.botocore_stubber import MockRawResponse
from urllib3 import HTTPResponse
from urllib3.exceptions import IncompleteRead

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest

    from tests.faults.injector import Call


INTERNAL = "arn:aws:iam::123456789012:role/internal"
"""What the public must not read."""


def says(call: Call, status: int, code: str) -> AWSResponse:
    """Return AWS's refusal with this code, in the way that the service writes it."""
    if call.service in {"s3", "cloudfront"}:
        body = f"<Error><Code>{code}</Code><Message>{INTERNAL}</Message></Error>"
        if call.service == "cloudfront":
            body = f"<ErrorResponse>{body}</ErrorResponse>"
    else:
        body = json.dumps({"__type": code, "message": INTERNAL})
    return response(call, status, {}, b"" if call.name == "HeadObject" else body.encode())


def response(call: Call, status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    return written(call.request, status, headers, body)


def written(request: AWSPreparedRequest, status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    """Return the response to a request."""
    raw: Any = MockRawResponse(cast("str", body))
    return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), raw)


def throttled(call: Call) -> AWSResponse:
    if call.service == "s3":
        return says(call, 503, "SlowDown")
    return says(call, 400, "Throttling" if call.service == "cloudfront" else "ThrottlingException")


def failing(call: Call) -> AWSResponse:
    return says(call, 500, "InternalError" if call.service == "s3" else "InternalFailure")


def gone_gateway(call: Call) -> AWSResponse:
    return says(call, 504, "GatewayTimeout")


def unconnected(call: Call) -> AWSResponse:
    call.clock.wait(call.client.meta.config.connect_timeout)
    raise ConnectTimeoutError(endpoint_url=call.request.url)


def unanswered(call: Call) -> AWSResponse:
    call.clock.wait(call.client.meta.config.read_timeout)
    raise ReadTimeoutError(endpoint_url=call.request.url)


def answer_lost(call: Call) -> AWSResponse:
    """AWS does what it is told, and its answer does not arrive."""
    call.pass_on()
    return unanswered(call)


def reset(call: Call) -> AWSResponse:
    raise ConnectionClosedError(endpoint_url=call.request.url)


def denied(call: Call) -> AWSResponse:
    return says(call, 403, "AccessDenied" if call.service != "rekognition" else "AccessDeniedException")


def conflicting(call: Call) -> AWSResponse:
    return says(call, 409, "ConditionalRequestConflict" if _is_conditional(call) else "OperationAborted")


def taken(call: Call) -> AWSResponse:
    return says(call, 412, "PreconditionFailed")


def _is_conditional(call: Call) -> bool:
    return "If-None-Match" in call.request.headers


def partial(call: Call) -> AWSResponse:
    """Half of the body arrives. What botocore reads itself, it reports itself."""
    if not call.request.stream_output:
        call.pass_on()
        raise HTTPClientError(error=IncompleteRead(1, 1))
    return _cut(call, lambda whole: len(whole) // 2)


def hardly(call: Call) -> AWSResponse:
    """Three bytes of the body arrive."""
    return _cut(call, lambda _: 3)


def _cut(call: Call, kept: Callable[[bytes], int]) -> AWSResponse:
    answer = call.pass_on()
    whole = answer.content
    headers = {**answer.headers, "Content-Length": str(len(whole))}
    return response(call, answer.status_code, headers, whole[: kept(whole)])


def corrupt(call: Call) -> AWSResponse:
    """A bit of the body is wrong, and the checksum that comes with it is that of the right one."""
    answer = call.pass_on()
    whole = answer.content
    crc = base64.b64encode(zlib.crc32(whole).to_bytes(4, "big")).decode()
    headers = {**answer.headers, "x-amz-checksum-crc32": crc}
    return response(call, answer.status_code, headers, whole[:-1] + bytes([whole[-1] ^ 1]))


DRIP_SECONDS = 0.02
"""Seconds between two bytes of a body that drips."""

NEARLY = 25.8
"""Seconds that have passed already when a body begins to drip, so that the test waits for 0.2."""


def dripping(call: Call) -> AWSResponse:
    """The body comes byte by byte, through a real connection, and would take minutes."""
    answer = call.pass_on()
    ours, theirs = socket.socketpair()
    size = 100_000
    head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items() if _is_kept(name))
    theirs.sendall(f"HTTP/1.1 200 OK\r\n{head}Content-Length: {size}\r\n\r\n".encode())
    Thread(target=_drip, args=[theirs, size], daemon=True).start()
    received = http.client.HTTPResponse(ours)
    received.begin()
    ours.close()
    raw = HTTPResponse(received, headers=dict(received.headers), preload_content=False, decode_content=False)
    call.clock.wait(NEARLY - call.clock.waited)
    return AWSResponse(call.request.url, 200, HTTPHeaders.from_dict(dict(received.headers)), raw)


def _is_kept(header: str) -> bool:
    return header.lower() not in {"content-length", "transfer-encoding"} and "checksum" not in header.lower()


def _drip(connection: socket.socket, size: int) -> None:
    with connection, suppress(OSError):
        connection.settimeout(DRIP_SECONDS)
        for _ in range(size):
            connection.sendall(b"x")
            with suppress(TimeoutError):
                connection.recv(1)  # nothing comes: it waits, and ends with the connection
                return


class Death(BaseException):
    """The process is gone: no handler of ours runs."""


def dying(call: Call) -> AWSResponse:
    raise Death(call.name)


def dying_after(call: Call) -> AWSResponse:
    call.pass_on()
    raise Death(call.name)

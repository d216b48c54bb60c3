"""A refusal as an HTTP answer. Pure.

The body is plain words. A browser tells a page's author the status of a refused image only if it lets the
answer through: Chromium's opaque response blocking stops JSON and HTML without a line in the console, and
with ``nosniff`` also ``text/plain``. Programs find code and message in headers of their own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.refusals import picture
from chalicelib.refusals.accept import prefers_json
from chalicelib.version import VERSION

if TYPE_CHECKING:
    from chalicelib.errors import Refusal

CODE, MESSAGE = "X-Resize404-Code", "X-Resize404-Message"
"""The headers that say the cause to programs, and to people who look at a request in their browser."""

VERSION_HEADER = "X-Resize404-Version"
"""The header that says which version answers."""

TEXT = "text/markdown; charset=utf-8"
"""Plain words under a label that a browser lets through to an image tag of another origin in spite of
``nosniff``, and shows as they are where somebody opens the address. RFC 7763: plain text is Markdown."""

EVERYWHERE = {
    # Pages of any origin request pictures, and therefore every hop on the way to them.
    "Access-Control-Allow-Origin": "*",
    "Timing-Allow-Origin": "*",
    # An answer is what it says that it is, and nothing in it is run or loaded.
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # The source is public, so whoever wants to know the version finds out without it.
    VERSION_HEADER: VERSION,
}
"""The headers of every answer, refusal or not."""


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: str


def words(code: str, message: str) -> str:
    """Return the body that people read: code and message in one line."""
    return f"{code}: {message}\n"


def told(code: str, message: str) -> dict[str, str]:
    """Return the headers with `code` and `message`, which scripts of every origin may read."""
    return {
        **EVERYWHERE,
        "Access-Control-Expose-Headers": f"{CODE}, {MESSAGE}, Retry-After",
        CODE: code,
        MESSAGE: message,
    }


def tagged(cache_tag: str) -> dict[str, str]:
    """Return the header with the original's cache tag, by which the CDN finds the answer; none without it."""
    # The distribution knows the tags of stored variants by this header, so it has to be the same one.
    return {"x-amz-meta-cache-tag": cache_tag} if cache_tag else {}


def refuse(refusal: Refusal, accept: str = "", *, as_picture: bool = False) -> Answer:
    """Return the answer to a client with this header ``Accept``.

    `as_picture` draws the words for everybody who does not ask for JSON.
    """
    message = str(refusal)
    later = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    headers = {**told(refusal.code, message), **later, **tagged(refusal.cache_tag), "Vary": "Accept"}
    if prefers_json(accept):
        body = json.dumps({"Code": refusal.code, "Message": message})
        # Only the client itself may keep it. CloudFront ignores Vary: a distribution that passes Accept on,
        # but does not keep answers apart by it, would give JSON to the next image tag.
        return _answer(refusal, headers, body, "application/json", "private")
    if as_picture:
        drawn = picture.draw(f"{refusal.status} {refusal.code}", message)
        return _answer(refusal, headers, drawn, picture.CONTENT_TYPE)
    return _answer(refusal, headers, words(refusal.code, message), TEXT)


def unkept(told: Answer) -> Answer:
    """Return the answer as one that no cache may keep."""
    return told._replace(headers={**told.headers, "Cache-Control": "no-store"})


def _answer(
    refusal: Refusal, headers: dict[str, str], body: str, content_type: str, scope: str = "public"
) -> Answer:
    kept = f"{scope}, max-age={refusal.max_age}" if refusal.max_age else "no-store"
    return Answer(refusal.status, {**headers, "Cache-Control": kept, "Content-Type": content_type}, body)

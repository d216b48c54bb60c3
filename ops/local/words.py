"""The words of a refusal, whatever form it has: headers, plain text, JSON, a picture, a page of S3's."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from chalicelib.errors import one_line
from chalicelib.refusals.answer import CODE, MESSAGE

if TYPE_CHECKING:
    from collections.abc import Mapping


def said(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """Return what an answer says in one line of printable ASCII, such as ``NotAdmitted: The size …``.

    The names of `headers` are in lower case. An answer that says nothing, or says it in HTML, is named by its
    status.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    text = body.decode(errors="replace").strip()
    if code := headers.get(CODE.lower()):
        text = f"{code}: {headers.get(MESSAGE.lower(), '')}"
    elif kind == "application/json":
        text = _from_json(text)
    elif kind != "text/plain":
        text = ""
    return one_line(text or _phrase(status))


def _from_json(text: str) -> str:
    """Return ``Code: Message`` of our refusals, and the message of API Gateway's own."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    if not isinstance(found, dict):
        return text
    parts = [str(found[name]) for name in ("Code", "Message", "message") if found.get(name)]
    return ": ".join(parts)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"

"""The words of a refusal, whatever form it has: plain text, JSON, or a page of S3's or CloudFront's."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from chalicelib.errors import one_line

if TYPE_CHECKING:
    from edge.shared.answer import Answer


def said(answer: Answer) -> str:
    """Return what `answer` says in one line of printable ASCII, such as ``NotAdmitted: The size …``.

    An answer that says nothing, or says it in HTML, is named by its status.
    """
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    text = answer.body.decode(errors="replace").strip()
    if kind == "application/json":
        text = _from_json(text)
    elif kind != "text/plain":
        text = ""
    return one_line(text or _phrase(answer.status))


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

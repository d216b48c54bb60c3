"""Conditional requests (304) and byte ranges (206, 416), answered from a complete answer (RFC 9110)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from edge.shared.answer import answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.shared.answer import Answer

_RANGE = re.compile(r"bytes=(?:(?P<first>[0-9]+)-(?P<last>[0-9]*)|-(?P<suffix>[0-9]+))")
_NOT_IN_304 = ("Content-Type", "Content-Length", "Content-Encoding", "Content-Range")


def narrowed(whole: Answer, method: str, asked: Mapping[str, str]) -> Answer:
    """Return the answer to a client that sent the headers `asked`: `whole`, a part of it, or 304.

    An answer with another status than 200 stays unchanged. A malformed range, or several ranges, get the
    whole body.
    """
    if whole.status != HTTPStatus.OK:
        return whole
    if not _is_modified(whole, asked):
        return replace(whole, status=304, body=b"").without(_NOT_IN_304)
    if method == "GET" and "Range" in asked and _range_holds(whole, asked.get("If-Range")):
        return _part(whole, asked["Range"])
    return whole


def _is_modified(whole: Answer, asked: Mapping[str, str]) -> bool:
    """Say whether the client's copy is out of date. If-None-Match takes precedence over If-Modified-Since."""
    if "If-None-Match" in asked:
        tags = {tag.strip().removeprefix("W/") for tag in asked["If-None-Match"].split(",")}
        return not tags & {"*", whole.headers.get("ETag", "").removeprefix("W/")}
    since, modified = (
        parsed_date(asked.get("If-Modified-Since")),
        parsed_date(whole.headers.get("Last-Modified")),
    )
    return since is None or modified is None or modified > since


def _range_holds(whole: Answer, if_range: str | None) -> bool:
    return if_range is None or if_range in (whole.headers.get("ETag"), whole.headers.get("Last-Modified"))


def _part(whole: Answer, wanted: str) -> Answer:
    match = _RANGE.fullmatch(wanted.strip())
    if not match:
        return whole
    size = len(whole.body)
    if match["suffix"]:
        first, last = max(size - int(match["suffix"]), 0), size - 1
    else:
        first, last = int(match["first"]), min(int(match["last"] or size - 1), size - 1)
    if match["last"] and int(match["last"]) < int(match["first"]):
        return whole
    if first >= size:
        return answer(416, {"Content-Range": f"bytes */{size}", "Content-Type": "text/plain"}, b"")
    part = replace(whole, status=206, body=whole.body[first : last + 1])
    return part.replacing({"Content-Range": f"bytes {first}-{last}/{size}"})


def parsed_date(text: str | None) -> datetime | None:
    """Return the time in an HTTP date, or None if `text` is missing or not a date."""
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

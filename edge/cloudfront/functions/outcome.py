"""What a function returned: another request, or an answer in the origin's place. Pure.

From the Developer Guide, "CloudFront Functions event structure" and "Restrictions on all edge functions".
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDict, CIMultiDictProxy

from edge.cloudfront.functions.errors import InvalidReturn
from edge.cloudfront.functions.event import is_hidden, shown_headers
from edge.cloudfront.request import MAX_URL_BYTES
from edge.shared.answer import Answer, answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.cloudfront.functions.event import Event, Fields, Pairs
    from edge.cloudfront.request import ViewerRequest

_READ_ONLY = ("content-length", "host", "transfer-encoding", "via")


def outcome(returned: Event, viewer: ViewerRequest, event: Event) -> ViewerRequest | Answer:
    """Return the request as the function changed it, or the answer that it gave in the origin's place.

    What the function left alone stays as the viewer wrote it. `InvalidReturn` if CloudFront takes neither.
    """
    try:
        return _answer(returned) if "statusCode" in returned else _changed(returned, viewer, event["request"])
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise InvalidReturn(f"The CloudFront function returned an invalid value: {fault!r}") from fault


def _answer(returned: Event) -> Answer:
    headers = _pairs(returned.get("headers", {}))
    _check_names(name for name, _ in headers)
    cookies = [("Set-Cookie", cookie) for cookie in _set_cookies(returned.get("cookies", {}))]
    return answer(int(returned["statusCode"]), [*_titled(headers), *cookies], _body(returned.get("body", "")))


def _body(body: str | dict[str, str]) -> bytes:
    if isinstance(body, str):
        return body.encode()
    data = body["data"].encode()
    return base64.b64decode(data, validate=True) if body["encoding"] == "base64" else data


def _set_cookies(cookies: Fields) -> list[str]:
    return [
        "; ".join(filter(None, (f"{name}={each['value']}", each.get("attributes"))))
        for name, cookie in cookies.items()
        for each in cookie.get("multiValue", [cookie])
    ]


def _changed(returned: Event, viewer: ViewerRequest, given: Event) -> ViewerRequest:
    if returned["method"] != given["method"]:
        raise ValueError("the method cannot be changed")
    changes: dict[str, Any] = {}
    if returned["uri"] != given["uri"]:
        changes["path"] = _path(returned["uri"])
    if returned["querystring"] != given["querystring"]:
        changes["query"] = _query(returned["querystring"], given["querystring"])
    if (returned["headers"], returned["cookies"]) != (given["headers"], given["cookies"]):
        changes["headers"] = _headers(returned, viewer, given)
    changed = replace(viewer, **changes)
    if len(changed.target) >= MAX_URL_BYTES:
        raise ValueError("the URL is too long")
    return changed


def _path(uri: str) -> str:
    if not uri.startswith("/"):
        raise ValueError("a URI begins with a slash")
    return uri


def _query(new: str | Fields, old: Fields) -> str:
    text = new if isinstance(new, str) else _joined(_pairs(new, old), "&")
    if "#" in text or " " in text or not text.isprintable():
        raise ValueError("a query string has no spaces, no control characters and no fragment")
    return text


def _headers(returned: Event, viewer: ViewerRequest, given: Event) -> CIMultiDictProxy[str]:
    new, old = returned["headers"], given["headers"]
    _check_names(new)
    for name in _READ_ONLY:
        if new.get(name) != old.get(name):
            raise ValueError(f"the header {name} is read-only")
    seen = {name.lower() for name, _ in shown_headers(viewer)} | {"cookie"}
    unseen = [(name, value) for name, value in viewer.headers.items() if name.lower() not in seen]
    cookies = _joined(_pairs(returned["cookies"], given["cookies"]), "; ")
    changed = [*unseen, *_titled(_pairs(new, old)), *([("Cookie", cookies)] if cookies else [])]
    return CIMultiDictProxy(CIMultiDict(changed))


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if name != name.lower() or is_hidden(name):
            raise ValueError(f"a function cannot set the header {name}")


def _titled(headers: Pairs) -> Pairs:
    return [("-".join(part.capitalize() for part in name.split("-")), value) for name, value in headers]


def _joined(pairs: Pairs, separator: str) -> str:
    return separator.join(f"{name}={value}" if value else name for name, value in pairs)


def _pairs(new: Fields, old: Fields | None = None) -> Pairs:
    """Return each name with each of its values."""
    return [
        (name, value) for name, field in new.items() for value in _values(field, (old or {}).get(name, {}))
    ]


def _values(new: dict[str, Any], old: dict[str, Any]) -> list[str]:
    """Return the values of a field: `value` counts only while the function leaves `multiValue` alone."""
    values = [each["value"] for each in new.get("multiValue", [])]
    if not values or new["multiValue"] == old.get("multiValue"):
        values[:1] = [new["value"]]
    return values

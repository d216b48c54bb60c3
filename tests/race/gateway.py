"""API Gateway in a race: it calls the app with an event, as AWS does, and passes on what it answers."""

from __future__ import annotations

import importlib
import sys
from base64 import b64decode
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from edge.shared.answer import Answer, answer

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = b'{"message": "Endpoint request timed out"}'
TIMED_OUT = answer(504, {"Content-Type": "application/json"}, _WORDS)


def application(environ: Mapping[str, str]) -> Any:
    """Return a module ``app`` of our own, which other tests do not see."""
    return _application(tuple(environ.items()))


@cache
def _application(environ: tuple[tuple[str, str], ...]) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ:
            patch.setenv(name, value)
        patch.delitem(sys.modules, "app", raising=False)
        module = importlib.import_module("app")
        del sys.modules["app"]
    return module


def event(path: str, method: str, headers: Mapping[str, str]) -> Any:
    """Return what Lambda is called with for this path."""
    segments = path.removeprefix("/resize/").split("/")
    names = ["variant", *(f"level{number}" for number in range(1, len(segments)))]
    return {
        "requestContext": {
            "resourcePath": "/resize/" + "/".join(f"{{{name}}}" for name in names),
            "httpMethod": method,
        },
        "pathParameters": dict(zip(names, segments, strict=True)),
        "headers": dict(headers),
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": None,
    }


def answered(told: Any) -> Answer:
    """Return what a viewer gets of the function's answer."""
    body = b64decode(told["body"]) if told.get("isBase64Encoded") else told["body"].encode()
    return answer(told["statusCode"], told["headers"], body)

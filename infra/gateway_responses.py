"""What API Gateway answers itself, in the words and the headers of the app's own refusals.

API Gateway answers without asking the app if no route fits, if it throttles, if the function fails or takes
too long, and if WAF blocks. Its own answers are JSON, of which a browser shows nothing in place of an image.

Sources: API Gateway developer guide, "Gateway response types" (types and statuses) and "Gateway responses".
"""

from __future__ import annotations

from typing import Any, NamedTuple

from chalicelib.refusals import answer


class Words(NamedTuple):
    """What is said for one type of gateway response. `retry_after` is in seconds."""

    code: str
    message: str
    retry_after: int | None = None


RESPONSES = {
    "MISSING_AUTHENTICATION_TOKEN": Words(
        "NoSuchRoute",
        "The API has no such address. Ask for a variant and a key, such as /300x200/shoes/red.jpg. "
        "A key has at most ten segments.",
    ),
    "THROTTLED": Words("TooManyRequests", "Too many new pictures are asked for. Please try again.", 1),
    "QUOTA_EXCEEDED": Words("TooManyRequests", "Too many new pictures are asked for. Please try again.", 1),
    "WAF_FILTERED": Words("Blocked", "The firewall of this site does not let this request through."),
    "INTEGRATION_TIMEOUT": Words(
        "TooSlow", "Making this variant took longer than the 29 seconds that there are. Please try again.", 2
    ),
    "INTEGRATION_FAILURE": Words("AppUnavailable", "The app does not answer. Please try again.", 2),
    "API_CONFIGURATION_ERROR": Words("AppUnavailable", "The app fails. The log of its function says why."),
    "DEFAULT_4XX": Words("BadRequest", "The API does not take this request."),
    "DEFAULT_5XX": Words("AppUnavailable", "The app fails. The log of its function says why."),
}
"""Types with words of their own, and one for all other types of each class. The statuses stay as they are."""

CODES = frozenset(words.code for words in RESPONSES.values())
"""The codes that API Gateway answers with. The app itself has none of them."""


def render() -> dict[str, Any]:
    """Return the property GatewayResponses of the API in the template (AWS::Serverless::Api).

    SAM writes it into the API's definition. As resources of their own they would miss the API's deployment,
    which CloudFormation makes without waiting for them.
    """
    return {kind: _response(words) for kind, words in RESPONSES.items()}


def _response(words: Words) -> dict[str, Any]:
    headers = {
        **answer.told(words.code, words.message),
        "Cache-Control": "no-store",
        # It replaces the type of the template below.
        "Content-Type": answer.TEXT,
    }
    if words.retry_after is not None:
        headers["Retry-After"] = str(words.retry_after)
    return {
        "ResponseParameters": {"Headers": _static(headers)},
        # API Gateway takes the template for application/json, whatever the client accepts.
        "ResponseTemplates": {"application/json": answer.words(words.code, words.message)},
    }


def _static(headers: dict[str, str]) -> dict[str, str]:
    """Return `headers` as API Gateway wants them: each value in single quotes.

    So no value can contain one. Content-Security-Policy does, and is left to the distribution.
    """
    return {name: f"'{value}'" for name, value in headers.items() if name != "Content-Security-Policy"}

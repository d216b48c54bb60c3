"""The words of a refusal, in each form that a refusal has."""

from __future__ import annotations

import pytest

from ops.local.words import said


@pytest.mark.parametrize(
    ("status", "kind", "body", "words"),
    [
        pytest.param(403, "text/plain", "NotAdmitted: No.", "NotAdmitted: No.", id="plain words"),
        pytest.param(
            403, "text/plain; charset=utf-8", "NotAdmitted: No.\n", "NotAdmitted: No.", id="with a charset"
        ),
        pytest.param(
            404,
            "application/json",
            '{"Code": "NoSuchOriginal", "Message": "None."}',
            "NoSuchOriginal: None.",
            id="JSON",
        ),
        pytest.param(
            403,
            "application/json",
            '{"message": "Missing Authentication Token"}',
            "Missing Authentication Token",
            id="API Gateway's own",
        ),
        pytest.param(502, "application/json", "{broken", "{broken", id="JSON that is none"),
        pytest.param(502, "application/json", "[1]", "[1]", id="JSON that is no object"),
        pytest.param(403, "text/html", "<h1>403</h1>", "Forbidden", id="a page of S3's"),
        pytest.param(415, "image/png", "\x89PNG", "Unsupported Media Type", id="a picture that says it"),
        pytest.param(504, "", "", "Gateway Timeout", id="nothing"),
        pytest.param(599, "", "", "Status 599", id="a status without a name"),
        pytest.param(400, "text/plain", "a\x1b[31m\nb", "a\\x1b[31m\\nb", id="nothing that moves the cursor"),
    ],
)
def test_the_words_of_a_refusal(status: int, kind: str, body: str, words: str) -> None:
    headers = {"content-type": kind} if kind else {}
    assert said(status, headers, body.encode("latin-1")) == words


def test_the_words_in_the_headers_come_first() -> None:
    headers = {
        "content-type": "image/svg+xml",
        "x-resize404-code": "NotAdmitted",
        "x-resize404-message": "The size 301x200 is not allowed here.",
    }
    assert said(403, headers, b"<svg/>") == "NotAdmitted: The size 301x200 is not allowed here."

"""The app's own time for an answer: only where the app was asked for it."""

from __future__ import annotations

import pytest

from ops.local import app_time

TIMED = {"server-timing": "exists;dur=1.5, total;dur=143.2"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"server-timing": "edge;dur=9"}, None),
        (TIMED, 0.1432),
        (TIMED | {"x-cache": "Miss from cloudfront"}, 0.1432),
        (TIMED | {"x-cache": "Hit from cloudfront"}, None),
        (TIMED | {"x-cache": "RefreshHit from cloudfront"}, None),
    ],
)
def test_what_a_cache_has_kept_took_the_app_no_time(headers: dict[str, str], seconds: float | None) -> None:
    assert app_time.seconds(headers) == seconds

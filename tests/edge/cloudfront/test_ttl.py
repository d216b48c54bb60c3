from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from multidict import CIMultiDict

from edge.cloudfront.ttl import DAY, Bounds, lifetime, worst_lifetime

NOW = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = 365 * DAY
SITE = Bounds(0, 0, YEAR)
"""The policy of this project's template."""
USUAL = Bounds(0, DAY, YEAR)
GREEDY = Bounds(60, DAY, YEAR)
DISABLED = Bounds(0, 0, 0)


def in_an_hour() -> str:
    return format_datetime(NOW + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize(
    ("status", "headers", "bounds", "seconds"),
    [
        pytest.param(200, {}, USUAL, DAY, id="nothing said: the default"),
        pytest.param(200, {}, Bounds(2 * DAY, DAY, YEAR), 2 * DAY, id="nothing said: at least the minimum"),
        pytest.param(200, {}, SITE, None, id="nothing said and a default of 0: not kept"),
        pytest.param(
            200, {"ETag": '"a"'}, SITE, 0.0, id="a default of 0 with an ETag: kept for revalidation"
        ),
        pytest.param(200, {"Cache-Control": "max-age=100"}, USUAL, 100, id="max-age"),
        pytest.param(
            200, {"Cache-Control": "MAX-AGE = 100"}, USUAL, 100, id="max-age with capitals and spaces"
        ),
        pytest.param(
            200, {"Cache-Control": "max-age=100, s-maxage=7"}, USUAL, 7, id="s-maxage before max-age"
        ),
        pytest.param(
            200, {"Cache-Control": "max-age=9, s-maxage=0"}, USUAL, None, id="s-maxage of 0 before max-age"
        ),
        pytest.param(200, {"Cache-Control": "max-age=10"}, GREEDY, 60, id="max-age below the minimum"),
        pytest.param(
            200, {"Cache-Control": "max-age=100"}, Bounds(0, 5, 50), 50, id="max-age above the maximum"
        ),
        pytest.param(
            200,
            {"Cache-Control": "public, max-age=31536000, s-maxage=86400"},
            SITE,
            DAY,
            id="a stored picture: a day",
        ),
        pytest.param(
            200, {"Cache-Control": "max-age=31536000"}, SITE, YEAR, id="one without s-maxage: a year"
        ),
        pytest.param(200, {"Expires": in_an_hour()}, USUAL, 3600, id="Expires"),
        pytest.param(
            200,
            {"Expires": in_an_hour(), "Cache-Control": "max-age=5"},
            USUAL,
            5,
            id="max-age before Expires",
        ),
        pytest.param(200, {"Expires": "0"}, USUAL, None, id="an Expires that is not a date"),
        pytest.param(200, {"Cache-Control": "no-store"}, USUAL, None, id="no-store"),
        pytest.param(200, {"Cache-Control": "private"}, USUAL, None, id="private"),
        pytest.param(
            200, {"Cache-Control": "no-cache", "ETag": '"a"'}, USUAL, 0.0, id="no-cache: ask every time"
        ),
        pytest.param(200, {"Cache-Control": "no-store"}, GREEDY, 60, id="a minimum ignores no-store"),
        pytest.param(200, {"Cache-Control": "max-age=100"}, DISABLED, None, id="caching disabled"),
        pytest.param(206, {"Cache-Control": "max-age=100"}, USUAL, None, id="a 206 is not kept"),
        pytest.param(301, {}, USUAL, DAY, id="a 301 without headers is kept for the default"),
        pytest.param(302, {}, USUAL, DAY, id="a 302 without headers is kept for the default"),
        pytest.param(302, {"Cache-Control": "no-store"}, USUAL, None, id="a 302 with no-store is not kept"),
        pytest.param(
            302, {"Cache-Control": "no-store"}, GREEDY, 60, id="a 302 with no-store is kept for the minimum"
        ),
        pytest.param(307, {}, USUAL, None, id="a 307 without headers is not kept"),
        pytest.param(307, {}, GREEDY, None, id="a 307 without headers is not kept even with a minimum"),
        pytest.param(308, {}, USUAL, None, id="a 308 without headers is not kept"),
        pytest.param(307, {"Cache-Control": "max-age=5"}, USUAL, 5, id="a 307 with max-age is kept"),
        pytest.param(
            307, {"Cache-Control": "no-store"}, GREEDY, 60, id="a 307 with no-store is kept for the minimum"
        ),
        pytest.param(404, {}, SITE, 10, id="an error: ten seconds"),
        pytest.param(404, {}, DISABLED, 10, id="an error with caching disabled: ten seconds"),
        pytest.param(404, {"Cache-Control": "max-age=60"}, SITE, 60, id="an error with a longer max-age"),
        pytest.param(
            404, {"Cache-Control": "max-age=5"}, SITE, 10, id="an error with a shorter max-age: ten seconds"
        ),
        pytest.param(
            404, {"Cache-Control": "max-age=60"}, DISABLED, 10, id="an error is not kept beyond the maximum"
        ),
        pytest.param(404, {"Cache-Control": "no-store"}, SITE, None, id="a 404 with no-store is not kept"),
        pytest.param(503, {"Cache-Control": "no-store"}, SITE, 10, id="a 503 with no-store is kept"),
        pytest.param(
            503, {"Cache-Control": "no-store, max-age=99"}, SITE, 10, id="a 503 with no-store ignores max-age"
        ),
        pytest.param(403, {}, SITE, None, id="a 403 without headers is not kept"),
        pytest.param(403, {"Cache-Control": "max-age=60"}, SITE, 60, id="a 403 with max-age is kept"),
        pytest.param(429, {"Cache-Control": "max-age=60"}, SITE, None, id="a 429 is never kept"),
    ],
)
def test_how_long_an_answer_is_kept(
    status: int, headers: dict[str, str], bounds: Bounds, seconds: float | None
) -> None:
    assert lifetime(status, CIMultiDict(headers), bounds, now=NOW) == seconds


def test_the_distribution_can_turn_off_the_caching_of_errors() -> None:
    assert lifetime(503, {}, SITE, now=NOW, error_ttl=0) is None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_worst_cdn_keeps_a_redirect_for_a_day(status: int) -> None:
    assert worst_lifetime(status, {"Cache-Control": "max-age=0, no-cache"}, now=NOW) == DAY


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        pytest.param(302, {"Cache-Control": "no-store"}, id="no-store"),
        pytest.param(302, {"Cache-Control": "private"}, id="private"),
        pytest.param(200, {}, id="not a redirect"),
        pytest.param(404, {}, id="an error"),
    ],
)
def test_the_worst_cdn_treats_other_answers_as_the_policy_says(status: int, headers: dict[str, str]) -> None:
    assert worst_lifetime(status, headers, now=NOW) is None

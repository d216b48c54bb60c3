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
            200, {"ETag": '"a"'}, SITE, 0.0, id="or kept to ask about, where there is something to ask with"
        ),
        pytest.param(200, {"Cache-Control": "max-age=100"}, USUAL, 100, id="max-age"),
        pytest.param(200, {"Cache-Control": "MAX-AGE = 100"}, USUAL, 100, id="max-age, sloppily"),
        pytest.param(
            200, {"Cache-Control": "max-age=100, s-maxage=7"}, USUAL, 7, id="s-maxage before max-age"
        ),
        pytest.param(200, {"Cache-Control": "max-age=9, s-maxage=0"}, USUAL, None, id="even a s-maxage of 0"),
        pytest.param(200, {"Cache-Control": "max-age=10"}, GREEDY, 60, id="not under the minimum"),
        pytest.param(200, {"Cache-Control": "max-age=100"}, Bounds(0, 5, 50), 50, id="not over the maximum"),
        pytest.param(200, {"Cache-Control": "max-age=31536000"}, SITE, YEAR, id="a stored picture: a year"),
        pytest.param(200, {"Expires": in_an_hour()}, USUAL, 3600, id="Expires"),
        pytest.param(
            200, {"Expires": in_an_hour(), "Cache-Control": "max-age=5"}, USUAL, 5, id="max-age before it"
        ),
        pytest.param(200, {"Expires": "0"}, USUAL, None, id="an Expires that is no date has passed"),
        pytest.param(200, {"Cache-Control": "no-store"}, USUAL, None, id="no-store"),
        pytest.param(200, {"Cache-Control": "private"}, USUAL, None, id="private"),
        pytest.param(
            200, {"Cache-Control": "no-cache", "ETag": '"a"'}, USUAL, 0.0, id="no-cache: ask every time"
        ),
        pytest.param(200, {"Cache-Control": "no-store"}, GREEDY, 60, id="a minimum ignores no-store"),
        pytest.param(200, {"Cache-Control": "max-age=100"}, DISABLED, None, id="caching disabled"),
        pytest.param(206, {"Cache-Control": "max-age=100"}, USUAL, None, id="a part is not kept"),
        pytest.param(301, {}, USUAL, DAY, id="a 301 without a word is kept for the default"),
        pytest.param(302, {}, USUAL, DAY, id="and so is a 302"),
        pytest.param(302, {"Cache-Control": "no-store"}, USUAL, None, id="a 302 may forbid it"),
        pytest.param(302, {"Cache-Control": "no-store"}, GREEDY, 60, id="which a minimum ignores"),
        pytest.param(307, {}, USUAL, None, id="a 307 without a word is not kept"),
        pytest.param(307, {}, GREEDY, None, id="whatever the minimum"),
        pytest.param(308, {}, USUAL, None, id="nor a 308"),
        pytest.param(307, {"Cache-Control": "max-age=5"}, USUAL, 5, id="a 307 that asks for it is kept"),
        pytest.param(
            307, {"Cache-Control": "no-store"}, GREEDY, 60, id="or that says anything, with a minimum"
        ),
        pytest.param(404, {}, SITE, 10, id="an error: ten seconds"),
        pytest.param(404, {}, DISABLED, 10, id="even with caching disabled"),
        pytest.param(404, {"Cache-Control": "max-age=60"}, SITE, 60, id="longer if it says so"),
        pytest.param(404, {"Cache-Control": "max-age=5"}, SITE, 10, id="but not shorter"),
        pytest.param(404, {"Cache-Control": "max-age=60"}, DISABLED, 10, id="nor beyond the maximum"),
        pytest.param(404, {"Cache-Control": "no-store"}, SITE, None, id="a 404 may forbid it"),
        pytest.param(503, {"Cache-Control": "no-store"}, SITE, 10, id="a 503 may not"),
        pytest.param(
            503, {"Cache-Control": "no-store, max-age=99"}, SITE, 10, id="nor does its max-age count then"
        ),
        pytest.param(403, {}, SITE, None, id="a 403 is kept only if it asks for it"),
        pytest.param(403, {"Cache-Control": "max-age=60"}, SITE, 60, id="which it may"),
        pytest.param(429, {"Cache-Control": "max-age=60"}, SITE, None, id="a 429 never is"),
    ],
)
def test_how_long_an_answer_is_kept(
    status: int, headers: dict[str, str], bounds: Bounds, seconds: float | None
) -> None:
    assert lifetime(status, CIMultiDict(headers), bounds, now=NOW) == seconds


def test_an_error_is_not_kept_where_the_distribution_says_so() -> None:
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
def test_even_the_worst_cdn_leaves_some_to_the_policy(status: int, headers: dict[str, str]) -> None:
    assert worst_lifetime(status, headers, now=NOW) is None

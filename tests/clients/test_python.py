"""What only the Python client can do wrong: dates, colours of another type, secrets in its representation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from resize404 import HTML, Mistake, Site

KEY = "k1:correct-horse-battery-staple"
SIGNED = Site("https://img.example.com", signing_key=KEY)


def test_a_signature_expires_at_a_date() -> None:
    berlin = datetime(2030, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    by_date = [
        SIGNED.url("a.jpg", width=3, expires=date) for date in (berlin, datetime(2030, 1, 1, tzinfo=UTC))
    ]
    assert by_date == [SIGNED.url("a.jpg", width=3, expires=1_893_456_000)] * 2
    assert SIGNED.info_url("a.jpg", expires=berlin).startswith(
        "https://img.example.com/info,s=k1.1893456000."
    )


def test_a_date_without_a_time_zone_is_refused() -> None:
    with pytest.raises(Mistake, match="expires has no time zone"):
        SIGNED.url("a.jpg", width=3, expires=datetime(2030, 1, 1))  # noqa: DTZ001 - the mistake


def test_only_signatures_expire() -> None:
    with pytest.raises(Mistake, match="this site has no signing_key"):
        Site().url("a.jpg", width=3, expires=1_893_456_000)


def test_no_representation_shows_the_secret() -> None:
    shown = [repr(SIGNED), str(vars(SIGNED))]
    assert [text for text in shown if "horse" in text] == []


def test_markup_stays_markup() -> None:
    written = Site().img("a.jpg", width=3, alt="")
    assert isinstance(written, HTML)
    assert written.__html__() is written


@pytest.mark.parametrize("original", [(800,), (800, 0), (800, 600.5), {"width": 800}, "ab", (True, True)])
def test_an_original_without_a_size_is_refused(original: object) -> None:
    with pytest.raises(Mistake, match="original is the size of the original in pixels"):
        Site().img("a.jpg", width=3, alt="", original=original)  # type: ignore[arg-type]  # the mistake


def test_a_float_is_written_without_an_exponent() -> None:
    assert Site().url("a.jpg", width=3, blur=100.0, sharpen=0.1) == "/3x,blur=100,sharpen=0.1/a.jpg"

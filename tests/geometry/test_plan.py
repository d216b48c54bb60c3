"""What a plan tells the decoder: hints, spans, edges and sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.variant import parse
from chalicelib.geometry.layout import plan
from chalicelib.geometry.plan import Extent, Rectangle, jpeg_size, jpeg_span, pixel_edges, rough_size

sides = st.integers(1, 20_000)
extents = st.builds(Extent, sides, sides)


@pytest.mark.parametrize(
    ("variant", "hint"),
    [
        ("400x", "500x375"),
        ("401x", "1000x750"),
        ("800x", "1000x750"),
        ("801x", "1333x1000"),
        ("1000x", "1333x1000"),
        ("1001x", "2000x1500"),
        ("1600x", "2000x1500"),
        ("1601x", None),
        ("300x300,fit=cover", "500x375"),
        ("400x301,fit=cover", "1000x750"),
        ("9999x,upscale", None),
    ],
)
def test_a_jpeg_of_4000_by_3000_is_decoded_at(variant: str, hint: str | None) -> None:
    assert jpeg_size(plan(Extent(4000, 3000), parse(variant))) == hint


@given(extents, st.integers(1, 8))
def test_a_jpeg_decoded_at_n_eighths_spans_at_least_the_whole(source: Extent, eighths: int) -> None:
    decoded = Extent(-(-source.width * eighths // 8), -(-source.height * eighths // 8))
    span = jpeg_span(source, decoded)

    assert span
    assert source.width <= span[0] < source.width + 8
    assert source.height <= span[1] < source.height + 8


@pytest.mark.parametrize("decoded", [(0, 0), (500, 374), (499, 375), (4001, 3000), (3000, 4000)])
def test_a_jpeg_that_is_not_n_eighths_of_its_size_has_no_span(decoded: tuple[int, int]) -> None:
    assert jpeg_span(Extent(4000, 3000), Extent(*decoded)) is None


def test_the_centre_of_a_shrunk_jpeg_is_the_centre_of_the_original() -> None:
    span = jpeg_span(Extent(4001, 3000), Extent(501, 375))
    assert span
    assert list(span) == [4008, 3000]

    left, _, right, _ = pixel_edges(Rectangle(500.5, 0, 3500.5, 3000), span, Extent(501, 375))

    assert (left + right) / 2 == pytest.approx(4001 / 2 / 8, abs=0.5)


@given(extents, extents, st.data())
def test_edges_lie_within_the_picture_and_enclose_a_pixel(
    source: Extent, picture: Extent, data: st.DataObject
) -> None:
    left = data.draw(st.floats(0, source.width - 0.5))
    top = data.draw(st.floats(0, source.height - 0.5))
    crop = Rectangle(left, top, source.width, source.height)

    edges = pixel_edges(crop, source, picture)

    assert 0 <= edges[0] < edges[2] <= picture.width
    assert 0 <= edges[1] < edges[3] <= picture.height


@pytest.mark.parametrize(
    ("picture", "size", "rough"),
    [
        ((4000, 3000), (400, 300), (800, 600)),
        ((4000, 3000), (334, 250), (800, 600)),
        ((4000, 3000), (333, 250), (667, 500)),
        ((4000, 3000), (1000, 750), (2000, 1500)),
        ((4000, 3000), (1001, 751), None),
        ((4000, 3000), (400, 3000), None),
        ((4000, 3000), (8000, 6000), None),
    ],
    ids=[
        "ten times too large",
        "barely less than twelve times",
        "twelve times too large",
        "four times too large",
        "less than four times is near enough",
        "one side is not too large",
        "too small",
    ],
)
def test_a_far_too_large_picture_is_first_averaged_to_at_least_twice_the_wanted_size(
    picture: tuple[int, int], size: tuple[int, int], rough: tuple[int, int] | None
) -> None:
    assert rough_size(Rectangle(0, 0, *picture), Extent(*size), picture, Extent(*picture)) == rough

"""A half goes up, in every size that is computed."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.variant import parse
from chalicelib.geometry.layout import plan
from chalicelib.geometry.plan import Extent, Rectangle, pixel_edges
from chalicelib.geometry.rounding import rounded

sides = st.integers(1, 20_000)


def as_math_round(numerator: int, denominator: int) -> int:
    """``Math.round`` (ECMA-262, 21.3.2.28) of a fraction that is not negative, in whole numbers."""
    return (2 * numerator + denominator) // (2 * denominator)


@pytest.mark.parametrize(
    ("value", "whole"),
    [(0, 0), (0.5, 1), (1.5, 2), (2.5, 3), (426.5, 427), (427.4999, 427), (-0.5, 0), (-1.5, -1), (-2.6, -3)],
)
def test_a_half_goes_up(value: float, whole: int) -> None:
    assert rounded(value) == whole


@pytest.mark.parametrize("value", [0.49999999999999994, 2.0**52 + 1, 2.0**53 - 1])
def test_where_adding_a_half_would_itself_be_rounded_the_nearest_number_still_counts(value: float) -> None:
    assert rounded(value) == round(value)


@given(st.floats(-1e15, 1e15) | st.fractions())
def test_the_result_is_the_nearest_whole_number_and_the_larger_of_two_equally_near(
    value: float | Fraction,
) -> None:
    distance = rounded(value) - Fraction(value)

    assert Fraction(-1, 2) < distance <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("source", "variant", "size"),
    [
        ((1280, 853), "640x", (640, 427)),
        ((1280, 855), "640x", (640, 428)),
        ((200, 125), "100x", (100, 63)),
        ((853, 1280), "x640", (427, 640)),
        ((1280, 853), "640x640", (640, 427)),
        ((1280, 853), "300x427,fit=outside", (641, 427)),
        ((1280, 853), "320x@2x", (640, 427)),
        ((1280, 853), "640x,rotate=180", (640, 427)),
        ((853, 1280), "640x,rotate=90", (640, 427)),
        ((1300, 900), "640x,crop=10-10-1280x853", (640, 427)),
        ((5, 4), "2x4,fit=cover", (2, 4)),
        ((50, 5), "4x2,fit=cover", (4, 2)),
        ((50, 5), "20x4,fit=fill", (20, 4)),
        ((50, 5), "4x10,fit=fill", (2, 5)),
        ((50, 5), "3x10,fit=fill", (2, 5)),
        ((50, 5), "5x10,fit=cover", (3, 5)),
        ((28, 6), "98x,upscale", (98, 21)),
        ((22, 15), "11x", (11, 8)),
    ],
    ids=str,
)
def test_sides_are_rounded_half_up(source: tuple[int, int], variant: str, size: tuple[int, int]) -> None:
    assert plan(Extent(*source), parse(variant)).size == size


@given(sides, sides, st.integers(1, 9999))
def test_the_side_that_follows_is_exactly_what_a_page_computes(width: int, height: int, asked: int) -> None:
    made = plan(Extent(width, height), parse(f"{asked}x,upscale"))

    assert made.size == (asked, max(1, as_math_round(height * asked, width)))


@given(st.integers(1, 5000), st.integers(0, 2000))
def test_an_exact_half_goes_up_also_where_the_scale_is_no_exact_float(across: int, half: int) -> None:
    source = Extent(2 * across, 2 * half + 1)

    assert plan(source, parse(f"{across}x")).size == (across, half + 1)


@given(st.integers(2, 300), st.integers(1, 3000), st.integers(0, 100))
def test_a_crop_of_whole_pixels_keeps_its_length_wherever_it_begins(
    length: int, twice_first: int, rest: int
) -> None:
    first = twice_first / 2
    picture = Extent(twice_first + length + rest, 1)

    left, _, right, _ = pixel_edges(Rectangle(first, 0, first + length, 1), picture, picture)

    assert (right - left, left) == (length, math.floor(first + 0.5))


@given(
    st.integers(1000, 20_000), st.integers(500, 1000), st.sampled_from([1, 2, 3, 4]), st.integers(0, 20_000)
)
def test_of_a_picture_that_is_decoded_smaller_no_whole_edges_move_the_crop_less(
    decoded: int, length: int, eighths: int, at: int
) -> None:
    span = decoded * 8 / eighths
    left = at / 20_000 * (span - length * 8 / eighths - 1)
    right = left + length * 8 / eighths + 1
    first, last = left * decoded / span, right * decoded / span

    start, _, end, _ = pixel_edges(Rectangle(left, 0, right, 1), (span, 1), Extent(decoded, 1))

    least = min(
        mean_square(a - first, b - last)
        for a in (math.floor(first), math.ceil(first))
        for b in (math.floor(last), math.ceil(last))
        if abs(b - a - (last - first)) <= (last - first) / 500
    )
    assert mean_square(start - first, end - last) <= least + 1e-6


def mean_square(first: float, last: float) -> float:
    """How far points between two edges are moved on average, squared: the edges themselves by so much."""
    return sum((first + (last - first) * (step + 0.5) / 1000) ** 2 for step in range(1000)) / 1000


@pytest.mark.parametrize(
    ("crop", "span", "decoded", "edges"),
    [
        ((413, 1475), 1888, 944, (206, 738)),
        ((413, 1473), 1886, 943, (206, 737)),
        ((413, 1475), 1888, 1888, (413, 1475)),
    ],
)
def test_a_centred_crop_stays_centred_where_its_edges_fall_within_pixels(
    crop: tuple[float, float], span: float, decoded: int, edges: tuple[int, int]
) -> None:
    left, _, right, _ = pixel_edges(Rectangle(crop[0], 0, crop[1], 1), (span, 1), Extent(decoded, 1))

    assert (left, right) == edges

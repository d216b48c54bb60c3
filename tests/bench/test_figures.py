"""The bench's arithmetic: medians, ratios, repetitions and turns."""

from __future__ import annotations

import pytest

from bench import figures


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        pytest.param([3.0], figures.Spread(3, 3, 3), id="one sample is its own spread"),
        pytest.param([5.0, 1.0, 2.0], figures.Spread(2, 1, 5), id="an odd number has a middle one"),
        pytest.param([4.0, 1.0, 2.0, 9.0], figures.Spread(3, 1, 9), id="an even number has two"),
    ],
)
def test_a_spread_is_the_median_with_the_least_and_the_most(
    samples: list[float], expected: figures.Spread
) -> None:
    assert expected == figures.spread(samples)


def test_a_ratio_is_of_medians_so_one_slow_sample_moves_nothing() -> None:
    assert figures.ratio([2.0, 2.0, 90.0], [4.0, 4.0, 4.0]) == 0.5


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(0.0, 10, id="nothing measurable: the most repetitions"),
        pytest.param(0.008, 10, id="8 ms: the most repetitions"),
        pytest.param(0.03, 3, id="30 ms: until a tenth of a second"),
        pytest.param(0.09, 1, id="90 ms: once"),
        pytest.param(4.7, 1, id="seconds: once"),
    ],
)
def test_a_quick_rendering_is_repeated_within_a_sample(seconds: float, expected: int) -> None:
    assert expected == figures.times_for(seconds)


def test_everybody_goes_first_once_in_as_many_rounds_as_there_are_contenders() -> None:
    rounds = [figures.turn("abc", number) for number in range(3)]

    assert rounds == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]]

"""The table of cases: each is a variant that we can make, and has the size that the table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import rivals
from bench.cases import CASES, FLAT, LEAK, PORTRAIT, Case
from chalicelib.address.variant import parse
from chalicelib.geometry.layout import plan
from chalicelib.geometry.plan import Extent

EVERY = [pytest.param(case, id=case.name) for case in (*CASES, *FLAT, *LEAK)]


@pytest.mark.parametrize("case", EVERY)
def test_the_size_of_a_case_is_the_one_that_our_geometry_computes(case: Case) -> None:
    stored = case.original.size
    shown = Extent(*reversed(stored)) if case.original is PORTRAIT else Extent(*stored)

    assert case.size == plan(shown, parse(case.variant)).canvas


@pytest.mark.parametrize("case", EVERY)
def test_a_case_is_spelled_canonically(case: Case) -> None:
    assert case.variant == str(parse(case.variant))


def test_no_two_cases_have_the_same_name() -> None:
    names = [case.name for case in (*CASES, *FLAT, *LEAK)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("12mp-300-fit", (300, 200, False, "jpeg", False), id="a box"),
        pytest.param("12mp-300-cover", (300, 200, True, "jpeg", False), id="a box that is filled"),
        pytest.param("12mp-1600-webp", (1600, None, False, "webp", False), id="a width, in another format"),
        pytest.param("gif-gif", (320, None, False, "gif", True), id="an animation"),
    ],
)
def test_the_task_for_the_rivals_describes_the_same_variant(
    name: str, expected: tuple[int, int | None, bool, str, bool]
) -> None:
    task = next(case for case in CASES if case.name == name).task(Path("corpus"))

    assert expected == (task.width, task.height, task.cover, task.format, task.animated)


def test_the_cases_that_a_rival_cannot_do_exist() -> None:
    named = {case for rival in rivals.RIVALS for case in rival.cannot}

    assert named <= {case.name for case in CASES}

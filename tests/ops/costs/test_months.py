"""The arithmetic of a month and of pictures that are made ahead, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops import prices
from ops.costs import months, picture, systems
from ops.costs.months import Site
from ops.costs.systems import (
    CONTAINERS,
    DIT,
    FAILOVER,
    GIGABYTE,
    REDIRECT,
    SAMPLE,
    Containers,
    Function,
    System,
    Times,
)
from ops.prices import Item, Usage
from ops.scale import estimate
from ops.scale.estimate import Work

SMALL = Site(views=1000, hits=0.9, new=10, stored=500, size=GIGABYTE // 1000, times=Times(work=100, wait=10))


@pytest.mark.parametrize(
    ("system", "used"),
    [
        pytest.param(
            REDIRECT,
            {Item.CDN_REQUEST: 1020, Item.S3_READ: 90 + 10 * 4, Item.S3_WRITE: 20, Item.API_REQUEST: 10},
            id="redirect: three requests for each of ten first views",
        ),
        pytest.param(
            FAILOVER,
            {Item.CDN_REQUEST: 1000, Item.S3_READ: 90 + 10 * 3, Item.S3_WRITE: 20, Item.API_REQUEST: 10},
            id="failover: one request for each",
        ),
        pytest.param(
            SAMPLE,
            {Item.CDN_REQUEST: 1000, Item.S3_READ: 90 + 10 * 2, Item.S3_WRITE: 10, Item.LAMBDA_REQUEST: 10},
            id="aws-samples: one PUT, and no API",
        ),
        pytest.param(
            DIT,
            {Item.CDN_REQUEST: 1000, Item.S3_READ: 100, Item.API_REQUEST: 100, Item.LAMBDA_REQUEST: 100},
            id="DIT: each miss makes the picture again",
        ),
        pytest.param(
            CONTAINERS,
            {Item.CDN_REQUEST: 1000, Item.S3_READ: 100, Item.FARGATE_PROCESSOR_HOUR: 730},
            id="DIT on ECS: one container all month",
        ),
    ],
)
def test_a_month_of_a_thousand_views(system: System, used: Usage) -> None:
    counted = months.month(system, SMALL)
    assert {item: counted[item] for item in used} == pytest.approx(used)
    assert counted.get(Item.S3_GIGABYTE, 0) == pytest.approx(0.5 if system.stores else 0, rel=1e-3)
    assert counted[Item.CDN_GIGABYTE] == pytest.approx(1, rel=0.01)


@pytest.mark.parametrize(
    ("function", "seconds"),
    [
        (Function(1769, 2), 0.12),
        (Function(3538, 2), 0.12),
        (Function(1024, 1), 0.1 * 1769 / 1024 + 0.01),
    ],
    ids=["one processor", "more memory is no faster", "a part of a processor takes longer"],
)
def test_a_function_takes_so_long(function: Function, seconds: float) -> None:
    assert function.seconds(SMALL.times) == pytest.approx(seconds)
    used = function.usage(50, SMALL.times)
    assert used[Item.LAMBDA_GIGABYTE_SECOND] == pytest.approx(50 * seconds * function.memory / 1024)


def test_a_second_container_comes_when_the_first_is_busy_for_seven_tenths_of_the_month() -> None:
    full = 0.7 * 730 * 3600 / 0.1
    assert Containers().usage(full, SMALL.times)[Item.FARGATE_PROCESSOR_HOUR] == pytest.approx(730)
    assert Containers().usage(2 * full, SMALL.times)[Item.FARGATE_PROCESSOR_HOUR] == pytest.approx(1460)


@pytest.mark.parametrize("system", systems.OURS, ids=lambda system: system.name)
@given(originals=st.integers(0, 10**7), variants=st.integers(1, 256))
def test_making_ahead_costs_what_prewarm_says_before_it_asks(
    system: System, originals: int, variants: int
) -> None:
    work = Work(objects=originals, messages=originals, variants=originals * variants)
    counted = months.ahead(system, originals, variants, Site())
    assert prices.of().total(counted) == pytest.approx(estimate.price(work))


def test_who_cannot_make_pictures_ahead_asks_for_each_once() -> None:
    counted = months.ahead(SAMPLE, 10, 5, SMALL)
    assert (counted[Item.CDN_REQUEST], counted[Item.S3_WRITE], counted[Item.LAMBDA_REQUEST]) == (50, 50, 50)
    assert counted[Item.CDN_GIGABYTE] == pytest.approx(0.05, rel=0.01)


@given(
    system=st.sampled_from(systems.ALL),
    views=st.integers(1, 10**10),
    hits=st.floats(0, 1),
    more=st.integers(1, 10**9),
)
def test_more_views_never_cost_less(system: System, views: int, hits: float, more: int) -> None:
    one = Site(views=views, hits=hits, new=0)
    total = prices.of().total
    assert (
        total(months.month(system, one))
        <= total(months.month(system, replace(one, views=views + more))) + 1e-6
    )


def usd(system: System, views: int, *, with_free: bool = False) -> float:
    """Return what `system` costs a month in the picture, or all of it `with_free`."""
    used = months.month(system, replace(Site(), views=views))
    left = {} if with_free else dict.fromkeys(picture.SAME, 0)
    return prices.of().total(used | left, with_free=with_free)


def test_who_is_cheaper_where_is_as_the_document_says() -> None:
    million = 10**6
    assert usd(DIT, 13 * million) < usd(FAILOVER, 13 * million)
    assert usd(FAILOVER, 15 * million) < usd(DIT, 15 * million)
    assert usd(DIT, 100 * million) / usd(FAILOVER, 100 * million) == pytest.approx(4.5, abs=0.5)
    assert usd(CONTAINERS, million) == pytest.approx(52, abs=1)
    assert usd(DIT, 75 * million) < usd(CONTAINERS, 75 * million)
    assert usd(CONTAINERS, 85 * million) < usd(DIT, 85 * million)
    assert all(usd(SAMPLE, each * million) < usd(FAILOVER, each * million) for each in (1, 10, 100, 1000))
    assert usd(FAILOVER, 1000 * million) < usd(CONTAINERS, 1000 * million)
    assert usd(FAILOVER, 10 * million) - usd(SAMPLE, 10 * million) == pytest.approx(9, abs=0.5)
    free = [f"{usd(system, 10 * million, with_free=True):.2f}" for system in (SAMPLE, REDIRECT)]
    assert free == ["2.70", "4.84"]

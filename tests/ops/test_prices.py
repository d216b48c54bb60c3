"""The list of prices, and what is computed with it."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops import prices
from ops.prices import Item, Price

TRAFFIC = Price("traffic", "CDN", "", 0.085, above=((10, 0.08), (50, 0.06)), free=1)
REQUESTS = Price("requests", "CDN", "", 0.4, number=1000)


@pytest.mark.parametrize(
    ("price", "quantity", "free", "usd"),
    [
        pytest.param(TRAFFIC, 0, "", 0, id="nothing"),
        pytest.param(TRAFFIC, 4, "", 0.34, id="within the first step"),
        pytest.param(TRAFFIC, 10, "", 0.85, id="to the end of the first step"),
        pytest.param(TRAFFIC, 60, "", 10 * 0.085 + 40 * 0.08 + 10 * 0.06, id="into the third step"),
        pytest.param(TRAFFIC, 5, "free", 0.34, id="after what is free"),
        pytest.param(TRAFFIC, 0.5, "free", 0, id="less than is free"),
        pytest.param(REQUESTS, 2500, "", 1, id="a price for a thousand"),
        pytest.param(REQUESTS, 2500, "free", 1, id="nothing is free"),
    ],
)
def test_a_price_is_that_of_its_steps(price: Price, quantity: float, free: str, usd: float) -> None:
    assert price.of(quantity, with_free=bool(free)) == pytest.approx(usd)


@given(st.sampled_from(Item), st.floats(0, 1e12), st.floats(0, 1e12))
def test_more_never_costs_less_and_free_parts_never_cost_more(item: Item, one: float, other: float) -> None:
    price, (less, more) = prices.of().items[item], sorted((one, other))
    assert price.of(less) <= price.of(more) * (1 + 1e-9)
    assert 0 <= price.of(more, with_free=True) <= price.of(more)


@pytest.mark.parametrize("region", prices.regions())
def test_each_region_has_a_price_of_each_item_and_the_page_that_it_is_on(region: str) -> None:
    listed = prices.of(region)
    assert set(listed.items) == set(Item)
    for price in listed.items.values():
        address = urlsplit(price.page)
        assert (address.scheme, address.netloc) == ("https", "aws.amazon.com"), price.what
        steps = [(0, price.usd), *price.above]
        assert steps == sorted(steps), price.what
        assert [usd for _, usd in steps] == sorted((usd for _, usd in steps), reverse=True), price.what


def test_the_list_has_the_date_on_which_it_was_made() -> None:
    assert prices.of().date >= date(2026, 11, 26)
    assert prices.of() == prices.of(prices.REGION)


def test_a_region_without_prices_has_none() -> None:
    with pytest.raises(KeyError, match="mars-1"):
        prices.of("mars-1")


def test_a_bill_has_each_service_once() -> None:
    used = prices.together((2, {Item.S3_READ: 500_000}), (1, {Item.S3_WRITE: 1000, Item.S3_READ: 1}))
    assert used == {Item.S3_READ: 1_000_001, Item.S3_WRITE: 1000}
    bill = prices.of().bill(used)
    assert bill["S3, requests"] == pytest.approx(0.4000004 + 0.005)
    assert sum(bill.values()) == pytest.approx(prices.of().total(used))

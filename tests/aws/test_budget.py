"""The arithmetic of a month's budget: it adds up, and what is told in a part of the month reaches enough."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.budget import CLOCKS_DIFFER, Budget, month
from chalicelib.aws.eviction import Urgency
from chalicelib.config.settings import LEAST_BUDGET
from chalicelib.upkeep.answers import everything

DAY = 86_400.0
YEARS = 365 * DAY * 80

budgets = st.builds(
    Budget, st.integers(LEAST_BUDGET, 10**9), st.sampled_from([everything(""), everything("img/")])
)
moments = st.floats(0, YEARS)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("prefix", "paths", "redirects", "changes", "parts"),
    [
        ("", 1000, 250, 500, 499),
        ("img/", 1000, 250, 500, 249),
        ("", 200, 50, 100, 99),
        ("img/", 200, 50, 100, 49),
        ("img/", 201, 50, 101, 49),
        ("", 100_000, 46_000, 92_000, 7999),
    ],
)
def test_a_budget_is_divided_like_this(
    prefix: str, paths: int, redirects: int, changes: int, parts: int
) -> None:
    budget = Budget(paths, everything(prefix))
    assert (budget.most(Urgency.OPTIONAL), budget.most(Urgency.DUE)) == (redirects, changes)
    assert budget.slots == parts


def test_where_there_are_redirects_alone_all_is_theirs() -> None:
    assert Budget(1000).most(Urgency.OPTIONAL) == Budget(1000).most(Urgency.DUE) == 1000


@pytest.mark.parametrize(
    ("prefix", "items"), [("", ("/*",)), ("img/", ("/img/*", "/resize/*")), ("a~b/", ("/a*", "/resize/*"))]
)
def test_everything_is_what_is_below_the_prefix_and_what_the_app_answers(
    prefix: str, items: tuple[str, ...]
) -> None:
    assert everything(prefix) == items


@given(budgets)
def test_the_shares_never_add_up_to_more_than_the_budget(budget: Budget) -> None:
    of_everything = (budget.slots + 1) * len(budget.everything)
    assert budget.most(Urgency.OPTIONAL) <= budget.most(Urgency.DUE)
    assert budget.most(Urgency.DUE) + of_everything == budget.paths
    assert 30 < budget.slots < 28 * DAY / 300, "more than one a day, and less than one in five minutes"


@given(budgets, moments)
def test_a_month_has_no_more_parts_than_are_paid_for(budget: Budget, moment: float) -> None:
    begin = at(f"{month(moment)}-01")
    edges = (begin, moment, begin + 27.9 * DAY, begin + 31 * DAY - 0.001)
    parts = {budget.slot(edge) for edge in edges if month(edge) == month(moment)}
    assert all(begin <= part < begin + 31 * DAY for part in parts)
    assert budget.slot(moment) <= moment + 0.001


def test_the_parts_of_each_month_are_exactly_as_many() -> None:
    budget = Budget(LEAST_BUDGET, everything(""))
    for first, days in (("2026-02-01", 28), ("2028-02-01", 29), ("2026-11-01", 30), ("2026-12-01", 31)):
        hours = (at(first) + 3600 * hour + tenth * 360 for hour in range(days * 24) for tenth in range(10))
        assert len({budget.slot(moment) for moment in hours}) == budget.slots


skews = st.floats(-CLOCKS_DIFFER / 2 + 0.01, CLOCKS_DIFFER / 2 - 0.01)


@given(budgets, moments, st.floats(0, 2 * DAY), st.floats(0, 40 * DAY), skews, skews, skews)
def test_what_was_told_before_an_order_is_never_taken_for_what_is_told_after_it(
    budget: Budget, ordered: float, before: float, after: float, one: float, two: float, three: float
) -> None:
    waiting = budget.instead(ordered + one)
    told_before = budget.due(budget.instead(0.0), ordered - before + two)
    told_after = budget.due(waiting, ordered + after + three)
    if told_before and told_after:
        assert told_before.reference != told_after.reference


def test_a_clock_that_is_fast_and_one_that_is_slow_lose_no_change() -> None:
    budget = Budget(1000, everything(""))
    begin = budget.slot(at("2026-11-10"))
    fast, slow = CLOCKS_DIFFER / 2, -CLOCKS_DIFFER / 2
    told_before = budget.due(budget.instead(0.0), begin - 5 + fast)
    told_after = budget.due(budget.instead(begin - 1 + slow), begin + 300)
    assert told_before
    assert told_after
    assert told_before.reference != told_after.reference


@given(budgets, moments)
def test_after_its_wait_it_is_due(budget: Budget, ordered: float) -> None:
    waiting = budget.instead(ordered)
    seconds = budget.wait(waiting, ordered)
    assert budget.due(waiting, ordered) is None
    assert budget.due(waiting, ordered + seconds + 1)
    assert seconds <= 31 * DAY / budget.slots + CLOCKS_DIFFER + 1


@given(budgets, moments)
def test_all_who_tell_everything_in_one_part_say_the_same(budget: Budget, ordered: float) -> None:
    told = ordered + 40 * DAY
    first, second = (budget.due(budget.instead(ordered + each), told) for each in (0.0, DAY))
    assert first == second
    assert first
    assert first.items == budget.everything


def test_over_the_turn_of_the_month_one_part_more_is_told_than_the_month_has() -> None:
    budget = Budget(LEAST_BUDGET, everything(""))
    minutes = (at("2026-11-01") + 30 * minute for minute in range(30 * 24 * 60 * 2))
    told = {order.reference for now in minutes if (order := budget.due(budget.instead(0.0), now))}
    assert len(told) == budget.slots + 1


def test_months_are_those_of_utc() -> None:
    assert [month(at(f"2026-{text}")) for text in ("11-30 23:59:59.999", "12-01 00:00:00")] == [
        "2026-11",
        "2026-12",
    ]
    assert all(one < two for one, two in itertools.pairwise(map(month, (0.0, DAY * 31, YEARS))))

"""A budget in front of CloudFront: the bill of no month exceeds it, and nothing that changed stays.

Time, the queue and S3 are simulated, so that a month of orders, delays and faults takes milliseconds.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address.sources import Source
from chalicelib.aws.budget import Budget, month
from chalicelib.aws.cdn import Distribution, Told
from chalicelib.aws.eviction import Eviction, Urgency, read, reference
from chalicelib.aws.queues import Message
from chalicelib.aws.tally import Tally
from chalicelib.upkeep.answers import everything
from chalicelib.upkeep.evictions import DeliveredEvictions, together
from tests.aws.cloudfront import ID, CloudFront, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
HOUR = 3600.0
DAY = 24 * HOUR
VISIBILITY = 725.0
"""Seconds until a message whose function failed is delivered again."""


@dataclass
class Notes:
    """An S3 with one object, which refuses what S3 refuses; it is `down` now and then."""

    down: bool = False
    revision: int = 0
    metadata: dict[str, str] = field(default_factory=dict)

    def head_object(self, **_: object) -> Any:
        self._is_up()
        if not self.revision:
            raise refusal("404")
        return {"ETag": f'"{self.revision}"', "Metadata": self.metadata}

    def put_object(self, *, Metadata: dict[str, str], **told: Any) -> None:  # noqa: N803 - boto3's
        self._is_up()
        expected = f'"{self.revision}"' if self.revision else None
        if told.get("IfMatch") != expected or (told.get("IfNoneMatch") and self.revision):
            raise refusal("PreconditionFailed")
        self.revision, self.metadata = self.revision + 1, Metadata

    def write(self, *, month: str = "2026-11", paths: int | str) -> None:
        """Write a note as somebody else would."""
        self.revision, self.metadata = self.revision + 1, {"month": month, "paths": str(paths)}

    def _is_up(self) -> None:
        if self.down:
            raise refusal("SlowDown")


@dataclass
class Simulated:
    """A site whose evictions go through a queue to a CloudFront that writes the bill of each month."""

    paths: int
    prefix: str = ""
    now: float = NOVEMBER
    notes: Notes = field(default_factory=Notes)
    cloudfront: CloudFront = field(default_factory=CloudFront)
    queue: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Each message by its receipt: when it is next delivered, and its body."""
    receipts: Iterator[str] = field(default_factory=lambda: map(str, itertools.count()))
    told: list[tuple[float, frozenset[str]]] = field(default_factory=list)
    """What CloudFront took, and when."""
    metrics: list[Told] = field(default_factory=list)

    def send(self, bodies: Sequence[str], delay: float = 0) -> None:
        assert 0 <= delay <= 900
        self.queue |= {next(self.receipts): (self.now + delay, body) for body in bodies}

    def finish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            del self.queue[message.receipt]

    def hand_back(self, messages: Sequence[Message]) -> None:
        """Leave them: they are delivered again."""

    def create_invalidation(self, **told: Any) -> None:
        before = len(self.cloudfront.batches)
        self.cloudfront.create_invalidation(**told)
        self.told += [
            (self.now, frozenset(batch["Paths"]["Items"])) for batch in self.cloudfront.batches[before:]
        ]

    def deliver(self, *, in_time: bool = True) -> None:
        """Deliver all that is due, as Lambda does: what fails comes again."""
        due = {receipt: body for receipt, (moment, body) in self.queue.items() if moment <= self.now}
        self.queue |= {receipt: (self.now + VISIBILITY, body) for receipt, body in due.items()}
        messages = [Message(body, receipt) for receipt, body in due.items()]
        queue: Any = self
        with suppress(ClientError):
            DeliveredEvictions(messages, queue, self.distribution).carry_out(
                lambda: in_time, self.metrics.append
            )

    @property
    def waiting(self) -> list[str]:
        """The bodies of all messages."""
        return [body for _, body in self.queue.values()]

    @property
    def distribution(self) -> Distribution:
        clients: Any = SimpleNamespace(cloudfront=self, notes=self.notes)
        budget = Budget(self.paths, everything(self.prefix))
        return Distribution(clients, ID, Tally(clients, Source("site", self.prefix), budget))

    def run(self, until: float) -> None:
        """Let time pass, and deliver each message when it is due."""
        while self.queue and (following := min(moment for moment, _ in self.queue.values())) <= until:
            self.now = max(self.now, following)
            self.deliver()
        self.now = max(self.now, until)

    def bill(self) -> dict[str, int]:
        """The paths of each month that are not of a person's order."""
        months: dict[str, int] = defaultdict(int)
        for moment, items in self.told:
            months[month(moment)] += sum(not item.startswith("/person/") for item in items)
        return months


@contextmanager
def simulated(paths: int, prefix: str = "") -> Iterator[Simulated]:
    made = Simulated(paths, prefix)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: made.now)
        for name in ("aws.tally", "upkeep.evictions", "upkeep.held_back"):
            patch.setattr(logging.getLogger(f"chalicelib.{name}"), "disabled", True)
        yield made


def order(name: str, paths: int, urgency: Urgency = Urgency.DUE) -> Eviction:
    folder = "person" if urgency is Urgency.AT_ONCE else "300x200"
    return Eviction(tuple(f"/{folder}/{name}-{n}" for n in range(paths)), reference(name), urgency=urgency)


@pytest.mark.parametrize(("prefix", "items"), [("", ["/*"]), ("img/", ["/img/*", "/resize/*"])])
def test_a_batch_that_does_not_fit_is_replaced_by_everything_at_once(prefix: str, items: list[str]) -> None:
    with simulated(1000, prefix) as here:
        here.send([str(order("all", 600))])
        here.deliver()
        assert here.cloudfront.items == [items]
        assert here.metrics == [Told(len(items), 600)]
        here.send([str(order("one", 1))])
        here.deliver()
        assert here.cloudfront.items[1:] == [["/300x200/one-0"]], "there is still a budget for it"


def test_when_nothing_is_left_everything_is_evicted_with_the_next_part_of_the_month() -> None:
    with simulated(1000) as here:
        spent(here)
        here.send([str(order("later", 3)), str(order("one", 1))])
        following = here.distribution.tally.budget.slot(NOVEMBER + 2 * HOUR)  # type: ignore[union-attr]
        here.run(following)
        assert here.cloudfront.items == []
        held = sum(told.held for told in here.metrics)
        assert held == 4
        here.run(following + 5 * 60)
        assert here.cloudfront.items == [["/*"]]
        assert here.waiting == []
        assert sum(told.held for told in here.metrics) == held, "what waits is counted once"


def test_of_two_that_wait_together_the_later_one_says_when_everything_is_due() -> None:
    early, late = (Eviction(("/*",), "r", urgency=Urgency.EVERYTHING, since=since) for since in (1.0, 2.0))
    assert together([early, late]).since == together([late, early]).since == 2.0


def spent(here: Simulated) -> None:
    """Use up what there is for evictions as they are ordered."""
    here.send([str(order("spent", 500, Urgency.AT_ONCE))])
    here.deliver()
    here.cloudfront.batches.clear()
    here.told.clear()
    here.metrics.clear()


@pytest.mark.parametrize(
    ("urgency", "items", "counted"),
    [
        (Urgency.OPTIONAL, [], [Told(0, 2)]),
        (Urgency.DUE, [["/*"]], [Told(0, 2), Told(), Told(1)]),
        (Urgency.AT_ONCE, [["/person/a-0", "/person/a-1"]], [Told(2)]),
    ],
    ids=["a redirect is left out", "a change waits for everything", "a person's order is carried out"],
)
def test_what_becomes_of_each_when_the_budget_is_used_up(
    urgency: Urgency, items: list[list[str]], counted: list[Told]
) -> None:
    with simulated(1000) as here:
        spent(here)
        here.send([str(order("a", 2, urgency))])
        here.run(NOVEMBER + 3 * HOUR)
        assert here.cloudfront.items == items
        assert [told for told in here.metrics if told != Told()] == [
            told for told in counted if told != Told()
        ]
        assert here.waiting == []


def test_many_that_wait_are_one_invalidation() -> None:
    with simulated(1000) as here:
        spent(here)
        for number in range(50):
            here.send([str(order(f"a{number}", 1))])
            here.deliver()
            here.now += 30
        assert len(here.waiting) == 50
        here.run(NOVEMBER + 3 * HOUR)
        assert here.cloudfront.items == [["/*"]]
        assert here.waiting == []


def test_everything_comes_last_as_other_wildcards_do() -> None:
    with simulated(1000) as here:
        spent(here)
        here.send([str(order("a", 1))])
        here.deliver()
        here.now += 4 * HOUR
        here.send([str(order("b", 1, Urgency.AT_ONCE))])
        here.deliver()
        assert here.cloudfront.items == [["/person/b-0"], ["/*"]]


def test_everything_does_not_wait_for_what_cloudfront_throttles() -> None:
    class Throttling(CloudFront):
        def create_invalidation(self, **told: Any) -> None:
            if told["InvalidationBatch"]["Paths"]["Items"][0].startswith("/person"):
                raise refusal("Throttling")
            super().create_invalidation(**told)

    with simulated(1000) as here:
        spent(here)
        here.cloudfront = Throttling()
        here.send([str(order("a", 1))])
        here.deliver()
        here.now += 4 * HOUR
        here.send([str(order("b", 1, Urgency.AT_ONCE))])
        here.deliver()
        assert here.cloudfront.items == [["/*"]]
        assert [read(body).reference for body in here.waiting] == [reference("b")]


def test_what_is_ordered_just_after_everything_was_told_waits_for_the_next_time() -> None:
    with simulated(1000) as here:
        spent(here)
        here.send([str(order("a", 1))])
        while not here.told:
            here.run(here.now + 60)
        first = here.now
        here.send([str(order("b", 1))])
        here.run(first + 1)
        assert len(here.told) == 1
        here.run(first + 2 * HOUR)
        assert [items for _, items in here.told] == [{"/*"}, {"/*"}]
        assert here.cloudfront.references[0] != here.cloudfront.references[1]


@pytest.mark.parametrize("used", [0, 500], ids=["at once", "with the next part of the month"])
def test_two_sites_of_one_distribution_evict_everything_of_each(used: int) -> None:
    with simulated(1000, "a/") as one:
        sites = (one, replace(one, prefix="b/", notes=Notes(), queue={}))
        for site in sites:
            site.notes.write(paths=used)
            site.send([str(order("same", 600))])
        for minute in range(4 * 60):
            for site in sites:
                site.now = one.now = NOVEMBER + 60 * minute
                site.deliver()
        assert {item for _, told in one.told for item in told} == {"/a/*", "/b/*", "/resize/*"}
        assert [site.waiting for site in sites] == [[], []]


def test_while_s3_does_not_say_what_was_counted_everything_is_evicted_and_nothing_is_lost() -> None:
    with simulated(1000) as here:
        here.notes.down = True
        here.send([str(order("a", 3))])
        here.run(NOVEMBER + 3 * HOUR)
        assert here.cloudfront.items == [["/*"]]
        assert here.waiting == []


def test_a_budget_that_is_taken_away_leaves_nobody_waiting() -> None:
    with simulated(1000) as here:
        spent(here)
        here.send([str(order("a", 1))])
        here.deliver()
        waiting = [Message(body, receipt) for receipt, (_, body) in here.queue.items()]
        bare: Any = SimpleNamespace(cloudfront=here)
        queue: Any = here
        DeliveredEvictions(waiting, queue, Distribution(bare, ID)).carry_out(lambda: True)
        assert here.waiting == []
        assert here.cloudfront.items == [["/*"]]


def test_a_budget_that_is_changed_meanwhile_still_tells_after_the_order() -> None:
    with simulated(1000) as here:
        spent(here)
        here.send([str(order("a", 1))])
        here.deliver()
        here.paths = 200
        here.run(NOVEMBER + 2 * DAY)
        assert here.cloudfront.items == [["/*"]]
        assert here.waiting == []


@dataclass(frozen=True)
class Event:
    """Some time passes, then somebody orders something, or something fails for a while."""

    seconds: float
    do: Callable[[Simulated], None]


def ordering(name: int, paths: int, urgency: Urgency) -> Callable[[Simulated], None]:
    """Order what no other order has the reference of, unless it is the same order."""
    return lambda here: here.send([str(order(f"{name}-{paths}-{urgency.name}", paths, urgency))])


def failing(*, s3: bool, cloudfront: str) -> Callable[[Simulated], None]:
    def fail(here: Simulated) -> None:
        here.notes.down = s3
        here.cloudfront.fault = refusal(cloudfront) if cloudfront else None

    return fail


events = st.lists(
    st.builds(
        Event,
        st.one_of(st.floats(0, 60), st.floats(0, 3 * HOUR), st.floats(0, 2 * DAY)),
        st.one_of(
            st.builds(
                ordering,
                st.integers(0, 10**6),
                st.integers(1, 120),
                st.sampled_from([Urgency.OPTIONAL, Urgency.DUE, Urgency.DUE, Urgency.AT_ONCE]),
            ),
            st.builds(
                failing,
                s3=st.booleans(),
                cloudfront=st.sampled_from(["", "", "TooManyInvalidationsInProgress", "Throttling"]),
            ),
        ),
    ),
    max_size=30,
)


@settings(max_examples=8)
@given(st.sampled_from([200, 203, 300]), st.sampled_from(["", "img/"]), events, st.integers(1, 4))
def test_no_month_costs_more_than_the_budget_and_nothing_that_is_due_is_lost(
    paths: int, prefix: str, happening: list[Event], repeats: int
) -> None:
    with simulated(paths, prefix) as here:
        due: dict[Eviction, float] = {}
        for event in happening * repeats:
            before = {*here.waiting}
            event.do(here)
            for body in {*here.waiting} - before:
                if read(body).urgency in {Urgency.DUE, Urgency.AT_ONCE}:
                    due.setdefault(read(body), here.now)
            here.run(here.now + event.seconds)
        failing(s3=False, cloudfront="")(here)
        here.run(here.now + 2 * DAY)
        assert here.waiting == []
        assert all(bill <= paths for bill in here.bill().values())
        assert [ordered for ordered, moment in due.items() if not is_reached(here, moment, ordered)] == []


def is_reached(here: Simulated, moment: float, ordered: Eviction) -> bool:
    """Say whether CloudFront was told these items, or everything, after the moment of the order."""
    whole, items = frozenset(everything(here.prefix)), frozenset(ordered.items)
    return any(when >= moment and (whole <= told or items <= told) for when, told in here.told)


def test_a_flood_that_never_ends_uses_up_the_budget_and_no_path_more() -> None:
    with simulated(200, "img/") as here:
        for number in range(35 * 24):
            here.send([str(order(f"a{number}", 7)), str(order(f"r{number}", 1, Urgency.OPTIONAL))])
            here.run(here.now + HOUR)
        assert 190 <= here.bill()["2026-11"] <= 200
        assert 100 <= here.bill()["2026-12"] <= 200, "a new month, and its first days"

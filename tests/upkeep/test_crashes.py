"""Processes that die between any two steps: whoever comes next finishes, and next to nothing is paid twice.

A step is a call to AWS. "Died before the third" is also "died after the second".
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import pytest

from chalicelib.address.sources import ObjectName
from chalicelib.aws.cdn import Distribution
from chalicelib.aws.clients import Aws, background
from chalicelib.aws.index import SETTLED
from chalicelib.aws.queues import Message, Queue
from chalicelib.aws.tally import KEY
from chalicelib.upkeep import work
from chalicelib.upkeep.evictions import DeliveredEvictions
from chalicelib.upkeep.freshness import SECOND_LOOK
from tests.aws.cloudfront import ID, CloudFront
from tests.upkeep.test_events import notification
from tests.upkeep.test_evictions import messages
from tests.upkeep.world import World, later, world

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("aws")

PATHS = ["/100x100/a.jpg", "/thumb/a.jpg"]
STEPS_OF_A_CHANGE = [
    "HeadObject",  # is the index complete?
    "HeadObject",  # the original
    "ListObjectsV2",  # the index
    "HeadObject",  # the variants
    "HeadObject",
    "DeleteObjects",  # the variants
    "SendMessageBatch",  # their eviction
    "DeleteObjects",  # their entries in the index
    "HeadObject",  # the faces
    "SendMessageBatch",  # the second look
    "DeleteMessageBatch",  # the change is done
]


class Death(BaseException):
    """The process is gone: no handler of ours runs."""


@dataclass
class Steps:
    """Counts the calls to AWS, and dies before the one with the number `fatal`."""

    clients: Aws
    fatal: int = 0
    made: list[str] = field(default_factory=list)

    def count(self, model: Any, **_: object) -> None:
        if model.name == "DeleteObject":
            return  # made by the strict S3 for DeleteObjects
        self.made.append(model.name)
        if len(self.made) == self.fatal:
            raise Death(model.name)

    def __enter__(self) -> Self:
        event: Any = "provide-client-params"
        for client in (self.clients.s3, self.clients.sqs):
            client.meta.events.register(event, self.count, unique_id="steps")
        return self

    def __exit__(self, *_: object) -> None:
        event: Any = "provide-client-params"
        for client in (self.clients.s3, self.clients.sqs):
            client.meta.events.unregister(event, unique_id="steps")


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """However slow the machine is, an entry of the index gets no older by itself."""
    with later(0):
        yield


def site() -> World:
    """Return a site with two variants of an original that has changed since."""
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg", "thumb/a.jpg")
    here.put("a.jpg", "new")
    return here


def test_the_steps_of_a_change_are_these() -> None:
    here = site()
    with later(SETTLED), Steps(background()) as steps:
        here.changed("a.jpg")
    assert steps.made == STEPS_OF_A_CHANGE


@pytest.mark.parametrize("viewed_again", [False, True], ids=["nobody asks", "a viewer asks again at once"])
@pytest.mark.parametrize("fatal", range(1, len(STEPS_OF_A_CHANGE) + 2))
def test_whoever_dies_while_a_change_is_heeded_the_next_one_finishes(
    fatal: int,
    viewed_again: bool,  # noqa: FBT001 - a table's column
) -> None:
    here = site()
    change = Message(notification("a.jpg"), "receipt")
    evicted: list[str] = []
    with later(SETTLED), Steps(background(), fatal) as steps:
        with suppress(Death):
            here.hear(change.body)
        assert len(steps.made) == min(fatal, len(STEPS_OF_A_CHANGE))
        assert not evicted_and_stale(here, evicted), "evicted what S3 still had"
    if viewed_again and "100x100/a.jpg" not in here.stored():
        here.make("100x100/a.jpg")
    with later(2 * SETTLED + SECOND_LOOK):
        here.hear(change.body)
        here.look_again("a.jpg")
        assert not evicted_and_stale(here, evicted)
    assert stale(here) == set()
    assert set(evicted) == {*PATHS}
    assert len(evicted) <= 2 * len(PATHS), "only who dies right after the order is evicted for once more"
    assert here.indexed() == ({"100x100"} if "100x100/a.jpg" in here.stored() else set())


@pytest.mark.parametrize("fatal", range(1, len(STEPS_OF_A_CHANGE) + 2))
def test_it_pays_twice_only_for_a_death_between_the_order_and_the_index(fatal: int) -> None:
    here = site()
    with later(SETTLED), Steps(background(), fatal) as steps, suppress(Death):
        here.changed("a.jpg")
    with later(2 * SETTLED):
        here.changed("a.jpg")
        orders = here.orders()
    has_ordered = "SendMessageBatch" in steps.made[: fatal - 1]
    has_cleared = steps.made[: fatal - 1].count("DeleteObjects") == 2
    assert len(orders) == (2 if has_ordered and not has_cleared else 1)
    assert len({order["reference"] for order in orders}) == 1


@pytest.mark.parametrize("fatal", [1, 2, 3])
def test_whoever_dies_while_a_variant_is_stored_leaves_nothing_that_is_not_in_the_index(fatal: int) -> None:
    here = world()
    here.put("a.jpg", "old")
    original = here.fetch(ObjectName("photos", "a.jpg"))
    clients = Aws()
    clients.s3 = here.s3
    with Steps(clients, fatal) as steps:
        with suppress(Death):
            here.store("100x100/a.jpg", original)
        assert steps.made == ["PutObject"] * min(fatal, 2)
    assert len(here.stored()) <= len(here.indexed())
    here.put("a.jpg", "new")
    with later(SETTLED):
        here.changed("a.jpg")
        assert (here.stored(), here.indexed()) == (set(), set())


@dataclass
class Counted(CloudFront):
    """A CloudFront whose calls are steps as well."""

    steps: Steps | None = None

    def create_invalidation(self, **told: Any) -> None:
        if self.steps:
            self.steps.count(SimpleNamespace(name="CreateInvalidation"))
        super().create_invalidation(**told)


@pytest.mark.parametrize("fatal", range(1, 8))
def test_whoever_dies_while_evictions_are_carried_out_leaves_the_others_in_the_queue(fatal: int) -> None:
    here, clients, cloudfront = world(), Aws(), Counted()
    queue = Queue(clients, here.config.invalidation_queue)
    queue.send(messages(alone=True, a=["/a"], b=["/b"], c=["/c"]))
    with Steps(clients, fatal) as steps, suppress(Death):
        cloudfront.steps = steps
        DeliveredEvictions(received(here), queue, cloudfront.distribution).carry_out(lambda: True)
    assert steps.made == (["CreateInvalidation", "DeleteMessageBatch"] * 3)[:fatal]
    cloudfront.steps = None
    DeliveredEvictions(received(here), queue, cloudfront.distribution).carry_out(lambda: True)
    assert cloudfront.paid == ["/a", "/b", "/c"]
    assert received(here) == []


@pytest.mark.parametrize(
    ("budget", "steps"),
    [
        ("", ["CreateInvalidation", "DeleteMessageBatch"]),
        ("1000", ["HeadObject", "PutObject", "CreateInvalidation", "DeleteMessageBatch"]),
    ],
    ids=["without a budget", "with one"],
)
def test_the_steps_of_an_eviction_are_these_and_whoever_dies_between_them_counts_too_many_at_most(
    budget: str, steps: list[str]
) -> None:
    for fatal in range(len(steps) + 2):
        here, clients, cloudfront = world(INVALIDATION_BUDGET=budget), Aws(), Counted()
        clients.notes = clients.s3
        tally = work.tally(here.config, clients)
        queue = Queue(clients, here.config.invalidation_queue)
        queue.send(messages(a=["/a", "/b"]))
        aws: Any = SimpleNamespace(cloudfront=cloudfront)
        distribution = Distribution(aws, ID, tally)
        with Steps(clients, fatal) as counted, suppress(Death):
            cloudfront.steps = counted
            DeliveredEvictions(received(here), queue, distribution).carry_out(lambda: True)
        assert counted.made == (steps[:fatal] if fatal else steps)
        assert not tally or tally.read().paths >= len(cloudfront.paid)
        cloudfront.steps = None
        DeliveredEvictions(received(here), queue, distribution).carry_out(lambda: True)
        assert cloudfront.paid == ["/a", "/b"]
        assert not tally or tally.read().paths == 2
        here.s3.delete_object(Bucket="site", Key=KEY)


def stale(here: World) -> set[str]:
    """Return the keys of stored variants that are of another version than the original is."""
    return {
        key
        for key in here.stored()
        if here.s3.head_object(Bucket="site", Key=key)["Metadata"]["original-etag"] != here.etag("a.jpg")
    }


def evicted_and_stale(here: World, evicted: list[str]) -> set[str]:
    """Note what has been ordered to be evicted, and return what of it is stored and stale all the same."""
    ordered = here.evicted()
    evicted += ordered
    return {path for path in ordered if path.removeprefix("/") in stale(here)}


def received(here: World) -> list[Message]:
    """Take what is in the queue of evictions, as if its visibility timeout had passed."""
    with later(1000):
        answer = here.sqs.receive_message(
            QueueUrl=here.config.invalidation_queue, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
    return [Message(each["Body"], each["ReceiptHandle"]) for each in answer.get("Messages", [])]

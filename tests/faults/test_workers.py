"""Every call to AWS of the functions behind the queues meets every fault: SQS delivers again, and all is done."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.aws.clients import BACKGROUND_TIMEOUTS, Aws
from chalicelib.aws.index import SETTLED
from chalicelib.aws.queues import Message, Queue
from chalicelib.upkeep import work
from tests.aws.cloudfront import KNOWN
from tests.aws.strict import make_strict
from tests.faults import kinds
from tests.faults.clock import Clock
from tests.faults.injector import Injector
from tests.upkeep.test_crashes import evicted_and_stale, received, site, stale
from tests.upkeep.test_events import notification
from tests.upkeep.test_evictions import messages
from tests.upkeep.world import World, later, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.injector import Call

pytestmark = pytest.mark.usefixtures("aws", "fresh_clients")

FAULTS = {
    "throttled": kinds.throttled,
    "500": kinds.failing,
    "504": kinds.gone_gateway,
    "no connection": kinds.unconnected,
    "no answer": kinds.unanswered,
    "answer lost": kinds.answer_lost,
    "reset": kinds.reset,
    "half a body": kinds.partial,
    "403": kinds.denied,
}
CALLS_OF_A_CHANGE = {
    "HEAD of the original": ("HeadObject", "photos/a.jpg"),
    "HEAD of a variant": ("HeadObject", "site/100x100/"),
    "HEAD of the note of the faces": ("HeadObject", "site/.faces/"),
    "LIST of the index": ("ListObjectsV2", "site"),
    "DELETE of variants": ("DeleteObject", "site/"),
    "SQS: orders and the second look": ("SendMessageBatch", ""),
    "SQS: the change is done": ("DeleteMessageBatch", ""),
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    made.install(monkeypatch)
    return made


@pytest.fixture
def fresh_clients() -> Iterator[None]:
    """Clients of this test alone: the faults of others have used up none of their attempts."""
    work._aws.cache_clear()  # noqa: SLF001 - there is one client in the process
    yield
    work._aws.cache_clear()  # noqa: SLF001 - nobody else gets clients with our faults


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize(("call", "place"), CALLS_OF_A_CHANGE.values(), ids=CALLS_OF_A_CHANGE)
def test_a_change_that_meets_a_fault_is_delivered_again_and_then_all_is_done(
    call: str, place: str, fault: Callable[[Call], Any], clock: Clock
) -> None:
    here, injector, evicted = site(), Injector(clock), list[str]()
    clients = work._aws()  # noqa: SLF001 - there is one client in the process
    injector.watch([clients.s3, clients.sqs])
    injector.hits = lambda made: made.name == call and f"{made.bucket}/{made.key}".startswith(place)
    injector.fault = fault
    with later(SETTLED):
        failed = fails(lambda: here.hear(notification("a.jpg")))
        assert injector.met
        assert not evicted_and_stale(here, evicted), "evicted what S3 still had"
    injector.heal()
    if failed:
        with later(2 * SETTLED):
            here.changed("a.jpg")
            orders = here.orders()
            evicted += [item for order in orders for item in order["items"]]
    assert stale(here) == set()
    assert here.indexed() == set()
    assert set(evicted) == {"/100x100/a.jpg", "/thumb/a.jpg"}

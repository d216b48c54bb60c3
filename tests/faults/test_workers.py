"""Every call of the functions behind the queues meets every fault: SQS delivers again, and all is done."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import moto.s3.models
import pytest

from chalicelib.address.values import Format
from chalicelib.aws import copying
from chalicelib.aws.cdn import Distribution
from chalicelib.aws.clients import BACKGROUND_TIMEOUTS, Aws, background
from chalicelib.aws.index import SETTLED
from chalicelib.aws.queues import Queue
from chalicelib.render.rendered import Rendered
from chalicelib.upkeep import stripping, work
from chalicelib.upkeep.evictions import DeliveredEvictions
from tests.aws.cloudfront import KNOWN
from tests.faults import kinds
from tests.faults.clock import Clock
from tests.faults.injector import Injector
from tests.test_ahead import TEN, worker
from tests.upkeep.test_crashes import received, site, stale
from tests.upkeep.test_evictions import messages
from tests.upkeep.world import later, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

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
    background.cache_clear()
    yield
    background.cache_clear()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize(("call", "place"), CALLS_OF_A_CHANGE.values(), ids=CALLS_OF_A_CHANGE)
def test_a_change_that_meets_a_fault_is_delivered_again_and_then_all_is_done(
    call: str, place: str, fault: Callable[[Call], Any], clock: Clock
) -> None:
    here, injector = site(), Injector(clock)
    clients = background()
    injector.watch([clients.s3, clients.sqs])
    injector.hits = lambda made: made.name == call and f"{made.bucket}/{made.key}".startswith(place)
    injector.fault = fault
    with later(SETTLED):
        fails(lambda: here.changed("a.jpg"))
        assert injector.met
        orders = here.orders()
        assert not (items(orders) & {f"/{key}" for key in stale(here)}), "evicted what S3 still had"
        injector.heal()
    with later(2 * SETTLED):
        here.changed("a.jpg")
        orders += here.orders()
    assert (stale(here), here.indexed()) == (set(), set())
    assert items(orders) == {"/100x100/a.jpg", "/thumb/a.jpg"}
    assert len({order["reference"] for order in orders}) == 1, "CloudFront takes each reference once"


CALLS_OF_A_MIRROR = {
    "HEAD of what is owed": ("keep", "HeadObject", "site/.index/owed-"),
    "HEAD of the mirror": ("keep", "HeadObject", "site/a.jpg"),
    "GET of the first bytes": ("keep", "GetObject", "photos/a.jpg"),
    "PUT of what is owed": ("keep", "PutObject", "site/.index/owed-"),
    "CopyObject": ("keep", "CopyObject", "site/a.jpg"),
    "CreateMultipartUpload": ("parts", "CreateMultipartUpload", "site/a.jpg"),
    "UploadPartCopy": ("parts", "UploadPartCopy", "site/a.jpg"),
    "CompleteMultipartUpload": ("parts", "CompleteMultipartUpload", "site/a.jpg"),
    "GET of the original": ("strip", "GetObject", "photos/a.jpg"),
    "PUT of the mirror": ("strip", "PutObject", "site/a.jpg"),
    "DELETE of the mirror": ("gone", "DeleteObject", "site/a.jpg"),
    "DELETE of what is owed": ("keep", "DeleteObject", "site/.index/owed-"),
    "SQS: the order of its eviction": ("keep", "SendMessageBatch", ""),
}
OF_EACH_OUTCOME = ("throttled", "500", "no answer", "answer lost", "reset", "403")
"""Faults that end otherwise for a mirror: `FAULTS` has others, which end like one of these."""

OF_PARTS = ("no answer", "answer lost", "403")
"""Of a copy in parts only that is new: it takes long, it is done and nobody knows, it is refused for good."""

OF_BODIES = {"half a body": kinds.partial, "3 bytes": kinds.hardly, "wrong bit": kinds.corrupt}
"""Faults that only what is read can meet."""


def _faults(way: str, call: str) -> dict[str, Any]:
    told = OF_PARTS if way == "parts" else OF_EACH_OUTCOME
    is_read = call in {"HeadObject", "GetObject"}  # it makes no difference whether S3 has answered it
    found = {name: FAULTS[name] for name in told if not (is_read and name == "answer lost")}
    return found | (OF_BODIES if call == "GetObject" else {})


MIRROR_FAULTS = [
    pytest.param(*call, fault, id=f"{name}, {kind}")
    for name, call in CALLS_OF_A_MIRROR.items()
    for kind, fault in _faults(*call[:2]).items()
]


@pytest.mark.parametrize(("way", "call", "place", "fault"), MIRROR_FAULTS)
def test_a_mirror_whose_call_meets_a_fault_is_right_after_the_next_delivery(
    way: str,
    call: str,
    place: str,
    fault: Callable[[Call], Any],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        stripping, "strip_in_darkroom", lambda found, *_: Rendered(found.data, Format.GIF, 1, 1, 1)
    )
    monkeypatch.setattr(copying, "PART", 8 if way == "parts" else copying.PART)
    monkeypatch.setattr(copying, "AT_ONCE", 1)
    monkeypatch.setattr(moto.s3.models, "S3_UPLOAD_PART_MIN_SIZE", 1)
    here, injector = world(MIRROR_ORIGINALS="strip" if way == "strip" else "keep"), Injector(clock)
    here.put("a.jpg", "old, of two parts")
    here.changed("a.jpg")
    here.put("a.jpg", "new, of two parts")
    if way == "gone":
        here.s3.delete_object(Bucket="photos", Key="a.jpg")
    clients = background()
    injector.watch([clients.s3, clients.copier, clients.sqs])
    injector.hits = lambda made: made.name == call and f"{made.bucket}/{made.key}".startswith(place)
    injector.fault = fault
    fails(lambda: here.changed("a.jpg"))
    assert injector.met
    assert clock.waited < work.LONGEST_CHANGE, "or Lambda might end it in the middle"
    injector.heal()
    with later(SETTLED):
        here.changed("a.jpg")
        orders = here.orders()
    assert here.stored() == ({"a.jpg"} if way != "gone" else set())
    if way != "gone":
        found = here.s3.get_object(Bucket="site", Key="a.jpg")
        assert found["Body"].read() == b"GIF89anew, of two parts"
        assert found["Metadata"]["original-etag"] == here.etag("a.jpg")
    assert items(orders) == {"/a.jpg"}
    assert here.s3.list_objects_v2(Bucket="site", Prefix=".index/owed-")["KeyCount"] == 0


EVICT_SECONDS = 120
"""The time-out of the function Evict (infra/stack.yaml)."""


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("call", ["CreateInvalidation", "DeleteMessageBatch"])
def test_an_eviction_that_meets_a_fault_is_delivered_again_and_paid_once(
    call: str, fault: Callable[[Call], Any], clock: Clock
) -> None:
    here, clients, injector, cloudfront = world(), Aws(BACKGROUND_TIMEOUTS), Injector(clock), CloudFront()
    queue = Queue(clients, here.config.invalidation_queue)
    queue.send(messages(alone=True, a=["/a"], b=["/b"]))
    injector.watch([clients.sqs, clients.cloudfront])
    injector.stand_ins["CreateInvalidation"] = cloudfront.create_invalidation
    injector.hits, injector.fault = lambda made: made.name == call, fault
    distribution = Distribution(clients, "E2EXAMPLE")
    delivered = DeliveredEvictions(received(here), queue, distribution)
    assert fails(lambda: delivered.carry_out(lambda: EVICT_SECONDS - clock.waited > work.LONGEST_CALL))
    assert injector.met
    assert clock.waited <= EVICT_SECONDS, "or Lambda might end in the middle of the call"
    injector.heal()
    DeliveredEvictions(received(here), queue, distribution).carry_out(lambda: True)
    assert sorted(cloudfront.paid) == ["/a", "/b"]
    assert received(here) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("call", ["HeadObject", "PutObject"])
def test_an_eviction_that_cannot_be_counted_is_carried_out_later_with_everything_else(
    call: str, fault: Callable[[Call], Any], clock: Clock
) -> None:
    here = world(INVALIDATION_BUDGET="1000", DISTRIBUTION_ID="E2EXAMPLE")
    clients, injector, cloudfront = background(), Injector(clock), CloudFront()
    Queue(clients, here.config.invalidation_queue).send(messages(a=["/a", "/b"]))
    injector.watch([clients.notes, clients.cloudfront])
    injector.stand_ins["CreateInvalidation"] = cloudfront.create_invalidation
    injector.hits, injector.fault = lambda made: made.name == call, fault
    work.evict(here.config, received(here), lambda: 120.0)
    assert injector.met
    assert clock.waited <= work.LONGEST_COUNT
    assert cloudfront.paid == []
    for hours in (1, 2):
        with later(hours * 3600):
            work.evict(here.config, received(here), lambda: 120.0)
    assert cloudfront.paid == ["/*"]
    assert received(here) == []


CALLS_OF_A_MESSAGE = {
    "HEAD of whether the index is complete": ("HeadObject", "site/.index/complete"),
    "LIST of the index": ("ListObjectsV2", "site"),
    "GET of the original": ("GetObject", "photos/a.jpg"),
    "PUT of an entry": ("PutObject", "site/.index/original-"),
    "PUT of a variant": ("PutObject", "site/500x/a.jpg"),
    "SQS: the message is done": ("DeleteMessageBatch", ""),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize(("call", "place"), CALLS_OF_A_MESSAGE.values(), ids=CALLS_OF_A_MESSAGE)
def test_wanted_variants_whose_call_meets_a_fault_are_all_there_after_the_next_delivery(
    call: str, place: str, fault: Callable[[Call], Any], clock: Clock
) -> None:
    here, injector = worker(), Injector(clock)
    here.stage.put("a.jpg")
    here.stage.service.site.index.declare_complete()
    injector.watch([here.stage.s3, here.queue.clients.sqs])
    injector.hits = lambda made: made.name == call and f"{made.bucket}/{made.key}".startswith(place)
    injector.fault = fault
    fails(lambda: here.work("a.jpg", *TEN))
    assert injector.met
    injector.heal()
    for spelling in here.stage.stored():
        assert here.body(spelling) == f"{spelling.partition('/')[0]} of a.jpg".encode()
    with later(2 * SETTLED):  # what fails is delivered again after a minute
        here.deliver()
    assert (here.left(), here.stage.stored()) == (0, {f"{each}/a.jpg" for each in TEN})
    assert len(here.stage.index()) == 1 + len(TEN)


def fails(do: Callable[[], None]) -> bool:
    """Do it as Lambda does: whatever is raised, the messages that are left are delivered again."""
    try:
        do()
    except Exception:  # noqa: BLE001 - as Lambda
        return True
    return False


def items(orders: list[Any]) -> set[str]:
    return {item for order in orders for item in order["items"]}


@dataclass
class CloudFront:
    """Answers CreateInvalidation over HTTP, and refuses a caller reference that it knows, as AWS does."""

    paid: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def create_invalidation(self, request: AWSPreparedRequest) -> AWSResponse:
        told = cast("bytes", request.body).decode()
        (reference,) = re.findall("<CallerReference>(.*)</CallerReference>", told)
        if reference in self.known:
            refusal = f"<Error><Code>InvalidArgument</Code><Message>{KNOWN}</Message></Error>"
            return kinds.written(request, 400, {}, f"<ErrorResponse>{refusal}</ErrorResponse>".encode())
        self.known.add(reference)
        self.paid += re.findall("<Path>(.*?)</Path>", told)
        taken = "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>"
        return kinds.written(request, 201, {}, taken.encode())

"""Variants made ahead, with S3 and SQS in moto: what is made, what it costs, what fails, what gets stale."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from chalicelib import ahead
from chalicelib.address.key import Key
from chalicelib.address.wanted import MOST_VARIANTS, Wanted
from chalicelib.ahead import Ahead
from chalicelib.aws import clients, rereading
from chalicelib.aws.bucket import Site
from chalicelib.aws.clients import S3_TIMEOUTS, Aws
from chalicelib.aws.index import SETTLED
from chalicelib.aws.queues import Message, Queue, QueueError
from chalicelib.errors import Fault, UpstreamBusy
from chalicelib.service import ANSWER_SECONDS
from chalicelib.upkeep.freshness import SECOND_LOOK
from tests.test_service import BROKEN, Renderer, Stage, staged
from tests.upkeep.world import later, world

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.address.variant import Variant
    from chalicelib.aws.bucket import Original
    from chalicelib.render.extras import Extras
    from chalicelib.render.rendered import Rendered
    from chalicelib.timing import Deadline
    from tests.upkeep.world import World

pytestmark = pytest.mark.usefixtures("aws")

TEN = tuple(f"{side}x" for side in range(100, 1100, 100))
ALLOWED = ",".join(TEN)


@dataclass
class Worker:
    """The function behind the queue, and what it is told of."""

    stage: Stage
    queue: Queue
    seconds_left: Callable[[], float] = lambda: 300.0
    made: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def work(self, key: str, *spellings: str) -> None:
        """Put a message into the queue, and carry it out as Lambda delivers it."""
        self.queue.send([str(Wanted(Key(key), spellings))])
        self.deliver()

    def deliver(self) -> None:
        for client in (self.stage.s3, self.queue.clients.sqs):
            client.meta.events.register("provide-client-params", self._note, unique_id="calls")
        told = boto3.client("sqs").receive_message(QueueUrl=self.queue.url, MaxNumberOfMessages=10)
        messages = [Message(each["Body"], each["ReceiptHandle"]) for each in told.get("Messages", [])]
        self.calls.clear()
        Ahead(self.stage.service, self.queue, self.seconds_left, self.made.append).carry_out(messages)

    def _note(self, model: Any, **_: object) -> None:
        self.calls.append(model.name)

    def counted(self) -> dict[str, int]:
        return {name: self.calls.count(name) for name in sorted(set(self.calls))}

    def body(self, key: str) -> bytes:
        data: bytes = self.stage.s3.get_object(Bucket="site", Key=key)["Body"].read()
        return data

    def left(self) -> int:
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = boto3.client("sqs").get_queue_attributes(QueueUrl=self.queue.url, AttributeNames=names)
        return sum(map(int, answer["Attributes"].values()))


def worker(**environ: str) -> Worker:
    url = boto3.client("sqs").create_queue(QueueName=f"wanted-{uuid.uuid4()}")["QueueUrl"]
    return Worker(staged(**{"ALLOWED_DIMENSIONS": ALLOWED} | environ), Queue(Aws(), url))


def test_every_variant_is_stored_where_a_viewer_would_miss_it_and_as_a_request_would_store_it() -> None:
    here = worker()
    for key in ("a.jpg", "b.jpg"):
        here.stage.put(key)
    here.work("a.jpg", *TEN)
    for spelling in TEN:
        here.stage.ask(f"{spelling}/b.jpg")
    assert here.stage.stored() == {f"{spelling}/{key}" for spelling in TEN for key in ("a.jpg", "b.jpg")}
    (ahead, asked) = (
        here.stage.s3.get_object(Bucket="site", Key=f"100x/{key}") for key in ("a.jpg", "b.jpg")
    )
    assert ahead["Metadata"].keys() == asked["Metadata"].keys()
    assert [ahead[name] for name in ("ContentType", "CacheControl")] == [
        asked[name] for name in ("ContentType", "CacheControl")
    ]
    assert len(here.stage.index() - {".index/complete"}) == 20, (
        "each is in the index, so that it goes when its original changes"
    )
    assert (here.made, here.left()) == ([10], 0)


FEW = TEN[: ahead.FEWEST_LISTED - 1]


@pytest.mark.parametrize(
    ("spellings", "looks"),
    [
        pytest.param(TEN, {"HeadObject": 1, "ListObjectsV2": 1}, id="ten: the index is listed"),
        pytest.param(FEW, {"HeadObject": len(FEW)}, id="few: each is looked up"),
    ],
)
def test_variants_of_an_original_cost_one_fetch_and_these_calls(
    spellings: tuple[str, ...], looks: dict[str, int]
) -> None:
    here = worker()
    here.stage.put("a.jpg")
    here.stage.service.site.index.declare_complete()
    here.work("a.jpg", *spellings)
    stored = {"GetObject": 1, "PutObject": 2 * len(spellings), "DeleteMessageBatch": 1}
    assert here.counted() == looks | stored


@pytest.mark.parametrize(
    ("spellings", "looks"),
    [
        pytest.param(TEN, {"HeadObject": 1 + 10, "ListObjectsV2": 1}, id="ten"),
        pytest.param(FEW, {"HeadObject": len(FEW)}, id="few"),
    ],
)
def test_what_is_stored_already_costs_looks_and_is_not_made_again(
    spellings: tuple[str, ...], looks: dict[str, int]
) -> None:
    here = worker()
    here.stage.put("a.jpg")
    here.stage.service.site.index.declare_complete()
    for _ in range(2):
        here.work("a.jpg", *spellings)
    assert here.counted() == looks | {"DeleteMessageBatch": 1}
    assert len(here.stage.renderer.made) == len(spellings)


def test_in_a_new_site_the_first_message_makes_the_index_complete() -> None:
    here = worker()
    for key in ("a.jpg", "b.jpg"):
        here.stage.put(key)
    here.work("a.jpg", *TEN)
    stored = {"GetObject": 1, "PutObject": 20, "DeleteMessageBatch": 1}
    first = {"HeadObject": 1, "ListObjectsV2": 2, "PutObject": 21}
    assert here.counted() == stored | first
    here.work("b.jpg", *TEN)
    assert here.counted() == {"HeadObject": 1, "ListObjectsV2": 1} | stored


def test_an_index_that_does_not_know_all_that_is_stored_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Site, "first_keys", lambda _: None)  # there are too many to enter
    here = worker()
    here.stage.put("a.jpg")
    here.work("a.jpg", *TEN)
    for entry in here.stage.index():
        here.stage.s3.delete_object(Bucket="site", Key=entry)
    here.work("a.jpg", *TEN)
    assert here.counted() == {"HeadObject": 1 + 10, "DeleteMessageBatch": 1}
    assert len(here.stage.renderer.made) == 10


def test_a_file_of_the_owners_in_the_place_of_a_variant_stays_and_is_not_counted() -> None:
    here = worker()
    here.stage.put("a.jpg")
    here.stage.s3.put_object(Bucket="site", Key="300x/a.jpg", Body=b"theirs")
    here.work("a.jpg", *TEN)
    assert here.made == [9]
    assert here.stage.s3.get_object(Bucket="site", Key="300x/a.jpg")["Body"].read() == b"theirs"


def test_a_variant_that_is_in_the_index_alone_is_made() -> None:
    here = worker()
    here.stage.put("a.jpg")
    here.stage.service.site.index.declare_complete()
    here.work("a.jpg", *TEN)
    here.stage.s3.delete_object(Bucket="site", Key="300x/a.jpg")
    here.work("a.jpg", *TEN)
    assert here.made == [10, 1]
    assert len(here.stage.stored()) == 10


@pytest.mark.parametrize(
    ("key", "data", "spellings", "stored"),
    [
        pytest.param("a.jpg", b"GIF89a", ("100x", "150x", "300x200"), {"100x/a.jpg"}, id="not allowed"),
        pytest.param("a.jpg", b"GIF89a", ("100x", "nonsense", ""), {"100x/a.jpg"}, id="malformed"),
        pytest.param("a.jpg", b"GIF89a", ("100x", "100x,fit=inside", "100x"), {"100x/a.jpg"}, id="twice"),
        pytest.param("a.jpg", b"no image", ("100x", "200x"), set(), id="no image"),
        pytest.param("a.jpg", BROKEN, ("100x", "200x"), set(), id="broken"),
        pytest.param("a.jpg", b"", ("100x",), set(), id="missing"),
        pytest.param("a//b.jpg", b"", ("100x",), set(), id="no key"),
        pytest.param("100x/a.jpg", b"", ("100x",), set(), id="a variant of a variant"),
    ],
)
def test_what_is_refused_for_good_is_not_tried_again_and_spoils_nothing(
    key: str, data: bytes, spellings: tuple[str, ...], stored: set[str]
) -> None:
    here = worker()
    if data:
        here.stage.put(key, data)
    here.work(key, *spellings)
    assert (here.stage.stored(), here.left()) == (stored, 0)


def test_a_signature_is_of_no_use_here() -> None:
    here = worker(ALLOWED_DIMENSIONS="", PRESETS="")
    here.stage.put("a.jpg")
    here.work("a.jpg", "100x100,s=k1.0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert (here.stage.stored(), here.left()) == (set(), 0)


def test_a_preset_that_is_for_one_source_is_made_of_that_source() -> None:
    here = worker(PRESETS="round@avatars=90x90")
    here.stage.put("faces/me.jpg", bucket="people")
    here.stage.put("me.jpg")
    here.work("me.jpg", "round", "100x")
    assert sorted(here.stage.renderer.made) == ["100x of me.jpg", "round of faces/me.jpg"]
    assert here.counted()["GetObject"] == 2


@dataclass
class Failing(Renderer):
    """Raises `faults`, one for each picture, before it makes any."""

    faults: list[Exception] = field(default_factory=list)

    def __call__(self, original: Original, variant: Variant, extras: Extras, deadline: Deadline) -> Rendered:
        if self.faults:
            raise self.faults.pop()
        return super().__call__(original, variant, extras, deadline)


@pytest.mark.parametrize("fault", [Fault(), UpstreamBusy(), ZeroDivisionError()], ids=repr)
def test_what_may_succeed_later_is_tried_again_and_makes_nothing_twice(fault: Exception) -> None:
    here = worker()
    renderer = Failing(faults=[fault] * (2 if isinstance(fault, UpstreamBusy) else 1))
    here.stage.service = replace(here.stage.service, render=renderer)
    here.stage.put("a.jpg")
    with pytest.raises(QueueError, match="failed at 1 of 1"):
        here.work("a.jpg", "100x")
    assert here.left() == 1
    with later(61):
        here.deliver()
    assert (here.stage.stored(), renderer.made, here.left()) == ({"100x/a.jpg"}, ["100x of a.jpg"], 0)


def test_a_variant_that_waited_too_long_for_the_others_is_tried_once_more_alone() -> None:
    here = worker()
    renderer = Failing(faults=[UpstreamBusy()])
    here.stage.service = replace(here.stage.service, render=renderer)
    here.stage.put("a.jpg")
    here.work("a.jpg", *TEN)
    assert (len(here.stage.stored()), len(renderer.made), here.left()) == (10, 10, 0)


@pytest.mark.parametrize("message", ["", "{}", '{"key": 1}'])
def test_a_message_that_asks_for_nothing_goes_to_the_dead_letters_in_the_end(message: str) -> None:
    here = worker()
    here.queue.send([message or "x"])
    with pytest.raises(QueueError):
        here.deliver()
    assert here.left() == 1


def test_what_there_is_no_time_for_is_put_back_as_a_message_of_its_own() -> None:
    here = worker()
    here.stage.put("a.jpg")
    looks = iter([True] * 4)
    here.seconds_left = lambda: 300.0 if next(looks, False) else 1.0
    here.work("a.jpg", *TEN)
    done = here.stage.stored()
    assert 0 < len(done) < 10
    assert here.left() == 1
    here.seconds_left = lambda: 300.0
    here.deliver()
    assert (len(here.stage.stored()), len(here.stage.renderer.made), here.left()) == (10, 10, 0)


def test_without_time_for_a_single_variant_it_is_a_failure_and_not_a_circle() -> None:
    here = worker()
    here.stage.put("a.jpg")
    here.seconds_left = lambda: 1.0
    with pytest.raises(QueueError):
        here.work("a.jpg", *TEN)
    assert here.left() == 1


def test_two_deliveries_of_one_message_store_each_variant_once() -> None:
    here = worker()
    here.stage.put("a.jpg")
    renderer = here.stage.renderer
    meanwhile = iter([True])

    def rendered(*told: Any) -> Rendered:
        if next(meanwhile, False):
            other = Ahead(here.stage.service, here.queue, lambda: 300.0, here.made.append)
            with suppress(StopIteration):
                other.carry_out([Message(str(Wanted(Key("a.jpg"), TEN)), "other")])
        return renderer(*told)

    first = replace(here.stage.service, render=rendered)
    Ahead(first, here.queue, lambda: 300.0, here.made.append).carry_out(
        [Message(str(Wanted(Key("a.jpg"), TEN)), "first")]
    )
    versions = [here.stage.s3.head_object(Bucket="site", Key=key) for key in here.stage.stored()]
    assert len(versions) == len({each["Metadata"]["rendering"] for each in versions}) == 10


WANTED_QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/wanted"


def test_each_call_of_the_function_uses_the_clients_of_the_one_before() -> None:
    service = staged(ALLOWED_DIMENSIONS=ALLOWED, PREWARM_QUEUE=WANTED_QUEUE).service
    first, second = (Ahead.of(service, lambda: 300.0, lambda _: None).queue for _call in range(2))
    assert first.clients.sqs is second.clients.sqs


def test_a_variant_is_begun_so_early_that_the_second_look_at_a_change_comes_after_it() -> None:
    call = clients.longest(S3_TIMEOUTS)
    begun = rereading.CONFIRMED_SECONDS
    assert ANSWER_SECONDS + call < SETTLED, "the variant of an entry is stored, or never will be"
    assert begun + call + SETTLED < SECOND_LOOK, "its entry is settled then"
    assert begun + ANSWER_SECONDS + call < SECOND_LOOK
    assert ahead.LONGEST < 300


@pytest.mark.parametrize("asks_again", [True, False], ids=["asks S3 again", "does not ask again"])
def test_no_stale_variant_is_left_whenever_the_original_changes_meanwhile(
    asks_again: bool,  # noqa: FBT001 - a table's column
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ahead, "AT_ONCE", 1)
    if not asks_again:
        monkeypatch.setattr(rereading, "CONFIRMED_SECONDS", 10_000)
    stale = {changed: Race(monkeypatch, changed).run() for changed in range(1, 11)}
    assert {changed for changed, number in stale.items() if number} == (set() if asks_again else {1, 2, 3, 4})


@dataclass
class Race:
    """Ten renderings of 14 seconds each. The original changes during the one with the number `changed`.

    Both looks at a change come when they are due.
    """

    monkeypatch: pytest.MonkeyPatch
    changed: int
    now: float = 0.0
    due: float = float("inf")
    here: World = field(default_factory=lambda: world(ALLOWED_DIMENSIONS=ALLOWED))
    renderer: Renderer = field(default_factory=Renderer)

    @property
    def key(self) -> str:
        """Each race has an original of its own."""
        return f"{self.changed}.jpg"

    def run(self) -> int:
        """Return how many stale variants are stored in the end."""
        self.monkeypatch.setattr("chalicelib.timing.time.perf_counter", lambda: self.now)
        self.here.put(self.key, "before")
        service = replace(staged(ALLOWED_DIMENSIONS=ALLOWED).service, render=self._rendered)
        queue = Queue(Aws(), self.here.config.invalidation_queue)
        message = Message(str(Wanted(Key(self.key), TEN)), "one")
        Ahead(service, queue, lambda: 300.0, lambda _: None).carry_out([message])
        self._wait(SECOND_LOOK)
        heads = [
            self.here.s3.head_object(Bucket="site", Key=key)
            for key in self.here.stored()
            if key.endswith(f"/{self.key}")
        ]
        return sum(each["Metadata"]["original-etag"] != self.here.etag(self.key) for each in heads)

    def _rendered(self, *told: Any) -> Rendered:
        if len(self.renderer.made) + 1 == self.changed:
            self.here.put(self.key, "after")
            self.here.changed(self.key)
            self.due = self.now + SECOND_LOOK
        self._wait(14)
        return self.renderer(*told)

    def _wait(self, seconds: float) -> None:
        self.now += seconds
        if self.due <= self.now:
            self.due = float("inf")
            self.here.look_again(self.key)


def test_a_message_may_ask_for_as_many_variants_as_there_can_be_in_one() -> None:
    sizes = [f"{side}x" for side in range(1, MOST_VARIANTS + 1)]
    here = worker(ALLOWED_DIMENSIONS="*")
    here.stage.put("a.jpg")
    here.work("a.jpg", *sizes)
    assert len(here.stage.renderer.made) == MOST_VARIANTS

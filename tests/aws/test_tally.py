"""The tally in the site bucket, in moto: counted once, by whoever counts, and never too few."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.address.sources import ObjectName, Source, Sources
from chalicelib.aws import tally
from chalicelib.aws.budget import Budget
from chalicelib.aws.cdn import Distribution, Refused
from chalicelib.aws.count import REMEMBERED, Count
from chalicelib.aws.eviction import Eviction, HeldBack, Urgency
from chalicelib.aws.tally import KEY, Tally
from chalicelib.upkeep.answers import everything
from tests.aws.cloudfront import BAD_PATHS, ID, KNOWN, CloudFront, refusal
from tests.upkeep.world import later

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("aws")

PATHS = 200
NAMED = 100
"""What 200 paths leave for evictions as they are ordered."""

MONTH = 32 * 86_400


@dataclass
class World:
    """A tally, a CloudFront that it is in front of, and a client of S3 that may fail."""

    prefix: str = ""
    cloudfront: CloudFront = field(default_factory=CloudFront)
    s3: Any = field(default_factory=lambda: boto3.client("s3"))

    @property
    def tally(self) -> Tally:
        clients: Any = SimpleNamespace(notes=self.s3)
        return Tally(clients, Source("site", self.prefix), Budget(PATHS, everything(self.prefix)))

    def forget(self, eviction: Eviction) -> bool:
        """Tell CloudFront. False if that is held back."""
        clients: Any = SimpleNamespace(cloudfront=self.cloudfront)
        try:
            Distribution(clients, ID, self.tally).forget(eviction)
        except HeldBack:
            return False
        return True

    @property
    def paths(self) -> int:
        return self.tally.read().paths


def eviction(paths: int, reference: str = "", urgency: Urgency = Urgency.DUE) -> Eviction:
    reference = reference or f"reference-{paths}"
    return Eviction(tuple(f"/{reference}/{n}" for n in range(paths)), reference, urgency=urgency)


def test_each_path_counts_and_an_eviction_that_is_told_again_does_not() -> None:
    here = World()
    assert here.paths == 0
    for _ in range(4):
        here.forget(eviction(10, "a"))
    here.forget(eviction(7, "b"))
    assert here.paths == len(here.cloudfront.paid) == 17


@pytest.mark.parametrize(
    ("urgency", "taken"),
    [
        (Urgency.OPTIONAL, NAMED // 2),
        (Urgency.DUE, NAMED),
        (Urgency.AT_ONCE, 3 * PATHS),
        (Urgency.EVERYTHING, 3 * PATHS),
    ],
    ids=str,
)
def test_what_the_budget_has_paths_for_is_told_and_nothing_more(urgency: Urgency, taken: int) -> None:
    here = World()
    told = [here.forget(eviction(10, f"r{n}", urgency)) for n in range(3 * PATHS // 10)]
    assert len(here.cloudfront.paid) == taken == 10 * sum(told)
    assert told == sorted(told, reverse=True)
    assert here.paths == (0 if urgency is Urgency.EVERYTHING else taken)


def test_what_people_order_is_counted_and_leaves_less_for_the_others() -> None:
    here = World()
    assert here.forget(eviction(NAMED, "person", Urgency.AT_ONCE))
    assert not here.forget(eviction(1, "change"))
    assert here.forget(eviction(NAMED, "another", Urgency.AT_ONCE))


def test_a_batch_that_does_not_fit_leaves_what_is_left_to_smaller_ones() -> None:
    here = World()
    assert not here.forget(eviction(NAMED + 1))
    assert here.forget(eviction(NAMED))


def test_another_month_begins_at_nothing_in_the_same_object() -> None:
    here = World()
    here.forget(eviction(NAMED, "a"))
    with later(MONTH):
        assert here.paths == 0
        assert here.forget(eviction(5, "b"))
        assert here.paths == 5
        assert here.forget(eviction(7, "a")), "told last month: this one may bill it again"
    listed = here.s3.list_objects_v2(Bucket="site")["Contents"]
    assert [each["Key"] for each in listed] == [KEY]


@pytest.mark.parametrize(
    ("fault", "retries", "counted"),
    [
        pytest.param(refusal("TooManyInvalidationsInProgress"), 0, 0, id="its quota, at the first attempt"),
        pytest.param(
            refusal("Throttling"), 2, 3, id="throttled, after attempts that it may have carried out"
        ),
        pytest.param(EndpointConnectionError(endpoint_url="https://x"), 0, 3, id="no answer"),
    ],
)
def test_paths_are_taken_off_again_only_if_cloudfront_certainly_did_not_take_them(
    fault: Exception, retries: int, counted: int
) -> None:
    here = World(cloudfront=CloudFront(fault=fault))
    if isinstance(fault, ClientError):
        fault.response["ResponseMetadata"] = {"RetryAttempts": retries}  # type: ignore[typeddict-item]  # enough
    for _ in range(3):
        with pytest.raises(type(fault)):
            here.forget(eviction(3))
        assert here.paths == counted
    here.cloudfront.fault = None
    here.forget(eviction(3))
    assert here.paths == len(here.cloudfront.paid) == 3


def test_an_eviction_that_was_paid_before_the_tally_forgot_it_is_taken_off_again() -> None:
    here = World()
    here.forget(eviction(2, "old"))
    for number in range(REMEMBERED):
        here.forget(eviction(0 + 1, f"r{number}", Urgency.AT_ONCE))
    assert "old" not in here.tally.read().orders
    here.forget(eviction(2, "old"))
    assert here.paths == len(here.cloudfront.paid) == REMEMBERED + 2


def test_a_refused_batch_is_counted_for_what_is_taken_of_it() -> None:
    here = World(cloudfront=CloudFront(spoilt=frozenset({"/bad"})))
    told = Eviction(("/a", "/b", "/bad", "/c~d"), "r1")
    with pytest.raises(Refused):
        here.forget(told)
    assert here.paths == len(here.cloudfront.paid) == 3


@pytest.mark.parametrize("message", [KNOWN, BAD_PATHS])
def test_what_cloudfront_says_of_a_first_attempt_costs_nothing(message: str) -> None:
    here = World(cloudfront=CloudFront(fault=refusal("InvalidArgument", message)))
    try:
        here.forget(eviction(1))
    except Refused:
        assert message == BAD_PATHS
    assert here.paths == 0


def interleaved(here: World, first: Callable[[], object]) -> None:
    """Let somebody else do something between the next reading and writing of the tally."""
    done: list[bool] = []

    def before(model: Any, **_: object) -> None:
        if model.name == "PutObject" and not done:
            done.append(True)
            first()

    event: Any = "provide-client-params"
    here.s3.meta.events.register(event, before)


@pytest.mark.parametrize("already", [0, 4], ids=["before there is a tally", "later"])
def test_of_two_that_count_at_the_same_time_none_is_lost(already: int) -> None:
    here, other = World(), World()
    for number in range(already):
        here.forget(eviction(1, f"r{number}"))
    interleaved(here, lambda: other.forget(eviction(5, "theirs")))
    here.forget(eviction(3, "ours"))
    assert here.paths == already + 8


def test_of_two_that_want_the_last_paths_at_the_same_time_one_is_held_back() -> None:
    here, other = World(), World()
    told: list[bool] = []
    interleaved(here, lambda: told.append(other.forget(eviction(60, "theirs"))))
    told.append(here.forget(eviction(60, "ours")))
    assert told == [True, False]
    assert here.paths == 60


def test_many_that_count_at_the_same_time_pause_ever_longer_and_end_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, now, pauses = World(s3=failing("put_object", refusal("PreconditionFailed"))), [0.0], list[float]()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    clock = SimpleNamespace(sleep=sleep, monotonic=lambda: now[0], time=time.time)
    monkeypatch.setattr(tally, "time", clock)
    monkeypatch.setattr(random, "uniform", lambda _, most: most)
    assert not here.forget(eviction(1))
    assert pauses == [0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256]
    pauses.clear()
    monkeypatch.setattr(tally, "_PAUSE", 1.0)
    assert not here.forget(eviction(1))
    assert len(pauses) == 1, "nobody waits longer"


def test_what_another_function_has_told_meanwhile_is_not_taken_off_by_whoever_is_refused() -> None:
    """A message is delivered twice: CloudFront refuses one of them for its quota, and takes the other."""
    told, other = eviction(3), World()

    class Refusing(CloudFront):
        def create_invalidation(self, **_: Any) -> None:
            assert other.forget(told)
            raise refusal("TooManyInvalidationsInProgress")

    here = World(cloudfront=Refusing())
    with pytest.raises(ClientError, match="TooMany"):
        here.forget(told)
    assert here.paths == len(other.cloudfront.paid) == 3


def test_a_clock_that_is_slow_at_the_turn_of_the_month_counts_for_the_new_one() -> None:
    here = World()
    with later(MONTH):
        here.forget(eviction(5, "fast"))
    here.forget(eviction(7, "slow"))
    with later(MONTH):
        assert here.paths == 12


def test_a_tally_that_somebody_deletes_meanwhile_is_begun_anew() -> None:
    here, other = World(), World()
    here.forget(eviction(5, "a"))
    interleaved(here, lambda: other.s3.delete_object(Bucket="site", Key=KEY))
    assert here.forget(eviction(3, "b"))
    assert here.paths == 3


def failing(name: str, fault: Exception) -> Any:
    client = boto3.client("s3")

    def fail(**_: object) -> None:
        raise fault

    setattr(client, name, fail)
    return client


FAULTS = {
    "throttled": refusal("SlowDown"),
    "denied": refusal("AccessDenied"),
    "no answer": EndpointConnectionError(endpoint_url="https://s3"),
    "always written by others": refusal("PreconditionFailed"),
    "in conflict": refusal("ConditionalRequestConflict"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("call", ["head_object", "put_object"])
@pytest.mark.parametrize("urgency", list(Urgency), ids=str)
def test_what_cannot_be_counted_is_held_back_unless_a_person_ordered_it(
    urgency: Urgency, call: str, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    here = World(s3=failing(call, fault))
    told = here.forget(eviction(1, urgency=urgency))
    assert told is (urgency in {Urgency.AT_ONCE, Urgency.EVERYTHING})
    assert bool(here.cloudfront.calls) is told
    assert ("cannot count" in caplog.text) is (urgency is not Urgency.EVERYTHING)


@pytest.mark.parametrize("metadata", [{}, {"month": "2026-11"}, {"month": "2026-11", "paths": "many"}])
def test_an_object_that_is_no_tally_is_held_for_a_used_up_budget(metadata: dict[str, str]) -> None:
    here = World()
    here.s3.put_object(Bucket="site", Key=KEY, Metadata=metadata)
    assert not here.forget(eviction(1))


@pytest.mark.parametrize(
    "metadata",
    [{}, {"month": "2026-11", "paths": "1,5"}, {"month": "9999-01", "paths": str(PATHS), "orders": ""}],
    ids=["no note", "a broken one", "one of a month that is not yet"],
)
def test_what_somebody_has_spoilt_heals_with_the_next_month(metadata: dict[str, str]) -> None:
    here = World()
    here.s3.put_object(Bucket="site", Key=KEY, Metadata=metadata)
    assert not here.forget(eviction(1, "a"))
    with later(MONTH):
        assert here.forget(eviction(2, "b"))
        assert here.paths == 2


def test_the_object_is_a_note_that_no_lifecycle_rule_and_no_viewer_reaches() -> None:
    here = World(prefix="img/")
    for number in range(2 * REMEMBERED):
        here.forget(eviction(1, f"{number:064}", Urgency.AT_ONCE))
    stored = here.s3.get_object(Bucket="site", Key=f"img/{KEY}")
    assert stored["ContentLength"] == 16
    assert sum(len(name) + len(value) for name, value in stored["Metadata"].items()) < 2048
    assert Sources({}, Source("site", "img/")).is_note(ObjectName("site", f"img/{KEY}"))


def test_a_count_of_another_month_keeps_only_its_revision() -> None:
    count = Count("2026-11", 5, ("a",), '"1"')
    assert count.of("2026-11") == count
    assert count.of("2026-10") == count
    assert count.of("2026-12") == Count("2026-12", revision='"1"')

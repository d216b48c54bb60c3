"""The distribution: told of each eviction once, in another way of what it refuses, and never in vain."""

from __future__ import annotations

import itertools

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import eviction as evictions
from chalicelib.aws.bucket import Stored
from chalicelib.aws.cdn import Distribution, Evictor, Refused
from chalicelib.aws.eviction import Eviction
from tests.aws.cloudfront import BAD_PATHS, CloudFront, refusal


def eviction(*items: str) -> Eviction:
    return Eviction(items, "r1")


def forget(cloudfront: CloudFront, told: Eviction) -> frozenset[str]:
    """Have it forgotten, and return what is refused for good."""
    try:
        cloudfront.distribution.forget(told)
    except Refused as refused:
        return refused.items
    return frozenset()


@pytest.mark.parametrize(
    ("items", "spoilt", "paid", "given_up"),
    [
        (["/a", "/b"], [], ["/a", "/b"], []),
        (["/a", "/bad@1", "/c"], ["/bad@1"], ["/a", "/bad*", "/c"], []),
        (["/bad@1"], ["/bad@1"], ["/bad*"], []),
        (["/bad@1"], ["/bad@1", "/bad*"], [], ["/bad@1"]),
        (["/a", "/bad", "/c"], ["/bad"], ["/a", "/c"], ["/bad"]),
        (["/a", "#tag", "/c"], ["#tag"], ["/a", "/c"], ["#tag"]),
    ],
    ids=[
        "all are taken",
        "one in the middle is refused",
        "the only one is refused",
        "the wildcard in its place is refused as well",
        "nothing can stand in its place",
        "a tag has no other form",
    ],
)
def test_one_item_that_is_refused_spoils_no_other(
    items: list[str], spoilt: list[str], paid: list[str], given_up: list[str]
) -> None:
    cloudfront = CloudFront(spoilt=frozenset(spoilt))
    assert forget(cloudfront, eviction(*items)) == {*given_up}
    assert cloudfront.paid == paid


@pytest.mark.parametrize("is_idempotent", [True, False], ids=["as documented", "as seen"])
@pytest.mark.parametrize("spoilt", [[], ["/bad@1"], ["/bad"]])
def test_the_same_eviction_is_paid_for_once_however_often_it_is_told(
    spoilt: list[str],
    is_idempotent: bool,  # noqa: FBT001 - a table's column
) -> None:
    cloudfront = CloudFront(spoilt=frozenset(spoilt), is_idempotent=is_idempotent)
    told = eviction("/a", "/bad@1", "/bad", "/c")
    first = forget(cloudfront, told)
    paid = cloudfront.paid
    for _ in range(3):
        assert forget(cloudfront, told) == first
    assert cloudfront.paid == paid


def test_a_reference_that_is_known_is_no_proof_against_a_path() -> None:
    cloudfront = CloudFront(fault=refusal("InvalidArgument", "… a caller reference that was used …"))
    assert forget(cloudfront, eviction("/a", "/b")) == frozenset()
    assert cloudfront.calls == 1
    cloudfront = CloudFront(fault=refusal("InvalidationBatchAlreadyExists"))
    assert forget(cloudfront, eviction("/a", "/b")) == frozenset()


def test_what_is_refused_without_a_word_is_given_up_and_not_taken_for_done() -> None:
    cloudfront = CloudFront(fault=refusal("InvalidArgument"))
    assert forget(cloudfront, eviction("/a", "/b@1")) == {"/a", "/b@1"}


def test_a_batch_that_is_too_large_is_told_in_parts() -> None:
    class Small(CloudFront):
        def create_invalidation(self, **told: object) -> None:
            batch = told["InvalidationBatch"]
            assert isinstance(batch, dict)
            if len(batch["Paths"]["Items"]) > 2:
                raise refusal("BatchTooLarge")
            super().create_invalidation(**told)  # type: ignore[arg-type]  # passed on as it came

    cloudfront = Small()
    assert forget(cloudfront, eviction(*"abcde")) == {*"abcde"}, "no paths: this fake is strict"
    assert forget(cloudfront, Eviction(tuple(f"/{n}" for n in range(5)), "r2")) == frozenset()
    assert cloudfront.paid == [f"/{n}" for n in range(5)]


@given(st.sets(st.integers(0, 199), max_size=6))
def test_a_thousandth_bad_item_costs_calls_and_no_good_item(bad: set[int]) -> None:
    items = [f"/{n}" for n in range(200)]
    cloudfront = CloudFront(spoilt=frozenset(f"/{n}" for n in bad))
    assert forget(cloudfront, eviction(*items)) == {f"/{n}" for n in bad}
    assert sorted(cloudfront.paid) == sorted({*items} - {f"/{n}" for n in bad})
    assert cloudfront.calls <= 1 + len(bad) * 2 * 8


@pytest.mark.parametrize("code", ["Throttling", "TooManyInvalidationsInProgress", "AccessDenied"])
def test_what_may_pass_is_not_taken_for_a_refusal(code: str) -> None:
    with pytest.raises(ClientError, match=code):
        CloudFront(fault=refusal(code, BAD_PATHS)).distribution.forget(eviction("/a"))


def test_without_a_distribution_there_is_nobody_to_tell() -> None:
    cloudfront = CloudFront()
    Distribution(cloudfront.distribution.clients, "").forget(eviction("/a"))
    assert cloudfront.calls == 0


def test_each_rendering_of_each_variant_is_an_eviction_of_its_own() -> None:
    stored = [Stored(key, rendering, 0.0) for key in ("a", "b") for rendering in ("r1", "r2")]
    assert len({evictions.of(each).reference for each in stored}) == 4
    assert evictions.of(stored[0]) == evictions.of(Stored("a", "r1", 99.0))


def test_a_variant_that_has_no_path_to_be_named_by_is_evicted_by_a_wildcard() -> None:
    cloudfront = CloudFront()
    Evictor(cloudfront.distribution.forget).evict(Stored("300x200/IMG_20~1.JPG", "r1", 0.0))
    assert cloudfront.paid == ["/300x200/IMG_20*"]


def test_an_eviction_that_is_refused_in_every_form_fails_no_picture_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cloudfront = CloudFront(fault=refusal("InvalidArgument", BAD_PATHS))
    Evictor(cloudfront.distribution.forget).evict(Stored("100x100/a\nb.jpg", "r1", 0.0))
    assert r"could not evict '100x100/a\nb.jpg'" in caplog.text


def test_what_was_evicted_lately_is_not_mentioned_again() -> None:
    cloudfront = CloudFront()
    evictor = Evictor(cloudfront.distribution.forget)
    for _, n in itertools.product(range(2), range(3)):
        evictor.evict(Stored("a", f"r{n}", 0.0))
    assert cloudfront.calls == 3


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_a_reference_follows_from_all_its_texts_and_their_order(some: list[str], others: list[str]) -> None:
    assert (evictions.reference(*some) == evictions.reference(*others)) is (some == others)

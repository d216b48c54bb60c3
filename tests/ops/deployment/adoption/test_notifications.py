"""Notifications of a bucket: ours beside the others, and what S3 would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.deployment.adoption.listeners import may_match
from ops.notifications import (
    EVENTBRIDGE,
    conflicts,
    tells,
    with_eventbridge,
    with_queue,
    without_queue,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:shop-ChangesQueue-1"
OTHER = "arn:aws:sqs:eu-west-1:123456789012:search-index"


def theirs(*events: str, prefix: str = "", suffix: str = "", queue: str = OTHER) -> dict[str, Any]:
    """Somebody else's notification, as S3 answers it: names of filters have a capital letter."""
    rules = [
        {"Name": name, "Value": value} for name, value in (("Prefix", prefix), ("Suffix", suffix)) if value
    ]
    where = {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}
    return {"Id": "theirs", "QueueArn": queue, "Events": list(events), **where}


def to_queues(*each: dict[str, Any]) -> dict[str, Any]:
    return {"QueueConfigurations": list(each)}


EVENTS = st.lists(
    st.sampled_from(["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete", "s3:ObjectTagging:*"]), min_size=1
)
SOMEBODYS = st.builds(
    lambda events, prefix: theirs(*events, prefix=prefix), EVENTS, st.sampled_from(["", "a/"])
)
TOPICS = st.fixed_dictionaries(
    {"TopicArn": st.just("arn:aws:sns:eu-west-1:1:t"), "Events": EVENTS, "Id": st.sampled_from(["1", "2"])}
)
CONFIGURATIONS = st.fixed_dictionaries(
    {},
    optional={
        "QueueConfigurations": st.lists(SOMEBODYS, min_size=1, max_size=3),
        "TopicConfigurations": st.lists(TOPICS, min_size=1, max_size=2),
        EVENTBRIDGE: st.just({}),
    },
)


@given(CONFIGURATIONS, st.lists(st.sampled_from(["", "a/", "a/b/", "c/"]), min_size=1))
def test_what_is_added_tells_and_can_be_taken_away_without_a_trace(before: Any, prefixes: list[str]) -> None:
    added = with_queue(before, QUEUE, "shop", prefixes)
    assert tells(added, QUEUE, prefixes)
    assert with_queue(added, QUEUE, "shop", prefixes) == added
    assert without_queue(added, QUEUE) == before


@given(CONFIGURATIONS)
def test_eventbridge_is_turned_on_beside_all_others(before: Any) -> None:
    added = with_eventbridge(with_queue(before, QUEUE, "shop", [""]), QUEUE)
    assert added == {**before, EVENTBRIDGE: {}}


def test_each_folder_gets_one_notification_but_not_the_folders_within_it() -> None:
    made = with_queue({}, QUEUE, "shop", ["b/", "a/", "a/c/"])["QueueConfigurations"]
    named = [each["Filter"]["Key"]["FilterRules"][0]["Value"] for each in made]
    assert named == ["a/", "b/"]
    assert len({each["Id"] for each in made}) == 2


def test_ours_of_another_folder_is_replaced() -> None:
    before = with_queue(to_queues(theirs("s3:ObjectTagging:*")), QUEUE, "shop", ["old/"])
    after = with_queue(before, QUEUE, "shop", ["new/"])
    assert tells(after, QUEUE, ["new/"])
    assert not tells(after, QUEUE, ["old/"])
    assert after["QueueConfigurations"][0] == theirs("s3:ObjectTagging:*")


@pytest.mark.parametrize(
    ("their", "prefixes", "conflict"),
    [
        pytest.param(theirs("s3:ObjectCreated:*"), [""], True, id="the same events"),
        pytest.param(theirs("s3:ObjectCreated:Put"), [""], True, id="one of the events"),
        pytest.param(theirs("s3:ObjectRemoved:*"), [""], True, id="removals"),
        pytest.param(theirs("s3:ObjectTagging:*"), [""], False, id="other events"),
        pytest.param(theirs("s3:ObjectRestore:*"), [""], False, id="restored objects"),
        pytest.param(theirs("s3:ObjectCreated:*", prefix="logs/"), ["photos/"], False, id="other keys"),
        pytest.param(
            theirs("s3:ObjectCreated:*", prefix="photos/a"), ["photos/"], True, id="keys within ours"
        ),
        pytest.param(theirs("s3:ObjectCreated:*"), ["photos/"], True, id="all keys"),
        pytest.param(theirs("s3:ObjectCreated:*", suffix=".pdf"), [""], True, id="some suffixes of our keys"),
        pytest.param(theirs("s3:ObjectCreated:*", prefix="c/"), ["a/", "c/"], True, id="one of our folders"),
        pytest.param(theirs("s3:ObjectCreated:*", queue=QUEUE), [""], False, id="our own"),
    ],
)
def test_s3_takes_no_second_notification_of_one_change(
    their: dict[str, Any], prefixes: Sequence[str], *, conflict: bool
) -> None:
    assert conflicts(to_queues(their), QUEUE, prefixes) == ([OTHER] if conflict else [])


@pytest.mark.parametrize(
    "other",
    [
        {"TopicConfigurations": [{"TopicArn": OTHER, "Events": ["s3:ObjectCreated:*"]}]},
        {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": OTHER, "Events": ["s3:ObjectCreated:*"]}]},
    ],
    ids=["topic", "function"],
)
def test_a_second_notification_is_one_whoever_gets_the_first(other: dict[str, Any]) -> None:
    assert conflicts(other, QUEUE, [""]) == [OTHER]


@pytest.mark.parametrize(
    ("pattern", "listens"),
    [
        pytest.param(None, False, id="a schedule"),
        pytest.param('{"source": ["aws.s3"]}', True, id="every bucket"),
        pytest.param('{"source": ["aws.ec2"]}', False, id="another service"),
        pytest.param('{"account": ["123456789012"]}', True, id="all events of an account"),
        pytest.param('{"source": [{"prefix": "aws."}]}', True, id="a test of the source"),
        pytest.param('{"source": ["aws.s3"], "detail": {"bucket": {"name": ["b"]}}}', True, id="our bucket"),
        pytest.param(
            '{"source": ["aws.s3"], "detail": {"bucket": {"name": ["c"]}}}', False, id="another bucket"
        ),
        pytest.param('{"source": ["aws.s3"], "resources": ["arn:aws:s3:::b"]}', True, id="our bucket's ARN"),
        pytest.param('{"source": ["aws.s3"], "resources": ["arn:aws:s3:::c"]}', False, id="another's ARN"),
    ],
)
def test_who_may_listen_to_a_bucket_through_eventbridge(pattern: str | None, *, listens: bool) -> None:
    assert may_match(pattern, "b") is listens

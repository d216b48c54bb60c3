"""What the queue of changes says: notifications as S3 and EventBridge write them, and our own messages."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.sources import ObjectName
from chalicelib.upkeep.events import Change, again, read


def notification(*keys: str, event: str = "ObjectCreated:Put", bucket: str = "photos") -> str:
    """Return S3's message about these keys (S3 user guide, "Event message structure")."""
    records = [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventTime": "2026-11-20T09:00:00.000Z",
            "eventName": event,
            "s3": {
                "s3SchemaVersion": "1.0",
                "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                "object": {"key": quote_plus(key, safe="/"), "sequencer": "0055AED6DCD90281E5"},
            },
        }
        for key in keys
    ]
    return json.dumps({"Records": records})


def event(key: str, kind: str = "Object Created", bucket: str = "photos") -> str:
    """Return EventBridge's message about this key (S3 user guide, "EventBridge event message structure")."""
    return json.dumps(
        {
            "version": "0",
            "id": "17793124-05d4-b198-2fde-7ededc63b103",
            "detail-type": kind,
            "source": "aws.s3",
            "account": "111122223333",
            "time": "2026-11-20T09:00:00Z",
            "region": "us-east-1",
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": {
                "version": "0",
                "bucket": {"name": bucket},
                "object": {"key": key, "sequencer": "617f08299329d189"},
                "request-id": "N4N7GDK58NMKJ12R",
                "requester": "111122223333",
            },
        }
    )


@pytest.mark.parametrize(
    ("spelled", "key"),
    [
        ("shoes/red.jpg", "shoes/red.jpg"),
        ("a+b.jpg", "a b.jpg"),
        ("a%2Bb.jpg", "a+b.jpg"),
        ("100%25.jpg", "100%.jpg"),
        ("caf%C3%A9.jpg", "café.jpg"),
        ("a%28b%29.jpg", "a(b).jpg"),
    ],
)
def test_a_key_is_encoded_as_a_form_is(spelled: str, key: str) -> None:
    message = {"Records": [{"s3": {"bucket": {"name": "photos"}, "object": {"key": spelled}}}]}
    assert read(json.dumps(message)) == Change((ObjectName("photos", key),))


keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(st.lists(keys, min_size=1, max_size=3))
def test_every_key_survives_the_way_through_s3s_notification(written: list[str]) -> None:
    assert read(notification(*written)) == Change(tuple(ObjectName("photos", key) for key in written))


@given(keys)
def test_a_key_in_eventbridges_event_is_as_it_is(key: str) -> None:
    assert read(event(key)) == Change((ObjectName("photos", key),))


@pytest.mark.parametrize("kind", ["Object Created", "Object Deleted"])
def test_eventbridge_tells_of_both_kinds_of_change(kind: str) -> None:
    assert read(event("a+b%20.jpg", kind)).originals == (ObjectName("photos", "a+b%20.jpg"),)


@pytest.mark.parametrize(
    "name",
    [
        "ObjectCreated:Put",
        "ObjectCreated:CompleteMultipartUpload",
        "ObjectCreated:Copy",
        "ObjectRemoved:Delete",
        "ObjectRemoved:DeleteMarkerCreated",
        "LifecycleExpiration:Delete",
        "ObjectRestore:Completed",
    ],
)
def test_every_kind_of_change_is_one(name: str) -> None:
    assert read(notification("a.jpg", event=name)).originals == (ObjectName("photos", "a.jpg"),)


def test_the_message_that_s3_sends_when_it_is_set_up_tells_of_no_change() -> None:
    test = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "photos", "RequestId": "1"}
    assert read(json.dumps(test)) == Change(())


@given(st.lists(st.builds(ObjectName, st.text(), st.text()), min_size=1).map(tuple))
def test_a_second_look_is_at_the_same_originals(originals: tuple[ObjectName, ...]) -> None:
    assert read(again(originals)) == Change(originals, looks=1)


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        7,
        {},
        {"Records": 7},
        {"Records": [{}]},
        {"Records": [{"s3": {"bucket": {}, "object": {"key": "a"}}}]},
        {"Records": [{"s3": {"bucket": {"name": "photos"}, "object": {"key": "%FF"}}}]},
        {"again": 7},
        {"again": ["photos"]},
        {"source": "aws.s3"},
        {"source": "aws.s3", "detail": {"bucket": {}, "object": {"key": "a"}}},
        {"source": "aws.ec2", "detail": {"bucket": {"name": "photos"}, "object": {"key": "a"}}},
    ],
    ids=json.dumps,
)
def test_what_tells_of_no_change_is_said_to_be_none(said: Any) -> None:
    with pytest.raises(ValueError, match=r"no notification|unpack|decode"):
        read(json.dumps(said))


def test_what_is_not_even_json_is_said_to_be_none() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        read("<xml>")

"""The index of the site bucket: what was entered is found, and removed only if it was not entered again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given

from chalicelib.address.key import is_short
from chalicelib.address.sources import ObjectName
from chalicelib.aws.index import SIZE, Entry, Index
from chalicelib.errors import UpstreamBusy
from tests.address.test_variant import variants
from tests.aws.strict import make_strict
from tests.upkeep.world import later

TAG, OTHER = (ObjectName("photos", key).tag for key in ("a.jpg", "b.jpg"))
ETAG = "9e107d9d372bb6826bd81d3542a419d6-12"


@pytest.fixture(params=["", "img/"], ids=["without a prefix", "with a prefix"])
def index(request: pytest.FixtureRequest, aws: None) -> Index:
    del aws
    return Index(make_strict(boto3.client("s3")), "site", request.param)


def listed(index: Index, tag: str = TAG) -> list[Entry]:
    return [entry for page in index.pages(tag) for entry in page]


def test_what_was_entered_is_found_under_its_original_alone(index: Index) -> None:
    entered = [
        index.enter(TAG, etag, name) for etag in (ETAG, "b") for name in ("100x100,fit=cover", "thumb")
    ]
    index.enter(OTHER, ETAG, "640x")
    found = [(entry.key, entry.spelling, entry.etag, entry.revision) for entry in listed(index)]
    assert found == [(entry.key, entry.spelling, entry.etag, entry.revision) for entry in entered]


def test_one_variant_of_one_version_is_one_entry_however_often_it_is_entered(index: Index) -> None:
    revisions = {index.enter(TAG, ETAG, "100x100").revision for _ in range(3)}
    assert len(revisions) == 3
    assert len(listed(index)) == 1


def test_an_entry_is_as_old_as_s3_says(index: Index) -> None:
    with later(0):
        index.enter(TAG, ETAG, "100x100")
    with later(90):
        (entry,) = listed(index)
    assert 89 <= entry.age < 150, "90 seconds, and what this machine took"


def test_an_entry_is_smaller_than_any_picture(index: Index) -> None:
    entry = index.enter(TAG, ETAG, "100x100")
    stored = index.s3.head_object(Bucket="site", Key=entry.key)
    assert stored["ContentLength"] == SIZE


def test_what_was_removed_is_gone_and_all_else_is_there(index: Index) -> None:
    index.enter(TAG, ETAG, "640x")
    doomed = [index.enter(TAG, ETAG, name) for name in ("100x100", "thumb")]
    index.remove(doomed)
    index.remove(doomed)
    assert [entry.spelling for entry in listed(index)] == ["640x"]


def test_what_was_entered_again_since_it_was_read_is_not_removed(index: Index) -> None:
    index.enter(TAG, ETAG, "100x100")
    read = listed(index)
    index.enter(TAG, ETAG, "100x100")
    index.remove(read)
    assert [entry.spelling for entry in listed(index)] == ["100x100"]


def test_an_index_is_complete_from_when_it_is_declared_to_be(index: Index) -> None:
    assert not index.is_complete()
    index.declare_complete()
    assert index.is_complete()
    assert listed(index) == []


@pytest.mark.parametrize(("code", "raised"), [("403", ClientError), ("503", UpstreamBusy)])
def test_where_it_is_not_told_whether_the_index_is_complete_it_is_a_fault(
    code: str, raised: type[Exception]
) -> None:
    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": code}}, "HeadObject")

    client: Any = SimpleNamespace(head_object=fail)
    with pytest.raises(raised):
        Index(client, "site", "").is_complete()


@given(variants)
def test_every_variant_has_room_in_the_index(variant: Any) -> None:
    assert is_short(f"{'p' * 100}/.index/{TAG}/{ETAG}/{variant}")

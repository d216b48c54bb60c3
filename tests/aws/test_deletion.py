"""Deleting objects, from an S3 that is as strict as AWS's about what it is sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.deletion import DeletionError, Doomed, delete
from tests.aws.strict import make_strict

UNFIT_FOR_XML = ["\x01", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff"]
FIT_FOR_XML = ["\t", "\n", "\r", " ", "é", "\x7f", "\x85", "\ufffd", "😀", "&", "<", "]]>", "'", '"']


@pytest.fixture
def s3(aws: None) -> Any:  # noqa: ARG001 - moto has to be there first
    return make_strict(boto3.client("s3"))


def stored(s3: Any) -> set[str]:
    return {entry["Key"] for entry in s3.list_objects_v2(Bucket="site").get("Contents", [])}


@pytest.mark.parametrize(
    ("number", "parts"), [(0, []), (1, [1]), (1000, [1000]), (1001, [1000, 1]), (2500, [1000, 1000, 500])]
)
def test_objects_are_deleted_a_thousand_at_a_time(number: int, parts: list[int]) -> None:
    deleted: list[list[str]] = []

    def delete_objects(*, Bucket: str, Delete: Any) -> dict[str, str]:  # noqa: N803 - boto3's own
        assert Bucket == "site"
        deleted.append([each["Key"] for each in Delete["Objects"]])
        return {}

    keys = [f"100x100/{n}.jpg" for n in range(number)]
    client: Any = SimpleNamespace(delete_objects=delete_objects)
    delete(client, "site", map(Doomed, keys))
    assert [len(part) for part in deleted] == parts
    assert [key for part in deleted for key in part] == keys


def test_what_s3_does_not_delete_is_no_success() -> None:
    answer = {"Errors": [{"Key": "a\nb", "Code": "InternalError"}]}
    client: Any = SimpleNamespace(delete_objects=lambda **_: answer)
    with pytest.raises(DeletionError, match=r"1 of 2 are not deleted.*a\\nb.*InternalError") as raised:
        delete(client, "site", [Doomed("a\nb"), Doomed("b")])
    assert raised.value.code == "InternalError"


def test_the_strict_s3_refuses_what_xml_cannot_carry(s3: Any) -> None:
    for character in UNFIT_FOR_XML:
        with pytest.raises(ClientError, match="MalformedXML"):
            s3.delete_objects(Bucket="site", Delete={"Objects": [{"Key": character}]})


@pytest.mark.parametrize("character", UNFIT_FOR_XML + FIT_FOR_XML, ids=ascii)
def test_whatever_is_in_its_key_an_object_is_deleted_and_no_other(character: str, s3: Any) -> None:
    doomed = [f"100x100/{character}", f"100x100/a{character}b.jpg", "100x100/c.jpg"]
    kept = ["100x100/ab.jpg", "100x100/a?b.jpg"]
    for key in doomed + kept:
        s3.put_object(Bucket="site", Key=key)
    delete(s3, "site", map(Doomed, doomed))
    assert stored(s3) == {*kept}


@pytest.mark.parametrize("key", ["a.jpg", "\x01.jpg"], ids=ascii)
@pytest.mark.parametrize("before", ["the same", "another", "nothing"])
def test_with_an_etag_only_the_object_that_has_it_is_deleted(key: str, before: str, s3: Any) -> None:
    etag = s3.put_object(Bucket="site", Key=key, Body=b"one")["ETag"]
    if before == "another":
        s3.put_object(Bucket="site", Key=key, Body=b"two")
    if before == "nothing":
        s3.delete_object(Bucket="site", Key=key)
    delete(s3, "site", [Doomed(key, etag=etag)])
    assert stored(s3) == ({key} if before == "another" else set())


@pytest.mark.parametrize("key", ["a.jpg", "\x01.jpg"], ids=ascii)
def test_with_a_version_that_version_is_deleted_for_good(key: str, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="site", VersioningConfiguration={"Status": "Enabled"})
    first, second = (s3.put_object(Bucket="site", Key=key, Body=body)["VersionId"] for body in (b"1", b"2"))
    delete(s3, "site", [Doomed(key, version=first)])
    assert s3.head_object(Bucket="site", Key=key, VersionId=second)
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket="site", Key=key, VersionId=first)


def test_one_that_may_not_be_deleted_is_a_fault(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(**_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "DeleteObject")

    monkeypatch.setattr(s3, "delete_object", denied)
    with pytest.raises(ClientError, match="AccessDenied"):
        delete(s3, "site", [Doomed("\x01")])

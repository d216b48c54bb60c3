"""Buckets that become empty, whatever is in the keys of their objects.

The emulator and moto fail at listing such keys; S3 lists them percent-encoded. So the listing is made here.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.emulator import CREDENTIALS, REGION
from ops.deployment import bucket_contents
from tests.aws.strict import make_strict

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = ("a.jpg", "\x01.jpg", "a\x0bb.jpg", "\ufffe", "a\rb\nc<&>'\".jpg")


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A strict S3 with the versioned bucket `odd`. It lists what was put into it through this client."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client: Any = make_strict(boto3.client("s3", region_name=REGION))
        client.create_bucket(Bucket="odd")
        client.put_bucket_versioning(Bucket="odd", VersioningConfiguration={"Status": "Enabled"})
        yield client


def fill(s3: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Put two versions and a delete marker of each key into the bucket, and return them."""
    put = [
        {"Key": key, "VersionId": call(Bucket="odd", Key=key)["VersionId"]}
        for key in KEYS
        for call in (s3.put_object, s3.put_object, s3.delete_object)
    ]
    pages = {"list_object_versions": [{"Versions": put[:7], "DeleteMarkers": put[7:]}, {}]}
    monkeypatch.setattr(
        s3, "get_paginator", lambda name: SimpleNamespace(paginate=lambda **_: pages.get(name, []))
    )
    return put


def test_all_versions_of_all_objects_are_deleted(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put = fill(s3, monkeypatch)
    bucket_contents.empty(s3, "odd")
    for version in put:
        with pytest.raises(ClientError, match="404"):
            s3.head_object(Bucket="odd", **version)
    s3.delete_bucket(Bucket="odd")
    assert not bucket_contents.exists(s3, "odd")


def test_an_object_that_s3_does_not_delete_is_an_error_of_s3(
    s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(s3, monkeypatch)

    def denied(**_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DeleteObject")

    monkeypatch.setattr(s3, "delete_object", denied)
    with pytest.raises(ClientError, match="AccessDenied"):
        bucket_contents.empty(s3, "odd")

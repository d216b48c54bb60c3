"""The playground comes and goes with the stack's parameter, and what the owner has put there stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ops.playground.files import FOLDER, Playground
from ops.playground.publishing import update

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

    from infra.emulator import Emulator

BUCKET = "a-site-with-a-playground"
OURS = {FOLDER, *(FOLDER + file.name for file in Playground("", "", ["a.jpg"]).files())}


@pytest.fixture
def s3(aws: Emulator) -> Iterator[S3Client]:
    """The emulator's S3, with an empty site bucket."""
    client = aws.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for key in stored(client):
        client.delete_object(Bucket=BUCKET, Key=key)
    client.delete_bucket(Bucket=BUCKET)


def stored(s3: S3Client) -> set[str]:
    return {entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def stack(**parameters: str) -> Any:
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    return {"StackName": "shop", "Parameters": given}


def test_without_the_parameter_there_is_none(s3: S3Client) -> None:
    assert not update(s3, BUCKET, stack())
    assert not update(s3, BUCKET, stack(Playground=""))
    assert stored(s3) == set()


def test_with_it_all_files_are_there_for_this_site(s3: S3Client) -> None:
    assert update(s3, BUCKET, stack(Playground="a.jpg", KeyPrefix="img/"))
    assert stored(s3) == OURS
    # S3's website endpoint gives its index document for the folder, its REST endpoint an object of this name.
    for key in (FOLDER, f"{FOLDER}index.html"):
        index = s3.get_object(Bucket=BUCKET, Key=key)
        assert b'"prefix": "img/", "keys": ["a.jpg"], "local": false' in index["Body"].read()
        assert index["ContentType"] == "text/html; charset=utf-8"
        assert index["CacheControl"] == "no-cache"


def test_taken_away_it_is_gone_and_the_owners_files_stay(s3: S3Client) -> None:
    update(s3, BUCKET, stack(Playground="a.jpg"))
    s3.put_object(Bucket=BUCKET, Key=f"{FOLDER}notes.txt", Body=b"mine")
    s3.put_object(Bucket=BUCKET, Key="300x200/a.jpg", Body=b"a variant")
    assert not update(s3, BUCKET, stack(Playground=""))
    assert stored(s3) == {f"{FOLDER}notes.txt", "300x200/a.jpg"}


def test_a_file_that_the_page_no_longer_has_goes(s3: S3Client) -> None:
    update(s3, BUCKET, stack(Playground="a.jpg"))
    s3.put_object(Bucket=BUCKET, Key=f"{FOLDER}earlier.js", Body=b"", Metadata={"page": "resize404"})
    update(s3, BUCKET, stack(Playground="a.jpg"))
    assert stored(s3) == OURS

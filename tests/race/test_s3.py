"""The stand-in for S3 answers the app's calls as moto does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.aws.strict import make_strict
from tests.race.s3 import S3, Buckets
from tests.race.simulated import simulated

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRY, VARIANT = ".index/original-1/e/100x", "100x/a b.jpg"
NOTED: Any = {"Metadata": {"cache-tag": "original-1"}, "ContentType": "image/png", "CacheControl": "public"}

CALLS: dict[str, Callable[[Any], Any]] = {
    "nothing there": lambda s3: s3.head_object(Bucket="site", Key=VARIANT),
    "nothing to get": lambda s3: s3.get_object(Bucket="site", Key=VARIANT),
    "the first one stores it": lambda s3: s3.put_object(
        Bucket="site", Key=VARIANT, Body=b"1", IfNoneMatch="*", **NOTED
    ),
    "the second one does not": lambda s3: s3.put_object(
        Bucket="site", Key=VARIANT, Body=b"2", IfNoneMatch="*", **NOTED
    ),
    "what is stored": lambda s3: s3.head_object(Bucket="site", Key=VARIANT),
    "its bytes": lambda s3: s3.get_object(Bucket="site", Key=VARIANT)["Body"].read(),
    "an entry": lambda s3: s3.put_object(Bucket="site", Key=ENTRY, Body=b"random"),
    "the entries": lambda s3: s3.list_objects_v2(Bucket="site", Prefix=".index/original-1/"),
    "another entry's tag": lambda s3: s3.delete_objects(
        Bucket="site", Delete={"Objects": [{"Key": ENTRY, "ETag": '"other"'}], "Quiet": True}
    ),
    "its own tag": lambda s3: s3.delete_objects(
        Bucket="site", Delete={"Objects": [{"Key": ENTRY, "ETag": etag(s3)}], "Quiet": True}
    ),
    "no entries": lambda s3: s3.list_objects_v2(Bucket="site", Prefix=".index/original-1/"),
    "what is gone": lambda s3: s3.delete_objects(
        Bucket="site", Delete={"Objects": [{"Key": "no"}], "Quiet": True}
    ),
}


def etag(s3: Any) -> str:
    return str(s3.head_object(Bucket="site", Key=ENTRY)["ETag"])


def said(call: Callable[[Any], Any], s3: Any) -> Any:
    """Return what the app reads of an answer, or of a refusal."""
    try:
        found = call(s3)
    except ClientError as refusal:
        return refusal.response["Error"]["Code"], refusal.response["ResponseMetadata"]["HTTPStatusCode"]
    if isinstance(found, bytes):
        return found
    listed = [each["Key"] for each in found.get("Contents", [])]
    errors = [each["Code"] for each in found.get("Errors", [])]
    stored = {name: found.get(name) for name in ("Metadata", "ContentType", "ContentLength", "IsTruncated")}
    return listed, errors, stored


@pytest.mark.usefixtures("aws")
def test_it_says_what_moto_says() -> None:
    with simulated("calm") as simulation:
        stand_in = S3(Buckets(simulation, {}, lambda *_: None), 1.0, is_busy=False)
        ours = simulation.run_until_complete(
            simulation.run(lambda: {name: said(call, stand_in) for name, call in CALLS.items()})
        )
    moto = boto3.client("s3")
    make_strict(moto)  # it would delete an entry whatever its tag is
    assert ours == {name: said(call, moto) for name, call in CALLS.items()}

"""Makes moto's DeleteObjects as strict as S3's: about XML, and about the ETags that objects must have."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

_TAG = "{http://s3.amazonaws.com/doc/2006-03-01/}"


def make_strict(client: S3Client) -> S3Client:
    """Return the client, which from now on parses what it sends as S3 does (API reference, DeleteObjects)."""

    def delete_objects(params: dict[str, Any], **_: object) -> tuple[SimpleNamespace, dict[str, Any]]:
        bucket = str(params["context"]["input_params"]["Bucket"])
        return SimpleNamespace(status_code=200), {"Errors": list(_errors(client, bucket, params["body"]))}

    answering: Any = delete_objects  # an answer here takes the place of the call
    client.meta.events.register("before-call.s3.DeleteObjects", answering, unique_id="strict")
    return client


def make_copier_strict(client: S3Client, s3: S3Client) -> S3Client:
    """Return the client that copies, which from now on refuses what does not meet its conditions, as S3 does.

    moto looks at no condition of CopyObject and UploadPartCopy, and at half of CompleteMultipartUpload's.
    """

    def check(params: dict[str, Any], model: Any, **_: object) -> None:
        if source := params.get("CopySource"):
            _check(s3, source, {"IfMatch": params.get("CopySourceIfMatch")}, model.name)
        _check(s3, params, params, model.name)

    checking: Any = check
    # Last: what another handler lets happen before the call counts.
    event: Any = "provide-client-params"
    client.meta.events.register_last(event, checking, unique_id="strict")
    return client


def _check(s3: S3Client, place: Any, conditions: Any, call: str) -> None:
    found = s3.list_objects_v2(Bucket=place["Bucket"], Prefix=place["Key"]).get("Contents", [])
    etag = next((each["ETag"] for each in found if each["Key"] == place["Key"]), None)
    wanted = conditions.get("IfMatch")
    if wanted and etag is None:
        raise ClientError({"Error": {"Code": "NoSuchKey", "Message": ""}}, call)
    if (wanted and etag != wanted) or (conditions.get("IfNoneMatch") and etag):
        raise ClientError({"Error": {"Code": "PreconditionFailed", "Message": ""}}, call)


def _errors(client: S3Client, bucket: str, body: bytes) -> Iterator[dict[str, str]]:
    try:
        told = ET.fromstring(body)  # noqa: S314 - it comes from botocore
    except ET.ParseError as fault:
        raise ClientError(
            {"Error": {"Code": "MalformedXML", "Message": str(fault)}}, "DeleteObjects"
        ) from fault
    for each in told.iter(f"{_TAG}Object"):
        named = {child.tag.removeprefix(_TAG): child.text or "" for child in each}
        condition: Any = {"IfMatch": named["ETag"]} if "ETag" in named else {}
        version: Any = {"VersionId": named["VersionId"]} if "VersionId" in named else {}
        try:
            client.delete_object(Bucket=bucket, Key=named["Key"], **condition, **version)
        except ClientError as refusal:
            error: Any = refusal.response["Error"]
            yield {"Key": named["Key"], **error}

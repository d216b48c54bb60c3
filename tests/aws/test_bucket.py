"""The site bucket: many objects at once, and answers that S3 does not give."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from chalicelib.address.sources import ObjectName
from chalicelib.aws.bucket import Original, Originals, Site
from chalicelib.errors import NoSuchOriginal, TooLarge, UnreadableOriginal, UpstreamBusy
from chalicelib.timing import Deadline
from tests.upkeep.world import PICTURE

GIF = b"GIF89a"
NAME = ObjectName("photos", "a.jpg")


@pytest.mark.usefixtures("aws")
def test_an_original_that_is_too_large_is_refused_with_its_size_and_without_its_bucket() -> None:
    s3 = boto3.client("s3")
    s3.put_object(Bucket="photos", Key="a.jpg", Body=GIF + b"x" * 5)
    with pytest.raises(TooLarge) as refused:
        Originals(s3, 10).fetch(NAME)
    assert str(refused.value) == "The original has 11 bytes. At most 10 are allowed."


class Answering:
    """An S3 that answers GetObject with one error, and ListObjectsV2 with another, if any."""

    def __init__(self, code: str, listing: str = "") -> None:
        self.code, self.listing, self.listed = code, listing, 0

    def get_object(self, **_: object) -> None:
        raise ClientError({"Error": {"Code": self.code, "Message": "of S3"}}, "GetObject")

    def list_objects_v2(self, **asked: object) -> dict[str, object]:
        self.listed += 1
        assert asked == {"Bucket": "photos", "Prefix": "a.jpg", "MaxKeys": 1}
        if self.listing:
            raise ClientError({"Error": {"Code": self.listing}}, "ListObjectsV2")
        return {}


@pytest.mark.parametrize(
    ("code", "listing", "raised", "listed"),
    [
        pytest.param("NoSuchKey", "", NoSuchOriginal, 0, id="missing"),
        pytest.param("KeyTooLongError", "", NoSuchOriginal, 0, id="a key that is too long"),
        pytest.param("AccessDenied", "", UnreadableOriginal, 1, id="denied to a role that may list"),
        pytest.param("AccessDenied", "AccessDenied", NoSuchOriginal, 1, id="a role that may not list"),
        pytest.param("AccessDenied", "SlowDown", UpstreamBusy, 1, id="a listing that is throttled"),
        pytest.param("AccessDenied", "NoSuchBucket", ClientError, 1, id="a listing that fails"),
        pytest.param("InvalidObjectState", "", UnreadableOriginal, 0, id="archived"),
        pytest.param("KMS.DisabledException", "", UnreadableOriginal, 0, id="a key that is disabled"),
        pytest.param("KMS.KMSInvalidStateException", "", UnreadableOriginal, 0, id="a key that is deleted"),
        pytest.param("KMS.NotFoundException", "", UnreadableOriginal, 0, id="a key that is gone"),
        pytest.param("KMS.ThrottlingException", "", UpstreamBusy, 0, id="KMS throttles"),
        pytest.param("NoSuchBucket", "", ClientError, 0, id="no bucket"),
    ],
)
def test_what_the_owner_has_to_change_is_told_from_what_is_not_there(
    code: str,
    listing: str,
    raised: type[Exception],
    listed: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client: Any = Answering(code, listing)
    with pytest.raises(raised):
        Originals(client, 10).fetch(NAME)
    assert client.listed == listed
    logged = [(record.levelname, record.getMessage()) for record in caplog.records]
    if raised is UnreadableOriginal:
        assert logged == [("ERROR", f"cannot read the original 'a.jpg' in photos: {error(code)}")]
    else:
        assert [level for level, _ in logged] == (["WARNING"] if raised is NoSuchOriginal else [])


def error(code: str) -> str:
    return f"An error occurred ({code}) when calling the GetObject operation: of S3"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("prefix", "folders"),
    [("", ["100x100", "img"]), ("img/", ["300x", "thumb"]), ("img/thumb/", []), ("none/", [])],
)
def test_the_folders_under_a_prefix_are_not_those_of_deeper_folders(prefix: str, folders: list[str]) -> None:
    s3 = boto3.client("s3")
    for key in (
        "a.jpg",
        "100x100/a.jpg",
        "100x100/d/a.jpg",
        "img/300x/a.jpg",
        "img/thumb/a.jpg",
        "img/b.jpg",
    ):
        s3.put_object(Bucket="site", Key=key)
    assert Site(s3, "site", "public", prefix).folders() == folders


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("prefix", "keys"), [("", ["100x100/a.jpg", "thumb/a.jpg"]), ("img/", ["img/300x/a.jpg"])]
)
def test_the_first_keys_are_those_that_can_be_variants(prefix: str, keys: list[str]) -> None:
    s3 = boto3.client("s3")
    for key in ("100x100/a.jpg", "thumb/a.jpg", ".faces/a", ".index/a", "img/300x/a.jpg", "img/.index/a"):
        s3.put_object(Bucket="site", Key=key)
    found = Site(s3, "site", "public", prefix).first_keys()
    assert found is not None
    assert [key for key in found if prefix or not key.startswith("img/")] == keys


@pytest.mark.parametrize("is_truncated", [False, True])
def test_more_than_a_page_of_keys_are_too_many(is_truncated: bool) -> None:  # noqa: FBT001 - a table's column
    page = {"Contents": [{"Key": f"{n}x/a.jpg"} for n in range(1000)], "IsTruncated": is_truncated}
    client: Any = SimpleNamespace(list_objects_v2=lambda **_: page)
    found = Site(client, "site", "public", "").first_keys()
    assert (found is None) is is_truncated


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("broken", "stored"), [(1, []), (2, [".index"])], ids=["entry", "variant"])
def test_a_variant_is_in_the_index_before_it_is_stored(broken: int, stored: list[str]) -> None:
    s3 = boto3.client("s3")
    puts = iter(range(1, 3))

    def fail(**_: Any) -> None:
        if next(puts) == broken:
            raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    event: Any = "before-call.s3.PutObject"
    s3.meta.events.register(event, fail)
    with pytest.raises(UpstreamBusy):
        Site(s3, "site", "public", "").store("100x100/a.jpg", PICTURE, Original(NAME, b"", "etag"))
    listed = s3.list_objects_v2(Bucket="site").get("Contents", [])
    assert [entry["Key"].partition("/")[0] for entry in listed] == stored


def failing(code: str) -> Any:
    def fail(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code}}, "HeadObject")

    return SimpleNamespace(head_object=fail)


@pytest.mark.parametrize(
    ("code", "found", "looked_up"),
    [
        ("404", None, None),
        ("403", None, ClientError),
        ("503", UpstreamBusy, UpstreamBusy),
        ("BadDigest", ClientError, ClientError),
    ],
)
def test_a_forbidden_object_is_missing_for_a_viewer_but_a_fault_before_a_deletion(
    code: str, found: type[Exception] | None, looked_up: type[Exception] | None
) -> None:
    asked = Site(failing(code), "site", "public", "")
    for look, raised in ((asked.find, found), (asked.look_up, looked_up)):
        if raised is None:
            assert look("100x100/a.jpg") is None
            continue
        with pytest.raises(raised):
            look("100x100/a.jpg")


@pytest.mark.parametrize(
    ("code", "raised"), [("404", None), ("403", ClientError), ("SlowDown", UpstreamBusy)]
)
def test_an_original_is_gone_only_if_s3_says_so(code: str, raised: type[Exception] | None) -> None:
    originals = Originals(failing(code), 1000)
    if raised is None:
        assert originals.version(NAME) == ""
        return
    with pytest.raises(raised):
        originals.version(NAME)


class Endless(BytesIO):
    """A stream that sends bytes for ever."""

    def read(self, size: int | None = -1) -> bytes:
        return b"GIF89a".ljust(size or 0, b"\0")


def test_an_original_that_is_still_on_its_way_at_the_deadline_is_worth_another_try() -> None:
    def answer(**_: Any) -> dict[str, Any]:
        return {
            "Body": StreamingBody(Endless(), 10_006),
            "ContentLength": 10_006,
            "ETag": '"e"',
            "Metadata": {},
        }

    client: Any = SimpleNamespace(get_object=answer)
    with pytest.raises(UpstreamBusy):
        Originals(client, 100_000).fetch(NAME, deadline=Deadline.within(0.1))


@pytest.mark.parametrize("sent", [0, 100, 5000], ids="after {} bytes".format)
def test_an_original_that_breaks_off_on_its_way_is_worth_another_try(sent: int) -> None:
    data = (b"GIF89a" + bytes(10_000))[:sent]

    def answer(**_: Any) -> dict[str, Any]:
        body = StreamingBody(BytesIO(data), 10_006)
        return {"Body": body, "ContentLength": 10_006, "ETag": '"e"', "Metadata": {}}

    client: Any = SimpleNamespace(get_object=answer)
    with pytest.raises(UpstreamBusy):
        Originals(client, 100_000).fetch(NAME)


@pytest.mark.parametrize("sent", [1, 3, 100, 4095], ids="after {} bytes".format)
def test_what_breaks_off_before_its_type_is_known_is_not_said_to_be_no_image(sent: int) -> None:
    data = b"%PDF-1.7".ljust(10_006, b" ")[:sent]

    def answer(**_: Any) -> dict[str, Any]:
        body = StreamingBody(BytesIO(data), 10_006)
        return {"Body": body, "ContentLength": 10_006, "ETag": '"e"', "Metadata": {}}

    client: Any = SimpleNamespace(get_object=answer)
    with pytest.raises(UpstreamBusy):
        Originals(client, 100_000).fetch(NAME)

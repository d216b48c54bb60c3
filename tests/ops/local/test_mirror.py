"""A folder is copied into the bucket, and what changes in it goes on being copied."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import boto3
import pytest
from rich.console import Console

from ops.local import mirror
from ops.local.mirror import Mirror, UnfitFolder, check, described
from ops.local.photos import Changes, look
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from types_boto3_s3 import S3Client

    from infra.emulator import Emulator

BUCKET = "mirrored"


@pytest.fixture
def s3(aws: Emulator) -> Iterator[S3Client]:
    """The emulator's S3, with an empty bucket."""
    client = aws.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    boto3_bucket = boto3.resource(
        "s3",
        endpoint_url=aws.endpoint_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the emulator's
        region_name="us-east-1",
    ).Bucket(BUCKET)
    boto3_bucket.objects.all().delete()
    boto3_bucket.delete()


def names(s3: S3Client) -> set[str]:
    return {entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def stored(s3: S3Client) -> dict[str, bytes]:
    return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in names(s3)}


def test_an_update_copies_what_is_new_and_deletes_what_is_gone(s3: S3Client, tmp_path: Path) -> None:
    copying = Mirror(s3, BUCKET, tmp_path)
    (tmp_path / "a.jpg").write_bytes(b"one")
    (tmp_path / "B.PNG").write_bytes(b"two")
    assert set(copying.update().put) == {"a.jpg", "B.PNG"}
    assert stored(s3) == {"a.jpg": b"one", "B.PNG": b"two"}
    (tmp_path / "a.jpg").write_bytes(b"three")
    (tmp_path / "B.PNG").unlink()
    assert copying.update().gone == ("B.PNG",)
    assert stored(s3) == {"a.jpg": b"three"}
    assert not copying.update()


def test_what_was_uploaded_otherwise_stays(s3: S3Client, tmp_path: Path) -> None:
    s3.put_object(Bucket=BUCKET, Key="dropped.jpg", Body=b"dropped")
    copying = Mirror(s3, BUCKET, tmp_path)
    copying.update()
    assert stored(s3) == {"dropped.jpg": b"dropped"}


def test_a_photo_that_goes_while_it_is_copied_is_tried_again(
    s3: S3Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying, photo = Mirror(s3, BUCKET, tmp_path), tmp_path / "a.jpg"
    photo.write_bytes(b"one")
    seen = look(tmp_path)
    photo.unlink()
    with monkeypatch.context() as looking:
        looking.setattr("ops.local.photos.look", lambda _: dict(seen))
        copying.update()
    assert stored(s3) == {}
    photo.write_bytes(b"one")
    assert set(copying.update().put) == {"a.jpg"}
    assert stored(s3) == {"a.jpg": b"one"}


def test_changes_are_followed_in_new_folders_and_after_moves(s3: S3Client, tmp_path: Path) -> None:
    out = io.StringIO()
    copying = Mirror(s3, BUCKET, tmp_path)
    with copying.following(Console(file=out)):
        nested = tmp_path / "2024" / "summer"
        nested.mkdir(parents=True)
        (nested / "a.jpg").write_bytes(b"one")
        assert until(lambda: names(s3) == {"2024/summer/a.jpg"})
        (tmp_path / "2024").rename(tmp_path / "2025")
        assert until(lambda: names(s3) == {"2025/summer/a.jpg"})
        assert until(lambda: "deleted (2024/summer/a.jpg)" in out.getvalue())
    assert "Photos: 1 copied (2024/summer/a.jpg)" in out.getvalue()


def test_if_the_folder_cannot_be_watched_that_is_said(s3: S3Client, tmp_path: Path) -> None:
    out = io.StringIO()
    with Mirror(s3, BUCKET, tmp_path / "gone").following(Console(file=out, width=200)):
        assert until(lambda: "are no longer seen" in out.getvalue())


@pytest.mark.parametrize(
    ("put", "gone", "line"),
    [
        (["a"], [], "Photos: 1 copied (a)"),
        ([], ["a"], "Photos: 1 deleted (a)"),
        (["a", "b"], ["c"], "Photos: 2 copied (a, b), 1 deleted (c)"),
        (["a", "b", "c", "d"], [], "Photos: 4 copied (a, b, c, and 1 other)"),
        (["a", "b", "c", "d", "e"], [], "Photos: 5 copied (a, b, c, and 2 others)"),
    ],
)
def test_changes_are_described_in_a_line(tmp_path: Path, put: list[str], gone: list[str], line: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"one")
    photo = look(tmp_path)["a.jpg"]
    assert described(Changes(dict.fromkeys(put, photo), tuple(gone))) == line


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnfitFolder, match=r"There is no folder .*/nowhere\. Type: make run PHOTOS=FOLDER\."):
        check(tmp_path / "nowhere")


def test_a_folder_with_too_much_in_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "MOST_BYTES", 5000)
    (tmp_path / "a.jpg").write_bytes(b"x" * 5000)
    assert check(tmp_path) == tmp_path
    (tmp_path / "b.jpg").write_bytes(b"x")
    (tmp_path / "film.mov").write_bytes(b"x" * 9000)
    with pytest.raises(UnfitFolder, match=r"have 5\.0 kB, and a local site keeps copies of at most 5\.0 kB"):
        check(tmp_path)


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert check(type(tmp_path)("~")) == tmp_path

"""The lock file: it pins every source completely."""

from __future__ import annotations

import json

import pytest

from infra.debian import File
from infra.magick import lock
from infra.magick.lock import Lock, Source
from infra.magick.packages import PACKAGES

SHA = "ab" * 32
FILE = {"path": "debian/pool/main/t/tiff/tiff_4.7.2.orig.tar.bz2", "size": 9, "sha256": SHA}
ENTRY = {"package": "tiff", "version": "4.7.2-1", "suite": "forky", "files": [FILE]}


def spelled(**changes: object) -> str:
    return json.dumps({"day": "20261120", "sources": [ENTRY | changes]})


def test_a_written_lock_is_read_back() -> None:
    source = Source("tiff", "4.7.2-1", "forky", (File("debian/pool/tiff.tar.gz", 9, SHA),))
    pinned = Lock("20261120", (source,))
    assert lock.parse(lock.spell(pinned)) == pinned


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_package_is_pinned(package: object) -> None:
    source = lock.read().source(package.name)  # type: ignore[attr-defined]  # parametrize has no types
    assert source.suite in package.suites  # type: ignore[attr-defined]  # likewise
    assert any(".tar." in file.name for file in source.files)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"files": []}, "tiff is pinned without a file"),
        ({"files": [FILE | {"sha256": SHA[1:]}]}, "has no SHA-256"),
        ({"files": [FILE | {"sha256": "zz" * 32}]}, "has no SHA-256"),
        ({"files": [FILE | {"path": "/etc/passwd"}]}, "/etc/passwd is not a path on a mirror"),
        ({"files": [FILE | {"path": "debian/../../x"}]}, "is not a path on a mirror"),
        ({"files": [{"path": FILE["path"]}]}, "tiff is not pinned completely"),
        ({"suit": "forky"}, "tiff is not pinned completely"),
    ],
    ids=["no file", "short checksum", "no checksum", "from the root", "upwards", "no size", "unknown field"],
)
def test_an_incomplete_pin_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        lock.parse(spelled(**changes))


def test_a_package_that_is_not_pinned_is_named_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"nosuch is not pinned: .*infra\.magick lock"):
        lock.parse(spelled()).source("nosuch")


@pytest.mark.parametrize(
    ("version", "upstream"),
    [
        ("8:6.9.11.60+dfsg-1.6+deb12u13", "6.9.11.60+dfsg"),
        ("1.23.6-2~deb13u1", "1.23.6"),
        ("1.1.0", "1.1.0"),
    ],
)
def test_the_version_upstream_has_neither_epoch_nor_patch_level(version: str, upstream: str) -> None:
    assert Source("x", version, "forky", ()).upstream == upstream

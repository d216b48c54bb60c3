"""Downloads: each file once, and only pinned files."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from infra import debian
from infra.magick import downloads
from infra.magick.downloads import SourceFailed, SourceGone
from infra.magick.lock import Source
from infra.magick.packages import PYPI
from tests.infra.archives import Archive, archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """The mirror of this machine."""
    yield archive(tmp_path / "mirror", monkeypatch)
    debian.mirrors.cache_clear()


@pytest.fixture
def tiff(mirror: Archive) -> Source:
    """A pinned source that exists on the mirror."""
    return Source("tiff", "4.7.2-1", "forky", mirror.add("forky", "tiff", "4.7.2-1"))


def test_the_files_of_a_source_are_downloaded_into_the_given_folder(tiff: Source, tmp_path: Path) -> None:
    downloads.fetch(tiff, tmp_path / "got")
    names = ["tiff_4.7.2-1.dsc", "tiff_4.7.2-1.tar.xz"]
    assert sorted(path.name for path in (tmp_path / "got").iterdir()) == names
    assert [(tmp_path / "got" / name).read_text() for name in names] == names


def test_existing_files_are_not_downloaded_again(tiff: Source, mirror: Archive, tmp_path: Path) -> None:
    downloads.fetch(tiff, tmp_path / "got")
    for file in tiff.files:
        mirror.path(file).unlink()
    downloads.fetch(tiff, tmp_path / "got")


def test_a_changed_local_file_is_refused_and_not_replaced(tiff: Source, tmp_path: Path) -> None:
    downloads.fetch(tiff, tmp_path / "got")
    (tmp_path / "got" / tiff.files[1].name).write_text("tampered with")
    with pytest.raises(SourceFailed, match=r"tiff_4\.7\.2-1\.tar\.xz is not the pinned file") as refused:
        downloads.fetch(tiff, tmp_path / "got")
    assert not isinstance(refused.value, SourceGone)


@pytest.mark.parametrize("fault", ["gone", "changed"])
def test_a_failed_download_leaves_no_files(tiff: Source, mirror: Archive, tmp_path: Path, fault: str) -> None:
    archived = mirror.path(tiff.files[1])
    if fault == "gone":
        archived.unlink()
    else:
        archived.write_text("another content")
    with pytest.raises(SourceGone, match=r"(?s)tiff 4\.7\.2-1 cannot be downloaded.*tar\.xz"):
        downloads.fetch(tiff, tmp_path / "got")
    assert list((tmp_path / "got").iterdir()) == []


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of PyPI, with a source archive that cannot be built."""
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "nosuch_codec-1.0.tar.gz").write_bytes(b"not even an archive")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_pip_refuses_an_unpinned_archive_before_it_runs_any_of_it(
    tiff: Source, index: Path, tmp_path: Path
) -> None:
    codec = dataclasses.replace(
        tiff, package="nosuch-codec", version="1.0", suite=PYPI[0], files=tiff.files[1:]
    )
    assert list(index.iterdir())
    with pytest.raises(SourceGone, match=r"(?s)pip could not download nosuch-codec==1\.0.*DO NOT MATCH"):
        downloads.fetch(codec, tmp_path / "got")
    assert list((tmp_path / "got").iterdir()) == []

"""Sources: they are unpacked as Debian does, and a patch that does not apply is an error."""

from __future__ import annotations

import difflib
import hashlib
import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from infra.debian import File
from infra.magick import sources
from infra.magick.downloads import SourceFailed
from infra.magick.lock import Source

if TYPE_CHECKING:
    from pathlib import Path

BEFORE, BETWEEN, AFTER = "one\n", "two\n", "three\n"


def patch(before: str, after: str) -> str:
    return "".join(difflib.unified_diff([before], [after], "a/count.c", "b/count.c"))


def archive(path: Path, files: dict[str, str]) -> File:
    """Write a tar archive, and return its pin."""
    with tarfile.open(path, "w:xz") as opened:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            opened.addfile(member, io.BytesIO(text.encode()))
    content = path.read_bytes()
    return File(f"debian/pool/{path.name}", len(content), hashlib.sha256(content).hexdigest())


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A source of Debian's, with a patch of Debian's."""
    original = archive(tmp_path / "count_1.orig.tar.xz", {"count-1/count.c": BEFORE, "count-1/doc/a": "a"})
    debian = archive(
        tmp_path / "count_1-1.debian.tar.xz",
        {
            "debian/copyright": "ours",
            "debian/patches/series": "# the first\nfix.patch  # why\n",
            "debian/patches/fix.patch": patch(BEFORE, BETWEEN),
        },
    )
    return Source("count", "1-1", "forky", (original, debian))


def test_a_source_is_unpacked_with_debians_patches_and_then_ours(source: Source, tmp_path: Path) -> None:
    own = tmp_path / "own.patch"
    own.write_text(patch(BETWEEN, AFTER))
    sources.unpack(source, tmp_path, tmp_path / "into", [own])

    assert (tmp_path / "into" / "count.c").read_text() == AFTER
    assert (tmp_path / "into" / "debian" / "copyright").read_text() == "ours"


def test_all_unpacked_files_have_the_same_date(source: Source, tmp_path: Path) -> None:
    sources.unpack(source, tmp_path, tmp_path / "into")
    dates = {path.stat().st_mtime for path in (tmp_path / "into").rglob("*")}
    assert dates == {sources.EPOCH}


def test_a_patch_that_does_not_fit_is_named(source: Source, tmp_path: Path) -> None:
    own = tmp_path / "unfit.patch"
    own.write_text(patch(BEFORE, AFTER))
    with pytest.raises(SourceFailed, match=r"unfit\.patch does not fit"):
        sources.unpack(source, tmp_path, tmp_path / "into", [own])


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"top/a": "", "top/b/c": ""}, ["a", "b/c"]),
        ({"a": "", "b/c": ""}, ["a", "b/c"]),
        ({"debian/rules": ""}, ["debian/rules"]),
    ],
    ids=["in one folder", "in none", "Debian's own"],
)
def test_an_archives_one_folder_is_left_out(files: dict[str, str], found: list[str], tmp_path: Path) -> None:
    archive(tmp_path / "x.tar.xz", files)
    sources.extract(tmp_path / "x.tar.xz", tmp_path / "into")
    extracted = sorted(path for path in (tmp_path / "into").rglob("*") if path.is_file())
    assert [path.relative_to(tmp_path / "into").as_posix() for path in extracted] == found


def test_an_archive_cannot_write_outside_of_its_folder(tmp_path: Path) -> None:
    archive(tmp_path / "x.tar.xz", {"top/a": "", "top/../../../escaped": ""})
    with pytest.raises(tarfile.OutsideDestinationError):
        sources.extract(tmp_path / "x.tar.xz", tmp_path / "into")

"""The sources, unpacked with Debian's patches and ours."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from infra.magick.downloads import SourceFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.magick.lock import Source

EPOCH = 1_735_689_600
"""The one date of every file, 2025-01-01: Make takes none for newer than another, and no day is shown."""


def unpack(source: Source, archives: Path, into: Path, patches: Iterable[Path] = ()) -> None:
    """Unpack the archives of `source` into the new folder `into`, and apply Debian's patches, then `patches`.

    Debian's format is "3.0 (quilt)": the original archive, and one with the folder ``debian``.
    """
    into.mkdir(parents=True)
    for file in source.files:
        if ".tar." in file.name:
            extract(archives / file.name, into)
    for patch in (*debian_patches(into), *patches):
        apply(patch, into)
    for path in into.rglob("*"):
        os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)


def extract(archive: Path, into: Path) -> None:
    """Extract `archive` into the folder `into`; the one folder that all is in, if there is one, is left out.

    Debian's own archive is of that kind as well, but its folder ``debian`` is meant.
    """
    with tarfile.open(archive) as opened:
        members = opened.getmembers()
        tops = {PurePosixPath(member.name).parts[:1] for member in members} - {()}
        strip = 1 if len(tops) == 1 and tops != {("debian",)} else 0
        for member in members:
            moved = _moved(member, strip)
            if moved.name:
                opened.extract(moved, into, filter="data")


def _moved(member: tarfile.TarInfo, strip: int) -> tarfile.TarInfo:
    def stripped(path: str) -> str:
        return "/".join(PurePosixPath(path).parts[strip:])

    # A hard link names its target from the top of the archive, a symbolic link from where it is.
    target = stripped(member.linkname) if member.islnk() else member.linkname
    return member.replace(name=stripped(member.name), linkname=target, deep=False)


def debian_patches(source: Path) -> list[Path]:
    """Return the patches that the unpacked `source` is to be given, in their order."""
    patches = source / "debian" / "patches"
    series = patches / "series"
    lines = series.read_text().splitlines() if series.exists() else []
    names = [line.split("#")[0].split() for line in lines]
    return [patches / name[0] for name in names if name]


def apply(patch: Path, source: Path) -> None:
    """Apply `patch` to the unpacked `source`; `SourceFailed` says which part of it does not fit."""
    options = ("--strip=1", "--batch", "--forward", "--no-backup-if-mismatch", "--silent")
    done = subprocess.run(  # noqa: S603 - our own arguments
        ("/usr/bin/env", "patch", *options, "--input", str(patch.absolute())),
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SourceFailed(f"{patch} does not fit:\n{done.stdout}{done.stderr}")

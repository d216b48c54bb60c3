"""Reproducible zip archives for Lambda: the same content gives the same bytes on every machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_FORMAT_VERSION = "3"
"""Change this when the code changes the bytes of the same content: it is a part of the cache key."""

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o644
_BEST_COMPRESSION = 9


@dataclass(frozen=True, slots=True)
class File:
    """One file in the existing archive `source`."""

    source: Path
    info: ZipInfo

    @property
    def mode(self) -> int:
        """The file's permissions in a new archive. They do not depend on the umask of this machine."""
        # Lambda unpacks as one user and runs as another user, who must be able to read.
        return 0o755 if self.info.external_attr >> 16 & stat.S_IXUSR else _READABLE

    def fingerprint(self) -> str:
        """Return a text that identifies the file's content."""
        return f"{self.mode:o} {self.info.file_size} {self.info.CRC:08x} {self.info.compress_size}"


def files(source: Path) -> dict[str, File]:
    """Return the files in the archive `source` by their paths.

    Bytecode is left out: it may be of any version, and the dates of its sources are in it.
    """
    with ZipFile(source) as archive:
        return {
            info.filename: File(source, info)
            for info in archive.infolist()
            if not info.is_dir() and "__pycache__" not in info.filename.split("/")
        }


def write(
    content: Mapping[str, File],
    target: Path,
    *,
    cache: Path,
    finish: Callable[[dict[str, bytes]], dict[str, bytes]] = lambda files: files,
    finished: str = "",
) -> None:
    """Write `content` to the archive `target`, sorted, with one date and fixed permissions.

    `finish` gets the bytes of all files by path, and returns those to write; it may add files. The folder
    `cache` keeps finished archives, because compressing ImageMagick takes seconds: an archive is
    found again by its content and by `finished`, which says what `finish` depends on.
    """
    made = cache / f"{_digest(content, finished)}.zip"
    if not made.exists():
        unfinished = made.with_suffix(f".{os.getpid()}")
        with ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=_BEST_COMPRESSION) as archive:
            for path, data in sorted(finish(_read(content)).items()):
                archive.writestr(_named(path, content.get(path)), data)
        unfinished.replace(made)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made, target)


def _digest(content: Mapping[str, File], finished: str) -> str:
    files = [f"{path} {file.fingerprint()}" for path, file in sorted(content.items())]
    return hashlib.sha256("\n".join([_FORMAT_VERSION, finished, *files]).encode()).hexdigest()


def _read(content: Mapping[str, File]) -> dict[str, bytes]:
    sources = {file.source: ZipFile(file.source) for file in content.values()}
    try:
        return {path: sources[file.source].read(file.info) for path, file in content.items()}
    finally:
        for source in sources.values():
            source.close()


def _named(path: str, file: File | None) -> ZipInfo:
    named = ZipInfo(path, _FIXED_DATE)
    named.compress_type = ZIP_DEFLATED
    named.create_system = _UNIX
    named.external_attr = (stat.S_IFREG | (file.mode if file else _READABLE)) << 16
    return named

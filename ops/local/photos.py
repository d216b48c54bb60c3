"""The pictures of a folder on this machine: which there are, and what has changed since the last look."""

from __future__ import annotations

import os
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.address import key as keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUFFIXES = frozenset(
    ".apng .avif .bmp .gif .heic .heif .jfif .jpe .jpeg .jpg .jxl .png .tif .tiff .webp".split()  # noqa: SIM905 - one line
)
"""How the name of a picture ends, in lower case. The app judges by content alone."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of the folder: its file, its size in bytes, and what differs after any change of the file."""

    path: Path
    size: int
    version: tuple[int, int, int]

    @property
    def kind(self) -> str:
        """The media type for the name."""
        return guess_type(self.path.name)[0] or "application/octet-stream"


def look(folder: Path) -> dict[str, Photo]:
    """Return the pictures in `folder` and in the folders in it, by their keys.

    A key is the path in the folder. Hidden files and folders are left out, and what no key can name: a name
    that is not UTF-8, or a path that is too deep or too long. Links to folders are not followed.
    """
    found: dict[str, Photo] = {}
    for path in _pictures(folder):
        key = path.relative_to(folder).as_posix()
        photo = _photo(path)
        if photo and _can_be_asked_for(key):
            found[key] = photo
    return found


def _pictures(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield Path(parent, name)


def _photo(path: Path) -> Photo | None:
    """Return the picture, or None if the file has just gone, or is not ours to read."""
    try:
        seen = path.stat()
    except OSError:
        return None
    version = (seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)
    return Photo(path, seen.st_size, version) if os.access(path, os.R_OK) else None


def _can_be_asked_for(key: str) -> bool:
    try:
        return keys.is_key(key) and keys.is_short(key)
    except UnicodeEncodeError:
        return False


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two looks: new and changed pictures, and the keys of those that are gone."""

    put: Mapping[str, Photo]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.put or self.gone)


def differences(before: Mapping[str, Photo], now: Mapping[str, Photo]) -> Changes:
    """Return the changes that lead from the look `before` to `now`."""
    return Changes(
        {key: photo for key, photo in now.items() if before.get(key) != photo},
        tuple(key for key in before if key not in now),
    )

"""Copies a folder of this machine into the bucket of originals, and goes on copying what changes."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import watchfiles

from ops.local import photos
from ops.terminal.output import amount, say, size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import Console
    from types_boto3_s3 import S3Client

    from ops.local.photos import Photo

MOST_BYTES = 2_000_000_000
"""Bytes of all pictures of a folder. The emulator keeps its buckets in memory."""

_LOOK_MILLISECONDS = 5000
"""How often to look even if no change was reported: a network drive reports none."""


class UnfitFolder(Exception):  # noqa: N818 - the name says what is wrong
    """The folder does not exist, or has too much in it. The message says what to type."""


def check(folder: Path) -> Path:
    """Return the absolute path of `folder`, or raise `UnfitFolder`."""
    path = folder.expanduser().absolute()
    if not path.is_dir():
        raise UnfitFolder(f"There is no folder {path}. Type: make run PHOTOS=FOLDER.")
    total = sum(photo.size for photo in photos.look(path).values())
    if total > MOST_BYTES:
        raise UnfitFolder(
            f"The pictures in {path} have {size(total)}, and a local site keeps copies of at most "
            f"{size(MOST_BYTES)} in memory. Name a folder in it: make run PHOTOS={path}/FOLDER."
        )
    return path


class Mirror:
    """Keeps `bucket` as the pictures in `folder` are. It never changes the folder."""

    def __init__(self, s3: S3Client, bucket: str, folder: Path) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._folder = folder
        self._known: dict[str, Photo] = {}

    @property
    def folder(self) -> Path:
        """The folder on this machine."""
        return self._folder

    def update(self) -> photos.Changes:
        """Copy what has changed since the last update, delete what is gone, and return both."""
        now = photos.look(self._folder)
        changes = photos.differences(self._known, now)
        for key, photo in changes.put.items():
            if not self._put(key, photo):
                del now[key]
        for key in changes.gone:
            self._s3.delete_object(Bucket=self._bucket, Key=key)
        self._known = now
        return changes

    def _put(self, key: str, photo: Photo) -> bool:
        """Copy the picture, and return whether it was still there. The next update sees what became of it."""
        try:
            with photo.path.open("rb") as file:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=file, ContentType=photo.kind)
        except OSError:
            return False
        return True

    @contextmanager
    def following(self, console: Console) -> Iterator[None]:
        """Update whenever something in the folder changes, and say it on `console`, until the block ends."""
        stop = Event()
        thread = Thread(target=self._follow, args=(console, stop), name="photos", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _follow(self, console: Console, stop: Event) -> None:
        try:
            for _ in watchfiles.watch(
                self._folder,
                watch_filter=None,
                stop_event=stop,
                rust_timeout=_LOOK_MILLISECONDS,
                yield_on_timeout=True,
                raise_interrupt=False,
            ):
                if changes := self.update():
                    say(console, described(changes), "cyan")
        except (OSError, RuntimeError) as failure:
            say(console, f"Changes in {self._folder} are no longer seen: {failure}", "yellow")


def described(changes: photos.Changes) -> str:
    """Return a line such as ``Photos: 2 copied (a.jpg, b.jpg), 1 deleted (c.jpg)``."""
    parts = [
        f"{len(names)} {verb} ({_some(names)})"
        for verb, names in (("copied", tuple(changes.put)), ("deleted", changes.gone))
        if names
    ]
    return f"Photos: {', '.join(parts)}"


def _some(names: tuple[str, ...], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join([*names[:most], *([f"and {amount(more, 'other')}"] if more > 0 else [])])

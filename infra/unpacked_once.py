"""Unpacks each archive of MiniStack's functions once, for all workers.

MiniStack unpacks the bundle and the layer, a thousand files, for every worker that it starts, and every
worker compiles their modules anew. Functions only read these files, as on AWS. So all workers can share one
folder, where Python keeps what it compiled.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from zipfile import ZipFile

if TYPE_CHECKING:
    from os import PathLike


class SharedArchive(ZipFile):
    """An archive in a file. `extractall` makes its target a link to the folder with the archive's content."""

    _folders: ClassVar[dict[str, Path]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def extractall(self, path: str | PathLike[str] | None = None, *_: object) -> None:
        """Replace the empty folder `path` with a link."""
        target = Path(path or "")
        with self._lock:
            folder = self._folder()
        target.rmdir()
        target.symlink_to(folder)

    def _folder(self) -> Path:
        with Path(self.filename or "").open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        if content not in self._folders:
            folder = tempfile.mkdtemp(prefix="unpacked-")
            super().extractall(folder)
            self._folders[content] = Path(folder)
        return self._folders[content]

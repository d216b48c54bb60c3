"""The pinned sources: the exact version of every package, and the path, size and SHA-256 of each file."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from infra.debian import File

LOCK = Path(__file__).with_name("lock.json")


@dataclass(frozen=True, slots=True)
class Source:
    """One source package. `version` is Debian's, with its patch level, or PyPI's. `suite` is its origin."""

    package: str
    version: str
    suite: str
    files: tuple[File, ...]

    @property
    def upstream(self) -> str:
        """The authors' version, without Debian's epoch and patch level."""
        whole = self.version.partition(":")[2] or self.version
        return whole.rpartition("-")[0] or whole


@dataclass(frozen=True, slots=True)
class Lock:
    """The pinned sources of a build. `day`, such as 20261120, is the day when they were pinned."""

    day: str
    sources: tuple[Source, ...]

    def find(self, package: str) -> Source | None:
        """Return the source of `package`, if it is pinned."""
        return next((source for source in self.sources if source.package == package), None)

    def source(self, package: str) -> Source:
        """Return the source of `package`; `ValueError` if it is not pinned."""
        source = self.find(package)
        if source is None:
            raise ValueError(f"{package} is not pinned: `python -m infra.magick lock` does that.")
        return source


def read(path: Path = LOCK) -> Lock:
    """Return the lock in the file at `path`."""
    return parse(path.read_text())


def parse(text: str) -> Lock:
    """Return the lock in `text`; `ValueError` names a package that is not pinned completely."""
    pinned = json.loads(text)
    sources = tuple(_source(entry) for entry in pinned["sources"])
    return Lock(pinned["day"], sources)


def spell(lock: Lock) -> str:
    """Return the text of the lock file; `parse` reads it back."""
    return json.dumps(dataclasses.asdict(lock), indent=2) + "\n"


def _source(entry: dict[str, object]) -> Source:
    try:
        files = tuple(_file(**file) for file in entry.pop("files"))  # type: ignore[attr-defined]  # JSON has no types
        source = Source(**entry, files=files)  # type: ignore[arg-type]  # likewise
    except (KeyError, TypeError) as fault:
        raise ValueError(f"{entry.get('package', 'a source')} is not pinned completely: {fault}") from fault
    if not files:
        raise ValueError(f"{source.package} is pinned without a file.")
    return source


def _file(path: str, size: int, sha256: str) -> File:
    if not PurePosixPath(path).name or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise ValueError(f"{path} is not a path on a mirror.")
    if len(sha256) != len("00" * 32) or set(sha256) - set("0123456789abcdef"):
        raise ValueError(f"{path} has no SHA-256.")
    return File(path, size, sha256)

"""Finds on the mirrors the newest version of each package whose files are all available."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from infra.debian import SECURITY, Apt, DebianFailed, File, newest_first
from infra.magick import downloads
from infra.magick.downloads import SourceFailed, SourceGone
from infra.magick.lock import Lock, Source
from infra.magick.packages import PACKAGES, PYPI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.magick.packages import Package

SUITES = tuple(dict.fromkeys(suite for package in PACKAGES for suite in package.suites if suite not in PYPI))
"""All suites that packages are taken from."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The available source of a package, and newer versions that are announced but not available."""

    source: Source
    announced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mirror:
    """The sources that `apt` and PyPI have. Downloads are kept in the folder `archives`."""

    apt: Apt
    archives: Path

    def offer(self, package: Package, suites: tuple[str, ...], pinned: Source | None = None) -> Offer:
        """Return the newest available source of `package` in `suites`; `SourceFailed` if there is none.

        A source older than `pinned` is never chosen.
        """
        missing: list[str] = []
        for source in self._candidates(package, suites, pinned):
            try:
                downloads.fetch(source, self.archives)
            except SourceGone:
                missing.append(source.version)
            else:
                return Offer(source, tuple(missing))
        raise SourceFailed(f"The mirrors have no {package.name} of {', '.join(suites)}.")

    def _candidates(
        self, package: Package, suites: tuple[str, ...], pinned: Source | None
    ) -> Iterator[Source]:
        """Yield the possible sources of `package`, newest first. Each is looked up only when it is needed."""
        if suites == PYPI:
            yield _newest_of_pypi(package.name)
            return
        listed = self.apt.versions(package.name)
        suite = {version: min(listed[version].intersection(suites), default="") for version in listed}
        known = {version for version in listed if suite[version]} | ({pinned.version} if pinned else set())
        for version in newest_first(known):
            if pinned and version == pinned.version:
                yield pinned
            else:
                files = self.apt.files(package.name, version)
                kept = (file for file in files if not package.upstream or ".orig.tar." in file.name)
                yield Source(package.name, version, suite[version], tuple(kept))


def open_at(cache: Path) -> Mirror:
    """Return a mirror with new package lists. It keeps its files in the folder `cache`."""
    apt = Apt(cache / "apt", sources=SUITES)
    try:
        apt.open()
    except DebianFailed as failure:
        raise SourceFailed(str(failure)) from failure
    return Mirror(apt, cache / "sources")


def at_hand(pinned: Lock, archives: Path, opened: Callable[[], Mirror]) -> Lock:
    """Download all sources of `pinned` into `archives`, and return them.

    If a source is no longer available, it is replaced by the newest of the same release: mirrors delete old
    versions within days. Debian signs the replacement as well.
    """
    sources: list[Source] = []
    mirror: Mirror | None = None
    for package in PACKAGES:
        source = pinned.source(package.name)
        try:
            downloads.fetch(source, archives)
        except SourceGone:
            mirror = mirror or opened()
            source = mirror.offer(package, _of_one_release(package, source.suite)).source
        sources.append(source)
    return dataclasses.replace(pinned, sources=tuple(sources))


def _of_one_release(package: Package, suite: str) -> tuple[str, ...]:
    """Return the suites of `package` of the same release as `suite`: the release and its security updates."""
    release = suite.removesuffix(SECURITY)
    return tuple(other for other in package.suites if other.removesuffix(SECURITY) == release)


def _newest_of_pypi(name: str) -> Source:
    with TemporaryDirectory(prefix="resize404-pypi-") as folder:
        downloads.pip(name, name, Path(folder))
        (archive,) = Path(folder).iterdir()
        version = archive.name.removesuffix(".tar.gz").rpartition("-")[2]
        file = File(archive.name, archive.stat().st_size, downloads.digest(archive))
    return Source(name, version, PYPI[0], (file,))

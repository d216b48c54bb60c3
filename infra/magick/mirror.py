"""What the mirrors offer: the newest version of each package whose files can all be had."""

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
"""Every suite that something is taken from."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is of a package: what can be had, and newer versions that are announced but cannot."""

    source: Source
    announced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mirror:
    """What `apt` and PyPI have; what is had of it is kept in the folder `archives`."""

    apt: Apt
    archives: Path

    def offer(self, package: Package, suites: tuple[str, ...], pinned: Source | None = None) -> Offer:
        """Return the newest of `package` in `suites` that can be had; `SourceFailed` says that none can.

        What is `pinned` is not given up for an older one.
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
        """Yield what may be had of `package`, newest first; each is asked for only when it is its turn."""
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
                yield Source(package.name, version, suite[version], self.apt.files(package.name, version))


def open_at(cache: Path) -> Mirror:
    """Return a mirror that keeps what it needs in the folder `cache`, with new lists of what there is."""
    apt = Apt(cache / "apt", sources=SUITES)
    try:
        apt.open()
    except DebianFailed as failure:
        raise SourceFailed(str(failure)) from failure
    return Mirror(apt, cache / "sources")


def at_hand(pinned: Lock, archives: Path, opened: Callable[[], Mirror]) -> Lock:
    """Return `pinned`, all of it in `archives`; in place of what is gone it has the release's newest.

    Mirrors forget old versions within days, and what came in their place is signed by Debian as they were.
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
    """Return the suites of `package` that are of the release of `suite`: itself, and its security updates."""
    release = suite.removesuffix(SECURITY)
    return tuple(other for other in package.suites if other.removesuffix(SECURITY) == release)


def _newest_of_pypi(name: str) -> Source:
    with TemporaryDirectory(prefix="resize404-pypi-") as folder:
        downloads.pip(name, name, Path(folder))
        (archive,) = Path(folder).iterdir()
        version = archive.name.removesuffix(".tar.gz").rpartition("-")[2]
        file = File(archive.name, archive.stat().st_size, downloads.digest(archive))
    return Source(name, version, PYPI[0], (file,))

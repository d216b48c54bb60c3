"""A small archive of Debian's kind, with one source in it, for a real apt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infra import debian

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TRUSTED = "trusted=yes"
"""The option in sources.list for an unsigned archive."""


@dataclass
class Archive:
    """An archive in `folder`, with suites such as ``forky`` and suites of security updates."""

    folder: Path
    sources: dict[str, list[str]] = field(default_factory=dict)

    def add(self, suite: str, package: str, version: str) -> tuple[debian.File, ...]:
        """Put a source into a suite, and return its files."""
        files = tuple(
            self._file(suite, package, name)
            for name in (f"{package}_{version}.dsc", f"{package}_{version}.tar.xz", f"{package}.tar.xz.asc")
        )
        listed = "".join(f"\n {file.sha256} {file.size} {file.name}" for file in files)
        self.sources.setdefault(suite, []).append(
            f"Package: {package}\nBinary: {package}\nVersion: {version}\nFormat: 3.0 (quilt)\n"
            f"Directory: pool/{package}\nChecksums-Sha256:{listed}\n"
        )
        self._list(suite)
        return files[:2]

    def announce(self, suite: str, package: str, version: str) -> None:
        """List a source without its files, as on real mirrors for an hour or two."""
        for file in self.add(suite, package, version):
            self.path(file).unlink()

    def path(self, file: debian.File) -> Path:
        """Return the path of `file` in the archive."""
        return self.folder / file.path

    def _file(self, suite: str, package: str, name: str) -> debian.File:
        path = self._of(suite) / "pool" / package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        return debian.File(path.relative_to(self.folder).as_posix(), len(name), sha256)

    def _list(self, suite: str) -> None:
        dists = self._of(suite) / "dists" / suite
        index = dists / "main" / "source" / "Sources"
        index.parent.mkdir(parents=True, exist_ok=True)
        index.write_text("\n".join(self.sources[suite]))
        content = index.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        (dists / "Release").write_text(
            f"Suite: {suite}\nCodename: {suite}\nComponents: main\nDate: Thu, 01 Jan 2026 00:00:00 UTC\n"
            f"SHA256:\n {digest} {len(content)} main/source/Sources\n"
        )

    def _of(self, suite: str) -> Path:
        return self.folder / ("debian-security" if suite.endswith(debian.SECURITY) else "debian")


def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Return an archive without sources, and make it this machine's mirror."""
    monkeypatch.setenv("DEBIAN_MIRROR", f"copy:{tmp_path}/debian")
    monkeypatch.delenv("DEBIAN_SECURITY_MIRROR", raising=False)
    debian.mirrors.cache_clear()
    return Archive(tmp_path)

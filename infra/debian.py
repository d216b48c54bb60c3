"""Downloads Debian's packages and sources with apt, from the mirrors that this machine uses.

It installs nothing and needs no root rights: apt gets its own configuration and state in a separate folder.
"""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from functools import cache, cmp_to_key
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from infra import programs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SIGNED = f"signed-by={KEYRING}"
"""The option in sources.list(5) that requires Debian's own signature."""

SECURITY = "-security"
"""The suffix of suites in the archive of security updates."""

_HELPER = "/usr/lib/apt/apt-helper"

_CONFIGURATION = """\
Dir "{folder}";
Dir::Etc "{folder}";
Dir::Etc::sourcelist "sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::State "{folder}/state";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
"""


class DebianFailed(Exception):  # noqa: N818 - the name says what happened
    """A download from Debian failed. The message has apt's own words."""


@dataclass(frozen=True, slots=True)
class Mirrors:
    """The URLs of Debian's archive, and of its archive of security updates."""

    debian: str
    debian_security: str

    def of(self, suite: str) -> str:
        """Return the URL of the archive that has `suite`."""
        return self.debian_security if suite.endswith(SECURITY) else self.debian

    def address(self, path: str) -> str:
        """Return the URL of the file `path`, such as ``debian/pool/main/a/aom/aom_3.14.1-1.dsc``."""
        archive, _, below = path.partition("/")
        return f"{self.of(archive)}/{below}"

    def path(self, address: str) -> str:
        """Return the path of the file at the URL `address`. It is the same on every mirror."""
        # The longer URL first: it may start with the other one.
        archives = {self.debian: "debian", self.debian_security: f"debian{SECURITY}"}
        base = next(
            base for base in sorted(archives, key=len, reverse=True) if address.startswith(f"{base}/")
        )
        return archives[base] + unquote(address.removeprefix(base))


@dataclass(frozen=True, slots=True)
class File:
    """A file of a source package, as the archive lists it. `size` is in bytes, `sha256` is hexadecimal."""

    path: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return PurePosixPath(self.path).name


@cache
def mirrors() -> Mirrors:
    """Return the mirrors that the environment names, or else those that this machine's apt uses.

    The variables are `DEBIAN_MIRROR` and `DEBIAN_SECURITY_MIRROR`. `DebianFailed` if there is no mirror.
    """
    named, updates = os.environ.get("DEBIAN_MIRROR"), os.environ.get("DEBIAN_SECURITY_MIRROR")
    known = {} if named else _known()
    archive = named or known.get("Debian")
    if not archive:
        raise DebianFailed(
            "This machine's apt knows no mirror of Debian. Name a mirror's folder that contains `dists`:\n"
            "  export DEBIAN_MIRROR=http://HOST/debian"
        )
    archive = archive.rstrip("/")
    security = updates or known.get("Debian-Security") or f"{archive}{SECURITY}"
    return Mirrors(archive, security.rstrip("/"))


def _known() -> dict[str, str]:
    """Return the mirrors in apt's configuration by archive label."""
    asked = ("apt-get", "indextargets", "--format", "$(LABEL)|$(RELEASE)|$(SITE)")
    rows = [line.split("|") for line in _run(asked).splitlines()]
    # Before apt's first update there are no labels. Then this system's release names the suites.
    system = platform.freedesktop_os_release()
    release = system.get("VERSION_CODENAME", "") if system["ID"] == "debian" else None
    labels = {release: "Debian", f"{release}{SECURITY}": "Debian-Security"}
    return {label or labels.get(suite, ""): site for label, suite, site in reversed(rows)}


@dataclass(frozen=True, slots=True)
class Apt:
    """A separate apt in `folder`, with packages of the suites `binaries` and sources of the suites `sources`.

    It uses this machine's settings for downloads, such as a proxy.
    """

    folder: Path
    binaries: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    architecture: str = "amd64"
    trust: str = SIGNED

    def open(self) -> None:
        """Write the configuration, and download the package lists."""
        for name in ("state/lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()  # no package is installed, so apt downloads every dependency
        (self.folder / "sources.list").write_text(self._list())
        own = _CONFIGURATION.format(folder=self.folder, architecture=self.architecture)
        (self.folder / "apt.conf").write_text(own + _run(("apt-config", "dump", "Acquire")))
        self._apt("apt-get", "--quiet", "update")

    def _list(self) -> str:
        kinds = (("deb", self.binaries), ("deb-src", self.sources))
        return "".join(
            f"{kind} [{self.trust}] {mirrors().of(suite)} {suite} main\n"
            for kind, suites in kinds
            for suite in suites
        )

    def packages(self, names: Iterable[str]) -> list[Path]:
        """Download the packages `names`, without their dependencies."""
        return self._download("download", *names)

    def closure(self, names: Iterable[str]) -> list[Path]:
        """Download the packages `names` and all their dependencies."""
        self._apt("apt-get", "--quiet", "install", "--yes", "--download-only", *names)
        return sorted((self.folder / "cache" / "archives").glob("*.deb"))

    def source(self, name: str) -> Path:
        """Download the newest source of the package `name`. Return the upstream archive."""
        (archive,) = (
            path
            for path in self._download("source", "--download-only", name)
            if ".orig.tar." in path.name and path.suffix != ".asc"
        )
        return archive

    def versions(self, name: str) -> dict[str, set[str]]:
        """Return the available versions of the source `name`, each with the suites that have it."""
        found: dict[str, set[str]] = {}
        for line in self._apt("apt-cache", "madison", name).splitlines():
            _, version, where = line.split("|")
            found.setdefault(version.strip(), set()).add(where.split()[1].partition("/")[0])
        return found

    def files(self, name: str, version: str) -> tuple[File, ...]:
        """Return the files of the source `name` in `version`, without signatures."""
        asked = ("apt-get", "source", "--only-source", "--download-only", "--print-uris", f"{name}={version}")
        lines = (line.split() for line in self._apt(*asked).splitlines() if line.startswith("'"))
        return tuple(
            File(mirrors().path(uri.strip("'")), int(size), digest.removeprefix("SHA256:"))
            for uri, file, size, digest in lines
            if not file.endswith(".asc")
        )

    def _download(self, *arguments: str) -> list[Path]:
        into = self.folder / arguments[0]
        into.mkdir(exist_ok=True)
        self._apt("apt-get", "--quiet", *arguments, into=into)
        return sorted(into.iterdir())

    def _apt(self, *command: str, into: Path | None = None) -> str:
        return _run(command, into or self.folder, {"APT_CONFIG": str(self.folder / "apt.conf")})


def fetch(file: File, to: Path) -> None:
    """Download `file` to the path `to`. apt checks its SHA-256."""
    to.parent.mkdir(parents=True, exist_ok=True)
    address = mirrors().address(file.path)
    _run((_HELPER, "--quiet", "download-file", address, str(to.absolute()), f"SHA256:{file.sha256}"))


def newest_first(versions: Iterable[str]) -> list[str]:
    """Return `versions` in Debian's order, the newest first."""

    def compare(left: str, right: str) -> int:
        command = ("dpkg", "--compare-versions", left, "gt", right)
        return 1 if subprocess.run(command, check=False).returncode == 0 else -1  # noqa: S603 - our own arguments

    return sorted(versions, key=cmp_to_key(compare), reverse=True)


def unpack(packages: Iterable[Path], root: Path) -> None:
    """Unpack `packages` into the folder `root`. Their scripts do not run."""
    root.mkdir(parents=True, exist_ok=True)
    for package in packages:
        _run(("dpkg-deb", "--extract", str(package), str(root)))


def _run(
    command: tuple[str, ...], folder: Path | None = None, environ: Mapping[str, str] | None = None
) -> str:
    """Run `command` and return its output. `DebianFailed` ends with the last lines of the output."""
    try:
        return programs.run(command, DebianFailed, folder, environ)
    except FileNotFoundError as missing:
        raise DebianFailed(f"{command[0]} is missing. This needs Debian or Ubuntu.") from missing

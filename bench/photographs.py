"""The photographs that the originals are made of: free, credited, and taken from Debian's packages."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import places
from bench.failing import BenchFailed

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("lomiri-wallpapers-16.04", "icc-profiles-free")

_BACKGROUNDS = "usr/share/backgrounds"
PROFILE = "usr/share/color/icc/compatibleWithAdobeRGB1998.icc"


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph within the unpacked packages."""

    name: str
    file: str
    author: str
    licence: str

    def find(self, folder: Path) -> Path:
        """Return its file, if the packages are unpacked in `folder`."""
        return folder / _BACKGROUNDS / self.file


STREAM = Photograph("stream", "life_by_Aitzol_Berasategi.jpg", "Aitzol Berasategi", "CC-BY-4.0")
MOUNTAINS = Photograph(
    "mountains", "picosdeeuropa_by_Aitzol_Berasategi.jpg", "Aitzol Berasategi", "CC-BY-4.0"
)
DRAGONFLY = Photograph("dragonfly", "Dragonfly_by_Bolly.jpg", "“Bolly”", "CC-BY-SA-4.0")
DANDELIONS = Photograph("dandelions", "seeding_by_Clements_Engelhardt.jpg", "Clemens Engelhardt", "CC0-1.0")

PHOTOGRAPHS = (STREAM, MOUNTAINS, DRAGONFLY, DANDELIONS)


def fetch() -> None:
    """Download the packages and unpack them, unless that is already done."""
    if all(photograph.find(places.PHOTOGRAPHS).exists() for photograph in PHOTOGRAPHS):
        return
    places.PHOTOGRAPHS.mkdir(parents=True, exist_ok=True)
    _run("apt-get", "download", "-qq", *PACKAGES)
    for package in sorted(places.PHOTOGRAPHS.glob("*.deb")):
        _run("dpkg-deb", "-x", package.name, ".")


def _run(*command: str) -> None:
    try:
        subprocess.run(  # noqa: S603 - our own arguments
            command, cwd=places.PHOTOGRAPHS, check=True, stderr=subprocess.PIPE, text=True
        )
    except FileNotFoundError as missing:
        raise BenchFailed(
            f"{command[0]} is missing: the photographs come from Debian's packages."
        ) from missing
    except subprocess.CalledProcessError as failure:
        raise BenchFailed(f"The photographs could not be fetched.\n{failure.stderr}") from failure

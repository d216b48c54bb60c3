"""Common code of the two command-line engines: they read a file and write the picture to standard output."""

from __future__ import annotations

import subprocess

from bench import places

SRGB = places.PHOTOGRAPHS / "usr/share/color/icc/sRGB.icc"
"""The sRGB profile of Debian's icc-profiles-free, which comes with the photographs."""


def run(*arguments: str) -> bytes:
    """Return the command's standard output; CalledProcessError if it fails."""
    return subprocess.run(arguments, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603 - our own arguments


def first_line(*arguments: str) -> str:
    """Return the first line of the command's output."""
    return run(*arguments).decode().splitlines()[0]

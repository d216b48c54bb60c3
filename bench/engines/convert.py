"""ImageMagick's command line without hints: ``convert IN -resize WxH OUT``. Its time includes its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.engines.command import SRGB, first_line, run
from bench.engines.serving import serve

if TYPE_CHECKING:
    from bench.task import Task

CONVERT = "/usr/bin/convert"
"""Debian's own; a `convert` earlier on the PATH may be anything."""


def make(data: bytes, task: Task) -> bytes:  # noqa: ARG001 - a command reads the file
    """Return the variant."""
    return run(CONVERT, task.original, *geometry(task), *settings(task), f"{task.format}:-")


def geometry(task: Task) -> list[str]:
    """Return the arguments that turn, resize and crop."""
    coalesced = ["-coalesce"] if task.animated else []
    box = f"{task.width}x{task.height or ''}"
    if not task.cover:
        return [*coalesced, "-auto-orient", "-resize", box]
    return ["-auto-orient", "-resize", f"{box}^", "-gravity", "center", "-extent", box]


def settings(task: Task) -> list[str]:
    """Return the arguments that convert to sRGB, drop the metadata and configure the encoder."""
    to_srgb = ["-profile", str(SRGB)] if task.profiled else []
    encoder = {
        "jpeg": [
            "-quality",
            str(task.quality),
            "-sampling-factor",
            "4:2:0",
            "-define",
            "jpeg:optimize-coding=false",
        ],
        "webp": ["-quality", str(task.quality), "-define", f"webp:method={task.webp_effort}"],
        "png": ["-define", f"png:compression-level={task.png_level}"],
        "gif": [],
        "avif": ["-quality", str(task.quality)],
    }
    return [*to_srgb, "-strip", *encoder[task.format]]


if __name__ == "__main__":
    serve(
        first_line(CONVERT, "-version").removeprefix("Version: ").partition(" https")[0], make, commands=True
    )

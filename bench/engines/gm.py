"""GraphicsMagick with its hint for shrink-on-load: ``gm convert -size WxH IN -resize WxH OUT``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.engines.command import SRGB, first_line, run
from bench.engines.serving import serve

if TYPE_CHECKING:
    from bench.task import Task


def make(data: bytes, task: Task) -> bytes:  # noqa: ARG001 - a command reads the file
    """Return the variant."""
    hint = f"{task.width}x{task.height or task.width}"
    return run(
        "gm", "convert", "-size", hint, task.original, *_geometry(task), *_settings(task), f"{task.format}:-"
    )


def _geometry(task: Task) -> list[str]:
    box = f"{task.width}x{task.height or ''}"
    if not task.cover:
        return ["-auto-orient", "-resize", box]
    return ["-auto-orient", "-resize", f"{box}^", "-gravity", "Center", "-extent", box]


def _settings(task: Task) -> list[str]:
    to_srgb = ["-profile", str(SRGB)] if task.profiled else []
    encoder = {
        "jpeg": [
            "-quality",
            str(task.quality),
            "-sampling-factor",
            "2x2",
            "-define",
            "jpeg:optimize-coding=false",
        ],
        "webp": ["-quality", str(task.quality), "-define", f"webp:method={task.webp_effort}"],
        # The tens are zlib's level, the ones are the filter: 5 is adaptive, libpng's own default.
        "png": ["-quality", str(task.png_level * 10 + 5)],
    }
    return [*to_srgb, "+profile", "*", *encoder[task.format]]


if __name__ == "__main__":
    serve(first_line("gm", "version").partition(" http")[0], make, commands=True)

"""libvips through pyvips: thumbnail_buffer, which decodes, shrinks, crops, turns and converts in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyvips  # type: ignore[import-not-found]  # lives in the rival's own venv

from bench.engines.serving import serve

if TYPE_CHECKING:
    from bench.task import Task

_ANY_HEIGHT = 10_000_000
"""VIPS_MAX_COORD: a height that never limits the box."""

_SRGB = {"output_profile": "srgb"}
"""Used only where the original is not in sRGB: libvips would convert sRGB pixels, too, just as slowly."""


def make(data: bytes, task: Task) -> bytes:
    """Return the variant, with libvips' default settings except where all rivals have the same one."""
    image = pyvips.Image.thumbnail_buffer(
        data,
        task.width,
        height=task.height or _ANY_HEIGHT,
        size="down",
        crop="centre" if task.cover else "none",
        option_string="n=-1" if task.animated else "",
        **_SRGB if task.profiled else {},
    )
    match task.format:
        case "jpeg":
            saved = image.jpegsave_buffer(Q=task.quality, subsample_mode="on", keep="none")
        case "webp":
            saved = image.webpsave_buffer(Q=task.quality, effort=task.webp_effort, keep="none")
        case "png":
            saved = image.pngsave_buffer(compression=task.png_level, filter="all", keep="none")
        case "avif":
            saved = image.heifsave_buffer(
                Q=task.quality, compression="av1", effort=task.avif_effort, keep="none"
            )
        case _:
            saved = image.gifsave_buffer(keep="none")
    return bytes(saved)


if __name__ == "__main__":
    # libvips' cache of operations would answer the second request from memory.
    pyvips.cache_set_max(0)
    libvips = ".".join(str(pyvips.version(part)) for part in range(3))
    serve(f"pyvips {pyvips.__version__}, libvips {libvips}", make)

"""Wand as its own guide shows it: decode everything, resize, encode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import wand.version
from wand.image import Image

from bench.engines.serving import serve

if TYPE_CHECKING:
    from bench.task import Task


def make(data: bytes, task: Task) -> bytes:
    """Return the variant, with the original's profile in it."""
    with Image(blob=data) as image:
        image.auto_orient()
        if task.animated:
            image.coalesce()
        if task.cover:
            _crop(image, task.width / (task.height or task.width))
        height = task.height or round(image.height * task.width / image.width)
        scale = min(task.width / image.width, height / image.height)
        image.resize(round(image.width * scale), round(image.height * scale))
        if task.format in {"jpeg", "webp", "avif"}:
            # For PNG, this would set zlib's level and filter.
            image.compression_quality = task.quality
        image.options["jpeg:sampling-factor"] = "2x2"
        image.format = task.format
        return image.make_blob() or b""


def _crop(image: Image, ratio: float) -> None:
    width, height = (
        min(image.width, round(image.height * ratio)),
        min(image.height, round(image.width / ratio)),
    )
    image.crop(width=width, height=height, gravity="center")


if __name__ == "__main__":
    magick = wand.version.MAGICK_VERSION.partition(" Q")[0]
    serve(f"Wand {wand.version.VERSION}, {magick} Q{wand.version.QUANTUM_DEPTH}", make)

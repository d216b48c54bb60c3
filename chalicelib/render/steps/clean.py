"""Removes everything but the pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

_DEPTH = 8


def clean(image: Image, _job: Job) -> None:
    """Drop profiles, comments, positions and all other metadata; keep 8 bits of every channel."""
    image.strip()
    image.reset_coords()
    image.depth = _DEPTH

"""Turns pictures upright: a camera that was held sideways notes that in the EXIF orientation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

ORIENTATIONS = (
    "top_left",
    "top_right",
    "bottom_right",
    "bottom_left",
    "left_top",
    "right_top",
    "right_bottom",
    "left_bottom",
)
"""Wand's names for EXIF's 1 to 8."""


def turn(image: Image, job: Job) -> None:
    """Turn and mirror the picture upright."""
    if job.orientation == 1:
        return
    # The job's orientation, not ImageMagick's: its versions read it from different formats.
    image.orientation = ORIENTATIONS[job.orientation - 1]
    image.auto_orient()

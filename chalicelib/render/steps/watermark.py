"""Puts the site owner's overlay on the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

_COMPASS = {
    "center": "center",
    "north": "north",
    "northeast": "north_east",
    "east": "east",
    "southeast": "south_east",
    "south": "south",
    "southwest": "south_west",
    "west": "west",
    "northwest": "north_west",
}
"""Wand's names for the positions."""


def watermark(image: Image, job: Job) -> None:
    """Put the overlay, which already has its final size, on the variant."""
    if job.overlay is None:
        return
    mark = job.overlay.watermark
    with type(image)(blob=job.overlay.data, format="png") as overlay:
        image.composite(
            overlay, operator="dissolve", arguments=str(mark.opacity), gravity=_COMPASS[mark.position]
        )

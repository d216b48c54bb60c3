"""The one resampling that decides how sharp the variant is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.codecs.resampling import CURVE, FILTER
from chalicelib.errors import Fault

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job


def resize(image: Image, job: Job) -> None:
    """Resample with a cubic filter, not with Wand's `thumbnail`, which may first enlarge the picture."""
    if image.size == job.stored.size:
        return
    image.artifacts.update(CURVE)
    image.resize(*job.stored.size, FILTER)
    # ImageMagick only returns some failures, and Wand ignores them: such a picture must not be stored.
    if image.size != job.stored.size:
        raise Fault

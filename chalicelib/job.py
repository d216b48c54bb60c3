"""What the steps of the pipeline are told: one frozen value, the same for every frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.formats import Output
    from chalicelib.geometry import Plan
    from chalicelib.options import Options

Step = Callable[[Any, "Job"], None]
"""Changes a picture in place. A step's first line is its own guard: it says when there is nothing to do."""


@dataclass(frozen=True, slots=True)
class Job:
    """The plan for the upright picture, and for the `stored` one, which has the EXIF `orientation`.

    `span` is how much of the plane the decoded picture covers, in pixels of the original; more than its size
    where a JPEG was shrunk on decoding. `frames` is how many the variant has. `convert` takes a picture from
    an ICC profile to sRGB; it is handed in, because it loads ImageMagick, which importing the steps must not.
    """

    plan: Plan
    stored: Plan
    orientation: int
    span: tuple[float, float]
    options: Options
    output: Output
    frames: int
    loops: int
    convert: Callable[[Any, bytes], None]

"""What the steps of the pipeline are told: one frozen value, the same for every frame."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.geometry.plan import whole

if TYPE_CHECKING:
    from chalicelib.address.options import Options
    from chalicelib.codecs.formats import Output
    from chalicelib.codecs.pixels import Pixels
    from chalicelib.geometry.plan import Plan
    from chalicelib.render.extras import Overlay

Step = Callable[[Any, "Job"], None]
"""Changes a picture in place. A step's first line is its own guard: it says when there is nothing to do."""


_ARRANGING = ("crop", "fit", "flip", "flop", "format", "gravity", "quality", "rotate", "trim", "upscale")
"""Options whose whole effect is in the plan, in the orientation or in the encoding."""


@dataclass(frozen=True, slots=True)
class Job:
    """The plan for the picture as it is seen, and for the `stored` one.

    `orientation` is what leads from the stored one to what is seen, as EXIF has it: the original's own, and
    then the mirrors and quarter turns that the options ask for.

    `span` is how much of the plane the decoded picture covers, in pixels of the original; more than its size
    where a JPEG was shrunk on decoding. `cropped`: what is cut off was dropped while the picture was decoded,
    and what there was to average averaged. `frames` is how many are decoded. `convert` takes a picture from
    an ICC profile to sRGB, `pixels` hands out its pixels; both are handed in, because they load ImageMagick,
    which importing the steps must not.
    `overlay` is a PNG here, and as large as it lies on the variant.
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
    pixels: Pixels
    overlay: Overlay | None = None
    cropped: bool = False

    @property
    def animated(self) -> bool:
        """Whether the variant is an animation."""
        return self.output.animates and self.frames > 1 and self.options.frame is None

    @property
    def changes_nothing(self) -> bool:
        """Whether every pixel and every frame stay as they are, up to what another encoding does to them."""
        plan, asked = self.plan, self.options
        arranged = {name: getattr(asked, name) for name in _ARRANGING}
        untouched = asked == dataclasses.replace(type(asked)(), **arranged)
        return untouched and self.orientation == 1 and plan == whole(plan.source)

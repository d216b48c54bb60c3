"""The instructions for the pipeline's steps: one frozen value, the same for every frame."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.geometry.plan import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalicelib.address.options import Options
    from chalicelib.codecs.colour.sources import ColourSource
    from chalicelib.codecs.formats import Output
    from chalicelib.codecs.pixels import Pixels
    from chalicelib.codecs.samples import Placed, Samples
    from chalicelib.geometry.plan import Extent, Plan
    from chalicelib.render.extras import Overlay

Step = Callable[[Any, "Job"], None]
"""A function that changes a picture in place. It begins by returning if there is nothing to do."""

WriteJxl = Callable[["Extent", "Iterable[Placed]", int | None, int, int], bytes]
"""The type of `chalicelib.codecs.jxl.writing.jxl`."""

WriteAvif = Callable[["Samples", int, "Mapping[str, str]"], bytes]
"""The type of `chalicelib.codecs.heif.writing.avif`."""

_ARRANGING = (
    "colors",
    "crop",
    "fit",
    "flip",
    "flop",
    "format",
    "gravity",
    "metadata",
    "quality",
    "rotate",
    "trim",
    "upscale",
)
"""Options that only affect the plan, the orientation or the encoding."""


@dataclass(frozen=True, slots=True)
class Job:
    """The plan for the picture as it is seen, and for the picture as it is `stored`.

    `orientation` turns the stored picture into the one that is seen, as EXIF numbers it: the original's own,
    followed by the mirrors and quarter turns that the options ask for.

    `span` is the width and height that the decoded picture covers, in pixels of the original; more than the
    original's size where a JPEG was shrunk while it was decoded. `cropped`: the decoder has already averaged
    and cropped the picture. `frames` is how many are decoded. `colours` is what the original's pixels mean.
    `convert` converts a picture from them to sRGB, `pixels` returns a picture's pixels; `jxl` and `avif`
    encode them, and `avif` is None where only ImageMagick can write AVIF. The four are passed in, because
    they load ImageMagick, and importing the steps must not do that. `overlay` is a PNG here, in its size on
    the variant. With a `profile`, which the variant gets, the pixels are not converted.
    """

    plan: Plan
    stored: Plan
    orientation: int
    span: tuple[float, float]
    options: Options
    output: Output
    frames: int
    loops: int
    colours: ColourSource
    convert: Callable[[Any, ColourSource], None]
    pixels: Pixels
    jxl: WriteJxl
    avif: WriteAvif | None = None
    overlay: Overlay | None = None
    profile: bytes = b""
    cropped: bool = False

    @property
    def animated(self) -> bool:
        """Whether the variant is an animation."""
        return self.output.animates and self.frames > 1 and self.options.frame is None

    @property
    def changes_nothing(self) -> bool:
        """Whether every pixel and every frame stay as they are, apart from losses of the encoding."""
        plan, asked = self.plan, self.options
        arranged = {name: getattr(asked, name) for name in _ARRANGING}
        untouched = asked == dataclasses.replace(type(asked)(), **arranged)
        return untouched and self.orientation == 1 and plan == whole(plan.source)

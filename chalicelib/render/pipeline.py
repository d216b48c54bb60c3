"""The pipeline: the steps that every frame goes through, in order, and the step behind each option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.render import steps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.render.job import Step

PIPELINE: tuple[Step, ...] = (
    # The first three find nothing to do where a decoder has done all of it, row by row.
    steps.average,  # first: a large picture that is cropped before it is shrunk is in memory twice
    steps.crop,  # before the resize: what is cut off need not be resampled
    steps.resize,
    steps.to_srgb,  # after the resize, where there are fewer pixels
    steps.turn,  # likewise; the plan for the steps above is that of the stored picture
    steps.tone,  # light before colour: the steps below go by how light a pixel is
    steps.saturate,
    steps.sepia,
    steps.tint,  # the last one wins: a tint of sepia is the tint
    steps.blur,  # in pixels of the variant, thus after the resize
    steps.sharpen,  # after the blur: edges that sharpening had clipped could not be blurred as they were
    steps.tilt,  # after the blur, which would fray the edges that this leaves
    steps.ground,  # upright and in sRGB, as canvas and background are meant
    steps.watermark,  # of the variant's own size, on top of all that colours
    steps.round_corners,  # of the whole variant, background and all
    steps.clean,  # last: the profile and the orientation have been needed until here
)

CARRIED_OUT_BY: Mapping[str, Callable[..., object]] = {
    "background": steps.ground,
    "blur": steps.blur,
    "brightness": steps.tone,
    "contrast": steps.tone,
    "crop": steps.crop,
    "fit": steps.resize,
    "format": steps.encode,
    "flip": steps.turn,
    "flop": steps.turn,
    "frame": steps.pick,
    "grayscale": steps.saturate,
    "gravity": steps.crop,
    "quality": steps.encode,
    "rotate": steps.tilt,
    "round": steps.round_corners,
    "saturation": steps.saturate,
    "sepia": steps.sepia,
    "sharpen": steps.sharpen,
    "tint": steps.tint,
    "trim": steps.crop,
    "upscale": steps.resize,
    "watermark": steps.watermark,
}
"""The step that carries out each option of `chalicelib.address.options`.

The pipeline works on one frame: `pick` comes before it, `encode` after it."""

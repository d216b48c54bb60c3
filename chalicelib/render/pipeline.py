"""The pipeline: the steps that every frame goes through, in order, and the step behind each option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.render import steps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.render.job import Step

PIPELINE: tuple[Step, ...] = (
    # The first three have nothing to do if the decoder has done it, row by row.
    steps.average,  # first: cropping a large picture before it is shrunk would hold it in memory twice
    steps.crop,  # before the resize, which then has fewer pixels
    steps.resize,
    steps.to_srgb,  # after the resize, where there are fewer pixels
    steps.turn,  # likewise; the steps above use the plan for the stored picture
    steps.tone,  # light before colour: the steps below depend on how light a pixel is
    steps.saturate,
    steps.sepia,
    steps.tint,  # after sepia: a tinted picture has only the tint's shades
    steps.blur,  # in pixels of the variant, so after the resize
    steps.sharpen,  # after the blur: sharpening clips the values of edges, which would then blur differently
    steps.tilt,  # after the blur, which would soften the edges that tilting makes
    steps.ground,  # upright and in sRGB: the canvas and the background's colour are meant so
    steps.watermark,  # in the variant's final size, and after all steps that change colours
    steps.round_corners,  # of the whole variant with its background
    steps.clean,  # last: the steps above need the profile and the orientation
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

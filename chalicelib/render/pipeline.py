"""The pipeline: the steps that every frame goes through, in order, and the step behind each option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.render.steps.average import average
from chalicelib.render.steps.blur import blur
from chalicelib.render.steps.clean import clean
from chalicelib.render.steps.crop import crop
from chalicelib.render.steps.encode import encode
from chalicelib.render.steps.ground import ground
from chalicelib.render.steps.pick import pick
from chalicelib.render.steps.resize import resize
from chalicelib.render.steps.round_corners import round_corners
from chalicelib.render.steps.saturate import saturate
from chalicelib.render.steps.sepia import sepia
from chalicelib.render.steps.sharpen import sharpen
from chalicelib.render.steps.tilt import tilt
from chalicelib.render.steps.tint import tint
from chalicelib.render.steps.to_srgb import to_srgb
from chalicelib.render.steps.tone import tone
from chalicelib.render.steps.turn import turn
from chalicelib.render.steps.watermark import watermark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.render.job import Step

PIPELINE: tuple[Step, ...] = (
    # The first three have nothing to do if the decoder has done it, row by row.
    average,  # first: cropping a large picture before it is shrunk would hold it in memory twice
    crop,  # before the resize, which then has fewer pixels
    resize,
    to_srgb,  # after the resize, where there are fewer pixels
    turn,  # likewise; the steps above use the plan for the stored picture
    # What follows computes in sRGB. With a profile of its own a variant has nothing to compute: see `gamut`.
    tone,  # light before colour: the steps below depend on how light a pixel is
    saturate,
    sepia,
    tint,  # after sepia: a tinted picture has only the tint's shades
    blur,  # in pixels of the variant, so after the resize
    sharpen,  # after the blur: sharpening clips the values of edges, which would then blur differently
    tilt,  # after the blur, which would soften the edges that tilting makes
    ground,  # after all turns: the canvas is that of the upright picture
    watermark,  # in the variant's final size, and after all steps that change colours
    round_corners,  # of the whole variant with its background
    clean,  # last: the steps above need the profile and the orientation
)

CARRIED_OUT_BY: Mapping[str, Callable[..., object]] = {
    "background": ground,
    "blur": blur,
    "brightness": tone,
    "colors": encode,
    "contrast": tone,
    "crop": crop,
    "fit": resize,
    "format": encode,
    "flip": turn,
    "flop": turn,
    "frame": pick,
    "grayscale": saturate,
    "gravity": crop,
    "metadata": encode,
    "quality": encode,
    "rotate": tilt,
    "round": round_corners,
    "saturation": saturate,
    "sepia": sepia,
    "sharpen": sharpen,
    "tint": tint,
    "trim": crop,
    "upscale": resize,
    "watermark": watermark,
}
"""The step that carries out each option of `chalicelib.address.options`.

The pipeline works on one frame: `pick` comes before it, `encode` after it."""

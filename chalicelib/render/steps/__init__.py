"""The steps that a picture goes through, one in each file. Their order and its reasons: `render/pipeline.py`.

A step takes a Wand image and the `Job`, and changes the image. Two are different: `pick` takes all frames
before the pipeline, `encode` takes them after it. Importing the steps does not load ImageMagick.
"""

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

__all__ = [
    "average",
    "blur",
    "clean",
    "crop",
    "encode",
    "ground",
    "pick",
    "resize",
    "round_corners",
    "saturate",
    "sepia",
    "sharpen",
    "tilt",
    "tint",
    "to_srgb",
    "tone",
    "turn",
    "watermark",
]

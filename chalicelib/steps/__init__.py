"""The steps that a picture goes through, one in a file. Their order and its reasons: `chalicelib.render`.

A step takes a Wand image and the `Job`, and changes the image; but `pick` takes all frames before, and
`encode` after. Importing the steps does not load ImageMagick,
since `chalicelib.options` names them and is read where there is none.
"""

from chalicelib.steps.average import average
from chalicelib.steps.blur import blur
from chalicelib.steps.clean import clean
from chalicelib.steps.crop import crop
from chalicelib.steps.encode import encode
from chalicelib.steps.ground import ground
from chalicelib.steps.pick import pick
from chalicelib.steps.resize import resize
from chalicelib.steps.round_corners import round_corners
from chalicelib.steps.saturate import saturate
from chalicelib.steps.sepia import sepia
from chalicelib.steps.sharpen import sharpen
from chalicelib.steps.tilt import tilt
from chalicelib.steps.tint import tint
from chalicelib.steps.to_srgb import to_srgb
from chalicelib.steps.tone import tone
from chalicelib.steps.turn import turn
from chalicelib.steps.watermark import watermark

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

"""The steps that a picture goes through, one in a file. Their order and its reasons: `chalicelib.render`.

A step takes a Wand image and the `Job`, and changes the image. Importing the steps does not load ImageMagick,
since `chalicelib.options` names them and is read where there is none.
"""

from chalicelib.steps.average import average
from chalicelib.steps.clean import clean
from chalicelib.steps.crop import crop
from chalicelib.steps.encode import encode
from chalicelib.steps.ground import ground
from chalicelib.steps.resize import resize
from chalicelib.steps.to_srgb import to_srgb
from chalicelib.steps.turn import turn

__all__ = ["average", "clean", "crop", "encode", "ground", "resize", "to_srgb", "turn"]

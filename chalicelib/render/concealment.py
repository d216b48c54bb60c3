"""Concealed variants: of an original that nobody may recognise, each shows the same few colours and no more.

A blur of the variant itself would not do: many small crops, each with a colour of its own, add up to the
picture. So the whole original is shrunk first, to the same pixels for every variant, and these are stretched.
Where the variant would have been cropped, rotated or framed makes no difference.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from chalicelib.address.options import Options
from chalicelib.address.values import Fit, Format, Metadata
from chalicelib.address.variant import Size, Variant

if TYPE_CHECKING:
    from chalicelib.codecs.formats import Output
    from chalicelib.geometry.plan import Extent

_SIDE = 8
"""Pixels on the longer side of what is left of the original: about as much as a ThumbHash tells of it."""

FEW_COLOURS = Variant(Size(_SIDE, _SIDE), Options(format=Format.PNG, frame=1, metadata=Metadata.NONE))
"""All that a variant may show."""


def untrimmed(variant: Variant) -> Variant:
    """Return the variant without `trim`, whose canvas would tell where the content of the original ends."""
    return dataclasses.replace(variant, options=dataclasses.replace(variant.options, trim=None))


def concealed(variant: Variant, canvas: Extent, output: Output) -> Variant:
    """Return the variant of the `FEW_COLOURS` that has the `canvas` and the format of this `variant`.

    The blur makes the few pixels one soft picture.
    """
    asked = variant.options
    options = dataclasses.replace(
        asked,
        blur=max(*canvas, _SIDE) / _SIDE / 2,
        crop=None,
        fit=Fit.FILL,
        format=asked.format or Format(output.format),
        frame=None,
        metadata=Metadata.NONE,
        rotate=0,
        sharpen=None,
        upscale=True,
    )
    return Variant(Size(canvas.width, canvas.height), options)

"""The options of a variant, each declared once with its name, its values, its default and its documentation.

The parser (`variant.py`), the allowlist (`policy.py`) and the reference in ``docs/urls.md`` read these
declarations. A test compares them with the steps that carry them out (`chalicelib.render.pipeline`). To add
an option, add a field to `Options`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.address.notation import Crop, Flag, Hex, Name, OneOf, Values
from chalicelib.address.numerals import Decimal, Integer, Radius
from chalicelib.address.placement import Placement
from chalicelib.address.values import Auto, Colour, CropArea, Fit, FocalPoint, Format, Gravity, Metadata

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Option:
    """The declaration of one option, as the parser and the documentation read it."""

    name: str
    values: Values[Any]
    default: Any
    doc: str
    default_doc: str


def option(default: T, values: Values[Any], doc: str, *, default_doc: str = "") -> T:
    """Declare an option as a field of `Options`. `default_doc` says what a default of None or False means."""
    _declarations.append((values, default, doc, default_doc or str(default)))
    return default


# Not the metadata of fields: to look at those loads `inspect`, which is 11 ms of the renderer's start.
_declarations: list[tuple[Values[Any], Any, str, str]] = []


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a variant. Its fields are the declarations."""

    background: Colour | None = option(
        None,
        Hex(),
        "Colour behind a transparent picture, and around the picture with `fit=contain`.",
        default_doc="transparent if the format can be, else white",
    )
    blur: float | None = option(
        None,
        Decimal(0.3, 100),
        "Gaussian blur. The value is its sigma in pixels of the variant.",
        default_doc="off",
    )
    brightness: int = option(
        0,
        Integer(-100, 100),
        "Makes every pixel lighter or darker: -100 makes it black, 100 white.",
    )
    colors: int | None = option(
        None,
        Integer(2, 256),
        "How many colours a PNG or a GIF has at most. Fewer take fewer bytes.",
        default_doc="all that there are in a PNG, 256 in a GIF",
    )
    contrast: int = option(
        0,
        Integer(-100, 100),
        "Moves pixels towards middle grey or away from it: -100 leaves only grey, 100 only black and white.",
    )
    crop: CropArea | None = option(
        None,
        Crop(99_999),
        "The part of the original that is kept, in the original's pixels from its upper left corner.",
        default_doc="all of it",
    )
    fit: Fit = option(Fit.INSIDE, OneOf(Fit), "How the picture is fitted into the box.")
    format: Format | Auto | None = option(
        None,
        OneOf((*Format, *Auto)),
        "Format of the variant. With `auto`, the browser and the picture's content decide.",
        default_doc="that of the original",
    )
    flip: bool = option(default=False, values=Flag(), doc="Mirrored from top to bottom.", default_doc="off")
    flop: bool = option(default=False, values=Flag(), doc="Mirrored from left to right.", default_doc="off")
    frame: int | None = option(
        None,
        Integer(1, 9999),
        "One frame of an animation. The first is 1.",
        default_doc="all of them",
    )
    grayscale: bool = option(default=False, values=Flag(), doc="Without colour.", default_doc="off")
    gravity: Gravity | FocalPoint = option(
        Gravity.CENTER,
        Placement(Gravity),
        "Which part `fit=cover` keeps, and where `fit=contain` puts the picture. "
        "`smart` and `face` find that part by the picture's content; two numbers name a point of it.",
    )
    metadata: Metadata | None = option(
        None,
        OneOf(Metadata),
        "What is kept of the original's metadata. `copyright` keeps copyright, artist, credit and terms of "
        "use, `keep` also title, description, camera and exposure. Neither keeps where it was taken.",
        default_doc="as the site says (`METADATA`)",
    )
    quality: int | None = option(
        None,
        Integer(1, 100),
        "Quality of a lossy format.",
        default_doc="per format",
    )
    rotate: int = option(
        0,
        Integer(0, 359),
        "Degrees clockwise, before the picture is fitted into the box.",
    )
    round: float | None = option(
        None,
        Radius(9999),
        "Radius of the corners in pixels of the variant. `max` makes a circle or a pill.",
        default_doc="off",
    )
    saturation: int = option(
        0,
        Integer(-100, 100),
        "Strength of the colours: -100 is grey, 100 doubles them.",
    )
    sepia: bool = option(
        default=False,
        values=Flag(),
        doc="Brown, like old photographs.",
        default_doc="off",
    )
    sharpen: float | None = option(
        None,
        Decimal(0.1, 10),
        "Unsharp mask. The value is its sigma in pixels of the variant.",
        default_doc="off",
    )
    tint: Colour | None = option(
        None,
        Hex(alpha=False),
        "Shades of this one colour, from black to white.",
        default_doc="off",
    )
    trim: int | None = option(
        None,
        Integer(0, 100),
        "Cuts off the border: everything that differs from the corner by at most this many percent.",
        default_doc="off",
    )
    upscale: bool = option(
        default=False,
        values=Flag(),
        doc="Allows a variant that is larger than the original.",
        default_doc="off",
    )
    watermark: str | None = option(
        None, Name(), "The overlay that has this name on the site.", default_doc="off"
    )


def _declared() -> dict[str, Option]:
    declared = zip(Options.__match_args__, _declarations, strict=True)
    return {name: Option(name, *each) for name, each in sorted(declared)}


OPTIONS = _declared()
"""Every declared option by name, in canonical order."""

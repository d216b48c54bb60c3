"""Every option of a variant, declared once: its name, values, default, documentation and step.

The parser and the canonical speller (`variant.py`), the policy's own settings, the reference in
``docs/urls.md`` and the test that nothing is declared without being carried out all read these declarations.
To add an option, add a field to `Options`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.address.values import (
    Area,
    Auto,
    Colour,
    Crop,
    Decimal,
    Fit,
    Flag,
    Format,
    Gravity,
    Hex,
    Integer,
    Name,
    OneOf,
    Radius,
    Values,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Option:
    """One declaration: what the parser, the speller and the documentation know of an option."""

    name: str
    values: Values[Any]
    default: Any
    doc: str
    default_doc: str


def option(default: T, values: Values[Any], doc: str, *, default_doc: str = "") -> T:
    """Declare an option as a field of `Options`.

    `default_doc` says in words what a default of None
    or False means.
    """
    return dataclasses.field(
        default=default, metadata={"values": values, "doc": doc, "default_doc": default_doc}
    )


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a variant. The fields are the declarations."""

    background: Colour | None = option(
        None,
        Hex(),
        "Colour beneath the picture: behind its transparency, and around it with `fit=contain`.",
        default_doc="transparent where the format can be, else white",
    )
    blur: float | None = option(
        None,
        Decimal(0.3, 100),
        "Gaussian blur; its sigma in pixels of the variant.",
        default_doc="off",
    )
    brightness: int = option(
        0,
        Integer(-100, 100),
        "Lightness added to every pixel: -100 is black, 100 is white.",
    )
    contrast: int = option(
        0,
        Integer(-100, 100),
        "Distance from middle grey: -100 is none, 100 leaves only black and white.",
    )
    crop: Area | None = option(
        None,
        Crop(99_999),
        "The part of the original that is used, in its own pixels from the upper left.",
        default_doc="all of it",
    )
    fit: Fit = option(Fit.INSIDE, OneOf(Fit), "How the picture meets the box.")
    format: Format | Auto | None = option(
        None,
        OneOf((*Format, *Auto)),
        "Format of the variant; `auto` goes by what is in the picture.",
        default_doc="that of the original",
    )
    flip: bool = option(default=False, values=Flag(), doc="Upside down.", default_doc="off")
    flop: bool = option(default=False, values=Flag(), doc="Left to right, as in a mirror.", default_doc="off")
    frame: int | None = option(
        None,
        Integer(1, 9999),
        "One frame of an animation; the first is 1.",
        default_doc="all of them",
    )
    grayscale: bool = option(default=False, values=Flag(), doc="Without colour.", default_doc="off")
    gravity: Gravity = option(
        Gravity.CENTER,
        OneOf(Gravity),
        "Which part is kept by `fit=cover`, and where `fit=contain` puts the picture; "
        "`smart` and `face` look for it.",
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
        "Degrees clockwise, before the picture meets the box.",
    )
    round: float | None = option(
        None,
        Radius(9999),
        "Radius of the corners in pixels of the variant; `max` makes a circle or a pill.",
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
        doc="Brown, as old photographs are.",
        default_doc="off",
    )
    sharpen: float | None = option(
        None,
        Decimal(0.1, 10),
        "Unsharp mask; its sigma in pixels of the variant.",
        default_doc="off",
    )
    tint: Colour | None = option(
        None,
        Hex(alpha=False),
        "Shades of this one colour, from black over it to white.",
        default_doc="off",
    )
    trim: int | None = option(
        None,
        Integer(0, 100),
        "Cut off the border: all that differs from the corner by no more than so many percent.",
        default_doc="off",
    )
    upscale: bool = option(
        default=False,
        values=Flag(),
        doc="Allow a variant larger than the original.",
        default_doc="off",
    )
    watermark: str | None = option(
        None, Name(), "Overlay that the site has given this name.", default_doc="off"
    )


def _declared() -> dict[str, Option]:
    return {
        field.name: Option(
            field.name,
            field.metadata["values"],
            field.default,
            field.metadata["doc"],
            field.metadata["default_doc"] or str(field.default),
        )
        for field in sorted(dataclasses.fields(Options), key=lambda field: field.name)
    }


OPTIONS = _declared()
"""Every declared option by name, in canonical order."""

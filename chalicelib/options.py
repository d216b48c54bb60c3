"""Every option of a variant, declared once: its name, values, default, documentation and step.

The parser and the canonical speller (`variant.py`), the policy's own settings, the reference in
``docs/urls.md`` and the test that nothing is declared without being carried out all read these declarations.
To add an option, add a field to `Options`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib import steps
from chalicelib.values import (
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

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Option:
    """One declaration: what the parser, the speller and the documentation know of an option."""

    name: str
    values: Values[Any]
    default: Any
    doc: str
    default_doc: str
    step: Callable[..., object]


def option(
    default: T, values: Values[Any], doc: str, *, step: Callable[..., object], default_doc: str = ""
) -> T:
    """Declare an option as a field of `Options`.

    `step` is the part of the pipeline that carries it out. `default_doc` says in words what a default of None
    or False means.
    """
    return dataclasses.field(
        default=default, metadata={"values": values, "doc": doc, "default_doc": default_doc, "step": step}
    )


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a variant. The fields are the declarations."""

    background: Colour | None = option(
        None,
        Hex(),
        "Colour beneath the picture: behind its transparency, and around it with `fit=contain`.",
        step=steps.ground,
        default_doc="transparent where the format can be, else white",
    )
    blur: float | None = option(
        None,
        Decimal(0.3, 100),
        "Gaussian blur; its sigma in pixels of the variant.",
        step=steps.blur,
        default_doc="off",
    )
    brightness: int = option(
        0,
        Integer(-100, 100),
        "Lightness added to every pixel: -100 is black, 100 is white.",
        step=steps.tone,
    )
    contrast: int = option(
        0,
        Integer(-100, 100),
        "Distance from middle grey: -100 is none, 100 leaves only black and white.",
        step=steps.tone,
    )
    crop: Area | None = option(
        None,
        Crop(99_999),
        "The part of the original that is used, in its own pixels from the upper left.",
        step=steps.crop,
        default_doc="all of it",
    )
    fit: Fit = option(Fit.INSIDE, OneOf(Fit), "How the picture meets the box.", step=steps.resize)
    format: Format | Auto | None = option(
        None,
        OneOf((*Format, *Auto)),
        "Format of the variant; `auto` goes by what is in the picture.",
        step=steps.encode,
        default_doc="that of the original",
    )
    flip: bool = option(default=False, values=Flag(), doc="Upside down.", step=steps.turn, default_doc="off")
    flop: bool = option(
        default=False, values=Flag(), doc="Left to right, as in a mirror.", step=steps.turn, default_doc="off"
    )
    frame: int | None = option(
        None,
        Integer(1, 9999),
        "One frame of an animation; the first is 1.",
        step=steps.pick,
        default_doc="all of them",
    )
    grayscale: bool = option(
        default=False, values=Flag(), doc="Without colour.", step=steps.saturate, default_doc="off"
    )
    gravity: Gravity = option(
        Gravity.CENTER,
        OneOf(Gravity),
        "Which part is kept by `fit=cover`, and where `fit=contain` puts the picture; "
        "`smart` and `face` look for it.",
        step=steps.crop,
    )
    quality: int | None = option(
        None,
        Integer(1, 100),
        "Quality of a lossy format.",
        step=steps.encode,
        default_doc="per format",
    )
    rotate: int = option(
        0,
        Integer(0, 359),
        "Degrees clockwise, before the picture meets the box.",
        step=steps.tilt,
    )
    round: float | None = option(
        None,
        Radius(9999),
        "Radius of the corners in pixels of the variant; `max` makes a circle or a pill.",
        step=steps.round_corners,
        default_doc="off",
    )
    saturation: int = option(
        0,
        Integer(-100, 100),
        "Strength of the colours: -100 is grey, 100 doubles them.",
        step=steps.saturate,
    )
    sepia: bool = option(
        default=False,
        values=Flag(),
        doc="Brown, as old photographs are.",
        step=steps.sepia,
        default_doc="off",
    )
    sharpen: float | None = option(
        None,
        Decimal(0.1, 10),
        "Unsharp mask; its sigma in pixels of the variant.",
        step=steps.sharpen,
        default_doc="off",
    )
    tint: Colour | None = option(
        None,
        Hex(alpha=False),
        "Shades of this one colour, from black over it to white.",
        step=steps.tint,
        default_doc="off",
    )
    trim: int | None = option(
        None,
        Integer(0, 100),
        "Cut off the border: all that differs from the corner by no more than so many percent.",
        step=steps.crop,
        default_doc="off",
    )
    upscale: bool = option(
        default=False,
        values=Flag(),
        doc="Allow a variant larger than the original.",
        step=steps.resize,
        default_doc="off",
    )
    watermark: str | None = option(
        None, Name(), "Overlay that the site has given this name.", step=steps.watermark, default_doc="off"
    )


def _declared() -> dict[str, Option]:
    return {
        field.name: Option(
            field.name,
            field.metadata["values"],
            field.default,
            field.metadata["doc"],
            field.metadata["default_doc"] or str(field.default),
            field.metadata["step"],
        )
        for field in sorted(dataclasses.fields(Options), key=lambda field: field.name)
    }


OPTIONS = _declared()
"""Every declared option by name, in canonical order."""

"""The options of a variant. Written by `python -m infra clients` from `chalicelib/address/options.py`."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypedDict


class Options(TypedDict, total=False):
    """The options by name. None leaves an option out."""

    background: str | None
    """Colour behind a transparent picture, and around the picture with `fit=contain`. It takes rrggbb or rrggbbaa, such as ff8800."""
    blur: float | None
    """Gaussian blur. The value is its sigma in pixels of the variant. It takes 0.3 to 100, with at most one decimal place."""
    brightness: int | None
    """Makes every pixel lighter or darker: -100 makes it black, 100 white. It takes -100 to 100."""
    colors: int | None
    """How many colours a PNG or a GIF has at most. Fewer take fewer bytes. It takes 2 to 256."""
    contrast: int | None
    """Moves pixels towards middle grey or away from it: -100 leaves only grey, 100 only black and white. It takes -100 to 100."""
    crop: str | None
    """The part of the original that is kept, in the original's pixels from its upper left corner. It takes X-Y-WxH, such as 10-20-300x200."""
    fit: Literal["inside", "outside", "cover", "contain", "fill"] | None
    """How the picture is fitted into the box. It takes inside, outside, cover, contain, fill."""
    flip: bool | None
    """Mirrored from top to bottom. It takes no value."""
    flop: bool | None
    """Mirrored from left to right. It takes no value."""
    format: Literal["jpeg", "png", "webp", "avif", "jxl", "gif", "auto", "auto-avif", "auto-jpeg"] | None
    """Format of the variant. With `auto`, the browser and the picture's content decide. It takes jpeg, png, webp, avif, jxl, gif, auto, auto-avif, auto-jpeg."""
    frame: int | None
    """One frame of an animation. The first is 1. It takes 1 to 9999."""
    gravity: str | None
    """Which part `fit=cover` keeps, and where `fit=contain` puts the picture. `smart` and `face` find that part by the picture's content; two numbers name a point of it. It takes center, north, northeast, east, southeast, south, southwest, west, northwest, smart, face, or X-Y in percent, such as 30-70."""
    grayscale: bool | None
    """Without colour. It takes no value."""
    metadata: Literal["none", "copyright", "keep"] | None
    """What is kept of the original's metadata. `copyright` keeps copyright, artist, credit and terms of use, `keep` also title, description, camera and exposure. Neither keeps where it was taken. It takes none, copyright, keep."""
    quality: int | None
    """Quality of a lossy format. It takes 1 to 100."""
    rotate: int | None
    """Degrees clockwise, before the picture is fitted into the box. It takes 0 to 359."""
    round: int | Literal["max"] | None
    """Radius of the corners in pixels of the variant. `max` makes a circle or a pill. It takes 1 to 9999 or max."""
    saturation: int | None
    """Strength of the colours: -100 is grey, 100 doubles them. It takes -100 to 100."""
    sepia: bool | None
    """Brown, like old photographs. It takes no value."""
    sharpen: float | None
    """Unsharp mask. The value is its sigma in pixels of the variant. It takes 0.1 to 10, with at most one decimal place."""
    tint: str | None
    """Shades of this one colour, from black to white. It takes rrggbb, such as ff8800."""
    trim: int | None
    """Cuts off the border: everything that differs from the corner by at most this many percent. It takes 0 to 100."""
    upscale: bool | None
    """Allows a variant that is larger than the original. It takes no value."""
    watermark: str | None
    """The overlay that has this name on the site. It takes a name like logo or logo-2."""


class Declared(NamedTuple):
    """The kind of an option's values, their bounds or names, the default as text, and what is allowed."""

    kind: str
    values: dict[str, Any]
    default: str | None
    allowed: str


DECLARED = {
    "background": Declared("hex", {"alpha": True}, None, "rrggbb or rrggbbaa, such as ff8800"),
    "blur": Declared("decimal", {"least": 0.3, "most": 100}, None, "0.3 to 100, with at most one decimal place"),
    "brightness": Declared("integer", {"least": -100, "most": 100}, "0", "-100 to 100"),
    "colors": Declared("integer", {"least": 2, "most": 256}, None, "2 to 256"),
    "contrast": Declared("integer", {"least": -100, "most": 100}, "0", "-100 to 100"),
    "crop": Declared("crop", {"most": 99999}, None, "X-Y-WxH, such as 10-20-300x200"),
    "fit": Declared("oneof", {"names": ["inside", "outside", "cover", "contain", "fill"]}, "inside", "inside, outside, cover, contain, fill"),
    "flip": Declared("flag", {}, None, "no value"),
    "flop": Declared("flag", {}, None, "no value"),
    "format": Declared("oneof", {"names": ["jpeg", "png", "webp", "avif", "jxl", "gif", "auto", "auto-avif", "auto-jpeg"]}, None, "jpeg, png, webp, avif, jxl, gif, auto, auto-avif, auto-jpeg"),
    "frame": Declared("integer", {"least": 1, "most": 9999}, None, "1 to 9999"),
    "gravity": Declared("placement", {"names": ["center", "north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest", "smart", "face"]}, "center", "center, north, northeast, east, southeast, south, southwest, west, northwest, smart, face, or X-Y in percent, such as 30-70"),
    "grayscale": Declared("flag", {}, None, "no value"),
    "metadata": Declared("oneof", {"names": ["none", "copyright", "keep"]}, None, "none, copyright, keep"),
    "quality": Declared("integer", {"least": 1, "most": 100}, None, "1 to 100"),
    "rotate": Declared("integer", {"least": 0, "most": 359}, "0", "0 to 359"),
    "round": Declared("radius", {"most": 9999}, None, "1 to 9999 or max"),
    "saturation": Declared("integer", {"least": -100, "most": 100}, "0", "-100 to 100"),
    "sepia": Declared("flag", {}, None, "no value"),
    "sharpen": Declared("decimal", {"least": 0.1, "most": 10}, None, "0.1 to 10, with at most one decimal place"),
    "tint": Declared("hex", {"alpha": False}, None, "rrggbb, such as ff8800"),
    "trim": Declared("integer", {"least": 0, "most": 100}, None, "0 to 100"),
    "upscale": Declared("flag", {}, None, "no value"),
    "watermark": Declared("name", {}, None, "a name like logo or logo-2"),
}
"""The declaration of each option by its name, in canonical order."""

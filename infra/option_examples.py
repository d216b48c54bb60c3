"""The examples of ``docs/options.md``: for each option, variants of the sample photos that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.address.key import read
from chalicelib.address.values import Auto, Format, Gravity
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.limits import Limits
from chalicelib.geometry.focus import Faces
from chalicelib.geometry.plan import Rectangle
from chalicelib.render.extras import Extras, Overlay, Watermark
from chalicelib.render.render import render
from infra.package import PROJECT

if TYPE_CHECKING:
    from chalicelib.render.rendered import Rendered

SAMPLES = PROJECT / "ops" / "local" / "samples"

ASTRONAUT, PATH, FIG, EARTH = "astronaut.jpg", "mountain-path.jpg", "fig.png", "earth.gif"
SUBJECTS = {ASTRONAUT: "An astronaut", PATH: "A mountain path", FIG: "Half a fig", EARTH: "The Earth"}
"""What the samples show, as a text in place of the picture begins."""


_MADE_OF = {
    None: Format.WEBP,
    Auto.AUTO: Format.WEBP,
    Auto.AVIF: Format.AVIF,
    Auto.JPEG: Format.JPEG,
}
"""The formats of pictures whose variant names none: what `auto` makes of a photograph, and else WebP."""


class Example(NamedTuple):
    """A variant of a sample that shows an option, and what to read below its picture."""

    sample: str
    variant: str
    note: str = ""

    @property
    def alternative(self) -> str:
        """The text for those who do not see the picture."""
        return f"{SUBJECTS[self.sample]}: {self.variant}"

    @property
    def file(self) -> str:
        """The name of the picture's file, which is WebP if the variant says no format."""
        chosen = parse(self.variant).options.format
        kind = chosen if isinstance(chosen, Format) else _MADE_OF[chosen]
        return f"{self.sample.partition('.')[0]}_{self.variant.replace('=', '-').replace(',', '_')}.{kind}"


def _each(sample: str, variant: str, *values: str) -> list[Example]:
    return [Example(sample, f"{variant}{value}") for value in values]


_SQUARE = "128x128"
_DETAIL = f"{_SQUARE},crop=180-60-128x128"
_SMALL = "120x80,background=ffd8a8,crop=192-64-64x64"

EXAMPLES: dict[str, list[Example]] = {
    "background": [
        Example(FIG, "160x160,background=2060c0"),
        Example(FIG, "160x160,background=2060c080", "half transparent"),
        Example(FIG, "160x160,background=2060c0,fit=contain", "also around the picture"),
    ],
    "blur": _each(ASTRONAUT, f"{_SQUARE},blur=", "1", "3", "10"),
    "brightness": _each(ASTRONAUT, f"{_SQUARE},brightness=", "-50", "30", "60"),
    "colors": _each(FIG, "120x120,colors=", "4,format=png", "16,format=png", "128,format=png"),
    "contrast": _each(ASTRONAUT, f"{_SQUARE},contrast=", "-50", "30", "60"),
    "crop": [
        Example(ASTRONAUT, f"{_SQUARE},crop=150-20-180x180", "the face alone"),
        Example(ASTRONAUT, f"{_SQUARE},crop=0-256-512x256", "the lower half"),
    ],
    "fit": [
        Example(PATH, "200x100", "inside is the default"),
        *_each(PATH, "200x100,fit=", "outside", "cover", "fill"),
        Example(PATH, "200x100,background=ffd8a8,fit=contain"),
    ],
    "flip": _each(ASTRONAUT, _SQUARE, ",flip"),
    "flop": _each(ASTRONAUT, _SQUARE, ",flop"),
    # Few browsers show JPEG XL, so that its picture would be missing from the page.
    "format": _each(PATH, "160x120,format=", *(each for each in Format if each is not Format.JXL), *Auto),
    "frame": _each(EARTH, f"{_SQUARE},frame=", "1", "9", "17"),
    "grayscale": _each(ASTRONAUT, _SQUARE, ",grayscale"),
    "gravity": [
        Example(ASTRONAUT, "160x80,fit=cover", "center is the default"),
        *_each(ASTRONAUT, "160x80,fit=cover,gravity=", "north", "south", "30-35"),
        *_each(ASTRONAUT, "80x160,fit=cover,gravity=", "west", "east", "smart"),
        Example(ASTRONAUT, "80x160,fit=cover,gravity=face", "if the site has face detection"),
        *_each(
            ASTRONAUT,
            f"{_SMALL},fit=contain,gravity=",
            "northwest",
            "northeast",
            "southwest",
            "southeast",
        ),
    ],
    "metadata": [],
    "quality": _each(ASTRONAUT, f"{_DETAIL},format=jpeg,quality=", "5", "30", "80"),
    "rotate": _each(ASTRONAUT, f"{_SQUARE},rotate=", "20", "90", "180"),
    "round": [
        *_each(ASTRONAUT, f"{_SQUARE},round=", "20", "max"),
        Example(ASTRONAUT, "160x80,fit=cover,gravity=north,round=max", "a pill"),
    ],
    "saturation": _each(ASTRONAUT, f"{_SQUARE},saturation=", "-60", "50", "100"),
    "sepia": _each(ASTRONAUT, _SQUARE, ",sepia"),
    "sharpen": _each(ASTRONAUT, f"{_DETAIL},sharpen=", "1", "3"),
    "tint": _each(ASTRONAUT, f"{_SQUARE},tint=", "2060c0", "c06020"),
    "trim": [Example(FIG, "160x160"), *_each(FIG, "160x160,trim=", "5")],
    "upscale": [
        Example(ASTRONAUT, f"{_SQUARE},crop=192-64-64x64", "without the option"),
        Example(ASTRONAUT, f"{_SQUARE},crop=192-64-64x64,upscale"),
    ],
    "watermark": [Example(ASTRONAUT, f"{_SQUARE},watermark=fig", "here `fig` is an overlay of the fig")],
}
"""For each option the variants that show it. `metadata` changes no pixel, so no picture shows it."""

_LIMITS = Limits(source_bytes=40_000_000, source_pixels=100_000_000, output_pixels=25_000_000, frames=500)
_WATERMARK = Watermark("", read(["fig.png"]), Gravity.SOUTHEAST, opacity=80, scale=40)
_FACE = Faces((Rectangle(0.35, 0.11, 0.54, 0.38),))
"""Where the astronaut's face is, found by hand in place of Rekognition, in parts of the sides."""


def rendered(example: Example) -> Rendered:
    """Return the picture of an example, in the format that its file has."""
    asked = parse(example.variant)
    if asked.options.format is None:
        asked = parse(f"{example.variant},format=webp")
    overlay = Overlay((SAMPLES / FIG).read_bytes(), _WATERMARK) if asked.options.watermark else None
    faces = _FACE if asked.options.gravity == "face" else None
    return render(
        (SAMPLES / example.sample).read_bytes(), asked, _LIMITS, SOURCE_TYPES, Extras(faces, overlay)
    )

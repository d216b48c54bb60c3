"""What the values of options mean: fits, gravities, formats, colours, and the part that a crop keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fit(StrEnum):
    """How a picture is fitted into its box. The names are those of sharp and of CSS ``object-fit``."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    COVER = "cover"
    CONTAIN = "contain"
    FILL = "fill"


class Gravity(StrEnum):
    """Which part of the picture is kept by a cut, or on which side of a larger box the picture lies."""

    CENTER = "center"
    NORTH = "north"
    NORTHEAST = "northeast"
    EAST = "east"
    SOUTHEAST = "southeast"
    SOUTH = "south"
    SOUTHWEST = "southwest"
    WEST = "west"
    NORTHWEST = "northwest"
    SMART = "smart"
    FACE = "face"


@dataclass(frozen=True, slots=True)
class FocalPoint:
    """The point that a cut keeps in view, in percent of the picture's sides from the upper left."""

    across: int
    down: int

    def __str__(self) -> str:
        return f"{self.across}-{self.down}"


class Format(StrEnum):
    """A format that variants are made in."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    JXL = "jxl"
    GIF = "gif"


class Metadata(StrEnum):
    """What of the original's metadata the variant has."""

    NONE = "none"
    COPYRIGHT = "copyright"
    KEEP = "keep"


class Drawing(StrEnum):
    """A format that drawings stay in. Nobody asks for it: no picture becomes a drawing."""

    SVG = "svg"


class Document(StrEnum):
    """A format of what is said of a picture."""

    JSON = "json"


class Auto(StrEnum):
    """The format is chosen by the picture's content, among those that a browser shows.

    ``AUTO`` is for browsers that show WebP, ``AVIF`` for those that also show AVIF, ``JPEG`` for all others.
    """

    AUTO = "auto"
    AVIF = "auto-avif"
    JPEG = "auto-jpeg"


@dataclass(frozen=True, slots=True)
class Colour:
    """An sRGB colour, each channel from 0 to 255. An ``alpha`` of 255 is opaque."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    def __str__(self) -> str:
        opaque = f"{self.red:02x}{self.green:02x}{self.blue:02x}"
        return opaque if self.alpha == 255 else f"{opaque}{self.alpha:02x}"  # noqa: PLR2004 - opaque


@dataclass(frozen=True, slots=True)
class CropArea:
    """The part of the original that a crop keeps, in the original's pixels from its upper left corner."""

    left: int
    top: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.left}-{self.top}-{self.width}x{self.height}"

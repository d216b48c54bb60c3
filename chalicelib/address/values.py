"""The values that options take: text to value and back, each value in one canonical spelling."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Fit(StrEnum):
    """How a picture meets the box it was asked for; the names are those of sharp and CSS ``object-fit``."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    COVER = "cover"
    CONTAIN = "contain"
    FILL = "fill"


class Gravity(StrEnum):
    """Which part of the picture, or of the box, is kept when one has to give way."""

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


class Format(StrEnum):
    """A format that variants are made in."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"


class Auto(StrEnum):
    """Leaves the format to what is in the picture."""

    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Colour:
    """An sRGB colour, each channel 0-255; ``alpha`` 255 is opaque."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    def __str__(self) -> str:
        opaque = f"{self.red:02x}{self.green:02x}{self.blue:02x}"
        return opaque if self.alpha == 255 else f"{opaque}{self.alpha:02x}"  # noqa: PLR2004 - opaque


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the original in its own pixels: where it begins from the upper left, and how large it is."""

    left: int
    top: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.left}-{self.top}-{self.width}x{self.height}"


class Values(Protocol[T]):
    """The values an option takes: text to value and back, in one canonical spelling."""

    def parse(self, text: str | None) -> T:
        """Return the value of `text`, or of None where the option stands alone; ValueError if not allowed."""

    def spell(self, value: T) -> str | None:
        """Return the canonical text of `value`; None for an option that stands alone."""

    @property
    def allowed(self) -> str:
        """What may stand here, for people."""


@dataclass(frozen=True, slots=True)
class OneOf(Generic[E]):
    """One of the names of an enumeration, or of several."""

    names: Iterable[E]

    def parse(self, text: str | None) -> E:
        """Return the member called `text`."""
        for name in self.names:
            if name == text:
                return name
        raise ValueError(text)

    def spell(self, value: E) -> str:
        """Return the member's name."""
        return value.value

    @property
    def allowed(self) -> str:
        """The names, in their order."""
        return ", ".join(self.names)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number without leading zeros, both bounds included."""

    least: int
    most: int

    def parse(self, text: str | None) -> int:
        """Return the number that `text` spells."""
        if not text or not re.fullmatch("0|-?[1-9][0-9]{0,5}", text):
            raise ValueError(text)
        if not self.least <= int(text) <= self.most:
            raise ValueError(text)
        return int(text)

    def spell(self, value: int) -> str:
        """Return the number in decimal."""
        return str(value)

    @property
    def allowed(self) -> str:
        """The bounds."""
        if self.least < 0:
            return f"{self.least} to {self.most}"
        return f"{self.least}–{self.most}"  # noqa: RUF001 - a range is written with an en dash


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number with at most one decimal, both bounds included."""

    least: float
    most: float

    def parse(self, text: str | None) -> float:
        """Return the number that `text` spells."""
        if not text or not re.fullmatch("(?:0|[1-9][0-9]{0,2})(?:[.][0-9])?", text):
            raise ValueError(text)
        if not self.least <= float(text) <= self.most:
            raise ValueError(text)
        return float(text)

    def spell(self, value: float) -> str:
        """Return the number in decimal; a whole one without its decimal."""
        return f"{value:g}"

    @property
    def allowed(self) -> str:
        """The bounds."""
        return f"{self.least:g}–{self.most:g}, one decimal"  # noqa: RUF001 - a range is written with an en dash


@dataclass(frozen=True, slots=True)
class Radius:
    """A whole number from 1 on, or ``max``, which is infinite: as much as fits."""

    most: int

    def parse(self, text: str | None) -> float:
        """Return the radius that `text` spells."""
        return math.inf if text == "max" else Integer(1, self.most).parse(text)

    def spell(self, value: float) -> str:
        """Return the number in decimal, or ``max``."""
        return "max" if value == math.inf else str(value)

    @property
    def allowed(self) -> str:
        """The bounds and the word."""
        return f"1–{self.most} or max"  # noqa: RUF001 - a range is written with an en dash


@dataclass(frozen=True, slots=True)
class Crop:
    """An area as ``X-Y-WxH``, four whole numbers without leading zeros; width and height are at least 1."""

    most: int

    def parse(self, text: str | None) -> Area:
        """Return the area that `text` spells."""
        match = re.fullmatch("([0-9]+)-([0-9]+)-([0-9]+)x([0-9]+)", text or "")
        if not match:
            raise ValueError(text)
        left, top = (Integer(0, self.most).parse(part) for part in match.group(1, 2))
        width, height = (Integer(1, self.most).parse(part) for part in match.group(3, 4))
        return Area(left, top, width, height)

    def spell(self, value: Area) -> str:
        """Return the four numbers."""
        return str(value)

    @property
    def allowed(self) -> str:
        """The form."""
        return "X-Y-WxH"


@dataclass(frozen=True, slots=True)
class Hex:
    """A colour as six hexadecimal digits, or where it may have `alpha`, eight."""

    alpha: bool = True

    def parse(self, text: str | None) -> Colour:
        """Return the colour that `text` spells, in either case."""
        if not text or not re.fullmatch("(?:[0-9a-fA-F]{2}){3,4}", text):
            raise ValueError(text)
        if len(text) > len("rrggbb") and not self.alpha:
            raise ValueError(text)
        return Colour(*bytes.fromhex(text))

    def spell(self, value: Colour) -> str:
        """Return the digits in lower case, without an alpha that is opaque."""
        return str(value)

    @property
    def allowed(self) -> str:
        """The forms."""
        return "rrggbb or rrggbbaa" if self.alpha else "rrggbb"


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the site's owner has given: a lower-case letter, then letters, digits, ``_`` and ``-``."""

    def parse(self, text: str | None) -> str:
        """Return `text` itself."""
        if not text or not re.fullmatch("[a-z][a-z0-9_-]{0,31}", text):
            raise ValueError(text)
        return text

    def spell(self, value: str) -> str:
        """Return the name itself."""
        return value

    @property
    def allowed(self) -> str:
        """What a name looks like."""
        return "a name like logo or logo-2"


@dataclass(frozen=True, slots=True)
class Flag:
    """An option that stands alone: there or not."""

    def parse(self, text: str | None) -> bool:
        """Return True; a value behind the name is refused."""
        if text is not None:
            raise ValueError(text)
        return True

    def spell(self, value: bool) -> None:  # noqa: FBT001 - the one argument that every `spell` has
        """Return nothing: the name alone says it."""

    @property
    def allowed(self) -> str:
        """No value at all."""
        return "no value"

"""Every option of a variant, declared once: its name, values, default and documentation.

The parser and the canonical speller (`variant.py`), the policy's own settings, the reference in
``docs/urls.md`` and the test that nothing is declared without being carried out all read these declarations.
To add an option, add a field to `Options`.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from chalicelib import steps

if TYPE_CHECKING:
    from collections.abc import Callable

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


class Format(StrEnum):
    """A format that variants are made in."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"


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
    """One of the names of an enumeration."""

    names: type[E]

    def parse(self, text: str | None) -> E:
        """Return the member called `text`."""
        return self.names(text or "")

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
        if not text or not re.fullmatch("0|[1-9][0-9]{0,5}", text):
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
        return f"{self.least}–{self.most}"  # noqa: RUF001 - a range is written with an en dash


@dataclass(frozen=True, slots=True)
class Hex:
    """A colour as six or eight hexadecimal digits."""

    def parse(self, text: str | None) -> Colour:
        """Return the colour that `text` spells, in either case."""
        if not text or not re.fullmatch("(?:[0-9a-fA-F]{2}){3,4}", text):
            raise ValueError(text)
        return Colour(*bytes.fromhex(text))

    def spell(self, value: Colour) -> str:
        """Return the digits in lower case, without an alpha that is opaque."""
        return str(value)

    @property
    def allowed(self) -> str:
        """The two forms."""
        return "rrggbb or rrggbbaa"


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
    fit: Fit = option(Fit.INSIDE, OneOf(Fit), "How the picture meets the box.", step=steps.resize)
    format: Format | None = option(
        None,
        OneOf(Format),
        "Format of the variant.",
        step=steps.encode,
        default_doc="that of the original",
    )
    gravity: Gravity = option(
        Gravity.CENTER,
        OneOf(Gravity),
        "Which part is kept by `fit=cover`, and where `fit=contain` puts the picture.",
        step=steps.crop,
    )
    quality: int | None = option(
        None,
        Integer(1, 100),
        "Quality of a lossy format.",
        step=steps.encode,
        default_doc="per format",
    )
    upscale: bool = option(
        default=False,
        values=Flag(),
        doc="Allow a variant larger than the original.",
        step=steps.resize,
        default_doc="off",
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

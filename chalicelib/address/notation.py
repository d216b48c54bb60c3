"""How the values of options are written: text to value and back, each value in one canonical spelling.

Each class reads one kind of value. ``parse`` takes exactly what is allowed. ``nearest`` is generous: it
returns the value that a wrong text may have meant, for the message that refuses the text.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from chalicelib.address import suggestions
from chalicelib.address.numerals import Integer
from chalicelib.address.values import Colour, CropArea

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

T = TypeVar("T")
E = TypeVar("E", bound="StrEnum")


class Values(Protocol[T]):
    """The values that an option takes."""

    def parse(self, text: str | None) -> T:
        """Return the value of `text`, which is None if the option's name stands alone; else ValueError."""

    def spell(self, value: T) -> str | None:
        """Return the canonical text of `value`; None if the option's name stands alone."""

    def nearest(self, text: str) -> T | None:
        """Return the allowed value that a `text` that is not allowed may have meant, or None."""

    @property
    def allowed(self) -> str:
        """What is allowed, in words that fit behind "it takes"."""


@dataclass(frozen=True, slots=True)
class OneOf(Generic[E]):
    """One of several names, which are the members of one or more enumerations."""

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

    def nearest(self, text: str) -> E | None:
        """Return the member whose name is most like `text`."""
        name = suggestions.nearest(text, self.names)
        return self.parse(name) if name else None

    @property
    def allowed(self) -> str:
        """The names, in their order."""
        return ", ".join(self.names)


@dataclass(frozen=True, slots=True)
class Crop:
    """An area written as ``X-Y-WxH``: four whole numbers up to `most`; width and height are at least 1."""

    most: int

    def parse(self, text: str | None) -> CropArea:
        """Return the area that `text` spells."""
        match = re.fullmatch("([0-9]+)-([0-9]+)-([0-9]+)x([0-9]+)", text or "")
        if not match:
            raise ValueError(text)
        left, top = (Integer(0, self.most).parse(part) for part in match.group(1, 2))
        width, height = (Integer(1, self.most).parse(part) for part in match.group(3, 4))
        return CropArea(left, top, width, height)

    def spell(self, value: CropArea) -> str:
        """Return the four numbers."""
        return str(value)

    def nearest(self, text: str) -> CropArea | None:
        """Return the area that four numbers with other characters between them may have meant."""
        match = re.fullmatch(r"(\d{1,6})\D(\d{1,6})\D(\d{1,6})\D(\d{1,6})", text)
        return _parsed(self, "{}-{}-{}x{}".format(*map(int, match.groups()))) if match else None

    @property
    def allowed(self) -> str:
        """The form."""
        return "X-Y-WxH, such as 10-20-300x200"


COLOURS = {
    "black": "000000",
    "blue": "0000ff",
    "gray": "808080",
    "green": "008000",
    "grey": "808080",
    "red": "ff0000",
    "transparent": "00000000",
    "white": "ffffff",
}
"""The names that are written most often for a colour, with the values of CSS."""


@dataclass(frozen=True, slots=True)
class Hex:
    """A colour as six hexadecimal digits, or as eight where it may have an `alpha`."""

    alpha: bool = True

    def parse(self, text: str | None) -> Colour:
        """Return the colour that `text` spells, in either case."""
        if not text or not re.fullmatch("(?:[0-9a-fA-F]{2}){3,4}", text):
            raise ValueError(text)
        if len(text) > len("rrggbb") and not self.alpha:
            raise ValueError(text)
        return Colour(*bytes.fromhex(text))

    def spell(self, value: Colour) -> str:
        """Return the digits in lower case; an opaque colour has six."""
        return str(value)

    def nearest(self, text: str) -> Colour | None:
        """Return the colour of a common name, of three or four digits as in CSS, or of ``#rrggbb``."""
        digits = COLOURS.get(text.lower(), text.removeprefix("#"))
        if len(digits) in {len("rgb"), len("rgba")}:
            digits = "".join(2 * digit for digit in digits)
        return _parsed(self, digits)

    @property
    def allowed(self) -> str:
        """The forms."""
        return f"rrggbb{' or rrggbbaa' if self.alpha else ''}, such as ff8800"


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

    def nearest(self, text: str) -> str | None:
        """Return `text` in lower case, if that is a name."""
        return _parsed(self, text.lower())

    @property
    def allowed(self) -> str:
        """What a name looks like."""
        return "a name like logo or logo-2"


@dataclass(frozen=True, slots=True)
class Flag:
    """An option without a value: its name is there or not."""

    def parse(self, text: str | None) -> bool:
        """Return True; a value behind the name is refused."""
        if text is not None:
            raise ValueError(text)
        return True

    def spell(self, value: bool) -> None:  # noqa: FBT001 - the one argument that every `spell` has
        """Return None: the name alone says it."""

    def nearest(self, text: str) -> bool | None:
        """Return True for a text that means yes."""
        return text.lower() in {"", "1", "on", "true", "yes"} or None

    @property
    def allowed(self) -> str:
        """No value at all."""
        return "no value"


def _parsed(values: Values[T], text: str) -> T | None:
    with suppress(ValueError):
        return values.parse(text)
    return None

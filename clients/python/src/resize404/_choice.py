"""What the author of a page asks for: the arguments of `Site`'s methods, read and checked."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Required

from resize404 import _variant
from resize404._layout import Extent
from resize404._mistake import Mistake, quoted
from resize404._options import Options
from resize404._variant import Variant

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

_NUMBERS = {
    "widths": ("[1-9][0-9]{0,3}", "from 1 to 9999, like 320, 640"),
    "densities": ("[1-3]", "from 1 to 3, like 1, 2"),
}
"""How each number of a list is written, and what is allowed."""


class Addressed(Options, total=False):
    """Arguments of an address: a size, options, and when the signature expires."""

    width: int | None
    height: int | None
    dpr: int
    aspect_ratio: str | None
    expires: int | datetime | None


class Chosen(Addressed, total=False):
    """Arguments of a list of addresses, of which the browser takes one.

    `original` is the size of the original in pixels, or what ``/info/<key>`` answers.
    """

    widths: Sequence[int] | str
    densities: Sequence[int] | str
    original: tuple[int, int] | Mapping[str, Any] | None


class Shown(Chosen, total=False):
    """Arguments of an element. `attrs` are further attributes of the ``<img>``, by name."""

    alt: Required[str]
    sizes: str | int | None
    class_: str
    id: str
    style: str
    title: str
    loading: str
    decoding: str
    fetchpriority: str
    attrs: Mapping[str, str | int | bool | None]


class Pictured(Shown, total=False):
    """Arguments of a ``<picture>``. `formats` are those of its sources, the best one first."""

    formats: Sequence[str] | str


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for: a variant at several `widths`, or at several device pixel ratios (`densities`)."""

    variant: Variant
    aspect_ratio: tuple[int, int] | None = None
    widths: tuple[int, ...] = ()
    densities: tuple[int, ...] = ()
    original: Extent | None = None
    frames: int = 1
    """How many the original has, as far as its info says so."""


def read(text: str, arguments: Mapping[str, Any], presets: Collection[str] | None) -> Choice:
    """Return the choice of a variant that is written as `text`, or of these `arguments`."""
    given = {name: value for name, value in arguments.items() if value is not None}
    original, frames = _original(given.pop("original", None))
    if text and given:
        raise Mistake(f"A variant that is written as a text takes no {next(iter(given))} beside it.")
    choice = Choice(_variant.read(text, presets)) if text else _of_sizes(given)
    return dataclasses.replace(choice, original=original, frames=frames)


def _of_sizes(given: dict[str, Any]) -> Choice:
    """Return the choice of these sizes and options."""
    widths, densities = (_numbers(name, given.pop(name, ())) for name in ("widths", "densities"))
    ratio = _aspect_ratio(given.pop("aspect_ratio", None))
    names: list[str] = [name for name in ("width", "height", "dpr") if name in given]
    sides = {name: _side(name, given.pop(name)) for name in names}
    _refuse_both(sides, widths, densities, ratio)
    width = widths[-1] if widths else sides.get("width")
    height = _height(width, ratio) if width and ratio else sides.get("height")
    options = {"fit": "cover", **given} if ratio else given
    variant = _variant.of_values(width, height, sides.get("dpr", 1), options)
    return Choice(variant, ratio, widths, densities)


def at_width(choice: Choice, width: int) -> Variant:
    """Return the variant of the choice at one of its widths."""
    height = _height(width, choice.aspect_ratio) if choice.aspect_ratio else None
    return Variant(width, height, choice.variant.dpr, choice.variant.options)


def _refuse_both(sides: Mapping[str, int], widths: object, densities: object, ratio: object) -> None:
    others = [*sides, *(["densities"] if densities else [])]
    if widths and others:
        raise Mistake(f"Give widths, or {others[0]}, not both.")
    if densities and "dpr" in sides:
        raise Mistake("Give densities, or dpr, not both.")
    if ratio and not widths and ("height" in sides or "width" not in sides):
        raise Mistake("aspect_ratio needs a width or widths, and no height: the height follows from it.")


def _side(name: str, given: object) -> int:
    if not re.fullmatch("[1-9][0-9]{0,3}", str(given)):
        raise Mistake(f"{quoted(str(given))} is not a {name}. It is a whole number from 1 to 9999.")
    return int(str(given))


def _height(width: int, ratio: tuple[int, int]) -> int:
    across, down = ratio
    return max(1, (2 * width * down + across) // (2 * across))


def _numbers(name: str, given: Sequence[int] | str) -> tuple[int, ...]:
    """Return the numbers of a list in ascending order. Templates write the list as ``320, 640``."""
    texts = re.split(r"\s*,\s*", given.strip()) if isinstance(given, str) else [str(each) for each in given]
    pattern, allowed = _NUMBERS[name]
    for text in texts:
        if not re.fullmatch(pattern, text):
            raise Mistake(f"{quoted(text)} is not one of {name}. They are whole numbers {allowed}.")
    return tuple(sorted({int(text) for text in texts}))


def _aspect_ratio(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"([1-9][0-9]{0,3})\s*[:/]\s*([1-9][0-9]{0,3})", text)
    if not match:
        raise Mistake(f"{quoted(text)} is not an aspect ratio. Write it like 16:9.")
    return int(match[1]), int(match[2])


def _original(given: tuple[int, int] | Mapping[str, Any] | None) -> tuple[Extent | None, int]:
    """Return the size of the original, and how many frames it has."""
    if given is None:
        return None, 1
    info = given if isinstance(given, Mapping) else dict(zip(Extent._fields, given, strict=False))
    sides = (info.get("width"), info.get("height"))
    if not all(type(side) is int and side > 0 for side in sides):
        raise Mistake("original is the size of the original in pixels, like (2000, 1500), or its info.")
    return Extent(info["width"], info["height"]), info.get("frames", 1)

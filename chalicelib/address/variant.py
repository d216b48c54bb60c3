"""Variants as text and as values: ``<preset>``, or ``<size>`` and its options.

    variant := preset | size ("," option)*
    size    := W "x" H | W "x" | "x" H      then "@2x" or "@3x": device pixel ratio, multiplies the box
    option  := name | name "=" value

Every variant has one canonical spelling: options sorted by name, defaults dropped, colours in lower case.
This module knows nothing of pictures, configuration or the network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.address.options import OPTIONS, Options
from chalicelib.errors import Malformed

MAX_LENGTH = 400
"""Characters of the longest variant that is worth reading; no canonical spelling comes near it."""

_SIDE = "[1-9][0-9]{0,3}"
_SIZE = re.compile(f"(?P<width>{_SIDE})?x(?P<height>{_SIDE})?(?:@(?P<ratio>[23])x)?")
_PRESET = re.compile("[a-z][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Size:
    """The box that was asked for, in CSS pixels; a side that is None follows the picture's proportions."""

    width: int | None
    height: int | None
    ratio: int = 1

    def __str__(self) -> str:
        ratio = "" if self.ratio == 1 else f"@{self.ratio}x"
        return f"{self.width or ''}x{self.height or ''}{ratio}"

    @property
    def box(self) -> tuple[int | None, int | None]:
        """Width and height in device pixels."""
        return (self.width and self.width * self.ratio, self.height and self.height * self.ratio)


@dataclass(frozen=True, slots=True)
class Variant:
    """What is to be made of an original; `preset` is the name it was asked by, if it was asked by name."""

    size: Size
    options: Options = Options()
    preset: str = ""

    def __str__(self) -> str:
        """Return the canonical spelling, which is also the first segment of the stored object's path."""
        return self.preset or ",".join([str(self.size), *spell_options(self.options)])


def parse(text: str) -> Variant:
    """Return the variant that `text` spells, by size; `Malformed` says what is wrong with it."""
    if len(text) > MAX_LENGTH:
        raise Malformed("The variant is too long.")
    size, *options = text.split(",")
    return Variant(parse_size(size), parse_options(options))


def parse_size(text: str) -> Size:
    """Return the size that `text` spells, for instance ``300x200``, ``300x``, ``x200`` or ``300x200@2x``."""
    match = _SIZE.fullmatch(text)
    if not match or not (match["width"] or match["height"]):
        raise Malformed("A variant begins with its size: 300x200, 300x or x200, each side from 1 to 9999.")
    width, height, ratio = (
        int(number) if number else None for number in match.group("width", "height", "ratio")
    )
    return Size(width, height, ratio or 1)


def parse_options(texts: list[str]) -> Options:
    """Return the options that `texts` spell, each ``name`` or ``name=value``, in any order."""
    chosen: dict[str, object] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in OPTIONS:
            raise Malformed(f"The options are {', '.join(OPTIONS)}.")
        if name in chosen:
            raise Malformed(f"The option {name} stands twice.")
        try:
            chosen[name] = OPTIONS[name].values.parse(value if "=" in text else None)
        except ValueError:
            raise Malformed(f"The option {name} takes {OPTIONS[name].values.allowed}.") from None
    return Options(**chosen)  # type: ignore[arg-type]  # each value came from its own option's parser


def spell_options(options: Options) -> list[str]:
    """Return the canonical spelling of each option that is not at its default, sorted by name."""
    return [
        spell_option(name, getattr(options, name))
        for name, declared in OPTIONS.items()
        if getattr(options, name) != declared.default
    ]


def spell_option(name: str, value: object) -> str:
    """Return the canonical spelling of one option."""
    text = OPTIONS[name].values.spell(value)
    return name if text is None else f"{name}={text}"


def is_spelling(text: str) -> bool:
    """Say whether `text` spells a variant by size."""
    try:
        parse(text)
    except Malformed:
        return False
    return True


def is_preset_name(text: str) -> bool:
    """Say whether `text` can name a preset; no size can be mistaken for one."""
    return bool(_PRESET.fullmatch(text)) and not _SIZE.fullmatch(text)

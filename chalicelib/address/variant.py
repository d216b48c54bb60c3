"""Variants as text and as values: ``<preset>``, or ``<size>`` and its options.

    variant := preset | size ("," option)*
    size    := W "x" H | W "x" | "x" H      then "@2x" or "@3x": device pixel ratio, multiplies the box
    option  := name | name "=" value

Every variant has one canonical spelling: options sorted by name, defaults dropped, colours in lower case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.address.options import OPTIONS, Options
from chalicelib.address.suggestions import did_you_mean, nearest
from chalicelib.address.values import Format
from chalicelib.errors import Malformed, quoted

if TYPE_CHECKING:
    from chalicelib.address.values import Metadata

MAX_LENGTH = 400
"""Characters of the longest variant that is read. Every canonical spelling is much shorter."""

SIDE = "[1-9][0-9]{0,3}"
_SIZE = re.compile(f"(?P<width>{SIDE})?x(?P<height>{SIDE})?(?:@(?P<ratio>[23])x)?")
_PRESET = re.compile("[a-z][a-z0-9_-]{0,62}")
_NOT_IN_NAMES = re.compile("[^A-Za-z]")
_LOOSE_SIZE = re.compile(r"(\d{1,5})?(?:px)?(?:[x*\u00d7](\d{1,5})?(?:px)?)?(?:@(\d)x?)?", re.IGNORECASE)
"""How people write a size elsewhere: with a multiplication sign, a unit, or a zero for an open side."""


@dataclass(frozen=True, slots=True)
class Size:
    """A box in CSS pixels. A side that is None follows from the picture's proportions.

    `ratio` is how many device pixels a CSS pixel has.
    """

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
    """What to make of an original: a box and options. `preset` is its name, if a preset was asked for."""

    size: Size
    options: Options = Options()
    preset: str = ""

    def __str__(self) -> str:
        """Return the canonical spelling, which is also the first segment of the stored object's path."""
        return self.preset or ",".join([str(self.size), *spell_options(self.options)])

    def settled(self, metadata: Metadata) -> Variant:
        """Return the variant with what the site says of the `metadata`, unless it says something itself."""
        if self.options.metadata:
            return self
        return replace(self, options=replace(self.options, metadata=metadata))

    @property
    def is_info(self) -> bool:
        """Whether no picture is asked for, but what is known of the original."""
        return self.preset == INFO

    @property
    def is_whole(self) -> bool:
        """Whether the original itself is asked for, without its metadata."""
        return self.preset == WHOLE


INFO = "info"
"""The name of what ``/info/<key>`` answers: no picture, but what a page has to know of the original."""

INFO_VARIANT = Variant(Size(100, 100), Options(format=Format.PNG, frame=1), INFO)
"""The small picture that is looked at for it. ThumbHash takes at most 100 pixels on a side."""

WHOLE = "."
"""Names the whole original without its metadata. No address does: no preset begins with a dot."""

WHOLE_VARIANT = Variant(Size(65_536, 65_536), Options(quality=90), WHOLE)
"""What an original becomes if its metadata cannot be taken out without coding it anew. No side of an original
is longer than that of the box. At quality 90 a photograph still looks as it did at arm's length after others
have coded it once more."""


def parse(text: str) -> Variant:
    """Return the variant that `text` spells by its size; `Malformed` says what is wrong with it."""
    if len(text) > MAX_LENGTH:
        raise Malformed(f"The variant has {len(text)} characters; at most {MAX_LENGTH} are allowed.")
    size, *options = text.split(",")
    return Variant(parse_size(size), parse_options(options))


def parse_size(text: str) -> Size:
    """Return the size that `text` spells, for instance ``300x200``, ``300x``, ``x200`` or ``300x200@2x``."""
    match = _SIZE.fullmatch(text)
    if not match or not (match["width"] or match["height"]):
        raise Malformed(
            f"{quoted(text)} is not a size. A size is written like 300x200, 300x, x200 or 300x200@2x, "
            f"each side from 1 to 9999.{did_you_mean(_meant_size(text))}"
        )
    width, height, ratio = (
        int(number) if number else None for number in match.group("width", "height", "ratio")
    )
    return Size(width, height, ratio or 1)


def _meant_size(text: str) -> str | None:
    """Return the size that ``300``, ``0300X200``, ``300 * 200px`` and their like may have meant, or None."""
    match = _LOOSE_SIZE.fullmatch("".join(text.split()))
    if not match:
        return None
    width, height, ratio = (int(number or 0) for number in match.groups())
    size = Size(width or None, height or None, ratio or 1)
    return str(size) if _SIZE.fullmatch(str(size)) and any(size.box) else None


def parse_options(texts: list[str]) -> Options:
    """Return the options that `texts` spell, each ``name`` or ``name=value``, in any order."""
    chosen: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if name not in OPTIONS:
            raise _no_option(text)
        if name in chosen:
            raise Malformed(f"The option {name} is given twice. Give it once.")
        try:
            chosen[name] = OPTIONS[name].values.parse(value if equals else None)
        except ValueError:
            raise _no_value(name, value if equals else None) from None
    return Options(**chosen)  # type: ignore[arg-type]  # each value came from its own option's parser


def _no_option(text: str) -> Malformed:
    """Return the refusal of an option that does not exist, with the option that is most like it."""
    if not text:
        return Malformed("There is a comma too many. No option follows it.")
    name, _, value = text.partition("=")
    unknown = f"There is no option {quoted(name)}."
    meant = nearest(_NOT_IN_NAMES.split(name, 1)[0], OPTIONS)
    if not meant:
        return Malformed(f"{unknown} The options are {', '.join(OPTIONS)}.")
    spelled = _meant_option(meant, value)
    takes = "" if spelled else f" It takes {OPTIONS[meant].values.allowed}."
    return Malformed(f"{unknown}{did_you_mean(spelled or meant)}{takes}")


def _no_value(name: str, value: str | None) -> Malformed:
    """Return the refusal of a value that the option `name` does not take, with the nearest that it takes."""
    allowed = OPTIONS[name].values.allowed
    if value is None:
        return Malformed(f"The option {name} needs a value. It takes {allowed}.")
    suggestion = did_you_mean(_meant_option(name, value))
    return Malformed(f"The option {name} does not take {quoted(value)}. It takes {allowed}.{suggestion}")


def _meant_option(name: str, value: str) -> str | None:
    """Return the spelling of the option `name` with the allowed value that `value` may have meant, if any."""
    values = OPTIONS[name].values
    try:
        meant = values.parse(value or None)
    except ValueError:
        meant = values.nearest(value)
    return None if meant is None else spell_option(name, meant)


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
    """Return whether `text` spells a variant by its size."""
    try:
        parse(text)
    except Malformed:
        return False
    return True


def is_preset_name(text: str) -> bool:
    """Return whether `text` can name a preset. A size cannot."""
    return bool(_PRESET.fullmatch(text)) and not _SIZE.fullmatch(text)

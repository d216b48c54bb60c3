"""Variants: the first segment of an address, as text and as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resize404 import _values
from resize404._mistake import Mistake, quoted
from resize404._options import DECLARED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

INFO = "info"

_SIDE = "[1-9][0-9]{0,3}"
_SIZE = re.compile(f"({_SIDE})?x({_SIDE})?(?:@([23])x)?")
_PRESET = re.compile("[a-z][a-z0-9_-]{0,62}")
_BEGINS_LIKE_A_SIZE = re.compile(r"\W*(?:[xX\u00d7]?\d|$)")
_MOST_LETTERS = 400


@dataclass(frozen=True, slots=True)
class Variant:
    """What to make of an original: a box in CSS pixels with options, or the name of a preset.

    `dpr` is how many device pixels a CSS pixel has. `options` are canonical texts by name.
    """

    width: int | None = None
    height: int | None = None
    dpr: int = 1
    options: Mapping[str, str] = field(default_factory=dict)
    preset: str = ""

    def __str__(self) -> str:
        """Return the canonical spelling: options in the order of their names, defaults left out."""
        return self.preset or ",".join([self.size, *self._spelled()])

    @property
    def size(self) -> str:
        """The size as it is written."""
        return f"{self.width or ''}x{self.height or ''}{'' if self.dpr == 1 else f'@{self.dpr}x'}"

    def _spelled(self) -> list[str]:
        chosen = [(name, self.options[name]) for name in DECLARED if name in self.options]
        return [
            f"{name}={value}" if value else name for name, value in chosen if value != DECLARED[name].default
        ]


def of_values(width: int | None, height: int | None, dpr: int, options: Mapping[str, object]) -> Variant:
    """Return the variant with these sides and options. A side that is None follows from the proportions."""
    if width is None and height is None:
        raise Mistake("There is no size. Give a width, a height, both, or widths.")
    texts = {name: _values.of_value(name, value) for name, value in options.items()}
    chosen = {name: text for name, text in texts.items() if text is not None}
    # Put together as text and read like one, so that each bound is checked in one place.
    size = f"{'' if width is None else width}x{'' if height is None else height}"
    box = _read_size(size if dpr == 1 else f"{size}@{dpr}x")
    return Variant(*box, chosen)


def read(text: str, presets: Collection[str] | None = None) -> Variant:
    """Return the variant of ``300x200,fit=cover`` or of a preset's name, which is one of `presets`."""
    name = re.split("[,@]", text, maxsplit=1)[0]
    if name == INFO or _is_preset_name(name, presets):
        return _named(name, text)
    if not _BEGINS_LIKE_A_SIZE.match(name):
        raise Mistake(f"There is no preset {quoted(name)} here, and a size is written like 300x200.")
    if len(text) > _MOST_LETTERS:
        raise Mistake(f"The variant has {len(text)} characters; at most {_MOST_LETTERS} are allowed.")
    size, *options = text.split(",")
    return Variant(*_read_size(size), _read_options(options))


def _is_preset_name(name: str, presets: Collection[str] | None) -> bool:
    if presets is not None:
        return name in presets
    return bool(_PRESET.fullmatch(name)) and not _SIZE.fullmatch(name)


def _named(name: str, text: str) -> Variant:
    if text == name:
        return Variant(preset=name)
    if name == INFO:
        raise Mistake("There are no options of info. Ask for /info/ and the key alone.")
    raise Mistake(f"The preset {name} takes no options. Ask for {name} alone, or for a size with options.")


def _read_size(text: str) -> tuple[int | None, int | None, int]:
    match = _SIZE.fullmatch(text)
    if not match or not (match[1] or match[2]):
        raise Mistake(
            f"{quoted(text)} is not a size. A size is written like 300x200, 300x, x200 or 300x200@2x, "
            "each side from 1 to 9999."
        )
    width, height = (int(side) if side else None for side in match.group(1, 2))
    return width, height, int(match[3] or 1)


def _read_options(texts: list[str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not text:
            raise Mistake("There is a comma too many. No option follows it.")
        if name in chosen:
            raise Mistake(f"The option {name} is given twice. Give it once.")
        chosen[name] = _values.of_text(name, value if equals else None)
    return chosen

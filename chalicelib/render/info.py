"""Info: what a page has to know of an original before it shows a variant of it, as JSON.

This module is the text and its values; it loads no ImageMagick. `describe` finds the values.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.limits import LONGEST_SIDE

_NAMES = {"length": "bytes", "has_alpha": "hasAlpha", "colour": "dominantColor"}
"""The names in JSON that are not those of the fields: as scripts write them."""

_COLOUR = re.compile("#[0-9a-f]{6}")
_MOST = 1 << 48
_LONGEST = 1000
_LONGEST_HASH = 32
_ORIENTATIONS = 8


@dataclass(frozen=True, slots=True)
class Info:
    """What is known of an original.

    `width` and `height` are those that a browser shows, after the EXIF `orientation` (1 to 8) was applied.
    `length` is the number of bytes of the original. `has_alpha`: a pixel of the first frame is transparent.
    `colour` is the most frequent one, like ``#ff8800``. `thumbhash` is in base64.
    """

    width: int
    height: int
    type: str
    frames: int
    length: int
    orientation: int
    has_alpha: bool
    colour: str
    thumbhash: str

    def spell(self) -> bytes:
        """Return it as JSON, always in the same order and without spaces."""
        named = {_NAMES.get(name, name): getattr(self, name) for name in self.__match_args__}
        return json.dumps(named, separators=(",", ":")).encode()


def read(data: bytes) -> Info:
    """Return the info that `data` spells; `ValueError` if it is not exactly as `Info.spell` writes it."""
    if len(data) > _LONGEST:
        raise ValueError(f"it has {len(data)} bytes")
    fields = {name: field for field, name in _NAMES.items()}
    try:
        told: Any = json.loads(data)
    except RecursionError as fault:
        raise ValueError("it is lists in lists") from fault
    if not isinstance(told, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - of the text, not of our own types
    try:
        info = Info(**{fields.get(str(name), str(name)): value for name, value in told.items()})
    except TypeError as fault:
        raise ValueError(str(fault)) from fault
    if wrong := [name for name, is_right in _rights(info).items() if not is_right]:
        raise ValueError(f"{', '.join(wrong)} cannot be so")
    if info.spell() != data:
        raise ValueError("it is spelled in another way")
    return info


def _rights(info: Info) -> dict[str, bool]:
    """Return for each field whether its value can be one."""
    return {
        "width": _counts(info.width, LONGEST_SIDE),
        "height": _counts(info.height, LONGEST_SIDE),
        "type": info.type in SOURCE_TYPES if isinstance(info.type, str) else False,
        "frames": _counts(info.frames, _MOST),
        "length": _counts(info.length, _MOST),
        "orientation": _counts(info.orientation, _ORIENTATIONS),
        "has_alpha": isinstance(info.has_alpha, bool),
        "colour": isinstance(info.colour, str) and bool(_COLOUR.fullmatch(info.colour)),
        "thumbhash": isinstance(info.thumbhash, str) and _is_base64(info.thumbhash),
    }


def _counts(number: object, most: int) -> bool:
    return type(number) is int and 1 <= number <= most


def _is_base64(text: str) -> bool:
    return 0 < len(base64.b64decode(text, validate=True)) <= _LONGEST_HASH

"""Letters beyond ASCII, spelled in ASCII while the library has the drawing: it drops them from attributes.

A gradient that is named in Cyrillic would lose its name, and a shape that is painted with it its colour.
"""

from __future__ import annotations

import re
from itertools import count

_LETTER = re.compile(r"[^\x00-\x7f]")
_MARK = re.compile(r"(?=u(\d{1,7})u)")


class Letters:
    """Spells letters in a way that occurs nowhere in `drawing`; restores only those that it has spelled."""

    def __init__(self, drawing: str) -> None:
        taken = set(_MARK.findall(drawing))
        self._mark = next(f"u{number}u" for number in count() if str(number) not in taken)
        self._spellings = re.compile(f"{self._mark}[0-9a-f]+z")
        self._letters: dict[str, str] = {}

    def spelled(self, value: str) -> str:
        """Return the value of an attribute in ASCII."""
        return _LETTER.sub(self._spelling, value)

    def restored(self, value: str) -> str:
        """Return the value as it was before."""
        return self._spellings.sub(lambda found: self._letters.get(found[0], found[0]), value)

    def _spelling(self, letter: re.Match[str]) -> str:
        spelling = f"{self._mark}{ord(letter[0]):x}z"
        self._letters[spelling] = letter[0]
        return spelling

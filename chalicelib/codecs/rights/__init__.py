"""Whose picture it is, and if that is wanted also what it is of and how it was taken.

`reading` finds the blocks of metadata in an original, and what a few of their values say; `exif`, `iptc`,
`texts` and `xmp` know their forms, `shot` what a camera says. `writing` puts the values, and nothing else,
into a variant. No block is ever copied.
"""

from __future__ import annotations

from typing import NamedTuple

LONGEST = 200
"""Characters of a value. IPTC allows 128 bytes for a copyright notice, and 32 for the others."""

_BRACKETS = str.maketrans("<>", "()")


class Rights(NamedTuple):
    """What a photographer's rights need; empty where the original does not say it.

    `usage` says what others may do with the picture, `statement` is the address of a page that does. The
    `title` and the `description` are of the picture itself.
    """

    copyright: str = ""
    artist: str = ""
    credit: str = ""
    usage: str = ""
    statement: str = ""
    title: str = ""
    description: str = ""

    @property
    def alone(self) -> Rights:
        """The rights, without what the picture is of."""
        return self._replace(title="", description="")


def line(text: str) -> str:
    """Return the text as one line of at most `LONGEST` printable characters, without a tag of any language.

    Anybody may have written it. A control character, or one that turns the direction of a line, is a space.
    """
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.translate(_BRACKETS).split())[:LONGEST].strip()


def decoded(text: bytes) -> str:
    """Return the line that `text` holds: in UTF-8, else in Latin-1, whatever its block says.

    It ends at the first NUL. In a field of a fixed length, what an older and longer text was lies behind it.
    """
    said = text.partition(b"\0")[0]
    start = said[: 4 * LONGEST]
    try:
        return line(start.decode("utf-8", "strict" if start == said else "ignore"))
    except UnicodeDecodeError:
        return line(start.decode("latin-1"))

"""What the author of a page has to correct, in words."""

from __future__ import annotations

_MOST = 40


class Mistake(ValueError):  # noqa: N818 - the name says what it is
    """A size, an option, a key or an attribute that cannot be; the message says what is allowed."""


def quoted(text: str, most: int = _MOST) -> str:
    """Return `text` for a message: in quotes, in printable ASCII, and cut behind so many characters."""
    shown = text[:most].encode("unicode_escape").decode()
    return f"'{shown}{'...' if len(text) > most else ''}'"

"""Suggestions: the allowed word that somebody may have meant who wrote another one.

Hostile text costs little: only its beginning is compared. ``difflib`` is loaded with the first suggestion,
because most processes never make one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMPARED = 40
"""Characters that are compared, from the first one on."""

_SHOWN = 160
"""Characters of a suggestion that are shown. The longest is the URL of a queue."""

_ALIKE = 0.7
"""How alike two words have to be, as difflib measures it: ``webm`` and ``webp`` are (0.75), ``colour`` and
``blur`` are not (0.6)."""


def nearest(text: str, words: Iterable[str], *, alike: float = _ALIKE) -> str | None:
    """Return the word that is most like `text`, in upper or lower case; None if no word is `alike` enough."""
    by_lower = {word.lower(): word for word in words}
    found = _close(text, list(by_lower), 1, alike)
    return by_lower[found[0]] if found else None


def most_alike(text: str, words: Iterable[str], most: int) -> list[str]:
    """Return the `most` words that are most like `text`, however little that is; the most alike is first."""
    return _close(text, sorted(words), most, 0)


def did_you_mean(suggestion: str | None) -> str:
    """Return the end of a message that makes the `suggestion`; nothing if there is none."""
    return f" Did you mean {quoted(suggestion, _SHOWN)}?" if suggestion else ""


def _close(text: str, words: list[str], most: int, alike: float) -> list[str]:
    import difflib  # noqa: PLC0415 - few processes need it, and all would wait for it when they start

    return difflib.get_close_matches(text[:_COMPARED].lower(), words, most, alike)

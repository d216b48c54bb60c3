"""What holds for every message that the public may read, and the hostile text to try it with."""

from __future__ import annotations

import difflib  # noqa: F401 - loaded here, so that no test's time includes it
import re
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from chalicelib.errors import MESSAGE_LENGTH, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

_SUGGESTION = re.compile(r" Did you mean '([^']+)'\?")


def causes(kind: type[Refusal]) -> list[type[Refusal]]:
    """Return every cause of that kind, however deep it stands in the tree."""
    return [found for child in kind.__subclasses__() for found in (child, *causes(child))]


def is_public(message: str, most: int = MESSAGE_LENGTH) -> bool:
    """Return whether `message` is one printable line that ends where its author ended it."""
    is_one_line = all(" " <= character <= "~" for character in message)
    is_whole = message.endswith((".", "?")) and not message.endswith("...")
    return is_one_line and is_whole and len(message) <= most


def refusal(read: Callable[[str], object], text: str) -> str:
    """Return the message that refuses `text`, or nothing if `read` accepts it."""
    try:
        read(text)
    except (Refusal, ValueError) as refused:
        return str(refused)
    return ""


def suggestion(message: str) -> str | None:
    """Return what the message suggests, if it suggests anything."""
    found = _SUGGESTION.search(message)
    return found[1] if found else None


BIDI = "\u202e\u2066\u200f"
ODD = [
    "\0",
    "\n",
    "\r\n",
    "\x1b[31m",
    "\x7f",
    BIDI,
    "\ufeff",
    "é",
    "💥",
    "٣",
    "\uff13",
    "'\"\\",
    "%0d%0a",
    "<script>",
]

hostile = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [*ODD, ",", ";", "=", "/", "@2x", "x", "300x200", "fit", "quality=", "hero", "s3://"]
        ),
        max_size=12,
    ).map("".join),
    st.sampled_from([*ODD, ",", ";", "=", "/", "a", " "]).map(lambda part: (part * 8192)[:8192]),
    st.sampled_from(ODD).map(lambda part: f"300x200,fit={part * 60}"),
)
"""Text of up to 8 KB: control characters, right-to-left marks, look-alikes and the grammar's own signs."""


@st.composite
def slips(draw: st.DrawFn, word: str) -> str:
    """Draw `word` with one slip: a letter is missing, doubled, wrong or swapped, or all are capitals."""
    at = draw(st.integers(0, len(word) - 2))
    head, letter, following, tail = word[:at], word[at], word[at + 1], word[at + 2 :]
    return draw(
        st.sampled_from(
            [
                head + following + tail,
                head + letter + letter + following + tail,
                head + "z" + following + tail,
                head + following + letter + tail,
                word.upper(),
            ]
        )
    )

"""Patterns of policies and behaviours: ``*`` matches any characters or none, ``?`` matches one character."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=512)
def compiled(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Return `pattern` as a regular expression. ``*`` also matches slashes."""
    text = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Say whether `pattern` matches all of `text`."""
    return compiled(pattern, ignore_case=ignore_case).fullmatch(text) is not None

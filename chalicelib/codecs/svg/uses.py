"""What ``<use>`` multiplies: ten that each show ten of the next, ten levels deep, are ten billion."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.errors import TooLarge

if TYPE_CHECKING:
    from chalicelib.codecs.svg.document import Element

MOST_SHOWN = 100_000
"""Elements that a browser has to lay out, each time that one is used counted."""

MOST_LEVELS = 20


def check_uses(root: Element) -> None:
    """Refuse a drawing of which a browser would have to show too much, or that shows itself without end."""
    named = {
        element.attributes.get("id"): element for element in root.elements() if "id" in element.attributes
    }

    @cache
    def shown(name: str, level: int) -> int:
        """Return how many elements a use of this name shows, or a number above the limit."""
        if level > MOST_LEVELS:
            return MOST_SHOWN + 1
        return total(named[name], level) if name in named else 0

    def total(top: Element, level: int) -> int:
        count = 0
        for element in top.elements():
            count += 1
            if element.name == "use":
                count += shown(element.attributes.get("href", "").removeprefix("#"), level + 1)
            if count > MOST_SHOWN:
                break
        return count

    if total(root, 0) > MOST_SHOWN:
        raise TooLarge(f"The SVG uses its parts so often that it would have over {MOST_SHOWN} elements.")

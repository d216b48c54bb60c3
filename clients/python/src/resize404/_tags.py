"""HTML elements, with every value escaped."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from resize404._mistake import Mistake, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | int | bool | None
"""The value of an attribute: True is an attribute without a value, False and None are no attribute."""

OURS = frozenset({"alt", "height", "sizes", "src", "srcset", "width"})
"""The attributes that the arguments of an element decide."""

_NAME = re.compile("[a-z][a-z0-9-]*")


class HTML(str):
    """Markup that is safe in a template: Jinja, Django and MarkupSafe do not escape it again."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def element(name: str, attributes: Mapping[str, Value]) -> HTML:
    """Return the start tag of an element, which is all of it for ``<img>`` and ``<source>``."""
    return HTML(f"<{name}{''.join(_attribute(*each) for each in attributes.items())}>")


def further(given: Mapping[str, Value]) -> dict[str, Value]:
    """Return the attributes that a page's author adds. ``class_`` is ``class``, a keyword of Python."""
    named = {name.removesuffix("_"): value for name, value in given.items()}
    for name in named:
        if not _NAME.fullmatch(name):
            raise Mistake(
                f"{quoted(name)} is not the name of an attribute. Write it in lower case, like data-id."
            )
        if name in OURS:
            raise Mistake(f"The attribute {name} is written from the other arguments.")
    return named


def _attribute(name: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'

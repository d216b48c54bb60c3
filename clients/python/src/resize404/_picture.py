"""The attributes of ``<img>`` and ``<source>``."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resize404 import _srcset, _tags
from resize404._mistake import Mistake, quoted
from resize404._options import DECLARED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from resize404._choice import Choice
    from resize404._tags import HTML, Value
    from resize404._variant import Variant

    Address = Callable[[Variant], str]

_SOURCE_FORMATS = ("avif", "webp")
_ANIMATED_FORMATS = ("webp",)
_NAMED = ("class_", "id", "style", "title", "loading", "decoding", "fetchpriority")


@dataclass(frozen=True, slots=True)
class Element:
    """What an element has beside the addresses: `further` are the attributes that the page's author adds."""

    alt: str
    sizes: str | int | None
    formats: Sequence[str] | str | None
    further: Mapping[str, Value]


def split(arguments: Mapping[str, Any]) -> tuple[Element, dict[str, Any]]:
    """Return what is said of the element, and the other arguments."""
    rest = dict(arguments)
    alt = rest.pop("alt", None)
    if not isinstance(alt, str):
        raise Mistake('alt is missing. Say what is to be seen, or write alt="" for mere decoration.')
    named = {name: rest.pop(name) for name in _NAMED if name in rest}
    # Django's templates can write `class`, which Python cannot.
    named |= {"class": rest.pop("class")} if "class" in rest else {}
    further = _tags.further({**named, **rest.pop("attrs", {})})
    return Element(alt, rest.pop("sizes", None), rest.pop("formats", None), further), rest


def image(choice: Choice, element: Element, address: Address) -> dict[str, Value]:
    """Return the attributes of the ``<img>``.

    `sizes` comes before ``srcset``, and both before ``src``: a script that sets them one by one starts no
    wrong request.
    """
    listed = _srcset.candidates(choice)
    listing = _listing(choice, element, address)
    shown = _srcset.shown_size(choice)
    return {
        "alt": element.alt,
        **element.further,
        **({"width": shown.width, "height": shown.height} if shown else {}),
        **(listing if choice.widths or choice.densities else {}),
        "src": address(listed[-1 if choice.widths else 0].variant),
    }


def sources(choice: Choice, element: Element, key: str, address: Address) -> Iterator[HTML]:
    """Return a ``<source>`` for each format that is better than that of the ``<img>``."""
    for name in _formats(element.formats, choice, key):
        options = {**choice.variant.options, "format": name}
        inside = dataclasses.replace(choice, variant=dataclasses.replace(choice.variant, options=options))
        yield _tags.element("source", {"type": f"image/{name}", **_listing(inside, element, address)})


def _listing(choice: Choice, element: Element, address: Address) -> dict[str, Value]:
    sizes = _sizes(choice, element.sizes)
    listed = _srcset.written(_srcset.candidates(choice), address)
    return {"sizes": sizes, "srcset": listed} if sizes else {"srcset": listed}


def _sizes(choice: Choice, sizes: str | int | None) -> str | None:
    if bool(sizes) != bool(choice.widths):
        raise Mistake(
            "widths and sizes belong together. sizes says how wide the page shows the picture: "
            'sizes="100vw", sizes="(max-width: 600px) 100vw, 600px", or in short sizes=600.'
        )
    text = None if sizes is None else str(sizes)
    return f"(max-width: {text}px) 100vw, {text}px" if text and text.isdecimal() else text


def _formats(given: Sequence[str] | str | None, choice: Choice, key: str) -> list[str]:
    variant = choice.variant
    if given is None:
        given = () if variant.preset else _usual(choice, key)
    names = given.replace(",", " ").split() if isinstance(given, str) else given
    if names and variant.preset:
        raise Mistake(f"The preset {variant.preset} has a format of its own. Leave formats out.")
    known = [name for name in DECLARED["format"].values["names"] if not name.startswith("auto")]
    for name in names:
        if name not in known:
            raise Mistake(
                f"There is no format {quoted(name)} for a source. The formats are {', '.join(known)}."
            )
    return [name for name in names if name != variant.options.get("format")]


def _usual(choice: Choice, key: str) -> Sequence[str]:
    """Return the formats of a page that names none.

    An AVIF of an animation would stand still, and an SVG stays an SVG.
    """
    ending = key.rpartition(".")[2].lower()
    if ending == "svg":
        return ()
    moves = (ending == "gif" or choice.frames > 1) and "frame" not in choice.variant.options
    return _ANIMATED_FORMATS if moves else _SOURCE_FORMATS

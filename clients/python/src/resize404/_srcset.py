"""The candidates of a ``srcset``: the same picture at several sizes, of which a browser takes one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from resize404 import _choice
from resize404._layout import measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from resize404._choice import Choice
    from resize404._layout import Extent
    from resize404._variant import Variant


class Candidate(NamedTuple):
    """A variant, and how a ``srcset`` describes it: ``320w``, ``2x``, or not at all if it is the only one."""

    variant: Variant
    descriptor: str


def candidates(choice: Choice) -> list[Candidate]:
    """Return the candidates, the smallest first; none that has no more pixels than the one before it."""
    described = _at_widths(choice) if choice.widths else _at_densities(choice)
    kept: dict[int, Candidate] = {}
    for pixels, candidate in described:
        kept.setdefault(pixels, candidate)
    return list(kept.values())


def written(listed: list[Candidate], address: Callable[[Variant], str]) -> str:
    """Return the value of the attribute."""
    return ", ".join(f"{_safe(address(variant))} {descriptor}".strip() for variant, descriptor in listed)


def shown_size(choice: Choice) -> Extent | None:
    """Return the size of the largest candidate in CSS pixels, or None if it is not known."""
    return measure(dataclasses.replace(choice.variant, dpr=1), choice.original)


def _at_widths(choice: Choice) -> Iterator[tuple[int, Candidate]]:
    for width in choice.widths:
        variant = _choice.at_width(choice, width)
        # What the picture really has: a narrower original is not enlarged, and `640w` would be wrong.
        made = measure(variant, choice.original)
        pixels = made.width if made else width * variant.dpr
        yield pixels, Candidate(variant, f"{pixels}w")


def _at_densities(choice: Choice) -> Iterator[tuple[int, Candidate]]:
    for density in choice.densities or (choice.variant.dpr,):
        variant = dataclasses.replace(choice.variant, dpr=density)
        made = measure(variant, choice.original)
        yield made.width if made else density, Candidate(variant, f"{density}x" if choice.densities else "")


def _safe(address: str) -> str:
    """Return the address as a ``srcset`` can have it: commas at its end would end the candidate."""
    bare = address.rstrip(",")
    return bare + "%2C" * (len(address) - len(bare))

"""How large variants are, for ``clients/vectors.json``: as `chalicelib.geometry` plans them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalicelib.address.values import Fit
from chalicelib.address.variant import parse
from chalicelib.errors import Malformed
from chalicelib.geometry.layout import plan
from chalicelib.geometry.plan import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIANTS = [
    "300x", "x200", "300x,upscale", "x200,fit=cover", "300x,rotate=90", "300x,crop=1-2-800x30", "9999x9999",
    *(
        f"300x200,{options}fit={fit}{upscale}"
        for fit in Fit
        for options in ("", "crop=0-0-90x450,", "rotate=270,")
        for upscale in ("", ",upscale")
    ),
]  # fmt: skip
_ORIGINALS = [(2000, 1500), (1280, 853), (200, 100), (301, 7), (5, 5000), (1, 3)]


def rows() -> list[dict[str, Any]]:
    """Return a row for each original, with the sizes of its variants. A crop outside of it has no size."""
    return [{"original": original, "sizes": dict(_sizes(Extent(*original)))} for original in _ORIGINALS]


def _sizes(original: Extent) -> Iterator[tuple[str, Extent]]:
    for text in _VARIANTS:
        variant = parse(text)
        with suppress(Malformed):
            yield str(variant), plan(original, variant).canvas

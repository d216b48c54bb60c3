"""What a variant may need besides its original: faces and an overlay, collected before it is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.address.key import Key
    from chalicelib.address.values import Gravity
    from chalicelib.geometry.focus import Faces


@dataclass(frozen=True, slots=True)
class Watermark:
    """The configuration of an overlay: the picture `key` in `source`, put at `position`.

    `opacity` is in percent of the overlay's own, `scale` is its width in percent of the variant's.
    """

    source: str
    key: Key
    position: Gravity
    opacity: int
    scale: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay: the bytes of a picture of any type, and its `Watermark`."""

    data: bytes
    watermark: Watermark


@dataclass(frozen=True, slots=True)
class Extras:
    """The faces that a crop should keep, and the overlay to put on the picture; None: there is none.

    Of a `concealed` original, no variant may show what is on it. `keeps_gamut`: colours beyond sRGB stay.
    """

    faces: Faces | None = None
    overlay: Overlay | None = None
    concealed: bool = False
    keeps_gamut: bool = False


NONE = Extras()
"""What most variants need: nothing."""

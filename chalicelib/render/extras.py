"""What a variant may need besides its original; gathered before it is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.address.key import Key
    from chalicelib.address.values import Gravity
    from chalicelib.geometry.focus import Faces


@dataclass(frozen=True, slots=True)
class Watermark:
    """An overlay as it is configured: `key` in `source`, lying at `position`.

    `opacity` is a percentage of the overlay's own, `scale` its width in percent of the variant's.
    """

    source: str
    key: Key
    position: Gravity
    opacity: int
    scale: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay to be laid over a picture: a picture itself, of any type, and its `Watermark`."""

    data: bytes
    watermark: Watermark


@dataclass(frozen=True, slots=True)
class Extras:
    """The faces that are to stay in the picture, and what is laid over it; None where there is neither."""

    faces: Faces | None = None
    overlay: Overlay | None = None


NONE = Extras()
"""What most variants need."""

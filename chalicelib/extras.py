"""What a variant may need besides its original; gathered before it is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.focus import Faces
    from chalicelib.watermarks import Overlay


@dataclass(frozen=True, slots=True)
class Extras:
    """The faces that are to stay in the picture, and what is laid over it; None where there is neither."""

    faces: Faces | None = None
    overlay: Overlay | None = None


NONE = Extras()
"""What most variants need."""

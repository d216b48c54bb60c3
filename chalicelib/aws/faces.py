"""Finds faces with Amazon Rekognition, for ``gravity=face``.

Rekognition is asked once for each version of an original, and its answer is noted (`chalicelib.aws.notes`).

A failure here is only logged, and fails no picture: ``gravity=face`` then means ``smart``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.address.key import FACES_FOLDER
from chalicelib.address.options import Options
from chalicelib.address.values import Format, Gravity, Metadata
from chalicelib.address.variant import Size, Variant
from chalicelib.aws.notes import Notes
from chalicelib.aws.rekognition import NEVER_ACCEPTED
from chalicelib.errors import Refusal
from chalicelib.geometry import layout
from chalicelib.geometry.focus import Faces
from chalicelib.geometry.plan import Rectangle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chalicelib.address.sources import Source
    from chalicelib.aws.bucket import Original
    from chalicelib.aws.rekognition import Clients

log = logging.getLogger(__name__)

COPY = Variant(Size(1024, 1024), Options(format=Format.JPEG, metadata=Metadata.NONE))
"""The picture that Rekognition gets: upright and large enough. It finds no face below 40 pixels of 1920
(developer guide, "Guidelines and quotas"), which are 21 of 1024."""

_LEAST_CONFIDENCE = 90.0
"""In percent; something less certain is not counted as a face."""

_MOST_FACES = 20
"""Faces that are kept for one picture: more would not fit into a note."""


def wanted(variant: Variant) -> bool:
    """Say whether the `variant` is cropped around faces."""
    return variant.options.gravity is Gravity.FACE and layout.is_focused(variant)


@dataclass(frozen=True, slots=True)
class Detector:
    """Asks Rekognition, and keeps its answers in the `site`. Unless it is `enabled`, it finds no faces."""

    clients: Clients
    site: Source
    enabled: bool

    def find(self, original: Original, copy: Callable[[], bytes]) -> Faces | None:
        """Return the faces in the original, if any; `copy` makes the `COPY` for Rekognition if needed."""
        if not self.enabled:
            return None
        boxes = self._recall(original)
        if boxes is None:
            boxes = self._look(original, copy)
        return Faces(boxes) if boxes else None

    def _look(self, original: Original, copy: Callable[[], bytes]) -> tuple[Rectangle, ...]:
        try:
            return self._ask(original, copy())
        except Refusal as refusal:
            log.warning("there is no copy of %r for Rekognition (%s)", original.name.key, refusal)
            return ()

    @property
    def _notes(self) -> Notes:
        return Notes(self.clients, self.site, FACES_FOLDER, "faces")

    def _recall(self, original: Original) -> tuple[Rectangle, ...] | None:
        note = self._notes.recall(original)
        try:
            return None if note is None else _read(note)
        except ValueError:
            return None

    def _ask(self, original: Original, copy: bytes) -> tuple[Rectangle, ...]:
        try:
            answer = self.clients.rekognition.detect_faces(Image={"Bytes": copy})
        except (BotoCoreError, ClientError) as fault:
            log.exception("Rekognition did not accept %r", original.name.key)
            if _is_final(fault):
                self._notes.remember(original, _spelled(()))
            return ()
        boxes = _boxes(answer["FaceDetails"])
        self._notes.remember(original, _spelled(boxes))
        return boxes


def _is_final(fault: BotoCoreError | ClientError) -> bool:
    return isinstance(fault, ClientError) and fault.response["Error"]["Code"] in NEVER_ACCEPTED


def _boxes(details: Iterable[Any]) -> tuple[Rectangle, ...]:
    """Return the faces that are certain enough, the largest first, clipped to the picture."""
    boxes = [
        _clipped(Rectangle(box["Left"], box["Top"], box["Left"] + box["Width"], box["Top"] + box["Height"]))
        for box in (detail["BoundingBox"] for detail in details if detail["Confidence"] >= _LEAST_CONFIDENCE)
    ]
    seen = [box for box in boxes if box.width > 0 and box.height > 0]
    return tuple(sorted(seen, key=lambda box: box.width * box.height, reverse=True)[:_MOST_FACES])


def _clipped(box: Rectangle) -> Rectangle:
    return Rectangle(*(min(max(edge, 0.0), 1.0) for edge in box))


_NOBODY = "none"


def _spelled(boxes: tuple[Rectangle, ...]) -> str:
    """Return the boxes as ``left top right bottom, …`` in ten-thousandths."""
    return ", ".join(" ".join(str(round(edge * 10_000)) for edge in box) for box in boxes) or _NOBODY


def _read(text: str) -> tuple[Rectangle, ...]:
    if text == _NOBODY:
        return ()
    numbers = [[int(edge) / 10_000 for edge in box.split()] for box in text.split(",")]
    return tuple(Rectangle(left, top, right, bottom) for left, top, right, bottom in numbers)

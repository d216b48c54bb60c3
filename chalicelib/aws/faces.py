"""Faces, found by Amazon Rekognition: ``gravity=face``.

One original is asked about once. The answer is kept as the metadata of an empty object of its own in the site
bucket, since originals are never written. That object lies where no variant can: a variant's first segment
is a size or a preset's name, and neither begins with a dot.

Whatever goes wrong here is logged and fails no picture: ``gravity=face`` is then ``smart``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.address.options import Options
from chalicelib.address.values import Format, Gravity
from chalicelib.address.variant import Size, Variant
from chalicelib.geometry import layout
from chalicelib.geometry.focus import Faces
from chalicelib.geometry.plan import Rectangle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from types_boto3_s3 import S3Client

    from chalicelib.address.sources import Source
    from chalicelib.aws.bucket import Original

log = logging.getLogger(__name__)

FOLDER = ".faces/"
"""Where, under KEY_PREFIX, the answers are kept."""

COPY = Variant(Size(1024, 1024), Options(format=Format.JPEG))
"""What Rekognition is shown: upright, and large enough. It sees no face below 40 pixels of 1920 (developer
guide, "Guidelines and quotas"), which are 21 of 1024."""

_UNFIT = {"ImageTooLargeException", "InvalidImageFormatException", "InvalidParameterException"}
"""What it says of a picture that it will never look at, such as one less than 80 pixels high."""

_SURE = 90.0
"""Percent of confidence from which something is a face."""

_MOST = 20
"""Faces that are kept of one picture: user metadata holds 2 KB (S3 user guide)."""


class Rekognition(Protocol):
    """What is needed of a Rekognition client."""

    def detect_faces(self, *, Image: dict[str, bytes]) -> Any:  # noqa: ANN401, N803 - boto3's own
        """Return the faces in a JPEG or PNG (API reference, DetectFaces)."""


class Clients(Protocol):
    """The AWS clients that are needed here, made when they are first asked for."""

    @property
    def s3(self) -> S3Client:
        """An S3 client."""

    @property
    def rekognition(self) -> Rekognition:
        """A Rekognition client."""


def wanted(variant: Variant) -> bool:
    """Say whether it matters to the `variant` where the faces are."""
    return variant.options.gravity is Gravity.FACE and layout.is_focused(variant)


@dataclass(frozen=True, slots=True)
class Detector:
    """Rekognition, and in the `site` what it has said so far. Unless it is `enabled`, there are no faces."""

    clients: Clients
    site: Source
    enabled: bool

    def find(self, original: Original, copy: Callable[[], bytes]) -> Faces | None:
        """Return the faces in the original, if any; `copy` makes its `COPY`, if Rekognition has to see it."""
        if not self.enabled:
            return None
        boxes = self._recall(original)
        if boxes is None:
            boxes = self._ask(original, copy())
        return Faces(boxes) if boxes else None

    def _recall(self, original: Original) -> tuple[Rectangle, ...] | None:
        try:
            note = self.clients.s3.head_object(Bucket=self.site.bucket, Key=self._place(original))["Metadata"]
            return _read(note["faces"]) if note["original-etag"] == original.etag else None
        except (BotoCoreError, ClientError, KeyError, ValueError) as fault:
            log.info("nothing is known of the faces in %s (%s)", original.name.key, fault)
            return None

    def _ask(self, original: Original, copy: bytes) -> tuple[Rectangle, ...]:
        try:
            answer = self.clients.rekognition.detect_faces(Image={"Bytes": copy})
        except (BotoCoreError, ClientError) as fault:
            log.exception("Rekognition did not look at %s", original.name.key)
            if _is_unfit(fault):
                self._remember(original, ())
            return ()
        boxes = _boxes(answer["FaceDetails"])
        self._remember(original, boxes)
        return boxes

    def _remember(self, original: Original, boxes: tuple[Rectangle, ...]) -> None:
        try:
            self.clients.s3.put_object(
                Bucket=self.site.bucket,
                Key=self._place(original),
                Metadata={"faces": _spelled(boxes), "original-etag": original.etag},
            )
        except (BotoCoreError, ClientError):
            log.exception("the faces in %s are not remembered", original.name.key)

    def _place(self, original: Original) -> str:
        """Return the one key that is the original's, whatever its version: so there is one for each."""
        return f"{self.site.prefix}{FOLDER}{original.name.tag}"


def _is_unfit(fault: BotoCoreError | ClientError) -> bool:
    return isinstance(fault, ClientError) and fault.response["Error"]["Code"] in _UNFIT


def _boxes(details: Iterable[Any]) -> tuple[Rectangle, ...]:
    """Return the faces that are sure, the largest first, without what of them lies outside of the picture."""
    boxes = [
        _clipped(Rectangle(box["Left"], box["Top"], box["Left"] + box["Width"], box["Top"] + box["Height"]))
        for box in (detail["BoundingBox"] for detail in details if detail["Confidence"] >= _SURE)
    ]
    seen = [box for box in boxes if box.width > 0 and box.height > 0]
    return tuple(sorted(seen, key=lambda box: box.width * box.height, reverse=True)[:_MOST])


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

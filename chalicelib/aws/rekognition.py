"""Amazon Rekognition, as far as it is asked here: what its client can do, and which answers are final."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

NEVER_ACCEPTED = frozenset(
    {"ImageTooLargeException", "InvalidImageFormatException", "InvalidParameterException"}
)
"""Its errors for a picture that it will never accept, for example one that is less than 80 pixels high."""


class Rekognition(Protocol):
    """The part of a Rekognition client that is used here."""

    def detect_faces(self, *, Image: dict[str, bytes]) -> Any:  # noqa: ANN401, N803 - boto3's own
        """Return the faces in a JPEG or PNG (API reference, DetectFaces)."""

    def detect_moderation_labels(self, *, Image: dict[str, bytes], MinConfidence: float) -> Any:  # noqa: ANN401, N803 - likewise
        """Return the labels of a JPEG or PNG (API reference, DetectModerationLabels)."""


class Clients(Protocol):
    """The AWS clients that are needed to ask and to note the answer, created on first use."""

    @property
    def s3(self) -> S3Client:
        """An S3 client."""

    @property
    def rekognition(self) -> Rekognition:
        """A Rekognition client."""

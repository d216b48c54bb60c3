"""What the app notes of an original: metadata of an empty object in the site bucket, for one version of it.

A version is known by the SHA-256 of its bytes. Its entity tag is an MD5: an uploader can make two pictures
that have the same, one to be looked at and one to be shown. The entity tag is noted as well:
`chalicelib.upkeep.freshness` finds the notes of older versions by it.

Originals are never written. No variant can have such an object's key: a variant's first segment is a size or
a preset's name, and neither begins with a dot.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from chalicelib.address.sources import Source
    from chalicelib.aws.bucket import Original

log = logging.getLogger(__name__)

LONGEST = 1850
"""Bytes of the longest note: user metadata holds 2 KB (S3 user guide), and the version needs 140 of them."""

_VERSION = "original-sha256"


class Clients(Protocol):
    """The AWS clients that this module needs, created on first use."""

    @property
    def s3(self) -> S3Client:
        """An S3 client."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes about one `subject` in a `folder` of the `site`. A note that S3 loses is made again."""

    clients: Clients
    site: Source
    folder: str
    subject: str

    def recall(self, original: Original) -> str | None:
        """Return what is noted of this version of the original; None if nothing is."""
        try:
            note = self.clients.s3.head_object(Bucket=self.site.bucket, Key=self._place(original))["Metadata"]
            return note[self.subject] if note[_VERSION] == _digest(original) else None
        except (BotoCoreError, ClientError, KeyError) as fault:
            log.info("no %s are stored for %r (%s)", self.subject, original.name.key, fault)
            return None

    def remember(self, original: Original, note: str) -> None:
        """Note it in place of what was noted of other versions. A failure is only logged."""
        if len(note) > LONGEST:
            log.warning("the %s of %r are too many to be stored", self.subject, original.name.key)
            return
        try:
            self.clients.s3.put_object(
                Bucket=self.site.bucket,
                Key=self._place(original),
                Metadata={
                    self.subject: note,
                    _VERSION: _digest(original),
                    "original-etag": original.etag,
                },
            )
        except (BotoCoreError, ClientError):
            log.exception("cannot store the %s of %r", self.subject, original.name.key)

    def _place(self, original: Original) -> str:
        """Return the original's one key, the same for all of its versions."""
        return f"{self.site.prefix}{self.folder}{original.name.tag}"


def _digest(original: Original) -> str:
    return hashlib.sha256(original.data).hexdigest()

"""Mirrors: copies of originals in the site, beside their variants.

A mirror says in its metadata what it is a copy of. An object that does not, in our own words, is somebody
else's: it is neither replaced nor deleted. Each change is made on the condition that the mirror is still the
one that was looked at; otherwise it is `Changed`, and one has to look again.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.address.sources import ObjectName
from chalicelib.aws import s3
from chalicelib.aws.bucket import MIRROR, is_mirror
from chalicelib.aws.copying import Copy
from chalicelib.aws.deletion import Doomed, delete
from chalicelib.codecs.formats import recognise
from chalicelib.codecs.svg.root import FIRST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from types_boto3_s3 import S3Client

    from chalicelib.aws.bucket import Original, Site, Version
    from chalicelib.aws.clients import Aws
    from chalicelib.codecs.formats import SourceType
    from chalicelib.render.rendered import Rendered


class Changed(Exception):  # noqa: N818 - the name says what happened
    """The original or the mirror is not the one any more that was looked at."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is stored at the `place` of a mirror. `revision` is its own ETag, with the quotes.

    `mode` is MIRROR_ORIGINALS as it was then; empty if this is somebody else's object. `version` is the
    entity tag of the original that it is a copy of, without quotes, and `tag` its cache tag.
    """

    place: str
    revision: str
    mode: str
    version: str
    tag: str


def look_up(site: Site, place: str) -> Mirror | None:
    """Return what is stored at this `place`; None if there is nothing."""
    with s3.faults():
        try:
            answer = site.s3.head_object(Bucket=site.bucket, Key=place)
        except ClientError as fault:
            if s3.code(fault) in s3.MISSING:
                return None
            raise
    noted = answer["Metadata"]
    mode = noted[MIRROR] if is_mirror(noted) else ""
    version, tag = noted.get("original-etag", ""), noted.get("cache-tag", "")
    return Mirror(place, answer["ETag"], mode, version, tag)


def remove(site: Site, mirror: Mirror) -> None:
    """Delete the mirror, unless another one is in its place by now."""
    delete(site.s3, site.bucket, [Doomed(mirror.place, etag=mirror.revision)])


@dataclass(frozen=True, slots=True)
class Mirrors:
    """The mirrors in the `site`; `mode` is what they are written with."""

    aws: Aws
    site: Site
    mode: str

    @property
    def s3(self) -> S3Client:
        """The client for all but copies."""
        return self.site.s3

    def recognise(self, name: ObjectName, version: Version, accepted: frozenset[str]) -> SourceType:
        """Return the type of the original by its first bytes; `NotAnImage` if it is not `accepted`."""
        with s3.faults(), _changing():
            answer = self.s3.get_object(
                Bucket=name.bucket,
                Key=name.key,
                Range=f"bytes=0-{FIRST_BYTES - 1}",
                IfMatch=_quoted(version.etag),
            )
            return recognise(answer["Body"].read(), accepted)

    def copy(
        self, name: ObjectName, version: Version, content_type: str, place: str, replaced: Mirror | None
    ) -> None:
        """Have S3 copy this version of the original to the `place`; the bytes do not come here."""
        target = ObjectName(self.site.bucket, place)
        said = self._said(name, version.etag, content_type)
        with s3.faults(), _changing():
            Copy(name, version, target, said, _condition(replaced)).make(self.aws.copier)

    def store(self, original: Original, rendered: Rendered, place: str, replaced: Mirror | None) -> None:
        """Store what was `rendered` of the original at the `place`."""
        said = self._said(original.name, original.etag, rendered.content_type)
        with s3.faults(), _changing():
            self.s3.put_object(
                Bucket=self.site.bucket, Key=place, Body=rendered.data, **said, **_condition(replaced)
            )

    def _said(self, name: ObjectName, etag: str, content_type: str) -> dict[str, Any]:
        """Return what S3 says of a mirror. What the owner has noted of the original is not repeated."""
        return {
            "ContentType": content_type,
            "CacheControl": self.site.cache_control,
            "Metadata": {"cache-tag": name.tag, "original-etag": etag, MIRROR: self.mode},
        }


def _condition(replaced: Mirror | None) -> Mapping[str, Any]:
    return {"IfMatch": replaced.revision} if replaced else {"IfNoneMatch": "*"}


def _quoted(etag: str) -> str:
    return f'"{etag}"'


@contextmanager
def _changing() -> Iterator[None]:
    """Turn S3's word that a condition does not hold, or that an object is gone, into `Changed`."""
    try:
        yield
    except ClientError as fault:
        if s3.code(fault) in s3.TAKEN | s3.MISSING:
            raise Changed from fault
        raise

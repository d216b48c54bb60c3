"""Mirrors: copies of originals in the site, beside their variants.

A mirror says in its metadata what it is a copy of. An object that does not, in our own words, is somebody
else's: it is neither replaced nor deleted. Each change is made on the condition that the mirror is still the
one that was looked at; otherwise it is `Changed`, and one has to look again.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.address.sources import ObjectName
from chalicelib.aws import s3
from chalicelib.aws.bucket import MIRROR, is_mirror
from chalicelib.aws.copying import Copy
from chalicelib.aws.deletion import Doomed, delete
from chalicelib.codecs.formats import content_type, recognise, sniff
from chalicelib.codecs.svg.root import FIRST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from types_boto3_s3 import S3Client

    from chalicelib.aws.bucket import Original, Site, Version
    from chalicelib.aws.clients import Aws
    from chalicelib.codecs.formats import SourceType
    from chalicelib.render.rendered import Rendered


STRIPPING = 1
"""The version of what `strip` leaves in a file (render/strip, codecs/bare). Whoever mends that raises it:
`ops mirror` then writes every mirror anew."""


class Changed(Exception):  # noqa: N818 - the name says what happened
    """The original or the mirror is not the one any more that was looked at."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is stored at the `place` of a mirror. `revision` is its own ETag, with the quotes.

    `mode` is MIRROR_ORIGINALS as it was then; empty if this is somebody else's object. `version` is the
    entity tag of the original that it is a copy of, without quotes, `tag` its cache tag, and `kind` the name
    of its type. `recipe` is what the mirror was made by.
    """

    place: str
    revision: str
    mode: str
    version: str
    tag: str
    kind: str
    recipe: str


def look_up(site: Site, place: str) -> Mirror | None:
    """Return what is stored at this `place`; None if there is nothing."""
    with s3.faults():
        answer = s3.head(site.s3, site.bucket, place)
    if answer is None:
        return None
    noted = answer["Metadata"]
    mode = noted[MIRROR] if is_mirror(noted) else ""
    made_of = (noted.get(name, "") for name in ("original-etag", "cache-tag", "original-type", "recipe"))
    return Mirror(place, answer["ETag"], mode, *made_of)


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

    @property
    def recipe(self) -> str:
        """A digest of all that decides how a mirror comes out, besides its original."""
        said = f"{self.mode} {STRIPPING} {self.site.cache_control}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]

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
        self, name: ObjectName, version: Version, kind: SourceType, place: str, replaced: Mirror | None
    ) -> None:
        """Have S3 copy this version of the original to the `place`; the bytes do not come here."""
        target = ObjectName(self.site.bucket, place)
        said = self._said(name, version.etag, kind, content_type(kind))
        with s3.faults(), _changing():
            Copy(name, version, target, said, _condition(replaced)).make(self.aws.copier)

    def store(self, original: Original, rendered: Rendered, place: str, replaced: Mirror | None) -> None:
        """Store what was `rendered` of the original at the `place`."""
        said = self._said(original.name, original.etag, sniff(original.data), rendered.content_type)
        with s3.faults(), _changing():
            self.s3.put_object(
                Bucket=self.site.bucket, Key=place, Body=rendered.data, **said, **_condition(replaced)
            )

    def _said(self, name: ObjectName, etag: str, kind: SourceType | None, served_as: str) -> dict[str, Any]:
        """Return what S3 says of a mirror. What the owner has noted of the original is not repeated."""
        return {
            "ContentType": served_as,
            "CacheControl": self.site.cache_control,
            "Metadata": {
                "cache-tag": name.tag,
                "original-etag": etag,
                "original-type": kind.name if kind else "",
                "recipe": self.recipe,
                MIRROR: self.mode,
            },
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

"""The two kinds of bucket: the sources of originals, and the site in which variants are stored."""

from __future__ import annotations

import logging
import re
import uuid
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.address.sources import is_tag
from chalicelib.aws import s3
from chalicelib.aws.deletion import Doomed, delete
from chalicelib.aws.index import Entry, Index
from chalicelib.aws.transfer import ended_by
from chalicelib.codecs.formats import PIXEL_TYPES, recognise
from chalicelib.codecs.svg.root import FIRST_BYTES
from chalicelib.concurrently import Call
from chalicelib.errors import Malformed, NoSuchOriginal, TooLarge, UnreadableOriginal, UpstreamBusy
from chalicelib.handing_over import Picture, most_bytes
from chalicelib.timing import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from botocore.response import StreamingBody
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef

    from chalicelib.address.sources import ObjectName
    from chalicelib.address.variant import Variant
    from chalicelib.render.rendered import Rendered
    from chalicelib.timing import Deadline

log = logging.getLogger(__name__)

_PART = 1 << 16
"""Bytes of an original that are read at a time."""

RENDERING = "rendering"
"""The metadata of every variant: the id of the rendering that stored it."""

MIRROR = "resize404-mirror"
"""The metadata of every mirror: MIRROR_ORIGINALS as it was when the mirror was written. No owner writes such
a name by chance: what bears it is replaced and deleted."""

_RENDERING_ID = re.compile("[0-9a-f]{32}")
_MIRROR_MODES = frozenset({"strip", "keep"})

PRESIGNED_SECONDS = 60
"""How long a presigned address works: long enough to follow a redirect, too short to pass around."""


@dataclass(frozen=True, slots=True)
class Original:
    """An original's bytes, and what identifies them: `name` and the entity tag, without its quotes.

    `wanted` has all variants that are made of it in turn, if that is known.
    """

    name: ObjectName
    data: bytes
    etag: str
    wanted: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """The version that an original has at this moment: its entity tag, without quotes, and its bytes.

    `is_ours` if the app itself has written it: then it is no original.
    """

    etag: str
    size: int
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A variant in the site bucket: its key, the id of the rendering that stored it, its age in seconds.

    `tag` is the original's cache tag, `etag` the entity tag of the original's version that the variant was
    made from; both are empty if they are not known, and for a mirror, which is no variant.
    """

    key: str
    rendering: str
    age: float
    tag: str = ""
    etag: str = ""


def is_variant(noted: Mapping[str, str]) -> bool:
    """Say whether an object with this metadata is a variant: an owner's own word `rendering` says nothing."""
    is_rendered = _RENDERING_ID.fullmatch(noted.get(RENDERING, "")) is not None
    return is_rendered and is_tag(noted.get("cache-tag", ""))


def is_mirror(noted: Mapping[str, str]) -> bool:
    """Say whether an object with this metadata is a mirror of ours."""
    return noted.get(MIRROR) in _MIRROR_MODES and is_tag(noted.get("cache-tag", ""))


@dataclass(frozen=True, slots=True)
class Originals:
    """The source buckets."""

    s3: S3Client
    max_bytes: int

    def ask(self, name: ObjectName) -> Asked:
        """Ask S3 for the original, without waiting for the answer."""
        return Asked(self, name, Call(lambda: self.s3.get_object(Bucket=name.bucket, Key=name.key)))

    def fetch(
        self, name: ObjectName, accepted: frozenset[str] = PIXEL_TYPES, deadline: Deadline = NEVER
    ) -> Original:
        """Return the original, or raise what `Asked.read` raises."""
        with self.ask(name) as asked:
            return asked.read(accepted, deadline)

    def take(
        self, answer: GetObjectOutputTypeDef, name: ObjectName, accepted: frozenset[str], deadline: Deadline
    ) -> Original:
        """Return the original that is S3's `answer`, or raise what `Asked.read` raises."""
        if is_variant(answer["Metadata"]):
            raise Malformed("The key names a variant, not an original. Ask for a size of its original.")
        with ended_by(deadline, answer["Body"]) as body:
            return self._read(body, answer, name, accepted, deadline)

    def _read(
        self,
        body: StreamingBody,
        answer: GetObjectOutputTypeDef,
        name: ObjectName,
        accepted: frozenset[str],
        deadline: Deadline,
    ) -> Original:
        # A refused file is not read to its end, and not paid for. Its type is judged before its size:
        # strangers must not learn the size of a file that is not an image.
        first, length = body.read(FIRST_BYTES), answer["ContentLength"]
        if len(first) < min(FIRST_BYTES, length):
            # It broke off. What it is cannot be told: "not an image" would be kept for an hour.
            raise UpstreamBusy
        recognise(first, accepted)
        if length > self.max_bytes:
            raise TooLarge(f"The original has {length} bytes. At most {self.max_bytes} are allowed.")
        return Original(name, _whole(first, body, deadline), answer["ETag"].strip('"'))

    def refuse(self, fault: ClientError, name: ObjectName) -> None:
        """Raise a refusal if S3 has no such original, or if the site's owner has to do something about it.

        The viewer does not learn what S3 said. It is logged here, in one line.
        """
        code = s3.code(fault)
        if code in s3.LOCKED or (code in s3.DENIED and self._may_list(name)):
            log.error("cannot read the original %r in %s: %s", name.key, name.bucket, fault)
            raise UnreadableOriginal from fault
        if code in s3.NAMELESS | s3.DENIED:
            log.warning("no original %r in %s (%s)", name.key, name.bucket, code)
            raise NoSuchOriginal from fault

    def _may_list(self, name: ObjectName) -> bool:
        """Return whether the role has s3:ListBucket: for a missing original S3 then answers 404, not 403."""
        try:
            self.s3.list_objects_v2(Bucket=name.bucket, Prefix=name.key, MaxKeys=1)
        except ClientError as fault:
            if s3.code(fault) in s3.DENIED:
                return False
            raise
        return True

    def version(self, name: ObjectName) -> str:
        """Return the original's current entity tag; empty if S3 says that there is no such original."""
        found = self.look_up(name)
        return found.etag if found else ""

    def look_up(self, name: ObjectName) -> Version | None:
        """Return the original's current version; None if S3 says that there is no such original.

        It is a fault if S3 does not say, because the role has no s3:ListBucket.
        """
        with s3.faults():
            answer = s3.head(self.s3, name.bucket, name.key)
        if answer is None:
            return None
        noted = answer["Metadata"]
        is_ours = is_variant(noted) or is_mirror(noted)
        return Version(answer["ETag"].strip('"'), answer["ContentLength"], is_ours)


@dataclass(frozen=True, slots=True)
class Asked:
    """An original that S3 has been asked for. Whatever S3 says, a fault as well, `read` tells.

    What has not been read when the ``with`` ends that this is used in is not transferred.
    """

    originals: Originals
    name: ObjectName
    call: Call[GetObjectOutputTypeDef]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        with self.call:
            pass
        for answer in self.call.returned:
            # The body's own `with` hands out the raw stream, which does not check its length.
            answer["Body"].close()

    def read(self, accepted: frozenset[str] = PIXEL_TYPES, deadline: Deadline = NEVER) -> Original:
        """Return the original, which must be of a type whose name is `accepted`.

        `NoSuchOriginal`, or after the first bytes `NotAnImage`; `TooLarge` over the limit; `UpstreamBusy` if
        it is not read by the `deadline`; `UnreadableOriginal` if the site's owner has to do something about
        it. `Malformed` for an object that is a variant: the site's presets may
        have changed since, so its key does not always tell.
        """
        with s3.faults():
            try:
                answer = self.call.result()
            except ClientError as fault:
                self.originals.refuse(fault, self.name)
                raise
            return self.originals.take(answer, self.name, accepted, deadline)


def _whole(first: bytes, body: StreamingBody, deadline: Deadline) -> bytes:
    """Return `first` and what is left to read. It may take until the deadline.

    `BytesIO` hands out its own memory, so nothing is copied at the end: new memory of the system for a second
    copy would take as long as to read the original from S3's socket.
    """
    whole = BytesIO(first)
    whole.seek(0, SEEK_END)
    while part := body.read(_PART):
        whole.write(part)
        if not deadline.left():
            raise UpstreamBusy
    return whole.getvalue()


@dataclass(frozen=True, slots=True)
class Site:
    """The site bucket; `prefix` is the part of it that is ours."""

    s3: S3Client
    bucket: str
    cache_control: str
    prefix: str

    @property
    def index(self) -> Index:
        """The index of the variants of each original."""
        return Index(self.s3, self.bucket, self.prefix)

    def spelling(self, key: str) -> str:
        """Return which variant the object of this key is."""
        return key.removeprefix(self.prefix).partition("/")[0]

    def find(self, key: str) -> Stored | None:
        """Return what is stored under `key`; None if there is nothing, or if S3 does not say."""
        return self._head(key, s3.ABSENT)

    def look_up(self, key: str) -> Stored | None:
        """Return what is stored under `key`; None if there is nothing. It is a fault if S3 does not say."""
        return self._head(key, s3.MISSING)

    def _head(self, key: str, absent: frozenset[str]) -> Stored | None:
        with s3.faults():
            answer = s3.head(self.s3, self.bucket, key, absent)
        if answer is None:
            return None
        noted = answer["Metadata"]
        made_of = {} if is_mirror(noted) else noted
        return Stored(
            key,
            noted.get(RENDERING, answer["ETag"].strip('"')),
            s3.age(answer),
            made_of.get("cache-tag", ""),
            made_of.get("original-etag", ""),
        )

    def read(self, key: str, deadline: Deadline) -> Picture | None:
        """Return the variant stored under `key`; None if it is not there, or too large to be handed over.

        `UpstreamBusy` if it is not read by the `deadline`.
        """
        with s3.faults():
            try:
                answer = self.s3.get_object(Bucket=self.bucket, Key=key)
            except ClientError as fault:
                if s3.code(fault) in s3.ABSENT:
                    return None
                raise
            with ended_by(deadline, answer["Body"]) as body:
                if answer["ContentLength"] > most_bytes(answer["ContentType"]):
                    return None
                tag = answer["Metadata"].get("cache-tag", "")
                return self.picture(body.read(), answer["ContentType"], tag)

    def picture(self, data: bytes, content_type: str, cache_tag: str) -> Picture:
        """Return a stored variant as it is handed over."""
        return Picture(data, content_type, cache_tag, self.cache_control)

    def enter(self, key: str, original: Original) -> Call[Entry]:
        """Enter a variant that is to be stored under `key` in the index, without waiting for the answer."""
        return Call(lambda: self.index.enter(original.name.tag, original.etag, self.spelling(key)))

    def store(
        self, key: str, rendered: Rendered, original: Original, entered: Call[Entry] | None = None
    ) -> Stored | None:
        """Store the variant under `key`; None if somebody else stored it first, which is no failure.

        It is `entered` in the index before that: a variant that the index lacks would outlive its original.
        """
        (entered or self.enter(key, original)).result()
        rendering = uuid.uuid4().hex
        with s3.faults():
            try:
                self.s3.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=rendered.data,
                    ContentType=rendered.content_type,
                    CacheControl=self.cache_control,
                    Metadata={
                        "cache-tag": original.name.tag,
                        "original-etag": original.etag,
                        RENDERING: rendering,
                    },
                    IfNoneMatch="*",
                )
            except ClientError as fault:
                if s3.code(fault) not in s3.TAKEN:
                    raise
                return self._ours(key, rendering) if s3.is_repeated(fault) else None
        return Stored(key, rendering, 0.0)

    def _ours(self, key: str, rendering: str) -> Stored | None:
        """Return what is stored under `key` if this `rendering` is: S3 took it, and its answer was lost."""
        stored = self.find(key)
        return stored if stored and stored.rendering == rendering else None

    def first_keys(self) -> list[str] | None:
        """Return the keys of all objects that can be variants; None if they are too many for one page.

        No variant begins with a dot, and all dots come before the slash.
        """
        with s3.faults():
            page = self.s3.list_objects_v2(
                Bucket=self.bucket, Prefix=self.prefix, StartAfter=f"{self.prefix}/"
            )
        return None if page["IsTruncated"] else [entry["Key"] for entry in page.get("Contents", [])]

    def folders(self) -> list[str]:
        """Return the names of its folders: each is a variant that exists."""
        with s3.faults():
            pages = self.s3.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix, Delimiter="/"
            )
            return [
                folder["Prefix"].removeprefix(self.prefix).removesuffix("/")
                for page in pages
                for folder in page.get("CommonPrefixes", [])
            ]

    def delete(self, keys: Sequence[str]) -> None:
        """Delete the objects with these keys; it is no failure if one is already gone."""
        delete(self.s3, self.bucket, map(Doomed, keys))

    def presign(self, key: str, method: str = "GET") -> str:
        """Return a short-lived address of the object at S3 itself, without any CDN in front."""
        operation = "head_object" if method == "HEAD" else "get_object"
        return self.s3.generate_presigned_url(
            operation, Params={"Bucket": self.bucket, "Key": key}, ExpiresIn=PRESIGNED_SECONDS
        )

"""A site with its queues, in moto, and originals that change."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from freezegun import freeze_time

from chalicelib.address.key import Key
from chalicelib.address.sources import ObjectName
from chalicelib.address.values import Format
from chalicelib.aws.bucket import Original, Originals, Site
from chalicelib.aws.clients import background
from chalicelib.aws.queues import Message
from chalicelib.concurrently import Call
from chalicelib.config import config
from chalicelib.render.rendered import Rendered
from chalicelib.upkeep import work
from chalicelib.upkeep.events import again
from chalicelib.upkeep.freshness import SECOND_LOOK
from tests.aws.strict import make_copier_strict, make_strict
from tests.upkeep.test_events import notification

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from chalicelib.aws.index import Entry

ENVIRON = {
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos,avatars=people/faces",
    "ALLOWED_DIMENSIONS": "100x100",
    "PRESETS": "thumb=90x90,fit=cover; round@avatars=90x90",
}
PICTURE = Rendered(b"picture", Format.PNG, 1, 1, 1)


def later(seconds: float) -> AbstractContextManager[object]:
    """Let it be so many seconds later, for us and for S3."""
    return freeze_time(datetime.now(UTC) + timedelta(seconds=seconds))


@dataclass
class World:
    """A site with its queues, and originals that change."""

    config: config.Config
    s3: Any
    sqs: Any

    @property
    def site(self) -> Site:
        return Site(self.s3, "site", "public", self.config.site.prefix)

    def put(self, key: str, data: str, bucket: str = "photos") -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=f"GIF89a{data}".encode())

    def make(self, *paths: str) -> None:
        """Store these variants as the app does: each of the original that its key leads to."""
        for path in paths:
            spelling, _, key = path.partition("/")
            pinned = self.config.policy.source_of(self.config.policy.read(spelling))
            name = self.config.sources.locate(Key(key), pinned)
            self.store(path, self.fetch(name))

    def fetch(self, name: ObjectName) -> Original:
        return Originals(self.s3, 1000).fetch(name)

    def store(self, path: str, original: Original, entered: Call[Entry] | None = None) -> None:
        assert self.site.store(self.config.site.prefix + path, PICTURE, original, entered)

    def entered(self, path: str) -> Call[Entry]:
        """Return the entry that a request for this variant has made in the index already."""
        spelling, _, key = path.partition("/")
        tag = self.config.sources.locate(Key(key)).tag
        (found,) = [each for page in self.site.index.pages(tag) for each in page if each.spelling == spelling]
        return Call(lambda: found)

    def store_unindexed(self, path: str, original: Original) -> None:
        """Store a variant as the app did before there was an index."""
        self.s3.put_object(
            Bucket="site",
            Key=self.config.site.prefix + path,
            Metadata={"cache-tag": original.name.tag, "original-etag": original.etag},
        )

    def note(self, folder: str, etag: str) -> str:
        """Note something of this version of a.jpg in the folder, and return under which key."""
        place = f"{self.config.site.prefix}{folder}{ObjectName('photos', 'a.jpg').tag}"
        self.s3.put_object(Bucket="site", Key=place, Metadata={"original-etag": etag})
        return place

    def etag(self, key: str) -> str:
        return str(self.s3.head_object(Bucket="photos", Key=key)["ETag"]).strip('"')

    def stored(self) -> set[str]:
        """Return the keys of all objects in the site bucket but those of the index."""
        return {key for key in self._keys() if "/.index/" not in f"/{key}"}

    def indexed(self) -> set[str]:
        """Return the variants of all entries of the index."""
        return {key.rpartition("/")[2] for key in self._keys() if "/.index/original-" in f"/{key}"}

    def _keys(self) -> set[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket="site")
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def hear(self, *bodies: str) -> None:
        work.refresh(self.config, [Message(body, body) for body in bodies], lambda: 300.0)

    def changed(self, *keys: str, bucket: str = "photos") -> None:
        self.hear(*(notification(key, bucket=bucket) for key in keys))

    def look_again(self, *keys: str, bucket: str = "photos") -> None:
        """Take the second look."""
        self.hear(again([ObjectName(bucket, key) for key in keys]))

    def evicted(self, after: int = 10) -> list[str]:
        """Return, sorted, what has been ordered to be evicted by so many seconds from now."""
        return sorted(item for order in self.orders(after) for item in order["items"])

    def orders(self, after: int = 10) -> list[Any]:
        """Return the evictions that have been ordered by so many seconds from now."""
        return self._delivered(self.config.invalidation_queue, after)

    def to_be_seen_again(self, after: int = SECOND_LOOK) -> list[list[str]]:
        """Return the originals that are to be looked after again so many seconds from now."""
        orders = self._delivered(self.config.changes_queue, after)
        return [original for order in orders for original in order["again"]]

    def waiting(self, after: int = SECOND_LOOK) -> list[str]:
        """Return the messages that are in the queue of changes so many seconds from now."""
        return [json.dumps(each) for each in self._delivered(self.config.changes_queue, after)]

    def _delivered(self, url: str, after: int) -> list[Any]:
        found: list[Any] = []
        with later(after + 1):
            while part := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                found += [json.loads(message["Body"]) for message in part]
                for message in part:
                    self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


def world(**environ: str) -> World:
    """Return a site that has had an index from its first day."""
    made = old_world(**environ)
    made.site.index.declare_complete()
    return made


def old_world(**environ: str) -> World:
    """Return a site from before there was an index."""
    sqs = boto3.client("sqs")
    names = {"CHANGES_QUEUE": "changes", "INVALIDATION_QUEUE": "evictions"}
    queues = {
        variable: sqs.create_queue(QueueName=f"{name}-{uuid.uuid4()}")["QueueUrl"]
        for variable, name in names.items()
    }
    make_strict(background().s3)
    make_copier_strict(background().copier, boto3.client("s3"))
    return World(config.read(ENVIRON | queues | environ), boto3.client("s3"), sqs)

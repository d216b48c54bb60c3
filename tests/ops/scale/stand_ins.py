"""An S3 that lists sorted keys as S3 does, and an SQS that takes batches; neither keeps more than it must."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from chalicelib.address import wanted
from chalicelib.config import config
from ops.scale.deployed import Deployed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.address.wanted import Wanted

ENVIRON = {
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos",
    "ALLOWED_DIMENSIONS": "100x,200x,300x",
    "PREWARM_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/wanted",
    "INVALIDATION_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/evictions",
}
WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Listing:
    """The list operation of S3 over `keys`, which are sorted (API reference, ListObjectsV2)."""

    keys: Sequence[str]
    page: int = 1000
    size: int = 10
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def list_objects_v2(
        self,
        *,
        Bucket: str,  # noqa: N803 - boto3's
        Prefix: str = "",  # noqa: N803 - boto3's
        StartAfter: str = "",  # noqa: N803 - boto3's
        Delimiter: str = "",  # noqa: N803 - boto3's
    ) -> Any:
        assert Bucket == "photos"
        with self.lock:
            self.calls += 1
        at = max(bisect_left(self.keys, Prefix), bisect_right(self.keys, StartAfter))
        contents: list[Any] = []
        folders: list[str] = []
        while at < len(self.keys) and self.keys[at].startswith(Prefix):
            if len(contents) + len(folders) == self.page:
                return self._answer(contents, folders, is_truncated=True)
            head, delimiter, _ = self.keys[at].removeprefix(Prefix).partition(Delimiter or "\0")
            if Delimiter and delimiter:
                folders.append(Prefix + head + delimiter)
                at = bisect_right(self.keys, folders[-1] + "\U0010ffff")
            else:
                contents.append({"Key": self.keys[at], "Size": self.size, "LastModified": WRITTEN})
                at += 1
        return self._answer(contents, folders, is_truncated=False)

    def _answer(self, contents: list[Any], folders: list[str], *, is_truncated: bool) -> Any:
        answer: dict[str, Any] = {"IsTruncated": is_truncated}
        if contents:
            answer["Contents"] = contents
        if folders:
            answer["CommonPrefixes"] = [{"Prefix": folder} for folder in folders]
        return answer


@dataclass
class Queues:
    """The send operation of SQS. With `fatal`, the process dies in the call with that number."""

    sent: list[Wanted] = field(default_factory=list)
    calls: int = 0
    fatal: int = 0
    keeps: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Any]) -> Any:  # noqa: N803 - boto3's
        assert QueueUrl.endswith("/wanted")
        assert 0 < len(Entries) <= 10
        with self.lock:
            self.calls += 1
            if self.calls == self.fatal:
                raise KeyboardInterrupt
            if self.keeps:
                self.sent += [wanted.read(entry["MessageBody"]) for entry in Entries]
        return {}


def deployed(keys: Sequence[str], page: int = 1000, **environ: str) -> tuple[Deployed, Listing, Queues]:
    """Return a site with these originals."""
    s3, sqs = Listing(sorted(keys), page), Queues()
    clients: Any = SimpleNamespace(s3=s3, sqs=sqs)
    return Deployed(clients, config.read(ENVIRON | environ)), s3, sqs

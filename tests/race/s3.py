"""S3 as the app sees it, on the simulated clock: strongly consistent, slow at times, busy now and then."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.response import StreamingBody

from tests.race.calls import Taking, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.race.simulation import Simulation


@dataclass(frozen=True)
class Stored:
    """An object: its bytes, when it was written, and what it was written with."""

    data: bytes
    written: datetime
    etag: str
    told: Mapping[str, Any]


@dataclass
class Buckets:
    """All objects, by bucket and key. `changed` is called for each object that is written or deleted.

    `configured` is how the site bucket is.
    """

    simulation: Simulation
    configured: dict[str, Any]
    changed: Callable[[str, str], None]
    objects: defaultdict[str, dict[str, Stored]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(int(self.simulation.date()), UTC)

    def write(self, bucket: str, key: str, data: bytes, told: Mapping[str, Any]) -> str:
        # Not MD5: a change to the same bytes and back has to be the same version, and nothing more.
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        self.objects[bucket][key] = Stored(data, self.now, etag, told)
        self.changed(bucket, key)
        return etag

    def delete(self, bucket: str, key: str) -> None:
        if self.objects[bucket].pop(key, None):
            self.changed(bucket, key)


@dataclass
class S3:
    """A client of S3. No call takes longer than `longest` seconds."""

    buckets: Buckets
    longest: float
    is_busy: bool = True

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803 - boto3's
        with self._call("GetObject"):
            found = self._found("GetObject", Bucket, Key)
            body = StreamingBody(BytesIO(found.data), len(found.data))
            return self._described(found) | {"Body": body}

    def head_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803 - boto3's
        with self._call("HeadObject"):
            return self._described(self._found("HeadObject", Bucket, Key))

    def put_object(self, *, Bucket: str, Key: str, Body: bytes = b"", **told: Any) -> Any:  # noqa: N803 - boto3's
        with self._call("PutObject"):
            if told.get("IfNoneMatch") == "*" and Key in self.buckets.objects[Bucket]:
                raise refusal("PutObject", "PreconditionFailed", 412)
            return {"ETag": self.buckets.write(Bucket, Key, Body, told)}

    def delete_objects(self, *, Bucket: str, Delete: Any) -> Any:  # noqa: N803 - boto3's
        errors = []
        with self._call("DeleteObjects"):
            for doomed in Delete["Objects"]:
                stored = self.buckets.objects[Bucket].get(doomed["Key"])
                if "ETag" in doomed and (not stored or stored.etag != doomed["ETag"]):
                    errors.append({"Key": doomed["Key"], "Code": "PreconditionFailed"})
                else:
                    self.buckets.delete(Bucket, doomed["Key"])
        return {"Errors": errors} if errors else {}

    def list_objects_v2(self, *, Bucket: str, Prefix: str = "", MaxKeys: int = 1000) -> Any:  # noqa: N803 - boto3's
        with self._call("ListObjectsV2"):
            found = self.buckets.objects[Bucket].items()
            entries = sorted((key, stored) for key, stored in found if key.startswith(Prefix))
            assert len(entries) <= 1000, "one page"
            listed = [
                {"Key": key, "ETag": stored.etag, "LastModified": stored.written}
                for key, stored in entries[:MaxKeys]
            ]
            return {"IsTruncated": False, "Contents": listed, **self._metadata()}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_objects_v2"
        return SimpleNamespace(paginate=lambda **told: iter([self.list_objects_v2(**told)]))

    def generate_presigned_url(self, _: str, *, Params: Any, ExpiresIn: int) -> str:  # noqa: N803 - boto3's
        return (
            f"https://{Params['Bucket']}.s3.us-east-1.amazonaws.com/{Params['Key']}?X-Amz-Expires={ExpiresIn}"
        )

    def head_bucket(self, *, Bucket: str) -> Any:  # noqa: N803 - boto3's
        assert Bucket in self.buckets.objects
        return {"BucketRegion": "us-east-1"}

    def get_bucket_website(self, *, Bucket: str) -> Any:  # noqa: N803 - boto3's
        return self._configured("website", Bucket)

    def get_bucket_policy(self, *, Bucket: str) -> Any:  # noqa: N803 - boto3's
        return self._configured("policy", Bucket)

    def get_bucket_cors(self, *, Bucket: str) -> Any:  # noqa: N803 - boto3's
        return self._configured("cors", Bucket)

    def get_public_access_block(self, *, Bucket: str) -> Any:  # noqa: N803 - boto3's
        return self._configured("access", Bucket)

    def _configured(self, what: str, bucket: str) -> Any:
        if what not in self.buckets.configured:
            raise refusal(f"GetBucket {bucket}", "NoSuchConfiguration", 404)
        return self.buckets.configured[what]

    def _call(self, name: str) -> Taking:
        return Taking(self.buckets.simulation, self.longest, name, is_busy=self.is_busy)

    def _found(self, name: str, bucket: str, key: str) -> Stored:
        if found := self.buckets.objects[bucket].get(key):
            return found
        raise refusal(name, "NoSuchKey" if name == "GetObject" else "404", 404)

    def _metadata(self) -> dict[str, Any]:
        headers = {"date": format_datetime(self.buckets.now, usegmt=True)}
        return {"ResponseMetadata": {"HTTPHeaders": headers, "HTTPStatusCode": 200}}

    def _described(self, stored: Stored) -> dict[str, Any]:
        noted = stored.told.get("Metadata", {})
        answer = self._metadata()
        answer["ResponseMetadata"]["HTTPHeaders"] |= {
            "etag": stored.etag,
            "content-type": stored.told.get("ContentType", "binary/octet-stream"),
            "last-modified": format_datetime(stored.written, usegmt=True),
            **({"cache-control": stored.told["CacheControl"]} if "CacheControl" in stored.told else {}),
            **{f"x-amz-meta-{name}": value for name, value in noted.items()},
        }
        return answer | {
            "ETag": stored.etag,
            "ContentLength": len(stored.data),
            "LastModified": stored.written,
            "Metadata": dict(noted),
            "ContentType": stored.told.get("ContentType", "binary/octet-stream"),
        }

"""The site of the proof: a running function and its two buckets."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.address.key import INDEX_FOLDER
from infra.emulator import emulator
from infra.runtime import events
from infra.runtime.originals import ORIGINALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.emulator import Emulator
    from infra.runtime.deployed import Deployed
    from infra.runtime.function import Running

SOURCE, SITE = "proof-source", "proof-site"
SIDE = 60
"""The side in pixels of the square that variants fit into. Most originals are larger, one is smaller."""

ENVIRONMENT = {
    "SITE_BUCKET": SITE,
    "SOURCES": f"default={SOURCE}",
    "ALLOWED_DIMENSIONS": f"{SIDE}x{SIDE}",
    "ALLOWED_OPTIONS": "format=*",
    "ALLOWED_IMAGE_TYPES": ",".join(original.kind for original in ORIGINALS),
    "MAX_SOURCE_PIXELS": "2000000",
    "PRESETS": "",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A running function, and the emulator with its buckets."""

    function: Running
    aws: Emulator

    def ask(self, variant: str, key: str, method: str = "GET") -> dict[str, Any]:
        """Return the function's answer to a request."""
        return self.function.invoke(events.picture(variant, key, method))

    def put(self, key: str, data: bytes) -> None:
        """Put an original into the source bucket."""
        self.aws.client("s3").put_object(Bucket=SOURCE, Key=key, Body=data)

    def stored(self, place: str) -> tuple[bytes, str]:
        """Return the bytes and the content type of the object at `place`."""
        found = self.aws.client("s3").get_object(Bucket=SITE, Key=place)
        return found["Body"].read(), found["ContentType"]

    def has(self, place: str) -> bool:
        """Say whether there is an object at `place`."""
        found = self.aws.client("s3").list_objects_v2(Bucket=SITE, Prefix=place)
        return any(entry["Key"] == place for entry in found.get("Contents", []))

    def count(self) -> int:
        """Return the number of stored objects. The entries of the index do not count."""
        found = self.aws.client("s3").list_objects_v2(Bucket=SITE).get("Contents", [])
        return sum(not entry["Key"].startswith(INDEX_FOLDER) for entry in found)


@contextmanager
def opened(here: Deployed) -> Iterator[Site]:
    """Make the buckets, upload the originals, and run the app's function until the block ends."""
    with emulator() as aws:
        for bucket in (SOURCE, SITE):
            aws.client("s3").create_bucket(Bucket=bucket)
        with here.start("APIHandler", ENVIRONMENT, aws) as function:
            site = Site(function, aws)
            for original in ORIGINALS:
                site.put(original.key, original.file.read_bytes())
            yield site

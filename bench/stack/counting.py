"""What the stack of a local site has stored and has still to do, read through the AWS APIs."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bench.failing import BenchFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bench.stack.local_site import LocalSite

_WAITING = "ApproximateNumberOfMessages"
_IN_WORK = "ApproximateNumberOfMessagesNotVisible"
_DELAYED = "ApproximateNumberOfMessagesDelayed"


def switch(site: LocalSite, *, on: bool) -> None:
    """Let Lambda read the queue of wanted variants, or no longer."""
    functions, name = site.client("lambda"), site.resource("Prewarm")
    (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)


def left(site: LocalSite, queue: str) -> int:
    """Return how many messages are waiting or in work."""
    return _count(site, queue, _WAITING, _IN_WORK)


def left_with_delayed(site: LocalSite, queue: str) -> int:
    """Return how many messages there are, those as well that nobody may have yet."""
    return _count(site, queue, _WAITING, _IN_WORK, _DELAYED)


def in_work(site: LocalSite, queue: str) -> int:
    """Return how many messages somebody works on."""
    return _count(site, queue, _IN_WORK)


def _count(site: LocalSite, queue: str, *names: str) -> int:
    found = site.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=list(names))
    return sum(map(int, found["Attributes"].values()))


def renderings(site: LocalSite, sizes: Collection[str]) -> dict[str, str]:
    """Return the id of the rendering of each stored variant in these sizes."""
    bucket = site.resource("SiteBucket")
    keys = [key for size in sizes for key in _keys(site, f"{size}/cuts/")]

    def rendering(key: str) -> str:
        return str(site.s3.head_object(Bucket=bucket, Key=key)["Metadata"]["rendering"])

    with ThreadPoolExecutor(8) as pool:
        return dict(zip(keys, pool.map(rendering, keys), strict=True))


def entries(site: LocalSite, sizes: Collection[str]) -> int:
    """Return how many entries the index has of variants in these sizes."""
    return sum(key.rpartition("/")[2] in sizes for key in _keys(site, ".index/"))


def _keys(site: LocalSite, prefix: str) -> list[str]:
    bucket = site.resource("SiteBucket")
    pages = site.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [each["Key"] for page in pages for each in page.get("Contents", [])]


def logged(site: LocalSite) -> int:
    """Return how many variants the function says in its log that it has made."""
    group = site.resource("PrewarmLog")
    pages = site.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
    lines = [event["message"] for page in pages for event in page["events"]]
    return sum(json.loads(line[line.index("{") :])["MadeAhead"] for line in lines if '"MadeAhead":' in line)


def until(is_so: Callable[[], bool], seconds: float) -> None:
    """Wait until it is so; `BenchFailed` if it is not after so many seconds."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise BenchFailed(f"Nothing happened for {seconds:.0f} s.")
        time.sleep(0.25)

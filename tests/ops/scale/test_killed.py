"""A function that makes pictures ahead is killed in the middle: what it leaves, the next one finishes.

The functions are processes of this machine, S3 and SQS are the emulator's. ``SCALE=2000`` in the environment,
and ``pytest -s``, make a larger run of it that prints what it takes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from chalicelib.config import config
from infra.package import PROJECT
from ops.scale import enqueuing
from ops.scale.choice import Choice
from ops.scale.deployed import Clients, Deployed
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from tests.ops.conftest import Operator

SIZE = int(os.environ.get("SCALE", "12"))
SIZES = tuple(f"{side}x" for side in range(20, 120, 10))
VISIBLE_SECONDS = 2

FUNCTION = """
import json, os, resource, sys, time
from chalicelib import assembly, observing
from chalicelib.ahead import Ahead
from chalicelib.aws.clients import Aws
from chalicelib.aws.queues import Message
from chalicelib.config import config
read = config.read(os.environ)
service = assembly.assemble(read)
sqs, idle, spent, rendering = Aws().sqs, 0, 0.0, [0.0]
render = service.render
def timed(*told):
    start = time.perf_counter()
    try:
        return render(*told)
    finally:
        rendering[0] += time.perf_counter() - start
import dataclasses
service = dataclasses.replace(service, render=timed)
peak = []
while idle < 5:
    told = sqs.receive_message(QueueUrl=read.prewarm_queue, WaitTimeSeconds=1).get("Messages", [])
    idle = 0 if told else idle + 1
    start = time.perf_counter()
    messages = [Message(each["Body"], each["ReceiptHandle"]) for each in told]
    Ahead.of(service, lambda: 300.0, lambda _: None).carry_out(messages)
    if told:
        spent += time.perf_counter() - start
        peak.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
print(json.dumps({"work": spent, "rendering": rendering[0], "memory": peak[:: max(1, len(peak) // 10)]}))
"""


def function(environ: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", FUNCTION],
        cwd=PROJECT,
        env=os.environ | environ,
        stdout=subprocess.PIPE,
        text=True,
    )


def renderings(s3: Any) -> dict[str, str]:
    """Return the id of the rendering of each stored variant."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="killed-site")
    keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
    variants = [key for key in keys if not key.startswith(".")]
    return {key: s3.head_object(Bucket="killed-site", Key=key)["Metadata"]["rendering"] for key in variants}


def stored(s3: Any) -> int:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="killed-site", Prefix="20x/")
    return sum(page["KeyCount"] for page in pages)


def test_each_variant_is_stored_once_and_none_is_missing_after_a_kill(operator: Operator) -> None:
    s3, sqs = operator.aws.client("s3"), operator.aws.client("sqs")
    for bucket in ("killed-site", "killed-source"):
        s3.create_bucket(Bucket=bucket)
    attributes = {"VisibilityTimeout": str(VISIBLE_SECONDS)}
    url = sqs.create_queue(QueueName="killed", Attributes=attributes)["QueueUrl"]
    keys = [f"{number // 100:03}/{number:05}.png" for number in range(SIZE)]
    for key in keys:
        s3.put_object(Bucket="killed-source", Key=key, Body=png(400, 300))
    environ = {
        "SITE_BUCKET": "killed-site",
        "SOURCES": "default=killed-source",
        "ALLOWED_DIMENSIONS": ",".join(SIZES),
        "PREWARM_QUEUE": url,
    }
    here = Deployed(Clients(operator.account.session), config.read(environ))
    enqueuing.prewarm(here, Choice(here.config, SIZES))
    first = function(environ)
    assert until(lambda: stored(s3) >= SIZE // 3)
    first.kill()
    first.communicate()
    before = renderings(s3)
    assert 0 < len(before) < SIZE * len(SIZES)
    begin = time.monotonic()
    told = json.loads(function(environ).communicate()[0])
    print(f"\n{SIZE} originals, {time.monotonic() - begin:.0f} s after the kill: {told}")  # noqa: T201 - of a larger run
    after = renderings(s3)
    assert after.keys() == {f"{size}/{key}" for size in SIZES for key in keys}
    assert {key: after[key] for key in before} == before, "what was stored was not made again"
    assert max(told["memory"]) < told["memory"][0] + 60, "MB"

"""A picture made ahead is the picture that a request makes, byte for byte: S3 in moto, real renderings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib import assembly
from chalicelib.address.key import Key
from chalicelib.address.wanted import Wanted
from chalicelib.ahead import Ahead
from chalicelib.aws.queues import Message
from chalicelib.config import config
from ops.local.system import SAMPLES

pytestmark = pytest.mark.usefixtures("aws")

VARIANTS = (
    "300x200",
    "300x200@2x",
    "600x",
    "x100,format=webp",
    "150x150,fit=cover",
    "150x150,fit=cover,gravity=smart",
    "120x90,format=png",
    "200x,format=auto",
    "160x160,format=jpeg,grayscale,quality=40,sharpen=1",
    "100x100,round=max",
)
OPTIONS = "fit=*,format=*,gravity=*,grayscale,quality=*,round=*,sharpen=*"


def picture(s3: Any, key: str) -> tuple[bytes, str, str]:
    found = s3.get_object(Bucket="site", Key=key)
    return found["Body"].read(), found["ContentType"], found["Metadata"]["original-etag"]


@pytest.mark.parametrize("original", ["astronaut.jpg", "fig.png", "earth.gif", "brushes-cmyk.jpg"])
def test_a_picture_made_ahead_is_the_one_that_a_request_makes(original: str) -> None:
    s3, data = boto3.client("s3"), Path(SAMPLES, original).read_bytes()
    for key in ("ahead", "asked"):
        s3.put_object(Bucket="photos", Key=f"{key}/{original}", Body=data)
    url = boto3.client("sqs").create_queue(QueueName="wanted")["QueueUrl"]
    environ = {"SITE_BUCKET": "site", "SOURCES": "default=photos", "PREWARM_QUEUE": url}
    read = config.read(environ | {"ALLOWED_DIMENSIONS": "*", "ALLOWED_OPTIONS": OPTIONS})
    service = assembly.assemble(read)
    told: list[int] = []
    message = Message(str(Wanted(Key(f"ahead/{original}"), VARIANTS)), "one")
    Ahead.of(service, lambda: 300.0, told.append).carry_out([message])
    for variant in VARIANTS:
        service.answer(variant, ["asked", original])
        assert picture(s3, f"{variant}/ahead/{original}") == picture(s3, f"{variant}/asked/{original}")
    assert told == [len(VARIANTS)]

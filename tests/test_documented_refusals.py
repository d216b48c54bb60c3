"""docs/urls.md shows what refusals say: each row of its table is asked of the real service."""

from __future__ import annotations

import json
import re
from pathlib import Path

import boto3
import pytest

from chalicelib.assembly import assemble
from chalicelib.config import config
from chalicelib.errors import Refusal
from tests.pictures import SIGNATURE, chunk, header, png

PROJECT = Path(__file__).parents[1]
SHIPPED = json.loads((PROJECT / ".chalice" / "config.json").read_text())["environment_variables"]
ENVIRON = SHIPPED | {
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos",
    "PRESETS": "hero=1600x",
    "OTHER_FILES": "refused",
}

ORIGINALS = {
    "logo.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "cut.png": png()[:60],
    "poster.png": SIGNATURE + header(20_000, 10_000) + chunk(b"IDAT", b""),
}


def documented() -> list[tuple[str, str]]:
    section = (PROJECT / "docs" / "urls.md").read_text().partition("### What a refusal says")[2]
    return re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE)


@pytest.mark.usefixtures("aws")
def test_every_documented_refusal_is_what_the_service_says() -> None:
    s3 = boto3.client("s3")
    for key, data in ORIGINALS.items():
        s3.put_object(Bucket="photos", Key=key, Body=data)
    service = assemble(config.read(ENVIRON))
    said = []
    for address, _ in documented():
        segments = address.replace("…", "any.jpg").split("/")
        with pytest.raises(Refusal) as refused:
            service.answer(segments[0], segments[1:])
        said.append((address, str(refused.value)))

    assert said == documented()
    assert len(said) == 11

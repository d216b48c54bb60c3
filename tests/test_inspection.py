"""What a function reports of its surroundings, with AWS in moto and this machine's ImageMagick."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from chalicelib import inspection
from chalicelib.address.values import Format
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.specimens import SPECIMENS
from chalicelib.darkroom import worker
from chalicelib.darkroom.darkroom import Darkroom
from chalicelib.errors import NotAdmitted
from tests.darkroom import inside

if TYPE_CHECKING:
    from chalicelib.address.variant import Variant
    from chalicelib.render.rendered import Rendered

pytestmark = pytest.mark.usefixtures("aws")

SURROUNDINGS = {
    "AWS_REGION": "eu-west-1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "SIGNING_KEYS": "k1:correct-horse-battery-staple",
}


def reported() -> Any:
    """Return the report as it arrives: as JSON."""
    return json.loads(json.dumps(inspection.report(SURROUNDINGS)))


def test_it_reports_where_and_when_it_runs() -> None:
    before = time.time()
    report = reported()
    assert before <= report["clock"] <= time.time()
    assert report["region"] == "eu-west-1"
    assert report["python"] == ".".join(map(str, sys.version_info[:3]))
    assert report["machine"]
    assert "battery" not in json.dumps(report), "nor does anybody learn a secret"


def test_it_reports_what_imagemagick_really_reads_and_writes() -> None:
    magick = reported()["imagemagick"]
    assert magick["error"] == ""
    assert "ImageMagick" in magick["version"]
    assert set(magick["writes"]) == {"jpeg", "png", "gif", "webp", "avif", "jxl"}
    assert set(magick["reads"]) >= set(magick["writes"])


def test_it_reports_what_the_system_refuses_of_confining_imagemagick(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reported()["imagemagick"]["weaknesses"] == []
    monkeypatch.setattr(worker, "BOOT", inside.boot(inside.without_filter))
    refused = "its system calls cannot be filtered (Operation not permitted)"
    assert reported()["imagemagick"]["weaknesses"] == [refused]


def test_there_is_a_specimen_of_every_type_of_original() -> None:
    assert SPECIMENS.keys() == SOURCE_TYPES


def test_a_format_that_cannot_be_made_is_not_reported_as_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    render = Darkroom.render

    def without_avif(darkroom: Darkroom, data: bytes, variant: Variant, *rest: Any) -> Rendered:
        if variant.options.format is Format.AVIF:
            raise NotAdmitted
        return render(darkroom, data, variant, *rest)

    monkeypatch.setattr(Darkroom, "render", without_avif)
    assert set(reported()["imagemagick"]["writes"]) == {"jpeg", "png", "gif", "webp", "jxl"}


@pytest.mark.parametrize("spoiled", ["gif", "heic"])
def test_a_type_that_cannot_be_decoded_is_not_reported_as_read(
    monkeypatch: pytest.MonkeyPatch, spoiled: str
) -> None:
    monkeypatch.setitem(SPECIMENS, spoiled, SPECIMENS[spoiled][:30])
    assert spoiled not in reported()["imagemagick"]["reads"]


def test_a_missing_imagemagick_is_reported_with_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "chalicelib.codecs.imagemagick", raising=False)
    monkeypatch.delattr("chalicelib.codecs.imagemagick", raising=False)
    monkeypatch.setitem(sys.modules, "wand.api", None)
    report = reported()
    assert report["imagemagick"]["error"].startswith("ImageMagick's MagickWand library is not installed")
    assert report["imagemagick"]["version"] == ""
    assert report["machine"]


def test_nothing_is_written_and_nothing_secret_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    assert "a-secret" not in json.dumps(reported())
    s3 = boto3.client("s3")
    assert not any("Contents" in s3.list_objects_v2(Bucket=name) for name in ("site", "photos", "people"))

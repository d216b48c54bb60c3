"""The layer in the emulator: what runs here is what ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from infra.emulator import emulator
from infra.package import LAYER_PACKAGES
from ops.deployment.stack import deploy

if TYPE_CHECKING:
    from infra.package import Package


def test_a_function_runs_the_imagemagick_of_its_layer_if_there_is_one(packaged: Package) -> None:
    with emulator() as aws:
        aws.client("s3").create_bucket(Bucket="artifacts")
        outputs = deploy(
            aws.client("cloudformation"), aws.client("s3"), packaged, artifacts="artifacts", name="Layered"
        )
        answer = aws.client("lambda").invoke(FunctionName=outputs.inspect_function)
        found = json.load(answer["Payload"])["imagemagick"]
    assert found["error"] == ""
    assert {"jpeg", "png", "webp", "gif"} <= set(found["writes"])
    home = Path(found["home"])
    assert (home.parts[-2:] == (LAYER_PACKAGES, "imagemagick")) == packaged.has_imagemagick

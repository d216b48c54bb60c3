"""The layer in the emulator: what runs here is what ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from infra.package import LAYER_PACKAGES

if TYPE_CHECKING:
    from infra.package import Package
    from ops.emulator import Emulator
    from ops.stack import Outputs


def test_a_function_runs_the_imagemagick_of_its_layer_if_there_is_one(
    aws: Emulator, packaged: Package, plain: Outputs
) -> None:
    answer = aws.client("lambda").invoke(FunctionName=plain.inspect_function)
    found = json.load(answer["Payload"])["imagemagick"]
    assert found["error"] == ""
    assert {"jpeg", "png", "webp", "gif"} <= set(found["writes"])
    home = Path(found["home"])
    assert (home.parts[-2:] == (LAYER_PACKAGES, "imagemagick")) == packaged.has_imagemagick

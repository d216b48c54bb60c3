"""Info through every real part: made once, stored and cached like a variant, and never stale."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import BOTH_WAYS, signed
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from tests.e2e.conftest import System


def told(system: System, path: str) -> Any:
    return json.loads(system.view(path)[-1].body)


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_info_is_made_once_and_is_then_a_static_answer(system: System) -> None:
    data = png(80, 30)
    system.put("d/told (1).png", data)
    first = system.view("info/d/told%20(1).png")
    assert [hop.status for hop in first] == system.miss
    asked = system.times_at_the_app()
    (second,) = system.view("info/d/told%20(1).png")
    assert system.times_at_the_app() == asked
    assert (second.body, second.headers["x-cache"]) == (first[-1].body, "Hit from cloudfront")
    assert second.headers["content-type"] == "application/json"
    kept = (
        "public, max-age=60, s-maxage=60" if system.fails_over else "public, max-age=31536000, s-maxage=86400"
    )
    assert second.headers["cache-control"] == kept
    for hop in (*first, second):
        assert hop.headers["access-control-allow-origin"] == "*", hop.url
        assert [name for name in hop.headers if name.startswith("x-amz-meta-")] == [], hop.url
    info = json.loads(second.body)
    assert {name: info[name] for name in ("width", "height", "type", "frames", "bytes")} == {
        "width": 80,
        "height": 30,
        "type": "png",
        "frames": 1,
        "bytes": len(data),
    }
    assert {key for key in system.stored() if "told" in key} == {"info/d/told (1).png"}


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
def test_the_info_of_an_original_that_changes_is_new(system: System) -> None:
    system.put("grows.png", png(20, 10))
    assert told(system, "info/grows.png")["width"] == 20
    system.put("grows.png", png(40, 10))
    assert until(lambda: b'"width":40,' in system.view("info/grows.png")[-1].body, seconds=120)


@pytest.mark.parametrize("system", BOTH_WAYS, indirect=True)
@pytest.mark.parametrize(
    ("path", "original", "status"),
    [
        ("info/nobody.png", None, 404),
        ("info/told-broken.png", png()[:60], 415),
        ("info,fit=cover/told-again.png", png(), 400),
        (signed("info", "other.png").replace("other", "told-again"), png(), 403),
    ],
    ids=["missing", "broken", "with an option", "wrongly signed"],
)
def test_where_there_is_no_info_nothing_is_stored(
    system: System, path: str, original: bytes | None, status: int
) -> None:
    if original is not None:
        system.put(path.partition("/")[2], original)
    assert system.view(path)[-1].status == status
    assert path.partition("/")[2] not in {key.partition("/")[2] for key in system.stored()}

"""A JPEG of which a part is cut off is decoded without that part, and becomes the same picture."""

from __future__ import annotations

import pytest

from chalicelib import geometry
from chalicelib.geometry import Extent, Plan, Point, Rectangle
from tests.pixels.pictures import encoded, gradient, made


def plan(
    crop: tuple[float, float, float, float], size: tuple[int, int], room: Rectangle | None = None
) -> Plan:
    return Plan(Extent(4001, 3000), Rectangle(*crop), Extent(*size), Extent(*size), Point(0, 0), room=room)


@pytest.mark.parametrize(
    ("asked", "edges"),
    [
        pytest.param(plan((0, 0, 4001, 3000), (2001, 1500)), None, id="all of it is wanted"),
        pytest.param(plan((0, 0, 4001, 3000), (1600, 1200)), (0, 0, 2000, 1500), id="all but what fills up"),
        pytest.param(plan((500, 0, 3500, 3000), (3000, 3000)), (500, 0, 3500, 3000), id="at full size"),
        pytest.param(plan((500, 0, 3500, 3000), (300, 300)), (62, 0, 437, 375), id="at an eighth"),
        pytest.param(plan((500, 0, 3500, 3000), (1000, 1000)), (250, 0, 1750, 1500), id="at a half"),
        pytest.param(
            plan((500, 0, 3500, 3000), (300, 300), Rectangle(0, 0, 4001, 3000)), None, id="it may yet move"
        ),
        pytest.param(plan((500, 0, 3500, 3000), (20, 20)), None, id="it is averaged first"),
    ],
)
def test_of_a_jpeg_only_what_is_needed_is_decoded(
    asked: Plan, edges: tuple[int, int, int, int] | None
) -> None:
    assert geometry.jpeg_edges(asked) == edges


@pytest.mark.parametrize(
    "variant",
    [
        "100x100,fit=cover",
        "100x40,fit=cover,gravity=southeast",
        "300x,crop=40-31-201x77",
        "60x60,crop=1-2-500x401,fit=cover,rotate=90",
        "31x,crop=300-200-301x201,format=png",
    ],
)
@pytest.mark.parametrize("size", [(601, 401), (640, 480), (1000, 333)], ids=str)
def test_a_jpeg_becomes_the_same_picture_as_if_it_were_decoded_whole(
    size: tuple[int, int], variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = encoded(gradient(*size), "jpeg")
    cropped = made(original, variant).data

    monkeypatch.setattr(geometry, "jpeg_edges", lambda _: None)

    assert made(original, variant).data == cropped

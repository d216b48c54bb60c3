"""Where a crop goes: over faces and over what draws the eye. These tests need no picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.variant import parse
from chalicelib.geometry.focus import Attention, Faces, Focus, focused
from chalicelib.geometry.layout import is_focused, plan
from chalicelib.geometry.plan import Extent, Rectangle

ALL = Rectangle(0, 0, 1, 1)
SOURCE = Extent(1000, 500)


def spot(column: int, row: int, columns: int = 20, rows: int = 10) -> Attention:
    """A picture in which only one cell draws the eye."""
    weights = [0.01] * (columns * rows)
    weights[row * columns + column] = 1.0
    return Attention(columns, tuple(weights))


@pytest.mark.parametrize(
    ("what", "size", "place"),
    [
        pytest.param(spot(10, 5), (0.25, 1), (0.4, 0), id="in the middle, it is centred"),
        pytest.param(spot(15, 5), (0.25, 1), (0.65, 0), id="to the right of it, it is centred too"),
        pytest.param(spot(0, 5), (0.25, 1), (0, 0), id="at the left edge"),
        pytest.param(spot(19, 5), (0.25, 1), (0.75, 0), id="at the right edge"),
        pytest.param(spot(10, 0), (1, 0.3), (0, 0), id="at the top"),
        pytest.param(spot(10, 9), (1, 0.3), (0, 0.7), id="at the bottom"),
        pytest.param(spot(10, 5), (1, 1), (0, 0), id="nothing to cut off"),
        pytest.param(Attention(20, (0.5,) * 200), (0.25, 1), (0.375, 0), id="nothing to see: the middle"),
        pytest.param(Attention(1, (0.5,)), (0.25, 1), (0, 0), id="a single cell"),
    ],
)
def test_the_window_goes_where_there_is_something_to_see(
    what: Attention, size: tuple[float, float], place: tuple[float, float]
) -> None:
    assert what.place(ALL, *size) == pytest.approx(place, abs=0.051)


SMALL = Rectangle(0.1, 0.4, 0.15, 0.5)
LARGE = Rectangle(0.7, 0.3, 0.8, 0.5)
HUGE = Rectangle(0.2, 0.1, 0.8, 0.9)


def middle(faces: Faces, width: float, height: float) -> tuple[float, float]:
    left, top = faces.place(ALL, width, height)
    return (left + width / 2, top + height / 2)


@pytest.mark.parametrize(
    ("faces", "width", "middle_of_window"),
    [
        pytest.param([LARGE], 0.4, 0.75, id="one face is centred"),
        pytest.param([LARGE, SMALL], 0.9, 0.46, id="two faces that fit are both centred"),
        pytest.param([LARGE, SMALL], 0.5, 0.75, id="of two that do not fit, the larger"),
        pytest.param([HUGE], 0.3, 0.5, id="of a face wider than the window, its middle"),
        pytest.param([Rectangle(0.95, 0.4, 1, 0.5)], 0.4, 0.8, id="the window stays in the picture"),
    ],
)
def test_as_many_faces_are_kept_as_fit_beside_the_largest(
    faces: list[Rectangle], width: float, middle_of_window: float
) -> None:
    assert middle(Faces(tuple(faces)), width, 1)[0] == pytest.approx(middle_of_window, abs=0.06)


def test_a_face_has_its_eyes_in_the_upper_half_and_room_for_its_hair() -> None:
    top = Faces((Rectangle(0.4, 0.4, 0.5, 0.5),)).place(ALL, 1, 0.4).top

    assert top < 0.35
    assert top + 0.2 > 0.45


@pytest.mark.parametrize("face", [LARGE, HUGE])
def test_a_banner_shows_the_middle_of_a_face_too_large_for_it(face: Rectangle) -> None:
    _, across = middle(Faces((face,)), 1, 0.1)

    assert across == pytest.approx((face.top + face.bottom) / 2)


@pytest.mark.parametrize(
    ("orientation", "box"),
    [
        (1, (0.1, 0.2, 0.3, 0.4)),
        (2, (0.7, 0.2, 0.9, 0.4)),
        (3, (0.7, 0.6, 0.9, 0.8)),
        (6, (0.6, 0.1, 0.8, 0.3)),
        (8, (0.2, 0.7, 0.4, 0.9)),
    ],
)
def test_faces_turn_with_the_picture(orientation: int, box: tuple[float, ...]) -> None:
    turned = Faces((Rectangle(0.1, 0.2, 0.3, 0.4),)).turned(orientation)

    assert turned.boxes[0] == pytest.approx(box)


fractions = st.floats(0, 1, allow_subnormal=False)
boxes = st.tuples(fractions, fractions, fractions, fractions).map(
    lambda edges: Rectangle(
        min(edges[0], edges[1]), min(edges[2], edges[3]), max(edges[0], edges[1]), max(edges[2], edges[3])
    )
)
faces = st.lists(boxes, min_size=1, max_size=4).map(tuple).map(Faces)
columns = st.integers(1, 12)
attentions = st.tuples(columns, columns).flatmap(
    lambda size: st.lists(st.floats(0, 4), min_size=size[0] * size[1], max_size=size[0] * size[1]).map(
        lambda weights: Attention(size[0], tuple(weights))
    )
)


@given(faces | attentions, st.sampled_from(["90x40", "40x90", "33x33", "700x3", "3x700"]), st.integers(0, 3))
def test_a_moved_crop_keeps_its_size_and_stays_within_its_range(
    focus: Focus, size: str, quarters: int
) -> None:
    made = plan(SOURCE, parse(f"{size},fit=cover,gravity=smart,crop=30-20-700x400,rotate={90 * quarters}"))
    moved = focused(made, focus)
    limits = made.crop_range
    assert limits is not None

    assert moved.crop_range is None
    assert (moved.size, moved.canvas) == (made.size, made.canvas)
    assert (moved.crop.width, moved.crop.height) == pytest.approx((made.crop.width, made.crop.height))
    assert limits.left - 1e-6 <= moved.crop.left < moved.crop.right <= limits.right
    assert limits.top - 1e-6 <= moved.crop.top < moved.crop.bottom <= limits.bottom


@pytest.mark.parametrize(
    ("variant", "matters"),
    [
        ("90x40,fit=cover,gravity=smart", True),
        ("90x40,fit=cover,gravity=face", True),
        ("90x40,fit=cover,gravity=face,rotate=270", True),
        ("90x40,fit=cover,gravity=north", False),
        ("90x40,fit=contain,gravity=smart", False),
        ("90x40,gravity=face", False),
        ("90x,fit=cover,gravity=smart", False),
        ("90x40,fit=cover,gravity=smart,rotate=10", False),
    ],
)
def test_the_crop_moves_only_where_something_is_cut_off(variant: str, matters: bool) -> None:  # noqa: FBT001 - a table's column
    made = plan(SOURCE, parse(variant))

    assert is_focused(parse(variant)) is matters
    assert (made.crop_range is not None) is matters
    assert matters or focused(made, spot(0, 0)) == made

"""What each fit, gravity and size means, without a picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.options import Options
from chalicelib.address.values import Fit, FocalPoint, Gravity
from chalicelib.address.variant import Size, Variant, parse
from chalicelib.geometry.layout import plan
from chalicelib.geometry.plan import Extent, Plan, Point, Rectangle, upright

sides = st.integers(1, 20_000)
extents = st.builds(Extent, sides, sides)
boxes = st.builds(Size, st.integers(1, 9999), st.integers(1, 9999), st.sampled_from([1, 2, 3]))
partial_boxes = st.one_of(
    boxes,
    st.builds(Size, st.integers(1, 9999), st.none()),
    st.builds(Size, st.none(), st.integers(1, 9999)),
)
points = st.builds(FocalPoint, st.integers(0, 100), st.integers(0, 100))
options = st.builds(
    Options, fit=st.sampled_from(Fit), gravity=st.sampled_from(Gravity) | points, upscale=st.booleans()
)
variants = st.builds(Variant, partial_boxes, options)


@pytest.mark.parametrize(
    ("variant", "source", "size"),
    [
        ("300x200", (4000, 3000), (267, 200)),
        ("300x200", (3000, 4000), (150, 200)),
        ("300x200,fit=outside", (4000, 3000), (300, 225)),
        ("300x200,fit=cover", (4000, 3000), (300, 200)),
        ("300x200,fit=contain", (4000, 3000), (300, 200)),
        ("300x200,fit=fill", (4000, 3000), (300, 200)),
        ("300x", (4000, 3000), (300, 225)),
        ("x300", (4000, 3000), (400, 300)),
        ("300x,fit=cover", (4000, 3000), (300, 225)),
        ("300x,fit=fill", (4000, 3000), (300, 225)),
        ("300x200@2x", (4000, 3000), (533, 400)),
        ("300x", (10_000, 3), (300, 1)),
        ("x2", (10_000, 1), (10_000, 1)),
    ],
    ids=str,
)
def test_large_pictures_become_this_size(
    variant: str, source: tuple[int, int], size: tuple[int, int]
) -> None:
    assert plan(Extent(*source), parse(variant)).canvas == size


@pytest.mark.parametrize(
    ("variant", "size", "canvas"),
    [
        ("300x200", (100, 80), (100, 80)),
        ("300x40", (50, 40), (50, 40)),
        ("300x200,fit=outside", (100, 80), (100, 80)),
        ("300x40,fit=outside", (100, 80), (100, 80)),
        ("300x200,fit=cover", (100, 67), (100, 67)),
        ("300x40,fit=cover", (100, 13), (100, 13)),
        ("300x200,fit=contain", (100, 80), (300, 200)),
        ("300x40,fit=contain", (50, 40), (300, 40)),
        ("300x200,fit=fill", (100, 67), (100, 67)),
        ("50x200,fit=fill", (20, 80), (20, 80)),
        ("300x", (100, 80), (100, 80)),
        ("300x200,upscale", (250, 200), (250, 200)),
        ("300x200,fit=outside,upscale", (300, 240), (300, 240)),
        ("300x200,fit=cover,upscale", (300, 200), (300, 200)),
        ("300x200,fit=contain,upscale", (250, 200), (300, 200)),
        ("300x200,fit=fill,upscale", (300, 200), (300, 200)),
    ],
)
def test_a_picture_of_100_by_80_that_is_smaller_than_its_box_becomes(
    variant: str, size: tuple[int, int], canvas: tuple[int, int]
) -> None:
    made = plan(Extent(100, 80), parse(variant))

    assert (made.size, made.canvas) == (size, canvas)


@pytest.mark.parametrize(
    ("gravity", "crop", "offset"),
    [
        ("northwest", (0, 0, 100, 100), (0, 0)),
        ("north", (50, 0, 150, 100), (0, 0)),
        ("northeast", (100, 0, 200, 100), (0, 0)),
        ("west", (0, 0, 100, 100), (0, 25)),
        ("center", (50, 0, 150, 100), (0, 25)),
        ("east", (100, 0, 200, 100), (0, 25)),
        ("southwest", (0, 0, 100, 100), (0, 50)),
        ("south", (50, 0, 150, 100), (0, 50)),
        ("southeast", (100, 0, 200, 100), (0, 50)),
    ],
)
def test_gravity_says_what_cover_keeps_and_where_contain_puts(
    gravity: str, crop: tuple[int, int, int, int], offset: tuple[int, int]
) -> None:
    source = Extent(200, 100)

    assert plan(source, parse(f"100x100,fit=cover,gravity={gravity}")).crop == Rectangle(*crop)
    assert plan(source, parse(f"100x100,fit=contain,gravity={gravity}")).offset == offset


@given(extents, variants)
def test_no_side_is_ever_below_one_and_the_crop_lies_within_the_picture(
    source: Extent, variant: Variant
) -> None:
    made = plan(source, variant)

    assert min(*made.size, *made.canvas, *made.offset, 1) >= 0
    assert min(*made.size, *made.canvas) >= 1
    assert 0 <= made.crop.left < made.crop.right <= source.width
    assert 0 <= made.crop.top < made.crop.bottom <= source.height


@given(extents, partial_boxes, st.sampled_from(Fit), st.sampled_from(Gravity))
def test_without_upscale_nothing_is_enlarged(source: Extent, size: Size, fit: Fit, gravity: Gravity) -> None:
    made = plan(source, Variant(size, Options(fit=fit, gravity=gravity)))

    assert made.size.width <= max(1, round(made.crop.width))
    assert made.size.height <= max(1, round(made.crop.height))


@given(extents, boxes, st.booleans())
def test_inside_stays_within_the_box_and_touches_it_unless_the_picture_is_too_small(
    source: Extent,
    size: Size,
    upscale: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    made = plan(source, Variant(size, Options(upscale=upscale)))
    width, height = size.box

    assert made.size.width <= (width or 0)
    assert made.size.height <= (height or 0)
    assert made.size == source or made.size.width == width or made.size.height == height


@given(extents, boxes)
def test_cover_and_contain_and_fill_are_the_box_where_they_may_enlarge(source: Extent, size: Size) -> None:
    for fit in (Fit.COVER, Fit.CONTAIN, Fit.FILL):
        assert plan(source, Variant(size, Options(fit=fit, upscale=True))).canvas == size.box


@given(extents, boxes, st.sampled_from([Fit.COVER, Fit.FILL]))
def test_cover_and_fill_keep_the_boxs_proportions_whatever_the_picture(
    source: Extent, size: Size, fit: Fit
) -> None:
    made = plan(source, Variant(size, Options(fit=fit)))
    width, height = size.box
    assert width
    assert height

    assert abs(made.canvas.width - made.canvas.height * width / height) <= 1 + width / height
    assert abs(made.canvas.height - made.canvas.width * height / width) <= 1 + height / width


@given(extents, boxes)
def test_outside_covers_the_box_where_the_picture_can(source: Extent, size: Size) -> None:
    made = plan(source, Variant(size, Options(fit=Fit.OUTSIDE)))
    width, height = size.box

    assert made.size.width >= min(width or 0, source.width)
    assert made.size.height >= min(height or 0, source.height)
    assert not made.crops


@given(extents, boxes, st.sampled_from(Gravity))
def test_contain_lies_wholly_on_its_canvas(source: Extent, size: Size, gravity: Gravity) -> None:
    made = plan(source, Variant(size, Options(fit=Fit.CONTAIN, gravity=gravity)))

    assert made.offset.x + made.size.width <= made.canvas.width
    assert made.offset.y + made.size.height <= made.canvas.height


@given(extents, variants, st.integers(1, 8))
def test_the_plan_for_a_stored_picture_keeps_areas_and_lies_within_it(
    stored: Extent, variant: Variant, orientation: int
) -> None:
    shown = plan(upright(stored, orientation), variant)
    turned = shown.stored(orientation)

    assert turned.source == stored
    assert sorted(turned.size) == sorted(shown.size)
    assert sorted([turned.crop.width, turned.crop.height]) == pytest.approx(
        sorted([shown.crop.width, shown.crop.height])
    )
    assert 0 <= turned.crop.left < turned.crop.right <= stored.width
    assert 0 <= turned.crop.top < turned.crop.bottom <= stored.height


@pytest.mark.parametrize(
    ("orientation", "crop"),
    [
        (1, (0, 0, 10, 20)),
        (2, (90, 0, 100, 20)),
        (3, (90, 40, 100, 60)),
        (4, (0, 40, 10, 60)),
        (5, (0, 0, 20, 10)),
        (6, (0, 90, 20, 100)),
        (7, (40, 90, 60, 100)),
        (8, (40, 0, 60, 10)),
    ],
)
def test_the_upper_left_corner_is_found_in_the_stored_picture_at(
    orientation: int, crop: tuple[int, int, int, int]
) -> None:
    shown = Plan(Extent(100, 60), Rectangle(0, 0, 10, 20), Extent(5, 10), Extent(5, 10), Point(0, 0))

    assert shown.stored(orientation).crop == Rectangle(*crop)


@pytest.mark.parametrize(
    ("point", "variant", "crop"),
    [
        ("30-70", "100x100", (10, 0, 110, 100)),
        ("70-30", "100x100", (90, 0, 190, 100)),
        ("10-70", "100x100", (0, 0, 100, 100)),
        ("95-70", "100x100", (100, 0, 200, 100)),
        ("30-70", "100x25", (0, 45, 200, 95)),
        ("30-90", "100x25", (0, 50, 200, 100)),
        ("30-70", "200x100", (0, 0, 200, 100)),
        ("30-70", "100x", (0, 0, 200, 100)),
        ("30-70", "50x50,crop=0-0-100x100", (0, 0, 100, 100)),
        ("30-70", "25x50,crop=100-0-100x100", (105, 0, 155, 100)),
        ("30-70", "25x50,flop", (35, 0, 85, 100)),
        ("30-70", "50x25,rotate=90", (0, 115, 100, 165)),
    ],
)
def test_cover_keeps_the_focal_point_in_its_middle_as_far_as_the_edges_allow(
    point: str, variant: str, crop: tuple[float, float, float, float]
) -> None:
    made = plan(Extent(200, 100), parse(f"{variant},fit=cover,gravity={point}"))

    assert tuple(made.crop) == pytest.approx(crop)


def test_contain_puts_the_picture_at_the_focal_point_s_part_of_the_free_space() -> None:
    made = plan(Extent(200, 100), parse("100x100,fit=contain,gravity=30-70"))

    assert made.offset == (0, 35)


NAMED = {"northwest": (0, 0), "north": (50, 0), "east": (100, 50), "center": (50, 50), "southwest": (0, 100)}


@given(extents, boxes, st.sampled_from(sorted(NAMED)))
def test_a_name_is_the_focal_point_that_is_spelled_by_it(source: Extent, size: Size, name: str) -> None:
    point = NAMED[name]

    for fit in (Fit.COVER, Fit.CONTAIN):
        by_point = plan(source, Variant(size, Options(fit=fit, gravity=FocalPoint(*point))))
        by_name = plan(source, Variant(size, Options(fit=fit, gravity=Gravity(name))))
        assert tuple(by_point.crop) == pytest.approx(tuple(by_name.crop))
        assert by_point.offset == by_name.offset


@given(extents, boxes, st.integers(0, 100), st.integers(0, 100))
def test_the_focal_point_is_never_cut_off(source: Extent, size: Size, across: int, down: int) -> None:
    crop = plan(source, Variant(size, Options(fit=Fit.COVER, gravity=FocalPoint(across, down)))).crop

    assert crop.left <= source.width * across / 100 + 1e-6
    assert source.width * across / 100 <= crop.right + 1e-6
    assert crop.top <= source.height * down / 100 + 1e-6
    assert source.height * down / 100 <= crop.bottom + 1e-6

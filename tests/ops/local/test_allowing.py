"""What a local site allows, and which variants it shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.options import OPTIONS
from chalicelib.address.policy import Policy, read_options, read_presets, read_sizes
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.errors import NotAdmitted
from ops.local.allowing import EVERYTHING, SHOWN, shown


def policy(sizes: str, options: str = "", presets: str = "") -> Policy:
    return Policy(read_sizes(sizes), read_options(options), read_presets(presets))


def test_everything_means_every_size_every_option_and_every_type() -> None:
    assert EVERYTHING["AllowedDimensions"] == "*"
    assert read_options(EVERYTHING["AllowedOptions"]) == {f"{name}=*" for name in OPTIONS}
    assert set(EVERYTHING["AllowedImageTypes"].split(",")) == SOURCE_TYPES


@pytest.mark.parametrize(
    ("allowed", "variants"),
    [
        pytest.param(
            policy("*", EVERYTHING["AllowedOptions"], "thumb=150x150"),
            SHOWN,
            id="ours, where everything is allowed",
        ),
        pytest.param(policy("320x,640x"), ("320x", "640x"), id="the sizes of the configuration"),
        pytest.param(policy("300x200,640x"), ("300x200", "640x"), id="ours first"),
        pytest.param(policy("", "", "hero=1600x; small=40x"), ("hero", "small"), id="presets alone"),
        pytest.param(policy("", "", "hero@people=1600x"), (), id="no preset that is for one source"),
        pytest.param(policy(""), (), id="nothing, where nothing is allowed"),
    ],
)
def test_the_variants_that_are_shown(allowed: Policy, variants: tuple[str, ...]) -> None:
    assert shown(allowed) == variants


@given(st.lists(st.sampled_from(["320x", "300x200", "x400", "640x480@2x", "*"])), st.booleans())
def test_what_is_shown_is_allowed(sizes: list[str], presets: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    allowed = policy(",".join(sizes), "format=webp", "thumb=150x150" if presets else "")
    for name in shown(allowed):
        try:
            allowed.admit(allowed.read(name))
        except NotAdmitted as refusal:
            pytest.fail(str(refusal))

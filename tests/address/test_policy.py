"""What is made and what is not."""

from __future__ import annotations

import pytest

from chalicelib.address.policy import Policy, Preset, read_options, read_presets, read_sizes
from chalicelib.errors import Malformed, NotAdmitted

SITE = Policy(
    read_sizes("100x100, 300x,300x200@2x"),
    read_options("fit=cover,quality=*,background=FFFFFF,upscale"),
    read_presets("ios_profile=90x90,fit=cover,format=png; hero@photos=1600x"),
)


@pytest.mark.parametrize(
    "spelling",
    [
        "100x100",
        "300x",
        "300x200@2x",
        "100x100,fit=cover",
        "100x100,quality=7",
        "100x100,fit=cover,quality=99,upscale",
        "100x100,background=ffffff",
        "100x100,fit=inside",
        "ios_profile",
        "hero",
    ],
)
def test_what_is_listed_is_admitted(spelling: str) -> None:
    variant = SITE.read(spelling)
    SITE.admit(variant)
    assert str(SITE.read(str(variant))) == str(variant)


@pytest.mark.parametrize(
    "spelling",
    [
        "100x101",
        "300x200",
        "300x@2x",
        "x300",
        "90x90,fit=cover,format=png",
        "100x100,fit=contain",
        "100x100,gravity=north",
        "100x100,background=fffffe",
        "100x100,fit=cover,format=png",
    ],
)
def test_what_is_not_listed_is_not_admitted(spelling: str) -> None:
    with pytest.raises(NotAdmitted):
        SITE.admit(SITE.read(spelling))


@pytest.mark.parametrize("spelling", ["100x100", "1x1", "1x", "9999x9999"])
def test_an_empty_allowlist_denies(spelling: str) -> None:
    with pytest.raises(NotAdmitted):
        Policy().admit(Policy().read(spelling))


@pytest.mark.parametrize("spelling", ["100x100", "1x", "9999x9999@3x"])
def test_a_star_allows_every_size_but_no_option(spelling: str) -> None:
    everything = Policy(read_sizes("*"))
    everything.admit(everything.read(spelling))
    with pytest.raises(NotAdmitted, match="upscale"):
        everything.admit(everything.read(f"{spelling},upscale"))


def test_a_preset_keeps_its_name_and_its_source() -> None:
    variant = SITE.read("hero")
    assert (str(variant), variant.size.box, SITE.source_of(variant)) == ("hero", (1600, None), "photos")
    assert SITE.source_of(SITE.read("ios_profile")) == ""
    assert SITE.source_of(SITE.read("100x100")) == ""


def test_an_unknown_preset_is_malformed() -> None:
    with pytest.raises(Malformed, match="no preset"):
        SITE.read("android_logo")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_sizes, "100"),
        (read_sizes, "100x100;200x200"),
        (read_sizes, "junk,100x100"),
        (read_options, "fit=crop"),
        (read_options, "nosuch=*"),
        (read_options, "upscale=yes"),
        (read_presets, "Thumb=1x1"),
        (read_presets, "x100=1x1"),
        (read_presets, "thumb"),
        (read_presets, "thumb=1x1,fit=crop"),
        (read_presets, "thumb=1x1; thumb=2x2"),
    ],
)
def test_a_setting_outside_the_grammar_is_refused(read: object, text: str) -> None:
    assert callable(read)
    with pytest.raises(Malformed):
        read(text)


def test_an_option_listed_at_its_default_is_harmless() -> None:
    assert read_options("fit=inside") == {"fit=inside"}


def test_presets_are_read_with_the_requests_own_parser() -> None:
    presets = read_presets(" thumb = 90x90, fit=cover ; ")
    assert presets == {"thumb": Preset(presets["thumb"].variant)}
    assert presets["thumb"].variant.options == Policy().read("1x1,fit=cover").options

"""The policy: which variants the site makes, and what it says of the others."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address.options import OPTIONS
from chalicelib.address.policy import Policy, Preset, read_options, read_presets, read_sizes
from chalicelib.errors import Malformed, NotAdmitted
from tests.address.test_variant import variants
from tests.messages import hostile, is_public, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

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
def test_a_listed_variant_is_admitted(spelling: str) -> None:
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
def test_an_unlisted_variant_is_not_admitted(spelling: str) -> None:
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


NO_SIZE = "here, and a size is written like 300x200."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("android_logo", f"There is no preset 'android_logo' {NO_SIZE}"),
        (
            "herro",
            f"There is no preset 'herro' {NO_SIZE} Did you mean 'hero'?",
        ),
        ("Hero", f"There is no preset 'Hero' {NO_SIZE} Did you mean 'hero'?"),
        (
            "herro,fit=cover",
            f"There is no preset 'herro' {NO_SIZE} Did you mean 'hero'?",
        ),
        ("fit=cover,9x9", f"There is no preset 'fit=cover' {NO_SIZE}"),
        (
            "hero,fit=cover",
            "The preset hero takes no options. Ask for hero alone, or for a size with options.",
        ),
        ("hero@2x", "The preset hero takes no options. Ask for hero alone, or for a size with options."),
    ],
)
def test_a_refused_preset_is_named_with_the_nearest_preset(text: str, message: str) -> None:
    with pytest.raises(Malformed) as refused:
        SITE.read(text)
    assert str(refused.value) == message


NEAREST = "The nearest allowed:"


def admit(policy: Policy, text: str) -> None:
    policy.admit(policy.read(text))


@pytest.mark.parametrize(
    ("policy", "text", "message"),
    [
        (
            Policy(read_sizes("100x100,300x200,300x,600x400,2000x")),
            "301x200",
            f"The size 301x200 is not allowed here. {NEAREST} 300x200, 300x, 100x100.",
        ),
        (
            Policy(read_sizes("300x200@2x,100x100")),
            "600x401",
            f"The size 600x401 is not allowed here. {NEAREST} 300x200@2x, 100x100.",
        ),
        (
            Policy(presets=SITE.presets),
            "9x9",
            "The size 9x9 is not allowed here. This site allows presets only.",
        ),
        (Policy(), "9x9", "The size 9x9 is not allowed here. This site allows no size at all."),
        (
            Policy(read_sizes("*"), read_options("fit=cover,quality=5,quality=80,quality=90,quality=85")),
            "9x9,quality=81",
            f"The option quality=81 is not allowed here. {NEAREST} quality=80, quality=85, quality=90.",
        ),
        (
            Policy(read_sizes("*"), read_options("fit=cover,quality=*,upscale")),
            "9x9,blur=5",
            "The option blur=5 is not allowed here. This site allows fit, quality, upscale.",
        ),
        (
            Policy(read_sizes("*")),
            "9x9,upscale",
            "The option upscale is not allowed here. This site allows no options.",
        ),
        (
            Policy(read_sizes("*"), watermarks=frozenset({"logo"})),
            "9x9,watermark=lgo",
            "There is no watermark lgo here. Did you mean 'watermark=logo'?",
        ),
        (Policy(read_sizes("*")), "9x9,watermark=logo", "There is no watermark logo here."),
    ],
    ids=[
        "three of five sizes",
        "sizes count device pixels",
        "presets only",
        "nothing at all",
        "three of four values",
        "no value of the option",
        "no options",
        "a misspelled watermark",
        "no watermarks",
    ],
)
def test_a_variant_that_is_not_admitted_is_told_what_is(policy: Policy, text: str, message: str) -> None:
    with pytest.raises(NotAdmitted) as refused:
        admit(policy, text)
    assert str(refused.value) == message


PRESET = "A preset is named like ios_profile, in lower case."
STAR = (
    "A star stands for every value of one option, not for every option. "
    "Write a list like fit=*,quality=*,upscale."
)
MANY = Policy(
    read_sizes("9999x9999@3x,1111x1111@2x,2222x,x3333"),
    frozenset(f"{name}=*" for name in OPTIONS if name != "blur"),
    read_presets(f"{'a' * 63}=1x1"),
    frozenset({"w" * 32}),
)


@pytest.mark.parametrize("policy", [SITE, MANY], ids=["a site", "a site with the longest names"])
@given(data=st.data())
@settings(deadline=None)
def test_every_refusal_of_a_policy_is_public(policy: Policy, data: st.DataObject) -> None:
    text = data.draw(hostile | variants.map(str))
    assert is_public(refusal(lambda asked: admit(policy, asked), text) or ".")


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (
            read_sizes,
            "100x100;200x200",
            "This list is separated by commas, not by semicolons. Write it like 100x100,300x200.",
        ),
        (
            read_options,
            "fit=cover;upscale",
            "This list is separated by commas, not by semicolons. Write it like fit=cover,format=webp.",
        ),
        (
            read_options,
            "*",
            STAR,
        ),
        (
            read_options,
            "fitt=*",
            "There is no option 'fitt'. Did you mean 'fit'? It takes inside, outside, cover, contain, fill.",
        ),
        (
            read_presets,
            "thumb=90x90,fit=cover,hero=1600x",
            "Presets are separated by semicolons, not commas. Write one before 'hero=1600x'.",
        ),
        (
            read_presets,
            "Thumb=1x1",
            f"'Thumb' cannot name a preset. {PRESET} Did you mean 'thumb'?",
        ),
        (
            read_presets,
            "300x=1x1",
            f"'300x' cannot name a preset. {PRESET}",
        ),
        (
            read_presets,
            "thumb",
            "The preset thumb has no variant. Write for instance thumb=300x200,fit=cover.",
        ),
        (read_presets, "a=1x1; a=2x2", "The preset a is given twice. Give it once."),
    ],
)
def test_a_refused_list_is_told_what_to_write_instead(read: object, text: str, message: str) -> None:
    assert callable(read)
    assert refusal(read, text) == message


@pytest.mark.parametrize("read", [read_sizes, read_options, read_presets])
@given(hostile | hostile.map(lambda text: f"thumb={text}"))
@settings(deadline=None)
def test_every_refusal_of_a_list_is_public(read: object, text: str) -> None:
    assert callable(read)
    assert is_public(refusal(read, text) or ".")


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


@pytest.mark.parametrize("part", ["a", " ", ",", ";", "=", "x", "1x,", "a=1x1,", "fit=", "hero,", "💥"])
@pytest.mark.parametrize(
    "read",
    [
        lambda text: admit(SITE, text),
        lambda text: admit(SITE, f"9x9,fit={text}"),
        read_sizes,
        read_options,
        read_presets,
        lambda text: read_presets(f"thumb={text}"),
    ],
    ids=["a variant", "a value", "sizes", "options", "presets", "a preset"],
)
def test_8_kb_of_anything_cost_little(read: Callable[[str], object], part: str) -> None:
    begun = time.process_time()
    refusal(read, (part * 8192)[:8192])
    assert time.process_time() - begun < 0.05


def test_an_option_listed_at_its_default_is_harmless() -> None:
    assert read_options("fit=inside") == {"fit=inside"}


def test_presets_are_read_with_the_requests_own_parser() -> None:
    presets = read_presets(" thumb = 90x90, fit=cover ; ")
    assert presets == {"thumb": Preset(presets["thumb"].variant)}
    assert presets["thumb"].variant.options == Policy().read("1x1,fit=cover").options

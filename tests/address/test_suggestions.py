"""Suggestions: the grammar or the site accepts each of them, and a slip leads back to a right word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address import suggestions, variant
from chalicelib.address.options import OPTIONS
from chalicelib.address.policy import Policy, read_options, read_presets, read_sizes
from chalicelib.address.values import Fit, Format, Gravity
from tests.messages import hostile, refusal, slips, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

SITE = Policy(
    read_sizes("100x100,300x200"),
    read_options("fit=cover,watermark=*"),
    read_presets("hero=1600x; ios_profile=90x90; thumb=150x150"),
    frozenset({"logo", "draft-2"}),
)

numbers = st.from_regex(r"[-+]?[0-9]{1,4}[.]?[0-9]{0,2}(%|px)?", fullmatch=True)
colours = st.from_regex(r"#?[0-9a-fA-F]{2,9}", fullmatch=True) | st.sampled_from(["white", "Transparent"])
crops = st.from_regex(r"[0-9]{1,6}[-_:][0-9]{1,6}[-_:][0-9]{1,6}[-x][0-9]{1,6}", fullmatch=True)
sizes = st.from_regex(r"[0-9\uff10]{0,5} ?[xX*\u00d7]? ?[0-9]{0,5}(px)?(@[0-9]x?)?", fullmatch=True)


def admit(text: str) -> None:
    SITE.admit(SITE.read(text))


def is_accepted(read: Callable[[str], object], meant: str) -> bool:
    """Return whether `read` accepts the suggestion: an option, the name of an option, a size or a preset."""
    name, equals, _ = meant.partition("=")
    if name not in OPTIONS:
        return not refusal(read, meant)
    takes_a_value = OPTIONS[name].values.allowed != "no value"
    return (takes_a_value and not equals) or not refusal(read, f"100x100,{meant}")


@given(st.sampled_from([name for name in OPTIONS if len(name) > 3]).flatmap(slips))
@settings(deadline=None)
def test_a_slip_in_an_options_name_suggests_an_option(written: str) -> None:
    meant = suggestion(refusal(variant.parse, f"9x9,{written}"))
    assert (meant in OPTIONS) is (written not in OPTIONS)


@pytest.mark.parametrize(
    ("option", "names"),
    [("fit", list(Fit)), ("format", list(Format)), ("gravity", list(Gravity))],
    ids=["fit", "format", "gravity"],
)
@given(data=st.data())
@settings(deadline=None)
def test_a_slip_in_a_value_suggests_a_value_of_the_option(
    option: str, names: list[str], data: st.DataObject
) -> None:
    written = data.draw(st.sampled_from([name for name in names if len(name) > 3]).flatmap(slips))
    meant = suggestion(refusal(variant.parse, f"9x9,{option}={written}"))
    assert (meant in {f"{option}={name}" for name in names}) is (written not in names)


@given(st.sampled_from(sorted(SITE.presets)).flatmap(slips), st.sampled_from(["", ",fit=cover", "@2x"]))
@settings(deadline=None)
def test_a_slip_in_a_presets_name_suggests_a_preset_of_the_site(written: str, behind: str) -> None:
    assert suggestion(refusal(SITE.read, written + behind)) in SITE.presets


@given(st.sampled_from(sorted(SITE.watermarks)).flatmap(slips).filter(lambda name: name.islower()))
@settings(deadline=None)
def test_a_slip_in_a_watermarks_name_suggests_a_watermark_of_the_site(written: str) -> None:
    meant = suggestion(refusal(admit, f"100x100,watermark={written}"))
    assert meant in {"watermark=logo", "watermark=draft-2"}
    assert is_accepted(admit, meant)


@pytest.mark.parametrize("option", OPTIONS)
@given(value=numbers | colours | crops | hostile)
@settings(deadline=None, max_examples=40)
def test_a_suggestion_for_any_value_is_accepted(option: str, value: str) -> None:
    meant = suggestion(refusal(variant.parse, f"9x9,{option}={value}"))
    assert meant is None or is_accepted(variant.parse, meant)


@given(hostile | st.from_regex(r"[a-z]{2,9}[-:_=][0-9a-z]{0,4}", fullmatch=True))
@settings(deadline=None)
def test_a_suggestion_for_any_option_is_accepted(text: str) -> None:
    meant = suggestion(refusal(variant.parse, f"9x9,{text}"))
    assert meant is None or is_accepted(variant.parse, meant)


@given(hostile | sizes)
@settings(deadline=None)
def test_a_suggestion_for_any_size_is_accepted(text: str) -> None:
    meant = suggestion(refusal(variant.parse_size, text))
    assert meant is None or is_accepted(variant.parse_size, meant)


@given(hostile | sizes)
@settings(deadline=None)
def test_a_suggestion_for_any_variant_is_accepted(text: str) -> None:
    meant = suggestion(refusal(SITE.read, text))
    assert meant is None or is_accepted(SITE.read, meant)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("fitt", ["fit", "format"], "fit"),
        ("FIT", ["fit", "format"], "fit"),
        ("photo", ["Photos", "avatars"], "Photos"),
        ("colour", list(OPTIONS), "colors"),
        ("hue", list(OPTIONS), None),
        ("", ["fit"], None),
        ("fit", [], None),
    ],
)
def test_only_a_word_that_is_much_alike_is_suggested(
    text: str, words: list[str], expected: str | None
) -> None:
    assert suggestions.nearest(text, words) == expected


def test_only_the_beginning_of_a_long_text_is_compared() -> None:
    assert suggestions.nearest("a" * 40 + "b" * 8192, ["a" * 40]) == "a" * 40


def test_without_a_suggestion_a_message_ends_where_it_was() -> None:
    assert suggestions.did_you_mean(None) == suggestions.did_you_mean("") == ""
    assert suggestions.did_you_mean("fit=cover") == " Did you mean 'fit=cover'?"

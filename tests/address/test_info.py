"""``/info/<key>``: a word of the grammar that is allowed like a size, and that nothing else can be called."""

from __future__ import annotations

import pytest

from chalicelib.address.key import Key
from chalicelib.address.policy import Policy, read_presets, read_sizes
from chalicelib.address.sources import ObjectName, Source, Sources
from chalicelib.address.variant import INFO_VARIANT, Size, Variant
from chalicelib.config import config
from chalicelib.config.config import ConfigError
from chalicelib.errors import Malformed, NotAdmitted
from tests.messages import is_public


def test_it_is_read_by_its_name_and_spelled_by_it() -> None:
    variant = Policy().read("info")
    assert (variant, str(variant), variant.is_info) == (INFO_VARIANT, "info", True)
    assert not Policy(presets=read_presets("hero=9x")).read("hero").is_info
    assert not Policy().read("100x100").is_info


@pytest.mark.parametrize("text", ["info,fit=cover", "info@2x", "Info", "info2", "info,"])
def test_it_has_no_options_and_no_other_spelling(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        Policy().read(text)
    assert is_public(str(refused.value))


@pytest.mark.parametrize(
    ("sizes", "is_allowed"),
    [("info", True), ("100x100, info", True), ("*", True), ("100x100", False), ("", False)],
)
def test_it_is_allowed_by_its_name_among_the_sizes(sizes: str, *, is_allowed: bool) -> None:
    policy = Policy(read_sizes(sizes))
    if is_allowed:
        policy.admit(INFO_VARIANT)
        return
    with pytest.raises(NotAdmitted, match="Info is not allowed here"):
        policy.admit(INFO_VARIANT)


def test_it_is_no_size_that_a_refusal_can_name() -> None:
    policy = Policy(read_sizes("info,100x100"))
    assert policy.boxes == {"100x100"}
    with pytest.raises(NotAdmitted, match="The nearest allowed: 100x100"):
        policy.admit(Variant(Size(101, 100)))
    with pytest.raises(NotAdmitted, match="no size at all"):
        Policy(read_sizes("info")).admit(Variant(Size(101, 100)))


def test_it_is_for_every_source() -> None:
    assert Policy().source_of(INFO_VARIANT) == ""


def test_no_preset_can_have_its_name() -> None:
    environ = {"SITE_BUCKET": "site", "SOURCES": "default=photos", "PRESETS": "info=1x1"}
    with pytest.raises(ConfigError, match="a preset cannot be named info"):
        config.read(environ)


def test_it_is_no_original_where_one_bucket_has_both() -> None:
    sources = Sources({"default": Source("both")}, Source("both"))
    with pytest.raises(Malformed, match="is a variant"):
        sources.locate(Key("info/a.jpg"))
    assert sources.keys_of(ObjectName("both", "info/a.jpg")) == frozenset()
    elsewhere = Sources({"default": Source("photos")}, Source("site"))
    assert elsewhere.locate(Key("info/a.jpg")) == ObjectName("photos", "info/a.jpg")

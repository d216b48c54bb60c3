"""The configuration: the parsers of requests read it, and it names all faults at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address.key import Key
from chalicelib.address.moderation import Action, Moderation, Rule
from chalicelib.address.signing import SigningKey
from chalicelib.address.sources import Source
from chalicelib.address.values import Gravity, Metadata
from chalicelib.codecs.limits import Limits
from chalicelib.config import config
from chalicelib.config.config import (
    ConfigError,
    EvictBy,
    FaceDetection,
    Invalidate,
    MirrorOriginals,
    OtherFiles,
)
from chalicelib.errors import MESSAGE_LENGTH
from chalicelib.render.extras import Watermark
from tests.messages import hostile, is_public, suggestion

LEAST = {"SITE_BUCKET": "site", "SOURCES": "default=photos"}
EVERY = LEAST | {
    "SOURCES": "default=photos/2026, avatars=people",
    "ALLOWED_DIMENSIONS": "100x100",
    "ALLOWED_OPTIONS": "fit=cover",
    "ALLOWED_IMAGE_TYPES": "jpeg, png",
    "PRESETS": "thumb@avatars=90x90",
    "SIGNING_KEYS": "new:0123456789abcdef, old:fedcba9876543210:-)",
    "KEY_PREFIX": "img",
    "SITE_URL": "https://img.example.com/",
    "REDIRECT_STATUS": "307",
    "DISTRIBUTION_ID": "ssm:/resize404/distribution",
    "INVALIDATE": "always",
    "INVALIDATION_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/evictions",
    "INVALIDATION_BUDGET": "1000",
    "CHANGES_QUEUE": "http://localhost:4566/000000000000/changes",
    "EVICT_BY": "tag",
    "SITE_ORIGIN": "http://site.s3-website-us-east-1.amazonaws.com/",
    "SITE_ORIGIN_REFERER": "a secret",
    "CACHE_CONTROL": "public, max-age=60",
    "MAX_SOURCE_BYTES": "1000",
    "MAX_SOURCE_PIXELS": "2000",
    "MAX_OUTPUT_PIXELS": "30000",
    "RENDER_TIMEOUT": "4",
    "FALLBACK_KEY": "none 100%.png",
    "WATERMARKS": "logo=avatars:logo.png,southeast,60,20",
    "FACE_DETECTION": "rekognition",
    "MODERATION": "rekognition:Violence=refuse@80",
    "METADATA": "keep",
    "PROFILE": "keep",
    "OTHER_FILES": "refused",
    "ERROR_PICTURE": "svg",
    "DELIVERY": "failover",
    "PREWARM_QUEUE": "http://localhost:4566/000000000000/wanted",
    "FAMILIES": "card: 100x100,fit=inside 100x100,fit=cover",
    "MIRROR_ORIGINALS": "remove",
}
SECRETS = {"SIGNING_KEYS", "SITE_ORIGIN_REFERER"}
LISTS = {
    "SOURCES",
    "ALLOWED_DIMENSIONS",
    "ALLOWED_OPTIONS",
    "ALLOWED_IMAGE_TYPES",
    "PRESETS",
    "WATERMARKS",
    "FAMILIES",
    "MODERATION",
}
"""Variables that hold lists. What is suggested for one of them is an entry."""


def test_the_least_configuration_has_sane_defaults() -> None:
    read = config.read(LEAST)
    assert read.site == Source("site")
    assert read.sources.by_name == {"default": Source("photos")}
    assert read.policy.sizes == frozenset()
    assert (read.redirect_status, read.invalidate, read.site_url) == (302, Invalidate.STALE, "")
    assert read.cache_control == "public, max-age=31536000, s-maxage=86400"
    assert (read.site_origin, read.site_origin_referer) == ("", "")
    assert read.fallback_key is None
    assert (read.invalidation_queue, read.changes_queue, read.evict_by) == ("", "", EvictBy.PATH)
    assert (read.watermarks, read.face_detection) == ({}, FaceDetection.NOBODY)
    assert read.moderation is None
    assert (read.metadata, read.keeps_gamut) == (Metadata.COPYRIGHT, False)
    assert "jpeg" in read.image_types
    assert not read.draws_refusals


def test_every_variable_is_read() -> None:
    read = config.read(EVERY)
    assert read.sources.by_name == {"default": Source("photos", "2026/"), "avatars": Source("people")}
    assert read.site == Source("site", "img/")
    assert read.policy.sizes == {"100x100"}
    assert read.policy.options == {"fit=cover"}
    assert read.policy.presets["thumb"].source == "avatars"
    assert list(read.signing_keys.values()) == [
        SigningKey("new", "0123456789abcdef"),
        SigningKey("old", "fedcba9876543210:-)"),
    ]
    assert read.image_types == {"jpeg", "png"}
    assert (read.site_url, read.redirect_status) == ("https://img.example.com", 307)
    assert (read.distribution_id, read.invalidate) == ("ssm:/resize404/distribution", Invalidate.ALWAYS)
    assert read.invalidation_queue == "https://sqs.us-east-1.amazonaws.com/123456789012/evictions"
    assert (read.invalidation_budget, config.read(LEAST).invalidation_budget) == (1000, 0)
    assert read.changes_queue == "http://localhost:4566/000000000000/changes"
    assert read.evict_by is EvictBy.TAG
    assert read.site_origin == "http://site.s3-website-us-east-1.amazonaws.com"
    assert read.site_origin_referer == "a secret"
    assert read.cache_control == "public, max-age=60"
    assert read.limits == Limits(source_bytes=1000, source_pixels=2000, output_pixels=30000, seconds=4)
    assert read.fallback_key == "none 100%.png"
    assert read.watermarks == {"logo": Watermark("avatars", Key("logo.png"), Gravity.SOUTHEAST, 60, 20)}
    assert read.face_detection is FaceDetection.REKOGNITION
    assert (read.metadata, read.keeps_gamut) == (Metadata.KEEP, True)
    assert read.moderation == Moderation({"Violence": Rule(Action.REFUSE, 80)})
    assert read.other_files is OtherFiles.REFUSED
    assert read.draws_refusals
    assert read.mirror_originals is MirrorOriginals.REMOVE
    assert read.prewarm_queue == "http://localhost:4566/000000000000/wanted"
    assert read.families.members == {"card": ["100x100", "100x100,fit=cover"]}


class Asked(dict[str, str]):
    """An environment that records which variables are asked for."""

    def __init__(self) -> None:
        super().__init__(LEAST)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def test_the_configuration_asks_for_exactly_these_variables() -> None:
    asked = Asked()
    config.read(asked)
    assert asked.names == set(EVERY)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("SITE_BUCKET", "", "The name of a bucket is needed"),
        ("SITE_BUCKET", "Not A Bucket", "is not the name of a bucket"),
        ("SOURCES", "", "At least one source"),
        ("SOURCES", "photos", "default=my-bucket"),
        ("SOURCES", "a=photos,a=photos2", "Use no name twice"),
        ("SOURCES", "default=photos//x", "prefix like img/"),
        ("ALLOWED_DIMENSIONS", "100", "300x200"),
        ("ALLOWED_OPTIONS", "fit=crop", "inside, outside"),
        ("ALLOWED_IMAGE_TYPES", "pdf", "jpeg"),
        ("PRESETS", "Thumb=1x1", "ios_profile"),
        ("PRESETS", "thumb@nowhere=1x1", "SOURCES does not name"),
        ("SIGNING_KEYS", "0123456789abcdef", "Entry 1 is not written like id:secret"),
        ("SIGNING_KEYS", "K1:0123456789abcdef", "An id is 1 to 16 of a-z"),
        ("SIGNING_KEYS", "k1:0123456789abcde", "The secret of k1 needs at least 16 characters"),
        ("SIGNING_KEYS", "k1:0123456789 abcdef", "without spaces and commas"),
        ("SIGNING_KEYS", "k1:0123456789abcdef,k1:fedcba9876543210", "The id k1 is given twice"),
        ("KEY_PREFIX", "/img", "prefix like img/"),
        ("KEY_PREFIX", "resize/", "where the app itself is"),
        ("PRESETS", "resize=1x1", "where the app itself is"),
        ("SITE_URL", "https://img.example.com/a b", "https://img.example.com"),
        ("SITE_URL", "img.example.com", "https://img.example.com"),
        ("REDIRECT_STATUS", "301", "302 or 307"),
        ("DISTRIBUTION_ID", "my distribution", "ssm:/name"),
        ("INVALIDATE", "sometimes", "always, stale, never"),
        ("INVALIDATION_QUEUE", "evictions", "the URL of a standard queue"),
        ("INVALIDATION_QUEUE", "https://sqs.us-east-1.amazonaws.com/123456789012/a.fifo", "a standard queue"),
        ("CHANGES_QUEUE", "arn:aws:sqs:us-east-1:123456789012:changes", "the URL of a standard queue"),
        ("INVALIDATION_BUDGET", "199", "from 200 on"),
        ("INVALIDATION_BUDGET", "0", "or nothing, which sets no limit"),
        ("INVALIDATION_BUDGET", "-1000", "A whole number of paths"),
        ("INVALIDATION_BUDGET", "a lot", "A whole number of paths"),
        ("EVICT_BY", "magic", "path, tag"),
        ("SITE_ORIGIN", "site.s3-website-us-east-1.amazonaws.com", "An address like https"),
        ("SITE_ORIGIN_REFERER", "a\nsecret", "printable ASCII"),
        ("CACHE_CONTROL", "no\nway", "printable ASCII"),
        ("MAX_SOURCE_BYTES", "0", "above 0"),
        ("MAX_SOURCE_PIXELS", "1e6", "above 0"),
        ("MAX_OUTPUT_PIXELS", "-1", "above 0"),
        ("RENDER_TIMEOUT", "2.5", "above 0"),
        ("FALLBACK_KEY", "../none.png", "is .., which is not allowed"),
        ("WATERMARKS", "logo=logo.png", "name=key,position,opacity,scale"),
        ("FACE_DETECTION", "true", "rekognition is needed"),
    ],
)
def test_a_fault_is_reported_with_its_variable_and_what_is_allowed(
    name: str, value: str, allowed: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        config.read(LEAST | {name: value})
    (fault,) = caught.value.faults
    assert fault.startswith(name)
    assert allowed in fault


BUCKET = "is not the name of a bucket: 3 to 63 lower-case letters, digits, dots, hyphens."
SOURCES = "A list like default=my-bucket,avatars=other-bucket/faces is needed."
PREFIX = "is not a prefix like img/. It begins with no slash, and none of its segments is empty, . or .. ."
TYPES = "The types are avif, bmp, gif, heic, jpeg, jxl, png, svg, tiff, webp."
URL = "An address like https://img.example.com is needed, without spaces or a query; or nothing."
ID = "The id of a distribution is needed, like E2EXAMPLE, or ssm:/name of the parameter that holds it."
BUDGET = "A whole number of paths from 200 on is needed, in digits only; or nothing, which sets no limit."
QUEUE = "This is not the URL of a standard queue, like https://sqs.us-east-1.amazonaws.com/123456789012/name."
COUNT = "A whole number above 0 is needed, in digits only."


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("SITE_BUCKET", "s3://My-site/", f"'s3://My-site/' {BUCKET} Did you mean 'my-site'?"),
        ("SITE_BUCKET", "arn:aws:s3:::my-site", f"'arn:aws:s3:::my-site' {BUCKET} Did you mean 'my-site'?"),
        ("SOURCES", "photos", f"'photos' is not a source. {SOURCES} Did you mean 'default=photos'?"),
        ("SOURCES", "a=s3://photos/2026", f"'s3://photos/2026' {BUCKET} Did you mean 'photos'?"),
        ("SOURCES", "default=photos;a=people", "Sources are separated by commas, not semicolons."),
        ("SOURCES", "a=photos,a=people", "The source 'a' is given twice. Use no name twice."),
        ("SOURCES", "default=photos//2026", f"'/2026' {PREFIX} Did you mean '2026/'?"),
        ("KEY_PREFIX", "/img", f"'/img' {PREFIX} Did you mean 'img/'?"),
        ("KEY_PREFIX", "..", f"'..' {PREFIX}"),
        ("KEY_PREFIX", "resize/", "resize/ is where the app itself is. Use another prefix, like img/."),
        ("ALLOWED_IMAGE_TYPES", "png,jpg", f"There is no type 'jpg'. {TYPES} Did you mean 'jpeg'?"),
        ("ALLOWED_IMAGE_TYPES", "image/png", f"There is no type 'image/png'. {TYPES} Did you mean 'png'?"),
        ("ALLOWED_IMAGE_TYPES", "pdf", f"There is no type 'pdf'. {TYPES}"),
        ("SITE_URL", "img.example.com", f"{URL} Did you mean 'https://img.example.com'?"),
        ("SITE_URL", "ftp://img.example.com", f"{URL} Did you mean 'https://img.example.com'?"),
        ("SITE_URL", "http://[", URL),
        ("REDIRECT_STATUS", "301", "302 or 307 is needed. A browser would keep a 301 or a 308 for ever."),
        (
            "DISTRIBUTION_ID",
            "arn:aws:cloudfront::1:distribution/E2EXAMPLE",
            f"{ID} Did you mean 'E2EXAMPLE'?",
        ),
        ("DISTRIBUTION_ID", "e2example", f"{ID} Did you mean 'E2EXAMPLE'?"),
        ("DISTRIBUTION_ID", "ssm:resize404/id", f"{ID} Did you mean 'ssm:/resize404/id'?"),
        ("DISTRIBUTION_ID", "d111.cloudfront.net", ID),
        ("INVALIDATE", "allways", "One of always, stale, never is needed. Did you mean 'always'?"),
        ("EVICT_BY", "Tag", "One of path, tag is needed. Did you mean 'tag'?"),
        ("FACE_DETECTION", "recognition", "rekognition is needed, or nothing. Did you mean 'rekognition'?"),
        ("FACE_DETECTION", "true", "rekognition is needed, or nothing."),
        ("METADATA", "none", "One of strip, copyright, keep is needed. Did you mean 'strip'?"),
        ("METADATA", "Copyright", "One of strip, copyright, keep is needed. Did you mean 'copyright'?"),
        ("PROFILE", "sRGB", "One of srgb, keep is needed. Did you mean 'srgb'?"),
        (
            "MODERATION",
            "rekognition:Explicit Nudty=blur",
            "Rekognition has no label 'Explicit Nudty'. Did you mean 'Explicit Nudity'?",
        ),
        (
            "MODERATION",
            "rekognition:Violence=blurr",
            "'blurr' is no action. The actions are blur and refuse. Did you mean 'blur'?",
        ),
        (
            "CHANGES_QUEUE",
            "arn:aws:sqs:eu-west-1:123456789012:changes",
            f"{QUEUE} Did you mean 'https://sqs.eu-west-1.amazonaws.com/123456789012/changes'?",
        ),
        ("CHANGES_QUEUE", "changes", QUEUE),
        ("INVALIDATION_BUDGET", "1_000", f"{BUDGET} Did you mean '1000'?"),
        ("INVALIDATION_BUDGET", "1e2", BUDGET),
        ("MAX_SOURCE_PIXELS", "1e6", f"{COUNT} Did you mean '1000000'?"),
        ("MAX_SOURCE_BYTES", "1_000_000", f"{COUNT} Did you mean '1000000'?"),
        ("MAX_SOURCE_BYTES", "nan", COUNT),
        ("MAX_SOURCE_BYTES", "1e999", COUNT),
        ("RENDER_TIMEOUT", "2.5", COUNT),
    ],
)
def test_a_fault_says_what_was_meant(name: str, value: str, message: str) -> None:
    assert faults(LEAST | {name: value}) == [f"{name}='{value}': {message}"]


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        (
            {"SOURCES": "default=photos,avatars=people", "PRESETS": "thumb@avatar=1x1"},
            "PRESETS: thumb is for the source 'avatar', which SOURCES does not name. Did you mean 'avatars'?",
        ),
        (
            {"WATERMARKS": "a=defaults:a.png,center,1,1"},
            "WATERMARKS: a is in the source 'defaults', which SOURCES does not name. Did you mean 'default'?",
        ),
        (
            {"WATERMARKS": "logo=a.png,center,1,1", "PRESETS": "thumb=1x1,watermark=lgo"},
            "PRESETS: thumb has the watermark 'lgo', which WATERMARKS does not name. Did you mean 'logo'?",
        ),
        (
            {"SOURCES": "avatars=people", "FALLBACK_KEY": "none 1.png"},
            "FALLBACK_KEY: no source in SOURCES can hold 'none%201.png'.",
        ),
        (
            {"PRESETS": "resize=1x1"},
            "PRESETS: a preset cannot be named resize, because /resize/ is where the app itself is.",
        ),
        (
            {"PRESETS": "playground=1x1"},
            "PRESETS: a preset cannot be named playground, because /playground/ may be a page of the site.",
        ),
        (
            {"KEY_PREFIX": "a/b/c/", "DELIVERY": "failover"},
            "KEY_PREFIX: has 3 segments. With DELIVERY=failover, 2 are the most.",
        ),
        (
            {"INVALIDATION_BUDGET": "200"},
            "INVALIDATION_BUDGET: bounds nothing without a DISTRIBUTION_ID or an INVALIDATION_QUEUE.",
        ),
        (
            {"INVALIDATION_BUDGET": "200", "DISTRIBUTION_ID": "E2EXAMPLE", "INVALIDATE": "never"},
            (
                "INVALIDATION_BUDGET: bounds nothing with INVALIDATE=never and without an "
                "INVALIDATION_QUEUE. Leave it empty."
            ),
        ),
    ],
    ids=[
        "a preset's source",
        "a watermark's source",
        "a preset's watermark",
        "a fallback",
        "the app's path",
        "a page",
        "a deep prefix and a failover",
        "a budget and no CDN",
        "a budget and nothing to invalidate",
    ],
)
def test_settings_that_do_not_fit_together_are_a_fault(environ: dict[str, str], fault: str) -> None:
    assert faults(LEAST | environ) == [fault]


def faults(environ: dict[str, str]) -> list[str]:
    try:
        config.read(environ)
    except ConfigError as error:
        return error.faults
    return []


@pytest.mark.parametrize("name", sorted(EVERY))
@given(value=hostile)
@settings(deadline=None, max_examples=40)
def test_every_fault_is_one_printable_line_and_its_suggestion_is_accepted(name: str, value: str) -> None:
    for fault in faults(LEAST | {name: value}):
        assert is_public(fault, MESSAGE_LENGTH + len(f"{name}=''...: ") + 80)
        meant = suggestion(fault)
        if fault.startswith(f"{name}=") and meant and name not in LISTS:
            assert not any(each.startswith(f"{name}=") for each in faults(LEAST | {name: meant}))


@pytest.mark.parametrize(
    "name", ["SITE_BUCKET", "KEY_PREFIX", "SITE_URL", "DISTRIBUTION_ID", "MAX_SOURCE_BYTES"]
)
@given(
    value=st.from_regex(
        r"(s3://|arn:aws:s3:::|//|/|ssm:|https?:)?[A-Za-z0-9./_-]{1,12}(/|e[0-9])?", fullmatch=True
    )
)
@settings(deadline=None)
def test_the_suggestion_for_a_single_value_is_accepted(name: str, value: str) -> None:
    for fault in faults(LEAST | {name: value}):
        meant = suggestion(fault)
        assert meant is None or faults(LEAST | {name: meant}) == []


CHANGES = {"CHANGES_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/changes"}
EVICTIONS = {"INVALIDATION_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/evictions"}


@pytest.mark.parametrize(
    ("environ", "is_whole"),
    [
        (CHANGES, True),
        (CHANGES | {"DISTRIBUTION_ID": "E2EXAMPLE"}, False),
        (CHANGES | EVICTIONS | {"DISTRIBUTION_ID": "E2EXAMPLE"}, True),
        (CHANGES | EVICTIONS, True),
        (EVICTIONS, True),
    ],
    ids=[
        "no distribution",
        "a distribution without the queue",
        "a distribution and the queue",
        "a distribution that only the queue's function knows",
        "no changes",
    ],
)
def test_changes_with_a_distribution_need_the_queue_of_invalidations(
    environ: dict[str, str],
    is_whole: bool,  # noqa: FBT001 - a table's column
) -> None:
    if is_whole:
        assert config.read(LEAST | environ).changes_queue == environ.get("CHANGES_QUEUE", "")
        return
    with pytest.raises(ConfigError, match="CHANGES_QUEUE: needs an INVALIDATION_QUEUE as well"):
        config.read(LEAST | environ)


@pytest.mark.parametrize(
    ("sources", "prefix", "overlapping"),
    [
        ("default=photos", "", []),
        ("default=site/originals", "img/", []),
        ("default=site/img-originals", "img/", []),
        ("default=photos,old=site/old", "img/", []),
        ("default=site", "", ["default"]),
        ("default=site", "img/", ["default"]),
        ("default=site/originals", "", ["default"]),
        ("default=site/img", "img/", ["default"]),
        ("default=site/img/originals", "img/", ["default"]),
        ("default=site/a", "a/b/", ["default"]),
        ("default=photos,one=site,two=site/b", "b/c/", ["one", "two"]),
    ],
)
@pytest.mark.parametrize("mode", ["strip", "keep", "remove"])
def test_no_mirror_may_become_an_original(
    mode: str, sources: str, prefix: str, overlapping: list[str]
) -> None:
    environ = LEAST | CHANGES | {"SOURCES": sources, "KEY_PREFIX": prefix}
    found = faults(environ | {"MIRROR_ORIGINALS": mode})
    assert [re.findall("the source (.*?) and the site overlap in site", fault) for fault in found] == [
        [name] for name in overlapping
    ]
    assert faults(environ) == []


def test_mirrors_need_somebody_who_tells_of_changes() -> None:
    (fault,) = faults(LEAST | {"MIRROR_ORIGINALS": "strip"})
    assert fault.startswith("MIRROR_ORIGINALS: needs a CHANGES_QUEUE as well.")


@pytest.mark.parametrize("name", sorted(SECRETS))
@pytest.mark.parametrize("ending", ["", "\n", ",k1", ",k1:short", " x", "\u202e"])
def test_no_fault_shows_a_secret(name: str, ending: str) -> None:
    hidden = "Tr0ub4dor-and-3-more"
    for value in (f"{hidden}{ending}x", f"k1:{hidden}{ending}\u0001", f"k1:{hidden},k1:{hidden}{ending}"):
        assert not any(hidden[:8] in fault for fault in faults(LEAST | {name: value}))


def test_the_configuration_shows_no_secret_when_it_is_printed() -> None:
    shown = repr(config.read(EVERY))
    assert "SigningKey(id='new')" in shown
    assert not any(secret in shown for secret in ("0123456789abcdef", "fedcba9876543210", "a secret"))


def test_all_faults_are_reported_together() -> None:
    environ = {
        "ALLOWED_DIMENSIONS": "100",
        "REDIRECT_STATUS": "301",
        "INVALIDATE": "x",
        "MAX_SOURCE_BYTES": "?",
    }
    with pytest.raises(ConfigError) as caught:
        config.read(environ)
    named = {fault.partition("=")[0] for fault in caught.value.faults}
    assert named == {"SITE_BUCKET", "SOURCES", *environ}
    assert all(name in str(caught.value) for name in named)

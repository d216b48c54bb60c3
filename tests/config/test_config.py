"""The environment as configuration: everything read by the request's own parsers, all faults at once."""

from __future__ import annotations

import pytest

from chalicelib.address.key import Key
from chalicelib.address.sources import Source
from chalicelib.address.values import Gravity
from chalicelib.codecs.limits import Limits
from chalicelib.config import config
from chalicelib.config.config import ConfigError, EvictBy, FaceDetection, Invalidate
from chalicelib.render.extras import Watermark

LEAST = {"SITE_BUCKET": "site", "SOURCES": "default=photos"}


def test_the_least_configuration_has_sane_defaults() -> None:
    read = config.read(LEAST)
    assert read.site == Source("site")
    assert read.sources.by_name == {"default": Source("photos")}
    assert read.policy.sizes == frozenset()
    assert (read.redirect_status, read.invalidate, read.site_url) == (302, Invalidate.STALE, "")
    assert read.cache_control == "public, max-age=31536000"
    assert read.fallback_key is None
    assert (read.invalidation_queue, read.changes_queue, read.evict_by) == ("", "", EvictBy.PATH)
    assert (read.watermarks, read.face_detection) == ({}, FaceDetection.NOBODY)
    assert "jpeg" in read.image_types


def test_every_variable_is_read() -> None:
    read = config.read(
        LEAST
        | {
            "SOURCES": "default=photos/2026, avatars=people",
            "ALLOWED_DIMENSIONS": "100x100",
            "ALLOWED_OPTIONS": "fit=cover",
            "ALLOWED_IMAGE_TYPES": "jpeg, png",
            "PRESETS": "thumb@avatars=90x90",
            "KEY_PREFIX": "img",
            "SITE_URL": "https://img.example.com/",
            "REDIRECT_STATUS": "307",
            "DISTRIBUTION_ID": "ssm:/resize404/distribution",
            "INVALIDATE": "always",
            "INVALIDATION_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/evictions",
            "CHANGES_QUEUE": "http://localhost:4566/000000000000/changes",
            "EVICT_BY": "tag",
            "CACHE_CONTROL": "public, max-age=60",
            "MAX_SOURCE_BYTES": "1000",
            "MAX_SOURCE_PIXELS": "2000",
            "MAX_OUTPUT_PIXELS": "3000",
            "RENDER_TIMEOUT": "4",
            "FALLBACK_KEY": "none 100%.png",
            "WATERMARKS": "logo=avatars:logo.png,southeast,60,20",
            "FACE_DETECTION": "rekognition",
        }
    )
    assert read.sources.by_name == {"default": Source("photos", "2026/"), "avatars": Source("people")}
    assert read.site == Source("site", "img/")
    assert read.policy.sizes == {"100x100"}
    assert read.policy.options == {"fit=cover"}
    assert read.policy.presets["thumb"].source == "avatars"
    assert read.image_types == {"jpeg", "png"}
    assert (read.site_url, read.redirect_status) == ("https://img.example.com", 307)
    assert (read.distribution_id, read.invalidate) == ("ssm:/resize404/distribution", Invalidate.ALWAYS)
    assert read.invalidation_queue == "https://sqs.us-east-1.amazonaws.com/123456789012/evictions"
    assert read.changes_queue == "http://localhost:4566/000000000000/changes"
    assert read.evict_by is EvictBy.TAG
    assert read.cache_control == "public, max-age=60"
    assert read.limits == Limits(source_bytes=1000, source_pixels=2000, output_pixels=3000, seconds=4)
    assert read.fallback_key == "none 100%.png"
    assert read.watermarks == {"logo": Watermark("avatars", Key("logo.png"), Gravity.SOUTHEAST, 60, 20)}
    assert read.face_detection is FaceDetection.REKOGNITION


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("SITE_BUCKET", "", "the name of a bucket"),
        ("SITE_BUCKET", "Not A Bucket", "the name of a bucket"),
        ("SOURCES", "", "at least one source"),
        ("SOURCES", "photos", "default=my-bucket"),
        ("SOURCES", "a=photos,a=photos2", "no name twice"),
        ("SOURCES", "default=photos//x", "prefix like img/"),
        ("ALLOWED_DIMENSIONS", "100", "300x200"),
        ("ALLOWED_OPTIONS", "fit=crop", "inside, outside"),
        ("ALLOWED_IMAGE_TYPES", "svg", "jpeg"),
        ("PRESETS", "Thumb=1x1", "ios_profile"),
        ("PRESETS", "thumb@nowhere=1x1", "SOURCES does not name"),
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
        ("EVICT_BY", "magic", "path, tag"),
        ("CACHE_CONTROL", "no\nway", "printable ASCII"),
        ("MAX_SOURCE_BYTES", "0", "above 0"),
        ("MAX_SOURCE_PIXELS", "1e6", "above 0"),
        ("MAX_OUTPUT_PIXELS", "-1", "above 0"),
        ("RENDER_TIMEOUT", "2.5", "above 0"),
        ("FALLBACK_KEY", "../none.png", "no segments . and .."),
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
        "no CDN",
        "a CDN beside the queue",
        "a CDN behind the queue",
        "a CDN that others know",
        "no changes",
    ],
)
def test_what_changes_leaves_the_cdn_through_the_queue_alone(
    environ: dict[str, str],
    is_whole: bool,  # noqa: FBT001 - a table's column
) -> None:
    if is_whole:
        assert config.read(LEAST | environ).changes_queue == environ.get("CHANGES_QUEUE", "")
        return
    with pytest.raises(ConfigError, match="CHANGES_QUEUE: needs an INVALIDATION_QUEUE"):
        config.read(LEAST | environ)


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

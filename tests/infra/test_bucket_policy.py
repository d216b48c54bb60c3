"""The policy for site buckets that people make themselves, judged by the stand-in's model of S3."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from chalicelib.config import config
from edge.s3 import bucket_policy as s3
from infra.__main__ import main
from infra.bucket_policy import SharedBucketError, bucket_policy

LEAST = {"SITE_BUCKET": "site", "SOURCES": "default=photos"}
TWO_PARTS = {"SITE_BUCKET": "site", "SOURCES": "default=site/originals", "KEY_PREFIX": "img/"}


@pytest.mark.parametrize(
    ("environ", "key", "is_public"),
    [
        (LEAST, "300x200/a.jpg", True),
        (LEAST, ".faces/original-1", False),
        (LEAST, ".moderation/original-1", False),
        (LEAST, ".index/original-1/etag/300x200", False),
        (TWO_PARTS, "img/300x200/a.jpg", True),
        (TWO_PARTS, "originals/a.jpg", False),
        (TWO_PARTS, "img/.faces/original-1", False),
        (TWO_PARTS, "img/.index/original-1/etag/300x200", False),
    ],
)
@pytest.mark.parametrize("secret", ["", "a-secret-of-16-or-more"])
def test_everyone_may_read_variants_and_nothing_else(
    environ: dict[str, str],
    key: str,
    is_public: bool,  # noqa: FBT001 - a table's column
    secret: str,
) -> None:
    policy = s3.parse(json.dumps(bucket_policy(config.read(environ), secret)))
    resource = f"arn:aws:s3:::site/{key}"
    assert policy.allows("s3:GetObject", resource, {"aws:referer": secret}) is is_public
    assert policy.allows("s3:GetObject", resource, {"aws:referer": "another"}) is (is_public and not secret)
    assert not policy.allows("s3:PutObject", resource, {"aws:referer": secret})


@pytest.mark.parametrize("place", ["site", "site/img", "site/img/originals"])
def test_originals_among_the_variants_cannot_be_kept_private(place: str) -> None:
    with pytest.raises(SharedBucketError, match="Set KEY_PREFIX to a folder of its own"):
        bucket_policy(
            config.read(
                LEAST | {"SOURCES": f"default={place}", "KEY_PREFIX": "" if place == "site" else "img/"}
            )
        )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["policy"], '"arn:aws:s3:::your-prod-site/*"'),
        (["policy", "--stage", "dev", "--referer", "secret"], '"aws:Referer": "secret"'),
        (["policy", "--stage", "moon"], "there is no stage moon"),
    ],
    ids=" ".join,
)
def test_the_command_prints_it(arguments: list[str], said: str) -> None:
    assert said in CliRunner().invoke(main, arguments).output

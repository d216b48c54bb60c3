"""Shared by all tests: an AWS in moto, for tests that need no server."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

import boto3
import botocore.session
import pytest
from hypothesis import settings
from moto import mock_aws

from chalicelib.codecs import (
    imagemagick,  # before any test imports Wand: it decides on the library that Wand loads
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long an example takes depends on what else the machine does. A test that hangs is for CI's own limit.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_report_header() -> str:
    """Say which ImageMagick the pictures come from: that of vendor/, or the machine's."""
    return f"imagemagick: {imagemagick.VERSION}, {os.environ.get('MAGICK_HOME') or 'the system'}"


@pytest.fixture(scope="session", autouse=True)
def models_read_once() -> Iterator[None]:
    """Let all sessions of boto3 share what they read of AWS's services.

    Each test in moto has a session of its own, which would read and parse the same megabytes again.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.session.create_loader))
        yield


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account with the buckets `photos`, `people` and `site`, all empty, in moto."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        s3 = boto3.client("s3")
        for bucket in ("photos", "people", "site"):
            s3.create_bucket(Bucket=bucket)
        yield

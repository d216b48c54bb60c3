"""Shared by all tests: an AWS in moto, for tests that need no server."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

import boto3
import botocore.hooks
import botocore.session
import pytest
from botocore.compat import accepts_kwargs
from botocore.hooks import EventAliaser
from botocore.loaders import JSONFileLoader
from hypothesis import settings
from moto import mock_aws

from chalicelib.codecs import (
    imagemagick,  # before any test imports Wand: it decides on the library that Wand loads
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# How long an example takes depends on what else the machine does. A test that hangs is for CI's own limit.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_report_header() -> str:
    """Say which ImageMagick the pictures come from: that of vendor/, or the machine's."""
    return f"imagemagick: {imagemagick.VERSION}, {os.environ.get('MAGICK_HOME') or 'the system'}"


def pytest_xdist_auto_num_workers() -> int:
    """Return two workers more than there are cores, four at most: many tests wait for another process.

    As in xdist itself, PYTEST_XDIST_AUTO_NUM_WORKERS is another number.
    """
    return int(os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS") or min(4, (os.cpu_count() or 1) + 2))


@pytest.fixture(scope="session", autouse=True)
def worked_out_once() -> Iterator[None]:
    """Let all sessions of botocore share what they read of AWS's services, and what they work out of names.

    Each test in moto has sessions of its own, which would read and parse the same megabytes again.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.session.create_loader))
        patch.setattr(botocore.hooks, "accepts_kwargs", functools.lru_cache(512)(accepts_kwargs))
        for owner, name in ((_Reading, "load_file"), (EventAliaser, "_alias_event_name")):
            patch.setattr(owner, name, _once(getattr(owner, name)))
        patch.setattr("chalicelib.aws.clients._Models.FILE_LOADER_CLASS", _Reading)
        yield


class _Reading(JSONFileLoader):
    """Reads the files of models for the sessions of our clients."""


def _once(method: Callable[..., object]) -> Callable[..., object]:
    """Return the method as one that works its answer out once for all objects. It must not depend on them.

    None is no answer: a file may be there later. Who gets an answer must not change it.
    """
    answers: dict[tuple[object, ...], object] = {}

    def answer(each: object, *arguments: object) -> object:
        if answers.get(arguments) is None:
            answers[arguments] = method(each, *arguments)
        return answers[arguments]

    return answer


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

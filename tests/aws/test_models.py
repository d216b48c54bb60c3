"""The parts of botocore's data that ship with the app."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.loaders import Loader

import chalicelib
from chalicelib.aws.clients import MODELS, Aws, session
from infra import aws_models

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALL = re.compile(r"""s3\.(?:get_paginator\(")?([a-z]+_(?:object|objects|objects_v2|bucket))\b""")


def test_they_are_those_of_the_botocore_that_is_installed() -> None:
    written = {path: path.read_text() for path in MODELS.rglob("*.json")}
    assert written == aws_models.files(), "run: python -m infra models"


def calls() -> Iterator[str]:
    for module in Path(chalicelib.__file__).parent.rglob("*.py"):
        yield from _CALL.findall(module.read_text())


COPYING = {
    "copy_object",
    "create_multipart_upload",
    "upload_part_copy",
    "complete_multipart_upload",
    "abort_multipart_upload",
}


@pytest.mark.parametrize("call", sorted({*calls(), "delete_objects", "delete_object"} - COPYING))
def test_every_call_of_the_app_is_among_them(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert hasattr(Aws().s3, call)


def test_the_calls_that_copy_have_a_model_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    aws = Aws()
    assert [call for call in COPYING if not hasattr(aws.copier, call)] == []
    assert [call for call in COPYING if hasattr(aws.s3, call)] == []


def test_a_call_that_the_app_does_not_make_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert not hasattr(Aws().s3, "delete_bucket")


@pytest.mark.parametrize("service", ["cloudfront", "rekognition", "s3", "sqs", "ssm"])
@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "xx-new-1"])
def test_every_service_has_the_endpoint_that_botocore_gives_it(service: str, region: str) -> None:
    whole = session()
    whole.register_component("data_loader", Loader())
    ours, theirs = (
        each.create_client(service, region, aws_access_key_id="a", aws_secret_access_key="b")  # noqa: S106 - nobody's
        for each in (session(), whole)
    )
    assert ours.meta.endpoint_url == theirs.meta.endpoint_url
    assert (ours.meta.partition, ours.meta.region_name) == (theirs.meta.partition, theirs.meta.region_name)


def test_an_operators_own_models_win(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    (tmp_path / "endpoints.json").write_text('{"partitions": [], "version": 3}')
    assert session().get_component("data_loader").load_data("endpoints")["partitions"] == []

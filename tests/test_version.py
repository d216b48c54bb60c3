"""One version, told in each of the places where somebody looks for it."""

from __future__ import annotations

import logging
import re
import tomllib
from typing import TYPE_CHECKING

from chalice.test import Client
from click.testing import CliRunner

from chalicelib.version import VERSION
from infra import template
from infra.package import PROJECT
from ops.__main__ import main
from ops.deployment.stack import Outputs
from tests.test_app import load

if TYPE_CHECKING:
    import pytest

HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
RELEASED = re.compile(r"(\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d")


def test_it_is_a_semantic_version_that_pyproject_does_not_repeat() -> None:
    assert re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", VERSION)
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "chalicelib.version.VERSION"}


def test_the_changelog_has_it_as_the_next_or_as_the_newest_release() -> None:
    first, *released = HEADING.findall((PROJECT / "CHANGELOG.md").read_text())
    versions = [match[1] for heading in released if (match := RELEASED.fullmatch(heading))]
    assert len(versions) == len(released)
    assert versions == sorted(versions, key=numbers, reverse=True)
    assert first == "Unreleased"
    assert numbers(VERSION) >= numbers(versions[0])


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def test_the_operators_command_tells_it() -> None:
    assert CliRunner().invoke(main, ["--version"]).output == f"resize404, version {VERSION}\n"


def test_the_outputs_of_a_stack_tell_it() -> None:
    outputs = template.render(template.environment(PROJECT, "stack"))["Outputs"]
    assert outputs["Version"]["Value"] == VERSION
    assert "version" in Outputs.__dataclass_fields__


def test_every_answer_of_the_app_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with Client(load(monkeypatch).app, stage_name="stack") as client:
        refused = client.http.get("/resize/1x1/a.png")
    assert refused.status_code == 403
    assert refused.headers["X-Resize404-Version"] == VERSION


def test_the_log_tells_it_once_for_each_start_of_a_function(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("_HANDLER", "app.app")
    monkeypatch.setattr("chalicelib.assembly.assemble", lambda _config: None)
    load(monkeypatch)
    assert [record.getMessage() for record in caplog.records if record.name == "resize404"] == [
        f"resize404 {VERSION} starts"
    ]

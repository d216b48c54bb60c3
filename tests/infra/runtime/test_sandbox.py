"""The sandbox of a function: its command line and its environment."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from infra.runtime import sandbox

FUNCTION = sandbox.Function(
    handler="app.app", runtime="python3.13", memory=1769, environment={"SITE_BUCKET": "site", "TZ": "Mars"}
)


def entered(environ: dict[str, str] | None = None) -> list[str]:
    return sandbox.enter(Path("/root-folder"), Path("/code"), Path("/layer"), environ or {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_HANDLER", "app.app"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"),
        ("AWS_LAMBDA_FUNCTION_NAME", "resize404"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("SITE_BUCKET", "site"),
    ],
)
def test_a_function_gets_lambdas_variables(name: str, value: str) -> None:
    assert sandbox.environment(FUNCTION, "http://127.0.0.1:4566")[name] == value


def test_a_function_cannot_override_lambdas_own_variables() -> None:
    assert sandbox.environment(FUNCTION, "http://127.0.0.1:4566")["TZ"] == ":UTC"


def test_our_own_environment_does_not_reach_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the operator's own")
    assert "the operator's own" not in sandbox.environment(FUNCTION, "http://127.0.0.1:4566").values()
    assert "--clearenv" in entered()


@pytest.mark.parametrize(
    ("ours", "inside"),
    [("/root-folder", "/"), ("/code", "/var/task"), ("/layer", "/opt")],
    ids=["the root", "the code", "the layers"],
)
def test_a_function_cannot_write_to_these_folders(ours: str, inside: str) -> None:
    command = entered()
    at = command.index(ours)
    assert command[at - 1 : at + 2] == ["--ro-bind", ours, inside]


def test_only_tmp_can_be_written_to() -> None:
    command = entered()
    assert [folder for word, folder in pairwise(command) if word == "--tmpfs"] == ["/tmp", "/dev"]  # noqa: S108 - inside
    assert ("--remount-ro", "/dev") in set(pairwise(command))
    assert "--bind" not in command


def test_there_is_no_shared_memory_and_there_are_no_capabilities() -> None:
    command = entered()
    assert not [word for word in command if "shm" in word]
    assert {("--cap-drop", "ALL"), ("--uid", "993")} <= set(pairwise(command))


def test_variables_are_passed_one_by_one() -> None:
    command = entered({"A": "1", "B": "two words"})
    at = command.index("--setenv")
    assert command[at : at + 6] == ["--setenv", "A", "1", "--setenv", "B", "two words"]

"""`python -m ops`: the group of commands."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from infra.package import PROJECT
from ops.__main__ import COMMANDS, main


def test_it_lists_its_commands_with_their_descriptions() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "Deploy the stack NAME" in result.output
    assert all(f"  {name} " in result.output for name in COMMANDS)


@pytest.mark.parametrize("name", ["deploy", "destroy", "routes", "logs", "stats", "cost", "doctor"])
def test_the_help_of_a_command_has_an_example(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"python -m ops {name}" in result.output


def test_an_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(main, ["deplay"]).exit_code == 2


def test_no_command_imports_the_modules_of_another() -> None:
    asked = "import sys, ops.__main__; print({'boto3', 'rich', 'edge'} & sys.modules.keys())"
    done = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-c", asked], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"

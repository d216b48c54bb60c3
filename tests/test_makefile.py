"""The Makefile: each line that ``make help`` or a document shows does what it says.

The recipes run in a folder of their own, with stand-ins for the programs that need AWS, a network or an hour.
The real commands then read the arguments that the stand-ins were given.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import click
import pytest

from infra.package import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STAND_IN = """\
#!/bin/sh
{ for word in "$0" "$@"; do printf '%s\\0' "$word"; done; printf '\\n'; } >>notes
"""

PROGRAMS = ("ops/setup", ".venv/bin/python", ".venv/bin/lint-imports")

COMMANDS = ("ops", "infra", "infra.magick", "infra.runtime", "fuzz")
"""The modules of ours that are run with ``python -m``."""

DOCUMENTS = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    *sorted((PROJECT / "docs").glob("*.md")),
    *PROJECT.glob("infra/*/README.md"),
]


@dataclass(frozen=True)
class Makefile:
    """A copy of our Makefile in a folder with stand-ins."""

    folder: Path

    def make(self, *words: str) -> list[list[str]]:
        """Run ``make WORDS``, and return the words of each command that it runs."""
        notes = self.folder / "notes"
        notes.write_text("")
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        done = subprocess.run(  # noqa: S603 - our own arguments
            ["make", *words],  # noqa: S607 - the make of this machine
            cwd=self.folder,
            env={**ours, "HOME": "/home/somebody"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [line.split("\0") for line in notes.read_text().split("\0\n") if line]


@pytest.fixture
def makefile(tmp_path: Path) -> Makefile:
    shutil.copy(PROJECT / "Makefile", tmp_path)
    shutil.copy(PROJECT / "mkdocs.yml", tmp_path)
    (tmp_path / "docs").mkdir()
    for name in PROGRAMS:
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(STAND_IN)
        program.chmod(0o755)
    return Makefile(tmp_path)


def helped() -> Iterator[tuple[str, list[str]]]:
    """Yield each target that has a line in ``make help``, with the examples of variables in that line."""
    for target, told in re.findall(
        r"^([a-z-]+):.*?## (.*)", (PROJECT / "Makefile").read_text(), re.MULTILINE
    ):
        yield target, re.findall(r'[A-Z]+=(?:"[^"]*"|[^\s,)"]+)', told)


def shown_by_help() -> Iterator[str]:
    """Yield the lines that a reader of ``make help`` would type: bare, and with each example."""
    for target, examples in helped():
        yield from (
            f"make {words}".rstrip() for words in [target, *(f"{target} {each}" for each in examples)]
        )


def shown_by_documents() -> Iterator[str]:
    """Yield each line of code in a document that begins with ``make``."""
    for document in DOCUMENTS:
        text = document.read_text()
        yield from re.findall(r"`(make [a-z][^`\n]*)`", text)
        yield from re.findall(r"^(make [a-z-]+(?: .*)?)$", "\n".join(code(text)), re.MULTILINE)


def code(text: str) -> list[str]:
    """Return the blocks of code in a document, with each command that goes on in one line."""
    text = text.replace("\\\n", "")
    return re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


SHOWN = sorted(
    {shlex.join(shlex.split(line, comments=True)) for line in [*shown_by_help(), *shown_by_documents()]}
)


def parsed(command: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the commands of ours that take the words of `command`; none runs."""
    taken: list[str] = []
    monkeypatch.setattr(click.Command, "invoke", lambda self, _context: taken.append(str(self.name)))
    _, _, module, *words = command
    import_module(f"{module}.__main__").main(words, prog_name=module, standalone_mode=False)
    return taken


def is_ours(command: list[str]) -> bool:
    return command[1:2] == ["-m"] and command[2] in COMMANDS


@pytest.mark.parametrize("line", SHOWN)
def test_the_real_commands_take_every_line_that_is_shown(
    makefile: Makefile, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    (makefile.folder / "build/docs/build/site").mkdir(parents=True)  # as the program before ours makes it
    monkeypatch.chdir(makefile.folder)
    for command in filter(is_ours, makefile.make(*shlex.split(line)[1:])):
        assert parsed(command, monkeypatch), command


@pytest.mark.parametrize(
    "target",
    [
        target
        for target, _ in helped()
        if target not in {"help", "package", "svg", "check", "clean", "docs", "release"}
    ],
)
def test_args_go_to_the_one_command_that_the_target_is_for(makefile: Makefile, target: str) -> None:
    given = [command[-2:] == ["--some", "a b"] for command in makefile.make(target, "ARGS=--some 'a b'")]
    assert given == [*[False] * (len(given) - 1), True]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param(
            "destroy", ["ops", "destroy", "resize404"], id="without a name: what `make deploy` makes"
        ),
        pytest.param("destroy STACK=shop", ["ops", "destroy", "shop"], id="a stack that is named"),
        pytest.param("deploy STACK=shop", ["ops", "deploy", "shop"], id="and is deployed"),
        pytest.param(
            "run PHOTOS='/my photos'", ["ops", "local", "--photos", "/my photos"], id="a folder with a space"
        ),
        pytest.param(
            "doctor URL='https://img.example.com/a b.jpg?c&d'",
            ["ops", "doctor", "https://img.example.com/a b.jpg?c&d"],
            id="an address with characters that a shell reads",
        ),
    ],
)
def test_the_last_command_is(makefile: Makefile, line: str, words: list[str]) -> None:
    assert makefile.make(*shlex.split(line))[-1][2:] == words


@pytest.mark.parametrize("target", ["prove", "bench-lambda", "deploy", "magick", "release"])
def test_what_needs_our_imagemagick_builds_it_for_the_machine_that_is_named(
    makefile: Makefile, target: str
) -> None:
    build = [".venv/bin/python", "-m", "infra.magick", "build", "--arch", "aarch64"]
    assert build in makefile.make(target, "ARCH=aarch64")


def test_clean_removes_what_can_be_made_again_and_nothing_else(makefile: Makefile) -> None:
    kept, made = (
        ("app.py", ".chalice/config.json", ".venv/__pycache__/kept"),
        ("build/a", "vendor/b", "ops/__pycache__/c"),
    )
    for name in (*kept, *made):
        (makefile.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (makefile.folder / name).touch()
    makefile.make("clean")
    assert [name for name in (*kept, *made) if (makefile.folder / name).exists()] == [*kept]


def test_every_target_has_a_line_in_help() -> None:
    phony = re.search(r"^\.PHONY: (.*)", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert {target for target, _ in helped()} == {*phony[1].split()}

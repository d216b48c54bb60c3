"""Every `python -m …` of ours that a document shows is taken by the real command."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.test_makefile import COMMANDS, DOCUMENTS, code, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = re.compile(rf"^python -m (?:{'|'.join(map(re.escape, COMMANDS))})(?: |$)")


def shown(text: str) -> Iterator[str]:
    """Yield each command of ours in a document: in a block of code, or in a line of text."""
    blocks = "\n".join(code(text))
    for line in [*blocks.splitlines(), *re.findall(r"`([^`\n]+)`", text)]:
        command = re.split(r"\s(?:#|[|>&]|\s{2})", line.strip())[0]
        if OURS.match(command):
            yield command


SHOWN = sorted({command for document in DOCUMENTS for command in shown(document.read_text())})


def typed(command: str) -> list[str]:
    """Return the words of `command` with something in the places that are left to the reader."""
    filled = re.sub(r"<[^>]+>|…", "x.y", command).replace("CHECKOUT", ".")
    return shlex.split(re.sub(r"@[\w.-]+\.txt|@?FILE\b", "/dev/null", filled))


@pytest.mark.parametrize("command", SHOWN)
def test_the_real_command_takes_it(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = typed(command)
    if len(words) == len(["python", "-m", "ops", "sign"]):
        words.append("--help")  # a command that is only named, without what it needs
    assert parsed(words, monkeypatch) or {"--version", "--help"} & {*words}


def test_the_commands_are_found() -> None:
    assert len(SHOWN) > 20

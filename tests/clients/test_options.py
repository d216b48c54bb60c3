"""What the clients know of the options is what the site declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, get_args, get_type_hints

import pytest
from click.testing import CliRunner

from chalicelib.address.options import OPTIONS
from chalicelib.address.values import Auto, Fit, Format
from infra import client_options
from infra.__main__ import main
from resize404 import Options
from resize404._options import DECLARED
from resize404._values import _READERS
from tests.clients.callers import SCRIPTS, node

if TYPE_CHECKING:
    from pathlib import Path


def test_the_files_are_what_the_declarations_make_of_them() -> None:
    for path, text in client_options.files().items():
        assert path.read_text() == text, "type: python -m infra clients"


def test_the_command_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {tmp_path / path.name: text for path, text in client_options.files().items()}
    monkeypatch.setattr(client_options, "files", lambda: texts)
    said = CliRunner().invoke(main, ["clients"])
    assert (said.exit_code, said.output.split()) == (0, [str(path) for path in texts])
    assert all(path.read_text() == text for path, text in texts.items())


def test_every_kind_of_values_is_read() -> None:
    kinds = {option.kind for option in DECLARED.values()}
    assert kinds == {*_READERS, "flag"}
    script = (SCRIPTS / "src" / "values.js").read_text()
    readers = re.search(r"const READERS = \{(.*?)\n\};", script, re.DOTALL)
    assert readers
    assert set(re.findall(r"^  (\w+)", readers[1], re.MULTILINE)) == kinds


def test_the_types_are_those_of_the_values() -> None:
    types: dict[str, Any] = get_type_hints(Options)
    assert list(types) == list(OPTIONS)
    assert types["fit"] == Literal[tuple(map(str, Fit))] | None
    assert set(get_args(get_args(types["format"])[0])) == {*map(str, Format), *map(str, Auto)}
    assert types["quality"] == int | None
    assert types["flip"] == bool | None
    assert types["round"] == int | Literal["max"] | None


@pytest.mark.parametrize(("name", "option"), OPTIONS.items())
def test_a_site_that_is_typed_knows_what_the_option_does(name: str, option: Any) -> None:
    for path, text in client_options.files().items():
        if path.suffix in {".py", ".ts"} and path.name != "options.js":
            assert option.doc in text, name


def test_the_script_has_the_same_table() -> None:
    told = node("import { DECLARED } from './clients/js/src/options.js';", "DECLARED")
    assert told == {name: option._asdict() for name, option in DECLARED.items()}
    assert list(told) == list(DECLARED)

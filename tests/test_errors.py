"""The tree of refusals: what every message of it guarantees, whatever it was made from."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import errors
from chalicelib.errors import MESSAGE_LENGTH, QUOTE_LENGTH, Refusal, one_line, quoted
from tests.messages import BIDI, causes, hostile, is_public

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = Path(errors.__file__).parent


@pytest.mark.parametrize("cause", [Refusal, *causes(Refusal)])
def test_every_refusal_has_a_message_of_its_own(cause: type[Refusal]) -> None:
    assert is_public(str(cause()))
    assert str(cause()) == cause.text


@given(st.text() | hostile)
@settings(deadline=None)
def test_every_message_is_one_line_of_printable_ascii(text: str) -> None:
    message = str(errors.Malformed(text))
    assert len(message) <= MESSAGE_LENGTH
    assert all(" " <= character <= "~" for character in message)
    assert str(errors.Malformed(message)) == message, "a message that is passed on stays as it is"


def test_a_message_that_is_cut_ends_with_three_dots() -> None:
    assert str(errors.Malformed("a" * MESSAGE_LENGTH)) == "a" * MESSAGE_LENGTH
    assert str(errors.Malformed("a" * (MESSAGE_LENGTH + 1))) == "a" * (MESSAGE_LENGTH - 3) + "..."
    assert one_line("é" * 5, 10) == r"\xe9\xe..."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", "''"),
        ("fitt", "'fitt'"),
        ("it's", "'it's'"),
        ("a\r\nSet-Cookie: b", r"'a\r\nSet-Cookie: b'"),
        ("a\\n", r"'a\\n'"),
        (BIDI, r"'\u202e\u2066\u200f'"),
        ("\u0441over", r"'\u0441over'"),
        ("\ud800", r"'\ud800'"),
        ("a" * 40, f"'{'a' * 40}'"),
        ("a" * 41, f"'{'a' * 40}...'"),
        ("💥" * 5, r"'\U0001f4a5\U0001f4a5\U0001f4a5\U0001f4a5...'"),
    ],
)
def test_a_quotation_shows_what_cannot_be_seen_and_is_cut_between_characters(text: str, shown: str) -> None:
    assert quoted(text) == shown


@given(st.text() | hostile)
@settings(deadline=None)
def test_a_quotation_is_short_and_printable(text: str) -> None:
    shown = quoted(text)
    assert len(shown) <= len("'...'") + QUOTE_LENGTH
    assert all(" " <= character <= "~" for character in shown)


def written() -> Iterator[tuple[str, str]]:
    """Yield where the code gives a message to a refusal, and the message without the values in it."""
    names = {"Refusal", *(cause.__name__ for cause in causes(Refusal))}
    for module in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                parts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                yield f"{module.relative_to(APP)}:{node.lineno}", "".join(map(str, parts))


def test_every_message_in_the_code_is_a_short_sentence_in_ascii() -> None:
    messages = [(place, text) for place, text in written() if text]
    assert [place for place, text in messages if not text.isascii() or "." not in text] == []
    assert [place for place, text in messages if len(text) > MESSAGE_LENGTH - 2 * QUOTE_LENGTH] == []
    assert len(messages) > 40

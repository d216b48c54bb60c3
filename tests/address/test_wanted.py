"""The messages that ask for variants ahead: what goes in comes out, and none is too large for SQS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address import wanted
from chalicelib.address.key import MAX_BYTES, Key
from chalicelib.address.variant import MAX_LENGTH
from chalicelib.address.wanted import MOST_VARIANTS, Wanted

SQS_TAKES = 262_144


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=5))
def test_what_is_sent_is_what_is_read(key: str, spellings: list[str]) -> None:
    sent = Wanted(Key(key), tuple(spellings))
    assert wanted.read(str(sent)) == sent


@pytest.mark.parametrize("character", ["a", "\x01", "é", "💥"])
def test_the_largest_message_is_one_that_sqs_takes(character: str) -> None:
    key = Key(character * (MAX_BYTES // len(character.encode())))
    (largest,) = wanted.messages(key, ["x" * MAX_LENGTH] * MOST_VARIANTS)
    assert len(str(largest).encode()) < 110_000 < SQS_TAKES


@pytest.mark.parametrize(("number", "sizes"), [(0, []), (10, [10]), (256, [256]), (257, [256, 1])])
def test_an_original_has_one_message_unless_its_variants_are_too_many(number: int, sizes: list[int]) -> None:
    spellings = [f"{side}x" for side in range(1, number + 1)]
    made = list(wanted.messages(Key("a.jpg"), spellings))
    assert [len(each.spellings) for each in made] == sizes
    assert [spelling for each in made for spelling in each.spellings] == spellings


@pytest.mark.parametrize("message", ["", "{}", "[]", "null", '{"key": "a"}', '{"key": "a", "variants": 1}'])
def test_anything_else_is_no_message(message: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of JSON or of ours
        wanted.read(message)

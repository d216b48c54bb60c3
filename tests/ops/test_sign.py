"""`python -m ops sign`: what it prints is let in by the app, and it takes no secret from its arguments."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.address.admission import Gate
from chalicelib.address.key import decode, is_key, read
from chalicelib.address.policy import Policy, read_presets
from chalicelib.address.signing import read_keys
from ops.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

KEYS = "new:correct-horse-battery-staple,old:a-secret-of-last-year"
GATE = Gate(Policy(presets=read_presets("hero=1600x")), read_keys(KEYS))
NOON = "2026-11-26T12:00:00Z"


def signs(*arguments: str, environ: str = KEYS) -> Result:
    return CliRunner().invoke(main, ["sign", *arguments], env={"SIGNING_KEYS": environ})


def printed(*arguments: str) -> str:
    result = signs(*arguments)
    assert result.exit_code == 0, result.output
    return result.output.removesuffix("\n")


def admitted(path: str) -> tuple[str, str, int | None]:
    """Return what the app lets in at this path: the variant, the key, and when the signature expires."""
    segment, *captured = path.removeprefix("/").split("/")
    key = read(captured)
    admission = GATE.admit(decode(segment), key, time.time())
    assert admission.signature
    return str(admission.variant), key, admission.signature.expires


@pytest.mark.parametrize(
    ("variant", "canonical"),
    [("640x480,format=webp,fit=cover", "640x480,fit=cover,format=webp"), ("640x", "640x"), ("hero", "hero")],
)
@pytest.mark.parametrize("name", [[], ["--id", "new"], ["--id", "old"]], ids=str)
def test_the_app_lets_in_what_it_prints(variant: str, canonical: str, name: list[str]) -> None:
    assert admitted(printed(variant, "d/a b.jpg", *name)) == (canonical, "d/a b.jpg", None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(is_key))
def test_the_app_lets_in_every_key(key: str) -> None:
    assert admitted(printed("--", "640x480", key))[1] == key


@pytest.mark.parametrize(
    ("when", "expires"),
    [
        ("90s", 1_795_694_490),
        ("15m", 1_795_695_300),
        ("2h", 1_795_701_600),
        ("7d", 1_796_299_200),
        ("1900000000", 1_900_000_000),
        ("2026-11-27", 1_795_737_600),
        ("2026-11-27T00:00:00Z", 1_795_737_600),
        ("2026-11-27T01:00+01:00", 1_795_737_600),
    ],
)
@freeze_time(NOON)
def test_it_expires_when_it_is_told_to(when: str, expires: int) -> None:
    assert admitted(printed("640x480", "a.jpg", "--expires", when))[2] == expires


def test_the_address_is_whole_with_the_site_and_its_prefix() -> None:
    path = printed("640x480", "a.jpg", "--site", "https://img.example.com/", "--key-prefix", "img")
    assert path.startswith("https://img.example.com/img/640x480,s=new.")


def test_the_keys_may_be_in_a_file_or_come_from_another_program(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"{KEYS}\n")
    expected = printed("640x480", "a.jpg")
    assert signs("640x480", "a.jpg", "--keys", str(tmp_path / "keys"), environ="").output == f"{expected}\n"
    piped = CliRunner().invoke(main, ["sign", "640x480", "a.jpg", "--keys", "-"], input=KEYS)
    assert piped.output == f"{expected}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["640x480,fitt=cover", "a.jpg"], "There is no option 'fitt'"),
        (["640x480", "a//b.jpg"], "Segment 2 of the key 'a//b.jpg' is empty"),
        (["640x480", "a\udce9.jpg"], "surrogates not allowed"),
        (["640x480", "a.jpg", "--id", "older"], "the ids are new, old"),
        (["640x480", "a.jpg", "--expires", "soon"], "write it like 90s, 15m, 2h, 7d"),
        (["640x480", "a.jpg", "--site", "img.example.com"], "Did you mean 'https://img.example.com'"),
        (["640x480", "a" * 1000], "That is with the signature"),
        (["640x480", "a.jpg", "--signing-keys", KEYS], "No such option"),
    ],
)
def test_what_cannot_be_signed_is_refused_in_plain_words(arguments: list[str], said: str) -> None:
    result = signs(*arguments)
    assert result.exit_code != 0
    assert said in result.output


@pytest.mark.parametrize(
    "environ", ["", "correct-horse-battery-staple", "k1:correct", "K:correct-horse-battery"]
)
def test_without_keys_it_says_what_is_missing_and_shows_none(environ: str) -> None:
    result = signs("640x480", "a.jpg", environ=environ)
    assert result.exit_code == 1
    assert "signing key" in result.output
    assert "correct" not in result.output

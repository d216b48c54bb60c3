"""`python -m ops purge`, against the emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.scale import deployed
from tests.ops.scale.test_prewarming import put, stored

if TYPE_CHECKING:
    from pathlib import Path

    from ops.scale.deployed import Deployed
    from tests.ops.conftest import Operator


@pytest.fixture
def site(operator: Operator, standing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Deployed:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return deployed.read(operator.account, standing)


def make(operator: Operator, standing: str, site: Deployed, folder: str) -> set[str]:
    put(site, f"{folder}/a.png", f"{folder}/b.png")
    words = ("prewarm", standing, "--prefix", f"{folder}/", "--variants", "150x150 300x200", "--yes")
    assert operator.types(*words).exit_code == 0
    made = stored(site, folder)
    assert len(made) == 4
    return made


def test_variants_go_by_the_keys_of_their_originals_and_by_a_prefix(
    operator: Operator, standing: str, site: Deployed
) -> None:
    made = make(operator, standing, site, "purged")
    kept = operator.types("purge", "purged/a.png", "--stack", standing, "--dry-run")
    assert (kept.exit_code, stored(site, "purged")) == (1, made)
    one = operator.types("purge", "purged/a.png", "--stack", standing, answers="y\n")
    assert one.exit_code == 0, one.output
    assert "2 variants deleted" in one.output
    assert stored(site, "purged") == {"150x150/purged/b.png", "300x200/purged/b.png"}
    rest = operator.types("purge", "--prefix", "purged/", "--stack", standing, "--yes")
    assert rest.exit_code == 0, rest.output
    assert stored(site, "purged") == set()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a.png", "--all"],
        ["--all", "--unlisted"],
        ["--variant", "1x", "--all"],
        ["a.png", "--prefix", "a"],
    ],
)
def test_there_is_one_way_at_a_time_to_say_what_goes(words: list[str], operator: Operator) -> None:
    told = operator.types("purge", *words)
    assert told.exit_code == 2
    assert "Name originals, or one of" in told.output


def test_a_key_that_is_none_is_reported(operator: Operator, standing: str, site: Deployed) -> None:
    assert site
    told = operator.types("purge", "a//b.png", "--stack", standing, "--yes")
    assert told.exit_code == 1
    assert "Segment 2 of the key" in told.output

"""`python -m ops prewarm`, against the emulator: the deployed functions make the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.scale import deployed, enqueuing, prewarming
from tests.pictures import png

if TYPE_CHECKING:
    from pathlib import Path

    from ops.scale.deployed import Deployed
    from tests.ops.conftest import Operator

TWO = ("150x150", "300x200")


@pytest.fixture
def site(operator: Operator, standing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Deployed:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return deployed.read(operator.account, standing)


def put(site: Deployed, *keys: str) -> None:
    for key in keys:
        site.clients.s3.put_object(
            Bucket=site.config.sources.by_name["default"].bucket, Key=key, Body=png(400, 300)
        )


def stored(site: Deployed, folder: str) -> set[str]:
    pages = site.clients.s3.get_paginator("list_objects_v2").paginate(Bucket=site.config.site.bucket)
    keys = {each["Key"] for page in pages for each in page.get("Contents", [])}
    return {key for key in keys if f"/{folder}/" in key}


def test_the_pictures_are_there_before_anybody_asks(
    operator: Operator, standing: str, site: Deployed
) -> None:
    keys = [f"ahead/{name}.png" for name in ("a", "b c", "d/e")]
    put(site, *keys, "ahead/no.txt/")
    told = operator.types(
        "prewarm", standing, "--prefix", "ahead/", "--variants", " ".join(TWO), answers="y\n"
    )
    assert told.exit_code == 0, told.output
    assert "3 originals of 4 objects: 6 pictures" in told.output
    assert "6 pictures of 3 originals asked for" in told.output
    assert stored(site, "ahead") == {f"{size}/{key}" for size in TWO for key in keys}
    again = operator.types("prewarm", standing, "--prefix", "ahead/", "--variants", "150x150", "--yes")
    assert again.exit_code == 0, again.output


@pytest.mark.parametrize(
    ("words", "answers", "code", "said"),
    [
        (["--dry-run"], None, 0, "Nothing was changed."),
        ([], "n\n", 1, "Nothing was changed."),
        (["--prefix", "nobody/has/this"], None, 0, "There is nothing to make."),
        (["--variants", "301x"], None, 1, "The size 301x is not allowed here"),
        (["--since", "yesterday"], None, 2, "write it like 7d"),
        (["--since", "2100-01-01"], None, 0, "There is nothing to make."),
    ],
)
def test_nothing_is_sent_unless_it_is_wanted(
    words: list[str],
    answers: str | None,
    code: int,
    said: str,
    operator: Operator,
    standing: str,
    site: Deployed,
) -> None:
    put(site, "unwanted/a.png")
    told = operator.types("prewarm", standing, "--prefix", "unwanted/", *words, answers=answers)
    assert told.exit_code == code, told.output
    assert said in told.output
    assert stored(site, "unwanted") == set()


@pytest.mark.usefixtures("site")
def test_a_stack_that_is_not_there_is_reported(operator: Operator) -> None:
    told = operator.types("prewarm", "nowhere", "--yes")
    assert told.exit_code == 1
    assert "There is no stack nowhere with a function Prewarm" in told.output


def test_ctrl_c_says_how_to_go_on(
    operator: Operator, standing: str, site: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site, "stopped/a.png")

    def stop(_: enqueuing.Sending) -> None:
        raise KeyboardInterrupt

    words = ("prewarm", standing, "--prefix", "stopped/", "--variants", "150x150", "--yes")
    with monkeypatch.context() as patched:
        patched.setattr(enqueuing.Sending, "run", stop)
        told = operator.types(*words)
    assert told.exit_code == 130
    assert "The same command goes on from here." in told.output
    with monkeypatch.context() as patched:
        patched.setattr(prewarming, "waiting", stop)
        watched = operator.types(*words)
    assert watched.exit_code == 130
    assert "The functions go on making the pictures." in watched.output


def test_the_local_site_is_found_by_its_port(
    operator: Operator, standing: str, site: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site, "local/a.png")
    port = int(operator.aws.endpoint_url.rpartition(":")[2])
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    told = operator.types("prewarm", standing, "--local", str(port - 2), "--prefix", "local/", "--dry-run")
    assert told.exit_code == 0, told.output
    assert "1 original of 1 object" in told.output

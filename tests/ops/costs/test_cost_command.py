"""`python -m ops cost`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from ops import prices
from ops.__main__ import main
from ops.costs import months, systems
from ops.costs.months import Site


def cost(*words: str) -> Result:
    return CliRunner().invoke(main, ["cost", *words])


def test_it_shows_every_system_with_its_total() -> None:
    result = cost()
    assert result.exit_code == 0
    assert "us-east-1" in result.output
    assert str(prices.of().date) in result.output
    for system in systems.ALL:
        total = prices.of().total(months.month(system, Site()))
        assert f"{total:,.2f}" in result.output, system.name


def test_it_needs_no_account_and_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boto3.Session.client", lambda *_: pytest.fail("AWS is asked"))
    assert cost("--json").exit_code == 0


def test_its_options_are_what_is_counted() -> None:
    site = ["--views=2000000", "--hits=0.5", "--new=1000", "--stored=7", "--size=9", "--work=1", "--wait=2"]
    answer = json.loads(cost(*site, "--originals=3", "--variants=4", "--free", "--json").stdout)
    assert answer["asked"] == {
        "site": {
            "views": 2_000_000,
            "hits": 0.5,
            "new": 1000,
            "stored": 7,
            "size": 9,
            "times": {"work": 1, "wait": 2},
        },
        "originals": 3,
        "variants": 4,
        "with_free": True,
    }


def test_a_small_site_has_no_more_new_pictures_than_misses() -> None:
    assert json.loads(cost("--views=50000", "--json").stdout)["asked"]["site"]["new"] == 5000


def test_as_json_it_has_totals_services_and_what_is_used() -> None:
    answer = json.loads(cost("--json").stdout)
    assert answer["prices"] == {"region": "us-east-1", "date": prices.of().date.isoformat()}
    for system in systems.ALL:
        month = answer["month"][system.name]
        assert month["usd"] == pytest.approx(sum(month["services"].values()))
        assert month["used"] == pytest.approx(dict(months.month(system, Site())))
        kept = answer["ahead"][system.name]["kept_usd_a_month"]
        assert kept == (pytest.approx(9.64, abs=0.01) if system.stores else 0)


def test_free_parts_are_taken_off() -> None:
    full, free = (json.loads(cost("--json", *words).stdout) for words in ([], ["--free"]))
    for system in systems.ALL:
        assert free["month"][system.name]["usd"] < full["month"][system.name]["usd"], system.name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--new", "2000000"], "CloudFront lacks only 1,000,000 of these views"),
        (["--hits", "1.5"], "--hits"),
        (["--views", "-1"], "--views"),
        (["--variants", "0"], "--variants"),
        (["--region", "mars-1"], "us-east-1"),
        (["--work", "nan"], "--work"),
        (["--wait", "inf"], "--wait"),
        (["--views", "9" * 400], "--views"),
        (["--views", "many"], "--views"),
        (["--hits", "nan"], "--hits"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(words: list[str], said: str) -> None:
    result = cost(*words)
    assert result.exit_code == 2
    assert said in result.output

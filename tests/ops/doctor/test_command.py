"""The command, as it is typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from infra.emulator import CREDENTIALS, REGION
from ops.doctor.checks import ALL
from ops.doctor.command import doctor
from tests.ops.doctor import plants

if TYPE_CHECKING:
    from click.testing import Result

    from tests.ops.doctor.patient import Patient


def run(*arguments: str) -> Result:
    environment = {**CREDENTIALS, "AWS_CONFIG_FILE": "/dev/null", "AWS_PROFILE": None, "COLUMNS": "200"}
    return CliRunner().invoke(doctor, arguments, env=environment)


def stack(patient: Patient, *more: str) -> Result:
    patient.edge.reread()
    at = ("--endpoint-url", patient.aws.endpoint_url, "--region", REGION, "--site-url", patient.edge.url)
    return run("--stack", "patient", *at, *more)


def test_a_correct_stack_gives_status_0_and_shows_the_hops(patient: Patient) -> None:
    patient.new_key()
    done = stack(patient)
    assert done.exit_code == 0, done.output
    assert "A variant that was missing" in done.output
    assert "x-cache: Hit from cloudfront" in done.output
    assert "Healthy:" in done.output


def test_a_fault_gives_status_1_and_its_cure(patient: Patient) -> None:
    with plants.without_rule(patient, "403"):
        done = stack(patient)
    assert done.exit_code == 1
    assert f"python -m ops routes {patient.outputs.site_bucket}" in done.output
    assert "Not healthy:" in done.output


def test_the_json_has_the_same_content(patient: Patient) -> None:
    with plants.blocked(patient, RestrictPublicBuckets=True):
        done = stack(patient, "--json", "--key", patient.new_key(), "--variant", "40x40")
    told = json.loads(done.output)
    assert (done.exit_code, told["healthy"]) == (1, False)
    assert [finding["id"] for finding in told["findings"]] == [check.id for check in ALL]
    assert [finding["id"] for finding in told["findings"] if finding["outcome"] == "fault"] == [
        "block-public-access"
    ]
    hops = told["walks"]["A variant that was missing"]["hops"]
    assert hops[0]["url"].startswith(f"{patient.edge.url}/40x40/")
    assert hops[0]["headers"]["location"]


def test_a_distribution_shows_faults_that_are_invisible_from_outside(patient: Patient) -> None:
    url = f"{patient.edge.url}/100x100/{patient.new_key()}"
    at = ("--endpoint-url", patient.aws.endpoint_url, "--region", REGION)
    with plants.ttls(patient, 1, 86_400):
        patient.edge.reread()
        done = run(url, "--distribution", patient.outputs.distribution_id, *at, "--json")
    found: list[Any] = [
        finding for finding in json.loads(done.output)["findings"] if finding["outcome"] == "fault"
    ]
    assert [finding["id"] for finding in found] == ["min-ttl"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "either a URL or a --stack", id="nothing to examine"),
        pytest.param(("img.example.com", "--stack", "x"), "either a URL or a --stack", id="two things"),
        pytest.param(
            ("https://img.example.com/red.jpg",), "not the address of a picture", id="no picture's address"
        ),
        pytest.param(
            ("--stack", "x", "--region", "us-east-1", "--endpoint-url", "http://127.0.0.1:9"),
            "reached",
            id="no AWS",
        ),
    ],
)
def test_a_site_that_cannot_be_examined_gives_status_2_and_the_reason(
    arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_a_missing_stack_gives_status_2(patient: Patient) -> None:
    done = run("--stack", "none", "--endpoint-url", patient.aws.endpoint_url, "--region", REGION)
    assert done.exit_code == 2
    assert "There is no stack none in us-east-1" in done.output

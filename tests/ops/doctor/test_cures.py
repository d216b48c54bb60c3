"""The printed cures of routing rules, executed as commands."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from infra.emulator import CREDENTIALS, REGION
from ops.__main__ import main
from tests.ops.doctor import plants
from tests.ops.doctor.patient import present

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ops.doctor.patient import Patient

RULES: list[tuple[str, Callable[[Patient], Any]]] = [
    ("rule-403", lambda it: plants.without_rule(it, "403")),
    ("rule-404", lambda it: plants.without_rule(it, "404")),
    ("rule-order", plants.earlier_rule),
    ("key-prefix", plants.prefixed_rules),
    ("rule-host", lambda it: plants.redirects(it, HostName="img.example.org")),
    ("rule-protocol", lambda it: plants.redirects(it, Protocol="http")),
    ("redirect-code", lambda it: plants.redirects(it, HttpRedirectCode="301")),
]


@pytest.mark.parametrize(("check", "plant"), RULES, ids=[row[0] for row in RULES])
def test_the_cure_of_a_routing_rule_fault_works(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, check: str, plant: Callable[[Patient], Any]
) -> None:
    environment = {**CREDENTIALS, "AWS_CONFIG_FILE": "/dev/null", "AWS_DEFAULT_REGION": REGION}
    for name, value in {**environment, "AWS_ENDPOINT_URL": patient.aws.endpoint_url}.items():
        monkeypatch.setenv(name, value)
    with plant(patient):
        (cure,) = (finding.cure for finding in patient.examined().findings if finding.id == check)
        (command,) = re.findall(r"python -m ops (routes .* --apply(?: --protocol https)?)", cure)
        done = CliRunner().invoke(main, [*shlex.split(command), "--yes"])
        assert done.exit_code == 0, done.output
        assert present(patient.examined()) == []

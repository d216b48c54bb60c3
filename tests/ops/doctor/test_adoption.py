"""A stack behind a distribution that it did not make: what is wrong there, and only that, is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import edge
from infra.emulator import CREDENTIALS, REGION
from infra.package import package
from ops.__main__ import main
from ops.deployment import stack
from ops.doctor import Outcome, examine_url
from ops.doctor.known import known
from tests import foreign
from tests.ops.doctor.conftest import ARTIFACTS, PARAMETERS
from tests.ops.doctor.patient import Patient, present

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "lodger"


def types(patient: Patient, *words: str) -> str:
    """Type `python -m ops WORDS` as an operator of the emulator's account."""
    environment = {**CREDENTIALS, "AWS_CONFIG_FILE": "/dev/null", "AWS_DEFAULT_REGION": REGION}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**environment, "AWS_ENDPOINT_URL": patient.aws.endpoint_url}.items():
            patch.setenv(name, value)
        done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module", params=["redirect", "failover"])
def lodger(
    request: pytest.FixtureRequest, patient: Patient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Patient]:
    """A stack whose pictures somebody else's distribution serves, with the edge in front of it."""
    origin = foreign.website(patient.client("s3"))
    theirs = foreign.distribution(patient.client("cloudfront"), "/api/*", origin=origin)
    outputs = stack.deploy(
        patient.client("cloudformation"),
        patient.client("s3"),
        package(tmp_path_factory.mktemp("package")),
        artifacts=ARTIFACTS,
        name=f"{NAME}-{request.param}",
        parameters=PARAMETERS | foreign.parameters(theirs, Delivery=request.param),
    )
    with edge.serve(theirs, endpoint_url=patient.aws.endpoint_url) as front:
        lodger = Patient(patient.aws, outputs, front, f"{NAME}-{request.param}")
        lodger.make_regional()
        types(lodger, "adopt", lodger.name, "--yes")
        yield lodger


def put(lodger: Patient, **changes: Any) -> None:
    foreign.put(lodger.client("cloudfront"), lodger.outputs.distribution_id, **changes)
    lodger.invalidate()


def config(lodger: Patient) -> dict[str, Any]:
    return foreign.config(lodger.client("cloudfront"), lodger.outputs.distribution_id)


def test_behind_somebody_elses_distribution_nothing_is_wrong(lodger: Patient) -> None:
    examined = lodger.examined()
    assert present(examined) == []
    (found,) = (each for each in examined.findings if each.id == "adopted")
    assert found.evidence == "it has the behaviours of this stack, in front of its own"


def test_without_the_stack_the_bucket_behind_the_pictures_is_found(lodger: Patient) -> None:
    lodger.edge.reread()
    address = f"{lodger.edge.url}/img/100x100/{lodger.new_key()}"
    diagnosis = examine_url(address, lodger.aws, distribution=lodger.outputs.distribution_id)
    assert known(diagnosis.facts.inside.bucket).name == lodger.outputs.site_bucket


def test_settings_of_theirs_that_the_edge_does_not_implement_are_no_fault(lodger: Patient) -> None:
    before = config(lodger)
    legacy = {"QueryString": True, "Cookies": {"Forward": "none"}}
    listed = {**legacy, "QueryStringCacheKeys": {"Quantity": 1, "Items": ["v"]}}
    changed = config(lodger)
    for behaviour in (changed["DefaultCacheBehavior"], changed["CacheBehaviors"]["Items"][-1]):
        del behaviour["CachePolicyId"]
        behaviour["ForwardedValues"] = listed
    put(lodger, **changed)
    try:
        assert [each.id for each in lodger.examined().findings if each.id == "delivery"]
        unread = [each for each in lodger.examined().findings if "QueryStringCacheKeys" in each.evidence]
        assert unread == []
    finally:
        put(lodger, **before)


def test_behaviours_that_are_not_there_are_found_and_the_cure_works(lodger: Patient) -> None:
    types(lodger, "adopt", lodger.name, "--undo", "--yes")
    examined = lodger.examined()
    assert present(examined) == ["adopted"]
    (found,) = (each for each in examined.findings if each.id == "adopted")
    assert (found.outcome, f"python -m ops adopt {lodger.name}" in found.cure) == (Outcome.FAULT, True)
    types(lodger, "adopt", lodger.name, "--yes")
    assert present(lodger.examined()) == []


def test_behaviours_that_are_older_than_the_stack_are_found(lodger: Patient) -> None:
    before = config(lodger)
    changed = config(lodger)
    changed["CacheBehaviors"]["Items"].reverse()
    put(lodger, **changed)
    try:
        assert present(lodger.examined()) == ["adopted"]
    finally:
        put(lodger, **before)


def test_pages_in_place_of_refusals_are_found(lodger: Patient) -> None:
    page = {"ErrorCode": 404, "ResponsePagePath": "/index.html", "ResponseCode": "200"}
    put(lodger, CustomErrorResponses={"Quantity": 1, "Items": [page]})
    try:
        found = [each for each in lodger.examined().findings if each.id == "error-pages"]
        assert [(each.outcome, "404 (/index.html)" in each.evidence) for each in found] == [
            (Outcome.WARNING, True)
        ]
    finally:
        put(lodger, CustomErrorResponses={"Quantity": 0})

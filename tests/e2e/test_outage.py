"""The app, its API and its queues are switched off: what is stored is served, and nothing wrong is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import BOTH_WAYS, deployed
from tests.e2e.test_signed import forget
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from infra.emulator import Emulator
    from infra.package import Package
    from tests.e2e.conftest import System

VARIANTS = ("100x100", "300x200", "100x100,fit=cover")
KEPT_SECONDS = {"", "no-store", "public, max-age=1"}
"""The template has CloudFront keep an error of a function or an API for a second."""


def resources(system: System, stack: str, kind: str) -> list[str]:
    """Return the names of the stack's resources of this type."""
    found = system.aws.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    names = [each["PhysicalResourceId"] for each in found if each["ResourceType"] == kind]
    assert names, f"the stack has no {kind}"
    return names


def functions(system: System, stack: str) -> list[str]:
    return resources(system, stack, "AWS::Lambda::Function")


def stop(system: System, stack: str) -> None:
    """Let no function of the stack run: Lambda refuses every call."""
    for name in functions(system, stack):
        system.aws.client("lambda").put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=0
        )


def start(system: System, stack: str) -> None:
    for name in functions(system, stack):
        system.aws.client("lambda").delete_function_concurrency(FunctionName=name)


def remove(system: System, stack: str) -> None:
    """Delete the functions, the API and the queues of the stack."""
    for name in resources(system, stack, "AWS::ApiGateway::RestApi"):
        system.aws.client("apigateway").delete_rest_api(restApiId=name)
    for name in resources(system, stack, "AWS::SQS::Queue"):
        system.aws.client("sqs").delete_queue(QueueUrl=name)
    for name in functions(system, stack):
        system.aws.client("lambda").delete_function(FunctionName=name)


def assert_all_that_is_stored_is_served(system: System, made: dict[str, bytes]) -> None:
    """Ask a CDN that keeps nothing any more."""
    system.edge.reread()
    forget(system, "/*")
    for path, picture in made.items():
        (served,) = system.view(path)
        assert (served.status, served.body, served.headers["content-type"]) == (200, picture, "image/png")


def assert_a_missing_one_says_so(system: System, path: str) -> None:
    last = system.view(path)[-1]
    assert last.status in {429, 500, 502, 503, 504}
    assert last.headers.get("cache-control", "") in KEPT_SECONDS
    asked = system.times_at_the_app()
    assert until(lambda: system.view(path)[-1].status >= 429 and system.times_at_the_app() > asked, 5)


@pytest.mark.parametrize("delivery", BOTH_WAYS)
def test_every_stored_picture_is_served_without_app_api_and_queues_and_a_missing_one_is_made_afterwards(
    aws: Emulator, packaged: Package, delivery: str
) -> None:
    stack = f"outage-{delivery}"
    with deployed(aws, packaged, stack, Delivery=delivery) as system:
        system.put("red.png", png())
        made = {path: system.view(path)[-1].body for path in (f"{variant}/red.png" for variant in VARIANTS)}
        stored = system.stored()
        assert stored == made.keys()

        stop(system, stack)
        assert_all_that_is_stored_is_served(system, made)
        assert_a_missing_one_says_so(system, "40x40/red.png")
        assert system.stored() == stored

        start(system, stack)
        assert until(lambda: system.view("40x40/red.png")[-1].status == 200)

        remove(system, stack)
        assert_all_that_is_stored_is_served(system, made)
        gone = system.view("info/red.png")[-1]
        assert gone.status >= 400
        assert gone.headers.get("cache-control", "") in KEPT_SECONDS

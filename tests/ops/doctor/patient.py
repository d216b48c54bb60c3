"""A deployed site, and its examinations."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ops.doctor import Diagnosis, Outcome, examine_stack, examine_url
from ops.doctor.examination import Wanted
from tests.pictures import png

if TYPE_CHECKING:
    import edge
    from infra.emulator import Emulator
    from ops.deployment import stack

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Patient:
    """A stack in the emulator with the edge in front of it."""

    aws: Emulator
    outputs: stack.Outputs
    edge: edge.Edge
    name: str = "patient"

    def client(self, service: str) -> Any:
        return self.aws.client(service)

    @cached_property
    def resources(self) -> dict[str, str]:
        """The physical ids of the stack's resources, by logical id."""
        found = self.client("cloudformation").describe_stack_resources(StackName=self.name)["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}

    def role(self, logical: str) -> str:
        """Return the name of a function's role."""
        found = self.client("lambda").get_function_configuration(FunctionName=self.resources[logical])
        return str(found["Role"].rpartition("/")[2])

    def make_regional(self) -> None:
        """Set the API's endpoint type as in its template: the emulator does not."""
        self.endpoint("remove", "EDGE")
        self.endpoint("add", "REGIONAL")

    def endpoint(self, operation: str, kind: str) -> None:
        """Add or remove an endpoint type, as the emulator has it: on AWS one replaces another."""
        path = f"/endpointConfiguration/types/{kind}"
        self.client("apigateway").update_rest_api(
            restApiId=self.resources["RestAPI"],
            patchOperations=[{"op": operation, "path": path, "value": kind}],
        )

    def invalidate(self) -> None:
        """Make the distribution forget everything."""
        batch = {"CallerReference": uuid.uuid4().hex, "Paths": {"Quantity": 1, "Items": ["/*"]}}
        self.client("cloudfront").create_invalidation(
            DistributionId=self.outputs.distribution_id, InvalidationBatch=batch
        )

    def new_key(self) -> str:
        """Upload an original that nobody has requested yet."""
        key = f"original-{next(_numbers)}.png"
        self.client("s3").put_object(Bucket=self.outputs.source_bucket, Key=key, Body=png(text=key))
        return key

    def examined(self, key: str = "") -> Diagnosis:
        """Examine a picture, by default a new one, from inside and outside."""
        self.edge.reread()
        wanted = Wanted("100x100", key or self.new_key(), self.edge.url, self.edge.website_address)
        return examine_stack(self.aws, self.name, wanted)

    def seen(self, key: str = "") -> Diagnosis:
        """Examine a picture, by default a new one, from outside."""
        self.edge.reread()
        return examine_url(f"{self.edge.url}/100x100/{key or self.new_key()}")


def faults(diagnosis: Diagnosis) -> list[str]:
    """Return the ids of all faults and warnings."""
    wrong = (*diagnosis.of(Outcome.FAULT), *diagnosis.of(Outcome.WARNING))
    return [finding.id for finding in wrong]


def present(diagnosis: Diagnosis) -> list[str]:
    """Return the ids of what is wrong now.

    That a function failed or refused something within the last hour outlives the fault that was planted
    before, and a busy machine has its part in it.
    """
    return [fault for fault in faults(diagnosis) if fault not in {"failures", "not-allowed"}]

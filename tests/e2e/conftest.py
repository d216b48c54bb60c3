"""The whole system, as in `make run`: the packaged app in the emulator, with the edge in front."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

import edge
from chalicelib.address import signing
from chalicelib.address.key import url_path
from chalicelib.address.signing import SigningKey
from chalicelib.address.sources import ObjectName
from chalicelib.aws.invalidation import TAG
from infra.emulator import Emulator, emulator
from infra.package import Package, package
from ops.deployment import stack
from ops.local.walkthrough import Hop, follow

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTIFACTS = "resize404-artifacts"
TIMEOUT = 30.0

DEFAULTS = {
    "AllowedImageTypes": "jpeg,png,gif,webp,avif,svg",
    "AllowedDimensions": "100x100,300x200,40x40,info",
    "AllowedOptions": "fit=cover,format=*,quality=*",
    "MaxSourceBytes": "3000000",
    "MaxSourcePixels": "25000000",
    "OtherFiles": "refused",
    "SigningKeys": "k1:correct-horse-battery-staple",
}
SIGNER = SigningKey("k1", "correct-horse-battery-staple")


STALE = {"Invalidate": "stale", "FallbackKey": "none.png"}


def signed(variant: str, key: str, expires: int | None = None) -> str:
    """Return the signed address, without the slash in front, of the original with this key."""
    segment = signing.address(variant, SIGNER.sign(variant, key, expires))
    return url_path(f"{segment}/{key}")[1:]


@dataclass(frozen=True)
class System:
    """A deployed stack with an edge in front of it."""

    aws: Emulator
    outputs: stack.Outputs
    evictions: str
    edge: edge.Edge
    fails_over: bool = False

    @property
    def miss(self) -> list[int]:
        """The statuses of the hops of a first view."""
        return [200] if self.fails_over else [307, 302, 200]

    def refused(self, status: int) -> list[int]:
        """Return the statuses of the hops to a refusal with this status."""
        return [status] if self.fails_over else [307, status]

    @property
    def signed_view(self) -> list[int]:
        """The statuses of the hops of a signed address: the picture has an address without a signature."""
        return [302, 200] if self.fails_over else [307, 302, 200]

    def put(self, key: str, data: bytes) -> None:
        self.aws.client("s3").put_object(Bucket=self.outputs.source_bucket, Key=key, Body=data)

    def view(
        self, path: str, *, origin: str = "https://shop.example", accept: str = "image/*"
    ) -> tuple[Hop, ...]:
        """Follow the percent-encoded `path` to the last answer, with the headers Origin and Accept."""
        return follow(f"{self.edge.url}/{path}", origin=origin, accept=accept)

    def view_key(self, variant: str, key: str) -> tuple[Hop, ...]:
        return self.view(url_path(f"{variant}/{key}")[1:])

    def stored(self) -> set[str]:
        """Return the keys of all objects in the site bucket but those of the index."""
        pages = (
            self.aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.outputs.site_bucket)
        )
        found = {entry["Key"] for page in pages for entry in page.get("Contents", [])}
        return {key for key in found if not key.startswith(".index/")}

    def invalidations(self) -> list[str]:
        """Wait until the queue is empty, and return all invalidated paths."""
        self.wait_for_evictions()
        cloudfront, distribution = self.aws.client("cloudfront"), self.outputs.distribution_id
        batches = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"].get(
            "Items", []
        )
        return [
            path
            for batch in batches
            for path in cloudfront.get_invalidation(DistributionId=distribution, Id=batch["Id"])[
                "Invalidation"
            ]["InvalidationBatch"]["Paths"]["Items"]
        ]

    def invalidations_of(self, variant: str, key: str) -> list[str]:
        """Return what of all that is invalidated reaches this variant, or is of its original in any way.

        The stack is shared: other tests have changed originals of their own before.
        """
        tag = f"{TAG}{ObjectName(self.outputs.source_bucket, key).tag}"
        return [
            item
            for item in self.invalidations()
            if item == tag or key in item or fnmatchcase(f"/{variant}/{key}", item)
        ]

    def wait_for_evictions(self) -> None:
        """Wait until CloudFront has been told of everything that is to be told."""
        sqs, deadline = self.aws.client("sqs"), time.monotonic() + TIMEOUT
        while _waiting(sqs, self.evictions):
            assert time.monotonic() < deadline, "the queue of evictions does not empty itself"
            time.sleep(0.1)

    def times_at_the_app(self) -> int:
        """Return the number of requests to the app so far."""
        return sum(seen.at == "origin" and "/resize/" in seen.path for seen in self.edge.log)


def _waiting(sqs: Any, queue: str) -> int:
    """Return the number of messages in `queue`: visible, in work and delayed."""
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


@pytest.fixture(scope="session")
def aws() -> Iterator[Emulator]:
    with emulator() as running:
        running.client("s3").create_bucket(Bucket=ARTIFACTS)
        yield running


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return package(tmp_path_factory.mktemp("package"))


@contextmanager
def deployed(
    aws: Emulator, packaged: Package, name: str, *, worst: bool = False, delay: float = 0.0, **parameters: str
) -> Iterator[System]:
    outputs = stack.deploy(
        aws.client("cloudformation"),
        aws.client("s3"),
        packaged,
        artifacts=ARTIFACTS,
        name=name,
        parameters=DEFAULTS | parameters,
    )
    queue = aws.client("cloudformation").describe_stack_resource(
        StackName=name, LogicalResourceId="EvictionQueue"
    )["StackResourceDetail"]["PhysicalResourceId"]
    with edge.serve(
        outputs.distribution_id, endpoint_url=aws.endpoint_url, worst=worst, invalidation_delay=delay
    ) as front:
        yield System(aws, outputs, queue, front, parameters.get("Delivery") == "failover")


BOTH_WAYS = ["redirect", "failover"]
"""The values of the parameter Delivery, for the fixtures `system`, `worst` and `always`."""

Systems = Callable[[str, str], System]


@pytest.fixture(scope="session")
def systems(aws: Emulator, packaged: Package) -> Iterator[Systems]:
    """Return the stack of a kind, and of a way of delivery, that is deployed when it is first asked for."""
    with ExitStack() as stacks:

        @cache
        def get(kind: str, delivery: str) -> System:
            known = KINDS[kind]
            name, chosen = f"{kind}-{delivery}", {"Delivery": delivery, **known.parameters}
            running = deployed(aws, packaged, name, worst=known.worst, delay=known.delay, **chosen)
            return stacks.enter_context(running)

        yield get


@dataclass(frozen=True)
class Kind:
    """The parameters of a stack, and how bad the CDN is in front of it."""

    parameters: dict[str, str] = field(default_factory=dict)
    worst: bool = False
    delay: float = 0.0


KINDS = {
    "plain": Kind(),
    "worst": Kind({"OtherSpellings": "serve", **STALE}, worst=True, delay=60.0),
    "always": Kind({"Invalidate": "always"}),
}


@pytest.fixture
def system(request: pytest.FixtureRequest, systems: Systems) -> System:
    """A stack with the template's defaults."""
    return systems("plain", getattr(request, "param", "redirect"))


@pytest.fixture
def worst(request: pytest.FixtureRequest, systems: Systems) -> System:
    """A stack behind a CDN that keeps every redirect for a day, and takes a minute for an invalidation.

    It does not run our function either: the app has to redirect other spellings itself.
    """
    return systems("worst", getattr(request, "param", "redirect"))


@pytest.fixture
def always(request: pytest.FixtureRequest, systems: Systems) -> System:
    """A stack that invalidates each new variant."""
    return systems("always", getattr(request, "param", "redirect"))

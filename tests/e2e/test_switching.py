"""A stack that changes its way of delivery, there and back: no stored picture is missing at any moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ops.deployment import stack
from tests.e2e.conftest import ARTIFACTS, DEFAULTS, deployed
from tests.e2e.test_signed import forget
from tests.pictures import png

if TYPE_CHECKING:
    from infra.emulator import Emulator
    from infra.package import Package
    from tests.e2e.conftest import System

NAME = "switching"


def switched(system: System, packaged: Package, delivery: str) -> System:
    """Return the system after its stack has changed, with a CDN that has kept nothing."""
    stack.deploy(
        system.aws.client("cloudformation"),
        system.aws.client("s3"),
        packaged,
        artifacts=ARTIFACTS,
        name=NAME,
        parameters=DEFAULTS | {"Delivery": delivery},
    )
    return seen_anew(replace(system, fails_over=delivery == "failover"))


def seen_anew(system: System) -> System:
    system.edge.reread()
    forget(system, "/*")
    return system


def close(system: System, *, is_closed: bool) -> None:
    """Make the bucket private, or public, before its distribution knows."""
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    system.aws.client("s3").put_public_access_block(
        Bucket=system.outputs.site_bucket,
        PublicAccessBlockConfiguration=dict.fromkeys(names, is_closed),  # type: ignore[arg-type]  # all of them
    )


def shows(system: System, key: str) -> list[int]:
    """Return the statuses on the way to the picture of this original, which has to be shown in the end."""
    hops = system.view(f"100x100/{key}")
    assert hops[-1].status == 200
    assert hops[-1].headers["content-type"] == "image/png"
    return [hop.status for hop in hops]


def test_a_stack_changes_its_delivery_there_and_back_and_shows_every_picture_at_each_step(
    aws: Emulator, packaged: Package
) -> None:
    with deployed(aws, packaged, NAME) as redirecting:
        for key in ("early.png", "middle.png", "late.png"):
            redirecting.put(key, png(text=key))
        assert shows(redirecting, "early.png") == [307, 302, 200]
        first = redirecting.stored()

        # The distribution still asks the website endpoint, and the bucket is private already.
        close(redirecting, is_closed=True)
        assert shows(seen_anew(redirecting), "early.png") == [307, 302, 200]
        assert redirecting.view("100x100/early.png")[-1].url.startswith(aws.endpoint_url)

        failing_over = switched(redirecting, packaged, "failover")
        assert shows(failing_over, "early.png") == [200]
        assert shows(failing_over, "middle.png") == [200]
        assert failing_over.stored() == {*first, "100x100/middle.png"}

        back = switched(failing_over, packaged, "redirect")
        for key in ("early.png", "middle.png"):
            assert shows(back, key) == [200]
        assert shows(back, "late.png") == [307, 302, 200]

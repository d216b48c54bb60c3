"""Checks the queues' functions: after an original changes, they delete its variant and invalidate it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.runtime import events
from infra.runtime.checks import Check
from infra.runtime.originals import SAMPLES
from infra.runtime.site import ENVIRONMENT, SIDE, SOURCE

if TYPE_CHECKING:
    from infra.emulator import Emulator
    from infra.runtime.deployed import Deployed
    from infra.runtime.site import Site

KEY, VARIANT = "changing.jpg", f"{SIDE}x{SIDE},format=jpeg"
PLACE = f"{VARIANT}/{KEY}"

_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # Managed-CachingDisabled


def checked(site: Site, here: Deployed) -> list[Check]:
    """Change an original that has a variant, and invoke the queues' functions as Lambda would."""
    distribution = _distribution(site.aws)
    environment = {**ENVIRONMENT, **_queues(site.aws), "DISTRIBUTION_ID": distribution, "EVICT_BY": "path"}

    def deliver(logical_id: str, body: dict[str, Any]) -> None:
        with here.start(logical_id, environment, site.aws) as behind:
            behind.invoke(events.message(body))

    site.put(KEY, (SAMPLES / "astronaut.jpg").read_bytes())
    site.ask(VARIANT, KEY)
    before = site.has(PLACE)
    site.put(KEY, (SAMPLES / "fig.png").read_bytes())
    deliver("Refresh", events.change(SOURCE, KEY))
    deliver("Evict", {"items": [f"/{PLACE}"], "reference": "proof"})
    return [
        Check("a variant of an original that changes", "stored, deleted", _fate(before, site.has(PLACE))),
        Check("paths that are invalidated", f"/{PLACE}", ", ".join(_invalidated(site.aws, distribution))),
    ]


def _fate(*stored: bool) -> str:
    return ", ".join("stored" if there else "deleted" for there in stored)


def _queues(aws: Emulator) -> dict[str, str]:
    """Make the queues, and return the variables that hold their addresses."""
    names = {"INVALIDATION_QUEUE": "proof-evictions", "CHANGES_QUEUE": "proof-changes"}
    sqs = aws.client("sqs")
    return {variable: sqs.create_queue(QueueName=name)["QueueUrl"] for variable, name in names.items()}


def _distribution(aws: Emulator) -> str:
    """Make a minimal distribution, and return its id."""
    origin = {"Id": "site", "DomainName": "site.invalid", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    wanted: Any = {
        "CallerReference": "proof",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "site",
            "ViewerProtocolPolicy": "allow-all",
            "CachePolicyId": _CACHING_DISABLED,
        },
    }
    return aws.client("cloudfront").create_distribution(DistributionConfig=wanted)["Distribution"]["Id"]


def _invalidated(aws: Emulator, distribution: str) -> list[str]:
    """Return the invalidated paths."""
    cloudfront = aws.client("cloudfront")
    listed = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", [])
    batches = (
        cloudfront.get_invalidation(DistributionId=distribution, Id=entry["Id"])["Invalidation"]
        for entry in listed
    )
    return [path for batch in batches for path in batch["InvalidationBatch"]["Paths"].get("Items", [])]
